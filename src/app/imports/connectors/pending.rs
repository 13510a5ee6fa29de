//! What a page gave, while its files are fetched: then it is journalled whole.

use std::collections::VecDeque;

use super::round::Bundle;
use crate::app::imports::attachments::{FileCounts, Kept, Link, name_files};
use crate::app::{App, Batch, Error};
use crate::connect::Fetched;

/// What waits to be journalled.
pub(super) struct Pending {
    bundle: Bundle,
    batches: Vec<Batch>,
    links: VecDeque<Link>,
    kept: Kept,
}

impl Pending {
    /// What a page gave; its files are fetched if that is wanted.
    pub(super) fn new(
        app: &App,
        bundle: Bundle,
        mut batches: Vec<Batch>,
        fetches_files: bool,
    ) -> Result<Self, Error> {
        let mut links = VecDeque::new();
        for batch in &mut batches {
            links.extend(app.links_of(batch)?);
        }
        if !fetches_files {
            links.clear();
        }
        Ok(Self {
            bundle,
            batches,
            links,
            kept: Kept::new(),
        })
    }

    /// The address of the next file.
    pub(super) fn url(&self) -> Option<String> {
        self.links.front().map(|link| link.url.clone())
    }

    /// Whether no file is waited for any more.
    pub(super) fn is_ready(&self) -> bool {
        self.links.is_empty()
    }

    /// Takes in what came of the next file; gives why it may be tried again.
    pub(super) fn hear(
        &mut self,
        app: &App,
        counts: &mut FileCounts,
        fetched: Fetched,
    ) -> Result<Option<String>, Error> {
        let bytes = match fetched {
            Fetched::Failed(reason) => return Ok(Some(reason)),
            Fetched::Stays(reason) => {
                self.stays(counts, reason);
                return Ok(None);
            }
            Fetched::Got(bytes) => bytes,
        };
        if let Some(link) = self.links.front() {
            app.keep_link(link, &bytes, (&mut self.kept, counts))?;
        }
        self.next();
        while counts.is_full() && !self.links.is_empty() {
            self.stays(counts, "more files than one run fetches".to_owned());
        }
        Ok(None)
    }

    /// Goes on without the next file.
    pub(super) fn stays(&mut self, counts: &mut FileCounts, reason: String) {
        counts.stays(reason);
        self.next();
    }

    /// Goes on behind a file, and behind what lies at the same address.
    fn next(&mut self) {
        self.links.pop_front();
        let kept = &self.kept;
        self.links.retain(|link| !kept.contains_key(&link.url));
    }

    /// What is journalled, each message with the files that are here.
    pub(super) fn named(mut self) -> (Vec<Batch>, Bundle) {
        for batch in &mut self.batches {
            name_files(batch, &self.kept);
        }
        (self.batches, self.bundle)
    }
}
