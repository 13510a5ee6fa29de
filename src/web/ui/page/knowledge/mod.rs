//! `/knowledge/gaps`, `/knowledge/answers`, `/knowledge/review`: what nobody could answer,
//! the answers, and what was decided.
//!
//! Gaps are a table that fills the page: what to clear first is seen by comparing, and noise goes by
//! the dozen. An open gap has the list left, the topic in the middle, its short answer right; what
//! settles it opens the next one. Every button is part of a form that posts to the page itself; what
//! changes something leads back to it by a redirect, what only looks is shown at once.

mod answer_list;
mod answers;
mod columns;
mod compare;
mod editor;
mod form;
mod history;
mod list;
mod posted;
mod review;
mod settings;
mod settle;
mod sisters;
mod topic;
mod who;

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;
use axum::{Extension, Form};

pub(in crate::web::ui) use answers::{get_answers, post_answers};
pub(in crate::web::ui) use review::{get_review, post_review};
pub(in crate::web::ui) use settings::{get_settings, post_settings};

use super::{Answer, Frame, Visit, make};
use crate::command::Caller;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address};
use crate::web::ui::view::View;
use editor::Editor;
use form::Undo;
use list::Gaps;
use posted::PostedForm;
use topic::TopicPart;

/// The address of the page of gaps.
const GAPS: &str = "/knowledge/gaps";
/// The address of the page of short answers.
const ANSWERS: &str = "/knowledge/answers";
/// What of an address stays when something on the page is changed.
const KEPT: [&str; 6] = ["q", "state", "sort", "language", "from", "topic"];

#[derive(Template)]
#[template(path = "gaps.html")]
struct Page {
    frame: Frame,
    gaps: Gaps,
    topic: Option<TopicPart>,
    editor: Option<Editor>,
    /// The list without the topic.
    list_href: String,
    done: String,
    undo: Option<Undo>,
    fault: String,
    /// What every form sends along.
    kept: Pairs,
}

/// The value of a field of an address or form.
fn field_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    super::field_of(pairs, name)
}

/// The fields that stay.
fn carried(pairs: &[(String, String)]) -> Pairs {
    let stays =
        |(name, value): &&(String, String)| KEPT.contains(&name.as_str()) && !value.is_empty();
    pairs.iter().filter(stays).cloned().collect()
}

/// The page's address with some fields set; an empty value takes one out.
fn at(pairs: &[(String, String)], set: &[(&str, &str)]) -> String {
    let mut next = carried(pairs);
    for (name, value) in set {
        next.retain(|(other, _)| other != name);
        if !value.is_empty() {
            next.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    address(GAPS, &next)
}

/// Gaps, the one that is looked at, and its short answer.
pub(in crate::web::ui) async fn get_gaps(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, None, String::new())).await
}

/// Does what a form of the page asks for.
pub(in crate::web::ui) async fn post_gaps(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    let sent = move |desk: &Desk| {
        let sent = PostedForm {
            caller: &caller,
            fields: &form,
        };
        answer(desk, &sent)
    };
    make(visit, sent).await
}

/// What is shown after a form.
fn answer(desk: &Desk, sent: &PostedForm<'_>) -> Result<Answer, Fault> {
    let form = sent.fields;
    match form::run(desk, sent) {
        Ok(form::FormEnd::Leads(to)) => Ok(Answer::Moved(to)),
        Ok(form::FormEnd::Shows(editor)) => page(desk, form, Some(*editor), String::new()),
        Err((editor, fault)) => {
            let Fault::Query(error) = fault else {
                return Err(fault);
            };
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            let detail = fill("fault.query.detail", &values);
            page(desk, form, editor.map(|editor| *editor), detail)
        }
    }
}

/// The page; `edited` is what is being written in place of what the address names.
fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    edited: Option<Editor>,
    fault: String,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(&[])?;
    let (gaps, place) = Gaps::of(desk, pairs, view.zone)?;
    let topic = match field_of(pairs, "topic") {
        None => None,
        Some(topic) => {
            let part = TopicPart::of(desk, topic, pairs, view.zone)?;
            Some(part.placed(&place, pairs))
        }
    };
    let editor = match (edited, &topic) {
        (Some(edited), _) => Some(edited),
        (None, Some(topic)) => Some(Editor::of(desk, topic, pairs)?),
        (None, None) => None,
    };
    let (done, undo) = if fault.is_empty() {
        form::done_text(desk, pairs)
    } else {
        (String::new(), None)
    };
    let page = Page {
        frame: desk.frame(t("gaps.title"), "knowledge"),
        gaps,
        topic,
        editor,
        list_href: at(pairs, &[("topic", "")]),
        done,
        undo,
        fault,
        kept: carried(pairs),
    };
    Ok(Answer::Page(page.render()?))
}
