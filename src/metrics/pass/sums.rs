//! From counters and durations to the groups of a report.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::block::BlockInWindow;
use super::cell_counts::CellCounts;
use super::chunk_scan::{CellLayout, ChunkScan};
use super::count::count;
use super::durations::{Durations, Gathering, Placing};
use super::judgement_column::{Contribution, Omission};
use super::tally::{Cell, Group, Key, MAX_DIMENSIONS, Tally};
use crate::metrics::calendar::Buckets;
use crate::metrics::facts::NONE;

/// By what the longest series are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Top {
    /// The highest mean duration.
    Mean,
    /// The most rows, for each code of the first dimension.
    Count,
}

/// What is to be added up.
pub struct Sums<'a> {
    /// The buckets of the window.
    pub buckets: &'a Buckets,
    /// By dimension of the cut, how many codes there are.
    pub cards: &'a [u32],
    /// Of many groups only these, and how many; ties are included.
    pub top: Option<(Top, usize)>,
    /// The keys under which a group counts: itself, or one for each of its tags.
    pub keys: &'a (dyn Fn(Key) -> Vec<Key> + Sync),
}

/// A group of the cells that rows fell into: its key, and the place of the first and after the last.
type GroupSpan = (Key, (usize, usize));

/// Adds up what the rows of the chunks are worth, and what is remembered of others.
pub fn add_up(scans: &[ChunkScan], blocks: &[BlockInWindow], sums: &Sums<'_>) -> Tally {
    let places = CellLayout {
        buckets: sums.buckets,
        cards: sums.cards,
    };
    let mut counters = count(scans, &places, sums.top.is_some());
    let width = sums.buckets.len().max(1) as u64;
    for block in blocks {
        block.add(&mut counters, width);
    }
    let cell_counts = counters.cell_counts();
    let gathered = |second| {
        let mut contributions = counters.contributions.iter();
        let any = contributions.any(|contribution| contribution.duration() == Some(second));
        any.then(|| {
            let gathering = Gathering {
                layout: &places,
                placing: Placing::new(cell_counts.cells(), &places),
                second,
            };
            let runs = blocks.iter();
            let runs = runs.filter_map(|block| block.run(second, &cell_counts, width));
            Durations::of(scans, &gathering, runs.collect())
        })
    };
    let builder = Builder {
        sums,
        contributions: &counters.contributions,
        values: gathered(false),
        more: gathered(true),
        cell_counts: &cell_counts,
    };
    builder.tally()
}

struct Builder<'a> {
    sums: &'a Sums<'a>,
    contributions: &'a [Contribution],
    values: Option<Durations<'a>>,
    more: Option<Durations<'a>>,
    cell_counts: &'a CellCounts,
}

impl Builder<'_> {
    fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for place in 0..self.cell_counts.len() {
            let counts = self.cell_counts.counts(place);
            self.add(&mut tally.total, counts);
            self.omission(&mut tally, counts);
        }
        let mut spans = self.spans();
        if let Some((top, most)) = self.sums.top {
            self.keep(&mut spans, top, most);
        }
        let mut by_key: BTreeMap<Key, Vec<GroupSpan>> = BTreeMap::new();
        for group in spans {
            for key in (self.sums.keys)(group.0) {
                by_key.entry(key).or_default().push(group);
            }
        }
        let is_cut = !self.sums.cards.is_empty();
        if !is_cut && by_key.is_empty() {
            by_key.insert([NONE; MAX_DIMENSIONS], Vec::new());
        }
        let by_key: Vec<(Key, Vec<GroupSpan>)> = by_key.into_iter().collect();
        let groups = || {
            let groups = by_key.par_iter();
            let groups = groups.map(|(key, parts)| self.group(*key, parts));
            groups
                .filter(|group| !is_cut || !group.total.is_empty())
                .collect()
        };
        if !is_cut {
            tally.groups = groups();
            if let Some(only) = tally.groups.first() {
                tally.total = only.total.clone();
            }
            return tally;
        }
        let total = &mut tally.total;
        let whole = || self.spreads(total, &[(0, self.cell_counts.len())]);
        (tally.groups, ()) = rayon::join(groups, whole);
        tally
    }

    /// The groups, which follow each other among the cells.
    fn spans(&self) -> Vec<GroupSpan> {
        let width = self.sums.buckets.len().max(1) as u64;
        let mut spans: Vec<GroupSpan> = Vec::new();
        let mut start = 0;
        let cells = self.cell_counts.cells();
        for cells in cells.chunk_by(|a, b| a / width == b / width) {
            let group = cells.first().map_or(0, |cell| cell / width);
            spans.push((self.key(group), (start, start + cells.len())));
            start += cells.len();
        }
        spans
    }

    fn key(&self, group: u64) -> Key {
        let mut key = [NONE; MAX_DIMENSIONS];
        let mut rest = group;
        for (place, card) in self.sums.cards.iter().enumerate().rev() {
            let width = u64::from(*card) + 1;
            let code = u32::try_from(rest % width);
            rest /= width;
            if let Some(slot) = key.get_mut(place) {
                *slot = code.ok().filter(|code| code < card).unwrap_or(NONE);
            }
        }
        key
    }

    /// Adds counters to a cell.
    fn add(&self, cell: &mut Cell, counts: &[u32]) {
        let counted = self.contributions.iter().zip(counts);
        for (contribution, times) in counted.filter(|(_, times)| **times > 0) {
            for hit in contribution.hits.iter().flatten() {
                cell.add(*hit, u64::from(*times));
            }
        }
    }

    fn spreads(&self, cell: &mut Cell, spans: &[(usize, usize)]) {
        let of = |durations: &Option<Durations<'_>>| durations.as_ref()?.spread(spans);
        cell.values = of(&self.values);
        cell.more = of(&self.more);
    }

    /// Counts the rows that add nothing to the figures: left out, open, pending.
    fn omission(&self, tally: &mut Tally, counts: &[u32]) {
        for (contribution, times) in self.contributions.iter().zip(counts) {
            let times = u64::from(*times);
            let pending = contribution
                .hits
                .iter()
                .flatten()
                .filter(|hit| hit.is_pending());
            tally.pending += times * pending.count() as u64;
            match contribution.omission {
                Omission::Open => tally.open += times,
                Omission::Excluded(reason) if times > 0 => {
                    *tally.excluded.entry(reason).or_default() += times;
                }
                Omission::None | Omission::Excluded(_) => {}
            }
        }
    }

    fn group(&self, key: Key, parts: &[GroupSpan]) -> Group {
        let width = self.sums.buckets.len().max(1) as u64;
        let mut cells = vec![Cell::default(); self.sums.buckets.len()];
        let mut total = Cell::default();
        let mut spans: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
        for place in parts.iter().flat_map(|(_, (from, to))| *from..*to) {
            let counts = self.cell_counts.counts(place);
            let bucket = usize::try_from(self.cell_counts.cell(place) % width).unwrap_or_default();
            if let Some(cell) = cells.get_mut(bucket) {
                self.add(cell, counts);
            }
            self.add(&mut total, counts);
            spans.entry(bucket).or_default().push((place, place + 1));
        }
        if self.values.is_some() || self.more.is_some() {
            let whole: Vec<(usize, usize)> = parts.iter().map(|(_, span)| *span).collect();
            self.spreads(&mut total, &whole);
            for (bucket, spans) in spans {
                if let Some(cell) = cells.get_mut(bucket) {
                    if self.sums.buckets.len() == 1 {
                        cell.values.clone_from(&total.values);
                        cell.more.clone_from(&total.more);
                    } else {
                        self.spreads(cell, &spans);
                    }
                }
            }
        }
        Group { key, cells, total }
    }

    /// Keeps the groups that are first, and those equal to the last of them.
    fn keep(&self, groups: &mut Vec<GroupSpan>, top: Top, most: usize) {
        let family = |key: &Key| match top {
            Top::Mean => NONE,
            Top::Count => key.first().copied().unwrap_or(NONE),
        };
        let mut ranks: HashMap<u32, Vec<f64>> = HashMap::new();
        for group in groups.iter() {
            let rank = self.rank(group, top);
            ranks.entry(family(&group.0)).or_default().extend(rank);
        }
        let limits: HashMap<u32, f64> = ranks
            .into_iter()
            .map(|(family, mut ranks)| {
                let last = most.saturating_sub(1).min(ranks.len().saturating_sub(1));
                let limit = if ranks.len() > last {
                    *ranks.select_nth_unstable_by(last, |a, b| b.total_cmp(a)).1
                } else {
                    f64::NEG_INFINITY
                };
                (family, limit)
            })
            .collect();
        groups.retain(|group| {
            let limit = limits.get(&family(&group.0));
            let rank = self.rank(group, top);
            rank.is_some_and(|rank| limit.is_some_and(|limit| rank >= *limit))
        });
    }

    /// By what a group is longer than another; `None`: it has nothing to be long by.
    fn rank(&self, (_, (from, to)): &GroupSpan, top: Top) -> Option<f64> {
        let (mut rows, mut millis, mut durations) = (0_u64, 0_i128, 0_u64);
        for place in *from..*to {
            let counts = self.cell_counts.counts(place);
            millis += i128::from(self.cell_counts.sum(place));
            for (contribution, times) in self.contributions.iter().zip(counts) {
                let times = u64::from(*times);
                rows += times * u64::from(contribution.hits.iter().flatten().next().is_some());
                durations += times * u64::from(contribution.duration().is_some());
            }
        }
        match top {
            Top::Count => (rows > 0).then_some(rows as f64),
            Top::Mean => (durations > 0).then(|| millis as f64 / durations as f64),
        }
    }
}
