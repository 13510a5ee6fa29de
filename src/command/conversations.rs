//! The things that a decision may look at, as they are after the last journalled event.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::refusal::Refusal;
use crate::model::{Contact, Conversation, Directory, Joined, MailId, TicketStanding};

/// What is a contact's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Their conversations.
    pub conversations: BTreeSet<String>,
    /// The tickets that were opened for them or out of these.
    pub tickets: BTreeSet<String>,
}

/// Gives conversations, contacts and tickets, and the names of reps and teams.
pub trait Conversations: Debug {
    /// The conversation called `id`, if it was started.
    fn conversation(&self, id: &str) -> Result<Option<Conversation>, Refusal>;

    /// The conversations with a message that is the mail of this id elsewhere.
    fn of_mail(&self, id: &MailId) -> Result<Vec<String>, Refusal>;

    /// What the conversation called `id` is joined to, as far as that is filed.
    fn joined(&self, id: &str) -> Result<Option<Joined>, Refusal>;

    /// The contact called `id`, if anything was said of them.
    fn contact(&self, id: &str) -> Result<Option<Contact>, Refusal>;

    /// The conversations and tickets of the contact called `id` alone, not of those who were
    /// merged into them.
    fn holdings(&self, id: &str) -> Result<Holdings, Refusal>;

    /// The ticket called `id`, if it was opened.
    fn ticket(&self, id: &str) -> Result<Option<TicketStanding>, Refusal>;

    /// Reps and teams.
    fn directory(&self) -> &Directory;
}
