//! Svar's own events of the mails that it sends.
//!
//! A mail is in the journal before anybody is asked to carry it, and what became of it is journalled
//! after: a stop in between sends it once more at most, under the same Message-ID. No words of it are
//! kept, and no address but those that a rep chose: it is written when it goes out, from what it is about.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::{
    AlertId, ConversationId, MailScheduleId, MessageId, TicketId, Timestamp, UserId, WebhookId,
};

/// What a mail is about, and to whom it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MailAbout {
    /// What was said in a conversation on the channel `email` goes to the contact, or elsewhere.
    Message {
        /// In which conversation.
        conversation: ConversationId,
        /// Which message.
        message: MessageId,
        /// To which addresses; none: to the contact.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to: Vec<String>,
        /// To which others; left out: to all who got the contact's last mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cc: Option<Vec<String>>,
    },
    /// The contact of a conversation is asked how satisfied they are.
    Survey {
        /// With which conversation.
        conversation: ConversationId,
    },
    /// The contact of a job is asked to say that it is done, and how it was.
    JobConfirmation {
        /// Which job.
        ticket: TicketId,
    },
    /// The contact of a job is reminded of that.
    JobReminder {
        /// Which job.
        ticket: TicketId,
    },
    /// A user hears that a contact has written for the first time in a conversation.
    FirstMessage {
        /// Who hears it.
        user: UserId,
        /// In which conversation.
        conversation: ConversationId,
        /// The record of what happened.
        record: u64,
    },
    /// A user hears that a conversation was given to them.
    Assigned {
        /// Who hears it.
        user: UserId,
        /// Which conversation.
        conversation: ConversationId,
        /// The record of what happened.
        record: u64,
    },
    /// A user hears that a contact wrote in a conversation that is theirs.
    AssignedTraffic {
        /// Who hears it.
        user: UserId,
        /// In which conversation.
        conversation: ConversationId,
        /// The record of what happened.
        record: u64,
    },
    /// A user gets the unread messages of an hour.
    Digest {
        /// Who gets it.
        user: UserId,
        /// The end of the hour.
        until: Timestamp,
    },
    /// An admin hears that a webhook is told nothing any more.
    WebhookPaused {
        /// Who hears it.
        user: UserId,
        /// Which webhook.
        webhook: WebhookId,
    },
    /// A user gets a report.
    Report {
        /// Who gets it.
        user: UserId,
        /// By which schedule.
        schedule: MailScheduleId,
        /// For when.
        due: Timestamp,
    },
    /// A user hears of an alert.
    Alert {
        /// Who hears it.
        user: UserId,
        /// Which alert.
        alert: AlertId,
    },
    /// A user tries whether mails arrive.
    Test {
        /// Who gets it.
        user: UserId,
    },
}

/// What somebody may want to hear of by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailWish {
    /// That a contact wrote for the first time in a conversation that is theirs, their team's or
    /// nobody's.
    FirstMessage,
    /// That a conversation was given to them.
    Assigned,
    /// That a contact wrote in a conversation that is theirs.
    AssignedTraffic,
    /// The unread messages of each hour.
    Digest,
    /// Reports that were set up to come by mail.
    Report,
    /// Alerts whose rule names them.
    Alert,
}

impl MailWish {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::FirstMessage,
        Self::Assigned,
        Self::AssignedTraffic,
        Self::Digest,
        Self::Report,
        Self::Alert,
    ];

    /// What it is called in JSON; mails of it are called the same.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstMessage => "first_message",
            Self::Assigned => "assigned",
            Self::AssignedTraffic => "assigned_traffic",
            Self::Digest => "digest",
            Self::Report => "report",
            Self::Alert => "alert",
        }
    }
}

/// A mail is to go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailQueued {
    /// What it is about, and to whom.
    pub about: MailAbout,
}

/// A mail was taken by the server that carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSent {
    /// The record by which it was queued.
    pub mail: u64,
    /// The conversation that its message is in, of a mail about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
}

/// A mail does not go out.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailDropped {
    /// The record by which it was queued.
    pub mail: u64,
    /// The conversation that its message is in, of a mail about one.
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    /// Why not.
    pub reason: DropReason,
    /// What the server answered that does not take it: a number such as 550.
    #[serde(default)]
    pub code: Option<u16>,
    /// The server's words, of a mail about a message.
    #[serde(default)]
    pub said: Option<String>,
}

/// A mail came back: a machine on its way says that it does not arrive.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailBounced {
    /// The record by which it was queued.
    pub mail: u64,
    /// The conversation that its message is in.
    pub conversation: ConversationId,
    /// The message that says so.
    pub message: MessageId,
    /// For which address it was.
    #[serde(default)]
    pub recipient: Option<String>,
    /// Why, as a machine has it, such as `5.1.1`.
    #[serde(default)]
    pub status: Option<String>,
    /// Why, in its words.
    #[serde(default)]
    pub said: Option<String>,
}

/// Why a mail does not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// No address is known of whom it is for, or none that can be written to.
    NoAddress,
    /// Nothing is written to whom it is for: they are blocked, erased, suspended or removed.
    Unreachable,
    /// What it is about is over: it was said, read or closed meanwhile.
    Over,
    /// It could not be sent for a day.
    Expired,
    /// The server that carries mails does not take it.
    Refused,
}

impl MailAbout {
    /// The conversation that the message is in that goes out by it.
    pub const fn of_message(&self) -> Option<&ConversationId> {
        match self {
            Self::Message { conversation, .. } => Some(conversation),
            _ => None,
        }
    }

    /// The wish by which it goes to a user.
    pub const fn wish(&self) -> Option<MailWish> {
        match self {
            Self::FirstMessage { .. } => Some(MailWish::FirstMessage),
            Self::Assigned { .. } => Some(MailWish::Assigned),
            Self::AssignedTraffic { .. } => Some(MailWish::AssignedTraffic),
            Self::Digest { .. } => Some(MailWish::Digest),
            Self::Report { .. } => Some(MailWish::Report),
            Self::Alert { .. } => Some(MailWish::Alert),
            _ => None,
        }
    }

    /// The user to whom it goes; none: to a contact.
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::FirstMessage { user, .. }
            | Self::Assigned { user, .. }
            | Self::AssignedTraffic { user, .. }
            | Self::Digest { user, .. }
            | Self::WebhookPaused { user, .. }
            | Self::Report { user, .. }
            | Self::Alert { user, .. }
            | Self::Test { user } => Some(user),
            Self::Message { .. }
            | Self::Survey { .. }
            | Self::JobConfirmation { .. }
            | Self::JobReminder { .. } => None,
        }
    }

    /// The conversation that it is about.
    pub const fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Message { conversation, .. }
            | Self::Survey { conversation }
            | Self::FirstMessage { conversation, .. }
            | Self::Assigned { conversation, .. }
            | Self::AssignedTraffic { conversation, .. } => Some(conversation),
            Self::JobConfirmation { .. }
            | Self::JobReminder { .. }
            | Self::Digest { .. }
            | Self::WebhookPaused { .. }
            | Self::Report { .. }
            | Self::Alert { .. }
            | Self::Test { .. } => None,
        }
    }

    /// The record of what happened that it tells of.
    pub const fn record(&self) -> Option<u64> {
        match self {
            Self::FirstMessage { record, .. }
            | Self::Assigned { record, .. }
            | Self::AssignedTraffic { record, .. } => Some(*record),
            _ => None,
        }
    }

    /// The ticket that it is about.
    pub const fn ticket(&self) -> Option<&TicketId> {
        match self {
            Self::JobConfirmation { ticket } | Self::JobReminder { ticket } => Some(ticket),
            _ => None,
        }
    }

    /// What it is called in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message { .. } => "message",
            Self::Survey { .. } => "survey",
            Self::JobConfirmation { .. } => "job_confirmation",
            Self::JobReminder { .. } => "job_reminder",
            Self::FirstMessage { .. } => "first_message",
            Self::Assigned { .. } => "assigned",
            Self::AssignedTraffic { .. } => "assigned_traffic",
            Self::Digest { .. } => "digest",
            Self::WebhookPaused { .. } => "webhook_paused",
            Self::Report { .. } => "report",
            Self::Alert { .. } => "alert",
            Self::Test { .. } => "test",
        }
    }
}
