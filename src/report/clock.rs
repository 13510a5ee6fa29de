//! On which clock durations run, and how long a span is on it.
//!
//! A judge gives from when to when; the scope turns that into a value here. Nothing about
//! schedules is stored in rows.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::entry::{Measure, Report};
use super::policy::{Covered, Policies};
use super::query::Query;
use crate::metrics::Facts;
use crate::model::schedule::WorkingTime;
use crate::model::{DAY_MS, Invalid, Timestamp};

/// A clock that durations run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clock {
    /// Around the clock.
    #[default]
    Calendar,
    /// Working time of the default schedule, or of the one asked for.
    Business,
    /// Working time of the schedule of the agreement that applies to the row.
    Sla,
}

impl Clock {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Calendar, Self::Business, Self::Sla];

    /// The word in queries and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Business => "business",
            Self::Sla => "sla",
        }
    }

    /// Reads `calendar,business`; each clock once, in the order asked for.
    pub(super) fn parse_list(text: &str) -> Result<Vec<Self>, Invalid> {
        let mut clocks = Vec::new();
        for word in text.split(',') {
            let found = Self::ALL.into_iter().find(|clock| clock.as_str() == word);
            let clock = found.ok_or_else(|| {
                let words = Self::ALL.map(Self::as_str).join(", ");
                Invalid::new("clock", format!("`{word}` is none of {words}"))
            })?;
            if !clocks.contains(&clock) {
                clocks.push(clock);
            }
        }
        Ok(clocks)
    }
}

/// A clock made ready for one evaluation.
#[derive(Clone, Default)]
pub enum Running {
    /// Around the clock.
    #[default]
    Calendar,
    /// By one schedule.
    Business(Hours),
    /// By the schedule of each row's agreement, else by one schedule.
    Sla(Arc<Policies>, Hours),
}

/// A schedule made ready, and which.
#[derive(Clone)]
pub struct Hours {
    id: Arc<str>,
    /// The version of the timetable that it is of.
    version: u64,
    working: Arc<WorkingTime>,
}

impl Running {
    /// The clock of a query, for a report that measures time; others run on the calendar.
    pub(super) fn of(
        report: &Report,
        query: &Query,
        facts: &Facts,
        as_of: i64,
    ) -> Result<Self, Invalid> {
        let clock = query.clocks.first().copied().unwrap_or_default();
        if clock == Clock::Calendar || !report.measure.is_timed() {
            return Ok(Self::Calendar);
        }
        let timetable = &facts.duty.timetable;
        let asked = query.schedule.as_deref();
        let id = asked.or_else(|| timetable.default_schedule());
        let id = id.ok_or_else(|| {
            let known: Vec<&str> = timetable.schedules().collect();
            let known = if known.is_empty() {
                "there is none yet".to_owned()
            } else {
                format!("name one with schedule: {}", known.join(", "))
            };
            Invalid::new("clock", format!("no default schedule; {known}"))
        })?;
        let working = facts.duty.working(id, span_of(facts, as_of));
        let working = working
            .ok_or_else(|| Invalid::new("schedule", format!("there is no schedule `{id}`")))?;
        let hours = Hours {
            id: id.into(),
            version: facts.duty.version,
            working,
        };
        Ok(match clock {
            Clock::Sla => Self::Sla(Arc::new(Policies::of(facts, as_of)), hours),
            _ => Self::Business(hours),
        })
    }

    /// A number that differs where the same span may have another value.
    pub(super) fn version(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self {
            Self::Calendar => return 0,
            Self::Business(by) => (1, &by.id, by.version).hash(&mut hasher),
            Self::Sla(_, by) => (2, &by.id, by.version).hash(&mut hasher),
        }
        hasher.finish()
    }

    /// Which clock it is.
    pub const fn name(&self) -> Clock {
        match self {
            Self::Calendar => Clock::Calendar,
            Self::Business(_) => Clock::Business,
            Self::Sla(..) => Clock::Sla,
        }
    }

    /// The time from `from` to `until`, in milliseconds.
    pub fn elapsed(&self, covered: impl FnOnce() -> Covered, from: i64, until: i64) -> i64 {
        let between = |working: &WorkingTime| {
            working.between(Timestamp::from_millis(from), Timestamp::from_millis(until))
        };
        match self {
            Self::Calendar => until - from,
            Self::Business(hours) => between(&hours.working),
            Self::Sla(policies, otherwise) => match policies.applying(&covered(), from) {
                None => between(&otherwise.working),
                Some(policy) => match &policy.working {
                    None => until - from,
                    Some(working) => between(working),
                },
            },
        }
    }
}

/// The span over which working time is needed: all facts, and what is due by `as_of`.
pub(super) fn span_of(facts: &Facts, as_of: i64) -> (i64, i64) {
    let (first, last) = facts.span();
    (first, last.max(as_of).saturating_add(DAY_MS))
}

impl Measure {
    /// Whether figures are durations, which run on a clock.
    pub const fn is_timed(self) -> bool {
        matches!(
            self,
            Self::Duration
                | Self::TopDuration
                | Self::HandoffOutcomes
                | Self::Stages
                | Self::Composite(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_in_the_order_asked_for_each_once() {
        let read = Clock::parse_list("business,calendar,business").unwrap();
        assert_eq!(read, [Clock::Business, Clock::Calendar]);
        assert_eq!(Clock::parse_list("lunar").unwrap_err().field, "clock");
    }
}
