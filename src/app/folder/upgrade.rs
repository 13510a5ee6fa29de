//! The folder's layout through its versions: an older one is brought up step by step, a
//! newer one is refused untouched.
//!
//! Version 0 is a folder without the file `format`: its segments may be in the folder
//! itself. Each step may be repeated, and `format` is written after it, so that a step that
//! was cut off is simply done again.
//!
//! The step from 0 to 1 moves the segments into `journal/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{rename, sync, write_whole};
use crate::app::error::Error;
use crate::disk::Access;
use crate::failpoint;

/// The layout that this version writes.
pub(super) const FORMAT: u32 = 1;

/// Brings a folder from one version to the next.
type Step = fn(&Path) -> Result<(), Error>;

/// The step from each version, beginning with 0.
const STEPS: [Step; FORMAT as usize] = [gather_segments];

/// Brings the folder to [`FORMAT`]; says from which version, if there was anything to do.
pub(super) fn bring_up(data: &Path) -> Result<Option<u32>, Error> {
    let version = match version_of(data)? {
        Some(version) => version,
        None if is_fresh(data)? => {
            write(data, FORMAT)?;
            return Ok(None);
        }
        None => 0,
    };
    if version == FORMAT {
        return Ok(None);
    }
    for (step, version) in STEPS.iter().zip(1..).skip(version as usize) {
        step(data)?;
        failpoint::pass("folder.upgraded");
        write(data, version)?;
    }
    Ok(Some(version))
}

/// The version that `format` names; `None` without that file.
pub(super) fn version_of(data: &Path) -> Result<Option<u32>, Error> {
    let path = data.join("format");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Error::io("read", path, cause)),
    };
    match text.trim().parse() {
        Ok(version) if version <= FORMAT => Ok(Some(version)),
        // Also what is no number: no older version has written that.
        _ => Err(Error::Newer {
            folder: data.to_owned(),
            found: text.trim().chars().take(20).collect(),
            known: FORMAT,
        }),
    }
}

/// Whether there is anything that a Svar has left.
pub(super) fn is_fresh(data: &Path) -> Result<bool, Error> {
    Ok(!data.join("journal").exists() && segments(data)?.is_empty())
}

/// From 0: segments move into `journal/`.
fn gather_segments(data: &Path) -> Result<(), Error> {
    let journal = data.join("journal");
    fs::create_dir_all(&journal).map_err(|cause| Error::io("make", &journal, cause))?;
    for segment in segments(data)? {
        let moved = journal.join(segment.file_name().unwrap_or_default());
        if moved.exists() {
            return Err(Error::io(
                "move",
                segment,
                io::ErrorKind::AlreadyExists.into(),
            ));
        }
        rename(&segment, &moved)?;
        failpoint::pass("folder.upgrade");
    }
    sync(&journal)?;
    sync(data)
}

/// The files in the folder itself that are named like a journal's.
fn segments(data: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |cause| Error::io("list", data, cause);
    let mut paths = Vec::new();
    for entry in fs::read_dir(data).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_segment = name
            .and_then(|name| name.split_once('.'))
            .is_some_and(|(seq, end)| {
                seq.len() == 20
                    && seq.bytes().all(|byte| byte.is_ascii_digit())
                    && matches!(end, "jsonl" | "jsonl.zst" | "ids")
            });
        if is_segment {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn write(data: &Path, version: u32) -> Result<(), Error> {
    failpoint::pass("folder.format");
    write_whole(
        &data.join("format"),
        format!("{version}\n").as_bytes(),
        Access::Shared,
    )
}
