//! The own table: a vector a word piece, added up.
//!
//! Made by `index/model/`, which says from what and how. Knows English. What is in
//! another language, or has no known piece, is given a vector of its words alone; all of
//! those share a part, so that one threshold fits both.

use std::collections::HashMap;

use super::hashed::HashEmbedder;
use super::wordpiece::Pieces;
use super::{Embedder, normalise};
use crate::language::detect;

/// The table as `fit.py` writes it.
const BYTES: &[u8] = include_bytes!("../../model/table.bin");

/// What a table begins with.
const MAGIC: &[u8] = b"svar table 1\n";

/// Pieces of a text beyond this many do not count.
const MAX_PIECES: usize = 256;

/// Places behind the table's own that only lexical vectors use.
const SHARED_PLACES: usize = 2;

/// The squared length of what all lexical vectors share: brings their threshold of .22
/// to the table's of .50, because .36 + .64 · .22 is .50.
const SHARED: f32 = 0.36;

/// Vectors out of the table.
pub(super) struct Table {
    pieces: Pieces,
    dims: usize,
    /// A row of numbers and its scale for each piece, then for each pair of pieces.
    rows: &'static [u8],
    scales: Vec<f32>,
    pairs: HashMap<(u32, u32), usize>,
}

impl Table {
    /// The table that is part of the binary; none if it is damaged.
    pub(super) fn shipped() -> Option<Self> {
        Self::parse(BYTES)
    }

    /// Reads a table: magic; dims, pieces and pairs as u32; each piece as a length byte and
    /// its text; each pair as two u32; a scale as f32 for each row; the rows as i8. All
    /// numbers little-endian.
    fn parse(bytes: &'static [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let dims = take_u32(&mut rest)? as usize;
        let (pieces, pairs) = (take_u32(&mut rest)? as usize, take_u32(&mut rest)? as usize);
        let mut texts = Vec::with_capacity(pieces);
        for _ in 0..pieces {
            let (&length, behind) = rest.split_first()?;
            let (text, behind) = behind.split_at_checked(usize::from(length))?;
            texts.push(str::from_utf8(text).ok()?);
            rest = behind;
        }
        let mut rows_of_pairs = HashMap::with_capacity(pairs);
        for at in 0..pairs {
            let pair = (take_u32(&mut rest)?, take_u32(&mut rest)?);
            rows_of_pairs.insert(pair, pieces + at);
        }
        let mut scales = Vec::with_capacity(pieces + pairs);
        for _ in 0..pieces + pairs {
            scales.push(f32::from_bits(take_u32(&mut rest)?));
        }
        let is_whole = rest.len() == dims * (pieces + pairs) && dims > 0;
        is_whole.then(|| Self {
            pieces: Pieces::new(texts.into_iter()),
            dims,
            rows: rest,
            scales,
            pairs: rows_of_pairs,
        })
    }

    /// Adds row `at` to `vector`.
    fn add(&self, at: usize, vector: &mut [f32]) {
        let row = self.rows.get(at * self.dims..(at + 1) * self.dims);
        let (Some(row), Some(scale)) = (row, self.scales.get(at)) else {
            return;
        };
        for (sum, &byte) in vector.iter_mut().zip(row) {
            *sum += scale * f32::from(byte.cast_signed());
        }
    }

    /// The sum of all pieces and pairs; none when nothing is known.
    fn sum(&self, text: &str) -> Option<Vec<f32>> {
        let pieces = self.pieces.cut(text, MAX_PIECES, None);
        let mut vector = vec![0.0; self.dims + SHARED_PLACES];
        for &piece in &pieces {
            self.add(piece as usize, &mut vector);
        }
        for pair in pieces.windows(2) {
            if let &[first, second] = pair
                && let Some(&at) = self.pairs.get(&(first, second))
            {
                self.add(at, &mut vector);
            }
        }
        vector.iter().any(|&value| value != 0.0).then_some(vector)
    }

    /// The vector of the words alone.
    fn lexical(&self, text: &str, language: Option<&str>) -> Vec<f32> {
        let mut vector = HashEmbedder::vector(text, language, self.dims);
        let is_empty = vector.iter().all(|&value| value == 0.0);
        for value in &mut vector {
            *value *= (1.0 - SHARED).sqrt();
        }
        let shared = if is_empty {
            0.0
        } else {
            (SHARED / SHARED_PLACES as f32).sqrt()
        };
        vector.resize(self.dims + SHARED_PLACES, shared);
        vector
    }
}

impl Embedder for Table {
    fn name(&self) -> &'static str {
        "own"
    }

    fn version(&self) -> u32 {
        1
    }

    fn dims(&self) -> usize {
        self.dims + SHARED_PLACES
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let language = detect(text);
        if language.is_some_and(|language| language != "en") {
            return self.lexical(text, language);
        }
        let Some(mut vector) = self.sum(text) else {
            return self.lexical(text, language);
        };
        normalise(&mut vector);
        vector
    }

    fn knows(&self, language: &str) -> bool {
        language == "en" || language.starts_with("en-")
    }

    fn topic_threshold(&self) -> f32 {
        0.5
    }
}

fn take_u32(rest: &mut &'static [u8]) -> Option<u32> {
    let (bytes, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::dot;

    #[test]
    fn what_means_the_same_is_nearer_than_what_shares_words() {
        let table = Table::shipped().unwrap();
        let near = |a: &str, b: &str| dot(&table.embed(a), &table.embed(b));
        let question = "Where is my parcel?";
        assert!(
            near(question, "my package has not arrived")
                > near(question, "where is my password") + 0.1
        );
        assert!((near(question, "WHERE is my parcel") - 1.0).abs() < 0.1);
    }

    #[test]
    fn other_languages_stand_apart_and_compare_by_words() {
        let table = Table::shipped().unwrap();
        let near = |a: &str, b: &str| dot(&table.embed(a), &table.embed(b));
        let question = "Hvor er pakken min?";
        assert!(near(question, "Hvor har dere sendt pakken min?") > 0.5);
        assert!(near(question, "Jeg vil ha pengene mine tilbake") < 0.5);
        assert!(near(question, "Where is my parcel?").abs() < 0.35);
    }

    #[test]
    fn vectors_have_unit_length_or_none() {
        let table = Table::shipped().unwrap();
        for text in [
            "hi",
            "Hvor er den?",
            "退款",
            "שלום",
            "a\u{0}b",
            &"word ".repeat(200_000),
        ] {
            let vector = table.embed(text);
            assert_eq!(vector.len(), table.dims());
            assert!((dot(&vector, &vector) - 1.0).abs() < 1e-4, "{text:.20}");
        }
        for text in ["", "👍", "\u{200B}"] {
            assert!(
                table.embed(text).iter().all(|&value| value == 0.0),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_cut_or_foreign_table_is_refused() {
        assert!(Table::parse(&BYTES[..BYTES.len() - 1]).is_none());
        assert!(Table::parse(&BYTES[1..]).is_none());
        assert!(Table::parse(&BYTES[..40]).is_none());
        assert!(Table::parse(b"").is_none());
    }

    #[test]
    fn the_table_is_no_larger_than_was_promised() {
        assert!(BYTES.len() <= 8_000_000, "{}", BYTES.len());
    }
}
