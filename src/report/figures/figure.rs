//! The figures that a measure may give besides its value: what they are called, and what they are.
//!
//! The names are those of JSON, CSV, tables and addresses. Which measure gives which is said by
//! `measurement`; how they read is said by the fronts.

use serde::{Serialize, Serializer};

/// A figure besides the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// Of what was deflected, the episodes that their contacts left.
    Abandoned,
    /// How many times from assignment to close there are.
    CloseCount,
    /// The mean of these times.
    CloseMean,
    /// Their median.
    CloseP50,
    /// The mean score for communication.
    Communication,
    /// How many rows there are.
    Count,
    /// All declines, whoever declined.
    DeclinedAll,
    /// The rows that a share is of.
    Denominator,
    /// The upper end of a share's interval.
    High,
    /// How many durations lie in each class.
    Histogram,
    /// Time inside working hours.
    Inside,
    /// That time as a share of all.
    InsideShare,
    /// The lower end of a share's interval.
    Low,
    /// The longest duration.
    Max,
    /// The mean duration; of surveys, the mean score.
    Mean,
    /// The rows of the denominator that are in the share.
    Numerator,
    /// Time outside working hours.
    Outside,
    /// The median duration.
    P50,
    /// Nine in ten durations are at most this.
    P90,
    /// Nineteen in twenty durations are at most this.
    P95,
    /// Whether it may still change.
    Provisional,
    /// The mean score for quality.
    Quality,
    /// The jobs received in the same time.
    Received,
    /// Of what was deflected, the episodes that were resolved.
    Resolved,
    /// The surveys that came back.
    Responded,
    /// These as a share of those sent.
    ResponseRate,
    /// The surveys sent.
    Sent,
    /// The share among settled rows.
    SettledValue,
    /// The mean of the spans from first entry to last exit.
    SpanMean,
    /// Their median.
    SpanP50,
}

impl Figure {
    /// Whether tables have a column of this name: the value, or another figure.
    pub fn is_column(name: &str) -> bool {
        name == "value" || Self::ALL.iter().any(|figure| figure.as_str() == name)
    }

    /// All of them, in the order of their names.
    pub const ALL: [Self; 30] = [
        Self::Abandoned,
        Self::CloseCount,
        Self::CloseMean,
        Self::CloseP50,
        Self::Communication,
        Self::Count,
        Self::DeclinedAll,
        Self::Denominator,
        Self::High,
        Self::Histogram,
        Self::Inside,
        Self::InsideShare,
        Self::Low,
        Self::Max,
        Self::Mean,
        Self::Numerator,
        Self::Outside,
        Self::P50,
        Self::P90,
        Self::P95,
        Self::Provisional,
        Self::Quality,
        Self::Received,
        Self::Resolved,
        Self::Responded,
        Self::ResponseRate,
        Self::Sent,
        Self::SettledValue,
        Self::SpanMean,
        Self::SpanP50,
    ];

    /// The name in JSON, CSV and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::CloseCount => "close_count",
            Self::CloseMean => "close_mean",
            Self::CloseP50 => "close_p50",
            Self::Communication => "communication",
            Self::Count => "count",
            Self::DeclinedAll => "declined_all",
            Self::Denominator => "denominator",
            Self::High => "high",
            Self::Histogram => "histogram",
            Self::Inside => "inside",
            Self::InsideShare => "inside_share",
            Self::Low => "low",
            Self::Max => "max",
            Self::Mean => "mean",
            Self::Numerator => "numerator",
            Self::Outside => "outside",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::Provisional => "provisional",
            Self::Quality => "quality",
            Self::Received => "received",
            Self::Resolved => "resolved",
            Self::Responded => "responded",
            Self::ResponseRate => "response_rate",
            Self::Sent => "sent",
            Self::SettledValue => "settled_value",
            Self::SpanMean => "span_mean",
            Self::SpanP50 => "span_p50",
        }
    }
}

/// What a figure comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FigureValue<'a> {
    /// A number of things.
    Count(u64),
    /// How many there are at an instant.
    Level(i64),
    /// A share, a mean or a time; nothing where there are no rows to make it of.
    Number(Option<f64>),
    /// How many lie in each class.
    Classes(&'a [u64]),
    /// Whether something holds.
    Mark(bool),
}

impl FigureValue<'_> {
    /// The value as a number.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(count as f64),
            Self::Level(level) => Some(level as f64),
            Self::Number(number) => number.filter(|number| number.is_finite()),
            Self::Classes(_) | Self::Mark(_) => None,
        }
    }
}

impl Serialize for FigureValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => count.serialize(serializer),
            Self::Level(level) => level.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Classes(classes) => classes.serialize(serializer),
            Self::Mark(mark) => mark.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_in_the_order_of_their_names() {
        assert!(Figure::ALL.is_sorted_by_key(|figure| figure.as_str()));
    }
}
