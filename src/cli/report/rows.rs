//! The rows behind a report's figures.

use serde_json::Value;

use super::{Args, Format, pair, write};
use crate::cli::client::{Client, Parameters, encoded};
use crate::cli::context::Context;
use crate::cli::human::{Grid, NOTHING, Side, count, plain};
use crate::cli::output;
use crate::cli::wrong::Wrong;
use crate::model::Timestamp;
use crate::report::RowQuery;

/// How many rows of JSON a server is asked for at once; of CSV it sends all.
const PAGE: &str = "1000";

/// Lists the rows that count.
pub(super) fn run(
    context: &Context,
    args: &Args,
    id: &str,
    parameters: &Parameters,
) -> anyhow::Result<()> {
    let wanted = wanted(args)?;
    let client = context.client()?;
    let path = format!("/api/v1/reports/{}/rows", encoded(id));
    let mut parameters = parameters.clone();
    if let Some(bucket) = wanted.bucket {
        parameters.push(("bucket".to_owned(), bucket.to_string()));
    }
    for (field, value) in wanted.key {
        parameters.push((format!("key.{field}"), value));
    }
    if args.format == Format::Csv {
        return write(&client.text(&path, &parameters, "text/csv")?);
    }
    parameters.push(("limit".to_owned(), PAGE.to_owned()));
    show(&every_page(&client, &path, &parameters)?, args.format)
}

fn wanted(args: &Args) -> Result<RowQuery, Wrong> {
    let bucket = match &args.bucket {
        Some(text) => {
            Some(Timestamp::parse(text).map_err(|error| Wrong::new(format!("--bucket: {error}")))?)
        }
        None => None,
    };
    let key = args.key.iter().map(|text| pair("--key", text));
    Ok(RowQuery {
        bucket,
        key: key.collect::<Result<_, _>>()?,
        limit: usize::MAX,
        ..RowQuery::default()
    })
}

/// Every page of a server's rows as one.
fn every_page(client: &Client, path: &str, parameters: &Parameters) -> anyhow::Result<Value> {
    let mut whole = client.json(path, parameters)?;
    let mut cursor = cursor_of(&whole);
    while let Some(at) = cursor {
        let mut parameters = parameters.clone();
        parameters.push(("cursor".to_owned(), at));
        let mut page = client.json(path, &parameters)?;
        cursor = cursor_of(&page);
        let more = page.get_mut("items").map(Value::take);
        if let (Some(Value::Array(items)), Some(Value::Array(more))) =
            (whole.get_mut("items"), more)
        {
            items.extend(more);
        }
    }
    if let Some(cursor) = whole.get_mut("next_cursor") {
        *cursor = Value::Null;
    }
    Ok(whole)
}

fn cursor_of(page: &Value) -> Option<String> {
    page.get("next_cursor")?.as_str().map(str::to_owned)
}

fn show(page: &Value, format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::print_json(page);
    }
    let items = page.get("items").and_then(Value::as_array);
    let items = items.map(Vec::as_slice).unwrap_or_default();
    let total = page.get("total").and_then(Value::as_f64);
    let total = count(total.unwrap_or_default());
    write(&format!("{}\n{total} rows\n", table(items)))
}

fn table(items: &[Value]) -> String {
    let first = items.first().and_then(|row| row.get("key"));
    let keys: Vec<&str> = first
        .and_then(Value::as_object)
        .map(|key| key.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let mut grid = Grid::default();
    for head in ["at", "conversation", "episode", "ticket"] {
        grid.column(head, Side::Left);
    }
    for key in &keys {
        grid.column(*key, Side::Left);
    }
    grid.column("value", Side::Right);
    grid.column("why", Side::Left);
    for row in items {
        let mut cells: Vec<String> = ["at", "conversation", "episode", "ticket"]
            .iter()
            .map(|name| cell(row.get(*name)))
            .collect();
        let key = row.get("key");
        cells.extend(
            keys.iter()
                .map(|name| cell(key.and_then(|key| key.get(*name)))),
        );
        cells.push(cell(row.get("value")));
        cells.push(cell(row.get("reason")));
        grid.row(cells);
    }
    grid.render()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => NOTHING.to_owned(),
        Some(Value::String(text)) => plain(text),
        Some(Value::Number(number)) => count(number.as_f64().unwrap_or_default()),
        Some(other) => other.to_string(),
    }
}
