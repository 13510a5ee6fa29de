//! A report's answer: the one result from which JSON, CSV, tables, charts and mails
//! are rendered.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::ask::KeyValue;
use super::figures::Figures;
use super::registry::{Area, Better, Report, Unit};
use crate::model::{Profile, Timestamp};

/// The name of a field in a key: `channel`, or `attr.plan` of an own field.
pub type FieldName = Cow<'static, str>;

/// A series' key: a value for each dimension of the cut.
pub type SeriesKey = BTreeMap<FieldName, KeyValue>;

/// What a report is, as its answer repeats it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Head {
    /// Its public name.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its area.
    pub area: Area,
    /// What its value is counted in.
    pub unit: Unit,
    /// Which way is good.
    pub better: Better,
    /// What it means.
    pub definition: &'static str,
    /// The date basis in use.
    pub date_basis: &'static str,
    /// The questions that it answers.
    pub questions: &'static [&'static str],
    /// The fields to cut and filter by.
    pub fields: Vec<&'static str>,
}

/// What a report says of itself.
pub fn head(report: &'static Report, date_basis: &'static str) -> Head {
    let fields = report.fields();
    Head {
        id: report.id,
        title: report.title,
        area: report.area,
        unit: report.unit,
        better: report.better,
        definition: report.definition,
        date_basis,
        questions: report.questions,
        fields: fields.iter().map(|dimension| dimension.as_str()).collect(),
    }
}

/// The window of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Window {
    /// Its start.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Its end, which is no longer in it.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Its zone.
    pub tz: &'static str,
    /// How it is cut.
    pub every: Option<&'static str>,
}

/// One bucket of a series.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Point {
    /// Its start.
    #[schema(value_type = String, format = DateTime)]
    pub start: Timestamp,
    /// Its end, which is no longer in it.
    #[schema(value_type = String, format = DateTime)]
    pub end: Timestamp,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The buckets of one key.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Series {
    /// Its key; empty for the only series of a report without cut.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    pub key: SeriesKey,
    /// Every bucket of the window, empty ones too.
    pub points: Vec<Point>,
    /// All of them together.
    pub total: Figures,
}

/// The period that an answer is compared with.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// Its window.
    pub window: Window,
    /// Until when it is counted, where the answer's own window is running: as much of it as has
    /// passed of that one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Its series.
    pub series: Vec<Series>,
    /// All rows together.
    #[serialize_always]
    pub total: Option<Figures>,
}

/// Rows left out for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExcludedCount {
    /// Why.
    pub reason: &'static str,
    /// How many.
    pub count: u64,
}

/// One of several ways of counting that are shown side by side.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Beside)]
pub struct Way {
    /// What distinguishes its series from the others; their keys have the same words.
    #[serde(skip)]
    pub key: SeriesKey,
    /// The clock that durations run on.
    pub clock: &'static str,
    /// By which profile it was counted.
    #[schema(value_type = Object)]
    pub profile: Profile,
    /// All rows together.
    pub total: Option<Figures>,
    /// Rows left out, by reason.
    pub excluded: Vec<ExcludedCount>,
    /// Durations that have not ended.
    pub open: u64,
    /// Rows whose result is not known yet.
    pub pending: u64,
}

/// A report's answer.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportResult {
    /// What the report is.
    pub report: Head,
    /// By which profile it was counted.
    #[schema(value_type = Object)]
    pub profile: Profile,
    /// The clock that durations run on; of several, the first.
    pub clock: &'static str,
    /// Over which window.
    pub window: Window,
    /// Up to which instant events exist.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// The position of the log that it was counted at.
    pub log_position: u64,
    /// The series, by key.
    pub series: Vec<Series>,
    /// All rows together, each once; null where series cannot be added.
    #[serialize_always]
    pub total: Option<Figures>,
    /// The ways of counting that are shown side by side; empty where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Way>,
    /// The highest level of each hour of day, of a report of levels of reps.
    pub by_hour: Option<Vec<i64>>,
    /// The period to compare with.
    pub compare: Option<Comparison>,
    /// Rows left out, by reason.
    pub excluded: Vec<ExcludedCount>,
    /// Durations that have not ended.
    pub open: u64,
    /// Rows whose result is not known yet.
    pub pending: u64,
}
