//! Gaps: topics of unanswered questions with how often, since when, and at what cost.

use serde::Serialize;
use utoipa::ToSchema;

use super::Library;
use super::counter::GapCounter;
use super::paging::Paging;
use super::topic_number;
use crate::command::Refusal;
use crate::model::Timestamp;
use crate::model::event::TopicNumber;
use crate::model::knowledge::Topic;

/// In which state a gap is.
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
    /// In which state it is.
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
    /// The estimated time of reps that it cost: the median handling time of its handed-off
    /// conversations (of all such, where it has fewer than five) by conversation. A rep's
    /// message counts the time since the message before it, at most ten minutes.
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
    /// Words that are in the title, the tags or a question.
    pub words: String,
    /// Only of this language.
    pub language: Option<String>,
    /// Only of this state; none: open and reopened ones.
    pub state: Option<GapState>,
    /// In which order.
    pub sort: GapSort,
    /// Which part of the list.
    pub paging: Paging,
}

impl GapQuery {
    fn fits(&self, gap: &Gap, counter: &GapCounter<'_>, topic: &Topic) -> bool {
        let state = match self.state {
            None => matches!(gap.state, GapState::Open | GapState::Reopened),
            Some(state) => gap.state == state,
        };
        let language = self.language.is_none() || gap.language == self.language;
        let is_listed = gap.questions > 0 || self.state == Some(GapState::Dismissed);
        state && language && is_listed && self.says(gap, counter, topic)
    }

    fn says(&self, gap: &Gap, counter: &GapCounter<'_>, topic: &Topic) -> bool {
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
            || counter
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

impl Library {
    /// The gaps that a query asks for.
    pub fn gaps(&self, query: &GapQuery) -> GapList {
        let counter = self.counter();
        let topics = self.installation.knowledge.topics.values();
        let gaps = topics.filter_map(|topic| {
            let gap = counter.gap(topic)?;
            query.fits(&gap, &counter, topic).then_some(gap)
        });
        let mut gaps: Vec<Gap> = gaps.collect();
        query.sort(&mut gaps);
        let total = gaps.len();
        let (items, next_cursor) = query.paging.of(gaps);
        GapList {
            items,
            next_cursor,
            total,
            waiting: self.installation.knowledge.unplaced.len(),
        }
    }

    /// A gap with a page of its questions; of a topic that was put into another, that one.
    pub fn gap(&self, topic: &str, paging: Paging) -> Result<GapView, Refusal> {
        let number = topic_number(topic)?;
        let counter = self.counter();
        let standing = self.installation.knowledge.standing(number);
        let standing = standing.ok_or_else(|| Refusal::unknown("topic", topic))?;
        let gap = counter
            .gap(standing)
            .ok_or_else(|| Refusal::unknown("topic", topic))?;
        let (questions, next_cursor) = paging.of(counter.questions(standing));
        let items = questions
            .into_iter()
            .map(|(question, asked)| counter.question(question, asked));
        Ok(GapView {
            gap,
            items: items.collect(),
            next_cursor,
        })
    }
}
