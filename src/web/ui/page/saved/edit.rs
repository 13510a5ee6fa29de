//! `/dashboards/{id}/edit`: a dashboard's name, panels, order and widths, each press kept at once.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Answer, Frame, Visit, field_of, make};
use super::dashboard::Board;
use super::{audience, form};
use crate::app::Error;
use crate::command::{DashboardDraft, Refusal, SavedCommand};
use crate::model::Invalid;
use crate::model::event::{Audience, DashboardPanel, PanelSource, PanelWidth};
use crate::model::saved::Dashboard;
use crate::report::registry;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, find, name_of_shipped, t, title_of};
use crate::web::ui::url::{Pairs, address, pair};

/// A panel in the list.
struct Line {
    place: usize,
    name: String,
    widths: Vec<(&'static str, &'static str, bool)>,
    is_first: bool,
    is_last: bool,
}

/// What can be added: the word for it, and its name.
type Choice = (String, String);

#[derive(Template)]
#[template(path = "dashboard_edit.html")]
struct Page {
    frame: Frame,
    id: String,
    name: String,
    audiences: Vec<(&'static str, &'static str, bool)>,
    lines: Vec<Line>,
    saved: Vec<Choice>,
    reports: Vec<Choice>,
    widths: Vec<(&'static str, &'static str, bool)>,
    fault: String,
}

/// The form of a dashboard.
pub(in crate::web::ui) async fn get_edit(visit: Visit, Path(id): Path<String>) -> Response {
    make(visit, move |desk| page(desk, &id, String::new())).await
}

/// Does what the form says.
pub(in crate::web::ui) async fn post_dashboard(
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response {
    let fault = match run(&visit, &id, &form).await {
        Ok(next) => return Redirect::to(&next).into_response(),
        Err(Error::Query(error) | Error::Refused(Refusal::Invalid(error))) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &id, fault)).await
}

async fn run(visit: &Visit, id: &str, form: &form::Form) -> Result<String, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    let word = form::text(form, "do");
    if word == "copy" {
        let (name, panels) = if let Some(shipped) = registry::shipped_dashboard(id) {
            (
                name_of_shipped(shipped).to_owned(),
                form::panels_of(shipped),
            )
        } else {
            let own = app.dashboard(&caller, id)?;
            (own.name, own.panels)
        };
        let written = app
            .save_dashboard(caller, form::copy_of(&name, panels))
            .await?;
        return Ok(format!(
            "/dashboards/{}/edit",
            written.id.unwrap_or_default()
        ));
    }
    if word == "remove" {
        let command = SavedCommand::RemoveDashboard { id: id.to_owned() };
        form::change(visit, command).await?;
        let done = [pair("done", "remove_dashboard"), pair("id", id)];
        return Ok(address(super::SAVED, &done));
    }
    let own = app.dashboard(&caller, id)?;
    let draft = changed(own, &word, form)?;
    app.save_dashboard(caller, draft).await?;
    Ok(format!("/dashboards/{id}/edit"))
}

/// The dashboard with what was pressed: `name`, `add`, or a word with a place, as `up:2`.
fn changed(own: Dashboard, word: &str, form: &form::Form) -> Result<DashboardDraft, Invalid> {
    let mut draft = DashboardDraft {
        id: Some(own.id.to_string()),
        name: own.name,
        panels: own.panels,
        audience: own.audience,
    };
    let unknown = || Invalid::new("do", format!("`{word}` is nothing this page does"));
    match word {
        "name" => {
            draft.name = form::text(form, "name");
            draft.audience = form::audience(form);
        }
        "add" => {
            let width = width(form, "width");
            let shows = form::text(form, "shows");
            draft.panels.push(form::panel(&shows, width)?);
        }
        _ => {
            let (what, place) = word.split_once(':').ok_or_else(unknown)?;
            let place = place.parse::<usize>().ok();
            let place = place.filter(|place| *place < draft.panels.len());
            moved(&mut draft.panels, what, place.ok_or_else(unknown)?, form).ok_or_else(unknown)?;
        }
    }
    Ok(draft)
}

/// Moves, widens or takes away the panel at a place; none: that is nothing one does to it.
fn moved(
    panels: &mut Vec<DashboardPanel>,
    what: &str,
    place: usize,
    form: &form::Form,
) -> Option<()> {
    match what {
        "up" if place > 0 => panels.swap(place, place - 1),
        "down" if place + 1 < panels.len() => panels.swap(place, place + 1),
        "up" | "down" => {}
        "drop" => drop(panels.remove(place)),
        "width" => panels.get_mut(place)?.width = width(form, &format!("width.{place}")),
        _ => return None,
    }
    Some(())
}

fn width(form: &form::Form, name: &str) -> PanelWidth {
    let word = field_of(form, name).unwrap_or_default();
    let found = PanelWidth::ALL
        .into_iter()
        .find(|width| width.as_str() == word);
    found.unwrap_or_default()
}

fn widths(chosen: PanelWidth) -> Vec<(&'static str, &'static str, bool)> {
    let widths = PanelWidth::ALL.iter().map(|width| {
        let name = find(&format!("saved.width.{}", width.as_str()));
        (width.as_str(), name.unwrap_or_default(), *width == chosen)
    });
    widths.collect()
}

fn page(desk: &Desk, id: &str, fault: String) -> Result<Answer, Fault> {
    let board = Board::find(desk, id)?;
    if !board.is_theirs(desk) {
        // What is not theirs to change is looked at, and copied there.
        return Ok(Answer::Moved(format!("/dashboards/{id}")));
    }
    let saved = desk.app.saved_reports(desk.caller());
    let last = board.panels.len().saturating_sub(1);
    let name_of = |panel: &DashboardPanel| match &panel.shows {
        PanelSource::Report { id } => {
            Desk::find(id).map_or_else(|_fault| id.clone(), |report| title_of(report).to_owned())
        }
        PanelSource::SavedReport { id } => {
            let one = saved.iter().find(|one| one.id == *id);
            one.map_or_else(|| t("saved.gone").to_owned(), |one| one.name.clone())
        }
    };
    let lines = board.panels.iter().enumerate().map(|(place, panel)| Line {
        place,
        name: name_of(panel),
        widths: widths(panel.width),
        is_first: place == 0,
        is_last: place == last,
    });
    let lines = lines.collect();
    let chosen = board.own.as_ref().map(|own| own.audience);
    let chosen = chosen.unwrap_or_default();
    let audiences = [
        ("owner", Audience::Owner),
        ("everybody", Audience::Everybody),
    ];
    let mut reports: Vec<Choice> = registry::all()
        .map(|report| (format!("report:{}", report.id), title_of(report).to_owned()))
        .collect();
    reports.sort_by(|one, other| one.1.cmp(&other.1));
    let page = Page {
        frame: desk.frame(board.name.as_str(), "reports"),
        id: id.to_owned(),
        name: board.name,
        audiences: audiences
            .map(|(word, one)| (word, audience(one), one == chosen))
            .to_vec(),
        lines,
        saved: saved
            .iter()
            .map(|one| (format!("saved:{}", one.id), one.name.clone()))
            .collect(),
        reports,
        widths: widths(PanelWidth::default()),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}
