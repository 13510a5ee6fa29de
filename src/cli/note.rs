//! `svar note`: notes on charts.

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;

/// Put notes on charts, list them, and take them away
///
/// What changes on the desk (a short answer published, a rule, a schedule, an agreement) is marked by
/// itself.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar note list\n  svar note add 'New checkout' --on 2026-03-02T09:00:00Z\n  svar note add 'Strike' --on 2026-03-02T00:00:00Z --until 2026-03-05T00:00:00Z --report csat\n  svar note remove n-0198f2c1"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List notes, then marks of what changed
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Put a note on charts
    Add {
        /// What it says
        #[arg(value_name = "TEXT")]
        text: String,
        /// When what it tells of was, or began
        #[arg(long, value_name = "INSTANT")]
        on: String,
        /// When that ended, where it lasted
        #[arg(long, value_name = "INSTANT")]
        until: Option<String>,
        /// The report that it is for; left out: all
        #[arg(long, value_name = "REPORT")]
        report: Option<String>,
        /// The channel that it is for; left out: all
        #[arg(long, value_name = "CHANNEL")]
        channel: Option<String>,
        /// The note to change; left out: a new one
        #[arg(long, value_name = "NOTE")]
        id: Option<String>,
    },
    /// Take a note away; `restore` brings it back
    Remove {
        /// The note
        #[arg(value_name = "NOTE")]
        note: String,
    },
    /// Bring a note back that was taken away
    Restore {
        /// The note
        #[arg(value_name = "NOTE")]
        note: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.deed {
        Action::List { json } => list(&client, *json),
        Action::Add {
            text,
            on,
            until,
            report,
            channel,
            id,
        } => {
            let body = json!({"text": text, "on": on, "until": until, "report": report,
                "channel": channel, "id": id});
            let saved = client.send("/api/v1/chart-notes", &body)?;
            output::print(word(&saved, "id"))
        }
        Action::Remove { note } => change(&client, note, "remove", "is removed"),
        Action::Restore { note } => change(&client, note, "restore", "is there again"),
    }
}

fn word(item: &Value, name: &str) -> String {
    plain(item.get(name).and_then(Value::as_str).unwrap_or_default())
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let all = client.json("/api/v1/chart-notes", &Parameters::new())?;
    if json {
        return output::print_json(&all);
    }
    let mut grid = Grid::default();
    for head in ["NOTE", "ON", "UNTIL", "REPORT", "SAYS"] {
        grid.column(head, Side::Left);
    }
    let of = |name: &str| all.get(name).and_then(Value::as_array);
    for note in of("items").into_iter().flatten() {
        let names = ["id", "on", "until", "report", "text"];
        grid.row(names.map(|name| word(note, name)).to_vec());
    }
    for mark in of("marks").into_iter().flatten() {
        let says = format!("{} {}", word(mark, "kind"), word(mark, "id"));
        let (at, until) = (word(mark, "at"), word(mark, "until"));
        grid.row(vec![String::new(), at, until, String::new(), says]);
    }
    output::print(grid.render().trim_end())
}

fn change(client: &Client, id: &str, deed: &str, done: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/chart-notes/{}/{deed}", encoded(id));
    client.send(&path, &json!({}))?;
    output::print(format_args!("`{}` {done}", plain(id)))
}
