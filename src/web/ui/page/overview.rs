//! `/`: how the desk does, in one page; and each of its panels alone.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::http::HeaderMap;
use axum::response::Response;
use rayon::prelude::*;

use super::impact::Impact;
use super::now::{Now, now};
use super::{Answer, Frame, Visit, field_of, make, read};
use crate::app::App;
use crate::command::Caller;
use crate::web::ui::controls::Controls;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::pace::fitted;
use crate::web::ui::panel::overview::{PanelForm, Wish, panel};
use crate::web::ui::panel::{Panel, is_known};
use crate::web::ui::text::{Reader, Words, fill, t};
use crate::web::ui::url::Pairs;
use crate::web::ui::view::View;

/// The panels below the tiles, and how wide each is.
const PANELS: [(&str, &str); 8] = [
    ("rates", "whole"),
    ("handled_by_channel", "half"),
    ("resolved_by_assignee", "half"),
    ("first_answers", "half"),
    ("feedback_trend", "half"),
    ("handoffs", "third"),
    ("gaps", "third"),
    ("backlog", "third"),
];

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    controls: Controls,
    now: Vec<Now>,
    impact: Impact,
    panels: Vec<Panel>,
    is_empty: bool,
    as_of: String,
}

#[derive(Template)]
#[template(path = "alone.html")]
struct Alone {
    frame: Frame,
    panel: Panel,
    back: String,
}

/// The overview.
pub(in crate::web::ui) async fn get_overview(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| overview(desk, &pairs)).await
}

/// Works out what the overview shows to whoever asks for nothing in particular.
pub(in crate::web::ui) fn prepare(app: &Arc<App>) {
    let desk = Desk::new(Arc::clone(app), Caller::system());
    if let Err(fault) = overview(&desk, &[]) {
        fault.log();
    }
}

fn overview(desk: &Desk, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let (view, _, moved) = read(pairs, "/")?;
    if let Some(moved) = moved {
        return Ok(moved);
    }
    let view = fitted(desk, &view);
    let reader = Reader::present();
    desk.open_gaps();
    // Beside each other, as no panel keeps all cores busy from its first step to its last.
    let ((impact, now), panels) = rayon::join(
        || {
            rayon::join(
                || reader.reads(|| Impact::new(desk, &view, "/")),
                || reader.reads(|| now(desk)),
            )
        },
        || reader.reads(|| panels(desk, &view, &PANELS)),
    );
    let page = Overview {
        frame: desk.frame(t("overview.title"), "overview"),
        controls: Controls::new(desk, &view, "/", None),
        now,
        impact,
        panels,
        is_empty: desk.is_empty(),
        as_of: as_of(desk, &view),
    };
    Ok(Answer::Page(page.render()?))
}

/// Up to when a page counts.
pub(super) fn as_of(desk: &Desk, view: &View) -> String {
    let instant = date::instant(view.as_of.unwrap_or(desk.now), view.zone);
    fill("overview.as_of", &[("instant", &instant)])
}

/// The panels of a page, each as wide as it says. What they lead to has the page's frequency
/// written down, so that it shows the same.
pub(super) fn panels(desk: &Desk, view: &View, all: &[(&str, &'static str)]) -> Vec<Panel> {
    let own = View {
        every: Some(view.frequency(desk.now)),
        ..view.clone()
    };
    let reader = Reader::present();
    let made = all.par_iter().map(|(id, width)| {
        let mut made = reader.reads(|| panel(desk, id, &own, Wish::default()));
        made.width = width;
        made
    });
    made.collect()
}

/// One panel: the panel alone for the script, else a page around it.
pub(in crate::web::ui) async fn get_panel(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Response {
    let alone = headers.contains_key("svar-panel");
    make(visit, move |desk| {
        let (view, rest) = View::parse(&pairs)?;
        if !is_known(&id) {
            return Err(Fault::missing("panel", &id));
        }
        let wish = Wish {
            with_band: field_of(&rest, "band").is_some(),
            with_table: field_of(&rest, "table").is_some(),
            form: match field_of(&rest, "tile") {
                Some(_) => PanelForm::Tile,
                None => PanelForm::Usual,
            },
        };
        let panel = panel(desk, &id, &view, wish);
        if alone {
            return Ok(Answer::Page(panel.html()));
        }
        let page = Alone {
            frame: desk.frame(panel.title.clone(), "overview"),
            panel,
            back: view.at("/"),
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}
