//! `/knowledge/answers`: every short answer, to find and to write.

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;
use axum::{Extension, Form};

use super::editor::{DAYS, Editor, read};
use super::field_of;
use super::topic::status;
use crate::app::{Error, Paging};
use crate::command::{AnswerCommand, AnswerDraft, Caller, Command};
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};

/// The page's address.
const ANSWERS: &str = "/knowledge/answers";
/// How many answers the list shows.
const SHOWN: usize = 200;

struct Row {
    href: String,
    question: String,
    status: &'static str,
    variants: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "answers.html")]
struct Page {
    frame: Frame,
    sought: String,
    rows: Vec<Row>,
    total: String,
    empty: &'static str,
    editor: Option<Editor>,
    kept: Pairs,
    done: &'static str,
    fault: String,
}

/// Short answers, and the one that is looked at.
pub(in crate::web::ui) async fn get_answers(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let editor = match field_of(&pairs, "answer") {
            None => None,
            Some("new") => Some(Editor::showing(desk, &AnswerDraft::default(), DAYS)),
            Some(id) => Some(Editor::showing(desk, &desk.library().draft_of(id)?, DAYS)),
        };
        page(desk, &pairs, editor, String::new())
    })
    .await
}

/// Does what a form of the page asks for.
pub(in crate::web::ui) async fn post_answers(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    make(visit, move |desk| run(desk, &caller, &form)).await
}

/// Back to the list, with what was done and the answer it was done to.
fn leads(done: &str, id: &str) -> Answer {
    let to = address(ANSWERS, &[pair("done", done)]);
    let answer = if id.is_empty() {
        String::new()
    } else {
        format!("&answer={}", encode(id))
    };
    Answer::Moved(format!("{to}{answer}"))
}

fn run(desk: &Desk, caller: &Caller, form: &[(String, String)]) -> Result<Answer, Fault> {
    let action = field_of(form, "do").unwrap_or_default();
    let short_answer = field_of(form, "short_answer")
        .unwrap_or_default()
        .to_owned();
    let (command, done, id) = match action {
        "delete" => (
            AnswerCommand::Delete { short_answer },
            "deleted",
            String::new(),
        ),
        "unpublish" => {
            let id = short_answer.clone();
            let command = AnswerCommand::Publish {
                short_answer,
                published: false,
                anyway: false,
            };
            (command, "unpublished", id)
        }
        "set_aside" => {
            let id = short_answer.clone();
            let reason = String::new();
            let command = AnswerCommand::SetAside {
                short_answer,
                reason,
            };
            (command, "set_aside", id)
        }
        "release" => {
            let id = short_answer.clone();
            (AnswerCommand::Release { short_answer }, "released", id)
        }
        "preview" | "backtest" | "save" | "publish" | "anyway" => {
            return write(desk, caller, form, action);
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    desk.app.write_now(caller, Command::Answer(command))?;
    Ok(leads(done, &id))
}

/// Looks at a draft, or writes it; a draft that cannot be written is shown again.
fn write(
    desk: &Desk,
    caller: &Caller,
    form: &[(String, String)],
    action: &str,
) -> Result<Answer, Fault> {
    let (mut draft, days) = read(form)?;
    let mut editor = Editor::showing(desk, &draft, days);
    let tried = match action {
        "preview" => Ok(None),
        "backtest" => editor.test(desk, &draft).map(|()| None),
        _ => {
            draft.published = action != "save";
            draft.anyway = action == "anyway";
            let command = AnswerCommand::Save { draft, seen: None };
            desk.app
                .write_now(caller, Command::Answer(command))
                .map(Some)
        }
    };
    match tried {
        Ok(None) => page(desk, form, Some(editor), String::new()),
        Ok(Some(written)) => {
            let done = if action == "save" {
                "saved"
            } else {
                "published"
            };
            Ok(leads(done, &written.id.unwrap_or_default()))
        }
        Err(Error::Broken(cases)) => {
            editor.broken = cases;
            page(desk, form, Some(editor), String::new())
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            let fault = fill("fault.query.detail", &values);
            page(desk, form, Some(editor), fault)
        }
        Err(other) => Err(other.into()),
    }
}

fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    editor: Option<Editor>,
    fault: String,
) -> Result<Answer, Fault> {
    let sought = field_of(pairs, "q").unwrap_or_default().to_owned();
    let current = editor
        .as_ref()
        .map(|editor| editor.id.clone())
        .unwrap_or_default();
    let list = desk.library().answers(&sought, None, Paging::first(SHOWN));
    let rows = list.items.iter().map(|answer| Row {
        href: address(
            ANSWERS,
            &[pair("q", &sought), pair("answer", &answer.short_answer)],
        ),
        question: answer.version.question.clone(),
        status: match answer.set_aside {
            Some(_) => t("answers.in_review"),
            None => status(answer.version.published),
        },
        variants: plural("gaps.variants", answer.version.variants.len() as u64),
        is_current: answer.short_answer == current,
    });
    let page = Page {
        frame: desk.frame(t("answers.title"), "knowledge"),
        rows: rows.collect(),
        total: plural("answers.total", list.total as u64),
        empty: if sought.is_empty() {
            t("answers.empty")
        } else {
            t("answers.empty_search")
        },
        sought,
        editor,
        kept: Pairs::new(),
        done: match field_of(pairs, "done") {
            Some("saved") => t("gaps.done.saved"),
            Some("published") => t("gaps.done.published"),
            Some("unpublished") => t("gaps.done.unpublish"),
            Some("set_aside") => t("gaps.done.set_aside"),
            Some("released") => t("gaps.done.release"),
            Some("deleted") => t("answers.deleted"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}
