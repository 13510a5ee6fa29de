//! Joining conversations and taking them apart: a merge, its end, and a split.

use super::refusal::Refusal;
use super::text::conversation_id;
use super::{Caller, State, scope};
use crate::model::event::{ConversationMerged, ConversationSplit, ConversationUnmerged};
use crate::model::{Body, Conversation, ConversationId, Invalid};

pub(super) fn merge(
    state: &State<'_>,
    caller: &Caller,
    id: ConversationId,
    into: &str,
) -> Result<Body, Refusal> {
    let into = conversation_id(into)?;
    let target = scope::conversation(state, caller, into.as_str())?;
    if target.merged_into.is_some() || into == id {
        return Err(Refusal::conflict(
            "it can only go into another conversation that is not merged itself",
        ));
    }
    Ok(Body::ConversationMerged(Box::new(ConversationMerged {
        conversation: id,
        into,
    })))
}

pub(super) fn unmerge(known: &Conversation, conversation: ConversationId) -> Result<Body, Refusal> {
    if known.merged_into.is_none() {
        return Err(Refusal::conflict("the conversation is not merged"));
    }
    Ok(Body::ConversationUnmerged(Box::new(ConversationUnmerged {
        conversation,
    })))
}

pub(super) fn split(
    state: &State<'_>,
    known: &Conversation,
    from_message: &str,
    into: &str,
) -> Result<Body, Refusal> {
    let into = conversation_id(into)?;
    if state.conversations.conversation(into.as_str())?.is_some() {
        let reason = format!("`{into}` is there already; expected a new id");
        return Err(Invalid::new("into", reason).into());
    }
    let mut own = known
        .messages
        .iter()
        .filter(|one| one.merged_from.is_none());
    let is_first = own
        .next()
        .is_some_and(|one| one.id.as_str() == from_message);
    if is_first {
        return Err(Refusal::conflict(
            "with its first message the whole conversation would go; choose a later one",
        ));
    }
    let message = own.find(|one| one.id.as_str() == from_message);
    let message = message.ok_or_else(|| Refusal::unknown("message", from_message))?;
    Ok(Body::ConversationSplit(Box::new(ConversationSplit {
        conversation: known.id.clone(),
        into,
        from_message: message.id.clone(),
    })))
}
