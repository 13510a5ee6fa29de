//! Short answers that contradict each other.
//!
//! Two answers collide when a variant of one is a near-duplicate of a variant of the
//! other, or finds the other first when it is asked. Asked before an answer is published.

use super::Answers;
use crate::duplicates::{NEAR, jaccard};

/// A variant of one answer that belongs to another as much.
#[derive(Clone, Debug, PartialEq)]
pub struct Collision {
    /// The answer whose variant it is.
    pub id: String,
    /// The variant.
    pub variant: String,
    /// The other answer.
    pub other: String,
    /// The other answer's variant that it is near to.
    pub other_variant: String,
    /// The Jaccard index of both, 0 to 1; from [`NEAR`] on they are near-duplicates.
    pub likeness: f32,
    /// Whether asking the variant finds the other answer first.
    pub is_caught: bool,
}

/// The variants of the answer `id` that collide with other answers, in their order.
pub fn collisions(answers: &Answers, id: &str) -> Vec<Collision> {
    let Some(own) = answers.entries.iter().position(|answer| answer.id == id) else {
        return Vec::new();
    };
    let language = answers
        .entries
        .get(own)
        .and_then(|answer| answer.language.clone());
    let mut clashes = Vec::new();
    for variant in answers
        .variants
        .iter()
        .filter(|variant| variant.answer == own)
    {
        let lookup = answers.look_up(&variant.text, language.as_deref());
        // The own answer has this very variant; what beats it catches its questions.
        let is_first_other = lookup.hits.first().is_some_and(|hit| hit.id != id);
        let Some(hit) = lookup.hits.iter().find(|hit| hit.id != id) else {
            continue;
        };
        let likeness = jaccard(&variant.text, &hit.variant);
        if is_first_other || likeness >= NEAR {
            clashes.push(Collision {
                id: id.to_owned(),
                variant: variant.text.clone(),
                other: hit.id.clone(),
                other_variant: hit.variant.clone(),
                likeness,
                is_caught: is_first_other,
            });
        }
    }
    clashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Entry;
    use crate::vector::shipped;

    #[test]
    fn near_duplicates_in_two_answers_collide_and_others_do_not() {
        let entry = |id: &str, variants: &[&str]| Entry {
            id: id.into(),
            variants: variants.iter().map(|&text| text.into()).collect(),
            language: Some("en".into()),
        };
        let answers = Answers::build(
            shipped(),
            vec![
                entry(
                    "a",
                    &[
                        "How long does delivery take?",
                        "When will my shoes be here?",
                    ],
                ),
                entry("b", &["How long does a delivery take?"]),
                entry("c", &["How do I close my account?"]),
            ],
        );
        let clashes = collisions(&answers, "a");
        assert_eq!(clashes.len(), 1, "{clashes:?}");
        // The other variant of "a" pulls its centroid away, so that "b" is nearer.
        assert_eq!(
            (clashes[0].other.as_str(), clashes[0].is_caught),
            ("b", true)
        );
        assert!(clashes[0].likeness >= NEAR);
        assert!(collisions(&answers, "c").is_empty());
        assert!(collisions(&answers, "absent").is_empty());
    }
}
