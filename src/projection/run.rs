//! Keeping the folds up: the thread that folds, and the handle through which fronts read.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;

use super::error::Error;
use super::folders::{Folders, Notices};
use super::keeper::Keeper;
use super::mark::mark_of;
use super::opening::open_all;
use super::pace::{Extent, Pace};
use super::projector::Projector;
use super::snapshot::Snapshot;
use super::waiter::{State, Waiter};
use crate::clock::Clock;
use crate::failpoint;
use crate::journal::{Journal, Record};
use crate::model::Profile;
use crate::store::Store;

/// How many batches of records wait for the fold before writers wait for it.
const QUEUE: usize = 64;
/// By how much the folding threads give way to others: a third of a core's time next to one that
/// is always busy, which is several times what a busy desk's folds take.
const GIVES_WAY_BY: i32 = 5;
/// How many records are filed at once when the journal is replayed.
const REPLAY_BATCH: usize = 8_192;
/// After how many records a long replay is saved, so that a stop repeats no more than that.
const SAVE_EVERY: u64 = 32_768;

/// Makes a snapshot ready that nobody has seen yet and whose rows must all be judged again;
/// until it returns, readers see the one before.
pub type Readying = Arc<dyn Fn(&Arc<Snapshot>) + Send + Sync>;

/// Hears up to which record everything can be seen, each time that moves; must be quick.
pub type Published = Arc<dyn Fn(u64) + Send + Sync>;

/// What the running folds need of their owner.
#[derive(Clone)]
pub struct Upkeep {
    /// The time.
    pub clock: Clock,
    /// Hears of each snapshot whose rows must all be judged again.
    pub readying: Readying,
    /// Hears what can be seen.
    pub published: Published,
}

/// The running folds.
pub struct Projection {
    snapshot: Arc<ArcSwap<Snapshot>>,
    store: Arc<Store>,
    state: Arc<State>,
    sender: Option<SyncSender<Vec<Record>>>,
    thread: Option<JoinHandle<()>>,
}

impl Projection {
    /// Opens the folds and brings them up to the journal's end.
    ///
    /// A store or index that does not fit the journal is set aside and made again;
    /// `readying` is called with each later snapshot after a change of the timetable, or of
    /// everything; `progress` hears how many records of how many are filed.
    pub fn open(
        folders: Folders<'_>,
        journal: &Journal,
        upkeep: Upkeep,
        progress: impl Fn(u64, u64),
    ) -> Result<(Self, Notices), Error> {
        let Upkeep {
            clock,
            readying,
            published,
        } = upkeep;
        let mut notices = Notices::new();
        let mut keeper = Keeper::new(folders.columns, mark_of(journal)?);
        let opened = open_all(folders, journal, &keeper, &mut notices)?;
        let (store, index) = (Arc::new(opened.store), opened.index);
        let indexed = index.committed_position()?.unwrap_or_default();
        let mut projector = Projector::new(Arc::clone(&store), index, clock, Profile::default())?;
        keeper.resume(opened.checkpoint, &mut projector, &mut notices)?;
        replay(&mut projector, journal, indexed, progress)?;
        projector.find_answers()?;
        let first = projector.publish()?;
        projector.commit_index()?;
        keeper.keep_when_due(&projector);
        let state = Arc::new(State::default());
        state.reach(first.log_position);
        let snapshot = Arc::new(ArcSwap::from_pointee(first));
        let (sender, receiver) = sync_channel(QUEUE);
        let thread = {
            let (snapshot, state) = (Arc::clone(&snapshot), Arc::clone(&state));
            // In a pool of its own: in the common one each fold would queue behind reports.
            let pool = rayon::ThreadPoolBuilder::new().thread_name(|_| "svar-fold".to_owned());
            let pool = pool.start_handler(|_| give_way());
            let pool = pool.build().map_err(|_error| Error::Stopped)?;
            let readers = Readers {
                snapshot,
                state,
                readying,
                published,
            };
            let fold = move || run(projector, keeper, &receiver, &readers);
            let run = move || {
                give_way();
                pool.install(fold);
            };
            let named = std::thread::Builder::new().name("svar-fold".to_owned());
            named.spawn(run).map_err(|_error| Error::Stopped)?
        };
        let projection = Self {
            snapshot,
            store,
            state,
            sender: Some(sender),
            thread: Some(thread),
        };
        Ok((projection, notices))
    }

    /// Where the journal's committer sends what it has acknowledged.
    pub fn tail(&self) -> impl FnMut(Vec<Record>) + Send + 'static {
        let sender = self.sender.clone();
        move |records| {
            if let Some(sender) = &sender
                && sender.send(records).is_err()
            {
                tracing::error!("the folds have stopped; what is written is safe in the journal");
            }
        }
    }

    /// The desk as it is.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The store, for reads of single things.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// A function that gives the desk as it is.
    pub fn reader(&self) -> impl Fn() -> Arc<Snapshot> + Send + Sync + 'static {
        let snapshot = Arc::clone(&self.snapshot);
        move || snapshot.load_full()
    }

    /// Something to wait on for the folds to move.
    pub fn waiter(&self) -> Waiter {
        Waiter::new(Arc::clone(&self.state))
    }

    /// Why the folds have stopped, if they have.
    pub fn failure(&self) -> Option<String> {
        self.state.failure()
    }

    /// Ends the thread after what is queued, and writes the store out.
    ///
    /// The committer must have stopped, or what it still sends is folded at the next start.
    pub fn stop(&mut self) -> Result<(), Error> {
        if !self.join() {
            return Err(Error::Stopped);
        }
        Ok(self.store.flush()?)
    }

    /// Ends the thread; false if it panicked.
    fn join(&mut self) -> bool {
        self.sender = None;
        self.thread
            .take()
            .is_none_or(|thread| thread.join().is_ok())
    }
}

impl Drop for Projection {
    fn drop(&mut self) {
        // The thread holds the folders' locks, which must be free when this is gone.
        self.join();
    }
}

/// Has the calling thread give way to those that answer questions. What cannot be had is done
/// without: the fold is as right at any pace.
fn give_way() {
    // Elsewhere a priority is the whole process's.
    if cfg!(target_os = "linux")
        && let Err(error) = rustix::process::nice(GIVES_WAY_BY)
    {
        tracing::debug!(%error, "the folds run as the rest does");
    }
}

/// Who hears of what was folded.
struct Readers {
    snapshot: Arc<ArcSwap<Snapshot>>,
    state: Arc<State>,
    readying: Readying,
    published: Published,
}

/// The folds as they run.
struct Running<'a> {
    projector: Projector,
    keeper: Keeper,
    pace: Pace,
    readers: &'a Readers,
}

/// Files and folds what arrives until every sender is gone.
fn run(projector: Projector, keeper: Keeper, records: &Receiver<Vec<Record>>, readers: &Readers) {
    let mut running = Running {
        projector,
        keeper,
        pace: Pace::new(),
        readers,
    };
    loop {
        match running.turn(records) {
            Ok(false) => {}
            Ok(true) => return running.keeper.keep_now(&running.projector),
            Err(error) => return readers.state.fail(&error),
        }
    }
}

impl Running<'_> {
    /// Takes in what comes next, if anything does in time, and publishes what is due; true: nothing
    /// comes any more.
    fn turn(&mut self, records: &Receiver<Vec<Record>>) -> Result<bool, Error> {
        let projector = &mut self.projector;
        let patience = self.pace.patience(projector.pending(), projector.next_in());
        let arrived = records.recv_timeout(patience);
        if let Ok(batch) = &arrived {
            self.keeper.see(batch);
            self.pace.arrived();
            projector.apply(batch, 0)?;
        }
        self.readers.state.file(projector.position());
        let is_due =
            projector.pass_time() && self.pace.is_due(projector.extent(), arrived.is_err());
        if is_due {
            self.publish()?;
        }
        self.keeper.keep_when_due(&self.projector);
        let ended = matches!(arrived, Err(RecvTimeoutError::Disconnected));
        if ended {
            self.projector.commit_index()?;
        } else if self.pace.commit_is_due() {
            self.projector.commit_index_beside()?;
        }
        Ok(ended)
    }

    fn publish(&mut self) -> Result<(), Error> {
        let Readers {
            snapshot,
            state,
            readying,
            published,
        } = self.readers;
        let judges_anew = self.projector.judges_anew();
        let next = self.projector.publish()?;
        let (position, next) = (next.log_position, Arc::new(next));
        if judges_anew {
            readying(&next);
        }
        snapshot.store(next);
        failpoint::pass("fold.published");
        state.reach(position);
        published(position);
        self.pace.published();
        Ok(())
    }
}

/// Replays what store or index have not seen.
fn replay(
    projector: &mut Projector,
    journal: &Journal,
    indexed: u64,
    progress: impl Fn(u64, u64),
) -> Result<(), Error> {
    let position = journal.position();
    let filed = projector.store.applied_seq();
    let folded = if projector.extent() == Extent::Everything {
        filed
    } else {
        projector.folded()
    };
    let from = filed.min(indexed).min(folded) + 1;
    if from > position && projector.extent() == Extent::Everything {
        return projector.catch_up_and_fold(journal);
    }
    projector.catch_up(journal, from - 1)?;
    if from > position {
        return Ok(());
    }
    let mut reader = journal.reader(from)?;
    let (mut done, mut saved) = (from - 1, from - 1);
    loop {
        let batch: Vec<Record> = reader
            .by_ref()
            .take(REPLAY_BATCH)
            .collect::<Result<_, _>>()?;
        let Some(last) = batch.last() else {
            return Ok(());
        };
        done = done.max(last.seq);
        projector.apply(&batch, indexed)?;
        failpoint::pass("fold.replayed");
        progress(done, position);
        if done - saved >= SAVE_EVERY {
            projector.save(done.max(indexed))?;
            saved = done;
        }
    }
}
