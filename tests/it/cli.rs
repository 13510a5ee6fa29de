//! The command line as its users see it: the built binary, its streams and exit codes.
//!
//! Each test has a data folder of its own. A server is waited for by reading the line
//! with which it announces itself.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// A place with a data folder and files of events.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_svar"));
        command.args(arguments).current_dir(self.0.path());
        for name in ["SVAR_CONFIG", "SVAR_LISTEN", "SVAR_LOG"] {
            command.env_remove(name);
        }
        command.env("SVAR_DATA", self.data());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, |_stdin| {})
    }

    /// Runs a command whose standard input `feed` writes.
    fn run_with(
        &self,
        arguments: &[&str],
        feed: impl FnOnce(&mut ChildStdin) + Send + 'static,
    ) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let feeding = std::thread::spawn(move || feed(&mut stdin));
        let output = child.wait_with_output().unwrap();
        feeding.join().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A file with a small desk.
    fn demo(&self) -> String {
        let desk = self.run(&["demo", "--conversations", "60", "--until", "2026-06-30"]);
        self.file("demo.jsonl", desk.ok().stdout)
    }

    pub(crate) fn serve(&self, more: &[&str]) -> Server {
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0"];
        arguments.extend(more);
        let mut command = self.command(&arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening on http://") {
            let read = stderr.read_line(&mut line).unwrap();
            assert!(read > 0, "the server ended: {line}");
        }
        // Read on, so that the server never waits for its words to be read.
        let rest = std::thread::spawn(move || {
            stderr.read_to_string(&mut line).unwrap();
            line
        });
        Server {
            child,
            rest: Some(rest),
        }
    }
}

/// A running server; killed if a test forgets it.
pub(crate) struct Server {
    child: Child,
    rest: Option<JoinHandle<String>>,
}

impl Server {
    /// Sends SIGTERM; gives the exit code and everything that was said.
    fn stop(mut self) -> (Option<i32>, String) {
        let kill = format!("kill -TERM {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        (status.code(), self.rest.take().unwrap().join().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A line of an event about the contact `name`.
fn contact(name: &str) -> String {
    format!(
        r#"{{"type":"contact.upserted","at":"2026-01-01T00:00:00Z","source":"t","id":"{name}","contact":"{name}","name":"{name}"}}"#
    )
}

const WINDOW: [&str; 4] = ["--from", "2026-01-01", "--to", "2026-06-30"];

#[test]
fn every_command_has_a_help_text_with_an_example() {
    let place = Place::new();
    let whole = place.run(&["--help"]).ok();
    for command in [
        "serve", "import", "export", "report", "explain", "search", "rebuild", "backup", "restore",
        "check", "demo",
    ] {
        assert!(whole.stdout.contains(command));
        let help = place.run(&[command, "--help"]).ok();
        assert!(help.stdout.contains("Example"), "{command}");
    }
    assert!(!place.data().exists());
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    for (arguments, word) in [
        (&["import"][..], "<FILE>"),
        (&["frobnicate"], "frobnicate"),
        (&["import", "--format", "zendisk", &file], "there is: svar"),
        (&["report", "handled", "--every", "fortnight"], "month"),
        (&["report", "handled", "--where", "channel"], "no `=`"),
        (&["report", "handled", "--by", "colour"], "colour"),
        (&["report", "handeld"], "did you mean handled"),
        (&["serve", "--listen", "0.0.0.0:0"], "nobody has to sign in"),
        (
            &["serve", "--server", "http://127.0.0.1:1"],
            "without --server",
        ),
        (&["report", "--server", "https://x", "handled"], "http://"),
        (&["search", "x", "--limit", "0"], "1..=100"),
        (&["export", "events", "--format", "csv"], "jsonl"),
        (&["demo", "--until", "soon"], "2026-01-31"),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn what_is_not_there_ends_with_1() {
    let place = Place::new();
    for arguments in [
        &["report", "handled"][..],
        &["explain", "c"],
        &["search", "c"],
        &["export", "events"],
        &["rebuild"],
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}");
        assert!(ran.stderr.contains("is no data folder"), "{}", ran.stderr);
    }
    assert!(!place.data().exists(), "a question makes no folder");
    let file = place.demo();
    place.run(&["import", &file]).ok();
    let ran = place.run(&["explain", "nobody"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("there is no conversation `nobody`"));
    let ran = place.run(&["report", "handled", "--server", "http://127.0.0.1:1"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("cannot ask http://127.0.0.1:1"));
}

#[test]
fn an_import_again_adds_nothing_and_an_export_is_what_was_imported() {
    let place = Place::new();
    let file = place.demo();
    let events = fs::read_to_string(&file).unwrap().lines().count();
    let first = place.run(&["import", &file, "--json"]).ok().json();
    assert_eq!(first["total"]["accepted"], events);
    assert_eq!(first["total"]["rejected"], 0);
    let figures = place.run(&[&["report", "handled", "--format", "csv"], &WINDOW[..]].concat());
    let again = place.run(&["import", &file, "--json"]).ok().json();
    assert_eq!(again["total"]["accepted"], 0);
    assert_eq!(again["total"]["duplicates"], events);
    let same = place.run(&[&["report", "handled", "--format", "csv"], &WINDOW[..]].concat());
    assert_eq!(same.ok().stdout, figures.ok().stdout);
    let exported = place.run(&["export", "events"]).ok();
    assert_eq!(exported.stdout, fs::read_to_string(&file).unwrap());
    // The questions have their topics, which Svar wrote down itself.
    let gaps = place.run(&["gaps", "list", "--json"]).ok().json();
    assert!(gaps["total"].as_u64().unwrap() > 0, "{gaps}");
    assert_eq!(gaps["waiting"], 0, "{gaps}");
    let rebuilt = place.run(&["rebuild"]).ok();
    let numbers = rebuilt.stdout.split(|c: char| !c.is_ascii_digit());
    let records: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
    assert!(
        records.iter().any(|count| *count > events),
        "{}",
        rebuilt.stdout
    );
    let late = place
        .run(&["export", "events", "--since", "2026-06-20"])
        .ok();
    let lines = late.stdout.lines().count();
    assert!(lines > 0 && lines < events);
}

#[test]
fn table_json_and_csv_have_the_same_figures() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    let ask = |format: &str| {
        let report = [
            "report",
            "deflection_rate",
            "--by",
            "channel",
            "--every",
            "month",
        ];
        let arguments = [&report[..], &["--format", format], &WINDOW].concat();
        place.run(&arguments).ok()
    };
    let (json, csv, table) = (ask("json").json(), ask("csv").stdout, ask("table").stdout);
    let mut lines = String::from("channel,start,value\n");
    for series in json["series"].as_array().unwrap() {
        for point in series["points"].as_array().unwrap() {
            let (key, start) = (&series["key"]["channel"], &point["start"]);
            let (key, start) = (key.as_str().unwrap(), start.as_str().unwrap());
            let value = &point["value"];
            let value = if value.is_null() {
                String::new()
            } else {
                value.to_string()
            };
            writeln!(lines, "{key},{start},{value}").unwrap();
        }
        let of = &series["total"]["denominator"];
        if let Some(share) = series["total"]["value"].as_f64() {
            let shown = format!("{:.1} % of {of}", share * 100.0);
            assert!(table.contains(&shown), "{shown} in\n{table}");
        }
    }
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut expected = String::from("channel,start,value\n");
    for record in reader.records() {
        let record = record.unwrap();
        writeln!(expected, "{},{},{}", &record[0], &record[1], &record[3]).unwrap();
    }
    assert_eq!(expected, lines);
    assert!(lines.lines().count() > 6);
    let definition = json["report"]["definition"].as_str().unwrap();
    assert!(table.replace('\n', " ").contains(definition));
}

#[test]
fn rows_facts_explanations_and_hits_are_told() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    let report = ["report", "handled", "--format", "json"];
    let counted = place.run(&[&report[..], &WINDOW].concat()).ok().json();
    let rows = place
        .run(&[&report[..], &["--rows"], &WINDOW].concat())
        .ok()
        .json();
    assert_eq!(rows["total"], counted["total"]["value"]);
    let conversation = rows["items"][0]["conversation"].as_str().unwrap();
    let explanation = place.run(&["explain", conversation]).ok();
    assert!(explanation.stdout.contains("Episode 1") && explanation.stdout.contains("handled"));
    let explanation = place.run(&["explain", conversation, "--json"]).ok().json();
    assert_eq!(explanation["conversation"], conversation);
    let hits = place
        .run(&["search", "discount code", "--json"])
        .ok()
        .json();
    let text = hits["items"][0]["text"].as_str().unwrap();
    assert!(text.to_lowercase().contains("discount"), "{text}");
    let shown = place.run(&["search", "discount code"]).ok();
    assert!(shown.stdout.contains(text) && !shown.stdout.contains('\u{1b}'));
    for what in ["episodes", "tickets", "messages"] {
        let lines = place.run(&["export", what]).ok().stdout;
        let csv = place.run(&["export", what, "--format", "csv"]).ok().stdout;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let heads = reader.headers().unwrap().clone();
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), lines.lines().count(), "{what}");
        let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        for (head, cell) in heads.iter().zip(&records[0]) {
            let text = match &first[head] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell, text, "{what}: {head}");
        }
    }
}

/// Imports bytes as a file between two good ones.
fn import_odd(bytes: &[u8]) -> (Ran, Value) {
    let place = Place::new();
    let files = [
        place.file("a.jsonl", contact("a")),
        place.file("odd.jsonl", bytes),
        place.file("z.jsonl", contact("z")),
    ];
    let ran = place.run(&["import", "--json", &files[0], &files[1], &files[2]]);
    let summary = ran.json();
    assert_eq!(summary["files"][0]["accepted"], 1);
    assert_eq!(
        summary["files"][2]["accepted"], 1,
        "the others are imported"
    );
    let odd = summary["files"][1].clone();
    (ran, odd)
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_imported() {
    let (ran, odd) = import_odd(b"");
    assert_eq!((ran.code, &odd["accepted"]), (1, &Value::from(0)));
    assert!(
        ran.stderr.contains("odd.jsonl` holds no events"),
        "{}",
        ran.stderr
    );
    let (ran, _) = import_odd(b"\x7fELF\x02\x01\0\0\0\0");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("odd.jsonl` is a binary file"),
        "{}",
        ran.stderr
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    let lines: String = (0..100).map(|n| contact(&format!("c{n}")) + "\n").collect();
    gzip.write_all(lines.as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    let (ran, odd) = import_odd(&whole[..whole.len() - 3000]);
    assert_eq!(ran.code, 1);
    let good = odd["accepted"].as_u64().unwrap();
    assert!((50..100).contains(&good), "{odd}");
    assert!(
        ran.stderr
            .contains(&format!("is cut off after line {good}")),
        "{}",
        ran.stderr
    );
    let place = Place::new();
    let ran = place.run(&["import", "nowhere.jsonl"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("cannot open `nowhere.jsonl`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_bad_line_is_named_and_the_good_ones_are_kept() {
    let good = contact("b");
    for (bytes, accepted, word) in [
        (
            [good.as_bytes(), b"\n{\"a\":\xff}\n"].concat(),
            1,
            "line 2: not UTF-8 at byte 5",
        ),
        ([b"\xEF\xBB\xBF", good.as_bytes(), b"\r\n"].concat(), 1, ""),
        (
            format!("{}\r\n\r\n{}\r\n", good, contact("c")).into_bytes(),
            2,
            "",
        ),
        (
            format!("{good}\n{{}}\n").into_bytes(),
            1,
            "line 2: field `type`",
        ),
        (format!("nonsense\n{good}").into_bytes(), 1, "line 1: "),
        (
            format!("{good}\n{}", good.replace("2026", "2027")).into_bytes(),
            1,
            "line 2: field `id`: conflict: the stored event of this source and id differs",
        ),
        (
            format!("{good}\n{}", good.replace("upserted", "upsurted")).into_bytes(),
            1,
            "line 2: field `type`",
        ),
    ] {
        let (ran, odd) = import_odd(&bytes);
        assert_eq!(ran.code, 0, "rejects are no failure: {}", ran.stderr);
        assert_eq!(odd["accepted"], accepted, "{word}");
        assert_eq!(odd["rejected"], u64::from(!word.is_empty()), "{word}");
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
}

#[test]
fn a_line_of_100_mb_is_refused_in_little_memory_and_the_next_is_read() {
    let place = Place::new();
    let ran = place.run_with(&["import", "-", "--rejects", "rejects.jsonl"], |stdin| {
        let block = vec![b'x'; 1 << 20];
        stdin.write_all(b"{\"type\":\"").unwrap();
        for _ in 0..100 {
            stdin.write_all(&block).unwrap();
        }
        writeln!(stdin, "\"}}\n{}", contact("a")).unwrap();
    });
    let ran = ran.ok();
    assert_eq!(
        ran.stdout,
        "standard input: 1 accepted, 0 duplicates, 1 rejected\n"
    );
    let rejects = fs::read_to_string(place.0.path().join("rejects.jsonl")).unwrap();
    assert!(rejects.contains("longer than 4 MiB") && rejects.len() < 3_000);
}

#[test]
fn later_events_are_named_and_a_dry_run_writes_nothing() {
    let place = Place::new();
    let file = place.file("a.jsonl", contact("a").replace("2026", "2999"));
    let dry = place.run(&["import", "--dry-run", &file]).ok();
    assert!(dry.stdout.contains("1 well formed"), "{}", dry.stdout);
    assert!(!place.data().exists());
    for ran in [dry, place.run(&["import", &file]).ok()] {
        let ahead = "1 lie ahead of the clock";
        assert!(ran.stdout.contains(ahead), "{}", ran.stdout);
        assert!(ran.stdout.contains("line 1, 2999-01-01T00:00:00Z"));
    }
    let ran = place.run(&["import", &file, "--rejects", &file]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("one of the files to read"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_import_goes_through_the_server_and_keeps_its_line_numbers() {
    let place = Place::new();
    let file = place.demo();
    let _server = place.serve(&[]);
    let first = place.run(&["import", &file, "--json"]).ok();
    assert!(first.stderr.contains("is served by a running svar"));
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(first.json()["total"]["accepted"], text.lines().count());
    let changed = text.lines().next().unwrap().replace("T0", "T1");
    let odd = place.file("odd.jsonl", format!("\nnonsense\n\n{changed}\n{changed}\n"));
    let odd = place.run(&["import", &odd]);
    assert_eq!(odd.code, 1, "nothing of it came in");
    assert!(odd.stderr.contains("line 2: "), "{}", odd.stderr);
    assert!(
        odd.stderr.contains("line 4: field `id`: conflict"),
        "{}",
        odd.stderr
    );
}

#[test]
fn through_a_server_every_answer_is_as_without_it() {
    let (place, alone) = (Place::new(), Place::new());
    let file = place.demo();
    alone.run(&["import", &file]).ok();
    let _server = place.serve(&[]);
    place.run(&["import", &file]).ok();
    let rows = ["report", "handled", "--rows", "--format"];
    let report = ["report", "deflection_rate", "--by", "channel", "--format"];
    for arguments in [
        [&report[..], &["csv"], &WINDOW].concat(),
        [
            &report[..],
            &["csv", "--as-of", "2026-05-01T00:00:00Z"],
            &WINDOW,
        ]
        .concat(),
        [&rows[..], &["csv"], &WINDOW].concat(),
        [&rows[..], &["json"], &WINDOW].concat(),
        [
            &["report", "handled"],
            &WINDOW[..],
            &["--as-of", "2026-06-30T00:00:00Z"],
        ]
        .concat(),
        vec!["explain", "demo:c17", "--as-of", "2026-06-30T00:00:00Z"],
        vec!["search", "discount code"],
        vec!["export", "events"],
        vec!["export", "episodes"],
    ] {
        let (there, here) = (place.run(&arguments).ok(), alone.run(&arguments).ok());
        assert!(there.stderr.contains("is served by"), "{arguments:?}");
        assert!(!here.stdout.is_empty(), "{arguments:?}");
        assert_eq!(there.stdout, here.stdout, "{arguments:?}");
    }
}

#[test]
fn a_server_refuses_in_its_own_words_and_is_reached_by_its_token() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    let server = place.serve(&[]);
    for (arguments, code, word) in [
        (&["explain", "nobody"][..], 1, "there is no conversation"),
        (&["report", "handled", "--by", "stage"], 2, "stage"),
        (
            &[
                "report",
                "handled",
                "--from",
                "2026-02-01",
                "--to",
                "2026-01-01",
            ],
            2,
            "not before",
        ),
        (&["rebuild"], 1, "stop it before a rebuild"),
        (&["serve", "--listen", "127.0.0.1:0"], 1, "is in use"),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
    }
    let note: Value =
        serde_json::from_slice(&fs::read(place.data().join("server.json")).unwrap()).unwrap();
    let url = format!("http://{}", note["address"].as_str().unwrap());
    let token = place.file("token", note["token"].as_str().unwrap());
    let elsewhere = Place::new();
    let arguments = [
        "report",
        "handled",
        "--server",
        &url,
        "--token-file",
        &token,
    ];
    elsewhere.run(&arguments).ok();
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn a_server_stops_in_order_and_starts_again() {
    let place = Place::new();
    let server = place.serve(&[]);
    let file = place.file("a.jsonl", contact("a"));
    place.run(&["import", &file]).ok();
    // A request that never ends must not hold the stop up.
    let note = fs::read(place.data().join("server.json")).unwrap();
    let note: Value = serde_json::from_slice(&note).unwrap();
    let mut half = TcpStream::connect(note["address"].as_str().unwrap()).unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: localh")
        .unwrap();
    let began = Instant::now();
    let (code, said) = server.stop();
    assert!(began.elapsed() < Duration::from_secs(5), "{said}");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Svar has stopped"), "{said}");
    assert!(!place.data().join("server.json").exists());
    let again = place.serve(&[]);
    let summary = place.run(&["import", &file, "--json"]).ok().json();
    assert_eq!(summary["total"]["duplicates"], 1);
    assert_eq!(again.stop().0, Some(0));
}

#[test]
fn the_sample_desk_fills_an_empty_folder_only() {
    let place = Place::new();
    let server = place.serve(&["--demo"]);
    let report = place.run(&["report", "handled", "--format", "json"]).ok();
    assert!(report.json()["total"]["value"].as_u64() > Some(100));
    let total = report.json()["total"]["value"].clone();
    // Svar's own events are left out: the questions' topics come while it runs.
    let events = || place.run(&["export", "events"]).ok().stdout.lines().count();
    let filled = events();
    assert_eq!(server.stop().0, Some(0));
    let again = place.serve(&["--demo"]);
    let report = place.run(&["report", "handled", "--format", "json"]).ok();
    assert_eq!(report.json()["total"]["value"], total, "it is filled once");
    assert_eq!(events(), filled, "it is filled once");
    drop(again);
    let other = Place::new();
    let file = other.file("a.jsonl", contact("a"));
    other.run(&["import", &file]).ok();
    let refused = other.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("--demo has not made"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    for arguments in [
        &["demo"][..],
        &["export", "events"],
        &["export", "messages"],
        &["report"],
    ] {
        let mut command = place.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(output.stderr, b"", "{arguments:?}");
    }
}

#[test]
fn settings_of_the_machine_come_from_a_file_and_the_environment() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    place.file("svar.toml", "data = \"nowhere\"\n");
    let arguments = [
        "report",
        "handled",
        "--format",
        "json",
        "--tz",
        "Asia/Tokyo",
    ];
    assert_eq!(
        place.run(&arguments).ok().json()["window"]["tz"],
        "Asia/Tokyo"
    );
    place.file("svar.toml", "zone = 1\n");
    assert_eq!(place.run(&arguments).code, 2);
    let elsewhere = Path::new("elsewhere");
    let mut command = place.command(&["import", &file]);
    command
        .arg("--data")
        .arg(elsewhere)
        .env("SVAR_CONFIG", "none.toml");
    assert!(command.output().unwrap().status.success());
    assert!(place.0.path().join(elsewhere).join("journal").is_dir());
}

/// The value was looked for as it was typed, but companies are known by small letters.
#[test]
fn a_filter_finds_a_company_by_its_name_with_a_comma_in_it() {
    let place = Place::new();
    let told = contact("p").replace(
        "\"name\":\"p\"",
        "\"company\":{\"name\":\"Shop (East, branch)\"}",
    );
    let about = |kind: &str, id: &str, rest: &str| {
        format!(
            r#"{{"type":"{kind}","at":"2026-02-01T09:00:00Z","source":"t","id":"{id}","conversation":"c",{rest}}}"#
        )
    };
    let started = about(
        "conversation.started",
        "s",
        r#""contact":"p","channel":"chat""#,
    );
    let message = r#""message":"m","author":{"kind":"contact","id":"p"},"text":"x""#;
    let file = place.file(
        "e.jsonl",
        [told, started, about("message.added", "m", message)].join("\n"),
    );
    place.run(&["import", &file]).ok();
    for value in [r"Shop (East\, branch)", r"shop (east\, branch)"] {
        let filter = format!("company={value}");
        let asked = [
            "report",
            "handling_rate",
            "--format",
            "json",
            "--where",
            &filter,
        ];
        let found = place.run(&[&asked[..], &WINDOW].concat()).ok().json();
        assert_eq!(found["total"]["denominator"], 1, "{value}");
    }
}

#[test]
fn what_is_read_and_made_is_bounded() {
    let place = Place::new();
    let empty = place.file("empty", "\n");
    let url = "http://127.0.0.1:1";
    for (arguments, word) in [
        (
            &[
                "report",
                "--server",
                url,
                "--token-file",
                "/dev/zero",
                "handled",
            ][..],
            "longer than 4096",
        ),
        (
            &["report", "--server", url, "--token-file", &empty, "handled"],
            "holds no token",
        ),
        (&["answers", "import", "--data", ".", "/dev/zero"], ".csv"),
        (
            &[
                "schedule",
                "between",
                "--schedule",
                "/dev/zero",
                "2026-01-01T00:00:00Z",
                "2026-01-02T00:00:00Z",
            ],
            "longer than",
        ),
        (&["demo", "--days", "999999999"], "1..=36500"),
        (&["demo", "--days", "4000000"], "1..=36500"),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
    }
    let endless = place.run(&["import", "/dev/zero"]);
    assert_eq!(endless.code, 1);
    assert!(
        endless.stderr.contains("not lines of JSON"),
        "{}",
        endless.stderr
    );
    let ran = place.run(&[
        "demo",
        "--days",
        "36500",
        "--conversations",
        "3",
        "--until",
        "0001-01-01",
    ]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("1900"), "{}", ran.stderr);
}

#[test]
fn a_long_value_is_named_by_its_beginning() {
    let place = Place::new();
    let file = place.demo();
    place.run(&["import", &file]).ok();
    let long = "x".repeat(10_000);
    let filter = format!("{long}=1");
    for arguments in [
        &["report", "handled", "--every", &long][..],
        &["report", "handled", "--where", &filter],
        &["report", &long],
        &["explain", &long],
        &["search", "x", "--limit", &long],
        &["demo", "--until", &long],
    ] {
        let ran = place.run(arguments);
        assert_ne!(ran.code, 0);
        assert!(
            ran.stderr.len() < 600,
            "{arguments:?}: {}",
            ran.stderr.len()
        );
        assert!(
            ran.stderr.contains(&format!("{}…", "x".repeat(90))),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn an_import_of_which_nothing_can_be_used_fails() {
    let place = Place::new();
    let line = contact("a");
    let (half, _) = line.split_at(60);
    let (half, whole) = (place.file("half", half), place.file("whole", &line));
    let ran = place.run(&["import", &half]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("0 accepted, 0 duplicates, 1 rejected"));
    assert_eq!(place.run(&["import", &whole, &half]).code, 1);
    let mixed = place.file("mixed", format!("{line}\nno event\n"));
    assert_eq!(
        place.run(&["import", &mixed]).code,
        0,
        "a line is there already"
    );
}
