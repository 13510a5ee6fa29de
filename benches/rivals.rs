//! One side of `rivals.py`: a desk's facts as plain tables for others to load, and Svar's
//! own answers over the same facts with the time that each took.
//!
//! With `--fresh TURNS` each question is asked once a turn, each turn of another window, filter
//! and zone, which `--seed N` decides: what a user feels. Without, the same question again and
//! again. `--only NAME` asks that one only, for a profile. `--to FOLDER` says where `episodes.csv`, `messages.csv` and `svar.json` are written,
//! `--conversations N` how large the desk is. Without a folder a temporary one is used.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot run may panic, and JSON without a field gives null"
)]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use svar::metrics::{Dictionary, EpisodeRow, Facts, NEVER, NONE};
use svar::model::episode::Outcome;
use svar::report::ReportResult;

#[path = "common/arguments.rs"]
mod arguments;
#[path = "common/batches.rs"]
mod batches;
mod common;
#[path = "common/drawn.rs"]
mod drawn;
#[path = "common/facts.rs"]
mod facts;
#[path = "common/fresh.rs"]
mod fresh;
#[path = "common/page.rs"]
mod page;

/// The whole desk.
const WINDOW: &str = "from=2026-05-01&to=2026-11-01";

/// How an answer becomes rows that any database can give, too.
type Rows = fn(&Value) -> Vec<Value>;

/// What is asked: name, report, parameters next to the window, rows.
const ASKED: [(&str, &str, &str, Rows); 8] = [
    ("count", "handled", "", count),
    ("rate", "resolution_rate", "", rate),
    ("rate_by_day", "resolution_rate", "&every=day", rate_by_day),
    (
        "rate_filtered",
        "resolution_rate",
        "&where.channel=chat,email",
        rate,
    ),
    (
        "rate_by_channel",
        "resolution_rate",
        "&by=channel",
        rate_by_channel,
    ),
    (
        "first_response_by_rep",
        "first_response_time",
        "&by=rep",
        durations,
    ),
    ("top_reps", "reply_count", "", top_reps),
    ("heat_map", "messages_by_hour", "", heat_map),
];

fn series(answer: &Value) -> impl Iterator<Item = &Value> {
    answer["series"].as_array().into_iter().flatten()
}

fn count(answer: &Value) -> Vec<Value> {
    vec![json!([answer["total"]["value"]])]
}

fn rate(answer: &Value) -> Vec<Value> {
    let total = &answer["total"];
    vec![json!([total["numerator"], total["denominator"]])]
}

fn rate_by_day(answer: &Value) -> Vec<Value> {
    let points = series(answer).filter_map(|one| one["points"].as_array());
    let filled = points.flatten().filter(|point| point["denominator"] != 0);
    let row = |point: &Value| {
        let day = point["start"].as_str().and_then(|start| start.get(..10));
        json!([day, point["numerator"], point["denominator"]])
    };
    filled.map(row).collect()
}

fn rate_by_channel(answer: &Value) -> Vec<Value> {
    let row = |one: &Value| {
        let total = &one["total"];
        json!([
            one["key"]["channel"],
            total["numerator"],
            total["denominator"]
        ])
    };
    series(answer).map(row).collect()
}

fn by_language(answer: &Value) -> Vec<Value> {
    let row = |one: &Value| json!([one["key"]["language"], one["total"]["value"]]);
    series(answer).map(row).collect()
}

fn durations(answer: &Value) -> Vec<Value> {
    let answered = series(answer).filter(|one| one["total"]["count"] != 0);
    let row = |one: &Value| {
        let total = &one["total"];
        json!([
            one["key"]["rep"],
            total["count"],
            total["mean"],
            total["p50"],
            total["p90"]
        ])
    };
    answered.map(row).collect()
}

fn top_reps(answer: &Value) -> Vec<Value> {
    let mut all: Vec<(u64, &str)> = series(answer)
        .filter_map(|one| Some((one["total"]["value"].as_u64()?, one["key"]["rep"].as_str()?)))
        .collect();
    all.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let top = all.into_iter().take(10);
    top.map(|(messages, rep)| json!([rep, messages])).collect()
}

fn heat_map(answer: &Value) -> Vec<Value> {
    let filled = series(answer).filter(|one| one["total"]["value"] != 0);
    let row = |one: &Value| {
        let key = &one["key"];
        json!([
            key["direction"],
            key["weekday"],
            key["hour"],
            one["total"]["value"]
        ])
    };
    filled.map(row).collect()
}

/// A text of a dictionary; empty for none.
fn text(dictionary: &Dictionary, code: u32) -> Arc<str> {
    dictionary.text(code).unwrap_or_default()
}

/// An instant in milliseconds; empty for never.
fn at(millis: i64) -> String {
    if millis == NEVER {
        String::new()
    } else {
        millis.to_string()
    }
}

/// What became of an episode by the end of the desk.
fn outcome(row: &EpisodeRow) -> &'static str {
    let ended = row.ended_at <= common::until().millis();
    match row.outcome {
        code if code == Outcome::HandedOff as u8 => "handed_off",
        code if code == Outcome::Unhandled as u8 => "unhandled",
        code if code == Outcome::Resolved as u8 && ended => "resolved",
        code if code == Outcome::Abandoned as u8 && ended => "abandoned",
        _ => "pending",
    }
}

/// What has happened to episodes by the end of the desk, in order of their starts; `rep` is who
/// gave the first response.
fn write_episodes(facts: &Facts, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let codes = &facts.dictionaries;
    writeln!(
        out,
        "started_at,channel,language,rep,outcome,handled,outbound,excluded,response_from,response_at"
    )?;
    for row in facts.episodes.rows() {
        let thread = facts.thread(row.conversation);
        let language = if thread.language == NONE {
            facts.contact(thread.contact).language
        } else {
            thread.language
        };
        writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{}",
            row.started_at,
            text(&codes.channel, thread.channel),
            text(&codes.language, language),
            text(&codes.rep, row.first_response_rep),
            outcome(&row),
            u8::from(row.handled),
            u8::from(row.outbound),
            thread.excluded,
            at(row.first_response_from),
            at(row.first_response_at),
        )?;
    }
    out.flush()
}

/// Public messages, in order of their instants.
fn write_messages(facts: &Facts, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let codes = &facts.dictionaries;
    writeln!(out, "written_at,author,rep,excluded")?;
    for row in facts.messages.rows() {
        let thread = facts.thread(row.conversation);
        let excluded = thread.excluded != 0 || row.blocked;
        writeln!(
            out,
            "{},{},{},{}",
            row.at,
            row.author,
            text(&codes.rep, row.rep),
            u8::from(excluded)
        )?;
    }
    out.flush()
}

/// The answer and the median of its times, in milliseconds.
fn ask(facts: &Facts, id: &str, more: &str, turns: u32) -> (ReportResult, f64) {
    let parameters = format!("{WINDOW}{more}");
    let answer = facts::ask(facts, id, &parameters);
    let turn = |_| {
        let began = Instant::now();
        drop(facts::ask(facts, id, &parameters));
        began.elapsed().as_secs_f64() * 1000.0
    };
    let mut times: Vec<f64> = (0..turns).map(turn).collect();
    times.sort_unstable_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied();
    (answer, median.expect("a turn"))
}

/// Answers each question once a turn.
fn write_fresh(facts: &Facts, folder: &Path, turns: u32) -> io::Result<()> {
    let seed = arguments::number("--seed").unwrap_or(1);
    let only = arguments::argument("--only");
    let mut all = fresh::ask_all(facts, turns, u64::from(seed), only.as_deref());
    all["episodes"] = facts.episodes.len().into();
    all["messages"] = facts.messages.len().into();
    std::fs::write(folder.join("fresh.json"), all.to_string())
}

fn write_all(folder: &Path, conversations: u32, turns: u32) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let facts = facts::facts(conversations);
    write_episodes(&facts, &folder.join("episodes.csv"))?;
    write_messages(&facts, &folder.join("messages.csv"))?;
    if let Some(turns) = arguments::number("--fresh") {
        return write_fresh(&facts, folder, turns);
    }
    let mut answers = serde_json::Map::new();
    for (name, id, more, rows) in ASKED {
        let (answer, median) = ask(&facts, id, more, turns);
        let answer = serde_json::to_value(answer)?;
        answers.insert(
            name.to_owned(),
            json!({ "median_ms": median, "rows": rows(&answer) }),
        );
    }
    let all = json!({
        "conversations": conversations,
        "episodes": facts.episodes.len(),
        "messages": facts.messages.len(),
        "turns": turns,
        "answers": answers,
    });
    std::fs::write(folder.join("svar.json"), all.to_string())
}

fn main() {
    let conversations = arguments::number("--conversations");
    let conversations = conversations.unwrap_or_else(|| common::size(1_000_000));
    let turns = arguments::number("--turns").unwrap_or(15);
    let written = if let Some(folder) = arguments::argument("--to") {
        write_all(Path::new(&folder), conversations, turns)
    } else {
        let folder = tempfile::tempdir().expect("a folder");
        write_all(folder.path(), conversations, 1)
            .and_then(|()| write_fresh(&facts::facts(conversations), folder.path(), 2))
    };
    written.expect("written");
}
