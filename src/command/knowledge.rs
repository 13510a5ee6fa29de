//! Settings of the knowledge area: how sure the customer agent must be, and by which sentence
//! model texts are compared.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::evidence::Evidence;
use super::refusal::Refusal;
use super::role::{self, Right};
use crate::model::event::{ChosenModel, KnowledgeSet, ModelSet};
use crate::model::{Body, Invalid, whole_number};

/// Settings to be changed; what is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeSettings {
    /// The confidence from which on the agent answers; takes the place of what is learned.
    #[schema(minimum = 0, maximum = 2)]
    #[serde(default)]
    pub threshold: Option<f32>,
    /// The share of given answers that should be right, 0.5 to 1.
    #[schema(minimum = 0.5, maximum = 1)]
    #[serde(default)]
    pub precision: Option<f32>,
    /// The share of an answer's uses that must hold, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    #[serde(default)]
    pub holds_share: Option<f64>,
    /// The share of contacts who say so that an answer must have helped, or it is set aside; 0:
    /// never.
    #[schema(minimum = 0, maximum = 1)]
    #[serde(default)]
    pub helpful_share: Option<f64>,
    /// Of how many who say anything at least.
    #[schema(minimum = 1, maximum = 1_000_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub helpful_after: Option<u32>,
}

/// Something done to the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum KnowledgeCommand {
    /// Changes them. Needs [`Evidence::Embedder`], on whose scale a threshold is.
    Set(KnowledgeSettings),
    /// Chooses the model that texts are compared by; none: the table that Svar comes with.
    ChooseModel(Option<ChosenModel>),
}

impl KnowledgeCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set(_) => &role::KNOWLEDGE_SET,
            Self::ChooseModel(_) => &role::KNOWLEDGE_CHOOSE_MODEL,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    command: KnowledgeCommand,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    match command {
        KnowledgeCommand::Set(settings) => set(settings, evidence),
        KnowledgeCommand::ChooseModel(model) => {
            let knowledge = &*state.installation.knowledge;
            let is_removal = model.is_none();
            if is_removal && knowledge.model.is_none() && knowledge.embedder.is_none() {
                return Err(Invalid::new("model", "there is none to remove").into());
            }
            if !is_removal && knowledge.model == model {
                return Ok(Vec::new());
            }
            Ok(vec![Body::ModelSet(Box::new(ModelSet { model }))])
        }
    }
}

fn set(settings: KnowledgeSettings, evidence: &Evidence) -> Result<Vec<Body>, Refusal> {
    within("threshold", settings.threshold.map(f64::from), 0.0, 2.0)?;
    within("precision", settings.precision.map(f64::from), 0.5, 1.0)?;
    within("holds_share", settings.holds_share, 0.0, 1.0)?;
    within("helpful_share", settings.helpful_share, 0.0, 1.0)?;
    let after = settings.helpful_after.map(f64::from);
    within("helpful_after", after, 1.0, 1_000_000.0)?;
    let embedder = match (settings.threshold, evidence) {
        (None, _) => None,
        (Some(_), Evidence::Embedder(label)) => label.clone(),
        (Some(_), _) => return Err(Refusal::Outdated),
    };
    Ok(vec![Body::KnowledgeSet(Box::new(KnowledgeSet {
        threshold: settings.threshold,
        embedder,
        precision: settings.precision,
        holds_share: settings.holds_share,
        helpful_share: settings.helpful_share,
        helpful_after: settings.helpful_after,
    }))])
}

fn within(field: &str, value: Option<f64>, least: f64, most: f64) -> Result<(), Invalid> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            let reason = format!("`{value}` is no number from {least} to {most}");
            Err(Invalid::new(field, reason))
        }
        _ => Ok(()),
    }
}
