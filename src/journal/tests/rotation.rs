//! Rotation, compression and identities across segments.

use super::*;

/// A journal of many small segments, all but the last compressed, with records `1..=60`.
fn sealed(dir: &Path) -> Journal {
    let mut journal = open(dir, SMALL);
    for n in 0..20 {
        append(&mut journal, n * 3 + 1, n * 3 + 3);
    }
    journal.sealer.finish();
    journal
}

#[test]
fn rotation_and_compression_keep_every_record() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    let mut journal = sealed(dir);
    assert!(files(dir, ".jsonl.zst").len() > 5);
    assert_eq!(files(dir, ".jsonl").len(), 1);
    assert_eq!(files(dir, ".ids").len(), files(dir, ".jsonl.zst").len());
    assert_eq!(files(dir, ".tmp").len(), 0);
    assert_holds(&journal, 60);
    assert_known(&mut journal, 60);
    drop(journal);

    let mut journal = open(dir, SMALL);
    assert_holds(&journal, 60);
    assert_known(&mut journal, 60);
    append(&mut journal, 61, 61);
    assert_holds(&journal, 61);
}

#[test]
fn reader_starts_and_ends_anywhere() {
    let temp = tempfile::tempdir().unwrap();
    let journal = sealed(temp.path());
    for from in 0..=62 {
        for position in [0, 1, 17, 59, 60] {
            let reader = Reader::open(temp.path(), from, position).unwrap();
            let seqs: Vec<_> = reader.map(|record| record.unwrap().seq).collect();
            assert!(seqs.into_iter().eq(from.max(1)..=position));
        }
    }
    let beyond = Reader::open(temp.path(), 59, 61).unwrap();
    let results: Vec<_> = beyond.collect();
    assert_eq!(results.len(), 3);
    assert!(matches!(results[2], Err(Error::Missing { .. })));
    drop(journal);
}

#[test]
fn reader_goes_on_while_its_segments_are_compressed() {
    let temp = tempfile::tempdir().unwrap();
    let mut journal = open(temp.path(), SMALL);
    append(&mut journal, 1, 20);
    let mut reader = journal.reader(1).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().seq, 1);
    append(&mut journal, 21, 40);
    let mut later = journal.reader(1).unwrap();
    append(&mut journal, 41, 41);
    journal.sealer.finish();
    assert_eq!(reader.map(Result::unwrap).count(), 19);
    assert_eq!(later.by_ref().map(Result::unwrap).count(), 40);
    assert_eq!(later.next_seq(), 41);
}

#[test]
fn lost_or_damaged_run_is_made_again() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    drop(sealed(dir));
    let runs = files(dir, ".ids");
    fs::remove_file(&runs[0]).unwrap();
    fs::write(&runs[1], "short").unwrap();
    fs::copy(&runs[2], &runs[3]).unwrap();
    let mut page = fs::read(&runs[4]).unwrap();
    page[10] ^= 1;
    fs::write(&runs[4], page).unwrap();

    let opened = Journal::open(dir, SMALL).unwrap();
    let rebuilt: Vec<_> = opened.notices.iter().map(ToString::to_string).collect();
    assert_eq!(rebuilt.len(), 3, "{rebuilt:?}");
    let mut journal = opened.journal;
    assert_known(&mut journal, 60);
    drop(journal);
    assert_known(&mut open(dir, SMALL), 60);
}

#[test]
fn missing_segment_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    drop(sealed(dir));
    let segments: Vec<_> = [files(dir, ".zst"), files(dir, ".jsonl")].concat();
    for with_run in [false, true] {
        for segment in &segments {
            let name = segment.file_name().unwrap().to_str().unwrap();
            let (seq, _) = name.split_once('.').unwrap();
            let run = dir.join(format!("{seq}.ids"));
            let (bytes, keys) = (fs::read(segment).unwrap(), fs::read(&run));
            fs::remove_file(segment).unwrap();
            if let (true, Ok(_)) = (with_run, &keys) {
                fs::remove_file(&run).unwrap();
            }
            let error = Journal::open(dir, SMALL).err().unwrap();
            assert!(matches!(error, Error::Missing { .. }), "{error}");
            fs::write(segment, bytes).unwrap();
            if let Ok(keys) = keys {
                fs::write(&run, keys).unwrap();
            }
        }
    }
    drop(open(dir, SMALL));
}

#[test]
fn damaged_sealed_segment_is_refused_by_readers() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    drop(sealed(dir));
    let segment = &files(dir, ".zst")[1];
    let mut bytes = fs::read(segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(segment, bytes).unwrap();
    let journal = open(dir, SMALL);
    let error = journal.reader(1).unwrap().find_map(Result::err).unwrap();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("run `svar check`"), "{error}");
}

#[test]
fn failed_rotation_is_tried_again() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    let mut journal = open(dir, SMALL);
    append(&mut journal, 1, 10);
    let in_the_way = journal.folder.plain(11);
    fs::create_dir(&in_the_way).unwrap();
    assert!(matches!(
        journal.append(at(2), vec![entry(11)]),
        Err(Error::Io { .. })
    ));
    assert_holds(&journal, 10);
    fs::remove_dir(&in_the_way).unwrap();
    append(&mut journal, 11, 11);
    journal.sealer.finish();
    drop(journal);
    assert_holds(&open(dir, SMALL), 11);
}
