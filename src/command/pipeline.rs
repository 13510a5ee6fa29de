//! Pipelines: which stages tickets go through, in which order, and which of them close.
//!
//! A stage that tickets stand in is not taken away. How many stand in each is counted off the committing
//! thread: one that is moved there in between stands in a stage that is no more, and can be moved out of it
//! as out of any other. Stages of jobs follow from what happens, so that they can be named and put in
//! order, and that is all.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::evidence::Evidence;
use super::refusal::Refusal;
use super::text::{filled, pipeline_id};
use crate::model::event::{PipelineKind, PipelineUpserted, Stage};
use crate::model::{Body, Directory, Invalid, PipelineId, Timestamp, whole_number};

/// The most stages.
const MOST: usize = 50;
/// The longest id or name of a stage, in characters.
const MAX_NAME: usize = 100;
/// The shortest and the longest time after which a job expires, in seconds: a minute and a year.
const EXPIRES_SECS: std::ops::RangeInclusive<u32> = 60..=31_536_000;

/// A pipeline as it is from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineDraft {
    /// Which; one that is not known begins.
    #[schema(min_length = 1, max_length = 128)]
    pub pipeline: String,
    /// What it is for, `support` or `jobs`; left out: as it is, of a new one `support`.
    #[serde(default)]
    pub kind: Option<PipelineKind>,
    /// Its stages, in order.
    #[schema(min_items = 2, max_items = 50)]
    pub stages: Vec<StageDraft>,
    /// After how many seconds without an answer a job of it expires; left out: 72 hours.
    #[schema(minimum = 60, maximum = 31_536_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub expires_secs: Option<u32>,
}

/// A stage as it is from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageDraft {
    /// Its id, which tickets keep.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub stage: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
    /// Whether a ticket in it is closed.
    #[serde(default)]
    pub closed: bool,
}

pub(super) fn decide(
    state: &State<'_>,
    draft: PipelineDraft,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    let directory = state.conversations.directory();
    let pipeline = pipeline_id(draft.pipeline.trim())?;
    let kind = kind_of(directory, &pipeline, draft.kind, state.now)?;
    let stages = stages(draft.stages)?;
    match kind {
        PipelineKind::Support => opens_and_closes(&stages)?,
        PipelineKind::Jobs => are_of_jobs(&stages)?,
    }
    let empty = BTreeMap::new();
    let in_use = match evidence {
        Evidence::StagesInUse(in_use) => in_use,
        _ => &empty,
    };
    for (stage, count) in in_use {
        if *count > 0 && !stages.iter().any(|one| one.stage == *stage) {
            let reason = format!(
                "{count} tickets stand in the stage `{stage}`, which would be gone; move them to \
                 another stage first"
            );
            return Err(Refusal::in_the_way(reason));
        }
    }
    if let Some(secs) = draft.expires_secs {
        expires(kind, secs)?;
    }
    let upserted = PipelineUpserted {
        pipeline,
        kind,
        stages,
        expires_secs: draft.expires_secs,
    };
    Ok(vec![Body::PipelineUpserted(Box::new(upserted))])
}

/// What the pipeline is for: that never changes, for each kind counts by other rules.
fn kind_of(
    directory: &Directory,
    pipeline: &PipelineId,
    wanted: Option<PipelineKind>,
    now: Timestamp,
) -> Result<PipelineKind, Invalid> {
    if !directory.pipelines().contains(pipeline.as_str()) {
        return Ok(wanted.unwrap_or(PipelineKind::Support));
    }
    let kind = if directory.is_support(pipeline, now) {
        PipelineKind::Support
    } else {
        PipelineKind::Jobs
    };
    if wanted.is_some_and(|wanted| wanted != kind) {
        let reason = format!("`{pipeline}` is of another kind, which stays as it is");
        return Err(Invalid::new("kind", reason));
    }
    Ok(kind)
}

fn stages(drafts: Vec<StageDraft>) -> Result<Vec<Stage>, Invalid> {
    let count = drafts.len();
    if !(2..=MOST).contains(&count) {
        let reason = format!("there are {count}; from 2 to {MOST} stages are expected");
        return Err(Invalid::new("stages", reason));
    }
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut stages = Vec::new();
    for (index, draft) in drafts.into_iter().enumerate() {
        let field = |name: &str| format!("stages[{index}].{name}");
        let (stage, name) = (draft.stage.trim(), draft.name.trim());
        filled(&field("stage"), stage, MAX_NAME)?;
        filled(&field("name"), name, MAX_NAME)?;
        if !ids.insert(stage.to_owned()) {
            let reason = format!("`{stage}` is there twice; each stage has an id of its own");
            return Err(Invalid::new(field("stage"), reason));
        }
        if !names.insert(name.to_lowercase()) {
            let reason = format!("`{name}` is there twice; each stage has a name of its own");
            return Err(Invalid::new(field("name"), reason));
        }
        stages.push(Stage {
            stage: stage.to_owned(),
            name: name.to_owned(),
            closed: draft.closed,
        });
    }
    Ok(stages)
}

fn opens_and_closes(stages: &[Stage]) -> Result<(), Invalid> {
    let closed = stages.iter().filter(|stage| stage.closed).count();
    if closed == 0 || closed == stages.len() {
        let reason =
            "expected at least one stage in which tickets are open, and one that closes them";
        return Err(Invalid::new("stages", reason));
    }
    Ok(())
}

/// Refuses other stages of jobs than those that follow from what happens.
fn are_of_jobs(stages: &[Stage]) -> Result<(), Invalid> {
    let built_in = Directory::default();
    let wanted = built_in.stages("jobs", Timestamp::MAX);
    let ids: Vec<&str> = wanted.iter().map(|(id, _)| *id).collect();
    let are_those = stages.len() == ids.len()
        && stages.iter().all(|stage| {
            ids.contains(&stage.stage.as_str())
                && stage.closed == built_in.is_closed("jobs", &stage.stage, Timestamp::MAX)
        });
    if !are_those {
        let reason = format!(
            "a job's stage follows from what happens, so that its stages are {}, the last four \
             closed; they can be named and put in order",
            ids.join(", ")
        );
        return Err(Invalid::new("stages", reason));
    }
    Ok(())
}

fn expires(kind: PipelineKind, secs: u32) -> Result<(), Invalid> {
    if kind == PipelineKind::Support {
        let reason = "only jobs expire; leave it out";
        return Err(Invalid::new("expires_secs", reason));
    }
    if !EXPIRES_SECS.contains(&secs) {
        let (least, most) = (EXPIRES_SECS.start(), EXPIRES_SECS.end());
        let reason = format!("`{secs}` is not from {least} to {most} seconds");
        return Err(Invalid::new("expires_secs", reason));
    }
    Ok(())
}
