//! `svar export`: the journal's events, or the facts made of them.

use std::io::Write;

use anyhow::Context as _;
use clap::ValueEnum;
use serde::Serializer as _;
use serde::ser::SerializeMap as _;
use serde_json::Value;

use super::context::Context;
use super::demo::instant;
use super::output::{self, Out};
use super::wrong::Wrong;
use crate::app::{FactKind, FactTable, export_events, fold_journal};
use crate::model::Timestamp;
use crate::report::guarded;

/// Write out events as they were imported, or facts as a table
///
/// Events come in the journal's order and can be imported again. Facts hold texts,
/// instants in UTC, and null for what has not happened.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar export events > events.jsonl\n  svar export episodes --format csv --since 2026-01-01 > episodes.csv"
)]
pub(super) struct Args {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// How to write it; events are lines of JSON only
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Only what began or happened then or later: a date in UTC, or an instant
    #[arg(long, value_name = "INSTANT")]
    since: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// What was imported and what happened here.
    Events,
    /// Episodes of conversations.
    Episodes,
    /// Tickets.
    Tickets,
    /// Public messages, without their words.
    Messages,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A JSON object a line.
    Jsonl,
    /// For spreadsheets.
    Csv,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    context.only_here("export")?;
    context.must_exist()?;
    let since = match &args.since {
        Some(text) => Some(instant("--since", text)?),
        None => None,
    };
    let position = served_position(context)?;
    let kind = match args.what {
        What::Events if args.format == Format::Csv => {
            return Err(Wrong::new("events are written as jsonl only").into());
        }
        What::Events => return events(context, position, since),
        What::Episodes => FactKind::Episodes,
        What::Tickets => FactKind::Tickets,
        What::Messages => FactKind::Messages,
    };
    let mut table = match position {
        Some(position) => fold_journal(&context.data(), position, kind, context.clock.now())?,
        None => context.reading()?.facts(kind),
    };
    if let Some(since) = since {
        table.rows.retain(|row| began(row) >= Some(since));
    }
    match args.format {
        Format::Jsonl => jsonl(&table),
        Format::Csv => csv(&table),
    }
}

/// Up to where the journal is safe, if a server is writing it.
pub(super) fn served_position(context: &Context) -> anyhow::Result<Option<u64>> {
    let Some(client) = context.server()? else {
        return Ok(None);
    };
    // Taking nothing is answered with the position of what was taken before.
    let answer = client.post("/api/v1/events", "application/json", b"[]")?;
    let position = answer.get("log_position").and_then(Value::as_u64);
    let position = position.context("the server does not say how far its journal is")?;
    output::say(format_args!("reading its journal up to record {position}"));
    Ok(Some(position))
}

fn events(
    context: &Context,
    position: Option<u64>,
    since: Option<Timestamp>,
) -> anyhow::Result<()> {
    let mut out = Out::lock();
    export_events(&context.data(), position, since, |json| {
        out.write_all(json.as_bytes())?;
        anyhow::Ok(out.write_all(b"\n")?)
    })?;
    Ok(out.flush()?)
}

/// The instant of a row, which its first column holds.
fn began(row: &[Value]) -> Option<Timestamp> {
    let text = row.first().and_then(Value::as_str)?;
    Timestamp::parse(text).ok()
}

fn jsonl(table: &FactTable) -> anyhow::Result<()> {
    let mut out = Out::lock();
    for row in &table.rows {
        // By hand, so that the columns keep their order.
        let mut json = serde_json::Serializer::new(&mut out);
        let mut object = json.serialize_map(Some(row.len()))?;
        for (name, value) in table.columns.iter().zip(row) {
            object.serialize_entry(name, value)?;
        }
        object.end()?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn csv(table: &FactTable) -> anyhow::Result<()> {
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    let mut writer = builder.from_writer(Out::lock());
    writer.write_record(table.columns)?;
    for row in &table.rows {
        let cells = row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => guarded(text.clone()),
            other => other.to_string(),
        });
        writer.write_record(cells)?;
    }
    Ok(writer.flush()?)
}
