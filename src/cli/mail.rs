//! `svar mail`: how mails go out, what became of the last ones, whether one arrives; and one comes in.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use serde_json::{Value, json};

use super::client::{Client, Parameters};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::{mail_pipe, output};
use crate::clock;

/// How long a mail that is tried is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Show how mails go out, and try whether one arrives
///
/// Mails go out while a server runs, by the SMTP server that `svar.toml` names in its section [mail].
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar mail list\n  svar mail test ada\n  svar mail pipe --inbox support < message"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List what waits and what became of the last mails
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Hand in a mail that stands on the standard input, as mail servers do
    ///
    /// What was not taken in ends with exit code 75, by which a mail server tries again.
    Pipe {
        /// In which inbox a conversation begins
        #[arg(long, value_name = "ID")]
        inbox: Option<String>,
    },
    /// Send a mail to a user that says no more than that it arrived, and wait for what becomes of it
    Test {
        /// The user, as `svar user list` names them
        #[arg(value_name = "USER")]
        user: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    if let Action::Pipe { inbox } = &args.deed {
        return mail_pipe::pipe(context, inbox.as_deref());
    }
    let client = context.client()?;
    match &args.deed {
        Action::Pipe { .. } => Ok(()),
        Action::List { json } => list(&client, *json),
        Action::Test { user } => test(&client, user),
    }
}

fn word(value: &Value, name: &str) -> String {
    plain(value.get(name).and_then(Value::as_str).unwrap_or_default())
}

fn items(mails: &Value) -> impl Iterator<Item = &Value> {
    let items = mails.get("items").and_then(Value::as_array);
    items.into_iter().flatten()
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let mails = client.json("/api/v1/mails", &Parameters::new())?;
    if json {
        return output::print_json(&mails);
    }
    if mails.get("is_set_up") == Some(&Value::Bool(true)) {
        let (from, server) = (word(&mails, "from"), word(&mails, "server"));
        output::print(format_args!(
            "Mails are from {from} and go out by {server}."
        ))?;
    } else {
        output::print("No mail goes out: svar.toml names no server in its section [mail].")?;
    }
    if mails.get("trouble").is_some() {
        let (since, reason) = (word(&mails, "trouble_since"), word(&mails, "trouble"));
        output::print(format_args!("No mail goes out since {since}: {reason}."))?;
    }
    let mut grid = Grid::default();
    grid.column("MAIL", Side::Right);
    for head in ["ABOUT", "TO", "SINCE", "STATE", "REASON"] {
        grid.column(head, Side::Left);
    }
    for mail in items(&mails) {
        let user = word(mail, "user");
        let to = if user.is_empty() {
            "the contact".to_owned()
        } else {
            user
        };
        grid.row(vec![
            mail.get("mail")
                .map(ToString::to_string)
                .unwrap_or_default(),
            word(mail, "kind"),
            to,
            word(mail, "queued_at"),
            word(mail, "state"),
            word(mail, "reason"),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn test(client: &Client, user: &str) -> anyhow::Result<()> {
    let queued = client.send("/api/v1/mails/test", &json!({"user": user}))?;
    let mail = queued.get("log_position").cloned().unwrap_or_default();
    let began = Instant::now();
    loop {
        let mails = client.json("/api/v1/mails", &Parameters::new())?;
        let Some(known) = items(&mails).find(|one| one.get("mail") == Some(&mail)) else {
            return Err(anyhow!("the mail is not in the list any more"));
        };
        match word(known, "state").as_str() {
            "sent" => return output::print("The server took the mail."),
            "dropped" => {
                let reason = word(known, "reason");
                let code = known.get("code").map(|code| format!(" ({code})"));
                let code = code.unwrap_or_default();
                return Err(anyhow!("the mail was not sent: {reason}{code}"));
            }
            _ if mails.get("trouble").is_some() => {
                let reason = word(&mails, "trouble");
                return Err(anyhow!("no mail goes out: {reason}"));
            }
            _ if began.elapsed() > PATIENCE => {
                let reason = "the mail still waits; it goes out while a server runs (svar serve)";
                return Err(anyhow!(reason));
            }
            _ => clock::pause(PAUSE),
        }
    }
}
