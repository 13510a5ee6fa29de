//! The journal's folder: what its files are called, which are there, and syncing it.
//!
//! Knows names only; what is in the files is the matter of `segment`, `identity` and
//! `sealer`. Used by all of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::Error;
use crate::disk;

const PLAIN: &str = "jsonl";
const SEALED: &str = "jsonl.zst";
const RUN: &str = "ids";
const TEMPORARY: &str = "tmp";
const SEQ_DIGITS: usize = 20;

/// The folder that holds the segments.
#[derive(Clone, Debug)]
pub(super) struct Folder(Arc<Path>);

/// The files that belong to one segment, which is named after its first seq.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) first_seq: u64,
    pub(super) plain: bool,
    pub(super) sealed: bool,
    pub(super) run: bool,
}

/// Everything in the folder that is the journal's.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// By `first_seq`.
    pub(super) segments: Vec<Files>,
    /// Left by a process that was stopped before it could rename them.
    pub(super) unfinished: Vec<PathBuf>,
}

impl Folder {
    /// Makes the folder if there is none, durably.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let folder = Self::at(path);
        if !path.is_dir() {
            fs::create_dir_all(path).map_err(|error| Error::io("create", path, error))?;
            if let Some(parent) = path.parent() {
                Self::at(parent).sync()?;
            }
        }
        Ok(folder)
    }

    /// A folder that exists.
    pub(super) fn at(path: &Path) -> Self {
        let here = path.as_os_str().is_empty();
        Self(Arc::from(if here { Path::new(".") } else { path }))
    }

    /// The uncompressed segment that begins with `first_seq`.
    pub(super) fn plain(&self, first_seq: u64) -> PathBuf {
        self.file(first_seq, PLAIN)
    }

    /// The same, compressed.
    pub(super) fn sealed(&self, first_seq: u64) -> PathBuf {
        self.file(first_seq, SEALED)
    }

    /// The identities of that segment.
    pub(super) fn run(&self, first_seq: u64) -> PathBuf {
        self.file(first_seq, RUN)
    }

    fn file(&self, first_seq: u64, extension: &str) -> PathBuf {
        self.0.join(format!("{first_seq:020}.{extension}"))
    }

    /// Makes creations, renames and removals in the folder durable.
    pub(super) fn sync(&self) -> Result<(), Error> {
        disk::sync_folder(&self.0).map_err(|error| Error::io("sync", &self.0, error))
    }

    /// Removes a file of the folder; one that is gone already is no error.
    pub(super) fn remove(path: &Path) -> Result<(), Error> {
        match disk::remove_file(path) {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::io("remove", path, error)),
        }
    }

    /// What is there. Files with other names are left alone.
    pub(super) fn list(&self) -> Result<Listing, Error> {
        let failed = |error| Error::io("list", &self.0, error);
        let mut listing = Listing::default();
        let mut segments = BTreeMap::<u64, Files>::new();
        for entry in fs::read_dir(&*self.0).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let Some((first_seq, extension)) = name.and_then(split_name) else {
                continue;
            };
            if let Some(finished) = extension.strip_suffix(TEMPORARY) {
                if [SEALED, RUN].contains(&finished.trim_end_matches('.')) {
                    listing.unfinished.push(path);
                }
                continue;
            }
            let of_segment: fn(&mut Files) -> &mut bool = match extension {
                PLAIN => |files| &mut files.plain,
                SEALED => |files| &mut files.sealed,
                RUN => |files| &mut files.run,
                _ => continue,
            };
            let files = segments.entry(first_seq).or_default();
            files.first_seq = first_seq;
            *of_segment(files) = true;
        }
        listing.segments = segments.into_values().collect();
        Ok(listing)
    }
}

fn split_name(name: &str) -> Option<(u64, &str)> {
    let (digits, extension) = name.split_once('.')?;
    let numeric = digits.len() == SEQ_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    let first_seq = digits.parse().ok().filter(|_| numeric)?;
    (first_seq > 0).then_some((first_seq, extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::temporary;

    #[test]
    fn listing_is_ordered_and_leaves_other_files_alone() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::create(&temp.path().join("journal")).unwrap();
        let names = [
            folder.plain(100),
            folder.sealed(9),
            folder.run(9),
            temporary(&folder.run(9)),
            folder.0.join("note.txt"),
            folder.0.join("00000000000000000200.bak"),
            folder.0.join("+0000000000000000200.jsonl"),
        ];
        for name in &names {
            fs::write(name, "").unwrap();
        }
        let listing = folder.list().unwrap();
        let sealed = Files {
            first_seq: 9,
            plain: false,
            sealed: true,
            run: true,
        };
        let plain = Files {
            first_seq: 100,
            plain: true,
            ..Files::default()
        };
        assert_eq!(listing.segments, [sealed, plain]);
        assert_eq!(listing.unfinished, [temporary(&folder.run(9))]);
    }
}
