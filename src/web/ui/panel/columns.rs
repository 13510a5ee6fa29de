//! Which figures a measure gives in tables besides its value, in the order of their columns.

use crate::report::{Figure, Measure};

/// The figures of durations.
const TIMES: &[Figure] = &[
    Figure::Count,
    Figure::P50,
    Figure::P90,
    Figure::P95,
    Figure::Max,
];
/// Those of times in stages.
const STAGES: &[Figure] = &[
    Figure::Count,
    Figure::P50,
    Figure::P90,
    Figure::P95,
    Figure::Max,
    Figure::SpanMean,
    Figure::SpanP50,
];
/// Those of a share.
const SHARE: &[Figure] = &[
    Figure::Numerator,
    Figure::Denominator,
    Figure::Low,
    Figure::High,
    Figure::SettledValue,
];
/// Those of the share of jobs that contacts declined.
const DECLINES: &[Figure] = &[
    Figure::Numerator,
    Figure::Denominator,
    Figure::Low,
    Figure::High,
    Figure::DeclinedAll,
];
/// Those of the share handed off.
const HANDOFFS: &[Figure] = &[
    Figure::Numerator,
    Figure::Denominator,
    Figure::Low,
    Figure::High,
    Figure::CloseCount,
    Figure::CloseMean,
    Figure::CloseP50,
];
/// Those of the share deflected.
const DEFLECTION: &[Figure] = &[
    Figure::Numerator,
    Figure::Denominator,
    Figure::Resolved,
    Figure::Abandoned,
    Figure::Low,
    Figure::High,
    Figure::SettledValue,
];
/// Those of the share of satisfied ratings.
const SATISFACTION: &[Figure] = &[
    Figure::Numerator,
    Figure::Denominator,
    Figure::Low,
    Figure::High,
    Figure::Mean,
    Figure::Sent,
    Figure::Responded,
    Figure::ResponseRate,
];

/// The figures that a measure gives besides the value.
pub(in crate::web::ui) const fn figures_of(measure: Measure) -> &'static [Figure] {
    match measure {
        Measure::Count
        | Measure::TopCount
        | Measure::TopList
        | Measure::AtRisk
        | Measure::Level
        | Measure::Peak
        | Measure::StatusTime
        | Measure::Composite(_) => &[],
        Measure::Declines => &[Figure::Received],
        Measure::ContactDeclined => DECLINES,
        Measure::Ratings => &[Figure::Count, Figure::Communication, Figure::Quality],
        Measure::WorkingTime => &[Figure::Outside, Figure::InsideShare],
        Measure::Stages => STAGES,
        Measure::Ratio => SHARE,
        Measure::Duration | Measure::TopDuration => TIMES,
        Measure::HandoffOutcomes => HANDOFFS,
        Measure::Deflection => DEFLECTION,
        Measure::Csat => SATISFACTION,
    }
}
