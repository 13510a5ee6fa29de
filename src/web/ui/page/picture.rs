//! `/reports/{id}/chart.svg`: the chart of a report as a file of its own.
//!
//! Asked exactly as the API's CSV is, so that page, command line and a link agree.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Answer, Visit, make};
use crate::app::{App, Error};
use crate::command::Caller;
use crate::model::Invalid;
use crate::report::{Query, ReportResult, registry};
use crate::web::ui::chart::alone::{Plate, picture};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::look::Look;
use crate::web::ui::panel::PanelContext;
use crate::web::ui::panel::part::Part;
use crate::web::ui::panel::parts::parts;
use crate::web::ui::text::{fill, inside, t, title_of};
use crate::web::ui::url::{Pairs, address};
use crate::web::ui::view::{Notes, View};

/// The address of a report's picture, asked what a page shows.
pub(super) fn picture_href(id: &str, view: &View, desk: &Desk, every: Option<&str>) -> String {
    let mut pairs = view.query_pairs(desk.now, every);
    pairs.extend(view.look.pairs());
    address(&format!("/reports/{id}/chart.svg"), &pairs)
}

/// The picture of a report.
pub(in crate::web::ui) async fn get_picture(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let made = make(visit, move |desk| {
        Desk::find(&id)?;
        let mut look = Look::default();
        let mut asked = Vec::new();
        for (name, value) in &pairs {
            if !look.take(name, value)? {
                asked.push((name.as_str(), value.as_str()));
            }
        }
        // The second measure is asked as a page would ask it.
        let view = match look.second {
            Some(_) => View::parse(&pairs)?.0,
            None => View::default(),
        };
        let view = figures_alone(view);
        let query = Query::parse(asked, chrono_tz::Tz::UTC)?;
        let result = desk.answer(&id, &query)?;
        Ok(Answer::Page(drawn(desk, &id, &result, &view)?))
    });
    let mut response = made.await;
    if response.status().is_success() && response.status() != axum::http::StatusCode::ACCEPTED {
        let kind = header::HeaderValue::from_static("image/svg+xml");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response.into_response()
}

/// The chart of a report as an SVG file.
pub fn chart_svg(app: &Arc<App>, id: &str, query: &Query) -> Result<String, Error> {
    let result = app.report(id, query)?;
    let desk = Desk::new(Arc::clone(app), Caller::system());
    drawn(&desk, id, &result, &figures_alone(View::default()))
}

/// The first chart of an answer as an SVG file, asked by a view; none: it has none.
pub(super) fn lead_chart(desk: &Desk, result: &ReportResult, view: &View) -> Option<String> {
    let report = registry::find(result.report.id)?;
    let seen = PanelContext {
        desk,
        report,
        view,
        result,
    };
    let part = parts(seen).into_iter().find(|part| part.is_lead)?;
    let plate = Plate {
        chart: part.svg(),
        title: String::new(),
        legend: part.legend,
    };
    let zone = result.window.tz.parse().unwrap_or_default();
    let about = date::window(result.window.from, result.window.to, zone);
    Some(picture(title_of(report), &about, &[plate]))
}

/// As a file a chart is of the figures alone.
fn figures_alone(view: View) -> View {
    View {
        notes: Notes::Hidden,
        ..view
    }
}

fn drawn(desk: &Desk, id: &str, result: &ReportResult, view: &View) -> Result<String, Error> {
    let none = || Invalid::new("format", fill("picture.none", &[("id", id)]));
    let report = registry::find(id).ok_or_else(none)?;
    let seen = PanelContext {
        desk,
        report,
        view,
        result,
    };
    let lead: Vec<Part> = parts(seen)
        .into_iter()
        .filter(|part| part.is_lead)
        .collect();
    if lead.is_empty() {
        return Err(none().into());
    }
    let plates: Vec<Plate> = lead
        .into_iter()
        .map(|part| Plate {
            chart: part.svg(),
            title: part.title,
            legend: part.legend,
        })
        .collect();
    let zone = result.window.tz.parse().unwrap_or_default();
    let window = date::window(result.window.from, result.window.to, zone);
    let as_of = date::instant(result.as_of, zone);
    let about = fill(
        "picture.about",
        &[
            ("window", &window),
            ("zone", zone.name()),
            ("as_of", &as_of),
        ],
    );
    let title = if result.beside.is_empty() {
        title_of(report).to_owned()
    } else {
        format!("{}, {}", title_of(report), inside(t("ways.beside")))
    };
    Ok(picture(&title, &about, &plates))
}
