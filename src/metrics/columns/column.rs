//! One column of a chunk: integers in the narrowest width that holds them.
//!
//! A chunk is immutable, so each of its columns chooses its own width when it is made: a
//! column of one value takes no room, one that is mostly absent keeps a bit a row.

use std::iter::repeat;

use super::packed::{PackedNumbers, Presence, bits_from, bits_of, width_of};
use super::reference::Reference;
use super::value::Value;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub(in crate::metrics) len: usize,
    pub(in crate::metrics) base: i64,
    pub(in crate::metrics) least: i64,
    pub(in crate::metrics) most: i64,
    pub(in crate::metrics) absent: i64,
    pub(in crate::metrics) reference: Reference,
    pub(in crate::metrics) presence: Option<Presence>,
    pub(in crate::metrics) packed: PackedNumbers,
}

impl Default for Column {
    fn default() -> Self {
        Self::of_numbers(&[], None)
    }
}

impl Column {
    /// The column of `values`.
    pub fn of<V: Value>(values: impl Iterator<Item = V>) -> Self {
        let numbers: Vec<i64> = values.map(Value::number).collect();
        Self::of_numbers(&numbers, V::ABSENT)
    }

    /// The column of `numbers`, of which `absent` stands for "none".
    pub fn of_numbers(numbers: &[i64], absent: Option<i64>) -> Self {
        let mark = absent.unwrap_or_default();
        let is_absent = |number: i64| absent == Some(number);
        let mut count = 0;
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for number in numbers.iter().copied().filter(|number| !is_absent(*number)) {
            count += 1;
            least = least.min(number);
            most = most.max(number);
        }
        let range = most.checked_sub(least).unwrap_or(i64::MAX);
        let mut column = Self {
            len: numbers.len(),
            base: if count == 0 { mark } else { least },
            least: if count == 0 { 0 } else { least },
            most: if count == 0 { 0 } else { most },
            absent: mark,
            reference: Reference::Nothing,
            presence: None,
            packed: PackedNumbers::Same,
        };
        if count == 0 || (count == numbers.len() && range == 0) {
            return column;
        }
        let width = width_of(range);
        // A bit a row, half a bit for the ranks, and room for those that are present.
        let sparse = numbers.len() / 5 + count * width;
        if count < numbers.len() && sparse < numbers.len() * width.max(1) {
            let mut bits = vec![0_u64; numbers.len().div_ceil(64)];
            for (index, number) in numbers.iter().enumerate() {
                if !is_absent(*number)
                    && let Some(word) = bits.get_mut(index / 64)
                {
                    *word |= 1 << (index % 64);
                }
            }
            column.presence = Some(Presence::of_bits(bits));
            let present = numbers.iter().copied().filter(|number| !is_absent(*number));
            column.pack(present, range, false);
        } else {
            column.pack(numbers.iter().copied(), range, count < numbers.len());
        }
        column
    }

    /// The column, whose numbers count from others of their rows.
    pub(in crate::metrics) fn with_reference(self, reference: Reference) -> Self {
        Self { reference, ..self }
    }

    /// From what its numbers count.
    pub(in crate::metrics) const fn reference(&self) -> Reference {
        self.reference
    }

    fn pack(&mut self, numbers: impl Iterator<Item = i64>, range: i64, has_absent: bool) {
        let (base, absent) = (self.base, self.absent);
        let less = |number: i64| {
            if has_absent && number == absent {
                u64::MAX
            } else {
                number.wrapping_sub(base).cast_unsigned()
            }
        };
        self.packed = match (width_of(range), range) {
            (0, _) if !has_absent => PackedNumbers::Same,
            (1, 1) if !has_absent => PackedNumbers::Bits(bits_of(numbers.map(less))),
            (0 | 1, _) => PackedNumbers::Bytes(
                numbers
                    .map(|number| u8::try_from(less(number)).unwrap_or(u8::MAX))
                    .collect(),
            ),
            (2, _) => PackedNumbers::Shorts(
                numbers
                    .map(|number| u16::try_from(less(number)).unwrap_or(u16::MAX))
                    .collect(),
            ),
            (4, _) => PackedNumbers::Words(
                numbers
                    .map(|number| u32::try_from(less(number)).unwrap_or(u32::MAX))
                    .collect(),
            ),
            _ => PackedNumbers::Longs(numbers.collect()),
        };
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of row `index`.
    pub fn number(&self, index: usize) -> Option<i64> {
        if index >= self.len {
            return None;
        }
        let place = match &self.presence {
            None => index,
            Some(presence) => match presence.rank(index) {
                Some(place) => place,
                None => return Some(self.absent),
            },
        };
        Some(match &self.packed {
            PackedNumbers::Same => self.base,
            PackedNumbers::Bits(words) => {
                let word = *words.get(place / 64)?;
                self.base + (word >> (place % 64) & 1).cast_signed()
            }
            PackedNumbers::Bytes(values) => self.wide(*values.get(place)?, u8::MAX),
            PackedNumbers::Shorts(values) => self.wide(*values.get(place)?, u16::MAX),
            PackedNumbers::Words(values) => self.wide(*values.get(place)?, u32::MAX),
            PackedNumbers::Longs(values) => *values.get(place)?,
        })
    }

    fn wide<T: Copy + Into<i64> + PartialEq>(&self, value: T, none: T) -> i64 {
        if value == none {
            self.absent
        } else {
            self.base + value.into()
        }
    }

    /// The value of row `index`.
    pub fn get<V: Value>(&self, index: usize) -> Option<V> {
        self.number(index).map(V::of)
    }

    /// The bytes of a dense column of bytes, from row `start` on, and its base.
    ///
    /// Of such a column whatever depends on the value can be looked up by the byte.
    pub(in crate::metrics) fn dense_bytes(&self, start: usize) -> Option<(&[u8], i64)> {
        match (&self.presence, &self.packed) {
            (None, PackedNumbers::Bytes(bytes)) => Some((bytes.get(start..)?, self.base)),
            _ => None,
        }
    }

    /// Writes the rows from `start` on as codes into `into`.
    pub(in crate::metrics) fn read_codes(&self, start: usize, into: &mut [u32]) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "codes are stored from u32"
        )]
        let (base, absent) = (self.base as u32, self.absent as u32);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "codes are stored from u32"
        )]
        let whole = |number: i64| number as u32;
        let code = move |raw: Option<u32>| raw.map_or(absent, |raw| base.wrapping_add(raw));
        let from = self.first_of(start);
        match &self.packed {
            PackedNumbers::Same => self.lay(start, into, absent, repeat(base)),
            PackedNumbers::Bits(words) => {
                let bits = bits_from(words, from).map(u32::from);
                self.lay(start, into, absent, bits.map(|bit| base.wrapping_add(bit)));
            }
            PackedNumbers::Bytes(all) => {
                self.lay(start, into, absent, present(all, from, u8::MAX).map(code));
            }
            PackedNumbers::Shorts(all) => {
                self.lay(start, into, absent, present(all, from, u16::MAX).map(code));
            }
            PackedNumbers::Words(all) => {
                self.lay(start, into, absent, present(all, from, u32::MAX).map(code));
            }
            PackedNumbers::Longs(all) => {
                let values = all.get(from..).unwrap_or_default().iter();
                self.lay(start, into, absent, values.copied().map(whole));
            }
        }
    }

    /// Writes the numbers of the rows from `start` on into `into`.
    pub fn read(&self, start: usize, into: &mut [i64]) {
        let (base, absent) = (self.base, self.absent);
        let number = move |raw: Option<i64>| raw.map_or(absent, |raw| base + raw);
        let from = self.first_of(start);
        match &self.packed {
            PackedNumbers::Same => self.lay(start, into, absent, repeat(base)),
            PackedNumbers::Bits(words) => {
                let bits = bits_from(words, from).map(i64::from);
                self.lay(start, into, absent, bits.map(|bit| base + bit));
            }
            PackedNumbers::Bytes(all) => {
                self.lay(start, into, absent, present(all, from, u8::MAX).map(number));
            }
            PackedNumbers::Shorts(all) => {
                self.lay(
                    start,
                    into,
                    absent,
                    present(all, from, u16::MAX).map(number),
                );
            }
            PackedNumbers::Words(all) => {
                self.lay(
                    start,
                    into,
                    absent,
                    present(all, from, u32::MAX).map(number),
                );
            }
            PackedNumbers::Longs(all) => {
                let values = all.get(from..).unwrap_or_default().iter();
                self.lay(start, into, absent, values.copied());
            }
        }
    }

    /// The place of the first value of the rows from `start` on.
    fn first_of(&self, start: usize) -> usize {
        let presence = self.presence.as_ref();
        presence.map_or(start, |presence| presence.count_before(start))
    }

    /// Writes the rows from `start` on into `into`: `values` where they have one, else `absent`.
    fn lay<N: Copy>(
        &self,
        start: usize,
        into: &mut [N],
        absent: N,
        values: impl Iterator<Item = N>,
    ) {
        let Some(presence) = &self.presence else {
            for (slot, value) in into.iter_mut().zip(values) {
                *slot = value;
            }
            return;
        };
        into.fill(absent);
        presence.lay(start, into, values);
    }

    /// A number that none is below, and one that none is above; "none" aside.
    pub(in crate::metrics) const fn bounds(&self) -> (i64, i64) {
        (self.least, self.most)
    }

    /// Whether every row has a number.
    pub(in crate::metrics) fn is_everywhere(&self) -> bool {
        self.presence.is_none()
            && match &self.packed {
                PackedNumbers::Same => self.base != self.absent,
                PackedNumbers::Bits(_) => true,
                PackedNumbers::Bytes(values) => !values.contains(&u8::MAX),
                PackedNumbers::Shorts(values) => !values.contains(&u16::MAX),
                PackedNumbers::Words(values) => !values.contains(&u32::MAX),
                PackedNumbers::Longs(values) => !values.contains(&self.absent),
            }
    }

    /// Whether there is a value for each row that has one.
    pub(in crate::metrics) fn is_whole(&self) -> bool {
        let (count, has_bits) = match &self.presence {
            None => (self.len, true),
            Some(presence) => (
                presence
                    .bits
                    .iter()
                    .map(|word| word.count_ones() as usize)
                    .sum(),
                presence.bits.len() == self.len.div_ceil(64),
            ),
        };
        has_bits
            && match &self.packed {
                PackedNumbers::Same => true,
                PackedNumbers::Bits(words) => words.len() == count.div_ceil(64),
                PackedNumbers::Bytes(values) => values.len() == count,
                PackedNumbers::Shorts(values) => values.len() == count,
                PackedNumbers::Words(values) => values.len() == count,
                PackedNumbers::Longs(values) => values.len() == count,
            }
    }

    /// The first row from `start` on whose number is not below `limit`, of an ascending column.
    pub fn first_at_least(&self, limit: i64) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low.midpoint(high);
            if self.number(middle).is_some_and(|number| number < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// How much memory it takes, in bytes.
    pub fn bytes(&self) -> usize {
        let sparse = self.presence.as_ref();
        let sparse = sparse.map_or(0, |presence| {
            presence.bits.len() * 8 + presence.before.len() * 4
        });
        let packed = match &self.packed {
            PackedNumbers::Same => 0,
            PackedNumbers::Bits(words) => words.len() * 8,
            PackedNumbers::Bytes(values) => values.len(),
            PackedNumbers::Shorts(values) => values.len() * 2,
            PackedNumbers::Words(values) => values.len() * 4,
            PackedNumbers::Longs(values) => values.len() * 8,
        };
        sparse + packed + size_of::<Self>()
    }
}

/// Packed values from a place on; `none` stands for "none".
fn present<T: Copy + PartialEq, N: From<T>>(
    values: &[T],
    from: usize,
    none: T,
) -> impl Iterator<Item = Option<N>> + '_ {
    let values = values.get(from..).unwrap_or_default().iter();
    values.map(move |value| (*value != none).then(|| N::from(*value)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(numbers: &[i64]) {
        let column = Column::of_numbers(numbers, Some(i64::MAX));
        let ticks: Vec<i64> = (0..numbers.len())
            .map(|index| column.number(index).unwrap())
            .collect();
        assert_eq!(ticks, numbers);
        for start in [0, numbers.len() / 3, numbers.len() / 2] {
            let mut read = vec![0; numbers.len() - start];
            column.read(start, &mut read);
            assert_eq!(read, numbers.get(start..).unwrap());
        }
        assert_eq!(column.number(numbers.len()), None);
    }

    #[test]
    fn every_width_gives_back_what_it_was_given() {
        let never = i64::MAX;
        holds(&[]);
        holds(&[7, 7, 7]);
        holds(&[never, never]);
        holds(&[3, 4, 4, 3]);
        holds(&[0, 254, never]);
        holds(&[0, 255, never, 9]);
        holds(&[-5, 65_529, never, 9]);
        holds(&[-5, 65_530, 9]);
        holds(&[0, 0xFFFF_FFFE, never]);
        holds(&[0, 0xFFFF_FFFF, never]);
        holds(&[i64::MIN, 0, never - 1]);
        let mut sparse = vec![never; 200];
        for (index, slot) in sparse.iter_mut().enumerate().step_by(41) {
            *slot = i64::try_from(index).unwrap() * 1_000_000;
        }
        holds(&sparse);
    }

    #[test]
    fn a_column_of_few_values_takes_little_room() {
        let own = size_of::<Column>();
        let same = Column::of(std::iter::repeat_n(9_u32, 64_000));
        assert_eq!(same.bytes(), own);
        let flags = Column::of((0..64_000).map(|index| index % 3 == 0));
        assert!(flags.bytes() <= own + 8_000);
        let rare = Column::of((0..64_000_i64).map(|at| if at % 20 == 0 { at } else { i64::MAX }));
        assert!(rare.bytes() <= own + 64_000 / 5 + 6_500 * 2);
    }

    proptest! {
        #[test]
        fn any_numbers_come_back(numbers in prop::collection::vec(
            prop_oneof![Just(i64::MAX), -300_i64..300, any::<i64>()], 0..300)) {
            holds(&numbers);
        }

        #[test]
        fn any_codes_come_back(codes in prop::collection::vec(
            prop_oneof![Just(u32::MAX), 7_u32..9, 0_u32..300, 0_u32..90_000], 0..300), share in 1_usize..9) {
            for (step, kept) in [(1, 1), (share, 1), (9, share)] {
                let code = |(index, code): (usize, &u32)| {
                    if index % step < kept { *code } else { u32::MAX }
                };
                let codes: Vec<u32> = codes.iter().enumerate().map(code).collect();
                let column = Column::of(codes.iter().copied());
                for start in [0, codes.len() / 3] {
                    let mut read = vec![0; codes.len() - start];
                    column.read_codes(start, &mut read);
                    prop_assert_eq!(&read[..], codes.get(start..).unwrap());
                }
            }
        }

        #[test]
        fn the_first_at_least_is_the_partition_point(
            mut numbers in prop::collection::vec(0_i64..90_000, 0..200), limit in 0_i64..90_000) {
            numbers.sort_unstable();
            let column = Column::of_numbers(&numbers, Some(i64::MAX));
            prop_assert_eq!(column.first_at_least(limit), numbers.partition_point(|n| *n < limit));
        }
    }
}
