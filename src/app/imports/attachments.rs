//! Files that imported messages link to: kept here, where that is wanted, for links die with the
//! account that they lead into.
//!
//! What is journalled of a message already stays as it is: its files are not fetched once more, and
//! addresses that are signed anew each time make it no other message. A file that cannot be had
//! stays a link, and is accounted for with the reason. Used by imports and connectors.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Batch, Error};
use crate::clock;
use crate::connect::{Fetched, FileHosts};
use crate::model::completeness::{RecordCount, UnmappedCount};
use crate::model::conversation::Conversation;
use crate::model::event::Attachment;
use crate::model::{Body, Completeness, Event};

/// The most files that one run fetches.
const MOST_FILES: u64 = 100_000;
/// The most bytes of them together.
const MOST_BYTES: u64 = 64 << 30;
/// How often one is tried, and how long after the first time it is tried again.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_secs(1);
/// How many reasons are told apart.
const MOST_REASONS: usize = 50;
/// How many entries a list of an account has.
const MOST_ENTRIES: usize = 200;

/// A file that a message links to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Link {
    pub(in crate::app) url: String,
    name: String,
    media_type: String,
    conversation: String,
}

/// What was fetched: by address, the digest and size of what lies here.
pub(in crate::app) type Kept = HashMap<String, (String, u64)>;

/// How many files were fetched, and why others stay links.
#[derive(Default)]
pub struct FileCounts {
    kept: u64,
    bytes: u64,
    stayed: BTreeMap<String, u64>,
}

impl FileCounts {
    /// Why no more files are fetched, if so.
    pub(in crate::app) fn is_full(&self) -> bool {
        self.kept >= MOST_FILES || self.bytes >= MOST_BYTES
    }

    /// Notes one that stays where it is.
    pub(in crate::app) fn stays(&mut self, reason: String) {
        let reason = if self.stayed.contains_key(&reason) || self.stayed.len() < MOST_REASONS {
            reason
        } else {
            "(others)".to_owned()
        };
        *self.stayed.entry(reason).or_default() += 1;
    }

    /// Adds them to what an import came to.
    pub fn add_to(self, all: &mut Completeness) {
        let stayed: u64 = self.stayed.values().sum();
        if self.kept + stayed == 0 {
            return;
        }
        // An account has so many entries of each at most.
        all.records.truncate(MOST_ENTRIES - 1);
        all.unmapped.truncate(MOST_ENTRIES - self.stayed.len());
        all.records.push(RecordCount {
            kind: "attachments".to_owned(),
            read: self.kept + stayed,
            translated: self.kept,
            rejected: 0,
            passed_over: stayed,
        });
        let stayed = self.stayed.into_iter();
        all.unmapped
            .extend(stayed.map(|(reason, count)| UnmappedCount {
                field: "attachments.url".to_owned(),
                value: reason,
                taken_as: "a link, as it was".to_owned(),
                count,
            }));
    }
}

impl App {
    /// Has messages that are here already name their files as they do here, and gives the links of
    /// the others.
    pub(in crate::app) fn links_of(&self, batch: &mut Batch) -> Result<Vec<Link>, Error> {
        let book = Arc::clone(&self.snapshot().installation.contacts);
        let mut known: HashMap<String, Option<Conversation>> = HashMap::new();
        let mut links = Vec::new();
        for event in &mut batch.events {
            let Body::MessageAdded(added) = &event.body else {
                continue;
            };
            let files = added.attachments.as_deref().unwrap_or_default();
            if !files.iter().any(is_link) || book.is_of_erased(&event.body) {
                continue;
            }
            let id = added.conversation.to_string();
            if !known.contains_key(&id) {
                known.insert(id.clone(), self.messages_of(&id)?);
            }
            let conversation = known.get(&id).and_then(Option::as_ref);
            let mut messages = conversation.into_iter().flat_map(|one| &one.messages);
            if let Some(stored) = messages.find(|message| message.id == added.message) {
                if are_same(&stored.attachments, files) {
                    let files = stored.attachments.clone();
                    *event = Arc::new(with_files(event, files));
                }
                // Of one whose words are gone by now nothing is fetched once more.
                continue;
            }
            links.extend(files.iter().filter(|file| is_link(file)).map(|file| Link {
                url: file.url.clone().unwrap_or_default(),
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                conversation: id.clone(),
            }));
        }
        Ok(links)
    }

    /// Keeps what came of a link.
    pub(in crate::app) fn keep_link(
        &self,
        link: &Link,
        bytes: &[u8],
        (kept, counts): (&mut Kept, &mut FileCounts),
    ) -> Result<(), Error> {
        let named = (link.name.as_str(), Some(link.media_type.as_str()));
        let file = self.keep_fetched(&link.conversation, named, bytes)?;
        counts.kept += 1;
        counts.bytes += file.size;
        kept.insert(link.url.clone(), (file.sha256, file.size));
        Ok(())
    }

    /// Fetches the files of a batch, one after the other, and has its messages name them.
    pub fn fetch_files(
        &self,
        batch: &mut Batch,
        hosts: &FileHosts,
        counts: &mut FileCounts,
    ) -> Result<(), Error> {
        let mut kept = Kept::new();
        for link in self.links_of(batch)? {
            if kept.contains_key(&link.url) {
                continue;
            }
            if counts.is_full() {
                counts.stays("more files than one run fetches".to_owned());
                continue;
            }
            match patiently(hosts, &link.url) {
                Ok(bytes) => self.keep_link(&link, &bytes, (&mut kept, counts))?,
                Err(reason) => counts.stays(reason),
            }
        }
        name_files(batch, &kept);
        Ok(())
    }
}

/// Has messages name what was fetched for them; where it was is kept beside it.
pub(in crate::app) fn name_files(batch: &mut Batch, kept: &Kept) {
    if kept.is_empty() {
        return;
    }
    for event in &mut batch.events {
        let Body::MessageAdded(added) = &event.body else {
            continue;
        };
        let mut files = added.attachments.clone().unwrap_or_default();
        let mut is_changed = false;
        for file in files.iter_mut().filter(|file| is_link(file)) {
            let url = file.url.as_deref().unwrap_or_default();
            if let Some((sha256, size)) = kept.get(url) {
                file.sha256 = Some(sha256.clone());
                file.size = *size;
                is_changed = true;
            }
        }
        if is_changed {
            *event = Arc::new(with_files(event, files));
        }
    }
}

/// Tries a few times.
fn patiently(hosts: &FileHosts, url: &str) -> Result<Vec<u8>, String> {
    let mut reason = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            clock::pause(BETWEEN * attempt);
        }
        match hosts.fetch(url) {
            Fetched::Got(bytes) => return Ok(bytes),
            Fetched::Stays(reason) => return Err(reason),
            Fetched::Failed(said) => reason = said,
        }
    }
    Err(reason)
}

fn is_link(file: &Attachment) -> bool {
    file.sha256.is_none() && file.url.as_deref().is_some_and(|url| !url.is_empty())
}

/// Whether files are the same ones, wherever they lie by now.
fn are_same(stored: &[Attachment], told: &[Attachment]) -> bool {
    let is_same = |(one, other): (&Attachment, &Attachment)| {
        one.name == other.name && one.media_type == other.media_type
    };
    stored.len() == told.len() && stored.iter().zip(told).all(is_same)
}

fn with_files(event: &Event, files: Vec<Attachment>) -> Event {
    let mut event = event.clone();
    if let Body::MessageAdded(added) = &mut event.body {
        added.attachments = Some(files);
    }
    event
}
