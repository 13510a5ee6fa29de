//! `svar alert`: what is watched for, and what was found.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;
use super::wrong::Wrong;
use crate::command::AlertRuleDraft;

/// List alerts, and write, try and pause the rules that find them
///
/// A rule is a small TOML file: a name, what it watches, and who is told. It is looked at while a
/// server runs.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar alert list\n  svar alert try waiting.toml\n  svar alert save waiting.toml\n  svar alert rules\n  svar alert show r-0198f2c1 > waiting.toml\n  svar alert pause r-0198f2c1\n\nA file:\n  name = \"Somebody waits\"\n  users = [\"u-0198f2c1\"]\n  webhooks = true\n\n  [watches]\n  kind = \"waiting_handoff\"\n  minutes = 15\n\n  [quiet]\n  from = \"20:00\"\n  to = \"07:00\"\n  weekends = true\n  zone = \"Europe/Oslo\""
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the alerts that are open, then those that are over
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the rules
    Rules {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a rule as a file
    Show {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// Say what the rule of a file would have told over the last 30 days; nothing is kept
    Try {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Give it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep the rule of a file, and watch by it; one with an `id` is changed
    Save {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Have a rule rest; what it has open is over
    Pause {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// Have a rule watch again
    Resume {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// Take a rule away; what it has open is over
    Remove {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    match &args.deed {
        Action::List { json } => list(&context.client()?, *json),
        Action::Rules { json } => rules(&context.client()?, *json),
        Action::Show { rule } => show(&context.client()?, rule),
        Action::Try { file, json } => {
            let draft = read(file)?;
            try_out(&context.client()?, &draft, *json)
        }
        Action::Save { file } => {
            let draft = read(file)?;
            let client = context.client()?;
            let saved = client.send("/api/v1/alert-rules", &json!(draft))?;
            output::print(word(&saved, "id"))
        }
        Action::Pause { rule } => change(&context.client()?, rule, "pause", "rests"),
        Action::Resume { rule } => change(&context.client()?, rule, "resume", "watches again"),
        Action::Remove { rule } => change(&context.client()?, rule, "remove", "is no more"),
    }
}

/// The rule that a file describes.
fn read(file: &Path) -> Result<AlertRuleDraft, Wrong> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Wrong::new(format!("{name} cannot be read: {error}")))?;
    toml::from_str(&text).map_err(|error| Wrong::new(format!("{name} is no alert rule: {error}")))
}

fn word(item: &Value, name: &str) -> String {
    plain(item.get(name).and_then(Value::as_str).unwrap_or_default())
}

fn items(answer: &Value) -> impl Iterator<Item = &Value> {
    let items = answer.get("items").and_then(Value::as_array);
    items.into_iter().flatten()
}

/// What was found, as its kind and the fields that name it.
fn fact(item: &Value) -> String {
    let Some(fact) = item.get("fact") else {
        return String::new();
    };
    let names = ["conversation", "ticket", "report", "topic", "part", "id"];
    let named = names.iter().map(|name| word(fact, name));
    let numbers = ["value", "limit", "usual", "recent", "before", "amount"];
    let numbers = numbers.iter().filter_map(|name| {
        let value = fact.get(name)?;
        Some(format!("{name} {value}"))
    });
    let kind = word(fact, "kind").replace('_', " ");
    let parts = std::iter::once(kind).chain(named).chain(numbers);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let alerts = client.json("/api/v1/alerts", &Parameters::new())?;
    if json {
        return output::print_json(&alerts);
    }
    let mut grid = Grid::default();
    for head in ["ALERT", "RULE", "FOUND", "WHAT", "OVER"] {
        grid.column(head, Side::Left);
    }
    for alert in items(&alerts) {
        grid.row(vec![
            word(alert, "id"),
            word(alert, "name"),
            word(alert, "opened_at"),
            fact(alert),
            word(alert, "resolved_at"),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn all_rules(client: &Client) -> anyhow::Result<Value> {
    client.json("/api/v1/alert-rules", &Parameters::new())
}

fn rules(client: &Client, json: bool) -> anyhow::Result<()> {
    let rules = all_rules(client)?;
    if json {
        return output::print_json(&rules);
    }
    let mut grid = Grid::default();
    for head in ["RULE", "NAME", "WATCHES", "STATE"] {
        grid.column(head, Side::Left);
    }
    for rule in items(&rules) {
        let is_paused = rule.get("paused").and_then(Value::as_bool) == Some(true);
        let watches = rule.get("watches").map(|watches| word(watches, "kind"));
        grid.row(vec![
            word(rule, "id"),
            word(rule, "name"),
            watches.unwrap_or_default().replace('_', " "),
            if is_paused { "paused" } else { "watches" }.to_owned(),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn show(client: &Client, id: &str) -> anyhow::Result<()> {
    let rules = all_rules(client)?;
    let rule = items(&rules).find(|rule| rule.get("id").and_then(Value::as_str) == Some(id));
    let rule = rule.ok_or_else(|| Wrong::new(format!("there is no alert rule `{id}`")))?;
    let mut fields = rule.clone();
    if let Some(fields) = fields.as_object_mut() {
        for name in ["paused", "by", "created_at", "changed_at"] {
            fields.remove(name);
        }
    }
    let draft: AlertRuleDraft = serde_json::from_value(fields)?;
    output::print(toml::to_string(&draft)?.trim_end())
}

fn try_out(client: &Client, draft: &AlertRuleDraft, json: bool) -> anyhow::Result<()> {
    let trial = client.send("/api/v1/alert-rules/try", &json!(draft))?;
    if json {
        return output::print_json(&trial);
    }
    if trial.get("is_blind").and_then(Value::as_bool) == Some(true) {
        return output::print("Of what it watches no past is kept; nothing can be said.");
    }
    let mut grid = Grid::default();
    for head in ["FOUND", "TOLD", "OVER", "WHAT"] {
        grid.column(head, Side::Left);
    }
    for one in items(&trial) {
        grid.row(vec![
            word(one, "opened_at"),
            word(one, "told_at"),
            word(one, "resolved_at"),
            fact(one),
        ]);
    }
    let told = trial.get("told").and_then(Value::as_u64);
    output::say(format_args!(
        "It would have told {} in the last 30 days.",
        told.unwrap_or_default()
    ));
    output::print(grid.render().trim_end())
}

fn change(client: &Client, id: &str, deed: &str, done: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/alert-rules/{}/{deed}", encoded(id));
    client.send(&path, &json!({}))?;
    output::print(format_args!("`{}` {done}", plain(id)))
}
