//! Exports that are sent up and imported beside everything else: one at a time, followed while it
//! runs, accounted for when it is done. `connectors` keeps up to date what was imported so.
//!
//! The files lie in `DATA/imports` for as long as they are read. What is left there by a kill, the
//! next start removes; what was journalled by then stays, and the same files may be sent again.

mod attachments;
mod connectors;
mod parcel;
mod reconcile;
mod run;
mod tables;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::{App, Error, Folder, Format, HubSpotMapping, Mapping, Migration, TaskState};
use crate::command::{Caller, Refusal};
pub use crate::connect::{FileHosts, file_host};
use crate::ingest::recognized;
use crate::knowledge::MiningView;
use crate::lock::Lock;
use crate::model::{Completeness, Invalid, Timestamp};

pub use crate::ingest::{ColumnRole, TableColumn, TableForm, TableSample, unpacked};
pub use attachments::FileCounts;
use connectors::Connectors;
pub use connectors::{
    ConnectorDeed, ConnectorDraft, ConnectorFault, ConnectorState, ConnectorView, Duty, Errand,
    Product,
};
pub(super) use connectors::{check_name, folder_names};
pub use parcel::Parcel;
use run::Run;
use tables::Tables;
pub use tables::WaitingTable;

/// Svar's own format.
const OWN: &str = "svar";
/// Tables with a mapping.
const TABLE: &str = "csv";
/// How many imports are remembered.
const REMEMBERED: usize = 20;

/// What whoever sends an export up says about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOrder {
    /// What the files hold; none: it is found out.
    pub format: Option<String>,
    /// The zone of a table's instants.
    pub zone: Option<String>,
    /// A mapping, or the name of one that comes along.
    pub mapping: Option<String>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// Whether files that messages link to are fetched, from the hosts of their product.
    pub fetch_attachments: bool,
    /// More hosts that they may be fetched from.
    pub attachment_hosts: Vec<String>,
}

/// A record that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportReject {
    /// In which file.
    pub file: String,
    /// Its line or record in it, from 1.
    pub number: u64,
    /// The field at fault; empty: the record itself.
    pub field: String,
    /// What was wrong.
    pub reason: String,
}

/// How far an import is, and what it came to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ImportProgress {
    /// Its name.
    pub id: String,
    /// How far it is.
    pub state: TaskState,
    /// What the files hold.
    pub format: String,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// The files, by their names.
    pub files: Vec<String>,
    /// Files in archives that hold neither JSON nor a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<String>,
    /// How much of them was read; each is read twice.
    pub done_bytes: u64,
    /// How much there is to read.
    pub total_bytes: u64,
    /// How many events are new and safe on disk; in a dry run, how many are well formed.
    pub accepted: u64,
    /// How many were there already.
    pub duplicates: u64,
    /// How many records and events were refused.
    pub rejected: u64,
    /// The first of those, a hundred at most.
    pub rejects: Vec<ImportReject>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What an export of another product came to, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completeness: Option<Completeness>,
    /// How far the search for questions in what people answered is, once what came in is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mining: Option<MiningView>,
    /// When the first of its events was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_at: Option<Timestamp>,
    /// When the last was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_at: Option<Timestamp>,
}

impl ImportProgress {
    /// Of an import that has read nothing yet.
    fn begun(id: &str, format: String) -> Self {
        Self {
            id: id.to_owned(),
            state: TaskState::Running,
            format,
            dry_run: false,
            files: Vec::new(),
            passed_over: Vec::new(),
            done_bytes: 0,
            total_bytes: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            rejects: Vec::new(),
            error: None,
            completeness: None,
            mining: None,
            first_at: None,
            last_at: None,
        }
    }
}

/// Imports of this run of the server, and what keeps them up to date.
pub(super) struct Imports {
    folder: PathBuf,
    connectors: Connectors,
    /// The last first.
    latest: Lock<VecDeque<Arc<Lock<ImportProgress>>>>,
    /// Tables that wait for a mapping.
    tables: Tables,
}

impl Imports {
    /// Those of a data folder, in which no export lies any more.
    pub(super) fn open(data: &Folder, now: Timestamp) -> Result<Self, Error> {
        let folder = data.imports();
        parcel::empty(&folder)?;
        Ok(Self {
            folder,
            connectors: Connectors::open(data.connectors(), now)?,
            latest: Lock::default(),
            tables: Tables::default(),
        })
    }

    fn is_running(&self) -> bool {
        let latest = self.latest.lock();
        latest
            .iter()
            .any(|one| one.lock().state == TaskState::Running)
    }
}

impl App {
    /// Begins to take the files of an export in. Refused while another import runs.
    pub fn begin_import(&self) -> Result<Parcel, Error> {
        if self.imports.is_running() {
            return Err(busy());
        }
        Parcel::begin(&self.imports.folder)
    }

    /// Imports what came in, beside everything else.
    pub fn start_import(
        self: &Arc<Self>,
        caller: &Caller,
        mut parcel: Parcel,
        order: &ImportOrder,
    ) -> Result<ImportProgress, Error> {
        if parcel.files().is_empty() {
            let reason = "no file came; expected at least one";
            return Err(Invalid::new("files", reason).into());
        }
        parcel.unpack()?;
        let (format, migration) = migration(&parcel, order)?;
        let progress = ImportProgress {
            dry_run: order.dry_run,
            files: parcel.names(),
            passed_over: parcel.passed_over(),
            total_bytes: parcel.bytes() * u64::from(1 + u8::from(migration.is_some())),
            ..ImportProgress::begun(parcel.id(), format)
        };
        let hosts = hosts(order, &progress.format, self.most_file_bytes())?;
        let kept = Arc::new(Lock::new(progress.clone()));
        {
            let mut latest = self.imports.latest.lock();
            let mut others = latest.iter();
            if others.any(|one| one.lock().state == TaskState::Running) {
                return Err(busy());
            }
            latest.push_front(Arc::clone(&kept));
            latest.truncate(REMEMBERED);
        }
        let run = Run {
            app: Arc::downgrade(self),
            caller: caller.clone(),
            parcel,
            migration,
            hosts,
            progress: Arc::clone(&kept),
        };
        let named = std::thread::Builder::new().name("svar-import".to_owned());
        if let Err(cause) = named.spawn(move || run.finish()) {
            let reason = format!("the import could not be begun: {cause}");
            kept.lock().state = TaskState::Failed;
            return Err(Error::Stopped(reason));
        }
        Ok(progress)
    }

    /// How far an import of this run of the server is.
    pub fn import_progress(&self, id: &str) -> Option<ImportProgress> {
        let mut found = {
            let latest = self.imports.latest.lock();
            let mut all = latest.iter().map(|one| one.lock().clone());
            all.find(|one| one.id == id)?
        };
        if found.state == TaskState::Done && !found.dry_run {
            found.mining = Some(self.knowledge().mining());
        }
        Some(found)
    }

    /// The import that runs, else the last one, of this run of the server.
    pub fn latest_import(&self) -> Option<ImportProgress> {
        let latest = self.imports.latest.lock();
        latest.front().map(|one| one.lock().clone())
    }
}

fn busy() -> Error {
    Refusal::conflict("another import runs; wait until it is done, then send the files again")
        .into()
}

/// What the files hold, and their translation; none for Svar's own format.
fn migration(parcel: &Parcel, order: &ImportOrder) -> Result<(String, Option<Migration>), Error> {
    let format = match order.format.clone() {
        Some(format) => format,
        None => recognized(&parcel.files()).ok_or_else(|| {
            Invalid::new(
                "format",
                "it cannot be told from the files what they hold; say it",
            )
        })?,
    };
    let zone = order.zone.as_deref();
    let mapping = order.mapping.as_deref();
    let made = match (format.as_str(), Format::parse(&format)) {
        (OWN, _) => None,
        (TABLE, _) => Some(Migration::of_table(table(mapping, zone)?)),
        (_, Some(Format::HubSpot)) => {
            let mapping = HubSpotMapping::parse("mapping", mapping.unwrap_or_default(), zone);
            Some(Migration::of_hubspot(mapping.map_err(|fault| odd(&fault))?))
        }
        (_, Some(other)) => Some(Migration::new(other)),
        (word, None) => {
            let reason = format!("`{word}` is no format that is known");
            return Err(Invalid::new("format", reason).into());
        }
    };
    Ok((format, made))
}

/// From where files are fetched, if that is wanted.
fn hosts(order: &ImportOrder, format: &str, most: u64) -> Result<Option<FileHosts>, Error> {
    let own = order.attachment_hosts.iter().map(|host| file_host(host));
    let own = own.collect::<Result<Vec<_>, _>>()?;
    let is_wanted = order.fetch_attachments && !order.dry_run;
    Ok(is_wanted.then(|| FileHosts::new(Product::parse(format), own, most)))
}

fn table(mapping: Option<&str>, zone: Option<&str>) -> Result<Mapping, Error> {
    let Some(mapping) = mapping else {
        let presets: Vec<&str> = Mapping::presets().collect();
        let reason = format!(
            "a table needs a mapping: the text of one, such as `svar import --guess` proposes, or one of {}",
            presets.join(", ")
        );
        return Err(Invalid::new("mapping", reason).into());
    };
    let preset = Mapping::preset(mapping.trim(), zone);
    let parsed = preset.unwrap_or_else(|| Mapping::parse("mapping", mapping, zone));
    parsed.map_err(|fault| odd(&fault))
}

fn odd(fault: &crate::ingest::Error) -> Error {
    Invalid::new("mapping", fault.to_string()).into()
}
