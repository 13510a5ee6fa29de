//! The part of a conversation's page where a rep writes, assigns, resolves and tags.
//!
//! Shown by `conversation`; what its forms ask for is done by `act`.

use chrono_tz::Tz;

use super::attention::AttentionForms;
use super::field_of;
use super::sent::files_of;
use crate::app::{ContactLink, UploadedFile};
use crate::model::Conversation;
use crate::model::event::Assignee;
use crate::model::file::size_words;
use crate::model::survey::OPEN_MS;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::text::{fill, find, t};
use crate::web::ui::url::encode;

/// What the part of the page shows besides the conversation.
#[derive(Default)]
pub(super) struct Compose {
    pub(super) action: String,
    /// What was typed and could not be sent.
    pub(super) typed: String,
    pub(super) fault: String,
    /// Whether what was typed is meant as a note.
    pub(super) is_note: bool,
    /// Files that were sent up and go with it: their ids, and what they are called.
    pub(super) files: Vec<(String, String)>,
    /// The most that a file may have, in words.
    pub(super) limit: String,
    /// When what was typed was kept.
    pub(super) kept: String,
    /// A reply that can still be taken back: its words, and until when.
    pub(super) sending: Option<Sending>,
    pub(super) done: &'static str,
    pub(super) assignees: Vec<Choice>,
    pub(super) known_tags: Vec<String>,
    pub(super) attention: AttentionForms,
    /// The link of a survey that is open.
    pub(super) survey: Option<String>,
    /// Canned replies: id, title, and whether it is a macro.
    pub(super) replies: Vec<(String, String, bool)>,
}

/// A reply that can still be taken back.
pub(super) struct Sending {
    pub(super) text: String,
    pub(super) files: Vec<String>,
    /// Until when, as it is read and exactly.
    pub(super) time: String,
    pub(super) exact: String,
}

/// A value to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_current: bool,
}

/// A field and the values to choose for it.
pub(super) struct ChoiceMenu {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) choices: Vec<Choice>,
}

impl ChoiceMenu {
    pub(super) const fn new(name: &'static str, label: &'static str, choices: Vec<Choice>) -> Self {
        Self {
            name,
            label,
            choices,
        }
    }
}

impl Compose {
    /// For a conversation; `pairs` are the page's parameters or what a form said.
    pub(super) fn new(
        desk: &Desk,
        conversation: &Conversation,
        pairs: &[(String, String)],
        zone: Tz,
        fault: String,
    ) -> Self {
        let snapshot = desk.app.snapshot();
        let tags = desk.present().occurring().tags;
        let draft = desk.draft(conversation.id.as_str());
        // What a form said holds, also where it said that there are no words.
        let is_written = matches!(field_of(pairs, "do"), Some("reply" | "note" | "draft"));
        let sent = field_of(pairs, "text").or(is_written.then_some(""));
        let files = match sent {
            Some(_) => desk.uploaded(Some(conversation.id.as_str()), &files_of(pairs)),
            None => draft.files.clone(),
        };
        let most = size_words(desk.app.most_file_bytes());
        let fault = match draft.fault.filter(|_fault| fault.is_empty()) {
            Some(reason) => fill("compose.unsent", &[("reason", &reason)]),
            None => fault,
        };
        Self {
            files: files
                .iter()
                .map(|file| (file.id.clone(), file_line(file)))
                .collect(),
            limit: fill("compose.limit", &[("size", &most)]),
            is_note: sent.is_none() && draft.note,
            kept: match draft.saved_at.filter(|_at| sent.is_none()) {
                Some(at) => fill("compose.kept", &[("time", &date::clock(at, zone))]),
                None => String::new(),
            },
            sending: draft.sending.map(|sending| Sending {
                text: sending.text,
                files: sending.files.iter().map(file_line).collect(),
                time: date::second(sending.at, zone),
                exact: sending.at.to_string(),
            }),
            action: format!("/conversations/{}", encode(conversation.id.as_str())),
            typed: sent.map_or(draft.text, str::to_owned),
            fault,
            done: done(field_of(pairs, "done").unwrap_or_default()),
            assignees: assignees(desk, Some(&conversation.assigned_to)),
            known_tags: tags.into_iter().map(str::to_owned).collect(),
            replies: snapshot
                .installation
                .canned
                .all()
                .into_iter()
                .map(|one| (one.id.to_string(), one.title.clone(), one.is_macro()))
                .collect(),
            attention: AttentionForms::new(desk, conversation, zone),
            survey: survey(desk, conversation),
        }
    }
}

/// The link of a conversation's survey, while it is open.
fn survey(desk: &Desk, conversation: &Conversation) -> Option<String> {
    let surveys = &desk.app.snapshot().installation.surveys;
    let sent = surveys.sent_at(&conversation.id)?;
    let is_open = desk.now < sent.plus_millis(OPEN_MS);
    let path = desk
        .app
        .contact_path(ContactLink::Survey, conversation.id.as_str());
    path.ok().filter(|_| is_open)
}

/// A file that was sent up, in a line.
pub(super) fn file_line(file: &UploadedFile) -> String {
    format!("{} ({})", file.name, size_words(file.size))
}

/// Whose a conversation may become, and whose it is.
pub(super) fn assignees(desk: &Desk, current: Option<&Assignee>) -> Vec<Choice> {
    let current = current.map(value_of).unwrap_or_default();
    let choice = |value: String, label: String| Choice {
        is_current: value == current,
        value,
        label,
    };
    let mut named: Vec<Choice> = Vec::new();
    let snapshot = desk.app.snapshot();
    for (id, name) in snapshot.directory.reps() {
        named.push(choice(format!("rep:{id}"), name.to_owned()));
    }
    for (id, name) in snapshot.directory.teams() {
        let label = fill("compose.team", &[("name", name)]);
        named.push(choice(format!("team:{id}"), label));
    }
    named.sort_by(|one, other| one.label.cmp(&other.label));
    let others = [
        choice("nobody".to_owned(), t("who.nobody").to_owned()),
        choice("customer_agent".to_owned(), t("who.agent").to_owned()),
    ];
    others.into_iter().chain(named).collect()
}

fn value_of(assignee: &Assignee) -> String {
    match assignee {
        Assignee::Rep { id } => format!("rep:{id}"),
        Assignee::Team { id } => format!("team:{id}"),
        Assignee::CustomerAgent { .. } => "customer_agent".to_owned(),
        Assignee::Nobody {} => "nobody".to_owned(),
    }
}

fn done(word: &str) -> &'static str {
    find(&format!("compose.done.{word}")).unwrap_or_default()
}
