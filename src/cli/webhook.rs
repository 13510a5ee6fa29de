//! `svar webhook`: programs elsewhere that are told what happens.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;
use crate::clock;
use crate::model::event::WebhookKind;

/// How long what is tried is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Add, try and look after programs elsewhere that are told what happens
///
/// They are told while a server runs. Addresses and secrets stay on this machine, in files that only
/// their owner may read.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar webhook add 'Order desk' --url https://shop.example/hooks/svar --event message.added\n  svar webhook add Support --kind slack --url-file slack-url --event conversation.handed_off\n  svar webhook test w-3f0c9a2b7d11\n  svar webhook show w-3f0c9a2b7d11\n  svar webhook replay w-3f0c9a2b7d11"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, clap::Subcommand)]
enum Deed {
    /// Add one, which is told what happens from now on; what is signed with is shown this once
    Add {
        /// What it is called
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        told: Told,
        /// In which shape it is told
        #[arg(long, value_parser = kind, default_value = "standard")]
        kind: WebhookKind,
    },
    /// Change one; what is left out stays as it is
    Change {
        /// Which, as the list names it
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
        /// What it is called
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        told: Told,
    },
    /// List them, and how each does
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the last attempts of one, and what was given up
    Show {
        /// Which
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
        /// Give it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell one that it is tried, and wait for what becomes of that
    Test {
        /// Which
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
    },
    /// Have one told nothing before it is resumed
    Pause {
        /// Which
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
    },
    /// Have one told again, from where it stood
    Resume {
        /// Which
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
    },
    /// Give one another secret, shown this once; the one before signs beside it for another day
    Renew {
        /// Which
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
    },
    /// Tell once more what was given up
    Replay {
        /// Whom
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
        /// Only this one, by its record
        #[arg(long, value_name = "RECORD")]
        record: Option<u64>,
    },
    /// Take one away, with its address and secret
    Remove {
        /// Which
        #[arg(value_name = "WEBHOOK")]
        webhook: String,
    },
}

#[derive(Debug, clap::Args)]
struct Told {
    /// Its address; one that is a secret itself is better read from a file
    #[arg(long, value_name = "URL", conflicts_with = "url_file")]
    url: Option<String>,
    /// A file that holds its address
    #[arg(long, value_name = "FILE")]
    url_file: Option<PathBuf>,
    /// A type of event that it is told, such as message.added; may be given again
    #[arg(long = "event", value_name = "TYPE")]
    events: Vec<String>,
}

impl Told {
    fn url(&self) -> anyhow::Result<Option<String>> {
        let Some(file) = &self.url_file else {
            return Ok(self.url.clone());
        };
        let text = fs::read_to_string(file);
        let text = text.with_context(|| format!("cannot read `{}`", file.display()))?;
        Ok(Some(text.trim().to_owned()))
    }
}

fn kind(word: &str) -> Result<WebhookKind, String> {
    WebhookKind::parse(word).ok_or_else(|| format!("`{word}` is none of standard, slack, teams"))
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.deed {
        Deed::Add { name, told, kind } => {
            let body = json!({
                "name": name, "kind": kind, "url": told.url()?, "events": told.events,
            });
            kept(&client.send("/api/v1/webhooks", &body)?)
        }
        Deed::Change {
            webhook,
            name,
            told,
        } => change(&client, webhook, name.as_deref(), told),
        Deed::List { json } => list(&client, *json),
        Deed::Show { webhook, json } => show(&client, webhook, *json),
        Deed::Test { webhook } => test(&client, webhook),
        Deed::Pause { webhook } => {
            client.send(&path(webhook, "/pause"), &json!({}))?;
            output::print(format_args!(
                "`{webhook}` is told nothing before it is resumed"
            ))
        }
        Deed::Resume { webhook } => {
            client.send(&path(webhook, "/resume"), &json!({}))?;
            output::print(format_args!(
                "`{webhook}` is told again, from where it stood"
            ))
        }
        Deed::Renew { webhook } => kept(&client.send(&path(webhook, "/secret"), &json!({}))?),
        Deed::Replay { webhook, record } => {
            client.send(&path(webhook, "/replay"), &json!({"record": record}))?;
            output::print("What was given up is told once more.")
        }
        Deed::Remove { webhook } => {
            client.send(&path(webhook, "/remove"), &json!({}))?;
            output::print(format_args!("`{webhook}` is no more"))
        }
    }
}

fn path(webhook: &str, end: &str) -> String {
    format!("/api/v1/webhooks/{}{end}", encoded(webhook))
}

fn word(value: &Value, name: &str) -> String {
    plain(value.get(name).and_then(Value::as_str).unwrap_or_default())
}

/// Says what was kept, and the secret, where there is a new one.
fn kept(made: &Value) -> anyhow::Result<()> {
    output::say(format_args!("Kept as `{}`.", word(made, "webhook")));
    match made.get("secret").and_then(Value::as_str) {
        Some(secret) => {
            output::say("What its messages are signed with, shown this once:");
            output::print(secret)
        }
        None => Ok(()),
    }
}

fn change(client: &Client, webhook: &str, name: Option<&str>, told: &Told) -> anyhow::Result<()> {
    let former = client.json(&path(webhook, ""), &Parameters::new())?;
    let name = name.map_or_else(|| former.get("name").cloned(), |name| Some(json!(name)));
    let events = if told.events.is_empty() {
        former.get("events").cloned()
    } else {
        Some(json!(told.events))
    };
    let body = json!({
        "id": webhook, "name": name, "kind": former.get("kind"), "url": told.url()?,
        "events": events,
    });
    kept(&client.send("/api/v1/webhooks", &body)?)
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let list = client.json("/api/v1/webhooks", &Parameters::new())?;
    if json {
        return output::print_json(&list);
    }
    let mut grid = Grid::default();
    for head in ["WEBHOOK", "NAME", "KIND", "HOST", "STATE"] {
        grid.column(head, Side::Left);
    }
    for head in ["ARRIVED", "WAIT", "GIVEN UP"] {
        grid.column(head, Side::Right);
    }
    for one in items(&list, "items") {
        let number = |name: &str| one.get(name).map(ToString::to_string).unwrap_or_default();
        grid.row(vec![
            word(one, "webhook"),
            word(one, "name"),
            word(one, "kind"),
            word(one, "host"),
            word(one, "state"),
            number("delivered"),
            number("waiting"),
            items(one, "given_up").count().to_string(),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let items = value.get(name).and_then(Value::as_array);
    items.into_iter().flatten()
}

fn show(client: &Client, webhook: &str, json: bool) -> anyhow::Result<()> {
    let known = client.json(&path(webhook, ""), &Parameters::new())?;
    if json {
        return output::print_json(&known);
    }
    output::print(format_args!(
        "{} ({}, {}): {}",
        word(&known, "name"),
        word(&known, "kind"),
        word(&known, "host"),
        word(&known, "state")
    ))?;
    if known.get("trouble").is_some() {
        let (since, reason) = (word(&known, "trouble_since"), word(&known, "trouble"));
        output::print(format_args!("Not reached since {since}: {reason}."))?;
    }
    let mut grid = Grid::default();
    grid.column("RECORD", Side::Right);
    for head in ["EVENT", "AT", "OUTCOME"] {
        grid.column(head, Side::Left);
    }
    for (name, outcome) in [("given_up", "given up: "), ("attempts", "")] {
        for one in items(&known, name) {
            let reason = match word(one, "reason") {
                reason if reason.is_empty() => "arrived".to_owned(),
                reason => format!("{outcome}{reason}"),
            };
            let record = one.get("record").map(ToString::to_string);
            grid.row(vec![
                record.unwrap_or_default(),
                word(one, "event"),
                word(one, "at"),
                reason,
            ]);
        }
    }
    output::print(grid.render().trim_end())
}

fn test(client: &Client, webhook: &str) -> anyhow::Result<()> {
    let sent = client.send(&path(webhook, "/test"), &json!({}))?;
    let record = sent.get("log_position").cloned().unwrap_or_default();
    let began = Instant::now();
    loop {
        let known = client.json(&path(webhook, ""), &Parameters::new())?;
        let is_it = |one: &&Value| one.get("record") == Some(&record);
        if let Some(attempt) = items(&known, "attempts").find(is_it) {
            return match word(attempt, "reason") {
                reason if reason.is_empty() => output::print("It arrived."),
                reason => Err(anyhow!("it did not arrive: {reason}")),
            };
        }
        if word(&known, "state") == "unknown" {
            let reason =
                "its address is not on this machine; give it again with svar webhook change";
            return Err(anyhow!(reason));
        }
        if began.elapsed() > PATIENCE {
            let reason = "it still waits; it goes out while a server runs (svar serve), after what \
                          failed before";
            return Err(anyhow!(reason));
        }
        clock::pause(PAUSE);
    }
}
