//! What reps do with a conversation: write, assign, hand off, resolve, reopen, tag, mark, and
//! take words back.
//!
//! Decided over the conversation as it is after the last journalled event, so of two who resolve
//! it at once one is told that it is done. Each is an event of the interchange format, as an
//! export of another desk would have it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attention::{reader, see, snooze, unsee, wake, with_sight, with_wake};
use super::merge::{merge, split, unmerge};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::tag::tag_name;
use super::text::{conversation_id, message_id, rep_id};
use super::{Caller, Identity, State};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{
    Actor, ActorKind, Assignee, ConversationAssigned, ConversationHandedOff, ConversationMarked,
    ConversationReopened, ConversationResolved, ConversationTagged, ConversationUntagged,
    HandoffReason, Mark, MessageAdded, MessageEdited, MessageRedacted, Visibility,
};
use crate::model::{Body, ConversationId, Invalid, MessageId, Timestamp};

/// The longest message, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// A message as a rep writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDraft {
    /// Its words.
    #[schema(min_length = 1)]
    pub text: String,
    /// Whether only reps see it.
    #[serde(default)]
    pub note: bool,
}

/// Something done to a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationCommand {
    /// Which.
    pub conversation: String,
    /// In the name of which rep; left out: the caller's own.
    pub rep: Option<String>,
    /// What.
    pub action: ConversationAction,
}

/// What is done to a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum ConversationAction {
    /// Writes a message or a note, called `message`.
    Write {
        /// Its id.
        message: String,
        /// Its words.
        draft: MessageDraft,
    },
    /// Gives it to a rep, a team, the customer agent or nobody.
    Assign(Assignee),
    /// Makes a human responsible.
    HandOff {
        /// Why.
        reason: HandoffReason,
        /// To whom, if that is known.
        to: Option<Assignee>,
    },
    /// Brings it to its end.
    Resolve,
    /// Opens it again.
    Reopen,
    /// Puts tags on it, and takes others off.
    Tag {
        /// Those to put on.
        add: Vec<String>,
        /// Those to take off.
        remove: Vec<String>,
    },
    /// Puts it into another one.
    Merge {
        /// Into which.
        into: String,
    },
    /// Takes that back, as if it had not been.
    Unmerge,
    /// Takes what was written from a message on out into a conversation of its own.
    Split {
        /// The first message that goes.
        from_message: String,
        /// What the new conversation is called.
        into: String,
    },
    /// Marks it, or takes a mark back.
    Mark {
        /// As what.
        mark: Mark,
        /// Whether the mark is on.
        on: bool,
    },
    /// Has seen what was written until then; left out: all that there is.
    See {
        /// Until when.
        until: Option<Timestamp>,
    },
    /// Wants it to be as if they had not looked.
    Unsee,
    /// Puts it off until an instant or the contact's word; left out: the word alone.
    Snooze {
        /// Until when at the latest.
        until: Option<Timestamp>,
    },
    /// Takes it back to the lists.
    Wake,
    /// Gives a message other words.
    Edit {
        /// Which.
        message: String,
        /// Its new words.
        text: String,
    },
    /// Takes the words of a message away, for good.
    Redact {
        /// Which.
        message: String,
    },
}

impl ConversationCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self.action {
            ConversationAction::Write { .. } => &role::CONVERSATION_WRITE,
            ConversationAction::Assign(_) => &role::CONVERSATION_ASSIGN,
            ConversationAction::HandOff { .. } => &role::CONVERSATION_HAND_OFF,
            ConversationAction::Resolve => &role::CONVERSATION_RESOLVE,
            ConversationAction::Reopen => &role::CONVERSATION_REOPEN,
            ConversationAction::Tag { .. } => &role::CONVERSATION_TAG,
            ConversationAction::Merge { .. } => &role::CONVERSATION_MERGE,
            ConversationAction::Unmerge => &role::CONVERSATION_UNMERGE,
            ConversationAction::Split { .. } => &role::CONVERSATION_SPLIT,
            ConversationAction::Mark { .. } => &role::CONVERSATION_MARK,
            ConversationAction::See { .. } => &role::CONVERSATION_SEE,
            ConversationAction::Unsee => &role::CONVERSATION_UNSEE,
            ConversationAction::Snooze { .. } => &role::CONVERSATION_SNOOZE,
            ConversationAction::Wake => &role::CONVERSATION_WAKE,
            ConversationAction::Edit { .. } => &role::CONVERSATION_EDIT,
            ConversationAction::Redact { .. } => &role::CONVERSATION_REDACT,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: ConversationCommand,
) -> Result<Vec<Body>, Refusal> {
    let id = conversation_id(&command.conversation)?;
    let known = state.conversations.conversation(id.as_str())?;
    let known = known.ok_or_else(|| Refusal::unknown("conversation", id.as_str()))?;
    let by = actor(state, caller, command.rep.as_deref())?;
    if command.action == ConversationAction::Unmerge {
        return Ok(vec![unmerge(&known, id)?]);
    }
    if known.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the conversation was merged into another; go on there",
        ));
    }
    let one = |body: Body| vec![body];
    let reader = || reader(caller, by.rep());
    Ok(match command.action {
        ConversationAction::Write { message, draft } => {
            let written = write(id, by.clone(), &message, draft)?;
            with_sight(state, caller, &known, (written, &by))
        }
        ConversationAction::Assign(to) => one(assign(state, &known, id, to)?),
        ConversationAction::HandOff { reason, to } => one(hand_off(state, id, reason, to)?),
        ConversationAction::Resolve => with_wake(state, &known, resolve(&known, id, by)?),
        ConversationAction::Reopen => with_wake(state, &known, reopen(&known, id, by)?),
        ConversationAction::Tag { add, remove } => tag(&id, &add, &remove)?,
        ConversationAction::Merge { into } => one(merge(state, id, &into)?),
        ConversationAction::Unmerge => one(unmerge(&known, id)?),
        ConversationAction::Split { from_message, into } => {
            one(split(state, &known, &from_message, &into)?)
        }
        ConversationAction::Mark { mark, on } => one(marked(id, mark, on)),
        ConversationAction::See { until } => {
            see(state, &known, reader(), until).into_iter().collect()
        }
        ConversationAction::Unsee => one(unsee(state, &known, reader())?),
        ConversationAction::Snooze { until } => one(snooze(state, &known, until)?),
        ConversationAction::Wake => one(wake(state, &known)?),
        ConversationAction::Edit { message, text } => one(edit(&known, &message, text)?),
        ConversationAction::Redact { message } => one(redact(&known, &message)?),
    })
}

fn marked(conversation: ConversationId, mark: Mark, on: bool) -> Body {
    Body::ConversationMarked(Box::new(ConversationMarked {
        conversation,
        mark,
        on,
    }))
}

fn edit(known: &Conversation, message: &str, text: String) -> Result<Body, Refusal> {
    filled_text(&text)?;
    Ok(Body::MessageEdited(Box::new(MessageEdited {
        message: message_in(known, message)?,
        conversation: known.id.clone(),
        text,
    })))
}

fn redact(known: &Conversation, message: &str) -> Result<Body, Refusal> {
    Ok(Body::MessageRedacted(Box::new(MessageRedacted {
        message: message_in(known, message)?,
        conversation: known.id.clone(),
    })))
}

fn write(
    conversation: ConversationId,
    author: Actor,
    message: &str,
    draft: MessageDraft,
) -> Result<Body, Invalid> {
    filled_text(&draft.text)?;
    Ok(Body::MessageAdded(Box::new(MessageAdded {
        conversation,
        message: message_id(message)?,
        author,
        text: draft.text,
        visibility: draft.note.then_some(Visibility::Note),
        role: None,
        ack: None,
        attachments: None,
    })))
}

pub(super) fn filled_text(text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new("text", "it is empty; expected words"));
    }
    if text.len() > MAX_TEXT {
        let reason = format!(
            "it has {} bytes; at most {MAX_TEXT} are expected",
            text.len()
        );
        return Err(Invalid::new("text", reason));
    }
    Ok(())
}

fn assign(
    state: &State<'_>,
    known: &Conversation,
    conversation: ConversationId,
    to: Assignee,
) -> Result<Body, Refusal> {
    check_assignee(state, &to)?;
    if known.assigned_to == to {
        return Err(Refusal::conflict("the conversation is theirs already"));
    }
    Ok(Body::ConversationAssigned(Box::new(ConversationAssigned {
        conversation,
        to,
    })))
}

fn hand_off(
    state: &State<'_>,
    conversation: ConversationId,
    reason: HandoffReason,
    to: Option<Assignee>,
) -> Result<Body, Refusal> {
    if let Some(to) = &to {
        check_assignee(state, to)?;
    }
    Ok(Body::ConversationHandedOff(Box::new(
        ConversationHandedOff {
            conversation,
            reason,
            to,
        },
    )))
}

fn resolve(known: &Conversation, conversation: ConversationId, by: Actor) -> Result<Body, Refusal> {
    if known.status == Status::Resolved {
        return Err(Refusal::conflict("the conversation is resolved already"));
    }
    Ok(Body::ConversationResolved(Box::new(ConversationResolved {
        conversation,
        by,
    })))
}

fn reopen(known: &Conversation, conversation: ConversationId, by: Actor) -> Result<Body, Refusal> {
    if known.status == Status::Open {
        return Err(Refusal::conflict("the conversation is open already"));
    }
    Ok(Body::ConversationReopened(Box::new(ConversationReopened {
        conversation,
        by,
    })))
}

/// Refuses a rep or a team that the desk does not have.
fn check_assignee(state: &State<'_>, to: &Assignee) -> Result<(), Refusal> {
    let directory = state.conversations.directory();
    match to {
        Assignee::Rep { id } if directory.rep_name(id.as_str()).is_none() => {
            Err(Refusal::unknown("rep", id.as_str()))
        }
        Assignee::Team { id } if directory.team_name(id.as_str()).is_none() => {
            Err(Refusal::unknown("team", id.as_str()))
        }
        _ => Ok(()),
    }
}

/// In whose name something is done: a user's own rep; a program or the command line names one,
/// or nobody.
pub(super) fn actor(
    state: &State<'_>,
    caller: &Caller,
    wanted: Option<&str>,
) -> Result<Actor, Refusal> {
    let people = &state.installation.people;
    let own = match &caller.identity {
        Identity::User(id) => people.user(id).and_then(|user| user.rep.clone()),
        _ => None,
    };
    let wanted = wanted.map(rep_id).transpose()?;
    let rep = match (&caller.identity, own, wanted) {
        (Identity::User(_), None, _) => {
            return Err(Refusal::conflict(
                "you are no rep yet; an admin can name the rep whose conversations are yours",
            ));
        }
        (Identity::User(_), Some(own), Some(wanted)) if wanted != own => {
            let reason = format!("`{wanted}` is somebody else; yours is `{own}`");
            return Err(Invalid::new("rep", reason).into());
        }
        (_, own, wanted) => wanted.or(own),
    };
    if let Some(rep) = &rep {
        let known = state.conversations.directory().rep_name(rep.as_str());
        if known.is_none() {
            return Err(Refusal::unknown("rep", rep.as_str()));
        }
    }
    Ok(Actor {
        kind: ActorKind::Rep,
        id: rep.map(|rep| rep.to_string()),
    })
}

fn tag(id: &ConversationId, add: &[String], remove: &[String]) -> Result<Vec<Body>, Refusal> {
    if add.is_empty() && remove.is_empty() {
        let reason = "nothing is put on or taken off; expected a tag in `add` or `remove`";
        return Err(Invalid::new("add", reason).into());
    }
    let on = add.iter().map(|tag| {
        Ok(Body::ConversationTagged(Box::new(ConversationTagged {
            conversation: id.clone(),
            tag: tag_name("tag", tag)?,
        })))
    });
    let off = remove.iter().map(|tag| {
        Ok(Body::ConversationUntagged(Box::new(ConversationUntagged {
            conversation: id.clone(),
            tag: tag_name("tag", tag)?,
        })))
    });
    on.chain(off).collect()
}

/// A message of the conversation whose words are still there.
fn message_in(known: &Conversation, id: &str) -> Result<MessageId, Refusal> {
    let message = known.messages.iter().find(|one| one.id.as_str() == id);
    let message = message.ok_or_else(|| Refusal::unknown("message", id))?;
    if message.redacted_at.is_some() {
        return Err(Refusal::conflict("the words of this message are gone"));
    }
    Ok(message.id.clone())
}
