//! The board: a column a stage of one pipeline, a card a ticket.
//!
//! A card moves by its form; the script lets it be dragged, which sends the same form. A job's
//! stage follows from what happens, so that its card moves only to where somebody can say it is.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::super::compose::ChoiceMenu;
use super::super::{Answer, Frame, field_of};
use super::deeds::TicketBar;
use super::menus::menus;
use super::{Tab, left, tabs, with};
use crate::app::TicketLineView;
use crate::command::Caller;
use crate::model::desk::{TicketOrder, TicketView};
use crate::web::api::wanted_tickets;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::{self, plural};
use crate::web::ui::menu::Item;
use crate::web::ui::text::{Words, t};
use crate::web::ui::url::{Pairs, address, encode, pair};

/// The most cards of a column; the table has them all.
const MOST: usize = 50;
/// Where a job can be put by hand.
const OF_JOBS: [&str; 3] = ["completed", "declined", "inactive"];

struct Card {
    id: String,
    version: String,
    href: String,
    subject: String,
    who: String,
    owner: String,
    priority: String,
    left: String,
    is_late: bool,
    due_exact: String,
    /// Where it can be moved.
    moves: Vec<(String, String)>,
}

struct Column {
    stage: String,
    name: String,
    count: String,
    cards: Vec<Card>,
    /// Where the rest is listed; empty: there is none.
    more: String,
}

#[derive(Template)]
#[template(path = "board.html")]
struct Page {
    frame: Frame,
    summary: String,
    tabs: Vec<Tab>,
    pipelines: Vec<Item>,
    pipeline: String,
    sought: String,
    menus: Vec<ChoiceMenu>,
    kept: Pairs,
    bar: TicketBar,
    /// Where the forms of the cards are sent.
    action: String,
    columns: Vec<Column>,
}

/// The page; `own` are its parameters.
pub(super) fn page(
    desk: &Desk,
    caller: &Caller,
    (own, _rest): (&Pairs, &Pairs),
    bar: TicketBar,
) -> Result<Answer, Fault> {
    let mut on_desk: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in desk.present().tickets() {
        let stages = on_desk.entry(line.pipeline.as_str()).or_default();
        stages.insert(line.stage_at(desk.now));
    }
    let first = on_desk.keys().next().copied().unwrap_or("support");
    let pipeline = field_of(own, "pipeline").unwrap_or(first).to_owned();
    let is_listed = |name: &str| !["view", "pipeline", "stage", "cursor", "sort"].contains(&name);
    let kept = own.iter().filter(|(name, _)| is_listed(name)).cloned();
    let mut narrowed: Pairs = kept.collect();
    narrowed.push(pair("pipeline", &pipeline));
    let found = on_desk.get(pipeline.as_str());
    let found = found.into_iter().flatten().copied();
    let mut columns = Vec::new();
    for stage in stages(desk, &pipeline, found) {
        columns.push(column(desk, caller, &narrowed, (&pipeline, stage))?);
    }
    let query = wanted_tickets(&desk.app, desk.present(), caller, &narrowed)?;
    let counts = desk.app.list_tickets_at(desk.present(), &query)?.counts;
    let count = |view: TicketView| counts.get(view.as_str()).copied().unwrap_or(0);
    let mut menus = menus(desk, own);
    menus.retain(|menu| is_listed(menu.name));
    let is_offered =
        |name: &str| ["q", "pipeline"].contains(&name) || menus.iter().any(|one| one.name == name);
    let pipelines = on_desk.keys().map(|id| Item {
        label: spoken("pipeline", id),
        href: with(own, "pipeline", id),
        is_current: *id == pipeline,
    });
    let page = Page {
        frame: desk.frame(t("ticket_list.title"), "tickets"),
        summary: plural("ticket_list.count", count(TicketView::All) as u64),
        tabs: tabs(own, count),
        pipelines: pipelines.collect(),
        sought: field_of(own, "q").unwrap_or_default().to_owned(),
        kept: (narrowed.iter())
            .filter(|(name, _)| !is_offered(name))
            .cloned()
            .collect(),
        menus,
        bar,
        action: address("/tickets", own),
        columns,
        pipeline,
    };
    Ok(Answer::Page(page.render()?))
}

/// The stages of a pipeline in order, and behind them those that it no longer has.
fn stages<'a>(
    desk: &'a Desk,
    pipeline: &str,
    found: impl Iterator<Item = &'a str>,
) -> Vec<&'a str> {
    let directory = &desk.present().snapshot().directory;
    let mut stages: Vec<&str> = directory
        .stages(pipeline, desk.now)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    for stage in found {
        if !stages.contains(&stage) {
            stages.push(stage);
        }
    }
    stages
}

fn column(
    desk: &Desk,
    caller: &Caller,
    narrowed: &[(String, String)],
    (pipeline, stage): (&str, &str),
) -> Result<Column, Fault> {
    let mut query = wanted_tickets(&desk.app, desk.present(), caller, narrowed)?;
    query.view = TicketView::All;
    query.order = TicketOrder::Due;
    query.limit = MOST;
    query.filter.stages = vec![stage.to_owned()];
    let list = desk.app.list_tickets_at(desk.present(), &query)?;
    let whole = list.counts.get(query.view.as_str()).copied().unwrap_or(0);
    let more = list.next_cursor.map(|_cursor| {
        let mut all = narrowed.to_vec();
        all.extend([
            pair("view", "all"),
            pair("sort", "due"),
            pair("stage", stage),
        ]);
        address("/tickets", &all)
    });
    Ok(Column {
        name: desk.stage(pipeline, stage),
        stage: stage.to_owned(),
        count: figure::count(whole as f64),
        cards: list
            .items
            .into_iter()
            .map(|line| card(desk, line))
            .collect(),
        more: more.unwrap_or_default(),
    })
}

fn card(desk: &Desk, line: TicketLineView) -> Card {
    let (left, is_late) = left(desk, line.due_at);
    let moves = moves(desk, &line);
    Card {
        href: format!("/tickets/{}", encode(&line.ticket)),
        subject: line.subject.unwrap_or_else(|| line.ticket.clone()),
        id: line.ticket,
        version: line.version,
        who: line.contact_name.or(line.contact).unwrap_or_default(),
        owner: line
            .owner
            .map_or_else(|| t("who.nobody").to_owned(), |id| desk.rep(id.as_str())),
        priority: line
            .priority
            .map_or_else(String::new, |one| spoken("priority", &one)),
        left,
        is_late,
        due_exact: line.due_at.map_or_else(String::new, |at| at.to_string()),
        moves,
    }
}

fn moves(desk: &Desk, line: &TicketLineView) -> Vec<(String, String)> {
    let directory = &desk.present().snapshot().directory;
    let stages = directory.stages(&line.pipeline, desk.now).into_iter();
    let stages = stages.map(|(id, _)| id).filter(|id| *id != line.stage);
    let is_open_to = |stage: &&str| match (line.is_job, line.stage.as_str()) {
        (false, _) => true,
        (true, "expired" | "declined" | "completed") => false,
        (true, _) => OF_JOBS.contains(stage),
    };
    let moves = stages.filter(is_open_to);
    moves
        .map(|stage| (stage.to_owned(), desk.stage(&line.pipeline, stage)))
        .collect()
}
