//! How a model's texts are cut into pieces: by words as BERT's, or by unigrams as XLM-R's.

use crate::vector::unigram::Unigrams;
use crate::vector::wordpiece::Pieces;

/// The pieces of a model.
#[derive(Debug)]
pub(super) enum Cutting {
    /// BERT's uncased word pieces.
    Words(Pieces),
    /// `SentencePiece`'s unigrams, of many languages.
    Unigrams(Unigrams),
}

impl Cutting {
    /// What stands before a text, behind it, and for what is unknown.
    pub(super) const fn marks(&self) -> [&'static str; 3] {
        match self {
            Self::Words(_) => ["[CLS]", "[SEP]", "[UNK]"],
            Self::Unigrams(_) => ["<s>", "</s>", "<unk>"],
        }
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Words(pieces) => pieces.len(),
            Self::Unigrams(pieces) => pieces.len(),
        }
    }

    /// The number of a piece.
    pub(super) fn number(&self, piece: &str) -> Option<u32> {
        match self {
            Self::Words(pieces) => pieces.number(piece),
            Self::Unigrams(pieces) => pieces.number(piece),
        }
    }

    /// The first `most` pieces of a text.
    pub(super) fn cut(&self, text: &str, most: usize, unknown: u32) -> Vec<u32> {
        match self {
            Self::Words(pieces) => pieces.cut(text, most, Some(unknown)),
            Self::Unigrams(pieces) => pieces.cut(text, most, unknown),
        }
    }

    /// Whether texts in `language` are among those that models with such pieces have read.
    pub(super) fn reads(&self, language: &str) -> bool {
        match self {
            // `MiniLM` read English; of da, nb and de the words alone tell more than it does.
            Self::Words(_) => language == "en" || language.starts_with("en-"),
            Self::Unigrams(_) => true,
        }
    }
}
