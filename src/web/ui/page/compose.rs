//! The part of a conversation's page where a rep writes, assigns, resolves and tags.
//!
//! Shown by `conversation`; what its forms ask for is done by `act`.

use chrono_tz::Tz;

use super::attention::AttentionForms;
use super::field_of;
use super::sent::files_of;
use crate::app::{ContactLink, UploadedFile};
use crate::model::Conversation;
use crate::model::conversation::Message;
use crate::model::event::{Assignee, Visibility};
use crate::model::file::size_words;
use crate::model::survey::OPEN_MS;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::text::{fill, find, t};
use crate::web::ui::url::encode;

/// How many messages are offered to be sent on.
const MOST_MESSAGES: usize = 50;
/// How many words of each are shown.
const MOST_WORDS: usize = 12;

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
    /// To whom it goes by mail; none: it does not.
    pub(super) mail: Option<MailTo>,
    /// Canned replies: id, title, and whether it is a macro.
    pub(super) replies: Vec<(String, String, bool)>,
}

/// To whom what is written goes by mail.
pub(super) struct MailTo {
    /// The contact.
    pub(super) to: String,
    /// To which others, with commas between them.
    pub(super) cc: String,
    /// What can be sent on: the messages, by their ids and a line of each, the last first.
    pub(super) messages: Vec<(String, String)>,
}

impl MailTo {
    /// For a conversation; `cc` is what was typed or kept.
    fn new(desk: &Desk, conversation: &Conversation, cc: Option<String>) -> Option<Self> {
        if conversation.channel != "email" || desk.app.mail_config().is_none() {
            return None;
        }
        let messages = conversation.messages.iter().rev();
        let messages = messages
            .filter(|one| one.visibility == Visibility::Public && one.redacted_at.is_none());
        let line = |one: &Message| {
            let words = one.text.split_whitespace().take(MOST_WORDS);
            let words: Vec<&str> = words.collect();
            (one.id.to_string(), words.join(" "))
        };
        Some(Self {
            to: desk.contact(conversation.contact.as_str()),
            cc: cc.unwrap_or_else(|| desk.app.reply_copies(conversation).join(", ")),
            messages: messages.take(MOST_MESSAGES).map(line).collect(),
        })
    }
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
        let kept = draft.cc.as_ref().map(|cc| cc.join(", "));
        let cc = field_of(pairs, "cc").map(str::to_owned);
        let cc = cc.or(is_written.then(String::new)).or(kept);
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
            mail: MailTo::new(desk, conversation, cc),
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
    let archived = &snapshot.installation.teams;
    for (id, name) in snapshot.directory.teams() {
        let label = fill("compose.team", &[("name", name)]);
        let choice = choice(format!("team:{id}"), label);
        if choice.is_current || !archived.is_archived(id) {
            named.push(choice);
        }
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
