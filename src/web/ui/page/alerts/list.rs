//! `/alerts`: what is open, and what is over.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::super::health::{self, HealthLine};
use super::super::{Answer, Frame, Visit, make};
use super::at;
use super::said::{SaidAlert, said};
use crate::app::AlertView;
use crate::command::Role;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, fill, t};

/// How many that are over are listed.
const MOST_PAST: usize = 100;

/// An alert in the list.
struct Line {
    id: String,
    said: SaidAlert,
    rule: String,
    opened: String,
    /// What became of it.
    state: String,
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct Page {
    frame: Frame,
    sums: String,
    open: Vec<Line>,
    past: Vec<Line>,
    health: Vec<HealthLine>,
    has_rules: bool,
}

/// The alerts.
pub(in crate::web::ui) async fn get_alerts(visit: Visit) -> Response {
    make(visit, page).await
}

/// Leads to why an alert was told.
pub(in crate::web::ui) async fn get_alert(visit: Visit, Path(id): Path<String>) -> Response {
    make(visit, move |desk| {
        let alert = desk.app.alert(desk.caller(), &id)?;
        let path = line(desk, &alert).said.path;
        let list = || format!("/alerts#alert-{id}");
        Ok(Answer::Moved(if path.is_empty() { list() } else { path }))
    })
    .await
}

fn page(desk: &Desk) -> Result<Answer, Fault> {
    let alerts = desk.app.alerts(desk.caller());
    let (open, past): (Vec<_>, Vec<_>) = alerts
        .into_iter()
        .partition(|alert| alert.resolved_at.is_none());
    let may_look = desk.role() >= Role::Admin && desk.sight().is_whole();
    let health = if may_look {
        desk.app.health()
    } else {
        Vec::new()
    };
    let lines = |alerts: Vec<AlertView>| alerts.iter().map(|one| line(desk, one)).collect();
    let page = Page {
        frame: desk.frame(t("alerts.title"), "alerts"),
        sums: plural("alerts.open", open.len() as u64),
        open: lines(open),
        past: lines(past.into_iter().take(MOST_PAST).collect()),
        health: health.iter().map(health::line).collect(),
        has_rules: !desk.app.alert_rules().is_empty(),
    };
    Ok(Answer::Page(page.render()?))
}

fn line(desk: &Desk, alert: &AlertView) -> Line {
    let saved = desk.app.report_of_alert(desk.caller(), alert);
    let mut said = said(desk, &alert.fact, saved.as_ref());
    if said.title.is_empty() {
        said.title = super::said::gone();
    }
    let state = match (alert.resolved_at, alert.told_at, alert.held_until) {
        (Some(over), _, _) => fill("alerts.over_at", &[("at", &at(over))]),
        (None, Some(told), _) => fill("alerts.told_at", &[("at", &at(told))]),
        (None, None, Some(until)) => fill("alerts.held_until", &[("at", &at(until))]),
        (None, None, None) => t("alerts.untold").to_owned(),
    };
    Line {
        id: alert.id.clone(),
        said,
        rule: alert.name.clone(),
        opened: at(alert.opened_at),
        state,
    }
}
