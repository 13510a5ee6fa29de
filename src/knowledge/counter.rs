//! What counts as a gap, how often it was asked, and what it cost.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::asked::{Asked, AskedRow};
use super::gap::{DismissalView, GapQuestion, GapState, LinkView};
use super::kept::KeptAsked;
use super::rep_times::{RepTime, RepTimes, median};
use super::uses::{Given, Verdicts, given, said};
use crate::metrics::{EpisodeRow, Facts, NEVER, Seen};
use crate::model::Timestamp;
use crate::model::knowledge::{Dismissal, Knowledge, Question, QuestionRecord, Topic};

/// From how many questions on something that was dismissed recurs a lot.
const RECURS: usize = 10;

/// The facts of a desk, and how much of them is told.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) facts: &'a Facts,
    /// What whoever asks sees; `None`: everything.
    pub(super) seen: Option<&'a Seen>,
    /// Where the questions of topics are kept as numbers.
    pub(super) kept: &'a KeptAsked,
}

/// Counts gaps on the facts of a desk at an instant. Who sees a part only is told of the
/// questions asked there, as if there were no others.
pub(super) struct GapCounter<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) facts: &'a Facts,
    pub(super) seen: Option<&'a Seen>,
    kept: &'a KeptAsked,
    pub(super) now: Timestamp,
    asked: OnceLock<Arc<Asked>>,
    median: OnceLock<Option<f64>>,
    rep_times: OnceLock<Arc<RepTimes>>,
    given: OnceLock<Given<'a>>,
    said: OnceLock<Verdicts>,
}

impl<'a> GapCounter<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, told: Told<'a>, now: Timestamp) -> Self {
        Self {
            knowledge,
            facts: told.facts,
            seen: told.seen,
            kept: told.kept,
            now,
            asked: OnceLock::new(),
            median: OnceLock::new(),
            rep_times: OnceLock::new(),
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
    pub(super) fn title(&self, topic: &'a Topic) -> String {
        if self.seen.is_none() || topic.name.is_some() {
            return topic.called().into_owned();
        }
        let seen = self.questions(topic);
        if seen.iter().any(|(_, record)| *record.text == *topic.title) {
            return topic.called().into_owned();
        }
        let last = seen.first();
        last.map_or_else(String::new, |(_, record)| record.text.to_string())
    }

    /// The words that tell a topic from the others; as they are of all its questions, none for
    /// whoever does not see all.
    pub(super) fn tags<'t>(&self, topic: &'t Topic) -> &'t [String] {
        self.seen.map_or(&topic.tags, |_| &[])
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

    /// The questions of topics as numbers. Whoever asks in several threads asks for this before.
    pub(super) fn asked(&self) -> &Asked {
        self.asked
            .get_or_init(|| self.kept.of(self.knowledge, &self.facts.dictionaries))
    }

    /// What [`Self::counts`] says of a question, by its numbers.
    pub(super) fn row_counts(&self, row: &AskedRow) -> bool {
        let is_seen = |seen: &Seen| seen.has_conversation(row.conversation);
        row.at <= self.now.millis()
            && self.facts.thread(row.conversation).excluded == 0
            && self.seen.is_none_or(is_seen)
    }

    /// The time that reps spent on the episode that a question was asked in.
    pub(super) fn rep_time(&self, row: &AskedRow) -> Option<RepTime> {
        self.rep_times().of_question(row, self.now.millis())
    }

    fn rep_times(&self) -> &RepTimes {
        self.rep_times
            .get_or_init(|| self.kept.rep_times(self.facts, self.asked()))
    }

    /// The median of all episodes with unanswered questions, where a topic has too few of its own.
    pub(super) fn median_secs(&self) -> Option<f64> {
        *self.median.get_or_init(|| {
            let (asked, times) = (self.asked(), self.rep_times());
            let topics: Vec<&Arc<Topic>> = self.knowledge.topics.values().collect();
            let now = self.now.millis();
            let times = topics.into_par_iter().flat_map_iter(|topic| {
                let rows = asked.rows(topic.number).iter();
                let counted = rows.filter(|row| self.row_counts(row));
                counted.filter_map(|row| times.of_question(row, now))
            });
            let mut times: Vec<RepTime> = times.collect();
            times.par_sort_unstable_by_key(|time| time.place);
            times.dedup_by_key(|time| time.place);
            median(times.into_iter().map(|time| time.secs).collect())
        })
    }

    /// The questions that each short answer was given to.
    pub(super) fn given(&self) -> &Given<'a> {
        self.given.get_or_init(|| {
            let all = self.knowledge.questions.iter();
            let answered = all.filter(|(_, question)| question.unanswered().is_none());
            given(answered.filter_map(|(_, question)| self.has_counted(question)))
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

    pub(super) fn state(&self, topic: &Topic) -> GapState {
        if topic.dismissed.holds().is_some() {
            return GapState::Dismissed;
        }
        let links = topic.answers.iter();
        let published = links.filter(|link| {
            let answer = self.knowledge.answers.get(&link.short_answer);
            let version = answer.and_then(|answer| answer.current(self.now));
            version.is_some_and(|version| version.is_published())
        });
        let Some(answered_at) = published.map(|link| link.at).max() else {
            return GapState::Open;
        };
        match &topic.reopened {
            Some(reopened) if reopened.at > answered_at => GapState::Reopened,
            _ => GapState::Answered,
        }
    }

    pub(super) fn links(&self, topic: &Topic) -> Vec<LinkView> {
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

pub(super) fn view(dismissal: &Dismissal, asked_since: usize) -> DismissalView {
    DismissalView {
        at: dismissal.at,
        reason: dismissal.reason.clone(),
        actor: dismissal.actor.clone(),
        asked_since,
        recurs: asked_since >= RECURS,
    }
}
