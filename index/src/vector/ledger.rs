//! A file of vectors: one a record, in a byte a number, each with its checksum, found by a
//! digest of the text, never by the text itself.
//!
//! Of one embedder. Only added to, save that a text is forgotten by writing nothing over its
//! vector; what is cut off or damaged is gone, and whoever needs it makes it again.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use sha2::{Digest, Sha256};

use super::normalise;

/// What a file begins with, before the label of its embedder.
pub(super) const MAGIC: &[u8] = b"svar vectors 1\n";

/// More vectors than these are not kept.
const MOST: usize = 2_000_000;

/// The bytes of a digest.
pub(super) const DIGEST: usize = 16;

/// The greatest number of a packed vector.
const FULL: f32 = 127.0;

/// In the place of the digest of a text that was forgotten.
const NOBODYS: [u8; DIGEST] = [0; DIGEST];

/// Vectors of one embedder in a file.
pub(super) struct Ledger {
    dims: usize,
    records: RwLock<Records>,
}

/// The file, and where each vector is in it.
struct Records {
    /// None where it cannot be written; then nothing more is kept.
    file: Option<File>,
    places: HashMap<[u8; DIGEST], u64>,
    end: u64,
}

impl Ledger {
    /// Opens the file `path` of the embedder with this label; what it has of another embedder,
    /// and what of it is damaged, is dropped.
    pub(super) fn open(path: &Path, label: &str, dims: usize) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(label.as_bytes());
        head.push(b'\n');
        let mut places = HashMap::new();
        let end = read(&file, &head, dims, &mut places);
        file.set_len(end)?;
        if end == 0 {
            file.write_all_at(&head, 0)?;
        }
        let records = RwLock::new(Records {
            file: Some(file),
            places,
            end: end.max(head.len() as u64),
        });
        Ok(Self { dims, records })
    }

    /// How many vectors are kept.
    pub(super) fn len(&self) -> usize {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        records.places.len()
    }

    /// Whether one of this text is kept.
    pub(super) fn has(&self, digest: &[u8; DIGEST]) -> bool {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        records.places.contains_key(digest)
    }

    /// The one of this text.
    pub(super) fn find(&self, digest: &[u8; DIGEST]) -> Option<PackedVector> {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let place = *records.places.get(digest)?;
        let mut record = vec![0; record_len(self.dims)];
        let file = records.file.as_ref()?;
        file.read_exact_at(&mut record, place).ok()?;
        let (text, packed) = parse(&record)?;
        (text == *digest).then_some(packed)
    }

    /// Keeps the one of this text; whether it is kept now.
    pub(super) fn add(&self, digest: [u8; DIGEST], packed: &PackedVector) -> bool {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        if records.places.contains_key(&digest) {
            return true;
        }
        if records.places.len() >= MOST {
            return false;
        }
        let record = packed.record(&digest);
        let place = records.end;
        let written = records
            .file
            .as_ref()
            .is_some_and(|file| file.write_all_at(&record, place).is_ok());
        if written {
            records.places.insert(digest, place);
            records.end += record.len() as u64;
        } else {
            records.file = None;
        }
        written
    }

    /// Drops the one of this text.
    pub(super) fn forget(&self, digest: &[u8; DIGEST]) {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = records.places.remove(digest) else {
            return;
        };
        // A sound record that says nothing, so that those behind it are read on.
        let nothing = PackedVector {
            scale: 0.0,
            numbers: vec![0; self.dims],
        };
        let written = records
            .file
            .as_ref()
            .is_some_and(|file| file.write_all_at(&nothing.record(&NOBODYS), place).is_ok());
        if !written {
            records.file = None;
        }
    }
}

/// A vector in a byte a number.
#[derive(Clone)]
pub(super) struct PackedVector {
    scale: f32,
    numbers: Vec<u8>,
}

impl PackedVector {
    pub(super) fn of(vector: &[f32]) -> Self {
        let most = vector.iter().fold(0.0_f32, |most, one| most.max(one.abs()));
        let scale = most / FULL;
        #[expect(clippy::cast_possible_truncation, reason = "the value was clamped")]
        let pack = |one: &f32| {
            let whole = (one / scale.max(f32::MIN_POSITIVE)).round();
            (whole.clamp(-FULL, FULL) as i8).cast_unsigned()
        };
        Self {
            scale,
            numbers: vector.iter().map(pack).collect(),
        }
    }

    /// At unit length; of zeros, zeros.
    pub(super) fn vector(&self) -> Vec<f32> {
        let numbers = self.numbers.iter();
        let mut vector: Vec<f32> = numbers
            .map(|one| f32::from(one.cast_signed()) * self.scale)
            .collect();
        normalise(&mut vector);
        vector
    }

    pub(super) fn record(&self, digest: &[u8; DIGEST]) -> Vec<u8> {
        let mut record = digest.to_vec();
        record.extend_from_slice(&self.scale.to_le_bytes());
        record.extend_from_slice(&self.numbers);
        let sum = crc32c::crc32c(&record);
        record.extend_from_slice(&sum.to_le_bytes());
        record
    }
}

pub(super) const fn record_len(dims: usize) -> usize {
    DIGEST + 4 + dims + 4
}

/// A record's digest and vector; none if its checksum does not fit.
pub(super) fn parse(record: &[u8]) -> Option<([u8; DIGEST], PackedVector)> {
    let (body, sum) = record.split_last_chunk()?;
    if crc32c::crc32c(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let (digest, rest) = body.split_first_chunk()?;
    let (scale, numbers) = rest.split_first_chunk()?;
    let packed = PackedVector {
        scale: f32::from_le_bytes(*scale),
        numbers: numbers.to_vec(),
    };
    packed.scale.is_finite().then_some((*digest, packed))
}

/// By what the vector of a text is found.
pub(super) fn digest(text: &str) -> [u8; DIGEST] {
    let mut digest = [0; DIGEST];
    for (to, from) in digest.iter_mut().zip(Sha256::digest(text.as_bytes())) {
        *to = from;
    }
    digest
}

/// Notes where the sound records are; returns where they end, 0 if the file is another's.
fn read(file: &File, head: &[u8], dims: usize, places: &mut HashMap<[u8; DIGEST], u64>) -> u64 {
    let mut reader = BufReader::new(file);
    let mut bytes = vec![0; head.len()];
    if reader.read_exact(&mut bytes).is_err() || bytes != head {
        return 0;
    }
    let mut end = head.len() as u64;
    let mut record = vec![0; record_len(dims)];
    while reader.read_exact(&mut record).is_ok() {
        let Some((digest, _)) = parse(&record) else {
            break;
        };
        if digest != NOBODYS {
            places.insert(digest, end);
        }
        end += record.len() as u64;
    }
    end
}
