//! What a translation came to: each record's fate, each word without a counterpart, and our
//! counts beside the source's. All of it is bounded.
//!
//! Fed by `output` and the translations; becomes a [`Completeness`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::measured::{Figures, Measured};
use crate::model::completeness::{
    Blind, Counter, Difference, MissingCount, RecordCount, RejectCount, UnmappedCount,
};
use crate::model::event::cmp_ids;
use crate::model::reconciliation::SourceFigures;
use crate::model::{Completeness, brief, brief_value};

/// How many different entries of a list are kept.
const MOST_ENTRIES: usize = 200;
/// How many things are compared one by one; of more, none is new.
const MOST_COMPARED: usize = 1_000_000;
/// How many events are known by their hash, so that one that comes twice counts once.
const MOST_KNOWN: usize = 4_000_000;
/// How many differing things are named.
const MOST_EXAMPLES: usize = 20;
/// What stands for entries beyond [`MOST_ENTRIES`].
const OTHERS: &str = "(others)";

/// Something that the source counts as we do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Counted {
    /// What the source calls it.
    pub(super) name: &'static str,
    /// Which rule explains differences.
    pub(super) rule: &'static str,
}

#[derive(Clone, Copy, Default)]
struct Pair {
    ours: u64,
    theirs: Option<u64>,
}

/// The counts of a run.
#[derive(Default)]
pub(super) struct Tally {
    records: BTreeMap<String, RecordCount>,
    rejected: BTreeMap<(String, String, String), u64>,
    unmapped: BTreeMap<(String, String), (String, u64)>,
    missing: BTreeMap<String, u64>,
    pairs: HashMap<(Counted, Box<str>), Pair, FixedState>,
    known: HashSet<u64, FixedState>,
    figures: Figures,
    blind: Vec<Blind>,
}

impl Tally {
    /// The counts of a kind of record.
    pub(super) fn records(&mut self, kind: &str) -> &mut RecordCount {
        let kind = if self.records.contains_key(kind) || self.records.len() < MOST_ENTRIES {
            kind
        } else {
            OTHERS
        };
        self.records
            .entry(kind.to_owned())
            .or_insert_with(|| RecordCount {
                kind: kind.to_owned(),
                ..RecordCount::default()
            })
    }

    /// How many records of a kind were read.
    pub(super) fn read(&self, kind: &str) -> u64 {
        self.records.get(kind).map_or(0, |count| count.read)
    }

    pub(super) fn reject(&mut self, kind: &str, field: &str, reason: &str) {
        let key = (kind.to_owned(), field.to_owned(), brief(reason));
        let others = || (kind.to_owned(), String::new(), OTHERS.to_owned());
        *entry(&mut self.rejected, key, others) += 1;
    }

    pub(super) fn unmapped(&mut self, field: &str, value: &str, taken_as: &str) {
        let key = (field.to_owned(), brief_value(value));
        let others = || (field.to_owned(), OTHERS.to_owned());
        let (as_what, count) = entry(&mut self.unmapped, key, others);
        if as_what.is_empty() {
            taken_as.clone_into(as_what);
        }
        *count += 1;
    }

    pub(super) fn missing(&mut self, field: String) {
        *entry(&mut self.missing, field, || OTHERS.to_owned()) += 1;
    }

    /// Whether an event of this id comes for the first time.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        let hash = FixedState::default().hash_one(id);
        if self.known.len() >= MOST_KNOWN {
            return !self.known.contains(&hash);
        }
        self.known.insert(hash)
    }

    /// Adds to what we count of a thing.
    pub(super) fn ours(&mut self, counted: Counted, thing: &str, more: u64) {
        if let Some(pair) = self.pair(counted, thing) {
            pair.ours += more;
        }
    }

    /// Notes what we count of a thing that comes whole each time it comes: the most counts.
    pub(super) fn ours_in_all(&mut self, counted: Counted, thing: &str, count: u64) {
        if let Some(pair) = self.pair(counted, thing) {
            pair.ours = pair.ours.max(count);
        }
    }

    /// Notes what the source counts of a thing.
    pub(super) fn theirs(&mut self, counted: Counted, thing: &str, count: u64) {
        if let Some(pair) = self.pair(counted, thing) {
            pair.theirs = Some(count);
        }
    }

    /// Notes figures that the source gives of a thing, each by its place among those that it gives.
    pub(super) fn measure(&mut self, thing: &str, values: &[(usize, Option<u64>)]) {
        if !self.figures.has_room(thing) {
            if self.is_new(&format!("figures of {thing}")) {
                self.figures.leave_out();
            }
            return;
        }
        for (slot, value) in values {
            self.figures.keep(thing, *slot, *value);
        }
    }

    /// The figures that were noted; none stay.
    pub(super) fn take_figures(&mut self, source: &str, measured: &[Measured]) -> SourceFigures {
        std::mem::take(&mut self.figures).all(source, measured)
    }

    fn pair(&mut self, counted: Counted, thing: &str) -> Option<&mut Pair> {
        let key = (counted, Box::from(thing));
        if self.pairs.len() >= MOST_COMPARED && !self.pairs.contains_key(&key) {
            return None;
        }
        Some(self.pairs.entry(key).or_default())
    }

    /// Says what the export does not, and which reports show little because of it.
    pub(super) fn blind(&mut self, lack: &str, reports: &[&str]) {
        self.blind.push(Blind {
            lack: lack.to_owned(),
            reports: reports.iter().map(|report| (*report).to_owned()).collect(),
        });
    }

    /// The counts as they are kept.
    pub(super) fn completeness(&self, format: &str) -> Completeness {
        Completeness {
            format: format.to_owned(),
            records: self.records.values().cloned().collect(),
            rejected: counts(&self.rejected, |(kind, field, reason), count| RejectCount {
                kind: kind.clone(),
                field: field.clone(),
                reason: reason.clone(),
                count: *count,
            }),
            unmapped: counts(&self.unmapped, |(field, value), (taken_as, count)| {
                UnmappedCount {
                    field: field.clone(),
                    value: value.clone(),
                    taken_as: taken_as.clone(),
                    count: *count,
                }
            }),
            missing: counts(&self.missing, |field, count| MissingCount {
                field: field.clone(),
                count: *count,
            }),
            counters: self.counters(format),
            blind: self.blind.clone(),
            ..Completeness::default()
        }
    }

    fn counters(&self, format: &str) -> Vec<Counter> {
        let mut counters: BTreeMap<Counted, Counter> = BTreeMap::new();
        for ((counted, thing), pair) in &self.pairs {
            let Some(theirs) = pair.theirs else { continue };
            let counter = counters.entry(*counted).or_insert_with(|| Counter {
                name: counted.name.to_owned(),
                rule: counted.rule.to_owned(),
                ..Counter::default()
            });
            counter.compared += 1;
            counter.ours += pair.ours;
            counter.theirs += theirs;
            if pair.ours != theirs {
                counter.differing += 1;
                counter.examples.push(Difference {
                    id: format!("{format}:{thing}"),
                    ours: pair.ours,
                    theirs,
                });
            }
        }
        let mut counters: Vec<Counter> = counters.into_values().collect();
        for counter in &mut counters {
            counter
                .examples
                .sort_by(|one, other| cmp_ids(&one.id, &other.id));
            counter.examples.truncate(MOST_EXAMPLES);
        }
        counters
    }
}

/// The entry of a key, or where a list is full, of what stands for the others.
fn entry<K: Ord, V: Default>(all: &mut BTreeMap<K, V>, key: K, others: impl Fn() -> K) -> &mut V {
    let key = if all.contains_key(&key) || all.len() < MOST_ENTRIES - 1 {
        key
    } else {
        others()
    };
    all.entry(key).or_default()
}

fn counts<K, V, T>(all: &BTreeMap<K, V>, make: impl Fn(&K, &V) -> T) -> Vec<T> {
    all.iter()
        .take(MOST_ENTRIES)
        .map(|(key, value)| make(key, value))
        .collect()
}
