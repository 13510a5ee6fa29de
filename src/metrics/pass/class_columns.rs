//! Judgements of classes as columns: what each row adds follows from its class, when and how
//! long from its own instants.

use super::judgement_column::{Contribution, JudgedRows, JudgementColumn, Kinds};
use crate::metrics::columns::InstantReader;
use crate::metrics::table::{Chunk, ClassNumbers, Row};

/// A duration between two instants of a row, by the places of their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlacedSpan {
    /// The one that it starts at.
    pub from: usize,
    /// The one that it ends at.
    pub until: usize,
}

/// What each row of a class adds at one of its instants.
#[derive(Clone, Copy, Debug)]
pub struct ClassJudgement {
    /// The instant by which it counts, by the place of its column.
    pub at: usize,
    /// What it adds, a duration without its milliseconds.
    pub contribution: Contribution,
    /// The duration.
    pub span: Option<PlacedSpan>,
}

/// The judgement columns of a chunk, by class the judgements of its rows.
///
/// `None`: there are more kinds of rows than a column holds.
pub fn judgement_columns<R: Row>(
    chunk: &Chunk<R>,
    classes: &ClassNumbers,
    judgements: &[Vec<ClassJudgement>],
) -> Option<Vec<JudgementColumn>> {
    let most = judgements.iter().map(Vec::len).max().unwrap_or_default();
    let mut instants = InstantReader::new(chunk.columns(), R::TIME, R::KINDS);
    let nth = |nth: usize| {
        let judgements = judgements.iter().map(|list| list.get(nth).copied());
        let layer = Layer {
            of_class: judgements.collect(),
            classes,
            time: R::TIME,
        };
        layer.column(chunk, &mut instants)
    };
    (0..most).map(nth).collect()
}

/// One judgement of each class.
struct Layer<'a> {
    of_class: Vec<Option<ClassJudgement>>,
    classes: &'a ClassNumbers,
    /// The place of the column that orders the rows.
    time: usize,
}

impl Layer<'_> {
    fn column<R: Row>(
        &self,
        chunk: &Chunk<R>,
        instants: &mut InstantReader<'_>,
    ) -> Option<JudgementColumn> {
        let mut contributions = Kinds::new();
        let of_class = self.of_class.iter().map(|judgement| match judgement {
            None => Some(0),
            Some(judgement) => contributions.of(judgement.contribution),
        });
        let of_class: Vec<u8> = of_class.collect::<Option<_>>()?;
        let kinds = self.classes.map(&of_class);
        let judged = JudgedRows {
            at: self.at(instants),
            own_span: own_bounds(chunk, &kinds),
            values: self.durations(instants),
            kinds,
            contributions,
        };
        Some(judged.column())
    }

    /// By row: the instant by which it counts; `None`: its own, for each.
    fn at(&self, instants: &mut InstantReader<'_>) -> Option<Vec<i64>> {
        let places: Vec<Option<usize>> = self.of_class.iter().map(|one| Some((*one)?.at)).collect();
        if places.iter().flatten().all(|place| *place == self.time) {
            return None;
        }
        Some(self.gathered(&places, |place, into, rows| {
            instants.read(place);
            for ((slot, row), instant) in into.iter_mut().zip(rows).zip(instants.get(place)) {
                if *row == Some(place) {
                    *slot = *instant;
                }
            }
        }))
    }

    /// By row: a duration in milliseconds.
    fn durations(&self, instants: &mut InstantReader<'_>) -> Option<Vec<i64>> {
        let spans: Vec<Option<PlacedSpan>> = self.of_class.iter().map(|one| (*one)?.span).collect();
        if spans.iter().all(Option::is_none) {
            return None;
        }
        Some(self.gathered(&spans, |span, into, rows| {
            instants.read(span.from);
            instants.read(span.until);
            let (from, until) = (instants.get(span.from), instants.get(span.until));
            for (((slot, row), from), until) in into.iter_mut().zip(rows).zip(from).zip(until) {
                if *row == Some(span) {
                    *slot = until - from;
                }
            }
        }))
    }

    /// By row a number; `write` writes those of the rows that have one of the things that
    /// classes have.
    fn gathered<T: Copy + Eq>(
        &self,
        of_class: &[Option<T>],
        mut write: impl FnMut(T, &mut [i64], &[Option<T>]),
    ) -> Vec<i64> {
        let rows = self.classes.map(of_class);
        let mut numbers = vec![i64::MAX; rows.len()];
        let mut written: Vec<T> = Vec::new();
        for thing in of_class.iter().flatten() {
            if !written.contains(thing) {
                written.push(*thing);
                write(*thing, &mut numbers, &rows);
            }
        }
        numbers
    }
}

/// The own instants of the first and the last row that adds something.
fn own_bounds<R: Row>(chunk: &Chunk<R>, kinds: &[u8]) -> (i64, i64) {
    let at = |index: Option<usize>| chunk.columns().get(R::TIME)?.number(index?);
    let first = kinds.iter().position(|kind| *kind != 0);
    let last = kinds.iter().rposition(|kind| *kind != 0);
    (at(first).unwrap_or(i64::MAX), at(last).unwrap_or(i64::MIN))
}
