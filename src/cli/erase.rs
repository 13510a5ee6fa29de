//! `svar erase`: a person's words and identity, gone for good.

use std::io::BufRead as _;
use std::time::Duration;

use anyhow::bail;
use serde_json::{Value, json};

use super::client::{Client, encoded};
use super::context::Context;
use super::output;
use crate::app::Folder;
use crate::clock;

/// How often a server that starts over is looked after.
const POLL: Duration = Duration::from_millis(200);
/// How often at most: a quarter of an hour.
const WAITS: usize = 4_500;
/// The longest name that is typed, in bytes.
const MAX_NAME: usize = 4 << 10;

/// Erase a person: their name, addresses and words go, the numbers stay
///
/// The journal is rewritten and all that was made of it is made anew; a running server starts over
/// for that. Backups that were made before keep what they have.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar erase contact shop:pia --dry-run\n  svar erase contact shop:pia --name 'Pia Holm'"
)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Erase a contact, and those who were merged into them
    Contact {
        /// Whom
        #[arg(value_name = "CONTACT")]
        contact: String,
        /// Only tell what would go
        #[arg(long)]
        dry_run: bool,
        /// Their name, to confirm it; of one without a name the id [default: it is asked for]
        #[arg(long, value_name = "NAME", conflicts_with = "dry_run")]
        name: Option<String>,
        /// Give what goes as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let What::Contact {
        contact,
        dry_run,
        name,
        json,
    } = &args.what;
    let client = context.client()?;
    let path = format!("/api/v1/contacts/{}/erase", encoded(contact));
    let goes = client.send(&path, &json!({"dry_run": true}))?;
    if *dry_run {
        return show(&goes, *json);
    }
    let name = match name {
        Some(name) => name.clone(),
        None => asked(&goes)?,
    };
    let erased = client.send(&path, &json!({"name": name}))?;
    finish(context, client)?;
    show(&erased, *json)
}

/// Has them type the name.
fn asked(goes: &Value) -> anyhow::Result<String> {
    let text = |name: &str| goes.get(name).and_then(Value::as_str).unwrap_or_default();
    output::say(words(goes));
    output::say(format_args!(
        "This cannot be taken back. Type `{}` to confirm it:",
        text("confirm")
    ));
    let mut line = String::new();
    let mut input = std::io::Read::take(std::io::stdin().lock(), MAX_NAME as u64);
    input.read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// Waits until it is done: by this process, or by the server that starts over.
fn finish(context: &Context, client: Client) -> anyhow::Result<()> {
    if context.is_remote() {
        output::say("the server starts over now and does it; `/readyz` says when it is back");
        return Ok(());
    }
    let is_here = client.folder().is_some();
    drop(client);
    if is_here {
        // What is to be erased is, before anything else is done.
        return Ok(context.open()?.close()?);
    }
    let data = context.data();
    for _ in 0..WAITS {
        if !Folder::is_erasing(&data) && Folder::server(&data).is_some() {
            return Ok(());
        }
        clock::pause(POLL);
    }
    bail!("the server has not come back; it goes on with the erasure when it is started")
}

fn show(goes: &Value, json: bool) -> anyhow::Result<()> {
    if json {
        return output::print_json(goes);
    }
    output::print(words(goes))
}

/// What goes, or is gone, in words.
fn words(goes: &Value) -> String {
    let count = |name: &str| match goes.get(name) {
        Some(Value::Array(all)) => all.len() as u64,
        Some(value) => value.as_u64().unwrap_or_default(),
        None => 0,
    };
    let list = |name: &str| {
        let all = goes.get(name).and_then(Value::as_array);
        let all = all.into_iter().flatten().filter_map(Value::as_str);
        all.collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec![format!(
        "{} of {}: {} conversations with {} messages, {} questions and {} files; {} tickets",
        if goes.get("log_position").is_some() {
            "gone are the words"
        } else {
            "what goes are the words"
        },
        list("contacts"),
        count("conversations"),
        count("messages"),
        count("questions"),
        count("files"),
        count("tickets"),
    )];
    for (name, title) in [
        ("conversations", "conversations"),
        ("tickets", "tickets"),
        ("file_names", "files"),
    ] {
        let all = list(name);
        if !all.is_empty() {
            lines.push(format!("{title}: {all}"));
        }
    }
    if let Some(pseudonym) = goes.get("pseudonym").and_then(Value::as_str) {
        lines.push(format!("the contact is called `{pseudonym}` from now on"));
    }
    lines.join("\n")
}
