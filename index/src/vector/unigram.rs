//! Texts as the numbers of pieces, as XLM-R and other multilingual models cut them.
//!
//! Compatibility forms brought together, words marked where they begin, then the pieces whose
//! probabilities have the largest product (Kudo 2018, as `SentencePiece` does). Pure. Used by models
//! whose tokenizer is of that kind.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// Where a word begins.
const MARK: char = '\u{2581}';

/// Words of more characters than this are cut there, so that a long run costs no more than a text.
const MAX_WORD_CHARS: usize = 100;

/// By how much a character that no piece has is less likely than the least likely piece.
const UNKNOWN_PENALTY: f32 = 10.0;

/// Pieces with the logarithms of their probabilities.
#[derive(Clone, Debug, Default)]
pub(super) struct Unigrams {
    pieces: HashMap<Box<str>, (u32, f32)>,
    /// The characters of the longest piece.
    longest: usize,
    /// What a character that no piece has counts.
    least: f32,
    count: usize,
}

/// The best way to a place in a word: what it counts, where its last piece began and which that is.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    from: usize,
    piece: Option<u32>,
}

impl Unigrams {
    /// Takes the pieces in the order of their numbers.
    pub(super) fn new<'a>(pieces: impl Iterator<Item = (&'a str, f32)>) -> Self {
        let mut all = Self::default();
        let mut least = 0.0_f32;
        for (number, (piece, score)) in (0_u32..).zip(pieces) {
            all.longest = all.longest.max(piece.chars().count());
            least = least.min(score);
            all.pieces.insert(piece.into(), (number, score));
            all.count += 1;
        }
        all.least = least - UNKNOWN_PENALTY;
        all
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The number of a piece.
    pub(super) fn number(&self, piece: &str) -> Option<u32> {
        self.pieces.get(piece).map(|piece| piece.0)
    }

    /// The first `most` pieces of `text`; what no piece has is `unknown`, once in a row.
    pub(super) fn cut(&self, text: &str, most: usize, unknown: u32) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut word = vec![MARK];
        // A piece has a character at least: a long text is not read to its end.
        let read = text.chars().take(most.saturating_mul(MAX_WORD_CHARS));
        for c in read.nfkc().chain([' ']) {
            let is_end = c.is_whitespace();
            if !is_end && !c.is_control() && !is_invisible(c) {
                word.push(c);
            }
            if is_end || word.len() > MAX_WORD_CHARS {
                if word.len() > 1 || word.first() != Some(&MARK) {
                    self.cut_word(&word, unknown, &mut numbers);
                }
                word.clear();
                if is_end {
                    word.push(MARK);
                }
            }
            if numbers.len() >= most {
                break;
            }
        }
        numbers.truncate(most);
        numbers
    }

    /// The best path through a word, by the best path to each of its places (Viterbi).
    fn cut_word(&self, word: &[char], unknown: u32, numbers: &mut Vec<u32>) {
        let mut best: Vec<Option<Step>> = vec![None; word.len() + 1];
        let start = Step {
            score: 0.0,
            from: 0,
            piece: None,
        };
        if let Some(first) = best.first_mut() {
            *first = Some(start);
        }
        for from in 0..word.len() {
            let Some(score) = best.get(from).copied().flatten().map(|step| step.score) else {
                continue;
            };
            let mut piece = String::new();
            let rest = word.iter().enumerate().skip(from).take(self.longest.max(1));
            for (at, c) in rest {
                piece.push(*c);
                let known = self.pieces.get(piece.as_str());
                let (number, own) = match known {
                    Some(&(number, own)) => (Some(number), own),
                    None if at == from => (None, self.least),
                    None => continue,
                };
                let step = Step {
                    score: score + own,
                    from,
                    piece: number,
                };
                if let Some(place) = best.get_mut(at + 1)
                    && place.is_none_or(|before| step.score > before.score)
                {
                    *place = Some(step);
                }
            }
        }
        let mut path = Vec::new();
        let mut at = word.len();
        while let Some(step) = best.get(at).copied().flatten().filter(|_| at > 0) {
            path.push(step.piece);
            at = step.from;
        }
        let mut was_unknown = false;
        for piece in path.into_iter().rev() {
            if piece.is_some() || !was_unknown {
                numbers.push(piece.unwrap_or(unknown));
            }
            was_unknown = piece.is_none();
        }
    }
}

/// What is drawn as nothing and tells pieces nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks as XLM-R has them, then pieces with scores.
    fn pieces() -> Unigrams {
        let marks = ["<s>", "<pad>", "</s>", "<unk>"].map(|mark| (mark, 0.0));
        let words = [
            ("\u{2581}", -3.0),
            ("\u{2581}kon", -4.0),
            ("\u{2581}konto", -5.0),
            ("to", -4.5),
            ("s", -2.0),
            ("\u{2581}k", -6.0),
            ("o", -3.5),
            ("n", -3.5),
            ("t", -3.5),
            ("\u{2581}ﬁ", -9.0),
            ("\u{2581}fi", -5.0),
        ];
        Unigrams::new(marks.into_iter().chain(words))
    }

    #[test]
    fn the_most_likely_pieces_are_taken_not_the_longest() {
        let pieces = pieces();
        // "▁konto" + "s" = −7; "▁kon" + "to" + "s" = −10.5.
        assert_eq!(pieces.cut("kontos", 9, 3), [6, 8]);
        // "▁kon" + "to" = −8.5 loses to "▁konto" = −5; of "kont", "▁kon" + "t" = −7.5.
        assert_eq!(pieces.cut("konto", 9, 3), [6]);
        assert_eq!(pieces.cut("kont", 9, 3), [5, 12]);
        // Two words, each with its mark; "▁" + "o" is all that a word of it can be.
        assert_eq!(pieces.cut("  konto\to ", 9, 3), [6, 4, 10]);
        assert_eq!((pieces.len(), pieces.number("to")), (15, Some(7)));
    }

    #[test]
    fn what_no_piece_has_is_unknown_once_in_a_row() {
        let pieces = pieces();
        // "▁", then two unknown characters, "s", and one more.
        assert_eq!(pieces.cut("\u{4E2D}\u{6587}s\u{4E2D}", 9, 3), [4, 3, 8, 3]);
        assert!(pieces.cut("", 9, 3).is_empty());
        assert!(pieces.cut(" \u{200B}\u{0} ", 9, 3).is_empty());
    }

    #[test]
    fn compatibility_forms_are_brought_together_and_long_texts_end() {
        let pieces = pieces();
        assert_eq!(pieces.cut("\u{FB01}", 9, 3), [14], "one letter for two");
        assert_eq!(pieces.cut(&"konto ".repeat(100_000), 9, 3), [6; 9]);
        assert_eq!(pieces.cut(&"s".repeat(1_000_000), 5, 3).len(), 5);
        assert!(Unigrams::new(std::iter::empty()).cut("konto", 9, 0) == [0]);
    }
}
