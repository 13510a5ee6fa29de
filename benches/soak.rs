//! Events arrive at a running app at a steady rate while reports are asked at full speed:
//! how long a write takes to be seen, what the reports lose, and what memory does.
//!
//! `--minutes N` (10), `--rate N` events a second (2,000), `--conversations N` that are
//! there before (20,000). A line every ten seconds, and one at the end. Reports are timed
//! alone before and after, because they take longer as the desk grows.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic, and its figures go to the terminal"
)]

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use svar::app::App;
use svar::clock::Clock;
use svar::model::Event;
use svar::model::event::Body;
use svar::report::Query;

#[path = "common/arguments.rs"]
mod arguments;
mod common;

/// Bodies a second: what arrives together is what a desk's clients send in so long.
const BODIES: u32 = 20;
/// What is asked in turns: a count, a rate by day, a duration by rep, a heat map, a level.
const ASKED: [(&str, &str); 5] = [
    ("handled", "week"),
    ("resolution_rate", "day"),
    ("first_response_time", "week"),
    ("messages_by_hour", ""),
    ("backlog", "day"),
];
/// How many ask at once.
const READERS: usize = 2;

/// How long and how much.
struct Plan {
    lasts: Duration,
    every: Duration,
    alone: Duration,
    rate: u32,
    before: u32,
}

impl Plan {
    fn from_environment() -> Self {
        let number = arguments::number;
        let is_test = number("--minutes").is_none() && common::size(100) == 1;
        let minutes = number("--minutes").unwrap_or(10);
        let secs = if is_test { 2 } else { u64::from(minutes) * 60 };
        Self {
            lasts: Duration::from_secs(secs),
            every: Duration::from_secs(if is_test { 1 } else { 10 }),
            alone: Duration::from_secs(if is_test { 1 } else { 20 }),
            rate: number("--rate").unwrap_or(2_000),
            before: number("--conversations").unwrap_or_else(|| common::size(20_000)),
        }
    }

    /// So many conversations that the desk does not run dry; one is about nine events.
    fn conversations(&self) -> u32 {
        let events = u64::from(self.rate) * self.lasts.as_secs();
        self.before + u32::try_from(events / 6).expect("a number of conversations")
    }
}

/// Times in milliseconds, gathered by any thread.
#[derive(Clone, Default)]
struct Times(Arc<Mutex<Vec<f64>>>);

impl Times {
    fn add(&self, took: Duration) {
        let mut times = self.0.lock().expect("no thread has panicked");
        times.push(took.as_secs_f64() * 1000.0);
    }

    fn take(&self) -> Vec<f64> {
        let mut times = self.0.lock().expect("no thread has panicked");
        let mut taken = std::mem::take(&mut *times);
        taken.sort_unstable_by(f64::total_cmp);
        taken
    }
}

/// The value that `percent` of ascending times are at most.
fn at(times: &[f64], percent: usize) -> f64 {
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or(f64::NAN)
}

/// Memory that the process holds, in MB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
}

fn body(events: impl Iterator<Item = Event>) -> String {
    let lines: Vec<String> = events.map(|event| event.to_json()).collect();
    lines.join("\n")
}

/// Threads that ask reports until they are told to end.
struct Readers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    fn start(app: &Arc<App>, times: &Times) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..READERS).map(|first| {
            let (app, times, stop) = (Arc::clone(app), times.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                let paths = ASKED.iter().cycle().skip(first);
                for (id, every) in paths.take_while(|_| !stop.load(Ordering::Relaxed)) {
                    let pairs = [
                        ("from", "2026-05-05"),
                        ("to", "2026-11-01"),
                        ("every", every),
                    ];
                    let query = Query::parse(pairs, chrono_tz::Tz::UTC).expect("a query");
                    let began = Instant::now();
                    drop(app.report(id, &query).expect("an answer"));
                    times.add(began.elapsed());
                }
            })
        });
        Self {
            threads: threads.collect(),
            stop,
        }
    }

    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("a reader ends");
        }
    }
}

/// Reports with nothing next to them; their times.
fn alone(app: &Arc<App>, lasts: Duration) -> Vec<f64> {
    let times = Times::default();
    let readers = Readers::start(app, &times);
    std::thread::park_timeout(lasts);
    readers.end();
    times.take()
}

/// Notes how long each acknowledged body took to be in what reports see.
fn watch(app: &App, bodies: &Receiver<(Instant, u64)>, lags: &Times) {
    while let Ok((acknowledged, position)) = bodies.recv() {
        while !app.wait_for(position) {
            assert!(app.trouble().is_none(), "{:?}", app.trouble());
        }
        lags.add(acknowledged.elapsed());
    }
}

/// Posts bodies at a steady rate until there are no more or it is told to end.
fn post(
    app: &App,
    mut events: impl Iterator<Item = Event>,
    rate: u32,
    stop: &AtomicBool,
    bodies: &Sender<(Instant, u64)>,
) {
    let began = Instant::now();
    for number in 1_u32.. {
        let body = body(events.by_ref().take((rate / BODIES) as usize));
        if body.is_empty() || stop.load(Ordering::Relaxed) {
            return;
        }
        let taken = app.take_body("soak", body.as_bytes(), None);
        let position = taken.expect("taken").log_position;
        bodies.send((Instant::now(), position)).expect("a watcher");
        let due = Duration::from_secs(1) * number / BODIES;
        std::thread::park_timeout(due.saturating_sub(began.elapsed()));
    }
}

/// What the loaded part found, for the last line.
#[derive(Default)]
struct Findings {
    lag_max: f64,
    first_resident: f64,
    last_resident: f64,
    last_p99: f64,
}

/// Prints a line for each stretch until the time is up.
fn tell(app: &App, plan: &Plan, lags: &Times, reports: &Times, end: &Receiver<()>) -> Findings {
    let (began, first) = (Instant::now(), app.position());
    let mut findings = Findings {
        first_resident: resident(),
        ..Findings::default()
    };
    while began.elapsed() < plan.lasts {
        if end.recv_timeout(plan.every) != Err(RecvTimeoutError::Timeout) {
            break;
        }
        let (lags, reports) = (lags.take(), reports.take());
        findings.lag_max = lags
            .last()
            .copied()
            .unwrap_or_default()
            .max(findings.lag_max);
        findings.last_resident = resident();
        findings.last_p99 = at(&reports, 99);
        println!(
            "{:>5.0} s  {:>9} events  visible p50 {:>4.0} ms p99 {:>4.0} ms  {:>6} reports p50 {:>6.2} ms p99 {:>6.2} ms  \
             {:>5.0} MB, of it columns {:.0}",
            began.elapsed().as_secs_f64(),
            app.position() - first,
            at(&lags, 50),
            at(&lags, 99),
            reports.len(),
            at(&reports, 50),
            findings.last_p99,
            findings.last_resident,
            app.snapshot().facts.bytes() as f64 / 1_048_576.0,
        );
    }
    findings
}

/// Posts the directory and the first conversations, and waits for all to be seen.
fn fill(app: &App, events: &mut impl Iterator<Item = Event>, conversations: u32) {
    let mut started = 0;
    while started < conversations {
        let next: Vec<Event> = events.by_ref().take(5_000).collect();
        let is_start = |event: &&Event| matches!(event.body, Body::ConversationStarted(_));
        let starts = next.iter().filter(is_start).count();
        started += u32::try_from(starts).expect("a number of conversations");
        app.take_body("soak", body(next.into_iter()).as_bytes(), None)
            .expect("taken");
    }
    app.settle().expect("folded");
}

/// All of it: the desk before, reports alone, both, reports alone again.
fn soak(app: &Arc<App>, plan: &Plan) {
    let mut events = svar::demo::events(&common::options(plan.conversations()));
    fill(app, &mut events, plan.before);
    let before = app.position();
    let quiet = alone(app, plan.alone);
    println!(
        "alone: {} reports, p50 {:.2} ms, p99 {:.2} ms, over {before} events",
        quiet.len(),
        at(&quiet, 50),
        at(&quiet, 99)
    );
    let (lags, reports) = (Times::default(), Times::default());
    let stop = AtomicBool::new(false);
    let (sender, bodies) = channel();
    let (ended, end) = channel::<()>();
    let findings = std::thread::scope(|scope| {
        let (lags, stop) = (&lags, &stop);
        scope.spawn(move || watch(app, &bodies, lags));
        scope.spawn(move || {
            post(app, events, plan.rate, stop, &sender);
            drop(ended);
        });
        let readers = Readers::start(app, &reports);
        let findings = tell(app, plan, lags, &reports, &end);
        stop.store(true, Ordering::Relaxed);
        readers.end();
        findings
    });
    app.settle().expect("folded");
    let after = alone(app, plan.alone);
    println!(
        "soak: p99 of reports {:.2} ms with load, {:.2} ms alone before, {:.2} ms alone after, ratio to after {:.2}; \
         visible after {:.0} ms at most; memory {:.0} MB first, {:.0} MB last",
        findings.last_p99,
        at(&quiet, 99),
        at(&after, 99),
        findings.last_p99 / at(&after, 99),
        findings.lag_max,
        findings.first_resident,
        findings.last_resident,
    );
}

fn main() {
    let plan = Plan::from_environment();
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::fixed(common::until());
    let app = App::open(folder.path(), clock, |_done, _total| {}).expect("an app");
    let app = Arc::new(app);
    soak(&app, &plan);
    app.close().expect("closed");
}
