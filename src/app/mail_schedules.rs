//! Reports that go out by mail: when each is due next, and that one is.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::Serialize;
use serde_with::skip_serializing_none;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{
    Caller, Command, Evidence, MailScheduleCommand, MailScheduleDraft, Refusal, Role,
};
use crate::failpoint;
use crate::metrics::instant_at;
use crate::model::event::{DropReason, MailEvery, MailedReport};
use crate::model::mail_schedules::MailSchedule;
use crate::model::{MailAbout, MailOutcome, MailScheduleId, Outbox, Timestamp};
use crate::report::registry;

/// Within so many days the next one is due, however seldom it goes out.
const LONGEST_DAYS: u64 = 64;

/// What became of the mails of a schedule's last time.
#[skip_serializing_none]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LastMails {
    /// For when they were.
    pub due: Timestamp,
    /// How many the server that carries mails took.
    pub sent: u32,
    /// How many wait for it.
    pub waiting: u32,
    /// How many did not go out.
    pub dropped: u32,
    /// Why the last of these did not.
    pub reason: Option<DropReason>,
}

impl LastMails {
    const fn new(due: Timestamp) -> Self {
        Self {
            due,
            sent: 0,
            waiting: 0,
            dropped: 0,
            reason: None,
        }
    }

    /// Of those of a schedule; none: none are known any more.
    fn of(outbox: &Outbox, schedule: &str) -> Option<Self> {
        let due_of = |about: &MailAbout| match about {
            MailAbout::Report {
                schedule: id, due, ..
            } if id.as_str() == schedule => Some(*due),
            _ => None,
        };
        let waiting = outbox.all_waiting().map(|(_, one)| (&one.about, None));
        let done = outbox
            .done()
            .map(|one| (&one.queued.about, Some(&one.outcome)));
        let mut last: Option<Self> = None;
        for (about, outcome) in waiting.chain(done) {
            let Some(due) = due_of(about) else {
                continue;
            };
            let one = last.get_or_insert(Self::new(due));
            if due > one.due {
                *one = Self::new(due);
            }
            if due == one.due {
                one.count(outcome);
            }
        }
        last
    }

    fn count(&mut self, outcome: Option<&MailOutcome>) {
        match outcome {
            None => self.waiting += 1,
            Some(MailOutcome::Sent) => self.sent += 1,
            Some(MailOutcome::Dropped { reason, .. }) => {
                self.dropped += 1;
                self.reason = self.reason.or(Some(*reason));
            }
        }
    }
}

impl App {
    /// What became of the mails of a schedule's last time; none: none are known any more.
    pub fn last_mails(&self, schedule: &MailScheduleId) -> Option<LastMails> {
        let now = self.clock.now();
        self.overlay.with(now, |state| {
            LastMails::of(&state.installation.outbox, schedule.as_str())
        })
    }

    /// The schedules that the caller set up, an admin all.
    pub fn mail_schedules(&self, caller: &Caller) -> Vec<MailSchedule> {
        let snapshot = self.snapshot();
        let schedules = snapshot.installation.mail_schedules.all();
        schedules
            .filter(|one| caller.role >= Role::Admin || one.by == caller.actor())
            .cloned()
            .collect()
    }

    /// Has a report go out by mail; gives the id of the schedule.
    pub async fn save_mail_schedule(
        self: &Arc<Self>,
        caller: Caller,
        draft: MailScheduleDraft,
    ) -> Result<WriteResult, Error> {
        if !self.can_mail() {
            let reason = "no mail can go out: svar.toml names no server in its section [mail], or \
                          no public_url";
            return Err(Refusal::conflict(reason).into());
        }
        if let MailedReport::Dashboard { id } = &draft.shows {
            let is_shipped = registry::shipped_dashboard(id.as_str()).is_some();
            let is_there = is_shipped || self.dashboard(&caller, id.as_str()).is_ok();
            is_there
                .then_some(())
                .ok_or_else(|| Error::unknown("dashboard", id.as_str()))?;
        }
        let id = draft.id.clone().unwrap_or_else(|| fresh("t"));
        let draft = MailScheduleDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = Command::MailSchedule(MailScheduleCommand::Save(draft));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }

    /// Which report is due first, and when; `passed` are those that were looked at, and until when.
    pub(crate) fn next_mail_schedule(
        &self,
        passed: &BTreeMap<MailScheduleId, Timestamp>,
    ) -> Option<(Timestamp, MailScheduleId)> {
        let snapshot = self.snapshot();
        let schedules = snapshot.installation.mail_schedules.all();
        let due = schedules.filter_map(|one| {
            let passed = passed.get(&one.id).copied().unwrap_or(Timestamp::MIN);
            Some((next_due(one, one.after().max(passed))?, one.id.clone()))
        });
        due.min()
    }

    /// Queues the mails of a report that is due: for the last time that has come, so that a late
    /// start sends one and not several.
    pub(crate) fn send_report(&self, schedule: &MailScheduleId) -> Result<(), Error> {
        let now = self.clock.now();
        let snapshot = self.snapshot();
        let known = snapshot.installation.mail_schedules.get(schedule.as_str());
        let Some(due) = known.and_then(|known| last_due(known, now)) else {
            return Ok(());
        };
        let command = MailScheduleCommand::Send {
            schedule: schedule.clone(),
            due,
        };
        let command = Command::MailSchedule(command);
        let decision = self.decision(&Caller::system(), command, Evidence::None);
        failpoint::pass("report.due");
        drop(self.handle.decide(decision)?.map_err(Error::from)?);
        failpoint::pass("report.queued");
        Ok(())
    }
}

/// When a report goes out next after an instant; none: its zone is none.
pub fn next_due(schedule: &MailSchedule, after: Timestamp) -> Option<Timestamp> {
    let zone: Tz = schedule.zone.parse().ok()?;
    let time = NaiveTime::parse_from_str(&schedule.time, "%H:%M").ok()?;
    let day = |at: Timestamp| at.to_utc().with_timezone(&zone).date_naive();
    let first = day(after.max(schedule.created_at));
    let anchor = anchor(schedule, day(schedule.created_at))?;
    let days = (0..LONGEST_DAYS).filter_map(|ahead| first.checked_add_days(Days::new(ahead)));
    let days = days.filter(|day| is_on(schedule, *day, anchor));
    let mut due = days.map(|day| instant_at(day.and_time(time), zone));
    due.find(|due| *due > after)
}

/// The last time that a report was due by an instant and did not go out; none: it is not due.
fn last_due(schedule: &MailSchedule, by: Timestamp) -> Option<Timestamp> {
    let mut last = None;
    let mut after = schedule.after();
    while let Some(due) = next_due(schedule, after).filter(|due| *due <= by) {
        last = Some(due);
        after = due;
    }
    last
}

/// The first day of the week's day that it goes out on, from which every second one is counted.
fn anchor(schedule: &MailSchedule, created: NaiveDate) -> Option<NaiveDate> {
    let weekday = u64::from(schedule.weekday.unwrap_or(1));
    let of_created = u64::from(created.weekday().number_from_monday());
    created.checked_add_days(Days::new((weekday + 7 - of_created) % 7))
}

fn is_on(schedule: &MailSchedule, day: NaiveDate, anchor: NaiveDate) -> bool {
    let is_weekday = (day - anchor).num_days().rem_euclid(7) == 0;
    match schedule.every {
        MailEvery::Daily => true,
        MailEvery::Weekly => is_weekday,
        MailEvery::Fortnightly => (day - anchor).num_days().rem_euclid(14) == 0,
        MailEvery::Monthly => Some(day.day()) == schedule.day.map(u32::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(every: &str, zone: &str, created: &str) -> MailSchedule {
        let value = serde_json::json!({
            "id": "t", "shows": {"kind": "jobs"}, "every": every, "time": "02:30", "weekday": 1,
            "day": 28, "zone": zone, "csv": false, "users": [], "by": "cli",
            "created_at": created, "changed_at": created,
        });
        serde_json::from_value(value).unwrap()
    }

    fn dues(schedule: &MailSchedule, count: usize) -> Vec<String> {
        let next = |after: &Timestamp| next_due(schedule, *after);
        let dues = std::iter::successors(next_due(schedule, schedule.after()), next);
        dues.take(count).map(|due| due.to_string()).collect()
    }

    #[test]
    fn each_goes_out_at_its_local_time_also_where_the_clocks_change() {
        let daily = schedule("daily", "Europe/Oslo", "2026-03-27T12:00:00Z");
        let expected = [
            "2026-03-28T01:30:00Z",
            // There is no half past two on that day: it goes out when the clocks have passed it.
            "2026-03-29T01:00:00Z",
            "2026-03-30T00:30:00Z",
        ];
        assert_eq!(dues(&daily, 3), expected);
        let weekly = schedule("weekly", "UTC", "2026-03-30T02:30:00Z");
        assert_eq!(
            dues(&weekly, 2),
            ["2026-04-06T02:30:00Z", "2026-04-13T02:30:00Z"]
        );
        let fortnightly = schedule("fortnightly", "UTC", "2026-03-25T00:00:00Z");
        assert_eq!(
            dues(&fortnightly, 2),
            ["2026-03-30T02:30:00Z", "2026-04-13T02:30:00Z"]
        );
        let monthly = schedule("monthly", "UTC", "2026-01-29T00:00:00Z");
        assert_eq!(
            dues(&monthly, 2),
            ["2026-02-28T02:30:00Z", "2026-03-28T02:30:00Z"]
        );
    }

    #[test]
    fn of_several_that_were_missed_the_last_goes_out() {
        let daily = schedule("daily", "UTC", "2026-03-01T12:00:00Z");
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert_eq!(last_due(&daily, at("2026-03-02T02:29:59Z")), None);
        let late = last_due(&daily, at("2026-03-06T01:00:00Z")).unwrap();
        assert_eq!(late.to_string(), "2026-03-05T02:30:00Z");
    }
}
