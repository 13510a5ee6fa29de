//! Canned replies: written, removed, filled in for a conversation, and, with what they do to it,
//! applied in one step.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attention::{snooze, with_sight, with_wake};
use super::deed::{MessageDraft, assign, check_assignee, filled_text, resolve, tag, write};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::tag::{TagText, tag_name};
use super::text::{canned_reply_id, filled};
use super::{Caller, State};
use crate::model::canned::{CannedReply, FilledText, Placeholder, Template};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{Actor, Assignee, CannedReplyRemoved, CannedReplySet};
use crate::model::{Body, Contact, Directory, Invalid, whole_number};

/// The longest title, in characters.
const MAX_TITLE: usize = 200;
/// The longest that a macro puts a conversation off: a year.
const MAX_SNOOZE_SECS: i64 = 366 * 86_400;

/// A canned reply as a rep writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CannedReplyDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub id: Option<String>,
    /// What it is called in lists.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub title: String,
    /// Its words; `{{contact.name}}` and the like stand where values come.
    #[schema(min_length = 1, pattern = r"\S")]
    pub text: String,
    /// Whose the conversation becomes with it.
    #[serde(default)]
    pub assign_to: Option<Assignee>,
    /// The tags that are put on with it.
    #[schema(value_type = Vec<TagText>)]
    #[serde(default)]
    pub tags: Vec<String>,
    /// Whether the conversation is resolved with it.
    #[serde(default)]
    pub resolves: bool,
    /// For how long the conversation is put off with it, in seconds.
    #[schema(minimum = 1, maximum = 31_622_400)]
    #[serde(default, deserialize_with = "whole_number")]
    pub snooze_secs: Option<i64>,
}

/// Something done to a canned reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannedReplyCommand {
    /// Writes one.
    Save(CannedReplyDraft),
    /// Takes one off the list.
    Remove {
        /// Which.
        id: String,
    },
}

impl CannedReplyCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::CANNED_REPLY_SAVE,
            Self::Remove { .. } => &role::CANNED_REPLY_REMOVE,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: CannedReplyCommand) -> Result<Vec<Body>, Refusal> {
    let body = match command {
        CannedReplyCommand::Save(draft) => Body::CannedReplySet(Box::new(checked(state, draft)?)),
        CannedReplyCommand::Remove { id } => {
            let canned_reply = find(state, &id)?.id.clone();
            Body::CannedReplyRemoved(Box::new(CannedReplyRemoved { canned_reply }))
        }
    };
    Ok(vec![body])
}

fn find<'a>(state: &'a State<'_>, id: &str) -> Result<&'a CannedReply, Refusal> {
    let found = state.installation.canned.get(id);
    found.ok_or_else(|| Refusal::unknown("canned reply", id))
}

fn checked(state: &State<'_>, draft: CannedReplyDraft) -> Result<CannedReplySet, Refusal> {
    let title = draft.title.trim().to_owned();
    filled("title", &title, MAX_TITLE)?;
    filled_text(&draft.text)?;
    drop(Template::parse(&draft.text)?);
    if let Some(to) = &draft.assign_to {
        check_assignee(state, to)?;
    }
    let tags = draft.tags.iter().map(|tag| tag_name("tags", tag));
    if draft.resolves && draft.snooze_secs.is_some() {
        let reason = "what is resolved is not put off; expected one of the two";
        return Err(Invalid::new("snooze_secs", reason).into());
    }
    if let Some(secs) = draft.snooze_secs
        && !(1..=MAX_SNOOZE_SECS).contains(&secs)
    {
        let reason = format!("`{secs}` is no number of seconds from 1 to {MAX_SNOOZE_SECS}");
        return Err(Invalid::new("snooze_secs", reason).into());
    }
    Ok(CannedReplySet {
        canned_reply: canned_reply_id(draft.id.as_deref().unwrap_or_default())?,
        title,
        text: draft.text,
        assign_to: draft.assign_to,
        tags: tags.collect::<Result<_, _>>()?,
        resolves: draft.resolves,
        snooze_secs: draft.snooze_secs,
    })
}

/// The words of a canned reply with the values of a conversation.
pub fn fill_in(
    reply: &CannedReply,
    known: &Conversation,
    contact: Option<&Contact>,
    (directory, rep): (&Directory, Option<&str>),
) -> Result<FilledText, Invalid> {
    let name = contact.and_then(|contact| contact.name.clone());
    let rep_name = rep
        .and_then(|rep| directory.rep_name(rep))
        .map(str::to_owned);
    let first = |name: Option<String>| {
        let name = name?;
        name.split_whitespace().next().map(str::to_owned)
    };
    let company = contact.and_then(|contact| contact.company.as_ref());
    Ok(Template::parse(&reply.text)?.fill(|placeholder| {
        let value = match placeholder {
            Placeholder::ContactName => name.clone(),
            Placeholder::ContactFirstName => first(name.clone()),
            Placeholder::ContactEmail => contact.and_then(|contact| contact.email.clone()),
            Placeholder::ContactCompany => company.map(|company| company.name.clone()),
            Placeholder::RepName => rep_name.clone(),
            Placeholder::RepFirstName => first(rep_name.clone()),
            Placeholder::Subject => known.subject.clone(),
        };
        value.filter(|value| !value.trim().is_empty())
    }))
}

/// A canned reply as it is applied: which, the message's id, and other words than its own.
pub(super) struct Applied {
    pub(super) canned_reply: String,
    pub(super) message: String,
    pub(super) text: Option<String>,
}

/// Sends the words and does the rest, all or nothing.
pub(super) fn apply(
    state: &State<'_>,
    caller: &Caller,
    (known, by): (&Conversation, &Actor),
    applied: Applied,
) -> Result<Vec<Body>, Refusal> {
    let reply = find(state, &applied.canned_reply)?.clone();
    let text = match applied.text {
        Some(text) => text,
        None => own_words(state, known, by, &reply)?,
    };
    let draft = MessageDraft {
        text,
        ..MessageDraft::default()
    };
    let id = known.id.clone();
    let written = write(id.clone(), by.clone(), &applied.message, draft)?;
    let mut bodies = with_sight(state, caller, known, (written, by));
    if !reply.tags.is_empty() {
        bodies.extend(tag(&id, &reply.tags, &[])?);
    }
    if let Some(to) = reply.assign_to.filter(|to| *to != known.assigned_to) {
        bodies.push(assign(state, known, id.clone(), to)?);
    }
    if reply.resolves && known.status != Status::Resolved {
        let resolved = resolve(known, id, by.clone())?;
        bodies.extend(with_wake(state, known, resolved));
    }
    if let Some(secs) = reply.snooze_secs {
        let until = state.now.plus_millis(secs.saturating_mul(1_000));
        bodies.push(snooze(state, known, Some(until))?);
    }
    Ok(bodies)
}

fn own_words(
    state: &State<'_>,
    known: &Conversation,
    by: &Actor,
    reply: &CannedReply,
) -> Result<String, Refusal> {
    let contact = state.conversations.contact(known.contact.as_str())?;
    let names = (state.conversations.directory(), by.rep());
    let filled = fill_in(reply, known, contact.as_ref(), names)?;
    if let Some(first) = filled.missing.first() {
        let reason = format!("`{first}` is not known here; write the words yourself");
        return Err(Invalid::new("text", reason).into());
    }
    Ok(filled.text)
}
