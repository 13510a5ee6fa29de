//! A report over the columns: its judgements of each chunk, made once where time can no
//! longer change them, and the codes to cut and to sift by.
//!
//! It judges by the same functions as the rows behind a number do; what it keeps is
//! their answers.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::asked::{Asked, CodeFilter};
use super::dimension::Dimension;
use super::entry::{Lens, Measure, Source};
use super::judge::{Judged, State, Verdict};
use super::scope::Scope;
use crate::metrics::{
    Aside, Chunk, Codes, Column, Derivation, DerivedKey, FOR_GOOD, Facts, Hit, Key, MAX_DIMENSIONS,
    Memo, NEVER, Sheet, Sieve, Struck, Sums, Table, Tally, Top, Track, Tracks, Worth, add_up,
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
        let (from, to) = self.buckets.window();
        let chunks = table.chunks().par_iter().filter(|chunk| {
            let (first, last) = chunk.span();
            !lens.ordered || (last >= from && first < to)
        });
        let sheets: Vec<Sheet> = chunks
            .flat_map_iter(|chunk| self.sheets(chunk, lens))
            .collect();
        let top = match self.report.measure {
            Measure::TopDuration if !self.cut.is_empty() => Some((Top::Mean, most)),
            Measure::TopCount => Some((Top::Count, most)),
            _ => None,
        };
        let codes = &self.scope.facts.dictionaries;
        let cards: Vec<u32> = self.cut.iter().map(|cut| cut.card(codes)).collect();
        add_up(
            &sheets,
            &Sums {
                buckets: &self.buckets,
                cards: &cards,
                top,
                keys: &|key| self.keys(key),
            },
        )
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

/// A report asked of one chunk, as of an instant.
struct Board<'a, R: Judged> {
    asked: &'a Asked<'a>,
    lens: &'a Lens<R>,
    chunk: &'a Chunk<R>,
    /// As of when rows are judged.
    scope: Scope<'a>,
    /// Under what their judgements are kept; `None`: they are not.
    keep: Option<i64>,
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
        let mut scope = self.scope.clone();
        let then = keep.filter(|at| *at != FOR_GOOD);
        scope.as_of = then.unwrap_or(scope.as_of);
        let board = Board {
            asked: self,
            lens,
            chunk,
            scope,
            keep,
        };
        board.sheet(chunk.struck_with(changed), !changed.is_empty())
    }
}

impl<R: Judged> Board<'_, R> {
    /// The chunk made ready; `None` where no row of it counts in the window.
    fn sheet(&self, struck: Option<Arc<Struck>>, has_changed: bool) -> Option<Sheet> {
        let tracks = self.kept("judged", 0, || self.judge());
        let (from, to) = self.asked.buckets.window();
        if !tracks.iter().any(|track| track.meets(from, to)) {
            return None;
        }
        let axes = self.asked.cut.iter().map(|cut| self.codes(*cut));
        let axes: Vec<Codes> = axes.collect();
        let sieves = self.asked.filters.iter().map(|filter| self.sieve(filter));
        let sieves: Vec<Sieve> = sieves.collect();
        // What hangs on contacts changes without the chunk.
        let is_plain = axes.iter().all(Codes::is_plain) && sieves.iter().all(Sieve::is_plain);
        Some(Sheet {
            data: (self.chunk.data(), R::TIME),
            tracks,
            struck,
            memo: self
                .keep
                .filter(|_| is_plain && !has_changed)
                .map(|at| Memo {
                    at,
                    question: self.question(),
                }),
            axes,
            sieves,
        })
    }

    /// A number that differs where report, cut or filters do.
    fn question(&self) -> u64 {
        let asked = self.asked;
        let mut hasher = DefaultHasher::new();
        (asked.report.id, asked.scope.basis, asked.scope.zone).hash(&mut hasher);
        (asked.scope.clock.version(), &asked.cut).hash(&mut hasher);
        for filter in &asked.filters {
            (filter.dimension, filter.own, filter.not, &filter.codes).hash(&mut hasher);
        }
        let codes = &asked.scope.facts.dictionaries;
        for cut in &asked.cut {
            cut.card(codes).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What was derived under a name, or what `make` derives now.
    fn kept<T: Derivation>(
        &self,
        name: &'static str,
        version: u64,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let Some(at) = self.keep else {
            return Arc::new(make());
        };
        let mut hasher = DefaultHasher::new();
        (self.scope.basis, self.scope.clock.version(), version).hash(&mut hasher);
        let key = DerivedKey {
            name,
            detail: if name == "judged" {
                self.asked.report.id
            } else {
                ""
            },
            version: hasher.finish(),
        };
        self.chunk.data().derived(at, key, make)
    }

    /// Judges every row of the chunk.
    fn judge(&self) -> Vec<Track> {
        let (chunk, scope) = (self.chunk, &self.scope);
        let mut tracks = Tracks::new(chunk.len());
        for index in 0..chunk.len() {
            let Some(row) = chunk.row(index) else {
                continue;
            };
            let at = (self.lens.at)(&row, scope);
            if at == NEVER {
                continue;
            }
            let own = row.time();
            let left_out = self.asked.left_out(&row);
            if !left_out.is_empty() {
                tracks.push(index, (own, at), aside(Aside::Excluded(left_out)));
                continue;
            }
            let verdict = (self.lens.judge)(&row, scope, at);
            match verdict.state {
                State::Unconcerned => {}
                State::Excluded => {
                    tracks.push(index, (own, at), aside(Aside::Excluded(verdict.why)));
                }
                State::Open => tracks.push(index, (own, at), aside(Aside::Open)),
                State::Counted | State::Pending => note(&mut tracks, index, own, &verdict),
            }
        }
        tracks.finish()
    }

    fn sieve(&self, filter: &CodeFilter) -> Sieve {
        if filter.dimension == Dimension::Own {
            let own = |row: &R, at| self.asked.own_field(row, filter.own, at);
            let codes = Codes::Passing(Arc::new(self.made(own)));
            return Sieve::new(codes, &filter.codes, filter.not);
        }
        let codes = self.codes(filter.dimension);
        if filter.dimension != Dimension::Tag {
            return Sieve::new(codes, &filter.codes, filter.not);
        }
        let dictionaries = &self.asked.scope.facts.dictionaries;
        let sets = 0..u32::try_from(dictionaries.tag_set.len()).unwrap_or(u32::MAX);
        let has = |set: &u32| {
            let tags = dictionaries.tags_of(*set);
            tags.iter().any(|tag| filter.codes.contains(tag))
        };
        let mut kept: Vec<u32> = sets.filter(has).collect();
        if filter.codes.contains(&crate::metrics::NONE) {
            kept.push(crate::metrics::NONE);
        }
        Sieve::new(codes, &kept, filter.not)
    }

    /// The codes of a dimension.
    fn codes(&self, dimension: Dimension) -> Codes {
        let scope = &self.scope;
        let contact = || self.column("contact", 0, |row, _| row.contact(scope));
        let lists = &self.asked.lists;
        match dimension {
            Dimension::Contact => Codes::Mapped(contact(), lists.roots(scope.facts)),
            Dimension::Company => Codes::Mapped(contact(), lists.companies(scope.facts)),
            Dimension::Language => {
                let own = self.column("language", 0, |row, _| row.language(scope));
                let other = Codes::Mapped(contact(), lists.languages(scope.facts));
                Codes::Either(Box::new(Codes::Plain(own)), Box::new(other))
            }
            Dimension::Tag => Codes::Plain(self.column("tag_set", 0, |row, _| row.tag_set(scope))),
            // What the episode of a message comes to hangs on more than the message.
            Dimension::Outcome | Dimension::Reason if !R::IS_EPISODE => {
                let code = |row: &R, at| row.code(dimension, scope, at);
                Codes::Passing(Arc::new(self.made(code)))
            }
            _ => {
                let mut hasher = DefaultHasher::new();
                (dimension, scope.owner_at, scope.zone).hash(&mut hasher);
                let code = |row: &R, at| row.code(dimension, scope, at);
                Codes::Plain(self.column("code", hasher.finish(), code))
            }
        }
    }

    /// A code of each row.
    fn column(
        &self,
        name: &'static str,
        version: u64,
        code: impl Fn(&R, i64) -> u32,
    ) -> Arc<Column> {
        self.kept(name, version, || self.made(code))
    }

    /// The column of a code of each row.
    fn made(&self, code: impl Fn(&R, i64) -> u32) -> Column {
        let rows = (0..self.chunk.len()).filter_map(|index| self.chunk.row(index));
        Column::of(rows.map(|row| code(&row, (self.lens.at)(&row, &self.scope))))
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
    fn roots(&self, facts: &Facts) -> Arc<Vec<u32>> {
        list(&self.roots, facts, |code| facts.contacts.get(code).root)
    }

    fn companies(&self, facts: &Facts) -> Arc<Vec<u32>> {
        list(&self.companies, facts, |code| facts.contact(code).company)
    }

    fn languages(&self, facts: &Facts) -> Arc<Vec<u32>> {
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

const fn aside(aside: Aside) -> Worth {
    Worth {
        hits: [None; 3],
        aside,
    }
}

/// Notes what a row adds: hits of one instant together, but one duration at a time.
fn note(tracks: &mut Tracks, index: usize, own: i64, verdict: &Verdict) {
    let is_duration = |hit: &Hit| matches!(hit, Hit::Value(_) | Hit::More(_));
    let mut left: Vec<(i64, Hit)> = verdict.hits.into_iter().flatten().collect();
    while let Some((at, _)) = left.first().copied() {
        let mut worth = Worth::default();
        let mut slots = worth.hits.iter_mut();
        let mut has_duration = false;
        left.retain(|(instant, hit)| {
            let fits = *instant == at && !(has_duration && is_duration(hit));
            if fits {
                has_duration |= is_duration(hit);
                if let Some(slot) = slots.next() {
                    *slot = Some(*hit);
                }
            }
            !fits
        });
        tracks.push(index, (own, at), worth);
    }
}
