//! How sure a first answer is as long as nobody has confirmed any.
//!
//! What was learned from desks made of public questions, of 5 to 77 answers with 1 to 10 variants, some with
//! questions that no answer covers: how likely a first answer is right by what is seen of the lookup.
//! It is doubted the more the fewer variants the answer has. Where a desk's own variants are enough to be
//! asked of each other, both must be sure. `benches/quality.md` says how that was fitted and what it does
//! on desks that it was not fitted on.
//!
//! It knows the scale of the table that Svar comes with; with another embedder only the own variants count.

use super::{Answers, Calibration, Features};
use crate::vector::shipped;

/// Fitted on banking77, hwu64, askubuntu, xSID and nlu++; each of these counted the same.
static LEARNED: Calibration = Calibration::fixed(
    1.0390,
    [
        0.1246, 1.0550, -1.1801, 1.1329, 0.7724, -0.3433, -0.1627, 0.1753, 0.2904, 0.4475,
    ],
    [
        0.6375, 0.1808, 0.5742, 0.5506, 0.3004, 0.1988, 0.6423, 2.0979, 1.4340, 0.3272,
    ],
    [
        0.2349, 0.1685, 0.2017, 0.1970, 0.1899, 0.1117, 0.2730, 0.4556, 0.5848, 0.1967,
    ],
);

/// What is taken off the log-odds of an answer with one variant; with more it falls by their root's cube.
const LONE_DOUBT: f32 = 1.6;

/// From so many variants an answer on the own ones tell more than they mislead.
const OWN_VARIANTS: usize = 4;

/// How much of what may go wrong is left to chance: alone what was learned elsewhere must be surer than
/// where the own variants agree.
const SHARE_ALONE: f32 = 1.4;
const SHARE_AGREED: f32 = 2.0;

/// How sure an answer is that nobody has confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Unconfirmed {
    is_shipped: bool,
    own: Option<(Calibration, f32)>,
    threshold: f32,
}

impl Unconfirmed {
    /// From which sureness on answers are right as often as was wanted.
    pub const fn threshold(&self) -> f32 {
        self.threshold
    }

    /// Whether the desk's own variants were asked of each other for it.
    pub const fn is_rehearsed(&self) -> bool {
        self.own.is_some()
    }

    /// How sure the first answer of a lookup is, 0 to 1.
    pub fn probability(&self, features: &Features) -> f32 {
        let elsewhere = LEARNED.probability(features);
        match &self.own {
            Some((own, _)) if !self.is_shipped => own.probability(features),
            Some((own, from)) => {
                let own = own.probability(features) / from.max(f32::EPSILON);
                elsewhere.min(self.threshold * own)
            }
            None => doubted(elsewhere, features.variants.exp() - 1.0),
        }
    }
}

impl Answers {
    /// How sure answers are that nobody has confirmed, for a wanted precision. None without answers, or
    /// with another embedder and too few variants.
    pub fn unconfirmed(&self, precision: f32) -> Option<Unconfirmed> {
        let is_shipped = self.embedder.label() == shipped().label();
        let answers = self.entries.iter().filter(|one| one.variants > 0).count();
        if answers == 0 {
            return None;
        }
        let has_many = self.variants.len() >= OWN_VARIANTS * answers;
        let own = if has_many || !is_shipped {
            self.rehearsed()
        } else {
            None
        };
        let own = own.and_then(|own| Some((own.clone(), own.expected_threshold(precision)?)));
        let from = |share: f32| (1.0 - (1.0 - precision) * share).clamp(0.5, 0.999);
        let threshold = match (&own, is_shipped) {
            (Some((_, from)), false) => *from,
            (None, false) => return None,
            (Some(_), true) => from(SHARE_AGREED),
            (None, true) => from(SHARE_ALONE),
        };
        Some(Unconfirmed {
            is_shipped,
            own,
            threshold,
        })
    }
}

/// A probability less the doubt that few variants leave.
fn doubted(probability: f32, variants: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    let odds = (probability / (1.0 - probability)).ln() - LONE_DOUBT / variants.max(1.0).powf(1.5);
    1.0 / (1.0 + (-odds).exp())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::answers::Entry;
    use crate::vector::Embedder;

    fn desk(variants: usize) -> Answers {
        let things = [
            "refund",
            "parcel",
            "password",
            "invoice",
            "voucher",
            "newsletter",
        ];
        let entry = |thing: &&str| {
            let ways = [
                format!("How do I get my {thing} changed?"),
                format!("I have a question about the {thing}"),
                format!("The {thing} is wrong"),
                format!("Please tell me more of the {thing} that I have"),
                format!("Can somebody help me with a {thing}"),
                format!("What about this {thing}?"),
                format!("{thing} please"),
                format!("My {thing} does not work at all"),
            ];
            Entry {
                id: (*thing).to_owned(),
                variants: ways.into_iter().take(variants).collect(),
                language: Some("en".to_owned()),
            }
        };
        Answers::build(shipped(), things.iter().map(entry).collect())
    }

    fn sureness(answers: &Answers, text: &str) -> (f32, f32) {
        let unconfirmed = answers.unconfirmed(0.95).unwrap();
        let lookup = answers.ask(text, Some("en"));
        (
            unconfirmed.probability(&lookup.features),
            unconfirmed.threshold(),
        )
    }

    #[test]
    fn with_one_variant_an_answer_the_agent_is_not_mute_and_not_bold() {
        let answers = desk(1);
        assert!(!answers.unconfirmed(0.95).unwrap().is_rehearsed());
        let (sure, from) = sureness(&answers, "how do i get my password changed");
        assert!(sure >= from, "{sure} {from}");
        let (sure, from) = sureness(&answers, "How can I get my password changed, please?");
        assert!(sure >= from, "{sure} {from}");
        for text in [
            "What is the weather like in Bergen?",
            "How do I change something?",
            "Is it my fault that the shop was closed?",
        ] {
            let (sure, from) = sureness(&answers, text);
            assert!(sure < from, "{text}: {sure} {from}");
        }
    }

    #[test]
    fn few_variants_are_doubted_more() {
        assert!((doubted(0.98, 1.0) - 0.9082).abs() < 1e-3);
        // 1.6 / 2^1.5 = 0.566 off log-odds of 3.892
        assert!((doubted(0.98, 2.0) - 0.9653).abs() < 1e-3);
        assert!(doubted(0.98, 10.0) > 0.978 && doubted(0.98, 10.0) < 0.98);
        assert!(doubted(1.0, 0.0).is_finite() && doubted(0.0, 1.0) >= 0.0);
    }

    #[test]
    fn own_variants_and_what_was_learned_elsewhere_must_both_be_sure() {
        let features = desk(8).ask("The invoice is wrong!", Some("en")).features;
        let elsewhere = LEARNED.probability(&features);
        assert!(elsewhere > 0.9, "{elsewhere}");
        let with = |bias: f64| {
            let own = Calibration::fixed(bias, [0.0; 10], [0.0; 10], [1.0; 10]);
            let both = Unconfirmed {
                is_shipped: true,
                own: Some((own, 0.9)),
                threshold: 0.9,
            };
            (both.is_rehearsed(), both.probability(&features))
        };
        let (is_rehearsed, sure) = with(9.0);
        assert!(is_rehearsed && (sure - elsewhere).abs() < 1e-3, "{sure}");
        // The own ones say .5: 0.9 * 0.5 / 0.9.
        assert!((with(0.0).1 - 0.5).abs() < 1e-5);
    }

    #[test]
    fn a_lower_precision_asks_for_less_and_another_embedder_has_its_own_scale() {
        let answers = desk(2);
        let from = |precision| answers.unconfirmed(precision).unwrap().threshold();
        assert!((from(0.95) - 0.93).abs() < 1e-6 && (from(0.5) - 0.5).abs() < 1e-6);
        assert!(from(0.8) < from(0.99) && from(1.0) < 1.0);
        assert_eq!(
            Answers::build(shipped(), Vec::new()).unconfirmed(0.95),
            None
        );
        let other: Arc<dyn Embedder> = Arc::new(crate::vector::tests::Other);
        let entries = vec![Entry {
            id: "a".into(),
            variants: vec!["Where is my parcel?".into()],
            language: None,
        }];
        assert_eq!(Answers::build(other, entries).unconfirmed(0.95), None);
    }
}
