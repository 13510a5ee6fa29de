//! Durations that stay: those of many chunks by cell, in order within each.
//!
//! In an ordered run a rank is found by halving, a class of the histogram too, so that a
//! spread of millions costs some hundred steps.

use std::ops::Range;

use rayon::prelude::*;

use crate::metrics::statistics::Sample;

/// The durations of many chunks by cell, ascending within each.
#[derive(Debug)]
pub(in crate::metrics) struct SortedDurations {
    pub(in crate::metrics) values: Values,
    /// By cell, where its durations begin; one more for the end.
    starts: Vec<usize>,
    /// By cell, what all before it add up to, in milliseconds; one more for all.
    sums: Vec<i128>,
}

/// Durations in the narrower width if that holds all.
#[derive(Debug)]
pub(in crate::metrics) enum Values {
    Narrow(Vec<u32>),
    Wide(Vec<i64>),
}

impl Values {
    /// Some of them, in milliseconds.
    pub(in crate::metrics) fn millis(&self, range: Range<usize>) -> impl Iterator<Item = i64> + '_ {
        let (narrow, wide) = match self {
            Self::Narrow(values) => (values.get(range), None),
            Self::Wide(values) => (None, values.get(range)),
        };
        let narrow = narrow.unwrap_or_default().iter();
        let wide = wide.unwrap_or_default().iter();
        narrow.map(|value| i64::from(*value)).chain(wide.copied())
    }
}

/// A width that durations are held in.
pub(in crate::metrics) trait DurationWidth: Sample {
    /// The values, where they are held in this width.
    fn held(values: &Values) -> Option<&[Self]>;
}

impl DurationWidth for u32 {
    fn held(values: &Values) -> Option<&[Self]> {
        match values {
            Values::Narrow(values) => Some(values),
            Values::Wide(_) => None,
        }
    }
}

impl DurationWidth for i64 {
    fn held(values: &Values) -> Option<&[Self]> {
        match values {
            Values::Narrow(_) => None,
            Values::Wide(values) => Some(values),
        }
    }
}

impl SortedDurations {
    /// The sorted durations `values`, which lie cell by cell.
    pub(in crate::metrics) fn of(mut values: Values, starts: Vec<usize>) -> Self {
        let sums = match &mut values {
            Values::Narrow(values) => order(values, &starts),
            Values::Wide(values) => order(values, &starts),
        };
        Self {
            values,
            starts,
            sums,
        }
    }

    /// How much memory it takes, in bytes.
    pub(in crate::metrics) const fn bytes(&self) -> usize {
        let values = match &self.values {
            Values::Narrow(values) => values.len() * 4,
            Values::Wide(values) => values.len() * 8,
        };
        values + self.starts.len() * 24
    }

    /// Where the durations of a cell lie.
    pub(in crate::metrics) fn range(&self, cell: usize) -> Range<usize> {
        let start = |cell: usize| {
            let end = self.starts.last().copied().unwrap_or_default();
            self.starts.get(cell).copied().unwrap_or(end)
        };
        start(cell)..start(cell + 1)
    }

    /// What the durations of some cells add up to, in milliseconds.
    pub(in crate::metrics) fn sum(&self, cells: &Range<usize>) -> i128 {
        let upto = |cell: usize| {
            let whole = self.sums.last().copied().unwrap_or_default();
            self.sums.get(cell).copied().unwrap_or(whole)
        };
        upto(cells.end) - upto(cells.start)
    }
}

/// Orders the values of each cell; gives what all before each cell add up to.
fn order<S: Sample>(values: &mut [S], starts: &[usize]) -> Vec<i128> {
    let mut cells: Vec<&mut [S]> = Vec::new();
    let mut rest = values;
    for (start, end) in starts.iter().zip(starts.iter().skip(1)) {
        let (cell, after) = rest.split_at_mut((end - start).min(rest.len()));
        cells.push(cell);
        rest = after;
    }
    let sums: Vec<i128> = cells
        .into_par_iter()
        .map(|cell| {
            cell.par_sort_unstable();
            cell.iter().map(|value| i128::from(value.millis())).sum()
        })
        .collect();
    let mut upto = vec![0];
    upto.extend(sums.iter().scan(0, |sum, cell| {
        *sum += cell;
        Some(*sum)
    }));
    upto
}
