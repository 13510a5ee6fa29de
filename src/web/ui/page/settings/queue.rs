//! `/settings/queue`: how waiting conversations find their reps by themselves.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Answer, Frame, Visit, field_of, make};
use crate::app::Error;
use crate::command::{Command, MAX_CAPACITY, QueueCommand, QueueDraft};
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

/// What the names of the reps' own fields begin with.
const OF_REP: &str = "rep.";

/// A rep, and what they have at most where that is their own.
struct RepLine {
    field: String,
    name: String,
    capacity: String,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    frame: Frame,
    hand_out: bool,
    capacity: String,
    minutes: String,
    max_capacity: u32,
    reps: Vec<RepLine>,
    done: &'static str,
    fault: String,
}

/// The rules.
pub(in crate::web::ui) async fn get_queue(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let rules = desk.app.queue_rules();
        let of_rep = |id: &str| {
            let own = rules.of_reps.iter().find(|(rep, _)| rep.as_str() == id);
            own.map_or_else(String::new, |(_, capacity)| capacity.to_string())
        };
        let seconds = rules.return_after_secs;
        render(&Page {
            frame: desk.frame(t("queue.title"), "settings/queue"),
            hand_out: rules.hand_out,
            capacity: rules.capacity.to_string(),
            minutes: seconds.map_or_else(String::new, |secs| (secs / 60).to_string()),
            max_capacity: MAX_CAPACITY,
            reps: reps(desk, of_rep),
            done: field_of(&pairs, "done").map_or("", |_done| t("queue.done")),
            fault: String::new(),
        })
    })
    .await
}

/// Sets them.
pub(in crate::web::ui) async fn post_queue(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let tried = match draft(&form) {
        Ok(draft) => {
            let command = Command::Queue(QueueCommand::Set(draft));
            let written = visit.app.write(visit.caller.clone(), command);
            written.await.map(|_written| ())
        }
        Err(fault) => Err(fault.into()),
    };
    let fault = match tried {
        Ok(()) => return Redirect::to("/settings/queue?done=yes").into_response(),
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| {
        let text = |name: &str| field_of(&form, name).unwrap_or_default().to_owned();
        render(&Page {
            frame: desk.frame(t("queue.title"), "settings/queue"),
            hand_out: field_of(&form, "hand_out").is_some(),
            capacity: text("capacity"),
            minutes: text("minutes"),
            max_capacity: MAX_CAPACITY,
            reps: reps(desk, |id| text(&format!("{OF_REP}{id}"))),
            done: "",
            fault,
        })
    })
    .await
}

fn draft(form: &[(String, String)]) -> Result<QueueDraft, Invalid> {
    let number = |field: &str, text: &str| {
        text.trim()
            .parse::<u32>()
            .map_err(|_odd| Invalid::new(field, format!("`{text}` is no whole number")))
    };
    let capacity = field_of(form, "capacity").map(|text| number("capacity", text));
    let minutes = field_of(form, "minutes").map(|text| number("minutes", text));
    let mut of_reps = BTreeMap::new();
    for (name, text) in form.iter().filter(|(_, text)| !text.trim().is_empty()) {
        if let Some(rep) = name.strip_prefix(OF_REP) {
            of_reps.insert(rep.to_owned(), number(rep, text)?);
        }
    }
    Ok(QueueDraft {
        hand_out: Some(field_of(form, "hand_out").is_some()),
        capacity: capacity.transpose()?,
        of_reps: Some(of_reps),
        return_after_secs: Some(minutes.transpose()?.unwrap_or_default().saturating_mul(60)),
    })
}

fn reps(desk: &Desk, capacity: impl Fn(&str) -> String) -> Vec<RepLine> {
    let reps = desk.app.reps().into_iter();
    reps.map(|rep| RepLine {
        capacity: capacity(&rep.rep),
        field: format!("{OF_REP}{}", rep.rep),
        name: rep.name,
    })
    .collect()
}

fn render(page: &Page) -> Result<Answer, Fault> {
    Ok(Answer::Page(page.render()?))
}
