//! What the page's forms ask for, done, and reported afterwards with a way back.

use super::editor::{Editor, read};
use super::posted::PostedForm;
use super::{at, field_of, settle};
use crate::app::{Error, Paging};
use crate::command::{AnswerCommand, Command, TopicCommand, Variant};
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::find;
use crate::web::ui::url::{Pairs, encode, pair};

/// How a form ends.
pub(super) enum FormEnd {
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
type FormFault = (Option<Box<Editor>>, Fault);

/// Does what a form asks for.
pub(super) fn run(desk: &Desk, form: &PostedForm<'_>) -> Result<FormEnd, FormFault> {
    match form.action() {
        "preview" | "backtest" | "save" | "publish" | "anyway" => write(desk, form),
        action => change(desk, action, form)
            .map(FormEnd::Leads)
            .map_err(|fault| (None, fault)),
    }
}

fn write(desk: &Desk, sent: &PostedForm<'_>) -> Result<FormEnd, FormFault> {
    let (deed, form) = (sent.action(), sent.fields);
    let (mut draft, days) = read(form).map_err(|error| (None, error.into()))?;
    let mut editor = Box::new(Editor {
        in_gap: true,
        ..Editor::showing(desk, &draft, days)
    });
    match deed {
        "preview" => return Ok(FormEnd::Shows(editor)),
        "backtest" => {
            return match editor.test(desk, &draft) {
                Ok(()) => Ok(FormEnd::Shows(editor)),
                Err(error) => Err((Some(editor), error.into())),
            };
        }
        _ => {}
    }
    draft.published = deed != "save";
    draft.anyway = deed == "anyway";
    let command = Command::Answer(AnswerCommand::Save { draft, seen: None });
    // Where it stands is known before it is answered.
    let topic = field_of(form, "topic").unwrap_or_default();
    let next = settle::next_of(desk, form, topic);
    match desk.app.write_now(sent.caller, command) {
        Ok(written) => {
            let id = written.id.unwrap_or_default();
            let to = if deed == "save" {
                format!("{}&answer={}", at(form, &[("done", "saved")]), encode(&id))
            } else {
                let next = next.map_err(|fault| (None, fault))?;
                at(
                    form,
                    &[("done", "published"), ("what", &id), ("topic", &next)],
                )
            };
            Ok(FormEnd::Leads(to))
        }
        Err(Error::Broken(cases)) => {
            editor.broken = cases;
            Ok(FormEnd::Shows(editor))
        }
        Err(error) => Err((Some(editor), error.into())),
    }
}

/// Does a command on a topic, a question or an answer; gives where the page goes on.
fn change(desk: &Desk, action: &str, form: &PostedForm<'_>) -> Result<String, Fault> {
    match action {
        "dismiss" | "dismiss_many" | "restore" | "restore_many" => {
            return settle::topics(desk, action, form);
        }
        "dismiss_question" | "restore_question" => {
            return settle::questions(desk, action, form);
        }
        "undo" => return settle::undo(desk, form),
        _ => {}
    }
    let (command, next) = command(desk, action, form)?;
    let written = desk.app.write_now(form.caller, command)?;
    let mut set: Vec<(&str, &str)> = vec![("done", action)];
    // A topic that was split off is looked at next.
    set.extend(written.id.as_deref().map(|topic| ("topic", topic)));
    set.extend(next.as_ref().map(|(name, value)| (*name, value.as_str())));
    Ok(at(form.fields, &set))
}

/// What of the page's address changes by a command.
type Next = Option<(&'static str, String)>;

fn command(desk: &Desk, action: &str, form: &PostedForm<'_>) -> Result<(Command, Next), Fault> {
    Ok(match action {
        "rename" | "merge" | "split" | "merge_sister" | "tell_apart" | "tell_together" => {
            let (command, next) = on_topic(desk, action, form)?;
            (Command::Topic(command), next)
        }
        "variant" => {
            let question = settle::questions_of(form)?.into_iter().next();
            let command = AnswerCommand::AddVariant {
                short_answer: form.needed("short_answer")?,
                variant: Variant::Question(question.unwrap_or_default()),
            };
            (Command::Answer(command), None)
        }
        "set_aside" => {
            let command = AnswerCommand::SetAside {
                short_answer: form.needed("short_answer")?,
                reason: String::new(),
            };
            (Command::Answer(command), None)
        }
        "release" => {
            let short_answer = form.needed("short_answer")?;
            (
                Command::Answer(AnswerCommand::Release { short_answer }),
                None,
            )
        }
        "unpublish" => {
            let command = AnswerCommand::Publish {
                short_answer: form.needed("short_answer")?,
                published: false,
                anyway: false,
            };
            (Command::Answer(command), None)
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    })
}

fn on_topic(
    desk: &Desk,
    action: &str,
    form: &PostedForm<'_>,
) -> Result<(TopicCommand, Next), Fault> {
    let topic = form.needed("topic")?;
    Ok(match action {
        "rename" => {
            let before = desk.library().gap(&topic, Paging::first(1))?.gap;
            let name = before.is_named.then_some(before.title);
            let title = field_of(form.fields, "name").unwrap_or_default().to_owned();
            let next = Some(("what", name.unwrap_or_default()));
            (TopicCommand::Rename { topic, title }, next)
        }
        "merge" => {
            let into = form.needed("into")?;
            let next = Some(("topic", into.clone()));
            (TopicCommand::Merge { topic, into }, next)
        }
        "merge_sister" => {
            let merged = form.only().unwrap_or_default().to_owned();
            (
                TopicCommand::Merge {
                    topic: merged,
                    into: topic,
                },
                None,
            )
        }
        "tell_apart" | "tell_together" => {
            let other = form.only().unwrap_or_default().to_owned();
            let on = action == "tell_apart";
            let next = Some(("what", other.clone()));
            (TopicCommand::TellApart { topic, other, on }, next)
        }
        _ => {
            let questions = settle::questions_of(form)?;
            let next = Some(("what", topic.clone()));
            (TopicCommand::Split { topic, questions }, next)
        }
    })
}

/// What the address says was done, and the way back from it.
pub(super) fn done_text(desk: &Desk, pairs: &[(String, String)]) -> (String, Option<Undo>) {
    let Some(done) = field_of(pairs, "done") else {
        return (String::new(), None);
    };
    let topic = field_of(pairs, "topic").unwrap_or_default();
    let what = field_of(pairs, "what").unwrap_or_default();
    if matches!(done, "dismiss" | "restore") {
        let at = field_of(pairs, "at").unwrap_or_default();
        let fields = vec![pair("do", "undo"), pair("was", done), pair("at", at)];
        return match settle::told(desk, pairs, done) {
            Some(text) => (text, Some(Undo { fields })),
            None => (String::new(), None),
        };
    }
    let Some(text) = find(&format!("gaps.done.{done}")) else {
        return (String::new(), None);
    };
    let fields = match done {
        "rename" => vec![pair("do", "rename"), pair("name", what)],
        "split" if !what.is_empty() => {
            let (new, from) = (pair("topic", topic), pair("into", what));
            vec![pair("do", "merge"), new, from]
        }
        "tell_apart" if !what.is_empty() => {
            vec![pair("do", &format!("tell_together:{what}"))]
        }
        "published" if !what.is_empty() => {
            vec![pair("do", "unpublish"), pair("short_answer", what)]
        }
        _ => return (text.to_owned(), None),
    };
    (text.to_owned(), Some(Undo { fields }))
}
