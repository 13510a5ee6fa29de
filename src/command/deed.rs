//! The single things that are done to a conversation, each as its event, or why it cannot be.
//!
//! Put together by `conversation` (one at a time) and `canned` (several in one step).

use super::refusal::Refusal;
use super::tag::tag_name;
use super::text::{message_id, rep_id};
use super::{Caller, Identity, State};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{
    Actor, ActorKind, Assignee, Attachment, ConversationAssigned, ConversationHandedOff,
    ConversationMarked, ConversationReopened, ConversationResolved, ConversationTagged,
    ConversationUntagged, HandoffReason, Mark, MessageAdded, MessageEdited, MessageRedacted,
    Visibility,
};
use crate::model::{Body, ConversationId, Invalid, MessageId};

/// The longest message, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// The most files of a message.
pub const MAX_FILES: usize = 20;

/// A message as a rep writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageDraft {
    /// Its words; they may be left out where files come along.
    pub text: String,
    /// Whether only reps see it.
    pub note: bool,
    /// Files sent along, which are durable by now.
    pub files: Vec<Attachment>,
    /// To which others it goes by mail; left out: to all who got the contact's last one.
    pub cc: Option<Vec<String>>,
}

pub(super) fn marked(conversation: ConversationId, mark: Mark, on: bool) -> Body {
    Body::ConversationMarked(Box::new(ConversationMarked {
        conversation,
        mark,
        on,
    }))
}

pub(super) fn edit(known: &Conversation, message: &str, text: String) -> Result<Body, Refusal> {
    filled_text(&text)?;
    Ok(Body::MessageEdited(Box::new(MessageEdited {
        message: message_in(known, message)?,
        conversation: known.id.clone(),
        text,
    })))
}

pub(super) fn redact(known: &Conversation, message: &str) -> Result<Body, Refusal> {
    Ok(Body::MessageRedacted(Box::new(MessageRedacted {
        message: message_in(known, message)?,
        conversation: known.id.clone(),
    })))
}

pub(super) fn write(
    conversation: ConversationId,
    author: Actor,
    message: &str,
    draft: MessageDraft,
) -> Result<Body, Invalid> {
    said(&draft.text, &draft.files)?;
    Ok(Body::MessageAdded(Box::new(MessageAdded {
        conversation,
        message: message_id(message)?,
        author,
        text: draft.text,
        visibility: draft.note.then_some(Visibility::Note),
        role: None,
        ack: None,
        attachments: some(draft.files),
        mail_id: None,
    })))
}

/// The files of a message; none where there are none.
pub(super) fn some(files: Vec<Attachment>) -> Option<Vec<Attachment>> {
    Some(files).filter(|files| !files.is_empty())
}

/// Refuses a message that says nothing, by words or by files.
pub(super) fn said(text: &str, files: &[Attachment]) -> Result<(), Invalid> {
    check_files(files)?;
    if files.is_empty() {
        return filled_text(text);
    }
    check_length(text)
}

/// Refuses more files than a message may have.
pub fn check_files<T>(files: &[T]) -> Result<(), Invalid> {
    if files.len() > MAX_FILES {
        let reason = format!(
            "there are {}; at most {MAX_FILES} are expected",
            files.len()
        );
        return Err(Invalid::new("files", reason));
    }
    Ok(())
}

pub(super) fn filled_text(text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new("text", "it is empty; expected words"));
    }
    check_length(text)
}

fn check_length(text: &str) -> Result<(), Invalid> {
    if text.len() > MAX_TEXT {
        let reason = format!(
            "it has {} bytes; at most {MAX_TEXT} are expected",
            text.len()
        );
        return Err(Invalid::new("text", reason));
    }
    Ok(())
}

pub(super) fn assign(
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

pub(super) fn hand_off(
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

pub(super) fn resolve(
    known: &Conversation,
    conversation: ConversationId,
    by: Actor,
) -> Result<Body, Refusal> {
    if known.status == Status::Resolved {
        return Err(Refusal::conflict("the conversation is resolved already"));
    }
    Ok(Body::ConversationResolved(Box::new(ConversationResolved {
        conversation,
        by,
    })))
}

pub(super) fn reopen(
    known: &Conversation,
    conversation: ConversationId,
    by: Actor,
) -> Result<Body, Refusal> {
    if known.status == Status::Open {
        return Err(Refusal::conflict("the conversation is open already"));
    }
    Ok(Body::ConversationReopened(Box::new(ConversationReopened {
        conversation,
        by,
    })))
}

/// Refuses a rep or a team that the desk does not have.
pub(super) fn check_assignee(state: &State<'_>, to: &Assignee) -> Result<(), Refusal> {
    let directory = state.conversations.directory();
    match to {
        Assignee::Rep { id } if directory.rep_name(id.as_str()).is_none() => {
            Err(Refusal::unknown("rep", id.as_str()))
        }
        Assignee::Team { id } if directory.team_name(id.as_str()).is_none() => {
            Err(Refusal::unknown("team", id.as_str()))
        }
        Assignee::Team { id } if state.installation.teams.is_archived(id.as_str()) => {
            Err(Refusal::conflict(
                "the team is archived; choose another, or have an admin take it back",
            ))
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
        Identity::Token(id) => people.token(id).and_then(|token| token.rep.clone()),
        _ => None,
    };
    let wanted = wanted.map(rep_id).transpose()?;
    let rep = match (&caller.identity, own, wanted) {
        (Identity::User(_), None, _) => {
            return Err(Refusal::conflict(
                "you are no rep yet; an admin can name the rep whose conversations are yours",
            ));
        }
        (_, Some(own), Some(wanted)) if wanted != own => {
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

pub(super) fn tag(
    id: &ConversationId,
    add: &[String],
    remove: &[String],
) -> Result<Vec<Body>, Refusal> {
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
