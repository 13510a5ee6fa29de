//! Schedules, service level agreements, and reps' hours and statuses through time.
//!
//! A pure fold of the events that name no conversation. Nothing in a row depends on it: it is
//! asked when a row is judged, so a change of a schedule folds no conversation again. Before a
//! thing's first version the first version holds.

use std::collections::BTreeMap;

use super::Timestamp;
use super::event::{Body, Event, Patch, RepStatus, ScheduleUpserted, SlaUpserted};
use super::schedule::Schedule;

/// The id of the schedule that is the installation's.
const DEFAULT_SCHEDULE: &str = "default";

/// What each instant says of working hours, promises and presence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    schedules: BTreeMap<String, Schedule>,
    latest: BTreeMap<String, (Timestamp, ScheduleUpserted)>,
    slas: BTreeMap<String, Vec<(Timestamp, SlaUpserted)>>,
    reps: BTreeMap<String, Presence>,
}

/// A rep's working hours and statuses.
#[derive(Clone, Debug, Default, PartialEq)]
struct Presence {
    schedules: Vec<(Timestamp, Option<String>)>,
    teams: Vec<(Timestamp, Option<String>)>,
    statuses: Vec<Status>,
    deleted_at: Option<Timestamp>,
}

/// A rep's status from an instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// From when.
    pub at: Timestamp,
    /// Which.
    pub status: RepStatus,
    /// The team's own word for it.
    pub detail: Option<String>,
}

/// Something of a rep that held from an instant to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<T> {
    /// From when.
    pub from: Timestamp,
    /// Until when; `Timestamp::MAX`: still.
    pub until: Timestamp,
    /// What.
    pub what: T,
}

impl Timetable {
    /// Folds `events`, which must be in event order; others are passed over.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut timetable = Self::default();
        for event in events {
            timetable.apply(event);
        }
        timetable
    }

    /// Whether `body` changes a timetable.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::ScheduleUpserted(_)
                | Body::SlaUpserted(_)
                | Body::RepUpserted(_)
                | Body::RepDeleted(_)
                | Body::RepStatusChanged(_)
        )
    }

    fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ScheduleUpserted(schedule) => {
                // What cannot be read was refused when it came in.
                if let Ok(version) = schedule.version() {
                    let versions = self.schedules.entry(schedule.schedule.to_string());
                    versions.or_default().change(event.at, version);
                    let last = (event.at, (**schedule).clone());
                    self.latest.insert(schedule.schedule.to_string(), last);
                }
            }
            Body::SlaUpserted(sla) => {
                let versions = self.slas.entry(sla.sla.to_string()).or_default();
                versions.push((event.at, (**sla).clone()));
            }
            Body::RepUpserted(rep) => {
                let presence = self.reps.entry(rep.rep.to_string()).or_default();
                let schedule = patched(&presence.schedules, &rep.schedule);
                presence.schedules.push((event.at, schedule));
                let team = patched(&presence.teams, &rep.team);
                presence.teams.push((event.at, team));
            }
            Body::RepDeleted(rep) => {
                let presence = self.reps.entry(rep.rep.to_string()).or_default();
                presence.deleted_at = Some(event.at);
            }
            Body::RepStatusChanged(changed) => {
                let presence = self.reps.entry(changed.rep.to_string()).or_default();
                presence.statuses.push(Status {
                    at: event.at,
                    status: changed.status,
                    detail: changed.detail.clone(),
                });
            }
            _ => {}
        }
    }

    /// The schedule called `id`.
    pub fn schedule(&self, id: &str) -> Option<&Schedule> {
        self.schedules.get(id)
    }

    /// What was last said of the schedule called `id`, and when.
    pub fn latest(&self, id: &str) -> Option<&(Timestamp, ScheduleUpserted)> {
        self.latest.get(id)
    }

    /// The installation's schedule: the one called `default`, else the only one.
    pub fn default_schedule(&self) -> Option<&str> {
        let mut ids = self.schedules.keys().map(String::as_str);
        if self.schedules.contains_key(DEFAULT_SCHEDULE) {
            return Some(DEFAULT_SCHEDULE);
        }
        ids.next().filter(|_| self.schedules.len() == 1)
    }

    /// The ids of all schedules.
    pub fn schedules(&self) -> impl Iterator<Item = &str> {
        self.schedules.keys().map(String::as_str)
    }

    /// Every agreement with its versions, in the order of their ids.
    pub fn slas(&self) -> impl Iterator<Item = (&str, &[(Timestamp, SlaUpserted)])> {
        let slas = self.slas.iter();
        slas.map(|(id, versions)| (id.as_str(), versions.as_slice()))
    }

    /// Every rep of whom anything was said.
    pub fn reps(&self) -> impl Iterator<Item = &str> {
        self.reps.keys().map(String::as_str)
    }

    /// When a rep's statuses held; before the first nothing is known.
    ///
    /// The same status again is no change. A rep who was deleted has none from then on.
    pub fn statuses(&self, rep: &str) -> Vec<Stretch<&Status>> {
        let Some(presence) = self.reps.get(rep) else {
            return Vec::new();
        };
        let mut changes: Vec<(Timestamp, &Status)> = Vec::new();
        for status in &presence.statuses {
            // At one instant the last in event order holds.
            changes.pop_if(|(at, _)| *at == status.at);
            let same = changes.last().is_some_and(|(_, last)| {
                (last.status, &last.detail) == (status.status, &status.detail)
            });
            if !same {
                changes.push((status.at, status));
            }
        }
        let end = presence.deleted_at.unwrap_or(Timestamp::MAX);
        held(&changes, end)
    }

    /// By which schedule a rep worked when, from the beginning.
    pub fn rep_schedules(&self, rep: &str) -> Vec<Stretch<Option<&str>>> {
        self.reps
            .get(rep)
            .map_or_else(Vec::new, |rep| versions(&rep.schedules))
    }

    /// In which team a rep was when, from the beginning.
    pub fn rep_teams(&self, rep: &str) -> Vec<Stretch<Option<&str>>> {
        self.reps
            .get(rep)
            .map_or_else(Vec::new, |rep| versions(&rep.teams))
    }
}

/// The value after a patch of the last one.
fn patched<T: ToString>(
    versions: &[(Timestamp, Option<String>)],
    patch: &Patch<T>,
) -> Option<String> {
    match patch {
        Patch::Keep => versions.last().and_then(|(_, value)| value.clone()),
        Patch::Clear => None,
        Patch::Set(value) => Some(value.to_string()),
    }
}

/// Versions as stretches; the first one also holds before it.
fn versions(versions: &[(Timestamp, Option<String>)]) -> Vec<Stretch<Option<&str>>> {
    let versions = versions.iter().map(|(at, value)| (*at, value.as_deref()));
    let mut changes: Vec<(Timestamp, Option<&str>)> = versions.collect();
    match changes.first_mut() {
        Some((first, _)) => *first = Timestamp::MIN,
        None => changes.push((Timestamp::MIN, None)),
    }
    held(&changes, Timestamp::MAX)
}

/// Changes as stretches, the last one until `end`.
fn held<T: Copy>(changes: &[(Timestamp, T)], end: Timestamp) -> Vec<Stretch<T>> {
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([end]);
    let stretches = changes
        .iter()
        .zip(ends)
        .map(|((from, what), until)| Stretch {
            from: *from,
            until: until.min(end),
            what: *what,
        });
    stretches
        .filter(|stretch| stretch.from < stretch.until)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(line: &str) -> Event {
        Event::parse(line).unwrap()
    }

    #[test]
    fn the_default_schedule_is_the_one_of_that_name_else_the_only_one() {
        let schedule = |id: &str| {
            event(&format!(
                r#"{{"type":"schedule.upserted","at":"2026-01-01T00:00:00Z","schedule":"{id}","zone":"UTC","week":{{}}}}"#
            ))
        };
        let events = [schedule("day"), schedule("night"), schedule("default")];
        let chosen = |count: usize| {
            Timetable::fold(&events[..count])
                .default_schedule()
                .map(str::to_owned)
        };
        assert_eq!(chosen(0), None);
        assert_eq!(chosen(1).as_deref(), Some("day"));
        assert_eq!(chosen(2), None);
        assert_eq!(chosen(3).as_deref(), Some("default"));
    }

    #[test]
    fn the_same_status_again_is_no_change_and_who_left_has_none() {
        let status = |day: u8, status: &str| {
            event(&format!(
                r#"{{"type":"rep.status_changed","at":"2026-01-0{day}T00:00:00Z","rep":"a","status":"{status}"}}"#
            ))
        };
        let events = [
            status(1, "available"),
            status(2, "available"),
            status(3, "offline"),
            event(r#"{"type":"rep.deleted","at":"2026-01-05T00:00:00Z","rep":"a"}"#),
        ];
        let timetable = Timetable::fold(&events);
        let days: Vec<(String, String)> = timetable
            .statuses("a")
            .into_iter()
            .map(|held| (held.from.to_string(), held.until.to_string()))
            .collect();
        let day = |day: u8| format!("2026-01-0{day}T00:00:00Z");
        assert_eq!(days, [(day(1), day(3)), (day(3), day(5))]);
    }
}
