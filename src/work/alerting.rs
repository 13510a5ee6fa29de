//! What rules watch for is looked at, and what they find is told.
//!
//! What is on the desk and on this machine is looked at each minute, for waiting alone journals
//! nothing; reports and gaps once an hour, a moment after it began, for their buckets are whole then.
//! Where no rule watches nothing is looked at.

use std::collections::BTreeMap;

use super::{Due, Step, Work};
use crate::app::{App, Error};
use crate::model::{AlertRuleId, HOUR_MS, Timestamp};

/// How often what changes by itself is looked at.
const MINUTE_MS: i64 = 60_000;

/// Looks at rules, and tells what they find.
#[derive(Default)]
pub(super) struct Alerting {
    /// For which stretch of time each was looked at, and which version of it.
    passed: BTreeMap<AlertRuleId, (Timestamp, Timestamp)>,
    /// The minute that all was looked at in.
    minute: Option<Timestamp>,
}

impl Work for Alerting {
    fn name(&self) -> &'static str {
        "the alerts"
    }

    fn due(&self, app: &App) -> Due {
        let now = app.clock().now();
        if app.alerts_to_look_at().is_empty() {
            return Due::WhenMoved;
        }
        let next = self
            .minute
            .map_or(now, |minute| minute.plus_millis(MINUTE_MS));
        let is_new = self.is_new(app, now);
        Due::at(Some(if is_new { now } else { next }), now)
    }

    fn step(&mut self, app: &App) -> Result<Step, Error> {
        let now = app.clock().now();
        let all = app.alerts_to_look_at();
        let mut next = all.iter().filter(|(rule, changed_at, is_slow)| {
            self.passed.get(rule) != Some(&(stretch(now, *is_slow), *changed_at))
        });
        if let Some((rule, changed_at, is_slow)) = next.next() {
            let looked = (stretch(now, *is_slow), *changed_at);
            // Also one that fails is left alone until its time comes again.
            self.passed.insert(rule.clone(), looked);
            app.look_for_alerts(rule)?;
            return Ok(Step::Taken);
        }
        self.passed
            .retain(|rule, _| all.iter().any(|(known, _, _)| known == rule));
        self.minute = Some(start_of(now, MINUTE_MS));
        // What was just opened is told at once.
        match app.tell_alerts()? {
            0 => Ok(Step::Nothing),
            _ => Ok(Step::Taken),
        }
    }
}

impl Alerting {
    /// Whether a rule is not as it was when it was looked at.
    fn is_new(&self, app: &App, now: Timestamp) -> bool {
        let all = app.alerts_to_look_at();
        let is_changed = all.iter().any(|(rule, changed_at, _)| {
            let passed = self.passed.get(rule);
            passed.is_none_or(|(_, looked)| looked != changed_at)
        });
        is_changed || self.minute.is_none_or(|minute| minute > now)
    }
}

/// The minute, or the hour a minute ago, which is over then.
const fn stretch(now: Timestamp, is_slow: bool) -> Timestamp {
    if is_slow {
        start_of(now.plus_millis(-MINUTE_MS), HOUR_MS)
    } else {
        start_of(now, MINUTE_MS)
    }
}

const fn start_of(at: Timestamp, length: i64) -> Timestamp {
    at.plus_millis(-at.millis().rem_euclid(length))
}

/// Looks at all rules, and tells what they find, as often as anything is done by that.
pub fn raise_alerts(app: &App) -> Result<(), Error> {
    let mut work = Alerting::default();
    while work.step(app)? == Step::Taken {}
    Ok(())
}
