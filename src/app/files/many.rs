//! Many files at once, as mails bring them: written side by side, and made durable together.
//!
//! Each is noted and whole on disk before any is in its place, as one alone would be; but there is one
//! wait for the disk before that and one after, however many they are.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use sha2::{Digest as _, Sha256};

use super::MAX_NAME;
use super::shelf::{FileShelf, NewFile, make, note_of};
use crate::app::{App, Error};
use crate::clock::Clock;
use crate::disk::{self, Access, Draft};
use crate::failpoint;
use crate::model::event::Attachment;
use crate::model::file::{clean_name, media_type};

/// The SHA-256 of bytes, in hexadecimal digits.
fn digest_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a text cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}

impl App {
    /// Keeps many files that came from elsewhere, until what they came with names them; what each is by
    /// then, in their order.
    pub(in crate::app) fn keep_many_for(
        &self,
        owner: &str,
        files: &[(&str, &str, &[u8])],
    ) -> Result<Vec<Attachment>, Error> {
        let now = self.clock.now();
        let new = |(name, told_type, bytes): &(&str, &str, &[u8])| {
            let short: String = name.chars().take(MAX_NAME).collect();
            let name = clean_name(&short);
            NewFile {
                id: format!("f-{}", Clock::fresh_id()),
                owner: owner.to_owned(),
                conversation: None,
                sha256: digest_of(bytes),
                media_type: media_type(Some(*told_type), &name),
                name,
                size: bytes.len() as u64,
                at: now,
            }
        };
        let all: Vec<NewFile> = files.iter().map(new).collect();
        let attachments = all.iter().map(NewFile::attachment).collect();
        let bytes = files.iter().map(|(_, _, bytes)| *bytes);
        self.files
            .place_many(all.into_iter().zip(bytes).collect())?;
        Ok(attachments)
    }
}

impl FileShelf {
    /// Puts files in their places, for messages that name them within a day.
    pub(super) fn place_many(&self, files: Vec<(NewFile, &[u8])>) -> Result<(), Error> {
        if files.is_empty() {
            return Ok(());
        }
        let mut parts = Vec::new();
        for (new, bytes) in files {
            let (mut part, path) = self.begin(&new.id)?;
            let written = part.write_all(bytes);
            written.map_err(|cause| Error::io("write", &path, cause))?;
            let note = note_of(self.folder(), &new.id);
            let text = serde_json::to_vec(&new).unwrap_or_default();
            let noted = Draft::create(&disk::temporary(&note), Access::Private);
            let noted = noted.and_then(|mut draft| draft.write_all(&text));
            noted.map_err(|cause| Error::io("write", &note, cause))?;
            parts.push((new, path, note));
        }
        let sync = || {
            disk::sync_system(self.folder())
                .map_err(|cause| Error::io("sync", self.folder(), cause))
        };
        sync()?;
        failpoint::pass("file.written");
        let _placing = self.placing();
        let mut placed = Vec::new();
        for (new, path, note) in parts {
            disk::rename(&disk::temporary(&note), &note)
                .map_err(|cause| Error::io("write", &note, cause))?;
            failpoint::pass("file.noted");
            let place = self.path(&new.sha256);
            make(disk::folder_of(&place))?;
            let is_there = fs::metadata(&place).is_ok_and(|there| there.len() == new.size);
            let settled = if is_there {
                disk::remove_file(&path).map(drop)
            } else {
                disk::rename(&path, &place)
            };
            settled.map_err(|cause| Error::io("write", &place, cause))?;
            placed.push(new);
        }
        sync()?;
        failpoint::pass("file.placed");
        self.wait_for(placed);
        Ok(())
    }
}
