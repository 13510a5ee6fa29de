//! `svar token`: programs that may use the API.

use serde_json::{Value, json};

use super::client::{Parameters, encoded};
use super::context::Context;
use super::human::{Grid, NOTHING, Side, plain};
use super::output;
use super::scope::{ScopeArgs, sees};
use super::user::role;
use crate::command::Role;

/// Make, list and revoke the tokens of programs that use the API
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar token create 'nightly import' --role admin --days 365\n  svar token list\n  svar token revoke 3f0c9a2b7d11"
)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Make a token; it is shown this once
    Create {
        /// What it is for
        #[arg(value_name = "NAME")]
        name: String,
        /// What it may do: viewer (reports), rep (and conversations), admin (everything)
        #[arg(long, value_parser = role, default_value = "viewer")]
        role: Role,
        /// The id of the rep whose conversations are its own, and in whose name it writes
        #[arg(long, value_name = "ID")]
        rep: Option<String>,
        #[command(flatten)]
        scope: ScopeArgs,
        /// For how many days it holds [default: until it is revoked]
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3_650))]
        days: Option<u32>,
    },
    /// List the tokens, without their secrets
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// End a token
    Revoke {
        /// Which, as the list names it
        #[arg(value_name = "TOKEN")]
        token: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.action {
        Action::Create {
            name,
            role,
            rep,
            scope,
            days,
        } => {
            let body = json!({
                "name": name, "role": role, "rep": rep, "scope": scope.draft(), "days": days,
            });
            let made = client.send("/api/v1/tokens", &body)?;
            output::say("The token, shown this once; send it as `Authorization: Bearer …`:");
            let secret = made.get("secret").and_then(Value::as_str);
            output::print(secret.unwrap_or_default())
        }
        Action::List { json } => {
            let list = client.json("/api/v1/tokens", &Parameters::new())?;
            if *json {
                return output::print_json(&list);
            }
            output::print(table(&list).trim_end())
        }
        Action::Revoke { token } => {
            let path = format!("/api/v1/tokens/{}/revoke", encoded(token));
            client.send(&path, &json!({}))?;
            output::print(format_args!("`{token}` does not hold any more"))
        }
    }
}

fn table(list: &Value) -> String {
    let mut grid = Grid::default();
    for head in ["TOKEN", "NAME", "ROLE", "SEES", "LAST USED", "UNTIL"] {
        grid.column(head, Side::Left);
    }
    let items = list.get("items").and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let text = |name: &str| item.get(name).and_then(Value::as_str);
        let until = match text("revoked_at") {
            Some(at) => format!("revoked {at}"),
            None => text("expires_at").unwrap_or("it is revoked").to_owned(),
        };
        grid.row(vec![
            plain(text("token").unwrap_or_default()),
            plain(text("name").unwrap_or_default()),
            plain(text("role").unwrap_or_default()),
            sees(item),
            text("last_used_at").unwrap_or(NOTHING).to_owned(),
            until,
        ]);
    }
    grid.render()
}
