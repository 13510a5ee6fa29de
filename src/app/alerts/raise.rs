//! What rules find is journalled: opened, told and ended, each once.
//!
//! All of it is decided over the folds with everything that is journalled, so it may be asked for as
//! often as one likes, before and after a stop.

use super::look::is_slow;
use super::quiet::quiet_until;
use crate::app::start::fresh;
use crate::app::{App, Error};
use crate::command::{AlertCommand, Caller, Command, Evidence};
use crate::model::alerts::{Alert, AlertRule};
use crate::model::{AlertRuleId, Timestamp};

impl App {
    /// The rules that watch: which, since when each is as it is, and whether it is looked at with
    /// buckets only.
    pub(crate) fn alerts_to_look_at(&self) -> Vec<(AlertRuleId, Timestamp, bool)> {
        let snapshot = self.snapshot();
        let rules = snapshot.installation.alerts.watching();
        let rules = rules.map(|rule| (rule.id.clone(), rule.changed_at, is_slow(&rule.watches)));
        rules.collect()
    }

    /// Looks at what a rule watches for, opens what is new and ends what is over.
    pub(crate) fn look_for_alerts(&self, rule: &AlertRuleId) -> Result<(), Error> {
        let snapshot = self.snapshot();
        let alerts = &snapshot.installation.alerts;
        let Some(rule) = alerts.rule(rule.as_str()).filter(|rule| !rule.paused) else {
            return Ok(());
        };
        let Some(looked) = self.look_for(rule)? else {
            return Ok(());
        };
        let theirs = |alert: &&Alert| alert.rule == rule.id;
        for alert in alerts.open().filter(theirs) {
            if looked.is_over(alert) {
                let alert = alert.id.clone();
                self.decide_alert(AlertCommand::Resolve { alert })?;
            }
        }
        let found = looked.found.into_iter().filter(|one| {
            let is_open = alerts.open_about(&rule.id, &one.subject).is_some();
            !is_open && !alerts.knows(&rule.id, &one.cause)
        });
        let found: Vec<_> = found.map(|one| one.named(fresh("al"))).collect();
        if found.is_empty() {
            return Ok(());
        }
        self.decide_alert(AlertCommand::Open {
            rule: rule.id.clone(),
            found,
        })
    }

    /// Tells all that is open, was not told, and is not held back by quiet hours; how many that was.
    pub(crate) fn tell_alerts(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let can_mail = self.can_mail();
        let untold = self.overlay.with(now, |state| {
            let alerts = &state.installation.alerts;
            let is_due = |rule: &AlertRule| quiet_until(rule.quiet.as_ref(), now).is_none();
            let due = alerts.open().filter(|alert| {
                let rule = alerts.rule(alert.rule.as_str());
                alert.told_at.is_none() && rule.is_none_or(is_due)
            });
            due.map(|alert| alert.id.clone()).collect::<Vec<_>>()
        });
        let told = untold.len();
        for alert in untold {
            self.decide_alert(AlertCommand::Tell { alert, can_mail })?;
        }
        Ok(told)
    }

    fn decide_alert(&self, command: AlertCommand) -> Result<(), Error> {
        let decision = self.decision(&Caller::system(), Command::Alert(command), Evidence::None);
        drop(self.handle.decide(decision)?.map_err(Error::from)?);
        Ok(())
    }
}
