//! `svar search`: questions and contacts' messages by their words.

use std::fmt::Write as _;

use serde_json::Value;

use super::context::{Context, Desk};
use super::human::plain;
use super::output;
use crate::api::FoundList;

/// Find questions and contacts' messages by their words
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar search refund\n  svar search '\"gift card\" expir' --limit 5 --json"
)]
pub(super) struct Args {
    /// Words; the last may be a beginning, \"quoted words\" must stand together
    #[arg(value_name = "TEXT")]
    text: String,
    /// How many hits at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Give the hits as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let found = match context.desk()? {
        Desk::There(client) => {
            let parameters = vec![
                ("q".to_owned(), args.text.clone()),
                ("limit".to_owned(), args.limit.to_string()),
            ];
            client.json("/api/v1/search", &parameters)?
        }
        Desk::Here(app) => {
            let hits = app.search(&args.text, usize::from(args.limit))?;
            serde_json::to_value(FoundList::of(hits))?
        }
    };
    if args.json {
        return output::print_json(&found);
    }
    let items = found.get("items").and_then(Value::as_array);
    let items = items.map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        output::say("nothing was found");
        return Ok(());
    }
    let is_bold = output::is_terminal(&std::io::stdout());
    let mut text = String::new();
    for hit in items {
        let word = |name: &str| hit.get(name).and_then(Value::as_str).unwrap_or_default();
        let (conversation, kind) = (plain(word("conversation")), word("kind"));
        writeln!(text, "{}  {conversation}  {kind}", word("at"))?;
        writeln!(text, "  {}", marked(word("text"), &ranges(hit), is_bold))?;
    }
    output::print(text.trim_end())
}

fn ranges(hit: &Value) -> Vec<(usize, usize)> {
    let found = hit.get("highlights").cloned().unwrap_or_default();
    serde_json::from_value(found).unwrap_or_default()
}

/// The text in one line, what matches in bold.
fn marked(text: &str, ranges: &[(usize, usize)], is_bold: bool) -> String {
    let mut line = String::new();
    let mut done = 0;
    for (from, to) in ranges.iter().filter(|_| is_bold) {
        // Ranges of another text than this one mark nothing.
        let (Some(before), Some(word)) = (text.get(done..*from), text.get(*from..*to)) else {
            continue;
        };
        line.push_str(&plain(before));
        line.push_str("\u{1b}[1m");
        line.push_str(&plain(word));
        line.push_str("\u{1b}[0m");
        done = *to;
    }
    line.push_str(&plain(text.get(done..).unwrap_or_default()));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bold_is_for_terminals_only() {
        let text = "a refund\nnow";
        assert_eq!(marked(text, &[(2, 8)], false), "a refund now");
        assert_eq!(
            marked(text, &[(2, 8)], true),
            "a \u{1b}[1mrefund\u{1b}[0m now"
        );
        assert_eq!(marked(text, &[(2, 800)], true), "a refund now");
    }
}
