//! What begins at the desk, and the ids that it is called by.

use std::sync::Arc;

use super::{App, Error, WriteResult};
use crate::clock::Clock;
use crate::command::{Beginner, Caller, Command, FreshIds, StartCommand, StartDraft};

/// How many hexadecimal digits of a fresh id a new thing is called by.
const DIGITS: usize = 16;

/// An id that nothing of its kind has.
pub(super) fn fresh(kind: &str) -> String {
    let id = Clock::fresh_id();
    format!("{kind}-{}", id.get(..DIGITS).unwrap_or(&id))
}

impl App {
    /// An id that nothing has; `kind` is what it begins with.
    pub fn fresh_id(kind: &str) -> String {
        fresh(kind)
    }

    /// An id that no conversation has.
    pub fn fresh_conversation_id() -> String {
        fresh("c")
    }

    /// Begins a conversation; gives its id.
    pub async fn start_conversation(
        self: &Arc<Self>,
        caller: Caller,
        by: Beginner,
        rep: Option<String>,
        draft: StartDraft,
    ) -> Result<WriteResult, Error> {
        if let Some(contact) = &draft.contact.id
            && !self.present_to(&caller.sight).sees_contact(contact)
        {
            return Err(Error::unknown("contact", contact));
        }
        let ids = FreshIds {
            conversation: Self::fresh_conversation_id(),
            message: fresh("m"),
            contact: fresh("p"),
        };
        let id = ids.conversation.clone();
        let command = StartCommand {
            by,
            rep,
            draft,
            ids,
        };
        let written = self.write(caller, Command::Start(command)).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }
}
