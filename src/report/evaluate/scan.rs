//! A report over the columns: chunk by chunk, or many at once where it is remembered what
//! they add.
//!
//! It judges by the same functions as the rows behind a number do; what it remembers is
//! their answers.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use rayon::prelude::*;

use super::chunk_query::ChunkQuery;
use super::selection::Selection;
use crate::metrics::{
    BLOCK_CHUNKS, BlockAnswer, BlockInWindow, BlockQuery, Chunk, ChunkScan, FOR_GOOD, Facts, Sums,
    Table, Tally, Top, add_up, ask_block,
};
use crate::report::judge::ReportRow;
use crate::report::registry::{Depends, Judgement, Measure, SourceVisitor};

/// Adds up every row of the report's table; of top lists the first `most` series.
pub(super) fn tally(selection: &Selection<'_>, most: usize) -> Tally {
    selection.report.source.accept(TallyOf { selection, most })
}

/// Adds up the rows of a source.
struct TallyOf<'a> {
    selection: &'a Selection<'a>,
    most: usize,
}

impl SourceVisitor for TallyOf<'_> {
    type Output = Tally;

    fn table<R: ReportRow>(
        self,
        judgement: &Judgement<R>,
        table: fn(&Facts) -> &Table<R>,
    ) -> Tally {
        let Self { selection, most } = self;
        let top = match selection.report.measure {
            Measure::TopDuration if !selection.cut.is_empty() => Some((Top::Mean, most)),
            Measure::TopCount => Some((Top::Count, most)),
            _ => None,
        };
        let codes = &selection.scope.facts.dictionaries;
        let cards = selection.cut.iter().map(|cut| cut.card(codes));
        let pass = Scan {
            selection,
            judgement,
            table: table(selection.scope.facts),
            cards: cards.collect(),
            with_sums: top.is_some(),
        };
        pass.add_up(top)
    }

    fn backlog(self) -> Tally {
        Tally::default()
    }

    fn statuses(self) -> Tally {
        Tally::default()
    }

    fn composite(self) -> Tally {
        Tally::default()
    }
}

/// A selection of one table.
struct Scan<'a, R: ReportRow> {
    selection: &'a Selection<'a>,
    judgement: &'a Judgement<R>,
    table: &'a Table<R>,
    /// By dimension of the cut, how many codes there are.
    cards: Vec<u32>,
    /// Whether durations are added up, besides being counted.
    with_sums: bool,
}

impl<R: ReportRow> Scan<'_, R> {
    fn add_up(&self, top: Option<(Top, usize)>) -> Tally {
        let scope = &self.selection.scope;
        let chunks = self.table.chunks().par_iter();
        let chunks: Vec<Chunk<R>> = chunks.map(|chunk| R::completed(chunk, scope)).collect();
        let blocks = chunks.par_chunks(BLOCK_CHUNKS);
        let parts: Vec<Part> = blocks.map(|chunks| self.part(chunks)).collect();
        let mut scans = Vec::new();
        let mut blocks = Vec::new();
        for part in parts {
            scans.extend(part.scans);
            blocks.extend(part.blocks);
        }
        add_up(
            &scans,
            &blocks,
            &Sums {
                buckets: &self.selection.buckets,
                cards: &self.cards,
                top,
                keys: &|key| self.selection.keys(key),
            },
        )
    }

    /// Chunks that follow each other: those that no passing of time can change are answer
    /// together where that is remembered, the others one by one.
    fn part(&self, chunks: &[Chunk<R>]) -> Part {
        let (from, to) = self.selection.buckets.window();
        let met = chunks.iter().filter(|chunk| {
            let (first, last) = chunk.span();
            !self.judgement.ordered || (last >= from && first < to)
        });
        let scope = &self.selection.scope;
        let matures = scope.profile.durable_ms();
        let is_plain = self.judgement.depends.can_be_remembered() && self.selection.is_plain::<R>();
        let is_settled = |chunk: &&Chunk<R>| {
            is_plain && scope.as_of >= chunk.settles_at().saturating_add(matures)
        };
        let (settled, others): (Vec<&Chunk<R>>, Vec<&Chunk<R>>) = met.partition(is_settled);
        let scans_of = |chunks: &[&Chunk<R>]| -> Vec<ChunkScan> {
            let chunks = chunks.par_iter();
            chunks.flat_map_iter(|chunk| self.scans(chunk)).collect()
        };
        let mut part = if is_plain {
            let parts = others.par_iter().map(|chunk| self.unsettled(chunk));
            parts.reduce(Part::default, Part::and)
        } else {
            Part {
                scans: scans_of(&others),
                blocks: Vec::new(),
            }
        };
        if settled.is_empty() {
            return part;
        }
        let identities: Vec<u64> = settled.iter().map(|chunk| chunk.identity()).collect();
        let query = self.block_query(hash_of(&identities));
        let answer = ask_block(self.table, &query, || {
            let spans = settled.iter().map(|chunk| self.span(chunk));
            let span = spans.fold((i64::MAX, i64::MIN), wider);
            (scans_of(&settled), span)
        });
        part.take(answer);
        part
    }

    /// What is asked of some chunks; `chunks` says of which.
    fn block_query(&self, chunks: u64) -> BlockQuery<'_> {
        let scope = &self.selection.scope;
        BlockQuery {
            chunks,
            judged: hash_of(&(self.selection.report.id, scope.basis, scope.clock.version())),
            question: self.selection.question(),
            buckets: &self.selection.buckets,
            cards: &self.cards,
            with_sums: self.with_sums,
        }
    }

    /// A chunk that time still changes: what it held as of an instant may be remembered, but
    /// for the rows that time changes next. Those are judged as of now.
    fn unsettled(&self, chunk: &Chunk<R>) -> Part {
        let mut part = Part::default();
        let scope = &self.selection.scope;
        let validity = chunk.validity(scope.as_of, scope.profile.durable_ms());
        let Some(validity) = validity else {
            part.scans.extend(self.scan(chunk, None, &[]));
            return part;
        };
        if !validity.soon.is_empty() {
            part.scans
                .extend(self.scan(&chunk.soon(&validity), None, &[]));
        }
        let query = self.block_query(hash_of(&(chunk.identity(), validity.at)));
        let answer = ask_block(self.table, &query, || {
            let scan = self.scan(chunk, Some(validity.at), &validity.soon);
            (scan.into_iter().collect(), self.span(chunk))
        });
        part.take(answer);
        part
    }

    /// The chunk made ready: what is remembered of it, and the rows that time has changed since.
    fn scans(&self, chunk: &Chunk<R>) -> Vec<ChunkScan> {
        let scope = &self.selection.scope;
        let validity = chunk.validity(scope.as_of, scope.profile.durable_ms());
        let Some(validity) = validity.filter(|_| self.judgement.depends != Depends::More) else {
            return self.scan(chunk, None, &[]).into_iter().collect();
        };
        let mut scans: Vec<ChunkScan> = Vec::new();
        scans.extend(self.scan(chunk, Some(validity.at), &validity.changed));
        if !validity.changed.is_empty() {
            let changed = chunk.excerpt(&validity.changed);
            scans.extend(self.scan(&changed, None, &[]));
        }
        scans
    }

    fn scan(&self, chunk: &Chunk<R>, keep: Option<i64>, changed: &[u32]) -> Option<ChunkScan> {
        let query = self.query(chunk, keep);
        query.scan(chunk.struck_with(changed), !changed.is_empty())
    }

    fn query<'b>(&'b self, chunk: &'b Chunk<R>, keep: Option<i64>) -> ChunkQuery<'b, R> {
        let mut scope = self.selection.scope.clone();
        let then = keep.filter(|at| *at != FOR_GOOD);
        scope.as_of = then.unwrap_or(scope.as_of);
        ChunkQuery {
            selection: self.selection,
            judgement: self.judgement,
            chunk,
            scope,
            keep,
        }
    }

    /// Between which instants the rows of a chunk count.
    fn span(&self, chunk: &Chunk<R>) -> (i64, i64) {
        if self.judgement.ordered {
            return chunk.span();
        }
        let scope = &self.selection.scope;
        let keep = chunk.validity(scope.as_of, scope.profile.durable_ms());
        let query = self.query(chunk, keep.map(|validity| validity.at));
        let judgements = query.judgements();
        judgements
            .iter()
            .fold((i64::MAX, i64::MIN), |span, judgement| {
                wider(span, judgement.span())
            })
    }
}

/// What some chunks that follow each other add.
#[derive(Default)]
struct Part {
    scans: Vec<ChunkScan>,
    blocks: Vec<BlockInWindow>,
}

impl Part {
    fn take(&mut self, answer: BlockAnswer) {
        match answer {
            BlockAnswer::Block(block) => self.blocks.extend(block),
            BlockAnswer::Scans(scans) => self.scans.extend(scans),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.scans.extend(other.scans);
        self.blocks.extend(other.blocks);
        self
    }
}

fn wider(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

fn hash_of(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
