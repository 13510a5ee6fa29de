//! What the page's forms ask for, done, and told afterwards with a way back.

use super::editor::{Editor, read};
use super::{at, given};
use crate::app::{Dismissing, Error};
use crate::report::QueryError;
use crate::ui::desk::Desk;
use crate::ui::error::Fault;
use crate::ui::text::{fill, find, t};
use crate::ui::url::{Pairs, encode, pair};

/// Who does what the pages do, as long as there is no sign-in.
pub(super) const ACTOR: &str = "page";

/// How a form ends.
pub(super) enum Done {
    /// Something was written: the page is asked for again.
    Leads(String),
    /// Nothing was written: the draft is shown.
    Shows(Box<Editor>),
}

/// A way back: what a form has to send.
pub(super) struct Undo {
    pub(super) fields: Pairs,
}

/// What was not done, and the draft that must not be lost by it.
type Undone = (Option<Box<Editor>>, Fault);

/// Does what a form asks for.
pub(super) fn run(desk: &Desk, form: &[(String, String)]) -> Result<Done, Undone> {
    let deed = given(form, "do").unwrap_or_default();
    match deed {
        "preview" | "backtest" | "save" | "publish" | "anyway" => write(desk, deed, form),
        _ => change(desk, deed, form)
            .map(Done::Leads)
            .map_err(|fault| (None, fault)),
    }
}

fn write(desk: &Desk, deed: &str, form: &[(String, String)]) -> Result<Done, Undone> {
    let (mut draft, days) = read(form).map_err(|error| (None, error.into()))?;
    let mut editor = Box::new(Editor::showing(desk, &draft, days));
    match deed {
        "preview" => return Ok(Done::Shows(editor)),
        "backtest" => {
            return match editor.test(desk, &draft) {
                Ok(()) => Ok(Done::Shows(editor)),
                Err(error) => Err((Some(editor), error.into())),
            };
        }
        _ => {}
    }
    draft.published = deed != "save";
    draft.anyway = deed == "anyway";
    match desk.app.save_answer(ACTOR, draft) {
        Ok((id, _)) => {
            let done = if deed == "save" { "saved" } else { "published" };
            let to = at(form, &[("done", done)]);
            Ok(Done::Leads(format!("{to}&answer={}", encode(&id))))
        }
        Err(Error::Broken(cases)) => {
            editor.broken = cases;
            Ok(Done::Shows(editor))
        }
        Err(error) => Err((Some(editor), error.into())),
    }
}

fn needed<'a>(form: &'a [(String, String)], name: &str) -> Result<&'a str, Fault> {
    given(form, name).ok_or_else(|| {
        let reason = t("gaps.needed");
        QueryError::new(name, reason).into()
    })
}

/// Does a deed on a topic or a question; gives where the page goes on.
fn change(desk: &Desk, deed: &str, form: &[(String, String)]) -> Result<String, Fault> {
    let app = &desk.app;
    let reason = || Dismissing {
        reason: given(form, "reason").map(str::to_owned),
    };
    let mut next: Vec<(&str, String)> = vec![("done", deed.to_owned())];
    match deed {
        "dismiss" => {
            app.dismiss_topic(ACTOR, needed(form, "topic")?, &reason())?;
        }
        "restore" => {
            app.restore_topic(ACTOR, needed(form, "topic")?)?;
        }
        "dismiss_question" => {
            let question = needed(form, "question")?;
            app.dismiss_question(ACTOR, question, &reason())?;
            next.push(("what", question.to_owned()));
        }
        "restore_question" => {
            app.restore_question(ACTOR, needed(form, "question")?)?;
        }
        "rename" => {
            let topic = needed(form, "topic")?;
            let before = app.gap(topic, 0, 1)?.gap;
            next.push((
                "what",
                if before.is_named {
                    before.title
                } else {
                    String::new()
                },
            ));
            app.rename_topic(ACTOR, topic, given(form, "name").unwrap_or_default())?;
        }
        "merge" => {
            let into = needed(form, "into")?;
            app.merge_topics(ACTOR, needed(form, "topic")?, into)?;
            next.push(("topic", into.to_owned()));
        }
        "split" => {
            let chosen = form.iter().filter(|(name, _)| name == "chosen");
            let chosen: Vec<String> = chosen.map(|(_, id)| id.clone()).collect();
            let (_, new) = app.split_topic(ACTOR, needed(form, "topic")?, &chosen)?;
            next.push(("topic", new));
        }
        "move" => {
            let (question, into) = (needed(form, "question")?, needed(form, "into")?);
            app.move_question(ACTOR, question, into)?;
            next.push(("what", question.to_owned()));
        }
        "variant" => {
            let (answer, question) = (needed(form, "short_answer")?, needed(form, "question")?);
            app.add_variant(ACTOR, answer, (None, Some(question)))?;
        }
        "unpublish" => {
            app.publish_answer(ACTOR, needed(form, "short_answer")?, (false, false))?;
        }
        other => {
            return Err(
                QueryError::new("do", format!("`{other}` is nothing this page does")).into(),
            );
        }
    }
    let set: Vec<(&str, &str)> = next
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Ok(at(form, &set))
}

/// What the address says was done, and the way back from it.
pub(super) fn told(_desk: &Desk, pairs: &[(String, String)]) -> (String, Option<Undo>) {
    let Some(done) = given(pairs, "done") else {
        return (String::new(), None);
    };
    let topic = given(pairs, "topic").unwrap_or_default();
    let what = given(pairs, "what").unwrap_or_default();
    let Some(_) = find(&format!("gaps.done.{done}")) else {
        return (String::new(), None);
    };
    let text = fill(&format!("gaps.done.{done}"), &[("topic", topic)]);
    let fields = match done {
        "dismiss" => vec![pair("do", "restore")],
        "restore" => vec![pair("do", "dismiss")],
        "dismiss_question" => vec![pair("do", "restore_question"), pair("question", what)],
        "rename" => vec![pair("do", "rename"), pair("name", what)],
        "published" => match given(pairs, "answer") {
            Some(answer) => vec![pair("do", "unpublish"), pair("short_answer", answer)],
            None => return (text, None),
        },
        _ => return (text, None),
    };
    (text, Some(Undo { fields }))
}
