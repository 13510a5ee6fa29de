//! What every page has around its content: its title, its place in the bar, and what whoever asks
//! may do.
//!
//! Made for whoever asks, drawn by `layout.html`.

use super::asset::{DESK, ICON, LIVE, SCRIPT, STYLE};
use super::desk::{Desk, spoken};
use crate::command::{Identity, Role};
use crate::model::RepId;
use crate::model::event::RepStatus;
use crate::model::people::Notices;

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
    /// How many alerts are open that they see.
    pub(super) alerts: usize,
    /// Whether single letters are commands.
    pub(super) single_keys: bool,
    /// How their browser tells that a contact wrote, in words with spaces between.
    pub(super) notices: String,
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
            alerts: 0,
            single_keys: true,
            notices: String::new(),
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

impl Desk {
    /// The frame of a page, with what whoever asks may do.
    pub(super) fn frame(&self, title: impl Into<String>, part: &'static str) -> Frame {
        let caller = self.caller();
        let people = &self.present().snapshot().installation.people;
        let user = match &caller.identity {
            Identity::User(id) => people.user(id),
            _ => None,
        };
        let mut frame = Frame::new(title, part);
        frame.role = Some(caller.role);
        frame.is_part = !caller.sight.is_whole();
        frame.alerts = self.app.open_alerts(self.present(), caller);
        if let Some(user) = user {
            frame.user.clone_from(&user.name);
            frame.single_keys = user.habits.single_keys;
            if frame.may(Role::Rep.as_str()) {
                frame.notices = words(user.habits.notices);
            }
        }
        frame.presence = self.presence();
        frame
    }

    /// The control of whether whoever asks takes work, where they are a rep who signs in.
    fn presence(&self) -> Option<PresenceForm> {
        let rep = RepId::parse(&self.app.rep_of(self.caller())?).ok()?;
        let presence = self.present().snapshot().installation.presence.of(&rep);
        let statuses = RepStatus::ALL.iter().map(|status| {
            let word = status.as_str();
            let is_theirs = presence.is_some_and(|presence| presence.status == *status);
            (word, spoken("status", word), is_theirs)
        });
        Some(PresenceForm {
            statuses: statuses.collect(),
            detail: presence
                .and_then(|presence| presence.detail.clone())
                .unwrap_or_default(),
            is_automatic: presence.is_some_and(|presence| presence.is_automatic),
        })
    }
}

/// As the script of notices reads them.
fn words(notices: Notices) -> String {
    let chosen = [
        ("title", notices.title_count),
        ("sound", notices.sound),
        ("desktop", notices.desktop_notices),
    ];
    let chosen = chosen.iter().filter(|(_, is_chosen)| *is_chosen);
    let words: Vec<&str> = chosen.map(|(word, _)| *word).collect();
    words.join(" ")
}
