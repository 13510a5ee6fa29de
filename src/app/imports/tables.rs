//! Tables that were sent up and wait until somebody has said what their columns are.
//!
//! They lie in `DATA/imports` as the files of an import do; the oldest goes when there are too
//! many, and all go with the server.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use super::{ImportOrder, ImportProgress, Parcel, odd};
use crate::app::{App, Error, Input};
use crate::command::Caller;
use crate::ingest::{TableForm, TableSample, first_events};
use crate::lock::Lock;
use crate::model::Invalid;

/// How many wait at once.
const MOST_WAITING: usize = 4;

/// Tables that wait, the last first.
#[derive(Default)]
pub(super) struct Tables(Lock<VecDeque<Parcel>>);

/// A table that waits.
#[derive(Clone, Debug)]
pub struct WaitingTable {
    /// Its name.
    pub id: String,
    /// The files, by their names.
    pub files: Vec<String>,
    /// Its beginning.
    pub sample: TableSample,
}

impl App {
    /// Keeps a table that came in until its columns are known; gives its name.
    pub fn keep_table(&self, mut parcel: Parcel) -> Result<String, Error> {
        parcel.unpack()?;
        let Some(first) = parcel.files().into_iter().next() else {
            let reason = "no file came; expected a table";
            return Err(Invalid::new("files", reason).into());
        };
        // What cannot be read at all is said at once.
        Input::open_table(&first).map_err(|fault| told(&fault, &first, &parcel))?;
        let id = parcel.id().to_owned();
        let mut waiting = self.imports.tables.0.lock();
        waiting.push_front(parcel);
        let kept = MOST_WAITING.min(waiting.len());
        let gone = waiting.split_off(kept);
        drop(waiting);
        // Their files are removed while nobody waits for the lock.
        drop(gone);
        Ok(id)
    }

    /// The beginning of a table that waits, read as a form says.
    pub fn waiting_table(&self, id: &str, form: Option<&TableForm>) -> Result<WaitingTable, Error> {
        self.with_table(id, |parcel, first| {
            let input = Input::open_table(first).map_err(|fault| told(&fault, first, parcel))?;
            let delimiter = form.and_then(|form| form.delimiter);
            let encoding = form.map(|form| form.encoding.as_str());
            let encoding = encoding.filter(|word| !word.is_empty());
            let sample = TableSample::read(input, delimiter, encoding);
            Ok(WaitingTable {
                id: id.to_owned(),
                files: parcel.names(),
                sample: sample.map_err(|fault| told(&fault, first, parcel))?,
            })
        })
    }

    /// The first events that a mapping makes of a table that waits.
    pub fn try_table(&self, id: &str, mapping: &str) -> Result<Vec<String>, Error> {
        self.with_table(id, |parcel, first| {
            let input = Input::open_table(first).map_err(|fault| told(&fault, first, parcel))?;
            first_events(input, mapping).map_err(|fault| told(&fault, first, parcel))
        })
    }

    /// Imports a table that waits, by a mapping; it waits no more.
    pub fn import_table(
        self: &Arc<Self>,
        caller: &Caller,
        id: &str,
        order: &ImportOrder,
    ) -> Result<ImportProgress, Error> {
        // What is refused now leaves the table where it is.
        if let Some(mapping) = &order.mapping {
            crate::ingest::Mapping::parse("mapping", mapping, order.zone.as_deref())
                .map_err(|fault| odd(&fault))?;
        }
        if self.imports.is_running() {
            return Err(super::busy());
        }
        // What is only tried waits on.
        let parcel = if order.dry_run {
            self.with_table(id, |parcel, _first| parcel.again())?
        } else {
            let mut waiting = self.imports.tables.0.lock();
            let place = waiting.iter().position(|parcel| parcel.id() == id);
            let taken = place.and_then(|place| waiting.remove(place));
            taken.ok_or_else(|| Error::unknown("table", id))?
        };
        self.start_import(caller, parcel, order)
    }

    fn with_table<T>(
        &self,
        id: &str,
        work: impl FnOnce(&Parcel, &Path) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let waiting = self.imports.tables.0.lock();
        let parcel = waiting.iter().find(|parcel| parcel.id() == id);
        let parcel = parcel.ok_or_else(|| Error::unknown("table", id))?;
        let first = parcel.files().into_iter().next();
        let first = first.ok_or_else(|| Error::unknown("table", id))?;
        work(parcel, &first)
    }
}

/// A fault in words that call the file as its sender does.
fn told(fault: &crate::ingest::Error, path: &Path, parcel: &Parcel) -> Error {
    let name = parcel.names().into_iter().next().unwrap_or_default();
    let text = fault.to_string();
    Invalid::new("files", text.replace(&path.display().to_string(), &name)).into()
}
