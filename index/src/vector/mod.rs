//! Texts as vectors: what means the same points the same way.
//!
//! Whoever compares vectors names the [`Embedder`] that made them by its name and
//! version, and never mixes two. Used by the answers and the topics.
//!
//! An embedder says which languages it knows (the table and `MiniLM`: English). In any other,
//! texts are compared by their words alone, brought to the scale of vectors.

mod cache;
mod elsewhere;
mod hashed;
mod ledger;
mod model;
mod source;
mod table;
mod trial;
mod unigram;
mod wordpiece;

use std::sync::{Arc, LazyLock};
use std::time::Instant;

pub use cache::KeepingEmbedder;
pub use elsewhere::RemoteEmbedder;
pub use model::Model;
pub use source::VectorSource;

/// The confidence from which an answer is given as long as nothing was confirmed, by an
/// embedder that says no other.
pub const ANSWER_THRESHOLD: f32 = 1.12;

/// How vectors are fetched.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// When nobody waits for them any more.
    pub until: Instant,
    /// Whether the texts will be asked for again: their vectors are kept on disk, else for a
    /// while in memory.
    pub is_kept: bool,
}

/// Makes unit vectors of texts.
pub trait Embedder: Send + Sync {
    /// The name under which vectors of this embedder may be kept.
    fn name(&self) -> &str;

    /// Raised whenever the same text gets another vector than before.
    fn version(&self) -> u32;

    /// How many numbers a vector has.
    fn dims(&self) -> usize;

    /// The vector of `text`, of unit length; all zeros if there is nothing in the text.
    /// Long texts count by their beginning.
    fn embed(&self, text: &str) -> Vec<f32>;

    /// As [`Self::embed`], of a text that will be asked for again: one that costs much to
    /// embed is kept by those that can.
    fn keep(&self, text: &str) -> Vec<f32> {
        self.embed(text)
    }

    /// Drops what is kept of `text`.
    fn forget(&self, text: &str) {
        let _ = text;
    }

    /// Whether vectors are made elsewhere: they have to be fetched before they are at hand.
    fn is_elsewhere(&self) -> bool {
        false
    }

    /// Whether the vector of `text` is at hand. Of one that is not, [`Self::embed`] gives
    /// zeros.
    fn has(&self, text: &str) -> bool {
        let _ = text;
        true
    }

    /// Fetches the vectors of those of `texts` that are not at hand; else says what went wrong.
    /// What came by then is at hand.
    fn fetch(&self, texts: &[&str], wish: Wish) -> Result<(), String> {
        let _ = (texts, wish);
        Ok(())
    }

    /// Its name and version in one word, by which vectors of two embedders are distinguished.
    fn label(&self) -> String {
        format!("{}/{}", self.name(), self.version())
    }

    /// Whether vectors of texts in `language` say what the texts mean. Of others they are
    /// made of words at best, and whoever can compare words exactly had better do that.
    fn knows(&self, language: &str) -> bool {
        let _ = language;
        true
    }

    /// From which average similarity on two groups of questions are one topic.
    fn topic_threshold(&self) -> f32;

    /// The confidence from which an answer is given as long as nothing was confirmed.
    fn answer_threshold(&self) -> f32 {
        ANSWER_THRESHOLD
    }
}

static SHIPPED: LazyLock<Arc<dyn Embedder>> = LazyLock::new(|| match table::Table::shipped() {
    Some(table) => Arc::new(table),
    // A test reads the table, so this is the way of no binary that passed it.
    None => Arc::new(hashed::HashEmbedder),
});

/// The embedder that is part of the binary and needs nothing else.
pub fn shipped() -> Arc<dyn Embedder> {
    Arc::clone(&SHIPPED)
}

/// The dot product; of unit vectors their cosine.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side, so that the compiler can keep them in one register.
    let mut sums = [0.0_f32; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_parts
        .remainder()
        .iter()
        .zip(b_parts.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (a, b) in a_parts.zip(b_parts) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Brings `vector` to unit length; one of zeros is left alone.
pub(crate) fn normalise(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt();
    if length > f32::EPSILON {
        for value in vector {
            *value /= length;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Embedder;

    /// An embedder of another scale than the table's.
    pub(crate) struct Other;

    impl Embedder for Other {
        fn name(&self) -> &'static str {
            "other"
        }

        fn version(&self) -> u32 {
            1
        }

        fn dims(&self) -> usize {
            8
        }

        fn embed(&self, _text: &str) -> Vec<f32> {
            vec![8.0_f32.sqrt().recip(); 8]
        }

        fn topic_threshold(&self) -> f32 {
            0.5
        }
    }
}
