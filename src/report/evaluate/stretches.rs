//! The stretches of a chunk that hold at some instant, added up by key.
//!
//! What a stretch is cut, filtered and left out by is read from columns where it follows from
//! them; else its row is made and asked, as the rows behind a number are.

use std::collections::{BTreeMap, HashMap};

use super::selection::{CodeFilter, Selection};
use crate::metrics::{BacklogRow, Chunk, Derivation, Key, MAX_DIMENSIONS, NONE, Row, place_of};
use crate::report::ask::Dimension;
use crate::report::judge::{Coded, ColumnCode, ReportRow};

const TICKET: usize = place_of(BacklogRow::FIELDS, "ticket");
const CONVERSATION: usize = place_of(BacklogRow::FIELDS, "conversation");
const EXCLUDED: usize = place_of(BacklogRow::FIELDS, "excluded");
const SUPPORT: usize = place_of(BacklogRow::FIELDS, "support");

/// By key, how much the level changes at each instant.
pub(super) type Changes = HashMap<Key, Vec<i64>>;

/// What the stretches of one chunk come to at the instants that lie among them.
pub(super) struct Part {
    pub(super) changes: Changes,
    /// What is left out, by why: each thing once, in order.
    pub(super) left_out: BTreeMap<&'static str, Vec<u64>>,
}

impl Derivation for Part {
    fn bytes(&self) -> usize {
        let steps: usize = self.changes.values().map(Vec::len).sum();
        let left_out: usize = self.left_out.values().map(Vec::len).sum();
        self.changes.len() * 64 + (steps + left_out) * 8
    }
}

/// What the stretches of a chunk come to, in the making.
pub(super) struct Draft<'a> {
    selection: &'a Selection<'a>,
    chunk: &'a Chunk<BacklogRow>,
    columns: Option<Columns<'a>>,
    /// By group, how much the level changes at each instant, with one more place for the end.
    steps: Vec<Vec<i64>>,
    groups: HashMap<Key, usize>,
    /// The group of the last stretch: mostly the next one's, too.
    last: Option<(Key, usize)>,
    len: usize,
    left_out: BTreeMap<&'static str, Vec<u64>>,
}

impl<'a> Draft<'a> {
    /// Nothing yet, over `instants` instants.
    pub(super) fn of(
        selection: &'a Selection<'a>,
        chunk: &'a Chunk<BacklogRow>,
        instants: usize,
    ) -> Self {
        Self {
            columns: Columns::of(selection, chunk),
            selection,
            chunk,
            steps: Vec::new(),
            groups: HashMap::new(),
            last: None,
            len: instants + 1,
            left_out: BTreeMap::new(),
        }
    }

    /// Adds the stretch at `index`, which holds at the instants from `from` on, before `until`.
    pub(super) fn take(&mut self, index: usize, from: usize, until: usize) {
        match &self.columns {
            Some(columns) => {
                let Some(read) = columns.read(index) else {
                    return;
                };
                match read {
                    Read::LeftOut(reason, thing) => self.leave_out(reason, thing),
                    Read::Counted(key) => self.step(key, (from, until)),
                }
            }
            None => self.take_row(index, (from, until)),
        }
    }

    fn take_row(&mut self, index: usize, held: (usize, usize)) {
        let Some(row) = self.chunk.row(index).filter(|row| row.support) else {
            return;
        };
        let selection = self.selection;
        if !selection.passes(&row, row.from) {
            return;
        }
        let reason = selection.left_out(&row);
        if !reason.is_empty() {
            return self.leave_out(reason, thing(row.ticket, row.conversation));
        }
        selection.with_keys(&row, row.from, |keys| {
            for key in keys {
                self.step(*key, held);
            }
        });
    }

    fn leave_out(&mut self, reason: &'static str, thing: u64) {
        self.left_out.entry(reason).or_default().push(thing);
    }

    fn step(&mut self, key: Key, (from, until): (usize, usize)) {
        let group = match self.last {
            Some((last, group)) if last == key => group,
            _ => *self.groups.entry(key).or_insert(self.steps.len()),
        };
        self.last = Some((key, group));
        if group == self.steps.len() {
            self.steps.push(vec![0; self.len]);
        }
        let Some(steps) = self.steps.get_mut(group) else {
            return;
        };
        for (place, by) in [(from, 1), (until, -1)] {
            if let Some(step) = steps.get_mut(place) {
                *step += by;
            }
        }
    }

    /// What they come to.
    pub(super) fn finish(self) -> Part {
        let mut left_out = self.left_out;
        for things in left_out.values_mut() {
            things.sort_unstable();
            things.dedup();
        }
        let mut steps = self.steps;
        let changes: Changes = self
            .groups
            .into_iter()
            .filter_map(|(key, group)| Some((key, std::mem::take(steps.get_mut(group)?))))
            .collect();
        Part { changes, left_out }
    }
}

/// A number of the ticket, or of the conversation where it is a conversation's stretch.
fn thing(ticket: u32, conversation: u32) -> u64 {
    if ticket == NONE {
        u64::from(conversation) * 2 + 1
    } else {
        u64::from(ticket) * 2
    }
}

/// What a stretch is by its columns.
enum Read {
    LeftOut(&'static str, u64),
    Counted(Key),
}

/// Codes by row, and which of them pass.
struct Sieve<'a> {
    codes: Vec<u32>,
    filter: &'a CodeFilter,
}

/// What of a chunk's stretches follows from their columns.
struct Columns<'a> {
    support: Vec<u32>,
    excluded: Vec<u32>,
    tickets: Vec<u32>,
    conversations: Vec<u32>,
    sieves: Vec<Sieve<'a>>,
    /// By dimension of the cut, the codes by row.
    cut: Vec<Vec<u32>>,
    /// Why a stretch is left out, by its `excluded`; empty: it is not.
    reasons: BTreeMap<u32, &'static str>,
}

impl<'a> Columns<'a> {
    /// `None`: a filter, a dimension of the cut, or who asks depends on more.
    fn of(selection: &'a Selection<'a>, chunk: &Chunk<BacklogRow>) -> Option<Self> {
        if selection.is_seen_in_part() || selection.report.reads_messages() {
            return None;
        }
        let filters = selection.filters.iter();
        let sieves = filters.map(|filter| {
            let codes = codes(selection, chunk, filter.dimension)?;
            Some(Sieve { codes, filter })
        });
        let sieves: Option<Vec<Sieve<'_>>> = sieves.collect();
        let cut = selection.cut.iter();
        let cut: Option<Vec<Vec<u32>>> = cut
            .map(|dimension| codes(selection, chunk, *dimension))
            .collect();
        let excluded = chunk.codes(EXCLUDED);
        let mut reasons = BTreeMap::new();
        for (index, code) in excluded.iter().enumerate() {
            if !reasons.contains_key(code) {
                // All that have the same word are left out for the same reason.
                reasons.insert(*code, selection.left_out(&chunk.row(index)?));
            }
        }
        Some(Self {
            sieves: sieves?,
            cut: cut?,
            support: chunk.codes(SUPPORT),
            excluded,
            tickets: chunk.codes(TICKET),
            conversations: chunk.codes(CONVERSATION),
            reasons,
        })
    }

    /// What the stretch at `index` is; `None`: it does not pass.
    fn read(&self, index: usize) -> Option<Read> {
        if *self.support.get(index)? == 0 {
            return None;
        }
        for sieve in &self.sieves {
            let code = sieve.codes.get(index)?;
            if sieve.filter.codes.contains(code) == sieve.filter.not {
                return None;
            }
        }
        let reason = *self.reasons.get(self.excluded.get(index)?)?;
        if !reason.is_empty() {
            let of = (self.tickets.get(index)?, self.conversations.get(index)?);
            return Some(Read::LeftOut(reason, thing(*of.0, *of.1)));
        }
        let mut key = [NONE; MAX_DIMENSIONS];
        for (slot, codes) in key.iter_mut().zip(&self.cut) {
            *slot = *codes.get(index)?;
        }
        Some(Read::Counted(key))
    }
}

/// The codes of a dimension by row; `None`: they follow from more than a column.
fn codes(
    selection: &Selection<'_>,
    chunk: &Chunk<BacklogRow>,
    dimension: Dimension,
) -> Option<Vec<u32>> {
    match BacklogRow::column_code(Coded::Dimension(dimension), &selection.scope)? {
        ColumnCode::Own(place) => Some(chunk.codes(place)),
        ColumnCode::Made(place, code) => {
            let numbers = chunk.numbers(place).into_iter();
            Some(numbers.map(code).collect())
        }
    }
}
