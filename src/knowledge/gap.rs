//! A gap: a topic of unanswered questions, with how often, since when, and at what cost.
//!
//! Plain values for the fronts; `counter` makes them, `gap_list` lists them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::Timestamp;

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
    /// Questions that the customer agent left unanswered and that were not dismissed.
    pub questions: usize,
    /// Questions that people answered without the customer agent; in none of its reports.
    pub people: usize,
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
    /// The estimated time of reps that it cost: the median handling time of its conversations
    /// that were handed off or people's from the start (of all such, where it has fewer than
    /// five) by conversation. A rep's message counts the time since the message before it, at
    /// most ten minutes.
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

impl Gap {
    /// Its questions, whoever was asked.
    pub const fn total(&self) -> usize {
        self.questions + self.people
    }

    /// How many more questions came in the last four weeks than in the four before.
    pub fn growth(&self) -> i64 {
        let count = |questions: usize| i64::try_from(questions).unwrap_or(i64::MAX);
        count(self.recent).saturating_sub(count(self.before))
    }
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
    /// Whether people answered it, and the customer agent was never asked.
    pub is_mined: bool,
    /// Its dismissal, if that holds.
    pub dismissal: Option<DismissalView>,
}
