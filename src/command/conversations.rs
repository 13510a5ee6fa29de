//! The things that a decision may look at, as they are after the last journalled event.

use std::fmt::Debug;

use super::refusal::Refusal;
use crate::model::{Contact, Conversation, Directory, Joined, TicketStanding};

/// Gives conversations, contacts and tickets, and the names of reps and teams.
pub trait Conversations: Debug {
    /// The conversation called `id`, if it was started.
    fn conversation(&self, id: &str) -> Result<Option<Conversation>, Refusal>;

    /// What the conversation called `id` is joined to, as far as that is filed.
    fn joined(&self, id: &str) -> Result<Option<Joined>, Refusal>;

    /// The contact called `id`, if anything was said of them.
    fn contact(&self, id: &str) -> Result<Option<Contact>, Refusal>;

    /// The ticket called `id`, if it was opened.
    fn ticket(&self, id: &str) -> Result<Option<TicketStanding>, Refusal>;

    /// Reps and teams.
    fn directory(&self) -> &Directory;
}
