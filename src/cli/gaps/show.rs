//! How gaps, backtests and the regression set read in a terminal.

use serde_json::Value;

use crate::cli::human::{Grid, NOTHING, Side, count, duration, plain};

pub(super) fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn list_of<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value.get(name).and_then(Value::as_array);
    items.map(Vec::as_slice).unwrap_or_default()
}

fn number(value: &Value, name: &str) -> Option<f64> {
    value.get(name).and_then(Value::as_f64)
}

fn cost(value: &Value) -> String {
    number(value, "cost_secs").map_or_else(|| NOTHING.to_owned(), duration)
}

/// The list of gaps.
pub(super) fn gaps(answer: &Value) -> String {
    let items = list_of(answer, "items");
    let waiting = number(answer, "waiting").unwrap_or_default();
    let mining = mining(answer);
    if items.is_empty() {
        let text = if waiting > 0.0 {
            format!(
                "no gap yet; {} questions wait for their topic",
                count(waiting)
            )
        } else {
            "no gap: every question found an answer, or was dismissed".to_owned()
        };
        return text + &mining;
    }
    let mut grid = Grid::default();
    grid.column("topic", Side::Left);
    for head in [
        "asked",
        "by people",
        "conversations",
        "last 4 weeks",
        "before",
        "rep time",
    ] {
        grid.column(head, Side::Right);
    }
    for head in ["last asked", "state", "title"] {
        grid.column(head, Side::Left);
    }
    for item in items {
        let figure = |name: &str| number(item, name).map_or_else(|| NOTHING.to_owned(), count);
        let last = word(item, "last_asked_at");
        grid.row(vec![
            word(item, "topic").to_owned(),
            figure("questions"),
            figure("people"),
            figure("conversations"),
            figure("recent"),
            figure("before"),
            cost(item),
            last.get(..10).unwrap_or(last).to_owned(),
            word(item, "state").to_owned(),
            plain(word(item, "title")),
        ]);
    }
    grid.render() + &mining
}

/// How far the search for questions in what people answered is; empty: it is through.
fn mining(answer: &Value) -> String {
    let seen = answer.get("mining").cloned().unwrap_or_default();
    match (number(&seen, "read"), number(&seen, "of")) {
        (Some(read), Some(of)) if read < of => format!(
            "\nlooking for questions in what people answered: {} of {} episodes",
            count(read),
            count(of)
        ),
        _ => String::new(),
    }
}

/// A gap with its questions.
pub(super) fn gap(answer: &Value) -> String {
    let questions = number(answer, "questions").unwrap_or_default();
    let mut text = format!(
        "{}  {}\n{} questions, {} more that people answered, {}, rep time {}\n",
        word(answer, "topic"),
        plain(word(answer, "title")),
        count(questions),
        count(number(answer, "people").unwrap_or_default()),
        word(answer, "state"),
        cost(answer),
    );
    if let Some(dismissal) = answer
        .get("dismissal")
        .filter(|dismissal| dismissal.is_object())
    {
        text.extend([format!(
            "dismissed {} by {}: {}; asked {} times since\n",
            word(dismissal, "at"),
            plain(word(dismissal, "actor")),
            plain(word(dismissal, "reason")),
            count(number(dismissal, "asked_since").unwrap_or_default()),
        )]);
    }
    text.push('\n');
    for question in list_of(answer, "items") {
        text.extend([format!(
            "{}  {}  {}{}\n  {}\n",
            word(question, "at"),
            plain(word(question, "question")),
            plain(word(question, "conversation")),
            if question.get("dismissal").is_some_and(Value::is_object) {
                "  dismissed"
            } else if question.get("is_mined") == Some(&true.into()) {
                "  answered by people"
            } else {
                ""
            },
            plain(word(question, "text")),
        )]);
        let id = word(question, "question");
        let replies = answer.get("replies").map(|all| list_of(all, "items"));
        let mut replies = replies.into_iter().flatten();
        if let Some(reply) = replies.find(|reply| word(reply, "question") == id) {
            let said = plain(word(reply, "text"));
            text.extend([format!("  answered: {said}\n")]);
        }
    }
    typical(answer, &mut text);
    text
}

/// The most typical reply of reps to a gap.
fn typical(answer: &Value, text: &mut String) {
    let Some(replies) = answer.get("replies") else {
        return;
    };
    let message = word(replies, "typical");
    let mut items = list_of(replies, "items").iter();
    let Some(reply) = items.find(|reply| word(reply, "message") == message) else {
        return;
    };
    text.extend([format!(
        "\nThe most typical reply, like {} of {}:\n  {}\nsvar gaps answer {} --text TEXT makes a draft of it\n",
        count(number(replies, "alike").unwrap_or_default()),
        list_of(replies, "items").len(),
        plain(word(reply, "text")),
        word(answer, "topic"),
    )]);
}

/// What the embedder is called that a backtest ran with.
fn compared_by(answer: &Value) -> String {
    match answer.get("embedder_name").and_then(Value::as_str) {
        Some(name) => plain(name),
        None => "the table that Svar comes with".to_owned(),
    }
}

/// What an answer would have done.
pub(super) fn backtest(answer: &Value) -> String {
    let figure = |name: &str| count(number(answer, name).unwrap_or_default());
    let saved = number(answer, "deflected_secs").map_or_else(|| NOTHING.to_owned(), duration);
    let mut text = format!(
        "of {} questions of the last {} days, {} of them answered by people, it would have answered {} more\n\
         {} taken from other answers, {} answered no more, {} caught wrongly\n\
         {} conversations without a rep, {saved} of rep time\n\
         texts were compared by {}\n",
        figure("questions"),
        figure("days"),
        figure("people"),
        figure("new"),
        figure("taken"),
        figure("lost"),
        figure("wrong"),
        figure("deflected_conversations"),
        compared_by(answer),
    );
    for broken in list_of(answer, "broken") {
        text.extend([format!("breaks: {}\n", plain(word(broken, "text")))]);
    }
    for near in list_of(answer, "duplicates") {
        text.extend([format!(
            "nearly the same: {} ({})\n",
            plain(word(near, "other")),
            plain(word(near, "short_answer"))
        )]);
    }
    text
}

/// The regression set.
pub(super) fn cases(answer: &Value) -> String {
    let items = list_of(answer, "items");
    if items.is_empty() {
        return "the regression set is empty".to_owned();
    }
    let mut grid = Grid::default();
    for head in ["holds", "expected", "got", "question"] {
        grid.column(head, Side::Left);
    }
    for case in items {
        let said = |name: &str| {
            case.get(name)
                .and_then(Value::as_str)
                .map_or("no answer", |id| id)
        };
        let holds = case.get("holds") == Some(&true.into());
        grid.row(vec![
            if holds { "yes" } else { "NO" }.to_owned(),
            plain(said("expected")),
            plain(said("got")),
            plain(word(case, "text")),
        ]);
    }
    grid.render()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn how_far_the_search_is_stands_below_the_list_while_it_runs() {
        let list = |read: u64| {
            let mining = json!({"read": read, "of": 1_200});
            gaps(&json!({"items": [], "waiting": 0, "mining": mining}))
        };
        let said = "looking for questions in what people answered: 250 of 1,200 episodes";
        assert!(list(250).ends_with(said), "{}", list(250));
        assert!(!list(1_200).contains("looking"), "{}", list(1_200));
    }
}
