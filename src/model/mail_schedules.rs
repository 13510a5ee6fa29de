//! Reports that go out by mail again and again: a fold of Svar's own events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::event::{MailAbout, MailEvery, MailScheduleSet, MailedReport};
use super::{Body, Event, MailScheduleId, Provenance, Timestamp, UserId};

/// A report that goes out by mail.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSchedule {
    /// Which.
    pub id: MailScheduleId,
    /// What goes out.
    pub shows: MailedReport,
    /// How often.
    pub every: MailEvery,
    /// At which local time, as `08:00`.
    pub time: String,
    /// On which day of the week, Monday being 1.
    pub weekday: Option<u8>,
    /// On which day of the month.
    pub day: Option<u8>,
    /// In which IANA zone.
    pub zone: String,
    /// Whether the figures are attached as CSV.
    pub csv: bool,
    /// To whom.
    pub users: Vec<UserId>,
    /// Who made it, as the journal's actor.
    pub by: String,
    /// When.
    pub created_at: Timestamp,
    /// Since when it is as it is: what was due before does not go out.
    pub changed_at: Timestamp,
    /// The last time for which it was queued.
    pub queued_for: Option<Timestamp>,
}

impl MailSchedule {
    /// After which instant the next one is due.
    pub fn after(&self) -> Timestamp {
        self.queued_for
            .unwrap_or(Timestamp::MIN)
            .max(self.changed_at)
    }

    fn new(set: &MailScheduleSet, by: &str, at: Timestamp) -> Self {
        Self {
            id: set.schedule.clone(),
            shows: set.shows.clone(),
            every: set.every,
            time: set.time.clone(),
            weekday: set.weekday,
            day: set.day,
            zone: set.zone.clone(),
            csv: set.csv,
            users: set.users.clone(),
            by: by.to_owned(),
            created_at: at,
            changed_at: at,
            queued_for: None,
        }
    }
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSchedules(BTreeMap<MailScheduleId, MailSchedule>);

impl MailSchedules {
    /// All of them, by id.
    pub fn all(&self) -> impl Iterator<Item = &MailSchedule> {
        self.0.values()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&MailSchedule> {
        self.0.get(id)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        match body {
            Body::MailScheduleSet(_) | Body::MailScheduleRemoved(_) => true,
            Body::MailQueued(queued) => matches!(queued.about, MailAbout::Report { .. }),
            _ => false,
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::MailScheduleSet(set) => {
                let mut schedule = MailSchedule::new(set, from.actor, event.at);
                if let Some(known) = self.0.get(&set.schedule) {
                    schedule.by.clone_from(&known.by);
                    schedule.created_at = known.created_at;
                    schedule.queued_for = known.queued_for;
                }
                self.0.insert(set.schedule.clone(), schedule);
            }
            Body::MailScheduleRemoved(removed) => drop(self.0.remove(&removed.schedule)),
            Body::MailQueued(queued) => {
                if let MailAbout::Report { schedule, due, .. } = &queued.about
                    && let Some(schedule) = self.0.get_mut(schedule)
                {
                    schedule.queued_for = schedule.queued_for.max(Some(*due));
                }
            }
            _ => {}
        }
    }
}
