//! What files hold, told from their first records.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::chatwoot::dump;
use super::field::Fields;
use super::hubspot::sheet;
use super::kind::{is_json, is_own, kind_of, listed};
use super::pages::{self, Broken, Receiver, Record};
use super::table::rows::Table;
use super::{Format, Translation};
use crate::ingest::Input;

/// How many records of a file are looked at.
const LOOKED_AT: u64 = 100;

/// The format that most of the first records of files are of; none: of none that is known.
pub fn recognized(files: &[PathBuf]) -> Option<String> {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for file in files {
        for (format, count) in votes(file) {
            *counts.entry(format).or_default() += count;
        }
    }
    // Of several that are met alike the first by name.
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map(|(format, _)| format.to_owned())
}

/// How many of a file's first records each format knows.
fn votes(path: &Path) -> BTreeMap<&'static str, u64> {
    let Ok(input) = Input::open_table(path) else {
        return BTreeMap::new();
    };
    let name = input.name().to_owned();
    let mut input = BufReader::new(input);
    let is_json = input.fill_buf().is_ok_and(is_json);
    if !is_json {
        let Ok(table) = Table::open(&name, input, None, None) else {
            return BTreeMap::new();
        };
        let format = if sheet::is_one(&table.heads) {
            Format::HubSpot.as_str()
        } else if dump::is_one(&table.heads) {
            Format::Chatwoot.as_str()
        } else {
            "csv"
        };
        return BTreeMap::from([(format, 1)]);
    }
    let formats = Format::ALL.iter();
    let formats = formats.map(|format| (format.as_str(), format.translation()));
    let mut looker = Looker {
        formats: formats.collect(),
        counts: BTreeMap::new(),
        looked_at: 0,
    };
    // What is wrong further on is said when it is imported.
    drop(pages::read(&name, input, &mut looker));
    looker.counts
}

struct Looker {
    formats: Vec<(&'static str, Box<dyn Translation>)>,
    counts: BTreeMap<&'static str, u64>,
    looked_at: u64,
}

impl Looker {
    fn looked(&mut self) -> ControlFlow<()> {
        self.looked_at += 1;
        if self.looked_at >= LOOKED_AT {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

impl Receiver for Looker {
    fn is_list(&self, key: &str) -> bool {
        let mut formats = self.formats.iter();
        formats.any(|(_, format)| listed(format.as_ref(), key).is_some())
    }

    fn wants(&self, _key: &str) -> bool {
        true
    }

    fn take(&mut self, _number: u64, key: Option<&str>, record: Record) -> ControlFlow<()> {
        let fields = Fields::new(&record);
        for (name, format) in &self.formats {
            // What a record itself says is surer than what it is listed under.
            let own = u64::from(format.kind_of(fields).is_some());
            let known = u64::from(kind_of(format.as_ref(), key, fields).is_some());
            if own + known > 0 {
                *self.counts.entry(name).or_default() += 2 * own + known;
            }
        }
        if is_own(fields) {
            *self.counts.entry("svar").or_default() += 4;
        }
        self.looked()
    }

    fn broken(&mut self, _number: u64, _key: Option<&str>, _fault: Broken) -> ControlFlow<()> {
        self.looked()
    }
}
