//! The part of `svar check` that looks after the files of conversations.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Account;
use crate::app::files::place_of;
use crate::app::folder::backup::hash_file;
use crate::journal::RecordView;
use crate::model::event::Attachment;
use crate::model::file::digest_of;
use crate::model::{Body, Event, Via};

/// What to do about a file that is not as it was.
const FROM_BACKUP: &str = "put it back from a backup with `svar restore`; until then it cannot be \
                           downloaded, and all else works";

/// The files that messages name which still have their words, by message.
#[derive(Debug, Default)]
pub(super) struct NamedFiles {
    /// Of messages that were written here: their files were on disk before the message was.
    own: BTreeMap<String, Vec<Attachment>>,
    /// Of messages that were taken over from elsewhere, whose files may never have been here.
    foreign: BTreeMap<String, Vec<Attachment>>,
}

impl NamedFiles {
    /// Takes an event in, if it says something of files.
    pub(super) fn note(&mut self, record: &RecordView<'_>, event: &Event) {
        match &event.body {
            Body::MessageAdded(added) => {
                let files = added.attachments.clone().unwrap_or_default();
                if files.iter().any(|file| file.sha256.is_some()) {
                    let named = match record.via {
                        Via::Live | Via::System => &mut self.own,
                        Via::Api | Via::Import => &mut self.foreign,
                    };
                    named.insert(added.message.to_string(), files);
                }
            }
            Body::MessageRedacted(redacted) => {
                self.own.remove(redacted.message.as_str());
                self.foreign.remove(redacted.message.as_str());
            }
            _ => {}
        }
    }

    /// Compares them with what lies in `folder`; with their bytes, too, if that `is_deep`.
    pub(super) fn check(&self, folder: &Path, is_deep: bool, account: &mut Account) {
        let mut own: BTreeMap<String, u64> = BTreeMap::new();
        for file in self.own.values().flatten() {
            if let Some(sha256) = file.sha256.as_deref().and_then(digest_of) {
                own.insert(sha256, file.size);
            }
        }
        for (sha256, size) in own {
            let path = place_of(folder, &sha256);
            let told = path.display();
            let what = match fs::metadata(&path) {
                Err(error) => format!("`{told}` cannot be read: {error}"),
                Ok(about) if about.len() != size => {
                    format!("`{told}` has {} bytes, not {size}", about.len())
                }
                Ok(_) if is_deep && !is_of(&path, &sha256) => {
                    format!("`{told}` has other bytes than it had")
                }
                Ok(_) => continue,
            };
            account.differs("files", what, FROM_BACKUP);
        }
        let foreign = self.foreign.values().flatten();
        let absent = foreign.filter(|file| file.url.is_none());
        let absent = absent.filter_map(|file| digest_of(file.sha256.as_deref()?));
        let absent = absent.filter(|sha256| !place_of(folder, sha256).is_file());
        let absent = absent.count();
        if absent > 0 {
            let what = format!("{absent} files of messages that were taken over are not here");
            account.note("files", what, "nothing: they were never sent along");
        }
    }
}

fn is_of(path: &Path, sha256: &str) -> bool {
    hash_file(path).is_ok_and(|(found, _)| found == sha256)
}
