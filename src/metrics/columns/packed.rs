//! How the numbers of a column are laid out: their width, and which rows have one.

/// The numbers less the column's base; in each width the highest stands for "none".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::metrics) enum PackedNumbers {
    /// All the same.
    Same,
    /// Base, or one more.
    Bits(Vec<u64>),
    /// Up to 254 more than the base.
    Bytes(Vec<u8>),
    /// Up to 65,534 more.
    Shorts(Vec<u16>),
    /// Up to 2³² − 2 more.
    Words(Vec<u32>),
    /// Any number, as it is.
    Longs(Vec<i64>),
}

/// Which rows of a sparse column have a value: a bit each, and how many come before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::metrics) struct Presence {
    pub(in crate::metrics) bits: Vec<u64>,
    pub(in crate::metrics) before: Vec<u32>,
}

impl Presence {
    pub(in crate::metrics) fn of_bits(bits: Vec<u64>) -> Self {
        let mut count = 0;
        let before = bits
            .iter()
            .map(|word| {
                let before = count;
                count += word.count_ones();
                before
            })
            .collect();
        Self { bits, before }
    }

    /// Writes the values of the rows from `start` on into `into`; `values` are those of the rows
    /// that have one, from there on, and the others are left as they are.
    pub(in crate::metrics) fn lay<N>(
        &self,
        start: usize,
        into: &mut [N],
        mut values: impl Iterator<Item = N>,
    ) {
        let mut index = start;
        let mut rest = into;
        while !rest.is_empty() {
            let here = (64 - index % 64).min(rest.len());
            let (rows, after) = rest.split_at_mut(here);
            let word = self.bits.get(index / 64).copied().unwrap_or_default() >> (index % 64);
            if word == u64::MAX {
                for (slot, value) in rows.iter_mut().zip(values.by_ref().take(here)) {
                    *slot = value;
                }
            } else {
                lay_some(word, rows, &mut values);
            }
            index += here;
            rest = after;
        }
    }

    /// How many rows before row `index` have a value.
    pub(in crate::metrics) fn count_before(&self, index: usize) -> usize {
        let before = self.before.get(index / 64).copied().unwrap_or_default();
        let word = self.bits.get(index / 64).copied().unwrap_or_default();
        let bit = 1_u64 << (index % 64);
        before as usize + (word & (bit - 1)).count_ones() as usize
    }

    /// The place of row `index` among those that have a value.
    pub(in crate::metrics) fn rank(&self, index: usize) -> Option<usize> {
        let word = *self.bits.get(index / 64)?;
        let bit = 1_u64 << (index % 64);
        if word & bit == 0 {
            return None;
        }
        let before = *self.before.get(index / 64)?;
        Some(before as usize + (word & (bit - 1)).count_ones() as usize)
    }
}

/// Writes the values of the rows that `word` has a bit for.
fn lay_some<N>(word: u64, rows: &mut [N], values: &mut impl Iterator<Item = N>) {
    let mut bits = word;
    while bits != 0 {
        let Some(slot) = rows.get_mut(bits.trailing_zeros() as usize) else {
            return;
        };
        let Some(value) = values.next() else {
            return;
        };
        *slot = value;
        bits &= bits - 1;
    }
}

/// The numbers of `words` from the bit `start` on, one a bit.
pub(in crate::metrics) fn bits_from(words: &[u64], start: usize) -> impl Iterator<Item = u8> + '_ {
    let words = words.get(start / 64..).unwrap_or_default().iter();
    let bits = words.flat_map(|word| (0..64).map(move |bit| u8::from(word >> bit & 1 == 1)));
    bits.skip(start % 64)
}

/// Bytes a value of the narrowest width that holds `range`.
pub(in crate::metrics) const fn width_of(range: i64) -> usize {
    match range {
        0 => 0,
        1..=0xFE => 1,
        0xFF..=0xFFFE => 2,
        0xFFFF..=0xFFFF_FFFE => 4,
        _ => 8,
    }
}

pub(in crate::metrics) fn bits_of(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut words = Vec::new();
    for (index, number) in numbers.enumerate() {
        if index % 64 == 0 {
            words.push(0);
        }
        if let Some(word) = words.last_mut() {
            *word |= (number & 1) << (index % 64);
        }
    }
    words
}
