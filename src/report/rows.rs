//! The rows behind a number: the same judgement as the number, listed instead of added.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Asked;
use super::clock::Clock;
use super::entry::{Measure, Report};
use super::evaluate::Ground;
use super::judge::State;
use super::listing::listed;
use super::query::Query;
use super::result::SeriesKey;
use super::window::window_of;
use crate::model::{Invalid, Timestamp};

/// Which rows of a report to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowQuery {
    /// Only of the bucket that holds this instant.
    pub bucket: Option<Timestamp>,
    /// Only of series with these key values; an empty text is null.
    pub key: Vec<(String, String)>,
    /// Only rows of this state; left out: those that count.
    pub state: Option<State>,
    /// How many to pass over.
    pub after: usize,
    /// How many to list.
    pub limit: usize,
}

/// A row behind a number.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RowItem {
    /// How it stands to the report.
    pub state: State,
    /// The instant by which it counts.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Its conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The episode's place in the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode: Option<u32>,
    /// Its ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Its values of the cut.
    #[schema(value_type = std::collections::BTreeMap<String, Option<String>>)]
    pub key: SeriesKey,
    /// What it adds: seconds, a score, or 1 and 0 for in and out of the numerator.
    pub value: Option<f64>,
    /// Of a duration: its seconds on the other clocks, where an account asks for them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<&'static str, f64>,
    /// Why it counts, or does not.
    pub reason: &'static str,
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RowPage {
    /// The rows, in order of their instant.
    pub items: Vec<RowItem>,
    /// How many there are in all.
    pub total: usize,
    /// How to ask for the next page.
    pub next_cursor: Option<String>,
}

/// Lists the rows behind a number.
pub fn rows(
    report: &'static Report,
    query: &Query,
    wanted: &RowQuery,
    ground: Ground<'_>,
) -> Result<RowPage, Invalid> {
    if matches!(report.measure, Measure::Composite(_)) {
        let reason = format!(
            "{} is made of other reports; ask for the rows of one of them",
            report.id
        );
        return Err(Invalid::new("report", reason));
    }
    let (query, wanted) = &one_way(query, wanted);
    let window = window_of(report, query, ground.as_of)?;
    let asked = Asked::new(report, query, ground, window)?;
    let (items, total) = listed(&asked, wanted);
    let next = wanted.after + items.len();
    Ok(RowPage {
        next_cursor: (next < total && !items.is_empty()).then(|| next.to_string()),
        items,
        total,
    })
}

/// Of several clocks side by side, the one that the key names, else the first.
fn one_way(query: &Query, wanted: &RowQuery) -> (Query, RowQuery) {
    let (mut query, mut wanted) = (query.clone(), wanted.clone());
    wanted.key.retain(|(field, word)| {
        let clock = Clock::ALL.into_iter().find(|clock| clock.as_str() == word);
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
