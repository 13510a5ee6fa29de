//! The durations of a pass, cell by cell: gathered, laid side by side, and their spread.
//!
//! Each thread lays out what its chunks hold; a cell's durations are a slice of each, and
//! of what is remembered of other chunks.

use std::ops::Range;

use rayon::prelude::*;

use super::chunk_scan::{CellLayout, ChunkScan};
use super::sorted::{DurationWidth, SortedDurations, Values};
use crate::metrics::facts::NONE;
use crate::metrics::statistics::{Sample, Spread, spread, spread_of_runs};

/// Durations, and where those of each place are.
#[derive(Debug, Default)]
struct DurationsByPlace<S> {
    values: Vec<S>,
    runs: Runs,
}

/// Where the durations of each place are.
#[derive(Debug)]
enum Runs {
    /// Side by side: by place, where they begin; one more for the end.
    Laid(Vec<usize>),
    /// In several runs: by place, where each begins and ends.
    Many(Vec<Vec<Range<usize>>>),
}

impl Default for Runs {
    fn default() -> Self {
        Self::Laid(Vec::new())
    }
}

/// The durations of all chunks, a part a thread, in the narrower width if that holds all.
#[derive(Debug)]
pub(in crate::metrics) struct Durations<'r> {
    parts: Width,
    runs: Vec<Alignment<'r>>,
}

#[derive(Debug)]
enum Width {
    Narrow(Vec<DurationsByPlace<u32>>),
    Wide(Vec<DurationsByPlace<i64>>),
}

/// A run, and by place of the pass the first of its cells that is not before it; one more
/// for the end.
#[derive(Debug)]
pub(in crate::metrics) struct Alignment<'r> {
    pub(in crate::metrics) run: &'r SortedDurations,
    pub(in crate::metrics) cells: Vec<usize>,
}

/// Where the durations of a cell go.
pub(in crate::metrics) struct Placing<'c> {
    /// How many places there are.
    pub(in crate::metrics) places: usize,
    /// By cell, its place; where cells are too many for that, the cells in order.
    pub(in crate::metrics) by: By<'c>,
}

/// How the place of a cell is found.
pub(in crate::metrics) enum By<'c> {
    List(Vec<u32>),
    Search(&'c [u64]),
}

impl<'c> Placing<'c> {
    /// The place of each of `cells`, which are in order.
    pub(in crate::metrics) fn new(cells: &'c [u64], layout: &CellLayout<'_>) -> Self {
        const MAX_LIST: u64 = 1 << 26;
        let places = cells.len();
        if layout.cells() > MAX_LIST {
            return Self {
                places,
                by: By::Search(cells),
            };
        }
        let most = cells.last().map_or(0, |cell| *cell + 1);
        let mut list = vec![NONE; usize::try_from(most).unwrap_or_default()];
        for (place, cell) in (0_u32..).zip(cells) {
            let slot = usize::try_from(*cell).ok();
            if let Some(slot) = slot.and_then(|cell| list.get_mut(cell)) {
                *slot = place;
            }
        }
        Self {
            places,
            by: By::List(list),
        }
    }

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

/// Which durations are gathered, and where they go.
pub(in crate::metrics) struct Gathering<'g> {
    pub(in crate::metrics) layout: &'g CellLayout<'g>,
    pub(in crate::metrics) placing: Placing<'g>,
    /// Whether the second duration of rows is gathered instead of the first.
    pub(in crate::metrics) second: bool,
}

impl<'r> Durations<'r> {
    /// The durations of all chunks, and those of `runs`.
    pub(in crate::metrics) fn of(
        scans: &[ChunkScan],
        gathering: &Gathering<'_>,
        runs: Vec<Alignment<'r>>,
    ) -> Self {
        let columns = || {
            let judgements = scans.iter().flat_map(|scan| scan.judgements.iter());
            judgements.filter_map(|judgement| judgement.values.as_ref())
        };
        let is_narrow = |aligned: &Alignment<'_>| matches!(aligned.run.values, Values::Narrow(_));
        let fits = columns().all(|column| {
            let (least, most) = column.bounds();
            least >= 0 && most < i64::from(u32::MAX)
        });
        let parts = if fits && runs.iter().all(is_narrow) {
            Width::Narrow(gather(scans, gathering))
        } else {
            Width::Wide(gather(scans, gathering))
        };
        Self { parts, runs }
    }

    /// The spread of the durations of some places, each a span of them.
    pub(in crate::metrics) fn spread(&self, spans: &[(usize, usize)]) -> Option<Box<Spread>> {
        match &self.parts {
            Width::Narrow(parts) => Pool::of(parts, &self.runs, spans).spread(),
            Width::Wide(parts) => Pool::of(parts, &self.runs, spans).spread(),
        }
    }

    /// All of them as a run, in the order of the places.
    pub(in crate::metrics) fn into_run(self, places: usize) -> SortedDurations {
        match self.parts {
            Width::Narrow(parts) => {
                let (values, starts) = joined(&parts, places);
                SortedDurations::of(Values::Narrow(values), starts)
            }
            Width::Wide(parts) => {
                let (values, starts) = joined(&parts, places);
                SortedDurations::of(Values::Wide(values), starts)
            }
        }
    }
}

/// The parts as one, place by place.
fn joined<S: Sample>(parts: &[DurationsByPlace<S>], places: usize) -> (Vec<S>, Vec<usize>) {
    let mut values = Vec::with_capacity(parts.iter().map(|part| part.values.len()).sum());
    let mut starts = vec![0];
    for place in 0..places {
        for slice in parts.iter().flat_map(|part| part.slices(place, place + 1)) {
            values.extend_from_slice(slice);
        }
        starts.push(values.len());
    }
    (values, starts)
}

impl<S: Sample> DurationsByPlace<S> {
    /// The durations of the places from `from` on, before `to`.
    fn slices(&self, from: usize, to: usize) -> impl Iterator<Item = &[S]> {
        let (laid, many) = match &self.runs {
            Runs::Laid(starts) => {
                let start = |place: usize| starts.get(place).copied().unwrap_or_default();
                (Some(start(from)..start(to)), &[][..])
            }
            Runs::Many(runs) => (None, runs.get(from..to).unwrap_or_default()),
        };
        let ranges = laid.into_iter().chain(many.iter().flatten().cloned());
        ranges.filter_map(|range| self.values.get(range))
    }
}

/// The durations of some places: loose ones, and slices of runs.
struct Pool<'v, S: DurationWidth> {
    loose: Vec<&'v [S]>,
    ordered: Vec<&'v [S]>,
    /// What the ordered ones add up to.
    sum: i128,
    /// Of runs in another width, their values.
    widened: Vec<S>,
}

/// About how many values can be looked through in the time that a run takes to be halved for
/// each rank and class.
const HALVING: usize = 1_000;

impl<'v, S: DurationWidth> Pool<'v, S> {
    fn of(
        parts: &'v [DurationsByPlace<S>],
        runs: &'v [Alignment<'_>],
        spans: &[(usize, usize)],
    ) -> Self {
        let mut pool = Self {
            loose: Vec::new(),
            ordered: Vec::new(),
            sum: 0,
            widened: Vec::new(),
        };
        for (from, to) in spans {
            let slices = parts.iter().flat_map(|part| part.slices(*from, *to));
            pool.loose.extend(slices.filter(|slice| !slice.is_empty()));
            for aligned in runs {
                let cell = |place: usize| aligned.cells.get(place).copied().unwrap_or_default();
                let cells = cell(*from)..cell(*to);
                pool.sum += aligned.run.sum(&cells);
                for cell in cells {
                    pool.take(aligned.run, cell);
                }
            }
        }
        pool
    }

    fn take(&mut self, run: &'v SortedDurations, cell: usize) {
        let range = run.range(cell);
        if range.is_empty() {
            return;
        }
        match S::held(&run.values) {
            Some(values) => self.ordered.push(values.get(range).unwrap_or_default()),
            None => self.widened.extend(run.values.millis(range).map(S::of)),
        }
    }

    fn spread(self) -> Option<Box<Spread>> {
        let count = |slices: &[&[S]]| slices.iter().map(|slice| slice.len()).sum::<usize>();
        let (ordered, loose) = (count(&self.ordered), count(&self.loose));
        let pays = self.ordered.len().saturating_mul(HALVING) < ordered && loose < ordered;
        if !pays || !self.widened.is_empty() {
            let mut slices = self.loose;
            slices.extend(self.ordered);
            slices.push(&self.widened);
            return spread(&slices).map(Box::new);
        }
        let mut own = self.loose.concat();
        own.sort_unstable();
        let sum: i128 = own.iter().map(|value| i128::from(value.millis())).sum();
        let mut ordered: Vec<&[S]> = self.ordered;
        ordered.push(&own);
        spread_of_runs(&ordered, self.sum + sum).map(Box::new)
    }
}

fn gather<S: Sample>(scans: &[ChunkScan], gathering: &Gathering<'_>) -> Vec<DurationsByPlace<S>> {
    let share = scans.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts = scans.par_chunks(share).map(|scans| {
        let mut durations = PlacedDurations::default();
        for scan in scans {
            durations.collect(scan, gathering);
        }
        durations.by_place(gathering.placing.places)
    });
    parts.collect()
}

/// Durations in the order of their rows, and where each goes: those that follow each other and
/// go to one place are one run.
#[derive(Default)]
struct PlacedDurations<S> {
    values: Vec<S>,
    /// The place of each run, and where it begins.
    runs: Vec<(u32, usize)>,
}

/// Runs of so many durations on average stay where they are: to lay them side by side would cost
/// more than to find them.
const LONG: usize = 32;

impl<S: Sample> PlacedDurations<S> {
    /// Adds the durations of one chunk.
    fn collect(&mut self, scan: &ChunkScan, gathering: &Gathering<'_>) {
        let Gathering {
            layout,
            placing,
            second,
        } = gathering;
        let mut millis = Vec::new();
        for judgement in scan.judgements.iter() {
            let mut wanted = [false; 256];
            for (slot, contribution) in wanted.iter_mut().zip(&judgement.contributions) {
                *slot = contribution.duration() == Some(*second);
            }
            let Some(values) = judgement.values.as_ref().filter(|_| wanted.contains(&true)) else {
                continue;
            };
            scan.walk(judgement, layout, |batch| {
                millis.resize(batch.kinds.len(), 0);
                values.read(batch.start, &mut millis);
                let rows = batch.cells.iter().zip(batch.kinds).zip(&millis);
                for ((cell, kind), millis) in rows {
                    if wanted.get(usize::from(*kind)).is_some_and(|wanted| *wanted) {
                        self.push(placing.of(*cell), S::of(*millis));
                    }
                }
            });
        }
    }

    fn push(&mut self, place: u32, value: S) {
        if self.runs.last().is_none_or(|(last, _)| *last != place) {
            self.runs.push((place, self.values.len()));
        }
        self.values.push(value);
    }

    /// Each run: its place, and its durations.
    fn runs(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let ends = self.runs.iter().skip(1).map(|(_, start)| *start);
        let ends = ends.chain([self.values.len()]);
        let runs = self.runs.iter().zip(ends);
        runs.map(|((place, start), end)| (*place as usize, *start..end))
    }

    /// The durations by place: side by side by counting, where there are many short runs.
    fn by_place(self, places: usize) -> DurationsByPlace<S> {
        if self.runs.len() * LONG <= self.values.len() {
            let mut many = vec![Vec::new(); places];
            for (place, run) in self.runs() {
                if let Some(runs) = many.get_mut(place) {
                    runs.push(run);
                }
            }
            return DurationsByPlace {
                values: self.values,
                runs: Runs::Many(many),
            };
        }
        let mut starts = vec![0_usize; places + 1];
        for (place, run) in self.runs() {
            if let Some(count) = starts.get_mut(place + 1) {
                *count += run.len();
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut laid = vec![S::default(); self.values.len()];
        for (place, run) in self.runs() {
            let Some(next) = next.get_mut(place) else {
                continue;
            };
            let to = *next..*next + run.len();
            *next = to.end;
            if let (Some(to), Some(from)) = (laid.get_mut(to), self.values.get(run)) {
                to.copy_from_slice(from);
            }
        }
        DurationsByPlace {
            values: laid,
            runs: Runs::Laid(starts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(by_place: &DurationsByPlace<u32>, place: usize) -> Vec<u32> {
        by_place
            .slices(place, place + 1)
            .flatten()
            .copied()
            .collect()
    }

    #[test]
    fn durations_are_laid_out_by_place_in_order() {
        let mut durations = PlacedDurations::default();
        for (place, value) in [(2, 7_u32), (0, 1), (2, 8), (1, 5), (0, 2)] {
            durations.push(place, value);
        }
        let laid = durations.by_place(3);
        assert_eq!(laid.values, [1, 2, 5, 7, 8]);
        assert_eq!(
            [0, 1, 2].map(|place| of(&laid, place)),
            [vec![1, 2], vec![5], vec![7, 8]]
        );
    }

    #[test]
    fn durations_that_come_in_long_runs_stay_where_they_are() {
        let mut durations = PlacedDurations::default();
        let values: Vec<u32> = (0..300).collect();
        for value in &values {
            durations.push(u32::from(*value / 100 == 1), *value);
        }
        let found = durations.by_place(3);
        assert_eq!(found.values, values);
        assert_eq!(of(&found, 0), [&values[..100], &values[200..]].concat());
        assert_eq!(of(&found, 1), values[100..200]);
        assert!(of(&found, 2).is_empty());
        let both: Vec<&[u32]> = found.slices(0, 2).collect();
        assert_eq!(both.concat().len(), 300);
    }
}
