//! The list of gaps, and one gap with its questions: searched, sorted, page by page.

use serde::Serialize;
use utoipa::ToSchema;

use super::Library;
use super::counter::GapCounter;
use super::gap::{Gap, GapQuestion, GapState};
use super::mining::MiningView;
use super::paging::Paging;
use super::topic_number;
use crate::command::Refusal;
use crate::model::event::TopicNumber;
use crate::model::knowledge::Topic;

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
    /// How far the search for questions in what people answered is.
    pub mining: MiningView,
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
        let is_listed = gap.total() > 0 || self.state == Some(GapState::Dismissed);
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
                .any(|(_, record)| holds(&record.text))
    }

    fn sort(&self, gaps: &mut [Gap]) {
        let number = |gap: &Gap| TopicNumber::parse(&gap.topic);
        gaps.sort_by(|one, other| {
            let by = match self.sort {
                GapSort::Cost => {
                    let cost = |gap: &Gap| gap.cost_secs.unwrap_or_default();
                    cost(other).total_cmp(&cost(one))
                }
                GapSort::Questions => other.total().cmp(&one.total()),
                GapSort::Last => other.last_asked_at.cmp(&one.last_asked_at),
                GapSort::Rising => {
                    let grown = |gap: &Gap| gap.recent.saturating_sub(gap.before);
                    grown(other).cmp(&grown(one))
                }
            };
            by.then(other.total().cmp(&one.total()))
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
            // Of a part nobody knows how many will come to it.
            waiting: match self.seen {
                None => self.installation.knowledge.unplaced.len(),
                Some(_) => 0,
            },
            mining: self.mining(),
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
            .map(|(question, record)| counter.question(question, record));
        Ok(GapView {
            gap,
            items: items.collect(),
            next_cursor,
        })
    }
}
