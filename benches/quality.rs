//! How good answers and topics are, on questions that people labelled.
//!
//! `cargo run --release --example quality -- answers FILE…` draws some questions of each
//! label as variants of a short answer and asks the rest; `… topics FILE…` lets all rows
//! arrive in the file's order; `… languages FILE…` looks for topics that ask the same in others. A file has a JSON object with `text` and `label` a line
//! and may be gzipped. Prints a table, or JSON with `--json`. Reads only.

#[path = "quality/answering.rs"]
mod answering;
#[path = "quality/grouping.rs"]
mod grouping;
#[path = "quality/languages.rs"]
mod languages;
#[path = "quality/rows.rs"]
mod rows;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use serde_json::Value;
use svar_index::vector::{Embedder, Model, shipped};

/// Measures answers and topics on labelled questions.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Asks questions of answers that have some of each label's questions as variants.
    Answers {
        /// JSON lines with `text` and `label`, plain or gzipped.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// How many variants an answer has.
        #[arg(long, value_delimiter = ',', default_values_t = [1, 5, 10])]
        variants: Vec<usize>,
        /// The label of questions that no answer covers.
        #[arg(long)]
        out_of_scope: Option<String>,
        /// Short answers with `answer_id` and `text`, found by `gold_answer_id` of the questions.
        #[arg(long)]
        answers: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Lets questions arrive one by one and compares the topics with the labels.
    Topics {
        /// JSON lines with `text` and `label`; a row without label is noise.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Makes a stream of each file: skewed sizes, shuffled, a quarter of this file's texts as noise.
        #[arg(long)]
        noise: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Lets questions in several languages arrive and compares the topics that seem to ask the same.
    Languages {
        /// JSON lines with `text`, `label` and `lang`.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// How many questions a topic has at least.
        #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 3])]
        least: Vec<usize>,
        #[command(flatten)]
        common: Common,
    },
}

/// A row of the table: names and values.
type Cells = Vec<(&'static str, Value)>;

#[derive(clap::Args)]
struct Common {
    /// Only rows of this language.
    #[arg(long)]
    language: Option<String>,
    /// The folder of a model to use in place of the own table.
    #[arg(long)]
    model: Option<PathBuf>,
    /// The seed of every choice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let what = Cli::parse().what;
    let is_json = what.common().json;
    print(&what.measured()?, is_json)
}

impl What {
    const fn common(&self) -> &Common {
        match self {
            Self::Answers { common, .. }
            | Self::Topics { common, .. }
            | Self::Languages { common, .. } => common,
        }
    }

    fn measured(self) -> anyhow::Result<Vec<Cells>> {
        let embedder = embedder(self.common())?;
        let mut results = Vec::new();
        match self {
            Self::Answers {
                files,
                variants,
                out_of_scope,
                answers,
                common,
            } => {
                let answers = answers.map(|file| rows::read(&file, None)).transpose()?;
                for file in &files {
                    let rows = rows::read(file, common.language.as_deref())?;
                    for &variants in &variants {
                        let desk = answering::Desk {
                            rows: &rows,
                            answers: answers.as_deref(),
                            out_of_scope: out_of_scope.as_deref(),
                            variants,
                            seed: common.seed,
                        };
                        results.push(named(file, &common, desk.measure(&embedder)));
                    }
                }
            }
            Self::Topics {
                files,
                noise,
                common,
            } => {
                let noise = noise.map(|file| rows::read(&file, None)).transpose()?;
                for file in &files {
                    let mut rows = rows::read(file, common.language.as_deref())?;
                    if let Some(noise) = &noise {
                        rows = rows::stream(&rows, noise, common.seed);
                    }
                    let measured = grouping::measure(&rows, embedder.as_ref());
                    results.push(named(file, &common, measured));
                }
            }
            Self::Languages {
                files,
                least,
                common,
            } => {
                for file in &files {
                    let rows = rows::read(file, None)?;
                    for &least in &least {
                        let of = (least, common.seed);
                        let measured = languages::measure(&rows, embedder.as_ref(), of);
                        results.push(named(file, &common, measured));
                    }
                }
            }
        }
        Ok(results)
    }
}

fn embedder(common: &Common) -> anyhow::Result<Arc<dyn Embedder>> {
    match &common.model {
        Some(dir) => Ok(Arc::new(Model::open(dir)?)),
        None => Ok(shipped()),
    }
}

/// Puts the set's name in front.
fn named(file: &std::path::Path, common: &Common, mut result: Cells) -> Cells {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.trim_end_matches(".gz").trim_end_matches(".jsonl");
    let set = match &common.language {
        Some(language) => format!("{name} {language}"),
        None => name.to_owned(),
    };
    result.insert(0, ("set", set.into()));
    result
}

/// The results as JSON, or as a table in Markdown.
fn print(results: &[Cells], is_json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if is_json {
        let object = |cells: &Cells| -> Value {
            let named = cells
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()));
            Value::Object(named.collect())
        };
        let all: Vec<Value> = results.iter().map(object).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        return Ok(());
    }
    for (at, result) in results.iter().enumerate() {
        if at == 0 {
            let names: Vec<&str> = result.iter().map(|one| one.0).collect();
            writeln!(out, "| {} |", names.join(" | "))?;
            writeln!(out, "|{}", "---|".repeat(names.len()))?;
        }
        let cells: Vec<String> = result.iter().map(|one| cell(&one.1)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            format!("{:.3}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    }
}
