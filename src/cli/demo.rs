//! `svar demo`: the synthetic desk as lines of events.

use std::io::Write;

use super::context::Context;
use super::output::Out;
use super::wrong::Wrong;
use crate::demo::{Options, events};
use crate::model::{DAY_MS, Timestamp};

/// Write a synthetic desk as events, the same for the same numbers
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  svar demo --conversations 1000 --until 2026-06-30 > events.jsonl\n  svar demo | svar import -"
)]
pub(super) struct Args {
    /// How many conversations
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    conversations: u32,
    /// Another seed makes another desk
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Over how many days
    #[arg(long, value_name = "D", default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..))]
    days: u32,
    /// The desk's last day ends where this date begins, in UTC [default: today]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let until = match &args.until {
        None => today(context.clock.now()),
        Some(text) => instant("--until", text)?,
    };
    let options = Options {
        conversations: args.conversations,
        seed: args.seed,
        days: args.days,
        until,
    };
    let mut out = Out::lock();
    for event in events(&options) {
        out.write_all(event.to_json().as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// The first instant of the day of `now`, in UTC.
pub(super) const fn today(now: Timestamp) -> Timestamp {
    now.plus_millis(-now.millis().rem_euclid(DAY_MS))
}

/// An instant, or the first one of a date in UTC.
pub(super) fn instant(flag: &str, text: &str) -> Result<Timestamp, Wrong> {
    let whole = if text.len() == "2026-01-31".len() {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    Timestamp::parse(&whole).map_err(|_error| {
        Wrong::new(format!(
            "{flag}: `{text}` is neither a date such as 2026-01-31 nor an instant such as 2026-01-31T09:00:00Z"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_first_instant() {
        let found = instant("--until", "2026-06-30").unwrap();
        assert_eq!(found.to_string(), "2026-06-30T00:00:00Z");
        assert!(instant("--until", "tomorrow").is_err());
        let noon = Timestamp::parse("2026-06-30T12:30:00.5Z").unwrap();
        assert_eq!(today(noon), found);
    }
}
