//! `svar schedule`: working time between two instants, and holidays from a calendar file.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::Value;

use super::client::encoded;
use super::context::Context;
use super::wrong::Wrong;
use super::{input, output};
use crate::app;
use crate::model::Timestamp;

/// The longest file that is read, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Count working time, or take holidays over from a calendar
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar schedule between --schedule hours.json 2026-01-09T16:30:00Z 2026-01-12T09:30:00Z\n  svar schedule import-holidays holidays.ics --schedule default"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Between(BetweenArgs),
    ImportHolidays(HolidayArgs),
}

/// Print the working seconds between two instants, and the intervals that count
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  svar schedule between --schedule hours.json 2026-01-09T16:30:00Z 2026-01-12T09:30:00Z\n\nFILE is JSON: {\"timezone\": \"Europe/Oslo\", \"schedule\": {\"mon\": [\"09:00-17:00\"]}, \"holidays\": [\"2026-12-25\"]}, and maybe breaks, shifts and pauses."
)]
struct BetweenArgs {
    /// The schedule, as JSON; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    schedule: PathBuf,
    /// From this instant
    #[arg(value_name = "START")]
    start: String,
    /// To this instant
    #[arg(value_name = "END")]
    end: String,
    /// Give the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Add the all-day events of an iCalendar file to a schedule, as dates without hours
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  svar schedule import-holidays holidays.ics --schedule default")]
struct HolidayArgs {
    /// The iCalendar file; `-` is the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The schedule [default: the one called default, else the only one]
    #[arg(long, value_name = "ID")]
    schedule: Option<String>,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    match &args.deed {
        Action::Between(args) => between(args),
        Action::ImportHolidays(args) => import_holidays(context, args),
    }
}

fn between(args: &BetweenArgs) -> anyhow::Result<()> {
    let text = input::text(&args.schedule, MAX_FILE)?;
    let file: Value = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is not JSON", args.schedule.display()))?;
    let instant = |name: &str, text: &str| {
        Timestamp::parse(text).map_err(|error| Wrong::new(format!("{name}: {error}")))
    };
    let (start, end) = (instant("START", &args.start)?, instant("END", &args.end)?);
    let counted = app::between(&file, start, end)
        .map_err(|error| Wrong::new(format!("`{}`: {error}", args.schedule.display())))?;
    if args.json {
        return output::print_json(&serde_json::to_value(&counted)?);
    }
    let mut lines = counted.seconds.to_string();
    for interval in &counted.intervals {
        write!(lines, "\n{} {}", interval.start, interval.end)?;
    }
    output::print(lines)
}

fn import_holidays(context: &Context, args: &HolidayArgs) -> anyhow::Result<()> {
    let calendar = input::text(&args.file, MAX_FILE)?;
    let schedule = args.schedule.as_deref().map(encoded);
    let query = schedule.map_or_else(String::new, |id| format!("?schedule={id}"));
    let path = format!("/api/v1/schedules/holidays{query}");
    let taken = context
        .client()?
        .post(&path, "text/calendar", calendar.as_bytes())?;
    let number = |name: &str| taken.get(name).and_then(Value::as_u64).unwrap_or_default();
    let schedule = taken.get("schedule").and_then(Value::as_str);
    output::print(format_args!(
        "{} dates without hours added to `{}` from now on ({} known already, {} events passed over; yearly ones until {})",
        number("added"),
        schedule.unwrap_or_default(),
        number("known"),
        number("passed_over"),
        number("until_year"),
    ))
}
