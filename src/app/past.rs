//! Past instants and other profiles: folds of the journal that the live columns cannot answer.
//!
//! The latest ones are kept. A fold runs on a thread of its own, and becomes a [`Task`] when
//! somebody has waited two seconds for it. Who asks the same again is then given its answer
//! although the desk has moved on, for a minute: otherwise no answer would ever come on a desk
//! that moves on faster than it can be folded. The answer says which instant and position of
//! the log it is of.
//!
//! A profile whose switches are all those of the installation shares its facts; any other is
//! folded from the store as a past instant is, and the four latest folds are kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::error::Error;
use super::task::{Delivery, Task, TaskState};
use super::way::Way;
use crate::lock::{Lock, Signal};
use crate::model::{Profile, Timestamp};
use crate::projection::{Snapshot, Standpoint, fold_past};
use crate::store::Store;

/// How many folds are kept.
const KEPT: usize = 4;
/// How long a first answer is waited for before it becomes a task.
const PATIENCE: Duration = Duration::from_secs(2);
/// For how long after its end a task answers although the desk has moved on.
const OWED: Duration = Duration::from_mins(1);

/// What is asked of the past.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The instant that was asked about; `None`: the present.
    pub(super) past: Option<Timestamp>,
    pub(super) profile: Profile,
}

impl Question {
    fn is_same(&self, other: &Self) -> bool {
        self.past == other.past && self.profile.agrees_with(&other.profile)
    }
}

/// The past folds of a store.
pub(super) struct Past {
    pub(super) store: Arc<Store>,
    patience: Duration,
    folds: Lock<Vec<Arc<Fold>>>,
    moved: Signal,
}

struct Fold {
    id: String,
    question: Question,
    /// The instant that it is asked about, where it is no longer the present.
    asked_at: Timestamp,
    /// The last instant whose events are folded.
    as_of: Timestamp,
    position: u64,
    done: AtomicU64,
    /// Whether somebody was asked to come back for it.
    is_task: AtomicBool,
    result: Lock<Option<FoldOutcome>>,
}

/// What came of a fold.
#[derive(Clone)]
struct FoldOutcome {
    at: Instant,
    result: Result<Arc<Snapshot>, String>,
}

impl Past {
    /// Over `store`; a first answer is waited for as long as `patience` says, else two seconds.
    pub(super) fn new(store: Arc<Store>, patience: Option<Duration>) -> Self {
        Self {
            store,
            patience: patience.unwrap_or(PATIENCE),
            folds: Lock::default(),
            moved: Signal::new(),
        }
    }

    /// The facts that answer `question` at `now`; a task, unless they are ready in two seconds.
    pub(super) fn ask(
        self: &Arc<Self>,
        question: Question,
        now: Timestamp,
        live: &Arc<Snapshot>,
    ) -> Result<Delivery<Way>, Error> {
        let profile = question.profile.clone();
        let fold = self.fold(question, now, live);
        let waiting = self
            .moved
            .wait_while(self.folds.lock(), self.patience, |_| {
                fold.result.lock().is_none()
            });
        // Noted under the lock, so that nobody lets go of it in between.
        if fold.result.lock().is_none() {
            fold.is_task.store(true, Ordering::Relaxed);
        }
        drop(waiting);
        let folded = fold.result.lock().clone();
        let Some(folded) = folded else {
            return Ok(Delivery::Task(fold.task()));
        };
        // What is folded up to here says nothing of what has happened since.
        let is_behind = fold.position != live.log_position;
        let present = if is_behind { fold.asked_at } else { now };
        Ok(Delivery::Result(Way {
            snapshot: folded.result.map_err(Error::Stopped)?,
            profile,
            as_of: fold.question.past.unwrap_or(present),
        }))
    }

    /// The task called `id`.
    pub(super) fn task(&self, id: &str) -> Option<Task> {
        let folds = self.folds.lock();
        let fold = folds.iter().find(|fold| fold.id == id);
        fold.map(|fold| fold.task())
    }

    /// The fold that answers `question`, begun if need be.
    fn fold(
        self: &Arc<Self>,
        question: Question,
        now: Timestamp,
        live: &Arc<Snapshot>,
    ) -> Arc<Fold> {
        // After the last event nothing that is folded depends on the instant any more.
        let as_of = question.past.unwrap_or(now).min(live.latest_at);
        let position = live.log_position;
        let mut folds = self.folds.lock();
        let is_current = |fold: &&Arc<Fold>| {
            let agrees = fold.question.profile.agrees_with(&question.profile);
            agrees && fold.as_of == as_of && fold.position == position
        };
        let is_owed = |fold: &&Arc<Fold>| fold.question.is_same(&question) && fold.is_owed();
        let current = folds.iter().find(is_current);
        if let Some(current) = current.or_else(|| folds.iter().find(is_owed)) {
            return Arc::clone(current);
        }
        let fold = Arc::new(Fold {
            id: format!(
                "as-of-{}-{position}-{}",
                as_of.millis(),
                question.profile.name
            ),
            question,
            asked_at: now,
            as_of,
            position,
            done: AtomicU64::new(0),
            is_task: AtomicBool::new(false),
            result: Lock::new(None),
        });
        make_room(&mut folds);
        folds.push(Arc::clone(&fold));
        drop(folds);
        self.begin(Arc::clone(&fold), Arc::clone(live));
        fold
    }

    /// Folds on a thread of its own.
    fn begin(self: &Arc<Self>, fold: Arc<Fold>, live: Arc<Snapshot>) {
        let past = Arc::clone(self);
        rayon::spawn(move || {
            let progress = |done| fold.done.store(done, Ordering::Relaxed);
            let by = Standpoint {
                as_of: fold.as_of,
                profile: &fold.question.profile,
            };
            let folded = fold_past(&past.store, &live, by, progress);
            let result = folded.map(Arc::new).map_err(|error| error.to_string());
            let folds = past.folds.lock();
            *fold.result.lock() = Some(FoldOutcome {
                at: Instant::now(),
                result,
            });
            past.moved.notify_all();
            drop(folds);
        });
    }
}

/// Lets go of the oldest fold but those that run or that somebody comes back for.
fn make_room(folds: &mut Vec<Arc<Fold>>) {
    while folds.len() >= KEPT {
        let free = folds.iter().position(|fold| !fold.is_owed());
        let Some(free) = free else {
            break;
        };
        folds.remove(free);
    }
}

impl Fold {
    /// Whether somebody was asked to come back for it, not too long ago.
    fn is_owed(&self) -> bool {
        let is_recent = |folded: &FoldOutcome| folded.at.elapsed() < OWED && folded.result.is_ok();
        self.is_task.load(Ordering::Relaxed) && self.result.lock().as_ref().is_none_or(is_recent)
    }

    fn task(&self) -> Task {
        let result = self.result.lock().clone().map(|folded| folded.result);
        Task {
            id: self.id.clone(),
            state: match &result {
                None => TaskState::Running,
                Some(Ok(_)) => TaskState::Done,
                Some(Err(_)) => TaskState::Failed,
            },
            done: self.done.load(Ordering::Relaxed),
            total: self.position,
            error: result.and_then(Result::err),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, Via};
    use crate::clock::Clock;
    use crate::demo;
    use crate::model::Event;

    /// More questions than any fold of so small a desk takes.
    const TRIES: usize = 2_000;

    fn blocked(number: usize) -> Event {
        let line = format!(
            r#"{{"type":"contact.blocked","at":"2026-01-02T00:00:00Z","contact":"c{number}"}}"#
        );
        Event::parse(&line).unwrap()
    }

    #[test]
    fn an_answer_comes_although_the_desk_moves_on_before_every_question() {
        let place = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-01-02T00:00:00Z").unwrap();
        let app = App::open(place.path(), Clock::fixed(now), |_, _| {}).unwrap();
        let options = demo::Options {
            conversations: 200,
            ..demo::Options::new(now)
        };
        let events: Vec<Arc<Event>> = demo::events(&options).map(Arc::new).collect();
        app.take(Via::Import, "test", &events).unwrap();
        // Nobody waits for a first answer, so that each one is asked to come back.
        let store = Arc::clone(&app.past.store);
        let past = Arc::new(Past::new(store, Some(Duration::ZERO)));
        let question = Question {
            past: None,
            profile: Profile::named("zendesk-72h").unwrap(),
        };
        let mut tasks = Vec::new();
        let answered = (0..TRIES).find_map(|number| {
            app.take(Via::Live, "test", &[Arc::new(blocked(number))])
                .unwrap();
            app.settle().unwrap();
            let answer = Past::ask(&past, question.clone(), now, &app.snapshot()).unwrap();
            match answer {
                Delivery::Result(way) => Some(way),
                Delivery::Task(task) => {
                    tasks.push(task.id);
                    None
                }
            }
        });
        let way = answered.unwrap();
        tasks.dedup();
        assert_eq!(tasks.len(), 1, "one task answers all who came back");
        assert!(way.snapshot.log_position < app.snapshot().log_position);
        assert_eq!(past.task(&tasks[0]).unwrap().state, TaskState::Done);
    }

    #[test]
    fn what_nobody_was_told_to_come_back_for_is_folded_anew_when_the_desk_moves_on() {
        let place = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-01-02T00:00:00Z").unwrap();
        let app = App::open(place.path(), Clock::fixed(now), |_, _| {}).unwrap();
        for number in 0..6 {
            app.take(Via::Live, "test", &[Arc::new(blocked(number))])
                .unwrap();
            app.settle().unwrap();
            let question = Question {
                past: None,
                profile: Profile::named("zendesk-72h").unwrap(),
            };
            let live = app.snapshot();
            let Delivery::Result(way) = Past::ask(&app.past, question, now, &live).unwrap() else {
                panic!("six events take no two seconds");
            };
            assert_eq!(way.snapshot.log_position, live.log_position);
        }
        assert!(app.past.folds.lock().len() <= KEPT);
    }
}
