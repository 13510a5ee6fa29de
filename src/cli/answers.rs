//! `svar answers`: short answers in and out.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::client::encoded;
use super::context::Context;
use super::human::{Grid, Side, count, plain};
use super::wrong::Wrong;
use super::{input, output};
use crate::app::AnswerFormat;

/// The longest file of answers, which is what a server takes at once, in bytes.
const MAX_FILE: u64 = 32 << 20;
/// The most answers that one list holds.
const MOST: usize = 1_000;

/// List, import and export short answers
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar answers list\n  svar answers import faq/\n  svar answers import article.html --source https://help.example/reset\n  svar answers export > answers.jsonl"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List short answers
    List {
        /// Words of the question, the variants or the text
        #[arg(value_name = "WORDS", default_value = "")]
        words: String,
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take short answers over: CSV, JSON lines, Markdown or HTML files, or a folder of them
    ///
    /// New ones are drafts unless the file says `published`. Safe to run again.
    Import {
        /// Files or folders
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// The link that is shown as the source, of a single article
        #[arg(long, value_name = "URL")]
        source: Option<String>,
    },
    /// Write all short answers as JSON lines, which `import` reads
    Export,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    match &args.deed {
        Action::List { words, json } => list(context, words, *json),
        Action::Import { files, source } => import(context, files, source.as_deref()),
        Action::Export => export(context),
    }
}

/// All answers with these words.
fn all(context: &Context, words: &str) -> anyhow::Result<Vec<Value>> {
    let client = context.client()?;
    let mut items = Vec::new();
    loop {
        let parameters = vec![
            ("q".to_owned(), words.to_owned()),
            ("limit".to_owned(), MOST.to_string()),
            ("cursor".to_owned(), items.len().to_string()),
        ];
        let page = client.json("/api/v1/knowledge/answers", &parameters)?;
        let found = page.get("items").and_then(Value::as_array);
        items.extend(found.cloned().unwrap_or_default());
        if page.get("next_cursor").is_none_or(Value::is_null) {
            return Ok(items);
        }
    }
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn is_published(answer: &Value) -> bool {
    answer
        .get("published")
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

fn status(answer: &Value) -> &'static str {
    if is_published(answer) {
        "published"
    } else {
        "draft"
    }
}

fn list(context: &Context, words: &str, json: bool) -> anyhow::Result<()> {
    let items = all(context, words)?;
    if json {
        return output::print_json(&json!({"items": items}));
    }
    if items.is_empty() {
        output::say("there is no such short answer");
        return Ok(());
    }
    let mut grid = Grid::default();
    for head in ["short answer", "status", "language"] {
        grid.column(head, Side::Left);
    }
    grid.column("variants", Side::Right);
    grid.column("question", Side::Left);
    for item in &items {
        let variants = item
            .get("variants")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        grid.row(vec![
            plain(word(item, "short_answer")),
            status(item).to_owned(),
            plain(word(item, "language")),
            count(variants as f64),
            plain(word(item, "question")),
        ]);
    }
    output::print(grid.render().trim_end())
}

/// A file of answers, and what it is called as their source.
type Source = (PathBuf, AnswerFormat, String);

fn import(context: &Context, files: &[PathBuf], source: Option<&str>) -> anyhow::Result<()> {
    let mut sources = Vec::new();
    for file in files {
        gather(file, &mut sources)?;
    }
    if let Some(url) = source {
        let [(_, _, name)] = sources.as_mut_slice() else {
            return Err(Wrong::new("--source: expected a single file beside it").into());
        };
        url.clone_into(name);
    }
    let client = context.client()?;
    let mut sums = [0_u64; 4];
    for (path, format, name) in &sources {
        let bytes = input::bytes(path, MAX_FILE)?;
        let query = format!("format={}&source={}", format.as_str(), encoded(name));
        let import = format!("/api/v1/knowledge/answers/import?{query}");
        let taken = client.post(&import, "application/octet-stream", &bytes)?;
        let names = ["added", "changed", "unchanged"];
        for (sum, field) in sums.iter_mut().zip(names) {
            *sum += taken.get(field).and_then(Value::as_u64).unwrap_or_default();
        }
        let aside = taken.get("set_aside").and_then(Value::as_u64);
        if let Some(aside) = aside.filter(|aside| *aside > 0) {
            output::say(format_args!(
                "{}: the page changed; {aside} of its answers are not given before somebody has \
                 looked at them",
                plain(name)
            ));
        }
        let rejected = taken.get("rejected").and_then(Value::as_array);
        for fault in rejected.into_iter().flatten() {
            if let Some(sum) = sums.last_mut() {
                *sum += 1;
            }
            let line = fault
                .get("line")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            let (field, reason) = (word(fault, "field"), word(fault, "reason"));
            output::say(format_args!(
                "{}:{line}: {field}: {}",
                path.display(),
                plain(reason)
            ));
        }
    }
    let [added, changed, unchanged, rejected] = sums;
    output::print(format_args!(
        "{added} added, {changed} changed, {unchanged} there already, {rejected} rejected"
    ))?;
    anyhow::ensure!(rejected == 0, "{rejected} could not be taken over");
    Ok(())
}

/// The files of answers at a path; of a folder all that are any, in order of their names.
fn gather(path: &Path, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    let named = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let format = |path: &Path| AnswerFormat::of_name(&named(path)?);
    if !path.is_dir() {
        let format = format(path).ok_or_else(|| {
            let expected = "expected a name that ends in .csv, .jsonl, .md or .html";
            Wrong::new(format!("`{}`: {expected}", path.display()))
        })?;
        sources.push((path.to_owned(), format, named(path).unwrap_or_default()));
        return Ok(());
    }
    let entries =
        fs::read_dir(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut inside: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    inside.sort();
    for inner in inside {
        if inner.is_dir() || format(&inner).is_some() {
            gather(&inner, sources)?;
        }
    }
    Ok(())
}

fn export(context: &Context) -> anyhow::Result<()> {
    let lines = all(context, "")?.into_iter().map(|answer| {
        let text = |name: &str| answer.get(name).cloned().unwrap_or_default();
        json!({
            "id": text("short_answer"), "question": text("question"), "text": text("text"),
            "variants": text("variants"), "language": text("language"), "status": status(&answer),
        })
        .to_string()
    });
    let lines: Vec<String> = lines.collect();
    output::print(lines.join("\n"))
}
