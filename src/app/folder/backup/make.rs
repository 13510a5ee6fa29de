//! Making a backup: what the last one into the same folder does not have is copied, the
//! list is put in place of the old one, and what nothing names any more is removed.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::manifest::{Entry, Manifest, VERSION};
use super::{BESIDE, BackupNote, DRAFTS, MARKER, hash_file, hex};
use crate::app::error::Error;
use crate::app::files;
use crate::app::folder::upgrade::FORMAT;
use crate::app::folder::{Folder, remove, sync, write_whole};
use crate::disk::{self, Access};
use crate::failpoint;
use crate::journal::{self, Journal, Reader, SegmentFile};
use crate::model::Timestamp;

const ABOUT: &str = "A backup made by `svar backup`. `svar restore` checks it and puts it back.\n";

/// What a backup has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BackupMade)]
pub struct BackupSummary {
    /// The last record that it holds.
    pub log_position: u64,
    /// How many files were copied.
    pub copied_files: u64,
    /// How many bytes that was.
    pub copied_bytes: u64,
    /// How many files the last backup into this folder had already.
    pub kept_files: u64,
}

/// Backs up the folder `data`, which no server owns, into the folder `to`.
pub fn backup_folder(
    data: &Path,
    to: &Path,
    now: Timestamp,
    progress: impl Fn(u64, u64),
) -> Result<BackupSummary, Error> {
    let folder = Folder::own(data)?;
    let opened = Journal::open(&folder.journal(), journal::Options::default())?;
    let position = || opened.journal.position();
    make(&folder, position, to, now, progress)
}

/// Backs up the journal up to where `position` says that it is safe, and what lies next to it.
pub(in crate::app) fn make(
    folder: &Folder,
    position: impl Fn() -> u64,
    to: &Path,
    now: Timestamp,
    progress: impl Fn(u64, u64),
) -> Result<BackupSummary, Error> {
    let _lock = prepare(folder.path(), to)?;
    let last = Manifest::read(to)?;
    let desk_of = |position| desk(&folder.journal(), position);
    let desk = desk_of(position())?;
    if let Some(last) = &last
        && last.desk.is_some()
        && last.desk != desk
    {
        return Err(refused(
            to,
            "it holds a backup of another desk; name another folder",
        ));
    }
    let mut copying = Copying::new(folder.path(), to, last);
    copying.beside(Path::new(DRAFTS))?;
    let position = position();
    let log_position = copying.journal(&folder.journal(), position, &progress)?;
    for name in BESIDE.iter().filter(|name| **name != DRAFTS) {
        copying.beside(Path::new(name))?;
    }
    copying.sync()?;
    let manifest = Manifest {
        version: VERSION,
        made_at: now.to_string(),
        data_format: FORMAT,
        log_position,
        // The first event may have come just now.
        desk: desk.map_or_else(|| desk_of(position), |known| Ok(Some(known)))?,
        files: copying.files,
    };
    manifest.write(to)?;
    failpoint::pass("backup.listed");
    sweep(to, &manifest)?;
    failpoint::pass("backup.swept");
    folder.note_backup(&BackupNote {
        made_at: now,
        folder: Some(std::path::absolute(to).map_err(|cause| Error::io("name", to, cause))?),
        files: manifest.files.len() as u64,
        bytes: manifest.files.iter().map(|entry| entry.bytes).sum(),
        log_position,
        proven_at: None,
    })?;
    Ok(BackupSummary {
        log_position,
        ..copying.made
    })
}

fn refused(to: &Path, reason: &str) -> Error {
    Error::Backup {
        folder: to.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Makes the folder or recognises it, and keeps other backups out of it meanwhile.
fn prepare(data: &Path, to: &Path) -> Result<File, Error> {
    let failed = |cause| Error::io("make", to, cause);
    let within = |to: &Path| -> Result<bool, Error> {
        Ok(to.starts_with(data.canonicalize().map_err(failed)?))
    };
    let inside = "it lies in the data folder itself; name one elsewhere";
    if within(&std::path::absolute(to).map_err(failed)?)? {
        return Err(refused(to, inside));
    }
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(to);
    made.map_err(failed)?;
    // Also where a link leads into it.
    if within(&to.canonicalize().map_err(failed)?)? {
        return Err(refused(to, inside));
    }
    let marker = to.join(MARKER);
    if !marker.exists() {
        if fs::read_dir(to).map_err(failed)?.next().is_some() {
            return Err(refused(
                to,
                "it holds other things than a backup; name an empty folder or a new one",
            ));
        }
        write_whole(&marker, ABOUT.as_bytes(), Access::Private)?;
    }
    let lock = File::open(&marker).map_err(|cause| Error::io("open", &marker, cause))?;
    if lock.try_lock().is_err() {
        return Err(refused(to, "another backup is being made into it"));
    }
    Ok(lock)
}

/// By what a desk is known: which event its journal's first record has, and when it came. Its words
/// may be erased.
fn desk(journal: &Path, position: u64) -> Result<Option<String>, Error> {
    use sha2::{Digest, Sha256};
    if position == 0 {
        return Ok(None);
    }
    let first = Reader::open(journal, 1, position.min(1))?
        .next()
        .transpose()?;
    let Some(first) = first else { return Ok(None) };
    let event: Value = serde_json::from_str(first.event.get()).unwrap_or_default();
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    let known = format!("{} {} {}", first.received_at, text("source"), text("id"));
    Ok(Some(hex(&Sha256::digest(known))))
}

struct Copying<'a> {
    data: &'a Path,
    to: &'a Path,
    /// What is there, by the name in a data folder.
    entries: HashMap<String, Entry>,
    files: Vec<Entry>,
    folders: HashSet<PathBuf>,
    made: BackupSummary,
}

impl<'a> Copying<'a> {
    fn new(data: &'a Path, to: &'a Path, last: Option<Manifest>) -> Self {
        let entries = last.into_iter().flat_map(|last| last.files);
        Self {
            data,
            to,
            entries: entries.map(|entry| (entry.name.clone(), entry)).collect(),
            files: Vec::new(),
            folders: HashSet::new(),
            made: BackupSummary {
                log_position: 0,
                copied_files: 0,
                copied_bytes: 0,
                kept_files: 0,
            },
        }
    }

    /// Copies the segments; gives the last record.
    fn journal(
        &mut self,
        journal: &Path,
        position: u64,
        progress: &impl Fn(u64, u64),
    ) -> Result<u64, Error> {
        let segments = journal::segments(journal, position)?;
        let mut ends = segments.iter().skip(1).map(|next| next.first_seq - 1);
        let mut last_seq = 0;
        for segment in &segments {
            let end = ends.next();
            let name = name_of(self.data, &segment.path);
            if let Some(end) = end.filter(|_| self.keep(&name, &segment.path)) {
                last_seq = end;
            } else {
                last_seq = self.segment(segment, position)?;
                if end.is_some_and(|end| end != last_seq) {
                    return Err(journal::Error::Missing {
                        segment: journal.join(format!("{:020}.jsonl", last_seq + 1)),
                    }
                    .into());
                }
            }
            progress(last_seq.min(position), position);
        }
        Ok(last_seq)
    }

    fn segment(&mut self, segment: &SegmentFile, position: u64) -> Result<u64, Error> {
        let unfinished = self.unfinished("journal")?;
        let before = changed(&segment.path);
        match journal::copy_segment(segment, position, &unfinished) {
            Ok(last_seq) => {
                // Of a segment that grows, the next backup copies more.
                let whole = fs::metadata(&unfinished).map(|file| file.len()).ok();
                let changed = before.filter(|(bytes, _)| Some(*bytes) == whole);
                self.place(&unfinished, &segment.path, changed.map_or(0, |(_, at)| at))?;
                Ok(last_seq)
            }
            // Compressed since it was listed: it is there in the other form.
            Err(journal::Error::Io { cause, .. })
                if cause.kind() == io::ErrorKind::NotFound && !segment.sealed =>
            {
                let path = segment.path.with_added_extension("zst");
                let sealed = SegmentFile {
                    path,
                    sealed: true,
                    ..*segment
                };
                self.segment(&sealed, position)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a file, or a folder with what is in it; what is not there is left out.
    fn beside(&mut self, name: &Path) -> Result<(), Error> {
        let path = self.data.join(name);
        let failed = |cause| Error::io("read", &path, cause);
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(failed)? {
                let entry = entry.map_err(failed)?.file_name();
                if !is_unfinished(&entry.to_string_lossy()) {
                    self.beside(&name.join(entry))?;
                }
            }
            return Ok(());
        }
        if !path.exists() || self.keep(&name.to_string_lossy(), &path) {
            return Ok(());
        }
        let unfinished = self.unfinished("beside")?;
        let at = changed(&path).map_or(0, |(_, at)| at);
        let copied = || {
            let mut source = File::open(&path)?;
            disk::copy(&mut source, &unfinished, Access::Private)
        };
        match copied() {
            Ok(_bytes) => self.place(&unfinished, &path, at),
            // Removed since it was listed, as a draft that was sent, or a file that nothing names.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound && !path.exists() => Ok(()),
            Err(cause) => Err(Error::io("copy", &path, cause)),
        }
    }

    /// Whether the last backup has the file as it is now; it is in this one, too, then.
    fn keep(&mut self, name: &str, path: &Path) -> bool {
        let Some(entry) = self.entries.get(name) else {
            return false;
        };
        let is_there = fs::metadata(Manifest::place(self.to, entry))
            .is_ok_and(|file| file.len() == entry.bytes);
        let same = entry.changed > 0 && changed(path) == Some((entry.bytes, entry.changed));
        if is_there && same {
            self.files.push(entry.clone());
            self.made.kept_files += 1;
        }
        is_there && same
    }

    fn unfinished(&mut self, folder: &str) -> Result<PathBuf, Error> {
        let folder = self.to.join(folder);
        fs::create_dir_all(&folder).map_err(|cause| Error::io("make", &folder, cause))?;
        let unfinished = folder.join("unfinished");
        self.folders.insert(folder);
        Ok(unfinished)
    }

    /// Gives a copy the name of its content and notes it.
    fn place(&mut self, unfinished: &Path, original: &Path, changed: u64) -> Result<(), Error> {
        failpoint::pass("backup.copied");
        let failed = |cause| Error::io("place", unfinished, cause);
        let (sha256, bytes) = hash_file(unfinished).map_err(failed)?;
        let name = name_of(self.data, original);
        let folder = if name.starts_with("journal/") {
            "journal"
        } else {
            "beside"
        };
        let (stem, end) = match original.file_name().and_then(|name| name.to_str()) {
            Some(file) => file.split_once('.').unwrap_or((file, "")),
            None => ("", ""),
        };
        let short: String = sha256.chars().take(16).collect();
        let stem: String = stem.chars().take(20).collect();
        let path = format!("{folder}/{stem}-{short}.{end}");
        disk::rename(unfinished, &self.to.join(&path)).map_err(failed)?;
        failpoint::pass("backup.placed");
        let mode = fs::metadata(original).map_or(0o600, |file| file.permissions().mode() & 0o777);
        self.made.copied_files += 1;
        self.made.copied_bytes += bytes;
        self.files.push(Entry {
            path,
            name,
            bytes,
            sha256,
            mode,
            changed,
        });
        Ok(())
    }

    fn sync(&self) -> Result<(), Error> {
        self.folders.iter().try_for_each(|folder| sync(folder))
    }
}

/// Whether a file is being written by its name: nothing counts on it yet. Files that were sent up and
/// that no message names are whole, and a draft may name them.
fn is_unfinished(name: &str) -> bool {
    let ending = Path::new(name).extension();
    let is_part = ending.is_some_and(|ending| ending == "tmp" || ending == files::PART);
    is_part || (name.starts_with('.') && name != files::NEW)
}

/// A file's name in a data folder.
fn name_of(data: &Path, path: &Path) -> String {
    let name = path.strip_prefix(data).unwrap_or(path);
    name.to_string_lossy().into_owned()
}

/// A file's length and last change.
fn changed(path: &Path) -> Option<(u64, u64)> {
    let file = fs::metadata(path).ok()?;
    let since = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((file.len(), u64::try_from(since.as_nanos()).ok()?))
}

/// Removes what the list does not name.
fn sweep(to: &Path, manifest: &Manifest) -> Result<(), Error> {
    let named: HashSet<PathBuf> = manifest
        .files
        .iter()
        .map(|entry| Manifest::place(to, entry))
        .collect();
    for folder in ["journal", "beside"].map(|name| to.join(name)) {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if !named.contains(&path) {
                remove(&path)?;
            }
        }
    }
    Ok(())
}
