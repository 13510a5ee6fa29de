//! Short answers: written, versioned, published after a look at what that would break.

use serde::{Deserialize, Serialize};
use svar_index::duplicates::{NEAR, jaccard};
use utoipa::ToSchema;

use super::case::Broken;
use super::gap::page;
use super::{answer_id, question_id, topic_number};
use crate::app::{App, Error, Via};
use crate::clock::Clock;
use crate::model::event::TopicAnswered;
use crate::model::event::{AnswerStatus, Patch, ShortAnswerDeleted, ShortAnswerUpserted};
use crate::model::knowledge::{ShortAnswer, Version};
use crate::model::{Body, Invalid, ShortAnswerId, Timestamp};

/// The longest question or variant, in characters.
const MAX_QUESTION: usize = 1_000;
/// The longest answer, in characters.
const MAX_ANSWER: usize = 20_000;
/// The most variants of an answer.
const MAX_VARIANTS: usize = 500;

/// A short answer to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerDraft {
    /// Which; left out: a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_answer: Option<String>,
    /// The question it answers.
    pub question: String,
    /// Other ways to ask it.
    #[serde(default)]
    pub variants: Vec<String>,
    /// The answer, in Markdown.
    pub text: String,
    /// In which language; left out: told from the question.
    #[serde(default)]
    pub language: Option<String>,
    /// Whether the customer agent may give it.
    #[serde(default)]
    pub published: bool,
    /// The topic that it is meant to answer.
    #[serde(default)]
    pub topic: Option<String>,
    /// Publish it although that breaks cases of the regression set.
    #[serde(default)]
    pub anyway: bool,
}

/// A short answer as it was at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionView {
    /// From when.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// Who wrote it.
    pub actor: String,
    /// The question it answers.
    pub question: String,
    /// Other ways to ask it.
    pub variants: Vec<String>,
    /// The answer, in Markdown.
    pub text: String,
    /// In which language.
    pub language: Option<String>,
    /// Whether it is published.
    pub published: bool,
}

/// A short answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerView {
    /// Its id.
    pub short_answer: String,
    /// As it is now.
    #[serde(flatten)]
    pub version: VersionView,
    /// Every version, the latest first.
    pub versions: Vec<VersionView>,
}

/// A page of short answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerList {
    /// The answers, by their questions.
    pub items: Vec<AnswerView>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// How many there are in all pages.
    pub total: usize,
}

/// Another answer's way to ask that is nearly the same.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NearDuplicate {
    /// The way to ask of the one that was looked at.
    pub variant: String,
    /// The other answer.
    pub short_answer: String,
    /// Its way to ask.
    pub other: String,
    /// How alike they are, 0 to 1.
    pub likeness: f32,
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        Self {
            published: version.is_published(),
            at: version.at,
            actor: version.actor,
            question: version.question,
            variants: version.variants,
            text: version.text,
            language: version.language,
        }
    }
}

pub(super) fn view(answer: &ShortAnswer, now: Timestamp) -> Option<AnswerView> {
    let current = answer.current(now)?;
    let versions = answer.versions(now).into_iter().rev();
    Some(AnswerView {
        short_answer: answer.id.to_string(),
        version: current.into(),
        versions: versions.map(VersionView::from).collect(),
    })
}

impl AnswerDraft {
    /// The draft with blanks and repetitions gone; what cannot be used is told by field.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        self.question = line("question", &self.question)?;
        self.text = self.text.trim().to_owned();
        let length = self.text.chars().count();
        if length == 0 || length > MAX_ANSWER {
            let reason = format!("it has {length} characters; expected 1 to {MAX_ANSWER}");
            return Err(Invalid::new("text", reason).into());
        }
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
            let reason = format!(
                "there are {}; at most {MAX_VARIANTS} are expected",
                variants.len()
            );
            return Err(Invalid::new("variants", reason).into());
        }
        self.variants = variants;
        let language = self.language.as_deref().map(str::trim);
        // Told here already, so that a backtest tries what will be published.
        let told = || svar_index::language::detect(&self.question);
        let language = language.filter(|word| !word.is_empty()).or_else(told);
        self.language = language.map(str::to_owned);
        Ok(self)
    }

    fn is(&self, version: &Version) -> bool {
        let same_language = self.language.is_none() || self.language == version.language;
        self.question == version.question
            && self.variants == version.variants
            && self.text == version.text
            && self.published == version.is_published()
            && same_language
    }
}

/// A text of one line, not empty and not too long.
fn line(field: &str, text: &str) -> Result<String, Error> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let length = line.chars().count();
    if length == 0 || length > MAX_QUESTION {
        let reason = format!("it has {length} characters; expected 1 to {MAX_QUESTION}");
        return Err(Invalid::new(field, reason).into());
    }
    Ok(line)
}

impl App {
    /// The short answers whose question, variants or text have all of `words`.
    pub fn answers(
        &self,
        words: &str,
        published: Option<bool>,
        (after, limit): (usize, usize),
    ) -> AnswerList {
        let now = self.now();
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |version: &Version| {
            let ways: Vec<&str> = version.ways().collect();
            let all = format!("{}\n{}", ways.join("\n"), version.text).to_lowercase();
            words.iter().all(|word| all.contains(word.as_str()))
        };
        let snapshot = self.snapshot();
        let found = snapshot
            .installation
            .knowledge
            .answers
            .values()
            .filter(|answer| {
                answer.current(now).is_some_and(|version| {
                    published.is_none_or(|published| version.is_published() == published)
                        && holds(&version)
                })
            });
        let mut items: Vec<AnswerView> = found.filter_map(|answer| view(answer, now)).collect();
        items.sort_by_cached_key(|answer| {
            (
                answer.version.question.to_lowercase(),
                answer.short_answer.clone(),
            )
        });
        let total = items.len();
        let (items, next_cursor) = page(items, after, limit);
        AnswerList {
            items,
            next_cursor,
            total,
        }
    }

    /// A short answer.
    pub fn answer(&self, id: &str) -> Result<AnswerView, Error> {
        let known = answer_id(id)?;
        let snapshot = self.snapshot();
        let answer = snapshot.installation.knowledge.answers.get(&known);
        let found = answer.and_then(|answer| view(answer, self.now()));
        found.ok_or_else(|| Error::unknown("short answer", id))
    }

    /// Writes a short answer; publishing one runs the regression set first, and what that
    /// breaks is refused unless it is wanted anyway. Returns its id and the log's position.
    pub fn save_answer(&self, actor: &str, draft: AnswerDraft) -> Result<(String, u64), Error> {
        let draft = draft.checked()?;
        if draft.published && !draft.anyway {
            let broken = self.broken_by(&draft)?;
            if !broken.is_empty() {
                return Err(Error::Broken(broken.iter().map(Broken::in_words).collect()));
            }
        }
        let id = match &draft.short_answer {
            Some(id) => answer_id(id)?,
            None => answer_id(&format!(
                "a-{}",
                Clock::fresh_id().get(..12).unwrap_or("new")
            ))?,
        };
        let mut writes = Vec::new();
        let snapshot = self.snapshot();
        let known = snapshot.installation.knowledge.answers.get(&id);
        let current = known.and_then(|answer| answer.current(self.now()));
        if !current.is_some_and(|version| draft.is(&version)) {
            writes.push(upsert(&id, &draft));
        }
        if let Some(topic) = &draft.topic {
            let topic = snapshot
                .installation
                .knowledge
                .standing(topic_number(topic)?);
            let topic = topic.ok_or_else(|| {
                Error::unknown("topic", draft.topic.as_deref().unwrap_or_default())
            })?;
            let is_linked = topic.answers.iter().any(|link| link.short_answer == id);
            if !is_linked || topic.reopened.is_some() {
                writes.push(Body::TopicAnswered(Box::new(TopicAnswered {
                    topic: topic.number,
                    short_answer: id.clone(),
                })));
            }
        }
        let position = self.write_live((Via::Live, actor), writes)?;
        Ok((id.to_string(), position))
    }

    /// The present words of a short answer, to be changed and written again.
    pub fn draft_of(&self, id: &str) -> Result<AnswerDraft, Error> {
        let view = self.answer(id)?;
        Ok(AnswerDraft {
            short_answer: Some(view.short_answer),
            question: view.version.question,
            variants: view.version.variants,
            text: view.version.text,
            language: view.version.language,
            published: view.version.published,
            topic: None,
            anyway: false,
        })
    }

    /// Adds a way to ask: a text, or the words of a past question.
    pub fn add_variant(
        &self,
        actor: &str,
        id: &str,
        (text, question): (Option<&str>, Option<&str>),
    ) -> Result<u64, Error> {
        let mut draft = self.draft_of(id)?;
        let text = match (text, question) {
            (Some(text), None) => text.to_owned(),
            (None, Some(question)) => self.question_text(question)?,
            _ => {
                let reason = "expected either `text` or `question`";
                return Err(Invalid::new("variant", reason).into());
            }
        };
        draft.variants.push(text);
        Ok(self.save_answer(actor, draft)?.1)
    }

    /// The words of a question that was asked.
    pub fn question_text(&self, question: &str) -> Result<String, Error> {
        let id = question_id(question)?;
        let snapshot = self.snapshot();
        let known = snapshot.installation.knowledge.questions.get(&id);
        let asked = known.and_then(|known| known.asked.as_ref());
        let asked = asked.ok_or_else(|| Error::unknown("question", question))?;
        Ok(asked.text.to_string())
    }

    /// Puts a short answer in use, or out of it.
    pub fn publish_answer(
        &self,
        actor: &str,
        id: &str,
        (published, anyway): (bool, bool),
    ) -> Result<u64, Error> {
        let draft = AnswerDraft {
            published,
            anyway,
            ..self.draft_of(id)?
        };
        Ok(self.save_answer(actor, draft)?.1)
    }

    /// Deletes a short answer; its versions stay in the log.
    pub fn delete_answer(&self, actor: &str, id: &str) -> Result<u64, Error> {
        self.answer(id)?;
        let short_answer = answer_id(id)?;
        let deleted = ShortAnswerDeleted { short_answer };
        let write = Body::ShortAnswerDeleted(Box::new(deleted));
        self.write_live((Via::Live, actor), vec![write])
    }

    /// Ways to ask of other answers that are nearly those of the draft.
    pub fn near_duplicates(&self, draft: &AnswerDraft) -> Vec<NearDuplicate> {
        let now = self.now();
        let snapshot = self.snapshot();
        let own = std::iter::once(&draft.question).chain(&draft.variants);
        let own: Vec<&String> = own.collect();
        let mut near = Vec::new();
        for (id, version) in snapshot.installation.knowledge.current_answers(now) {
            if Some(id.as_str()) == draft.short_answer.as_deref() {
                continue;
            }
            for other in version.ways() {
                for variant in &own {
                    let likeness = jaccard(variant, other);
                    if likeness >= NEAR {
                        near.push(NearDuplicate {
                            variant: (*variant).clone(),
                            short_answer: id.to_string(),
                            other: other.to_owned(),
                            likeness,
                        });
                    }
                }
            }
        }
        near.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
        near
    }
}

/// The event that writes a draft.
pub(super) fn upsert(id: &ShortAnswerId, draft: &AnswerDraft) -> Body {
    let language = draft.language.clone();
    let status = if draft.published {
        AnswerStatus::Published
    } else {
        AnswerStatus::Draft
    };
    Body::ShortAnswerUpserted(Box::new(ShortAnswerUpserted {
        short_answer: id.clone(),
        question: draft.question.clone(),
        variants: Patch::Set(draft.variants.clone()),
        text: draft.text.clone(),
        language: language.map_or(Patch::Keep, Patch::Set),
        status,
    }))
}
