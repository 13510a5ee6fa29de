//! `/settings`: all pages of settings, how this machine does and is backed up, and what runs here.

use askama::Template;
use axum::Form;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use super::super::health::{self, HealthLine};
use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::backup::BackupPanel;
use crate::app::Error;
use crate::command::Role;
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::text::{Words, t};
use crate::web::ui::url::Pairs;

/// While a backup is being made the page looks again after so many seconds.
const LOOK_AGAIN: HeaderValue = HeaderValue::from_static("2");

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
    backup: Option<BackupPanel>,
    fault: String,
    installation: Option<Installation>,
}

/// The front page of the settings.
pub(in crate::web::ui) async fn get_front(visit: Visit) -> Response {
    let is_running = visit.app.backup_view().running.is_some();
    let mut response = make(visit, |desk| page(desk, String::new())).await;
    if is_running {
        let name = HeaderName::from_static("refresh");
        response.headers_mut().insert(name, LOOK_AGAIN);
    }
    response
}

/// Begins a backup.
pub(in crate::web::ui) async fn post_front(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let tried: Result<(), Error> = match field_of(&form, "do").unwrap_or_default() {
        "backup" if visit.caller.sight.is_whole() => visit.app.begin_backup(),
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    };
    answered(visit, tried, "/settings#backup".to_owned(), page).await
}

fn page(desk: &Desk, fault: String) -> Result<Answer, Fault> {
    let may_look = desk.role() >= Role::Admin && desk.sight().is_whole();
    let parts = if may_look {
        desk.app.health()
    } else {
        Vec::new()
    };
    let page = Page {
        frame: desk.frame(t("setting_list.title"), "settings"),
        health: parts.iter().map(health::line).collect(),
        backup: may_look.then(|| BackupPanel::new(desk)),
        fault,
        installation: may_look.then(|| Installation {
            version: env!("CARGO_PKG_VERSION"),
            position: count(desk.app.position() as f64),
            folder: desk.app.folder_path().display().to_string(),
        }),
    };
    Ok(Answer::Page(page.render()?))
}
