//! Who did something, as people call them.

use crate::web::ui::desk::{Desk, spoken};

/// The name of a user or token; of anything else the word for it.
pub(super) fn who(desk: &Desk, actor: &str) -> String {
    let people = &desk.present().snapshot().installation.people;
    let user = actor.strip_prefix("user:");
    let user = user.and_then(|id| people.user(id));
    match user {
        Some(user) => user.name.clone(),
        None => spoken("actor", actor),
    }
}
