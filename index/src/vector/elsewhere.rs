//! Vectors that are made elsewhere: fetched in batches, kept, and compared like any other.
//!
//! Fetching may fail and take long; looking at what is at hand never does. So whoever needs
//! vectors fetches them first, and goes another way where that failed. What is asked twice is
//! fetched once: texts that stay are kept on disk, those that pass by for a while in memory.
//!
//! Models differ in what all their vectors share: with some, two texts that have nothing to do
//! with each other are at a cosine of .8. Here the mean of some ordinary texts is taken off
//! each vector, so that thresholds mean about the same whoever makes them. Who answers is
//! compared with who answered before, because vectors of two models must never mix.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::ledger::{DIGEST, Ledger, PackedVector, digest};
use super::source::{VectorSource, asked};
use super::trial::{LIKE, ORDINARY};
use super::{Embedder, Wish, dot, normalise};

/// Vectors of fewer or more numbers come from no sentence model.
const DIMS: std::ops::RangeInclusive<usize> = 8..=4_096;
/// How near a text's vector must be to the one of the same text that was fetched before.
const SAME: f32 = 0.97;
/// So many bytes of vectors are kept in memory.
const MEMORY: usize = 32 << 20;
/// What is said of one that answers otherwise than before.
const CHANGED: &str = "it makes other vectors than when it was chosen; `svar model endpoint` \
                       chooses it anew";
/// What the name of such an embedder begins with.
const PREFIX: &str = "endpoint-";

/// An embedder whose vectors are made elsewhere.
pub struct RemoteEmbedder {
    source: Arc<dyn VectorSource>,
    name: String,
    dims: usize,
    kept: Ledger,
    passing: Mutex<Passing>,
    /// What all vectors share, once it is known.
    centre: OnceLock<Vec<f32>>,
    /// Whether who answers now was compared with who answered before.
    is_proven: AtomicBool,
}

/// The vectors of texts that pass by, the oldest first.
#[derive(Default)]
struct Passing {
    vectors: HashMap<[u8; DIGEST], PackedVector>,
    order: VecDeque<[u8; DIGEST]>,
}

impl RemoteEmbedder {
    /// Tries a source that makes vectors by `model`, and says how the embedder is labelled
    /// and how many numbers its vectors have.
    pub fn tried(
        source: &dyn VectorSource,
        model: &str,
        until: Instant,
    ) -> Result<(String, usize), String> {
        let texts: Vec<&str> = ORDINARY
            .into_iter()
            .chain(LIKE.into_iter().flatten())
            .collect();
        let mut vectors = Vec::with_capacity(texts.len());
        for part in texts.chunks(source.batch().max(1)) {
            vectors.extend(asked(source, part, None, until)?);
        }
        let dims = vectors.first().map_or(0, Vec::len);
        if !DIMS.contains(&dims) || vectors.iter().any(|one| one.len() != dims) {
            return Err(format!(
                "its vectors have {dims} numbers; expected the same for each text, {} to {}",
                DIMS.start(),
                DIMS.end()
            ));
        }
        let (ordinary, like) = vectors.split_at(ORDINARY.len());
        let centre = mean(ordinary.iter(), dims);
        for (texts, vectors) in LIKE.iter().zip(like.chunks_exact(3)) {
            let [one, same, other] = vectors else {
                continue;
            };
            let [one, same, other] = [one, same, other].map(|one| less(one, &centre));
            if dot(&one, &same) <= dot(&one, &other) {
                return Err(format!(
                    "it finds `{}` no nearer to `{}` than to `{}`; a model that compares \
                     sentences is wanted",
                    texts[0], texts[1], texts[2]
                ));
            }
        }
        let first = ordinary.first().map(|one| PackedVector::of(one));
        let print = first.map_or_else(String::new, |one| hex(&one.record(&digest(ORDINARY[0]))));
        Ok((
            format!("{PREFIX}{}-{print}/{dims}", hex(model.as_bytes())),
            dims,
        ))
    }

    /// Whether a label is of such an embedder.
    pub fn is_label(label: &str) -> bool {
        label.starts_with(PREFIX)
    }

    /// Opens the embedder with this label, whose vectors are kept in the file `path`; `model`
    /// must be the one that it was tried with.
    pub fn open(
        source: Arc<dyn VectorSource>,
        (label, model): (&str, &str),
        path: &Path,
    ) -> Result<Self, String> {
        let parts = label.rsplit_once('/');
        let parts = parts.and_then(|(name, dims)| Some((name, dims.parse::<usize>().ok()?)));
        let Some((name, dims)) = parts.filter(|(_, dims)| DIMS.contains(dims)) else {
            return Err(format!("`{label}` is no label of an endpoint's vectors"));
        };
        if !name.starts_with(&format!("{PREFIX}{}-", hex(model.as_bytes()))) {
            return Err(format!(
                "texts were compared by another model than `{model}`"
            ));
        }
        let kept = Ledger::open(path, label, dims)
            .map_err(|error| format!("`{}` cannot be written ({error})", path.display()))?;
        let embedder = Self {
            source,
            name: name.to_owned(),
            dims,
            kept,
            passing: Mutex::default(),
            centre: OnceLock::new(),
            is_proven: AtomicBool::new(false),
        };
        embedder.find_centre();
        Ok(embedder)
    }

    /// How many vectors are kept on disk.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Asks the source for a text whose vector is known: whether it answers, and as before.
    pub fn prove(&self, until: Instant) -> Result<(), String> {
        self.is_proven.store(false, Ordering::SeqCst);
        self.fetch(
            &[],
            Wish {
                until,
                is_kept: true,
            },
        )
    }

    fn find_centre(&self) {
        let ordinary = ORDINARY.iter().map(|text| self.kept.find(&digest(text)));
        let ordinary: Option<Vec<Vec<f32>>> = ordinary.map(|one| Some(one?.vector())).collect();
        if let Some(ordinary) = ordinary {
            self.centre.get_or_init(|| mean(ordinary.iter(), self.dims));
        }
    }

    fn passing(&self) -> MutexGuard<'_, Passing> {
        self.passing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be asked for so that `texts` are at hand, each once.
    fn wanted<'a>(&self, texts: &[&'a str], is_kept: bool) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        let ordinary = ORDINARY
            .into_iter()
            .filter(|text| !self.kept.has(&digest(text)));
        let mut wanted: Vec<&str> = ordinary.filter(|text| seen.insert(digest(text))).collect();
        let passing = self.passing();
        wanted.extend(texts.iter().copied().filter(|text| {
            let digest = digest(text);
            if !has_words(text) || self.kept.has(&digest) {
                return false;
            }
            match passing.vectors.get(&digest) {
                Some(vector) if is_kept => !self.kept.add(digest, vector),
                Some(_) => false,
                None => seen.insert(digest),
            }
        }));
        wanted
    }

    /// Whether the first text's vector is the one that was fetched before, where one was.
    fn is_as_before(&self, vector: &[f32]) -> bool {
        let before = self.kept.find(&digest(ORDINARY[0]));
        before.is_none_or(|before| dot(&before.vector(), vector) >= SAME)
    }

    fn take(&self, text: &str, vector: &[f32], is_kept: bool) -> Result<(), String> {
        let (digest, packed) = (digest(text), PackedVector::of(vector));
        if is_kept {
            let is_written = self.kept.add(digest, &packed);
            return is_written.then_some(()).ok_or_else(|| {
                "its vectors cannot be kept: the disk refuses them, or there are too many"
                    .to_owned()
            });
        }
        let mut passing = self.passing();
        if passing.vectors.insert(digest, packed).is_none() {
            passing.order.push_back(digest);
        }
        let most = MEMORY / (self.dims + 2 * DIGEST);
        while passing.order.len() > most {
            if let Some(oldest) = passing.order.pop_front() {
                passing.vectors.remove(&oldest);
            }
        }
        Ok(())
    }
}

impl Embedder for RemoteEmbedder {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> u32 {
        u32::try_from(self.dims).unwrap_or(u32::MAX)
    }

    fn dims(&self) -> usize {
        self.dims
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let found = has_words(text).then(|| {
            let digest = digest(text);
            let passing = self.passing().vectors.get(&digest).cloned();
            passing.or_else(|| self.kept.find(&digest))
        });
        match (found.flatten(), self.centre.get()) {
            (Some(packed), Some(centre)) => less(&packed.vector(), centre),
            _ => vec![0.0; self.dims],
        }
    }

    fn keep(&self, text: &str) -> Vec<f32> {
        let digest = digest(text);
        if let Some(packed) = self.passing().vectors.get(&digest) {
            self.kept.add(digest, packed);
        }
        self.embed(text)
    }

    fn forget(&self, text: &str) {
        let digest = digest(text);
        self.passing().vectors.remove(&digest);
        // They are in no desk's words.
        if !ORDINARY.contains(&text) {
            self.kept.forget(&digest);
        }
    }

    fn is_elsewhere(&self) -> bool {
        true
    }

    fn has(&self, text: &str) -> bool {
        let digest = digest(text);
        !has_words(text)
            || (self.centre.get().is_some()
                && (self.kept.has(&digest) || self.passing().vectors.contains_key(&digest)))
    }

    fn fetch(&self, texts: &[&str], wish: Wish) -> Result<(), String> {
        let wanted = self.wanted(texts, wish.is_kept);
        let is_proven = self.is_proven.load(Ordering::SeqCst);
        let mut left = wanted.as_slice();
        if left.is_empty() && (is_proven || !texts.is_empty()) {
            return Ok(());
        }
        // One more text with the first batch shows whether the same model answers as before.
        let has_known = self.kept.has(&digest(ORDINARY[0]));
        let mut proof = (!is_proven && has_known).then_some(ORDINARY[0]);
        while proof.is_some() || !left.is_empty() {
            let room = self.source.batch().max(1) - usize::from(proof.is_some());
            let (part, rest) = left.split_at(room.min(left.len()));
            let batch: Vec<&str> = proof.into_iter().chain(part.iter().copied()).collect();
            let vectors = asked(&*self.source, &batch, Some(self.dims), wish.until)?;
            let mut vectors = vectors.iter();
            if proof.take().is_some() {
                let first = vectors.next();
                if first.is_none_or(|first| !self.is_as_before(first)) {
                    self.source.refused(CHANGED);
                    return Err(CHANGED.to_owned());
                }
            }
            self.is_proven.store(true, Ordering::SeqCst);
            for (text, vector) in part.iter().zip(vectors) {
                let is_kept = wish.is_kept || ORDINARY.contains(text);
                self.take(text, vector, is_kept)?;
            }
            left = rest;
        }
        self.find_centre();
        Ok(())
    }

    fn topic_threshold(&self) -> f32 {
        0.48
    }

    fn answer_threshold(&self) -> f32 {
        1.02
    }
}

/// Whether a text has anything that a vector could say.
fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn mean<'a>(vectors: impl ExactSizeIterator<Item = &'a Vec<f32>>, dims: usize) -> Vec<f32> {
    let count = vectors.len().max(1) as f32;
    let mut mean = vec![0.0; dims];
    for vector in vectors {
        for (sum, value) in mean.iter_mut().zip(vector) {
            *sum += value / count;
        }
    }
    mean
}

/// A vector without what all share, at unit length.
fn less(vector: &[f32], centre: &[f32]) -> Vec<f32> {
    let mut vector: Vec<f32> = vector.iter().zip(centre).map(|(a, b)| a - b).collect();
    normalise(&mut vector);
    vector
}

/// The first digits of a digest.
fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let halves = digest
        .iter()
        .take(4)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    /// Counts words, of which each has a place of its own, and does as it is told.
    #[derive(Default)]
    struct Words {
        batch: usize,
        /// What all vectors share.
        shared: f32,
        /// Moves the places.
        turn: usize,
        /// The texts of each request.
        asked: Mutex<Vec<Vec<String>>>,
        /// What is given instead.
        instead: Mutex<Option<Result<Vec<Vec<f32>>, String>>>,
    }

    const SAME: [[&str; 4]; 3] = [
        ["parcel", "package", "arrived", "parcel"],
        ["money", "refund", "back", "money"],
        ["card", "payment", "declined", "card"],
    ];

    impl Words {
        fn new(batch: usize) -> Arc<Self> {
            Arc::new(Self {
                batch,
                ..Self::default()
            })
        }

        fn vector(&self, text: &str) -> Vec<f32> {
            let mut vector = vec![self.shared; 64];
            for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
                let meaning = SAME.iter().find(|same| same.contains(&word));
                let word = meaning.map_or(word, |same| same[0]);
                let weight = if meaning.is_some() { 3.0 } else { 1.0 };
                let place = usize::from(digest(word)[0]) + self.turn;
                vector[place % 64] += weight;
            }
            vector
        }

        fn requests(&self) -> Vec<Vec<String>> {
            std::mem::take(&mut self.asked.lock().unwrap())
        }
    }

    impl VectorSource for Words {
        fn batch(&self) -> usize {
            self.batch
        }

        fn vectors(&self, texts: &[&str], _until: Instant) -> Result<Vec<Vec<f32>>, String> {
            let told = texts.iter().map(|&text| text.to_owned()).collect();
            self.asked.lock().unwrap().push(told);
            if let Some(instead) = self.instead.lock().unwrap().clone() {
                return instead;
            }
            Ok(texts.iter().map(|text| self.vector(text)).collect())
        }
    }

    fn until() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    fn wish(is_kept: bool) -> Wish {
        Wish {
            until: until(),
            is_kept,
        }
    }

    fn opened(source: &Arc<Words>, path: &Path) -> RemoteEmbedder {
        let (label, _) = RemoteEmbedder::tried(&**source, "m", until()).unwrap();
        source.requests();
        reopened(source, &label, path)
    }

    fn reopened(source: &Arc<Words>, label: &str, path: &Path) -> RemoteEmbedder {
        let source = Arc::clone(source) as Arc<dyn VectorSource>;
        RemoteEmbedder::open(source, (label, "m"), path).unwrap()
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("vectors");
        (place, path)
    }

    #[test]
    fn what_was_fetched_is_at_hand_and_not_asked_for_again_after_a_restart_either() {
        let (_place, path) = place();
        let source = Words::new(10);
        let embedder = opened(&source, &path);
        assert!(!embedder.has("where is my parcel") && embedder.has(" ?! "));
        let texts = ["where is my parcel", "refund", "where is my parcel", "👍"];
        embedder.fetch(&texts, wish(true)).unwrap();
        let requests = source.requests();
        let sizes: Vec<usize> = requests.iter().map(Vec::len).collect();
        assert_eq!(
            sizes,
            [10, 10, 6],
            "24 ordinary texts and two of the desk's"
        );
        let before = embedder.embed("where is my parcel");
        assert!(texts.iter().all(|text| embedder.has(text)));
        assert!(
            dot(&before, &embedder.embed("package")) < 0.1,
            "not fetched"
        );
        embedder.fetch(&texts, wish(true)).unwrap();
        assert!(source.requests().is_empty());
        let label = embedder.label();
        drop(embedder);
        let again = reopened(&source, &label, &path);
        assert!(again.has("refund"));
        assert_eq!(again.embed("where is my parcel"), before);
        again.fetch(&texts, wish(true)).unwrap();
        assert!(source.requests().is_empty(), "a start asks nothing");
        again.fetch(&["invoice"], wish(true)).unwrap();
        assert_eq!(source.requests(), [[ORDINARY[0], "invoice"]]);
    }

    #[test]
    fn what_passes_by_is_in_memory_alone_until_it_stays() {
        let (_place, path) = place();
        let source = Words::new(100);
        let embedder = opened(&source, &path);
        embedder.fetch(&["my parcel"], wish(false)).unwrap();
        assert!(embedder.has("my parcel"));
        assert_eq!(embedder.len(), ORDINARY.len());
        embedder.fetch(&["my parcel"], wish(false)).unwrap();
        assert_eq!(source.requests().len(), 1);
        embedder.fetch(&["my parcel"], wish(true)).unwrap();
        assert_eq!(embedder.len(), ORDINARY.len() + 1);
        assert!(source.requests().is_empty());
        embedder.forget("my parcel");
        assert!(!embedder.has("my parcel"));
        embedder.forget(ORDINARY[3]);
        assert_eq!(embedder.len(), ORDINARY.len());
    }

    #[test]
    fn what_all_vectors_share_is_taken_off() {
        let source = Arc::new(Words {
            batch: 64,
            shared: 5.0,
            ..Words::default()
        });
        let raw = |text: &str| {
            let mut vector = source.vector(text);
            normalise(&mut vector);
            vector
        };
        let (one, other) = ("where is my parcel", "i want a refund");
        assert!(dot(&raw(one), &raw(other)) > 0.9);
        let (_place, path) = place();
        let embedder = opened(&source, &path);
        let texts = [one, other, "has the package arrived"];
        embedder.fetch(&texts, wish(true)).unwrap();
        let [one, other, same] = texts.map(|text| embedder.embed(text));
        assert!(dot(&one, &other) < 0.3, "{}", dot(&one, &other));
        assert!(dot(&one, &same) > 0.5, "{}", dot(&one, &same));
    }

    #[test]
    fn vectors_that_are_none_are_refused_and_nothing_is_kept_of_them() {
        let (_place, path) = place();
        let source = Words::new(64);
        let embedder = opened(&source, &path);
        embedder.fetch(&["parcel"], wish(true)).unwrap();
        let count = embedder.len();
        let good = source.vector("invoice");
        let with = |at: usize, value: f32| {
            let mut vector = good.clone();
            vector[at] = value;
            vec![vector]
        };
        for (instead, told) in [
            (Ok(Vec::new()), "it gave 0 vectors for 1 texts"),
            (Ok(vec![good.clone(), good.clone()]), "2 vectors for 1"),
            (Ok(vec![good[..63].to_vec()]), "have 63 numbers and had 64"),
            (Ok(with(3, f32::NAN)), "points nowhere"),
            (Ok(with(3, f32::INFINITY)), "points nowhere"),
            (Ok(vec![vec![0.0; 64]]), "points nowhere"),
            (Err("it took too long".to_owned()), "it took too long"),
        ] {
            *source.instead.lock().unwrap() = Some(instead);
            let error = embedder.fetch(&["invoice"], wish(true)).unwrap_err();
            assert!(error.contains(told), "{error}");
            assert!(!embedder.has("invoice") && embedder.embed("invoice") == vec![0.0; 64]);
            assert_eq!(embedder.len(), count, "{told}");
        }
        *source.instead.lock().unwrap() = Some(Ok(with(3, 1e30)));
        embedder.fetch(&["invoice"], wish(true)).unwrap();
        let vector = embedder.embed("invoice");
        assert!((dot(&vector, &vector) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn another_model_under_the_same_name_is_noticed_before_anything_of_it_is_kept() {
        let (_place, path) = place();
        let source = Words::new(64);
        let embedder = opened(&source, &path);
        embedder.fetch(&["parcel"], wish(true)).unwrap();
        let (label, count) = (embedder.label(), embedder.len());
        drop(embedder);
        let other = Arc::new(Words {
            batch: 64,
            turn: 7,
            ..Words::default()
        });
        let again = reopened(&other, &label, &path);
        let error = again.fetch(&["invoice"], wish(true)).unwrap_err();
        assert!(error.contains("other vectors"), "{error}");
        assert_eq!((again.len(), again.has("invoice")), (count, false));
        assert!(again.prove(until()).is_err());
        let (new, _) = RemoteEmbedder::tried(&*other, "m", until()).unwrap();
        assert_ne!(new, label, "it is another embedder");
        let (same, _) = RemoteEmbedder::tried(&*source, "m", until()).unwrap();
        assert_eq!(same, label);
    }

    #[test]
    fn a_source_that_compares_nothing_is_refused() {
        let source = Words::new(64);
        let tried = |vectors: Vec<Vec<f32>>| {
            *source.instead.lock().unwrap() = Some(Ok(vectors));
            RemoteEmbedder::tried(&*source, "m", until()).unwrap_err()
        };
        let count = ORDINARY.len() + 9;
        assert!(tried(vec![vec![1.0; 4]; count]).contains("have 4 numbers"));
        let places = (0..count).map(|at| {
            let mut vector = vec![0.0; 64];
            vector[at] = 1.0;
            vector
        });
        assert!(tried(places.collect()).contains("compares"));
        let path = Path::new("/nowhere/else");
        let source = source as Arc<dyn VectorSource>;
        for (label, model, told) in [
            ("endpoint-1/2", "m", "no label"),
            ("endpoint-x-y/64", "m", "another model than `m`"),
        ] {
            let opened = RemoteEmbedder::open(Arc::clone(&source), (label, model), path);
            let error = opened.err().unwrap();
            assert!(error.contains(told), "{error}");
        }
    }
}
