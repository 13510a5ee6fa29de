//! What the variants of all answers do to each other, before any contact has asked anything.
//!
//! Each variant is asked as if it had not been written: whether its own answer is first is a case of
//! a question that an answer covers. Every second one is asked once more as if its whole answer had
//! not been written: whatever is first then is wrong, a case of a question that none covers. On these
//! cases the same regression is fitted as later on what people confirm.

use rayon::prelude::*;

use super::{Answers, Asked, Calibration, Features, Without, lexical, normalise};

/// The most variants that are asked; of more every so many-th.
const MOST: usize = 600;
/// So many cases are needed at least.
const MIN_CASES: usize = 60;
/// One case in so many variants is of a question that no answer covers.
const UNCOVERED_EVERY: usize = 2;

impl Answers {
    /// What follows from the variants on how likely a first answer is right; none: there are too
    /// few of them, or too few that go wrong. Worked out when it is first asked for.
    pub fn rehearsed(&self) -> Option<&Calibration> {
        let rehearsed = self.rehearsed.get_or_init(|| {
            let cases = self.cases();
            Calibration::fit_from(&cases, MIN_CASES)
        });
        rehearsed.as_ref()
    }

    /// What is seen of each variant, and whether its own answer was first.
    fn cases(&self) -> Vec<(Features, bool)> {
        let step = self.variants.len().div_ceil(MOST).max(1);
        let asked: Vec<usize> = (0..self.variants.len()).step_by(step).collect();
        let cases = asked.par_iter().enumerate().map(|(turn, at)| {
            let uncovered = turn % UNCOVERED_EVERY == 0;
            self.cases_of(*at, uncovered)
        });
        cases.flatten_iter().collect()
    }

    fn cases_of(&self, at: usize, uncovered: bool) -> Vec<(Features, bool)> {
        let Some(variant) = self.variants.get(at) else {
            return Vec::new();
        };
        let Some(answer) = self.entries.get(variant.answer) else {
            return Vec::new();
        };
        let language = answer.language.as_deref();
        let stems = language.or(self.main_language.as_deref());
        let is_known = stems.is_none_or(|language| self.embedder.knows(language));
        let asked = Asked {
            features: lexical::Features::new(&variant.text, stems),
            vector: is_known.then(|| variant.vector.clone()),
            language,
        };
        if asked.features.is_empty() {
            return Vec::new();
        }
        let mut cases = Vec::new();
        if answer.variants > 1 {
            let lookup = self.compare(&asked, Without::Variant(at));
            let is_right = lookup.hits.first().is_some_and(|hit| hit.id == answer.id);
            cases.push((Self::seen(lookup.features), is_right));
        }
        if uncovered {
            let lookup = self.compare(&asked, Without::Answer(variant.answer));
            cases.push((Self::seen(lookup.features), false));
        }
        cases
    }

    /// The features without those that tell a variant from a contact's question: its words are all
    /// known, and how many variants there are is not by chance.
    const fn seen(features: Features) -> Features {
        Features {
            known: 0.0,
            variants: 0.0,
            ..features
        }
    }

    /// How many variants an answer has without what is left out.
    pub(super) fn left_of(&self, answer: usize, without: Without) -> usize {
        let all = self.entries.get(answer).map_or(0, |answer| answer.variants);
        match without {
            Without::Answer(other) if other == answer => 0,
            Without::Variant(at) => {
                let is_own = self
                    .variants
                    .get(at)
                    .is_some_and(|one| one.answer == answer);
                all - usize::from(is_own)
            }
            _ => all,
        }
    }

    /// The mean of an answer's variants but the one that is left out, at unit length.
    pub(super) fn centroid_without(&self, answer: usize, without: Without) -> Vec<f32> {
        let mut centroid = vec![0.0; self.embedder.dims()];
        for (at, variant) in self.variants.iter().enumerate() {
            if variant.answer == answer && without != Without::Variant(at) {
                for (sum, value) in centroid.iter_mut().zip(&variant.vector) {
                    *sum += value;
                }
            }
        }
        normalise(&mut centroid);
        centroid
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::answers::Entry;
    use crate::vector::shipped;

    /// Answers about things, each asked in the same few ways.
    fn desk(things: usize) -> Answers {
        const THINGS: [&str; 12] = [
            "refund",
            "parcel",
            "password",
            "invoice",
            "size",
            "colour",
            "voucher",
            "newsletter",
            "warranty",
            "address",
            "payment",
            "account",
        ];
        let entries = THINGS.iter().take(things).map(|thing| Entry {
            id: (*thing).to_owned(),
            variants: [
                format!("What about my {thing}?"),
                format!("I have a question about the {thing}"),
                format!("Please tell me more of the {thing} that I have"),
                format!("The {thing} is wrong"),
                format!("{thing}!"),
                format!("Can somebody help me with a {thing}"),
            ]
            .to_vec(),
            language: Some("en".to_owned()),
        });
        Answers::build(shipped(), entries.collect())
    }

    /// The same answers with one variant, or one answer, really gone.
    fn rebuilt(answers: &Answers, without: Without) -> Answers {
        let mut entries: Vec<Entry> = Vec::new();
        for (place, answer) in answers.entries.iter().enumerate() {
            if without == Without::Answer(place) {
                continue;
            }
            let variants = answers.variants.iter().enumerate();
            let own = variants.filter(|(at, variant)| {
                variant.answer == place && without != Without::Variant(*at)
            });
            entries.push(Entry {
                id: answer.id.clone(),
                variants: own.map(|(_, variant)| variant.text.clone()).collect(),
                language: answer.language.clone(),
            });
        }
        Answers::build(Arc::clone(&answers.embedder), entries)
    }

    #[test]
    fn what_is_left_out_is_as_if_it_had_never_been_written() {
        let answers = desk(6);
        for at in [0, 7, 35] {
            let variant = &answers.variants[at];
            let asked = Asked {
                features: lexical::Features::new(&variant.text, Some("en")),
                vector: Some(variant.vector.clone()),
                language: Some("en"),
            };
            for without in [Without::Variant(at), Without::Answer(variant.answer)] {
                let here = answers.compare(&asked, without);
                let there = rebuilt(&answers, without).look_up(&variant.text, Some("en"));
                // Ties may fall either way; of each answer the same is found.
                for hit in &here.hits {
                    let same = there.hits.iter().find(|other| other.id == hit.id).unwrap();
                    assert!((hit.vector - same.vector).abs() < 1e-5);
                    assert!((hit.centroid - same.centroid).abs() < 1e-5);
                    // Words are weighed by how many variants have them, which is fewer there.
                    assert!((hit.lexical - same.lexical).abs() < 0.1, "{hit:?} {same:?}");
                }
                assert_eq!(here.hits.len(), there.hits.len());
                assert!((here.confidence - there.confidence).abs() < 0.1);
            }
        }
    }

    #[test]
    fn nothing_is_asked_of_itself() {
        let cases = desk(12).cases();
        assert_eq!(cases.len(), 12 * 6 + 36);
        // A variant's likeness to itself would be 1.
        assert!(cases.iter().all(|(features, _)| features.vector < 0.999));
        let right = cases.iter().filter(|(_, is_right)| *is_right).count();
        assert!((20..=72).contains(&right), "{right}");
    }

    #[test]
    fn with_few_answers_nothing_follows_and_with_more_a_threshold_does() {
        assert_eq!(desk(3).rehearsed(), None);
        let answers = desk(12);
        let rehearsed = answers.rehearsed().unwrap();
        assert_eq!(rehearsed.cases, 12 * 6 + 36);
        let sure = answers.look_up("What about my refund?", Some("en"));
        let unsure = answers.look_up("What is the weather in Bergen?", Some("en"));
        let probability = |lookup: &crate::answers::Lookup| rehearsed.probability(&lookup.features);
        assert!(probability(&sure) > probability(&unsure) + 0.3);
        let strict = rehearsed.expected_threshold(0.95);
        let lax = rehearsed.expected_threshold(0.7);
        assert!(
            lax.is_some() && strict.is_none_or(|strict| lax < Some(strict)),
            "{strict:?} {lax:?}"
        );
    }
}
