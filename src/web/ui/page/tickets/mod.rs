//! `/tickets`: the tickets and jobs that reps work through, as a table or as a board.
//!
//! An address is the whole state: the view, the filters and the order. What is done to a
//! selection or a card is in `deeds`.

mod board;
mod cards;
mod confirmations;
mod deeds;
mod list;
mod menus;

use axum::Extension;
use axum::extract::Query as Parameters;
use axum::response::Response;

pub(in crate::web::ui) use confirmations::{get_confirmations, post_confirmations};
pub(in crate::web::ui) use deeds::post_tickets;

use super::{Answer, Visit, field_of, make};
use crate::command::Caller;
use crate::model::Timestamp;
use crate::model::desk::TicketView;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::{Pairs, address, pair};
use deeds::TicketBar;

/// The view that is a board.
const BOARD: &str = "board";

/// Parameters of the page that are not the view's.
const OWN: [&str; 17] = [
    "view", "sort", "pipeline", "stage", "status", "owner", "rep", "team", "priority", "service",
    "channel", "inbox", "contact", "company", "at_risk", "q", "cursor",
];

/// A view to choose.
struct Tab {
    label: &'static str,
    count: String,
    href: String,
    is_current: bool,
}

/// The list or the board.
pub(in crate::web::ui) async fn get_tickets(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let bar = TicketBar::told(field_of(&pairs, "done").is_some());
    make(visit, move |desk| page(desk, &caller, &pairs, bar)).await
}

/// The page; `bar` is what came of the last thing that was done.
fn page(
    desk: &Desk,
    caller: &Caller,
    pairs: &[(String, String)],
    bar: TicketBar,
) -> Result<Answer, Fault> {
    let is_own =
        |(name, value): &(String, String)| OWN.contains(&name.as_str()) && !value.is_empty();
    let (own, rest): (Pairs, Pairs) = pairs.iter().cloned().partition(is_own);
    let rest: Pairs = rest
        .into_iter()
        .filter(|(name, _)| name != "done")
        .collect();
    if field_of(&own, "view") == Some(BOARD) {
        board::page(desk, caller, (&own, &rest), bar)
    } else {
        list::page(desk, caller, (&own, &rest), bar)
    }
}

/// The same address with another value of a parameter, from its first page on.
fn with(own: &[(String, String)], name: &str, value: &str) -> String {
    let kept = own
        .iter()
        .filter(|(other, _)| other != name && other != "cursor");
    let kept: Pairs = kept.cloned().chain([pair(name, value)]).collect();
    address("/tickets", &kept)
}

/// The views, with the board behind them; `counts` of each view.
fn tabs(own: &[(String, String)], count: impl Fn(TicketView) -> usize) -> Vec<Tab> {
    let view = field_of(own, "view").unwrap_or(TicketView::default().as_str());
    let tab = |word: &'static str, label: &'static str, count: String| Tab {
        label,
        count,
        href: with(own, "view", word),
        is_current: word == view,
    };
    let views = TicketView::ALL.into_iter().map(|one| {
        let number = figure::count(count(one) as f64);
        tab(one.as_str(), t(label_of(one)), number)
    });
    let board = tab(BOARD, t("ticket_list.board"), String::new());
    views.chain([board]).collect()
}

const fn label_of(view: TicketView) -> &'static str {
    match view {
        TicketView::Open => "ticket_list.open",
        TicketView::Mine => "ticket_list.mine",
        TicketView::Unassigned => "ticket_list.unassigned",
        TicketView::AtRisk => "ticket_list.at_risk",
        TicketView::Closed => "ticket_list.closed",
        TicketView::All => "ticket_list.all",
    }
}

/// The time left until something has to be done, and whether it is too late.
fn left(desk: &Desk, due_at: Option<Timestamp>) -> (String, bool) {
    let Some(at) = due_at else {
        return (String::new(), false);
    };
    let secs = (at.millis() - desk.now.millis()) as f64 / 1_000.0;
    let time = figure::round_duration(secs.abs());
    let is_late = secs <= 0.0;
    let key = if is_late {
        "ticket_list.overdue"
    } else {
        "ticket_list.left"
    };
    (fill(key, &[("time", &time)]), is_late)
}
