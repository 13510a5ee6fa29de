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

/// A schedule as it stands in the form.
#[derive(Clone, Default)]
struct Typed {
    schedule: String,
    zone: String,
    /// The hours of each day, as [`DAYS`] names them.
    days: [String; 7],
    exceptions: String,
    /// A calendar that was pasted.
    calendar: String,
}

/// A day of the week in the form.
struct DayField {
    word: &'static str,
    name: &'static str,
    hours: String,
}

/// A schedule, and the form that changes it.
struct Line {
    id: String,
    /// Whether it is in force already.
    is_known: bool,
    /// The zone that is in force.
    zone: String,
    week: Week,
    /// Dates with other hours from today on.
    ahead: String,
    days: Vec<DayField>,
    typed: Typed,
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
    let typed = Typed::in_form(&form);
    let tried = if field_of(&form, "do") == Some("calendar") {
        take_holidays(&visit, &typed).await
    } else {
        save(&visit, &typed).await
    };
    let done = tried.as_deref().unwrap_or_default();
    let done = format!("/settings/hours?{done}");
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &[], Some(&typed), fault)
    })
    .await
}

/// Says what a schedule is from now on; what is said of it then.
async fn save(visit: &Visit, typed: &Typed) -> Result<String, Error> {
    let command = Command::Hours(typed.command()?);
    visit.app.write(visit.caller.clone(), command).await?;
    Ok("done=saved".to_owned())
}

/// Closes a schedule on the days of a calendar; what is said of it then.
async fn take_holidays(visit: &Visit, typed: &Typed) -> Result<String, Error> {
    if typed.calendar.len() > MAX_CALENDAR {
        return Err(Invalid::new("calendar", "it is longer than 1 MiB").into());
    }
    let app = Arc::clone(&visit.app);
    let (schedule, calendar) = (typed.schedule.clone(), typed.calendar.clone());
    let taken = blocking(move || app.import_holidays(Some(&schedule), &calendar));
    let ended = || Refusal::Failed("the work ended early".to_owned());
    let counts = taken
        .await
        .unwrap_or_else(|_panicked| Err(ended().into()))?;
    Ok(format!("done=calendar&added={}", counts.added))
}

fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    typed: Option<&Typed>,
    fault: String,
) -> Result<Answer, Fault> {
    let today = desk.now.to_utc().date_naive().to_string();
    let schedules = desk.app.schedules();
    let mut lines: Vec<Line> = schedules
        .iter()
        .map(|known| {
            let typed = typed.filter(|typed| typed.schedule == known.schedule.as_str());
            Line::of(known, typed, &today)
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::first(typed));
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

impl Line {
    /// A schedule that is in force; its form as it was typed, where that is wrong.
    fn of(known: &ScheduleUpserted, typed: Option<&Typed>, today: &str) -> Self {
        let exceptions = known.exceptions.iter().flatten();
        let ahead = exceptions.filter(|one| one.date.as_str() >= today).count();
        let typed = typed.cloned().unwrap_or_else(|| Typed::of(known));
        Self {
            id: known.schedule.to_string(),
            is_known: true,
            zone: known.zone.clone(),
            week: Week::of(&known.week),
            ahead: plural("hours.ahead", ahead as u64),
            days: typed.fields(),
            typed,
        }
    }

    /// What a desk begins with that has no schedule.
    fn first(typed: Option<&Typed>) -> Self {
        let usual = || "09:00-17:00".to_owned();
        let (weekend, sunday) = (String::new(), String::new());
        let typed = typed.cloned().unwrap_or_else(|| Typed {
            schedule: FIRST.to_owned(),
            zone: "UTC".to_owned(),
            days: [usual(), usual(), usual(), usual(), usual(), weekend, sunday],
            ..Typed::default()
        });
        Self {
            id: FIRST.to_owned(),
            is_known: false,
            zone: String::new(),
            week: Week::of(&BTreeMap::new()),
            ahead: String::new(),
            days: typed.fields(),
            typed,
        }
    }
}

impl Typed {
    fn of(known: &ScheduleUpserted) -> Self {
        let hours = |day: &str| known.week.get(day).map(|hours| hours.join(", "));
        let lines = known.exceptions.iter().flatten().map(|one| {
            let hours = match one.hours.as_slice() {
                [] => t("hours.closed").to_owned(),
                hours => hours.join(", "),
            };
            format!("{} {hours}", one.date)
        });
        Self {
            schedule: known.schedule.to_string(),
            zone: known.zone.clone(),
            days: DAYS.map(|day| hours(day).unwrap_or_default()),
            exceptions: lines.collect::<Vec<_>>().join("\n"),
            calendar: String::new(),
        }
    }

    fn in_form(form: &[(String, String)]) -> Self {
        let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
        Self {
            schedule: text("schedule"),
            zone: text("zone"),
            days: DAYS.map(text),
            exceptions: text("exceptions"),
            calendar: text("calendar"),
        }
    }

    fn fields(&self) -> Vec<DayField> {
        let days = DAYS.iter().zip(&self.days).map(|(word, hours)| DayField {
            word,
            name: t(&format!("hours.day.{word}")),
            hours: hours.clone(),
        });
        days.collect()
    }

    fn command(&self) -> Result<HoursCommand, Invalid> {
        let days = DAYS.iter().zip(&self.days);
        let days = days.map(|(day, hours)| ((*day).to_owned(), intervals(hours)));
        let lines = self.exceptions.lines().map(str::trim);
        let exceptions = lines.filter(|line| !line.is_empty()).map(exception);
        Ok(HoursCommand {
            schedule: self.schedule.clone(),
            zone: self.zone.clone(),
            week: days.filter(|(_, hours)| !hours.is_empty()).collect(),
            exceptions: exceptions.collect::<Result<_, Invalid>>()?,
        })
    }
}

/// A date with other hours, of its line.
fn exception(line: &str) -> Result<(String, Vec<String>), Invalid> {
    let (date, hours) = line.split_once(' ').ok_or_else(|| {
        let reason = format!(
            "`{line}` has no hours after the date; expected a line such as `2026-12-24 closed` or \
             `2026-12-31 09:00-12:00`"
        );
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
}

fn intervals(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
