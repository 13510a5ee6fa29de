//! The figures that a measure makes of what was counted.

use crate::metrics::Cell;
use crate::report::figures::Figures;
use crate::report::registry::Measure;

/// The figures that a cell comes to.
pub(super) fn figures_of(measure: Measure, cell: &Cell) -> Figures {
    match measure {
        Measure::Count
        | Measure::TopCount
        | Measure::TopList
        | Measure::Declines
        | Measure::AtRisk => Figures::count(cell),
        Measure::ContactDeclined => Figures::contact_declines(cell),
        Measure::Ratings => Figures::ratings(cell),
        Measure::Ratio => Figures::ratio(cell),
        Measure::Duration | Measure::TopDuration => Figures::duration(cell),
        Measure::HandoffOutcomes => Figures::handoffs(cell),
        Measure::Deflection => Figures::deflection(cell),
        Measure::Csat => Figures::satisfaction(cell),
        Measure::Stages => Figures::stages(cell),
        Measure::Level
        | Measure::Peak
        | Measure::StatusTime
        | Measure::WorkingTime
        | Measure::Composite(_) => Figures::level(None),
    }
}
