//! Gaps: topics of unanswered questions with how often, since when, and at what cost.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::topic_number;
use crate::app::{App, Error};
use crate::metrics::{Facts, NEVER};
use crate::model::knowledge::{Asked, Dismissal, Knowledge, Question, Topic};
use crate::model::own::TopicNumber;
use crate::model::{DAY_MS, Timestamp};
use crate::projection::Snapshot;

/// How many weeks the course of a gap shows.
const WEEKS: usize = 12;
const WEEK_MS: i64 = 7 * DAY_MS;
/// The period that is compared with the one before it for the trend.
const TREND_MS: i64 = 4 * WEEK_MS;
/// From how many questions on something that was dismissed recurs a lot.
const RECURS: usize = 10;
/// From how many handed-off conversations on a topic's own median is used.
const OWN_MEDIAN: usize = 5;

/// What stands with a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapState {
    /// Nothing answers it.
    Open,
    /// A published short answer is meant to.
    Answered,
    /// Its answer does not hold.
    Reopened,
    /// An admin said that it needs no answer.
    Dismissed,
}

impl GapState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::Answered, Self::Reopened, Self::Dismissed];

    /// Its word in JSON and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Reopened => "reopened",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A dismissal, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DismissalView {
    /// When.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// Why, if that was said.
    pub reason: Option<String>,
    /// By whom.
    pub actor: String,
    /// How many questions came since.
    pub asked_since: usize,
    /// Whether that is a lot.
    pub recurs: bool,
}

/// A short answer that is meant to answer a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkView {
    /// Which.
    pub short_answer: String,
    /// Since when.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// The question it answers.
    pub question: String,
    /// Whether it is published.
    pub is_published: bool,
}

/// A topic of unanswered questions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Gap {
    /// Its id.
    pub topic: String,
    /// What it is called: an admin's word, else its most central question.
    pub title: String,
    /// Whether an admin gave the name.
    pub is_named: bool,
    /// The words that tell it from the others.
    pub tags: Vec<String>,
    /// The language of most of its questions.
    pub language: Option<String>,
    /// What stands with it.
    pub state: GapState,
    /// Unanswered questions that were not dismissed.
    pub questions: usize,
    /// Conversations that they came from.
    pub conversations: usize,
    /// The first time it was asked.
    #[schema(value_type = Option<String>)]
    pub first_asked_at: Option<Timestamp>,
    /// The last time.
    #[schema(value_type = Option<String>)]
    pub last_asked_at: Option<Timestamp>,
    /// How often in each of the last twelve weeks, the last one ending now.
    pub weekly: Vec<u32>,
    /// How often in the last four weeks.
    pub recent: usize,
    /// How often in the four weeks before those.
    pub before: usize,
    /// The estimated time of reps that it cost: the median time from handoff to end of its
    /// handed-off conversations (of all such, where it has fewer than five) by conversation.
    pub cost_secs: Option<f64>,
    /// Whether an admin keeps it from being absorbed.
    pub is_pinned: bool,
    /// The short answers that are meant to answer it.
    pub answers: Vec<LinkView>,
    /// Why it was opened again, if it was.
    pub note: Option<String>,
    /// Its dismissal, if that holds.
    pub dismissal: Option<DismissalView>,
}

/// A question of a gap.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GapQuestion {
    /// Its id.
    pub question: String,
    /// Its words, exactly.
    pub text: String,
    /// Where it was asked.
    pub conversation: String,
    /// The ticket that came of it.
    pub ticket: Option<String>,
    /// When.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// The language it seems to be in.
    pub language: Option<String>,
    /// Its dismissal, if that holds.
    pub dismissal: Option<DismissalView>,
}

/// A gap with its questions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GapView {
    /// The gap.
    #[serde(flatten)]
    pub gap: Gap,
    /// Its questions, the latest first.
    pub items: Vec<GapQuestion>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A page of gaps.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GapList {
    /// The gaps.
    pub items: Vec<Gap>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many gaps there are in all pages.
    pub total: usize,
    /// Unanswered questions that no topic has yet.
    pub waiting: usize,
}

/// In which order gaps are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GapSort {
    /// Those that cost reps the most time first, then by questions.
    #[default]
    Cost,
    /// Those with the most questions first.
    Questions,
    /// Those asked last first.
    Last,
    /// Those that grew most first.
    Rising,
}

impl GapSort {
    /// Every order with its word.
    pub const ALL: [(&'static str, Self); 4] = [
        ("cost", Self::Cost),
        ("questions", Self::Questions),
        ("last", Self::Last),
        ("rising", Self::Rising),
    ];
}

/// Which gaps are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GapQuery {
    /// Words that stand in the title, the tags or a question.
    pub words: String,
    /// Only of this language.
    pub language: Option<String>,
    /// Only of this state; none: open and reopened ones.
    pub state: Option<GapState>,
    /// In which order.
    pub sort: GapSort,
    /// How many are passed over.
    pub after: usize,
    /// At most so many.
    pub limit: usize,
}

/// The desk as gaps are counted on it.
pub(super) struct Ground<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) facts: &'a Facts,
    pub(super) now: Timestamp,
    median: std::cell::OnceCell<Option<f64>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        Self {
            knowledge: &snapshot.knowledge,
            facts: &snapshot.facts,
            now,
            median: std::cell::OnceCell::new(),
        }
    }

    /// What a question was told as, if it is unanswered, has happened, and its conversation
    /// counts.
    pub(super) fn counts(&self, question: &'a Question) -> Option<&'a Asked> {
        self.has_counted(question)
            .filter(|asked| !asked.is_answered)
    }

    /// As [`Self::counts`], of answered ones as well.
    pub(super) fn has_counted(&self, question: &'a Question) -> Option<&'a Asked> {
        let asked = question
            .asked
            .as_ref()
            .filter(|asked| asked.at <= self.now)?;
        let codes = &self.facts.dictionaries.conversation;
        let is_excluded = codes
            .code(asked.conversation.as_str())
            .is_some_and(|code| self.facts.thread(code).excluded != 0);
        (!is_excluded).then_some(asked)
    }

    fn episode(&self, asked: &Asked) -> Option<&crate::metrics::EpisodeRow> {
        let codes = &self.facts.dictionaries.conversation;
        let code = codes.code(asked.conversation.as_str())?;
        self.facts.episode_at(code, asked.at.millis())
    }

    /// Whether the episode of a question was handed off.
    pub(super) fn is_handed_off(&self, asked: &Asked) -> bool {
        self.episode(asked)
            .is_some_and(|row| row.handoff_at != NEVER)
    }

    /// Whether it was handed off after the question was asked.
    pub(super) fn is_handed_off_after(&self, asked: &Asked) -> bool {
        let row = self.episode(asked);
        row.is_some_and(|row| row.handoff_at != NEVER && row.handoff_at >= asked.at.millis())
    }

    /// The time from handoff to end of the episode of a question, in seconds.
    fn handling_secs(&self, asked: &Asked) -> Option<f64> {
        let row = self.episode(asked)?;
        let is_over = row.handoff_at != NEVER && row.ended_at <= self.now.millis();
        let millis = row.ended_at.saturating_sub(row.handoff_at);
        (is_over && millis >= 0).then_some(millis as f64 / 1000.0)
    }

    /// The median of all handed-off episodes, where a topic has too few of its own.
    pub(super) fn median_secs(&self) -> Option<f64> {
        *self.median.get_or_init(|| {
            let rows = self.facts.episodes.rows();
            let over = rows.filter(|row| {
                row.handoff_at != NEVER
                    && row.ended_at <= self.now.millis()
                    && row.ended_at >= row.handoff_at
            });
            median(
                over.map(|row| (row.ended_at - row.handoff_at) as f64 / 1000.0)
                    .collect(),
            )
        })
    }

    fn ticket(&self, asked: &Asked) -> Option<String> {
        let row = self.episode(asked)?;
        let ticket = self.facts.dictionaries.ticket.text(row.ticket);
        ticket.map(|ticket| ticket.to_string())
    }

    fn state(&self, topic: &Topic, links: &[LinkView]) -> GapState {
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

    /// A topic as a gap; none where no question of it counts.
    pub(super) fn gap(&self, topic: &Topic) -> Option<Gap> {
        let all = self.knowledge.questions_of(topic);
        let all: Vec<(&Question, &Asked)> = all
            .filter_map(|question| Some((question, self.counts(question)?)))
            .collect();
        if all.is_empty() {
            return None;
        }
        let kept = all
            .iter()
            .filter(|(question, _)| question.dismissed.holds().is_none());
        let asked: Vec<&Asked> = kept.map(|(_, asked)| *asked).collect();
        let links = self.links(topic);
        let conversations: HashSet<&str> = asked
            .iter()
            .map(|asked| asked.conversation.as_str())
            .collect();
        let dismissal = topic.dismissed.holds();
        let state = self.state(topic, &links);
        let within = |from: i64, to: i64| {
            let since = |asked: &&&Asked| (from..to).contains(&self.now.since(asked.at));
            asked.iter().filter(since).count()
        };
        Some(Gap {
            topic: topic.number.to_string(),
            title: topic.called().to_owned(),
            is_named: topic.name.is_some(),
            tags: topic.tags.clone(),
            language: most(
                all.iter()
                    .filter_map(|(question, _)| question.language.as_deref()),
            ),
            state,
            questions: asked.len(),
            conversations: conversations.len(),
            first_asked_at: asked.iter().map(|asked| asked.at).min(),
            last_asked_at: asked.iter().map(|asked| asked.at).max(),
            weekly: self.weekly(&asked),
            recent: within(0, TREND_MS),
            before: within(TREND_MS, 2 * TREND_MS),
            cost_secs: self.cost_secs(&asked, conversations.len()),
            is_pinned: topic.is_pinned,
            answers: links,
            note: (state == GapState::Reopened)
                .then(|| {
                    topic
                        .reopened
                        .as_ref()
                        .map(|reopened| reopened.note.clone())
                })
                .flatten(),
            dismissal: dismissal.map(|dismissal| {
                let since = all.iter().filter(|(_, asked)| asked.at > dismissal.at);
                view(dismissal, since.count())
            }),
        })
    }

    fn weekly(&self, asked: &[&Asked]) -> Vec<u32> {
        let mut weekly = vec![0; WEEKS];
        for asked in asked {
            let back = usize::try_from(self.now.since(asked.at) / WEEK_MS).unwrap_or(WEEKS);
            let place = WEEKS.checked_sub(back + 1);
            if let Some(count) = place.and_then(|place| weekly.get_mut(place)) {
                *count += 1;
            }
        }
        weekly
    }

    fn cost_secs(&self, asked: &[&Asked], conversations: usize) -> Option<f64> {
        let mut seen = HashSet::new();
        let first = asked
            .iter()
            .filter(|asked| seen.insert(asked.conversation.as_str()));
        let own: Vec<f64> = first
            .filter_map(|asked| self.handling_secs(asked))
            .collect();
        let each = if own.len() >= OWN_MEDIAN {
            median(own)
        } else {
            self.median_secs()
        };
        each.map(|secs| secs * conversations as f64)
    }

    fn question(&self, question: &Question, asked: &Asked) -> GapQuestion {
        GapQuestion {
            question: question.id.to_string(),
            text: asked.text.to_string(),
            conversation: asked.conversation.to_string(),
            ticket: self.ticket(asked),
            at: asked.at,
            language: question.language.clone(),
            dismissal: question.dismissed.holds().map(|held| view(held, 0)),
        }
    }

    /// The questions of a topic that count, the latest first.
    pub(super) fn questions(&self, topic: &'a Topic) -> Vec<(&'a Question, &'a Asked)> {
        let all = self.knowledge.questions_of(topic);
        let mut all: Vec<(&Question, &Asked)> = all
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

impl GapQuery {
    fn fits(&self, gap: &Gap, ground: &Ground<'_>, topic: &Topic) -> bool {
        let state = match self.state {
            None => matches!(gap.state, GapState::Open | GapState::Reopened),
            Some(state) => gap.state == state,
        };
        let language = self.language.is_none() || gap.language == self.language;
        let is_listed = gap.questions > 0 || self.state == Some(GapState::Dismissed);
        state && language && is_listed && self.says(gap, ground, topic)
    }

    fn says(&self, gap: &Gap, ground: &Ground<'_>, topic: &Topic) -> bool {
        let words: Vec<String> = self
            .words
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let holds = |text: &str| {
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        words.is_empty()
            || holds(&gap.title)
            || holds(&gap.tags.join(" "))
            || ground
                .questions(topic)
                .iter()
                .any(|(_, asked)| holds(&asked.text))
    }

    fn sort(&self, gaps: &mut [Gap]) {
        let number = |gap: &Gap| TopicNumber::parse(&gap.topic);
        gaps.sort_by(|one, other| {
            let by = match self.sort {
                GapSort::Cost => {
                    let cost = |gap: &Gap| gap.cost_secs.unwrap_or_default();
                    cost(other).total_cmp(&cost(one))
                }
                GapSort::Questions => other.questions.cmp(&one.questions),
                GapSort::Last => other.last_asked_at.cmp(&one.last_asked_at),
                GapSort::Rising => {
                    let grown = |gap: &Gap| gap.recent.saturating_sub(gap.before);
                    grown(other).cmp(&grown(one))
                }
            };
            by.then(other.questions.cmp(&one.questions))
                .then(number(one).cmp(&number(other)))
        });
    }
}

/// What page `after..after + limit` of `all` is, and where the next begins.
pub(super) fn page<T>(all: Vec<T>, after: usize, limit: usize) -> (Vec<T>, Option<String>) {
    let next = after.saturating_add(limit);
    let cursor = (next < all.len()).then(|| next.to_string());
    (all.into_iter().skip(after).take(limit).collect(), cursor)
}

impl App {
    /// The gaps that a query asks for.
    pub fn gaps(&self, query: &GapQuery) -> GapList {
        let snapshot = self.snapshot();
        let ground = Ground::new(&snapshot, self.now());
        let topics = snapshot.knowledge.topics.values();
        let gaps = topics.filter_map(|topic| {
            let gap = ground.gap(topic)?;
            query.fits(&gap, &ground, topic).then_some(gap)
        });
        let mut gaps: Vec<Gap> = gaps.collect();
        query.sort(&mut gaps);
        let total = gaps.len();
        let (items, next_cursor) = page(gaps, query.after, query.limit);
        GapList {
            items,
            next_cursor,
            total,
            waiting: snapshot.knowledge.unplaced.len(),
        }
    }

    /// A gap with a page of its questions; of a topic that was put into another, that one.
    pub fn gap(&self, topic: &str, after: usize, limit: usize) -> Result<GapView, Error> {
        let number = topic_number(topic)?;
        let snapshot = self.snapshot();
        let ground = Ground::new(&snapshot, self.now());
        let standing = snapshot.knowledge.standing(number);
        let standing = standing.ok_or_else(|| Error::unknown("topic", topic))?;
        let gap = ground
            .gap(standing)
            .ok_or_else(|| Error::unknown("topic", topic))?;
        let (questions, next_cursor) = page(ground.questions(standing), after, limit);
        let items = questions
            .into_iter()
            .map(|(question, asked)| ground.question(question, asked));
        Ok(GapView {
            gap,
            items: items.collect(),
            next_cursor,
        })
    }
}
