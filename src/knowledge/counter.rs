//! What counts as a gap, how often it was asked, and what it cost.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::gap::{DismissalView, Gap, GapQuestion, GapState, LinkView};
use super::handling::{Handling, handling};
use super::uses::{Given, Verdicts, given, said};
use crate::metrics::{EpisodeRow, Facts, NEVER, Seen};
use crate::model::knowledge::{Dismissal, Knowledge, Question, QuestionRecord, Topic};
use crate::model::{DAY_MS, Timestamp};

/// How many weeks the course of a gap shows.
const WEEKS: usize = 12;
const WEEK_MS: i64 = 7 * DAY_MS;
/// The period that is compared with the one before it for the trend.
const TREND_MS: i64 = 4 * WEEK_MS;
/// From how many questions on something that was dismissed recurs a lot.
const RECURS: usize = 10;
/// From how many handed-off conversations on a topic's own median is used.
const OWN_MEDIAN: usize = 5;

/// The facts of a desk, and how much of them is told.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) facts: &'a Facts,
    /// What whoever asks sees; `None`: everything.
    pub(super) seen: Option<&'a Seen>,
}

/// Counts gaps on the facts of a desk at an instant. Who sees a part only is told of the
/// questions asked there, as if there were no others.
pub(super) struct GapCounter<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) facts: &'a Facts,
    seen: Option<&'a Seen>,
    pub(super) now: Timestamp,
    median: OnceLock<Option<f64>>,
    handling: OnceLock<Handling>,
    given: OnceLock<Given<'a>>,
    said: OnceLock<Verdicts>,
}

impl<'a> GapCounter<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, told: Told<'a>, now: Timestamp) -> Self {
        Self {
            knowledge,
            facts: told.facts,
            seen: told.seen,
            now,
            median: OnceLock::new(),
            handling: OnceLock::new(),
            given: OnceLock::new(),
            said: OnceLock::new(),
        }
    }

    /// What a question was reported as, if it is unanswered, has happened, and its conversation
    /// counts.
    pub(super) fn counts(&self, question: &'a Question) -> Option<&'a QuestionRecord> {
        self.has_counted(question)
            .filter(|record| !record.is_answered)
    }

    /// As [`Self::counts`], of answered ones as well.
    pub(super) fn has_counted(&self, question: &'a Question) -> Option<&'a QuestionRecord> {
        let record = question
            .asked
            .as_ref()
            .filter(|record| record.at <= self.now)?;
        let codes = &self.facts.dictionaries.conversation;
        let code = codes.code(record.conversation.as_str());
        let is_excluded = code.is_some_and(|code| self.facts.thread(code).excluded != 0);
        let is_seen = |seen: &Seen| code.is_some_and(|code| seen.has_conversation(code));
        (!is_excluded && self.seen.is_none_or(is_seen)).then_some(record)
    }

    /// What a topic is called: as it is, unless that is a question that is not seen.
    fn title(&self, topic: &Topic, seen: &[(&Question, &QuestionRecord)]) -> String {
        let is_told = self.seen.is_none() || topic.name.is_some();
        let is_same = |(_, record): &&(&Question, &QuestionRecord)| *record.text == *topic.title;
        if is_told || seen.iter().any(|one| is_same(&one)) {
            return topic.called().into_owned();
        }
        let last = seen.iter().max_by_key(|(_, record)| record.at);
        last.map_or_else(String::new, |(_, record)| record.text.to_string())
    }

    fn episode(&self, record: &QuestionRecord) -> Option<&EpisodeRow> {
        let codes = &self.facts.dictionaries.conversation;
        let code = codes.code(record.conversation.as_str())?;
        self.facts.episode_at(code, record.at.millis())
    }

    /// Whether the episode of a question was handed off.
    pub(super) fn is_handed_off(&self, record: &QuestionRecord) -> bool {
        self.episode(record)
            .is_some_and(|row| row.handoff_at != NEVER)
    }

    /// Whether it was handed off after the question was asked.
    pub(super) fn is_handed_off_after(&self, record: &QuestionRecord) -> bool {
        let row = self.episode(record);
        row.is_some_and(|row| row.handoff_at != NEVER && row.handoff_at >= record.at.millis())
    }

    /// The time that reps spent on the conversation of a question, in seconds; none where
    /// nothing was handed off or it is not over.
    fn handling_secs(&self, record: &QuestionRecord) -> Option<f64> {
        let codes = &self.facts.dictionaries.conversation;
        let code = codes.code(record.conversation.as_str())?;
        self.handling().get(&code).copied()
    }

    /// The median of all conversations with unanswered questions, where a topic has too few
    /// of its own.
    pub(super) fn median_secs(&self) -> Option<f64> {
        *self
            .median
            .get_or_init(|| median(self.handling().values().copied().collect()))
    }

    fn handling(&self) -> &Handling {
        self.handling.get_or_init(|| {
            let questions = self.knowledge.questions.iter();
            let records = questions.filter_map(|(_, question)| self.counts(question));
            handling(self.facts, self.now, records)
        })
    }

    /// The questions that each short answer was given to.
    pub(super) fn given(&self) -> &Given<'a> {
        self.given.get_or_init(|| {
            let all = self.knowledge.questions.iter();
            given(all.filter_map(|(_, question)| self.has_counted(question)))
        })
    }

    /// What contacts said of answers.
    pub(super) fn said(&self) -> &Verdicts {
        self.said.get_or_init(|| said(self.facts))
    }

    /// What the contact said of the answer to a question, if anything.
    pub(super) fn helped(&self, record: &QuestionRecord) -> Option<bool> {
        let codes = &self.facts.dictionaries.conversation;
        let code = codes.code(record.conversation.as_str());
        let later = code.and_then(|code| self.said().get(&code));
        let mut later = later.into_iter().flatten();
        let heard = later.find(|(at, _)| *at >= record.at.millis());
        heard.map(|(_, is_helpful)| *is_helpful)
    }

    fn ticket(&self, record: &QuestionRecord) -> Option<String> {
        let row = self.episode(record)?;
        let ticket = self.facts.dictionaries.ticket.text(row.ticket);
        ticket.map(|ticket| ticket.to_string())
    }

    fn state(topic: &Topic, links: &[LinkView]) -> GapState {
        if topic.dismissed.holds().is_some() {
            return GapState::Dismissed;
        }
        let answered_at = links.iter().filter(|link| link.is_published);
        let Some(answered_at) = answered_at.map(|link| link.at).max() else {
            return GapState::Open;
        };
        match &topic.reopened {
            Some(reopened) if reopened.at > answered_at => GapState::Reopened,
            _ => GapState::Answered,
        }
    }

    fn links(&self, topic: &Topic) -> Vec<LinkView> {
        let links = topic.answers.iter().filter_map(|link| {
            let answer = self.knowledge.answers.get(&link.short_answer)?;
            let version = answer.current(self.now)?;
            Some(LinkView {
                short_answer: link.short_answer.to_string(),
                at: link.at,
                is_published: version.is_published(),
                question: version.question,
            })
        });
        links.collect()
    }

    /// All gaps, in order of their topics.
    pub(super) fn gaps(&self) -> Vec<(&'a Topic, Gap)> {
        // Found before, as one thread that waits for it might have to do it.
        self.median_secs();
        let topics = self.knowledge.topics.values();
        let topics: Vec<&Topic> = topics.map(AsRef::as_ref).collect();
        let gaps = topics.into_par_iter();
        gaps.filter_map(|topic| Some((topic, self.gap(topic)?)))
            .collect()
    }

    /// A topic as a gap; none where no question of it counts.
    pub(super) fn gap(&self, topic: &'a Topic) -> Option<Gap> {
        let all = self.knowledge.questions_of(topic);
        let all: Vec<(&Question, &QuestionRecord)> = all
            .filter_map(|question| Some((question, self.counts(question)?)))
            .collect();
        if all.is_empty() {
            return None;
        }
        let counted = all
            .iter()
            .filter(|(question, _)| question.dismissed.holds().is_none());
        let records: Vec<&QuestionRecord> = counted.map(|(_, record)| *record).collect();
        let links = self.links(topic);
        let conversations: HashSet<&str> = records
            .iter()
            .map(|record| record.conversation.as_str())
            .collect();
        let dismissal = topic.dismissed.holds();
        let state = Self::state(topic, &links);
        let within = |from: i64, to: i64| {
            let since = |record: &&&QuestionRecord| (from..to).contains(&self.now.since(record.at));
            records.iter().filter(since).count()
        };
        Some(Gap {
            topic: topic.number.to_string(),
            title: self.title(topic, &all),
            is_named: topic.name.is_some(),
            // They are words of all its questions.
            tags: self.seen.map_or_else(|| topic.tags.clone(), |_| Vec::new()),
            language: most(
                all.iter()
                    .filter_map(|(question, _)| question.language.as_deref()),
            ),
            state,
            questions: records.iter().filter(|record| !record.is_mined).count(),
            people: records.iter().filter(|record| record.is_mined).count(),
            conversations: conversations.len(),
            first_asked_at: records.iter().map(|record| record.at).min(),
            last_asked_at: records.iter().map(|record| record.at).max(),
            weekly: self.weekly(&records),
            recent: within(0, TREND_MS),
            before: within(TREND_MS, 2 * TREND_MS),
            cost_secs: self.cost_secs(&records, conversations.len()),
            is_pinned: topic.is_pinned,
            answers: links,
            note: (state == GapState::Reopened && self.seen.is_none())
                .then(|| {
                    topic
                        .reopened
                        .as_ref()
                        .map(|reopened| reopened.note.clone())
                })
                .flatten(),
            dismissal: dismissal.map(|dismissal| {
                let since = all.iter().filter(|(_, record)| record.at > dismissal.at);
                view(dismissal, since.count())
            }),
        })
    }

    fn weekly(&self, records: &[&QuestionRecord]) -> Vec<u32> {
        let mut weekly = vec![0; WEEKS];
        for records in records {
            let back = usize::try_from(self.now.since(records.at) / WEEK_MS).unwrap_or(WEEKS);
            let place = WEEKS.checked_sub(back + 1);
            if let Some(count) = place.and_then(|place| weekly.get_mut(place)) {
                *count += 1;
            }
        }
        weekly
    }

    fn cost_secs(&self, records: &[&QuestionRecord], conversations: usize) -> Option<f64> {
        let mut seen = HashSet::new();
        let first = records
            .iter()
            .filter(|record| seen.insert(record.conversation.as_str()));
        let own: Vec<f64> = first
            .filter_map(|record| self.handling_secs(record))
            .collect();
        let each = if own.len() >= OWN_MEDIAN {
            median(own)
        } else {
            self.median_secs()
        };
        each.map(|secs| secs * conversations as f64)
    }

    pub(super) fn question(&self, question: &Question, record: &QuestionRecord) -> GapQuestion {
        GapQuestion {
            question: question.id.to_string(),
            text: record.text.to_string(),
            conversation: record.conversation.to_string(),
            ticket: self.ticket(record),
            at: record.at,
            language: question.language.clone(),
            is_mined: record.is_mined,
            dismissal: question.dismissed.holds().map(|held| view(held, 0)),
        }
    }

    /// The questions of a topic that count, the latest first.
    pub(super) fn questions(&self, topic: &'a Topic) -> Vec<(&'a Question, &'a QuestionRecord)> {
        let all = self.knowledge.questions_of(topic);
        let mut all: Vec<(&Question, &QuestionRecord)> = all
            .filter_map(|question| Some((question, self.counts(question)?)))
            .collect();
        all.sort_by(|(one, first), (other, second)| {
            (second.at, &other.id).cmp(&(first.at, &one.id))
        });
        all
    }
}

fn view(dismissal: &Dismissal, asked_since: usize) -> DismissalView {
    DismissalView {
        at: dismissal.at,
        reason: dismissal.reason.clone(),
        actor: dismissal.actor.clone(),
        asked_since,
        recurs: asked_since >= RECURS,
    }
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    values
        .get(values.len() / 2 - 1)
        .map(|lower| f64::midpoint(*lower, upper))
}

/// The word that comes most often; of equals the first by name.
fn most<'w>(words: impl Iterator<Item = &'w str>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let best = counts.iter().rev().max_by_key(|(_, count)| **count);
    best.map(|(word, _)| (*word).to_owned())
}
