//! A proposal for the mapping of a table, by the names of its columns, and what it would make.
//!
//! It is a start for somebody who knows the table; nothing is imported by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use super::form::{TableColumn, TableForm};
use super::role::ColumnRole;
use super::rows::Table;
use super::{Mapping, ROWS, Rows};
use crate::ingest::source::Translation as _;
use crate::ingest::source::field::Fields;
use crate::ingest::source::kind::is_json;
use crate::ingest::source::output::{Made, Output};
use crate::ingest::source::tally::Tally;
use crate::ingest::{Error, Input, UnpackedFile, unpacked};
use crate::model::{Event, brief_value};

/// How many events are shown.
const SHOWN: usize = 10;
/// How many rows are looked at for words.
const LOOKED_AT: usize = 1_000;
/// How many different words of a column are gathered.
const MOST_WORDS: usize = 20;
/// How many rows are shown.
const SHOWN_ROWS: usize = 3;

/// The beginning of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSample {
    /// The names of its columns.
    pub heads: Vec<String>,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
    /// The words of each column, those that come first; of one with many different words none.
    pub words: Vec<Vec<String>>,
}

impl TableSample {
    /// Reads the beginning of a table.
    pub fn read(
        input: Input,
        delimiter: Option<char>,
        encoding: Option<&str>,
    ) -> Result<Self, Error> {
        let name = input.name().to_owned();
        let mut table = Table::open(&name, input, delimiter, encoding)?;
        let heads = table.heads.clone();
        let mut rows = Vec::new();
        let mut words: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); heads.len()];
        for _ in 0..LOOKED_AT {
            let Some(row) = table.next()? else { break };
            let Ok(record) = row else { continue };
            let cell = |head: &String| {
                let cell = record.get(head).and_then(serde_json::Value::as_str);
                cell.unwrap_or_default().to_owned()
            };
            let cells: Vec<String> = heads.iter().map(cell).collect();
            for (known, cell) in words.iter_mut().zip(&cells) {
                let place = known.len();
                if !cell.is_empty() && place <= MOST_WORDS {
                    known.entry(cell.clone()).or_insert(place);
                }
            }
            if rows.len() < SHOWN_ROWS {
                rows.push(cells.iter().map(|cell| brief_value(cell)).collect());
            }
        }
        let in_order = |known: BTreeMap<String, usize>| {
            let mut words: Vec<(usize, String)> = known
                .into_iter()
                .map(|(word, place)| (place, word))
                .collect();
            words.sort();
            words.into_iter().map(|(_, word)| word).collect()
        };
        let few = words.into_iter().map(|known| match known.len() {
            0..=MOST_WORDS => in_order(known),
            _ => Vec::new(),
        });
        Ok(Self {
            heads,
            rows,
            words: few.collect(),
        })
    }

    /// What its columns are, as far as their names say it, and what their words mean.
    pub fn guess(&self, zone: Option<&str>) -> TableForm {
        let mut columns: Vec<TableColumn> = self
            .heads
            .iter()
            .map(|head| TableColumn {
                head: head.clone(),
                ..TableColumn::default()
            })
            .collect();
        for role in ColumnRole::ALL.iter().copied() {
            let found = role.names().find_map(|name| {
                let mut columns = columns.iter();
                columns
                    .position(|column| column.role.is_none() && column.head.to_lowercase() == name)
            });
            if let Some(column) = found.and_then(|place| columns.get_mut(place)) {
                column.role = Some(role);
            }
        }
        let mut form = TableForm {
            source: "table".to_owned(),
            zone: zone.unwrap_or_default().to_owned(),
            columns,
            ..TableForm::default()
        };
        self.fill_in(&mut form);
        form
    }

    /// Adds the words of columns whose words mean something, with what they mean as far as that
    /// can be told; what is said of a word already stays.
    pub fn fill_in(&self, form: &mut TableForm) {
        for (column, words) in form.columns.iter_mut().zip(&self.words) {
            let Some(role) = column.role.filter(|role| !role.meanings().is_empty()) else {
                column.words.clear();
                continue;
            };
            for word in words {
                if column.words.iter().any(|(known, _)| known == word) {
                    continue;
                }
                let means = role.meaning(word).unwrap_or_default();
                column.words.push((word.clone(), means.to_owned()));
            }
        }
    }
}

/// Proposes a mapping for the table in a file, with the first events that it makes as comments. Of
/// an archive it is the first table in it, which is named.
pub fn guess(path: &Path, zone: Option<&str>) -> Result<String, Error> {
    if path == Path::new("-") {
        return Err(Error::Once {
            name: "standard input".to_owned(),
        });
    }
    let (table, mut text) = match archived(path)? {
        None => (path.to_owned(), String::new()),
        Some((table, of)) => (table, format!("# Proposed for {of}.\n\n")),
    };
    let form = TableSample::read(Input::open_table(&table)?, None, None)?.guess(zone);
    let mapping = form.to_toml();
    let events = first_events(Input::open_table(&table)?, &mapping)?;
    text.push_str(&mapping);
    let zone = zone.unwrap_or("UTC");
    // Writing to a text cannot fail.
    writeln!(text, "\n# The first events, with {zone} as the zone:").unwrap_or_default();
    for line in events {
        writeln!(text, "# {line}").unwrap_or_default();
    }
    Ok(text)
}

/// The first table in an archive, and which that is in words; none: it is no archive.
fn archived(path: &Path) -> Result<Option<(PathBuf, String)>, Error> {
    let files = unpacked(std::slice::from_ref(&path.to_owned()))?.files;
    let named = |one: &UnpackedFile| one.name.as_deref().map(brief_value);
    if !files.iter().any(|one| one.name.is_some()) {
        return Ok(None);
    }
    let mut tables = Vec::new();
    for one in &files {
        let mut input = BufReader::new(Input::open_table(&one.path)?);
        let seen = input.fill_buf();
        let seen = seen.map_err(|cause| Error::read(&one.path.display().to_string(), 0, cause))?;
        if !is_json(seen) {
            tables.push(one);
        }
    }
    let Some((first, others)) = tables.split_first() else {
        return Err(Error::Archive {
            name: path.display().to_string(),
            reason: "it holds no table, only JSON".to_owned(),
        });
    };
    let name = named(first).unwrap_or_default();
    let mut of = format!("`{name}` of the archive");
    let others: Vec<String> = others.iter().copied().filter_map(named).collect();
    if !others.is_empty() {
        let list: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
        of = format!("{of}; it also holds {}", list.join(", "));
    }
    Ok(Some((first.path.clone(), of)))
}

/// The first events that a mapping makes of a table, and why rows before them make none.
pub fn first_events(input: Input, mapping: &str) -> Result<Vec<String>, Error> {
    // Without a zone said, what is shown is as in UTC.
    let mapping = mapping.replace("zone = \"\"\n", "zone = \"UTC\"\n");
    let name = input.name().to_owned();
    let mapping = Mapping::parse(&name, &mapping, None)?;
    let encoding = mapping.encoding.clone();
    let mut table = Table::open(&name, input, mapping.delimiter, encoding.as_deref())?;
    let source = mapping.source.clone();
    let mut rows = Rows::new(mapping);
    let (mut events, mut rejected, mut tally) =
        (Vec::<(u64, Event)>::new(), Vec::new(), Tally::default());
    for _ in 0..LOOKED_AT {
        let Some(row) = table.next()? else { break };
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
