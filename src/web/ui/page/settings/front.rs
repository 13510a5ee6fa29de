//! `/settings`: all pages of settings, how this machine does, and what runs here.

use askama::Template;
use axum::response::Response;

use super::super::health::{self, HealthLine};
use super::super::{Answer, Frame, Visit, make};
use crate::command::Role;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::text::{Words, t};

/// What runs here.
struct Installation {
    version: &'static str,
    position: String,
    folder: String,
}

#[derive(Template)]
#[template(path = "front.html")]
struct Page {
    frame: Frame,
    health: Vec<HealthLine>,
    installation: Option<Installation>,
}

/// The front page of the settings.
pub(in crate::web::ui) async fn get_front(visit: Visit) -> Response {
    make(visit, page).await
}

fn page(desk: &Desk) -> Result<Answer, Fault> {
    let may_look = desk.role() >= Role::Admin && desk.sight().is_whole();
    let parts = if may_look {
        desk.app.health()
    } else {
        Vec::new()
    };
    let page = Page {
        frame: desk.frame(t("setting_list.title"), "settings"),
        health: parts.iter().map(health::line).collect(),
        installation: may_look.then(|| Installation {
            version: env!("CARGO_PKG_VERSION"),
            position: count(desk.app.position() as f64),
            folder: desk.app.folder_path().display().to_string(),
        }),
    };
    Ok(Answer::Page(page.render()?))
}
