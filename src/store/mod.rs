//! The queryable state in sled: events filed under their things, and who is linked to whom.
//!
//! One tree, a kind byte first in every key; writes are behind the journal and atomic by
//! batch. A fold like the others: what is unfit is set aside and made again. The only
//! place that names sled, whose panics end here. `apply` files, `unit` walks, `read`
//! answers; `key`, `value` and `alias` say how things are laid down. Fed by `projection`.

mod alias;
mod apply;
mod error;
mod filed;
mod key;
mod probe;
mod read;
mod recent;
mod session;
#[cfg(test)]
mod tests;
mod unit;
mod value;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use alias::{Aliases, Counters};
pub use apply::{ChangedRows, Entry};
pub use error::Error;
use error::guarded;
pub use key::{Thing, ThingKind};
pub use probe::{PROBE_COMMAND, UNFIT, examine, probe};
pub use read::Contacts;
use recent::Recent;
pub use unit::{Block, StoredUnit, Unit, Units};
use value::Codec;

use crate::{clock, disk, failpoint};

/// The version of the layout; another one means: rebuild.
const FORMAT: u64 = 2;
/// How much of the tree is held in memory.
const CACHE_BYTES: u64 = 128 << 20;
/// How often and how far apart a folder that is open elsewhere is tried.
const MAX_TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);
const META_FORMAT: &str = "format";
const META_APPLIED: &str = "applied_seq";
const META_COUNTERS: &str = "counters";
const META_JOURNAL: &str = "journal_mark";

/// An open store. Reads may run on any thread; one thread owns writes.
pub struct Store {
    /// Taken on drop only, where sled may panic once more.
    db: Option<sled::Db>,
    codec: Codec,
    aliases: Mutex<Aliases>,
    applied: AtomicU64,
    recent: Recent,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("folder", &self.codec.folder)
            .field("applied_seq", &self.applied)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens or makes the store in `folder`; values too long for it are kept under `files`.
    ///
    /// [`Error::Unfit`] says that it is damaged or of another format: [`set_aside`] it and
    /// start again.
    pub fn open(folder: &Path, files: &Path) -> Result<Self, Error> {
        if folder.exists() && !folder.is_dir() {
            return Err(Error::unfit(folder, "it is no folder"));
        }
        fs::create_dir_all(files).map_err(|cause| Error::io("make", files, cause))?;
        failpoint::pass("store.open");
        let opened = open_patiently(folder)?;
        let mut store = Self {
            db: Some(opened),
            codec: Codec::new(folder, files),
            aliases: Mutex::default(),
            applied: AtomicU64::new(0),
            recent: Recent::default(),
        };
        guarded(folder, || {
            let (applied, counters) = store.recognise()?;
            store.applied = AtomicU64::new(applied);
            store.aliases = Mutex::new(Aliases::new(counters));
            Ok(())
        })?;
        Ok(store)
    }

    /// Reads what the store says of itself; a new one is given its format.
    fn recognise(&self) -> Result<(u64, Counters), Error> {
        let db = self.db()?;
        match self.number_at(&key::meta(META_FORMAT))? {
            Some(FORMAT) => {}
            Some(newer) if newer > FORMAT => {
                return Err(self.codec.unfit(format!(
                    "its format {newer} is of a newer svar; this one knows {FORMAT}"
                )));
            }
            Some(older) => {
                return Err(self
                    .codec
                    .unfit(format!("its format {older} is of an older svar")));
            }
            None if db.is_empty() => {
                db.insert(key::meta(META_FORMAT), value::number(FORMAT))
                    .map_err(|error| Error::sled(&self.codec.folder, error))?;
                failpoint::pass("store.made");
            }
            None => return Err(self.codec.unfit("it says no format")),
        }
        let applied = self.number_at(&key::meta(META_APPLIED))?.unwrap_or(0);
        let mut counters = Counters::default();
        match self.get(&key::meta(META_COUNTERS))? {
            Some(stored) => {
                let stored = self.codec.decode(&stored)?;
                let (numbers, rest) = stored.as_chunks::<8>();
                if numbers.len() != counters.len() || !rest.is_empty() {
                    return Err(self.codec.unfit("its counters cannot be read"));
                }
                for (counter, bytes) in counters.iter_mut().zip(numbers) {
                    *counter = u64::from_be_bytes(*bytes);
                }
            }
            None if applied == 0 => {}
            None => return Err(self.codec.unfit("its counters are missing")),
        }
        Ok((applied, counters))
    }

    /// The seq of the last event that was filed; 0 when there is none.
    pub fn applied_seq(&self) -> u64 {
        self.applied.load(Ordering::Acquire)
    }

    /// What the journal that this store is a fold of was marked by, if anything.
    pub fn journal_mark(&self) -> Result<Option<Vec<u8>>, Error> {
        guarded(&self.codec.folder, || {
            self.get(&key::meta(META_JOURNAL))?
                .map(|stored| self.codec.decode(&stored))
                .transpose()
        })
    }

    /// Notes whose fold this store is; a store with another mark is another journal's.
    pub fn set_journal_mark(&self, mark: &[u8]) -> Result<(), Error> {
        guarded(&self.codec.folder, || {
            let stored = self.codec.encode(mark)?;
            self.db()?
                .insert(key::meta(META_JOURNAL), stored)
                .map_err(|error| Error::sled(&self.codec.folder, error))?;
            failpoint::pass("store.marked");
            Ok(())
        })
    }

    /// Hands all writes to the system; on a clean stop a restart has nothing to repeat.
    pub fn flush(&self) -> Result<(), Error> {
        guarded(&self.codec.folder, || {
            failpoint::pass("store.flush");
            self.db()?
                .flush()
                .map_err(|error| Error::sled(&self.codec.folder, error))?;
            failpoint::pass("store.flushed");
            Ok(())
        })
    }

    /// How many bytes the folder takes.
    pub fn size_on_disk(&self) -> Result<u64, Error> {
        guarded(&self.codec.folder, || {
            self.db()?
                .size_on_disk()
                .map_err(|error| Error::sled(&self.codec.folder, error))
        })
    }

    fn db(&self) -> Result<&sled::Db, Error> {
        self.db
            .as_ref()
            .ok_or_else(|| self.codec.unfit("it is closed"))
    }

    fn aliases(&self) -> Result<MutexGuard<'_, Aliases>, Error> {
        let failed = |_poisoned| self.codec.unfit("an earlier write to it failed half way");
        self.aliases.lock().map_err(failed)
    }

    fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, Error> {
        self.db()?
            .get(key)
            .map_err(|error| Error::sled(&self.codec.folder, error))
    }

    /// The number stored under `key`.
    fn number_at(&self, key: &[u8]) -> Result<Option<u64>, Error> {
        let Some(stored) = self.get(key)? else {
            return Ok(None);
        };
        match stored.get(2..).and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) => Ok(Some(u64::from_be_bytes(bytes))),
            None => Err(self.codec.unfit("a number in it cannot be read")),
        }
    }
}

/// Opens sled's folder; sled lets go of one a moment after its last handle is gone.
fn open_patiently(folder: &Path) -> Result<sled::Db, Error> {
    let mut tries = 0;
    loop {
        let opened = guarded(folder, || {
            sled::Config::new()
                .path(folder)
                .cache_capacity(CACHE_BYTES)
                .flush_every_ms(None)
                .open()
                .map_err(|error| Error::sled(folder, error))
        });
        tries += 1;
        if tries == MAX_TRIES || !matches!(opened, Err(Error::Busy { .. })) {
            return opened;
        }
        clock::pause(BETWEEN_TRIES);
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let db = self.db.take();
        // A damaged store may panic while it closes; there is nobody left to tell.
        guarded(&self.codec.folder, || {
            drop(db);
            Ok(())
        })
        .unwrap_or_default();
    }
}

/// Renames an unfit store's folder to the first free `….bad-<n>` next to it, and says which.
pub fn set_aside(folder: &Path) -> Result<PathBuf, Error> {
    let name = folder.file_name().unwrap_or_default();
    let mut number = 1_u32;
    let aside = loop {
        let mut bad = name.to_owned();
        bad.push(format!(".bad-{number}"));
        let aside = folder.with_file_name(bad);
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    disk::rename(folder, &aside).map_err(|cause| Error::io("rename", folder, cause))?;
    failpoint::pass("store.aside");
    Ok(aside)
}
