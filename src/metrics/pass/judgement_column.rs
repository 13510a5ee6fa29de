//! Judgements as columns: of each row of a chunk, what it adds to a report and when.
//!
//! A report's judgement of a row is a function; of a chunk whose rows no passing of time
//! can change it is made once and remembered. A scan then reads one byte a row.

use super::tally::Hit;
use crate::metrics::columns::Column;
use crate::metrics::memory::Derivation;

/// How many kinds of rows a column has.
const MAX_KINDS: usize = 256;

/// Why a row adds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Omission {
    /// It is no row of the report, or it adds something.
    #[default]
    None,
    /// Its duration has not ended.
    Open,
    /// It is left out, for this reason.
    Excluded(&'static str),
}

/// What every row of one kind adds; the milliseconds of durations are in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contribution {
    /// What it adds.
    pub hits: [Option<Hit>; 3],
    /// Why, if it adds nothing.
    pub omission: Omission,
}

impl Contribution {
    /// Takes the milliseconds of the duration that it adds, if it adds one.
    pub fn take_duration(&mut self) -> Option<i64> {
        self.hits.iter_mut().flatten().find_map(|hit| match hit {
            Hit::Value(millis) | Hit::More(millis) => Some(std::mem::take(millis)),
            _ => None,
        })
    }

    /// Whether it adds a duration, and whether that is a second one.
    pub(in crate::metrics) fn duration(&self) -> Option<bool> {
        self.hits.iter().flatten().find_map(|hit| match hit {
            Hit::Value(_) => Some(false),
            Hit::More(_) => Some(true),
            _ => None,
        })
    }
}

/// The judgements of a chunk's rows, each at its instant.
///
/// Where rows count at the chunk's own instants a place is a row; else only those that add
/// something have one, in order of their instants, so that a window is a range of places.
#[derive(Debug)]
pub struct JudgementColumn {
    /// By place: which of the contributions; 0 is nothing.
    pub(in crate::metrics) kinds: Vec<u8>,
    /// The kinds of rows.
    pub(in crate::metrics) contributions: Vec<Contribution>,
    /// The rows of the places; `None`: the chunk's, one after the other.
    pub(in crate::metrics) order: Option<RowOrder>,
    /// The first and the last instant.
    pub(in crate::metrics) span: (i64, i64),
    /// By place: a duration in milliseconds.
    pub(in crate::metrics) values: Option<Column>,
}

/// Rows in order of the instants by which they count.
#[derive(Debug)]
pub(in crate::metrics) struct RowOrder {
    /// By place: the instant, ascending.
    pub(in crate::metrics) at: Column,
    /// By place: the row.
    pub(in crate::metrics) rows: Vec<u16>,
}

/// The judgements of a chunk by row, as they are found.
#[derive(Debug)]
pub(super) struct JudgedRows {
    pub(super) kinds: Vec<u8>,
    pub(super) contributions: Kinds,
    /// The instants by which rows count; `None`: their own.
    pub(super) at: Option<Vec<i64>>,
    /// The first and the last of their own instants.
    pub(super) own_span: (i64, i64),
    /// Durations in milliseconds; `i64::MAX`: none.
    pub(super) values: Option<Vec<i64>>,
}

impl JudgedRows {
    /// The column, in order of its instants.
    pub(super) fn column(self) -> JudgementColumn {
        let column = |numbers: &[i64]| Column::of_numbers(numbers, Some(i64::MAX));
        let contributions = self.contributions.contributions();
        let Some(at) = self.at else {
            return JudgementColumn {
                kinds: self.kinds,
                contributions,
                order: None,
                span: self.own_span,
                values: self.values.as_deref().map(column),
            };
        };
        let adds = |(_, kind, at): &(u16, &u8, &i64)| **kind != 0 && **at != i64::MAX;
        let rows = (0..=u16::MAX).zip(&self.kinds).zip(&at);
        let rows = rows.map(|((row, kind), at)| (row, kind, at)).filter(adds);
        let mut order: Vec<(i64, u16)> = rows.map(|(row, _, at)| (*at, row)).collect();
        order.sort_unstable();
        let by_place = |row: u16, numbers: &[i64]| numbers.get(usize::from(row)).copied();
        let values = self.values.as_deref().map(|values| {
            let placed = order.iter().filter_map(|(_, row)| by_place(*row, values));
            column(&placed.collect::<Vec<i64>>())
        });
        let kinds = order
            .iter()
            .map(|(_, row)| self.kinds.get(usize::from(*row)));
        let instants: Vec<i64> = order.iter().map(|(at, _)| *at).collect();
        JudgementColumn {
            kinds: kinds.flatten().copied().collect(),
            contributions,
            span: (
                instants.first().copied().unwrap_or(i64::MAX),
                instants.last().copied().unwrap_or(i64::MIN),
            ),
            order: Some(RowOrder {
                at: column(&instants),
                rows: order.into_iter().map(|(_, row)| row).collect(),
            }),
            values,
        }
    }
}

impl JudgementColumn {
    /// The first and the last instant at which rows count.
    pub const fn span(&self) -> (i64, i64) {
        self.span
    }

    /// Whether some row counts in `[from, to)`.
    pub const fn meets(&self, from: i64, to: i64) -> bool {
        self.span.0 < to && self.span.1 >= from
    }
}

impl Derivation for Vec<JudgementColumn> {
    fn bytes(&self) -> usize {
        let columns = |judgement: &JudgementColumn| {
            let order = judgement.order.as_ref();
            let rows = order.map_or(0, |order| order.rows.len() * 2 + order.at.bytes());
            judgement.kinds.len() + rows + judgement.values.as_ref().map_or(0, Column::bytes)
        };
        self.iter().map(columns).sum()
    }
}

/// The kinds of rows of a column, numbered as they come; the first is nothing.
#[derive(Debug)]
pub(super) struct Kinds(Vec<Contribution>);

impl Kinds {
    pub(super) fn new() -> Self {
        Self(vec![Contribution::default()])
    }

    /// The kind of a contribution; `None` where there are too many.
    pub(super) fn of(&mut self, contribution: Contribution) -> Option<u8> {
        let hit = self.0.iter().position(|other| *other == contribution);
        let place = hit.unwrap_or(self.0.len());
        if place == MAX_KINDS {
            return None;
        }
        if hit.is_none() {
            self.0.push(contribution);
        }
        u8::try_from(place).ok()
    }

    pub(super) fn contributions(self) -> Vec<Contribution> {
        self.0
    }
}

/// A column in the making.
#[derive(Debug)]
struct Draft {
    kinds: Vec<u8>,
    contributions: Kinds,
    at: Vec<i64>,
    is_own: bool,
    values: Vec<i64>,
}

impl Draft {
    fn new(rows: usize) -> Self {
        Self {
            kinds: vec![0; rows],
            contributions: Kinds::new(),
            at: Vec::new(),
            is_own: true,
            values: Vec::new(),
        }
    }

    fn is_free(&self, row: usize) -> bool {
        self.kinds.get(row) == Some(&0)
    }
}

fn write<T: Copy>(list: &mut Vec<T>, rows: usize, place: usize, none: T, value: T) {
    if list.is_empty() {
        list.resize(rows, none);
    }
    if let Some(slot) = list.get_mut(place) {
        *slot = value;
    }
}

/// The instants of a row.
#[derive(Clone, Copy, Debug)]
pub struct RowInstants {
    /// The one by which its chunk is ordered.
    pub own: i64,
    /// The one by which it counts.
    pub counted: i64,
}

/// The judgement columns of a chunk in the making.
#[derive(Debug)]
pub struct JudgementColumns {
    rows: usize,
    drafts: Vec<Draft>,
}

impl JudgementColumns {
    /// No judgement of any of `rows` rows.
    pub const fn new(rows: usize) -> Self {
        Self {
            rows,
            drafts: Vec::new(),
        }
    }

    /// Notes that the row at `row` counts at an instant.
    ///
    /// A row that counts at several instants is noted once for each.
    pub fn push(&mut self, row: usize, instants: RowInstants, contribution: Contribution) {
        let RowInstants { own, counted } = instants;
        let rows = self.rows;
        let mut plain = contribution;
        let duration = plain.take_duration();
        let mut place = 0;
        loop {
            if place == self.drafts.len() {
                self.drafts.push(Draft::new(rows));
            }
            let Some(draft) = self.drafts.get_mut(place) else {
                return;
            };
            place += 1;
            if !draft.is_free(row) {
                continue;
            }
            let Some(kind) = draft.contributions.of(plain) else {
                continue;
            };
            write(&mut draft.kinds, rows, row, 0, kind);
            write(&mut draft.at, rows, row, i64::MAX, counted);
            draft.is_own &= counted == own;
            if let Some(duration) = duration {
                write(&mut draft.values, rows, row, i64::MAX, duration);
            }
            return;
        }
    }

    /// The columns.
    pub fn finish(self) -> Vec<JudgementColumn> {
        let judgements = self.drafts.into_iter().map(|draft| {
            let instants = || draft.at.iter().copied().filter(|at| *at != i64::MAX);
            let own_span = (
                instants().min().unwrap_or(i64::MAX),
                instants().max().unwrap_or(i64::MIN),
            );
            let judged = JudgedRows {
                at: (!draft.is_own).then_some(draft.at),
                values: (!draft.values.is_empty()).then_some(draft.values),
                kinds: draft.kinds,
                contributions: draft.contributions,
                own_span,
            };
            judged.column()
        });
        judgements.collect()
    }
}
