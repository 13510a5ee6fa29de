//! Svar's own events of the mails that come in: which mail became which message.
//!
//! Neither an address nor an id of a mail is kept, but what this desk's key makes of them: it says
//! whether two are the same, and nothing else.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::{ConversationId, MessageId};

/// What kind of machine wrote a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailAutomatic {
    /// One that answers for somebody who is away.
    Reply,
    /// One that reports that a mail did not arrive.
    Bounce,
    /// A list of mails.
    List,
    /// One that writes to many.
    Bulk,
    /// One of too many mails of an hour in one conversation.
    Loop,
}

/// A mail was taken in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailTakenIn {
    /// In which conversation.
    pub conversation: ConversationId,
    /// As which message.
    pub message: MessageId,
    /// What its id becomes by this desk's key.
    pub key: String,
    /// What its content becomes.
    pub content: String,
    /// What kind of machine wrote it; left out: somebody did.
    #[serde(default)]
    pub automatic: Option<MailAutomatic>,
}
