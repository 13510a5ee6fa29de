//! What else a word may have been meant as: words of the index that are spelt nearly like
//! it, or begin with it.
//!
//! Looks into the engine's lists of words only, never into documents, and as far as its
//! bounds let it. Used by the plan of a search for words that are in no document, and
//! where whole words found too little. Each comes with the number of its documents.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use crate::error::Error;

/// No more words than this replace one.
const MOST: usize = 8;

/// Words that begin alike are looked through up to this many a segment.
const MAX_BEGINNINGS: usize = 2_000;

/// Shorter words may not be spelt otherwise.
const MIN_CHARS: usize = 4;

/// From this many characters on, two may be wrong.
const LONG_CHARS: usize = 8;

/// Longer words are no words that anybody mistypes.
const MAX_CHARS: usize = 40;

/// Words of the index and how many documents have each.
type WordCounts = HashMap<Vec<u8>, u64>;

/// The words of `field` that differ from `word` by one letter left out, put in, exchanged
/// or swapped with the next, most frequent first; of long words by two where one is not
/// enough. Numbers are never otherwise.
pub(crate) fn spelt_alike(
    searchers: &[Searcher],
    field: Field,
    word: &str,
) -> Result<Vec<(String, u64)>, Error> {
    let chars = word.chars().count();
    let is_number = word.chars().any(char::is_numeric);
    if !(MIN_CHARS..=MAX_CHARS).contains(&chars) || is_number {
        return Ok(Vec::new());
    }
    let most = if chars < LONG_CHARS { 1 } else { 2 };
    for wrong in 1..=most {
        let term = Term::from_field_text(field, word);
        let query = FuzzyTermQuery::new(term, wrong, true);
        let mut counts = WordCounts::new();
        for reader in searchers.iter().flat_map(Searcher::segment_readers) {
            let automaton = query.automaton().map_err(Error::engine("compare words"))?;
            let words = reader
                .inverted_index(field)
                .map_err(Error::engine("read its words"))?;
            let stream = words.terms().search(automaton).into_stream();
            let mut stream =
                stream.map_err(|error| Error::engine("read its words")(error.into()))?;
            while stream.advance() {
                *counts.entry(stream.key().to_vec()).or_default() +=
                    u64::from(stream.value().doc_freq);
            }
        }
        counts.remove(word.as_bytes());
        if !counts.is_empty() {
            return Ok(most_frequent(counts));
        }
    }
    Ok(Vec::new())
}

/// The words of `field` that begin with `start` and are longer, most frequent first.
pub(crate) fn beginning_with(
    searchers: &[Searcher],
    field: Field,
    start: &str,
) -> Result<Vec<(String, u64)>, Error> {
    let mut counts = WordCounts::new();
    for reader in searchers.iter().flat_map(Searcher::segment_readers) {
        let words = reader
            .inverted_index(field)
            .map_err(Error::engine("read its words"))?;
        let stream = words.terms().range().ge(start).into_stream();
        let mut stream = stream.map_err(|error| Error::engine("read its words")(error.into()))?;
        for _ in 0..MAX_BEGINNINGS {
            if !stream.advance() || !stream.key().starts_with(start.as_bytes()) {
                break;
            }
            *counts.entry(stream.key().to_vec()).or_default() += u64::from(stream.value().doc_freq);
        }
    }
    counts.remove(start.as_bytes());
    Ok(most_frequent(counts))
}

fn most_frequent(counts: WordCounts) -> Vec<(String, u64)> {
    let mut counts: Vec<(Vec<u8>, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(MOST);
    let words = counts.into_iter();
    words
        .filter_map(|(word, documents)| Some((String::from_utf8(word).ok()?, documents)))
        .collect()
}
