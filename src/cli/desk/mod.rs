//! The desk from the terminal: `conversation` and `ticket` list, show, and do what the API does.
//!
//! What is done is done by the server that owns the folder, or by the same routes in this process.

pub(super) mod conversation;
mod files;
pub(super) mod ticket;

use serde_json::Value;

use super::client::Parameters;
use super::human::plain;

/// A text of an answer; empty where there is none.
fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text of an answer as a cell of a table.
fn cell(value: &Value, name: &str) -> String {
    plain(word(value, name))
}

/// The parameters of a list that were named.
fn named(options: &[(&str, Option<&String>)]) -> Parameters {
    let named = options
        .iter()
        .filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.clone())));
    named.collect()
}

/// How long something waits or has left; empty where it does not.
fn time(value: &Value, name: &str) -> String {
    let secs = value.get(name).and_then(Value::as_f64);
    secs.map_or_else(String::new, |secs| {
        let sign = if secs < 0.0 { "-" } else { "" };
        format!("{sign}{}", super::human::duration(secs.abs()))
    })
}
