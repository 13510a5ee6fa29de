//! `/knowledge/answers`: every short answer, to find, to write, to compare and to take back.
//!
//! The list is a table that fills the page; an open answer fills it with its form, its look and its
//! history. What a form did is in the address, with the way back.

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;
use axum::{Extension, Form};

use super::answer_list::{AnswerTable, at, carried};
use super::compare::{Compared, merge, used};
use super::editor::{DAYS, Editor, read};
use super::field_of;
use super::sisters::{self, BesideLine};
use crate::app::{AlikeAnswer, Error};
use crate::command::{AnswerCommand, AnswerDraft, Caller, Command};
use crate::model::{Invalid, Timestamp};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, fill, find, t};
use crate::web::ui::url::{Pairs, encode, pair};
use crate::web::ui::view::View;

/// What stands beside an open answer.
struct Beside {
    uses: String,
    /// Gaps that it is meant to answer: what they are called, and where they are.
    topics: Vec<(String, String)>,
    /// Answers that answer the same: what is wrong with that, and where they are compared.
    alike: Vec<(String, String)>,
    /// The same in other languages.
    others: Vec<BesideLine>,
}

#[derive(Template)]
#[template(path = "answers.html")]
struct Page {
    frame: Frame,
    table: Option<AnswerTable>,
    editor: Option<Editor>,
    beside: Option<Beside>,
    compared: Option<Compared>,
    list_href: String,
    new_href: String,
    kept: Pairs,
    done: String,
    undo: Pairs,
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
            Some(id) => Some(Editor::showing(desk, &shown(desk, id, &pairs)?, DAYS)),
        };
        page(desk, &pairs, editor, String::new())
    })
    .await
}

/// The words that an address shows: those of now, or of a version.
fn shown(desk: &Desk, id: &str, pairs: &[(String, String)]) -> Result<AnswerDraft, Fault> {
    let version = field_of(pairs, "version").and_then(|at| Timestamp::parse(at).ok());
    Ok(match version {
        Some(at) => desk.library().version_of(id, at)?,
        None => desk.library().draft_of(id)?,
    })
}

/// Does what a form of the page asks for.
pub(in crate::web::ui) async fn post_answers(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    make(visit, move |desk| run(desk, &caller, &form)).await
}

/// What was done, to which answer, and what taking it back needs.
struct Done<'a> {
    word: &'a str,
    id: &'a str,
    what: &'a str,
}

/// Back to the page, with what was done and the answer it was done to.
fn leads(form: &[(String, String)], done: &Done<'_>) -> Answer {
    let set = [
        ("done", done.word),
        ("answer", done.id),
        ("what", done.what),
    ];
    Answer::Moved(at(form, &set))
}

fn run(desk: &Desk, caller: &Caller, form: &[(String, String)]) -> Result<Answer, Fault> {
    let action = field_of(form, "do").unwrap_or_default();
    let id = field_of(form, "short_answer").unwrap_or_default();
    let short_answer = id.to_owned();
    let give = |published: bool| AnswerCommand::Publish {
        short_answer: short_answer.clone(),
        published,
        anyway: false,
    };
    let (command, done) = match action {
        "unpublish" => (give(false), "unpublished"),
        "republish" => (give(true), "published"),
        "set_aside" => {
            let reason = String::new();
            let command = AnswerCommand::SetAside {
                short_answer: short_answer.clone(),
                reason,
            };
            (command, "set_aside")
        }
        "release" => {
            let short_answer = short_answer.clone();
            (AnswerCommand::Release { short_answer }, "released")
        }
        "delete" => {
            let command = AnswerCommand::Delete { short_answer };
            desk.app.write_now(caller, Command::Answer(command))?;
            let done = Done {
                word: "deleted",
                id: "",
                what: id,
            };
            return Ok(leads(form, &done));
        }
        "merge" => return merged(desk, caller, form),
        "preview" | "backtest" | "save" | "publish" | "anyway" | "back" | "revive" => {
            return write(desk, caller, form, action);
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    desk.app.write_now(caller, Command::Answer(command))?;
    let done = Done {
        word: done,
        id,
        what: id,
    };
    Ok(leads(form, &done))
}

fn merged(desk: &Desk, caller: &Caller, form: &[(String, String)]) -> Result<Answer, Fault> {
    let keep = field_of(form, "short_answer").unwrap_or_default();
    let other = field_of(form, "other").unwrap_or_default();
    match merge(desk, caller, keep, other) {
        Ok(()) => Ok(leads(
            form,
            &Done {
                word: "merged",
                id: keep,
                what: other,
            },
        )),
        Err(Error::Broken(cases)) => {
            let mut editor = Editor::showing(desk, &desk.library().draft_of(keep)?, DAYS);
            editor.broken = cases;
            page(desk, form, Some(editor), String::new())
        }
        Err(error) => Err(error.into()),
    }
}

/// What a form writes: what stands in it, or a version of before.
fn draft_of(
    desk: &Desk,
    form: &[(String, String)],
    action: &str,
) -> Result<(AnswerDraft, u32), Fault> {
    let id = field_of(form, "short_answer").unwrap_or_default();
    match action {
        "revive" => Ok((desk.library().last_draft_of(id)?, DAYS)),
        "back" => {
            let at = field_of(form, "version").unwrap_or_default();
            let at = Timestamp::parse(at);
            let at = at.map_err(|fault| Invalid::new("version", fault.to_string()))?;
            let now = desk.library().draft_of(id)?;
            let draft = AnswerDraft {
                published: now.published,
                ..desk.library().version_of(id, at)?
            };
            Ok((draft, DAYS))
        }
        _ => Ok(read(form)?),
    }
}

/// Looks at a draft, or writes it; a draft that cannot be written is shown again.
fn write(
    desk: &Desk,
    caller: &Caller,
    form: &[(String, String)],
    action: &str,
) -> Result<Answer, Fault> {
    let (mut draft, days) = draft_of(desk, form, action)?;
    let mut editor = Editor::showing(desk, &draft, days);
    let before = editor.versions.first().map(|version| version.exact.clone());
    let tried = match action {
        "preview" => Ok(None),
        "backtest" => editor.test(desk, &draft).map(|()| None),
        _ => {
            if !matches!(action, "back" | "revive") {
                draft.published = action != "save";
                draft.anyway = action == "anyway";
            }
            let command = AnswerCommand::Save { draft, seen: None };
            desk.app
                .write_now(caller, Command::Answer(command))
                .map(Some)
        }
    };
    match tried {
        Ok(None) => page(desk, form, Some(editor), String::new()),
        Ok(Some(written)) => {
            let id = written.id.unwrap_or_default();
            let before = before.unwrap_or_default();
            let (word, what) = match action {
                "save" => ("saved", before.as_str()),
                "back" => ("back", before.as_str()),
                "revive" => ("revived", ""),
                _ => ("published", id.as_str()),
            };
            Ok(leads(
                form,
                &Done {
                    word,
                    id: &id,
                    what,
                },
            ))
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

/// What the address says was done, and what a form has to send to take it back.
fn told(pairs: &[(String, String)]) -> (String, Pairs) {
    let word = field_of(pairs, "done").unwrap_or_default();
    let key = match word {
        "unpublished" => "gaps.done.unpublish".to_owned(),
        "released" => "gaps.done.release".to_owned(),
        "saved" | "published" | "set_aside" => format!("gaps.done.{word}"),
        word => format!("answers.done.{word}"),
    };
    let Some(text) = find(&key) else {
        return (String::new(), Pairs::new());
    };
    let what = field_of(pairs, "what").unwrap_or_default();
    let answer = field_of(pairs, "answer").unwrap_or_default();
    let undo = match word {
        _ if what.is_empty() => Pairs::new(),
        "saved" | "back" => vec![
            pair("do", "back"),
            pair("short_answer", answer),
            pair("version", what),
        ],
        "deleted" | "merged" => vec![pair("do", "revive"), pair("short_answer", what)],
        "published" => vec![pair("do", "unpublish"), pair("short_answer", what)],
        "unpublished" => vec![pair("do", "republish"), pair("short_answer", what)],
        "set_aside" => vec![pair("do", "release"), pair("short_answer", what)],
        "released" => vec![pair("do", "set_aside"), pair("short_answer", what)],
        _ => Pairs::new(),
    };
    (text.to_owned(), undo)
}

fn beside(desk: &Desk, id: &str, zone: chrono_tz::Tz) -> Option<Beside> {
    let library = desk.library();
    library.answer(id).ok()?;
    let alike = library.alike_answers();
    let alike = alike.get(id).into_iter().flatten();
    let told = |other: &AlikeAnswer| {
        let key = if other.contradicts {
            "answers.contradicts_with"
        } else {
            "answers.repeats"
        };
        let to = format!(
            "{}&compare={}",
            at(&[], &[("answer", id)]),
            encode(&other.other)
        );
        (fill(key, &[("question", &other.question)]), to)
    };
    let topics = library.topics_of(id).into_iter().filter_map(|topic| {
        let gap = library.gap(&topic, crate::app::Paging::first(1)).ok()?.gap;
        Some((gap.title, format!("/knowledge/gaps?topic={topic}")))
    });
    let uses = library.answer_uses().get(id).copied();
    Some(Beside {
        uses: used(&uses.unwrap_or_default(), zone),
        topics: topics.collect(),
        alike: alike.map(told).collect(),
        others: sisters::beside(&library.answer_in_other_languages(id)),
    })
}

fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    editor: Option<Editor>,
    fault: String,
) -> Result<Answer, Fault> {
    let (view, _) = View::parse(&[])?;
    let compared = match (field_of(pairs, "answer"), field_of(pairs, "compare")) {
        (Some(one), Some(other)) => Some(Compared::of(desk, (one, other), view.zone)?),
        _ => None,
    };
    let beside = editor
        .as_ref()
        .and_then(|editor| beside(desk, &editor.id, view.zone));
    let (done, undo) = if fault.is_empty() {
        told(pairs)
    } else {
        (String::new(), Pairs::new())
    };
    let page = Page {
        frame: desk.frame(t("answers.title"), "knowledge"),
        table: match &editor {
            None => Some(AnswerTable::of(desk, pairs, view.zone)?),
            Some(_) => None,
        },
        beside,
        editor: editor.filter(|_| compared.is_none()),
        compared,
        list_href: at(pairs, &[]),
        new_href: at(pairs, &[("answer", "new")]),
        kept: carried(pairs),
        done,
        undo,
        fault,
    };
    Ok(Answer::Page(page.render()?))
}
