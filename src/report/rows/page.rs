//! A page of the rows behind a number, or all of them one part after the other.

use super::item::{RowItem, RowPage, RowQuery};
use super::visitors::{listed, parts};
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
    has_rows(report)?;
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

/// Hands the rows behind a number over in order, a part at a time, until all are or `take` says
/// no; it hears of at least one part, which may be empty.
pub fn row_parts(
    report: &'static Report,
    query: &Query,
    wanted: &RowQuery,
    context: QueryContext<'_>,
    take: &mut dyn FnMut(Vec<RowItem>) -> bool,
) -> Result<(), Invalid> {
    has_rows(report)?;
    let (query, wanted) = &one_way(query, wanted);
    let window = window_of(query, context.as_of, usual_window(report))?;
    let selection = Selection::new(report, query, context, window)?;
    let mut is_begun = false;
    parts(&selection, wanted, &mut |items| {
        is_begun = true;
        take(items)
    });
    if !is_begun {
        take(Vec::new());
    }
    Ok(())
}

fn has_rows(report: &Report) -> Result<(), Invalid> {
    if matches!(report.measure, Measure::Composite(_)) {
        let reason = format!(
            "{} is made of other reports; ask for the rows of one of them",
            report.id
        );
        return Err(Invalid::new("report", reason));
    }
    Ok(())
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
