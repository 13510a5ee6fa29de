//! Where a text matches: the places that a reader sees marked.
//!
//! Cuts the text into words and stems as the index did and compares them with what was
//! looked up, so that what is marked is what was found. Pure. Used by the searcher for
//! each hit.

use std::collections::HashSet;
use std::ops::Range;

use crate::query::{Code, Ending, Phrase};
use crate::stems::Stemming;
use crate::tokens::{Word, words};

/// What is marked in a text.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    pub(crate) words: HashSet<String>,
    pub(crate) stems: HashSet<String>,
    /// What words are marked for having in them.
    pub(crate) parts: Vec<String>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) codes: Vec<Code>,
}

impl Marks {
    /// The byte ranges of `text` that are marked, in order, each once. All ends lie between
    /// characters.
    pub(crate) fn ranges(&self, text: &str, language: Option<&str>) -> Vec<Range<usize>> {
        let words = words(text, usize::MAX);
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let has_part = |part: &String| word.folded.contains(part.as_str());
            if self.words.contains(&word.folded) || self.parts.iter().any(has_part) {
                ranges.push((word.from, word.to));
            }
            let rest = words.get(at..).unwrap_or_default();
            for phrase in &self.phrases {
                if let Some(range) = phrase_at(rest, phrase, Ending::Whole) {
                    ranges.extend(range);
                }
            }
            for code in &self.codes {
                if let Some(range) = phrase_at(rest, &code.words, code.ending) {
                    ranges.extend(range);
                }
            }
        }
        if !self.stems.is_empty() {
            let stems = Stemming::of(language).stems(&words).into_iter();
            let marked = stems.filter(|stem| self.stems.contains(&stem.text));
            ranges.extend(marked.map(|stem| (stem.from, stem.to)));
        }
        joined(ranges)
    }
}

/// Ranges that overlap as one.
fn joined(mut ranges: Vec<(usize, usize)>) -> Vec<Range<usize>> {
    ranges.sort_unstable();
    let mut joined: Vec<Range<usize>> = Vec::new();
    for (from, to) in ranges {
        match joined.last_mut() {
            Some(last) if from < last.end => last.end = last.end.max(to),
            _ => joined.push(from..to),
        }
    }
    joined
}

/// The places of the phrase's words if it begins at the first of `words`.
fn phrase_at(words: &[Word], phrase: &Phrase, ending: Ending) -> Option<Vec<(usize, usize)>> {
    let first = words.first()?;
    // Mostly the first word already differs: decided before anything is allocated.
    if phrase.first()?.1 != first.folded {
        return None;
    }
    let last = phrase.last().map(|(distance, _)| *distance);
    let fits = |word: &Word, distance, wanted: &str| {
        let may_go_on = ending == Ending::Open && last == Some(distance);
        word.folded == *wanted || may_go_on && word.folded.starts_with(wanted)
    };
    phrase
        .iter()
        .map(|(distance, wanted)| {
            // Positions count words that were left out too, so a word is at most
            // `distance` words on.
            let position = first.position.wrapping_add(*distance);
            let near = words.get(..=*distance).unwrap_or(words);
            near.iter()
                .find(|word| word.position == position && fits(word, *distance, wanted))
                .map(|word| (word.from, word.to))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Terms;

    /// What is marked by the words and phrases of a query as they are.
    fn marked<'a>(text: &'a str, query: &str) -> Vec<&'a str> {
        let terms = Terms::parse(query);
        let words = terms.words.into_iter().map(|word| word.folded);
        let marks = Marks {
            words: words.collect(),
            phrases: terms.phrases,
            ..Marks::default()
        };
        of(text, &marks, None)
    }

    fn of<'a>(text: &'a str, marks: &Marks, language: Option<&str>) -> Vec<&'a str> {
        let ranges = marks.ranges(text, language).into_iter();
        ranges.map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn ranges_lie_between_characters_of_many_bytes() {
        let text = "👩\u{200D}💻 Welche Gro\u{308}ße, 退款 — GRÖẞER?";
        assert_eq!(marked(text, "款 grosse"), ["Gro\u{308}ße", "款"]);
    }

    #[test]
    fn a_phrase_is_marked_only_where_it_occurs() {
        let text = "card, gift. Gift card gift";
        assert_eq!(marked(text, "\"gift card\""), ["Gift", "card"]);
        assert_eq!(marked(text, "\"card card\""), Vec::<&str>::new());
    }

    #[test]
    fn words_that_overlap_in_the_query_are_marked_once() {
        assert_eq!(marked("a refund now", "refund \"refund\" ref"), ["refund"]);
    }

    #[test]
    fn words_are_marked_for_their_stems_and_their_parts() {
        let marks = Marks {
            stems: HashSet::from(["rechnung".to_owned(), "退款".to_owned()]),
            parts: vec!["strom".to_owned()],
            ..Marks::default()
        };
        let text = "Rechnungen zum Stromtarif; 退款要";
        let all = ["Rechnungen", "Stromtarif", "退款"];
        assert_eq!(of(text, &marks, Some("de")), all);
    }
}
