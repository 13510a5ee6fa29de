//! What a query is answered with: the result, or the long work that has to be done first.
//!
//! There is one way to ask, `App::ask_…`; the fronts and the command line all go it. `…_at` is for
//! whoever asks several things that have to agree, and so are asked over one [`Present`]. Facts of
//! the past and by other profiles come from `past`, what they are counted as from `report`.
//!
//! An `as_of` ahead of the clock is read as now.

use std::sync::Arc;

use super::past::{Past, Question};
use super::present::Present;
use super::task::{Delivery, Task};
use super::way::{Way, fits, ground, profiles};
use super::{App, Error, Explanation, explain};
use crate::model::Timestamp;
use crate::report::{
    Query, QueryContext, Report, ReportResult, RowItem, RowPage, RowQuery, evaluate_ways, registry,
    row_parts, rows,
};

/// Which rows of a report are wanted.
#[derive(Clone, Copy, Debug)]
pub struct RowWish<'a> {
    /// The report.
    pub id: &'a str,
    /// The query.
    pub query: &'a Query,
    /// Which of its rows.
    pub wanted: &'a RowQuery,
}

impl App {
    /// Answers a query to the report called `id`.
    pub fn ask_report(&self, id: &str, query: &Query) -> Result<Delivery<ReportResult>, Error> {
        self.ask_report_at(&self.present(), id, query)
    }

    /// As [`Self::ask_report`], over the facts of an instant.
    pub fn ask_report_at(
        &self,
        present: &Present,
        id: &str,
        query: &Query,
    ) -> Result<Delivery<ReportResult>, Error> {
        let report = find(id)?;
        let query = &present.within(query);
        self.ways(present, query)?.and_then(|ways| {
            let contexts: Vec<QueryContext<'_>> = ways.iter().map(ground).collect();
            self.lately.note(report, query);
            Ok(evaluate_ways(report, query, &contexts)?)
        })
    }

    /// Lists the rows behind a number; of several profiles, by the one that the key names,
    /// else by the first.
    pub fn ask_rows(
        &self,
        id: &str,
        query: &Query,
        wanted: &RowQuery,
    ) -> Result<Delivery<RowPage>, Error> {
        self.ask_rows_at(&self.present(), id, query, wanted)
    }

    /// As [`Self::ask_rows`], over the facts of an instant.
    pub fn ask_rows_at(
        &self,
        present: &Present,
        id: &str,
        query: &Query,
        wanted: &RowQuery,
    ) -> Result<Delivery<RowPage>, Error> {
        let report = find(id)?;
        let query = &present.within(query);
        self.ways(present, query)?.and_then(|ways| {
            let way = named_way(&ways, wanted)?;
            Ok(rows(report, query, wanted, ground(way))?)
        })
    }

    /// Hands the rows behind a number over in order, a part at a time, until all are or `take`
    /// says no; all of one instant of the desk.
    pub fn ask_row_parts_at(
        &self,
        present: &Present,
        rows: RowWish<'_>,
        take: &mut dyn FnMut(Vec<RowItem>) -> bool,
    ) -> Result<Delivery<()>, Error> {
        let RowWish { id, query, wanted } = rows;
        let report = find(id)?;
        let query = &present.within(query);
        self.ways(present, query)?.and_then(|ways| {
            let way = named_way(&ways, wanted)?;
            Ok(row_parts(report, query, wanted, ground(way), take)?)
        })
    }

    /// Says of a conversation, else of a ticket, how every report counts it, or why not.
    pub fn ask_why(
        &self,
        conversation: &str,
        as_of: Option<Timestamp>,
    ) -> Result<Delivery<Explanation>, Error> {
        self.ask_why_at(&self.present(), conversation, as_of)
    }

    /// As [`Self::ask_why`], over the facts of an instant.
    pub fn ask_why_at(
        &self,
        present: &Present,
        conversation: &str,
        as_of: Option<Timestamp>,
    ) -> Result<Delivery<Explanation>, Error> {
        let query = Query {
            as_of,
            ..Query::default()
        };
        let is_ticket = explain::is_ticket(&self.past.store, conversation)?;
        // What is not seen is refused in the words for what is not there.
        let check = if is_ticket {
            self.ticket_at(present, conversation).map(drop)
        } else {
            self.check_conversation(present, conversation)
        };
        check.map_err(|error| match error {
            Error::Unknown { .. } => Error::unknown("conversation", conversation),
            other => other,
        })?;
        self.ways(present, &query)?.and_then(|ways| {
            let way = ways
                .first()
                .ok_or_else(|| Error::unknown("conversation", conversation))?;
            let ground = explain::Ground {
                store: &self.past.store,
                snapshot: &way.snapshot,
                seen: present.seen.as_ref(),
                as_of: way.as_of,
            };
            if is_ticket {
                explain::explain_ticket(&ground, conversation)
            } else {
                explain::explain(&ground, conversation)
            }
        })
    }

    /// As [`Self::ask_report`], however long it takes.
    pub fn report(&self, id: &str, query: &Query) -> Result<ReportResult, Error> {
        self.wait(|| self.ask_report(id, query), |_task| {})
    }

    /// As [`Self::ask_rows`], however long it takes.
    pub fn rows(&self, id: &str, query: &Query, wanted: &RowQuery) -> Result<RowPage, Error> {
        self.wait(|| self.ask_rows(id, query, wanted), |_task| {})
    }

    /// As [`Self::ask_why`], however long it takes.
    pub fn explain(
        &self,
        conversation: &str,
        as_of: Option<Timestamp>,
    ) -> Result<Explanation, Error> {
        self.wait(|| self.ask_why(conversation, as_of), |_task| {})
    }

    /// Asks until the result is there; `progress` hears of the task meanwhile.
    pub fn wait<T>(
        &self,
        ask: impl Fn() -> Result<Delivery<T>, Error>,
        progress: impl Fn(&Task),
    ) -> Result<T, Error> {
        loop {
            match ask()? {
                Delivery::Result(result) => return Ok(result),
                Delivery::Task(task) => progress(&task),
            }
        }
    }

    /// How far the task called `id` is.
    pub fn task(&self, id: &str) -> Option<Task> {
        self.past.task(id)
    }

    /// The facts by each profile of the query, and the instants that they are asked about.
    fn ways(&self, present: &Present, query: &Query) -> Result<Delivery<Vec<Way>>, Error> {
        let Present { live, now, .. } = present;
        let now = *now;
        let as_of = query.as_of.unwrap_or(now).min(now);
        let mut ways = Vec::new();
        for profile in profiles(query, live)? {
            if fits(live, as_of, &profile) {
                let snapshot = Arc::clone(live);
                ways.push(Way {
                    snapshot,
                    profile,
                    as_of,
                });
                continue;
            }
            let question = Question {
                past: query.as_of.filter(|at| *at < now),
                profile,
            };
            match Past::ask(&self.past, question, now, live)? {
                Delivery::Result(way) => ways.push(way),
                Delivery::Task(task) => return Ok(Delivery::Task(task)),
            }
        }
        Ok(Delivery::Result(ways))
    }
}

/// Of several profiles the one that the key names, else the first.
fn named_way<'a>(ways: &'a [Way], wanted: &RowQuery) -> Result<&'a Way, Error> {
    let named = wanted.key.iter().find(|(field, _)| field == "profile");
    named
        .and_then(|(_, name)| ways.iter().find(|way| way.profile.is_called(name)))
        .or(ways.first())
        .ok_or_else(|| Error::unknown("profile", ""))
}

fn find(id: &str) -> Result<&'static Report, Error> {
    registry::find(id).ok_or_else(|| Error::unknown("report", id))
}
