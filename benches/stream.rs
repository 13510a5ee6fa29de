//! A desk at work: contacts write at a steady rate while many look on live; how long until a write is
//! acknowledged, is in the list, and is told, and what the open streams take.
//!
//! `--streams N` (1,000), `--rate N` messages a second (200), `--secs N` (30), `--conversations N` that are
//! there before (100,000), `--look-after N`: the list is asked for after every so many messages of a writer
//! (10; 1 is the harder load: as many lists as messages). With real syncs, over HTTP on loopback; every list is another one than before. Those
//! who look on are a process of their own.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench that cannot run may panic, and its figures go to the terminal"
)]

use std::collections::HashMap;
use std::io::BufRead;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar::app::App;
use svar::clock::{Clock, pause};
use svar::demo;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use ureq::Agent;

#[path = "common/arguments.rs"]
mod arguments;
mod common;

/// How many conversations are written in.
const WRITTEN_IN: u32 = 64;
/// How many write at once.
const WRITERS: u32 = 16;

/// When which message was sent, until it was told.
type Sent = Arc<Mutex<HashMap<String, Instant>>>;

/// Times in milliseconds, gathered by any thread.
#[derive(Clone, Default)]
struct Times(Arc<Mutex<Vec<f64>>>);

impl Times {
    fn add(&self, took: Duration) {
        let mut times = self.0.lock().expect("unpoisoned");
        times.push(took.as_secs_f64() * 1_000.0);
    }

    /// The median, the 99th percentile and the most.
    fn tell(&self, name: &str) {
        let mut times = self.0.lock().expect("unpoisoned").clone();
        times.sort_unstable_by(f64::total_cmp);
        let at = |percent: usize| times.get(times.len() * percent / 100).copied();
        let most = times.last().copied().unwrap_or_default();
        println!(
            "{name}: p50 {:.1} ms, p99 {:.1} ms, at most {most:.1} ms of {}",
            at(50).unwrap_or_default(),
            at(99).unwrap_or(most),
            times.len()
        );
    }
}

/// The memory that the process has, in MB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0.0) / 1_024.0
}

/// The memory once it no longer changes, or after a minute.
fn at_rest(is_test: bool) -> f64 {
    let mut last = resident();
    for _ in 0..if is_test { 1 } else { 30 } {
        pause(Duration::from_secs(2));
        let now = resident();
        if (now - last).abs() < 1.0 {
            return now;
        }
        last = now;
    }
    last
}

/// A desk with a past, and conversations that are written in.
fn desk(data: &std::path::Path, conversations: u32) -> Arc<App> {
    let clock = Clock::system();
    let app = App::open(data, clock.clone(), |_done, _total| {}).expect("an app");
    let now = clock.now();
    let options = demo::Options {
        until: now,
        ..common::options(conversations)
    };
    let mut body = String::new();
    for event in demo::events(&options) {
        body.push_str(&event.to_json());
        body.push('\n');
        if body.len() > 4_000_000 {
            app.take_body("bench", body.as_bytes(), None)
                .expect("taken");
            body.clear();
        }
    }
    for number in 0..WRITTEN_IN {
        let started = json!({"type": "conversation.started", "at": now.to_string(), "source": "w",
            "id": number.to_string(), "conversation": format!("w{number}"), "contact": format!("w{number}"), "channel": "form"});
        body.push_str(&started.to_string());
        body.push('\n');
    }
    app.take_body("bench", body.as_bytes(), None)
        .expect("taken");
    app.settle().expect("folded");
    Arc::new(app)
}

/// Looks on until the stream ends; `sent`: what is waited for, and how long it took.
async fn look_on(server: SocketAddr, ready: Arc<AtomicU32>, sent: Option<(Sent, Times)>) {
    let mut stream = TcpStream::connect(server).await.expect("connected");
    let request = b"GET /api/v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(request).await.expect("asked");
    let mut lines = BufReader::with_capacity(1_024, stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line == "event: ready" {
            ready.fetch_add(1, Ordering::Relaxed);
        }
        let Some((sent, told)) = &sent else { continue };
        let Some(data) = line.strip_prefix("data: ") else {
            continue;
        };
        let data: Value = serde_json::from_str(data).expect("JSON");
        let changes = data["changes"].as_array().into_iter().flatten();
        let mut sent = sent.lock().expect("unpoisoned");
        for id in changes.filter_map(|change| change["id"].as_str()) {
            if let Some(begun) = sent.remove(id) {
                told.add(begun.elapsed());
            }
        }
    }
}

/// Those who look on, in a process of their own, so that what their ends take is not measured.
struct Audience(Child);

impl Audience {
    /// Has so many look on; returns when all do.
    fn new(server: SocketAddr, streams: u32) -> Self {
        let own = std::env::current_exe().expect("a program");
        let mut process = Command::new(own)
            .args(["--look-on", &server.to_string()])
            .args(["--streams", &streams.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let said = process.stdout.take().expect("an output");
        let mut line = String::new();
        let mut said = std::io::BufReader::new(said);
        said.read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        Self(process)
    }

    /// Is such a process.
    fn run(server: SocketAddr, streams: u32) {
        let client = Runtime::new().expect("threads");
        let ready = Arc::new(AtomicU32::new(0));
        for _ in 0..streams {
            client.spawn(look_on(server, Arc::clone(&ready), None));
        }
        while ready.load(Ordering::Relaxed) < streams {
            pause(Duration::from_millis(10));
        }
        println!("ready");
        // Until it is ended.
        loop {
            std::thread::park();
        }
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        self.0.kill().expect("ended");
        self.0.wait().expect("ended");
    }
}

/// Writes one message after the other, and looks for each in the list.
struct Writer {
    server: SocketAddr,
    own: Vec<u32>,
    every: Duration,
    /// After every so many messages the list is asked for.
    look_after: usize,
    until: Instant,
    sent: Sent,
    acknowledged: Times,
    listed: Times,
}

impl Writer {
    /// Whether a list that knows what was written has the message.
    fn is_listed(
        &self,
        agent: &Agent,
        written: &Value,
        (id, turn): (&str, usize),
        text: &Value,
    ) -> bool {
        let path = format!(
            "conversations?view=unassigned&channel=form&limit={}",
            64 + turn % 100
        );
        let asked = agent.get(self.url(&path));
        let asked = asked.header("svar-min-position", written["log_position"].to_string());
        let mut answer = asked.call().expect("listed");
        let list: Value = answer.body_mut().read_json().expect("JSON");
        let mut lines = list["items"].as_array().expect("lines").iter();
        lines.any(|line| line["conversation"] == id && line["preview"] == *text)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1/{path}", self.server)
    }

    fn run(&self) {
        let agent = Agent::new_with_defaults();
        let mut due = Instant::now();
        for (turn, number) in self.own.iter().cycle().enumerate() {
            if Instant::now() >= self.until {
                return;
            }
            let id = format!("w{number}");
            let words = json!({"by": "contact", "text": format!("Message {turn} of {id}.")});
            let begun = Instant::now();
            let mut sent = self.sent.lock().expect("unpoisoned");
            sent.entry(id.clone()).or_insert(begun);
            drop(sent);
            let path = self.url(&format!("conversations/{id}/messages"));
            let mut answer = agent.post(path).send_json(&words).expect("taken");
            let written: Value = answer.body_mut().read_json().expect("JSON");
            self.acknowledged.add(begun.elapsed());
            // Not all writers after the same ones.
            if (turn + self.own[0] as usize).is_multiple_of(self.look_after) {
                while !self.is_listed(&agent, &written, (&id, turn), &words["text"]) {}
                self.listed.add(begun.elapsed());
            }
            due += self.every;
            pause(due.saturating_duration_since(Instant::now()));
        }
    }
}

fn main() {
    if let Some(server) = arguments::argument("--look-on") {
        let streams = arguments::number("--streams").unwrap_or(1);
        return Audience::run(server.parse().expect("an address"), streams);
    }
    let is_test = arguments::number("--secs").is_none() && common::size(100) == 1;
    let number = |name: &str, full: u32| arguments::number(name).unwrap_or(common::size(full));
    let (streams, rate) = (number("--streams", 1_000), number("--rate", 200).max(16));
    let look_after = arguments::number("--look-after").unwrap_or(10);
    let secs = arguments::number("--secs").unwrap_or(if is_test { 1 } else { 30 });
    let folder = tempfile::tempdir().expect("a folder");
    let app = desk(folder.path(), number("--conversations", 100_000));
    let (servers, client) = (
        Runtime::new().expect("threads"),
        Runtime::new().expect("threads"),
    );
    let listener = servers.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a port");
    let server = listener.local_addr().expect("an address");
    let router = svar::web::router(&app);
    servers.spawn(async { axum::serve(listener, router.into_make_service()).await });
    let (sent, told) = (Sent::default(), Times::default());
    // The first ones pay for what all share; and what is kept once a desk is quiet is no stream's.
    let first = Audience::new(server, streams.div_ceil(10));
    let before = at_rest(is_test);
    let audience = Audience::new(server, streams);
    let taken = at_rest(is_test) - before;
    drop(first);
    println!("{streams} open streams: {taken:.1} MB in the server");
    let waits = Some((Arc::clone(&sent), told.clone()));
    client.spawn(look_on(server, Arc::default(), waits));
    let (acknowledged, listed) = (Times::default(), Times::default());
    let until = Instant::now() + Duration::from_secs(u64::from(secs));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let own = (0..WRITTEN_IN).filter(|number| number % WRITERS == writer);
            let writer = Writer {
                server,
                own: own.collect(),
                every: Duration::from_secs(1) * WRITERS / rate,
                look_after: look_after.max(1) as usize,
                until,
                sent: Arc::clone(&sent),
                acknowledged: acknowledged.clone(),
                listed: listed.clone(),
            };
            scope.spawn(move || writer.run());
        }
    });
    acknowledged.tell("acknowledged");
    listed.tell("in the list, asked for after the acknowledgement");
    told.tell("told");
    println!(
        "memory {:.0} MB, of the server and sixteen who write",
        resident()
    );
    drop(audience);
    app.end_news();
    client.shutdown_background();
    servers.shutdown_background();
    drop(app);
}
