//! What a search costs over a million questions: the ten best for one word, three words,
//! a word with a slip, a phrase, with filters, and just after a write; next to `SQLite`'s
//! FTS5 over the same texts, where there is a `python3`.
//!
//! `--questions N` says how many. Prints p50 and p99 by sort of query and of all. Texts
//! are drawn by a seed, their words as unequal as those of a language; see `text.rs`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic, and it says what it measured"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar_index::{Document, Index, Kind, Query, Writer};

#[path = "common/arguments.rs"]
mod arguments;
#[path = "search/text.rs"]
mod text;

use text::{Sample, Sort, Texts};

/// So many documents go into a commit while the index is filled.
const COMMIT: u64 = 20_000;

/// What a rival is asked of each sort: it takes a hundred times as long.
const RIVAL_QUERIES: usize = 25;

const CHANNELS: [&str; 4] = ["chat", "email", "phone", "form"];

fn document(texts: &mut Texts, number: u64) -> Document {
    let turn = usize::try_from(number).expect("few") % CHANNELS.len();
    let channel = CHANNELS.get(turn);
    Document {
        id: number.to_string(),
        kind: Kind::Question,
        conversation: Some(format!("c{number}")),
        at_millis: i64::try_from(number).expect("few") * 1_000,
        language: Some("en".to_owned()),
        channel: channel.map(|&channel| channel.to_owned()),
        is_published: None,
        text: texts.next(),
    }
}

/// Fills an index; gives some of its texts to make queries of.
fn fill(folder: &Path, count: u64) -> (Index, Writer, Vec<String>) {
    let index = Index::open(folder.join("index")).expect("an index");
    let mut writer = index.writer().expect("a writer");
    let rows = File::create(folder.join("texts.tsv")).expect("a file");
    let (mut rows, mut texts) = (BufWriter::new(rows), Texts::new(7));
    let mut samples = Vec::new();
    let began = Instant::now();
    for number in 0..count {
        let document = document(&mut texts, number);
        writer.add(&document).expect("added");
        let channel = document.channel.as_deref().unwrap_or_default();
        writeln!(rows, "{number}\t{channel}\t{}", document.text).expect("written");
        if number % (count / 1_000).max(1) == 0 {
            samples.push(document.text);
        }
        if number % COMMIT == COMMIT - 1 {
            writer.commit(number).expect("committed");
        }
    }
    writer.commit(count).expect("committed");
    rows.flush().expect("written");
    let secs = began.elapsed().as_secs_f64();
    println!(
        "{count} questions indexed in {secs:.0} s, {:.0} a second, {:.0} MB",
        count as f64 / secs,
        size(&folder.join("index")) as f64 / 1e6
    );
    (index, writer, samples)
}

fn size(folder: &Path) -> u64 {
    let entries = folder.read_dir().expect("a folder").flatten();
    entries
        .filter_map(|entry| Some(entry.metadata().ok()?.len()))
        .sum()
}

fn query(sample: &Sample) -> Query {
    let mut query = Query::text(sample.text.as_str(), 10);
    if let Some(channel) = sample.channel {
        query.channels = vec![channel.to_owned()];
    }
    query
}

/// The time of each query, and how many of them found anything.
fn ask(index: &Index, samples: &[Sample]) -> (Vec<Duration>, usize) {
    let mut hit_count = 0;
    let times = samples.iter().map(|sample| {
        let query = query(sample);
        let began = Instant::now();
        let hits = index.searcher().search(&query).expect("an answer");
        hit_count += usize::from(!hits.is_empty());
        began.elapsed()
    });
    (times.collect(), hit_count)
}

/// The time of each search for what was written just before it.
fn ask_written(index: &Index, writer: &mut Writer, count: u64) -> Vec<Duration> {
    let mut texts = Texts::new(11);
    let times = (0..count).map(|number| {
        let mut document = document(&mut texts, 10_000_000 + number);
        document.text = format!("{} ticket x{number}y", document.text);
        writer.add(&document).expect("added");
        let query = Query::text(format!("x{number}y"), 10);
        let began = Instant::now();
        let hits = index.searcher().search(&query).expect("an answer");
        let time = began.elapsed();
        let first = hits.first().map(|hit| &hit.id);
        assert_eq!(first, Some(&document.id), "what was written is found");
        time
    });
    times.collect()
}

/// The smallest time that a share of all is within.
fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let rank = text::whole((times.len() as f64 * share).ceil());
    let time = times.get(rank.saturating_sub(1).min(times.len().saturating_sub(1)));
    time.map_or(0.0, Duration::as_secs_f64) * 1_000.0
}

fn say(name: &str, times: &mut [Duration], rest: &str) {
    let (p50, p99) = (quantile(times, 0.5), quantile(times, 0.99));
    println!("{name:<14} p50 {p50:>8.3} ms   p99 {p99:>8.3} ms   {rest}");
}

/// The rival's medians by sort, in milliseconds; none where it cannot be run.
fn rival(folder: &Path, samples: &[(Sort, Vec<Sample>)]) -> Option<Value> {
    let sorts = samples.iter().map(|(sort, of_sort)| {
        let of = of_sort.iter().take(RIVAL_QUERIES).map(|of_sort| {
            json!({"text": of_sort.text, "phrase": of_sort.is_phrase, "channel": of_sort.channel})
        });
        (sort.name().to_owned(), of.collect::<Vec<_>>().into())
    });
    let queries = Value::Object(sorts.collect());
    std::fs::write(folder.join("queries.json"), queries.to_string()).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/search_rival.py");
    let ran = Command::new("python3").arg(script).arg(folder).output();
    let ran = ran.ok().filter(|ran| ran.status.success())?;
    serde_json::from_slice(&ran.stdout).ok()
}

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let usual = if is_bench { 1_000_000 } else { 10_000 };
    let count = arguments::number("--questions").unwrap_or(usual).into();
    let each = if is_bench { 400 } else { 20 };
    let folder = tempfile::tempdir().expect("a folder");
    let (index, mut writer, samples) = fill(folder.path(), count);
    let batches = text::queries(&samples, each);
    // Once without a clock, so that what is read from the disk first is not measured.
    for (_, batches) in &batches {
        ask(&index, batches);
    }
    let against = is_bench.then(|| rival(folder.path(), &batches)).flatten();
    let mut all = Vec::new();
    for (sort, batches) in &batches {
        let (mut times, hits) = ask(&index, batches);
        all.extend(times.iter().copied());
        let median = quantile(&mut times, 0.5);
        let beside = against
            .as_ref()
            .and_then(|one| one.get(sort.name())?.as_f64());
        let beside = beside.map(|other| format!(", FTS5 {other:.1} ms, {:.0} ×", other / median));
        let rest = format!(
            "{hits} of {} found{}",
            batches.len(),
            beside.unwrap_or_default()
        );
        say(sort.name(), &mut times, &rest);
    }
    say("all", &mut all, "");
    let mut written = ask_written(&index, &mut writer, each as u64);
    say(
        "just written",
        &mut written,
        "not committed, every one found",
    );
}
