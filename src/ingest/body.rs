//! The body of a `POST /events`: lines, or a JSON list, known by its first sign.
//!
//! An item that is no event is refused by its number and stops nothing; only a body that
//! is neither lines nor a list is refused whole. Fed by `app`.

use serde_json::value::RawValue;

use super::reader::parse_text;
use super::{Error, LineResult, Reader};

/// Reads a posted body; each item is an event, or refused by its place from 1.
///
/// Whatever `content_type` says, a body that begins with `[` is a list. A body of
/// `application/json` may also be one event over several lines.
pub fn parse_body(bytes: &[u8], content_type: Option<&str>) -> Result<Vec<LineResult>, Error> {
    let media_type = content_type
        .and_then(|header| header.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if media_type.starts_with("multipart/") {
        return Err(Error::Body {
            reason: format!(
                "`{media_type}` was sent; send the lines or the JSON list itself as the body"
            ),
        });
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match text.trim_ascii_start().first() {
        // No lines are as good as an empty list.
        None => Ok(Vec::new()),
        Some(b'[') => parse_list(text),
        Some(b'{') if media_type == "application/json" => match one_value(text) {
            Some(event) => Ok(vec![parse_text(1, event)]),
            None => parse_lines(bytes),
        },
        _ => parse_lines(bytes),
    }
}

fn parse_list(text: &[u8]) -> Result<Vec<LineResult>, Error> {
    let items: Vec<&RawValue> = serde_json::from_slice(text).map_err(|error| Error::Body {
        reason: format!("it begins as a JSON list, but {error}"),
    })?;
    Ok((1..)
        .zip(items)
        .map(|(number, item)| parse_text(number, item.get()))
        .collect())
}

/// The text of the body, if it is one JSON value.
fn one_value(text: &[u8]) -> Option<&str> {
    let value: &RawValue = serde_json::from_slice(text).ok()?;
    Some(value.get())
}

fn parse_lines(bytes: &[u8]) -> Result<Vec<LineResult>, Error> {
    Reader::new("the body", bytes).collect()
}
