//! Tags, which all share: created, renamed and deleted everywhere.
//!
//! A tag is also created by putting it on a conversation. Two tags never become one by a rename,
//! for nobody could take that back.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::State;
use super::evidence::Evidence;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::filled;
use crate::model::event::{TagCreated, TagDeleted, TagRenamed};
use crate::model::{Body, Invalid};

/// The longest name of a tag, in characters.
const MAX_TAG: usize = 100;

/// How a description of requests says what a tag's name is.
#[derive(Debug)]
pub(super) struct TagText;

impl PartialSchema for TagText {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let text = text.min_length(Some(1)).max_length(Some(MAX_TAG));
        text.pattern(Some(r"\S")).into()
    }
}

impl ToSchema for TagText {}

/// Something done to a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagCommand {
    /// Adds one that is on no conversation yet.
    Create {
        /// Its name.
        tag: String,
    },
    /// Gives it another name, everywhere.
    Rename {
        /// Which.
        tag: String,
        /// Its new name.
        to: String,
    },
    /// Takes it off everything, for good.
    Delete {
        /// Which.
        tag: String,
    },
}

impl TagCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Create { .. } => &role::TAG_CREATE,
            Self::Rename { .. } => &role::TAG_RENAME,
            Self::Delete { .. } => &role::TAG_DELETE,
        }
    }

    /// The names that it is about.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Create { tag } | Self::Delete { tag } => vec![tag],
            Self::Rename { tag, to } => vec![tag, to.trim()],
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    command: TagCommand,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    let in_use: &[String] = match evidence {
        Evidence::TagsInUse(tags) => tags,
        _ => &[],
    };
    let tags = &state.installation.tags;
    let is_there = |tag: &str| tags.contains(tag) || in_use.iter().any(|used| used == tag);
    let body = match command {
        TagCommand::Create { tag } => {
            let tag = tag_name("tag", &tag)?;
            free(is_there(&tag))?;
            Body::TagCreated(Box::new(TagCreated { tag }))
        }
        TagCommand::Rename { tag, to } => {
            known(is_there(&tag), &tag)?;
            let to = tag_name("to", &to)?;
            free(is_there(&to))?;
            Body::TagRenamed(Box::new(TagRenamed { tag, to: Some(to) }))
        }
        TagCommand::Delete { tag } => {
            known(is_there(&tag), &tag)?;
            Body::TagDeleted(Box::new(TagDeleted { tag, to: None }))
        }
    };
    Ok(vec![body])
}

fn known(is_there: bool, tag: &str) -> Result<(), Refusal> {
    if is_there {
        return Ok(());
    }
    Err(Refusal::unknown("tag", tag))
}

fn free(is_there: bool) -> Result<(), Refusal> {
    if is_there {
        return Err(Refusal::conflict("there is a tag of this name already"));
    }
    Ok(())
}

/// The name of a tag, without blanks around it.
pub(super) fn tag_name(field: &str, tag: &str) -> Result<String, Invalid> {
    let tag = tag.trim();
    filled(field, tag, MAX_TAG)?;
    Ok(tag.to_owned())
}
