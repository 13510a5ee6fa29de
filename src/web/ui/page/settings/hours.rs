//! `/settings/hours`: the working hours of each schedule, drawn as a week, with the dates that have others.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::week::{DAYS, Week};
use crate::app::Error;
use crate::command::{Command, HoursCommand, Refusal};
use crate::model::Invalid;
use crate::model::event::ScheduleUpserted;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::Pairs;

/// What a schedule of the desk's own is called first.
const FIRST: &str = "default";
/// What stands for a date without hours in the form, besides the word of the reader's language.
const CLOSED: &str = "closed";
/// The most bytes of a calendar that is pasted.
const MAX_CALENDAR: usize = 1 << 20;

/// A day of the week in the form.
struct DayField {
    word: &'static str,
    name: &'static str,
    hours: String,
}

/// A schedule, and the form that changes it.
struct Line {
    id: String,
    zone: String,
    /// Whether it is in force already.
    is_known: bool,
    week: Week,
    days: Vec<DayField>,
    exceptions: String,
    /// Dates with other hours from today on.
    ahead: String,
}

#[derive(Template)]
#[template(path = "hours.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    done: String,
    fault: String,
}

/// The schedules.
pub(in crate::web::ui) async fn get_hours(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, None, String::new())).await
}

/// Sets one, or takes its holidays over from a calendar.
pub(in crate::web::ui) async fn post_hours(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let schedule = field_of(&form, "schedule").unwrap_or_default().to_owned();
    if field_of(&form, "do") == Some("calendar") {
        let calendar = field_of(&form, "calendar").unwrap_or_default().to_owned();
        let app = Arc::clone(&visit.app);
        let taken = blocking(move || {
            if calendar.len() > MAX_CALENDAR {
                return Err(Invalid::new("calendar", "it is longer than 1 MiB").into());
            }
            app.import_holidays(Some(&schedule), &calendar)
        });
        let ended = || Refusal::Failed("the work ended early".to_owned());
        let tried = taken.await.unwrap_or_else(|_panicked| Err(ended().into()));
        let counts = tried.as_ref().ok();
        let done = counts.map_or_else(String::new, |counts| {
            format!("/settings/hours?done=calendar&added={}", counts.added)
        });
        return answered(visit, tried, done, |desk, fault| {
            page(desk, &[], None, fault)
        })
        .await;
    }
    let draft = draft(&form);
    let typed = draft.as_ref().ok().cloned();
    let tried: Result<_, Error> = match draft {
        Ok(draft) => {
            let command = Command::Hours(draft);
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(fault.into()),
    };
    let done = "/settings/hours?done=saved".to_owned();
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &[], typed.as_ref(), fault)
    })
    .await
}

fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    typed: Option<&HoursCommand>,
    fault: String,
) -> Result<Answer, Fault> {
    let today = desk.now.to_utc().date_naive().to_string();
    let mut lines: Vec<Line> = Vec::new();
    for known in desk.app.schedules() {
        let typed = typed.filter(|typed| typed.schedule == known.schedule.as_str());
        lines.push(line(&known, typed, &today));
    }
    if lines.is_empty() {
        lines.push(first(typed));
    }
    let added = field_of(pairs, "added").unwrap_or("0");
    let done = match field_of(pairs, "done") {
        Some("calendar") => fill("hours.taken", &[("count", added)]),
        Some(_) => t("hours.done").to_owned(),
        None => String::new(),
    };
    let page = Page {
        frame: desk.frame(t("hours.title"), "settings/hours"),
        lines,
        done,
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// A schedule as it is, or as it was typed where that is wrong.
fn line(known: &ScheduleUpserted, typed: Option<&HoursCommand>, today: &str) -> Line {
    let exceptions: Vec<(String, Vec<String>)> = known
        .exceptions
        .iter()
        .flatten()
        .map(|one| (one.date.clone(), one.hours.clone()))
        .collect();
    let ahead = exceptions
        .iter()
        .filter(|(date, _)| date.as_str() >= today)
        .count();
    let (zone, week, exceptions) = typed.map_or((&known.zone, &known.week, &exceptions), |typed| {
        (&typed.zone, &typed.week, &typed.exceptions)
    });
    Line {
        id: known.schedule.to_string(),
        zone: zone.clone(),
        is_known: true,
        week: Week::of(&known.week),
        days: days(week),
        exceptions: said(exceptions),
        ahead: plural("hours.ahead", ahead as u64),
    }
}

/// What a desk begins with that has no schedule.
fn first(typed: Option<&HoursCommand>) -> Line {
    let usual = || DAYS.iter().take(5).map(|day| (*day).to_owned());
    let usual: BTreeMap<String, Vec<String>> = usual()
        .map(|day| (day, vec!["09:00-17:00".to_owned()]))
        .collect();
    let week = typed.map_or(&usual, |typed| &typed.week);
    Line {
        id: FIRST.to_owned(),
        zone: typed.map_or_else(|| "UTC".to_owned(), |typed| typed.zone.clone()),
        is_known: false,
        week: Week::of(week),
        days: days(week),
        exceptions: typed.map_or_else(String::new, |typed| said(&typed.exceptions)),
        ahead: String::new(),
    }
}

fn days(week: &BTreeMap<String, Vec<String>>) -> Vec<DayField> {
    let days = DAYS.iter().map(|word| DayField {
        word,
        name: t(&format!("hours.day.{word}")),
        hours: week
            .get(*word)
            .map_or_else(String::new, |hours| hours.join(", ")),
    });
    days.collect()
}

/// Dates with other hours, a line each.
fn said(exceptions: &[(String, Vec<String>)]) -> String {
    let lines = exceptions
        .iter()
        .map(|(date, hours)| match hours.as_slice() {
            [] => format!("{date} {}", t("hours.closed")),
            hours => format!("{date} {}", hours.join(", ")),
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn draft(form: &[(String, String)]) -> Result<HoursCommand, Invalid> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
    let mut week = BTreeMap::new();
    for day in DAYS {
        let hours = intervals(&text(day));
        if !hours.is_empty() {
            week.insert(day.to_owned(), hours);
        }
    }
    let lines = field_of(form, "exceptions").unwrap_or_default().lines();
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let exceptions = lines.map(|line| {
        let (date, hours) = line.split_once(' ').ok_or_else(|| {
            let reason = format!("`{line}` has no hours after the date; expected a line such as `2026-12-24 closed` or `2026-12-31 09:00-12:00`");
            Invalid::new("exceptions", reason)
        })?;
        let hours = hours.trim();
        let is_closed = hours == CLOSED || hours == t("hours.closed");
        let hours = if is_closed {
            Vec::new()
        } else {
            intervals(hours)
        };
        Ok((date.to_owned(), hours))
    });
    Ok(HoursCommand {
        schedule: text("schedule"),
        zone: text("zone"),
        week,
        exceptions: exceptions.collect::<Result<_, Invalid>>()?,
    })
}

fn intervals(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
