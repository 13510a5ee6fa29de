//! `svar ticket`: tickets and jobs in the terminal.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{cell, named, time, word};
use crate::cli::client::{Client, Parameters, encoded};
use crate::cli::context::Context;
use crate::cli::human::{Grid, Side, plain};
use crate::cli::output;

/// List, read and handle tickets and jobs
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar ticket list --view at_risk --sort due\n  svar ticket show demo:t17\n  svar ticket take demo:t17 --rep demo:anna\n  svar ticket move demo:t17 closed"
)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    deed: Action,
}

/// A ticket, and in whose name something is done to it.
#[derive(Debug, clap::Args)]
struct Which {
    /// The ticket
    #[arg(value_name = "TICKET")]
    ticket: String,
    /// The rep who does it
    #[arg(long, value_name = "REP")]
    rep: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Listing {
    /// open, mine, unassigned, `at_risk`, closed or all
    #[arg(long, value_name = "VIEW")]
    view: Option<String>,
    /// latest, newest, oldest or due
    #[arg(long, value_name = "ORDER")]
    sort: Option<String>,
    /// Only in these pipelines
    #[arg(long, value_name = "PIPELINES")]
    pipeline: Option<String>,
    /// Only in these stages
    #[arg(long, value_name = "STAGES")]
    stage: Option<String>,
    /// Only those that these reps own
    #[arg(long, value_name = "REPS")]
    owner: Option<String>,
    /// Only those of these teams
    #[arg(long, value_name = "TEAMS")]
    team: Option<String>,
    /// Only with these priorities
    #[arg(long, value_name = "PRIORITIES")]
    priority: Option<String>,
    /// Only those with these words
    #[arg(long, value_name = "WORDS")]
    words: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N")]
    limit: Option<String>,
    /// Those behind this one, as the list before said
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// Give the list as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List tickets
    List(Listing),
    /// Show a ticket
    Show {
        /// The ticket
        #[arg(value_name = "TICKET")]
        ticket: String,
        /// Give it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Open a ticket
    Open {
        /// In which pipeline
        #[arg(value_name = "PIPELINE")]
        pipeline: String,
        /// From which conversation
        #[arg(long, value_name = "CONVERSATION")]
        conversation: Option<String>,
        /// What it is about
        #[arg(long, value_name = "TEXT")]
        subject: Option<String>,
    },
    /// Take a ticket that nobody has
    Take(Which),
    /// Give it to reps, the first its owner; to nobody
    Assign {
        #[command(flatten)]
        which: Which,
        /// The reps
        #[arg(value_name = "TO")]
        to: Vec<String>,
    },
    /// Move it to a stage
    Move {
        #[command(flatten)]
        which: Which,
        /// The stage
        #[arg(value_name = "STAGE")]
        stage: String,
    },
    /// Turn a job down
    Decline {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Say that a job is done
    Complete(Which),
    /// The link by which a job's contact says that it is done, and how it was
    Confirmation {
        /// The job
        #[arg(value_name = "TICKET")]
        ticket: String,
    },
}

/// Runs the command.
pub(in crate::cli) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    let (which, path, mut body, told) = match &args.deed {
        Action::List(listing) => return list(&client, listing),
        Action::Show { ticket, json } => return show(&client, ticket, *json),
        Action::Open {
            pipeline,
            conversation,
            subject,
        } => {
            let body =
                json!({"pipeline": pipeline, "conversation": conversation, "subject": subject});
            let opened = client.send("/api/v1/tickets", &body)?;
            return output::print(format_args!("opened `{}`", cell(&opened, "id")));
        }
        Action::Confirmation { ticket } => {
            let path = format!("/api/v1/tickets/{}/confirmation", encoded(ticket));
            let state = client.json(&path, &Parameters::new())?;
            return output::print(cell(&state, "url"));
        }
        Action::Take(which) => (which, "take", json!({}), "took"),
        Action::Assign { which, to } => (which, "assign", json!({"reps": to}), "assigned"),
        Action::Move { which, stage } => (which, "stage", json!({"stage": stage}), "moved"),
        Action::Decline { which, reason } => {
            (which, "decline", json!({"reason": reason}), "declined")
        }
        Action::Complete(which) => (which, "complete", json!({}), "completed"),
    };
    if let (Value::Object(fields), Some(rep)) = (&mut body, &which.rep) {
        fields.insert("rep".to_owned(), json!(rep));
    }
    let id = &which.ticket;
    client.send(&format!("/api/v1/tickets/{}/{path}", encoded(id)), &body)?;
    output::print(format_args!("{told} `{}`", plain(id)))
}

fn list(client: &Client, listing: &Listing) -> anyhow::Result<()> {
    let parameters = named(&[
        ("view", listing.view.as_ref()),
        ("sort", listing.sort.as_ref()),
        ("pipeline", listing.pipeline.as_ref()),
        ("stage", listing.stage.as_ref()),
        ("owner", listing.owner.as_ref()),
        ("team", listing.team.as_ref()),
        ("priority", listing.priority.as_ref()),
        ("q", listing.words.as_ref()),
        ("limit", listing.limit.as_ref()),
        ("cursor", listing.cursor.as_ref()),
    ]);
    let list = client.json("/api/v1/tickets", &parameters)?;
    if listing.json {
        return output::print_json(&list);
    }
    let items = list.get("items").and_then(Value::as_array);
    let items = items.map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        output::say("there is nothing here");
        return Ok(());
    }
    let mut grid = Grid::default();
    for head in [
        "ticket", "pipeline", "stage", "owner", "priority", "left", "subject",
    ] {
        grid.column(head, Side::Left);
    }
    for item in items {
        let owner = match word(item, "owner_name") {
            "" => word(item, "owner"),
            name => name,
        };
        grid.row(vec![
            cell(item, "ticket"),
            cell(item, "pipeline"),
            cell(item, "stage"),
            plain(owner),
            cell(item, "priority"),
            time(item, "left_secs"),
            cell(item, "subject"),
        ]);
    }
    output::print(grid.render().trim_end())?;
    if let Some(cursor) = list.get("next_cursor").and_then(Value::as_str) {
        output::say(format_args!("more: --cursor {}", plain(cursor)));
    }
    Ok(())
}

fn show(client: &Client, ticket: &str, json: bool) -> anyhow::Result<()> {
    let path = format!("/api/v1/tickets/{}", encoded(ticket));
    let one = client.json(&path, &Parameters::new())?;
    if json {
        return output::print_json(&one);
    }
    let mut text = String::new();
    let facts = [
        "id",
        "pipeline",
        "stage",
        "subject",
        "priority",
        "service",
        "owner",
        "contact",
        "conversation",
        "opened_at",
        "expires_at",
        "close_due_at",
        "first_response_due_at",
    ];
    for fact in facts
        .into_iter()
        .filter(|fact| !word(&one, fact).is_empty())
    {
        writeln!(text, "{fact}: {}", cell(&one, fact))?;
    }
    for (list, what) in [("proposals", "proposal"), ("invoices", "invoice")] {
        for part in one
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let amount = part.get("amount").and_then(Value::as_f64);
            let amount = amount.map_or_else(String::new, |amount| format!(" {amount:.2}"));
            let (id, status) = (cell(part, "id"), cell(part, "status"));
            writeln!(
                text,
                "{what} {id}: {status}{amount} {}",
                cell(part, "currency")
            )?;
        }
    }
    output::print(text.trim_end())
}
