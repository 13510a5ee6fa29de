//! Backups: a folder that holds the journal up to a position, the files next to it, and a
//! manifest with a checksum of each.
//!
//! `manifest` is the list, `make` copies what the last backup into the same folder has not,
//! `restore` checks all and puts it in the place of a data folder. A file of a backup is
//! named after its content and never written again, so that a backup that is cut off
//! leaves the last one whole.
//!
//! The manifest has a SHA-256 of each file and of itself and is put in place last. A backup
//! ends at an acknowledged position; store, columns and index are left out, because they are
//! made again.

mod make;
mod manifest;
mod note;
mod restore;
#[cfg(test)]
mod tests;

pub use make::{BackupSummary, backup_folder};
pub use note::BackupNote;
pub use restore::{RestoreSummary, restore};

pub(in crate::app) use make::make;
pub(super) use restore::{finish, note_exists};

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// What of a data folder a backup holds besides the journal.
const BESIDE: [&str; 5] = [DRAFTS, "files", "keys", "demo", "model"];
/// What was typed and not sent. It becomes events, so it is copied before the backup's position is
/// known: words that are sent meanwhile are in one of the two, or in both.
const DRAFTS: &str = "drafts";
/// The file by which a folder is known as a backup, written first.
const MARKER: &str = "svar-backup";
/// The list of the files, written last.
const MANIFEST: &str = "manifest.json";

/// Reads everything from one to the other; the SHA-256 in hex, and how much it was.
fn copy_hashed(from: &mut impl Read, to: &mut impl Write) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut bytes = 0;
    loop {
        let read = from.read(&mut buffer)?;
        let (chunk, _) = buffer.split_at(read);
        if chunk.is_empty() {
            return Ok((hex(&hasher.finalize()), bytes));
        }
        hasher.update(chunk);
        to.write_all(chunk)?;
        bytes += read as u64;
    }
}

pub(super) fn hash_file(path: &Path) -> io::Result<(String, u64)> {
    copy_hashed(&mut File::open(path)?, &mut io::sink())
}

/// Bytes in hexadecimal digits.
pub(in crate::app) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
