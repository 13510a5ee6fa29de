//! Looking through a whole journal without changing a byte: every record, every gap, every
//! identity, and what the next opening would do.
//!
//! Goes on after a finding as far as it can. Asked by `app` for `svar check`.

use std::path::Path;

use super::error::Error;
use super::folder::{Files, Folder};
use super::identity::{Identity, Key, SeqRange, find_differences};
use super::record::RecordView;
use super::recovery::read_tail;
use super::segment::Segment;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A record or a segment cannot be read.
    Lost(String),
    /// The next opening mends it by itself.
    Mended(String),
    /// An identity is there twice, or not where it should be.
    Identity(String),
}

/// What a look through a journal has found.
#[derive(Debug, Default)]
pub struct JournalCheck {
    /// The last record that could be read.
    pub last_seq: u64,
    /// How many segments there are.
    pub segments: u64,
    /// What is wrong, in the order of the records.
    pub findings: Vec<Finding>,
}

/// Looks through the journal in `dir`; `visit` hears each sound record in order. With
/// `position`, a server is writing behind it, and nothing later is looked at.
pub fn check(
    dir: &Path,
    position: Option<u64>,
    visit: impl FnMut(&RecordView<'_>),
) -> Result<JournalCheck, Error> {
    let folder = Folder::at(dir);
    let listing = folder.list()?;
    let mut checking = Checking {
        folder,
        position,
        visit,
        identities: Vec::new(),
        keys: Vec::new(),
        checked: JournalCheck::default(),
    };
    if position.is_none() {
        for file in &listing.unfinished {
            checking.mended(format!(
                "`{}` was left by an interrupted stop; the next start removes it",
                file.display()
            ));
        }
    }
    checking.segments(&listing.segments);
    checking.repeats();
    Ok(checking.checked)
}

struct Checking<F> {
    folder: Folder,
    position: Option<u64>,
    visit: F,
    /// Of all records, with their seqs.
    identities: Vec<(Identity, u64)>,
    /// Of the present segment.
    keys: Vec<Key>,
    checked: JournalCheck,
}

impl<F: FnMut(&RecordView<'_>)> Checking<F> {
    fn segments(&mut self, segments: &[Files]) {
        let mut expected = 1;
        for (at, files) in segments.iter().enumerate() {
            if self.is_later(files.first_seq) {
                return;
            }
            let next = segments.get(at + 1).map(|next| next.first_seq);
            let first_seq = files.first_seq;
            if first_seq != expected && !(files.run && !files.plain && !files.sealed) {
                self.lost(&Error::Missing {
                    segment: self.folder.plain(expected),
                });
            }
            self.checked.segments += 1;
            expected = match next {
                Some(next) => {
                    self.full(*files, next - 1);
                    next
                }
                None => self.last(*files),
            };
        }
    }

    fn is_later(&self, seq: u64) -> bool {
        self.position.is_some_and(|position| seq > position)
    }

    /// A segment behind which there is another.
    fn full(&mut self, files: Files, last_seq: u64) {
        if !files.plain && !files.sealed {
            let segment = self.folder.plain(files.first_seq);
            return self.lost(&Error::Missing { segment });
        }
        if files.plain && files.sealed && self.position.is_none() {
            self.mended(format!(
                "`{}` is there in two forms; the next start removes one",
                self.folder.plain(files.first_seq).display()
            ));
        }
        match self.read(files.first_seq, last_seq) {
            Err(error) => return self.lost(&error),
            Ok(read) if read != last_seq && !self.is_later(last_seq) => {
                let segment = self.folder.plain(read + 1);
                return self.lost(&Error::Missing { segment });
            }
            Ok(_) => {}
        }
        if self.is_later(last_seq) {
            return;
        }
        let path = self.folder.run(files.first_seq);
        let seqs = SeqRange {
            first: files.first_seq,
            last: last_seq,
        };
        if let Some(reason) = find_differences(&path, seqs, &self.keys) {
            self.mended(format!(
                "`{}` {reason}; the next start makes it again, or its first use",
                path.display()
            ));
        }
    }

    /// The segment at the end; gives the seq after it.
    fn last(&mut self, files: Files) -> u64 {
        let first_seq = files.first_seq;
        let mut end = self.position.unwrap_or(u64::MAX);
        if files.sealed || !files.plain {
            let segment = self.folder.plain(first_seq);
            self.lost(&Error::Missing { segment });
            return first_seq;
        }
        if self.position.is_none() {
            match read_tail(&self.folder, first_seq) {
                Ok(tail) => {
                    end = tail.next_seq - 1;
                    if let Some(reason) = tail.cut {
                        self.mended(format!(
                            "the batch from seq {} on in `{}` was not written whole ({reason}); \
                             nothing in it was acknowledged, and the next start cuts it off",
                            tail.next_seq,
                            self.folder.plain(first_seq).display()
                        ));
                    }
                }
                Err(error) => {
                    self.lost(&error);
                    return first_seq;
                }
            }
        }
        match self.read(first_seq, end) {
            Ok(read) => read + 1,
            Err(error) => {
                self.lost(&error);
                first_seq
            }
        }
    }

    /// Reads a segment up to `end`; gives the last seq.
    fn read(&mut self, first_seq: u64, end: u64) -> Result<u64, Error> {
        self.keys.clear();
        let end = end.min(self.position.unwrap_or(end));
        let mut segment = Segment::open(&self.folder, first_seq)?;
        while segment.next_seq() <= end {
            let Some(record) = segment.next_record()? else {
                break;
            };
            let key = Key::of_event(record.event.get());
            let seq = record.seq;
            (self.visit)(&record);
            let key = key.map_err(|error| segment.damaged(error.to_string()))?;
            self.keys.push(key);
            self.identities.push((key.identity, seq));
            self.checked.last_seq = seq;
        }
        Ok(segment.next_seq() - 1)
    }

    /// Every identity is there once.
    fn repeats(&mut self) {
        self.identities.sort_unstable();
        for pair in self.identities.windows(2) {
            if let [(one, first), (other, again)] = pair
                && one == other
            {
                self.checked.findings.push(Finding::Identity(format!(
                    "records {first} and {again} of the journal are the same event"
                )));
            }
        }
    }

    fn lost(&mut self, error: &Error) {
        self.checked.findings.push(Finding::Lost(error.to_string()));
    }

    fn mended(&mut self, text: String) {
        self.checked.findings.push(Finding::Mended(text));
    }
}
