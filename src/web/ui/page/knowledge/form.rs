//! What the page's forms ask for, done, and reported afterwards with a way back.

use super::editor::{Editor, read};
use super::{at, field_of};
use crate::app::{Error, Paging};
use crate::command::{AnswerCommand, Caller, Command, QuestionCommand, TopicCommand, Variant};
use crate::model::Invalid;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{fill, find, t};
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

/// A form that was sent: by whom, and its fields.
pub(super) struct PostedForm<'a> {
    pub(super) caller: &'a Caller,
    pub(super) fields: &'a [(String, String)],
}

impl PostedForm<'_> {
    /// What it asks for.
    fn action(&self) -> &str {
        field_of(self.fields, "do").unwrap_or_default()
    }

    /// A field that must be filled in.
    fn needed(&self, name: &str) -> Result<String, Fault> {
        let value = field_of(self.fields, name);
        value
            .map(str::to_owned)
            .ok_or_else(|| Invalid::new(name, t("gaps.needed")).into())
    }

    fn reason(&self) -> Option<String> {
        field_of(self.fields, "reason").map(str::to_owned)
    }
}

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
    let mut editor = Box::new(Editor::showing(desk, &draft, days));
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
    match desk.app.write_now(sent.caller, command) {
        Ok(written) => {
            let id = written.id.unwrap_or_default();
            let done = if deed == "save" { "saved" } else { "published" };
            let to = at(form, &[("done", done)]);
            Ok(FormEnd::Leads(format!("{to}&answer={}", encode(&id))))
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
        "dismiss" | "restore" | "rename" | "merge" | "split" => {
            let (command, next) = on_topic(desk, action, form)?;
            (Command::Topic(command), next)
        }
        "dismiss_question" | "restore_question" | "move" => {
            let (command, next) = on_question(action, form)?;
            (Command::Question(command), next)
        }
        "variant" => {
            let command = AnswerCommand::AddVariant {
                short_answer: form.needed("short_answer")?,
                variant: Variant::Question(form.needed("question")?),
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
        "dismiss" => {
            let reason = form.reason();
            (TopicCommand::Dismiss { topic, reason }, None)
        }
        "restore" => (TopicCommand::Restore { topic }, None),
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
        _ => {
            let chosen = form.fields.iter().filter(|(name, _)| name == "chosen");
            let questions = chosen.map(|(_, id)| id.clone()).collect();
            (TopicCommand::Split { topic, questions }, None)
        }
    })
}

fn on_question(action: &str, form: &PostedForm<'_>) -> Result<(QuestionCommand, Next), Fault> {
    let question = form.needed("question")?;
    Ok(match action {
        "dismiss_question" => {
            let reason = form.reason();
            let next = Some(("what", question.clone()));
            (QuestionCommand::Dismiss { question, reason }, next)
        }
        "restore_question" => (QuestionCommand::Restore { question }, None),
        _ => {
            let topic = form.needed("into")?;
            (QuestionCommand::Move { question, topic }, None)
        }
    })
}

/// What the address says was done, and the way back from it.
pub(super) fn done_text(pairs: &[(String, String)]) -> (String, Option<Undo>) {
    let Some(done) = field_of(pairs, "done") else {
        return (String::new(), None);
    };
    let topic = field_of(pairs, "topic").unwrap_or_default();
    let what = field_of(pairs, "what").unwrap_or_default();
    let Some(_) = find(&format!("gaps.done.{done}")) else {
        return (String::new(), None);
    };
    let text = fill(&format!("gaps.done.{done}"), &[("topic", topic)]);
    let fields = match done {
        "dismiss" => vec![pair("do", "restore")],
        "restore" => vec![pair("do", "dismiss")],
        "dismiss_question" => vec![pair("do", "restore_question"), pair("question", what)],
        "rename" => vec![pair("do", "rename"), pair("name", what)],
        "published" => match field_of(pairs, "answer") {
            Some(answer) => vec![pair("do", "unpublish"), pair("short_answer", answer)],
            None => return (text, None),
        },
        _ => return (text, None),
    };
    (text, Some(Undo { fields }))
}
