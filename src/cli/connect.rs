//! `svar connect`: accounts of other products that are kept up to date.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, NOTHING, Side, count, duration, plain};
use super::wrong::Wrong;
use super::{connect_mail, input, output, progress};
use crate::clock;
use crate::command::{Caller, Identity, Role};

/// The longest file that holds a token, in bytes.
const MOST_TOKEN: u64 = 4 << 10;
/// The longest mapping, in bytes.
const MOST_MAPPING: u64 = 64 << 10;
/// How often a server is asked whether a round is over.
const LOOK: Duration = Duration::from_millis(300);

/// Keep what was imported up to date, from another product's API
///
/// A running server asks each account every minute; without one, `run` does it once. What comes is
/// as silent as an import, and meets what was imported before without doubles.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar connect zendesk --subdomain shop --user ann@shop.example --token zendesk.token\n  svar connect intercom --token intercom.token\n  svar connect mail --host imap.shop.example --user help@shop.example --password mail.password\n  svar connect list\n  svar connect run zendesk\n  svar connect pause zendesk"
)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Read an account of Chatwoot
    Chatwoot {
        /// The account's number, as it stands in Chatwoot's addresses
        #[arg(long, value_name = "NUMBER")]
        account: String,
        #[command(flatten)]
        common: AccountArgs,
    },
    /// Read an account of HubSpot
    Hubspot {
        /// What its stages and senders mean: the mapping file of an import
        #[arg(long, value_name = "MAPPING")]
        map: Option<PathBuf>,
        #[command(flatten)]
        common: AccountArgs,
    },
    /// Read a mailbox by IMAP: what comes in becomes conversations, at once
    Mail(connect_mail::MailboxArgs),
    /// Read a workspace of Intercom
    Intercom {
        #[command(flatten)]
        common: AccountArgs,
    },
    /// Read an account of Zendesk Support
    Zendesk {
        /// The account, as `shop` of `https://shop.zendesk.com`
        #[arg(
            long,
            value_name = "NAME",
            required_unless_present = "url",
            conflicts_with = "url"
        )]
        subdomain: Option<String>,
        /// Whose API token it is; without, it is one of OAuth
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
        #[command(flatten)]
        common: AccountArgs,
    },
    /// List the accounts that are read, and how far that is
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Read an account now, until everything is here
    Run {
        /// Which, as the list names it
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Have one rest
    Pause {
        /// Which, as the list names it
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Have one go on
    Resume {
        /// Which, as the list names it
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Read one no more, and forget its token; what it has brought stays
    Remove {
        /// Which, as the list names it
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// What is said of each account.
#[derive(Debug, clap::Args)]
struct AccountArgs {
    /// The address, where it is not the usual one
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The file with the token, which only its owner may read; `-` is the standard input. It is kept
    /// in the data folder, likewise
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// What the connection is called [default: as its product]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Fetch the files that messages link to; else they stay links
    #[arg(long)]
    fetch_attachments: bool,
    /// From which day on changes are read [default: from the beginning]
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    match &args.action {
        Action::Chatwoot { account, common } => add(
            context,
            common,
            json!({"product": "chatwoot", "account": account}),
        ),
        Action::Hubspot { map, common } => {
            let mapping = map.as_deref().map(|file| input::text(file, MOST_MAPPING));
            let body = json!({"product": "hubspot", "mapping": mapping.transpose()?});
            add(context, common, body)
        }
        Action::Mail(mailbox) => connect_mail::add(&context.client()?, mailbox),
        Action::Intercom { common } => add(context, common, json!({"product": "intercom"})),
        Action::Zendesk {
            subdomain,
            user,
            common,
        } => {
            let url = subdomain
                .as_ref()
                .map(|name| format!("https://{name}.zendesk.com"));
            let url = url.or_else(|| common.url.clone());
            let body = json!({"product": "zendesk", "user": user, "url": url});
            add(context, common, body)
        }
        Action::List { json } => list(context, *json),
        Action::Run { name } => read(context, name),
        Action::Pause { name } => told(context, name, ("pause", "rests")),
        Action::Resume { name } => told(context, name, ("resume", "goes on")),
        Action::Remove { name } => told(context, name, ("remove", "is read no more")),
    }
}

/// Adds an account, or gives one that is there another token.
fn add(context: &Context, account: &AccountArgs, mut body: Value) -> anyhow::Result<()> {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("token".to_owned(), token(&account.token)?.into());
        fields.insert("name".to_owned(), json!(account.name));
        fields.insert("since".to_owned(), json!(account.since));
        let fetches = account.fetch_attachments;
        fields.insert("fetch_attachments".to_owned(), fetches.into());
        fields.entry("url").or_insert(json!(account.url));
    }
    let client = context.client()?;
    let added = client.send("/api/v1/connectors", &body)?;
    let name = text(&added, "name").unwrap_or_default();
    if client.folder().is_some() {
        return output::print(format_args!(
            "`{name}` is known; a server reads it by itself, `svar connect run {name}` once"
        ));
    }
    output::print(format_args!("`{name}` is read from now on"))
}

/// A token out of its file, if nobody else may read that.
fn token(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        return Ok(input::text(file, MOST_TOKEN)?.trim().to_owned());
    }
    let read = crate::fetch::read_key(file);
    Ok(read.map_err(|reason| Wrong::new(format!("--token: {reason}")))?)
}

fn told(context: &Context, name: &str, (deed, done): (&str, &str)) -> anyhow::Result<()> {
    send(&context.client()?, name, deed)?;
    output::print(format_args!("`{name}` {done}"))
}

fn send(client: &Client, name: &str, deed: &str) -> anyhow::Result<Value> {
    if connect_mail::find(client, name)?.is_some() {
        return connect_mail::send(client, name, deed);
    }
    let path = format!("/api/v1/connectors/{}/{deed}", encoded(name));
    client.send(&path, &json!({}))
}

/// Reads an account until everything is here: by the server, or in this process.
fn read(context: &Context, name: &str) -> anyhow::Result<()> {
    let client = context.client()?;
    if connect_mail::find(&client, name)?.is_some() {
        return connect_mail::read(&client, name);
    }
    let waiting = progress::waiting("reading");
    let caller = Caller::live(Identity::Cli, Role::Admin);
    let view = if let Some(app) = client.folder() {
        let read = app.run_connector(&caller, name, |left| {
            waiting.set_message(format!(
                "waiting {} for the source",
                duration(left.as_secs_f64())
            ));
            clock::pause(left);
            true
        });
        let view = serde_json::to_value(read?)?;
        app.settle()?;
        view
    } else {
        let begun = send(&client, name, "run")?;
        let before = begun.get("rounds").and_then(Value::as_u64);
        loop {
            let view = client.json("/api/v1/connectors", &Parameters::new())?;
            let view = items(&view).find(|one| text(one, "name") == Some(name));
            let view = view.cloned().unwrap_or_default();
            let is_over = view.get("rounds").and_then(Value::as_u64) > before;
            if is_over
                || !matches!(
                    text(&view, "state"),
                    Some("reading" | "up_to_date" | "failing")
                )
            {
                break view;
            }
            clock::pause(LOOK);
        }
    };
    waiting.finish_and_clear();
    output::print(summary(&view))?;
    if let Some(fault) = view.get("fault") {
        let (reason, advice) = (text(fault, "reason"), text(fault, "advice"));
        anyhow::bail!(
            "`{name}`: {}; {}",
            reason.unwrap_or_default(),
            advice.unwrap_or_default()
        );
    }
    Ok(())
}

fn summary(view: &Value) -> String {
    let number = |name: &str| count(view.get(name).and_then(Value::as_f64).unwrap_or_default());
    format!(
        "{}: {} events new, {} there already, {} refused; read up to {}",
        text(view, "name").unwrap_or_default(),
        number("accepted"),
        number("duplicates"),
        number("rejected"),
        text(view, "read_until").unwrap_or(NOTHING),
    )
}

fn list(context: &Context, as_json: bool) -> anyhow::Result<()> {
    let client = context.client()?;
    let mut list = client.json("/api/v1/connectors", &Parameters::new())?;
    let mailboxes = connect_mail::list(&client)?;
    if let Some(fields) = list.as_object_mut() {
        fields.insert("mailboxes".to_owned(), mailboxes.clone().into());
    }
    if as_json {
        return output::print_json(&list);
    }
    let mut grid = Grid::default();
    for head in [
        "NAME",
        "PRODUCT",
        "STATE",
        "READ UP TO",
        "LAST ANSWER",
        "FAULT",
    ] {
        grid.column(head, Side::Left);
    }
    for item in items(&list).chain(&mailboxes) {
        let shown = |name: &str| text(item, name).unwrap_or(NOTHING).to_owned();
        let fault = item.get("fault").and_then(|fault| text(fault, "reason"));
        grid.row(vec![
            plain(&shown("name")),
            text(item, "product").unwrap_or("mail").to_owned(),
            shown("state").replace('_', " "),
            shown("read_until"),
            shown("success_at"),
            plain(fault.unwrap_or(NOTHING)),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.get("items")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}
