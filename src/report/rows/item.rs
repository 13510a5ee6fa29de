//! A row behind a number, a page of them, and which ones to list.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::metrics::Key;
use crate::model::Timestamp;
use crate::report::evaluate::Selection;
use crate::report::judge::{ReportRow, State, Verdict};
use crate::report::result::SeriesKey;

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
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RowItem {
    /// Whether it counts in the report.
    pub state: State,
    /// The instant by which it counts.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Its conversation.
    pub conversation: Option<String>,
    /// The episode's place in the conversation.
    pub episode: Option<u32>,
    /// Its ticket.
    pub ticket: Option<String>,
    /// Its values of the cut.
    #[schema(value_type = std::collections::BTreeMap<String, Option<String>>)]
    pub key: SeriesKey,
    /// What it adds: seconds, a score, or 1 and 0 for in and out of the numerator.
    #[serialize_always]
    pub value: Option<f64>,
    /// Of a duration: its seconds on the other clocks, in an account.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<&'static str, f64>,
    /// Why it counts, or does not.
    pub reason: &'static str,
}

impl RowItem {
    /// A row under one of its keys, by its own instant and without a value.
    pub(super) fn of<R: ReportRow>(
        selection: &Selection<'_>,
        row: &R,
        key: &Key,
        verdict: &Verdict,
    ) -> Self {
        let place = row.place();
        let codes = &selection.scope.facts.dictionaries;
        let text = |text: Option<Arc<str>>| text.map(|text| text.to_string());
        Self {
            state: verdict.state,
            at: Timestamp::from_millis(row.time()),
            conversation: text(codes.conversation.text(place.conversation)),
            episode: (place.ordinal > 0).then_some(place.ordinal),
            ticket: text(codes.ticket.text(place.ticket)),
            key: selection.key(key),
            value: None,
            clocks: BTreeMap::new(),
            reason: verdict.why,
        }
    }
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RowPage {
    /// The rows, in order of their instant.
    pub items: Vec<RowItem>,
    /// How many there are in all.
    pub total: usize,
    /// The cursor of the next page.
    pub next_cursor: Option<String>,
}
