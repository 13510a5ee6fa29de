//! A query of one chunk: its rows judged, and the codes to cut and to filter by.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::selection::{CodeFilter, Selection};
use crate::metrics::{
    Chunk, ChunkScan, Codes, Column, Contribution, Derivation, DerivedKey, Hit, JudgementColumn,
    JudgementColumns, Memo, NEVER, NONE, Omission, RowFilter, RowInstants, StruckRows,
};
use crate::report::ask::Dimension;
use crate::report::judge::{ReportRow, Scope, State, Verdict};
use crate::report::registry::Judgement;

/// A query of one chunk, as of an instant.
pub(super) struct ChunkQuery<'a, R: ReportRow> {
    pub(super) selection: &'a Selection<'a>,
    pub(super) judgement: &'a Judgement<R>,
    pub(super) chunk: &'a Chunk<R>,
    /// As of when rows are judged.
    pub(super) scope: Scope<'a>,
    /// As of when their judgements are remembered; `None`: they are not.
    pub(super) keep: Option<i64>,
}

impl<R: ReportRow> ChunkQuery<'_, R> {
    /// The chunk made ready; `None` where no row of it counts in the window.
    pub(super) fn scan(
        &self,
        struck: Option<Arc<StruckRows>>,
        has_changed: bool,
    ) -> Option<ChunkScan> {
        let judgements = self.remembered("judged", 0, || self.judge());
        let (from, to) = self.selection.buckets.window();
        if !judgements.iter().any(|judgement| judgement.meets(from, to)) {
            return None;
        }
        let axes = self.selection.cut.iter().map(|cut| self.codes(*cut));
        let axes: Vec<Codes> = axes.collect();
        let filters = self
            .selection
            .filters
            .iter()
            .map(|filter| self.filter_of(filter));
        let filters: Vec<RowFilter> = filters.collect();
        // What depends on contacts changes without the chunk.
        let is_plain = axes.iter().all(Codes::is_plain) && filters.iter().all(RowFilter::is_plain);
        Some(ChunkScan {
            data: (self.chunk.data(), R::TIME),
            judgements,
            struck,
            memo: self
                .keep
                .filter(|_| is_plain && !has_changed)
                .map(|at| Memo {
                    at,
                    question: self.selection.question(),
                }),
            axes,
            filters,
        })
    }

    /// What was derived under a name, or what `make` derives now.
    pub(super) fn remembered<T: Derivation>(
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
                self.selection.report.id
            } else {
                ""
            },
            version: hasher.finish(),
        };
        self.chunk.data().derived(at, key, make)
    }

    /// Judges every row of the chunk.
    pub(super) fn judge(&self) -> Vec<JudgementColumn> {
        let (chunk, scope) = (self.chunk, &self.scope);
        let mut judgements = JudgementColumns::new(chunk.len());
        for index in 0..chunk.len() {
            let Some(row) = chunk.row(index) else {
                continue;
            };
            let at = (self.judgement.at)(&row, scope);
            if at == NEVER {
                continue;
            }
            let own = row.time();
            let left_out = self.selection.left_out(&row);
            if !left_out.is_empty() {
                judgements.push(
                    index,
                    RowInstants { own, counted: at },
                    omission(Omission::Excluded(left_out)),
                );
                continue;
            }
            let verdict = (self.judgement.judge)(&row, scope, at);
            match verdict.state {
                State::Unconcerned => {}
                State::Excluded => {
                    judgements.push(
                        index,
                        RowInstants { own, counted: at },
                        omission(Omission::Excluded(verdict.why)),
                    );
                }
                State::Open => judgements.push(
                    index,
                    RowInstants { own, counted: at },
                    omission(Omission::Open),
                ),
                State::Counted | State::Pending => note(&mut judgements, index, own, &verdict),
            }
        }
        judgements.finish()
    }

    fn filter_of(&self, filter: &CodeFilter) -> RowFilter {
        if filter.dimension == Dimension::Own {
            let own = |row: &R, at| self.selection.own_field(row, filter.own, at);
            let codes = Codes::Passing(Arc::new(self.made(own)));
            return RowFilter::new(codes, &filter.codes, filter.not);
        }
        let codes = self.codes(filter.dimension);
        if filter.dimension != Dimension::Tag {
            return RowFilter::new(codes, &filter.codes, filter.not);
        }
        let dictionaries = &self.selection.scope.facts.dictionaries;
        let sets = 0..u32::try_from(dictionaries.tag_set.len()).unwrap_or(u32::MAX);
        let has = |set: &u32| {
            let tags = dictionaries.tags_of(*set);
            tags.iter().any(|tag| filter.codes.contains(tag))
        };
        let mut passing: Vec<u32> = sets.filter(has).collect();
        if filter.codes.contains(&NONE) {
            passing.push(NONE);
        }
        RowFilter::new(codes, &passing, filter.not)
    }

    /// The codes of a dimension.
    fn codes(&self, dimension: Dimension) -> Codes {
        let scope = &self.scope;
        let contact = || self.column("contact", 0, |row, _| row.contact(scope));
        let lists = &self.selection.contact_lists;
        match dimension {
            Dimension::Contact => Codes::Mapped(contact(), lists.roots(scope.facts)),
            Dimension::Company => Codes::Mapped(contact(), lists.companies(scope.facts)),
            Dimension::Language => {
                let own = self.column("language", 0, |row, _| row.language(scope));
                let other = Codes::Mapped(contact(), lists.languages(scope.facts));
                Codes::Either(Box::new(Codes::Plain(own)), Box::new(other))
            }
            Dimension::Own => {
                let own = self.selection.own_cut_code();
                let code = |row: &R, at| self.selection.own_field(row, own, at);
                Codes::Passing(Arc::new(self.made(code)))
            }
            Dimension::Tag => Codes::Plain(self.column("tag_set", 0, |row, _| row.tag_set(scope))),
            // What the episode of a message comes to depends on more than the message.
            Dimension::Outcome | Dimension::Reason | Dimension::HandledBy if !R::IS_EPISODE => {
                let code = |row: &R, at| row.code(dimension, scope, at);
                Codes::Passing(Arc::new(self.made(code)))
            }
            _ => {
                let mut hasher = DefaultHasher::new();
                (dimension, scope.credit, scope.zone).hash(&mut hasher);
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
        self.remembered(name, version, || self.made(code))
    }

    /// The column of a code of each row.
    fn made(&self, code: impl Fn(&R, i64) -> u32) -> Column {
        let rows = (0..self.chunk.len()).filter_map(|index| self.chunk.row(index));
        Column::of(rows.map(|row| code(&row, (self.judgement.at)(&row, &self.scope))))
    }
}

const fn omission(omission: Omission) -> Contribution {
    Contribution {
        hits: [None; 3],
        omission,
    }
}

/// Notes what a row adds: hits of one instant together, but one duration at a time.
fn note(judgements: &mut JudgementColumns, index: usize, own: i64, verdict: &Verdict) {
    let is_duration = |hit: &Hit| matches!(hit, Hit::Value(_) | Hit::More(_));
    let mut left: Vec<(i64, Hit)> = verdict.hits.into_iter().flatten().collect();
    while let Some((at, _)) = left.first().copied() {
        let mut contribution = Contribution::default();
        let mut slots = contribution.hits.iter_mut();
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
        judgements.push(index, RowInstants { own, counted: at }, contribution);
    }
}
