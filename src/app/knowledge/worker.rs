//! The work beside the desk: new unanswered questions get their topics.
//!
//! A thread looks at the fold now and then; what it decides is journalled by `system`, so
//! that a rebuild replays it and decides nothing anew. An installation that only reads
//! (a command line beside no server) starts no thread.

use crate::command::Caller;
use std::collections::BTreeSet;
use std::sync::mpsc::{RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use svar_index::language::detect;
use svar_index::topics::Topics;
use svar_index::vector::Embedder;

use super::grouping::{placed, titles};
use crate::app::{App, Error};
use crate::model::event::{ClusterMove, Placed, TopicNumber, TopicsAssigned, TopicsRegrouped};
use crate::model::knowledge::Knowledge;
use crate::model::{Body, QuestionId};

/// How often the fold is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// After so many looks the answered gaps are judged.
const JUDGED_EVERY: u32 = 120;
/// How many questions are put into topics by one event.
const BATCH: usize = 200;
/// How many such events are journalled at once at most, where many questions wait.
const BATCHES: usize = 10;

/// The thread, as long as it runs.
#[derive(Default)]
pub(in crate::app) struct Worker(Mutex<Option<(Sender<()>, JoinHandle<()>)>>);

impl Worker {
    /// Ends the thread and waits for it.
    pub(in crate::app) fn stop(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, thread)) = running {
            drop(sender);
            if thread.join().is_err() {
                tracing::error!("the grouping of questions ended early; a restart goes on with it");
            }
        }
    }
}

impl App {
    /// Starts putting new unanswered questions into topics, until the app is closed.
    pub fn start_grouping(self: &Arc<Self>) {
        let (sender, stop) = channel::<()>();
        let app = Arc::downgrade(self);
        let work = move || {
            Self::read_questions(&app);
            let (mut looks, mut pause) = (0_u32, EVERY);
            while stop.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let Some(app) = Weak::upgrade(&app) else {
                    return;
                };
                // A long backlog is left where it is when the app is closed.
                let mut grouped = app.group_batch();
                while matches!(grouped, Ok(1..)) && stop.try_recv() == Err(TryRecvError::Empty) {
                    grouped = app.group_batch();
                }
                if let Err(error) = grouped {
                    tracing::warn!(%error, "questions were not put into topics; it is tried again");
                }
                // A change of the embedder goes on at once, but lets new questions in between.
                let is_changing = app.go_on_switching(EVERY).unwrap_or_else(|error| {
                    tracing::warn!(%error, "the change of the model waits; it is tried again");
                    false
                });
                pause = if is_changing { Duration::ZERO } else { EVERY };
                looks = looks.wrapping_add(1);
                if looks.is_multiple_of(JUDGED_EVERY)
                    && let Err(error) = app.judge()
                {
                    tracing::warn!(%error, "answered gaps were not judged; it is tried again");
                }
            }
        };
        let named = std::thread::Builder::new().name("svar-topics".to_owned());
        if let Ok(thread) = named.spawn(work) {
            let mut running = self
                .workshop
                .worker
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *running = Some((sender, thread));
        }
    }

    /// Has the kept questions read, so that whoever asks for one first need not wait for all.
    fn read_questions(app: &Weak<Self>) {
        if let Some(app) = Weak::upgrade(app) {
            let questions = app.snapshot().installation.knowledge.questions.len();
            tracing::debug!(questions, "what was asked is at hand");
        }
    }

    /// Opens gaps again whose answer does not hold, and learns from what was confirmed.
    fn judge(&self) -> Result<(), Error> {
        self.reopen_failing()?;
        self.recalibrate()?;
        Ok(())
    }

    /// Puts all unanswered questions that have no topic yet into one; returns how many.
    pub fn group_questions(&self) -> Result<usize, Error> {
        let mut done = 0;
        loop {
            let batch = self.group_batch()?;
            done += batch;
            if batch == 0 {
                return Ok(done);
            }
        }
    }

    fn group_batch(&self) -> Result<usize, Error> {
        if self.snapshot().installation.knowledge.unplaced.is_empty() {
            return Ok(0);
        }
        let (mut grouped, embedder) = self.grouped();
        // Looked at again under the lock: what was journalled before it is in by now.
        self.settle()?;
        let snapshot = self.snapshot();
        let knowledge = &*snapshot.installation.knowledge;
        let Some(topics) = grouped.topics() else {
            return Ok(0);
        };
        let writes = assigned(knowledge, topics, &*embedder);
        let Some((count, writes)) = writes else {
            return Ok(0);
        };
        match self.record(&Caller::system(), writes) {
            Ok(_) => {
                drop(grouped);
                self.settle()?;
                Ok(count)
            }
            Err(error) => {
                grouped.forget();
                Err(error)
            }
        }
    }
}

/// The next questions that need a topic, as events; with a regrouping wherever one is due.
fn assigned(
    knowledge: &Knowledge,
    topics: &mut Topics,
    embedder: &dyn Embedder,
) -> Option<(usize, Vec<Body>)> {
    let mut next = knowledge.unplaced.iter().take(BATCH * BATCHES);
    let (mut done, mut writes) = (Vec::new(), Vec::new());
    loop {
        let batch = next.by_ref().take(BATCH);
        let fresh: Vec<Placed> = batch
            .filter_map(|id| assign(knowledge, topics, (id, embedder)))
            .collect();
        if fresh.is_empty() {
            break;
        }
        let changed: BTreeSet<TopicNumber> = fresh.iter().map(|placed| placed.topic).collect();
        done.extend(fresh.iter().cloned());
        let titled = titles(knowledge, (topics, &done), changed.into_iter(), embedder);
        writes.push(Body::TopicsAssigned(Box::new(TopicsAssigned {
            embedder: embedder.label(),
            placed: fresh,
            titled,
        })));
        if topics.due() {
            writes.extend(regrouped(knowledge, topics, (&done, embedder)));
        }
    }
    (!writes.is_empty()).then_some((done.len(), writes))
}

fn assign(
    knowledge: &Knowledge,
    topics: &mut Topics,
    (id, embedder): (&QuestionId, &dyn Embedder),
) -> Option<Placed> {
    let asked = knowledge.questions.get(id)?.asked.as_ref()?;
    let vector = embedder.keep(&asked.text);
    let place = topics.assign(id.as_str(), &vector);
    Some(placed(id, place, detect(&asked.text)))
}

fn regrouped(
    knowledge: &Knowledge,
    topics: &mut Topics,
    (fresh, embedder): (&[Placed], &dyn Embedder),
) -> Option<Body> {
    let moves = topics.regroup();
    let moves: Vec<ClusterMove> = moves
        .into_iter()
        .map(|moved| ClusterMove {
            cluster: moved.cluster,
            from: TopicNumber(moved.from),
            to: TopicNumber(moved.to),
        })
        .collect();
    if moves.is_empty() {
        return None;
    }
    let changed: BTreeSet<TopicNumber> = moves
        .iter()
        .flat_map(|moved| [moved.from, moved.to])
        .collect();
    let titled = titles(knowledge, (topics, fresh), changed.into_iter(), embedder);
    Some(Body::TopicsRegrouped(Box::new(TopicsRegrouped {
        moves,
        titled,
    })))
}
