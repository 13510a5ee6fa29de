//! The lists that reps work from, with the names that people read.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::start::fresh;
use super::{App, Error, Kind, Present, Search, WriteResult, Writing};
use crate::command::{
    Caller, Command, ConversationAction, ConversationCommand, Identity, MessageDraft, reader,
};
use crate::model::desk::{DeskMoment, DeskQuery, Found, Line, OpenCounts, Standing};
use crate::model::event::{ActorKind, Assignee, Mark};
use crate::model::{Sight, Timestamp};

/// The most hits of a search that a list is narrowed to.
const FOUND: usize = 1_000;

/// A conversation in a list.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineView {
    /// Which.
    pub conversation: String,
    /// With whom.
    pub contact: String,
    /// Their name.
    pub contact_name: Option<String>,
    /// Where they work.
    pub company: Option<String>,
    /// Where it takes place.
    pub channel: String,
    /// In which inbox.
    pub inbox: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// How urgent.
    pub priority: Option<String>,
    /// `open`, `resolved` or `ended`.
    pub status: &'static str,
    /// Whether the contact wrote something that whoever asks has not seen.
    pub unread: bool,
    /// Whether it is put off.
    pub is_snoozed: bool,
    /// Until when at the latest.
    pub snoozed_until: Option<Timestamp>,
    /// When it was resolved or ended by itself.
    pub over_at: Option<Timestamp>,
    /// Whose it is.
    pub assigned_to: Assignee,
    /// That rep's or team's name.
    pub assignee_name: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its marks.
    pub marks: Vec<Mark>,
    /// When it began.
    pub started_at: Timestamp,
    /// When somebody wrote last.
    pub last_message_at: Timestamp,
    /// Who that was.
    pub last_author: ActorKind,
    /// The beginning of what they wrote.
    pub preview: String,
    /// Since when the contact waits for a rep.
    pub waiting_since: Option<Timestamp>,
    /// For how long that is, in seconds.
    pub waiting_secs: Option<i64>,
}

/// What somebody should know of without asking: unread conversations of theirs, of their team or of nobody.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct UnreadView {
    /// How many.
    pub count: usize,
    /// The one in which a contact wrote last.
    pub conversation: Option<String>,
    /// When they did.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub contact_at: Option<Timestamp>,
    /// Their name.
    pub contact_name: Option<String>,
    /// The beginning of what was written last.
    pub preview: Option<String>,
}

/// A part of a list.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineList {
    /// The conversations.
    pub items: Vec<LineView>,
    /// What to ask for the next ones with, if there are any.
    pub next_cursor: Option<String>,
    /// How many each view has under the same filters.
    pub counts: BTreeMap<&'static str, usize>,
}

impl App {
    /// A list of conversations as it is now, of those that whoever asks sees.
    pub fn list_conversations_at(
        &self,
        present: &Present,
        query: &DeskQuery,
    ) -> Result<LineList, Error> {
        let moment = present.moment();
        let page = query.list(
            &present.live.desk,
            |id| present.sees_conversation(id),
            &moment,
        )?;
        let views = page.lines.iter().map(|line| {
            let contact = self.past.store.contact(line.contact.as_str())?;
            let (name, company) = contact.map_or((None, None), |contact| {
                (contact.name, contact.company.map(|company| company.name))
            });
            Ok(LineView {
                contact_name: name,
                company,
                ..LineView::of(line, &moment, query.standing(line, &moment))
            })
        });
        Ok(LineList {
            items: views.collect::<Result<_, Error>>()?,
            next_cursor: page.next_cursor,
            counts: page
                .counts
                .iter()
                .map(|(view, count)| (view.as_str(), count))
                .collect(),
        })
    }

    /// What of the conversations that the caller sees is open.
    pub fn open_counts_at(present: &Present) -> OpenCounts {
        let sees = |id: &str| present.sees_conversation(id);
        OpenCounts::of(&present.live.desk, sees, &present.moment())
    }

    /// What is unread of what concerns whoever asks.
    pub fn unread_at(&self, present: &Present, caller: &Caller) -> Result<UnreadView, Error> {
        let query = DeskQuery {
            rep: self.rep_of(caller),
            reader: self.reader_of(caller),
            ..DeskQuery::default()
        };
        let unread = query.unread(
            &present.live.desk,
            |id| present.sees_conversation(id),
            &present.moment(),
        );
        let Some(line) = unread.newest else {
            return Ok(UnreadView::default());
        };
        let contact = self.past.store.contact(line.contact.as_str())?;
        Ok(UnreadView {
            count: unread.count,
            conversation: Some(line.conversation.to_string()),
            contact_at: line.contact_at,
            contact_name: contact.and_then(|contact| contact.name),
            preview: Some(line.preview.clone()),
        })
    }

    /// The rep whose conversations are the caller's, if they are one.
    pub fn rep_of(&self, caller: &Caller) -> Option<String> {
        match &caller.identity {
            Identity::User(id) => {
                let people = self.people();
                let rep = people.user(id)?.rep.as_ref()?;
                Some(rep.to_string())
            }
            _ => None,
        }
    }

    /// To whom something in a list may be new.
    pub fn reader_of(&self, caller: &Caller) -> String {
        reader(caller, self.rep_of(caller).as_deref())
    }

    /// What words are found in, so that a list can be narrowed to it.
    pub fn find_on_desk(&self, sight: &Sight, words: &str) -> Result<Found, Error> {
        let text = words.trim();
        let mut found = Found {
            words: text
                .to_lowercase()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            ..Found::default()
        };
        for hit in self.search_as(sight, &Search::text(text, FOUND))? {
            match (hit.kind, hit.conversation) {
                (Kind::Contact, _) => drop(found.contacts.insert(hit.id)),
                (_, Some(conversation)) => drop(found.conversations.insert(conversation)),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Writes a message or a note into a conversation; gives the message's id.
    pub async fn write_message(
        self: &Arc<Self>,
        caller: Caller,
        conversation: String,
        rep: Option<String>,
        writing: Writing,
    ) -> Result<WriteResult, Error> {
        let message = fresh("m");
        let owner = self.reader_of(&caller);
        let draft = MessageDraft {
            files: self.attachments(&owner, Some(&conversation), &writing.files)?,
            text: writing.text,
            note: writing.note,
            cc: writing.cc,
        };
        let command = ConversationCommand {
            conversation,
            rep,
            action: ConversationAction::Write {
                message: message.clone(),
                draft,
            },
        };
        let written = self.write(caller, Command::Conversation(command)).await?;
        Ok(WriteResult {
            id: Some(message),
            ..written
        })
    }
}

impl LineView {
    fn of(line: &Line, moment: &DeskMoment<'_>, standing: Standing) -> Self {
        let (directory, now) = (moment.directory, moment.now);
        let assignee_name = match &line.assigned_to {
            Assignee::Rep { id } => directory.rep_name(id.as_str()),
            Assignee::Team { id } => directory.team_name(id.as_str()),
            Assignee::CustomerAgent { .. } | Assignee::Nobody {} => None,
        };
        let waiting_since = line.waiting_since.filter(|_at| standing.is_open);
        Self {
            conversation: line.conversation.to_string(),
            contact: line.contact.to_string(),
            contact_name: None,
            company: None,
            channel: line.channel.clone(),
            inbox: line.inbox.as_ref().map(ToString::to_string),
            subject: line.subject.clone(),
            language: line.language.clone(),
            priority: line.priority.clone(),
            status: line.status_at(now).as_str(),
            unread: standing.is_new,
            is_snoozed: standing.snooze.is_some(),
            snoozed_until: standing.snooze.and_then(|snooze| snooze.until),
            over_at: line.over_at(now),
            assigned_to: line.assigned_to.clone(),
            assignee_name: assignee_name.map(str::to_owned),
            tags: line.tags.clone(),
            marks: line.marks.clone(),
            started_at: line.started_at,
            last_message_at: line.last_message_at,
            last_author: line.last_author,
            preview: line.preview.clone(),
            waiting_since,
            waiting_secs: waiting_since.map(|since| (now.millis() - since.millis()) / 1_000),
        }
    }
}
