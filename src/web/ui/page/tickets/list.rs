//! The table of tickets and jobs.

use askama::Template;
use chrono_tz::Tz;

use super::super::compose::{Choice, ChoiceMenu, assignees};
use super::super::{Answer, Frame, field_of};
use super::cards::cards;
use super::deeds::TicketBar;
use super::menus::menus;
use super::{Tab, left, tabs, with};
use crate::app::TicketLineView;
use crate::command::Caller;
use crate::model::Timestamp;
use crate::model::desk::{TicketOrder, TicketQuery, TicketView};
use crate::web::api::wanted_tickets;
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::panel::Panel;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};
use crate::web::ui::view::View;

/// A head by which the table can be sorted.
struct Head {
    label: &'static str,
    href: String,
    /// `ascending` or `descending` where it is sorted by.
    sorted: &'static str,
}

/// A row of the table.
struct Row {
    id: String,
    href: String,
    subject: String,
    /// Its id, where the subject is not that already, and its service.
    called: String,
    contact: String,
    company: String,
    stage: String,
    priority: String,
    owner: String,
    /// When it was opened, and last changed.
    moments: [Moment; 2],
    left: String,
    is_late: bool,
    due_exact: String,
}

/// When something happened: in short, whole, and for machines.
struct Moment {
    short: String,
    whole: String,
    exact: String,
}

impl Moment {
    fn of(at: Timestamp, now: Timestamp, zone: Tz) -> Self {
        Self {
            short: date::short(at, now, zone),
            whole: date::second(at, zone),
            exact: at.to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct Page {
    frame: Frame,
    summary: String,
    tabs: Vec<Tab>,
    view: &'static str,
    order: &'static str,
    sought: String,
    menus: Vec<ChoiceMenu>,
    /// What the address narrows the list to and no menu offers.
    kept: Pairs,
    is_narrowed: bool,
    bar: TicketBar,
    /// Where the form over the table is sent.
    action: String,
    reps: Vec<Choice>,
    stages: Vec<(String, String)>,
    heads: Vec<Head>,
    /// How the jobs of the pipeline do; empty: it has none.
    cards: Vec<Panel>,
    /// Which days they are of.
    cards_title: String,
    /// A pipeline of jobs that the desk has and the list is not narrowed to.
    jobs: Vec<(String, String)>,
    zone: &'static str,
    rows: Vec<Row>,
    empty: &'static str,
    next: String,
}

/// The page; `own` are its parameters, `rest` the view's.
pub(super) fn page(
    desk: &Desk,
    caller: &Caller,
    (own, rest): (&Pairs, &Pairs),
    bar: TicketBar,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(rest)?;
    let query = wanted_tickets(&desk.app, desk.present(), caller, own)?;
    let list = desk.app.list_tickets_at(desk.present(), &query)?;
    let count = |view: TicketView| list.counts.get(view.as_str()).copied().unwrap_or(0);
    let menus = menus(desk, own);
    let is_offered = |name: &str| {
        ["view", "sort", "q", "cursor"].contains(&name)
            || menus.iter().any(|menu| menu.name == name)
    };
    let kept = own.iter().filter(|(name, _)| !is_offered(name));
    let page = Page {
        frame: desk.frame(t("ticket_list.title"), "tickets"),
        summary: plural("ticket_list.count", count(query.view) as u64),
        tabs: tabs(own, count),
        view: query.view.as_str(),
        order: query.order.as_str(),
        sought: field_of(own, "q").unwrap_or_default().to_owned(),
        kept: kept.cloned().collect(),
        menus,
        is_narrowed: !query.filter.is_empty(),
        bar,
        action: address("/tickets", own),
        reps: reps(desk),
        stages: stages(desk),
        heads: heads(own, &query),
        cards: cards(desk, own, &view),
        cards_title: cards_title(desk, &view),
        jobs: jobs(desk, own),
        zone: view.zone.name(),
        empty: empty_of(&query),
        next: list
            .next_cursor
            .map_or_else(String::new, |cursor| with(own, "cursor", &cursor)),
        rows: list
            .items
            .into_iter()
            .map(|line| row(desk, line, view.zone))
            .collect(),
    };
    Ok(Answer::Page(page.render()?))
}

fn cards_title(desk: &Desk, view: &View) -> String {
    let (from, until) = view.days(desk.now);
    fill("ticket_list.cards", &[("window", &date::span(from, until))])
}

/// The pipelines of jobs on the desk that the list is not narrowed to: what each is called, and its
/// list.
fn jobs(desk: &Desk, own: &[(String, String)]) -> Vec<(String, String)> {
    let chosen = field_of(own, "pipeline").unwrap_or_default();
    let mut pipelines: Vec<&str> = desk
        .present()
        .tickets()
        .filter(|line| line.is_job && line.pipeline.as_str() != chosen)
        .map(|line| line.pipeline.as_str())
        .collect();
    pipelines.sort_unstable();
    pipelines.dedup();
    let links = pipelines.into_iter().map(|pipeline| {
        let list = address("/tickets", &[pair("pipeline", pipeline)]);
        (spoken("pipeline", pipeline), list)
    });
    links.collect()
}

/// The heads that the table can be sorted by.
fn heads(own: &[(String, String)], query: &TicketQuery) -> Vec<Head> {
    let opened = [TicketOrder::Newest, TicketOrder::Oldest];
    vec![
        head(own, query, "ticket_list.due", &[TicketOrder::Due]),
        head(own, query, "ticket.opened", &opened),
        head(own, query, "ticket_list.updated", &[TicketOrder::Latest]),
    ]
}

/// A head that leads to the first of its orders, and from that to the next.
fn head(
    own: &[(String, String)],
    query: &TicketQuery,
    label: &str,
    orders: &[TicketOrder],
) -> Head {
    let place = orders.iter().position(|order| *order == query.order);
    let next = place.map_or(0, |place| (place + 1) % orders.len());
    let next = orders.get(next).copied().unwrap_or_default();
    Head {
        label: t(label),
        href: with(own, "sort", next.as_str()),
        sorted: match place.and(Some(query.order)) {
            None => "",
            Some(TicketOrder::Oldest | TicketOrder::Due) => "ascending",
            Some(TicketOrder::Latest | TicketOrder::Newest) => "descending",
        },
    }
}

/// Reps to whom a selection can be given.
fn reps(desk: &Desk) -> Vec<Choice> {
    let all = assignees(desk, None).into_iter();
    all.filter_map(|choice| {
        let rep = choice.value.strip_prefix("rep:")?.to_owned();
        Some(Choice {
            value: rep,
            ..choice
        })
    })
    .collect()
}

/// The stages of all pipelines that are on the desk.
fn stages(desk: &Desk) -> Vec<(String, String)> {
    let directory = &desk.present().snapshot().directory;
    let mut pipelines: Vec<&str> = desk
        .present()
        .tickets()
        .map(|line| line.pipeline.as_str())
        .collect();
    pipelines.sort_unstable();
    pipelines.dedup();
    let mut stages: Vec<(String, String)> = Vec::new();
    for pipeline in pipelines {
        for (stage, _) in directory.stages(pipeline, desk.now) {
            if !stages.iter().any(|(known, _)| known == stage) {
                stages.push((stage.to_owned(), desk.stage(pipeline, stage)));
            }
        }
    }
    stages
}

fn row(desk: &Desk, line: TicketLineView, zone: Tz) -> Row {
    let (left, is_late) = left(desk, line.due_at);
    Row {
        href: format!("/tickets/{}", encode(&line.ticket)),
        called: called(&line),
        subject: line.subject.unwrap_or_else(|| line.ticket.clone()),
        id: line.ticket,
        contact: line.contact_name.or(line.contact).unwrap_or_default(),
        company: line.company.unwrap_or_default(),
        stage: desk.stage(&line.pipeline, &line.stage),
        priority: line
            .priority
            .map_or_else(String::new, |one| spoken("priority", &one)),
        owner: line
            .owner
            .map_or_else(|| t("who.nobody").to_owned(), |id| desk.rep(id.as_str())),
        moments: [line.opened_at, line.updated_at].map(|at| Moment::of(at, desk.now, zone)),
        left,
        is_late,
        due_exact: line.due_at.map_or_else(String::new, |at| at.to_string()),
    }
}

fn called(line: &TicketLineView) -> String {
    let id = line.subject.is_some().then_some(line.ticket.as_str());
    // Jobs without a subject of their own are called by their service.
    let service = line.service.as_deref();
    let service = service.filter(|service| line.subject.as_deref() != Some(service));
    let parts: Vec<&str> = id.into_iter().chain(service).collect();
    parts.join(" · ")
}

/// Why nothing is listed.
fn empty_of(query: &TicketQuery) -> &'static str {
    if !query.filter.is_empty() {
        return t("ticket_list.empty_narrowed");
    }
    match query.view {
        TicketView::Mine if query.rep.is_none() => t("ticket_list.empty_no_rep"),
        TicketView::Mine => t("ticket_list.empty_mine"),
        TicketView::Unassigned => t("ticket_list.empty_unassigned"),
        TicketView::AtRisk => t("ticket_list.empty_at_risk"),
        TicketView::Closed => t("ticket_list.empty_closed"),
        TicketView::Open | TicketView::All => t("ticket_list.empty"),
    }
}
