//! The best documents of a segment: by score, of equal ones the later.
//!
//! Lets the engine pass over whole blocks of documents that cannot be among the best, as
//! its own collector does, but not over those that are as good as the last of them, so
//! that which of equals is shown depends on their instants alone. What one segment has found
//! lets more be passed over in the next. Filters are looked up in
//! columns, for the few documents that get so far. Used by the searcher.
//!
//! Of equal hits the later comes first, also where thousands are equal.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU32, Ordering as AtomicOrdering};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

use crate::query::Query;
use crate::schema::{AT_MILLIS, CHANNEL, KIND, LANGUAGE};

/// A document's place and what it is ordered by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rank {
    pub(crate) score: Score,
    pub(crate) at_millis: i64,
    pub(crate) address: DocAddress,
}

impl Ord for Rank {
    /// The better one is greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| self.at_millis.cmp(&other.at_millis))
            .then_with(|| other.address.cmp(&self.address))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rank {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rank {}

/// Collects the best documents that a query's filters let through, best first.
pub(crate) struct Best<'a> {
    query: &'a Query,
    limit: usize,
    /// The bits of the last score that was among the best of a segment: what is below it in
    /// another segment is not among the best of all. Scores are positive, so that their bits
    /// are in their order.
    floor: AtomicU32,
}

impl<'a> Best<'a> {
    pub(crate) const fn new(query: &'a Query, limit: usize) -> Self {
        Self {
            query,
            limit,
            floor: AtomicU32::new(0),
        }
    }

    /// The score above which a document of any segment may be among the best.
    fn floor(&self) -> Score {
        match self.floor.load(AtomicOrdering::Relaxed) {
            0 => Score::MIN,
            bits => Score::from_bits(bits).next_down(),
        }
    }
}

/// The best documents of one segment.
pub(crate) struct SegmentBest {
    segment: SegmentOrdinal,
    limit: usize,
    at_millis: Column<i64>,
    conditions: Vec<(Column<u64>, Vec<u64>)>,
    instants: (i64, i64),
    best: BinaryHeap<Reverse<Rank>>,
}

impl SegmentBest {
    fn new(
        best: &Best<'_>,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let query = best.query;
        let kinds: Vec<&str> = query.kinds.iter().map(|kind| kind.name()).collect();
        let mut conditions = Vec::new();
        for (name, wanted) in [
            (KIND, kinds),
            (
                LANGUAGE,
                query.languages.iter().map(String::as_str).collect(),
            ),
            (CHANNEL, query.channels.iter().map(String::as_str).collect()),
        ] {
            if !wanted.is_empty() {
                conditions.push(condition(reader, name, &wanted)?);
            }
        }
        Ok(Self {
            segment,
            limit: best.limit,
            at_millis: reader.fast_fields().i64(AT_MILLIS)?,
            conditions,
            instants: (
                query.from_millis.unwrap_or(i64::MIN),
                query.to_millis.unwrap_or(i64::MAX),
            ),
            best: BinaryHeap::new(),
        })
    }

    /// Takes a document in, if it is one of the best; gives the score above which another
    /// may be.
    fn take(&mut self, doc: DocId, score: Score) -> Score {
        let ranked = Rank {
            score,
            at_millis: self.at_millis.first(doc).unwrap_or_default(),
            address: DocAddress::new(self.segment, doc),
        };
        let is_full = self.best.len() >= self.limit;
        let is_better = self.best.peek().is_none_or(|Reverse(last)| ranked > *last);
        if (!is_full || is_better) && self.is_wanted(&ranked) {
            self.best.push(Reverse(ranked));
            if is_full {
                self.best.pop();
            }
        }
        if self.best.len() < self.limit {
            return Score::MIN;
        }
        // As good as the last is good enough: the instant may decide.
        self.best
            .peek()
            .map_or(Score::MIN, |Reverse(last)| last.score.next_down())
    }

    fn is_wanted(&self, ranked: &Rank) -> bool {
        let (from, to) = self.instants;
        let is_in = |(column, wanted): &(Column<u64>, Vec<u64>)| {
            let own = column.first(ranked.address.doc_id);
            own.is_some_and(|own| wanted.contains(&own))
        };
        (from..to).contains(&ranked.at_millis) && self.conditions.iter().all(is_in)
    }
}

/// The column called `name` and which of its values are wanted.
fn condition(
    reader: &SegmentReader,
    name: &str,
    wanted: &[&str],
) -> tantivy::Result<(Column<u64>, Vec<u64>)> {
    // A segment where no document has the field has no column.
    let Some(column) = reader.fast_fields().str(name)? else {
        return Ok((Column::build_empty_column(reader.max_doc()), Vec::new()));
    };
    let mut values = Vec::new();
    for wanted in wanted {
        values.extend(column.dictionary().term_ord(wanted)?);
    }
    Ok((column.ords().clone(), values))
}

impl Collector for Best<'_> {
    type Fruit = Vec<Rank>;
    type Child = SegmentBest;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentBest> {
        SegmentBest::new(self, segment, reader)
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Vec<Rank>>) -> tantivy::Result<Vec<Rank>> {
        let mut best: Vec<Rank> = segments.into_iter().flatten().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(self.limit);
        Ok(best)
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> Result<Vec<Rank>, TantivyError> {
        let mut best = SegmentBest::new(self, segment, reader)?;
        let alive = reader.alive_bitset();
        let mut threshold = self.floor();
        weight.for_each_pruning(threshold, reader, &mut |doc, score| {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                threshold = threshold.max(best.take(doc, score));
            }
            threshold
        })?;
        if let Some(Reverse(last)) = best.best.peek().filter(|_| best.best.len() >= self.limit) {
            let bits = last.score.max(0.0).to_bits();
            self.floor.fetch_max(bits, AtomicOrdering::Relaxed);
        }
        Ok(best.harvest())
    }
}

impl SegmentCollector for SegmentBest {
    type Fruit = Vec<Rank>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.take(doc, score);
    }

    fn harvest(self) -> Vec<Rank> {
        self.best
            .into_iter()
            .map(|Reverse(ranked)| ranked)
            .collect()
    }
}
