//! What is listed of a report's source: a page, all rows part by part, or those of one unit.
//!
//! One visitor each, since each source has rows of a type of its own. Asked by `page` and `account`.

use super::item::{RowItem, RowQuery};
use super::listing::{List, cut, span};
use super::stretch::{backlog_rows, presence_rows};
use crate::metrics::{Facts, Table};
use crate::report::evaluate::Selection;
use crate::report::judge::ReportRow;
use crate::report::registry::{Judgement, SourceVisitor};

/// A page of a report's rows in order of their instant, and how many there are in all.
pub(super) fn listed(selection: &Selection<'_>, wanted: &RowQuery) -> (Vec<RowItem>, usize) {
    let source = &selection.report.source;
    source.accept(PageOf { selection, wanted })
}

/// Hands a report's rows over in order of their instant, a part at a time, until all are or
/// `take` says no. Only their places are held meanwhile.
pub(super) fn parts(
    selection: &Selection<'_>,
    wanted: &RowQuery,
    take: &mut dyn FnMut(Vec<RowItem>) -> bool,
) {
    let source = &selection.report.source;
    source.accept(PartsOf {
        selection,
        wanted,
        take,
    });
}

/// All rows of one unit, whether they count or not.
pub(super) fn rows_of_unit(selection: &Selection<'_>, unit: u32) -> Vec<RowItem> {
    let source = &selection.report.source;
    source.accept(UnitRowsOf { selection, unit })
}

/// Lists a page of the rows of a source.
struct PageOf<'a> {
    selection: &'a Selection<'a>,
    wanted: &'a RowQuery,
}

impl SourceVisitor for PageOf<'_> {
    type Output = (Vec<RowItem>, usize);

    fn table<R: ReportRow>(
        self,
        judgement: &Judgement<R>,
        table: fn(&Facts) -> &Table<R>,
    ) -> Self::Output {
        let list = List {
            selection: self.selection,
            judgement,
        };
        list.page(table(self.selection.scope.facts), self.wanted)
    }

    fn backlog(self) -> Self::Output {
        let buckets = &self.selection.buckets;
        let bucket = self.wanted.bucket.map(|at| buckets.index(at.millis()));
        let rows = backlog_rows(self.selection, bucket.flatten(), None);
        cut(self.wanted, rows, None)
    }

    fn statuses(self) -> Self::Output {
        let span = span(self.selection, self.wanted);
        cut(self.wanted, presence_rows(self.selection), Some(span))
    }

    fn composite(self) -> Self::Output {
        (Vec::new(), 0)
    }
}

/// Hands the rows of a source over, a part at a time.
struct PartsOf<'a, 'b> {
    selection: &'a Selection<'a>,
    wanted: &'a RowQuery,
    take: &'a mut (dyn FnMut(Vec<RowItem>) -> bool + 'b),
}

impl SourceVisitor for PartsOf<'_, '_> {
    type Output = ();

    fn table<R: ReportRow>(self, judgement: &Judgement<R>, table: fn(&Facts) -> &Table<R>) {
        let list = List {
            selection: self.selection,
            judgement,
        };
        list.parts(table(self.selection.scope.facts), self.wanted, self.take);
    }

    fn backlog(self) {
        let (selection, wanted) = (self.selection, self.wanted);
        (self.take)(PageOf { selection, wanted }.backlog().0);
    }

    fn statuses(self) {
        let (selection, wanted) = (self.selection, self.wanted);
        (self.take)(PageOf { selection, wanted }.statuses().0);
    }

    fn composite(self) {}
}

/// Lists the rows that a source has of one unit.
struct UnitRowsOf<'a> {
    selection: &'a Selection<'a>,
    unit: u32,
}

impl SourceVisitor for UnitRowsOf<'_> {
    type Output = Vec<RowItem>;

    fn table<R: ReportRow>(
        self,
        judgement: &Judgement<R>,
        table: fn(&Facts) -> &Table<R>,
    ) -> Self::Output {
        let list = List {
            selection: self.selection,
            judgement,
        };
        let rows = table(self.selection.scope.facts).rows_of(self.unit);
        rows.flat_map(|row| list.items(&row)).collect()
    }

    fn backlog(self) -> Self::Output {
        backlog_rows(self.selection, None, Some(self.unit))
    }

    fn statuses(self) -> Self::Output {
        Vec::new()
    }

    fn composite(self) -> Self::Output {
        Vec::new()
    }
}
