//! Notes on charts: what people write, and marks that changes of the desk make by themselves.
//!
//! What was removed stays, marked, so that removing can be undone.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::event::AnswerStatus;
use super::saved::Owned;
use super::{Body, ChartNoteId, Event, HOUR_MS, Provenance, Timestamp};

/// How many marks are kept.
const KEPT: usize = 1_000;

/// A note.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartNote {
    /// Which.
    pub id: ChartNoteId,
    /// What it says.
    pub text: String,
    /// When what it tells of was, or began.
    pub on: Timestamp,
    /// When that ended, where it lasted.
    pub until: Option<Timestamp>,
    /// The report that it is for; none: all.
    pub report: Option<String>,
    /// The channel that it is for; none: all.
    pub channel: Option<String>,
    /// Whose it is.
    pub owner: Owned,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A short answer was published, or a published one changed.
    Answer,
    /// The customer agent answers from another confidence on.
    Threshold,
    /// A routing rule.
    Rule,
    /// A schedule of working hours.
    Schedule,
    /// A service agreement.
    Agreement,
    /// A definition profile.
    Profile,
    /// An import ended.
    Import,
    /// Something of this machine was in trouble.
    Outage,
}

impl MarkKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Threshold => "threshold",
            Self::Rule => "rule",
            Self::Schedule => "schedule",
            Self::Agreement => "agreement",
            Self::Profile => "profile",
            Self::Import => "import",
            Self::Outage => "outage",
        }
    }
}

/// A mark that a change made by itself.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChartMark {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// When that ended, where it lasted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// What.
    pub kind: MarkKind,
    /// Which of them.
    pub id: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartNotes {
    notes: BTreeMap<ChartNoteId, ChartNote>,
    /// In the order of the journal.
    marks: VecDeque<ChartMark>,
}

impl ChartNotes {
    /// The notes that are there, by when they tell of.
    pub fn notes(&self) -> Vec<&ChartNote> {
        let notes = self.notes.values();
        let mut notes: Vec<&ChartNote> = notes
            .filter(|note| note.owner.removed_at.is_none())
            .collect();
        notes.sort_by_key(|note| (note.on, &note.id));
        notes
    }

    /// A note, also one that was removed.
    pub fn note(&self, id: &str) -> Option<&ChartNote> {
        self.notes.get(id)
    }

    /// How many notes there are, removed ones too.
    pub fn count(&self) -> usize {
        self.notes.len()
    }

    /// The marks, in the order of the journal.
    pub fn marks(&self) -> impl Iterator<Item = &ChartMark> {
        self.marks.iter()
    }

    /// Whether an event changes them.
    pub fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::ChartNoteSet(_) | Body::ChartNoteRemoved(_) | Body::ChartNoteRestored(_)
        ) || mark_of(body).is_some()
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let mut remove = |id: &ChartNoteId, removed_at| {
            if let Some(note) = self.notes.get_mut(id) {
                note.owner.removed_at = removed_at;
            }
        };
        match &event.body {
            Body::ChartNoteSet(set) => {
                let known = self.notes.get(&set.note).map(|known| &known.owner);
                let note = ChartNote {
                    id: set.note.clone(),
                    text: set.text.clone(),
                    on: set.on,
                    until: set.until,
                    report: set.report.clone(),
                    channel: set.channel.clone(),
                    owner: Owned::after(known, from.actor, event.at),
                };
                self.notes.insert(set.note.clone(), note);
            }
            Body::ChartNoteRemoved(gone) => remove(&gone.note, Some(event.at)),
            Body::ChartNoteRestored(back) => remove(&back.note, None),
            body => {
                if let Some((kind, id)) = mark_of(body) {
                    self.mark(event.at, kind, id);
                }
            }
        }
    }

    /// One change in several steps is one mark.
    fn mark(&mut self, at: Timestamp, kind: MarkKind, id: Option<String>) {
        let is_same = |mark: &ChartMark| {
            let apart = at.since(mark.at).abs();
            mark.kind == kind && mark.id == id && apart < HOUR_MS
        };
        if self.marks.iter().rev().take(8).any(is_same) {
            return;
        }
        self.marks.push_back(ChartMark {
            at,
            until: None,
            kind,
            id,
        });
        if self.marks.len() > KEPT {
            self.marks.pop_front();
        }
    }
}

/// The mark that an event makes.
fn mark_of(body: &Body) -> Option<(MarkKind, Option<String>)> {
    Some(match body {
        Body::ShortAnswerUpserted(one) if one.status == AnswerStatus::Published => {
            (MarkKind::Answer, Some(one.short_answer.to_string()))
        }
        Body::KnowledgeSet(set) if set.threshold.is_some() => (MarkKind::Threshold, None),
        Body::RuleSet(rule) => (MarkKind::Rule, Some(rule.rule.to_string())),
        Body::RuleSwitched(rule) => (MarkKind::Rule, Some(rule.rule.to_string())),
        Body::RuleRemoved(rule) => (MarkKind::Rule, Some(rule.rule.to_string())),
        Body::ScheduleUpserted(one) => (MarkKind::Schedule, Some(one.schedule.to_string())),
        Body::SlaUpserted(one) => (MarkKind::Agreement, Some(one.sla.to_string())),
        Body::ProfileSet(one) => (MarkKind::Profile, Some(one.name.clone())),
        Body::ImportFinished(one) => (MarkKind::Import, Some(one.completeness.format.clone())),
        _ => return None,
    })
}
