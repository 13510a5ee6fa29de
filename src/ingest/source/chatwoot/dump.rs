//! Tables of Chatwoot's database as `PostgreSQL` copies them into CSV, each row made the record that
//! the API would have given.
//!
//! What a table is, is told by its columns, which may stand in any order; those that nothing is
//! made of are ignored. Instants have no zone and are UTC; the API gives most of them in whole
//! seconds, and so are they here. Fed by `table::rows`; what rows say of each other is known by
//! `joins`.

use std::io::Read;

use serde_json::{Value, json};

use crate::ingest::Error;
use crate::ingest::source::field::instant;
use crate::ingest::source::pages::{Receiver, Record};
use crate::ingest::source::table::rows::Table;
use crate::model::Timestamp;

/// What says that a record is a table's row.
pub(super) const ROW: &str = "row of a table";

/// A table: under which name its rows are listed, and which columns tell it from the others.
struct Known {
    list: &'static str,
    columns: &'static [&'static str],
}

/// The tables that something is made of, those with the surest columns first.
const TABLES: [Known; 16] = [
    Known::new(
        "table of conversations",
        &["display_id", "inbox_id", "status"],
    ),
    Known::new("table of messages", &["message_type", "conversation_id"]),
    Known::new("table of reporting events", &["event_start_time", "name"]),
    Known::new("table of ratings", &["rating", "conversation_id"]),
    Known::new("table of canned responses", &["short_code", "content"]),
    Known::new("table of taggings", &["tag_id", "taggable_id"]),
    Known::new("table of attachments", &["message_id", "file_type"]),
    Known::new("table of account users", &["account_id", "user_id", "role"]),
    Known::new("table of inboxes", &["channel_type", "name"]),
    Known::new("table of teams", &["allow_auto_assign", "name"]),
    Known::new("table of articles", &["title", "content", "portal_id"]),
    Known::new("table of articles", &["title", "content", "slug"]),
    Known::new("table of contacts", &["phone_number", "identifier"]),
    Known::new("table of users", &["email", "display_name"]),
    Known::new("table of tags", &["name", "taggings_count"]),
    // Whatever else belongs to an account, or to its files.
    Known::new("other table", &["id", "account_id"]),
];
/// How many of these tables nobody else's could be mistaken for.
const SURE: usize = 8;
/// Columns that hold instants which the API gives in whole seconds.
const INSTANTS: [&str; 5] = [
    "created_at",
    "event_end_time",
    "event_start_time",
    "last_activity_at",
    "updated_at",
];
/// Columns that hold JSON.
const OBJECTS: [&str; 2] = ["additional_attributes", "content_attributes"];
const STATUSES: [&str; 4] = ["open", "resolved", "pending", "snoozed"];
const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];
/// The kinds of what a message holds, as far as they tell how it is read.
const CONTENTS: [&str; 9] = [
    "text",
    "input_text",
    "input_textarea",
    "input_email",
    "input_select",
    "cards",
    "form",
    "article",
    "incoming_email",
];

impl Known {
    const fn new(list: &'static str, columns: &'static [&'static str]) -> Self {
        Self { list, columns }
    }

    fn fits(&self, heads: &[String]) -> bool {
        let has = |wanted: &&str| heads.iter().any(|head| head == wanted);
        self.columns.iter().all(has)
    }
}

/// The columns of a table that say something without which less is made of its rows, besides those
/// that any record of the kind is expected to have.
pub(super) fn columns(kind: &str) -> &'static [&'static str] {
    match kind {
        "conversations" => &[
            "additional_attributes",
            "assignee_id",
            "contact_id",
            "priority",
            "team_id",
        ],
        "messages" => &[
            "content_attributes",
            "source_id",
            "content_type",
            "sender_id",
            "sender_type",
        ],
        "contacts" => &["identifier", "phone_number"],
        "csat_survey_responses" => &["feedback_message"],
        "reporting_events" => &["value", "value_in_business_hours"],
        "articles" => &["locale"],
        "attachments" => &["external_url"],
        "taggings" => &["taggable_type"],
        _ => &[],
    }
}

/// Hands all rows of a table to `receiver` as records; gives their number, which may be none.
pub(in crate::ingest::source) fn read(
    name: &str,
    input: impl Read,
    receiver: &mut dyn Receiver,
) -> Result<u64, Error> {
    let mut table = Table::open(name, input, None, None)?;
    let mut known = TABLES.iter();
    let list = known.find(|one| one.fits(&table.heads)).map(|one| one.list);
    let mut number = 0;
    while let Some(row) = table.next()? {
        number += 1;
        let done = match row {
            Ok(row) => receiver.take(number, list, record(list, row)),
            Err(broken) => receiver.broken(number, list, broken),
        };
        if done.is_break() {
            break;
        }
    }
    Ok(number)
}

/// Whether a table of these heads is surely one of Chatwoot's.
pub(in crate::ingest::source) fn is_one(heads: &[String]) -> bool {
    TABLES.iter().take(SURE).any(|one| one.fits(heads))
}

/// A row as a record of its kind.
fn record(list: Option<&str>, row: Record) -> Record {
    // The API writes those of canned responses as the database has them.
    let is_exact = list == Some("table of canned responses");
    let cells = row.into_iter().map(|(name, cell)| {
        let value = match cell.as_str() {
            // PostgreSQL writes nothing for what is null.
            None | Some("") => Value::Null,
            Some(text) if OBJECTS.contains(&name.as_str()) => object(text),
            Some(text) if !is_exact && INSTANTS.contains(&name.as_str()) => second(text),
            Some(_) => cell,
        };
        (name, value)
    });
    let mut record: Record = cells.collect();
    match list {
        Some("table of conversations") => conversation(&mut record),
        Some("table of messages") => word(&mut record, "content_type", &CONTENTS),
        // An upsert of theirs is told by when it was made, as the API has no other instant.
        Some("table of contacts") => drop(record.remove("updated_at")),
        _ => {}
    }
    record.insert(ROW.to_owned(), true.into());
    record
}

/// A conversation goes by its number in the account, and says who has it as the API does.
fn conversation(record: &mut Record) {
    let row = record.get("id").cloned().unwrap_or_default();
    let number = record.remove("display_id").unwrap_or_default();
    let one = |name: &str| {
        let id = record.get(name).filter(|id| !id.is_null());
        id.map(|id| json!({"id": id}))
    };
    let meta = json!({
        "sender": one("contact_id"),
        "assignee": one("assignee_id"),
        "team": one("team_id"),
    });
    record.insert("conversation_row".to_owned(), row);
    record.insert("id".to_owned(), number);
    record.insert("meta".to_owned(), meta);
    if let Some(labels) = record.remove("cached_label_list") {
        record.insert("labels".to_owned(), labels);
    }
    word(record, "status", &STATUSES);
    word(record, "priority", &PRIORITIES);
}

/// Has a number be the word that it stands for; one that stands for none stays.
fn word(record: &mut Record, name: &str, words: &[&str]) {
    let place = record.get(name).and_then(Value::as_str);
    let place = place.and_then(|place| place.parse::<usize>().ok());
    if let Some(word) = place.and_then(|place| words.get(place)) {
        record.insert(name.to_owned(), (*word).into());
    }
}

/// An object that stands as text; older versions have written a text of it into the column.
fn object(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    match value {
        Value::String(inner) => serde_json::from_str(&inner).unwrap_or_default(),
        value => value,
    }
}

/// An instant in whole seconds; what is none stays.
fn second(text: &str) -> Value {
    let at = instant(&Value::from(text)).map(Timestamp::millis);
    at.map_or_else(
        || text.into(),
        |at| {
            Timestamp::from_millis(at - at.rem_euclid(1_000))
                .to_string()
                .into()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    fn list_of(line: &str) -> Option<&'static str> {
        let heads = heads(line);
        TABLES
            .iter()
            .find(|one| one.fits(&heads))
            .map(|one| one.list)
    }

    #[test]
    fn a_table_is_told_by_its_columns_in_any_order() {
        for (line, wanted) in [
            (
                "status,display_id,account_id,inbox_id,id",
                Some("table of conversations"),
            ),
            (
                "id,content,message_type,conversation_id",
                Some("table of messages"),
            ),
            (
                "id,account_id,conversation_id,rating",
                Some("table of ratings"),
            ),
            ("id,name,email,display_name", Some("table of users")),
            (
                "id,account_id,portal_id,title,content,slug",
                Some("table of articles"),
            ),
            ("id,account_id,url", Some("other table")),
            ("ticket,status", None),
        ] {
            assert_eq!(list_of(line), wanted, "{line}");
        }
        assert!(is_one(&heads("id,tag_id,taggable_id,context")));
        assert!(!is_one(&heads("id,account_id,title")));
    }

    #[test]
    fn cells_become_what_the_api_gives() {
        assert_eq!(
            second("2026-10-05 09:00:00.987654"),
            json!("2026-10-05T09:00:00Z")
        );
        assert_eq!(second("soon"), json!("soon"));
        assert_eq!(object(r#"{"deleted": true}"#), json!({"deleted": true}));
        assert_eq!(object(r#""{\"deleted\":true}""#), json!({"deleted": true}));
        assert_eq!(object("{"), Value::Null);
        let mut record = Record::new();
        record.insert("status".to_owned(), "3".into());
        record.insert("priority".to_owned(), "9".into());
        word(&mut record, "status", &STATUSES);
        word(&mut record, "priority", &PRIORITIES);
        assert_eq!(record.get("status"), Some(&json!("snoozed")));
        assert_eq!(record.get("priority"), Some(&json!("9")));
    }
}
