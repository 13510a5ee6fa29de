//! Which units have new rows, asked once for each row of a chunk.

use std::ops::RangeInclusive;

/// Units by number, for quick asking.
///
/// Numbers of conversations begin at nothing, those of tickets without one at the middle of the
/// range: one stretch of bits over both would be a quarter of a gigabyte of emptiness.
pub(in crate::metrics) struct UnitSet {
    sorted: Vec<u32>,
    halves: [UnitBits; 2],
}

/// Units of one half of the range.
#[derive(Default)]
struct UnitBits {
    least: u32,
    bits: Vec<u64>,
}

/// Where the upper half of the numbers begins.
const UPPER_HALF: u32 = 1 << 31;

impl UnitSet {
    pub(in crate::metrics) fn new(units: impl Iterator<Item = u32>) -> Self {
        let mut sorted: Vec<u32> = units.collect();
        sorted.sort_unstable();
        let (lower, upper) = sorted.split_at(sorted.partition_point(|unit| *unit < UPPER_HALF));
        let halves = [UnitBits::of(lower), UnitBits::of(upper)];
        Self { sorted, halves }
    }

    pub(in crate::metrics) fn holds(&self, unit: u32) -> bool {
        let [lower, upper] = &self.halves;
        let half = if unit < UPPER_HALF { lower } else { upper };
        half.holds(unit)
    }

    /// Whether one of the units is among these, both ends included.
    pub(in crate::metrics) fn meets(&self, units: &RangeInclusive<u32>) -> bool {
        let (least, most) = (*units.start(), *units.end());
        let from = self.sorted.partition_point(|unit| *unit < least);
        self.sorted.get(from).is_some_and(|unit| *unit <= most)
    }
}

impl UnitBits {
    /// The bits of units in order.
    fn of(units: &[u32]) -> Self {
        let (Some(least), Some(most)) = (units.first(), units.last()) else {
            return Self::default();
        };
        let mut bits = vec![0_u64; (most - least) as usize / 64 + 1];
        for unit in units {
            let place = (unit - least) as usize;
            if let Some(word) = bits.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
        Self {
            least: *least,
            bits,
        }
    }

    fn holds(&self, unit: u32) -> bool {
        let Some(place) = unit.checked_sub(self.least) else {
            return false;
        };
        let word = self.bits.get(place as usize / 64);
        word.is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_both_halves_holds_what_it_was_given_and_takes_little_room() {
        let given = [
            7,
            70,
            64,
            UPPER_HALF + 3,
            UPPER_HALF + 900,
            UPPER_HALF - 1_000_000,
        ];
        let set = UnitSet::new(given.into_iter());
        for unit in given {
            assert!(set.holds(unit), "{unit}");
            assert!(!set.holds(unit + 1), "{unit}");
        }
        assert!(!set.holds(0) && !set.holds(u32::MAX));
        for (span, meets) in [
            ((0, 6), false),
            ((8, 63), false),
            ((8, 64), true),
            ((71, UPPER_HALF + 2), true),
            ((UPPER_HALF, UPPER_HALF + 2), false),
            ((UPPER_HALF + 4, u32::MAX), true),
            ((UPPER_HALF + 901, u32::MAX), false),
        ] {
            let (least, most) = span;
            assert_eq!(set.meets(&(least..=most)), meets, "{span:?}");
        }
        let near = UnitSet::new([3, UPPER_HALF + 3].into_iter());
        assert!(near.halves.iter().all(|half| half.bits.len() == 1));
        assert!(!UnitSet::new(std::iter::empty()).meets(&(0..=u32::MAX)));
    }
}
