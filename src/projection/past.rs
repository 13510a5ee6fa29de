//! The past, or the present by another profile: a store folded once more, next to the live folds.
//!
//! Asked by the app for what the live snapshot does not answer; keeps nothing.

use std::sync::Arc;

use super::error::Error;
use super::snapshot::Snapshot;
use super::unit_folder::UnitFolder;
use super::whole::fold_store;
use crate::model::knowledge::Later;
use crate::model::{Profile, Timestamp};
use crate::store::Store;

/// From where everything is seen: an instant, and what counts.
#[derive(Clone, Copy, Debug)]
pub struct Standpoint<'a> {
    /// What happened later is left out.
    pub as_of: Timestamp,
    /// What an episode is.
    pub profile: &'a Profile,
}

/// Folds a store up to an instant that the live snapshot does not answer for, or by another
/// profile than its own.
///
/// `progress` hears how many events are read.
pub fn fold_past(
    store: &Store,
    live: &Snapshot,
    by: Standpoint<'_>,
    progress: impl Fn(u64),
) -> Result<Snapshot, Error> {
    let like = UnitFolder {
        profile: by.profile.clone(),
        dictionaries: Arc::clone(&live.facts.dictionaries),
        ..UnitFolder::default()
    };
    let folded = fold_store(store, &like, by.as_of, progress)?;
    Ok(Snapshot {
        facts: folded.facts,
        desk: Arc::new(Later::There(folded.desk)),
        directory: folded.folder.directory,
        blocked: folded.folder.blocked,
        profile: by.profile.clone(),
        log_position: live.log_position,
        latest_at: folded.latest_at,
        installation: Arc::clone(&live.installation),
        finder: None,
    })
}
