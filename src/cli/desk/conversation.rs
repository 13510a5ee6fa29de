//! `svar conversation`: the inbox in the terminal.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{cell, files, named, time, word};
use crate::cli::client::{Client, Parameters, encoded};
use crate::cli::context::Context;
use crate::cli::human::{Grid, Side, plain};
use crate::cli::output;
use crate::cli::wrong::Wrong;

/// List, read and handle conversations
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar conversation list --view waiting --sort waiting\n  svar conversation show demo:c17\n  svar conversation reply demo:c17 \"It is on its way.\" --rep demo:anna\n  svar conversation reply demo:c17 \"Your bill.\" --file bill.pdf --rep demo:anna\n  svar conversation assign demo:c17 rep:demo:anna"
)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    deed: Action,
}

/// A conversation, and in whose name something is done to it.
#[derive(Debug, clap::Args)]
struct Which {
    /// The conversation
    #[arg(value_name = "CONVERSATION")]
    conversation: String,
    /// The rep who does it
    #[arg(long, value_name = "REP")]
    rep: Option<String>,
}

/// What is written in a conversation.
#[derive(Debug, clap::Args)]
struct Message {
    #[command(flatten)]
    which: Which,
    /// Its words; they may be left out where files come along
    #[arg(value_name = "TEXT", required_unless_present = "files")]
    text: Option<String>,
    /// A file to send along; may be given again
    #[arg(long = "file", value_name = "PATH")]
    files: Vec<PathBuf>,
    /// By mail, another address that it goes to, instead of all who got the contact's last one; may be
    /// given again
    #[arg(long, value_name = "ADDRESS", conflicts_with = "only_contact")]
    cc: Vec<String>,
    /// By mail, to the contact alone
    #[arg(long)]
    only_contact: bool,
}

#[derive(Debug, clap::Args)]
struct Listing {
    /// open, mine, unread, unassigned, waiting, snoozed, agent, closed or spam
    #[arg(long, value_name = "VIEW")]
    view: Option<String>,
    /// latest or waiting
    #[arg(long, value_name = "ORDER")]
    sort: Option<String>,
    /// Only by these channels
    #[arg(long, value_name = "CHANNELS")]
    channel: Option<String>,
    /// Only in these inboxes
    #[arg(long, value_name = "INBOXES")]
    inbox: Option<String>,
    /// Only those of these, each as rep:ID or team:ID
    #[arg(long, value_name = "WHO")]
    assignee: Option<String>,
    /// Only those of these teams and their reps
    #[arg(long, value_name = "TEAMS")]
    team: Option<String>,
    /// Only those with any of these tags
    #[arg(long, value_name = "TAGS")]
    tag: Option<String>,
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
    /// List conversations
    List(Listing),
    /// Show a conversation with its messages
    Show {
        /// The conversation
        #[arg(value_name = "CONVERSATION")]
        conversation: String,
        /// Give it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Send a reply, at once
    Reply(Message),
    /// Send a message on by mail, with the files that came with it
    Forward {
        #[command(flatten)]
        which: Which,
        /// The message, as `show --json` names it
        #[arg(value_name = "MESSAGE")]
        message: String,
        /// To which address; may be given again
        #[arg(long, value_name = "ADDRESS", required = true)]
        to: Vec<String>,
        /// What is said above it
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
    },
    /// Write a note, which the contact does not see
    Note(Message),
    /// List the files that were sent in it
    Files {
        /// The conversation
        #[arg(value_name = "CONVERSATION")]
        conversation: String,
        /// Give them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Save a file that was sent in it
    Download {
        /// The conversation
        #[arg(value_name = "CONVERSATION")]
        conversation: String,
        /// The file, by its SHA-256 as `files` lists it
        #[arg(value_name = "SHA-256")]
        file: String,
        /// Where to save it; its own name in the present folder unless said otherwise
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
    },
    /// Give it to somebody
    Assign {
        #[command(flatten)]
        which: Which,
        /// rep:ID, team:ID, `customer_agent` or nobody
        #[arg(value_name = "WHOM")]
        to: String,
    },
    /// Ask its contact how satisfied they are, by a link that you hand over
    Survey {
        /// The conversation
        #[arg(value_name = "CONVERSATION")]
        conversation: String,
    },
    /// Bring it to its end
    Resolve(Which),
    /// Open it again
    Reopen(Which),
    /// Put a tag on it
    Tag {
        #[command(flatten)]
        which: Which,
        /// The tag
        #[arg(value_name = "TAG")]
        tag: String,
    },
    /// Take a tag off
    Untag {
        #[command(flatten)]
        which: Which,
        /// The tag
        #[arg(value_name = "TAG")]
        tag: String,
    },
    /// Put it off until an instant, or until the contact writes
    Snooze {
        #[command(flatten)]
        which: Which,
        /// An instant such as 2026-11-03T09:00:00Z
        #[arg(long, value_name = "INSTANT")]
        until: Option<String>,
    },
}

/// Runs the command.
pub(in crate::cli) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    let (which, path, body, told) = match &args.deed {
        Action::List(listing) => return list(&client, listing),
        Action::Show { conversation, json } => return show(&client, conversation, *json),
        Action::Files { conversation, json } => return files::list(&client, conversation, *json),
        Action::Download {
            conversation,
            file,
            to,
        } => return files::download(&client, conversation, file, to.as_deref()),
        Action::Forward {
            which,
            message,
            to,
            text,
        } => {
            let body = json!({"to": to, "text": text, "rep": which.rep});
            let id = encoded(&which.conversation);
            let path = format!(
                "/api/v1/conversations/{id}/messages/{}/forward",
                encoded(message)
            );
            client.send(&path, &body)?;
            return output::print(format_args!("sent on to {}", plain(&to.join(", "))));
        }
        Action::Survey { conversation } => {
            let path = format!("/api/v1/conversations/{}/survey", encoded(conversation));
            let asked = client.send(&path, &json!({}))?;
            return output::print(cell(&asked, "url"));
        }
        Action::Reply(message) => {
            let body = written(&client, message, false)?;
            (&message.which, "messages", body, "replied to")
        }
        Action::Note(message) => {
            let body = written(&client, message, true)?;
            (&message.which, "messages", body, "wrote a note in")
        }
        Action::Assign { which, to } => (which, "assign", json!({"to": whom(to)?}), "assigned"),
        Action::Resolve(which) => (which, "resolve", json!({}), "resolved"),
        Action::Reopen(which) => (which, "reopen", json!({}), "reopened"),
        Action::Tag { which, tag } => (which, "tags", json!({"add": [tag]}), "tagged"),
        Action::Untag { which, tag } => (which, "tags", json!({"remove": [tag]}), "took a tag off"),
        Action::Snooze { which, until } => (which, "snooze", json!({"until": until}), "put off"),
    };
    let mut body = body;
    if let (Value::Object(fields), Some(rep)) = (&mut body, &which.rep) {
        fields.insert("rep".to_owned(), json!(rep));
    }
    let id = &which.conversation;
    client.send(
        &format!("/api/v1/conversations/{}/{path}", encoded(id)),
        &body,
    )?;
    output::print(format_args!("{told} `{}`", plain(id)))
}

/// A message as the API takes it, its files sent up.
fn written(client: &Client, message: &Message, is_note: bool) -> anyhow::Result<Value> {
    let files = files::send_up(client, &message.which.conversation, &message.files)?;
    let text = message.text.as_deref().unwrap_or_default();
    let mut body = json!({"text": text, "note": is_note, "files": files});
    let is_said = !message.cc.is_empty() || message.only_contact;
    if let (Value::Object(fields), true) = (&mut body, is_said) {
        fields.insert("cc".to_owned(), json!(message.cc));
    }
    Ok(body)
}

/// Whose it becomes, as the API says it.
fn whom(text: &str) -> Result<Value, Wrong> {
    match text.split_once(':') {
        Some((kind @ ("rep" | "team"), id)) => Ok(json!({"kind": kind, "id": id})),
        _ if ["nobody", "customer_agent"].contains(&text) => Ok(json!({"kind": text})),
        _ => Err(Wrong::new(format!(
            "`{text}` is nobody to assign to; expected rep:ID, team:ID, customer_agent or nobody"
        ))),
    }
}

fn list(client: &Client, listing: &Listing) -> anyhow::Result<()> {
    let parameters = named(&[
        ("view", listing.view.as_ref()),
        ("sort", listing.sort.as_ref()),
        ("channel", listing.channel.as_ref()),
        ("inbox", listing.inbox.as_ref()),
        ("assignee", listing.assignee.as_ref()),
        ("team", listing.team.as_ref()),
        ("tag", listing.tag.as_ref()),
        ("q", listing.words.as_ref()),
        ("limit", listing.limit.as_ref()),
        ("cursor", listing.cursor.as_ref()),
    ]);
    let list = client.json("/api/v1/conversations", &parameters)?;
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
        "conversation",
        "contact",
        "channel",
        "assigned",
        "waits",
        "last",
    ] {
        grid.column(head, Side::Left);
    }
    for item in items {
        let contact = match word(item, "contact_name") {
            "" => word(item, "contact"),
            name => name,
        };
        let assigned = match word(item, "assignee_name") {
            "" => item.pointer("/assigned_to/kind").and_then(Value::as_str),
            name => Some(name),
        };
        grid.row(vec![
            cell(item, "conversation"),
            plain(contact),
            cell(item, "channel"),
            plain(assigned.unwrap_or_default()),
            time(item, "waiting_secs"),
            cell(item, "preview"),
        ]);
    }
    output::print(grid.render().trim_end())?;
    if let Some(cursor) = list.get("next_cursor").and_then(Value::as_str) {
        output::say(format_args!("more: --cursor {}", plain(cursor)));
    }
    Ok(())
}

fn show(client: &Client, conversation: &str, json: bool) -> anyhow::Result<()> {
    let path = format!("/api/v1/conversations/{}", encoded(conversation));
    let one = client.json(&path, &Parameters::new())?;
    if json {
        return output::print_json(&one);
    }
    let mut text = String::new();
    let facts = ["id", "contact", "channel", "status", "subject"];
    for fact in facts
        .into_iter()
        .filter(|fact| !word(&one, fact).is_empty())
    {
        writeln!(text, "{fact}: {}", cell(&one, fact))?;
    }
    let messages = one.get("messages").and_then(Value::as_array);
    for message in messages.into_iter().flatten() {
        let author = |name: &str| {
            let author = message.pointer(&format!("/author/{name}"));
            plain(author.and_then(Value::as_str).unwrap_or_default())
        };
        let note = if word(message, "visibility") == "note" {
            " (note)"
        } else {
            ""
        };
        let (at, kind, id) = (word(message, "at"), author("kind"), author("id"));
        let mail = message.pointer("/mail/state").and_then(Value::as_str);
        let mail = mail.map_or_else(String::new, |state| format!(" (mail {state})"));
        writeln!(
            text,
            "\n{at}  {}{note}{mail}",
            format!("{kind} {id}").trim_end()
        )?;
        if !word(message, "text").is_empty() {
            writeln!(text, "  {}", cell(message, "text"))?;
        }
        let files = message.get("attachments").and_then(Value::as_array);
        for file in files.into_iter().flatten() {
            writeln!(text, "  {}", files::line(file))?;
        }
    }
    output::print(text.trim_end())
}
