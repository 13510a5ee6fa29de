//! Vectors in a byte a number, and exact sums of them.
//!
//! Whole numbers add up to the same in any order, and a million questions fit into
//! memory. Used by the topics alone.

/// What one is stored as. Numbers beyond ±127/256 are cut; a unit vector of some
/// hundred numbers has none.
pub(super) const SCALE: f32 = 256.0;

/// A vector in a byte a number.
pub(super) fn packed(vector: &[f32]) -> Vec<i8> {
    #[expect(clippy::cast_possible_truncation, reason = "the value was clamped")]
    let pack = |value: &f32| (value * SCALE).round().clamp(-127.0, 127.0) as i8;
    vector.iter().map(pack).collect()
}

/// The numbers again.
pub(super) fn unpacked(packed: &[i8]) -> Vec<f32> {
    packed
        .iter()
        .map(|&value| f32::from(value) / SCALE)
        .collect()
}

/// The sum of packed vectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum(Vec<i32>);

impl Sum {
    /// Adds a vector, or takes it away.
    pub(super) fn add(&mut self, packed: &[i8], is_added: bool) {
        self.0.resize(self.0.len().max(packed.len()), 0);
        for (sum, &value) in self.0.iter_mut().zip(packed) {
            let value = i32::from(value);
            *sum = sum.saturating_add(if is_added { value } else { -value });
        }
    }

    /// Adds another sum, or takes it away.
    pub(super) fn add_sum(&mut self, other: &Self, is_added: bool) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        for (sum, &value) in self.0.iter_mut().zip(&other.0) {
            *sum = sum.saturating_add(if is_added { value } else { -value });
        }
    }

    /// The mean of `count` vectors.
    pub(super) fn mean(&self, count: u32) -> Vec<f32> {
        let scale = 1.0 / (SCALE * count.max(1) as f32);
        self.0.iter().map(|&sum| sum as f32 * scale).collect()
    }

    /// The average link between a vector and the `count` vectors summed here.
    pub(super) fn link(&self, packed: &[i8], count: u32) -> f32 {
        let dot: i64 = self
            .0
            .iter()
            .zip(packed)
            .map(|(&sum, &value)| i64::from(sum) * i64::from(value))
            .sum();
        dot as f32 / (SCALE * SCALE * count.max(1) as f32)
    }
}
