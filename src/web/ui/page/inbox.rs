//! `/inbox`: the conversations that reps work through, by views and filters.

use askama::Template;
use axum::Extension;
use axum::extract::Query as Parameters;
use axum::response::Response;
use chrono_tz::Tz;

use super::attention::snoozes;
use super::compose::{self, assignees};
use super::inbox_menus::Menus;
use super::selection::BulkBar;
use super::{Answer, Frame, Visit, field_of, make};
use crate::app::LineView;
use crate::command::Caller;
use crate::model::desk::DeskView;
use crate::model::event::{ActorKind, Assignee};
use crate::web::api::{Asking, narrowed};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::{self, plural};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};
use crate::web::ui::view::View;

/// Parameters of the page that are not the view's.
const OWN: [&str; 14] = [
    "view", "channel", "assignee", "team", "inbox", "tag", "tag.all", "status", "late", "q",
    "sort", "from", "to", "cursor",
];

struct Tab {
    label: &'static str,
    count: String,
    href: String,
    is_current: bool,
}

struct InboxLine {
    id: String,
    href: String,
    contact: String,
    company: String,
    subject: String,
    who: &'static str,
    preview: String,
    channel: String,
    assigned: String,
    at: String,
    exact: String,
    waiting: String,
    is_new: bool,
    sleeps: String,
    tags: Vec<String>,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Page {
    frame: Frame,
    summary: String,
    /// Whether a routing rule is paused.
    has_paused: bool,
    tabs: Vec<Tab>,
    view: &'static str,
    sought: String,
    menus: Menus,
    is_narrowed: bool,
    bar: BulkBar,
    /// Where the form over the list is sent.
    action: String,
    to: Vec<compose::Choice>,
    snoozes: Vec<(String, String)>,
    lines: Vec<InboxLine>,
    empty: &'static str,
    next: String,
}

/// The list.
pub(in crate::web::ui) async fn get_inbox(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    let bar = BulkBar::default();
    make(visit, move |desk| page(desk, &caller, &pairs, bar)).await
}

fn has_paused_rule(desk: &Desk) -> bool {
    let snapshot = desk.app.snapshot();
    let mut rules = snapshot.installation.routing.rules.iter();
    rules.any(|rule| rule.paused_at.is_some())
}

/// The page; `bar` is what came of the last thing that was done to a selection.
pub(super) fn page(
    desk: &Desk,
    caller: &Caller,
    pairs: &[(String, String)],
    bar: BulkBar,
) -> Result<Answer, Fault> {
    let is_own =
        |(name, value): &(String, String)| OWN.contains(&name.as_str()) && !value.is_empty();
    let (own, rest): (Pairs, Pairs) = pairs.iter().cloned().partition(is_own);
    let (view, _) = View::parse(&rest)?;
    let mut wanted = own.clone();
    wanted.push(pair("tz", view.zone.name()));
    let query = narrowed(&desk.app, &wanted, Asking::of(&desk.app, caller))?;
    let list = desk.app.list_conversations_at(desk.present(), &query)?;
    let with = |name: &str, value: &str| {
        let kept = own
            .iter()
            .filter(|(other, _)| other != name && other != "cursor");
        let kept: Pairs = kept.cloned().chain([pair(name, value)]).collect();
        address("/inbox", &kept)
    };
    let tabs = DeskView::ALL.map(|one| Tab {
        label: t(label_of(one)),
        count: figure::count(list.counts.get(one.as_str()).copied().unwrap_or(0) as f64),
        href: with("view", one.as_str()),
        is_current: one == query.view,
    });
    let count = list.counts.get(query.view.as_str()).copied().unwrap_or(0);
    let page = Page {
        frame: desk.frame(t("inbox.title"), "inbox"),
        summary: plural("inbox.count", count as u64),
        has_paused: has_paused_rule(desk),
        tabs: tabs.into_iter().collect(),
        view: query.view.as_str(),
        bar,
        action: address("/inbox", &own),
        to: assignees(desk, None),
        snoozes: snoozes(desk.now, view.zone),
        is_narrowed: !query.filter.is_empty(),
        empty: if query.filter.is_empty() {
            t(empty_of(query.view))
        } else {
            t("inbox.empty_narrowed")
        },
        next: list
            .next_cursor
            .map_or_else(String::new, |cursor| with("cursor", &cursor)),
        lines: list
            .items
            .into_iter()
            .map(|line| line_of(desk, line, view.zone))
            .collect(),
        sought: field_of(&own, "q").unwrap_or_default().to_owned(),
        menus: Menus::new(desk, &own),
    };
    Ok(Answer::Page(page.render()?))
}

fn line_of(desk: &Desk, line: LineView, zone: Tz) -> InboxLine {
    let assigned = match &line.assigned_to {
        Assignee::CustomerAgent { .. } => t("who.agent").to_owned(),
        Assignee::Nobody {} => t("who.nobody").to_owned(),
        Assignee::Rep { id } => desk.rep(id.as_str()),
        Assignee::Team { id } => desk.team(id.as_str()),
    };
    let waiting = line.waiting_secs.map(|secs| {
        let time = figure::round_duration(secs as f64);
        fill("inbox.waits", &[("time", &time)])
    });
    InboxLine {
        href: format!("/conversations/{}", encode(&line.conversation)),
        id: line.conversation,
        contact: line.contact_name.unwrap_or(line.contact),
        company: line.company.unwrap_or_default(),
        subject: line.subject.unwrap_or_default(),
        who: match line.last_author {
            ActorKind::Contact => t("inbox.them"),
            ActorKind::Rep => t("inbox.us"),
            ActorKind::CustomerAgent => t("who.agent"),
            ActorKind::Automation => t("inbox.machine"),
        },
        preview: line.preview,
        channel: spoken("channel", &line.channel),
        assigned,
        at: date::instant(line.last_message_at, zone),
        exact: line.last_message_at.to_string(),
        waiting: waiting.unwrap_or_default(),
        is_new: line.unread,
        sleeps: match (line.is_snoozed, line.snoozed_until) {
            (false, _) => String::new(),
            (true, Some(until)) => {
                let instant = date::instant(until, zone);
                fill("inbox.sleeps_until", &[("instant", &instant)])
            }
            (true, None) => t("inbox.sleeps").to_owned(),
        },
        tags: line.tags,
    }
}

const fn label_of(view: DeskView) -> &'static str {
    match view {
        DeskView::Open => "inbox.open",
        DeskView::Mine => "inbox.mine",
        DeskView::Unread => "inbox.unread",
        DeskView::Unassigned => "inbox.unassigned",
        DeskView::Waiting => "inbox.waiting",
        DeskView::Snoozed => "inbox.snoozed",
        DeskView::Agent => "inbox.agent",
        DeskView::Closed => "inbox.closed",
        DeskView::Spam => "inbox.spam",
    }
}

const fn empty_of(view: DeskView) -> &'static str {
    match view {
        DeskView::Mine => "inbox.empty_mine",
        DeskView::Waiting => "inbox.empty_waiting",
        DeskView::Unread => "inbox.empty_unread",
        DeskView::Snoozed => "inbox.empty_snoozed",
        _ => "inbox.empty",
    }
}
