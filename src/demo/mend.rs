//! What reps put right afterwards: a merge taken back, a message edited or redacted, a
//! conversation split, a ticket merged.
//!
//! Rare, and drawn by the conversation's number, so that no other chance depends on it.

use super::name::id;
use super::script::{Script, conversation_id};
use crate::model::event::{
    ActorKind, ConversationMerged, ConversationSplit, ConversationUnmerged, MessageAdded,
    MessageEdited, MessageRedacted, TicketMerged, TicketUnmerged,
};
use crate::model::{Body, ConversationId, HOUR_MS, TicketId};

/// One conversation in so many is put right in each way.
const ONE_IN: u32 = 700;

/// Puts right what there is to put right in a conversation that is over.
pub(super) fn mend(script: &mut Script<'_>) {
    let at = script.end().plus_millis(HOUR_MS);
    let conversation = script.conversation();
    let Some(message) = last_of_contact(script) else {
        return;
    };
    match script.number % ONE_IN {
        101 => {
            let edited = MessageEdited {
                conversation,
                message: message.message,
                text: format!("{} (order number corrected)", message.text),
            };
            script.push_at(at, Body::MessageEdited(Box::new(edited)));
        }
        201 => {
            let redacted = MessageRedacted {
                conversation,
                message: message.message,
            };
            script.push_at(at, Body::MessageRedacted(Box::new(redacted)));
        }
        301 => {
            let split = ConversationSplit {
                into: id(ConversationId::parse, &format!("{conversation}s")),
                conversation,
                from_message: message.message,
            };
            script.push_at(at, Body::ConversationSplit(Box::new(split)));
        }
        401 => {
            let merged = ConversationMerged {
                conversation: conversation.clone(),
                into: conversation_id(script.number - 1),
            };
            script.push_at(at, Body::ConversationMerged(Box::new(merged)));
            let back = ConversationUnmerged { conversation };
            let at = at.plus_millis(HOUR_MS);
            script.push_at(at, Body::ConversationUnmerged(Box::new(back)));
        }
        _ => {}
    }
}

/// A ticket without a conversation turns out to be that of the conversation; for some that was
/// an error.
pub(super) fn merge_ticket(script: &mut Script<'_>, ticket: TicketId) {
    let Some(linked) = &script.ticket else { return };
    let merged = TicketMerged {
        ticket: ticket.clone(),
        into: linked.ticket.clone(),
    };
    let at = script.end().plus_millis(HOUR_MS);
    script.push_at(at, Body::TicketMerged(Box::new(merged)));
    if script.number.is_multiple_of(3) {
        let back = TicketUnmerged { ticket };
        let at = at.plus_millis(HOUR_MS);
        script.push_at(at, Body::TicketUnmerged(Box::new(back)));
    }
}

fn last_of_contact(script: &Script<'_>) -> Option<MessageAdded> {
    let mut bodies = script.bodies().rev();
    bodies.find_map(|body| match body {
        Body::MessageAdded(added) if added.author.kind == ActorKind::Contact => {
            Some((**added).clone())
        }
        _ => None,
    })
}
