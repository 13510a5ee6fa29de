//! Every identity in the journal: a map for the active segment, a run for each sealed one.
//!
//! A run that turns out damaged is made again from its segment on the spot, and the
//! lookup goes on. Owned by `journal`.

use std::collections::HashMap;

use super::bloom::Probe;
use super::run::Run;
use super::{Identity, Key, SeqRange};
use crate::journal::error::{Error, Notice};
use crate::journal::folder::Folder;
use crate::journal::segment::Segment;

/// All identities, with their content hashes.
pub(in crate::journal) struct IdentitySet {
    folder: Folder,
    active: HashMap<Identity, u64>,
    /// In the order of their segments.
    runs: Vec<Run>,
}

impl IdentitySet {
    /// Opens the runs of the sealed segments, making again what cannot be read.
    pub(in crate::journal) fn open(
        folder: Folder,
        sealed: &[SeqRange],
        active: Vec<Key>,
        notices: &mut Vec<Notice>,
    ) -> Result<Self, Error> {
        let mut runs = Vec::with_capacity(sealed.len());
        for &seqs in sealed {
            let path = folder.run(seqs.first);
            runs.push(match Run::open(&path, seqs) {
                Ok(run) => run,
                Err(reason) => {
                    let run = rebuild(&folder, seqs)?;
                    notices.push(Notice::RunRebuilt { run: path, reason });
                    run
                }
            });
        }
        let mut set = Self {
            folder,
            active: HashMap::new(),
            runs,
        };
        set.extend(active);
        Ok(set)
    }

    /// Takes in what was appended to the active segment.
    pub(in crate::journal) fn extend(&mut self, keys: impl IntoIterator<Item = Key>) {
        let pairs = keys.into_iter().map(|key| (key.identity, key.content));
        self.active.extend(pairs);
    }

    /// The content hash under which `identity` was journalled, if it was.
    pub(in crate::journal) fn lookup(&mut self, identity: Identity) -> Result<Option<u64>, Error> {
        if let Some(content) = self.active.get(&identity) {
            return Ok(Some(*content));
        }
        let Self { folder, runs, .. } = self;
        let probe = Probe::new(identity);
        // Repeats are mostly of late: a retry, an import run again.
        for run in runs.iter_mut().rev() {
            let hit = match run.lookup(&probe) {
                Ok(hit) => hit,
                Err(reason) => {
                    let seqs = run.seqs();
                    tracing::warn!(run = %folder.run(seqs.first).display(), reason, "identity run is damaged, making it again");
                    *run = rebuild(folder, seqs)?;
                    // Just written; if it fails again, the disk does.
                    run.lookup(&probe).map_err(|reason| {
                        let cause = std::io::Error::other(reason);
                        Error::io("read back", &folder.run(seqs.first), cause)
                    })?
                }
            };
            if hit.is_some() {
                return Ok(hit);
            }
        }
        Ok(None)
    }

    /// Writes the map to the run of the segment of `seqs`, which is to be sealed.
    /// Nothing changes until [`Self::sealed`]: the sealing may still fail.
    pub(in crate::journal) fn seal(&self, seqs: SeqRange) -> Result<Seal, Error> {
        let path = self.folder.run(seqs.first);
        if self.active.len() as u64 != seqs.last + 1 - seqs.first {
            // Identities that are there twice, as only a journal written past the committer has.
            return rebuild(&self.folder, seqs).map(Seal);
        }
        let pairs = self.active.iter();
        let mut keys: Vec<_> = pairs
            .map(|(&identity, &content)| Key { identity, content })
            .collect();
        Run::write(&path, seqs, &mut keys)
            .map(Seal)
            .map_err(|error| Error::io("write", &path, error))
    }

    /// Turns to the next active segment.
    pub(in crate::journal) fn sealed(&mut self, Seal(run): Seal) {
        self.runs.push(run);
        self.active = HashMap::new();
    }
}

/// The run of a segment that is about to be sealed.
pub(in crate::journal) struct Seal(Run);

fn rebuild(folder: &Folder, seqs: SeqRange) -> Result<Run, Error> {
    let path = folder.run(seqs.first);
    let mut keys = Vec::new();
    let mut segment = Segment::open(folder, seqs.first)?;
    while segment.next_seq() <= seqs.last {
        let Some(record) = segment.next_record()? else {
            // The segment ends before the next one begins.
            return Err(Error::Missing {
                segment: folder.plain(segment.next_seq()),
            });
        };
        let key = Key::of_event(record.event.get());
        keys.push(key.map_err(|error| segment.damaged(error.to_string()))?);
    }
    if segment.next_record()?.is_some() {
        let reason = "it goes on where the next segment begins".to_owned();
        return Err(segment.damaged(reason));
    }
    Run::write(&path, seqs, &mut keys).map_err(|error| Error::io("write", &path, error))
}
