//! Recovery: whatever kills the process or damages the folder, what was acknowledged is
//! there, once, and the reports are those of a rebuild.
//!
//! `kill` ends the built binary between any two writes, `damage` and `columns` change its
//! files, `backup` copies and restores them, `stop` asks it to stop under load.

mod alerts;
mod backup;
mod check;
mod columns;
mod connectors;
mod damage;
mod drafts;
mod erase;
mod files;
mod imports;
mod kill;
mod mail;
mod mailbox;
mod model;
mod stop;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use svar::app::App;
use svar::clock::Clock;
use svar::demo;
use svar::model::{Event, Timestamp};
use tempfile::TempDir;

use crate::desk::{Answer, agent, answer};

/// After the last event of the desk that is posted.
const NOW: &str = "2026-07-01T00:00:00Z";
/// Longer than anything here takes on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_mins(1);
/// A segment is full after a batch or two.
const SMALL_SEGMENTS: (&str, &str) = ("SVAR_SEGMENT_BYTES", "4000");

/// Variables for a command.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// A data folder, and what its clients know of it.
struct Place {
    temp: TempDir,
    /// The desk's events that are not acknowledged yet, the next one last.
    waiting: Vec<Event>,
    /// By source and id: each acknowledged event's text.
    acknowledged: BTreeMap<(String, String), String>,
    /// Each event's text that was sent and may be there.
    sent: BTreeMap<(String, String), String>,
    kills: usize,
}

/// What a command did.
struct Ran {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Ran {
    #[track_caller]
    fn ok(self) -> Self {
        assert!(self.status.success(), "{}{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn fails(self, words: &[&str]) -> Self {
        assert_eq!(
            self.status.code(),
            Some(1),
            "{}{}",
            self.stdout,
            self.stderr
        );
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no `{word}` in: {}",
                self.stderr
            );
        }
        self
    }

    fn is_killed(&self) -> bool {
        is_killed(self.status)
    }
}

fn is_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(9)
}

impl Place {
    fn new() -> Self {
        Self::of(12)
    }

    /// An empty folder, and the desk of so many conversations to be posted to it.
    fn of(conversations: u32) -> Self {
        let options = demo::Options {
            conversations,
            days: 60,
            ..demo::Options::new(Timestamp::parse(NOW).unwrap())
        };
        let mut waiting: Vec<Event> = demo::events(&options).collect();
        waiting.reverse();
        Self {
            temp: tempfile::tempdir().unwrap(),
            waiting,
            acknowledged: BTreeMap::new(),
            sent: BTreeMap::new(),
            kills: 0,
        }
    }

    /// A folder that holds some events, its server stopped.
    fn filled() -> Self {
        Self::filled_of(12)
    }

    /// As [`Self::filled`], of a desk of so many conversations.
    fn filled_of(conversations: u32) -> Self {
        let mut place = Self::of(conversations);
        let server = place.serve(&[SMALL_SEGMENTS]);
        for _ in 0..12 {
            assert!(place.post(&server, 20));
        }
        // Compression runs behind the posts; tests count on it.
        let began = Instant::now();
        while plain_segments(&place.data()) > 1 {
            assert!(began.elapsed() < PATIENCE, "segments are not compressed");
            std::thread::park_timeout(Duration::from_millis(2));
        }
        assert!(server.stop().0.success());
        place
    }

    fn data(&self) -> PathBuf {
        self.temp.path().join("data")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn command(&self, arguments: &[&str], variables: Variables<'_>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_svar"));
        command.args(arguments).current_dir(self.temp.path());
        for name in ["SVAR_CONFIG", "SVAR_LISTEN", "SVAR_LOG", "SVAR_FAILPOINT"] {
            command.env_remove(name);
        }
        command.env("SVAR_DATA", self.data());
        command.envs(variables.iter().copied());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], variables: Variables<'_>) -> Ran {
        let output = self.command(arguments, variables).output().unwrap();
        Ran {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts a server; what it said instead, if it ended before it listened.
    fn try_serve(&self, variables: Variables<'_>) -> Result<Server, Ran> {
        let arguments = ["serve", "--listen", "127.0.0.1:0"];
        let mut command = self.command(&arguments, variables);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut log = String::new();
        let url = loop {
            let mut line = String::new();
            let read = stderr.read_line(&mut line).unwrap();
            log.push_str(&line);
            if read == 0 {
                return Err(Ran {
                    status: child.wait().unwrap(),
                    stdout: String::new(),
                    stderr: log,
                });
            }
            // Who is killed while saying so may say only half of it.
            let said = line.strip_suffix('\n').unwrap_or_default();
            if let Some((_, rest)) = said.split_once("listening on ") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        let rest = std::thread::spawn(move || {
            stderr.read_to_string(&mut log).unwrap();
            log
        });
        Ok(Server {
            child,
            url,
            rest: Some(rest),
        })
    }

    fn serve(&self, variables: Variables<'_>) -> Server {
        let started = self.try_serve(variables);
        started.unwrap_or_else(|ran| panic!("the server ended: {}", ran.stderr))
    }

    /// Posts the next events as one body; whether they were acknowledged.
    fn post(&mut self, server: &Server, count: usize) -> bool {
        let from = self.waiting.len().saturating_sub(count);
        let events = self.waiting[from..].to_vec();
        assert!(!events.is_empty(), "the desk has no more events");
        let keyed: Vec<_> = events.iter().rev().map(keyed).collect();
        self.sent.extend(keyed.iter().cloned());
        let body: Vec<&str> = keyed.iter().map(|(_, json)| json.as_str()).collect();
        let Ok(answer) = server.try_post("/api/v1/events", &body.join("\n")) else {
            return false;
        };
        if answer.status != 200 {
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert_eq!(answer.header("retry-after"), "1");
            return false;
        }
        let taken = answer.json();
        let number = |name: &str| taken[name].as_u64().unwrap();
        let count = usize::try_from(number("accepted") + number("duplicates")).unwrap();
        assert_eq!(count, keyed.len(), "{taken}");
        self.acknowledged.extend(keyed);
        self.waiting.truncate(from);
        true
    }

    /// Checks the promise: opens the folder, compares its events with what clients know and
    /// its reports with those of a rebuild.
    fn verify(&self) {
        let app = open(&self.data());
        let events = exported(&app);
        // Once in a while without an orderly end, so that the next start finds that too.
        if self.kills.is_multiple_of(2) {
            app.close().unwrap();
        }
        drop(app);
        let mut keys = BTreeSet::new();
        for event in &events {
            let event = Event::parse(event).unwrap();
            let (key, json) = keyed(&event);
            assert_eq!(self.sent.get(&key), Some(&json), "nobody sent it: {key:?}");
            assert!(keys.insert(key.clone()), "{key:?} is there twice");
        }
        for key in self.acknowledged.keys() {
            assert!(keys.contains(key), "{key:?} was acknowledged and is gone");
        }
        self.compare_with_rebuild();
    }

    /// Compares the reports with those of a folder made from the journal alone.
    fn compare_with_rebuild(&self) {
        let fresh = tempfile::tempdir().unwrap();
        copy(&self.data().join("journal"), &fresh.path().join("journal"));
        fs::write(fresh.path().join("format"), "1\n").unwrap();
        let (here, there) = (open(&self.data()), open(fresh.path()));
        assert_eq!(reports(&here), reports(&there));
        assert_eq!(hits(&here), hits(&there));
    }
}

fn open(data: &Path) -> App {
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let began = Instant::now();
    loop {
        match App::open(data, clock.clone(), |_done, _total| {}) {
            Ok(app) => return app,
            // A process that another test starts has this one's locks between fork and exec.
            Err(error) if is_locked(&error) && began.elapsed() < PATIENCE => {
                std::thread::park_timeout(Duration::from_millis(10));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn is_locked(error: &svar::app::Error) -> bool {
    matches!(error, svar::app::Error::InUse { .. }) || error.to_string().contains("another process")
}

/// An event's identity and text.
fn keyed(event: &Event) -> ((String, String), String) {
    let json = event.to_json();
    let value: Value = serde_json::from_str(&json).unwrap();
    let text = |name: &str| value[name].as_str().unwrap().to_owned();
    ((text("source"), text("id")), json)
}

/// The events of an open app's journal.
fn exported(app: &App) -> Vec<String> {
    let mut events = Vec::new();
    let data = app.folder().path();
    svar::app::export_events(data, Some(app.position()), None, |json| {
        events.push(json.to_owned());
        Ok::<(), svar::app::Error>(())
    })
    .unwrap();
    events
}

/// Every report over the time of the desk.
fn reports(app: &App) -> Vec<(String, Value)> {
    let pairs = [
        ("from", "2026-04-01"),
        ("to", "2026-07-01"),
        ("every", "month"),
    ];
    let query = svar::report::Query::parse(pairs, chrono_tz::Tz::UTC).unwrap();
    let ids = svar::report::registry::all().map(|report| report.id);
    ids.map(|id| {
        let answer = app.report(id, &query).unwrap();
        (id.to_owned(), serde_json::to_value(answer).unwrap())
    })
    .collect()
}

/// What the index knows of a word, in an order of its own.
fn hits(app: &App) -> BTreeSet<String> {
    let hits = app
        .search(&svar::app::Search::text("the", 100))
        .unwrap()
        .into_iter();
    hits.map(|hit| hit.id).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// How many segments are not compressed.
fn plain_segments(data: &Path) -> usize {
    let entries = fs::read_dir(data.join("journal")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .count()
}

/// Every file under `folder` with its bytes.
fn bytes_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                files.insert(path, bytes);
            }
        }
    }
    files
}

/// A running server; killed if a test forgets it.
struct Server {
    child: Child,
    url: String,
    rest: Option<JoinHandle<String>>,
}

impl Server {
    fn try_post(&self, path: &str, body: &str) -> Result<Answer, ureq::Error> {
        let sent = agent().post(format!("{}{path}", self.url)).send(body);
        read(sent)
    }

    fn get(&self, path: &str) -> Answer {
        answer(agent().get(format!("{}{path}", self.url)).call())
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends SIGTERM and waits; the status, and everything that was said.
    fn stop(self) -> (ExitStatus, String) {
        self.terminate();
        self.ended()
    }

    /// Waits for the end.
    fn ended(mut self) -> (ExitStatus, String) {
        let status = self.wait();
        (status, self.rest.take().unwrap().join().unwrap())
    }

    fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "the server does not end");
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An answer that may be cut off by the server's end.
fn read(
    sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Answer, ureq::Error> {
    let mut response = sent?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string()?,
    })
}
