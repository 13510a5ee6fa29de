//! The threads that take the customer agent's turns: they begin when they are needed, and live on.
//!
//! What failed is left alone for a while and tried again, each time after longer; it keeps nobody
//! else waiting. What a crew does when it is dropped is to take no further turn and to wait for
//! those that go on.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::lock::{Lock, Signal};

/// How many turns are taken at once: what they are made of is quick, the disk or an endpoint is
/// what they wait for.
const AT_ONCE: usize = 32;
/// How long a turn that has failed is left alone the first time.
const REST: Duration = Duration::from_secs(1);
/// How long at most.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// Who has nothing to do looks round at least so often.
const IDLE: Duration = Duration::from_hours(1);

/// Who is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// In which record they wrote.
    pub(super) record: u64,
    /// Where.
    pub(super) conversation: String,
}

/// Takes a turn; false: it is to be tried again.
type Take = Box<dyn Fn(&Turn) -> bool + Send + Sync>;

/// Threads that take turns.
pub(super) struct Crew {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    take: Take,
    rest: Duration,
    queue: Lock<Queue>,
    moved: Signal,
}

#[derive(Default)]
struct Queue {
    ready: VecDeque<Job>,
    resting: Vec<(Instant, Job)>,
    /// How many threads have nothing to do.
    idle: usize,
    is_over: bool,
}

/// A turn, and how often it has failed.
struct Job {
    turn: Turn,
    failures: u32,
}

impl Queue {
    /// Puts back what has rested for long enough; how long the next one rests yet.
    fn wake(&mut self, now: Instant) -> Option<Duration> {
        let rested = self.resting.extract_if(.., |(until, _)| *until <= now);
        self.ready.extend(rested.map(|(_, job)| job));
        let next = self.resting.iter().map(|(until, _)| *until).min();
        next.map(|until| until.saturating_duration_since(now))
    }
}

impl Crew {
    /// Threads that take turns so.
    pub(super) fn new(take: impl Fn(&Turn) -> bool + Send + Sync + 'static) -> Self {
        Self::resting(take, REST)
    }

    /// The same, where what failed rests for so long the first time.
    fn resting(take: impl Fn(&Turn) -> bool + Send + Sync + 'static, rest: Duration) -> Self {
        Self {
            shared: Arc::new(Shared {
                take: Box::new(take),
                rest,
                queue: Lock::default(),
                moved: Signal::new(),
            }),
            threads: Vec::new(),
        }
    }

    /// Has turns taken, the first first; waits for none.
    pub(super) fn hand_out(&mut self, turns: impl IntoIterator<Item = Turn>) {
        let mut queue = self.shared.queue.lock();
        let jobs = turns.into_iter().map(|turn| Job { turn, failures: 0 });
        queue.ready.extend(jobs);
        let (count, idle) = (queue.ready.len(), queue.idle);
        drop(queue);
        for _ in 0..count.min(idle) {
            self.shared.moved.notify_one();
        }
        let room = AT_ONCE.saturating_sub(self.threads.len());
        for _ in 0..count.saturating_sub(idle).min(room) {
            let shared = Arc::clone(&self.shared);
            let named = std::thread::Builder::new().name("svar-answer".to_owned());
            match named.spawn(move || shared.work()) {
                Ok(thread) => self.threads.push(thread),
                Err(error) => {
                    tracing::error!(%error, "fewer contacts than usual are answered at once");
                    return;
                }
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.shared.queue.lock().is_over = true;
        self.shared.moved.notify_all();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a turn of the customer agent ended early");
            }
        }
    }
}

impl Shared {
    /// Takes turns until the crew is over.
    fn work(&self) {
        while let Some(mut job) = self.next() {
            // One that panics must not take its thread along; the next start looks at it once more.
            let taken = catch_unwind(AssertUnwindSafe(|| (self.take)(&job.turn)));
            if taken.unwrap_or(true) {
                continue;
            }
            let rest = self.rest.saturating_mul(2_u32.saturating_pow(job.failures));
            job.failures += 1;
            let until = Instant::now() + rest.min(LONGEST_REST);
            self.queue.lock().resting.push((until, job));
            // Who sleeps learns when it is due.
            self.moved.notify_all();
        }
    }

    /// The next turn, waited for; none: the crew is over.
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue.lock();
        loop {
            if queue.is_over {
                return None;
            }
            let rest = queue.wake(Instant::now());
            if let Some(job) = queue.ready.pop_front() {
                return Some(job);
            }
            queue.idle += 1;
            let limit = rest.unwrap_or(IDLE);
            let known = queue.resting.len();
            let has_nothing = |queue: &mut Queue| {
                !queue.is_over && queue.ready.is_empty() && queue.resting.len() == known
            };
            queue = self.moved.wait_while(queue, limit, has_nothing);
            queue.idle -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    fn turn(record: u64) -> Turn {
        Turn {
            record,
            conversation: format!("c{record}"),
        }
    }

    /// A crew of which turn 1 waits until it is let go; tells which turns were taken.
    fn stalled() -> (Crew, Receiver<u64>, Sender<()>) {
        let (tell, taken) = channel();
        let (release, released) = channel::<()>();
        let released = Lock::new(released);
        let crew = Crew::new(move |turn| {
            if turn.record == 1 {
                released.lock().recv().unwrap_or_default();
            }
            tell.send(turn.record).unwrap_or_default();
            true
        });
        (crew, taken, release)
    }

    #[test]
    fn a_turn_that_stalls_holds_nobody_who_comes_after_it() {
        let (mut crew, taken, release) = stalled();
        crew.hand_out([turn(1)]);
        for record in 2..100 {
            crew.hand_out([turn(record)]);
            assert_eq!(taken.recv().unwrap(), record);
        }
        drop(release);
        assert_eq!(taken.recv().unwrap(), 1);
    }

    #[test]
    fn there_are_no_more_threads_than_turns_that_wait_and_they_live_on() {
        let (tell, taken) = channel();
        let mut crew = Crew::new(move |_turn| {
            tell.send(std::thread::current().id()).unwrap_or_default();
            true
        });
        crew.hand_out((0..1_000).map(turn));
        let mut threads = std::collections::HashSet::new();
        threads.extend(taken.iter().take(1_000));
        assert!(threads.len() <= AT_ONCE, "{}", threads.len());
        for record in 0..1_000 {
            crew.hand_out([turn(record)]);
            threads.insert(taken.recv().unwrap());
        }
        assert!(threads.len() <= AT_ONCE, "{}", threads.len());
    }

    #[test]
    fn what_fails_is_tried_again_and_holds_nobody() {
        let (tell, taken) = channel();
        let tries = Lock::new(0);
        let take = move |turn: &Turn| {
            let mut tries = tries.lock();
            *tries += usize::from(turn.record == 1);
            tell.send(turn.record).unwrap_or_default();
            turn.record != 1 || *tries >= 3
        };
        let mut crew = Crew::resting(take, Duration::from_millis(1));
        crew.hand_out([turn(1), turn(2)]);
        let mut all: Vec<u64> = taken.iter().take(4).collect();
        all.sort_unstable();
        assert_eq!(all, [1, 1, 1, 2]);
        drop(crew);
        assert!(taken.recv().is_err(), "it is not tried once more");
    }

    #[test]
    fn a_turn_that_panics_takes_no_thread_along() {
        let (tell, taken) = channel();
        let mut crew = Crew::new(move |turn| {
            assert!(turn.record != 1, "a turn may not fail so");
            tell.send(turn.record).unwrap_or_default();
            true
        });
        for _ in 0..AT_ONCE * 2 {
            crew.hand_out([turn(1)]);
        }
        crew.hand_out([turn(2)]);
        assert_eq!(taken.recv().unwrap(), 2);
    }

    #[test]
    fn a_crew_that_ends_takes_nothing_more() {
        let (mut crew, taken, release) = stalled();
        crew.hand_out([turn(1)]);
        crew.shared.queue.lock().is_over = true;
        crew.hand_out([turn(2)]);
        drop(release);
        drop(crew);
        assert_eq!(taken.iter().filter(|record| *record == 2).count(), 0);
    }
}
