//! The pipelines that there are, with how many tickets stand in each stage.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::App;
use super::present::Present;
use crate::command::Evidence;
use crate::model::PipelineId;
use crate::model::desk::TicketStatus;

/// A pipeline.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PipelineView {
    /// Which.
    pub pipeline: String,
    /// What it is for: `support` or `jobs`.
    pub kind: &'static str,
    /// Its stages, in order.
    pub stages: Vec<StageView>,
    /// After how many seconds without an answer a job of it expires.
    pub expires_secs: Option<i64>,
    /// For which services its open tickets are, and how many for each.
    pub services: BTreeMap<String, usize>,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageView {
    /// Its id.
    pub stage: String,
    /// What it is called.
    pub name: String,
    /// Whether a ticket in it is closed.
    pub closed: bool,
    /// How many tickets of the lists stand in it; those that are closed for long are on none.
    pub tickets: usize,
}

impl App {
    /// The pipelines as they are now, by id, with the tickets that `present` sees.
    pub fn pipelines(&self, present: &Present) -> Vec<PipelineView> {
        let now = self.clock.now();
        let mut standing: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let mut services: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
        for line in present.tickets() {
            let pipeline = line.pipeline.as_str();
            let stage = line.stage_at(now).to_owned();
            *standing.entry((pipeline, stage)).or_default() += 1;
            let is_open = line.status_at(now) == TicketStatus::Open;
            if let Some(service) = line.service.clone().filter(|_| is_open) {
                let of = services.entry(pipeline).or_default();
                *of.entry(service).or_default() += 1;
            }
        }
        let directory = &present.snapshot().directory;
        let views = directory.pipelines().into_iter().map(|id| {
            let stages = directory.stages(id, now).into_iter();
            let stages = stages.map(|(stage, name)| StageView {
                closed: directory.is_closed(id, stage, now),
                tickets: standing
                    .get(&(id, stage.to_owned()))
                    .copied()
                    .unwrap_or_default(),
                stage: stage.to_owned(),
                name: name.to_owned(),
            });
            let is_support = PipelineId::parse(id).is_ok_and(|id| directory.is_support(&id, now));
            PipelineView {
                pipeline: id.to_owned(),
                kind: if is_support { "support" } else { "jobs" },
                stages: stages.collect(),
                expires_secs: (!is_support).then(|| directory.job_expiry_ms(id, now) / 1_000),
                services: services.remove(id).unwrap_or_default(),
            }
        });
        views.collect()
    }

    /// How many tickets stand in each stage of a pipeline, with all that was written by now.
    pub(super) fn stages_in_use(&self, pipeline: &str) -> Evidence {
        self.wait_for(self.position());
        let (present, now) = (self.present(), self.clock.now());
        let mut in_use = BTreeMap::new();
        let lines = present.tickets();
        for line in lines.filter(|line| line.pipeline.as_str() == pipeline.trim()) {
            *in_use.entry(line.stage_at(now).to_owned()).or_default() += 1;
        }
        Evidence::StagesInUse(in_use)
    }
}
