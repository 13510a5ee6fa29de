//! The rows behind a number: the same judgement as the number, listed instead of added.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Asked;
use super::clock::Clock;
use super::entry::{Lens, Measure, Report, Source};
use super::evaluate::Ground;
use super::judge::{Judged, State, Verdict};
use super::level::held;
use super::presence;
use super::query::{Query, QueryError};
use super::registry;
use super::result::SeriesKey;
use super::window::window_of;
use crate::metrics::{BacklogRow, Hit, Key, NEVER, NONE, Table};
use crate::model::Timestamp;

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
) -> Result<RowPage, QueryError> {
    if matches!(report.measure, Measure::Composite(_)) {
        let reason = format!(
            "{} is made of other reports; ask for the rows of one of them",
            report.id
        );
        return Err(QueryError::new("report", reason));
    }
    let (query, wanted) = &one_way(query, wanted);
    let window = window_of(report, query, ground.as_of)?;
    let asked = Asked::new(report, query, ground, window)?;
    let mut found = collect(&asked, wanted);
    found.sort_by(|a, b| {
        (a.at, &a.conversation, a.episode, &a.ticket).cmp(&(
            b.at,
            &b.conversation,
            b.episode,
            &b.ticket,
        ))
    });
    let total = found.len();
    let items: Vec<RowItem> = found
        .into_iter()
        .skip(wanted.after)
        .take(wanted.limit)
        .collect();
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
pub fn account(unit: u32, query: &Query, ground: Ground<'_>) -> Result<Vec<Account>, QueryError> {
    let window = (Timestamp::MIN, Timestamp::MAX);
    let mut accounts = Vec::new();
    for report in registry::all() {
        if matches!(report.measure, Measure::Composite(_)) {
            continue;
        }
        let asked = Asked::new(report, query, ground, window)?;
        let mut rows = every_row(&asked, Some(unit));
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
        for (row, other) in rows.iter_mut().zip(every_row(&asked, Some(unit))) {
            if let (State::Counted, Some(value)) = (row.state, other.value) {
                row.clocks.insert(clock.as_str(), value);
            }
        }
    }
}

fn collect(asked: &Asked<'_>, wanted: &RowQuery) -> Vec<RowItem> {
    let bucket = wanted.bucket.map(|at| asked.buckets.index(at.millis()));
    let state = wanted.state.unwrap_or(State::Counted);
    let mut rows = if matches!(asked.report.source, Source::Backlog) {
        backlog_rows(asked, bucket.flatten(), None)
    } else {
        every_row(asked, None)
    };
    rows.retain(|row| {
        let inside = asked.buckets.index(row.at.millis());
        let in_bucket = bucket.is_none_or(|bucket| bucket.is_some() && inside == bucket);
        // What is open, or at risk, is so at an instant: its own may lie before the window.
        let level = matches!(asked.report.source, Source::Backlog)
            || asked.report.measure == Measure::AtRisk;
        row.state == state
            && (level || (inside.is_some() && in_bucket))
            && wanted.key.iter().all(|(name, value)| {
                let found = row.key.iter().find(|(known, _)| *known == name);
                found.is_some_and(|(_, known)| known.to_text() == *value)
            })
    });
    rows
}

fn every_row(asked: &Asked<'_>, unit: Option<u32>) -> Vec<RowItem> {
    let facts = asked.scope.facts;
    match &asked.report.source {
        Source::Episodes(lens) => listed(asked, &facts.episodes, lens, unit),
        Source::Messages(lens) => listed(asked, &facts.messages, lens, unit),
        Source::Responses(lens) => listed(asked, &facts.responses, lens, unit),
        Source::Questions(lens) => listed(asked, &facts.questions, lens, unit),
        Source::Feedback(lens) => listed(asked, &facts.feedback, lens, unit),
        Source::Surveys(lens) => listed(asked, &facts.surveys, lens, unit),
        Source::Tickets(lens, _) => listed(asked, &facts.tickets, lens, unit),
        Source::TicketMessages(lens) => listed(asked, &facts.ticket_messages, lens, unit),
        Source::Stays(lens) => listed(asked, &facts.stays, lens, unit),
        Source::Promises(lens) => listed(asked, &facts.promises, lens, unit),
        Source::Jobs(lens) => listed(asked, &facts.jobs, lens, unit),
        Source::Backlog => backlog_rows(asked, None, unit),
        Source::Statuses if unit.is_some() => Vec::new(),
        Source::Statuses => presence_rows(asked),
        Source::Reports => Vec::new(),
    }
}

fn listed<R: Judged>(
    asked: &Asked<'_>,
    table: &Table<R>,
    lens: &Lens<R>,
    unit: Option<u32>,
) -> Vec<RowItem> {
    let scope = &asked.scope;
    let mut items = Vec::new();
    for row in table
        .rows()
        .filter(|row| unit.is_none_or(|unit| row.unit() == unit))
    {
        let at = (lens.at)(&row, scope);
        if at == NEVER || !asked.passes(&row, at) {
            continue;
        }
        let left_out = asked.left_out(&row);
        let verdict = if left_out.is_empty() {
            (lens.judge)(&row, scope, at)
        } else {
            Verdict {
                hits: [None; 3],
                state: State::Excluded,
                why: left_out,
            }
        };
        let first = verdict.hits.into_iter().flatten().next();
        let instant = first.map_or(at, |(instant, _)| instant);
        // A job at risk is listed with the time that is left.
        let telling = match asked.report.measure {
            Measure::AtRisk => verdict.hits.into_iter().flatten().nth(1),
            _ => first,
        };
        let value = telling.and_then(|(_, hit)| worth(hit));
        let shown = match asked.report.measure {
            Measure::AtRisk => row.time(),
            _ => instant,
        };
        asked.with_keys(&row, instant, |keys| {
            for key in keys {
                items.push(item(asked, &row, (shown, key), value, &verdict));
            }
        });
    }
    items
}

fn item<R: Judged>(
    asked: &Asked<'_>,
    row: &R,
    (at, key): (i64, &Key),
    value: Option<f64>,
    verdict: &Verdict,
) -> RowItem {
    let place = row.place();
    let codes = &asked.scope.facts.dictionaries;
    let text = |found: Option<std::sync::Arc<str>>| found.map(|text| text.to_string());
    RowItem {
        state: verdict.state,
        at: Timestamp::from_millis(at),
        conversation: text(codes.conversation.text(place.conversation)),
        episode: (place.ordinal > 0).then_some(place.ordinal),
        ticket: text(codes.ticket.text(place.ticket)),
        key: asked.key(key),
        value,
        clocks: BTreeMap::new(),
        reason: verdict.why,
    }
}

/// What a hit is worth to a reader.
fn worth(hit: Hit) -> Option<f64> {
    match hit {
        Hit::Count => Some(1.0),
        Hit::Part { hit, .. } => Some(f64::from(u8::from(hit))),
        Hit::Value(millis) | Hit::More(millis) => Some(millis as f64 / 1000.0),
        Hit::Score(score) => Some(f64::from(score)),
        Hit::Rated {
            communication,
            quality,
        } => Some(f64::midpoint(f64::from(communication), f64::from(quality))),
        Hit::Sent { .. } | Hit::Pending => None,
    }
}

/// The statuses in the window, cut at the limits of its buckets.
fn presence_rows(asked: &Asked<'_>) -> Vec<RowItem> {
    let by_hours = asked.report.measure == Measure::WorkingTime;
    let mut items = Vec::new();
    for row in presence::inside(asked) {
        let verdict = Verdict {
            hits: [None; 3],
            state: State::Counted,
            why: "the rep had this status",
        };
        for (_, from, until) in presence::pieces(asked, &row) {
            let value = match asked.report.measure {
                Measure::Peak => None,
                _ => Some(presence::sums(asked, &row, (from, until), by_hours).0 as f64 / 1000.0),
            };
            asked.with_keys(&row, from, |keys| {
                for key in keys {
                    items.push(item(asked, &row, (from, key), value, &verdict));
                }
            });
        }
    }
    items
}

/// What was open at the end of a bucket, else at the end of the window.
fn backlog_rows(asked: &Asked<'_>, bucket: Option<usize>, unit: Option<u32>) -> Vec<RowItem> {
    let after = asked.scope.as_of.saturating_add(1);
    let spans: Vec<(Timestamp, Timestamp)> = asked.buckets.spans().collect();
    let span = bucket.map_or(spans.last(), |bucket| spans.get(bucket));
    let instant = span.map_or(after, |(_, end)| end.millis().min(after));
    let mut items = Vec::new();
    let rows = asked.scope.facts.backlog.rows();
    for row in rows.filter(|row: &BacklogRow| unit.is_none_or(|unit| row.unit == unit)) {
        let (from, until) = held(&row, &[instant]);
        let reason = asked.left_out(&row);
        if !row.support || !asked.passes(&row, row.from) {
            continue;
        }
        let (state, why) = match (from < until, reason) {
            (true, "") if row.ticket == NONE => (State::Counted, "a human owed it at that instant"),
            (true, "") => (State::Counted, "open at that instant"),
            (true, reason) => (State::Excluded, reason),
            (false, _) => (State::Unconcerned, "not open at that instant"),
        };
        let verdict = Verdict {
            hits: [None; 3],
            state,
            why,
        };
        asked.with_keys(&row, row.from, |keys| {
            for key in keys {
                items.push(item(asked, &row, (row.from, key), None, &verdict));
            }
        });
    }
    items
}
