//! A proposal for the mapping of a table, by the names of its columns.
//!
//! It is a start for somebody who knows the table; nothing is imported by it.

use std::fmt::Write as _;
use std::io::Read;

use super::rows::Table;
use super::{Mapping, ROWS, Rows};
use crate::ingest::source::Translation as _;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::{Made, Output};
use crate::ingest::source::tally::Tally;
use crate::ingest::{Error, Input};
use crate::model::Event;

/// How many events are shown.
const SHOWN: usize = 10;

/// What a column may be, and how tables call it, in small letters.
const COLUMNS: [(&str, &[&str]); 12] = [
    (
        "conversation",
        &[
            "conversation id",
            "ticket id",
            "ticket number",
            "case number",
            "conversation",
            "ticket",
            "number",
            "#",
            "id",
        ],
    ),
    (
        "created",
        &[
            "created at",
            "created time",
            "created date",
            "created on",
            "created",
            "opened at",
            "message date",
            "date",
            "timestamp",
            "time",
        ],
    ),
    (
        "resolved",
        &[
            "resolved at",
            "resolved time",
            "closed at",
            "closed time",
            "closed date",
            "solved at",
            "resolved",
            "closed",
        ],
    ),
    (
        "contact",
        &[
            "customer email",
            "requester email",
            "contact email",
            "email",
            "from",
            "customer",
            "requester",
            "contact",
            "full name",
            "customer name",
        ],
    ),
    ("subject", &["subject", "title", "summary"]),
    ("channel", &["channel", "source", "via"]),
    (
        "rep",
        &["assignee", "agent", "owner", "assigned to", "user"],
    ),
    ("priority", &["priority"]),
    ("tags", &["tags", "labels"]),
    (
        "text",
        &["message", "body", "text", "description", "extract"],
    ),
    ("message", &["message id", "thread id", "comment id"]),
    ("rating", &["rating", "csat", "satisfaction", "score"]),
];

/// Proposes a mapping for a table, with the first events that it makes as comments.
pub fn guess(input: Input, zone: Option<&str>) -> Result<String, Error> {
    let name = input.name().to_owned();
    let mut table = Table::open(&name, input, None, None)?;
    let mapping = propose(&table.heads, zone);
    let events = first_events(&name, &mut table, &mapping)?;
    let mut text = mapping;
    let zone = zone.unwrap_or("UTC");
    // Writing to a text cannot fail.
    writeln!(text, "\n# The first events, with {zone} as the zone:").unwrap_or_default();
    for line in events {
        writeln!(text, "# {line}").unwrap_or_default();
    }
    Ok(text)
}

/// The column of a table that is what is looked for.
fn column<'a>(heads: &'a [String], what: &str) -> Option<&'a str> {
    let (_, names) = COLUMNS.iter().find(|(known, _)| *known == what)?;
    names.iter().find_map(|name| {
        let found = heads.iter().find(|head| head.to_lowercase() == *name);
        found.map(String::as_str)
    })
}

fn propose(heads: &[String], zone: Option<&str>) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let of = |what: &str| column(heads, what).map(quoted);
    let first = heads.first().map_or("id", String::as_str);
    let conversation = of("conversation").unwrap_or_else(|| quoted(first));
    let created = of("created").unwrap_or_else(|| quoted(first));
    let contact = of("contact").unwrap_or_else(|| conversation.clone());
    let mut text = format!(
        "# What ids begin with: a word for where the table comes from.\nsource = \"table\"\n# The zone of the account that exported it.\nzone = {}\n# How instants are written where the year is not first, such as \"%d/%m/%Y %H:%M\".\ndates = []\n",
        quoted(zone.unwrap_or_default())
    );
    let mut started = vec![
        ("conversation", conversation.clone()),
        ("contact", contact.clone()),
        (
            "channel",
            of("channel").map_or("{ value = \"other\" }".to_owned(), |column| {
                format!("{{ column = {column}, map = {{ \"E-mail\" = \"email\" }} }}")
            }),
        ),
    ];
    started.extend(of("subject").map(|subject| ("subject", subject)));
    rule(&mut text, "conversation.started", &created, &started);
    if let Some(words) = of("text") {
        let message = of("message").unwrap_or_else(|| conversation.clone());
        let fields = [
            ("conversation", conversation.clone()),
            ("message", message),
            ("author.kind", "{ value = \"contact\" }".to_owned()),
            ("text", words),
        ];
        rule(&mut text, "message.added", &created, &fields);
    }
    if let Some(resolved) = of("resolved") {
        let mut fields = vec![
            ("conversation", conversation.clone()),
            ("by.kind", "{ value = \"rep\" }".to_owned()),
        ];
        fields.extend(of("rep").map(|rep| ("by.id", rep)));
        rule(&mut text, "conversation.resolved", &resolved, &fields);
    }
    if let Some(score) = of("rating") {
        let fields = [("conversation", conversation.clone()), ("score", score)];
        rule(&mut text, "csat.rated", &created, &fields);
    }
    if let Some(tags) = of("tags") {
        write!(
            text,
            "\n[[event]]\ntype = \"conversation.tagged\"\nat = {created}\neach = {{ column = {tags}, by = \",\" }}\n[event.fields]\n\"conversation\" = {conversation}\n\"tag\" = {tags}\n"
        )
        .unwrap_or_default();
    }
    text
}

/// Writes what rows make one event of.
fn rule(text: &mut String, kind: &str, at: &str, fields: &[(&str, String)]) {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| format!("\"{name}\" = {value}\n"));
    let fields: String = fields.collect();
    // Writing to a text cannot fail.
    write!(
        text,
        "\n[[event]]\ntype = \"{kind}\"\nat = {at}\n[event.fields]\n{fields}"
    )
    .unwrap_or_default();
}

/// The first events that a mapping makes, and why rows before them make none.
fn first_events(
    name: &str,
    table: &mut Table<impl Read>,
    mapping: &str,
) -> Result<Vec<String>, Error> {
    // Without a zone said, what is shown is as in UTC.
    let mapping = mapping.replace("zone = \"\"\n", "zone = \"UTC\"\n");
    let mapping = Mapping::parse(name, &mapping, None)?;
    let source = mapping.source.clone();
    let mut rows = Rows::new(mapping);
    let (mut events, mut rejected, mut tally) =
        (Vec::<(u64, Event)>::new(), Vec::new(), Tally::default());
    while let Some(row) = table.next()? {
        let Ok(record) = row else { continue };
        let fields = Fields::new(&record);
        let mut output = Output {
            format: &source,
            kind: ROWS,
            number: 1,
            record: fields,
            events: &mut events,
            rejected: &mut rejected,
            tally: &mut tally,
            made: Made::default(),
        };
        rows.translate(ROWS, fields, &mut output);
        if events.len() + rejected.len() >= SHOWN {
            break;
        }
    }
    let faults = rejected
        .iter()
        .map(|one| format!("refused: {}: {}", one.field, one.reason));
    let events = events.iter().map(|(_, event)| event.to_json());
    Ok(events.chain(faults).take(SHOWN).collect())
}
