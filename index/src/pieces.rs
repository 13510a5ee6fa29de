//! The pieces of words: runs of three to five characters, so that a part of a compound
//! finds the whole (`rechnung` in `Stromrechnung`), and a piece of an address its owner.
//!
//! Next to [`crate::stems`], never in place of them. Pure. Used by the schema and the
//! query.
//!
//! Pieces are kept of questions, short answers and contacts, not of messages, and are looked up
//! only together: all pieces of the part that is sought. A hit that has no word to show for it
//! is dropped when it is marked.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::tokens::{fold, is_ideograph, words};

/// The shortest piece, in characters.
pub(crate) const SHORTEST: usize = 3;

/// The longest piece, in characters.
const LONGEST: usize = 5;

/// Words of a text beyond this many give no pieces.
const MAX_WORDS: usize = 2_000;

/// Characters of a word beyond this many give no pieces.
const MAX_WORD_CHARS: usize = 64;

/// Cuts each word of a text into pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pieces;

/// The pieces of one text, each once.
pub(crate) struct PieceStream {
    pieces: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for Pieces {
    type TokenStream<'a> = PieceStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PieceStream {
        let mut pieces = Vec::new();
        for word in words(text, MAX_WORDS) {
            if !word.folded.starts_with(is_ideograph) {
                for length in SHORTEST..=LONGEST {
                    push_runs(&word.folded, length, 1, &mut pieces);
                }
            }
        }
        pieces.sort_unstable();
        pieces.dedup();
        PieceStream {
            pieces: pieces.into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for PieceStream {
    fn advance(&mut self) -> bool {
        let Some(piece) = self.pieces.next() else {
            return false;
        };
        self.token.text = piece;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The pieces that every word with `part` in it has, as few as say so; none when it is
/// too short for any.
pub(crate) fn needed(part: &str) -> Vec<String> {
    let part = fold(part);
    let chars = part.chars().count();
    let mut pieces = Vec::new();
    if chars <= LONGEST {
        push_runs(&part, chars.max(SHORTEST), 1, &mut pieces);
    } else {
        push_runs(&part, LONGEST, 2, &mut pieces);
        let end: String = part.chars().take(MAX_WORD_CHARS).collect();
        let from = end.chars().count().saturating_sub(LONGEST);
        pieces.push(end.chars().skip(from).collect());
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Appends every `step`th run of `length` characters of `word`.
fn push_runs(word: &str, length: usize, step: usize, pieces: &mut Vec<String>) {
    let chars: Vec<char> = word.chars().take(MAX_WORD_CHARS).collect();
    let runs = chars.windows(length).step_by(step);
    pieces.extend(runs.map(|run| run.iter().collect::<String>()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut list = Vec::new();
        Pieces
            .token_stream(text)
            .process(&mut |token| list.push(token.text.clone()));
        list
    }

    #[test]
    fn a_word_with_the_part_in_it_has_every_piece_that_is_needed() {
        let whole = pieces("die Stromrechnungen");
        for part in [
            "rechnung",
            "Rechn",
            "strom",
            "mre",
            "ungen",
            "Stromrechnungen",
        ] {
            let needed = needed(part);
            assert!(!needed.is_empty(), "{part}");
            assert!(needed.iter().all(|piece| whole.contains(piece)), "{part}");
        }
        for part in ["rechts", "abc", "ungeni"] {
            assert!(
                !needed(part).iter().all(|piece| whole.contains(piece)),
                "{part}"
            );
        }
    }

    #[test]
    fn what_is_too_short_needs_none() {
        for part in ["", "a", "ab", "é"] {
            assert!(needed(part).is_empty(), "{part}");
        }
    }

    #[test]
    fn a_long_word_gives_no_more_than_its_beginning() {
        let long = "ab".repeat(100);
        assert_eq!(pieces(&long).len(), 2 * 3);
        assert!(needed(&long).len() <= 4);
    }
}
