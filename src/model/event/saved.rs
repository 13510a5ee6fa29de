//! The events of saved reports, dashboards and the links by which they are shown outside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::{DashboardId, SavedReportId, SharedLinkId, Timestamp};

/// How the figures of a saved report are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SavedChart {
    /// Bucket after bucket.
    #[default]
    OverTime,
    /// The window as one.
    Totals,
}

/// Who finds a saved report or a dashboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Who made it.
    #[default]
    Owner,
    /// Everybody who signs in.
    Everybody,
}

/// How wide a panel of a dashboard is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PanelWidth {
    /// A figure with its course.
    Tile,
    /// A third of the page.
    Third,
    /// Half of it.
    #[default]
    Half,
    /// All of it.
    Whole,
}

impl PanelWidth {
    /// All of them, from narrow to wide.
    pub const ALL: [Self; 4] = [Self::Tile, Self::Third, Self::Half, Self::Whole];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tile => "tile",
            Self::Third => "third",
            Self::Half => "half",
            Self::Whole => "whole",
        }
    }
}

/// What a panel of a dashboard shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PanelSource {
    /// A report as it is.
    Report {
        /// Its id.
        #[schema(min_length = 1, max_length = 128, pattern = r"\S")]
        id: String,
    },
    /// A saved one.
    SavedReport {
        /// Which.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        id: SavedReportId,
    },
}

/// A panel of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DashboardPanel {
    /// What it shows.
    pub shows: PanelSource,
    /// How wide it is.
    #[serde(default)]
    pub width: PanelWidth,
}

/// A report is kept under a name, from now on like this.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedReportSet {
    /// Which.
    pub saved_report: SavedReportId,
    /// What it is called.
    pub name: String,
    /// The report that it asks.
    pub report: String,
    /// What it is asked, by the names of a query's parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// How it is laid out.
    #[serde(default)]
    pub chart: SavedChart,
    /// What is to be reached, in the report's unit.
    #[serde(default)]
    pub target: Option<f64>,
    /// The report whose measure is drawn into the same chart, on a scale of its own.
    #[serde(default)]
    pub second: Option<String>,
    /// The figures that its tables keep besides their keys; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Who finds it.
    #[serde(default)]
    pub audience: Audience,
}

/// A saved report is no longer there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedReportRemoved {
    /// Which.
    pub saved_report: SavedReportId,
}

/// A saved report that was removed is there again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedReportRestored {
    /// Which.
    pub saved_report: SavedReportId,
}

/// A dashboard has these panels from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DashboardSet {
    /// Which.
    pub dashboard: DashboardId,
    /// What it is called.
    pub name: String,
    /// Its panels, in order.
    #[serde(default)]
    pub panels: Vec<DashboardPanel>,
    /// Who finds it.
    #[serde(default)]
    pub audience: Audience,
}

/// A dashboard is no longer there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DashboardRemoved {
    /// Which.
    pub dashboard: DashboardId,
}

/// A dashboard that was removed is there again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DashboardRestored {
    /// Which.
    pub dashboard: DashboardId,
}

/// What a link shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LinkTarget {
    /// A saved report.
    SavedReport {
        /// Which.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        id: SavedReportId,
    },
    /// A dashboard.
    Dashboard {
        /// Which.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        id: DashboardId,
    },
}

/// Whoever has a link sees the figures behind it, without signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkShared {
    /// Which link.
    pub link: SharedLinkId,
    /// What it shows.
    pub shows: LinkTarget,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A link shows nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRevoked {
    /// Which link.
    pub link: SharedLinkId,
}
