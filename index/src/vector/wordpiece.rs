//! Texts as the numbers of their word pieces, as BERT's uncased models cut them.
//!
//! Lower case, accents dropped, punctuation apart, then the longest known piece first
//! (Schuster and Nakajima 2012). Pure. Used by the own table and by models, each with
//! its own pieces.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of more characters than this are unknown, as in the original.
const MAX_WORD_CHARS: usize = 100;

/// Pieces by their text.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    /// Pieces that begin a word.
    first: HashMap<Box<str>, u32>,
    /// Pieces that go on with one, without their `##`.
    later: HashMap<Box<str>, u32>,
    /// How many there are, those that are written alike included.
    count: usize,
}

impl Pieces {
    /// Takes the pieces in the order of their numbers.
    pub(super) fn new<'a>(pieces: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for (number, piece) in (0_u32..).zip(pieces) {
            match piece.strip_prefix("##") {
                Some(rest) if !rest.is_empty() => all.later.insert(rest.into(), number),
                _ => all.first.insert(piece.into(), number),
            };
            all.count += 1;
        }
        all
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The number of a piece that begins a word.
    pub(super) fn number(&self, piece: &str) -> Option<u32> {
        self.first.get(piece).copied()
    }

    /// The first `most` pieces of `text`; a word that cannot be put together is `unknown`,
    /// or left out where that is none.
    pub(super) fn cut(&self, text: &str, most: usize, unknown: Option<u32>) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut word = String::new();
        // A piece has a character at least, most have some: a long text is not read to its end.
        for c in text.chars().take(most.saturating_mul(MAX_WORD_CHARS)).nfd() {
            if numbers.len() >= most {
                break;
            }
            if c.is_whitespace() {
                self.end_word(&mut word, unknown, &mut numbers);
            } else if c.is_control() || is_combining_mark(c) || is_invisible(c) {
                // Dropped from inside the word.
            } else if is_alone(c) {
                self.end_word(&mut word, unknown, &mut numbers);
                word.push(c);
                self.end_word(&mut word, unknown, &mut numbers);
            } else {
                // İ and the like become two characters, one of them a mark.
                word.extend(c.to_lowercase().filter(|&c| !is_combining_mark(c)));
            }
        }
        self.end_word(&mut word, unknown, &mut numbers);
        numbers.truncate(most);
        numbers
    }

    fn end_word(&self, word: &mut String, unknown: Option<u32>, numbers: &mut Vec<u32>) {
        if !word.is_empty() {
            match self.cut_word(word) {
                Some(pieces) => numbers.extend(pieces),
                None => numbers.extend(unknown),
            }
            word.clear();
        }
    }

    fn cut_word(&self, word: &str) -> Option<Vec<u32>> {
        if word.chars().count() > MAX_WORD_CHARS {
            return None;
        }
        let mut pieces = Vec::new();
        let mut rest = word;
        while !rest.is_empty() {
            let candidate = if pieces.is_empty() {
                &self.first
            } else {
                &self.later
            };
            let mut ends = rest.char_indices().rev().map(|(at, c)| at + c.len_utf8());
            let (number, end) =
                ends.find_map(|end| Some((*candidate.get(rest.get(..end)?)?, end)))?;
            pieces.push(number);
            rest = rest.get(end..)?;
        }
        Some(pieces)
    }
}

/// A character that is a word by itself: punctuation, and ideographs.
fn is_alone(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    matches!(
        u32::from(c),
        0xA1 | 0xA7 | 0xAB | 0xB6 | 0xB7 | 0xBB | 0xBF
            | 0x2010..=0x2027 | 0x2030..=0x205E | 0x3001..=0x3003 | 0x3008..=0x3011
            | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x2_FA1F
            | 0xFF01..=0xFF0F | 0xFF1A..=0xFF1F
    )
}

/// Marks of direction and joining, and what replaces a broken character.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: [&str; 9] = [
        "[UNK]", "card", "##s", "reset", "##ting", "cafe", "?", "退", "'",
    ];

    fn cut(text: &str) -> Vec<u32> {
        Pieces::new(PIECES.into_iter()).cut(text, 64, Some(0))
    }

    #[test]
    fn the_longest_known_piece_comes_first() {
        assert_eq!(cut("Cards resetting?"), [1, 2, 3, 4, 6]);
        assert_eq!(cut("card's"), [1, 8, 0]);
        assert_eq!(cut("cardx card"), [0, 1]);
    }

    #[test]
    fn accents_and_invisible_marks_do_not_count() {
        assert_eq!(cut("CAFÉ cafe\u{301} ca\u{200B}fe"), [5, 5, 5]);
        assert_eq!(cut("退退"), [7, 7]);
    }

    #[test]
    fn long_texts_and_long_words_are_bounded() {
        assert_eq!(cut(&"card ".repeat(100_000)).len(), 64);
        assert_eq!(cut(&"x".repeat(1_000_000)), [0]);
        assert!(cut("").is_empty());
        assert_eq!(
            Pieces::new(PIECES.into_iter()).cut("zzz", 9, None),
            Vec::<u32>::new()
        );
    }
}
