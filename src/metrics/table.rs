//! A table of facts: chunks of typed columns in order of time.
//!
//! Chunks are immutable and shared between snapshots; a change of a few units makes
//! anew only the chunks that hold their rows.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

/// How many rows a chunk holds, about.
pub const CHUNK_ROWS: usize = 65_536;

/// A fact as a row, and how its columns are laid out.
pub trait Row: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// The columns of a chunk.
    type Columns: Default + std::fmt::Debug + Send + Sync;

    /// The unit that the fact comes from.
    fn unit(&self) -> u32;
    /// The instant by which the table is ordered, in milliseconds.
    fn time(&self) -> i64;
    /// Appends the row to `columns`.
    fn push(self, columns: &mut Self::Columns);
    /// The row at `index`.
    fn get(columns: &Self::Columns, index: usize) -> Option<Self>;
    /// The column of units.
    fn units(columns: &Self::Columns) -> &[u32];
}

/// Lays rows out as columns: a struct of the row, one of vectors, and the way between.
macro_rules! columns {
    ($(#[$doc:meta])* $row:ident in $chunk:ident by $time:ident {
        $($(#[$fdoc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $row {
            $($(#[$fdoc])* pub $field: $type,)*
        }

        #[doc = concat!("The columns of [`", stringify!($row), "`].")]
        #[derive(Debug, Default)]
        pub struct $chunk {
            $($field: Vec<$type>,)*
        }

        impl $crate::metrics::Row for $row {
            type Columns = $chunk;

            fn unit(&self) -> u32 {
                self.unit
            }

            fn time(&self) -> i64 {
                self.$time
            }

            fn push(self, columns: &mut $chunk) {
                $(columns.$field.push(self.$field);)*
            }

            fn get(columns: &$chunk, index: usize) -> Option<Self> {
                Some(Self { $($field: *columns.$field.get(index)?,)* })
            }

            fn units(columns: &$chunk) -> &[u32] {
                &columns.unit
            }
        }
    };
}
pub(crate) use columns;

/// A chunk and the span of its rows' instants.
#[derive(Debug)]
struct Chunk<R: Row> {
    columns: R::Columns,
    first: i64,
    last: i64,
}

impl<R: Row> Chunk<R> {
    fn of(rows: &[R]) -> Arc<Self> {
        let mut columns = R::Columns::default();
        for row in rows {
            row.push(&mut columns);
        }
        let first = rows.first().map_or(i64::MAX, Row::time);
        let last = rows.last().map_or(i64::MIN, Row::time);
        Arc::new(Self {
            columns,
            first,
            last,
        })
    }

    fn len(&self) -> usize {
        R::units(&self.columns).len()
    }

    fn rows(&self) -> impl Iterator<Item = R> + '_ {
        (0..self.len()).filter_map(|index| R::get(&self.columns, index))
    }
}

/// Facts of one kind, in order of time.
#[derive(Debug)]
pub struct Table<R: Row> {
    chunks: Vec<Arc<Chunk<R>>>,
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<R: Row> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
        }
    }
}

impl<R: Row> Table<R> {
    /// A table of `rows`, in any order.
    pub fn new(rows: Vec<R>) -> Self {
        Self::default().with(&HashSet::new(), rows)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The first and the last instant of its rows; `None`: there is no row.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((self.chunks.first()?.first, self.chunks.last()?.last))
    }

    /// The table without the rows of `units`, and with `added`.
    #[must_use]
    pub fn with(&self, units: &HashSet<u32>, mut added: Vec<R>) -> Self {
        added.sort_by_key(Row::time);
        let mut added = added.into_iter().peekable();
        let mut chunks = Vec::with_capacity(self.chunks.len() + 1);
        for (index, chunk) in self.chunks.iter().enumerate() {
            let is_last = index + 1 == self.chunks.len();
            let mut news = Vec::new();
            while let Some(row) = added.next_if(|row| is_last || row.time() <= chunk.last) {
                news.push(row);
            }
            let touched = !units.is_empty()
                && R::units(&chunk.columns)
                    .par_iter()
                    .any(|unit| units.contains(unit));
            if !touched && news.is_empty() {
                chunks.push(Arc::clone(chunk));
                continue;
            }
            news.extend(chunk.rows().filter(|row| !units.contains(&row.unit())));
            push_chunks(&mut chunks, news);
        }
        push_chunks(&mut chunks, added.collect());
        Self { chunks }
    }

    /// Folds every row that may lie in `[from, to)` by the table's own instant.
    ///
    /// Chunks run in parallel with an accumulator each; `merge` must not care for order.
    pub fn fold<A: Send>(
        &self,
        (from, to): (i64, i64),
        init: impl Fn() -> A + Sync + Send,
        step: impl Fn(&mut A, &R) + Sync + Send,
        merge: impl Fn(A, A) -> A + Sync + Send,
    ) -> A {
        self.chunks
            .par_iter()
            .filter(|chunk| chunk.last >= from && chunk.first < to)
            .map(|chunk| {
                let mut accumulator = init();
                for row in chunk.rows() {
                    step(&mut accumulator, &row);
                }
                accumulator
            })
            .reduce(&init, merge)
    }

    /// All rows in order of time.
    pub fn rows(&self) -> impl Iterator<Item = R> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.rows())
    }
}

fn push_chunks<R: Row>(chunks: &mut Vec<Arc<Chunk<R>>>, mut rows: Vec<R>) {
    rows.sort_by_key(Row::time);
    chunks.extend(rows.chunks(CHUNK_ROWS).map(Chunk::of));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::FeedbackRow as Sample;

    fn sample(unit: u32, at: i64) -> Sample {
        Sample {
            unit,
            conversation: 0,
            at,
            rating: 0,
            outbound: false,
            tag_set: 0,
        }
    }

    #[test]
    fn a_changed_table_equals_one_made_afresh() {
        let count = i64::try_from(CHUNK_ROWS).unwrap() * 2 + 17;
        let rows: Vec<Sample> = (0..count)
            .map(|at| sample(u32::try_from(at % 1000).unwrap(), at))
            .collect();
        let table = Table::new(rows.clone());
        let dropped: HashSet<u32> = [3, 999].into();
        let added = vec![sample(3, 5), sample(3, count + 9), sample(7, -4)];
        let changed = table.with(&dropped, added.clone());
        let mut expected: Vec<Sample> = rows;
        expected.retain(|row| !dropped.contains(&row.unit));
        expected.extend(added);
        let mut found: Vec<Sample> = changed.rows().collect();
        assert!(found.is_sorted_by_key(|row| row.at));
        expected.sort_by_key(|row| (row.at, row.unit));
        found.sort_by_key(|row| (row.at, row.unit));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_fold_sees_each_row_of_its_span_once() {
        let count = i64::try_from(CHUNK_ROWS).unwrap() * 3;
        let table = Table::new((0..count).map(|at| sample(0, at)).collect());
        let inside = |row: &Sample| (1000..70_000).contains(&row.at);
        let sum = table.fold(
            (1000, 70_000),
            || 0_i64,
            |sum, row| {
                if inside(row) {
                    *sum += row.at;
                }
            },
            |a, b| a + b,
        );
        assert_eq!(sum, (1000..70_000).sum::<i64>());
    }
}
