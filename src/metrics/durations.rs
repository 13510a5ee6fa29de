//! The durations of a pass, cell by cell: gathered, laid side by side, and their spread.

use rayon::prelude::*;

use super::sheet::{Places, Sheet};
use super::statistics::{Sample, Spread, spread};

/// Durations laid side by side in the order of their cells.
#[derive(Debug)]
pub(super) struct Durations<S> {
    values: Vec<S>,
    /// By place of a cell, where its durations begin; one more for the end.
    starts: Vec<usize>,
}

/// Durations in the narrower width if that holds all.
#[derive(Debug)]
pub(super) enum Gathered {
    Narrow(Durations<u32>),
    Wide(Durations<i64>),
}

/// Where a cell's durations go.
pub(super) trait Placing: Fn(u64) -> u32 + Sync {}
impl<F: Fn(u64) -> u32 + Sync> Placing for F {}

impl Gathered {
    /// The durations, or with `second` the second ones, of all chunks; `place` tells
    /// which of the `cells` a cell is.
    pub(super) fn of(
        sheets: &[Sheet],
        places: &Places<'_>,
        second: bool,
        (cells, place): (usize, &impl Placing),
    ) -> Self {
        let columns = || {
            let tracks = sheets.iter().flat_map(|sheet| sheet.tracks.iter());
            tracks.filter_map(|track| track.values.as_ref())
        };
        let fits = columns().all(|column| {
            let (least, most) = column.bounds();
            least >= 0 && most < i64::from(u32::MAX)
        });
        if fits {
            Self::Narrow(gather(sheets, places, second, (cells, place)))
        } else {
            Self::Wide(gather(sheets, places, second, (cells, place)))
        }
    }

    /// The spread of the durations of some cells, each a span of places.
    pub(super) fn spread(&self, spans: &[(usize, usize)]) -> Option<Box<Spread>> {
        match self {
            Self::Narrow(durations) => durations.spread(spans),
            Self::Wide(durations) => durations.spread(spans),
        }
    }
}

impl<S: Sample> Durations<S> {
    fn spread(&self, spans: &[(usize, usize)]) -> Option<Box<Spread>> {
        let mut values = Vec::new();
        for (from, to) in spans {
            let from = self.starts.get(*from).copied().unwrap_or_default();
            let to = self.starts.get(*to).copied().unwrap_or_default();
            values.extend_from_slice(self.values.get(from..to).unwrap_or_default());
        }
        spread(&mut values).map(Box::new)
    }
}

fn gather<S: Sample>(
    sheets: &[Sheet],
    places: &Places<'_>,
    second: bool,
    (cells, place): (usize, &impl Placing),
) -> Durations<S> {
    let share = sheets.len().div_ceil(rayon::current_num_threads()).max(1);
    let found: Vec<Vec<(u32, S)>> = sheets
        .par_chunks(share)
        .map(|sheets| {
            let mut found = Vec::new();
            for sheet in sheets {
                collect(sheet, places, second, (&mut found, place));
            }
            found
        })
        .collect();
    let mut starts = vec![0_usize; cells + 1];
    for (place, _) in found.iter().flatten() {
        if let Some(count) = starts.get_mut(*place as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    Durations {
        values: lay_out(&found, &starts),
        starts,
    }
}

/// The durations of one chunk and where they go.
fn collect<S: Sample>(
    sheet: &Sheet,
    places: &Places<'_>,
    second: bool,
    (found, place): (&mut Vec<(u32, S)>, &impl Placing),
) {
    let mut millis = Vec::new();
    for track in sheet.tracks.iter() {
        let wanted: Vec<bool> = track
            .worths
            .iter()
            .map(|worth| worth.duration() == Some(second))
            .collect();
        let Some(values) = track.values.as_ref().filter(|_| wanted.contains(&true)) else {
            continue;
        };
        sheet.walk(track, places, |block| {
            millis.resize(block.kinds.len(), 0);
            values.read(block.start, &mut millis);
            for ((cell, kind), millis) in block.cells.iter().zip(block.kinds).zip(&millis) {
                if wanted.get(usize::from(*kind)) == Some(&true) {
                    found.push((place(*cell), S::of(*millis)));
                }
            }
        });
    }
}

/// Lays durations side by side: each thread fills the places of its own span of cells.
fn lay_out<S: Sample>(found: &[Vec<(u32, S)>], starts: &[usize]) -> Vec<S> {
    let total = starts.last().copied().unwrap_or_default();
    if starts.len() <= 2 {
        return found.iter().flatten().map(|(_, value)| *value).collect();
    }
    let mut values = vec![S::default(); total];
    let mut rest: &mut [S] = &mut values;
    let mut parts = Vec::new();
    let threads = rayon::current_num_threads();
    let mut first = 0;
    for thread in 1..=threads {
        let wanted = total * thread / threads;
        let last = if thread == threads {
            starts.len() - 1
        } else {
            starts.partition_point(|start| *start < wanted).max(first)
        };
        let from = starts.get(first).copied().unwrap_or_default();
        let to = starts.get(last).copied().unwrap_or(total);
        let (part, others) = std::mem::take(&mut rest).split_at_mut(to - from);
        rest = others;
        parts.push((first..last, from, part));
        first = last;
    }
    parts.into_par_iter().for_each(|(cells, from, part)| {
        let offsets = starts.get(cells.clone()).unwrap_or_default();
        let mut next: Vec<usize> = offsets.iter().map(|start| start - from).collect();
        for (place, value) in found.iter().flatten() {
            let place = *place as usize;
            if let Some(next) = place
                .checked_sub(cells.start)
                .and_then(|place| next.get_mut(place))
            {
                if let Some(slot) = part.get_mut(*next) {
                    *slot = *value;
                }
                *next += 1;
            }
        }
    });
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_laid_out_by_cell_whatever_thread_found_them() {
        let found = vec![vec![(2, 7_u32), (0, 1), (2, 8)], vec![(1, 5), (0, 2)]];
        let starts = [0, 2, 3, 5];
        assert_eq!(lay_out(&found, &starts), [1, 2, 5, 7, 8]);
    }
}
