//! `svar inbox`: from whom mails of each inbox are, and what stands below their words.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::client::{Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;

/// List inboxes, and say what mails of one are like
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar inbox list\n  svar inbox set support --address help@shop.example --name 'Shop support' --signature-file signature.txt\n  svar inbox remove support"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, clap::Subcommand)]
enum Deed {
    /// List them, with what their mails are like
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what mails of one are like; what is left out is as on the whole desk
    Set {
        /// Which
        #[arg(value_name = "INBOX")]
        inbox: String,
        /// The address that they are from, and that mails to it come in at
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
        /// The name beside it
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// What stands below their words
        #[arg(long, value_name = "TEXT", conflicts_with = "signature_file")]
        signature: Option<String>,
        /// A file with that
        #[arg(long, value_name = "FILE")]
        signature_file: Option<PathBuf>,
    },
    /// Have mails of one be as those of all others again
    Remove {
        /// Which
        #[arg(value_name = "INBOX")]
        inbox: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.deed {
        Deed::List { json } => {
            let list = client.json("/api/v1/inboxes", &Parameters::new())?;
            if *json {
                return output::print_json(&list);
            }
            show(&list)
        }
        Deed::Set {
            inbox,
            address,
            name,
            signature,
            signature_file,
        } => {
            let signature = match signature_file {
                None => signature.clone(),
                Some(file) => {
                    let text = fs::read_to_string(file);
                    Some(text.with_context(|| format!("cannot read `{}`", file.display()))?)
                }
            };
            let body = json!({
                "inbox": inbox, "address": address, "name": name, "signature": signature,
            });
            client.send("/api/v1/inboxes", &body)?;
            output::print(format_args!("set `{}`", plain(inbox)))
        }
        Deed::Remove { inbox } => {
            let path = format!("/api/v1/inboxes/{}/remove", encoded(inbox));
            client.send(&path, &json!({}))?;
            output::print(format_args!("`{}` is as all others again", plain(inbox)))
        }
    }
}

fn show(list: &Value) -> anyhow::Result<()> {
    let mut grid = Grid::default();
    for head in ["INBOX", "TITLE", "ADDRESS", "NAME", "SIGNATURE"] {
        grid.column(head, Side::Left);
    }
    let items = list.get("items").and_then(Value::as_array);
    for one in items.into_iter().flatten() {
        let word = |place: &str| plain(one.pointer(place).and_then(Value::as_str).unwrap_or(""));
        let signature = word("/mail/signature");
        grid.row(vec![
            word("/inbox"),
            word("/title"),
            word("/mail/address"),
            word("/mail/name"),
            signature.lines().next().unwrap_or_default().to_owned(),
        ]);
    }
    output::print(grid.render().trim_end())
}
