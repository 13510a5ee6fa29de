//! `svar ask`: what the customer agent would say, with score and source.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::context::Context;
use super::explain::phrased;
use super::human::{Grid, Side, plain};
use super::output;

/// Say what the customer agent would answer; nothing is written
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar ask \"How do I get a refund?\"\n  svar ask \"How do I get a refund?\" --json"
)]
pub(super) struct Args {
    /// What a contact writes
    #[arg(value_name = "TEXT")]
    text: String,
    /// Have the answer phrased as well, where that is set up; it counts as a call of the day
    #[arg(long)]
    phrase: bool,
    /// Give the decision as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let body = json!({"text": args.text, "phrase": args.phrase});
    let answer = context.client()?.send("/api/v1/ask", &body)?;
    if args.json {
        return output::print_json(&answer);
    }
    output::print(said(&answer)?.trim_end())
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, name: &str) -> f64 {
    value.get(name).and_then(Value::as_f64).unwrap_or_default()
}

fn said(answer: &Value) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let sure = (number(answer, "confidence"), number(answer, "threshold"));
    match word(answer, "decision") {
        "nothing" => text.push_str("It says nothing: the words only greet, thank or agree.\n"),
        "hand_off" => text.push_str("It hands off: the contact asks for a human.\n"),
        "answer" => {
            for line in word(answer, "text").lines() {
                writeln!(text, "  {}", plain(line))?;
            }
            let (id, source) = (word(answer, "short_answer"), word(answer, "source"));
            writeln!(text, "\nSource: “{}” ({})", plain(source), plain(id))?;
            if let Some(phrasing) = answer.get("phrasing").filter(|one| !one.is_null()) {
                writeln!(text, "The answer is {}", phrased(phrasing))?;
            }
        }
        "clarify" => {
            text.push_str("It asks which of these is meant:\n");
            let choices = answer.get("choices").and_then(Value::as_array);
            for choice in choices.into_iter().flatten() {
                writeln!(text, "  - {}", plain(word(choice, "question")))?;
            }
        }
        _ => text.push_str("It has no answer: the question is recorded and a rep takes over.\n"),
    }
    let candidates = answer.get("candidates").and_then(Value::as_array);
    let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
    if candidates.is_empty() {
        return Ok(text);
    }
    let sentence = plain(word(answer, "sentence"));
    let (confidence, threshold) = sure;
    writeln!(text, "\nLooked up: “{sentence}”")?;
    writeln!(
        text,
        "Sure by {confidence:.2}, has to be by {threshold:.2}\n"
    )?;
    let mut grid = Grid::default();
    grid.column("short answer", Side::Left);
    for head in ["score", "words", "meaning", "all variants"] {
        grid.column(head, Side::Right);
    }
    grid.column("nearest variant", Side::Left);
    for candidate in candidates {
        let mut cells = vec![plain(word(candidate, "short_answer"))];
        for name in ["score", "lexical", "vector", "centroid"] {
            cells.push(format!("{:.2}", number(candidate, name)));
        }
        cells.push(plain(word(candidate, "variant")));
        grid.row(cells);
    }
    text.push_str(&grid.render());
    Ok(text)
}
