//! What reps do with a conversation: write, assign, hand off, resolve, reopen, tag, mark, and
//! take words back.
//!
//! Decided over the conversation as it is after the last journalled event, so of two who resolve
//! it at once one is told that it is done. Each is an event of the interchange format, as an
//! export of another desk would have it.

use super::attention::{reader, see, snooze, unsee, wake, with_sight, with_wake};
use super::canned::{self, Applied};
use super::deed::{
    MessageDraft, actor, assign, edit, hand_off, marked, redact, reopen, resolve, tag, write,
};
use super::kin::check_reachable;
use super::mail_out::{Forward, forward};
use super::merge::{merge, split, unmerge};
use super::offer::{Offer, offer};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::conversation_id;
use super::{Caller, State, scope};
use crate::model::event::{Assignee, HandoffReason, Mark};
use crate::model::{Body, Timestamp};

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
    /// Sends a canned reply and does what goes with it, in one step.
    Apply {
        /// Which.
        canned_reply: String,
        /// The message's id.
        message: String,
        /// Other words than its own.
        text: Option<String>,
    },
    /// Sends a message on by mail.
    Forward(Forward),
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
    /// Moves a proposal on that was made in it.
    Propose(Offer),
}

impl ConversationAction {
    /// Whether it writes to the contact, or opens what they could be written to in.
    const fn reaches_the_contact(&self) -> bool {
        match self {
            Self::Write { draft, .. } => !draft.note,
            Self::Apply { .. } | Self::Reopen => true,
            _ => false,
        }
    }
}

impl ConversationCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self.action {
            ConversationAction::Write { .. } => &role::CONVERSATION_WRITE,
            ConversationAction::Apply { .. } => &role::CONVERSATION_APPLY,
            ConversationAction::Forward(_) => &role::CONVERSATION_FORWARD,
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
            ConversationAction::Propose(_) => &role::CONVERSATION_PROPOSE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: ConversationCommand,
) -> Result<Vec<Body>, Refusal> {
    let id = conversation_id(&command.conversation)?;
    let known = scope::conversation(state, caller, id.as_str())?;
    let by = actor(state, caller, command.rep.as_deref())?;
    if command.action == ConversationAction::Unmerge {
        return Ok(vec![unmerge(&known, id)?]);
    }
    if known.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the conversation was merged into another; go on there",
        ));
    }
    if command.action.reaches_the_contact() {
        check_reachable(state, &known.contact)?;
    }
    let one = |body: Body| vec![body];
    let reader = || reader(caller, by.rep());
    Ok(match command.action {
        ConversationAction::Write { message, draft } => {
            let written = write(id, by.clone(), &message, draft)?;
            with_sight(state, caller, &known, (written, &by))
        }
        ConversationAction::Apply {
            canned_reply,
            message,
            text,
        } => {
            let applied = Applied {
                canned_reply,
                message,
                text,
            };
            canned::apply(state, caller, (&known, &by), applied)?
        }
        ConversationAction::Forward(sent_on) => forward(state, (&known, by), &sent_on)?,
        ConversationAction::Assign(to) => one(assign(state, &known, id, to)?),
        ConversationAction::HandOff { reason, to } => one(hand_off(state, id, reason, to)?),
        ConversationAction::Resolve => with_wake(state, &known, resolve(&known, id, by)?),
        ConversationAction::Reopen => with_wake(state, &known, reopen(&known, id, by)?),
        ConversationAction::Tag { add, remove } => tag(&id, &add, &remove)?,
        ConversationAction::Merge { into } => one(merge(state, caller, id, &into)?),
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
        ConversationAction::Propose(step) => offer(state, &known, (id, &by), step)?,
    })
}
