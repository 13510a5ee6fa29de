//! Vectors of words alone: stems and character grams, each added or subtracted at a
//! place that its hash names. Knows nothing of meaning, but any language.

use super::{Embedder, normalise};
use crate::language::detect;
use crate::lexical::{Counts, Features};

/// The numbers of a vector.
const DIMS: usize = 256;

/// Lexical vectors.
pub(super) struct HashEmbedder;

impl HashEmbedder {
    /// The unit vector of `dims` numbers; zeros if there is no word.
    pub(super) fn vector(text: &str, language: Option<&str>, dims: usize) -> Vec<f32> {
        let mut vector = vec![0.0; dims];
        let features = Features::new(text, language);
        add(&features.words, &mut vector);
        add(&features.grams, &mut vector);
        normalise(&mut vector);
        vector
    }
}

impl Embedder for HashEmbedder {
    fn name(&self) -> &'static str {
        "words"
    }

    fn version(&self) -> u32 {
        1
    }

    fn dims(&self) -> usize {
        DIMS
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        Self::vector(text, detect(text), DIMS)
    }

    fn knows(&self, _language: &str) -> bool {
        false
    }

    fn topic_threshold(&self) -> f32 {
        0.22
    }
}

/// Adds a channel at unit length.
fn add(counts: &Counts, vector: &mut [f32]) {
    let squares: f32 = counts.iter().map(|(_, count)| count * count).sum();
    let norm = squares.sqrt().max(1.0);
    let dims = vector.len().max(1);
    for &(feature, count) in counts {
        let sign = if feature & 1 == 0 { 1.0 } else { -1.0 };
        if let Some(value) = vector.get_mut((feature >> 1) as usize % dims) {
            *value += sign * count / norm;
        }
    }
}
