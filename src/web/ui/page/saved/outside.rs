//! `/shared`: the figures behind a link, for whoever has it. Nothing here leads into the desk: no
//! rows, no words, no names but those that the figures are cut by.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::super::{Frame, fault_page, field_of};
use super::dashboard::{Board, panels};
use crate::app::{App, Shared};
use crate::command::Role;
use crate::model::event::{DashboardPanel, LinkTarget, PanelSource, PanelWidth};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::panel::Panel;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::Pairs;
use crate::web::ui::view::{Notes, View};

#[derive(Template)]
#[template(path = "shared.html")]
struct Page {
    frame: Frame,
    /// Who shows it, and until when.
    about: String,
    panels: Vec<Panel>,
    /// Why there is nothing, where that is so.
    fault: &'static str,
}

/// What a link shows.
pub(in crate::web::ui) async fn get_shared(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let token = field_of(&pairs, "t").unwrap_or_default().to_owned();
    let work = move || shown(app, &token);
    let made = match blocking(work).await {
        Ok(made) => made,
        Err(error) => Err(Fault::Failed(error.to_string())),
    };
    let (status, page) = match made {
        Ok(made) => made,
        Err(fault) => return fault_page(fault),
    };
    let mut response = (status, Html(page)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
        // The link is in the address, and is nobody else's business.
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn shown(app: Arc<App>, token: &str) -> Result<(StatusCode, String), Fault> {
    let Some(shared) = app.shared(token)? else {
        return nothing();
    };
    let desk = Desk::new(app, shared.caller.clone());
    let board = match &shared.link.shows {
        LinkTarget::Dashboard { id } => Board::find(&desk, id.as_str()),
        LinkTarget::SavedReport { id } => {
            let saved = desk.app.saved_report(desk.caller(), id.as_str());
            saved.map(|saved| Board {
                name: saved.name,
                panels: vec![DashboardPanel {
                    shows: PanelSource::SavedReport { id: saved.id },
                    width: PanelWidth::Whole,
                }],
                own: None,
            })
        }
    };
    let is_there = |board: &Board| {
        let removed = board.own.as_ref().and_then(|own| own.owner.removed_at);
        removed.is_none()
    };
    let Some(board) = board.ok().filter(is_there) else {
        return nothing();
    };
    let view = View {
        is_outside: true,
        // What colleagues wrote is not for outside.
        notes: Notes::Hidden,
        ..View::default()
    };
    let page = Page {
        about: about(&shared),
        panels: panels(&desk, &board.panels, &view, false),
        fault: "",
        frame: frame(&board.name),
    };
    Ok((StatusCode::OK, page.render()?))
}

fn about(shared: &Shared) -> String {
    let until = date::instant(shared.link.expires_at, View::default().zone);
    let nobody = || t("saved.machine").to_owned();
    let by = shared.owner.clone().unwrap_or_else(nobody);
    fill("saved.shown_by", &[("by", &by), ("until", &until)])
}

fn nothing() -> Result<(StatusCode, String), Fault> {
    let page = Page {
        frame: frame(t("saved.title")),
        about: String::new(),
        panels: Vec::new(),
        fault: t("saved.link_ended"),
    };
    Ok((StatusCode::NOT_FOUND, page.render()?))
}

fn frame(title: &str) -> Frame {
    let mut frame = Frame::new(title, "");
    frame.role = Some(Role::Viewer);
    frame
}
