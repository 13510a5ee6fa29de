//! The fixed words of the event format, and the small values events are made of.
//!
//! A word that is not listed is refused by name, with the words that are. Fed by
//! `parse`; read wherever an event is.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_with::skip_serializing_none;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::model::{RepId, TeamId};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word, in the order of the format.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word as it is in events, JSON and URLs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = Self::ALL.iter().map(|word| word.as_str());
                let text = ObjectBuilder::new().schema_type(Type::String);
                text.enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

// One macro so that the word in JSON, in `as_str` and in `ALL` cannot drift apart.
words! {
    /// Who started a conversation.
    Direction {
        /// The contact.
        Inbound = "inbound",
        /// A rep or the customer agent.
        Outbound = "outbound",
    }
    /// Who may have written or done something.
    ActorKind {
        /// The person who writes in.
        Contact = "contact",
        /// A human support agent.
        Rep = "rep",
        /// The automated agent that answers from short answers.
        CustomerAgent = "customer_agent",
        /// Any other machine author; never counts as an answer.
        Automation = "automation",
    }
    /// Who sees a message.
    Visibility {
        /// The contact sees it.
        Public = "public",
        /// Reps only; never counts.
        Note = "note",
    }
    /// What a message of the customer agent is.
    Role {
        /// An answer to what was asked.
        Answer = "answer",
        /// A question back; a reply, but no answer.
        Clarify = "clarify",
        /// A greeting, a survey, a holding text.
        Other = "other",
    }
    /// Whether the customer agent could answer a question.
    QuestionOutcome {
        /// It could.
        Answered = "answered",
        /// It could not.
        Unanswered = "unanswered",
    }
    /// Why a human became responsible.
    HandoffReason {
        /// The contact asked for a human.
        Asked = "asked",
        /// The customer agent had no answer.
        NoAnswer = "no_answer",
        /// A rule said so.
        Rule = "rule",
        /// The contact was not helped.
        NegativeFeedback = "negative_feedback",
        /// A usage limit was reached.
        Limit = "limit",
        /// Something failed.
        Error = "error",
        /// A rep stepped in.
        Takeover = "takeover",
    }
    /// A mark that takes a conversation out of every report, or out of some.
    Mark {
        /// Unwanted mail.
        Spam = "spam",
        /// Somebody trying things out.
        Test = "test",
        /// Removed.
        Deleted = "deleted",
        /// The source gave only part of it; it counts, its durations and messages do not.
        Truncated = "truncated",
    }
    /// Whether a rep takes work.
    RepStatus {
        /// Takes work.
        Available = "available",
        /// At work, taking none.
        Away = "away",
        /// Not at work.
        Offline = "offline",
    }
    /// How a job came in.
    JobRequest {
        /// By matching.
        Matching = "matching",
        /// Sent to us directly.
        Direct = "direct",
        /// Written down by us; in no jobs report.
        Prospect = "prospect",
    }
    /// What a pipeline is for.
    PipelineKind {
        /// Support tickets.
        Support = "support",
        /// Jobs: requests for work.
        Jobs = "jobs",
    }
    /// Whether a short answer is in use.
    AnswerStatus {
        /// Being written.
        Draft = "draft",
        /// In use.
        Published = "published",
    }
}

/// Who wrote or did something: a kind, and an id where one is known.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// What they are.
    pub kind: ActorKind,
    /// Who they are.
    #[serde(default)]
    pub id: Option<String>,
}

impl Actor {
    /// The id, when this is a rep.
    pub fn rep(&self) -> Option<&str> {
        (self.kind == ActorKind::Rep).then_some(self.id.as_deref())?
    }
}

/// To whom a conversation is assigned.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Assignee {
    /// A rep.
    Rep {
        /// Which.
        id: RepId,
    },
    /// A team.
    Team {
        /// Which.
        id: TeamId,
    },
    /// The customer agent.
    CustomerAgent {
        /// Which, where there are several.
        #[serde(default)]
        id: Option<String>,
    },
    /// Nobody.
    Nobody {},
}

impl PartialSchema for Assignee {
    fn schema() -> RefOr<Schema> {
        let of = |kinds: &[&str]| {
            let kind = ObjectBuilder::new().schema_type(Type::String);
            let kind = kind.enum_values(Some(kinds.iter().copied()));
            let object = ObjectBuilder::new().property("kind", kind).required("kind");
            object.additional_properties(Some(AdditionalProperties::FreeForm(false)))
        };
        let id = ObjectBuilder::new().schema_type(Type::String);
        let id = id.min_length(Some(1)).max_length(Some(128));
        OneOfBuilder::new()
            .item(of(&["rep", "team"]).property("id", id).required("id"))
            .item(of(&["customer_agent", "nobody"]))
            .into()
    }
}

impl ToSchema for Assignee {}

/// Nobody.
static NOBODY: Assignee = Assignee::Nobody {};

impl Assignee {
    /// Whose a conversation is that was handed off, `to` being whom the handoff names: the
    /// customer agent does not keep it.
    pub const fn after_handoff<'a>(&'a self, to: Option<&'a Self>) -> &'a Self {
        match (to, self) {
            (Some(to), _) => to,
            (None, Self::CustomerAgent { .. }) => &NOBODY,
            (None, before) => before,
        }
    }

    /// Nobody.
    pub const fn nobody() -> &'static Self {
        &NOBODY
    }

    /// The rep, if it is one.
    pub fn rep(&self) -> Option<&str> {
        match self {
            Self::Rep { id } => Some(id.as_str()),
            _ => None,
        }
    }

    /// The team, if it is one.
    pub fn team(&self) -> Option<&str> {
        match self {
            Self::Team { id } => Some(id.as_str()),
            _ => None,
        }
    }
}

/// A field of an `*.upserted` event: left out, removed, or set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Left out: the old value stays.
    #[default]
    Keep,
    /// `null`: the old value goes.
    Clear,
    /// A new value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left out.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Changes `slot` as the field says.
    pub fn apply(&self, slot: &mut Option<T>)
    where
        T: Clone,
    {
        match self {
            Self::Keep => {}
            Self::Clear => *slot = None,
            Self::Set(value) => *slot = Some(value.clone()),
        }
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

/// Own fields of a contact, conversation or ticket: text, number, bool, or null to remove.
pub type Attributes = BTreeMap<String, serde_json::Value>;

/// Reads attributes; a nested list or object is refused by name.
pub(super) fn attributes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Attributes, D::Error> {
    let found = Option::<Attributes>::deserialize(deserializer)?.unwrap_or_default();
    for (name, value) in &found {
        if value.is_array() || value.is_object() {
            return Err(de::Error::custom(format!(
                "attribute `{name}` must be text, a number, a bool or null"
            )));
        }
    }
    Ok(found)
}

/// Reads a score of 1 to 5.
pub(super) fn score<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let given = f64::deserialize(deserializer)?;
    [1_u8, 2, 3, 4, 5]
        .into_iter()
        .find(|whole| (f64::from(*whole) - given).abs() < f64::EPSILON)
        .ok_or_else(|| {
            de::Error::custom(format!(
                "`{given}` is no score; expected a whole number from 1 to 5"
            ))
        })
}

/// Reads an amount of money: a finite number, not negative.
pub(super) fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(given) if !given.is_finite() || given < 0.0 => Err(de::Error::custom(format!(
            "`{given}` is no amount; expected a number of at least 0"
        ))),
        other => Ok(other),
    }
}
