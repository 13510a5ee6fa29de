//! What the page's forms ask for, done, and told afterwards with a way back.

use super::editor::{Editor, read};
use super::{at, given};
use crate::app::{Dismissing, Error};
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{fill, find, t};
use crate::web::ui::url::{Pairs, encode, pair};

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
        Invalid::new(name, reason).into()
    })
}

/// Does a deed on a topic or a question; gives where the page goes on.
fn change(desk: &Desk, deed: &str, form: &[(String, String)]) -> Result<String, Fault> {
    let mut next: Vec<(&str, String)> = vec![("done", deed.to_owned())];
    let more = match deed {
        "dismiss" | "restore" | "rename" | "merge" | "split" => on_topic(desk, deed, form)?,
        _ => on_question(desk, deed, form)?,
    };
    next.extend(more);
    let set: Vec<(&str, &str)> = next
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Ok(at(form, &set))
}

fn why(form: &[(String, String)]) -> Dismissing {
    Dismissing {
        reason: given(form, "reason").map(str::to_owned),
    }
}

/// What of the page's address changes by a deed.
type Next = Option<(&'static str, String)>;

fn on_topic(desk: &Desk, deed: &str, form: &[(String, String)]) -> Result<Next, Fault> {
    let app = &desk.app;
    let topic = needed(form, "topic")?;
    match deed {
        "dismiss" => {
            app.dismiss_topic(ACTOR, topic, &why(form))?;
            Ok(None)
        }
        "restore" => {
            app.restore_topic(ACTOR, topic)?;
            Ok(None)
        }
        "rename" => {
            let before = app.gap(topic, 0, 1)?.gap;
            let name = before.is_named.then_some(before.title);
            app.rename_topic(ACTOR, topic, given(form, "name").unwrap_or_default())?;
            Ok(Some(("what", name.unwrap_or_default())))
        }
        "merge" => {
            let into = needed(form, "into")?;
            app.merge_topics(ACTOR, topic, into)?;
            Ok(Some(("topic", into.to_owned())))
        }
        _ => {
            let chosen = form.iter().filter(|(name, _)| name == "chosen");
            let chosen: Vec<String> = chosen.map(|(_, id)| id.clone()).collect();
            let (_, new) = app.split_topic(ACTOR, topic, &chosen)?;
            Ok(Some(("topic", new)))
        }
    }
}

fn on_question(desk: &Desk, deed: &str, form: &[(String, String)]) -> Result<Next, Fault> {
    let app = &desk.app;
    let question = || needed(form, "question");
    match deed {
        "dismiss_question" => {
            app.dismiss_question(ACTOR, question()?, &why(form))?;
            return Ok(Some(("what", question()?.to_owned())));
        }
        "restore_question" => app.restore_question(ACTOR, question()?)?,
        "move" => app.move_question(ACTOR, question()?, needed(form, "into")?)?,
        "variant" => {
            let answer = needed(form, "short_answer")?;
            app.add_variant(ACTOR, answer, (None, Some(question()?)))?
        }
        "unpublish" => app.publish_answer(ACTOR, needed(form, "short_answer")?, (false, false))?,
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    Ok(None)
}

/// What the address says was done, and the way back from it.
pub(super) fn told(pairs: &[(String, String)]) -> (String, Option<Undo>) {
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
