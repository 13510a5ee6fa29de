//! What words of several languages mean alike, so that texts in two of them can be compared.
//!
//! A small list of our own of what customers ask about, in en, nb, sv, da, fi and de, and nothing that has
//! to be downloaded. A word is looked up by its stem; of a compound its parts (`Kundenkonto`). What
//! is in no list is kept as it is written: names, codes and numbers are the same everywhere. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::language::{family, is_small_in, primary};
use crate::lexical::hash;
use crate::stems::Stemming;
use crate::tokens::{Word, words};

/// The list: a meaning a line, the columns of the languages as in [`COLUMNS`].
const WORDS: &str = include_str!("words.txt");

/// The languages of the list.
const COLUMNS: [&str; 6] = ["en", "nb", "sv", "da", "fi", "de"];

/// Words of a text beyond this many are not looked at.
const MAX_WORDS: usize = 128;

/// A part of a compound has at least so many letters.
const MIN_PART: usize = 4;

/// What words mean whose number has this bit is what is written, not a line of the list.
const WRITTEN: u32 = 1 << 31;

/// How much something a text says counts in it, by the number of what is meant.
pub(crate) type Meanings = BTreeMap<u32, f32>;

/// The words of one language.
#[derive(Default)]
struct Column {
    /// For each stem the lines it is in; a phrase of two words has a space.
    lines: HashMap<String, Vec<u32>>,
}

static LEXICON: LazyLock<HashMap<&'static str, Column>> = LazyLock::new(|| {
    let mut columns: HashMap<&'static str, Column> = HashMap::new();
    let rows = WORDS.lines().filter(|line| !line.starts_with('#'));
    for (line, row) in (0_u32..).zip(rows) {
        for (&language, cell) in COLUMNS.iter().zip(row.split('|')) {
            let column = columns.entry(language).or_default();
            let stemming = Stemming::of(Some(language));
            for word in cell.split_whitespace() {
                let stems: Vec<String> = words(word, 4)
                    .iter()
                    .map(|word| stemming.stem(word))
                    .collect();
                let lines = column.lines.entry(stems.join(" ")).or_default();
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    columns
});

/// Whether texts in this language can be compared with texts in others.
pub(crate) fn has(language: &str) -> bool {
    !columns(language).is_empty()
}

/// The language of the list that has most of the words of `texts`, if one has clearly more than others.
pub(crate) fn language_of<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let words: Vec<Word> = texts.flat_map(|text| words(text, MAX_WORDS)).collect();
    let share = |language: &'static str| {
        let stemming = Stemming::of(Some(language));
        let column = LEXICON.get(language);
        let is_known = |word: &&Word| {
            is_small_in(&word.plain, language)
                || column.is_some_and(|one| one.lines.contains_key(&stemming.stem(word)))
        };
        words.iter().filter(is_known).count()
    };
    let mut ranked: Vec<(usize, &'static str)> =
        COLUMNS.iter().map(|&one| (share(one), one)).collect();
    ranked.sort_by_key(|one| Reverse(one.0));
    let (&(most, language), &(first, of_first)) = (ranked.first()?, ranked.get(1)?);
    // Norwegian and Danish have most words in common.
    let next = if family(of_first) == family(language) {
        ranked.get(2)?.0
    } else {
        first
    };
    (most > next && 2 * most > words.len()).then_some(language)
}

/// The columns a text in this language is looked up in, its own first.
fn columns(language: &str) -> Vec<&'static Column> {
    let tags: &[&str] = match primary(language).as_str() {
        // Either is taken for the other where a text is short.
        "nb" | "nn" | "no" => &["nb", "da"],
        "da" => &["da", "nb"],
        "en" => &["en"],
        "sv" => &["sv"],
        "fi" => &["fi"],
        "de" => &["de"],
        _ => &[],
    };
    tags.iter().filter_map(|&tag| LEXICON.get(tag)).collect()
}

/// What a text in this language says, as far as that can be said across languages.
pub(crate) fn meanings(text: &str, language: &str) -> Meanings {
    let columns = columns(language);
    let mut meanings = Meanings::new();
    if columns.is_empty() {
        return meanings;
    }
    let mut stemming = Stemming::of(Some(language));
    let words = words(text, MAX_WORDS);
    let stems: Vec<String> = words.iter().map(|word| stemming.stem(word)).collect();
    let find = |stem: &str| columns.iter().find_map(|column| column.lines.get(stem));
    let mut at = 0;
    while let (Some(word), Some(stem)) = (words.get(at), stems.get(at)) {
        let phrase = stems.get(at + 1).map(|next| format!("{stem} {next}"));
        if let Some(lines) = phrase.as_deref().and_then(find) {
            put(&mut meanings, lines, 1.0);
            at += 2;
            continue;
        }
        at += 1;
        if let Some(lines) = find(stem) {
            put(&mut meanings, lines, 1.0);
        } else if !stemming.is_stop(word) {
            let parts = parts(word, &stemming, &find);
            if parts.is_empty() {
                *meanings.entry(hash(&word.folded) | WRITTEN).or_default() += 1.0;
            }
            for lines in parts {
                put(&mut meanings, lines, 1.0);
            }
        }
    }
    meanings
}

/// A word of several lines means each of them a little.
fn put(meanings: &mut Meanings, lines: &[u32], share: f32) {
    for &line in lines {
        *meanings.entry(line).or_default() += share / lines.len().max(1) as f32;
    }
}

/// The lines of a compound's two parts, or of its last part alone.
fn parts<'a>(
    word: &Word,
    stemming: &Stemming,
    find: &impl Fn(&str) -> Option<&'a Vec<u32>>,
) -> Vec<&'a Vec<u32>> {
    let stem_of = |part: &str| {
        let word = Word {
            folded: part.to_owned(),
            plain: part.to_owned(),
            ..word.clone()
        };
        stemming.stem(&word)
    };
    let cuts = word.plain.char_indices().map(|(at, _)| at);
    let cuts = cuts.skip(MIN_PART).filter(|&at| {
        let rest = word.plain.get(at..).unwrap_or_default();
        rest.chars().count() >= MIN_PART
    });
    // The longest last part says what the whole is.
    for cut in cuts {
        let (first, last) = word.plain.split_at(cut);
        let Some(last) = find(&stem_of(last)) else {
            continue;
        };
        let linked = ["", "s", "n", "en", "e", "er"];
        let first = linked.iter().find_map(|link| {
            let first = first.strip_suffix(link)?;
            find(&stem_of(first))
        });
        return first.into_iter().chain([last]).collect();
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, language: &str) -> Vec<u32> {
        let meanings = meanings(text, language);
        meanings
            .into_keys()
            .filter(|one| one & WRITTEN == 0)
            .collect()
    }

    #[test]
    fn every_line_has_words_in_every_language() {
        let rows: Vec<&str> = WORDS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(rows.len() > 250);
        for row in rows {
            let cells: Vec<&str> = row.split(" | ").collect();
            assert_eq!(cells.len(), COLUMNS.len(), "{row}");
            assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{row}");
        }
    }

    #[test]
    fn words_mean_the_same_in_every_form() {
        let invoice = lines("invoice", "en");
        assert_eq!(invoice.len(), 1);
        for (text, language) in [
            ("Rechnungen", "de"),
            ("fakturaen", "nb"),
            ("fakturor", "sv"),
            ("regningerne", "da"),
            ("laskua", "fi"),
        ] {
            assert_eq!(lines(text, language), invoice, "{text}");
        }
    }

    #[test]
    fn compounds_and_phrases_mean_what_their_parts_do() {
        let both = lines("account invoice", "en");
        assert_eq!(lines("Kontorechnung", "de"), both);
        assert_eq!(lines("kontofaktura", "nb"), both);
        assert_eq!(lines("ta bort", "sv"), lines("delete", "en"));
        // Of an unknown first part the last one tells what it is.
        assert_eq!(lines("Xanthippenrechnung", "de"), lines("invoice", "en"));
    }

    #[test]
    fn names_and_codes_are_the_same_everywhere() {
        let written = |text, language| {
            let meanings = meanings(text, language);
            let all = meanings.into_keys().filter(|one| one & WRITTEN != 0);
            all.collect::<Vec<u32>>()
        };
        assert_eq!(written("Fehler E4711", "de"), written("error E4711", "en"));
        assert_eq!(written("Fehler E4711", "de").len(), 1);
        assert_eq!(meanings("where is it", "ja"), Meanings::new());
        assert_eq!(meanings("", "en"), Meanings::new());
    }
}
