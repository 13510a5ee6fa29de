//! What every page has around its content: its title, its place in the bar, and what whoever asks
//! may do.
//!
//! Made by `desk` for whoever asks, drawn by `layout.html`.

use super::asset::{DESK, ICON, LIVE, SCRIPT, STYLE};
use crate::command::Role;

/// The control by which a rep says whether they take work.
pub(super) struct PresenceForm {
    /// Each status: its word, what it is called, and whether it is theirs.
    pub(super) statuses: Vec<(&'static str, String, bool)>,
    /// Their own word.
    pub(super) detail: String,
    /// That Svar said it.
    pub(super) is_automatic: bool,
}

/// What every page has around its content.
pub(super) struct Frame {
    /// The page's title.
    pub(super) title: String,
    /// The part of the bar that it belongs to.
    pub(super) part: &'static str,
    /// What was searched for.
    pub(super) sought: String,
    /// What whoever asks may do; none where that is not known.
    pub(super) role: Option<Role>,
    /// Who is signed in.
    pub(super) user: String,
    /// Whether they take work, where they are a rep: each status, and the own word.
    pub(super) presence: Option<PresenceForm>,
    /// Whether they see a part of the desk only.
    pub(super) is_part: bool,
    /// Whether single letters are commands.
    pub(super) single_keys: bool,
    /// The addresses of the stylesheet, the scripts and the icon.
    pub(super) style: &'static str,
    pub(super) script: &'static str,
    pub(super) live: &'static str,
    pub(super) desk: &'static str,
    pub(super) icon: &'static str,
}

impl Frame {
    /// The frame of a page.
    pub(super) fn new(title: impl Into<String>, part: &'static str) -> Self {
        Self {
            title: title.into(),
            part,
            sought: String::new(),
            role: None,
            user: String::new(),
            presence: None,
            is_part: false,
            single_keys: true,
            style: &STYLE.href,
            script: &SCRIPT.href,
            live: &LIVE.href,
            desk: &DESK.href,
            icon: &ICON.href,
        }
    }
}

impl Frame {
    /// Whether what takes this role is offered.
    pub(super) fn may(&self, role: &str) -> bool {
        let needed = Role::parse(role);
        self.role
            .is_none_or(|role| needed.is_none_or(|needed| role >= needed))
    }
}
