//! What a measure comes to in a bucket, a series or the whole: its value, and its other figures.
//!
//! Each kind of measure has its own variant, and every figure is worked out of it when it is
//! read; JSON, CSV, pages and the command line read the same ones by the same names. Made by
//! `evaluate` of what was counted.

mod figure;
mod measurement;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

pub use figure::{Figure, FigureValue};
pub use measurement::{Durations, Measurement, Ratio};

use crate::metrics::Cell;

/// The figures of a bucket, a series or the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// What was measured.
    pub measurement: Measurement,
    /// Whether a row of it is not settled yet, or its bucket still fills.
    pub is_provisional: bool,
}

impl Figures {
    const fn new(measurement: Measurement) -> Self {
        Self {
            measurement,
            is_provisional: false,
        }
    }

    fn of(measurement: Measurement, cell: &Cell) -> Self {
        Self {
            measurement,
            is_provisional: cell.pending > 0,
        }
    }

    /// A number of rows.
    pub(super) fn count(cell: &Cell) -> Self {
        Self::of(Measurement::Count(cell.count), cell)
    }

    /// A share with its Wilson interval; null where the denominator is 0.
    pub(super) fn ratio(cell: &Cell) -> Self {
        Self::of(Measurement::Ratio(Ratio::new(cell)), cell)
    }

    /// Durations.
    pub(super) fn duration(cell: &Cell) -> Self {
        Self::of(Measurement::Duration(Durations(cell.values.clone())), cell)
    }

    /// Times in stages, with the spans from first entry to last exit.
    pub(super) fn stages(cell: &Cell) -> Self {
        let measurement = Measurement::Stages {
            times: Durations(cell.values.clone()),
            spans: cell.more.clone(),
        };
        Self::of(measurement, cell)
    }

    /// A share of answered jobs, with the number of all declines.
    pub(super) fn contact_declines(cell: &Cell) -> Self {
        let measurement = Measurement::ContactDeclines {
            ratio: Ratio::new(cell),
            declined_all: cell.count,
        };
        Self::of(measurement, cell)
    }

    /// The mean of all scores, and of each scale.
    pub(super) const fn ratings(cell: &Cell) -> Self {
        Self::new(Measurement::Ratings {
            count: cell.count,
            communication: cell.scores,
            quality: cell.other_scores,
        })
    }

    /// The share handed off, with the time from assignment to close.
    pub(super) fn handoffs(cell: &Cell) -> Self {
        let measurement = Measurement::Handoffs {
            ratio: Ratio::new(cell),
            closing: cell.more.clone(),
        };
        Self::of(measurement, cell)
    }

    /// The share deflected, with its two parts.
    pub(super) fn deflection(cell: &Cell) -> Self {
        let measurement = Measurement::Deflection {
            ratio: Ratio::new(cell),
            resolved: cell.count,
        };
        Self::of(measurement, cell)
    }

    /// The share of satisfied ratings, with their mean and the response rate.
    pub(super) fn satisfaction(cell: &Cell) -> Self {
        let measurement = Measurement::Satisfaction {
            ratio: Ratio::new(cell),
            scores: cell.scores,
            sent: cell.sent,
            responded: cell.responded,
        };
        Self::of(measurement, cell)
    }

    /// A sum of time, in milliseconds.
    pub(super) const fn time(millis: i64) -> Self {
        Self::new(Measurement::Time(millis))
    }

    /// Available time inside working hours, with that outside.
    pub(super) const fn working_time(inside: i64, outside: i64) -> Self {
        Self::new(Measurement::WorkingTime { inside, outside })
    }

    /// A level; null where the bucket lies ahead of `as_of`.
    pub(super) const fn level(value: Option<i64>) -> Self {
        Self::new(Measurement::Level(value))
    }

    /// Adds the number of jobs received to that of those declined.
    pub(super) fn set_received(&mut self, received: u64) {
        if let Measurement::Count(declined) = self.measurement {
            self.measurement = Measurement::Declines { declined, received };
        }
    }

    /// The value; nothing where nothing was counted.
    pub fn value(&self) -> FigureValue<'static> {
        self.measurement.value()
    }

    /// The value as a number.
    pub fn number(&self) -> Option<f64> {
        self.value().number()
    }

    /// Another figure; `None`: the measure does not give it.
    pub fn get(&self, figure: Figure) -> Option<FigureValue<'_>> {
        if figure == Figure::Provisional {
            return self.is_provisional.then_some(FigureValue::Mark(true));
        }
        self.measurement.figure(figure)
    }

    /// Another figure as a number.
    pub fn figure(&self, figure: Figure) -> Option<f64> {
        self.get(figure)?.number()
    }

    /// The figures that there are besides the value, in the order of their names.
    pub fn more(&self) -> impl Iterator<Item = (Figure, FigureValue<'_>)> {
        let figures = Figure::ALL.into_iter();
        figures.filter_map(|figure| Some((figure, self.get(figure)?)))
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &self.value())?;
        for (figure, value) in self.more() {
            map.serialize_entry(figure.as_str(), &value)?;
        }
        map.end()
    }
}

/// The figures of a bucket, a series or the whole.
#[derive(ToSchema)]
#[schema(as = Figures)]
#[expect(dead_code, reason = "it is there for the description of the API only")]
struct FigureMap {
    /// The value; null where nothing was counted.
    #[schema(value_type = Option<f64>)]
    value: Option<Value>,
    /// The other figures that the measure gives, by name.
    #[serde(flatten)]
    #[schema(value_type = BTreeMap<String, Value>)]
    more: BTreeMap<&'static str, Value>,
}

impl PartialSchema for Figures {
    fn schema() -> RefOr<Schema> {
        FigureMap::schema()
    }
}

impl ToSchema for Figures {
    fn name() -> Cow<'static, str> {
        FigureMap::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        FigureMap::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(figures: &Figures) -> String {
        serde_json::to_string(figures).unwrap()
    }

    #[test]
    fn figures_are_written_by_name_after_the_value() {
        assert_eq!(json(&Figures::default()), r#"{"value":null}"#);
        let cell = Cell {
            count: 3,
            pending: 1,
            ..Cell::default()
        };
        let mut figures = Figures::count(&cell);
        let counted = r#"{"value":3,"count":3,"provisional":true}"#;
        assert_eq!(json(&figures), counted);
        figures.set_received(5);
        let declined = r#"{"value":3,"count":3,"provisional":true,"received":5}"#;
        assert_eq!(json(&figures), declined);
        let time = r#"{"value":1.5,"inside":1.5,"inside_share":0.75,"outside":0.5}"#;
        assert_eq!(json(&Figures::working_time(1_500, 500)), time);
        assert_eq!(json(&Figures::level(Some(-2))), r#"{"value":-2}"#);
    }

    #[test]
    fn what_there_are_no_rows_for_is_null_and_what_is_unsettled_left_out() {
        let none =
            r#"{"value":null,"count":0,"denominator":0,"high":null,"low":null,"numerator":0}"#;
        assert_eq!(json(&Figures::ratio(&Cell::default())), none);
        let cell = Cell {
            count: 1,
            numerator: 2,
            denominator: 4,
            unsettled: 2,
            pending: 2,
            ..Cell::default()
        };
        let figures = Figures::deflection(&cell);
        assert_eq!(figures.number(), Some(0.5));
        assert_eq!(figures.figure(Figure::SettledValue), Some(1.0));
        assert_eq!(figures.figure(Figure::Abandoned), Some(1.0));
        assert_eq!(figures.get(Figure::Mean), None);
        let survey = Cell {
            sent: 4,
            responded: 1,
            ..Cell::default()
        };
        let figures = Figures::satisfaction(&survey);
        assert_eq!(figures.figure(Figure::ResponseRate), Some(0.25));
        assert_eq!(figures.get(Figure::Mean), Some(FigureValue::Number(None)));
    }
}
