//! `svar demo`: the synthetic desk as lines of events.

use std::io::Write;

use super::context::Context;
use super::output::Out;
use super::wrong::Wrong;
use crate::demo::{Options, events};
use crate::model::{DAY_MS, Timestamp};

/// The first day of which a desk may tell.
const EARLIEST: &str = "1900-01-01";
/// The most days that a desk is told of.
const MAX_DAYS: i64 = 36_500;

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
    /// Over how many days, up to a hundred years
    #[arg(long, value_name = "D", default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=MAX_DAYS))]
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
    if until.plus_millis(-i64::from(args.days) * DAY_MS) < instant("--days", EARLIEST)? {
        let reason = format!("--days: {} days before {until} is too long ago", args.days);
        return Err(Wrong::new(format!(
            "{reason}; expected a desk that begins in 1900 or later"
        ))
        .into());
    }
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
