//! Dismissing and restoring, one gap, a selection or all of a list, and taking that back.
//!
//! The address holds the first and the last instant of what one deed did, so that the way back is still
//! there after a reload, however many gaps it was.

use super::list::{place, query};
use super::posted::PostedForm;
use super::{at, field_of};
use crate::app::{DeedThings, Paging};
use crate::command::{Command, QuestionCommand, TopicCommand};
use crate::model::{Invalid, Timestamp};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{fill, t};

/// Dismisses or restores topics; gives where the page goes on.
pub(super) fn topics(desk: &Desk, action: &str, form: &PostedForm<'_>) -> Result<String, Fault> {
    let is_many = action.ends_with("_many");
    let topics = if is_many {
        chosen(desk, form)?
    } else {
        vec![form.needed("topic")?]
    };
    let first = topics.first().cloned().unwrap_or_default();
    let is_dismissal = action.starts_with("dismiss");
    let next = match (is_many, is_dismissal) {
        (true, _) => String::new(),
        (false, true) => next_of(desk, form.fields, &first)?,
        (false, false) => first.clone(),
    };
    let settled = topics.clone();
    let command = if is_dismissal {
        let reason = form.reason();
        TopicCommand::Dismiss { topics, reason }
    } else {
        TopicCommand::Restore { topics }
    };
    desk.app.write_now(form.caller, Command::Topic(command))?;
    let library = desk.app.knowledge();
    let settled = settled
        .iter()
        .filter_map(|topic| library.topic_settled_at(topic));
    let settled = span(settled);
    let done = if is_dismissal { "dismiss" } else { "restore" };
    Ok(went_on(form.fields, done, &settled, &next))
}

/// The topics that were chosen, or all of the list.
fn chosen(desk: &Desk, form: &PostedForm<'_>) -> Result<Vec<String>, Fault> {
    let topics: Vec<String> = if field_of(form.fields, "all").is_some() {
        let list = desk.library().gaps(&query(form.fields)?);
        list.items.into_iter().map(|gap| gap.topic).collect()
    } else {
        let chosen = form.fields.iter().filter(|(name, _)| name == "t");
        chosen.map(|(_, topic)| topic.clone()).collect()
    };
    if topics.is_empty() {
        return Err(Invalid::new("t", t("gaps.nothing_chosen")).into());
    }
    Ok(topics)
}

/// The gap that is opened once `topic` is dealt with: the next one of the list, or none where it was
/// the last; where it is not in the list, itself.
pub(super) fn next_of(
    desk: &Desk,
    pairs: &[(String, String)],
    topic: &str,
) -> Result<String, Fault> {
    let list = desk.library().gaps(&query(pairs)?);
    let place = place(&list.items, topic);
    Ok(match place.number {
        None => topic.to_owned(),
        Some(_) => place.next.or(place.before).unwrap_or_default(),
    })
}

/// Dismisses or restores the questions that were chosen, or the one whose button it was.
pub(super) fn questions(desk: &Desk, action: &str, form: &PostedForm<'_>) -> Result<String, Fault> {
    let is_dismissal = action == "dismiss_question";
    let questions = questions_of(form)?;
    let settled = questions.clone();
    let command = if is_dismissal {
        let reason = form.reason();
        QuestionCommand::Dismiss { questions, reason }
    } else {
        QuestionCommand::Restore { questions }
    };
    desk.app
        .write_now(form.caller, Command::Question(command))?;
    let library = desk.app.knowledge();
    let settled = settled
        .iter()
        .filter_map(|one| library.question_settled_at(one));
    let settled = span(settled);
    let topic = field_of(form.fields, "topic").unwrap_or_default();
    let done = if is_dismissal { "dismiss" } else { "restore" };
    Ok(went_on(form.fields, done, &settled, topic))
}

/// The questions that a form is about.
pub(super) fn questions_of(form: &PostedForm<'_>) -> Result<Vec<String>, Fault> {
    if let Some(one) = form.only() {
        return Ok(vec![one.to_owned()]);
    }
    let chosen = form.fields.iter().filter(|(name, _)| name == "chosen");
    let chosen: Vec<String> = chosen.map(|(_, id)| id.clone()).collect();
    if chosen.is_empty() {
        return Err(Invalid::new("chosen", t("gaps.nothing_chosen")).into());
    }
    Ok(chosen)
}

fn went_on(pairs: &[(String, String)], done: &str, settled: &str, topic: &str) -> String {
    at(pairs, &[("done", done), ("at", settled), ("topic", topic)])
}

/// The first and the last instant, as an address has them.
fn span(instants: impl Iterator<Item = Timestamp>) -> String {
    let mut instants: Vec<Timestamp> = instants.collect();
    instants.sort_unstable();
    match (instants.first(), instants.last()) {
        (Some(first), Some(last)) => format!("{first}/{last}"),
        _ => String::new(),
    }
}

/// The first and the last instant of the deed that an address or form names.
fn span_of(pairs: &[(String, String)]) -> Option<(Timestamp, Timestamp)> {
    let (first, last) = field_of(pairs, "at")?.split_once('/')?;
    Some((Timestamp::parse(first).ok()?, Timestamp::parse(last).ok()?))
}

/// What the deed of an address did, by the reason to dismiss it again where it was a restoring.
fn things(
    desk: &Desk,
    pairs: &[(String, String)],
    done: &str,
) -> Vec<(Option<String>, DeedThings)> {
    let Some(span) = span_of(pairs) else {
        return Vec::new();
    };
    let library = desk.app.knowledge();
    let all = if done == "dismiss" {
        let actor = desk.caller().actor();
        vec![(None, library.dismissed_within(span, &actor))]
    } else {
        library.restored_within(span)
    };
    all.into_iter().filter(|(_, one)| one.count() > 0).collect()
}

/// Takes back what an address says was done; gives where the page goes on.
pub(super) fn undo(desk: &Desk, form: &PostedForm<'_>) -> Result<String, Fault> {
    let done = form.needed("was")?;
    let all = things(desk, form.fields, &done);
    let mut topics = Vec::new();
    for (
        reason,
        DeedThings {
            topics: of,
            questions,
        },
    ) in all
    {
        topics.extend(of.clone());
        let mut commands = Vec::new();
        if !of.is_empty() {
            commands.push(Command::Topic(match done.as_str() {
                "dismiss" => TopicCommand::Restore { topics: of },
                _ => TopicCommand::Dismiss {
                    topics: of,
                    reason: reason.clone(),
                },
            }));
        }
        if !questions.is_empty() {
            commands.push(Command::Question(match done.as_str() {
                "dismiss" => QuestionCommand::Restore { questions },
                _ => QuestionCommand::Dismiss { questions, reason },
            }));
        }
        for command in commands {
            desk.app.write_now(form.caller, command)?;
        }
    }
    let topic = match topics.as_slice() {
        [] => field_of(form.fields, "topic").unwrap_or_default(),
        [one] => one,
        _ => "",
    };
    Ok(at(form.fields, &[("done", "undone"), ("topic", topic)]))
}

/// What the address says was dismissed or restored, in words; none where it was taken back since.
pub(super) fn told(desk: &Desk, pairs: &[(String, String)], done: &str) -> Option<String> {
    let all = things(desk, pairs, done);
    let topics: Vec<&String> = all.iter().flat_map(|(_, one)| &one.topics).collect();
    let questions: usize = all.iter().map(|(_, one)| one.questions.len()).sum();
    Some(match (topics.as_slice(), questions) {
        ([], 0) => return None,
        ([], count) => plural(&format!("gaps.{done}_questions"), count as u64),
        ([one], _) => {
            let gap = desk.library().gap(one, Paging::first(1)).ok()?.gap;
            fill(&format!("gaps.done.{done}"), &[("topic", &gap.title)])
        }
        (many, _) => plural(&format!("gaps.{done}_topics"), many.len() as u64),
    })
}
