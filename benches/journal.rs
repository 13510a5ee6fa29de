//! Acknowledged, durable events a second: the committer under many writers, and next to it
//! in the same run the least that any durable log must do, one write and one sync of
//! whatever arrived together.
//!
//! Both write into the temporary folder (`TMPDIR`); it must lie on the disk that is meant.

#![expect(
    clippy::expect_used,
    missing_docs,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic and print, and criterion writes its own main"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use svar::clock::Clock;
use svar::journal::{Committer, Draft, Handle, Journal, Options, Submission, Via};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

#[expect(dead_code, reason = "it needs no desk")]
mod common;
#[path = "common/turns.rs"]
mod turns;

use turns::{Side, TURNS, rates};

/// How many write at once; each waits for its acknowledgement before it goes on.
const WRITERS: u32 = 256;
/// How long an event is.
const EVENT_BYTES: usize = 1024;

/// An event of a kilobyte, another one for each number.
fn event(number: u64) -> String {
    let mut event = format!(
        r#"{{"type":"message.created","at":"2026-10-31T12:00:00Z","source":"bench","id":"{number}","conversation":"bench:{}","message":"bench:{number}","author":{{"kind":"contact","id":"bench:c"}},"text":""#,
        number / 8
    );
    let padding = EVENT_BYTES.saturating_sub(event.len() + 2);
    event.extend(std::iter::repeat_n('x', padding));
    event.push_str("\"}");
    event
}

/// Where a side's writers hand in.
trait Log: Clone + Send + 'static {
    /// Hands in an event; returns when it is durable.
    fn write(&self, event: String) -> impl Future<Output = ()> + Send;
}

impl Log for Handle {
    async fn write(&self, event: String) {
        let draft = Draft::parse(event).expect("an event");
        let submission = Submission::new(Via::Api, "bench", vec![draft]);
        self.submit_async(submission).await.expect("acknowledged");
    }
}

/// Bytes that wait, and who waits for them.
type Line = (String, oneshot::Sender<()>);

/// The rival's handle.
#[derive(Clone)]
struct Plain(mpsc::Sender<Line>);

impl Log for Plain {
    async fn write(&self, event: String) {
        let (done, durable) = oneshot::channel();
        self.0.send((event, done)).expect("the rival is there");
        durable.await.expect("written");
    }
}

/// Writes what arrived together with one write and one sync, until nobody is left.
fn append_plainly(folder: &Path) -> (Plain, JoinHandle<()>) {
    let mut file = File::create(folder.join("plain")).expect("a file");
    let (sender, lines) = mpsc::channel::<Line>();
    let thread = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        while let Ok(first) = lines.recv() {
            let mut waiting = Vec::new();
            bytes.clear();
            for (line, done) in std::iter::once(first).chain(lines.try_iter()) {
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
                waiting.push(done);
            }
            file.write_all(&bytes).expect("written");
            svar::disk::sync_appended(&file).expect("durable");
            for done in waiting {
                // A writer that has ended waits for nothing.
                let _ended: Result<(), ()> = done.send(());
            }
        }
    });
    (Plain(sender), thread)
}

/// Has all writers write, each `each` events one after the other; how long that took.
fn write_all(runtime: &Runtime, log: &impl Log, from: &mut u64, each: u32) -> Duration {
    let began = Instant::now();
    runtime.block_on(async {
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let (log, first) = (log.clone(), *from);
            *from += u64::from(each);
            writers.spawn(async move {
                for number in first..first + u64::from(each) {
                    log.write(event(number)).await;
                }
            });
        }
        writers.join_all().await;
    });
    began.elapsed()
}

fn tell_ratio(runtime: &Runtime, each: u32, ours: &Handle, plain: &Plain, from: &mut u64) {
    let (ours, plain) = rates(WRITERS * each, |side| match side {
        Side::Ours => write_all(runtime, ours, from, each),
        Side::Rival => write_all(runtime, plain, from, each),
    });
    println!(
        "journal: {ours:.0} events/s acknowledged, plain append + fdatasync {plain:.0}, ratio {:.2} \
         ({WRITERS} writers, {EVENT_BYTES} bytes, medians of {TURNS} turns)",
        ours / plain
    );
}

fn journal(criterion: &mut Criterion) {
    let each = (common::size(4_000) / 100).max(1);
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = Runtime::new().expect("a runtime");
    let opened = Journal::open(&folder.path().join("journal"), Options::default());
    let journal = opened.expect("a journal").journal;
    let committer = Committer::start(journal, Clock::fixed(common::until()), (), |_records| {})
        .expect("started");
    let ours = committer.handle();
    let (plain, thread) = append_plainly(folder.path());
    let mut from = 0;
    tell_ratio(&runtime, each, &ours, &plain, &mut from);
    let mut group = criterion.benchmark_group("journal");
    group.throughput(Throughput::Elements(u64::from(WRITERS * each)));
    group.bench_function("committer", |bencher| {
        bencher.iter_custom(|times| {
            let turns = 0..times;
            turns
                .map(|_| write_all(&runtime, &ours, &mut from, each))
                .sum()
        });
    });
    group.bench_function("plain_append", |bencher| {
        bencher.iter_custom(|times| {
            let turns = 0..times;
            turns
                .map(|_| write_all(&runtime, &plain, &mut from, each))
                .sum()
        });
    });
    group.finish();
    drop(plain);
    thread.join().expect("the rival ends");
    drop(committer.stop().expect("stopped"));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = journal
}
criterion_main!(benches);
