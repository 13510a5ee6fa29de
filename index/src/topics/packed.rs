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

/// The numbers of a packed vector in two bytes each: what processors multiply fastest.
pub(super) fn widened(packed: &[i8]) -> impl Iterator<Item = i16> + '_ {
    packed.iter().map(|&value| i16::from(value))
}

/// The dot product of two packed vectors, one or both of them widened.
pub(super) fn link<B: Copy + Into<i16>>(a: &[i16], b: &[B]) -> f32 {
    let products = a.iter().zip(b);
    let dot: i32 = products
        .map(|(&a, &b)| i32::from(a) * i32::from(b.into()))
        .sum();
    dot as f32 / (SCALE * SCALE)
}

/// The sum of packed vectors, and their mean as a packed vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    sums: Box<[i32]>,
    mean: Box<[i8]>,
}

impl Sum {
    /// The sum of one vector.
    pub(super) fn of(packed: &[i8]) -> Self {
        Self {
            sums: packed.iter().map(|&value| i32::from(value)).collect(),
            mean: packed.into(),
        }
    }

    /// Adds a vector, or takes it away; `count` is how many there are then.
    pub(super) fn add(&mut self, packed: &[i8], is_added: bool, count: u32) {
        for (sum, &value) in self.sums.iter_mut().zip(packed) {
            let value = i32::from(value);
            *sum = sum.saturating_add(if is_added { value } else { -value });
        }
        let scale = 1.0 / f64::from(count.max(1));
        for (mean, &sum) in self.mean.iter_mut().zip(&self.sums) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a mean of bytes is between the least and the greatest"
            )]
            let value = (f64::from(sum) * scale).round() as i8;
            *mean = value;
        }
    }

    /// The mean, to within half a step.
    pub(super) fn mean(&self) -> &[i8] {
        &self.mean
    }
}
