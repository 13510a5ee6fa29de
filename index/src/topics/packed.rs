//! Vectors in a byte a number, and exact sums of them.
//!
//! Whole numbers add up to the same in any order, and a million questions fit into
//! memory. Used by the topics alone.
//!
//! So topics do not depend on the order in which questions are restored.

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

/// A packed vector, and its numbers in two bytes each to be compared by.
pub(super) struct Packed {
    pub(super) bytes: Vec<i8>,
    pub(super) wide: Vec<i16>,
}

impl Packed {
    pub(super) fn of(vector: &[f32]) -> Self {
        let bytes = packed(vector);
        let wide = widened(&bytes);
        Self { bytes, wide }
    }
}

/// The average link of a widened vector to what a packed mean represents. A mean that is widened,
/// too, takes less than half the time, where it is met often enough.
pub(super) fn link<T: Copy + Into<i32>>(a: &[i16], b: &[T]) -> f32 {
    // Sixteen sums side by side, so that the compiler can keep them in registers.
    let mut sums = [0_i32; 16];
    let (a_parts, b_parts) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest = a_parts.remainder().iter().zip(b_parts.remainder());
    let rest: i32 = rest.map(|(&a, &b)| i32::from(a) * b.into()).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum += i32::from(a) * b.into();
        }
    }
    (sums.iter().sum::<i32>() + rest) as f32 / (SCALE * SCALE)
}

/// The numbers of a packed vector in two bytes each.
pub(super) fn widened(packed: &[i8]) -> Vec<i16> {
    packed.iter().map(|&value| i16::from(value)).collect()
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
