//! `svar check`: journal, identities, store, index and kept columns against each other,
//! without changing a byte.
//!
//! The store is looked at in a copy, because opening sled writes. What a server holds open
//! is left out and said so.
//!
//! What the next start mends by itself is a note, not a difference. Next to a running server
//! only the journal is looked at.

mod columns;
mod files;
mod model;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use svar_index::Index;

use super::{Folder, upgrade};
use crate::app::error::Error;
use crate::app::options::Probe;
use crate::clock::Clock;
use crate::journal::{self, Finding, content_hash};
use crate::model::{Event, Timestamp};
use crate::projection::{Searchable, journal_mark};
use crate::store::{self, Store};
use columns::{JournalSummary, check_columns};
use files::NamedFiles;
use model::{TextModels, check_model};

/// What to do about most things.
const REBUILD: &str = "run `svar rebuild`, or just start svar: it sets it aside and makes it again";

/// How much weight a finding has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Two things differ that must not.
    Difference,
    /// Worth knowing; nothing is wrong.
    Note,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// How bad it is.
    pub weight: Weight,
    /// `folder`, `journal`, `identity`, `files`, `model`, `store`, `index` or `columns`.
    pub part: &'static str,
    /// What differs.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

/// What a check says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Records of the journal that are sound.
    pub records: u64,
    /// Segments that were looked through.
    pub segments: u64,
    /// Events that the store has.
    pub stored: Option<u64>,
    /// Documents that the index has.
    pub indexed: Option<u64>,
    /// Up to which record columns are kept.
    pub kept: Option<u64>,
    /// Whether the last stop was clean, so that nothing may be behind.
    pub clean_stop: bool,
    /// What was found.
    pub found: Vec<Difference>,
}

impl Account {
    /// Whether nothing differs.
    pub fn is_clean(&self) -> bool {
        self.found
            .iter()
            .all(|difference| difference.weight == Weight::Note)
    }

    fn differs(&mut self, part: &'static str, what: impl Into<String>, mend: &str) {
        self.add(Weight::Difference, part, what.into(), mend);
    }

    fn note(&mut self, part: &'static str, what: impl Into<String>, mend: &str) {
        self.add(Weight::Note, part, what.into(), mend);
    }

    fn add(&mut self, weight: Weight, part: &'static str, what: String, mend: &str) {
        self.found.push(Difference {
            weight,
            part,
            what,
            mend: mend.to_owned(),
        });
    }
}

/// What the journal says that the folds must say, too.
#[derive(Default)]
struct Expectation {
    /// By seq.
    events: HashMap<u64, u64>,
    /// What can be searched.
    searchable: Searchable,
    /// For the columns.
    summary: JournalSummary,
    /// By which model texts are compared.
    compared: TextModels,
    /// Which files are there.
    files: NamedFiles,
}

/// How a folder is looked through.
#[derive(Clone, Copy, Debug)]
pub struct Inspection<'a> {
    /// What the server that owns the folder has acknowledged; else nobody may own it.
    pub position: Option<u64>,
    /// How a store is tried.
    pub probe: Option<&'a Probe>,
    /// The instant up to which events exist.
    pub now: Timestamp,
    /// Whether the journal is folded in memory, too, and compared with the kept columns.
    pub is_deep: bool,
}

/// Looks through the folder `data`. `progress` hears of records.
pub fn check(
    data: &Path,
    inspection: Inspection<'_>,
    progress: impl Fn(u64),
) -> Result<Account, Error> {
    let Inspection {
        position,
        probe,
        now,
        is_deep,
    } = inspection;
    let mut account = Account {
        clean_stop: data.join("clean").exists(),
        ..Account::default()
    };
    let _held = match position {
        Some(_) => None,
        None => Folder::hold(data)?,
    };
    upgrade::version_of(data)?;
    for (note, what, mend) in [
        (
            "restore",
            "a restore was interrupted",
            "any command on the folder goes on with it",
        ),
        (
            "rebuild",
            "a rebuild was interrupted",
            "run `svar rebuild` again, or start svar",
        ),
    ] {
        if data.join(note).exists() && position.is_none() {
            account.note("folder", what, mend);
        }
    }
    let deep = is_deep.then_some(now);
    let expected = journal(data, position, deep, &mut account, progress)?;
    check_model(data, &expected.compared, &mut account);
    let files = data.join("files");
    expected.files.check(&files, is_deep, &mut account);
    if position.is_some() {
        let what = "store, index and columns are in use by the server and were not looked at";
        account.note("store", what, "stop the server to have them checked");
        return Ok(account);
    }
    check_store(data, probe, &expected, &mut account)?;
    let derived = data.join("derived");
    let documents = expected.searchable.documents(now);
    check_index(
        &derived.join("index"),
        expected.summary.last,
        documents,
        &mut account,
    );
    check_columns(
        &derived.join("columns"),
        expected.summary,
        deep,
        &mut account,
    );
    Ok(account)
}

fn journal(
    data: &Path,
    position: Option<u64>,
    deep: Option<Timestamp>,
    account: &mut Account,
    progress: impl Fn(u64),
) -> Result<Expectation, Error> {
    let mut expected = Expectation::default();
    let (mut odd, mut records) = (Vec::new(), 0_u64);
    let checked = journal::check(&data.join("journal"), position, |record| {
        let json = record.event.get();
        let summary = &mut expected.summary;
        summary.last = summary.last.max(record.seq);
        records += 1;
        if record.seq == 1 {
            summary.mark = Some(journal_mark(record.received_at, json));
        }
        match Event::parse_journalled(json) {
            // In no store and no index: its fold is kept with the columns.
            Ok(event) if event.body.is_own() => expected.compared.note(&event.body),
            Ok(event) => {
                expected.files.note(record, &event);
                expected.events.insert(record.seq, content_hash(json));
                expected.searchable.see(record.seq, &event);
                if deep.is_some() {
                    expected.summary.events.push((record.seq, event));
                }
            }
            Err(error) => {
                expected.events.insert(record.seq, content_hash(json));
                odd.push(format!("record {} is no event: {error}", record.seq));
            }
        }
        progress(record.seq);
    })?;
    account.records = records;
    account.segments = checked.segments;
    for finding in checked.findings {
        match finding {
            Finding::Lost(what) => account.differs(
                "journal",
                what,
                "put it back from a backup with `svar restore`; what is left can still be exported from a copy",
            ),
            Finding::Identity(what) => {
                account.differs("identity", what, "keep a copy of the folder and report this fault");
            }
            Finding::Mended(what) => account.note("journal", what, "start svar"),
        }
    }
    for what in odd {
        account.differs("journal", what, "use a newer svar; this one cannot fold it");
    }
    Ok(expected)
}

/// A copy that is gone when it is dropped.
struct Copy(PathBuf);

impl Copy {
    fn of(folder: &Path) -> Result<Self, Error> {
        let copy = Self(std::env::temp_dir().join(format!("svar-check-{}", Clock::fresh_id())));
        copy_folder(folder, &copy.0.join("store"))
            .map_err(|cause| Error::io("copy to the temporary folder", folder, cause))?;
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, copy = %self.0.display(), "a copy could not be removed");
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn check_store(
    data: &Path,
    probe: Option<&Probe>,
    expected: &Expectation,
    account: &mut Account,
) -> Result<(), Error> {
    let original = data.join("store");
    if !original.exists() {
        if account.records > 0 {
            account.differs("store", "it is missing", REBUILD);
        }
        return Ok(());
    }
    let copy = Copy::of(&original)?;
    let folder = copy.0.join("store");
    let files = match data.join("derived").join("values") {
        values if values.exists() => values,
        _ => copy.0.join("values"),
    };
    if let Some(probe) = probe
        && let Some(reason) = store::probe(&probe.program, probe.limit, &folder, &files)
    {
        account.differs("store", format!("it cannot be used: {reason}"), REBUILD);
        return Ok(());
    }
    match compare_store(&folder, &files, expected, account) {
        Err(store::Error::Unfit { reason, .. }) => {
            account.differs("store", format!("it cannot be used: {reason}"), REBUILD);
            Ok(())
        }
        other => Ok(other?),
    }
}

fn compare_store(
    folder: &Path,
    files: &Path,
    expected: &Expectation,
    account: &mut Account,
) -> Result<(), store::Error> {
    let store = Store::open(folder, files)?;
    let applied = store.applied_seq();
    let (mut stored, mut differing, mut unknown) = (HashSet::new(), 0_u64, 0_u64);
    store.each_filed(|seq, text| {
        match expected.events.get(&seq) {
            Some(hash) if *hash == content_hash(text) => {}
            Some(_) => differing += 1,
            None => unknown += 1,
        }
        stored.insert(seq);
    })?;
    let lacking = expected
        .events
        .keys()
        .filter(|seq| **seq <= applied && !stored.contains(*seq))
        .count();
    account.stored = Some(stored.len() as u64);
    for (count, what) in [
        (differing, "events of the store differ from the journal's"),
        (unknown, "events of the store are not in the journal"),
        (lacking as u64, "events of the journal are not in the store"),
    ] {
        if count > 0 {
            account.differs("store", format!("{count} {what}"), "run `svar rebuild`");
        }
    }
    let behind = expected.events.keys().filter(|seq| **seq > applied).count();
    if behind > 0 && account.clean_stop {
        let what = format!("the last stop was clean, and yet it lacks the last {behind} records");
        account.differs(
            "store",
            what,
            "start svar: it catches up; look after the disk",
        );
    } else if behind > 0 {
        let what = format!("it is {behind} records behind the journal");
        account.note("store", what, "start svar: it catches up");
    }
    Ok(())
}

fn check_index(folder: &Path, last: u64, searchable: u64, account: &mut Account) {
    if !folder.exists() {
        if account.records > 0 {
            account.differs("index", "it is missing", REBUILD);
        }
        return;
    }
    let read = || -> Result<(u64, u64), svar_index::Error> {
        let index = Index::open(folder)?;
        let position = index.committed_position()?.unwrap_or_default();
        Ok((position, index.documents()))
    };
    let (position, documents) = match read() {
        Ok(read) => read,
        Err(error) => return account.differs("index", error.to_string(), REBUILD),
    };
    account.indexed = Some(documents);
    if position > last {
        let what = format!("it is at record {position}, the journal ends at {last}");
        account.differs("index", what, REBUILD);
    } else if position < last {
        let what = format!("it is {} records behind the journal", last - position);
        account.note("index", what, "start svar: it catches up");
    } else if documents != searchable {
        let what = format!("it has {documents} documents, the journal {searchable}");
        account.differs("index", what, "run `svar rebuild`");
    }
}
