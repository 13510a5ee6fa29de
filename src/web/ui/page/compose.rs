//! The part of a conversation's page where a rep writes, assigns, resolves and tags.
//!
//! Shown by `conversation`; what its forms ask for is done by `act`.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::attention::AttentionForms;
use super::field_of;
use crate::model::Conversation;
use crate::model::event::Assignee;
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
    pub(super) done: &'static str,
    pub(super) assignees: Vec<Choice>,
    pub(super) known_tags: Vec<String>,
    pub(super) attention: AttentionForms,
    /// Canned replies: id, title, and whether it is a macro.
    pub(super) replies: Vec<(String, String, bool)>,
}

/// A value to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_current: bool,
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
        let lines = snapshot.desk.lines();
        let tags: BTreeSet<String> = lines.flat_map(|line| line.tags.iter().cloned()).collect();
        let typed = field_of(pairs, "text").unwrap_or_default();
        Self {
            action: format!("/conversations/{}", encode(conversation.id.as_str())),
            typed: typed.to_owned(),
            fault,
            done: done(field_of(pairs, "done").unwrap_or_default()),
            assignees: assignees(desk, Some(&conversation.assigned_to)),
            known_tags: tags.into_iter().collect(),
            replies: snapshot
                .installation
                .canned
                .all()
                .into_iter()
                .map(|one| (one.id.to_string(), one.title.clone(), one.is_macro()))
                .collect(),
            attention: AttentionForms::new(desk, conversation, zone),
        }
    }
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
