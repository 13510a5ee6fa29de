//! A mailbox as people see it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::app::{ConnectorFault, ConnectorState};
use crate::config::MailSecurity;
use crate::model::Timestamp;

/// A mailbox, and how far it is read. Its password is never told.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Mailbox)]
pub struct MailboxView {
    /// What it is called.
    pub name: String,
    /// The IMAP server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is encrypted.
    pub security: MailSecurity,
    /// Whose it is.
    pub user: String,
    /// The folder that is read.
    pub folder: String,
    /// In which inbox conversations begin.
    pub inbox: Option<String>,
    /// Whether what was in it before it was added is read, too.
    pub all: bool,
    /// Whether a command of this machine gives tokens of OAuth in place of a password.
    pub has_token_command: bool,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// What it does.
    pub state: ConnectorState,
    /// Up to when everything that it had is here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_until: Option<Timestamp>,
    /// When the server last answered as it should.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub success_at: Option<Timestamp>,
    /// What went wrong since.
    pub fault: Option<ConnectorFault>,
    /// How many rounds this run of the server has ended.
    pub rounds: u64,
    /// How many mails became messages.
    pub taken: u64,
    /// How many were there already, or were not to be taken.
    pub repeats: u64,
    /// How many could not be taken; they are in the mailbox still.
    pub refused: u64,
}
