//! `svar connect mail`: mailboxes that are read by IMAP.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::human::{count, plain};
use super::wrong::Wrong;
use super::{input, output};
use crate::clock;
use crate::config::MailSecurity;
use crate::work::read_mailbox;

/// The longest file that holds a password, in bytes.
const MOST_PASSWORD: u64 = 4 << 10;
/// How often a server is asked whether a round is over.
const LOOK: Duration = Duration::from_millis(300);

/// A mailbox, as the command line names it.
#[derive(Debug, clap::Args)]
pub(super) struct MailboxArgs {
    /// The IMAP server's name
    #[arg(long, value_name = "NAME")]
    host: String,
    /// Its port [default: 993, or 143 without TLS from the first byte on]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// How it is encrypted: tls, starttls, or none for one of this machine
    #[arg(long, value_name = "HOW", value_parser = security)]
    security: Option<MailSecurity>,
    /// Whose mailbox it is
    #[arg(long, value_name = "USER")]
    user: String,
    /// The file with the password, which only its owner may read; `-` is the standard input. It is kept in
    /// the data folder, likewise
    #[arg(long, value_name = "FILE", required_unless_present = "token_command")]
    password: Option<PathBuf>,
    /// In its place: a command of this machine that prints a token of OAuth, run at each sign-in
    #[arg(long, value_name = "COMMAND", conflicts_with = "password")]
    token_command: Option<String>,
    /// The folder that is read [default: INBOX]
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// In which inbox conversations begin [default: that of the address that a mail came to]
    #[arg(long, value_name = "ID")]
    inbox: Option<String>,
    /// Read what is in it already, too, as if it came now; else what comes from now on
    #[arg(long)]
    all: bool,
    /// What the mailbox is called
    #[arg(long, value_name = "NAME", default_value = "mail")]
    name: String,
}

fn security(word: &str) -> Result<MailSecurity, String> {
    match word {
        "tls" => Ok(MailSecurity::Tls),
        "starttls" => Ok(MailSecurity::StartTls),
        "none" => Ok(MailSecurity::None),
        _ => Err(format!("`{word}` is none of tls, starttls, none")),
    }
}

/// Adds a mailbox, or changes one.
pub(super) fn add(client: &Client, mailbox: &MailboxArgs) -> anyhow::Result<()> {
    let password = mailbox.password.as_deref().map(password).transpose()?;
    let body = json!({
        "name": mailbox.name, "host": mailbox.host, "port": mailbox.port,
        "security": mailbox.security, "user": mailbox.user, "password": password,
        "token_command": mailbox.token_command, "folder": mailbox.folder,
        "inbox": mailbox.inbox, "all": mailbox.all,
    });
    client.send("/api/v1/mailboxes", &body)?;
    let name = plain(&mailbox.name);
    if client.folder().is_some() {
        return output::print(format_args!(
            "`{name}` is known; a server reads it by itself, `svar connect run {name}` once"
        ));
    }
    output::print(format_args!("`{name}` is read from now on"))
}

fn password(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let text = input::text(file, MOST_PASSWORD)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    let read = crate::fetch::read_password(file);
    Ok(read.map_err(|reason| Wrong::new(format!("--password: {reason}")))?)
}

/// The mailbox of a name, if there is one.
pub(super) fn find(client: &Client, name: &str) -> anyhow::Result<Option<Value>> {
    let all = list(client)?;
    Ok(all.into_iter().find(|one| word(one, "name") == name))
}

/// All mailboxes.
pub(super) fn list(client: &Client) -> anyhow::Result<Vec<Value>> {
    let list = client.json("/api/v1/mailboxes", &Parameters::new())?;
    let items = list.get("items").and_then(Value::as_array);
    Ok(items.cloned().unwrap_or_default())
}

/// Does with a mailbox what somebody wants.
pub(super) fn send(client: &Client, name: &str, deed: &str) -> anyhow::Result<Value> {
    let path = format!("/api/v1/mailboxes/{}/{deed}", encoded(name));
    client.send(&path, &json!({}))
}

/// Reads a mailbox until everything is here: by the server, or in this process.
pub(super) fn read(client: &Client, name: &str) -> anyhow::Result<()> {
    let begun = send(client, name, "run")?;
    let view = if let Some(app) = client.folder() {
        read_mailbox(app.shared(), name)?;
        app.settle()?;
        find(client, name)?.unwrap_or_default()
    } else {
        let before = begun.get("rounds").and_then(Value::as_u64);
        loop {
            let view = find(client, name)?.unwrap_or_default();
            if view.get("rounds").and_then(Value::as_u64) > before {
                break view;
            }
            clock::pause(LOOK);
        }
    };
    let number = |name: &str| count(view.get(name).and_then(Value::as_f64).unwrap_or_default());
    output::print(format_args!(
        "{}: {} mails taken in, {} there already or not to be taken, {} refused",
        plain(name),
        number("taken"),
        number("repeats"),
        number("refused"),
    ))?;
    match view.pointer("/fault/reason").and_then(Value::as_str) {
        Some(reason) => anyhow::bail!("`{name}`: {}", plain(reason)),
        None => Ok(()),
    }
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
