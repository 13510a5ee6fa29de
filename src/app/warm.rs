//! What was asked lately of clocks, so that a change of a schedule is judged before it is
//! shown: the numbers from before are served until those after it are ready.
//!
//! What was asked lately on a clock is asked of the new facts first, for at most four seconds;
//! until then readers see the snapshot before, with its own position of the log. What is left
//! is judged when somebody asks for it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::way::{Way, fits, ground};
use crate::clock::Clock as Time;
use crate::lock::Lock;
use crate::model::Timestamp;
use crate::projection::{Readying, Snapshot};
use crate::report::{DurationClock, Query, Report, evaluate_ways};

/// How many questions are remembered.
const REMEMBERED: usize = 32;
/// For how long a new snapshot waits for them; what is left is judged when it is asked.
const LIMIT: Duration = Duration::from_secs(4);

/// Questions on other clocks than the calendar, the latest first.
#[derive(Default)]
pub(super) struct Lately(Lock<VecDeque<(&'static Report, Query)>>);

impl Lately {
    /// Remembers a question that runs on a clock.
    pub(super) fn note(&self, report: &'static Report, query: &Query) {
        let on_a_clock = query
            .clocks
            .iter()
            .any(|clock| *clock != DurationClock::Calendar);
        if !on_a_clock
            || !report.measure.is_timed()
            || query.as_of.is_some()
            || query.seen.is_some()
            || !query.profiles.is_empty()
            || query.trial.is_some()
        {
            return;
        }
        let mut latest = self.0.lock();
        let same = |(other, before): &(&Report, Query)| other.id == report.id && before == query;
        if latest.front().is_some_and(same) {
            return;
        }
        latest.retain(|question| !same(question));
        latest.push_front((report, query.clone()));
        latest.truncate(REMEMBERED);
    }

    /// Asks each snapshot that nobody has seen yet what was asked lately.
    pub(super) fn readying(self: &Arc<Self>, clock: &Time) -> Readying {
        let (lately, clock) = (Arc::clone(self), clock.clone());
        Arc::new(move |snapshot| {
            let answers = lately.ask(snapshot, clock.now());
            tracing::debug!(answers, "a snapshot was readied");
        })
    }

    /// Asks what was asked lately, the latest first, until that takes too long; gives
    /// how many could be answered.
    fn ask(&self, snapshot: &Arc<Snapshot>, now: Timestamp) -> usize {
        let began = Instant::now();
        let latest = {
            let latest = self.0.lock();
            latest.clone()
        };
        let way = Way {
            snapshot: Arc::clone(snapshot),
            profile: snapshot.profile.clone(),
            as_of: now,
        };
        let mut answered = 0;
        for (report, query) in latest {
            if began.elapsed() >= LIMIT {
                break;
            }
            if !fits(snapshot, now, &way.profile) {
                continue;
            }
            // What cannot be answered any more says so when it is asked again.
            answered += usize::from(evaluate_ways(report, &query, &[ground(&way)]).is_ok());
        }
        answered
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::report::registry;

    fn note(lately: &Lately, id: &str, parameters: &[(&str, &str)]) {
        let query = Query::parse(parameters.iter().copied(), Tz::UTC).unwrap();
        lately.note(registry::find(id).unwrap(), &query);
    }

    #[test]
    fn only_questions_that_a_schedule_answers_are_remembered_each_once() {
        let lately = Lately::default();
        note(&lately, "first_response_time", &[]);
        note(&lately, "handled", &[("clock", "business")]);
        for clock in ["business", "sla", "business"] {
            note(&lately, "first_response_time", &[("clock", clock)]);
        }
        note(
            &lately,
            "time_to_close",
            &[("clock", "business"), ("as_of", "2026-01-01T00:00:00Z")],
        );
        let latest = lately.0.lock();
        let clocks: Vec<DurationClock> = latest.iter().map(|(_, query)| query.clocks[0]).collect();
        assert_eq!(clocks, [DurationClock::Business, DurationClock::Sla]);
    }
}
