//! What a crash, a torn write or a flipped bit leaves, and what an opening makes of it.

use std::io;

use proptest::prelude::*;

use super::writer::{Medium, Writer};
use super::*;

/// Batches of 1, 3, 2 and 4 records: 1, 2–4, 5–6, 7–10.
const BATCHES: [(u64, u64); 4] = [(1, 1), (2, 4), (5, 6), (7, 10)];

fn batches(dir: &Path) -> Vec<u8> {
    let mut journal = open(dir, LARGE);
    for (from, to) in BATCHES {
        append(&mut journal, from, to);
    }
    drop(journal);
    fs::read(active(dir)).unwrap()
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

/// Opens, expects the last batch to be cut, and checks that the journal works on.
fn assert_cut(dir: &Path, last: u64) {
    let opened = Journal::open(dir, LARGE).unwrap();
    let [
        Notice::Cut {
            from_seq, bytes, ..
        },
    ] = &*opened.notices
    else {
        panic!("{:?}", opened.notices);
    };
    assert_eq!(*from_seq, last + 1);
    assert!(*bytes > 0);
    let mut journal = opened.journal;
    assert_holds(&journal, last);
    assert_known(&mut journal, last);
    append(&mut journal, last + 1, last + 2);
    drop(journal);
    assert_holds(&open(dir, LARGE), last + 2);
}

fn assert_damaged(dir: &Path) {
    let before = fs::read(active(dir)).unwrap();
    let error = Journal::open(dir, LARGE).err().unwrap();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert_eq!(fs::read(active(dir)).unwrap(), before);
}

#[test]
fn empty_folder_and_empty_segment_are_fine() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("data").join("journal");
    assert_holds(&open(&dir, LARGE), 0);
    assert_holds(&open(&dir, LARGE), 0);
    let mut journal = open(&dir, SMALL);
    append(&mut journal, 1, 20);
    drop(journal);
    fs::write(dir.join("00000000000000000021.jsonl"), "").unwrap();
    let opened = Journal::open(&dir, SMALL).unwrap();
    let mut journal = opened.journal;
    assert_holds(&journal, 20);
    append(&mut journal, 21, 21);
    assert_holds(&journal, 21);
}

#[test]
fn every_cut_of_the_last_batch_keeps_the_others() {
    let temp = tempfile::tempdir().unwrap();
    let whole = batches(temp.path());
    let start: usize = lines(&whole)[..6].iter().map(|line| line.len()).sum();
    for len in start + 1..whole.len() {
        fs::write(active(temp.path()), &whole[..len]).unwrap();
        let opened = Journal::open(temp.path(), LARGE).unwrap();
        assert_holds(&opened.journal, 6);
        assert_eq!(opened.notices.len(), 1, "length {len}");
    }
    fs::write(active(temp.path()), &whole[..whole.len() - 1]).unwrap();
    assert_cut(temp.path(), 6);
}

#[test]
fn every_flipped_byte_cuts_the_last_batch_or_is_damage() {
    let temp = tempfile::tempdir().unwrap();
    let whole = batches(temp.path());
    let last: usize = lines(&whole)[..6].iter().map(|line| line.len()).sum();
    for at in 0..whole.len() {
        let mut bad = whole.clone();
        bad[at] ^= 1 << (at % 8);
        fs::write(active(temp.path()), &bad).unwrap();
        match Journal::open(temp.path(), LARGE) {
            Ok(opened) => {
                assert!(at >= last, "byte {at} of an earlier batch was cut off");
                assert_holds(&opened.journal, 6);
            }
            Err(error) => {
                assert!(at < last, "byte {at} of the last batch: {error}");
                assert!(matches!(error, Error::Damaged { .. }), "{error}");
            }
        }
    }
}

#[test]
fn reordered_last_batch_is_cut_and_earlier_ones_are_damage() {
    let temp = tempfile::tempdir().unwrap();
    let whole = batches(temp.path());
    let lines = lines(&whole);
    for (one, other, cut) in [
        (6, 7, true),
        (8, 9, true),
        (6, 9, true),
        (1, 2, false),
        (4, 5, false),
        (5, 6, false),
    ] {
        let mut swapped = lines.clone();
        swapped.swap(one, other);
        fs::write(active(temp.path()), swapped.concat()).unwrap();
        if cut {
            assert_cut(temp.path(), 6);
        } else {
            assert_damaged(temp.path());
        }
    }
}

#[test]
fn lost_and_repeated_lines_are_seen() {
    let temp = tempfile::tempdir().unwrap();
    let whole = batches(temp.path());
    let all = lines(&whole);
    for lost in 0..10 {
        let mut left = all.clone();
        left.remove(lost);
        fs::write(active(temp.path()), left.concat()).unwrap();
        if lost < 6 {
            assert_damaged(temp.path());
        } else {
            assert_cut(temp.path(), 6);
        }
    }
    let repeated = [all.clone(), vec![all[9]]].concat();
    fs::write(active(temp.path()), repeated.concat()).unwrap();
    assert_cut(temp.path(), 10);
}

#[test]
fn record_of_a_newer_svar_is_never_cut_off() {
    let temp = tempfile::tempdir().unwrap();
    let mut whole = batches(temp.path());
    let newer = r#"{"seq":11,"batch":11,"v":2}"#;
    let crc = crc32c::crc32c(newer.as_bytes());
    whole.extend(format!("{crc:08x} {newer}\n").bytes());
    fs::write(active(temp.path()), &whole).unwrap();
    let error = Journal::open(temp.path(), LARGE).err().unwrap();
    assert!(
        matches!(
            error,
            Error::Newer {
                version: 2,
                line: 11,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(fs::read(active(temp.path())).unwrap(), whole);
}

#[test]
fn batch_without_marks_is_read_and_cut_as_far_as_it_shows() {
    let temp = tempfile::tempdir().unwrap();
    let whole = String::from_utf8(batches(temp.path())).unwrap();
    let unmarked = |line: &str| {
        let (_, json) = line.split_once(' ').unwrap();
        let json = json.replace(r#""more":true,"#, "");
        let crc = crc32c::crc32c(json.as_bytes());
        format!("{crc:08x} {json}\n")
    };
    let mut lines: Vec<_> = whole.lines().map(unmarked).collect();
    fs::write(active(temp.path()), lines.concat()).unwrap();
    assert_holds(&open(temp.path(), LARGE), 10);
    lines.swap(7, 8);
    fs::write(active(temp.path()), lines.concat()).unwrap();
    assert_cut(temp.path(), 6);
}

#[test]
fn leftovers_of_an_interrupted_sealing_are_tidied() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    let mut journal = open(dir, SMALL);
    append(&mut journal, 1, 20);
    let plain = fs::read(active(dir)).unwrap();
    append(&mut journal, 21, 21);
    journal.sealer.finish();
    drop(journal);
    let sealed = files(dir, ".zst").remove(0);
    let whole = fs::read(&sealed).unwrap();
    let plain_path = dir.join("00000000000000000001.jsonl");

    // Whole and renamed, the plain form still there: the plain one goes.
    fs::write(&plain_path, &plain).unwrap();
    fs::write(dir.join("00000000000000000001.jsonl.zst.tmp"), "x").unwrap();
    fs::write(dir.join("00000000000000000001.ids.tmp"), "x").unwrap();
    let opened = Journal::open(dir, SMALL).unwrap();
    assert_eq!(opened.notices.len(), 3, "{:?}", opened.notices);
    assert_holds(&opened.journal, 21);
    assert!(!plain_path.exists() && sealed.exists());
    drop(opened);

    // Not whole: the compressed form goes, and is made again.
    fs::write(&plain_path, &plain).unwrap();
    fs::write(&sealed, &whole[..whole.len() / 2]).unwrap();
    let opened = Journal::open(dir, SMALL).unwrap();
    assert_eq!(opened.notices.len(), 1, "{:?}", opened.notices);
    assert_holds(&opened.journal, 21);
    opened.journal.sealer.finish();
    assert!(!plain_path.exists());
    assert_holds(&opened.journal, 21);
}

/// A file that fails on demand, after writing half.
struct Failing {
    file: fs::File,
    fail: Fail,
}

#[derive(Clone, Copy, PartialEq)]
enum Fail {
    Write,
    WriteAndTruncate,
    Sync,
}

impl Medium for Failing {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.fail == Fail::Sync {
            return self.file.append(bytes);
        }
        self.file.append(&bytes[..bytes.len() / 2])?;
        Err(io::Error::other("no space"))
    }

    fn sync(&mut self) -> io::Result<()> {
        Err(io::Error::other("bad block"))
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        if self.fail == Fail::WriteAndTruncate {
            return Err(io::Error::other("bad block"));
        }
        self.file.truncate(len)
    }
}

fn let_fail(journal: &mut Journal, dir: &Path, fail: Fail) {
    let path = active(dir);
    let file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let medium = Box::new(Failing { file, fail });
    journal.writer = Writer::new(&path, medium, journal.writer.len());
}

#[test]
fn failed_write_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    let whole = batches(dir);
    let mut journal = open(dir, LARGE);
    let_fail(&mut journal, dir, Fail::Write);
    let error = journal.append(at(2), vec![entry(11)]).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    assert_eq!(fs::read(active(dir)).unwrap(), whole);
    assert_known(&mut journal, 10);

    let (writer, _) = Writer::open(&active(dir), journal.writer.len()).unwrap();
    journal.writer = writer;
    append(&mut journal, 11, 12);
    assert_holds(&journal, 12);
}

#[test]
fn failed_sync_makes_the_journal_read_only() {
    for fail in [Fail::Sync, Fail::WriteAndTruncate] {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path();
        batches(dir);
        let mut journal = open(dir, LARGE);
        let_fail(&mut journal, dir, fail);
        for _ in 0..2 {
            let error = journal.append(at(2), vec![entry(11)]).unwrap_err();
            assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
            assert!(error.to_string().ends_with("restart svar"), "{error}");
        }
        assert!(journal.status.read_only.load(Ordering::Relaxed));
        assert_holds(&journal, 10);
        drop(journal);
        assert!(Journal::open(dir, LARGE).unwrap().journal.position() >= 10);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_and_garbage_in_the_last_batch_keeps_the_earlier_ones(
        sizes in prop::collection::vec(1_u64..6, 1..6),
        cut in any::<prop::sample::Index>(),
        garbage in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let temp = tempfile::tempdir().unwrap();
        let mut journal = open(temp.path(), LARGE);
        let (mut complete, mut start) = (0, 0);
        for size in sizes {
            (complete, start) = (journal.position(), journal.writer.len());
            append(&mut journal, complete + 1, complete + size);
        }
        drop(journal);
        let whole = fs::read(active(temp.path())).unwrap();
        let start = usize::try_from(start).unwrap();
        let len = start + cut.index(whole.len() - start);
        fs::write(active(temp.path()), [&whole[..len], &garbage].concat()).unwrap();
        let opened = Journal::open(temp.path(), LARGE).unwrap();
        assert_holds(&opened.journal, complete);
    }

    #[test]
    fn no_bytes_make_an_opening_or_a_reader_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        sealed in any::<bool>(),
    ) {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::at(temp.path());
        if sealed {
            fs::write(folder.sealed(1), &bytes).unwrap();
            fs::write(folder.run(1), &bytes).unwrap();
            fs::write(folder.plain(9), "").unwrap();
        } else {
            fs::write(folder.plain(1), &bytes).unwrap();
        }
        prop_assert!(Reader::open(temp.path(), 2, 10).unwrap().count() < 10);
        let opened = Journal::open(temp.path(), LARGE);
        prop_assert_eq!(opened.is_err(), sealed);
    }
}
