//! Working hours: what a schedule is from now on.

use std::collections::BTreeMap;

use super::refusal::Refusal;
use super::role::{self, Right};
use crate::model::event::{ScheduleException, ScheduleUpserted};
use crate::model::{Body, Invalid, ScheduleId};

/// The most dates with other hours that a schedule has.
const MAX_EXCEPTIONS: usize = 2_000;

/// A schedule as it is from now on; what it was stays in force until then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoursCommand {
    /// Which; one that is not known begins.
    pub schedule: String,
    /// Its IANA zone.
    pub zone: String,
    /// Intervals by weekday (`mon` … `sun`), each `09:00-17:00`.
    pub week: BTreeMap<String, Vec<String>>,
    /// Dates with other hours; without any: closed.
    pub exceptions: Vec<(String, Vec<String>)>,
}

impl HoursCommand {
    pub(super) const RIGHT: &'static Right = &role::HOURS_SET;
}

pub(super) fn decide(hours: HoursCommand) -> Result<Vec<Body>, Refusal> {
    let schedule =
        ScheduleId::parse(&hours.schedule).map_err(|fault| Invalid::new("schedule", fault))?;
    if hours.exceptions.len() > MAX_EXCEPTIONS {
        let reason = format!("expected at most {MAX_EXCEPTIONS} dates");
        return Err(Invalid::new("exceptions", reason).into());
    }
    let exceptions = hours.exceptions.into_iter();
    let exceptions = exceptions.map(|(date, hours)| ScheduleException { date, hours });
    let upserted = ScheduleUpserted {
        schedule,
        zone: hours.zone,
        week: hours.week,
        exceptions: Some(exceptions.collect()),
    };
    upserted.version()?;
    Ok(vec![Body::ScheduleUpserted(Box::new(upserted))])
}
