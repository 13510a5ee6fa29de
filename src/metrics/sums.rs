//! From counters and durations to the groups of a report.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::calendar::Buckets;
use super::dictionary::NONE;
use super::durations::Gathered;
use super::grid::{count, places};
use super::sheet::{Places, Sheet};
use super::tally::{Cell, Group, Key, MAX_DIMENSIONS, Tally};
use super::track::{Aside, Worth};

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
    /// Of many groups only these, and how many; ties are kept.
    pub top: Option<(Top, usize)>,
    /// The keys under which a group counts: itself, or one for each of its tags.
    pub keys: &'a (dyn Fn(Key) -> Vec<Key> + Sync),
}

/// A group by its cells: the bucket, and the place among all filled cells.
struct Found<'c> {
    key: Key,
    cells: Vec<(usize, usize, &'c [u32], i64)>,
}

/// Adds up what the rows of the chunks are worth.
pub fn add_up(sheets: &[Sheet], sums: &Sums<'_>) -> Tally {
    let places = places(sums.buckets, sums.cards);
    let grid = count(sheets, &places, sums.top.is_some());
    let filled = grid.filled();
    let cells: Vec<u64> = filled.iter().map(|(cell, ..)| *cell).collect();
    let worths = &grid.worths;
    let gathered = |second| {
        let place = placing(&cells, &places);
        let any = worths.iter().any(|worth| worth.duration() == Some(second));
        any.then(|| Gathered::of(sheets, &places, second, (cells.len(), &place)))
    };
    let builder = Builder {
        sums,
        worths,
        values: gathered(false),
        more: gathered(true),
    };
    let found = builder.groups(&filled);
    builder.tally(&found, cells.len())
}

/// Tells the place of a cell among the filled ones.
fn placing<'c>(cells: &'c [u64], places: &Places<'_>) -> impl Fn(u64) -> u32 + Sync + use<'c> {
    const MAX_LIST: u64 = 1 << 22;
    let list = (places.cells() <= MAX_LIST).then(|| {
        let most = cells.last().map_or(0, |cell| *cell + 1);
        let mut list = vec![NONE; usize::try_from(most).unwrap_or_default()];
        for (place, cell) in cells.iter().enumerate() {
            let slot = usize::try_from(*cell)
                .ok()
                .and_then(|cell| list.get_mut(cell));
            if let (Some(slot), Ok(place)) = (slot, u32::try_from(place)) {
                *slot = place;
            }
        }
        list
    });
    move |cell| {
        if let Some(list) = &list {
            let place = usize::try_from(cell).ok().and_then(|cell| list.get(cell));
            return place.copied().unwrap_or(NONE);
        }
        let place = cells.binary_search(&cell).ok();
        place
            .and_then(|place| u32::try_from(place).ok())
            .unwrap_or(NONE)
    }
}

struct Builder<'a> {
    sums: &'a Sums<'a>,
    worths: &'a [Worth],
    values: Option<Gathered>,
    more: Option<Gathered>,
}

impl Builder<'_> {
    fn groups<'c>(&self, filled: &[(u64, &'c [u32], i64)]) -> Vec<Found<'c>> {
        let width = self.sums.buckets.len().max(1) as u64;
        let mut groups: Vec<(u64, Found<'c>)> = Vec::new();
        for (place, (cell, counts, sum)) in filled.iter().enumerate() {
            let (group, bucket) = (cell / width, usize::try_from(cell % width).unwrap_or(0));
            let entry = (bucket, place, *counts, *sum);
            match groups.last_mut() {
                Some((last, found)) if *last == group => found.cells.push(entry),
                _ => {
                    let key = self.key(group);
                    let cells = vec![entry];
                    groups.push((group, Found { key, cells }));
                }
            }
        }
        groups.into_iter().map(|(_, found)| found).collect()
    }

    fn key(&self, group: u64) -> Key {
        let mut key = [NONE; MAX_DIMENSIONS];
        let mut rest = group;
        for (slot, card) in key
            .iter_mut()
            .zip(self.sums.cards)
            .take(self.sums.cards.len())
        {
            *slot = *card;
        }
        for (place, card) in self.sums.cards.iter().enumerate().rev() {
            let width = u64::from(*card) + 1;
            let code = rest % width;
            rest /= width;
            if let Some(slot) = key.get_mut(place) {
                *slot = u32::try_from(code)
                    .ok()
                    .filter(|code| code < card)
                    .unwrap_or(NONE);
            }
        }
        key
    }

    /// Adds counters to a cell.
    fn add(&self, cell: &mut Cell, counts: &[u32]) {
        for (worth, times) in self
            .worths
            .iter()
            .zip(counts)
            .filter(|(_, times)| **times > 0)
        {
            for hit in worth.hits.iter().flatten() {
                cell.add(*hit, u64::from(*times));
            }
        }
    }

    fn spreads(&self, cell: &mut Cell, spans: &[(usize, usize)]) {
        let of = |gathered: &Option<Gathered>| gathered.as_ref()?.spread(spans);
        cell.values = of(&self.values);
        cell.more = of(&self.more);
    }

    fn tally(&self, found: &[Found<'_>], cells: usize) -> Tally {
        let mut tally = Tally::default();
        let mut by_key: BTreeMap<Key, Vec<&Found<'_>>> = BTreeMap::new();
        for group in found {
            for (_, _, counts, _) in &group.cells {
                self.add(&mut tally.total, counts);
                self.aside(&mut tally, counts);
            }
            for key in (self.sums.keys)(group.key) {
                by_key.entry(key).or_default().push(group);
            }
        }
        self.spreads(&mut tally.total, &[(0, cells)]);
        if let Some((top, most)) = self.sums.top {
            self.keep(&mut by_key, top, most);
        }
        if self.sums.cards.is_empty() && by_key.is_empty() {
            by_key.insert([NONE; MAX_DIMENSIONS], Vec::new());
        }
        let by_key: Vec<(Key, Vec<&Found<'_>>)> = by_key.into_iter().collect();
        let groups = by_key
            .par_iter()
            .map(|(key, parts)| self.group(*key, parts));
        let is_cut = !self.sums.cards.is_empty();
        tally.groups = groups
            .filter(|group| !is_cut || !group.total.is_empty())
            .collect();
        tally
    }

    /// Counts what rows are aside of the figures: left out, open, pending.
    fn aside(&self, tally: &mut Tally, counts: &[u32]) {
        for (worth, times) in self.worths.iter().zip(counts) {
            let times = u64::from(*times);
            let pending = worth.hits.iter().flatten().filter(|hit| hit.is_pending());
            tally.pending += times * pending.count() as u64;
            match worth.aside {
                Aside::Open => tally.open += times,
                Aside::Excluded(reason) if times > 0 => {
                    *tally.excluded.entry(reason).or_default() += times;
                }
                Aside::None | Aside::Excluded(_) => {}
            }
        }
    }

    fn group(&self, key: Key, parts: &[&Found<'_>]) -> Group {
        let mut cells = vec![Cell::default(); self.sums.buckets.len()];
        let mut total = Cell::default();
        let mut spans: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
        let mut whole = Vec::new();
        for (bucket, place, counts, _) in parts.iter().flat_map(|part| &part.cells) {
            if let Some(cell) = cells.get_mut(*bucket) {
                self.add(cell, counts);
            }
            self.add(&mut total, counts);
            spans.entry(*bucket).or_default().push((*place, place + 1));
            whole.push((*place, place + 1));
        }
        if self.values.is_some() || self.more.is_some() {
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
    fn keep(&self, by_key: &mut BTreeMap<Key, Vec<&Found<'_>>>, top: Top, most: usize) {
        let mut ranks: HashMap<u32, Vec<f64>> = HashMap::new();
        let rank = |parts: &[&Found<'_>]| {
            let (mut rows, mut millis, mut durations) = (0_u64, 0_i128, 0_u64);
            for (_, _, counts, sum) in parts.iter().flat_map(|part| &part.cells) {
                millis += i128::from(*sum);
                for (worth, times) in self.worths.iter().zip(*counts) {
                    let times = u64::from(*times);
                    rows += times * u64::from(worth.hits.iter().flatten().next().is_some());
                    durations += times * u64::from(worth.duration().is_some());
                }
            }
            match top {
                Top::Count => (rows > 0).then_some(rows as f64),
                Top::Mean => (durations > 0).then(|| millis as f64 / durations as f64),
            }
        };
        let family = |key: &Key| match top {
            Top::Mean => NONE,
            Top::Count => key.first().copied().unwrap_or(NONE),
        };
        for (key, parts) in by_key.iter() {
            ranks.entry(family(key)).or_default().extend(rank(parts));
        }
        let limits: HashMap<u32, f64> = ranks
            .into_iter()
            .map(|(family, mut ranks)| {
                ranks.sort_unstable_by(|a, b| b.total_cmp(a));
                let last = ranks.get(most.saturating_sub(1)).copied();
                (family, last.unwrap_or(f64::NEG_INFINITY))
            })
            .collect();
        by_key.retain(|key, parts| {
            let limit = limits.get(&family(key));
            rank(parts).is_some_and(|rank| limit.is_some_and(|limit| rank >= *limit))
        });
    }
}
