//! What readers see: every fact at one position of the log, immutable.

use std::collections::HashMap;
use std::sync::Arc;

use svar_index::Finder;

use crate::metrics::Facts;
use crate::model::desk::Lines;
use crate::model::knowledge::Later;
use crate::model::{Directory, Installation, Profile, Timestamp};

/// The desk at one position of the log.
pub struct Snapshot {
    /// All facts, as columns.
    pub facts: Facts,
    /// The conversations and tickets that are open or were closed lately.
    pub desk: Arc<Later<Lines>>,
    /// Reps, teams, pipelines and tags.
    pub directory: Arc<Directory>,
    /// When contacts were blocked.
    pub blocked: Arc<HashMap<String, Timestamp>>,
    /// What holds for the whole installation, as it is now whatever the snapshot's instant.
    pub installation: Arc<Installation>,
    /// The profile that the facts were folded by.
    pub profile: Profile,
    /// Everything up to this record of the journal is in.
    pub log_position: u64,
    /// The latest instant of any event in it.
    pub latest_at: Timestamp,
    /// What searches the index as it is when asked; none of a past instant.
    pub finder: Option<Finder>,
}

impl Snapshot {
    /// Whether the snapshot answers for `as_of` exactly: no event in it is later.
    pub fn answers(&self, as_of: Timestamp) -> bool {
        as_of >= self.latest_at
    }
}
