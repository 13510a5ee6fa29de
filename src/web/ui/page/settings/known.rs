//! What a settings form offers for its fields, out of what the desk has; another word may be typed.

use crate::web::ui::desk::Desk;

/// Channels, inboxes and teams of the desk.
pub(super) struct Known {
    pub(super) channels: Vec<String>,
    pub(super) inboxes: Vec<String>,
    /// Their ids, and what they are called.
    pub(super) teams: Vec<(String, String)>,
}

impl Known {
    /// Those that conversations on the desk have, and every team that is on offer.
    pub(super) fn of(desk: &Desk) -> Self {
        let occurring = desk.present().occurring();
        let texts = |words: &std::collections::BTreeSet<&str>| {
            let texts = words.iter().map(|word| (*word).to_owned());
            texts.collect()
        };
        let teams = desk.teams_on_offer();
        let teams = teams.map(|(id, name)| (id.to_owned(), name.to_owned()));
        Self {
            channels: texts(&occurring.channels),
            inboxes: texts(&occurring.inboxes),
            teams: teams.collect(),
        }
    }
}
