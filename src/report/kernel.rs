//! A report over the columns: chunk by chunk, or many at once where it is remembered what
//! they add.
//!
//! It judges by the same functions as the rows behind a number do; what it keeps is
//! their answers.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::asked::Asked;
use super::board::Board;
use super::dimension::Dimension;
use super::entry::{Lens, Measure, Source};
use super::judge::Judged;
use crate::metrics::{
    Answered, BLOCK_CHUNKS, BlockQuestion, Chunk, FOR_GOOD, Facts, Key, MAX_DIMENSIONS, Placed,
    Sheet, Sums, Table, Tally, Top, add_up,
};

impl Asked<'_> {
    /// Adds up every row of the report's table; of top lists the first `most` series.
    pub(super) fn tally(&self, most: usize) -> Tally {
        let facts = self.scope.facts;
        match &self.report.source {
            Source::Episodes(lens) => self.run(&facts.episodes, lens, most),
            Source::Messages(lens) => self.run(&facts.messages, lens, most),
            Source::Responses(lens) => self.run(&facts.responses, lens, most),
            Source::Questions(lens) => self.run(&facts.questions, lens, most),
            Source::Feedback(lens) => self.run(&facts.feedback, lens, most),
            Source::Surveys(lens) => self.run(&facts.surveys, lens, most),
            Source::Tickets(lens, _) => self.run(&facts.tickets, lens, most),
            Source::TicketMessages(lens) => self.run(&facts.ticket_messages, lens, most),
            Source::Stays(lens) => self.run(&facts.stays, lens, most),
            Source::Promises(lens) => self.run(&facts.promises, lens, most),
            Source::Jobs(lens) => self.run(&facts.jobs, lens, most),
            Source::Backlog | Source::Statuses | Source::Reports => Tally::default(),
        }
    }

    fn run<R: Judged>(&self, table: &Table<R>, lens: &Lens<R>, most: usize) -> Tally {
        let top = match self.report.measure {
            Measure::TopDuration if !self.cut.is_empty() => Some((Top::Mean, most)),
            Measure::TopCount => Some((Top::Count, most)),
            _ => None,
        };
        let codes = &self.scope.facts.dictionaries;
        let cards: Vec<u32> = self.cut.iter().map(|cut| cut.card(codes)).collect();
        let parts: Vec<Part> = table
            .chunks()
            .par_chunks(BLOCK_CHUNKS)
            .map(|chunks| self.part((table, lens), chunks, (&cards, top.is_some())))
            .collect();
        let mut sheets = Vec::new();
        let mut blocks = Vec::new();
        for part in parts {
            sheets.extend(part.sheets);
            blocks.extend(part.blocks);
        }
        add_up(
            &sheets,
            &blocks,
            &Sums {
                buckets: &self.buckets,
                cards: &cards,
                top,
                keys: &|key| self.keys(key),
            },
        )
    }

    /// Chunks that follow each other: those that no passing of time can change are asked
    /// together where that is remembered, the others one by one.
    fn part<R: Judged>(
        &self,
        (table, lens): (&Table<R>, &Lens<R>),
        chunks: &[Chunk<R>],
        (cards, with_sums): (&[u32], bool),
    ) -> Part {
        let (from, to) = self.buckets.window();
        let asked = chunks.iter().filter(|chunk| {
            let (first, last) = chunk.span();
            !lens.ordered || (last >= from && first < to)
        });
        let matures = self.scope.profile.durable_ms();
        let is_plain = lens.alone && self.is_plain::<R>();
        let is_settled = |chunk: &&Chunk<R>| {
            is_plain && self.scope.as_of >= chunk.settles_at().saturating_add(matures)
        };
        let (settled, others): (Vec<&Chunk<R>>, Vec<&Chunk<R>>) = asked.partition(is_settled);
        let sheets_of = |chunks: &[&Chunk<R>]| -> Vec<Sheet> {
            let sheets = chunks.par_iter();
            sheets
                .flat_map_iter(|chunk| self.sheets(chunk, lens))
                .collect()
        };
        let mut part = if is_plain {
            let parts = others.par_iter().map(|chunk| {
                let question = self.block_question((cards, with_sums));
                self.unsettled((table, lens), chunk, question)
            });
            parts.reduce(Part::default, Part::and)
        } else {
            Part {
                sheets: sheets_of(&others),
                blocks: Vec::new(),
            }
        };
        if settled.is_empty() {
            return part;
        }
        let identities: Vec<u64> = settled.iter().map(|chunk| chunk.identity()).collect();
        let question = BlockQuestion {
            chunks: hash_of(&identities),
            ..self.block_question((cards, with_sums))
        };
        let answered = table.ask(&question, || {
            let spans = settled.iter().map(|chunk| self.span(chunk, lens));
            let span = spans.fold((i64::MAX, i64::MIN), wider);
            (sheets_of(&settled), span)
        });
        part.take(answered);
        part
    }

    /// What chunks are asked, but for which ones.
    fn block_question<'q>(&'q self, (cards, with_sums): (&'q [u32], bool)) -> BlockQuestion<'q> {
        BlockQuestion {
            chunks: 0,
            judged: hash_of(&(self.report.id, self.scope.basis, self.scope.clock.version())),
            question: self.question(),
            buckets: &self.buckets,
            cards,
            with_sums,
        }
    }

    /// A chunk that time still changes: what it held as of an instant may be remembered, but
    /// for the rows that time changes next. Those are judged as of now.
    fn unsettled<R: Judged>(
        &self,
        (table, lens): (&Table<R>, &Lens<R>),
        chunk: &Chunk<R>,
        question: BlockQuestion<'_>,
    ) -> Part {
        let mut part = Part::default();
        let standing = chunk.standing(self.scope.as_of, self.scope.profile.durable_ms());
        let Some(standing) = standing else {
            part.sheets.extend(self.sheet(chunk, lens, None, &[]));
            return part;
        };
        if !standing.soon.is_empty() {
            part.sheets
                .extend(self.sheet(&chunk.soon(&standing), lens, None, &[]));
        }
        let question = BlockQuestion {
            chunks: hash_of(&(chunk.identity(), standing.at)),
            ..question
        };
        let answered = table.ask(&question, || {
            let sheet = self.sheet(chunk, lens, Some(standing.at), &standing.soon);
            (sheet.into_iter().collect(), self.span(chunk, lens))
        });
        part.take(answered);
        part
    }

    /// Whether cut and filters hang on nothing but the rows: what hangs on contacts, or on
    /// the episodes around, changes without them.
    pub(super) fn is_plain<R: Judged>(&self) -> bool {
        let filtered = self.filters.iter().map(|filter| filter.dimension);
        self.cut
            .iter()
            .copied()
            .chain(filtered)
            .all(|dimension| match dimension {
                Dimension::Contact | Dimension::Company | Dimension::Language | Dimension::Own => {
                    false
                }
                Dimension::Outcome | Dimension::Reason => R::IS_EPISODE,
                _ => true,
            })
    }

    /// The keys of a group: itself, or one for each tag of its set.
    fn keys(&self, key: Key) -> Vec<Key> {
        let Some(place) = self.cut.iter().position(|cut| *cut == Dimension::Tag) else {
            return vec![key];
        };
        let set = key.get(place).copied().unwrap_or_default();
        let tags = self.scope.facts.dictionaries.tags_of(set);
        let with = |code| {
            let mut key: [u32; MAX_DIMENSIONS] = key;
            if let Some(slot) = key.get_mut(place) {
                *slot = code;
            }
            key
        };
        if tags.is_empty() {
            return vec![with(crate::metrics::NONE)];
        }
        tags.into_iter().map(with).collect()
    }
}

/// What some chunks that follow each other add.
#[derive(Default)]
struct Part {
    sheets: Vec<Sheet>,
    blocks: Vec<Placed>,
}

impl Part {
    fn take(&mut self, answered: Answered) {
        match answered {
            Answered::Block(block) => self.blocks.extend(block),
            Answered::Sheets(sheets) => self.sheets.extend(sheets),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.sheets.extend(other.sheets);
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

impl Asked<'_> {
    /// The chunk made ready: what is kept of it, and the rows that time has changed since.
    fn sheets<R: Judged>(&self, chunk: &Chunk<R>, lens: &Lens<R>) -> Vec<Sheet> {
        let scope = &self.scope;
        let standing = chunk.standing(scope.as_of, scope.profile.durable_ms());
        let Some(standing) = standing.filter(|_| lens.alone) else {
            return self.sheet(chunk, lens, None, &[]).into_iter().collect();
        };
        let mut sheets: Vec<Sheet> = Vec::new();
        sheets.extend(self.sheet(chunk, lens, Some(standing.at), &standing.changed));
        if !standing.changed.is_empty() {
            let changed = chunk.excerpt(&standing.changed);
            sheets.extend(self.sheet(&changed, lens, None, &[]));
        }
        sheets
    }

    fn sheet<R: Judged>(
        &self,
        chunk: &Chunk<R>,
        lens: &Lens<R>,
        keep: Option<i64>,
        changed: &[u32],
    ) -> Option<Sheet> {
        let board = self.board(chunk, lens, keep);
        board.sheet(chunk.struck_with(changed), !changed.is_empty())
    }

    fn board<'b, R: Judged>(
        &'b self,
        chunk: &'b Chunk<R>,
        lens: &'b Lens<R>,
        keep: Option<i64>,
    ) -> Board<'b, R> {
        let mut scope = self.scope.clone();
        let then = keep.filter(|at| *at != FOR_GOOD);
        scope.as_of = then.unwrap_or(scope.as_of);
        Board {
            asked: self,
            lens,
            chunk,
            scope,
            keep,
        }
    }

    /// Between which instants the rows of a settled chunk count.
    fn span<R: Judged>(&self, chunk: &Chunk<R>, lens: &Lens<R>) -> (i64, i64) {
        if lens.ordered {
            return chunk.span();
        }
        let keep = chunk.standing(self.scope.as_of, self.scope.profile.durable_ms());
        let board = self.board(chunk, lens, keep.map(|standing| standing.at));
        let tracks = board.kept("judged", 0, || board.judge());
        tracks
            .iter()
            .fold((i64::MAX, i64::MIN), |(from, to), track| {
                (from.min(track.span().0), to.max(track.span().1))
            })
    }

    /// A number that differs where report, cut or filters do.
    pub(super) fn question(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.report.id, self.scope.basis, self.scope.zone).hash(&mut hasher);
        (self.scope.clock.version(), &self.cut).hash(&mut hasher);
        for filter in &self.filters {
            (filter.dimension, filter.own, filter.not, &filter.codes).hash(&mut hasher);
        }
        let codes = &self.scope.facts.dictionaries;
        for cut in &self.cut {
            cut.card(codes).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// What is known of each contact as which one counts, by code; made when first asked for.
#[derive(Default)]
pub(super) struct Lists {
    roots: OnceLock<Arc<Vec<u32>>>,
    companies: OnceLock<Arc<Vec<u32>>>,
    languages: OnceLock<Arc<Vec<u32>>>,
}

impl Lists {
    pub(super) fn roots(&self, facts: &Facts) -> Arc<Vec<u32>> {
        list(&self.roots, facts, |code| facts.contacts.get(code).root)
    }

    pub(super) fn companies(&self, facts: &Facts) -> Arc<Vec<u32>> {
        list(&self.companies, facts, |code| facts.contact(code).company)
    }

    pub(super) fn languages(&self, facts: &Facts) -> Arc<Vec<u32>> {
        list(&self.languages, facts, |code| facts.contact(code).language)
    }
}

fn list(
    known: &OnceLock<Arc<Vec<u32>>>,
    facts: &Facts,
    pick: impl Fn(u32) -> u32,
) -> Arc<Vec<u32>> {
    let made = known.get_or_init(|| {
        let codes = 0..u32::try_from(facts.dictionaries.contact.len()).unwrap_or(u32::MAX);
        Arc::new(codes.map(pick).collect())
    });
    Arc::clone(made)
}
