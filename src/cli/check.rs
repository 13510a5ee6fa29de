//! `svar check`: what differs among the parts of a data folder, and how to mend it.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::context::Context;
use super::export::served_position;
use super::{output, progress};
use crate::app::{Account, Inspection, Weight, check};

/// Compare journal, identities, store, index and kept columns with each other; changes nothing
///
/// Exit code 1 says that something differs. Beside a running server only the journal is
/// looked through, up to what the server has acknowledged.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar check\n  svar check --data svar-data --json\n  svar check --deep"
)]
pub(super) struct Args {
    /// Give the findings as JSON
    #[arg(long)]
    json: bool,
    /// Fold the journal in memory, too, and compare it with the kept columns
    #[arg(long)]
    deep: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<ExitCode> {
    context.only_here("check")?;
    context.must_exist()?;
    let position = served_position(context)?;
    let bar = progress::counting(position.unwrap_or_default(), "looking through the journal");
    let probe = context.options()?.probe;
    let inspection = Inspection {
        position,
        probe: probe.as_ref(),
        now: context.clock.now(),
        is_deep: args.deep,
    };
    let account = check(&context.data(), inspection, |seq| {
        if seq.is_multiple_of(1024) {
            bar.set_position(seq);
        }
    })?;
    bar.finish_and_clear();
    if args.json {
        output::print_json(&as_json(&account)?)?;
    } else {
        print(context, &account)?;
    }
    Ok(ExitCode::from(u8::from(!account.is_clean())))
}

fn as_json(account: &Account) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(account)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("clean".to_owned(), json!(account.is_clean()));
    }
    Ok(value)
}

fn print(context: &Context, account: &Account) -> anyhow::Result<()> {
    for difference in &account.found {
        let word = match difference.weight {
            Weight::Difference => "differs",
            Weight::Note => "note",
        };
        output::print(format_args!(
            "{word}: {}: {}\n  {}",
            difference.part, difference.what, difference.mend
        ))?;
    }
    let count = |number: Option<u64>| number.map_or("not looked at".to_owned(), |n| n.to_string());
    output::print(format_args!(
        "`{}`: {} records in {} segments, {} in the store, {} documents in the index: {}",
        context.data().display(),
        account.records,
        account.segments,
        count(account.stored),
        count(account.indexed),
        if account.is_clean() {
            "all fits"
        } else {
            "something differs"
        }
    ))
}
