//! `/saved`: all that is saved, and what its forms do; `/saved/{id}` leads to a saved report.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query as Parameters};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Answer, Frame, Visit, field_of, make};
use super::mails::{self, MailLine};
use super::{SAVED, audience, form, owner};
use crate::app::Error;
use crate::command::{
    Command, DashboardDraft, MailScheduleCommand, Refusal, Role, SavedCommand, SavedReportDraft,
};
use crate::model::Invalid;
use crate::model::event::{Audience, LinkTarget, PanelWidth};
use crate::model::saved::{SavedReport, SharedLink};
use crate::report::registry::SHIPPED_DASHBOARDS;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::kept::view_of;
use crate::web::ui::text::{Words, fill, name_of_shipped, t, title_of};
use crate::web::ui::url::{Pairs, address, pair};
use crate::web::ui::view::View;

/// A saved report or a dashboard in the list.
struct Line {
    id: String,
    name: String,
    href: String,
    /// Which report it asks, or how many panels it has.
    about: String,
    owner: String,
    audience: &'static str,
    changed: String,
    /// Whether whoever looks may take it away.
    is_theirs: bool,
}

/// A link in the list.
struct LinkLine {
    id: String,
    path: String,
    shows: String,
    owner: String,
    expires: String,
    /// Whether it still shows anything.
    holds: bool,
}

#[derive(Template)]
#[template(path = "saved.html")]
struct Page {
    frame: Frame,
    reports: Vec<Line>,
    dashboards: Vec<Line>,
    /// Those that everybody has: address and name.
    shipped: Vec<(String, &'static str)>,
    links: Vec<LinkLine>,
    mails: Vec<MailLine>,
    done: String,
    /// What was just taken away, that it can be restored: kind and id.
    removed: Option<(String, String)>,
    fault: String,
}

/// All that is saved.
pub(in crate::web::ui) async fn get_saved(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Leads to a saved report as it was saved.
pub(in crate::web::ui) async fn get_saved_report(visit: Visit, Path(id): Path<String>) -> Response {
    make(visit, move |desk| {
        let saved = desk.app.saved_report(desk.caller(), &id)?;
        Ok(Answer::Moved(report_address(&saved)?))
    })
    .await
}

/// Where a saved report is looked at.
fn report_address(saved: &SavedReport) -> Result<String, Fault> {
    Ok(view_of(saved)?.at(&format!("/reports/{}", saved.report)))
}

/// Does what a form says, and leads on.
pub(in crate::web::ui) async fn post_saved(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let fault = match run(&visit, &form).await {
        Ok(next) => return Redirect::to(&next).into_response(),
        Err(Error::Query(error) | Error::Refused(Refusal::Invalid(error))) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &form, fault)).await
}

async fn run(visit: &Visit, form: &form::Form) -> Result<String, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    let word = form::text(form, "do");
    let id = form::text(form, "id");
    match word.as_str() {
        "save" => {
            let written = app.save_report(caller, form::report(form)?).await?;
            let id = written.id.unwrap_or_default();
            Ok(format!("{SAVED}/{id}"))
        }
        "copy" => {
            let saved = app.saved_report(&caller, &id)?;
            let draft = SavedReportDraft {
                id: None,
                name: fill("saved.copy_of", &[("name", &saved.name)]),
                report: saved.report,
                parameters: saved.parameters,
                chart: saved.chart,
                target: saved.target,
                second: saved.second,
                columns: saved.columns,
                audience: Audience::Owner,
            };
            let written = app.save_report(caller, draft).await?;
            Ok(format!("{SAVED}/{}", written.id.unwrap_or_default()))
        }
        "put" => put(visit, form).await,
        "dashboard" => {
            let draft = DashboardDraft {
                name: form::text(form, "name"),
                audience: form::audience(form),
                ..DashboardDraft::default()
            };
            let written = app.save_dashboard(caller, draft).await?;
            let id = written.id.unwrap_or_default();
            Ok(format!("/dashboards/{id}/edit"))
        }
        "share" => {
            let shows = form::link_target(form)?;
            app.share(caller, shows, form::days(form)?).await?;
            Ok(format!("{}#links", address(SAVED, &[pair("done", &word)])))
        }
        "mail" => {
            app.save_mail_schedule(caller, form::mail(form)?).await?;
            Ok(format!("{}#mails", address(SAVED, &[pair("done", &word)])))
        }
        "end_mail" => {
            let command = Command::MailSchedule(MailScheduleCommand::Remove { id });
            app.write(caller, command).await?;
            Ok(format!("{}#mails", address(SAVED, &[pair("done", &word)])))
        }
        "revoke" => {
            form::change(visit, SavedCommand::Revoke { link: id }).await?;
            Ok(format!("{}#links", address(SAVED, &[pair("done", &word)])))
        }
        _ => taken_away(visit, &word, id).await,
    }
}

/// Takes something away, or brings it back.
async fn taken_away(visit: &Visit, word: &str, id: String) -> Result<String, Error> {
    let of = |id: String| match word {
        "remove_report" => Some(SavedCommand::RemoveReport { id }),
        "restore_report" => Some(SavedCommand::RestoreReport { id }),
        "remove_dashboard" => Some(SavedCommand::RemoveDashboard { id }),
        "restore_dashboard" => Some(SavedCommand::RestoreDashboard { id }),
        _ => None,
    };
    let unknown = || Invalid::new("do", format!("`{word}` is nothing this page does"));
    let command = of(id.clone()).ok_or_else(unknown)?;
    form::change(visit, command).await?;
    Ok(address(SAVED, &[pair("done", word), pair("id", &id)]))
}

/// Puts a saved report on a dashboard, at its end.
async fn put(visit: &Visit, form: &form::Form) -> Result<String, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    let board = app.dashboard(&caller, &form::text(form, "dashboard"))?;
    let word = format!("saved:{}", form::text(form, "id"));
    let mut panels = board.panels;
    panels.push(form::panel(&word, PanelWidth::Half)?);
    let id = board.id.to_string();
    let draft = DashboardDraft {
        id: Some(id.clone()),
        name: board.name,
        panels,
        audience: board.audience,
    };
    app.save_dashboard(caller, draft).await?;
    Ok(format!("/dashboards/{id}"))
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let caller = desk.caller();
    let is_theirs = |by: &str| desk.caller().role >= Role::Admin || by == caller.actor();
    let zone = View::default().zone;
    let reports = desk.app.saved_reports(caller).into_iter().map(|one| Line {
        href: format!("{SAVED}/{}", one.id),
        about: Desk::find(&one.report).map_or(one.report, |report| title_of(report).to_owned()),
        owner: owner(desk, &one.owner.by),
        audience: audience(one.audience),
        changed: date::instant(one.owner.changed_at, zone),
        is_theirs: is_theirs(&one.owner.by),
        id: one.id.to_string(),
        name: one.name,
    });
    let dashboards = desk.app.dashboards(caller).into_iter().map(|one| Line {
        href: format!("/dashboards/{}", one.id),
        about: fill("saved.panels", &[("count", &one.panels.len().to_string())]),
        owner: owner(desk, &one.owner.by),
        audience: audience(one.audience),
        changed: date::instant(one.owner.changed_at, zone),
        is_theirs: is_theirs(&one.owner.by),
        id: one.id.to_string(),
        name: one.name,
    });
    let links = desk.app.shared_links(caller).into_iter();
    let shipped = SHIPPED_DASHBOARDS.iter();
    let page = Page {
        frame: desk.frame(t("saved.title"), "reports"),
        reports: reports.collect(),
        dashboards: dashboards.collect(),
        shipped: shipped
            .map(|one| (format!("/dashboards/{}", one.id), name_of_shipped(one)))
            .collect(),
        links: links
            .map(|link| link_line(desk, &link))
            .collect::<Result<_, _>>()?,
        mails: mails::lines(desk),
        done: done(pairs),
        removed: removed(pairs),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn link_line(desk: &Desk, link: &SharedLink) -> Result<LinkLine, Fault> {
    let snapshot = desk.present().snapshot();
    let saved = &snapshot.installation.saved;
    let name = match &link.shows {
        LinkTarget::SavedReport { id } => saved.report(id.as_str()).map(|one| &one.name),
        LinkTarget::Dashboard { id } => saved.dashboard(id.as_str()).map(|one| &one.name),
    };
    Ok(LinkLine {
        id: link.id.to_string(),
        path: desk.app.shared_path(link.id.as_str())?,
        shows: name.cloned().unwrap_or_default(),
        owner: owner(desk, &link.by),
        expires: date::instant(link.expires_at, View::default().zone),
        holds: link.holds(desk.now),
    })
}

fn done(pairs: &[(String, String)]) -> String {
    let word = match field_of(pairs, "done").unwrap_or_default() {
        "share" => t("saved.done.share"),
        "mail" => t("saved.done.mail"),
        "end_mail" => t("saved.done.end_mail"),
        "revoke" => t("saved.done.revoke"),
        "remove_report" | "remove_dashboard" => t("saved.done.remove"),
        "restore_report" | "restore_dashboard" => t("saved.done.restore"),
        _ => "",
    };
    word.to_owned()
}

fn removed(pairs: &[(String, String)]) -> Option<(String, String)> {
    let word = match field_of(pairs, "done")? {
        "remove_report" => "restore_report",
        "remove_dashboard" => "restore_dashboard",
        _ => return None,
    };
    Some((word.to_owned(), field_of(pairs, "id")?.to_owned()))
}
