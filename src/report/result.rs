//! A report's answer: the one result from which JSON, CSV, tables, charts and mails
//! are rendered.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::ask::KeyValue;
use super::registry::{Area, Better, Report, Unit};
use crate::metrics::{Cell, wilson};
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

/// The figures of a bucket, a series or the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Figures {
    /// The value; null where nothing was counted.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Value>,
    /// The other figures that the measure gives, by name.
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, Value>)]
    pub more: BTreeMap<&'static str, Value>,
}

impl Figures {
    /// The value as a number.
    pub fn number(&self) -> Option<f64> {
        self.value.as_ref()?.as_f64()
    }

    /// Another figure as a number.
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.more.get(name)?.as_f64()
    }

    /// Whether a row of it is not settled yet.
    pub fn is_provisional(&self) -> bool {
        self.more.get("provisional") == Some(&Value::Bool(true))
    }

    fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.more.insert(name, value.into());
    }

    /// A number of rows.
    pub(super) fn count(cell: &Cell) -> Self {
        let mut figures = Self {
            value: Some(cell.count.into()),
            ..Self::default()
        };
        figures.set("count", cell.count);
        figures.mark(cell);
        figures
    }

    /// A share with its Wilson interval; null where the denominator is 0.
    pub(super) fn ratio(cell: &Cell) -> Self {
        let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
        let interval = wilson(cell.numerator, cell.denominator);
        let mut figures = Self {
            value: share(cell.numerator, cell.denominator).map(Value::from),
            ..Self::default()
        };
        figures.set("numerator", cell.numerator);
        figures.set("denominator", cell.denominator);
        figures.set("count", cell.denominator);
        figures.set("low", interval.map(|interval| interval.low));
        figures.set("high", interval.map(|interval| interval.high));
        if cell.unsettled > 0 {
            let settled = cell.denominator - cell.unsettled;
            figures.set("settled_value", share(cell.numerator, settled));
        }
        figures.mark(cell);
        figures
    }

    /// Durations; the value is the mean, as managers know it from other tools.
    pub(super) fn duration(cell: &Cell) -> Self {
        let spread = cell.values.as_deref();
        let mut figures = Self {
            value: spread.map(|spread| spread.mean.into()),
            ..Self::default()
        };
        figures.set("count", spread.map_or(0, |spread| spread.count));
        let of = |pick: fn(&crate::metrics::Spread) -> f64| spread.map(pick);
        figures.set("mean", of(|spread| spread.mean));
        figures.set("p50", of(|spread| spread.p50));
        figures.set("p90", of(|spread| spread.p90));
        figures.set("p95", of(|spread| spread.p95));
        figures.set("max", of(|spread| spread.max));
        if let Some(spread) = spread {
            figures.set("histogram", spread.histogram.to_vec());
        }
        figures.mark(cell);
        figures
    }

    /// Times in stages, with the spans from first entry to last exit.
    pub(super) fn stages(cell: &Cell) -> Self {
        let mut figures = Self::duration(cell);
        let spread = cell.more.as_deref();
        figures.set("span_mean", spread.map(|spread| spread.mean));
        figures.set("span_p50", spread.map(|spread| spread.p50));
        figures
    }

    /// A share of answered jobs, with the number of all declines.
    pub(super) fn contact_declined(cell: &Cell) -> Self {
        let mut figures = Self::ratio(cell);
        figures.set("declined_all", cell.count);
        figures
    }

    /// The mean of all scores, and of each scale.
    pub(super) fn ratings(cell: &Cell) -> Self {
        let mean = |sum: u64, of: u64| (of > 0).then(|| sum as f64 / of as f64);
        let all = mean(cell.scores + cell.other_scores, 2 * cell.count);
        let mut figures = Self {
            value: all.map(Value::from),
            ..Self::default()
        };
        figures.set("count", cell.count);
        figures.set("communication", mean(cell.scores, cell.count));
        figures.set("quality", mean(cell.other_scores, cell.count));
        figures
    }

    /// Adds the number of jobs received.
    pub(super) fn set_received(&mut self, received: u64) {
        self.set("received", received);
    }

    /// A sum of time, in milliseconds.
    pub(super) fn time(millis: i64) -> Self {
        Self {
            value: Some((millis as f64 / 1000.0).into()),
            ..Self::default()
        }
    }

    /// Available time inside working hours, with that outside.
    pub(super) fn working_time(inside: i64, outside: i64) -> Self {
        let mut figures = Self::time(inside);
        let all = inside + outside;
        figures.set("inside", inside as f64 / 1000.0);
        figures.set("outside", outside as f64 / 1000.0);
        figures.set(
            "inside_share",
            (all > 0).then(|| inside as f64 / all as f64),
        );
        figures
    }

    /// The share handed off, with the time from assignment to close.
    pub(super) fn handoff_outcomes(cell: &Cell) -> Self {
        let mut figures = Self::ratio(cell);
        let spread = cell.more.as_deref();
        figures.set("close_count", spread.map_or(0, |spread| spread.count));
        figures.set("close_mean", spread.map(|spread| spread.mean));
        figures.set("close_p50", spread.map(|spread| spread.p50));
        figures
    }

    /// The share deflected, with its two parts.
    pub(super) fn deflection(cell: &Cell) -> Self {
        let mut figures = Self::ratio(cell);
        figures.set("resolved", cell.count);
        figures.set("abandoned", cell.numerator.saturating_sub(cell.count));
        figures
    }

    /// The share of satisfied ratings, with their mean and the response rate.
    pub(super) fn csat(cell: &Cell) -> Self {
        let mut figures = Self::ratio(cell);
        let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
        figures.set("mean", share(cell.scores, cell.denominator));
        figures.set("sent", cell.sent);
        figures.set("responded", cell.responded);
        figures.set("response_rate", share(cell.responded, cell.sent));
        figures
    }

    /// A level; null where the bucket lies ahead of `as_of`.
    pub(super) fn level(value: Option<i64>) -> Self {
        Self {
            value: value.map(Value::from),
            ..Self::default()
        }
    }

    /// Marks a bucket that still fills.
    pub(super) fn mark_filling(&mut self) {
        self.set("provisional", true);
    }

    fn mark(&mut self, cell: &Cell) {
        if cell.pending > 0 {
            self.set("provisional", true);
        }
    }
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
