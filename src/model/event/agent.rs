//! Svar's own events of the customer agent: what it decided, and what that is judged by.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::model::picture::PictureKind;
use crate::model::{ConversationId, InboxId, MessageId, QuestionId, ShortAnswerId, Timestamp};

/// A short answer that was considered, with its scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Which.
    pub short_answer: ShortAnswerId,
    /// The variant that fits best.
    pub variant: String,
    /// The score that ranks it.
    pub score: f32,
    /// How well the words fit.
    pub lexical: f32,
    /// How near the best variant is in meaning.
    pub vector: f32,
    /// How near all variants together are.
    pub centroid: f32,
}

/// What the customer agent decided, with its scores.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentDecided {
    /// In which conversation.
    pub conversation: ConversationId,
    /// On which message of the contact.
    pub message: MessageId,
    /// The question that was recorded, if one was.
    #[serde(default)]
    pub question: Option<QuestionId>,
    /// `nothing`, `hand_off`, `answer`, `clarify` or `unanswered`.
    pub decision: String,
    /// The sentence that was looked up.
    #[serde(default)]
    pub sentence: Option<String>,
    /// How sure it was.
    #[serde(default)]
    pub confidence: Option<f32>,
    /// How sure it had to be.
    #[serde(default)]
    pub threshold: Option<f32>,
    /// What was considered, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// What else was seen, for learning how sure the agent has to be.
    #[serde(default)]
    pub features: Option<Value>,
    /// The embedder that the scores come from; left out: the one that Svar comes with.
    #[serde(default)]
    pub embedder: Option<String>,
    /// What became of having the answer phrased, where that is switched on.
    #[serde(default)]
    pub phrasing: Option<Phrasing>,
}

/// What became of having an answer phrased by a language model.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrasing {
    /// By which model.
    pub model: String,
    /// Whether its words were said; else the short answer's own were.
    pub used: bool,
    /// Why they were not.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What an admin says of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was right.
    Right,
    /// Another answer, or none, would have been right.
    Wrong,
    /// It should have handed off.
    ShouldHaveHandedOff,
}

/// An admin said whether a decision was right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionReviewed {
    /// On which question.
    pub question: QuestionId,
    /// What they say.
    pub verdict: Verdict,
}

/// What an admin says of a row that a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowVerdict {
    /// What happened was right, and it counts rightly.
    Right,
    /// Another answer, or none, would have been right.
    Wrong,
    /// It should have handed off.
    ShouldHaveHandedOff,
    /// It did not end as the number says.
    OutcomeDisputed,
}

impl RowVerdict {
    /// Every verdict, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::Right,
        Self::Wrong,
        Self::ShouldHaveHandedOff,
        Self::OutcomeDisputed,
    ];

    /// Its word in events and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::ShouldHaveHandedOff => "should_have_handed_off",
            Self::OutcomeDisputed => "outcome_disputed",
        }
    }

    /// What it says of the customer agent's decision, if it says anything of that.
    pub const fn of_decision(self) -> Option<Verdict> {
        match self {
            Self::Right => Some(Verdict::Right),
            Self::Wrong => Some(Verdict::Wrong),
            Self::ShouldHaveHandedOff => Some(Verdict::ShouldHaveHandedOff),
            Self::OutcomeDisputed => None,
        }
    }
}

/// An admin looked at a row that a number counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowReviewed {
    /// Of which report.
    pub report: String,
    /// Of which conversation.
    pub conversation: ConversationId,
    /// The instant by which the row counts.
    pub counted_at: Timestamp,
    /// What they say.
    pub verdict: RowVerdict,
}

/// A question that must be answered so, or must not be answered.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSet {
    /// The question's words.
    pub text: String,
    /// The answer it must get; left out: it must get none.
    #[serde(default)]
    pub short_answer: Option<ShortAnswerId>,
}

/// A case is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRemoved {
    /// The question's words.
    pub text: String,
}

/// Settings of the knowledge area; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeSet {
    /// The confidence from which on the customer agent answers.
    #[serde(default)]
    pub threshold: Option<f32>,
    /// The embedder on whose scale it is; left out: the one that Svar comes with.
    #[serde(default)]
    pub embedder: Option<String>,
    /// The share of given answers that should be right, from which the threshold is set.
    #[serde(default)]
    pub precision: Option<f32>,
    /// A gap is opened again when, of the times its answer was given, fewer than this
    /// share were not handed off and not called unhelpful.
    #[serde(default)]
    pub holds_share: Option<f64>,
    /// The share of contacts who say so that an answer must have helped, or it is set aside.
    #[serde(default)]
    pub helpful_share: Option<f64>,
    /// Of how many who say anything at least.
    #[serde(default)]
    pub helpful_after: Option<u32>,
}

/// A short answer is not given until somebody has looked at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSetAside {
    /// Which.
    pub short_answer: ShortAnswerId,
    /// Why.
    pub reason: String,
}

/// A short answer that was set aside may be given again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerReleased {
    /// Which.
    pub short_answer: ShortAnswerId,
}

/// What was learned of how sure the customer agent has to be.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibrated {
    /// From how many confirmed cases.
    pub cases: usize,
    /// The precision that was wanted.
    pub precision: f32,
    /// The probability from which on it answers.
    pub threshold: f32,
    /// What was learned, as the index reads it.
    pub calibration: Value,
    /// The embedder whose scores it was learned from; left out: the one that Svar comes with.
    #[serde(default)]
    pub embedder: Option<String>,
}

/// When the customer agent answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DutyTime {
    /// At any time.
    Always,
    /// Outside working hours only.
    OutOfHours,
    /// Never.
    Never,
}

impl DutyTime {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Always, Self::OutOfHours, Self::Never];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::OutOfHours => "out_of_hours",
            Self::Never => "never",
        }
    }
}

/// Where the customer agent answers, and when; what a rule leaves out it does not ask for.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyRule {
    /// On which channel.
    #[serde(default)]
    pub channel: Option<String>,
    /// In which inbox.
    #[serde(default)]
    pub inbox: Option<InboxId>,
    /// When.
    pub when: DutyTime,
}

/// Settings of the customer agent; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerAgentSet {
    /// Where and when it answers: the first rule that fits holds; where none does, never.
    #[serde(default)]
    pub duty: Option<Vec<DutyRule>>,
    /// How long after a contact's last message it answers, in milliseconds.
    #[serde(default)]
    pub settle_ms: Option<u32>,
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// What it greets with; empty: in words of Svar's own.
    #[serde(default)]
    pub greeting: Option<String>,
    /// What it says when it hands off while nobody is there; empty: in words of Svar's own.
    #[serde(default)]
    pub away: Option<String>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureData {
    /// What its bytes are.
    pub kind: PictureKind,
    /// They, in Base64.
    pub data: String,
}

/// The customer agent has another picture from now on, or none.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentPictureSet {
    /// The picture.
    #[serde(default)]
    pub picture: Option<PictureData>,
}
