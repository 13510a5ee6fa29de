//! A page of the rows behind a number.

use super::item::{RowPage, RowQuery};
use super::listing::listed;
use crate::model::Invalid;
use crate::report::ask::{DurationClock, Query, window_of};
use crate::report::evaluate::{QueryContext, Selection, usual_window};
use crate::report::registry::{Measure, Report};

/// Lists the rows behind a number.
pub fn rows(
    report: &'static Report,
    query: &Query,
    wanted: &RowQuery,
    context: QueryContext<'_>,
) -> Result<RowPage, Invalid> {
    if matches!(report.measure, Measure::Composite(_)) {
        let reason = format!(
            "{} is made of other reports; ask for the rows of one of them",
            report.id
        );
        return Err(Invalid::new("report", reason));
    }
    let (query, wanted) = &one_way(query, wanted);
    let window = window_of(query, context.as_of, usual_window(report))?;
    let selection = Selection::new(report, query, context, window)?;
    let (items, total) = listed(&selection, wanted);
    let next = wanted.after + items.len();
    Ok(RowPage {
        next_cursor: (next < total && !items.is_empty()).then(|| next.to_string()),
        items,
        total,
    })
}

/// Of several clocks the one that the key names, else the first.
fn one_way(query: &Query, wanted: &RowQuery) -> (Query, RowQuery) {
    let (mut query, mut wanted) = (query.clone(), wanted.clone());
    wanted.key.retain(|(field, word)| {
        let clock = DurationClock::ALL
            .into_iter()
            .find(|clock| clock.as_str() == word);
        match (field.as_str(), clock) {
            ("clock", Some(clock)) => query.clocks = vec![clock],
            // The facts are those of one profile already.
            ("profile", _) => {}
            _ => return true,
        }
        false
    });
    (query, wanted)
}
