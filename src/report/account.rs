//! What each report makes of one conversation or ticket.

use serde::Serialize;

use super::asked::Asked;
use super::clock::Clock;
use super::entry::{Measure, Report};
use super::evaluate::Ground;
use super::judge::State;
use super::listing::rows_of_unit;
use super::query::Query;
use super::registry;
use super::rows::RowItem;
use crate::model::{Invalid, Timestamp};

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
pub fn account(unit: u32, query: &Query, ground: Ground<'_>) -> Result<Vec<Account>, Invalid> {
    let window = (Timestamp::MIN, Timestamp::MAX);
    let mut accounts = Vec::new();
    for report in registry::all() {
        if matches!(report.measure, Measure::Composite(_)) {
            continue;
        }
        let asked = Asked::new(report, query, ground, window)?;
        let mut rows = rows_of_unit(&asked, unit);
        if report.measure.is_timed() {
            on_other_clocks(&mut rows, (report, unit), query, ground);
        }
        accounts.push(Account {
            report: report.id,
            title: report.title,
            rows,
        });
    }
    Ok(accounts)
}

/// Adds what each duration comes to in working time and by its agreement, where there is a
/// schedule to count by.
fn on_other_clocks(
    rows: &mut [RowItem],
    (report, unit): (&'static Report, u32),
    query: &Query,
    ground: Ground<'_>,
) {
    for clock in [Clock::Business, Clock::Sla] {
        let other = Query {
            clocks: vec![clock],
            ..query.clone()
        };
        let window = (Timestamp::MIN, Timestamp::MAX);
        let Ok(asked) = Asked::new(report, &other, ground, window) else {
            continue;
        };
        // The rows are the same ones in the same order; only their durations differ.
        for (row, other) in rows.iter_mut().zip(rows_of_unit(&asked, unit)) {
            if let (State::Counted, Some(value)) = (row.state, other.value) {
                row.clocks.insert(clock.as_str(), value);
            }
        }
    }
}
