//! Vectors on disk, for an embedder that takes milliseconds a text.
//!
//! One file of one embedder: a vector a record, in a byte a number, each with its
//! checksum, found by a digest of the text, never by the text itself. Only added to, save
//! that a text is forgotten by writing nothing over its vector; what is cut off or damaged is
//! embedded again. Can be deleted at any time.
//!
//! A start would embed for minutes without it. It lies in `derived/vectors` and has questions
//! and short answers only, not what is asked of the agent.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest, Sha256};

use super::{Embedder, normalise};

/// What a file begins with, before the label of its embedder.
const MAGIC: &[u8] = b"svar vectors 1\n";

/// More vectors than these are not kept.
const MOST: usize = 2_000_000;

/// The bytes of a digest.
const DIGEST: usize = 16;

/// The greatest number of a packed vector.
const FULL: f32 = 127.0;

/// In the place of the digest of a text that was forgotten.
const NOBODYS: [u8; DIGEST] = [0; DIGEST];

/// An embedder whose vectors are kept.
pub struct KeepingEmbedder {
    inner: Arc<dyn Embedder>,
    label: String,
    ledger: RwLock<Ledger>,
}

/// The file, and where each vector is in it.
struct Ledger {
    /// None where it cannot be written; then nothing more is kept.
    file: Option<File>,
    places: HashMap<[u8; DIGEST], u64>,
    end: u64,
}

impl KeepingEmbedder {
    /// Keeps vectors of `inner` in the file `path`; what the file has of another embedder,
    /// and what of it is damaged, is dropped.
    pub fn open(inner: Arc<dyn Embedder>, path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let label = inner.label();
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(label.as_bytes());
        head.push(b'\n');
        let mut places = HashMap::new();
        let end = read(&file, &head, inner.dims(), &mut places);
        file.set_len(end)?;
        if end == 0 {
            file.write_all_at(&head, 0)?;
        }
        let ledger = RwLock::new(Ledger {
            file: Some(file),
            places,
            end: end.max(head.len() as u64),
        });
        Ok(Self {
            inner,
            label,
            ledger,
        })
    }

    /// How many vectors are kept.
    pub fn len(&self) -> usize {
        let ledger = self.ledger.read().unwrap_or_else(PoisonError::into_inner);
        ledger.places.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, digest: &[u8; DIGEST]) -> Option<PackedVector> {
        let ledger = self.ledger.read().unwrap_or_else(PoisonError::into_inner);
        let place = *ledger.places.get(digest)?;
        let mut record = vec![0; record_len(self.inner.dims())];
        let file = ledger.file.as_ref()?;
        file.read_exact_at(&mut record, place).ok()?;
        let (text, packed) = parse(&record)?;
        (text == *digest).then_some(packed)
    }

    fn add(&self, digest: [u8; DIGEST], packed: &PackedVector) {
        let mut ledger = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        if ledger.places.len() >= MOST || ledger.places.contains_key(&digest) {
            return;
        }
        let record = packed.record(&digest);
        let place = ledger.end;
        let written = ledger
            .file
            .as_ref()
            .is_some_and(|file| file.write_all_at(&record, place).is_ok());
        if written {
            ledger.places.insert(digest, place);
            ledger.end += record.len() as u64;
        } else {
            ledger.file = None;
        }
    }

    fn made(&self, text: &str, is_kept: bool) -> Vec<f32> {
        let digest = digest(text);
        if let Some(packed) = self.find(&digest) {
            return packed.vector();
        }
        // Packed in any case, so that a text has the same vector before and after.
        let packed = PackedVector::of(&self.inner.embed(text));
        if is_kept {
            self.add(digest, &packed);
        }
        packed.vector()
    }
}

impl Embedder for KeepingEmbedder {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn version(&self) -> u32 {
        self.inner.version()
    }

    fn dims(&self) -> usize {
        self.inner.dims()
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        self.made(text, false)
    }

    fn keep(&self, text: &str) -> Vec<f32> {
        self.made(text, true)
    }

    fn forget(&self, text: &str) {
        let mut ledger = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = ledger.places.remove(&digest(text)) else {
            return;
        };
        // A sound record that says nothing, so that those behind it are read on.
        let nothing = PackedVector {
            scale: 0.0,
            numbers: vec![0; self.inner.dims()],
        };
        let written = ledger
            .file
            .as_ref()
            .is_some_and(|file| file.write_all_at(&nothing.record(&NOBODYS), place).is_ok());
        if !written {
            ledger.file = None;
        }
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn knows(&self, language: &str) -> bool {
        self.inner.knows(language)
    }

    fn topic_threshold(&self) -> f32 {
        self.inner.topic_threshold()
    }

    fn answer_threshold(&self) -> f32 {
        self.inner.answer_threshold()
    }
}

/// A vector in a byte a number.
struct PackedVector {
    scale: f32,
    numbers: Vec<u8>,
}

impl PackedVector {
    fn of(vector: &[f32]) -> Self {
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

    fn vector(&self) -> Vec<f32> {
        let numbers = self.numbers.iter();
        let mut vector: Vec<f32> = numbers
            .map(|one| f32::from(one.cast_signed()) * self.scale)
            .collect();
        normalise(&mut vector);
        vector
    }

    fn record(&self, digest: &[u8; DIGEST]) -> Vec<u8> {
        let mut record = digest.to_vec();
        record.extend_from_slice(&self.scale.to_le_bytes());
        record.extend_from_slice(&self.numbers);
        let sum = crc32c::crc32c(&record);
        record.extend_from_slice(&sum.to_le_bytes());
        record
    }
}

const fn record_len(dims: usize) -> usize {
    DIGEST + 4 + dims + 4
}

/// A record's digest and vector; none if its checksum does not fit.
fn parse(record: &[u8]) -> Option<([u8; DIGEST], PackedVector)> {
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

fn digest(text: &str) -> [u8; DIGEST] {
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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::vector::dot;

    /// Counts how often it is asked.
    #[derive(Default)]
    struct Slow(AtomicUsize);

    impl Embedder for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }

        fn version(&self) -> u32 {
            3
        }

        fn dims(&self) -> usize {
            4
        }

        fn embed(&self, text: &str) -> Vec<f32> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let length = text.len() as f32;
            let mut vector = vec![length, 1.0, -length / 3.0, 0.5];
            normalise(&mut vector);
            vector
        }

        fn topic_threshold(&self) -> f32 {
            0.4
        }
    }

    fn opened(path: &Path) -> (KeepingEmbedder, Arc<Slow>) {
        let slow = Arc::new(Slow::default());
        let embedder = KeepingEmbedder::open(Arc::clone(&slow) as Arc<dyn Embedder>, path).unwrap();
        (embedder, slow)
    }

    #[test]
    fn what_was_kept_is_not_embedded_again_and_is_the_same() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("vectors").join("slow");
        let (embedder, slow) = opened(&path);
        let before = embedder.embed("where is my parcel");
        assert!(embedder.is_empty());
        assert_eq!(embedder.keep("where is my parcel"), before);
        assert_eq!(embedder.embed("where is my parcel"), before);
        assert_eq!(slow.0.load(Ordering::SeqCst), 2);
        let exact = slow.embed("where is my parcel");
        assert!(dot(&exact, &before) > 0.9999);
        drop(embedder);
        let (again, slow) = opened(&path);
        assert_eq!(again.keep("where is my parcel"), before);
        assert_eq!((again.len(), slow.0.load(Ordering::SeqCst)), (1, 0));
    }

    #[test]
    fn what_is_forgotten_is_not_in_the_file_and_the_rest_is() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("slow");
        let (embedder, _) = opened(&path);
        for text in ["a", "bb", "ccc"] {
            embedder.keep(text);
        }
        let kept = PackedVector::of(&Slow::default().embed("bb")).record(&digest("bb"));
        let has = |kept: &[u8]| {
            let file = std::fs::read(&path).unwrap();
            file.windows(kept.len()).any(|part| part == kept)
        };
        assert!(has(&kept));
        embedder.forget("bb");
        embedder.forget("never kept");
        assert!(!has(&kept[..DIGEST]) && !has(&kept[DIGEST..]));
        assert_eq!(embedder.len(), 2);
        drop(embedder);
        let (again, slow) = opened(&path);
        again.keep("a");
        again.keep("ccc");
        assert_eq!((again.len(), slow.0.load(Ordering::SeqCst)), (2, 0));
    }

    #[test]
    fn what_is_cut_or_damaged_is_embedded_again() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("slow");
        let (embedder, _) = opened(&path);
        for text in ["a", "bb", "ccc"] {
            embedder.keep(text);
        }
        drop(embedder);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        assert_eq!(opened(&path).0.len(), 2);
        let mut flipped = whole.clone();
        let middle = whole.len() - 2 * record_len(4) + 17;
        flipped[middle] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        let (embedder, _) = opened(&path);
        assert_eq!(embedder.len(), 1);
        embedder.keep("bb");
        assert_eq!(opened(&path).0.len(), 2);
    }

    #[test]
    fn the_file_of_another_embedder_is_begun_anew() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("slow");
        let mut other = File::create(&path).unwrap();
        other.write_all(MAGIC).unwrap();
        other.write_all(b"other/9\n0123456789").unwrap();
        let (embedder, _) = opened(&path);
        assert!(embedder.is_empty());
        embedder.keep("a");
        assert_eq!(opened(&path).0.len(), 1);
    }

    #[test]
    fn a_text_without_words_is_kept_as_zeros() {
        let zeros = PackedVector::of(&[0.0; 4]);
        assert_eq!(zeros.vector(), [0.0; 4]);
        let (_, again) = parse(&zeros.record(&digest(""))).unwrap();
        assert_eq!(again.vector(), [0.0; 4]);
    }
}
