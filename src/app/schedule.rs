//! Schedules: working time between two instants, and holidays taken over from a calendar.

use std::sync::Arc;

use chrono::Datelike;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{App, Error, Via};
use crate::model::event::{ScheduleUpserted, SlaUpserted};
use crate::model::schedule::{Holidays, ScheduleFile, WorkingSpan};
use crate::model::{Event, EventError, Invalid, Timestamp};

/// How many years ahead yearly holidays are taken over.
const YEARS_AHEAD: i32 = 10;

/// A stretch of working time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkingInterval {
    /// Its start.
    #[schema(value_type = String, format = DateTime)]
    pub start: Timestamp,
    /// Its end, which is no longer in it.
    #[schema(value_type = String, format = DateTime)]
    pub end: Timestamp,
}

/// The working time between two instants.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WorkingTimeView {
    /// How much, in seconds.
    #[schema(value_type = f64)]
    pub seconds: Value,
    /// When.
    pub intervals: Vec<WorkingInterval>,
}

/// What became of a calendar of holidays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HolidaysTaken)]
pub struct HolidayCounts {
    /// The schedule that has them now.
    pub schedule: String,
    /// How many dates were new to it.
    pub added: usize,
    /// How many it had already.
    pub known: usize,
    /// How many events were passed over, because they have hours or were cancelled.
    pub passed_over: usize,
    /// The last year into which yearly ones were carried.
    pub until_year: i32,
}

impl From<WorkingSpan> for WorkingTimeView {
    fn from(counted: WorkingSpan) -> Self {
        let whole = counted.millis % 1000 == 0;
        Self {
            seconds: if whole {
                (counted.millis / 1000).into()
            } else {
                (counted.millis as f64 / 1000.0).into()
            },
            intervals: counted
                .intervals
                .into_iter()
                .map(|(start, end)| WorkingInterval { start, end })
                .collect(),
        }
    }
}

/// The working time between two instants by a schedule as files have it.
pub fn between(
    file: &Value,
    start: Timestamp,
    end: Timestamp,
) -> Result<WorkingTimeView, EventError> {
    count(file, start, end).map_err(|fault| EventError::new(fault.field, fault.reason))
}

fn count(file: &Value, start: Timestamp, end: Timestamp) -> Result<WorkingTimeView, Invalid> {
    let schedule = ScheduleFile::parse(file)?;
    Ok(schedule.between(start, end)?.into())
}

impl App {
    /// The schedules as they were last said, in the order of their ids.
    pub fn schedules(&self) -> Vec<ScheduleUpserted> {
        let snapshot = self.snapshot();
        let timetable = &snapshot.facts.duty.timetable;
        let latest = timetable.schedules().filter_map(|id| timetable.latest(id));
        latest.map(|(_, schedule)| schedule.clone()).collect()
    }

    /// The agreements as they were last said, in the order of their ids.
    pub fn agreements(&self) -> Vec<SlaUpserted> {
        let snapshot = self.snapshot();
        let slas = snapshot.facts.duty.timetable.slas();
        let latest = slas.filter_map(|(_, versions)| versions.last());
        latest.map(|(_, sla)| sla.clone()).collect()
    }

    /// The working time that a posted question asks for: `start`, `end`, and `schedule`, the
    /// id of one of the desk's, or a schedule as files have it.
    pub fn working_time(&self, input: &Value) -> Result<WorkingTimeView, Error> {
        let instant = |name: &str| {
            let text = input.get(name).and_then(Value::as_str).unwrap_or_default();
            Timestamp::parse(text).map_err(|error| Invalid::new(name, error.to_string()))
        };
        let (start, end) = (instant("start")?, instant("end")?);
        let schedule = input.get("schedule");
        let counted = match schedule {
            Some(Value::String(id)) => {
                let snapshot = self.snapshot();
                let schedule = snapshot.facts.duty.timetable.schedule(id);
                let schedule = schedule.ok_or_else(|| Error::unknown("schedule", id))?;
                schedule.between(start, end).map(WorkingTimeView::from)
            }
            // A schedule as a whole, or its parts next to the instants.
            Some(whole) if whole.get("timezone").or(whole.get("zone")).is_some() => {
                count(whole, start, end)
            }
            _ => count(input, start, end),
        };
        Ok(counted?)
    }

    /// Adds the all-day events of a calendar file to a schedule as dates without hours, from
    /// now on; `id` left out: the default schedule.
    pub fn import_holidays(
        &self,
        id: Option<&str>,
        calendar: &str,
    ) -> Result<HolidayCounts, Error> {
        let snapshot = self.snapshot();
        let timetable = &snapshot.facts.duty.timetable;
        let id = id.or_else(|| timetable.default_schedule());
        let id =
            id.ok_or_else(|| Invalid::new("schedule", "there is no default schedule; name one"))?;
        let (last_at, schedule) = timetable
            .latest(id)
            .ok_or_else(|| Error::unknown("schedule", id))?;
        let now = self.clock().now();
        let until_year = now.to_utc().year() + YEARS_AHEAD;
        let last = chrono::NaiveDate::from_ymd_opt(until_year, 12, 31).unwrap_or_default();
        let holidays = Holidays::parse(calendar, last)
            .map_err(|error| Invalid::new("calendar", error.to_string()))?;
        let mut exceptions: Vec<Value> = Vec::new();
        let mut known_days = 0;
        for exception in schedule.exceptions.iter().flatten() {
            let date = exception.date.parse().ok();
            if date.is_some_and(|date| holidays.dates.contains(&date)) {
                known_days += usize::from(exception.hours.is_empty());
                if !exception.hours.is_empty() {
                    continue;
                }
            }
            exceptions.push(json!({"date": exception.date, "hours": exception.hours}));
        }
        let closed: Vec<String> = schedule
            .exceptions
            .iter()
            .flatten()
            .filter(|exception| exception.hours.is_empty())
            .map(|exception| exception.date.clone())
            .collect();
        let dates = holidays.dates.iter().map(ToString::to_string);
        let news: Vec<String> = dates.filter(|date| !closed.contains(date)).collect();
        exceptions.extend(news.iter().map(|date| json!({"date": date, "hours": []})));
        let taken = HolidayCounts {
            schedule: id.to_owned(),
            added: news.len(),
            known: known_days,
            passed_over: holidays.passed_over,
            until_year,
        };
        if taken.added == 0 {
            return Ok(taken);
        }
        let at = now.max(last_at.plus_millis(1));
        let event = json!({
            "type": "schedule.upserted", "at": at.to_string(), "schedule": id,
            "zone": schedule.zone, "week": schedule.week, "exceptions": exceptions,
        });
        let event =
            Event::from_value(event).map_err(|error| Invalid::new(error.field, error.reason))?;
        self.take(Via::Api, "holidays", &[Arc::new(event)])?;
        Ok(taken)
    }
}
