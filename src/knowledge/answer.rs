//! Short answers: written, versioned, published after a look at what that would break.

use crate::command::AnswerDraft;
use serde::Serialize;
use svar_index::duplicates::{NEAR, jaccard};
use utoipa::ToSchema;

use super::Library;
use super::answer_id;
use super::paging::Paging;
use crate::command::Refusal;
use crate::model::Timestamp;
use crate::model::knowledge::{Reception, SetAside, ShortAnswer, Version};

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
    /// Why it is not given although it is published, if it is set aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAsideView>,
    /// How many contacts said since it was written or looked at last that it helped.
    pub helpful: u32,
    /// How many said that it did not.
    pub unhelpful: u32,
    /// Every version, the latest first.
    pub versions: Vec<VersionView>,
}

/// Why a short answer is not given until somebody has looked at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetAsideView {
    /// Since when.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub actor: String,
}

impl From<&SetAside> for SetAsideView {
    fn from(why: &SetAside) -> Self {
        Self {
            at: why.at,
            reason: why.reason.clone(),
            actor: why.actor.clone(),
        }
    }
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

pub(super) fn view(
    answer: &ShortAnswer,
    reception: &Reception,
    now: Timestamp,
) -> Option<AnswerView> {
    let current = answer.current(now)?;
    let versions = answer.versions(now).into_iter().rev();
    let said = reception.of(&answer.id);
    Some(AnswerView {
        set_aside: reception.set_aside(&answer.id).map(SetAsideView::from),
        helpful: said.helpful,
        unhelpful: said.unhelpful,
        short_answer: answer.id.to_string(),
        version: current.into(),
        versions: versions.map(VersionView::from).collect(),
    })
}

impl Library {
    /// The short answers whose question, variants or text have all of `words`.
    pub fn answers(&self, words: &str, published: Option<bool>, paging: Paging) -> AnswerList {
        let now = self.now;
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |version: &Version| {
            let ways: Vec<&str> = version.ways().collect();
            let all = format!("{}\n{}", ways.join("\n"), version.text).to_lowercase();
            words.iter().all(|word| all.contains(word.as_str()))
        };
        let reception = &self.installation.knowledge.reception;
        let views = self
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
        let mut items: Vec<AnswerView> = views
            .filter_map(|answer| view(answer, reception, now))
            .collect();
        items.sort_by_cached_key(|answer| {
            (
                answer.version.question.to_lowercase(),
                answer.short_answer.clone(),
            )
        });
        let total = items.len();
        let (items, next_cursor) = paging.of(items);
        AnswerList {
            items,
            next_cursor,
            total,
        }
    }

    /// A short answer.
    pub fn answer(&self, id: &str) -> Result<AnswerView, Refusal> {
        let number = answer_id(id)?;
        let answer = self.installation.knowledge.answers.get(&number);
        let reception = &self.installation.knowledge.reception;
        let view = answer.and_then(|answer| view(answer, reception, self.now));
        view.ok_or_else(|| Refusal::unknown("short answer", id))
    }

    /// The present words of a short answer, to be changed and written again.
    pub fn draft_of(&self, id: &str) -> Result<AnswerDraft, Refusal> {
        let knowledge = &self.installation.knowledge;
        AnswerDraft::of(knowledge, id, self.now)
    }

    /// The last words of a short answer, to be written again although it was deleted.
    pub fn last_draft_of(&self, id: &str) -> Result<AnswerDraft, Refusal> {
        let answer = self.installation.knowledge.answers.get(&answer_id(id)?);
        let last = answer.and_then(|answer| answer.versions(self.now).pop());
        let last = last.ok_or_else(|| Refusal::unknown("short answer", id))?;
        Ok(AnswerDraft::of_version(id, last))
    }

    /// The words of the version of an instant, to be written again.
    pub fn version_of(&self, id: &str, at: Timestamp) -> Result<AnswerDraft, Refusal> {
        let answer = self.installation.knowledge.answers.get(&answer_id(id)?);
        let versions = answer.map(|answer| answer.versions(self.now));
        let mut versions = versions.unwrap_or_default().into_iter();
        let version = versions.find(|version| version.at == at);
        let version = version.ok_or_else(|| Refusal::unknown("version", &at.to_string()))?;
        Ok(AnswerDraft::of_version(id, version))
    }

    /// The topics that an answer is meant to answer.
    pub fn topics_of(&self, id: &str) -> Vec<String> {
        let topics = self.installation.knowledge.topics.values();
        let linked = topics.filter(|topic| {
            let mut links = topic.answers.iter();
            links.any(|link| link.short_answer.as_str() == id)
        });
        linked.map(|topic| topic.number.to_string()).collect()
    }

    /// Ways to ask of other answers that are nearly those of the draft.
    pub fn near_duplicates(&self, draft: &AnswerDraft) -> Vec<NearDuplicate> {
        let now = self.now;
        let own = std::iter::once(&draft.question).chain(&draft.variants);
        let own: Vec<&String> = own.collect();
        let mut near = Vec::new();
        for (id, version) in self.installation.knowledge.current_answers(now) {
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

/// The draft in the language of its question, where it names none. Known here already, so that
/// what is tried is what will be published.
pub(crate) fn spoken(draft: AnswerDraft) -> AnswerDraft {
    let named = draft.language.as_deref().map(str::trim);
    let named = named.filter(|word| !word.is_empty());
    let language = named.or_else(|| svar_index::language::detect(&draft.question));
    AnswerDraft {
        language: language.map(str::to_owned),
        ..draft
    }
}
