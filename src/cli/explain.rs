//! `svar explain`: why each number counts a conversation, or does not.

use std::fmt::Write as _;

use serde_json::Value;

use super::client::{Parameters, encoded};
use super::context::Context;
use super::human::{Grid, NOTHING, Side, count, plain};
use super::output;
use super::wrong::Wrong;
use crate::model::Timestamp;

/// Say why each number counts a conversation or ticket, or does not
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  svar explain demo:c17\n  svar explain zendesk:5 --as-of 2026-06-30T00:00:00Z"
)]
pub(super) struct Args {
    /// The id of a conversation, else of a ticket
    #[arg(value_name = "ID")]
    conversation: String,
    /// Explain as if nothing later than this instant were known
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// Give the explanation as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let as_of = match &args.as_of {
        None => None,
        Some(text) => {
            Some(Timestamp::parse(text).map_err(|error| Wrong::new(format!("--as-of: {error}")))?)
        }
    };
    let path = format!(
        "/api/v1/conversations/{}/explain",
        encoded(&args.conversation)
    );
    let as_of = as_of.map(|at| ("as_of".to_owned(), at.to_string()));
    let parameters = as_of.into_iter().collect::<Parameters>();
    let explanation = context.client()?.json(&path, &parameters)?;
    if args.json {
        return output::print_json(&explanation);
    }
    output::print(text_of(&explanation)?.trim_end())
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value.get(name).and_then(Value::as_array);
    items.map(Vec::as_slice).unwrap_or_default()
}

/// The explanation as text.
fn text_of(explanation: &Value) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let ticket = explanation.get("ticket").and_then(Value::as_str);
    let name = ticket.unwrap_or_else(|| word(explanation, "conversation"));
    writeln!(
        text,
        "{} {}, as of {}",
        if ticket.is_some() {
            "Ticket"
        } else {
            "Conversation"
        },
        plain(name),
        word(explanation, "as_of")
    )?;
    if let Some(reason) = explanation.get("excluded").and_then(Value::as_str) {
        writeln!(text, "It counts nowhere: {reason}.")?;
    }
    for episode in list(explanation, "episodes") {
        let ordinal = episode.get("episode").and_then(Value::as_u64);
        writeln!(text, "\nEpisode {}\n", ordinal.unwrap_or_default())?;
        let mut grid = Grid::default();
        for head in ["fact", "value", "because"] {
            grid.column(head, Side::Left);
        }
        for fact in list(episode, "facts") {
            let name = word(fact, "name").replace('_', " ");
            grid.row(vec![
                name,
                plain(word(fact, "value")),
                plain(word(fact, "rule")),
            ]);
        }
        text.push_str(&grid.render());
    }
    text.push_str(&decisions(explanation)?);
    text.push_str(&rules(explanation)?);
    writeln!(text, "\nReports\n")?;
    text.push_str(&reports(explanation));
    let events = list(explanation, "events");
    if !events.is_empty() {
        writeln!(text, "\nEvents\n")?;
    }
    for event in events {
        let words = ["at", "type", "source", "id"].map(|name| plain(word(event, name)));
        writeln!(text, "{}", words.join("  "))?;
    }
    Ok(text)
}

/// What routing rules did.
fn rules(explanation: &Value) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let all = list(explanation, "rules");
    if !all.is_empty() {
        writeln!(text, "\nRules\n")?;
    }
    for run in all {
        let did = list(run, "did").iter().filter_map(Value::as_str);
        let did = did.collect::<Vec<_>>().join(", ");
        let [at, name, rule] = ["at", "name", "rule"].map(|field| plain(word(run, field)));
        writeln!(text, "{at}  {name} (rule:{rule}): {did}")?;
    }
    Ok(text)
}

/// What the customer agent decided, with what it considered.
fn decisions(explanation: &Value) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let all = list(explanation, "decisions");
    if all.is_empty() {
        return Ok(text);
    }
    writeln!(text, "\nCustomer agent\n")?;
    let nothing = Value::Null;
    for decided in all {
        let decision = decided.get("decision").unwrap_or(&nothing);
        let number = |name: &str| decision.get(name).and_then(Value::as_f64);
        write!(
            text,
            "{}  {}",
            word(decided, "at"),
            word(decision, "decision")
        )?;
        if let (Some(confidence), Some(threshold)) = (number("confidence"), number("threshold")) {
            write!(text, ", sure by {confidence:.2} (needed {threshold:.2})")?;
        }
        if let Some(verdict) = decided.get("verdict").and_then(Value::as_str) {
            write!(text, ", reviewed: {}", verdict.replace('_', " "))?;
        }
        if let Some(phrasing) = decision.get("phrasing").filter(|one| !one.is_null()) {
            write!(text, ", {}", phrased(phrasing))?;
        }
        writeln!(text, "\n  looked up: {}", plain(word(decision, "sentence")))?;
        for candidate in list(decision, "candidates") {
            let score = candidate.get("score").and_then(Value::as_f64);
            let names = ["short_answer", "variant"].map(|name| plain(word(candidate, name)));
            let [id, variant] = names;
            writeln!(
                text,
                "  {:.2}  {id}  “{variant}”",
                score.unwrap_or_default()
            )?;
        }
    }
    Ok(text)
}

/// Whose words an answer was given in.
pub(super) fn phrased(phrasing: &Value) -> String {
    let model = plain(word(phrasing, "model"));
    match phrasing.get("reason").and_then(Value::as_str) {
        None => format!("phrased by {model}"),
        Some(reason) => format!("in its own words ({model}: {})", plain(reason)),
    }
}

/// What each report makes of the rows, those that count first.
fn reports(explanation: &Value) -> String {
    let mut grid = Grid::default();
    for head in ["report", "counts", "at", "episode"] {
        grid.column(head, Side::Left);
    }
    for head in ["value", "business", "sla"] {
        grid.column(head, Side::Right);
    }
    grid.column("because", Side::Left);
    let rows = list(explanation, "reports").iter().flat_map(|account| {
        let rows = list(account, "rows").iter();
        rows.map(|row| (word(account, "report"), row))
    });
    let mut rows: Vec<(&str, &Value)> = rows.collect();
    rows.sort_by_key(|(_, row)| !matches!(word(row, "state"), "counted" | "pending"));
    for (report, row) in rows {
        let counts = match word(row, "state") {
            "counted" => "yes",
            "pending" => "not yet",
            "open" => "open",
            "excluded" => "left out",
            _ => "no",
        };
        let of = |row: &Value, name: &str| {
            let value = row.get(name).and_then(Value::as_f64);
            value.map_or_else(|| NOTHING.to_owned(), count)
        };
        let number = |name: &str| of(row, name);
        let clocks = row.get("clocks").cloned().unwrap_or_default();
        grid.row(vec![
            report.to_owned(),
            counts.to_owned(),
            word(row, "at").to_owned(),
            number("episode"),
            number("value"),
            of(&clocks, "business"),
            of(&clocks, "sla"),
            plain(word(row, "reason")),
        ]);
    }
    grid.render()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_counts_stands_before_what_does_not() {
        let row = |state: &str| json!({"state": state, "at": "2026-01-01T00:00:00Z", "episode": 1, "value": 760.5, "reason": "r"});
        let explanation = json!({
            "conversation": "c", "excluded": null, "as_of": "2026-06-30T00:00:00Z",
            "episodes": [{"episode": 1, "facts": [{"name": "started_at", "value": "v", "rule": "first"}]}],
            "reports": [
                {"report": "a", "rows": [row("unconcerned")]},
                {"report": "b", "rows": [row("counted")]},
            ],
        });
        let text = text_of(&explanation).unwrap();
        let (yes, no) = (text.find("b       yes"), text.find("a       no"));
        assert!(yes.is_some() && yes < no, "{text}");
        assert!(text.contains("started at  v      first"), "{text}");
    }
}
