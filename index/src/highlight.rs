//! Where a text matches: the places that a reader sees marked.
//!
//! Cuts the text into words as the index did and compares them with the query's, so
//! that what is marked is what was found. Pure. Used by the searcher for each hit.

use std::ops::Range;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream};

use crate::query::{Phrase, Terms};

/// The byte ranges of the words of `text` that `terms` name, in order, each once.
/// All ends lie between characters.
pub(crate) fn highlights(
    text: &str,
    terms: &Terms,
    analyser: &mut TextAnalyzer,
) -> Vec<Range<usize>> {
    let mut tokens: Vec<Token> = Vec::new();
    analyser
        .token_stream(text)
        .process(&mut |token| tokens.push(token.clone()));
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if is_word(token, terms) {
            ranges.push((token.offset_from, token.offset_to));
        }
        let rest = tokens.get(index..).unwrap_or_default();
        for phrase in &terms.phrases {
            if let Some(found) = phrase_at(rest, phrase) {
                ranges.extend(found);
            }
        }
    }
    ranges.sort_unstable();
    ranges.dedup();
    ranges.into_iter().map(|(from, to)| from..to).collect()
}

fn is_word(token: &Token, terms: &Terms) -> bool {
    let begins = |prefix: &String| token.text.starts_with(prefix.as_str());
    terms.words.contains(&token.text) || terms.prefix.as_ref().is_some_and(begins)
}

/// The places of the phrase's words if it begins at the first of `tokens`.
fn phrase_at(tokens: &[Token], phrase: &Phrase) -> Option<Vec<(usize, usize)>> {
    let first = tokens.first()?;
    // Mostly the first word already differs: decided before anything is allocated.
    if phrase.first()?.1 != first.text {
        return None;
    }
    phrase
        .iter()
        .map(|(distance, word)| {
            // Positions count words that were left out too, so a word stands at most
            // `distance` tokens on.
            let wanted = first.position + distance;
            let near = tokens.get(..=*distance).unwrap_or(tokens);
            near.iter()
                .find(|token| token.position == wanted && token.text == *word)
                .map(|token| (token.offset_from, token.offset_to))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::analyser;

    fn marked<'a>(text: &'a str, query: &str) -> Vec<&'a str> {
        let mut analyser = analyser();
        let terms = Terms::parse(query, &mut analyser);
        highlights(text, &terms, &mut analyser)
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .collect()
    }

    #[test]
    fn ranges_lie_between_characters_of_many_bytes() {
        let text = "👩\u{200D}💻 Welche Gro\u{308}ße, 退款 — GRÖẞER?";
        assert_eq!(marked(text, "款 grosse"), ["Gro\u{308}ße", "款", "GRÖẞER"]);
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
}
