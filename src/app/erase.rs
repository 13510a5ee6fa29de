//! The erasure of a contact: what goes is told beforehand; that they are erased is decided and
//! journalled here, and done to the folder when it is opened next.

use serde::Serialize;
use serde_with::skip_serializing_none;
use tokio::sync::Notify;
use utoipa::ToSchema;

use super::{App, Error};
use crate::clock::Clock;
use crate::command::{Caller, Command, ContactAction, ContactCommand, kin_of};
use crate::lock::Lock;
use crate::model::erasure::{contact_hash, pseudonym};
use crate::model::file::clean_name;
use crate::model::{Body, ContactId};

/// One erasure is decided at a time, and somebody waits to hear of it.
#[derive(Debug, Default)]
pub(super) struct Erasures {
    deciding: Lock<()>,
    asked: Notify,
}

/// What an erasure takes away, or has taken.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ContactErasure)]
pub struct ErasureView {
    /// What they are called from then on.
    pub pseudonym: Option<String>,
    /// What has to be typed to confirm it.
    pub confirm: String,
    /// The contact, and those who were merged into them.
    pub contacts: Vec<String>,
    /// Conversations whose words go, all of them; they stay as numbers.
    pub conversations: Vec<String>,
    /// Tickets, likewise.
    pub tickets: Vec<String>,
    /// How many messages are in those conversations.
    pub messages: u64,
    /// How many questions were asked in them.
    pub questions: u64,
    /// How many files were sent in them.
    pub files: u64,
    /// What those are called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file_names: Vec<String>,
    /// The position of the log that holds it; none: nothing was written.
    pub log_position: Option<u64>,
}

impl App {
    /// What the erasure of a contact would take away; nothing is changed.
    pub fn erasure_of(&self, contact: &str) -> Result<ErasureView, Error> {
        let id = ContactId::parse(contact).map_err(|_odd| Error::unknown("contact", contact))?;
        let known = self.contact(contact)?;
        let (kin, theirs) = self
            .overlay
            .with(self.clock.now(), |state| kin_of(state, &id))?;
        let mut view = ErasureView {
            confirm: known.called().to_owned(),
            contacts: kin.iter().map(ToString::to_string).collect(),
            conversations: theirs.conversations.into_iter().collect(),
            tickets: theirs.tickets.into_iter().collect(),
            ..ErasureView::default()
        };
        for conversation in &view.conversations {
            for event in self.past.store.conversation_events(conversation)? {
                match event.body {
                    Body::MessageAdded(message) => {
                        view.messages += 1;
                        let names = message.attachments.iter().flatten();
                        let names = names.map(|file| clean_name(&file.name));
                        view.file_names.extend(names);
                    }
                    Body::QuestionAsked(_) => view.questions += 1,
                    _ => {}
                }
            }
        }
        view.files = view.file_names.len() as u64;
        Ok(view)
    }

    /// Erases a contact: journals that it is so, and has the folder's next opening do it.
    ///
    /// A server starts over by itself; a host program opens the folder anew when it pleases, and
    /// until then the words are there.
    pub fn erase_contact(
        &self,
        caller: &Caller,
        contact: &str,
        name: &str,
    ) -> Result<ErasureView, Error> {
        let _deciding = self.erasures.deciding.lock();
        let view = self.erasure_of(contact)?;
        let book = std::sync::Arc::clone(&self.snapshot().installation.contacts);
        let salt = book.salt().map_or_else(Clock::fresh_id, str::to_owned);
        let called = pseudonym(&contact_hash(&salt, contact));
        let command = ContactCommand {
            contact: contact.to_owned(),
            rep: None,
            action: ContactAction::Erase {
                name: name.to_owned(),
                salt,
            },
        };
        let is_first = !super::Folder::is_erasing(self.folder.path());
        if is_first {
            self.folder.begin_erasure()?;
        }
        let written = match self.write_now(caller, Command::Contact(command)) {
            Ok(written) => written,
            Err(error) => {
                // What was not journalled for sure may be there all the same.
                if is_first
                    && matches!(
                        error,
                        Error::Refused(_) | Error::Query(_) | Error::Unknown { .. }
                    )
                {
                    self.folder.forget_erasure()?;
                }
                return Err(error);
            }
        };
        self.erasures.asked.notify_one();
        Ok(ErasureView {
            pseudonym: Some(called),
            log_position: Some(written.log_position),
            ..view
        })
    }

    /// Returns when somebody was erased, so that the folder is to be opened anew.
    pub async fn erasure_asked(&self) {
        self.erasures.asked.notified().await;
    }
}
