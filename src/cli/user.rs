//! `svar user`: who may sign in, and as what.
//!
//! With the folder in hand it is also the way back in: a password can be set without the one
//! before.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, NOTHING, Side, plain};
use super::output;
use super::password::{ask_password, read_password};
use super::rules::RuleArgs;
use super::scope::{ScopeArgs, sees};
use super::wrong::Wrong;
use crate::app::check_password;
use crate::command::{Role, ScopeDraft, UserDraft};

/// Add, invite, suspend and remove the people who sign in
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar user add ada@shop.example --name 'Ada Berg' --role admin\n  svar user add eli@shop.example --scope teams --team returns --inbox eu\n  svar user scope eli@shop.example --scope own\n  svar user rules --viewers-read yes\n  svar user list\n  svar user passwd ada@shop.example\n  svar user suspend ben@shop.example"
)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add somebody; prints the link by which they set their password
    Add(AddArgs),
    /// List the users
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a new link to set a password; an earlier one ends
    Invite {
        #[command(flatten)]
        who: Who,
    },
    /// Set a password, where the folder or its server is on this machine
    Passwd {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Let somebody sign in without the second factor, who has lost it
    #[command(name = "reset-2fa")]
    ResetFactor {
        #[command(flatten)]
        who: Who,
    },
    /// Have somebody sign in by no account at a provider any more
    Unlink {
        #[command(flatten)]
        who: Who,
    },
    /// Say what holds for everybody, or change it
    Rules(RuleArgs),
    /// Give another scope: how much of the desk they see
    Scope {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Give another role
    Role {
        #[command(flatten)]
        who: Who,
        /// What they may do
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Sign somebody out and keep them out; name and history stay
    Suspend {
        #[command(flatten)]
        who: Who,
    },
    /// Let somebody in again who was suspended
    Restore {
        #[command(flatten)]
        who: Who,
    },
    /// Sign somebody out everywhere
    SignOut {
        #[command(flatten)]
        who: Who,
    },
    /// Take somebody off the list; what they did keeps their name
    Remove {
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, clap::Args)]
struct Who {
    /// The user's address or id
    #[arg(value_name = "USER")]
    user: String,
}

#[derive(Debug, clap::Args)]
struct PasswordArgs {
    /// The file whose first line is the password; - for the standard input [default: asked for]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// The address that they sign in with
    #[arg(value_name = "EMAIL")]
    email: String,
    /// Their name [default: what is before the @]
    #[arg(long)]
    name: Option<String>,
    /// What they may do: viewer (reports), rep (and conversations), admin (everything)
    #[arg(long, value_parser = role, default_value = "rep")]
    role: Role,
    /// The id of the rep whose conversations are theirs
    #[arg(long, value_name = "ID")]
    rep: Option<String>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Set a password at once, from the first line of this file; - for the standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Reads a role.
pub(super) fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| "a role is one of viewer, rep, admin".to_owned())
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    match &args.action {
        Action::Add(args) => add(context, args),
        Action::List { json } => list(context, *json),
        Action::Invite { who } => {
            let client = context.client()?;
            let user = find(&client, &who.user)?;
            invite(context, &client, &user.id)
        }
        Action::Passwd { who, password } => set_password(context, who, password),
        Action::ResetFactor { who } => {
            let done = "signs in without a second factor";
            change(context, who, "reset-second-factor", &json!({}), done)
        }
        Action::Unlink { who } => {
            let done = "has no linked account any more, and is signed out everywhere";
            change(context, who, "unlink", &json!({}), done)
        }
        Action::Rules(rules) => rules.run(context),
        Action::Scope { who, scope } if !scope.is_named() => {
            let reason = format!("say what `{}` is to see, such as --scope own", who.user);
            Err(Wrong::new(reason).into())
        }
        Action::Scope { who, scope } => change_scope(context, who, &scope.draft()),
        Action::Role { who, role } => change_role(context, who, *role),
        Action::Suspend { who } => {
            let done = "is signed out and may not sign in";
            change(context, who, "suspend", &json!({"on": true}), done)
        }
        Action::Restore { who } => {
            let done = "may sign in again";
            change(context, who, "suspend", &json!({"on": false}), done)
        }
        Action::SignOut { who } => {
            let done = "is signed out everywhere";
            change(context, who, "sign-out", &json!({}), done)
        }
        Action::Remove { who } => change(context, who, "remove", &json!({}), "is off the list"),
    }
}

/// Somebody on the list.
struct User {
    id: String,
    draft: UserDraft,
}

fn all(client: &Client) -> anyhow::Result<Vec<Value>> {
    let list = client.json("/api/v1/users", &Parameters::new())?;
    let items = list.get("items").and_then(Value::as_array);
    Ok(items.cloned().unwrap_or_default())
}

fn text(item: &Value, name: &str) -> String {
    let value = item.get(name).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

fn find(client: &Client, wanted: &str) -> anyhow::Result<User> {
    let wanted = wanted.trim();
    let users = all(client)?;
    let is_it = |item: &&Value| {
        text(item, "user") == wanted || text(item, "email").eq_ignore_ascii_case(wanted)
    };
    let item = users.iter().find(is_it);
    let item =
        item.with_context(|| format!("there is no user `{wanted}`; see `svar user list`"))?;
    Ok(User {
        id: text(item, "user"),
        draft: UserDraft {
            user: Some(text(item, "user")),
            email: text(item, "email"),
            name: text(item, "name"),
            role: Role::parse(&text(item, "role")).unwrap_or_default(),
            rep: item.get("rep").and_then(Value::as_str).map(str::to_owned),
            // Left out, it stays as it is.
            scope: None,
        },
    })
}

fn add(context: &Context, args: &AddArgs) -> anyhow::Result<()> {
    let password = args
        .password_file
        .as_deref()
        .map(read_password)
        .transpose()?;
    if let Some(password) = &password {
        // Else there would be the user, and no password.
        check_password(password, &args.email).map_err(|fault| Wrong::new(fault.to_string()))?;
    }
    // The first user may be there before the first event.
    let client = match context.server()? {
        Some(client) => client,
        None => Client::here(context.reading()?)?,
    };
    let name = args.email.split('@').next().unwrap_or_default();
    let draft = UserDraft {
        user: None,
        email: args.email.clone(),
        name: args.name.clone().unwrap_or_else(|| name.to_owned()),
        role: args.role,
        rep: args.rep.clone(),
        scope: Some(args.scope.draft()),
    };
    let added = client.send("/api/v1/users", &serde_json::to_value(draft)?)?;
    let id = text(&added, "id");
    match password {
        Some(password) => {
            send_password(&client, &id, &password)?;
            output::print(format_args!(
                "`{}` may sign in as {}",
                args.email, args.role
            ))
        }
        None => invite(context, &client, &id),
    }
}

fn list(context: &Context, json: bool) -> anyhow::Result<()> {
    let users = all(&context.client()?)?;
    if json {
        return output::print_json(&Value::Array(users));
    }
    if users.is_empty() {
        output::say(
            "nobody signs in here yet; add the first admin with svar user add --role admin",
        );
    }
    let mut grid = Grid::default();
    for head in [
        "USER",
        "NAME",
        "EMAIL",
        "ROLE",
        "SEES",
        "STATUS",
        "LINKED TO",
        "LAST SEEN",
    ] {
        grid.column(head, Side::Left);
    }
    for item in &users {
        let seen = item.get("last_seen_at").and_then(Value::as_str);
        let mut row = ["user", "name", "email", "role", "status"]
            .map(|name| plain(&text(item, name)))
            .to_vec();
        row.insert(4, sees(item));
        let issuer = item.pointer("/account/issuer").and_then(Value::as_str);
        row.push(issuer.map_or_else(|| NOTHING.to_owned(), plain));
        row.push(seen.unwrap_or(NOTHING).to_owned());
        grid.row(row);
    }
    output::print(grid.render().trim_end())
}

fn invite(context: &Context, client: &Client, id: &str) -> anyhow::Result<()> {
    let link = client.send(&path(id, "invite"), &json!({}))?;
    let until = text(&link, "expires_at");
    let at = client
        .address()
        .unwrap_or_else(|| format!("http://{}", context.config.listen()));
    output::say(format_args!(
        "The link to set the password, shown this once. It can be used once, until {until}:"
    ));
    output::print(format_args!("{at}{}", text(&link, "path")))
}

/// Does to a user what a route without an answer worth showing does.
fn change(
    context: &Context,
    who: &Who,
    route: &str,
    body: &Value,
    done: &str,
) -> anyhow::Result<()> {
    let client = context.client()?;
    let user = find(&client, &who.user)?;
    client.send(&path(&user.id, route), body)?;
    output::print(format_args!("`{}` {done}", user.draft.email))
}

fn change_role(context: &Context, who: &Who, role: Role) -> anyhow::Result<()> {
    let client = context.client()?;
    let user = find(&client, &who.user)?;
    let draft = UserDraft { role, ..user.draft };
    client.send("/api/v1/users", &serde_json::to_value(&draft)?)?;
    output::print(format_args!("`{}` has the role {role}", draft.email))
}

fn change_scope(context: &Context, who: &Who, scope: &ScopeDraft) -> anyhow::Result<()> {
    let client = context.client()?;
    let user = find(&client, &who.user)?;
    let draft = UserDraft {
        scope: Some(scope.clone()),
        ..user.draft
    };
    client.send("/api/v1/users", &serde_json::to_value(&draft)?)?;
    output::print(format_args!(
        "`{}` has the scope {}",
        draft.email,
        scope.kind.as_str()
    ))
}

fn set_password(context: &Context, who: &Who, from: &PasswordArgs) -> anyhow::Result<()> {
    if context.is_remote() {
        let reason = "passwords are set where the data folder is; run it there, without --server, \
                      or use svar user invite";
        return Err(Wrong::new(reason).into());
    }
    let client = context.client()?;
    let user = find(&client, &who.user)?;
    let password = match &from.password_file {
        Some(file) => read_password(file)?,
        None => ask_password()?,
    };
    send_password(&client, &user.id, &password)?;
    output::print(format_args!(
        "`{}` has the new password, and is signed out everywhere",
        user.draft.email
    ))
}

fn send_password(client: &Client, id: &str, password: &str) -> anyhow::Result<()> {
    client.send(&path(id, "password"), &json!({"password": password}))?;
    Ok(())
}

fn path(id: &str, route: &str) -> String {
    format!("/api/v1/users/{}/{route}", encoded(id))
}
