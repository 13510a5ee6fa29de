//! `/knowledge/answers`: every short answer, to find and to write.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query as Parameters, State};
use axum::response::Response;
use axum::{Extension, Form};

use super::editor::{DAYS, Editor, read};
use super::given;
use super::topic::status;
use crate::app::{App, Error, Paging};
use crate::command::{AnswerCommand, AnswerDraft, Caller, Command};
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::page::{Answer, Frame, make};
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
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(app, move |desk| {
        let editor = match given(&pairs, "answer") {
            None => None,
            Some("new") => Some(Editor::showing(desk, &AnswerDraft::default(), DAYS)),
            Some(id) => Some(Editor::showing(
                desk,
                &desk.app.knowledge().draft_of(id)?,
                DAYS,
            )),
        };
        page(desk, &pairs, editor, String::new())
    })
    .await
}

/// Does what a form of the page asks for.
pub(in crate::web::ui) async fn post_answers(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    make(app, move |desk| run(desk, &caller, &form)).await
}

fn run(desk: &Desk, caller: &Caller, form: &[(String, String)]) -> Result<Answer, Fault> {
    let deed = given(form, "do").unwrap_or_default();
    if let Some(answer) = at_once(desk, caller, deed, form)? {
        return Ok(answer);
    }
    let (mut draft, days) = read(form)?;
    let mut editor = Editor::showing(desk, &draft, days);
    let written = match deed {
        "preview" => return page(desk, form, Some(editor), String::new()),
        "backtest" => match editor.test(desk, &draft) {
            Ok(()) => return page(desk, form, Some(editor), String::new()),
            Err(error) => Err(error),
        },
        _ => {
            draft.published = deed != "save";
            draft.anyway = deed == "anyway";
            let command = AnswerCommand::Save { draft, seen: None };
            desk.app.write_now(caller, Command::Answer(command))
        }
    };
    match written {
        Ok(written) => {
            let done = if deed == "save" { "saved" } else { "published" };
            Ok(leads(done, &written.id.unwrap_or_default()))
        }
        Err(Error::Broken(cases)) => {
            editor.broken = cases;
            page(desk, form, Some(editor), String::new())
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            page(
                desk,
                form,
                Some(editor),
                fill("fault.query.detail", &values),
            )
        }
        Err(other) => Err(other.into()),
    }
}

/// Does what needs nothing but the answer's id; none: what is asked for is another thing.
fn at_once(
    desk: &Desk,
    caller: &Caller,
    deed: &str,
    form: &[(String, String)],
) -> Result<Option<Answer>, Fault> {
    let id = given(form, "short_answer").unwrap_or_default();
    match deed {
        "delete" => {
            let short_answer = id.to_owned();
            let command = AnswerCommand::Delete { short_answer };
            desk.app.write_now(caller, Command::Answer(command))?;
            Ok(Some(leads("deleted", "")))
        }
        "unpublish" => {
            let command = AnswerCommand::Publish {
                short_answer: id.to_owned(),
                published: false,
                anyway: false,
            };
            desk.app.write_now(caller, Command::Answer(command))?;
            Ok(Some(leads("unpublished", id)))
        }
        "preview" | "backtest" | "save" | "publish" | "anyway" => Ok(None),
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

/// Back to the page, which says what was done, and to which answer.
fn leads(done: &str, id: &str) -> Answer {
    let to = address(ANSWERS, &[pair("done", done)]);
    let answer = if id.is_empty() {
        String::new()
    } else {
        format!("&answer={}", encode(id))
    };
    Answer::Moved(format!("{to}{answer}"))
}

fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    editor: Option<Editor>,
    fault: String,
) -> Result<Answer, Fault> {
    let sought = given(pairs, "q").unwrap_or_default().to_owned();
    let current = editor
        .as_ref()
        .map(|editor| editor.id.clone())
        .unwrap_or_default();
    let list = desk
        .app
        .knowledge()
        .answers(&sought, None, Paging::first(SHOWN));
    let rows = list.items.iter().map(|answer| Row {
        href: address(
            ANSWERS,
            &[pair("q", &sought), pair("answer", &answer.short_answer)],
        ),
        question: answer.version.question.clone(),
        status: status(answer.version.published),
        variants: plural("gaps.variants", answer.version.variants.len() as u64),
        is_current: answer.short_answer == current,
    });
    let page = Page {
        frame: Frame::new(t("answers.title"), "knowledge"),
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
        done: match given(pairs, "done") {
            Some("saved") => t("gaps.done.saved"),
            Some("published") => t("gaps.done.published"),
            Some("unpublished") => t("gaps.done.unpublish"),
            Some("deleted") => t("answers.deleted"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}
