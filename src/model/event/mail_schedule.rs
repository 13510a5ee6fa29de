//! The events of reports that go out by mail again and again.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::{DashboardId, MailScheduleId, SavedReportId, UserId};

/// How often a report goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailEvery {
    /// Each day.
    Daily,
    /// Each week, on a day of it.
    #[default]
    Weekly,
    /// Every second week, on a day of it.
    Fortnightly,
    /// Each month, on a day of it.
    Monthly,
}

impl MailEvery {
    /// All of them, from often to seldom.
    pub const ALL: [Self; 4] = [Self::Daily, Self::Weekly, Self::Fortnightly, Self::Monthly];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Fortnightly => "fortnightly",
            Self::Monthly => "monthly",
        }
    }
}

/// What a mail reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MailedReport {
    /// A saved report.
    SavedReport {
        /// Which.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        id: SavedReportId,
    },
    /// A dashboard: somebody's, or one that everybody has.
    Dashboard {
        /// Which.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        id: DashboardId,
    },
    /// The jobs of the 14 whole days before, beside the 14 before them.
    Jobs {},
}

/// A report goes out by mail, from now on like this.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailScheduleSet {
    /// Which.
    pub schedule: MailScheduleId,
    /// What goes out.
    pub shows: MailedReport,
    /// How often.
    pub every: MailEvery,
    /// At which local time, as `08:00`.
    pub time: String,
    /// On which day of the week, Monday being 1; for weekly and fortnightly ones.
    #[serde(default)]
    pub weekday: Option<u8>,
    /// On which day of the month; for monthly ones.
    #[serde(default)]
    pub day: Option<u8>,
    /// In which IANA zone.
    pub zone: String,
    /// Whether the figures are attached as CSV.
    #[serde(default)]
    pub csv: bool,
    /// To whom.
    pub users: Vec<UserId>,
}

/// A report goes out by mail no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailScheduleRemoved {
    /// Which.
    pub schedule: MailScheduleId,
}
