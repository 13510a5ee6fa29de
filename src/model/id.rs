//! Names of things: the caller's own strings, 1–128 bytes, one newtype a kind.
//!
//! Outside, an id is always the text that the caller chose; the number that the
//! store gives it never leaves the store.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// The longest id, in bytes.
pub const MAX_ID_BYTES: usize = 128;

/// Says what is wrong with `text` as an id, if anything.
pub fn id_fault(text: &str) -> Option<&'static str> {
    if text.is_empty() || text.len() > MAX_ID_BYTES {
        return Some("expected an id of 1 to 128 bytes");
    }
    if text == "." || text == ".." {
        return Some("`.` and `..` cannot be ids, for they cannot stand in a URL");
    }
    if text.starts_with("svar:") {
        return Some("ids that start with `svar:` are reserved");
    }
    None
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// An id from `text`, or what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, &'static str> {
                id_fault(text).map_or_else(|| Ok(Self(text.to_owned())), Err)
            }

            /// The caller's string.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// So that a map of ids can be asked with a text.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                match id_fault(&text) {
                    None => Ok(Self(text)),
                    Some(fault) => Err(de::Error::custom(fault)),
                }
            }
        }
    )*};
}

// One macro because all kinds of id share every line, and mixing two kinds up
// must not compile.
ids! {
    /// Names a contact: the person who writes in.
    ContactId;
    /// Names a team of reps.
    TeamId;
    /// Names a rep: a human support agent.
    RepId;
    /// Names a schedule of working hours.
    ScheduleId;
    /// An inbox, in which conversations and tickets come in.
    InboxId;
    /// Names a conversation.
    ConversationId;
    /// Names a message.
    MessageId;
    /// Names a program elsewhere that is told what happens.
    WebhookId;
    /// Names a saved report.
    SavedReportId;
    /// Names a report that goes out by mail.
    MailScheduleId;
    /// Names an alert rule.
    AlertRuleId;
    /// Names something that an alert rule found.
    AlertId;
    /// Names a note on charts.
    ChartNoteId;
    /// Names a dashboard.
    DashboardId;
    /// Names a link that shows figures outside.
    SharedLinkId;
    /// Names a canned reply.
    CannedReplyId;
    /// Names a question put to the customer agent.
    QuestionId;
    /// Names a ticket.
    TicketId;
    /// Names a pipeline of stages.
    PipelineId;
    /// Names a service level agreement.
    SlaId;
    /// Names a short answer.
    ShortAnswerId;
    /// Names a topic of unanswered questions.
    TopicId;
    /// Names a proposal.
    ProposalId;
    /// Names an invoice.
    InvoiceId;
    /// Names a user: somebody who signs in.
    UserId;
    /// Names an API token.
    TokenId;
    /// Names a routing rule.
    RuleId;
    /// Names a service that contacts may ask for.
    ServiceId;
}
