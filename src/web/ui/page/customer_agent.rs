//! `/customer-agent`: how the customer agent does, from what it was worth to what became of what
//! it gave to people.

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

const PATH: &str = "/customer-agent";

/// Its panels, and how wide each is.
const PANELS: [(&str, &str); 15] = [
    ("handled", "half"),
    ("handled_by_channel", "half"),
    ("feedback_trend", "half"),
    ("helpful_share", "half"),
    ("handling_rate", "half"),
    ("resolution_rate", "half"),
    ("deflection_rate", "half"),
    ("handoff_rate", "half"),
    ("resolved", "third"),
    ("deflected", "third"),
    ("handoffs", "third"),
    ("questions", "half"),
    ("gaps", "half"),
    ("resolved_by_assignee", "half"),
    ("handoff_outcomes", "half"),
];

#[derive(Template)]
#[template(path = "customer_agent_course.html")]
struct Page {
    frame: Frame,
    controls: Controls,
    impact: Impact,
    panels: Vec<Panel>,
    is_empty: bool,
    as_of: String,
}

/// The page.
pub(in crate::web::ui) async fn get_customer_agent(
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
    let reader = Reader::present();
    let (impact, panels) = rayon::join(
        || reader.reads(|| Impact::new(desk, &view, PATH)),
        || reader.reads(|| panels(desk, &view, &PANELS)),
    );
    let page = Page {
        frame: desk.frame(t("agent_page.title"), "customer-agent"),
        controls: Controls::new(desk, &view, PATH, None),
        impact,
        panels,
        is_empty: desk.is_empty(),
        as_of: as_of(desk, &view),
    };
    Ok(Answer::Page(page.render()?))
}
