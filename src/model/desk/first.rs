//! The first of many lines in an order, behind a cursor.

use std::cmp::Ordering;
use std::sync::Arc;

use super::block::Entry;
use super::filed::FiledLine;
use crate::model::Invalid;

/// A line, and the number by which it is put in order.
type Ranked<'a, L> = (i64, Entry<'a, L>);

/// The first lines of a list: by a number, those of one number by their ids.
pub(super) struct First<'a, 'c, L: FiledLine> {
    limit: usize,
    /// The number and the id behind which they are.
    after: Option<(i64, &'c str)>,
    found: Vec<Ranked<'a, L>>,
    /// There are enough that come before this number.
    most: i64,
}

impl<'a, 'c, L: FiledLine> First<'a, 'c, L> {
    /// At most so many; one at the least.
    pub(super) fn new(limit: usize, after: Option<(i64, &'c str)>) -> Self {
        Self {
            limit: limit.max(1),
            after,
            found: Vec::new(),
            most: i64::MAX,
        }
    }

    /// Takes a line in if it may be among the first.
    pub(super) fn offer(&mut self, by: i64, entry: Entry<'a, L>) {
        // Ids lie elsewhere in memory: of a hundred thousand few are looked at.
        let is_behind = |(last, id)| by > last || (by == last && entry.id() > id);
        if by > self.most || !self.after.is_none_or(is_behind) {
            return;
        }
        self.found.push((by, entry));
        if self.found.len() > self.limit.saturating_mul(4) {
            self.shorten();
        }
    }

    /// Lets those go that are not among the first, and one more, which says that there are more.
    fn shorten(&mut self) {
        if self.found.len() > self.limit + 1 {
            let (_, last, _) = self.found.select_nth_unstable_by(self.limit, in_order);
            self.most = last.0;
            self.found.truncate(self.limit + 1);
        }
    }

    /// The lines in their order, and the cursor to the next ones if there are any.
    pub(super) fn end(mut self) -> (Vec<Arc<L>>, Option<String>) {
        self.shorten();
        let has_more = self.found.len() > self.limit;
        self.found.sort_unstable_by(in_order);
        self.found.truncate(self.limit);
        let last = self.found.last().filter(|_found| has_more);
        let cursor = last.map(|(by, entry)| format!("{by}.{}", entry.id()));
        let lines = self.found.iter();
        let lines = lines.map(|(_, entry)| Arc::clone(entry.line()));
        (lines.collect(), cursor)
    }
}

fn in_order<L: FiledLine>(one: &Ranked<'_, L>, other: &Ranked<'_, L>) -> Ordering {
    let by_number = one.0.cmp(&other.0);
    by_number.then_with(|| one.1.id().cmp(other.1.id()))
}

/// What a cursor says.
pub(super) fn read_cursor(text: &str) -> Result<(i64, &str), Invalid> {
    let read = text.split_once('.').and_then(|(by, id)| {
        let by = by.parse().ok()?;
        Some((by, id))
    });
    read.ok_or_else(|| {
        let reason = format!("`{text}` is no cursor that a list has given");
        Invalid::new("cursor", reason)
    })
}
