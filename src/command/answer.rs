//! Short answers: written, versioned, published once the regression set was run.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::State;
use super::evidence::Evidence;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{answer_id, filled, question, short};
use crate::model::event::{
    AnswerReleased, AnswerSetAside, AnswerStatus, Patch, ShortAnswerDeleted, ShortAnswerUpserted,
    TopicAnswered, TopicNumber,
};
use crate::model::knowledge::{Knowledge, Version};
use crate::model::{Body, Invalid, ShortAnswerId, Timestamp};

/// The longest question or variant, in characters.
const MAX_QUESTION: usize = 1_000;
/// The longest answer, in characters.
const MAX_ANSWER: usize = 20_000;
/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;
/// The most variants of an answer.
const MAX_VARIANTS: usize = 500;

/// A short answer to be written.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerDraft {
    /// Which; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub short_answer: Option<String>,
    /// The question it answers.
    #[schema(min_length = 1, max_length = 1_000, pattern = r"\S")]
    pub question: String,
    /// Other ways to ask it.
    #[serde(default)]
    pub variants: Vec<String>,
    /// The answer, in Markdown.
    #[schema(min_length = 1, max_length = 20_000, pattern = r"\S")]
    pub text: String,
    /// In which language; left out: as the question is.
    #[serde(default)]
    #[serialize_always]
    pub language: Option<String>,
    /// Whether the customer agent may give it.
    #[serde(default)]
    pub published: bool,
    /// The topic that it is meant to answer.
    #[serde(default)]
    #[serialize_always]
    pub topic: Option<String>,
    /// Publish it although that breaks cases of the regression set.
    #[serde(default)]
    pub anyway: bool,
}

/// A way to ask: in words, or as a past question asked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The words.
    Text(String),
    /// The id of a question.
    Question(String),
}

/// Something done to a short answer. What publishes one needs [`Evidence::Tested`], unless it
/// is wanted anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerCommand {
    /// Writes one, and says which topic it is meant to answer.
    Save {
        /// The whole answer, its id included.
        draft: AnswerDraft,
        /// The instant of the version that was looked at: another one must not be written
        /// over. None: whatever is there.
        seen: Option<Timestamp>,
    },
    /// Adds a way to ask.
    AddVariant {
        /// To which answer.
        short_answer: String,
        /// How.
        variant: Variant,
    },
    /// Puts one in use, or out of it.
    Publish {
        /// Which.
        short_answer: String,
        /// Whether it is in use.
        published: bool,
        /// Although cases of the regression set break.
        anyway: bool,
    },
    /// Deletes one; its versions stay in the log.
    Delete {
        /// Which.
        short_answer: String,
    },
    /// Takes one out of the customer agent's mouth until somebody has looked at it.
    SetAside {
        /// Which.
        short_answer: String,
        /// Why.
        reason: String,
    },
    /// Has one given again as it is.
    Release {
        /// Which.
        short_answer: String,
    },
}

impl AnswerCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save { .. } => &role::ANSWER_SAVE,
            Self::AddVariant { .. } => &role::ANSWER_ADD_VARIANT,
            Self::Publish { .. } => &role::ANSWER_PUBLISH,
            Self::Delete { .. } => &role::ANSWER_DELETE,
            Self::SetAside { .. } => &role::ANSWER_SET_ASIDE,
            Self::Release { .. } => &role::ANSWER_RELEASE,
        }
    }

    /// What it publishes, if it does and the regression set has a say in that.
    pub fn publishes(
        &self,
        knowledge: &Knowledge,
        now: Timestamp,
    ) -> Result<Option<AnswerDraft>, Refusal> {
        let draft = match self {
            Self::Save { draft, .. } => draft.clone(),
            Self::AddVariant {
                short_answer,
                variant,
            } => with_variant(knowledge, short_answer, variant, now)?,
            Self::Publish {
                short_answer,
                published,
                anyway,
            } => AnswerDraft {
                published: *published,
                anyway: *anyway,
                ..AnswerDraft::of(knowledge, short_answer, now)?
            },
            Self::Delete { .. } | Self::SetAside { .. } | Self::Release { .. } => return Ok(None),
        };
        let draft = draft.checked()?;
        Ok(Some(draft).filter(|draft| draft.published && !draft.anyway))
    }
}

impl AnswerDraft {
    /// The present words of a short answer, to be changed and written again.
    pub fn of(knowledge: &Knowledge, id: &str, now: Timestamp) -> Result<Self, Refusal> {
        let number = answer_id(id)?;
        let answer = knowledge.answers.get(&number);
        let version = answer.and_then(|answer| answer.current(now));
        let version = version.ok_or_else(|| Refusal::unknown("short answer", id))?;
        Ok(Self::of_version(id, version))
    }

    /// The words of a version of a short answer, to be written again.
    pub fn of_version(id: &str, version: Version) -> Self {
        Self {
            short_answer: Some(id.to_owned()),
            published: version.is_published(),
            question: version.question,
            variants: version.variants,
            text: version.text,
            language: version.language,
            topic: None,
            anyway: false,
        }
    }

    /// The draft with blanks and repetitions gone; what cannot be used is named by field.
    pub fn checked(mut self) -> Result<Self, Invalid> {
        self.short_answer.as_deref().map(answer_id).transpose()?;
        self.question = line("question", &self.question)?;
        self.text = self.text.trim().to_owned();
        filled("text", &self.text, MAX_ANSWER)?;
        let mut variants: Vec<String> = Vec::new();
        for variant in &self.variants {
            if variant.trim().is_empty() {
                continue;
            }
            let variant = line("variants", variant)?;
            if variant != self.question && !variants.contains(&variant) {
                variants.push(variant);
            }
        }
        if variants.len() > MAX_VARIANTS {
            let count = variants.len();
            let reason = format!("there are {count}; at most {MAX_VARIANTS} are expected");
            return Err(Invalid::new("variants", reason));
        }
        self.variants = variants;
        let language = self.language.as_deref().map(str::trim);
        self.language = language.filter(|word| !word.is_empty()).map(str::to_owned);
        Ok(self)
    }

    /// Whether a version says the same already.
    fn is(&self, version: &Version) -> bool {
        let same_language = self.language.is_none() || self.language == version.language;
        self.question == version.question
            && self.variants == version.variants
            && self.text == version.text
            && self.published == version.is_published()
            && same_language
    }

    /// The event that writes it.
    fn upserted(self, id: ShortAnswerId) -> Body {
        Body::ShortAnswerUpserted(Box::new(ShortAnswerUpserted {
            short_answer: id,
            question: self.question,
            variants: Patch::Set(self.variants),
            text: self.text,
            language: self.language.map_or(Patch::Keep, Patch::Set),
            status: if self.published {
                AnswerStatus::Published
            } else {
                AnswerStatus::Draft
            },
        }))
    }
}

/// A text of one line, not empty and not too long.
fn line(field: &str, text: &str) -> Result<String, Invalid> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    filled(field, &line, MAX_QUESTION)?;
    Ok(line)
}

fn with_variant(
    knowledge: &Knowledge,
    id: &str,
    variant: &Variant,
    now: Timestamp,
) -> Result<AnswerDraft, Refusal> {
    let mut draft = AnswerDraft::of(knowledge, id, now)?;
    draft.variants.push(match variant {
        Variant::Text(text) => line("text", text)?,
        Variant::Question(id) => {
            let record = question(knowledge, id)?.asked.as_ref();
            let record = record.ok_or_else(|| Refusal::unknown("question", id))?;
            record.text.to_string()
        }
    });
    Ok(draft)
}

pub(super) fn decide(
    state: &State<'_>,
    command: AnswerCommand,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    if command.publishes(knowledge, state.now)?.is_some() {
        let changed = knowledge.answering_changed;
        let is_tested = matches!(evidence, Evidence::Tested { since } if *since == changed);
        if !is_tested {
            return Err(Refusal::Outdated);
        }
    }
    match command {
        AnswerCommand::Save { draft, seen } => save(state, draft, seen),
        AnswerCommand::AddVariant {
            short_answer,
            variant,
        } => {
            let draft = with_variant(knowledge, &short_answer, &variant, state.now)?;
            save(state, draft, None)
        }
        AnswerCommand::Publish {
            short_answer,
            published,
            ..
        } => {
            let draft = AnswerDraft {
                published,
                ..AnswerDraft::of(knowledge, &short_answer, state.now)?
            };
            save(state, draft, None)
        }
        AnswerCommand::Delete { short_answer } => {
            AnswerDraft::of(knowledge, &short_answer, state.now)?;
            let short_answer = answer_id(&short_answer)?;
            let deleted = ShortAnswerDeleted { short_answer };
            Ok(vec![Body::ShortAnswerDeleted(Box::new(deleted))])
        }
        AnswerCommand::SetAside {
            short_answer,
            reason,
        } => Ok(vec![set_aside(state, &short_answer, &reason)?]),
        AnswerCommand::Release { short_answer } => Ok(vec![release(state, &short_answer)?]),
    }
}

/// That a published answer is not given, with why.
fn set_aside(state: &State<'_>, id: &str, reason: &str) -> Result<Body, Refusal> {
    let knowledge = &*state.installation.knowledge;
    let draft = AnswerDraft::of(knowledge, id, state.now)?;
    let short_answer = answer_id(id)?;
    if !draft.published || knowledge.reception.set_aside(&short_answer).is_some() {
        return Err(Refusal::conflict("the short answer is not given as it is"));
    }
    let reason = reason.trim().to_owned();
    short("reason", &reason, MAX_REASON)?;
    Ok(Body::AnswerSetAside(Box::new(AnswerSetAside {
        short_answer,
        reason,
    })))
}

/// That an answer is given again.
fn release(state: &State<'_>, id: &str) -> Result<Body, Refusal> {
    let knowledge = &*state.installation.knowledge;
    AnswerDraft::of(knowledge, id, state.now)?;
    let short_answer = answer_id(id)?;
    if knowledge.reception.set_aside(&short_answer).is_none() {
        return Err(Refusal::conflict("the short answer is not set aside"));
    }
    Ok(Body::AnswerReleased(Box::new(AnswerReleased {
        short_answer,
    })))
}

pub(super) fn save(
    state: &State<'_>,
    draft: AnswerDraft,
    seen: Option<Timestamp>,
) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    let draft = draft.checked()?;
    let id = answer_id(draft.short_answer.as_deref().unwrap_or_default())?;
    let answer = knowledge.answers.get(&id);
    let current = answer.and_then(|answer| answer.current(state.now));
    if seen.is_some() && current.as_ref().map(|version| version.at) != seen {
        return Err(Refusal::Changed {
            kind: "short answer",
            id: id.to_string(),
        });
    }
    let mut bodies = Vec::new();
    let link = match &draft.topic {
        Some(topic) => linked(knowledge, topic, &id)?,
        None => None,
    };
    if !current.is_some_and(|version| draft.is(&version)) {
        bodies.push(draft.upserted(id));
    }
    bodies.extend(link);
    Ok(bodies)
}

/// That the answer is meant for a topic, unless that is known and the gap was not opened again.
fn linked(knowledge: &Knowledge, topic: &str, id: &ShortAnswerId) -> Result<Option<Body>, Refusal> {
    let number = TopicNumber::parse(topic);
    let standing = number.and_then(|number| knowledge.standing(number));
    let topic = standing.ok_or_else(|| Refusal::unknown("topic", topic))?;
    let is_linked = topic.answers.iter().any(|link| link.short_answer == *id);
    let answered = TopicAnswered {
        topic: topic.number,
        short_answer: id.clone(),
    };
    let is_new = !is_linked || topic.reopened.is_some();
    Ok(is_new.then(|| Body::TopicAnswered(Box::new(answered))))
}
