//! What `rivals.py` asks of both sides once a turn.

use std::time::Instant;

use serde_json::{Value, json};
use svar::metrics::Facts;

use crate::drawn::{BOTH, CHANNEL, Draw, Drawn, NOTHING, Turn, ZONE};
use crate::page;
use crate::{by_language, durations, facts, heat_map, rate_by_channel, rate_by_day, top_reps};

/// How an answer becomes rows that a rival gives, too.
type Rows = fn(&Value) -> Vec<Value>;

/// A question of each turn.
struct Question {
    name: &'static str,
    report: &'static str,
    /// Parameters next to the window.
    more: &'static str,
    drawn: Drawn,
    /// `None`: no rival is asked.
    rows: Option<Rows>,
}

const fn question(
    name: &'static str,
    report: &'static str,
    more: &'static str,
    drawn: Drawn,
    rows: Option<Rows>,
) -> Question {
    Question {
        name,
        report,
        more,
        drawn,
        rows,
    }
}

const QUESTIONS: [Question; 11] = {
    let by_rep = "&by=rep";
    [
        question(
            "rate_by_day",
            "resolution_rate",
            "&every=day",
            BOTH,
            Some(rate_by_day),
        ),
        question(
            "rate_by_channel",
            "resolution_rate",
            "&by=channel",
            NOTHING,
            Some(rate_by_channel),
        ),
        question(
            "handled_by_language",
            "handled",
            "&by=language",
            CHANNEL,
            Some(by_language),
        ),
        question(
            "first_response_by_rep",
            "first_response_time",
            by_rep,
            CHANNEL,
            Some(durations),
        ),
        question("top_reps", "reply_count", "", NOTHING, Some(top_reps)),
        question("heat_map", "messages_by_hour", "", ZONE, Some(heat_map)),
        question("slowest_contacts", "contact_wait_time", "", NOTHING, None),
        question(
            "sla_attainment",
            "sla_attainment",
            "&every=week",
            NOTHING,
            None,
        ),
        question("recontact_rate", "recontact_rate", "", NOTHING, None),
        question("backlog_by_day", "backlog", "&every=day", ZONE, None),
        question(
            "handoffs_by_reason",
            "handoffs",
            "&by=reason",
            CHANNEL,
            None,
        ),
    ]
};

/// Asks what the overview page asks; in milliseconds.
fn overview(facts: &Facts, turn: &Turn) -> f64 {
    let began = Instant::now();
    page::ask(facts, &turn.page());
    began.elapsed().as_secs_f64() * 1000.0
}

/// Asks every question once a turn, or with `only` that one; what was drawn, and the answers with
/// their times.
pub(crate) fn ask_all(facts: &Facts, turns: u32, seed: u64, only: Option<&str>) -> Value {
    let mut draw = Draw::of(seed);
    let turns: Vec<Turn> = (0..turns).map(|_| Turn::draw(&mut draw)).collect();
    let mut answers = serde_json::Map::new();
    let is_asked = |name: &str| only.is_none_or(|only| only == name);
    if is_asked("overview") {
        let pages = turns
            .iter()
            .map(|turn| json!({ "ms": overview(facts, turn), "rows": null }));
        answers.insert("overview".to_owned(), pages.collect());
    }
    let questions = QUESTIONS.iter();
    for question in questions.filter(|question| is_asked(question.name)) {
        let asked = turns.iter().map(|turn| {
            let parameters = turn.parameters(question.more, question.drawn);
            let began = Instant::now();
            let answer = facts::ask(facts, question.report, &parameters);
            let millis = began.elapsed().as_secs_f64() * 1000.0;
            let answer = serde_json::to_value(answer).expect("an answer");
            json!({ "ms": millis, "rows": question.rows.map(|rows| rows(&answer)) })
        });
        answers.insert(question.name.to_owned(), asked.collect());
    }
    json!({
        "turns": turns.iter().map(Turn::json).collect::<Vec<Value>>(),
        "answers": answers,
    })
}
