//! What is looked at and put off: a conversation is read, as new again, put off, and taken back.

use super::refusal::Refusal;
use super::{Caller, Identity, State};
use crate::model::attention::Snooze;
use crate::model::conversation::{Conversation, Message};
use crate::model::event::{
    Actor, ActorKind, ConversationSeen, ConversationSnoozed, ConversationUnseen, ConversationWoken,
    Visibility,
};
use crate::model::{Body, ConversationId, Invalid, Timestamp};

/// To whom something may be new: a rep as `rep:ID`, else the caller as the journal calls them.
/// Whoever is on this machine without a sign-in is one, on the pages and beside them.
pub fn reader(caller: &Caller, rep: Option<&str>) -> String {
    match (rep, &caller.identity) {
        (Some(rep), _) => format!("rep:{rep}"),
        (None, Identity::Cli | Identity::Api | Identity::Page) => "local".to_owned(),
        (None, _) => caller.actor(),
    }
}

/// When the contact wrote last, bare thanks left out.
pub(super) fn contact_at(known: &Conversation) -> Option<Timestamp> {
    let theirs = |message: &&Message| {
        let is_public = message.visibility == Visibility::Public;
        is_public && message.author.kind == ActorKind::Contact && !message.ack
    };
    let message = known.messages.iter().rfind(theirs);
    message.map(|message| message.at)
}

/// Notes that somebody has seen what was written until an instant; nothing where they had
/// already.
pub(super) fn see(
    state: &State<'_>,
    known: &Conversation,
    reader: String,
    until: Option<Timestamp>,
) -> Option<Body> {
    let contact_at = contact_at(known);
    let attention = &state.installation.attention;
    let until = until.or(contact_at).unwrap_or(known.started_at);
    let is_new = attention.is_new_to(&reader, &known.id, contact_at);
    is_new.then(|| {
        Body::ConversationSeen(Box::new(ConversationSeen {
            conversation: known.id.clone(),
            reader,
            until: until.min(state.now),
        }))
    })
}

pub(super) fn unsee(
    state: &State<'_>,
    known: &Conversation,
    reader: String,
) -> Result<Body, Refusal> {
    let attention = &state.installation.attention;
    if attention.is_new_to(&reader, &known.id, contact_at(known)) {
        return Err(Refusal::conflict("the conversation is unread already"));
    }
    Ok(Body::ConversationUnseen(Box::new(ConversationUnseen {
        conversation: known.id.clone(),
        reader,
    })))
}

/// That it is put off, while it is.
pub(super) fn snooze_of(state: &State<'_>, known: &Conversation) -> Option<Snooze> {
    let snooze = state.installation.attention.snooze(&known.id);
    snooze.filter(|snooze| snooze.holds(contact_at(known), state.now))
}

pub(super) fn snooze(
    state: &State<'_>,
    known: &Conversation,
    until: Option<Timestamp>,
) -> Result<Body, Refusal> {
    if let Some(until) = until.filter(|until| *until <= state.now) {
        let reason = format!("`{until}` is over; expected an instant that is still to come");
        return Err(Invalid::new("until", reason).into());
    }
    if known.resolved_at.is_some() {
        return Err(Refusal::conflict(
            "the conversation is resolved; reopen it to put it off",
        ));
    }
    if snooze_of(state, known).is_some_and(|snooze| snooze.until == until) {
        return Err(Refusal::conflict(
            "the conversation is put off until then already",
        ));
    }
    Ok(Body::ConversationSnoozed(Box::new(ConversationSnoozed {
        conversation: known.id.clone(),
        until,
    })))
}

pub(super) fn wake(state: &State<'_>, known: &Conversation) -> Result<Body, Refusal> {
    if snooze_of(state, known).is_none() {
        return Err(Refusal::conflict("the conversation is not put off"));
    }
    Ok(woken(known.id.clone()))
}

/// The end of a snooze that something else brings: whoever resolves or opens a conversation does
/// not want it to be put off.
pub(super) fn with_wake(state: &State<'_>, known: &Conversation, body: Body) -> Vec<Body> {
    let snoozed = snooze_of(state, known);
    let woken = snoozed.map(|_snooze| woken(known.id.clone()));
    [body].into_iter().chain(woken).collect()
}

fn woken(conversation: ConversationId) -> Body {
    Body::ConversationWoken(Box::new(ConversationWoken { conversation }))
}

/// A message and, where its author is a rep, that they have seen what they answer.
pub(super) fn with_sight(
    state: &State<'_>,
    caller: &Caller,
    known: &Conversation,
    (message, author): (Body, &Actor),
) -> Vec<Body> {
    let seen = see(state, known, reader(caller, author.rep()), None);
    [message].into_iter().chain(seen).collect()
}
