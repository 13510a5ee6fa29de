//! Vectors of words alone: stems and character grams, each added or subtracted at a
//! place that its hash names. Knows nothing of meaning, but any language.

use super::{Embedder, normalise};
use crate::language::detect;
use crate::lexical::{Counts, Features};

/// The numbers of a vector.
const DIMS: usize = 256;

/// Lexical vectors.
pub(super) struct Hashed;

impl Embedder for Hashed {
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
        let mut vector = vec![0.0; DIMS];
        let features = Features::new(text, detect(text));
        add(&features.words, &mut vector);
        add(&features.grams, &mut vector);
        normalise(&mut vector);
        vector
    }

    fn topic_threshold(&self) -> f32 {
        0.22
    }
}

/// Adds a channel at unit length.
fn add(counts: &Counts, vector: &mut [f32]) {
    let norm = counts
        .iter()
        .map(|(_, count)| count * count)
        .sum::<f32>()
        .sqrt()
        .max(1.0);
    for &(feature, count) in counts {
        let sign = if feature & 1 == 0 { 1.0 } else { -1.0 };
        if let Some(value) = vector.get_mut((feature >> 1) as usize % DIMS) {
            *value += sign * count / norm;
        }
    }
}
