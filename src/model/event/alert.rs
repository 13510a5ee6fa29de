//! The events of alerts: what is watched, that something was found, told, and over.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::{
    AlertId, AlertRuleId, ConversationId, SavedReportId, TicketId, Timestamp, TopicId, UserId,
};

/// How long the buckets of a watched report are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertEvery {
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// A week.
    Week,
}

impl AlertEvery {
    /// All of them, from short to long.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    /// The word for it; the same as in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.as_str() == word)
    }
}

/// On which side of its limit a figure is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertSide {
    /// Where it is more.
    #[default]
    Above,
    /// Where it is less.
    Below,
}

impl AlertSide {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Above, Self::Below];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.as_str() == word)
    }
}

/// What an alert rule watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AlertWatch {
    /// A contact waits for a rep for longer than this.
    WaitingHandoff {
        /// Minutes.
        #[schema(minimum = 1, maximum = 10080)]
        minutes: u32,
    },
    /// What a ticket was promised is due within this, or was not kept.
    AgreementDue {
        /// Minutes.
        #[schema(minimum = 1, maximum = 10080)]
        minutes: u32,
    },
    /// The last whole bucket of a saved report is beyond a limit.
    Threshold {
        /// Which report.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        report: SavedReportId,
        /// How long its buckets are.
        #[serde(default)]
        every: AlertEvery,
        /// On which side of the limit it is told.
        #[serde(default)]
        side: AlertSide,
        /// The limit, in the report's unit.
        value: f64,
        /// Of how many rows the figure has to be made at least.
        #[schema(maximum = 100_000)]
        #[serde(default)]
        least: u32,
    },
    /// The last whole bucket of a saved report is unlike those of the same weekday before.
    Unusual {
        /// Which report.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        report: SavedReportId,
        /// How long its buckets are.
        #[serde(default)]
        every: AlertEvery,
        /// Of how many rows the figures have to be made at least.
        #[schema(maximum = 100_000)]
        #[serde(default)]
        least: u32,
    },
    /// More questions come to a gap than in the week before.
    GrowingGap {
        /// How many there have to be in the last seven whole days at least.
        #[schema(minimum = 1, maximum = 100_000)]
        least: u32,
    },
    /// Something of this machine is in trouble: mails out, an account that is read, a webhook, the
    /// disk, or no backup was made for long.
    Health {
        /// How much of the disk has to be free, in percent.
        #[schema(minimum = 1, maximum = 90)]
        #[serde(default = "usual_disk")]
        disk_percent: u32,
        /// After how many days without a backup it is told; 0: never.
        #[schema(maximum = 365)]
        #[serde(default)]
        backup_days: u32,
    },
}

/// How much of the disk has to be free, where a rule says nothing else, in percent.
const fn usual_disk() -> u32 {
    10
}

impl AlertWatch {
    /// Every kind, in the order in which they are offered.
    pub const KINDS: [&'static str; 6] = [
        "waiting_handoff",
        "agreement_due",
        "threshold",
        "unusual",
        "growing_gap",
        "health",
    ];

    /// What it is called in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::WaitingHandoff { .. } => "waiting_handoff",
            Self::AgreementDue { .. } => "agreement_due",
            Self::Threshold { .. } => "threshold",
            Self::Unusual { .. } => "unusual",
            Self::GrowingGap { .. } => "growing_gap",
            Self::Health { .. } => "health",
        }
    }

    /// The saved report that it watches.
    pub const fn report(&self) -> Option<&SavedReportId> {
        match self {
            Self::Threshold { report, .. } | Self::Unusual { report, .. } => Some(report),
            _ => None,
        }
    }
}

/// When nobody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From which local time on, as `20:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    /// Until when, as `07:00`; before `from`: on the next day.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub to: String,
    /// Whether Saturdays and Sundays are quiet as a whole.
    #[serde(default)]
    pub weekends: bool,
    /// In which IANA zone.
    pub zone: String,
}

/// An alert rule is this from now on.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleSet {
    /// Which.
    pub rule: AlertRuleId,
    /// What it is called.
    pub name: String,
    /// What it watches.
    pub watches: AlertWatch,
    /// Who is told by mail.
    #[serde(default)]
    pub users: Vec<UserId>,
    /// Whether webhooks are told.
    #[serde(default)]
    pub webhooks: bool,
    /// When nobody is told.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
}

/// An alert rule watches nothing, or watches again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRulePaused {
    /// Which.
    pub rule: AlertRuleId,
    /// Whether it rests.
    pub paused: bool,
}

/// An alert rule is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleRemoved {
    /// Which.
    pub rule: AlertRuleId,
}

/// A part of this machine's work that may be in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthPart {
    /// Mails out; with a name, a mailbox that is read.
    Mailbox,
    /// An account of another product that is read.
    Connector,
    /// A program elsewhere that is told what happens.
    Webhook,
    /// No backup was made for long.
    Backup,
    /// The disk is nearly full.
    Disk,
    /// The endpoint that makes vectors of texts.
    Embeddings,
}

impl HealthPart {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Connector => "connector",
            Self::Webhook => "webhook",
            Self::Backup => "backup",
            Self::Disk => "disk",
            Self::Embeddings => "embeddings",
        }
    }
}

/// What was found.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AlertFact {
    /// A contact waits for a rep.
    WaitingHandoff {
        /// In which conversation.
        #[schema(value_type = String)]
        conversation: ConversationId,
        /// Since when.
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
    },
    /// A ticket has to be answered or closed.
    AgreementDue {
        /// Which.
        #[schema(value_type = String)]
        ticket: TicketId,
        /// By when.
        #[schema(value_type = String, format = DateTime)]
        due_at: Timestamp,
    },
    /// A report is beyond its limit.
    Threshold {
        /// Which.
        #[schema(value_type = String)]
        report: SavedReportId,
        /// The start of the bucket.
        #[schema(value_type = String, format = DateTime)]
        from: Timestamp,
        /// Its end.
        #[schema(value_type = String, format = DateTime)]
        to: Timestamp,
        /// What it came to.
        value: f64,
        /// Of how many rows.
        #[serde(default)]
        rows: Option<u64>,
        /// On which side of the limit it is.
        side: AlertSide,
        /// The limit.
        limit: f64,
    },
    /// A report is unlike it was.
    Unusual {
        /// Which.
        #[schema(value_type = String)]
        report: SavedReportId,
        /// The start of the bucket.
        #[schema(value_type = String, format = DateTime)]
        from: Timestamp,
        /// Its end.
        #[schema(value_type = String, format = DateTime)]
        to: Timestamp,
        /// What it came to.
        value: f64,
        /// Of how many rows.
        #[serde(default)]
        rows: Option<u64>,
        /// What was usual: the middle.
        usual: f64,
        /// The least that would have been usual.
        low: f64,
        /// The most.
        high: f64,
    },
    /// A gap grows.
    GrowingGap {
        /// Which.
        #[schema(value_type = String)]
        topic: TopicId,
        /// How many questions in the seven days up to `until`.
        recent: u32,
        /// How many in the seven days before.
        before: u32,
        /// The end of those days.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// Something of this machine is in trouble.
    Health {
        /// What.
        part: HealthPart,
        /// Which of them.
        #[serde(default)]
        id: Option<String>,
        /// Since when.
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
        /// How much is free, or for how many days there was none.
        #[serde(default)]
        amount: Option<u64>,
    },
}

/// Something was found that a rule watches for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertOpened {
    /// Which alert.
    pub alert: AlertId,
    /// By which rule.
    pub rule: AlertRuleId,
    /// What it is about: while it is open, nothing else is opened about the same.
    pub subject: String,
    /// The cause: it is never opened twice.
    pub cause: String,
    /// What was found.
    pub fact: AlertFact,
}

/// Who is to be told of an alert was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertTold {
    /// Which.
    pub alert: AlertId,
    /// Whether webhooks are told.
    pub webhooks: bool,
}

/// What an alert was about is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertResolved {
    /// Which.
    pub alert: AlertId,
    /// Whether webhooks are told: those that were told that it began.
    pub webhooks: bool,
}
