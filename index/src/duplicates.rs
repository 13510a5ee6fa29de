//! Whether two texts are near-duplicates: the same wording but for a typo or a tail.
//!
//! Compares sets of three characters; vectors do not separate near-duplicates from
//! questions that mean the same. Pure. Asked when a short answer is written.

use std::collections::HashSet;

/// From here on two texts count as near-duplicates: a copy with a typo seldom lies
/// below .75, two wordings of one question seldom above .40.
pub const NEAR: f32 = 0.6;

/// Only so many characters of a text are compared.
const MAX_CHARS: usize = 4_000;

/// The Jaccard index of the character 3-grams of both texts, 0 to 1. Case, spacing and
/// punctuation do not count; two texts without a letter or digit are equal.
pub fn jaccard(a: &str, b: &str) -> f32 {
    let (a, b) = (grams(a), grams(b));
    let both = a.intersection(&b).count();
    let either = a.len() + b.len() - both;
    if either == 0 {
        return 1.0;
    }
    both as f32 / either as f32
}

fn grams(text: &str) -> HashSet<[char; 3]> {
    let mut grams = HashSet::new();
    let mut last = [' '; 3];
    let mut step = |c: char, last: &mut [char; 3]| {
        if c == ' ' && last[2] == ' ' {
            return;
        }
        *last = [last[1], last[2], c];
        grams.insert(*last);
    };
    let folded = text.chars().take(MAX_CHARS).flat_map(char::to_lowercase);
    for c in folded {
        step(if c.is_alphanumeric() { c } else { ' ' }, &mut last);
    }
    step(' ', &mut last);
    grams.retain(|gram| gram.iter().any(|&c| c != ' '));
    grams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_near_and_another_question_is_not() {
        let question = "How do I reset my password?";
        assert!((jaccard(question, "how do i reset my password") - 1.0).abs() < f32::EPSILON);
        assert!(jaccard(question, "How do I reset my pasword?") >= NEAR);
        assert!(jaccard(question, "I cannot sign in any more") < NEAR);
    }

    #[test]
    fn the_index_is_shared_grams_over_all_grams() {
        // "  a", " ab", "ab " against "  a", " ab", "abc", "bc ": two of five.
        assert!((jaccard("ab", "abc") - 0.4).abs() < f32::EPSILON);
    }

    #[test]
    fn texts_without_letters_are_no_error() {
        assert!((jaccard("", "?!") - 1.0).abs() < f32::EPSILON);
        assert!(jaccard("", "a") < f32::EPSILON);
        assert!((0.0..=1.0).contains(&jaccard("👍\u{200D}", "שלום \u{0}")));
    }
}
