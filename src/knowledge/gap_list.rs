//! The list of gaps, and one gap with its questions: searched, sorted, page by page.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::Library;
use super::counter::GapCounter;
use super::gap::{Gap, GapQuestion, GapState};
use super::mining::MiningView;
use super::paging::Paging;
use super::sisters::{AnswerBeside, Sister};
use super::tally::Tally;
use super::topic_number;
use crate::command::Refusal;

/// A gap with its questions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GapView {
    /// The gap.
    #[serde(flatten)]
    pub gap: Gap,
    /// Topics that seem to ask the same in other languages, the nearest first. Nothing is merged by itself.
    pub sisters: Vec<Sister>,
    /// Its short answers and those of its sisters, where they are in more than one language.
    pub answers_beside: Vec<AnswerBeside>,
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
    /// The languages of the gaps that the query asks for, were it not for its language.
    pub languages: Vec<String>,
}

/// In which order gaps are listed; those whose answer does not hold come before all others.
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
    /// By what they are called.
    Title,
    /// By their language.
    Language,
    /// Those with the most questions put to the customer agent first.
    Agent,
    /// Those with the most questions that people answered first.
    People,
    /// Those of the most conversations first.
    Conversations,
}

impl GapSort {
    /// Every order with its word.
    pub const ALL: [(&'static str, Self); 9] = [
        ("cost", Self::Cost),
        ("questions", Self::Questions),
        ("last", Self::Last),
        ("rising", Self::Rising),
        ("title", Self::Title),
        ("language", Self::Language),
        ("agent", Self::Agent),
        ("people", Self::People),
        ("conversations", Self::Conversations),
    ];

    /// Which of two comes first.
    fn compare(self, one: &Listed<'_>, other: &Listed<'_>) -> Ordering {
        let words = one.word.cmp(&other.word);
        let (one, other) = (&one.tally, &other.tally);
        match self {
            Self::Cost => {
                let cost = |tally: &Tally<'_>| tally.cost_secs.unwrap_or_default();
                cost(other).total_cmp(&cost(one))
            }
            Self::Questions => other.total().cmp(&one.total()),
            Self::Last => other.last_asked_at.cmp(&one.last_asked_at),
            Self::Rising => other.growth().cmp(&one.growth()),
            Self::Title | Self::Language => words,
            Self::Agent => other.questions.cmp(&one.questions),
            Self::People => other.people.cmp(&one.people),
            Self::Conversations => other.conversations.cmp(&one.conversations),
        }
    }
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
    /// Whether that order is turned round.
    pub is_reversed: bool,
    /// Which part of the list.
    pub paging: Paging,
}

/// A topic of the list, by its numbers, and the word by which it is sorted, if by one.
struct Listed<'a> {
    tally: Tally<'a>,
    word: Option<String>,
}

impl GapQuery {
    fn fits<'a>(&self, tally: &Tally<'a>, counter: &GapCounter<'a>) -> bool {
        let state = match self.state {
            None => matches!(tally.state, GapState::Open | GapState::Reopened),
            Some(state) => tally.state == state,
        };
        let is_listed = tally.total() > 0 || self.state == Some(GapState::Dismissed);
        state && is_listed && self.says(tally, counter)
    }

    fn says<'a>(&self, tally: &Tally<'a>, counter: &GapCounter<'a>) -> bool {
        let words: Vec<String> = self
            .words
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        if words.is_empty() {
            return true;
        }
        let holds = |text: &str| {
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let mut questions = counter.questions(tally.topic).into_iter();
        holds(&counter.title(tally.topic))
            || holds(&counter.tags(tally.topic).join(" "))
            || questions.any(|(_, record)| holds(&record.text))
    }

    fn listed<'a>(&self, tally: Tally<'a>, counter: &GapCounter<'a>) -> Listed<'a> {
        let word = match self.sort {
            GapSort::Title => Some(counter.title(tally.topic).to_lowercase()),
            GapSort::Language => counter.asked().language(tally.language).map(str::to_owned),
            _ => None,
        };
        Listed { tally, word }
    }

    fn sort(&self, gaps: &mut [Listed<'_>]) {
        let holds = |one: &Listed<'_>| one.tally.state != GapState::Reopened;
        gaps.sort_by(|one, other| {
            let by = self.sort.compare(one, other);
            let by = if self.is_reversed { by.reverse() } else { by };
            let (first, second) = (&one.tally, &other.tally);
            holds(one)
                .cmp(&holds(other))
                .then(by)
                .then(second.total().cmp(&first.total()))
                .then(first.topic.number.cmp(&second.topic.number))
        });
    }
}

impl Library {
    /// The gaps that a query asks for.
    pub fn gaps(&self, query: &GapQuery) -> GapList {
        let counter = self.counter();
        let mut tallies = counter.tallies();
        tallies.retain(|tally| query.fits(tally, &counter));
        let language = |tally: &Tally<'_>| counter.asked().language(tally.language);
        let languages: BTreeSet<&str> = tallies.iter().filter_map(language).collect();
        if query.language.is_some() {
            tallies.retain(|tally| language(tally) == query.language.as_deref());
        }
        let listed = tallies.into_iter();
        let mut listed: Vec<Listed<'_>> =
            listed.map(|tally| query.listed(tally, &counter)).collect();
        query.sort(&mut listed);
        let total = listed.len();
        let (page, next_cursor) = query.paging.of(listed);
        let items = page.iter().map(|one| counter.described(&one.tally));
        GapList {
            items: items.collect(),
            next_cursor,
            total,
            // Of a part nobody knows how many will come to it.
            waiting: match self.seen {
                None => self.installation.knowledge.unplaced.len(),
                Some(_) => 0,
            },
            mining: self.mining(),
            languages: languages.into_iter().map(str::to_owned).collect(),
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
        let sisters = self.sisters(&counter, standing);
        Ok(GapView {
            answers_beside: self.answers_beside(&gap, &sisters),
            sisters,
            gap,
            items: items.collect(),
            next_cursor,
        })
    }
}
