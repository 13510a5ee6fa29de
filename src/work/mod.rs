//! What happens by itself: one loop, and a `Work` for each thing that it does; what somebody
//! waits for runs in a loop of its own, and so does what is in no log yet.
//!
//! Each work says when it is due and takes one step at a time, so that a long one keeps no
//! other waiting. The loop sleeps until the log has moved or a time has come; nothing asks
//! every so often. What a work decides is journalled by Svar itself, so that a rebuild replays
//! it. An installation that only reads (a command line without a server) starts no loop.

mod alerting;
mod answering;
mod connecting;
mod crew;
mod fetching;
mod grouping;
mod judging;
mod mailing;
mod mining;
mod queueing;
mod reminding;
mod reporting;
mod resting;
mod routing;
mod sending;
mod surveying;
mod switching;
mod telling;
mod tidying;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use alerting::raise_alerts;
pub use answering::answer_waiting;
pub use fetching::fetch_vectors;
pub use grouping::{group_questions, group_some, questions_waiting};
pub use judging::{recalibrate, reopen_failing, set_aside_unhelpful};
pub use mailing::read_mailbox;
pub use mining::mine_questions;
pub use queueing::work_queue;
pub use reminding::remind_contacts;
pub use reporting::send_reports;
pub use resting::rest_silent;
pub use routing::route_conversations;
pub use surveying::ask_contacts;
pub use switching::switch_now;
pub use telling::{send_digests, tell_users};
pub use tidying::tidy_files;

use crate::app::{App, Bell, Door, Error, Waiter};
use crate::model::Timestamp;

/// How long a work that has failed, or could do nothing, is left alone.
const REST: Duration = Duration::from_secs(1);
/// A work that nobody waits for is asked no more often whether it is due.
const PACE: Duration = Duration::from_millis(250);
/// The loop looks round at least so often, whatever happens.
const LONGEST: Duration = Duration::from_hours(1);

/// When a work has something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// At once.
    Now,
    /// When something was journalled.
    WhenMoved,
    /// When this much time has passed, or something was journalled.
    After(Duration),
}

impl Due {
    /// At an instant, which may be past; none: when something was journalled.
    fn at(instant: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(instant) = instant else {
            return Self::WhenMoved;
        };
        match u64::try_from(instant.since(now)) {
            Ok(left) if left > 0 => Self::After(Duration::from_millis(left)),
            _ => Self::Now,
        }
    }
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Something was done; there may be more.
    Taken,
    /// Nothing could be done, although it was due: it is left alone for a while.
    Nothing,
}

/// Something that happens by itself.
pub(crate) trait Work: Send {
    /// What it is called in the log.
    fn name(&self) -> &'static str;

    /// When it has something to do; cheap, because it is asked after each move of the log.
    fn due(&self, app: &App) -> Due;

    /// How long it may be left alone after it was asked.
    fn pace(&self) -> Duration {
        PACE
    }

    /// Does a part of it. What fails is tried again.
    fn step(&mut self, app: &App) -> Result<Step, Error>;
}

/// A work, and where of the log it was last found with nothing to do.
struct Slot {
    work: Box<dyn Work>,
    /// It is not asked again before the log is past this, or its time has come.
    cursor: Option<(u64, Instant)>,
    asked_at: Option<Instant>,
    rests_until: Option<Instant>,
}

/// The loops, as long as they run: dropping this stops them.
pub struct Working {
    stopped: Arc<AtomicBool>,
    waiter: Option<Waiter>,
    threads: Vec<JoinHandle<()>>,
    /// What is rung so that those who wait for it see that they are stopped.
    bells: [Arc<Bell>; 3],
    /// What is shut so that nobody waits for an endpoint any more.
    door: Door,
}

/// What a thread does that is rung for.
type Belled = fn(&Weak<App>, &Arc<Bell>, &Arc<AtomicBool>);

/// What nobody waits for.
fn unhurried() -> Vec<Box<dyn Work>> {
    vec![
        Box::new(alerting::Alerting::default()),
        Box::new(fetching::Fetching),
        Box::new(grouping::Grouping),
        Box::new(switching::Switching),
        Box::new(judging::Judging::new()),
        Box::new(mining::Mining::default()),
        Box::new(reminding::Reminding::default()),
        Box::new(reporting::Reporting::default()),
        Box::new(resting::Resting),
        Box::new(routing::Silences),
        Box::new(surveying::Surveying::default()),
        Box::new(telling::Telling::default()),
        Box::new(telling::Digesting::default()),
        Box::new(tidying::Tidying::default()),
    ]
}

/// Starts the loops over an app.
pub fn start(app: &Arc<App>) -> Working {
    let door = app.knowledge().workshop.door.clone();
    door.open();
    let stopped = Arc::new(AtomicBool::new(false));
    let awaited: Vec<Box<dyn Work>> = vec![
        Box::new(routing::Happenings::default()),
        Box::new(answering::Answering::new(app)),
        Box::new(queueing::Queueing),
    ];
    let loops = [("svar-work", unhurried()), ("svar-answers", awaited)];
    let threads = loops.into_iter().filter_map(|(name, works)| {
        let works = works.into_iter().map(Slot::new).collect();
        let (seen, flag) = (Arc::downgrade(app), Arc::clone(&stopped));
        let named = std::thread::Builder::new().name(name.to_owned());
        let thread = named.spawn(move || run(&seen, works, &flag));
        if let Err(error) = &thread {
            tracing::error!(%error, "nothing happens by itself; a restart tries again");
        }
        thread.ok()
    });
    let mut threads: Vec<JoinHandle<()>> = threads.collect();
    let bells = [app.send_bell(), app.connector_bell(), app.mailbox_bell()];
    let [send, connectors, mailboxes] = &bells;
    let belled: [(&str, &Arc<Bell>, Belled); 3] = [
        ("svar-sending", send, |app, bell, flag| {
            sending::run(app, bell, flag);
        }),
        ("svar-connect", connectors, connecting::run),
        ("svar-mailboxes", mailboxes, mailing::run),
    ];
    for (name, bell, work) in belled {
        let (seen, rung, flag) = (Arc::downgrade(app), Arc::clone(bell), Arc::clone(&stopped));
        let named = std::thread::Builder::new().name(name.to_owned());
        match named.spawn(move || work(&seen, &rung, &flag)) {
            Ok(thread) => threads.push(thread),
            Err(error) => tracing::error!(%error, name, "it does nothing; a restart tries again"),
        }
    }
    Working {
        threads,
        bells,
        door,
        stopped,
        waiter: app.waiter(),
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.door.shut();
        if let Some(waiter) = &self.waiter {
            waiter.wake();
        }
        for bell in &self.bells {
            bell.ring();
        }
        for thread in self.threads.drain(..) {
            if thread.join().is_ok() {
                continue;
            }
            tracing::error!("the work beside the desk ended early; a restart goes on with it");
        }
    }
}

impl Slot {
    fn new(work: Box<dyn Work>) -> Self {
        Self {
            work,
            cursor: None,
            asked_at: None,
            rests_until: None,
        }
    }

    /// Takes a step if one is due; none: it took one, else how long it may be left alone.
    fn turn(&mut self, app: &App, position: u64) -> Option<Duration> {
        if let Some(until) = self.rests_until {
            let left = until.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                return Some(left);
            }
            self.rests_until = None;
        }
        if let Some((seen, until)) = self.cursor {
            let left = until.saturating_duration_since(Instant::now());
            if position <= seen && !left.is_zero() {
                return Some(left);
            }
        }
        let paced = self.asked_at.and_then(|asked_at| {
            let left = self.work.pace().saturating_sub(asked_at.elapsed());
            (!left.is_zero()).then_some(left)
        });
        if self.cursor.is_some() && paced.is_some() {
            return paced;
        }
        self.asked_at = Some(Instant::now());
        let left = match self.work.due(app) {
            Due::Now => None,
            Due::WhenMoved => Some(LONGEST),
            Due::After(left) => Some(left),
        };
        let until = left.and_then(|left| Instant::now().checked_add(left));
        self.cursor = until.map(|until| (position, until));
        if left.is_some() {
            return left;
        }
        match self.work.step(app) {
            Ok(Step::Taken) => return None,
            Ok(Step::Nothing) => {}
            Err(error) => {
                tracing::warn!(%error, "{} failed; it is tried again", self.work.name());
            }
        }
        self.rests_until = Instant::now().checked_add(REST);
        None
    }
}

fn run(app: &Weak<App>, mut works: Vec<Slot>, stopped: &AtomicBool) {
    if let Some(app) = app.upgrade() {
        // Read now, so that the first to ask for a question need not wait for all.
        let questions = app.snapshot().installation.knowledge.questions.len();
        tracing::debug!(questions, "what was asked is at hand");
    }
    while !stopped.load(Ordering::Acquire) {
        let Some(app) = app.upgrade() else {
            return;
        };
        let position = app.snapshot().log_position;
        let mut rest = Some(LONGEST);
        for scheduled in &mut works {
            let left = scheduled.turn(&app, position);
            rest = rest.zip(left).map(|(rest, left)| rest.min(left));
            if stopped.load(Ordering::Acquire) {
                return;
            }
        }
        let waiter = app.waiter();
        // Not held while it sleeps, so that closing need not wait for this.
        drop(app);
        match (rest, waiter) {
            (None, _) => {}
            (Some(rest), Some(waiter)) => waiter.wait_past(position, rest, stopped),
            (Some(_), None) => return,
        }
    }
}
