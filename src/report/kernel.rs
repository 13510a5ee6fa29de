//! A report over the columns: its judgements of each chunk, made once where time can no
//! longer change them, and the codes to cut and to sift by.
//!
//! It judges by the same functions as the rows behind a number do; what it keeps is
//! their answers.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::asked::{Asked, CodeFilter};
use super::dimension::Dimension;
use super::entry::{Lens, Measure, Source};
use super::judge::{Judged, State, Verdict};
use crate::metrics::{
    Aside, Chunk, Codes, Column, ContactRow, DerivedKey, Hit, Key, MAX_DIMENSIONS, NEVER, Sheet,
    Sieve, Sums, Table, Tally, Top, Track, Tracks, Worth, add_up,
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
            Source::Backlog | Source::Reports => Tally::default(),
        }
    }

    fn run<R: Judged>(&self, table: &Table<R>, lens: &Lens<R>, most: usize) -> Tally {
        let (from, to) = self.buckets.window();
        let chunks = table.chunks().par_iter().filter(|chunk| {
            let (first, last) = chunk.span();
            !lens.ordered || (last >= from && first < to)
        });
        let sheets: Vec<Sheet<'_>> = chunks
            .filter_map(|chunk| Board { asked: self, lens }.sheet(chunk))
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

/// A report asked of the chunks of one table.
struct Board<'a, R: Judged> {
    asked: &'a Asked<'a>,
    lens: &'a Lens<R>,
}

impl<R: Judged> Board<'_, R> {
    /// The chunk made ready; `None` where no row of it counts in the window.
    fn sheet<'c>(&self, chunk: &'c Chunk<R>) -> Option<Sheet<'c>> {
        let asked = self.asked;
        let tracks = self.tracks(chunk);
        let (from, to) = asked.buckets.window();
        if !tracks.iter().any(|track| track.meets(from, to)) {
            return None;
        }
        let axes = asked.cut.iter();
        let sieves = asked.filters.iter();
        Some(Sheet {
            times: chunk.times()?,
            tracks,
            struck: chunk.struck_bits(),
            axes: axes.map(|cut| self.codes(chunk, *cut)).collect(),
            sieves: sieves.map(|filter| self.sieve(chunk, filter)).collect(),
        })
    }

    /// Whether no passing of time can change a judgement of the chunk's rows any more.
    fn is_settled(&self, chunk: &Chunk<R>) -> bool {
        let scope = &self.asked.scope;
        let longest = scope.profile.longest_ms();
        self.lens.alone && scope.as_of >= chunk.settles_at().saturating_add(longest)
    }

    fn tracks(&self, chunk: &Chunk<R>) -> Arc<Vec<Track>> {
        if !self.is_settled(chunk) {
            return Arc::new(self.judge(chunk));
        }
        let key = DerivedKey {
            name: self.asked.report.id,
            detail: self.asked.scope.basis,
            version: 0,
        };
        chunk.derived(key, || self.judge(chunk))
    }

    /// Judges every row of the chunk.
    fn judge(&self, chunk: &Chunk<R>) -> Vec<Track> {
        let scope = &self.asked.scope;
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

    fn sieve(&self, chunk: &Chunk<R>, filter: &CodeFilter) -> Sieve {
        let codes = self.codes(chunk, filter.dimension);
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
    fn codes(&self, chunk: &Chunk<R>, dimension: Dimension) -> Codes {
        let scope = &self.asked.scope;
        let contact = || self.column(chunk, "contact", 0, |row, _| row.contact(scope));
        let of_contact = |pick: fn(ContactRow) -> u32| Codes::Mapped(contact(), self.list(pick));
        match dimension {
            Dimension::Contact => Codes::Mapped(contact(), self.roots()),
            Dimension::Company => of_contact(|row| row.company),
            Dimension::Language => {
                let own = self.column(chunk, "language", 0, |row, _| row.language(scope));
                let other = of_contact(|row| row.language);
                Codes::Either(Box::new(Codes::Plain(own)), Box::new(other))
            }
            Dimension::Tag => {
                Codes::Plain(self.column(chunk, "tag_set", 0, |row, _| row.tag_set(scope)))
            }
            _ => {
                let mut hasher = DefaultHasher::new();
                (dimension, scope.owner_at, scope.zone).hash(&mut hasher);
                let code = |row: &R, at| row.code(dimension, scope, at);
                Codes::Plain(self.column(chunk, "code", hasher.finish(), code))
            }
        }
    }

    /// A code of each row, kept with the chunk where time cannot change it.
    fn column(
        &self,
        chunk: &Chunk<R>,
        name: &'static str,
        version: u64,
        code: impl Fn(&R, i64) -> u32,
    ) -> Arc<Column> {
        let make = || {
            let rows = (0..chunk.len()).filter_map(|index| chunk.row(index));
            Column::of(rows.map(|row| code(&row, (self.lens.at)(&row, &self.asked.scope))))
        };
        if !self.is_settled(chunk) {
            return Arc::new(make());
        }
        let detail = self.asked.scope.basis;
        chunk.derived(
            DerivedKey {
                name,
                detail,
                version,
            },
            make,
        )
    }

    /// What is known of each contact as which one counts, by code.
    fn list(&self, pick: fn(ContactRow) -> u32) -> Arc<Vec<u32>> {
        let facts = self.asked.scope.facts;
        let codes = 0..u32::try_from(facts.dictionaries.contact.len()).unwrap_or(u32::MAX);
        Arc::new(codes.map(|code| pick(facts.contact(code))).collect())
    }

    fn roots(&self) -> Arc<Vec<u32>> {
        let facts = self.asked.scope.facts;
        let codes = 0..u32::try_from(facts.dictionaries.contact.len()).unwrap_or(u32::MAX);
        Arc::new(codes.map(|code| facts.contacts.get(code).root).collect())
    }
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
