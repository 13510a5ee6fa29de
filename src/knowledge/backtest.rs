//! What a short answer would have done to the questions of the last days.
//!
//! It asks the words that were recorded of everything that is published, and counts a
//! conversation as deflected where all of its unanswered questions would have been answered
//! rightly.

use crate::command::AnswerDraft;
use std::collections::HashSet;

use rayon::prelude::*;
use serde::Serialize;
use svar_index::answers::collisions;
use utoipa::ToSchema;

use super::Library;
use super::answer::{NearDuplicate, spoken};
use super::case::{BrokenCase, NEW};
use super::counter::GapCounter;
use crate::agent::decide;
use crate::command::Refusal;
use crate::model::knowledge::{Knowledge, Question, QuestionRecord};
use crate::model::{DAY_MS, Invalid, Timestamp};

/// The most questions that a backtest asks, the latest ones.
const MAX_QUESTIONS: usize = 20_000;
/// The longest time that it looks back.
const MAX_DAYS: u32 = 3_660;
/// How many questions of each kind are listed.
const LISTED: usize = 200;

/// A past question that would have been treated in another way.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct QuestionChange {
    /// Its id.
    pub question: String,
    /// Its words.
    pub text: String,
    /// Its conversation.
    pub conversation: String,
    /// Whether people answered it without the customer agent.
    pub is_mined: bool,
    /// When it was asked.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// The short answer that it gets without this one.
    pub before: Option<String>,
    /// The one that it would get.
    pub after: Option<String>,
    /// How sure the agent would be.
    pub confidence: f32,
    /// Why that would be wrong, where something says so.
    pub wrong: Option<&'static str>,
}

/// Another answer that says nearly the same, or is too near.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Clash {
    /// The way to ask of this answer.
    pub variant: String,
    /// The other answer.
    pub short_answer: String,
    /// Its way to ask.
    pub other: String,
    /// How near they are, 0 to 1.
    pub likeness: f32,
    /// Whether the other answer would be given to this way to ask.
    pub is_caught: bool,
}

/// What a short answer would have done.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BacktestView {
    /// How many days back.
    pub days: u32,
    /// The embedder that texts were compared by.
    pub embedder: String,
    /// What it is called; none: the table that Svar comes with.
    pub embedder_name: Option<String>,
    /// How many questions were put to the customer agent or answered by people without it.
    pub questions: usize,
    /// How many of these people answered without it.
    pub people: usize,
    /// Whether only the latest were taken, because there are more.
    pub is_cut: bool,
    /// How many get an answer from what is published now.
    pub answered_before: usize,
    /// How many would get one with this answer published.
    pub answered_after: usize,
    /// How many that get none now it would have answered.
    pub new: usize,
    /// How many of those people answered without it.
    pub new_people: usize,
    /// How many it would take from other answers.
    pub taken: usize,
    /// How many that get none now would be answered by another answer, because words weigh
    /// otherwise with this one among them.
    pub elsewhere: usize,
    /// How many would get no answer any more.
    pub lost: usize,
    /// How many it would catch wrongly, by what was dismissed and confirmed.
    pub wrong: usize,
    /// The questions behind these figures, the latest first; at most 200 of each kind.
    pub would_answer: Vec<QuestionChange>,
    /// Those taken from other answers.
    pub would_take: Vec<QuestionChange>,
    /// Those that would be lost.
    pub would_lose: Vec<QuestionChange>,
    /// Those that would be caught wrongly.
    pub would_be_wrong: Vec<QuestionChange>,
    /// Conversations that a rep would not have had to take.
    pub deflected_conversations: usize,
    /// The rep time that would have been saved, by the median handling time.
    pub deflected_secs: Option<f64>,
    /// Ways to ask of other answers that are nearly the same.
    pub duplicates: Vec<NearDuplicate>,
    /// Other answers that are too near.
    pub collisions: Vec<Clash>,
    /// Cases of the regression set that would break.
    pub broken: Vec<BrokenCase>,
}

/// A question of the past, with what speaks against answering it.
struct Past<'a> {
    question: &'a Question,
    record: &'a QuestionRecord,
    is_dismissed: bool,
}

impl Library {
    /// Tries a draft on the questions of the last `days` days, together with everything
    /// that is published.
    pub fn backtest(&self, draft: &AnswerDraft, days: u32) -> Result<BacktestView, Refusal> {
        if !(1..=MAX_DAYS).contains(&days) {
            let reason = format!("`{days}` is no number from 1 to {MAX_DAYS}");
            return Err(Invalid::new("days", reason).into());
        }
        let draft = spoken(draft.clone()).checked()?;
        let own = draft.short_answer.as_deref().unwrap_or(NEW);
        let now = self.now;
        let counter = self.counter();
        let (past, is_cut) = past(&counter, now.plus_millis(-i64::from(days) * DAY_MS));
        let texts = past.iter().map(|past| &*past.record.text);
        let (base, with) = self.answers_with(&draft, texts);
        // What is published changes how sure the agent has to be as well.
        let (gauge, then) = (self.gauge(&base), self.gauge(&with));
        let tried: Vec<QuestionChange> = past
            .par_iter()
            .map(|past| {
                let before = decide(&past.record.text, &base, &gauge, false);
                let after = decide(&past.record.text, &with, &then, false);
                let after_id = after.answer().map(str::to_owned);
                let is_own = after_id.as_deref() == Some(own);
                QuestionChange {
                    question: past.question.id.to_string(),
                    text: past.record.text.to_string(),
                    conversation: past.record.conversation.to_string(),
                    is_mined: past.record.is_mined,
                    at: past.record.at,
                    before: before.answer().map(str::to_owned),
                    wrong: wrong(past, &self.installation.knowledge, after_id.as_deref())
                        .filter(|_| is_own),
                    after: after_id,
                    confidence: after.confidence,
                }
            })
            .collect();
        let mut view = summed(tried, own, days);
        view.is_cut = is_cut;
        view.embedder = with.embedder();
        view.embedder_name = self.name_of(&view.embedder);
        deflect(&mut view, &counter, &past);
        view.would_answer.truncate(LISTED);
        view.duplicates = self.near_duplicates(&draft);
        view.collisions = clashes(&with, own);
        view.broken = self.broken_by(&draft);
        Ok(view)
    }
}

fn clashes(with: &svar_index::answers::Answers, own: &str) -> Vec<Clash> {
    let clashes = collisions(with, own).into_iter();
    clashes
        .map(|clash| Clash {
            variant: clash.variant,
            short_answer: clash.other,
            other: clash.other_variant,
            likeness: clash.likeness,
            is_caught: clash.is_caught,
        })
        .collect()
}

/// The questions since `from` that count, the latest first, and whether there are more.
fn past<'a>(counter: &GapCounter<'a>, from: Timestamp) -> (Vec<Past<'a>>, bool) {
    let knowledge = counter.knowledge;
    let questions = knowledge.questions.iter();
    let mut all: Vec<Past<'a>> = questions
        .filter_map(|(_, question)| {
            let record = counter
                .has_counted(question)
                .filter(|record| record.at >= from)
                .filter(|_| !question.is_wordless())?;
            let topic = knowledge.topic_of(question);
            let topic = topic.and_then(|number| knowledge.topics.get(&number));
            let by_topic = topic.is_some_and(|topic| topic.dismissed.holds().is_some());
            Some(Past {
                is_dismissed: by_topic || question.dismissed.holds().is_some(),
                question,
                record,
            })
        })
        .collect();
    all.sort_by(|one, other| {
        (other.record.at, &one.question.id).cmp(&(one.record.at, &other.question.id))
    });
    let is_cut = all.len() > MAX_QUESTIONS;
    all.truncate(MAX_QUESTIONS);
    (all, is_cut)
}

/// What speaks against giving `after` to a question.
fn wrong(past: &Past<'_>, knowledge: &Knowledge, after: Option<&str>) -> Option<&'static str> {
    if past.is_dismissed {
        return Some("dismissed");
    }
    match knowledge.cases.get(past.record.text.trim()) {
        Some(None) => Some("must_not_be_answered"),
        Some(Some(expected)) if Some(expected.as_str()) != after => Some("has_another_answer"),
        _ => None,
    }
}

fn summed(tried: Vec<QuestionChange>, own: &str, days: u32) -> BacktestView {
    let count = |is: fn(&QuestionChange) -> bool| tried.iter().filter(|one| is(one)).count();
    let questions = tried.len();
    let people = count(|one| one.is_mined);
    let answered_before = count(|one| one.before.is_some());
    let answered_after = count(|one| one.after.is_some());
    let (mut new, mut taken, mut lost, mut wrong) = (vec![], vec![], vec![], vec![]);
    let mut elsewhere = 0;
    for one in tried {
        let is_own = one.after.as_deref() == Some(own);
        let was_own = one.before.as_deref() == Some(own);
        if one.wrong.is_some() {
            wrong.push(one.clone());
        }
        match (&one.before, is_own) {
            (None, true) => new.push(one),
            (None, false) if one.after.is_some() => elsewhere += 1,
            (Some(_), true) if !was_own => taken.push(one),
            (Some(_), false) if one.after.is_none() => lost.push(one),
            _ => {}
        }
    }
    let counts = [new.len(), taken.len(), lost.len(), wrong.len()];
    for list in [&mut taken, &mut lost, &mut wrong] {
        list.truncate(LISTED);
    }
    let [new_count, taken_count, lost_count, wrong_count] = counts;
    BacktestView {
        days,
        embedder: String::new(),
        embedder_name: None,
        questions,
        people,
        is_cut: false,
        answered_before,
        answered_after,
        new: new_count,
        new_people: new.iter().filter(|one| one.is_mined).count(),
        taken: taken_count,
        elsewhere,
        lost: lost_count,
        wrong: wrong_count,
        would_answer: new,
        would_take: taken,
        would_lose: lost,
        would_be_wrong: wrong,
        deflected_conversations: 0,
        deflected_secs: None,
        duplicates: Vec::new(),
        collisions: Vec::new(),
        broken: Vec::new(),
    }
}

/// Adds what would have been deflected: conversations that people had, or were handed off, with a question
/// that would have been answered rightly, and with no other that would not.
fn deflect(view: &mut BacktestView, counter: &GapCounter<'_>, past: &[Past<'_>]) {
    let right = view.would_answer.iter().filter(|one| one.wrong.is_none());
    let answered: HashSet<&str> = right.map(|one| one.question.as_str()).collect();
    let still_open = past
        .iter()
        .filter(|past| !past.record.is_answered && !answered.contains(past.question.id.as_str()));
    let open: HashSet<&str> = still_open
        .map(|past| past.record.conversation.as_str())
        .collect();
    let mut seen = HashSet::new();
    let deflected = past.iter().filter(|past| {
        let conversation = past.record.conversation.as_str();
        answered.contains(past.question.id.as_str())
            && !open.contains(conversation)
            && (past.record.is_mined || counter.is_handed_off(past.record))
            && seen.insert(conversation)
    });
    view.deflected_conversations = deflected.count();
    let median = counter.median_secs();
    view.deflected_secs = median.map(|secs| secs * view.deflected_conversations as f64);
}
