//! `/settings/jobs`: which jobs the desk wants.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Answer, Frame, Visit, field_of, make};
use crate::app::Error;
use crate::command::{Command, JobPreferencesDraft};
use crate::model::JobPreferences;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

#[derive(Template)]
#[template(path = "jobs.html")]
struct Page {
    frame: Frame,
    available: bool,
    shown: bool,
    matched: bool,
    customers: String,
    services: String,
    notify: String,
    closed_text: String,
    done: &'static str,
    fault: String,
}

/// The preferences.
pub(in crate::web::ui) async fn get_jobs(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let preferences =
            JobPreferences::clone(&desk.present().snapshot().installation.job_preferences);
        let done = field_of(&pairs, "done").map_or("", |_done| t("job_settings.done"));
        let page = page(desk, preferences);
        render(&Page { done, ..page })
    })
    .await
}

/// Sets them.
pub(in crate::web::ui) async fn post_jobs(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let typed = typed(&form);
    let draft = JobPreferencesDraft {
        available: Some(typed.available),
        shown: Some(typed.shown),
        matched: Some(typed.matched),
        customers: Some(typed.customers.clone()),
        services: Some(typed.services.clone()),
        notify: Some(typed.notify.clone().unwrap_or_default()),
        closed_text: Some(typed.closed_text.clone().unwrap_or_default()),
    };
    let command = Command::JobPreferences(draft);
    let fault = match visit.app.write(visit.caller.clone(), command).await {
        Ok(_written) => return Redirect::to("/settings/jobs?done=yes").into_response(),
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| {
        let page = page(desk, typed);
        render(&Page { fault, ..page })
    })
    .await
}

/// What was typed: a box that is not ticked is not sent.
fn typed(form: &[(String, String)]) -> JobPreferences {
    let is_on = |name: &str| field_of(form, name).is_some();
    let lines = |name: &str| {
        let lines = field_of(form, name).unwrap_or_default().lines();
        let lines = lines.map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    JobPreferences {
        available: is_on("available"),
        shown: is_on("shown"),
        matched: is_on("matched"),
        customers: lines("customers"),
        services: lines("services"),
        notify: field_of(form, "notify").map(str::to_owned),
        closed_text: field_of(form, "closed_text").map(str::to_owned),
    }
}

fn page(desk: &Desk, preferences: JobPreferences) -> Page {
    Page {
        frame: desk.frame(t("job_settings.title"), "settings/jobs"),
        available: preferences.available,
        shown: preferences.shown,
        matched: preferences.matched,
        customers: preferences.customers.join("\n"),
        services: preferences.services.join("\n"),
        notify: preferences.notify.unwrap_or_default(),
        closed_text: preferences.closed_text.unwrap_or_default(),
        done: "",
        fault: String::new(),
    }
}

fn render(page: &Page) -> Result<Answer, Fault> {
    Ok(Answer::Page(page.render()?))
}
