//! `/notes`: what the forms about notes on charts do; each leads back to its report's page.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{Answer, Visit, field_of, make};
use crate::app::Error;
use crate::command::{ChartNoteCommand, ChartNoteDraft, Command};
use crate::model::{Invalid, Timestamp};
use crate::report::Limit;
use crate::web::ui::date;
use crate::web::ui::error::Fault;
use crate::web::ui::url::{Pairs, address, pair};

/// Does what a form says, and leads back.
pub(in crate::web::ui) async fn post_note(visit: Visit, Form(form): Form<Pairs>) -> Response {
    match run(&visit, &form).await {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(error) => make(visit, move |_desk| Err::<Answer, Fault>(error.into())).await,
    }
}

async fn run(visit: &Visit, form: &[(String, String)]) -> Result<String, Error> {
    let back = field_of(form, "back").unwrap_or_default();
    // Nowhere but to a report of this server.
    if !back.starts_with("/reports/") || back.contains(['\\', '\r', '\n']) {
        let reason = format!("`{back}` is no page of a report");
        return Err(Invalid::new("back", reason).into());
    }
    let (app, caller) = (&visit.app, visit.caller.clone());
    let id = field_of(form, "id").unwrap_or_default().to_owned();
    let word = field_of(form, "do").unwrap_or_default();
    let command = match word {
        "save" => {
            app.save_chart_note(caller, draft(form)?).await?;
            return Ok(format!("{back}#notes"));
        }
        "remove" => ChartNoteCommand::Remove { id: id.clone() },
        "restore" => ChartNoteCommand::Restore { id: id.clone() },
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    let is_removed = matches!(command, ChartNoteCommand::Remove { .. });
    app.write(caller, Command::ChartNote(command)).await?;
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let removed = address("", &[pair("note_removed", &id)]);
    let removed = removed.trim_start_matches('?');
    let query = [query, removed];
    let parts = query.iter().take(if is_removed { 2 } else { 1 });
    let parts: Vec<&str> = parts.copied().filter(|part| !part.is_empty()).collect();
    Ok(if parts.is_empty() {
        format!("{path}#notes")
    } else {
        format!("{path}?{}#notes", parts.join("&"))
    })
}

fn draft(form: &[(String, String)]) -> Result<ChartNoteDraft, Invalid> {
    let text = |name: &str| field_of(form, name).map(|text| text.trim().to_owned());
    let zone: Tz = text("tz")
        .and_then(|zone| zone.parse().ok())
        .unwrap_or_default();
    let day = |name: &str, word: &str| {
        let odd = |_odd| Invalid::new(name, format!("`{word}` is no date such as 2026-01-31"));
        word.parse::<NaiveDate>().map_err(odd)
    };
    let begins = |day: NaiveDate| -> Timestamp { Limit::Date(day).instant(zone) };
    let on = day("from", &text("from").unwrap_or_default())?;
    let until = text("until").map(|word| day("until", &word)).transpose()?;
    let is_for_all = field_of(form, "everywhere").is_some();
    Ok(ChartNoteDraft {
        id: text("id"),
        text: text("text").unwrap_or_default(),
        on: begins(on),
        // The last day is in it.
        until: until.map(|last| begins(date::next(last))),
        report: text("report").filter(|_| !is_for_all),
        channel: text("channel"),
    })
}
