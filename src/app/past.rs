//! Past instants and other profiles: folds of the journal that the live columns cannot answer.
//!
//! The latest ones are kept. A fold runs on a thread of its own and can be watched as a job.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::error::Error;
use crate::lock::{Lock, Signal};
use crate::model::{Profile, Timestamp};
use crate::projection::{Snapshot, fold_past};
use crate::store::Store;

/// How many folds are kept.
const KEPT: usize = 4;
/// How long a first answer is waited for before it becomes a job.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far long work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It runs.
    Running,
    /// It is done; ask again for the result.
    Done,
    /// It failed.
    Failed,
}

/// Long work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Job {
    /// Its name.
    pub id: String,
    /// How far it is.
    pub state: JobState,
    /// Events folded so far.
    pub done: u64,
    /// Events to fold, about.
    pub total: u64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The past folds of a store.
pub(super) struct Past {
    pub(super) store: Arc<Store>,
    folds: Lock<Vec<Arc<Fold>>>,
    moved: Signal,
}

struct Fold {
    id: String,
    as_of: Timestamp,
    profile: Profile,
    position: u64,
    done: AtomicU64,
    result: Lock<Option<Result<Arc<Snapshot>, String>>>,
}

impl Past {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            folds: Lock::default(),
            moved: Signal::new(),
        }
    }

    /// The snapshot at `as_of` by `profile`; folds it first if it is not kept.
    pub(super) fn at(
        self: &Arc<Self>,
        as_of: Timestamp,
        profile: &Profile,
        live: &Arc<Snapshot>,
    ) -> Result<Arc<Snapshot>, Error> {
        let fold = self.fold(as_of, profile, live);
        let mut folds = self.folds.lock();
        loop {
            if let Some(result) = fold.result() {
                return result.map_err(Error::Stopped);
            }
            folds = self.moved.wait(folds);
        }
    }

    /// Starts folding `as_of`; a job, unless it is ready within two seconds.
    pub(super) fn start(
        self: &Arc<Self>,
        as_of: Timestamp,
        profile: &Profile,
        live: &Arc<Snapshot>,
    ) -> Option<Job> {
        let fold = self.fold(as_of, profile, live);
        let folds = self.folds.lock();
        let waited = self
            .moved
            .wait_while(folds, PATIENCE, |_| fold.result().is_none());
        drop(waited);
        match fold.result() {
            Some(Ok(_)) => None,
            _ => Some(fold.job()),
        }
    }

    /// The job called `id`.
    pub(super) fn job(&self, id: &str) -> Option<Job> {
        let folds = self.folds.lock();
        folds
            .iter()
            .find(|fold| fold.id == id)
            .map(|fold| fold.job())
    }

    /// The fold of `as_of` at the live position, started if need be.
    fn fold(
        self: &Arc<Self>,
        as_of: Timestamp,
        profile: &Profile,
        live: &Arc<Snapshot>,
    ) -> Arc<Fold> {
        // After the last event nothing that is folded hangs on the instant any more.
        let as_of = as_of.min(live.latest_at);
        let mut folds = self.folds.lock();
        let position = live.log_position;
        let same = |fold: &&Arc<Fold>| {
            fold.as_of == as_of && fold.position == position && fold.profile.agrees_with(profile)
        };
        if let Some(known) = folds.iter().find(same) {
            return Arc::clone(known);
        }
        let fold = Arc::new(Fold {
            id: format!("as-of-{}-{position}-{}", as_of.millis(), profile.name),
            profile: profile.clone(),
            as_of,
            position,
            done: AtomicU64::new(0),
            result: Lock::new(None),
        });
        folds.push(Arc::clone(&fold));
        if folds.len() > KEPT {
            folds.remove(0);
        }
        let (past, live, work) = (Arc::clone(self), Arc::clone(live), Arc::clone(&fold));
        rayon::spawn(move || {
            let progress = |done| work.done.store(done, Ordering::Relaxed);
            let folded = fold_past(&past.store, &live, (work.as_of, &work.profile), progress);
            work.finish(folded.map(Arc::new).map_err(|error| error.to_string()));
            let folds = past.folds.lock();
            past.moved.notify_all();
            drop(folds);
        });
        fold
    }
}

impl Fold {
    fn result(&self) -> Option<Result<Arc<Snapshot>, String>> {
        self.result.lock().clone()
    }

    fn finish(&self, result: Result<Arc<Snapshot>, String>) {
        *self.result.lock() = Some(result);
    }

    fn job(&self) -> Job {
        let result = self.result();
        Job {
            id: self.id.clone(),
            state: match &result {
                None => JobState::Running,
                Some(Ok(_)) => JobState::Done,
                Some(Err(_)) => JobState::Failed,
            },
            done: self.done.load(Ordering::Relaxed),
            total: self.position,
            error: result.and_then(Result::err),
        }
    }
}
