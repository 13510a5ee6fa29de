//! Published short answers that answer the same question: duplicates, and those that contradict each other.
//!
//! The index says which ways to ask two answers share: nearly the same words, or a way that finds the
//! other answer first. Are their texts nearly the same too, they are duplicates; else a contact is told
//! one thing or the other by chance. Worked out once for each change of the published answers.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use svar_index::answers::{Collision, collisions};
use svar_index::duplicates::{NEAR, jaccard};

use super::{Library, answer_id};
use crate::lock::Lock;
use crate::model::knowledge::Version;

/// Another answer that answers the same question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlikeAnswer {
    /// The other answer.
    pub other: String,
    /// The question that it answers.
    pub question: String,
    /// The way to ask that they share, as this one has it.
    pub way: String,
    /// As the other has it.
    pub other_way: String,
    /// Whether their texts differ.
    pub contradicts: bool,
}

/// Answers that answer the same as others, by their ids.
pub type AlikeAnswers = HashMap<String, Vec<AlikeAnswer>>;

/// What was worked out last, and of which answers.
#[derive(Default)]
pub(crate) struct Alike(Lock<Option<(u64, Arc<AlikeAnswers>)>>);

impl Library {
    /// The published answers that answer the same as others, each with those.
    pub fn alike_answers(&self) -> Arc<AlikeAnswers> {
        let changed = self.answering_changed();
        let mut kept = self.workshop.alike.0.lock();
        if let Some((_, alike)) = kept.as_ref().filter(|(of, _)| *of == changed) {
            return Arc::clone(alike);
        }
        let answers = self.published();
        let ids: Vec<String> = self
            .installation
            .knowledge
            .given_answers(self.now)
            .map(|(id, _)| id.to_string())
            .collect();
        let found = ids.par_iter().map(|id| collisions(&answers, id));
        let found: Vec<Vec<Collision>> = found.collect();
        let alike = Arc::new(self.paired(found.into_iter().flatten()));
        *kept = Some((changed, Arc::clone(&alike)));
        alike
    }

    /// Each pair from both sides, once.
    fn paired(&self, found: impl Iterator<Item = Collision>) -> AlikeAnswers {
        let mut alike = AlikeAnswers::new();
        for clash in found {
            let (Some(own), Some(other)) = (self.words(&clash.id), self.words(&clash.other)) else {
                continue;
            };
            if own.language.is_some() && other.language.is_some() && own.language != other.language
            {
                continue;
            }
            let contradicts = jaccard(&own.text, &other.text) < NEAR;
            let sides = [
                (
                    &clash.id,
                    &clash.other,
                    &other,
                    &clash.variant,
                    &clash.other_variant,
                ),
                (
                    &clash.other,
                    &clash.id,
                    &own,
                    &clash.other_variant,
                    &clash.variant,
                ),
            ];
            for (one, second, version, way, other_way) in sides {
                let of_it = alike.entry(one.clone()).or_default();
                if of_it.iter().any(|known| known.other == *second) {
                    continue;
                }
                of_it.push(AlikeAnswer {
                    other: second.clone(),
                    question: version.question.clone(),
                    way: way.clone(),
                    other_way: other_way.clone(),
                    contradicts,
                });
            }
        }
        alike
    }

    fn words(&self, id: &str) -> Option<Version> {
        let id = answer_id(id).ok()?;
        let answer = self.installation.knowledge.answers.get(&id)?;
        answer.current(self.now)
    }
}
