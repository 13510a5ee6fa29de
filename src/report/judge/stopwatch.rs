//! How long a span is on the clock that a query asks for.
//!
//! A judgement gives from when to when; the scope turns that into a value here. Rows name no
//! schedule; what has one of its own has it in the facts beside them.
//!
//! Without a default schedule `clock=sla` is refused as `clock=business` is, because a row
//! without an agreement would have no clock. Reports that measure no time know no clock.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::agreement::{Agreements, Coverage, working_span};
use crate::metrics::{Facts, OwnField};
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
    /// None: a duration is said by the places of the two instants that it lies between.
    Places,
}

/// A schedule made ready, and which.
#[derive(Clone)]
pub struct Hours {
    id: Arc<str>,
    /// The version of the timetable that it is of.
    version: u64,
    working: Arc<WorkingTime>,
    /// Every schedule, by the code of its id, for what has a schedule of its own; empty where the
    /// query names one, which then holds for all.
    own: Arc<HashMap<u32, Arc<WorkingTime>>>,
}

impl Hours {
    /// The working time of a span, each stretch by the schedule of its own that was set then.
    fn between(&self, own: Option<&[OwnField]>, span: &Range<i64>) -> i64 {
        let between = |working: &WorkingTime, from: i64, until: i64| {
            working.between(Timestamp::from_millis(from), Timestamp::from_millis(until))
        };
        let own = own.unwrap_or_default();
        if self.own.is_empty() || own.is_empty() || span.start >= span.end {
            return between(&self.working, span.start, span.end);
        }
        let ends = own.iter().skip(1).map(|next| next.from).chain([i64::MAX]);
        let mut sum = 0;
        // Before the first the first holds.
        let mut from = i64::MIN;
        for (field, end) in own.iter().zip(ends) {
            let (start, until) = (from.max(span.start), end.min(span.end));
            let working = self.own.get(&field.value).unwrap_or(&self.working);
            if start < until {
                sum += between(working, start, until);
            }
            from = end;
        }
        sum
    }
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
        let mut own = HashMap::new();
        if named.is_none() {
            for schedule in timetable.schedules() {
                let code = facts.dictionaries.own_value.code(schedule);
                let working = facts.duty.working(schedule, working_span(facts, as_of));
                own.extend(code.zip(working));
            }
        }
        let hours = Hours {
            id: id.into(),
            version: facts.duty.version,
            working,
            own: Arc::new(own),
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
            Self::Calendar | Self::Places => return 0,
            Self::Business(by) => (1, &by.id, by.version).hash(&mut hasher),
            Self::Sla(_, by) => (2, &by.id, by.version).hash(&mut hasher),
        }
        hasher.finish()
    }

    /// Which clock it is.
    pub const fn name(&self) -> DurationClock {
        match self {
            Self::Calendar | Self::Places => DurationClock::Calendar,
            Self::Business(_) => DurationClock::Business,
            Self::Sla(..) => DurationClock::Sla,
        }
    }

    /// The time of a span, in milliseconds; `own`: the schedules that the row has itself.
    pub fn elapsed(
        &self,
        coverage: impl FnOnce() -> Coverage,
        own: impl FnOnce() -> Option<Arc<[OwnField]>>,
        span: Range<i64>,
    ) -> i64 {
        match self {
            Self::Calendar | Self::Places => span.end - span.start,
            Self::Business(hours) => hours.between(own().as_deref(), &span),
            Self::Sla(agreements, otherwise) => {
                match agreements.applying(&coverage(), span.start) {
                    None => otherwise.between(own().as_deref(), &span),
                    Some(agreement) => match &agreement.working {
                        None => span.end - span.start,
                        Some(working) => working.between(
                            Timestamp::from_millis(span.start),
                            Timestamp::from_millis(span.end),
                        ),
                    },
                }
            }
        }
    }
}
