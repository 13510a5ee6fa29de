//! A query of one chunk: its rows judged, and the codes to cut and to filter by.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::selection::{CodeFilter, Selection};
use crate::metrics::{
    Around, Chunk, ChunkScan, ClassJudgement, Classes, Codes, Column, ContactField, Contribution,
    Derivation, DerivedKey, Hit, JudgementColumn, JudgementColumns, Maturity, Memo, NEVER, NONE,
    Omission, RowFilter, RowInstants, StruckRows, judgement_columns,
};
use crate::report::ask::Dimension;
use crate::report::judge::{
    Coded, ColumnCode, ReportRow, Scope, State, Stopwatch, Verdict, marked, of_conversation,
    place_of, span_of,
};
use crate::report::registry::{Depends, Judgement};

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
        let judgements = self.judgements();
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
        let sight = self.selection.seen.is_some().then(|| self.sight());
        let filters: Vec<RowFilter> = filters.chain(sight).collect();
        // What depends on contacts changes without the chunk.
        let is_plain = axes.iter().all(Codes::is_plain) && filters.iter().all(RowFilter::is_plain);
        Some(ChunkScan {
            data: (self.chunk.data(), R::TIME),
            judgements,
            struck,
            memo: self
                .keep
                .filter(|_| is_plain && !has_changed)
                .filter(|_| self.judgement.depends.can_be_remembered())
                .map(|at| Memo {
                    at,
                    question: self.selection.question(),
                }),
            axes,
            filters,
        })
    }

    /// The judgements of the rows, remembered where they follow from the rows and their unit.
    pub(super) fn judgements(&self) -> Arc<Vec<JudgementColumn>> {
        if self.judgement.depends.can_be_remembered() {
            self.remembered("judged", 0, || self.judge())
        } else {
            Arc::new(self.judge())
        }
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

    /// Judges every row of the chunk: class by class where a judgement depends on no more than
    /// the row, else row by row.
    pub(super) fn judge(&self) -> Vec<JudgementColumn> {
        self.judge_classes().unwrap_or_else(|| self.judge_rows())
    }

    fn judge_rows(&self) -> Vec<JudgementColumn> {
        let mut judgements = JudgementColumns::new(self.chunk.len());
        for index in 0..self.chunk.len() {
            let Some(row) = self.chunk.row(index) else {
                continue;
            };
            let own = row.time();
            self.judge_row(&row, &self.scope, |counted, contribution| {
                judgements.push(index, RowInstants { own, counted }, contribution);
            });
        }
        judgements.finish()
    }

    /// `None`: the rows have to be judged one by one.
    fn judge_classes(&self) -> Option<Vec<JudgementColumn>> {
        let is_calendar = matches!(self.scope.clock, Stopwatch::Calendar);
        let keep = self.keep.filter(|_| is_calendar)?;
        let classes = self.classes(keep);
        let classes = Option::as_ref(&classes)?;
        let scope = marked(&self.scope);
        match self.judgement.depends {
            Depends::Row => {
                let judgements = classes.examples().iter();
                let judgements = judgements.map(|example| self.judge_class(example, &scope));
                let judgements: Option<Vec<_>> = judgements.collect();
                judgement_columns(self.chunk, classes.of_rows(), &judgements?)
            }
            Depends::Comeback => {
                let halves = [false, true].map(|came_back| Scope {
                    came_back: Some(came_back),
                    ..scope.clone()
                });
                let judgements = classes.examples().iter();
                let judgements = judgements
                    .flat_map(|example| halves.iter().map(move |half| (example, half)))
                    .map(|(example, half)| self.judge_class(example, half));
                let judgements: Option<Vec<_>> = judgements.collect();
                let has: Vec<bool> = R::comebacks(self.chunk, &self.scope)?;
                judgement_columns(self.chunk, &classes.of_rows().halved(&has), &judgements?)
            }
            Depends::Unit | Depends::More => None,
        }
    }

    /// The classes of the chunk's rows, the same ones for every report.
    fn classes(&self, keep: i64) -> Arc<Option<Classes<R>>> {
        let maturity = Maturity {
            as_of: self.scope.as_of,
            after: self.scope.profile.durable_ms(),
        };
        let key = DerivedKey {
            name: "classes",
            detail: "",
            version: maturity.after.cast_unsigned(),
        };
        let around = Around {
            of_conversation: &|conversation| of_conversation(conversation, &self.scope),
            code: R::JUDGED_CODE,
        };
        let make = || Classes::of(self.chunk, maturity, &around);
        self.chunk.data().derived(keep, key, make)
    }

    /// What every row of a class adds; `None`: it is not the time between two of its instants.
    fn judge_class(&self, example: &R, scope: &Scope<'_>) -> Option<Vec<ClassJudgement>> {
        let mut judgements = Some(Vec::new());
        self.judge_row(example, scope, |at, contribution| {
            let judgement = class_judgement(example, at, contribution);
            if let Some(list) = &mut judgements {
                match judgement {
                    Some(judgement) => list.push(judgement),
                    None => judgements = None,
                }
            }
        });
        judgements
    }

    /// Calls `push` with each instant at which a row counts, and with what it adds there.
    fn judge_row(&self, row: &R, scope: &Scope<'_>, mut push: impl FnMut(i64, Contribution)) {
        let at = (self.judgement.at)(row, scope);
        if at == NEVER {
            return;
        }
        let left_out = self.selection.left_out(row);
        if !left_out.is_empty() {
            return push(at, omission(Omission::Excluded(left_out)));
        }
        let verdict = (self.judgement.judge)(row, scope, at);
        match verdict.state {
            State::Unconcerned => {}
            State::Excluded => push(at, omission(Omission::Excluded(verdict.why))),
            State::Open => push(at, omission(Omission::Open)),
            State::Counted | State::Pending => each_instant(&verdict, push),
        }
    }

    /// Lets the rows pass that whoever asks sees.
    fn sight(&self) -> RowFilter {
        let sees = |row: &R, _at| u32::from(self.selection.sees(row));
        let codes = Codes::Passing(Arc::new(self.made(sees)));
        RowFilter::new(codes, &[1], false)
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
        match dimension {
            Dimension::Contact => self.of_contacts(ContactField::Root),
            Dimension::Company => self.of_contacts(ContactField::Company),
            Dimension::Language => {
                let own = self.coded(Coded::Language, 0, |row, _| row.language(scope));
                let other = self.of_contacts(ContactField::Language);
                Codes::Either(Box::new(own), Box::new(other))
            }
            Dimension::Own => {
                let own = self.selection.own_cut_code();
                let code = |row: &R, at| self.selection.own_field(row, own, at);
                Codes::Passing(Arc::new(self.made(code)))
            }
            Dimension::Tag => self.coded(Coded::TagSet, 0, |row, _| row.tag_set(scope)),
            // What the episode of a message comes to depends on more than the message.
            Dimension::Outcome | Dimension::Reason | Dimension::HandledBy if !R::IS_EPISODE => {
                let code = |row: &R, at| row.code(dimension, scope, at);
                Codes::Passing(Arc::new(self.made(code)))
            }
            _ => {
                let mut hasher = DefaultHasher::new();
                (dimension, scope.credit, scope.zone).hash(&mut hasher);
                let code = |row: &R, at| row.code(dimension, scope, at);
                self.coded(Coded::Dimension(dimension), hasher.finish(), code)
            }
        }
    }

    fn of_contacts(&self, field: ContactField) -> Codes {
        let contacts = self.coded(Coded::Contact, 0, |row, _| row.contact(&self.scope));
        let known = Arc::clone(&self.scope.facts.contacts);
        Codes::OfContacts(Box::new(contacts), field, known)
    }

    /// A code of each row: read from a column where it follows from one, else asked of the rows.
    fn coded(&self, coded: Coded, version: u64, code: impl Fn(&R, i64) -> u32) -> Codes {
        let name = match coded {
            Coded::Dimension(_) => "code",
            Coded::Contact => "contact",
            Coded::Language => "language",
            Coded::TagSet => "tag_set",
        };
        let column = match R::column_code(coded, &self.scope) {
            Some(ColumnCode::Own(place)) => return Codes::Own(self.chunk.data(), place),
            Some(ColumnCode::Made(place, code)) => {
                let numbers = || self.chunk.numbers(place).into_iter();
                self.remembered(name, version, || Column::of(numbers().map(code)))
            }
            None => self.remembered(name, version, || self.made(code)),
        };
        Codes::Plain(column)
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

/// The judgement of a class whose example adds something at a mark.
fn class_judgement<R: ReportRow>(
    example: &R,
    at: i64,
    mut contribution: Contribution,
) -> Option<ClassJudgement> {
    let span = contribution.take_duration();
    Some(ClassJudgement {
        at: place_of(example, at)?,
        contribution,
        span: match span {
            Some(code) => Some(span_of(code)?),
            None => None,
        },
    })
}

/// Calls `push` with what a row adds: hits of one instant together, but one duration at a time.
fn each_instant(verdict: &Verdict, mut push: impl FnMut(i64, Contribution)) {
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
        push(at, contribution);
    }
}
