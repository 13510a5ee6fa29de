//! One record and its line: `crc32c` in hex, a space, JSON, a newline.
//!
//! The event stays raw JSON text: the journal knows of it only `source` and `id`.
//! Records are never rewritten, save by erasure; `v` lets an old one be read later.
//! Written by `writer`; read by `recovery` and `reader`.
//!
//! A record says `"more":true` while another record of its batch follows. Without it a torn
//! first line of a new batch would look like a torn later line of the batch before, and a batch
//! that was acknowledged could be cut off. Records without the field are read as before.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::{Event, Timestamp, Via};

/// The version that this code writes.
const VERSION: u32 = 1;
/// Length of the checksum in hex.
pub(super) const CRC_LEN: usize = 8;
/// Longer lines are no records. Far above the 4 MiB that an event may have, so that
/// a damaged file cannot ask for its whole length in memory.
pub(super) const MAX_LINE: usize = 64 << 20;

/// One event as the journal holds it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its place in the journal, from 1, without gaps.
    pub seq: u64,
    /// The `seq` of the first record of its group commit.
    pub batch: u64,
    /// Whether the next record belongs to the same batch. Tells a whole batch from a torn one.
    pub more: bool,
    /// When it reached this installation.
    pub received_at: Timestamp,
    /// By which way.
    pub via: Via,
    /// Who sent it.
    pub actor: Arc<str>,
    /// The event's JSON, byte for byte as it was handed in.
    pub event: Box<RawValue>,
    /// The event itself, where it has not been read back from disk.
    pub parsed: Option<Arc<Event>>,
}

/// A [`Record`] that borrows from the line it was read from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordView<'a> {
    /// As [`Record::seq`].
    pub seq: u64,
    /// As [`Record::batch`].
    pub batch: u64,
    /// As [`Record::more`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// As [`Record::received_at`].
    pub received_at: Timestamp,
    /// As [`Record::via`].
    pub via: Via,
    /// As [`Record::actor`].
    #[serde(borrow)]
    pub actor: Cow<'a, str>,
    v: u32,
    /// As [`Record::event`].
    #[serde(borrow)]
    pub event: &'a RawValue,
}

/// Why a line is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not what was written, or not written whole.
    Bad(String),
    /// Sound, but of a version that this code does not know.
    Newer(u32),
}

impl Record {
    /// The record's line is appended to `out`; `scratch` is reused from call to call.
    pub(super) fn encode(
        &self,
        scratch: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        scratch.clear();
        serde_json::to_writer(&mut *scratch, &self.view())?;
        out.extend_from_slice(&checksum(scratch));
        out.push(b' ');
        out.extend_from_slice(scratch);
        out.push(b'\n');
        Ok(())
    }

    fn view(&self) -> RecordView<'_> {
        RecordView {
            seq: self.seq,
            batch: self.batch,
            more: self.more,
            received_at: self.received_at,
            via: self.via,
            actor: Cow::Borrowed(&self.actor),
            v: VERSION,
            event: &self.event,
        }
    }
}

impl<'a> RecordView<'a> {
    /// Reads one line, its newline included.
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, Fault> {
        let bad = |reason: &str| Fault::Bad(reason.to_owned());
        let line = line
            .strip_suffix(b"\n")
            .ok_or_else(|| bad("the line has no end"))?;
        let (crc, rest) = line
            .split_at_checked(CRC_LEN)
            .ok_or_else(|| bad("the line is too short"))?;
        let json = rest
            .strip_prefix(b" ")
            .ok_or_else(|| bad("the line is no record"))?;
        if crc != checksum(json) {
            return Err(bad("the checksum does not fit"));
        }
        match serde_json::from_slice::<Self>(json) {
            Ok(view) if view.v == VERSION => Ok(view),
            Ok(view) if view.v > VERSION => Err(Fault::Newer(view.v)),
            Ok(view) => Err(Fault::Bad(format!("format {} is unknown", view.v))),
            Err(error) => Err(newer(json).unwrap_or_else(|| Fault::Bad(error.to_string()))),
        }
    }

    /// The record on its own. `actor` is shared with `last` where it is the same, as
    /// it mostly is from record to record.
    pub(super) fn to_record(&self, last: Option<&Arc<str>>) -> Record {
        let actor = match last {
            Some(last) if **last == *self.actor => Arc::clone(last),
            _ => Arc::from(&*self.actor),
        };
        Record {
            seq: self.seq,
            batch: self.batch,
            more: self.more,
            received_at: self.received_at,
            via: self.via,
            actor,
            event: self.event.to_owned(),
            parsed: None,
        }
    }
}

/// A later version may have other fields, but it will have `v`.
fn newer(json: &[u8]) -> Option<Fault> {
    #[derive(Deserialize)]
    struct VersionField {
        v: u32,
    }
    let versioned = serde_json::from_slice::<VersionField>(json).ok()?;
    (versioned.v > VERSION).then_some(Fault::Newer(versioned.v))
}

/// CRC-32C as 8 lower-case hex digits. Compared as text, so that each record has one spelling only.
fn checksum(json: &[u8]) -> [u8; CRC_LEN] {
    let bytes = crc32c::crc32c(json).to_be_bytes();
    let mut nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    std::array::from_fn(|_| match nibbles.next().unwrap_or(0) {
        digit @ 0..=9 => b'0' + digit,
        letter => b'a' + letter - 10,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            seq: 7,
            batch: 6,
            more: true,
            received_at: Timestamp::from_millis(1_790_000_000_001),
            via: Via::Import,
            actor: Arc::from("user:ann \"quoted\"\n"),
            event: RawValue::from_string(r#"{"type":"x","source":"s","id":"ü"}"#.to_owned())
                .unwrap(),
            parsed: None,
        }
    }

    fn line(record: &Record) -> Vec<u8> {
        let mut out = Vec::new();
        record.encode(&mut Vec::new(), &mut out).unwrap();
        out
    }

    fn with_crc(json: &str) -> Vec<u8> {
        let crc = String::from_utf8(checksum(json.as_bytes()).to_vec()).unwrap();
        format!("{crc} {json}\n").into_bytes()
    }

    #[test]
    fn record_survives_a_round_trip() {
        let record = record();
        let line = line(&record);
        let back = RecordView::parse(&line).unwrap().to_record(None);
        assert_eq!(format!("{back:?}"), format!("{record:?}"));
        assert_eq!(line.split(|&byte| byte == b'\n').count(), 2);
    }

    #[test]
    fn line_has_the_decided_form() {
        let mut record = record();
        record.more = false;
        record.actor = Arc::from("ann");
        let text = String::from_utf8(line(&record)).unwrap();
        let (crc, json) = text.split_once(' ').unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"seq":7,"batch":6,"received_at":"2026-09-21T14:13:20.001Z","via":"import","#,
                r#""actor":"ann","v":1,"event":{"type":"x","source":"s","id":"ü"}}"#,
                "\n"
            )
        );
        assert_eq!(
            crc,
            format!("{:08x}", crc32c::crc32c(json.trim_end().as_bytes()))
        );
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let line = line(&record());
        for at in 0..line.len() {
            for bit in 0..8 {
                let mut bad = line.clone();
                bad[at] ^= 1 << bit;
                assert!(RecordView::parse(&bad).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn newer_record_is_told_from_a_bad_one() {
        let newer = with_crc(r#"{"v":2,"number":1}"#);
        assert_eq!(RecordView::parse(&newer).unwrap_err(), Fault::Newer(2));
        let bad = with_crc(r#"{"v":1,"number":1}"#);
        assert!(matches!(RecordView::parse(&bad), Err(Fault::Bad(_))));
    }
}
