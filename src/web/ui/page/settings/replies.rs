//! `/settings/replies`: canned replies and macros, which all reps share.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::assignee;
use super::super::compose::{Choice, assignees};
use super::super::{Answer, Frame, Visit, field_of, make};
use crate::app::{Error, WriteResult};
use crate::command::{CannedReplyCommand, CannedReplyDraft, Command, Refusal};
use crate::model::Invalid;
use crate::model::canned::{CannedReply, Placeholder};
use crate::model::event::Assignee;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const REPLIES: &str = "/settings/replies";
/// For how long a macro is offered to put a conversation off, in hours.
const SNOOZES: [i64; 5] = [1, 4, 24, 72, 168];

/// A canned reply in the list.
struct ReplyLine {
    title: String,
    text: String,
    /// What it does besides.
    deeds: String,
    href: String,
}

/// What the form holds.
#[derive(Default)]
struct Typed {
    id: String,
    title: String,
    text: String,
    tags: String,
    resolves: bool,
    hours: String,
}

#[derive(Template)]
#[template(path = "replies.html")]
struct Page {
    frame: Frame,
    replies: Vec<ReplyLine>,
    typed: Typed,
    assignees: Vec<Choice>,
    snoozes: Vec<(String, String)>,
    placeholders: Vec<String>,
    done: &'static str,
    fault: String,
}

/// All canned replies, and a form for one.
pub(in crate::web::ui) async fn get_replies(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_replies(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let fault = match run(&visit, &word, &form).await {
        Ok(_written) => {
            return Redirect::to(&address(REPLIES, &[pair("done", &word)])).into_response();
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &form, fault)).await
}

async fn run(visit: &Visit, word: &str, form: &[(String, String)]) -> Result<WriteResult, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    match word {
        "save" => app.save_canned_reply(caller, draft(form)?).await,
        "remove" => {
            let id = field_of(form, "id").unwrap_or_default().to_owned();
            let command = Command::CannedReply(CannedReplyCommand::Remove { id });
            app.write(caller, command).await
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

fn draft(form: &[(String, String)]) -> Result<CannedReplyDraft, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let hours = text("hours").map(|hours| hours.parse::<i64>()).transpose();
    let hours = hours.map_err(|error| Invalid::new("hours", error.to_string()))?;
    let tags = text("tags").unwrap_or_default();
    let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    Ok(CannedReplyDraft {
        id: text("id"),
        title: text("title").unwrap_or_default(),
        text: text("text").unwrap_or_default(),
        assign_to: text("to").map(|to| assignee(&to)).transpose()?,
        tags: tags.map(str::to_owned).collect(),
        resolves: text("resolves").is_some(),
        snooze_secs: hours.map(|hours| hours.saturating_mul(3_600)),
    })
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    let snapshot = desk.app.snapshot();
    let canned = &snapshot.installation.canned;
    let chosen = field_of(pairs, "edit").and_then(|id| canned.get(id));
    let (typed, to) = if let Some(reply) = chosen {
        (typed_of(reply), reply.assign_to.clone())
    } else {
        let typed = Typed {
            id: text("id"),
            title: text("title"),
            text: text("text"),
            tags: text("tags"),
            resolves: !text("resolves").is_empty(),
            hours: text("hours"),
        };
        (typed, assignee(&text("to")).ok())
    };
    let page = Page {
        frame: desk.frame(t("replies.title"), "settings/replies"),
        replies: canned
            .all()
            .into_iter()
            .map(|one| line(desk, one))
            .collect(),
        typed,
        assignees: assignees(desk, to.as_ref()),
        snoozes: SNOOZES
            .map(|hours| {
                let label = fill("replies.hours", &[("hours", &hours.to_string())]);
                (hours.to_string(), label)
            })
            .to_vec(),
        placeholders: Placeholder::ALL
            .map(|one| format!("{{{{{one}}}}}"))
            .to_vec(),
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("replies.done.save"),
            "remove" => t("replies.done.remove"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn typed_of(reply: &CannedReply) -> Typed {
    Typed {
        id: reply.id.to_string(),
        title: reply.title.clone(),
        text: reply.text.clone(),
        tags: reply.tags.join(", "),
        resolves: reply.resolves,
        hours: reply
            .snooze_secs
            .map_or_else(String::new, |secs| (secs / 3_600).to_string()),
    }
}

fn line(desk: &Desk, reply: &CannedReply) -> ReplyLine {
    let assigned = reply.assign_to.as_ref().map(|to| {
        let to = match to {
            Assignee::Rep { id } => desk.rep(id.as_str()),
            Assignee::Team { id } => desk.team(id.as_str()),
            Assignee::CustomerAgent { .. } => t("who.agent").to_owned(),
            Assignee::Nobody {} => t("who.nobody").to_owned(),
        };
        fill("replies.assigns", &[("to", &to)])
    });
    let tags = (!reply.tags.is_empty())
        .then(|| fill("replies.tags_it", &[("tags", &reply.tags.join(", "))]));
    let resolves = reply.resolves.then(|| t("replies.resolves").to_owned());
    let snoozes = reply.snooze_secs.map(|secs| {
        let hours = (secs / 3_600).to_string();
        fill("replies.snoozes", &[("hours", &hours)])
    });
    let deeds: Vec<String> = [assigned, tags, resolves, snoozes]
        .into_iter()
        .flatten()
        .collect();
    ReplyLine {
        title: reply.title.clone(),
        text: reply.text.clone(),
        deeds: deeds.join(" · "),
        href: address(REPLIES, &[pair("edit", reply.id.as_str())]),
    }
}
