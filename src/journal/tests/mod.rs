//! The journal's promises: what is acknowledged stays, in order, once, across
//! rotations, restarts and whatever a crash leaves behind.

mod commit;
mod crash;
mod rotation;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;

/// Small enough for a rotation every few records.
const SMALL: Options = Options { segment_bytes: 600 };
/// Never rotates in a test.
const LARGE: Options = Options {
    segment_bytes: 1 << 30,
};

fn json(n: u64) -> String {
    format!(r#"{{"type":"t","source":"s","id":"{n}","text":"event {n} ☂"}}"#)
}

fn entry(n: u64) -> Entry {
    Entry {
        via: Via::Import,
        actor: Arc::from("test"),
        draft: Draft::parse(json(n)).unwrap(),
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Opens without expecting a notice.
fn open(dir: &Path, options: Options) -> Journal {
    let opened = Journal::open(dir, options).unwrap();
    assert_eq!(opened.notices, []);
    opened.journal
}

/// Appends events `from..=to` as one batch; their numbers are their seqs.
fn append(journal: &mut Journal, from: u64, to: u64) {
    let appended = journal.append(at(1), (from..=to).map(entry).collect());
    assert_eq!(appended.unwrap().log_position, to);
}

/// Checks that the journal holds events 1 to `last`, and no others.
fn assert_holds(journal: &Journal, last: u64) {
    assert_eq!(journal.position(), last);
    let records: Result<Vec<_>, _> = journal.reader(1).unwrap().collect();
    let records = records.unwrap();
    assert_eq!(records.len() as u64, last);
    for (n, record) in (1..).zip(&records) {
        assert_eq!((record.seq, record.event.get()), (n, &*json(n)));
    }
}

fn assert_known(journal: &mut Journal, last: u64) {
    for n in 1..=last {
        let record = journal.lookup(Identity::of("s", &n.to_string())).unwrap();
        assert_eq!(record, Some(content_hash(&json(n))), "event {n}");
    }
    for n in [0, last + 1, last + 2] {
        let record = journal.lookup(Identity::of("s", &n.to_string())).unwrap();
        assert_eq!(record, None, "event {n}");
    }
}

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.to_str().unwrap().ends_with(extension))
        .collect();
    files.sort();
    files
}

fn active(dir: &Path) -> PathBuf {
    files(dir, ".jsonl").pop().unwrap()
}
