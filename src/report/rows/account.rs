//! What each report makes of one conversation or ticket.

use serde::Serialize;

use super::item::RowItem;
use super::visitors::rows_of_unit;
use crate::metrics::Period;
use crate::model::{Invalid, Timestamp};
use crate::report::ask::{DurationClock, Query};
use crate::report::evaluate::{QueryContext, Selection};
use crate::report::judge::State;
use crate::report::registry::{self, Measure};

/// Whatever the window.
const ALWAYS: Period = Period {
    from: Timestamp::MIN,
    to: Timestamp::MAX,
};

/// What each report makes of the rows of one conversation or ticket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// The report.
    pub report: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its rows, counted or not.
    pub rows: Vec<RowItem>,
}

/// Judges the rows of one unit by every report, whatever the window.
pub fn account(
    unit: u32,
    query: &Query,
    context: QueryContext<'_>,
) -> Result<Vec<Account>, Invalid> {
    let mut accounts = Vec::new();
    for report in registry::all() {
        if matches!(report.measure, Measure::Composite(_)) {
            continue;
        }
        let selection = Selection::new(report, query, context, ALWAYS)?;
        let mut rows = rows_of_unit(&selection, unit);
        if report.measure.is_timed() {
            for clock in [DurationClock::Business, DurationClock::Sla] {
                let other = Query {
                    clocks: vec![clock],
                    ..query.clone()
                };
                // Refused where there is no schedule to count by.
                if let Ok(selection) = Selection::new(report, &other, context, ALWAYS) {
                    add_clock(&mut rows, &rows_of_unit(&selection, unit), clock);
                }
            }
        }
        accounts.push(Account {
            report: report.id,
            title: report.title,
            rows,
        });
    }
    Ok(accounts)
}

/// Adds what each duration comes to on another clock.
fn add_clock(rows: &mut [RowItem], others: &[RowItem], clock: DurationClock) {
    // The rows are the same ones in the same order; only their durations differ.
    for (row, other) in rows.iter_mut().zip(others) {
        if let (State::Counted, Some(value)) = (row.state, other.value) {
            row.clocks.insert(clock.as_str(), value);
        }
    }
}
