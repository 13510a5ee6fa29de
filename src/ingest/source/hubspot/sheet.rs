//! HubSpot's tables, each row made the record that the API would have given.
//!
//! What a table holds is told by its columns. Fed by `rows`; what it makes is translated as any
//! other record, so that tables and the API's JSON may be given in one run.

use std::io::Read;

use serde_json::{Map, Value, json};

use super::heads::{self, INTO, OWN};
use super::mapping::HubSpotMapping;
use crate::ingest::Error;
use crate::ingest::source::field::Fields;
use crate::ingest::source::pages::{Receiver, Record};
use crate::ingest::source::table::TableClock;
use crate::ingest::source::table::rows::Table;

/// Columns that hold instants.
const INSTANTS: [&str; 4] = ["closed", "created", "escalated", "modified"];

/// Hands all rows of a table to `receiver` as records; gives their number.
pub(in crate::ingest::source) fn read(
    name: &str,
    input: impl Read,
    mapping: &HubSpotMapping,
    receiver: &mut dyn Receiver,
) -> Result<u64, Error> {
    let clock = mapping.clock(name)?;
    let mut table = Table::open(name, input, mapping.delimiter, mapping.encoding.as_deref())?;
    let sheet = Sheet::new(&table.heads, mapping, clock);
    let mut number = 0;
    while let Some(row) = table.next()? {
        number += 1;
        let done = match row {
            Ok(row) => receiver.take(number, sheet.kind, sheet.record(row)),
            Err(broken) => receiver.broken(number, sheet.kind, broken),
        };
        if done.is_break() {
            break;
        }
    }
    if number == 0 {
        return Err(Error::Empty {
            name: name.to_owned(),
        });
    }
    Ok(number)
}

/// Whether a table of these heads is one of HubSpot's.
pub(in crate::ingest::source) fn is_one(heads: &[String]) -> bool {
    let known: Vec<String> = heads
        .iter()
        .filter_map(|head| heads::meaning(head))
        .collect();
    let has = |wanted: &[&str]| {
        wanted
            .iter()
            .all(|what| known.iter().any(|one| one == what))
    };
    has(&["ticket", "pipeline", "status"])
        || has(&["thread", "sender type", "text"])
        || has(&["article title", "article body", "article url"])
}

/// A table's columns.
struct Sheet {
    /// What its rows are; none: nothing that is known.
    kind: Option<&'static str>,
    /// Heads with what they are.
    columns: Vec<(String, String)>,
    clock: TableClock,
}

impl Sheet {
    fn new(heads: &[String], mapping: &HubSpotMapping, clock: TableClock) -> Self {
        let named = heads.iter().filter_map(|head| {
            let own = mapping.column(head).map(str::to_owned);
            Some((head.clone(), own.or_else(|| heads::meaning(head))?))
        });
        let columns: Vec<(String, String)> = named.collect();
        let has = |what: &str| columns.iter().any(|(_, column)| column == what);
        let kind = match () {
            () if has("article title") && has("article body") => Some("articles"),
            () if has("thread") && has("text") => Some("messages"),
            () if has("ticket") || (has("pipeline") && has("status")) => Some("tickets"),
            () if has("thread") && has("created") => Some("threads"),
            () if has("record") && has("email") => Some("contacts"),
            () => None,
        };
        Self {
            kind,
            columns,
            clock,
        }
    }

    /// A row as a record of its kind.
    fn record(&self, row: Record) -> Record {
        let mut cells = Record::new();
        for (head, what) in &self.columns {
            let Some(text) = row.get(head).and_then(Value::as_str).map(str::trim) else {
                continue;
            };
            // Of several columns that say the same the first with something in it counts.
            if text.is_empty() || cells.contains_key(what) {
                continue;
            }
            let is_instant = INSTANTS.contains(&what.as_str()) || what.starts_with(INTO);
            let at = is_instant.then(|| self.clock.instant(text)).flatten();
            let value = at.map_or_else(|| text.to_owned(), |at| at.to_string());
            cells.insert(what.clone(), value.into());
        }
        let made = match self.kind {
            Some("articles") => article(Fields::new(&cells)),
            Some("messages") => message(Fields::new(&cells)),
            Some("tickets") => ticket(Fields::new(&cells)),
            Some("threads") => thread(Fields::new(&cells)),
            Some(_) => contact(Fields::new(&cells)),
            None => return row,
        };
        without_null(made)
    }
}

/// The record of an object, without what is null in it or in the objects in it.
fn without_null(value: Value) -> Record {
    let Value::Object(mut fields) = value else {
        return Record::new();
    };
    fields.retain(|_, value| !value.is_null());
    for value in fields.values_mut() {
        if let Value::Object(inner) = value {
            inner.retain(|_, value| !value.is_null());
        }
    }
    fields
}

/// The contact of a row: an id, else an address. Of several the first.
fn contact_of(cells: Fields<'_>) -> Option<String> {
    let first = |name: &str| {
        let all = cells.text(name)?.split([';', ',']);
        let mut all = all.map(str::trim).filter(|one| !one.is_empty());
        all.next().map(str::to_owned)
    };
    first("contact").or_else(|| first("email").map(|address| address.to_lowercase()))
}

fn ticket(cells: Fields<'_>) -> Value {
    let mut properties = Map::new();
    for (what, property) in [
        ("name", "subject"),
        ("content", "content"),
        ("pipeline", "hs_pipeline"),
        ("status", "hs_pipeline_stage"),
        ("created", "createdate"),
        ("closed", "closed_date"),
        ("modified", "hs_lastmodifieddate"),
        ("owner", "hubspot_owner_id"),
        ("team", "hubspot_team_id"),
        ("priority", "hs_ticket_priority"),
        ("category", "hs_ticket_category"),
        ("channel", "source_type"),
        ("thread", "hs_conversations_originating_thread_id"),
        ("agent status", "hs_customer_agent_ticket_status"),
        ("escalated", "hs_customer_agent_escalated_time"),
        ("time to close", "time_to_close"),
        ("time to first reply", "time_to_first_agent_reply"),
    ] {
        if let Some(text) = cells.text(what) {
            properties.insert(property.to_owned(), text.into());
        }
    }
    for (name, value) in cells.all() {
        if let Some(stage) = name.strip_prefix(INTO) {
            properties.insert(format!("hs_date_entered_{stage}"), value.clone());
        }
    }
    let contact = contact_of(cells).map(|id| json!({"contacts": {"results": [{"id": id}]}}));
    json!({
        "id": cells.text("ticket").or_else(|| cells.text("record")),
        "properties": properties,
        "associations": contact,
        "attributes": attributes(cells),
    })
}

fn thread(cells: Fields<'_>) -> Value {
    json!({
        "id": cells.text("thread"),
        "createdAt": cells.text("created"),
        "closedAt": cells.text("closed"),
        "status": cells.text("status").map(str::to_uppercase),
        "originalChannelId": cells.text("channel"),
        "inboxId": cells.text("inbox"),
        "assignedTo": cells.text("owner"),
        "associatedContactId": contact_of(cells),
        "attributes": attributes(cells),
    })
}

fn message(cells: Fields<'_>) -> Value {
    let sender = json!({
        "kind": cells.text("sender type"),
        "actorId": cells.text("sender"),
    });
    json!({
        "id": cells.text("message"),
        "conversationsThreadId": cells.text("thread"),
        "type": cells.text("type").unwrap_or("MESSAGE").to_uppercase(),
        "createdAt": cells.text("created"),
        "direction": cells.text("direction").map(str::to_uppercase),
        "text": cells.text("text"),
        "senders": [sender],
    })
}

/// An article of the knowledge base; without an id its address, else its title, is one.
fn article(cells: Fields<'_>) -> Value {
    let id = cells.text("record").or_else(|| cells.text("article url"));
    json!({
        "id": id.or_else(|| cells.text("article title")),
        "title": cells.text("article title"),
        "body": cells.text("article body"),
        "url": cells.text("article url"),
        "language": cells.text("article language"),
        "updatedAt": cells.text("modified").or_else(|| cells.text("created")),
    })
}

fn contact(cells: Fields<'_>) -> Value {
    json!({
        "id": cells.text("record"),
        "properties": {
            "email": cells.text("email"),
            "firstname": cells.text("first name"),
            "lastname": cells.text("last name"),
            "phone": cells.text("phone"),
            "createdate": cells.text("created"),
            "lastmodifieddate": cells.text("modified"),
        },
    })
}

/// Own fields, and what the export says of the customer agent.
fn attributes(cells: Fields<'_>) -> Option<Value> {
    let own = cells.all().filter_map(|(name, value)| {
        let name = name.strip_prefix(OWN)?;
        Some((name.to_owned(), value.clone()))
    });
    let mut own: Map<String, Value> = own.collect();
    if let Some(state) = cells.text("resolution state") {
        own.insert("ai_agent.resolution_state".to_owned(), state.into());
    }
    (!own.is_empty()).then_some(Value::Object(own))
}
