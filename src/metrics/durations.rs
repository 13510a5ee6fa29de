//! The durations of a pass, cell by cell: gathered, laid side by side, and their spread.
//!
//! Each thread lays out what its chunks hold; a cell's durations are a slice of each.

use rayon::prelude::*;

use super::sheet::{Places, Sheet};
use super::statistics::{Sample, Spread, spread};

/// Durations laid side by side in the order of their cells.
#[derive(Debug, Default)]
struct Laid<S> {
    values: Vec<S>,
    /// By place of a cell, where its durations begin; one more for the end.
    starts: Vec<usize>,
}

/// The durations of all chunks, a part a thread, in the narrower width if that holds all.
#[derive(Debug)]
pub(super) struct Durations(Width);

#[derive(Debug)]
enum Width {
    Narrow(Vec<Laid<u32>>),
    Wide(Vec<Laid<i64>>),
}

/// Where the durations of a cell go.
pub(super) struct Placing<'c> {
    /// How many places there are.
    pub(super) places: usize,
    /// By cell, its place; where cells are too many for that, the cells in order.
    pub(super) by: By<'c>,
}

/// How the place of a cell is found.
pub(super) enum By<'c> {
    List(Vec<u32>),
    Search(&'c [u64]),
}

impl Placing<'_> {
    fn of(&self, cell: u64) -> u32 {
        let place = match &self.by {
            By::List(list) => {
                let place = usize::try_from(cell).ok().and_then(|cell| list.get(cell));
                place.copied()
            }
            By::Search(cells) => {
                let place = cells.binary_search(&cell).ok();
                place.and_then(|place| u32::try_from(place).ok())
            }
        };
        place.unwrap_or(u32::MAX)
    }
}

impl Durations {
    /// The durations, or with `second` the second ones, of all chunks.
    pub(super) fn of(
        sheets: &[Sheet],
        places: &Places<'_>,
        second: bool,
        placing: &Placing<'_>,
    ) -> Self {
        let columns = || {
            let tracks = sheets.iter().flat_map(|sheet| sheet.tracks.iter());
            tracks.filter_map(|track| track.values.as_ref())
        };
        let fits = columns().all(|column| {
            let (least, most) = column.bounds();
            least >= 0 && most < i64::from(u32::MAX)
        });
        Self(if fits {
            Width::Narrow(gather(sheets, places, second, placing))
        } else {
            Width::Wide(gather(sheets, places, second, placing))
        })
    }

    /// The spread of the durations of some places, each a span of them.
    pub(super) fn spread(&self, spans: &[(usize, usize)]) -> Option<Box<Spread>> {
        match &self.0 {
            Width::Narrow(parts) => spread_of(parts, spans),
            Width::Wide(parts) => spread_of(parts, spans),
        }
    }
}

fn spread_of<S: Sample>(parts: &[Laid<S>], spans: &[(usize, usize)]) -> Option<Box<Spread>> {
    let slices = || {
        spans.iter().flat_map(move |(from, to)| {
            parts.iter().map(move |part| {
                let from = part.starts.get(*from).copied().unwrap_or_default();
                let to = part.starts.get(*to).copied().unwrap_or_default();
                part.values.get(from..to).unwrap_or_default()
            })
        })
    };
    let mut values = Vec::with_capacity(slices().map(<[S]>::len).sum());
    for slice in slices() {
        values.extend_from_slice(slice);
    }
    spread(&mut values).map(Box::new)
}

fn gather<S: Sample>(
    sheets: &[Sheet],
    places: &Places<'_>,
    second: bool,
    placing: &Placing<'_>,
) -> Vec<Laid<S>> {
    let share = sheets.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts = sheets.par_chunks(share).map(|sheets| {
        let mut found = Found::default();
        for sheet in sheets {
            found.collect(sheet, places, second, placing);
        }
        found.lay_out(placing.places)
    });
    parts.collect()
}

/// Durations in the order of their rows, and where each goes.
#[derive(Default)]
struct Found<S> {
    values: Vec<S>,
    /// Left out where there is one place only.
    places: Vec<u32>,
}

impl<S: Sample> Found<S> {
    /// Adds the durations of one chunk.
    fn collect(&mut self, sheet: &Sheet, places: &Places<'_>, second: bool, placing: &Placing<'_>) {
        let mut millis = Vec::new();
        for track in sheet.tracks.iter() {
            let mut wanted = [false; 256];
            for (slot, worth) in wanted.iter_mut().zip(&track.worths) {
                *slot = worth.duration() == Some(second);
            }
            let Some(values) = track.values.as_ref().filter(|_| wanted.contains(&true)) else {
                continue;
            };
            sheet.walk(track, places, |block| {
                millis.resize(block.kinds.len(), 0);
                values.read(block.start, &mut millis);
                let rows = block.cells.iter().zip(block.kinds).zip(&millis);
                for ((cell, kind), millis) in rows {
                    if !wanted.get(usize::from(*kind)).is_some_and(|wanted| *wanted) {
                        continue;
                    }
                    self.values.push(S::of(*millis));
                    if placing.places > 1 {
                        self.places.push(placing.of(*cell));
                    }
                }
            });
        }
    }

    /// Lays the durations side by side by counting.
    fn lay_out(self, places: usize) -> Laid<S> {
        if places <= 1 {
            let starts = vec![0, self.values.len()];
            return Laid {
                values: self.values,
                starts,
            };
        }
        let mut starts = vec![0_usize; places + 1];
        for place in &self.places {
            if let Some(count) = starts.get_mut(*place as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut values = vec![S::default(); self.values.len()];
        for (place, value) in self.places.iter().zip(self.values) {
            if let Some(next) = next.get_mut(*place as usize) {
                if let Some(slot) = values.get_mut(*next) {
                    *slot = value;
                }
                *next += 1;
            }
        }
        Laid { values, starts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_laid_out_by_place_in_order() {
        let found = Found {
            values: vec![7_u32, 1, 8, 5, 2],
            places: vec![2, 0, 2, 1, 0],
        };
        let laid = found.lay_out(3);
        assert_eq!(laid.values, [1, 2, 5, 7, 8]);
        assert_eq!(laid.starts, [0, 2, 3, 5]);
    }
}
