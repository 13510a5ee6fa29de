//! How answers are ranked: the nearest variant of each, and what its score is made of.

use std::collections::HashMap;

use super::{Answer, Hit};
use crate::language::family;

/// How much the words count next to the vectors.
const LEXICAL_SHARE: f32 = 0.25;

/// How much the distance to the second answer counts next to the first's score.
const MARGIN_SHARE: f32 = 0.5;

/// What is taken off the confidence in an answer of one variant, of two half of it, and so
/// on: where best variant and centroid are the same, they are no two witnesses.
const LONE_VARIANT: f32 = 0.25;

/// The cosine that means no shared word at all in languages without vectors.
const LEXICAL_FLOOR: f32 = 0.25;

/// What is left of the score of an answer in another language than the question's.
const OTHER_LANGUAGE: f32 = 0.8;

/// An answer that may be the one that is asked for.
pub(super) struct Candidate {
    pub(super) score: f32,
    /// Its place among the entries.
    pub(super) place: usize,
    pub(super) best: Best,
    pub(super) centroid: f32,
}

/// The best of an answer's variants so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    pub(super) variant: usize,
    pub(super) vector: f32,
    pub(super) lexical: f32,
    pub(super) lexical_sum: f32,
    pub(super) sum: f32,
}

impl Default for Best {
    fn default() -> Self {
        Self {
            variant: 0,
            vector: -1.0,
            lexical: 0.0,
            lexical_sum: 0.0,
            sum: f32::NEG_INFINITY,
        }
    }
}

impl Best {
    pub(super) fn take(&mut self, variant: usize, vector: f32, lexical: f32) {
        let sum = vector + LEXICAL_SHARE * lexical;
        if sum > self.sum {
            (self.variant, self.sum) = (variant, sum);
        }
        self.vector = self.vector.max(vector);
        self.lexical = self.lexical.max(lexical);
        self.lexical_sum += lexical;
    }

    /// All variants were seen: the lexical likeness becomes that of the answer.
    /// Returns the centroid's.
    pub(super) fn settle(&mut self, length: f32) -> f32 {
        let centroid = self.lexical_sum / length;
        self.lexical = f32::midpoint(self.lexical, centroid);
        centroid
    }

    pub(super) fn score(&self, centroid: f32) -> f32 {
        f32::midpoint(self.vector, centroid) + LEXICAL_SHARE * self.lexical
    }
}

/// The length of a sum of unit vectors without the one that is compared, whose cosines with the
/// others add up to `sum`: |s − v|² = |s|² − 2 s·v + 1, and s·v = sum + 1.
pub(super) fn length_without(length: f32, sum: f32) -> f32 {
    (length * length - 2.0 * sum - 1.0).max(f32::EPSILON).sqrt()
}

/// What replaces a vector's cosine in languages of which vectors say nothing: brought
/// to where cosines lie by the share that lexical vectors have in common.
pub(super) fn as_cosine(lexical: f32) -> f32 {
    LEXICAL_FLOOR + (1.0 - LEXICAL_FLOOR) * lexical
}

/// s₁ + 0.5 · (s₁ − s₂) − 0.25 / variants of the first, s₂ being 0 where there is no second.
pub(super) fn confidence(hits: &[Hit], variants: usize) -> f32 {
    let Some(first) = hits.first() else {
        return 0.0;
    };
    let second = hits.get(1).map_or(0.0, |hit| hit.score.max(0.0));
    let doubt = LONE_VARIANT / variants.max(1) as f32;
    first.score + MARGIN_SHARE * (first.score - second) - doubt
}

/// 1 where the languages fit or nothing is known of one.
pub(super) fn fit(wanted: Option<&str>, written: Option<&str>) -> f32 {
    let (Some(wanted), Some(written)) = (wanted, written) else {
        return 1.0;
    };
    if family(wanted) == family(written) {
        1.0
    } else {
        OTHER_LANGUAGE
    }
}

pub(super) fn main_language(answers: &[Answer]) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for answer in answers {
        if let Some(language) = &answer.language {
            *counts.entry(language).or_default() += answer.variants;
        }
    }
    let most = counts
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
    most.map(|(language, _)| language.to_owned())
}
