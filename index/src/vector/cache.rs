//! Vectors on disk, for an embedder that takes milliseconds a text.
//!
//! A start would embed for minutes without it. It lies in `derived/vectors` and has questions
//! and short answers only, not what is asked of the agent. Can be deleted at any time.

use std::path::Path;
use std::sync::Arc;

use super::Embedder;
use super::ledger::{Ledger, PackedVector, digest};

/// An embedder whose vectors are kept.
pub struct KeepingEmbedder {
    inner: Arc<dyn Embedder>,
    label: String,
    kept: Ledger,
}

impl KeepingEmbedder {
    /// Keeps vectors of `inner` in the file `path`; what the file has of another embedder,
    /// and what of it is damaged, is dropped.
    pub fn open(inner: Arc<dyn Embedder>, path: &Path) -> std::io::Result<Self> {
        let label = inner.label();
        let kept = Ledger::open(path, &label, inner.dims())?;
        Ok(Self { inner, label, kept })
    }

    /// How many vectors are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn made(&self, text: &str, is_kept: bool) -> Vec<f32> {
        let digest = digest(text);
        if let Some(packed) = self.kept.find(&digest) {
            return packed.vector();
        }
        // Packed in any case, so that a text has the same vector before and after.
        let packed = PackedVector::of(&self.inner.embed(text));
        if is_kept {
            self.kept.add(digest, &packed);
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
        self.kept.forget(&digest(text));
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

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::vector::ledger::{DIGEST, MAGIC, parse, record_len};
    use crate::vector::{dot, normalise};

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
