//! A short answer and its versions: who wrote what when.

use serde::{Deserialize, Serialize};

use crate::model::event::{AnswerStatus, Event, OWN_SOURCE, Patch, ShortAnswerUpserted, cmp_ids};
use crate::model::{Provenance, ShortAnswerId, Timestamp};

/// A short answer as it was at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// From when.
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
    /// Whether it is in use.
    pub status: AnswerStatus,
}

impl Version {
    /// Whether the customer agent may give it.
    pub fn is_published(&self) -> bool {
        self.status == AnswerStatus::Published
    }

    /// All ways to ask, the question first.
    pub fn ways(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.variants.iter().map(String::as_str))
    }
}

/// An event about a short answer, as it came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Telling {
    at: Timestamp,
    id: String,
    source: String,
    actor: String,
    /// None: it was deleted.
    words: Option<Words>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Words {
    question: String,
    text: String,
    status: AnswerStatus,
    variants: Change<Vec<String>>,
    language: Change<String>,
}

/// What a version says of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Change<T> {
    /// It is as before.
    Same,
    /// It is none.
    Gone,
    /// It is this.
    New(T),
}

/// A short answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShortAnswer {
    /// Its id.
    pub id: ShortAnswerId,
    tellings: Vec<Telling>,
}

impl<T: Clone> Change<T> {
    fn of(patch: &Patch<T>) -> Self {
        match patch {
            Patch::Keep => Self::Same,
            Patch::Clear => Self::Gone,
            Patch::Set(value) => Self::New(value.clone()),
        }
    }

    /// The field after it was `before`.
    fn after(&self, before: Option<T>) -> Option<T> {
        match self {
            Self::Same => before,
            Self::Gone => None,
            Self::New(value) => Some(value.clone()),
        }
    }
}

impl ShortAnswer {
    pub(super) const fn new(id: ShortAnswerId) -> Self {
        Self {
            id,
            tellings: Vec::new(),
        }
    }

    /// Takes a version in; whatever the order in which they come, the result is the same.
    pub(super) fn upsert(
        &mut self,
        from: Provenance<'_>,
        event: &Event,
        answer: &ShortAnswerUpserted,
    ) {
        let words = Words {
            question: answer.question.clone(),
            text: answer.text.clone(),
            status: answer.status,
            variants: Change::of(&answer.variants),
            language: Change::of(&answer.language),
        };
        self.tell(from, event, Some(words));
    }

    /// Takes a deletion in.
    pub(super) fn delete(&mut self, from: Provenance<'_>, event: &Event) {
        self.tell(from, event, None);
    }

    fn tell(&mut self, from: Provenance<'_>, event: &Event, words: Option<Words>) {
        let telling = Telling {
            at: event.at,
            id: event.id.clone(),
            source: event.source.clone(),
            actor: from.actor.to_owned(),
            words,
        };
        let before = |other: &Telling| {
            other
                .at
                .cmp(&telling.at)
                .then_with(|| other.words.is_none().cmp(&telling.words.is_none()))
                .then_with(|| cmp_ids(&other.id, &telling.id))
                .then_with(|| other.source.cmp(&telling.source))
                .is_lt()
        };
        let place = self.tellings.partition_point(before);
        self.tellings.insert(place, telling);
    }

    /// Every version up to `now`, the oldest first. What Svar wrote itself holds at once.
    pub fn versions(&self, now: Timestamp) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        for telling in self.visible(now) {
            let Some(words) = &telling.words else {
                continue;
            };
            let last = versions.last();
            let variants = words.variants.after(last.map(|last| last.variants.clone()));
            let language = words
                .language
                .after(last.and_then(|last| last.language.clone()));
            versions.push(Version {
                at: telling.at,
                actor: telling.actor.clone(),
                question: words.question.clone(),
                variants: variants.unwrap_or_default(),
                text: words.text.clone(),
                language,
                status: words.status,
            });
        }
        versions
    }

    /// The version that holds at `now`; none once it is deleted.
    pub fn current(&self, now: Timestamp) -> Option<Version> {
        self.visible(now).last()?.words.as_ref()?;
        self.versions(now).pop()
    }

    /// From when on it was published without a break until `now`.
    pub fn published_since(&self, now: Timestamp) -> Option<Timestamp> {
        let mut since = None;
        for telling in self.visible(now) {
            let words = telling.words.as_ref();
            let is_published = words.is_some_and(|words| words.status == AnswerStatus::Published);
            since = is_published.then(|| since.unwrap_or(telling.at));
        }
        since
    }

    fn visible(&self, now: Timestamp) -> impl DoubleEndedIterator<Item = &Telling> {
        let visible = move |telling: &&Telling| telling.at <= now || telling.source == OWN_SOURCE;
        self.tellings.iter().filter(visible)
    }
}
