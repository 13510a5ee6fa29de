//! Columns of instants, each written in whatever takes least room: as it is, or as how long
//! after another instant of its row.
//!
//! A reply mostly ends its run at the row's own instant, and a rep's clock mostly starts
//! with the run: counted from those, such a column takes next to nothing.
//!
//! An instant counts from the row's own instant or from the one before it in the row; each
//! column of each chunk chooses for itself.

use super::column::Column;
use super::packed::width_of;
use super::reference::Reference;
use super::value::{Value, ValueKind};

/// Makes the columns of rows, field by field.
pub(in crate::metrics) struct Fields {
    times: Vec<i64>,
    /// By row, the last instant before the next field.
    former: Vec<i64>,
}

impl Fields {
    /// Of rows whose own instants are `times`.
    pub(in crate::metrics) fn new(times: impl Iterator<Item = i64>) -> Self {
        let times: Vec<i64> = times.collect();
        Self {
            former: times.clone(),
            times,
        }
    }

    /// The column of the next field; `is_time`: it is the rows' own instants.
    pub(in crate::metrics) fn column<V: Value>(
        &mut self,
        values: impl Iterator<Item = V>,
        is_time: bool,
    ) -> Column {
        if !V::IS_INSTANT || is_time {
            return Column::of(values);
        }
        let numbers: Vec<i64> = values.map(Value::number).collect();
        let reference = self.least(&numbers);
        let is_present = |number: i64| Some(number) != V::ABSENT;
        let column = match reference {
            Reference::Nothing => Column::of_numbers(&numbers, V::ABSENT),
            Reference::Time | Reference::Former => {
                let others = if reference == Reference::Time {
                    &self.times
                } else {
                    &self.former
                };
                let distances = numbers.iter().zip(others).map(|(number, other)| {
                    if is_present(*number) {
                        number.wrapping_sub(*other)
                    } else {
                        *number
                    }
                });
                Column::of_numbers(&distances.collect::<Vec<_>>(), V::ABSENT)
                    .with_reference(reference)
            }
        };
        for (former, number) in self.former.iter_mut().zip(numbers) {
            if is_present(number) {
                *former = number;
            }
        }
        column
    }

    /// Counted from what `numbers` take least room; those that are `i64::MAX` are none.
    fn least(&self, numbers: &[i64]) -> Reference {
        let mut count = 0;
        let mut ranges = Reference::ALL.map(|_| Some((i64::MAX, i64::MIN)));
        for ((number, time), former) in numbers.iter().zip(&self.times).zip(&self.former) {
            if *number == i64::MAX {
                continue;
            }
            count += 1;
            for (range, other) in ranges.iter_mut().zip([0, *time, *former]) {
                *range = range.and_then(|(least, most)| {
                    let distance = number.checked_sub(other);
                    let distance = distance.filter(|distance| *distance != i64::MAX)?;
                    Some((least.min(distance), most.max(distance)))
                });
            }
        }
        let room = |range: Option<(i64, i64)>| {
            let range = range.and_then(|(least, most)| most.checked_sub(least));
            range.map_or(usize::MAX, |range| room(numbers.len(), count, range))
        };
        let rooms = ranges.map(room);
        let mut best = Reference::Nothing;
        let mut least = rooms.first().copied().unwrap_or_default();
        for (reference, room) in Reference::ALL.into_iter().zip(rooms).skip(1) {
            if room < least {
                (best, least) = (reference, room);
            }
        }
        best
    }
}

/// About how many bytes a column of `len` rows takes of which `count` have a number.
fn room(len: usize, count: usize, range: i64) -> usize {
    if count == 0 || (count == len && range == 0) {
        return 0;
    }
    let width = width_of(range);
    let dense = if count == len && range == 1 {
        len / 8
    } else {
        len * width.max(1)
    };
    dense.min(if count < len {
        len / 5 + count * width
    } else {
        dense
    })
}

/// Reads the fields of one row, in order.
pub(in crate::metrics) struct RowReader {
    index: usize,
    time: i64,
    former: i64,
}

impl RowReader {
    /// The row at `index` of `columns`, which `time` orders.
    pub(in crate::metrics) fn new(columns: &[Column], index: usize, time: usize) -> Option<Self> {
        let time = columns.get(time)?.number(index)?;
        Some(Self {
            index,
            time,
            former: time,
        })
    }

    /// The value of the next field.
    pub(in crate::metrics) fn value<V: Value>(&mut self, column: &Column) -> Option<V> {
        let number = column.number(self.index)?;
        if !V::IS_INSTANT || Some(number) == V::ABSENT {
            return Some(V::of(number));
        }
        let number = number.wrapping_add(match column.reference() {
            Reference::Nothing => 0,
            Reference::Time => self.time,
            Reference::Former => self.former,
        });
        self.former = number;
        Some(V::of(number))
    }
}

/// Reads the instants of all rows, each column once.
pub(in crate::metrics) struct InstantReader<'a> {
    columns: &'a [Column],
    /// By column: whether it is of instants, and not the one that orders the rows.
    is_counted: Vec<bool>,
    times: Vec<i64>,
    /// By column, what has been read.
    read: Vec<Vec<i64>>,
}

impl<'a> InstantReader<'a> {
    /// Of `columns` of these kinds, which the one at `time` orders.
    pub(in crate::metrics) fn new(columns: &'a [Column], time: usize, kinds: &[ValueKind]) -> Self {
        let is_instant = kinds.iter().map(|kind| *kind == ValueKind::Instant);
        let places = is_instant.enumerate();
        Self {
            columns,
            is_counted: places.map(|(place, is)| is && place != time).collect(),
            times: columns.get(time).map(numbers_of).unwrap_or_default(),
            read: vec![Vec::new(); columns.len()],
        }
    }

    /// By row, the instant of the column at `place`; that it may be asked for, [`Self::read`] it.
    pub(in crate::metrics) fn get(&self, place: usize) -> &[i64] {
        self.read.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Reads the column at `place`.
    pub(in crate::metrics) fn read(&mut self, place: usize) {
        if !self.get(place).is_empty() {
            return;
        }
        let Some(column) = self.columns.get(place) else {
            return;
        };
        if column.reference() != Reference::Former {
            let times = Some(self.times.as_slice());
            let read = counted(
                column,
                times.filter(|_| column.reference() == Reference::Time),
            );
            return self.keep(place, read);
        }
        // From the last column on that has an instant in each row and counts from no other.
        let before: Vec<usize> = (0..place).filter(|other| self.counts(*other)).collect();
        let whole = before.iter().rposition(|other| self.is_first(*other));
        let mut former = self.times.clone();
        for other in before.get(whole.unwrap_or_default()..).unwrap_or_default() {
            self.follow(*other, &mut former);
        }
        let read = counted(column, Some(&former));
        self.keep(place, read);
    }

    /// Reads a column that may count from `former`, and has what follows count from it.
    fn follow(&mut self, place: usize, former: &mut [i64]) {
        let Some(column) = self.columns.get(place) else {
            return;
        };
        if self.get(place).is_empty() {
            let read = match column.reference() {
                Reference::Nothing => counted(column, None),
                Reference::Time => counted(column, Some(&self.times)),
                Reference::Former => counted(column, Some(former)),
            };
            self.keep(place, read);
        }
        for (slot, instant) in former.iter_mut().zip(self.get(place)) {
            if *instant != i64::MAX {
                *slot = *instant;
            }
        }
    }

    fn keep(&mut self, place: usize, read: Vec<i64>) {
        if let Some(slot) = self.read.get_mut(place) {
            *slot = read;
        }
    }

    fn counts(&self, place: usize) -> bool {
        self.is_counted.get(place).copied().unwrap_or_default()
    }

    fn is_first(&self, place: usize) -> bool {
        let column = self.columns.get(place);
        column
            .is_some_and(|column| column.reference() != Reference::Former && column.is_everywhere())
    }
}

fn numbers_of(column: &Column) -> Vec<i64> {
    let mut numbers = vec![0; column.len()];
    column.read(0, &mut numbers);
    numbers
}

/// The numbers of a column, counted from others.
fn counted(column: &Column, others: Option<&[i64]>) -> Vec<i64> {
    let mut numbers = numbers_of(column);
    for (number, other) in numbers.iter_mut().zip(others.unwrap_or_default()) {
        if *number != i64::MAX {
            *number = number.wrapping_add(*other);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows of an own instant and three others.
    fn come_back(rows: &[[i64; 4]]) -> Vec<Reference> {
        let field = |place: usize| rows.iter().map(move |row| row[place]);
        let mut fields = Fields::new(field(1));
        let columns: Vec<Column> = (0..4)
            .map(|place| fields.column(field(place), place == 1))
            .collect();
        let mut whole = InstantReader::new(&columns, 1, &[ValueKind::Instant; 4]);
        for place in [3, 0, 2] {
            whole.read(place);
            let expected: Vec<i64> = field(place).collect();
            assert_eq!(whole.get(place), expected, "{place}");
        }
        for (index, row) in rows.iter().enumerate() {
            let mut reader = RowReader::new(&columns, index, 1).unwrap();
            for (column, expected) in columns.iter().zip(row) {
                assert_eq!(reader.value::<i64>(column), Some(*expected));
            }
        }
        columns.iter().map(Column::reference).collect()
    }

    #[test]
    fn an_instant_counts_from_the_one_that_it_is_nearest_to() {
        let rows: Vec<[i64; 4]> = (0..3_000_i64)
            .map(|at| {
                let start = at * 7_919 % 2_000_000_000;
                let end = if at % 3 == 0 { i64::MAX } else { at * 900_000 };
                [start, at * 900_000, end, start + 5]
            })
            .collect();
        let references = come_back(&rows);
        assert_eq!(references[1..3], [Reference::Nothing, Reference::Time]);
        let rows: Vec<[i64; 4]> = (0..300_i64)
            .map(|at| [0, at, at * 7_919_000 % 2_000_000_000, 0])
            .map(|[first, at, start, _]| [first, at, start, start + 5])
            .collect();
        assert_eq!(come_back(&rows)[3], Reference::Former);
    }

    proptest! {
        #[test]
        fn any_instants_come_back(rows in prop::collection::vec(
            (0..4_i64, 0..900_000_i64, any::<i64>(), prop_oneof![Just(i64::MAX), -5..5_i64]), 0..60)) {
            come_back(&rows.into_iter().map(|(a, b, c, d)| [a, b, c, d]).collect::<Vec<_>>());
        }
    }
}
