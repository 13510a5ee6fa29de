//! The API over loopback: conversations, each another one; those that are open, each another one,
//! as often as it takes; the same one again; and a report that was asked a moment ago. Next to each, in the same run, a bare axum handler that writes
//! such a value as JSON.
//!
//! One thread asks over as many connections as a busy wall of dashboards has, each of which waits for
//! its answer before it asks again; the servers have the machine's threads.

#![expect(
    clippy::expect_used,
    missing_docs,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic and print, and criterion writes its own main"
)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::routing::get;
use axum::{Json, Router};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Serialize;
use serde_json::json;
use svar::app::App;
use svar::clock::Clock;
use svar::model::{Event, Timestamp};
use svar::report::Query;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

mod common;
#[path = "common/turns.rs"]
mod turns;

use turns::{Side, TURNS, rates};

/// How many connections ask at once.
const CONNECTIONS: u32 = 64;
/// How large the desk is.
const CONVERSATIONS: u32 = 20_000;
/// What is asked of a report.
const WINDOW: &str = "from=2026-10-02&to=2026-11-01&every=day";

/// What is asked of whom, in turns.
struct Timing {
    name: &'static str,
    server: SocketAddr,
    paths: Arc<Vec<String>>,
    /// How many were asked before: an answer is given again for half a second, and whoever
    /// goes on in the list does not come round so soon.
    before: AtomicUsize,
}

impl Timing {
    /// Asks `each` times on every connection; how long that took.
    fn ask(&self, client: &Runtime, each: u32) -> Duration {
        let began = Instant::now();
        client.block_on(async {
            let mut connections = JoinSet::new();
            for _ in 0..CONNECTIONS {
                let from = self.before.fetch_add(each as usize, Ordering::Relaxed);
                connections.spawn(ask(self.server, Arc::clone(&self.paths), from, each));
            }
            connections.join_all().await;
        });
        began.elapsed()
    }
}

/// Asks `times` on one connection that stays open, from one of the paths on, and reads each
/// answer whole.
async fn ask(server: SocketAddr, paths: Arc<Vec<String>>, from: usize, times: u32) {
    let mut stream = TcpStream::connect(server).await.expect("connected");
    stream.set_nodelay(true).expect("a socket");
    let mut bytes = Vec::new();
    for path in paths
        .iter()
        .cycle()
        .skip(from % paths.len())
        .take(times as usize)
    {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("asked");
        bytes.clear();
        while !is_whole(&bytes) {
            let read = stream.read_buf(&mut bytes).await.expect("answered");
            assert!(read > 0, "the server hung up");
        }
        assert!(bytes.starts_with(b"HTTP/1.1 200"), "not answered");
    }
}

/// Whether an answer is there whole, by its `content-length`.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let text = std::str::from_utf8(bytes.get(..head).unwrap_or_default()).expect("text");
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|text| text.parse().ok()).expect("a length");
    bytes.len() >= head + 4 + length
}

/// Serves on a free port of loopback until the runtime ends.
fn serve(runtime: &Runtime, router: Router) -> SocketAddr {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async { axum::serve(listener, router.into_make_service()).await });
    address
}

/// The least that any handler must do: the value is there, and is written as JSON.
fn bare<T: Serialize + Send + Sync + 'static>(runtime: &Runtime, value: T) -> SocketAddr {
    let value = Arc::new(value);
    let answer = move || std::future::ready(Json(Arc::clone(&value)));
    serve(runtime, Router::new().route("/", get(answer)))
}

/// A desk in `data`, and its conversations; one in ten is open.
fn desk(data: &std::path::Path) -> (Arc<App>, [Vec<String>; 2]) {
    let app = App::open(data, Clock::system(), |_done, _total| {}).expect("an app");
    let options = common::options(common::size(CONVERSATIONS));
    let mut events: Vec<_> = svar::demo::events(&options).collect();
    let named = events.iter().filter_map(|event| event.body.conversation());
    let conversations: BTreeSet<String> = named.map(str::to_owned).collect();
    let conversations: Vec<String> = conversations.into_iter().collect();
    let open: Vec<String> = conversations.iter().step_by(10).cloned().collect();
    events.extend(open.iter().map(|id| opened(id, app.clock().now())));
    let lines: Vec<String> = events.iter().map(Event::to_json).collect();
    let body = lines.join("\n");
    app.take_body("bench", body.as_bytes(), None)
        .expect("taken");
    app.settle().expect("folded");
    (Arc::new(app), [conversations, open])
}

/// A contact's word that opens a conversation again.
fn opened(id: &str, at: Timestamp) -> Event {
    let event = json!({"type": "message.added", "at": at.to_string(), "source": "bench", "id": id,
        "conversation": id, "message": format!("again-{id}"), "author": {"kind": "contact"}, "text": "Are you there?"});
    Event::parse(&event.to_string()).expect("an event")
}

/// What is asked: each of ours, and its bare twin after it.
fn timings(
    runtime: &Runtime,
    app: &Arc<App>,
    [conversations, open]: &[Vec<String>; 2],
) -> [(Timing, Timing); 4] {
    let ours = serve(runtime, svar::web::router(app));
    let pairs = WINDOW.split('&').filter_map(|pair| pair.split_once('='));
    let query = Query::parse(pairs, chrono_tz::Tz::UTC).expect("a query");
    let report = app.report("resolution_rate", &query).expect("an answer");
    let timed = |name, server, paths: Vec<String>| Timing {
        name,
        server,
        paths: Arc::new(paths),
        before: AtomicUsize::new(0),
    };
    let of = |name, paths| timed(name, ours, paths);
    let twin = |name, server| timed(name, server, vec!["/".to_owned()]);
    let path_of = |id: &String| format!("/api/v1/conversations/{id}");
    let paths: Vec<String> = conversations.iter().map(path_of).collect();
    let first = open.first().expect("a conversation");
    let one = app.conversation(first).expect("a conversation");
    assert!(one.ended_at.is_none(), "it is open");
    let bare_one = bare(runtime, one);
    let again = paths.iter().take(1).cloned().collect();
    let path = format!("/api/v1/reports/resolution_rate?{WINDOW}");
    [
        (
            of("conversation", paths),
            twin("bare_conversation", bare_one),
        ),
        (
            of("open_conversation", open.iter().map(path_of).collect()),
            twin("bare_open_conversation", bare_one),
        ),
        (
            of("conversation_again", again),
            twin("bare_conversation_again", bare_one),
        ),
        (
            of("cached_report", vec![path]),
            twin("bare_report", bare(runtime, report)),
        ),
    ]
}

fn tell_ratio(client: &Runtime, ours: &Timing, bare: &Timing, each: u32) {
    let (of_ours, of_bare) = rates(CONNECTIONS * each, |side| match side {
        Side::Ours => ours.ask(client, each),
        Side::Rival => bare.ask(client, each),
    });
    println!(
        "{}: {of_ours:.0} answers/s, bare handler {of_bare:.0}, ratio {:.2} \
         ({CONNECTIONS} connections, medians of {TURNS} turns)",
        ours.name,
        of_ours / of_bare
    );
}

fn api(criterion: &mut Criterion) {
    let each = (common::size(1_000) / 10).max(1);
    let folder = tempfile::tempdir().expect("a folder");
    let servers = Runtime::new().expect("a runtime");
    let client = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let client = client.expect("a runtime");
    let (app, conversations) = desk(folder.path());
    let timings = timings(&servers, &app, &conversations);
    let mut group = criterion.benchmark_group("api");
    group.throughput(Throughput::Elements(u64::from(CONNECTIONS * each)));
    for (ours, bare) in &timings {
        tell_ratio(&client, ours, bare, each);
        for side in [ours, bare] {
            group.bench_function(side.name, |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| side.ask(&client, each)).sum());
            });
        }
    }
    group.finish();
    drop(servers);
    app.close().expect("closed");
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = api
}
criterion_main!(benches);
