//! The command line: one file a subcommand.
//!
//! Results go to the standard output, everything else to the standard error. Exit code
//! 0 is success, 1 failure, 2 wrong usage; a reader that has seen enough is a success.
//! A server that owns the data folder is asked in place of the folder.

mod alert;
mod answers;
mod ask;
mod audit;
mod backup;
mod bill_check;
mod check;
mod client;
mod connect;
mod connect_mail;
mod contact;
mod context;
mod demo;
mod desk;
mod erase;
mod explain;
mod export;
mod gaps;
mod human;
mod import;
mod inbox;
mod input;
mod mail;
mod mail_pipe;
mod model;
mod note;
mod open_store;
mod output;
mod password;
mod profile;
mod progress;
mod reading;
mod rebuild;
mod report;
mod restore;
mod routing;
mod rules;
mod sample;
mod saved;
mod schedule;
mod scope;
mod search;
mod serve;
mod service;
mod token;
mod transport;
mod user;
mod webhook;
mod wrong;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::app::PROBE_COMMAND;
use crate::failpoint;
use crate::model::brief;
use context::Context;
use mail_pipe::Deferred;
use wrong::Wrong;

/// The heading of the options that every command has.
const WHERE: &str = "Where the data is";

/// Customer-support analytics with numbers that can be defended.
#[derive(Debug, Parser)]
#[command(
    name = "svar",
    version,
    max_term_width = 100,
    after_help = "Example:\n  svar serve --demo\n  svar report deflection_rate --every week --by channel\n\nOnce for this machine: svar.toml (data, listen, log), or SVAR_DATA, SVAR_LISTEN, SVAR_LOG.\nExit code: 0 success, 1 failed, 2 wrong usage."
)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the data is.
#[derive(Debug, clap::Args)]
struct Place {
    /// The data folder [default: `data` of svar.toml, svar-data]
    #[arg(long, global = true, value_name = "DIR", help_heading = WHERE)]
    data: Option<PathBuf>,
    /// A server elsewhere, asked in place of the data folder
    #[arg(long, global = true, value_name = "URL", help_heading = WHERE)]
    server: Option<String>,
    /// The file that holds the token for --server
    #[arg(long, global = true, value_name = "FILE", requires = "server", help_heading = WHERE)]
    token_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Import(import::Args),
    Connect(connect::Args),
    Export(export::Args),
    Report(Box<report::Args>),
    Explain(explain::Args),
    Profile(profile::Args),
    Schedule(schedule::Args),
    Search(search::Args),
    Conversation(desk::conversation::Args),
    Ticket(desk::ticket::Args),
    Routing(routing::Args),
    Mail(mail::Args),
    Inbox(inbox::Args),
    Webhook(webhook::Args),
    Alert(alert::Args),
    Note(note::Args),
    Service(service::Args),
    Sample(sample::Args),
    Saved(saved::Args),
    Gaps(gaps::Args),
    Ask(ask::Args),
    Answers(answers::Args),
    Model(model::Args),
    User(user::Args),
    Token(token::Args),
    Contact(contact::Args),
    Erase(erase::Args),
    Audit(audit::Args),
    BillCheck(bill_check::Args),
    Check(check::Args),
    Rebuild(rebuild::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Demo(demo::Args),
    #[command(name = PROBE_COMMAND, hide = true)]
    OpenStore(open_store::Args),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Also how `--help` ends; a closed pipe is no matter then.
            let text = error.to_string();
            let short = brief(text.trim_end());
            if error.use_stderr() && short.len() < text.trim_end().len() {
                output::say(short);
            } else {
                drop(error.print());
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match execute(cli) {
        Ok(code) => code,
        Err(error) if output::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(format_args!("svar: {}", brief(&format!("{error:#}"))));
            let wrong = error.chain().any(<dyn std::error::Error>::is::<Wrong>);
            ExitCode::from(match () {
                () if error.is::<Deferred>() => 75,
                () if wrong => 2,
                () => 1,
            })
        }
    }
}

fn execute(cli: Cli) -> anyhow::Result<ExitCode> {
    let context = Context::new(cli.place)?;
    log(&context, matches!(cli.command, Command::Serve(_)))?;
    arm(&context, &cli.command)?;
    match cli.command {
        Command::Serve(args) => serve::run(&context, &args)?,
        Command::Import(args) => return import::run(&context, &args),
        Command::Connect(args) => connect::run(&context, &args)?,
        Command::Export(args) => export::run(&context, &args)?,
        Command::Report(args) => report::run(&context, &args)?,
        Command::Explain(args) => explain::run(&context, &args)?,
        Command::Profile(args) => profile::run(&context, &args)?,
        Command::Routing(args) => routing::run(&context, &args)?,
        Command::Mail(args) => mail::run(&context, &args)?,
        Command::Inbox(args) => inbox::run(&context, &args)?,
        Command::Webhook(args) => webhook::run(&context, &args)?,
        Command::Alert(args) => alert::run(&context, &args)?,
        Command::Note(args) => note::run(&context, &args)?,
        Command::Service(args) => service::run(&context, &args)?,
        Command::Sample(args) => sample::run(&context, &args)?,
        Command::Saved(args) => saved::run(&context, &args)?,
        Command::Schedule(args) => schedule::run(&context, &args)?,
        Command::Search(args) => search::run(&context, &args)?,
        Command::Conversation(args) => desk::conversation::run(&context, &args)?,
        Command::Ticket(args) => desk::ticket::run(&context, &args)?,
        Command::Gaps(args) => gaps::run(&context, &args)?,
        Command::Ask(args) => ask::run(&context, &args)?,
        Command::Answers(args) => answers::run(&context, &args)?,
        Command::Model(args) => model::run(&context, &args)?,
        Command::User(args) => user::run(&context, &args)?,
        Command::Token(args) => token::run(&context, &args)?,
        Command::Contact(args) => contact::run(&context, &args)?,
        Command::Erase(args) => erase::run(&context, &args)?,
        Command::Audit(args) => audit::run(&context, &args)?,
        Command::BillCheck(args) => bill_check::run(&context, &args)?,
        Command::Check(args) => return check::run(&context, &args),
        Command::Rebuild(args) => rebuild::run(&context, &args)?,
        Command::Backup(args) => backup::run(&context, &args)?,
        Command::Restore(args) => restore::run(&context, &args)?,
        Command::Demo(args) => demo::run(&context, &args)?,
        Command::OpenStore(args) => return open_store::run(&args),
    }
    Ok(ExitCode::SUCCESS)
}

/// Arms the failpoint of a test; the process that tries a store has points of its own.
fn arm(context: &Context, command: &Command) -> Result<(), Wrong> {
    let Some(point) = &context.config.failpoint else {
        return Ok(());
    };
    if point.starts_with("store.probe") != matches!(command, Command::OpenStore(_)) {
        return Ok(());
    }
    failpoint::arm(point).map_err(Wrong::new)
}

/// Sends what is logged to the standard error.
fn log(context: &Context, serves: bool) -> anyhow::Result<()> {
    let usual = if serves { "warn,svar=info" } else { "warn" };
    let asked = context.config.log.as_deref().unwrap_or(usual);
    let filter = EnvFilter::try_new(asked)
        .map_err(|error| Wrong::new(format!("`{asked}` is no log filter: {error}")))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(output::is_terminal(&std::io::stderr()))
        .try_init()
        .map_err(|error| anyhow::anyhow!("cannot log: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_commands_holds_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        use clap::CommandFactory;
        for command in Cli::command().get_subcommands() {
            let after = command.get_after_help().map(ToString::to_string);
            let after = after.unwrap_or_default();
            assert!(after.contains("Example"), "{}", command.get_name());
        }
    }
}
