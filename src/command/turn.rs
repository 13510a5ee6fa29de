//! The customer agent's turn: what it says and does about what a contact wrote.
//!
//! Worked out beforehand, off the committing thread. It holds only while nobody has written
//! since, no human has the conversation and the answers are as they were: what came too late is
//! outdated, and never said.

use super::refusal::Refusal;
use super::text::conversation_id;
use super::{State, role};
use crate::command::role::Right;
use crate::model::conversation::Message;
use crate::model::{Body, Conversation, MessageId, Profile};

/// What the customer agent says and does about a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TurnCommand {
    /// In which conversation.
    pub conversation: String,
    /// The contact's last message that it has seen.
    pub message: Option<MessageId>,
    /// The record up to which the answers that it rests on had changed.
    pub answering: u64,
    /// What it says and does.
    pub bodies: Vec<Body>,
}

impl TurnCommand {
    /// Its row in the table of roles.
    pub(super) const RIGHT: &'static Right = &role::AGENT_TURN;
}

pub(super) fn decide(state: &State<'_>, command: TurnCommand) -> Result<Vec<Body>, Refusal> {
    let id = conversation_id(&command.conversation)?;
    let known = state.conversations.conversation(id.as_str())?;
    let known = known.ok_or_else(|| Refusal::unknown("conversation", id.as_str()))?;
    let last = turn_of(&known).last().map(|message| message.id.clone());
    let answering = state.installation.knowledge.answering_changed;
    if last.is_none() || last != command.message || answering != command.answering {
        return Err(Refusal::Outdated);
    }
    Ok(command.bodies)
}

/// What the customer agent is to answer: what the contact wrote since anybody else did, if the
/// conversation is the agent's; else nothing.
pub fn turn_of(known: &Conversation) -> Vec<&Message> {
    let quiet_ms = Profile::default().quiet_secs.saturating_mul(1_000);
    let is_over = known.merged_into.is_some() || !known.marks.is_empty();
    if is_over || known.is_with_human(quiet_ms) {
        return Vec::new();
    }
    known.unanswered(quiet_ms)
}
