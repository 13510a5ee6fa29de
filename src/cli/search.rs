//! `svar search`: questions, short answers, contacts' messages and contacts by their words.

use std::fmt::Write as _;

use chrono_tz::Tz;
use serde_json::Value;

use super::context::Context;
use super::human::plain;
use super::output;
use super::wrong::Wrong;
use crate::app::Search;

/// Find questions, short answers, contacts' messages and contacts by their words
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar search refund\n  svar search '\"gift card\" expir' --limit 5 --json\n  svar search refund --kind question,answer --language de --from 2026-01-01"
)]
pub(super) struct Args {
    /// Words; the last may be a beginning, \"quoted words\" are found only next to each other
    #[arg(value_name = "TEXT")]
    text: String,
    /// Only question, answer, message or contact; several apart by commas
    #[arg(long, value_name = "KINDS")]
    kind: Option<String>,
    /// Only in these languages, such as en,de
    #[arg(long, value_name = "TAGS")]
    language: Option<String>,
    /// Only by these channels
    #[arg(long, value_name = "CHANNELS")]
    channel: Option<String>,
    /// Nothing earlier than this date or instant
    #[arg(long, value_name = "D")]
    from: Option<String>,
    /// Only what is earlier than this date or instant
    #[arg(long, value_name = "D")]
    to: Option<String>,
    /// The zone of dates
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// How many hits at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Give the hits as JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    fn parameters(&self) -> Vec<(String, String)> {
        let limit = self.limit.to_string();
        let options = [
            ("q", Some(&self.text)),
            ("limit", Some(&limit)),
            ("kind", self.kind.as_ref()),
            ("language", self.language.as_ref()),
            ("channel", self.channel.as_ref()),
            ("from", self.from.as_ref()),
            ("to", self.to.as_ref()),
            ("tz", self.tz.as_ref()),
        ];
        let options = options
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.clone())));
        options.collect()
    }
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let parameters = args.parameters();
    let pairs = parameters.iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
    // What cannot be asked is said without a server, too.
    Search::parse(pairs, Tz::UTC).map_err(|error| Wrong::new(error.to_string()))?;
    let answer = context.client()?.json("/api/v1/search", &parameters)?;
    if args.json {
        return output::print_json(&answer);
    }
    let items = answer.get("items").and_then(Value::as_array);
    let items = items.map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        output::say("nothing was found");
        return Ok(());
    }
    let is_bold = output::is_terminal(&std::io::stdout());
    let mut text = String::new();
    for hit in items {
        let word = |name: &str| hit.get(name).and_then(Value::as_str).unwrap_or_default();
        let place = match word("conversation") {
            "" => plain(word("id")),
            conversation => plain(conversation),
        };
        let facts = [
            word("kind"),
            word("status"),
            word("language"),
            word("channel"),
        ];
        let facts: Vec<String> = facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .map(plain)
            .collect();
        writeln!(text, "{}  {place}  {}", word("at"), facts.join(" "))?;
        writeln!(text, "  {}", marked(word("text"), &ranges(hit), is_bold))?;
    }
    output::print(text.trim_end())
}

fn ranges(hit: &Value) -> Vec<(usize, usize)> {
    let highlights = hit.get("highlights").cloned().unwrap_or_default();
    serde_json::from_value(highlights).unwrap_or_default()
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
