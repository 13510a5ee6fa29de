//! Every bad input a user may come with, and what becomes of the good lines in it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::Ordering;

use proptest::prelude::*;

use super::*;
use crate::model::Event;

fn line(id: usize) -> String {
    format!(
        r#"{{"type":"conversation.started","at":"2026-01-01T00:00:00Z","source":"t","id":"{id}","conversation":"c{id}","contact":"p","channel":"chat"}}"#
    )
}

fn many(count: usize) -> String {
    (0..count).map(|id| line(id) + "\n").collect()
}

/// Line numbers of events and of refusals, and the error that ended it.
fn outcome<R: Read>(reader: Reader<R>) -> (Vec<u64>, Vec<Reject>, Option<Error>) {
    let (mut good, mut bad, mut fatal) = (Vec::new(), Vec::new(), None);
    for parsed in reader {
        match parsed {
            Ok(Ok((line, _))) => good.push(line),
            Ok(Err(rejected)) => bad.push(rejected),
            Err(error) => fatal = Some(error),
        }
    }
    (good, bad, fatal)
}

fn opened(bytes: Vec<u8>) -> Result<Input, Error> {
    Input::from_read("in", io::Cursor::new(bytes))
}

fn read(bytes: Vec<u8>) -> (Vec<u64>, Vec<Reject>, Option<Error>) {
    outcome(Reader::of(opened(bytes).unwrap()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_bad_line_is_refused_by_number_field_and_reason_and_stops_nothing() {
    let text = format!(
        "{}\n\nnot json\n[1]\n{}\n{}",
        line(1),
        line(2).replace("channel", "chanel"),
        line(3)
    );
    let (good, bad, fatal) = read(text.into_bytes());
    assert_eq!(good, [1, 6]);
    assert!(fatal.is_none());
    let numbers: Vec<u64> = bad.iter().map(|rejected| rejected.line).collect();
    assert_eq!(numbers, [3, 4, 5]);
    assert_eq!(bad[2].field, "chanel");
    assert!(bad[2].text.contains("\"chanel\""));
}

#[test]
fn broken_utf8_and_a_line_too_long_are_refused_by_line() {
    let mut bytes = format!("{}\n", line(1)).into_bytes();
    bytes.extend_from_slice(b"{\"type\":\"\xC3\x28\"}\n");
    bytes.extend(std::iter::repeat_n(b'x', 5 << 20));
    bytes.extend_from_slice(format!("\n{}", line(2)).as_bytes());
    let (good, bad, fatal) = read(bytes);
    assert_eq!(good, [1, 4]);
    assert!(fatal.is_none());
    assert!(bad[0].reason.contains("byte 9 of the line"), "{bad:?}");
    assert!(bad[1].reason.contains("4 MiB"));
    assert!(bad[1].text.len() <= 1_000);
}

#[test]
fn compressed_inputs_are_told_by_their_bytes_and_may_be_several_in_one() {
    let (first, second) = (many(10), many(5));
    let mut twice = gzip(first.as_bytes());
    twice.extend(gzip(second.as_bytes()));
    assert_eq!(read(twice).0.len(), 15);
    let mut twice = zstd::encode_all(first.as_bytes(), 1).unwrap();
    twice.extend(zstd::encode_all(second.as_bytes(), 1).unwrap());
    assert_eq!(read(twice).0.len(), 15);
}

#[test]
fn a_cut_off_stream_gives_its_good_lines_first() {
    let text = many(5_000);
    for whole in [
        gzip(text.as_bytes()),
        zstd::encode_all(text.as_bytes(), 1).unwrap(),
    ] {
        let half = whole[..whole.len() / 2].to_vec();
        let (good, bad, fatal) = read(half);
        assert!(good.len() > 1_000, "{}", good.len());
        assert_eq!(bad, []);
        let error = fatal.unwrap();
        assert!(
            matches!(error, Error::Cut { line, .. } if line == *good.last().unwrap()),
            "{error}"
        );
    }
}

#[test]
fn a_damaged_stream_is_told_from_a_cut_one() {
    let mut bytes = gzip(many(5_000).as_bytes());
    let end = bytes.len() - 8;
    bytes[end] ^= 0xFF;
    let (good, _, fatal) = read(bytes);
    assert_eq!(good.len(), 5_000);
    assert!(matches!(fatal, Some(Error::Damaged { .. })));
}

#[test]
fn an_input_without_events_says_so() {
    for empty in ["", "\n \r\n\n", "\u{FEFF}"] {
        let (good, bad, fatal) = read(empty.as_bytes().to_vec());
        assert!(good.is_empty() && bad.is_empty());
        assert_eq!(fatal.unwrap().to_string(), "`in` holds no events");
    }
    assert!(matches!(read(gzip(b"")).2, Some(Error::Empty { .. })));
}

#[test]
fn what_is_no_text_is_refused_with_what_it_is() {
    let utf16: Vec<u8> = "\u{FEFF}{\"type\""
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, what) in [
        (b"PK\x03\x04rest".to_vec(), "a zip archive"),
        (utf16[2..].to_vec(), "UTF-16 text"),
        (utf16, "UTF-16 text"),
        (b"\x7FELF\x02\0\0\0".to_vec(), "a binary file"),
        (gzip(&gzip(b"{}")), "compressed twice"),
    ] {
        let Err(error) = opened(bytes) else {
            panic!("{what} was opened");
        };
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn a_folder_and_a_missing_file_are_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        Input::open(folder.path()),
        Err(Error::Folder { .. })
    ));
    let Err(error) = Input::open(&folder.path().join("none.jsonl")) else {
        panic!("opened");
    };
    assert!(error.to_string().contains("none.jsonl"), "{error}");
}

#[test]
fn a_file_reports_its_size_the_bytes_read_and_what_was_added_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.txt");
    let compressed = gzip(many(1_000).as_bytes());
    std::fs::write(&path, &compressed).unwrap();
    let input = Input::open(&path).unwrap();
    let (size, count) = (input.size().unwrap(), input.bytes_read());
    assert_eq!(outcome(Reader::of(input)).0.len(), 1_000);
    assert_eq!(size, compressed.len() as u64);
    assert_eq!(count.load(Ordering::Relaxed), size);

    std::fs::write(&path, many(3_000)).unwrap();
    let mut reader = Reader::of(Input::open(&path).unwrap());
    reader.next().unwrap().unwrap().unwrap();
    let mut file = File::options().append(true).open(&path).unwrap();
    writeln!(file, "{}", line(9_999)).unwrap();
    assert_eq!(reader.count(), 3_000);
}

#[test]
fn the_ends_of_the_calendar_are_read_and_a_date_without_offset_is_not() {
    let text = [
        line(1).replace("2026", "0001"),
        line(2).replace("2026", "9999"),
        line(3).replace("00Z", "00"),
    ]
    .join("\n");
    let (good, bad, _) = read(text.into_bytes());
    assert_eq!(good, [1, 2]);
    assert_eq!(bad[0].field, "at");
}

#[test]
fn a_disk_that_fails_is_not_taken_for_a_damaged_file() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
    }
    let text = format!("{}\n{}", line(1), line(2));
    let (good, _, fatal) = outcome(Reader::new("in", io::Cursor::new(text).chain(Failing)));
    assert_eq!(good, [1], "the second line may not be whole");
    assert!(matches!(fatal, Some(Error::Io { .. })));
}

#[test]
fn a_body_is_lines_or_a_list_whatever_its_type_says() {
    let list = format!(" [\n{},\n 7, {}]", line(1), line(2));
    for content_type in [None, Some("application/x-ndjson"), Some("application/json")] {
        let items = parse_body(list.as_bytes(), content_type).unwrap();
        let places: Vec<Result<u64, u64>> = items
            .into_iter()
            .map(|item| item.map(|(line, _)| line).map_err(|r| r.line))
            .collect();
        assert_eq!(places, [Ok(1), Err(2), Ok(3)]);
        let items = parse_body(many(3).as_bytes(), content_type).unwrap();
        assert_eq!(items.len(), 3);
    }
    let pretty = line(1).replace(',', ",\n");
    let items = parse_body(pretty.as_bytes(), Some("application/json; charset=utf-8")).unwrap();
    assert_eq!(items.len(), 1);
    assert!(items[0].is_ok());
}

#[test]
fn an_unreadable_body_is_refused_whole() {
    assert_eq!(parse_body(b"[]", None).unwrap(), []);
    assert_eq!(parse_body(b" \n", None).unwrap().len(), 0);
    for bad in [&b"[{}"[..], b"[\xFF]", b"[{}] x"] {
        assert!(matches!(parse_body(bad, None), Err(Error::Body { .. })));
    }
    assert!(matches!(
        parse_body(b"--x", Some("multipart/form-data; boundary=x")),
        Err(Error::Body { .. })
    ));
}

/// Bytes that end no line and are no event.
fn garbage() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>().prop_filter("no end", |b| *b != b'\n'), 0..80),
        "[{}\\[\\]\":,a-z0-9 ]{0,60}".prop_map(String::into_bytes),
        Just(line(0).replace("chat", "").into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_ingest_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), magic in 0..4_usize) {
        let magic: &[u8] = [&b""[..], b"\x1F\x8B\x08\0", b"\x28\xB5\x2F\xFD", b"["][magic];
        let bytes = [magic, &bytes].concat();
        for parsed in Reader::new("in", &bytes[..]) {
            drop(parsed);
        }
        drop(parse_body(&bytes, Some("application/json")));
        if let Ok(input) = opened(bytes) {
            outcome(Reader::of(input));
        }
    }

    #[test]
    fn good_lines_among_garbage_are_all_delivered(rows in prop::collection::vec(prop::option::of(garbage()), 1..40)) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if let Some(garbage) = row {
                bytes.extend_from_slice(garbage);
            } else {
                expected.push(index as u64 + 1);
                bytes.extend_from_slice(line(index).as_bytes());
            }
            bytes.push(b'\n');
        }
        let (good, bad, _) = outcome(Reader::new("in", &bytes[..]));
        prop_assert_eq!(good, expected);
        prop_assert!(bad.iter().all(|rejected| !rejected.reason.is_empty()));
    }

    #[test]
    fn a_cut_at_any_byte_loses_no_whole_line_before_it(at in 0..4_000_usize) {
        let whole = many(40);
        let at = at.min(whole.len());
        let (good, bad, _) = outcome(Reader::new("in", &whole.as_bytes()[..at]));
        let whole_lines = whole.bytes().take(at).filter(|byte| *byte == b'\n').count();
        prop_assert!(good.len() >= whole_lines);
        prop_assert!(good.len() + bad.len() <= whole_lines + 1);
    }
}

#[test]
fn what_was_refused_can_be_repaired_from_the_reject_file() {
    let (_, bad, _) = read(b"{\"type\":\"x\"}\n".to_vec());
    let mut rejects = Rejects::new("r".to_owned(), Vec::new());
    rejects.write(&bad[0]).unwrap();
    let row: serde_json::Value = serde_json::from_slice(&rejects.finish().unwrap()).unwrap();
    assert_eq!(row["text"], "{\"type\":\"x\"}");
    assert!(Event::parse(row["text"].as_str().unwrap()).is_err());
}

#[test]
fn a_line_that_does_not_end_ends_the_reading_and_says_what_was_expected() {
    for odd in [b'{', b' '] {
        let endless = io::Cursor::new(many(2)).chain(io::repeat(odd));
        let input = Input::from_read("pipe", endless).unwrap();
        let (good, bad, fatal) = outcome(Reader::of(input));
        assert_eq!((good, bad.len()), (vec![1, 2], 0));
        assert_eq!(
            fatal.unwrap().to_string(),
            "`pipe` has no line end in the 256 MiB after line 2, and is read no further; \
             expected one event of JSON a line"
        );
    }
}
