//! What the forms about saved reports and dashboards do.

use std::collections::BTreeMap;

use super::super::{Visit, field_of};
use crate::app::{Error, WriteResult};
use crate::command::{Command, DashboardDraft, MailScheduleDraft, SavedCommand, SavedReportDraft};
use crate::model::event::{
    Audience, DashboardPanel, LinkTarget, MailEvery, MailedReport, PanelSource, PanelWidth,
    SavedChart,
};
use crate::model::{DashboardId, Invalid, SavedReportId};
use crate::report::registry::ShippedDashboard;
use crate::report::split_values;
use crate::web::ui::text::fill;

/// What a form says.
pub(super) type Form = [(String, String)];

/// A field of a form, empty where it is not there.
pub(super) fn text(form: &Form, name: &str) -> String {
    field_of(form, name).unwrap_or_default().trim().to_owned()
}

/// Who is to find it.
pub(super) fn audience(form: &Form) -> Audience {
    if field_of(form, "audience") == Some("everybody") {
        Audience::Everybody
    } else {
        Audience::Owner
    }
}

/// A report as a form says it: `p.NAME` are the parameters.
pub(super) fn report(form: &Form) -> Result<SavedReportDraft, Invalid> {
    let parameters = form.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("p.")?;
        Some((name.to_owned(), value.clone()))
    });
    let parameters: BTreeMap<String, String> = parameters.collect();
    let target = field_of(form, "target").map(|target| {
        let number = target.trim().parse::<f64>();
        number.map_err(|_error| Invalid::new("target", format!("`{target}` is no number")))
    });
    Ok(SavedReportDraft {
        id: field_of(form, "id").map(str::to_owned),
        name: text(form, "name"),
        report: text(form, "report"),
        parameters,
        chart: match field_of(form, "chart") {
            Some("totals") => SavedChart::Totals,
            _ => SavedChart::OverTime,
        },
        target: target.transpose()?,
        second: field_of(form, "second").map(str::to_owned),
        columns: field_of(form, "columns").map_or_else(Vec::new, split_values),
        audience: audience(form),
    })
}

/// What a link is to show.
pub(super) fn link_target(form: &Form) -> Result<LinkTarget, Invalid> {
    let id = text(form, "id");
    let fault = |fault: &str| Invalid::new("id", format!("`{id}`: {fault}"));
    Ok(match field_of(form, "kind") {
        Some("dashboard") => LinkTarget::Dashboard {
            id: DashboardId::parse(&id).map_err(fault)?,
        },
        _ => LinkTarget::SavedReport {
            id: SavedReportId::parse(&id).map_err(fault)?,
        },
    })
}

/// For how many days a link is to hold.
pub(super) fn days(form: &Form) -> Result<i64, Invalid> {
    let days = text(form, "days");
    let refusal = |_error| Invalid::new("days", format!("`{days}` is no number of days"));
    days.parse().map_err(refusal)
}

/// A report that is to go out by mail.
pub(super) fn mail(form: &Form) -> Result<MailScheduleDraft, Invalid> {
    let shows = match link_target(form)? {
        LinkTarget::SavedReport { id } => MailedReport::SavedReport { id },
        LinkTarget::Dashboard { id } => MailedReport::Dashboard { id },
    };
    // The report on jobs has a window and figures of its own.
    let shows = match (&shows, field_of(form, "every")) {
        (MailedReport::Dashboard { id }, Some("fortnightly")) if id.as_str() == "jobs" => {
            MailedReport::Jobs {}
        }
        _ => shows,
    };
    let word = field_of(form, "every").unwrap_or_default();
    let every = MailEvery::ALL
        .into_iter()
        .find(|every| every.as_str() == word);
    let number = |name: &str| field_of(form, name).and_then(|text| text.parse().ok());
    let users = text(form, "users");
    let users = users
        .split(',')
        .map(str::trim)
        .filter(|user| !user.is_empty());
    Ok(MailScheduleDraft {
        id: None,
        shows,
        every: every.unwrap_or_default(),
        time: text(form, "time"),
        weekday: number("weekday"),
        day: number("day"),
        zone: text(form, "zone"),
        csv: field_of(form, "csv").is_some(),
        users: users.map(str::to_owned).collect(),
    })
}

/// A panel as `report:ID` or `saved:ID`.
pub(super) fn panel(word: &str, width: PanelWidth) -> Result<DashboardPanel, Invalid> {
    let refusal = || Invalid::new("shows", format!("`{word}` is nothing that can be shown"));
    let (kind, id) = word.split_once(':').ok_or_else(refusal)?;
    let shows = match kind {
        "report" => PanelSource::Report { id: id.to_owned() },
        "saved" => PanelSource::SavedReport {
            id: SavedReportId::parse(id).map_err(|_fault| refusal())?,
        },
        _ => return Err(refusal()),
    };
    Ok(DashboardPanel { shows, width })
}

/// The panels of a dashboard that everybody has.
pub(super) fn panels_of(shipped: &ShippedDashboard) -> Vec<DashboardPanel> {
    let panels = shipped.panels.iter();
    let panels = panels.map(|(id, width)| DashboardPanel {
        shows: PanelSource::Report {
            id: (*id).to_owned(),
        },
        width: *width,
    });
    panels.collect()
}

/// Runs what takes nothing but an id.
pub(super) async fn change(visit: &Visit, command: SavedCommand) -> Result<WriteResult, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    app.write(caller, Command::Saved(command)).await
}

/// A dashboard like one that is there, of one's own.
pub(super) fn copy_of(name: &str, panels: Vec<DashboardPanel>) -> DashboardDraft {
    DashboardDraft {
        id: None,
        name: fill("saved.copy_of", &[("name", name)]),
        panels,
        audience: Audience::Owner,
    }
}
