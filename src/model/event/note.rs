//! The events of notes on charts.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::{ChartNoteId, Timestamp};

/// A note is on charts, from now on like this.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartNoteSet {
    /// Which.
    pub note: ChartNoteId,
    /// What it says.
    pub text: String,
    /// When what it tells of was, or began.
    pub on: Timestamp,
    /// When that ended, where it lasted.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// The report that it is for; left out: all.
    #[serde(default)]
    pub report: Option<String>,
    /// The channel that it is for; left out: all.
    #[serde(default)]
    pub channel: Option<String>,
}

/// A note is no longer there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartNoteRemoved {
    /// Which.
    pub note: ChartNoteId,
}

/// A note that was removed is there again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartNoteRestored {
    /// Which.
    pub note: ChartNoteId,
}
