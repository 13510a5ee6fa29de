//! `/team`: who is there, when the most comes in, and how long reps take.
//!
//! Who is a rep sees their own numbers above those of all; who sees a part of the desk sees the
//! reps of it.

mod list;
mod roster;

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::impact::Impact;
use super::overview::{as_of, panels};
use super::{Answer, Frame, Visit, make, read};
use crate::web::ui::controls::Controls;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::pace::fitted;
use crate::web::ui::panel::Panel;
use crate::web::ui::text::{Reader, Words, t};
use crate::web::ui::url::Pairs;
use crate::web::ui::view::View;
use list::{Head, heads};
use roster::{Member, roster};

pub(in crate::web::ui) use list::get_roster;

const PATH: &str = "/team";

/// A rep's own numbers.
const OWN: [&str; 5] = [
    "resolved_by_assignee",
    "reply_count",
    "first_response_time",
    "rep_response_time",
    "csat",
];

/// Its panels, and how wide each is.
const PANELS: [(&str, &str); 6] = [
    ("staffing", "whole"),
    ("rep_times", "whole"),
    ("rep_availability", "half"),
    ("peak_available_reps", "half"),
    ("reply_count", "half"),
    ("csat", "half"),
];

#[derive(Template)]
#[template(path = "team.html")]
struct Page {
    frame: Frame,
    controls: Controls,
    /// The own numbers of whoever asks, where they are a rep.
    own: Option<Impact>,
    members: Vec<Member>,
    heads: Vec<Head>,
    /// Whether numbers of now lead to the lists of the desk.
    leads: bool,
    panels: Vec<Panel>,
    is_empty: bool,
    as_of: String,
}

/// The page.
pub(in crate::web::ui) async fn get_team(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs)).await
}

fn page(desk: &Desk, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let (view, _, moved) = read(pairs, PATH)?;
    if let Some(moved) = moved {
        return Ok(moved);
    }
    let view = fitted(desk, &view);
    let frame = desk.frame(t("team_page.title"), "team");
    let reader = Reader::present();
    let (own, panels) = rayon::join(
        || reader.reads(|| own(desk, &view)),
        || reader.reads(|| panels(desk, &view, &PANELS)),
    );
    let page = Page {
        leads: frame.may("rep"),
        frame,
        controls: Controls::new(desk, &view, PATH, None),
        own,
        members: roster(desk, view.zone),
        heads: heads(),
        panels,
        is_empty: desk.is_empty(),
        as_of: as_of(desk, &view),
    };
    Ok(Answer::Page(page.render()?))
}

/// The numbers of the rep who asks. The page's own choice of reps does not hold for them.
fn own(desk: &Desk, view: &View) -> Option<Impact> {
    let rep = desk.app.rep_of(desk.caller())?;
    let mut own = view.clone();
    own.filters.retain(|field, _| !field.starts_with("rep"));
    own.filters.insert("rep".to_owned(), vec![rep]);
    let mut tiles = Impact::of(desk, &own, PATH, &OWN);
    let mut other = view.clone();
    other.whole = !view.whole;
    tiles.other = other.at(PATH);
    Some(tiles)
}
