//! `svar routing`: the rules by which conversations are handled by themselves.

use serde_json::{Map, Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;
use super::wrong::Wrong;

/// What of a rule is sent to have it tried.
const TRIED: [&str; 6] = ["id", "name", "trigger", "after_secs", "when", "then"];

/// List routing rules, try them, and switch them on and off
///
/// They are written on the page /settings/routing or over the API.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar routing list\n  svar routing try rule-0198f2c1\n  svar routing on rule-0198f2c1"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the rules in the order in which they are asked
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// What a rule would have done to the last 100 conversations; nothing is written
    Try {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Switch a rule on: it looks at what happens from then on
    On {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// Switch a rule off
    Off {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.deed {
        Action::List { json } => list(&client, *json),
        Action::Try { rule, json } => try_on(&client, rule, *json),
        Action::On { rule } => switch(&client, rule, true),
        Action::Off { rule } => switch(&client, rule, false),
    }
}

fn all(client: &Client) -> anyhow::Result<Value> {
    client.json("/api/v1/routing/rules", &Parameters::new())
}

fn items(answer: &Value) -> impl Iterator<Item = &Value> {
    let items = answer.get("items").and_then(Value::as_array);
    items.into_iter().flatten()
}

fn word(item: &Value, name: &str) -> String {
    plain(item.get(name).and_then(Value::as_str).unwrap_or_default())
}

/// Words of a list, such as what was done.
fn words(item: &Value, name: &str) -> String {
    let words = item.get(name).and_then(Value::as_array);
    let words = words.into_iter().flatten().filter_map(Value::as_str);
    words.collect::<Vec<_>>().join(", ")
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let rules = all(client)?;
    if json {
        return output::print_json(&rules);
    }
    let mut grid = Grid::default();
    for head in ["RULE", "NAME", "LOOKS AT", "STATE"] {
        grid.column(head, Side::Left);
    }
    grid.column("ACTED", Side::Right);
    for rule in items(&rules) {
        let is_on = rule.get("on").and_then(Value::as_bool) == Some(true);
        let state = match (is_on, rule.get("paused_at")) {
            (true, _) => "on",
            (false, Some(_at)) => "paused",
            (false, None) => "off",
        };
        let acted = rule.get("acted").and_then(Value::as_u64);
        grid.row(vec![
            word(rule, "id"),
            word(rule, "name"),
            word(rule, "trigger").replace('_', " "),
            state.to_owned(),
            acted.unwrap_or_default().to_string(),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn try_on(client: &Client, id: &str, json: bool) -> anyhow::Result<()> {
    let rules = all(client)?;
    let rule = items(&rules).find(|rule| rule.get("id").and_then(Value::as_str) == Some(id));
    let rule = rule.ok_or_else(|| Wrong::new(format!("there is no rule `{id}`")))?;
    let draft: Map<String, Value> = TRIED
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), rule.get(name)?.clone())))
        .collect();
    let tried = client.send("/api/v1/routing/try", &Value::Object(draft))?;
    if json {
        return output::print_json(&tried);
    }
    let number = |name: &str| tried.get(name).and_then(Value::as_u64).unwrap_or_default();
    output::print(format_args!(
        "of the last {} conversations it would have fitted {}",
        number("tried_on"),
        number("fits")
    ))?;
    let mut grid = Grid::default();
    for head in ["CONVERSATION", "WHEN", "WHAT"] {
        grid.column(head, Side::Left);
    }
    let fits = |item: &&Value| item.get("fits").and_then(Value::as_bool) == Some(true);
    let mut has_any = false;
    for item in items(&tried).filter(fits) {
        has_any = true;
        grid.row(vec![
            word(item, "conversation"),
            word(item, "at"),
            words(item, "did"),
        ]);
    }
    if !has_any {
        return Ok(());
    }
    output::print(grid.render().trim_end())
}

fn switch(client: &Client, rule: &str, on: bool) -> anyhow::Result<()> {
    let path = format!("/api/v1/routing/rules/{}/switch", encoded(rule));
    client.send(&path, &json!({"on": on}))?;
    let state = if on { "on" } else { "off" };
    output::print(format_args!("`{}` is {state}", plain(rule)))
}
