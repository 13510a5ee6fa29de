//! How long a span is on the clock that a query asks for.
//!
//! A judgement gives from when to when; the scope turns that into a value here. Nothing about
//! schedules is stored in rows.
//!
//! Without a default schedule `clock=sla` is refused as `clock=business` is, because a row
//! without an agreement would have no clock. Reports that measure no time know no clock.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::agreement::{Agreements, Coverage, working_span};
use crate::metrics::Facts;
use crate::model::schedule::WorkingTime;
use crate::model::{Invalid, Timestamp};
use crate::report::ask::{DurationClock, Query};

/// A clock made ready for one evaluation.
#[derive(Clone, Default)]
pub enum Stopwatch {
    /// Around the clock.
    #[default]
    Calendar,
    /// By one schedule.
    Business(Hours),
    /// By the schedule of each row's agreement, else by one schedule.
    Sla(Arc<Agreements>, Hours),
}

/// A schedule made ready, and which.
#[derive(Clone)]
pub struct Hours {
    id: Arc<str>,
    /// The version of the timetable that it is of.
    version: u64,
    working: Arc<WorkingTime>,
}

impl Stopwatch {
    /// The first clock of a query.
    pub(in crate::report) fn of(query: &Query, facts: &Facts, as_of: i64) -> Result<Self, Invalid> {
        let clock = query.clocks.first().copied().unwrap_or_default();
        if clock == DurationClock::Calendar {
            return Ok(Self::Calendar);
        }
        let timetable = &facts.duty.timetable;
        let named = query.schedule.as_deref();
        let id = named.or_else(|| timetable.default_schedule());
        let id = id.ok_or_else(|| {
            let schedules: Vec<&str> = timetable.schedules().collect();
            let advice = if schedules.is_empty() {
                "there is none yet".to_owned()
            } else {
                format!("name one with schedule: {}", schedules.join(", "))
            };
            Invalid::new("clock", format!("no default schedule; {advice}"))
        })?;
        let working = facts.duty.working(id, working_span(facts, as_of));
        let working = working
            .ok_or_else(|| Invalid::new("schedule", format!("there is no schedule `{id}`")))?;
        let hours = Hours {
            id: id.into(),
            version: facts.duty.version,
            working,
        };
        Ok(match clock {
            DurationClock::Sla => Self::Sla(Arc::new(Agreements::of(facts, as_of)), hours),
            _ => Self::Business(hours),
        })
    }

    /// A number that differs where the same span may have another value.
    pub(in crate::report) fn version(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self {
            Self::Calendar => return 0,
            Self::Business(by) => (1, &by.id, by.version).hash(&mut hasher),
            Self::Sla(_, by) => (2, &by.id, by.version).hash(&mut hasher),
        }
        hasher.finish()
    }

    /// Which clock it is.
    pub const fn name(&self) -> DurationClock {
        match self {
            Self::Calendar => DurationClock::Calendar,
            Self::Business(_) => DurationClock::Business,
            Self::Sla(..) => DurationClock::Sla,
        }
    }

    /// The time from `from` to `until`, in milliseconds.
    pub fn elapsed(&self, coverage: impl FnOnce() -> Coverage, from: i64, until: i64) -> i64 {
        let between = |working: &WorkingTime| {
            working.between(Timestamp::from_millis(from), Timestamp::from_millis(until))
        };
        match self {
            Self::Calendar => until - from,
            Self::Business(hours) => between(&hours.working),
            Self::Sla(agreements, otherwise) => match agreements.applying(&coverage(), from) {
                None => between(&otherwise.working),
                Some(agreement) => match &agreement.working {
                    None => until - from,
                    Some(working) => between(working),
                },
            },
        }
    }
}
