//! Service level agreements: what is promised from now on, and to which tickets.

use super::State;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{pipeline_id, team_id};
use crate::model::event::{SlaScope, SlaUpserted};
use crate::model::{Body, Invalid, ScheduleId, SlaId};

/// The longest promise, in seconds: a year.
const MAX_SECS: u64 = 31_536_000;

/// An agreement as it is from now on; what it was holds for what was promised before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementCommand {
    /// Which; one that is not known begins.
    pub sla: String,
    /// Of this channel; none: of any.
    pub channel: Option<String>,
    /// In this pipeline.
    pub pipeline: Option<String>,
    /// Of this priority.
    pub priority: Option<String>,
    /// Of this team.
    pub team: Option<String>,
    /// Within how many seconds the first response is promised.
    pub first_response_secs: Option<u64>,
    /// Within how many each later one.
    pub next_response_secs: Option<u64>,
    /// Within how many the close.
    pub close_secs: Option<u64>,
    /// By whose working hours; none: on the calendar.
    pub schedule: Option<String>,
    /// Stages in which the clock stands.
    pub pause_stages: Vec<String>,
}

impl AgreementCommand {
    pub(super) const RIGHT: &'static Right = &role::AGREEMENT_SET;
}

pub(super) fn decide(state: &State<'_>, agreement: AgreementCommand) -> Result<Vec<Body>, Refusal> {
    let sla = SlaId::parse(&agreement.sla).map_err(|fault| Invalid::new("sla", fault))?;
    let targets = [
        ("first_response_secs", agreement.first_response_secs),
        ("next_response_secs", agreement.next_response_secs),
        ("close_secs", agreement.close_secs),
    ];
    if targets.iter().all(|(_, secs)| secs.is_none()) {
        let reason = "nothing is promised; expected a first response, a next response or a close";
        return Err(Invalid::new("first_response_secs", reason).into());
    }
    for (name, secs) in targets {
        if secs.is_some_and(|secs| secs == 0 || secs > MAX_SECS) {
            let reason = format!("expected 1 to {MAX_SECS} seconds");
            return Err(Invalid::new(name, reason).into());
        }
    }
    let team = agreement.team.as_deref();
    let team = team.map(|team| team_id("team", team)).transpose()?;
    if let Some(team) = &team
        && state
            .conversations
            .directory()
            .team_name(team.as_str())
            .is_none()
    {
        return Err(Refusal::unknown("team", team.as_str()));
    }
    let schedule = agreement.schedule.as_deref().map(ScheduleId::parse);
    let pipeline = agreement.pipeline.as_deref();
    let upserted = SlaUpserted {
        sla,
        applies: SlaScope {
            channel: agreement.channel,
            pipeline: pipeline.map(pipeline_id).transpose()?,
            priority: agreement.priority,
            team,
        },
        first_response_secs: agreement.first_response_secs,
        next_response_secs: agreement.next_response_secs,
        close_secs: agreement.close_secs,
        schedule: schedule
            .transpose()
            .map_err(|fault| Invalid::new("schedule", fault))?,
        pause_stages: Some(agreement.pause_stages).filter(|stages| !stages.is_empty()),
    };
    Ok(vec![Body::SlaUpserted(Box::new(upserted))])
}
