//! What people keep of reports: saved ones, dashboards of them, and links that show them outside.

mod dashboard;
mod edit;
mod form;
mod list;
mod mailed;
mod mails;
mod outside;
pub(super) mod tools;

pub(in crate::web::ui) use dashboard::get_dashboard;
pub(in crate::web::ui) use edit::{get_edit, post_dashboard};
pub(in crate::web::ui) use list::{get_saved, get_saved_report, post_saved};
pub use mailed::{MailWindow, Mailed, MailedPanel, mailed};
pub(in crate::web::ui) use outside::get_shared;

use crate::model::event::Audience;
use crate::web::ui::desk::Desk;
use crate::web::ui::text::{fill, t};

/// The page of all that is saved.
const SAVED: &str = "/saved";

/// Who finds something, as it is read.
fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Owner => t("saved.owner"),
        Audience::Everybody => t("saved.everybody"),
    }
}

/// Whose something is, as it is read.
fn owner(desk: &Desk, by: &str) -> String {
    if by == desk.caller().actor() {
        return t("saved.you").to_owned();
    }
    let snapshot = desk.present().snapshot();
    let people = &snapshot.installation.people;
    match by.split_once(':') {
        Some(("user", id)) => people.user(id).map_or(id, |user| &user.name).to_owned(),
        Some(("token", id)) => {
            let name = people.token(id).map_or(id, |token| &token.name);
            fill("saved.token", &[("name", name)])
        }
        Some((_, name)) => name.to_owned(),
        None => t("saved.machine").to_owned(),
    }
}
