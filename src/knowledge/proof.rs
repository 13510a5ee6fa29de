//! Proof: what came of the answer to a gap, week by week, and opening it again where the
//! answer does not hold.
//!
//! An answer holds for a question that got it and was then neither handed off nor called
//! unhelpful; questions of the topic that stay unanswered count against it. Below half of at
//! least ten (`svar.knowledge_set`) the gap is opened again.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::Library;
use super::counter::GapCounter;
use super::gap::GapState;
use super::topic_number;
use crate::command::Refusal;
use crate::model::event::TopicReopened;
use crate::model::knowledge::{QuestionRecord, Topic};
use crate::model::{DAY_MS, ShortAnswerId, Timestamp};

const WEEK_MS: i64 = 7 * DAY_MS;
/// How many weeks before the answer are shown.
const WEEKS_BEFORE: i64 = 8;
/// Below so many questions since the answer nothing is concluded.
const MIN_ASKED: usize = 10;

/// One week of an answered gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofWeek {
    /// Its place: 0 begins when the answer was published, −1 is the week before.
    pub week: i64,
    /// How often it was asked.
    pub asked: usize,
    /// How often it was answered by the gap's answers.
    pub answered: usize,
    /// After how many of those the contact said that it helped.
    pub helpful: usize,
    /// After how many of those the contact said that it did not.
    pub not_helpful: usize,
    /// How many of those asked were handed off after it.
    pub handed_off: usize,
}

/// What came of the answer to a gap.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Proof {
    /// The topic.
    pub topic: String,
    /// Since when a short answer for it is published.
    #[schema(value_type = String)]
    pub published_at: Timestamp,
    /// How often it was asked a week before.
    pub asked_per_week_before: f64,
    /// How often it was left unanswered a week since.
    pub unanswered_per_week_since: f64,
    /// How often it was asked since, or since an answer was put to the opened gap again.
    pub asked: usize,
    /// How many of those were answered and neither handed off nor called unhelpful.
    pub held: usize,
    /// Their share; none while there are too few.
    pub held_share: Option<f64>,
    /// Below which share the gap is opened again.
    pub holds_share: f64,
    /// Week by week.
    pub weeks: Vec<ProofWeek>,
}

/// What became of one question.
struct Fate {
    asked_at: Timestamp,
    is_answered: bool,
    helpful: Option<bool>,
    is_handed_off: bool,
}

impl Fate {
    const fn holds(&self) -> bool {
        self.is_answered && !self.is_handed_off && !matches!(self.helpful, Some(false))
    }
}

impl<'a> GapCounter<'a> {
    fn proof(&self, topic: &'a Topic, holds_share: f64) -> Option<Proof> {
        let links: Vec<&ShortAnswerId> = topic
            .answers
            .iter()
            .map(|link| &link.short_answer)
            .collect();
        let answers = links
            .iter()
            .filter_map(|id| self.knowledge.answers.get(*id));
        let since = answers.filter_map(|answer| answer.published_since(self.now));
        let published_at = since.min()?;
        // An answer that was put to an opened gap again is judged from then on.
        let linked = topic.answers.iter().map(|link| link.at).max();
        let judged_from = linked.map_or(published_at, |linked| linked.max(published_at));
        let fates = self.fates(topic, &links);
        let since: Vec<&Fate> = fates
            .iter()
            .filter(|fate| fate.asked_at >= judged_from)
            .collect();
        let before = fates.iter().filter(|fate| {
            let ago = published_at.since(fate.asked_at);
            ago > 0 && ago <= WEEKS_BEFORE * WEEK_MS
        });
        let weeks_since = self.now.since(judged_from).max(1) as f64 / WEEK_MS as f64;
        let left = since.iter().filter(|fate| !fate.is_answered).count();
        let held = since.iter().filter(|fate| fate.holds()).count();
        Some(Proof {
            topic: topic.number.to_string(),
            published_at,
            asked_per_week_before: before.count() as f64 / WEEKS_BEFORE as f64,
            unanswered_per_week_since: left as f64 / weeks_since.max(1.0),
            asked: since.len(),
            held,
            held_share: (since.len() >= MIN_ASKED).then(|| held as f64 / since.len() as f64),
            holds_share,
            weeks: weeks(&fates, published_at),
        })
    }

    /// That a topic is opened again, where its answer does not hold.
    fn failing(&self, topic: &'a Topic, holds_share: f64) -> Option<TopicReopened> {
        if topic.answers.is_empty() || self.state(topic) != GapState::Answered {
            return None;
        }
        let proof = self.proof(topic, holds_share)?;
        let has_failed = proof.held_share.is_some_and(|share| share < holds_share);
        has_failed.then(|| TopicReopened {
            topic: topic.number,
            note: format!(
                "since the answer was published it was asked {} times; {} of them were answered and neither handed off nor called unhelpful",
                proof.asked, proof.held
            ),
        })
    }

    /// The questions of a topic and those that its answers were given to.
    fn fates(&self, topic: &'a Topic, links: &[&ShortAnswerId]) -> Vec<Fate> {
        let left = self.questions(topic).into_iter().map(|(_, record)| record);
        // Whether an answer holds is told by those who were given it.
        let left = left.filter(|record| !record.is_mined);
        let given = links.iter().filter_map(|id| self.given().get(*id));
        left.chain(given.flatten().copied())
            .map(|record| self.fate(record))
            .collect()
    }

    fn fate(&self, record: &QuestionRecord) -> Fate {
        Fate {
            asked_at: record.at,
            is_answered: record.is_answered,
            helpful: self.helped(record),
            is_handed_off: self.is_handed_off_after(record),
        }
    }
}

fn weeks(fates: &[Fate], published_at: Timestamp) -> Vec<ProofWeek> {
    let mut weeks: BTreeMap<i64, ProofWeek> = BTreeMap::new();
    for fate in fates {
        let week = fate.asked_at.since(published_at).div_euclid(WEEK_MS);
        if week < -WEEKS_BEFORE {
            continue;
        }
        let entry = weeks.entry(week).or_default();
        entry.week = week;
        entry.asked += 1;
        entry.answered += usize::from(fate.is_answered);
        entry.helpful += usize::from(fate.is_answered && fate.helpful == Some(true));
        entry.not_helpful += usize::from(fate.is_answered && fate.helpful == Some(false));
        entry.handed_off += usize::from(fate.is_handed_off);
    }
    weeks.into_values().collect()
}

impl Library {
    /// What came of the answer to a gap; none while nothing published answers it.
    pub fn proof(&self, topic: &str) -> Result<Option<Proof>, Refusal> {
        let standing = self.installation.knowledge.standing(topic_number(topic)?);
        let counter = self.counter();
        let standing = standing.filter(|one| self.seen.is_none() || counter.tally(one).is_some());
        let topic = standing.ok_or_else(|| Refusal::unknown("topic", topic))?;
        Ok(counter.proof(topic, self.installation.knowledge.settings.holds_share))
    }

    /// The proofs of several topics, in their order; none for what nothing published answers.
    pub fn proofs<'a>(&self, topics: impl Iterator<Item = &'a str>) -> Vec<Option<Proof>> {
        let counter = self.counter();
        let knowledge = &self.installation.knowledge;
        let proofs = topics.map(|topic| {
            let topic = knowledge.standing(topic_number(topic).ok()?)?;
            counter.proof(topic, knowledge.settings.holds_share)
        });
        proofs.collect()
    }

    /// The answered gaps whose answer does not hold, as the events that open them again.
    pub(crate) fn failing(&self) -> Vec<TopicReopened> {
        let counter = self.counter();
        let knowledge = &self.installation.knowledge;
        let holds_share = knowledge.settings.holds_share;
        let topics = knowledge.topics.values();
        topics
            .filter_map(|topic| counter.failing(topic, holds_share))
            .collect()
    }
}
