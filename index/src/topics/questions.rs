//! The questions of all topics: where each is, and its vector.
//!
//! A question costs its vector in a byte a number and some thirty bytes, for there may
//! be a million of them: of its id only a fingerprint is kept.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Stands for an id. Two of a million ids have the same one in a case of 10¹⁷.
type Fingerprint = [u32; 3];

/// All questions.
#[derive(Clone, Debug, Default)]
pub(super) struct Questions {
    places: HashMap<Fingerprint, u32>,
    /// Of this run alone, so that nobody can name two questions that are taken for one.
    hashing: RandomState,
    /// The micro-cluster at each place; 0 where a question was removed.
    clusters: Vec<u64>,
    /// All vectors one after the other, `dims` bytes each.
    vectors: Vec<i8>,
    dims: usize,
}

impl Questions {
    /// Where a question is; none when it is unknown or was removed.
    pub(super) fn find(&self, question: &str) -> Option<u32> {
        self.places.get(&self.fingerprint(question)).copied()
    }

    /// Adds a question to a micro-cluster and returns its place.
    pub(super) fn push(&mut self, question: &str, packed: &[i8], cluster: u64) -> u32 {
        if self.dims == 0 {
            self.dims = packed.len();
        }
        let place = u32::try_from(self.clusters.len()).unwrap_or(u32::MAX);
        let fingerprint = self.fingerprint(question);
        self.places.insert(fingerprint, place);
        self.clusters.push(cluster);
        // A vector of another embedder would shift all that follow it.
        let padded = packed.iter().copied().chain(std::iter::repeat(0));
        self.vectors.extend(padded.take(self.dims));
        place
    }

    /// Forgets a question's id and returns its place.
    pub(super) fn forget(&mut self, question: &str) -> Option<u32> {
        let fingerprint = self.fingerprint(question);
        self.places.remove(&fingerprint)
    }

    /// The micro-cluster at a place.
    pub(super) fn cluster(&self, place: u32) -> u64 {
        self.clusters.get(place as usize).copied().unwrap_or(0)
    }

    /// Says to which micro-cluster a place belongs.
    pub(super) fn set_cluster(&mut self, place: u32, cluster: u64) {
        if let Some(place) = self.clusters.get_mut(place as usize) {
            *place = cluster;
        }
    }

    fn fingerprint(&self, question: &str) -> Fingerprint {
        let hash = |salt: u8| self.hashing.hash_one((salt, question));
        let (first, second) = (hash(1), hash(2));
        #[expect(clippy::cast_possible_truncation, reason = "halves are what is meant")]
        let parts = [first as u32, (first >> 32) as u32, second as u32];
        parts
    }

    /// The vector at a place.
    pub(super) fn vector(&self, place: u32) -> &[i8] {
        let start = place as usize * self.dims;
        self.vectors
            .get(start..start + self.dims)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_found_until_it_is_forgotten() {
        let mut questions = Questions::default();
        assert_eq!(questions.push("one", &[1, 2], 7), 0);
        assert_eq!(questions.push("two", &[3], 8), 1);
        assert_eq!(questions.find("two"), Some(1));
        assert_eq!(questions.vector(1), [3, 0]);
        assert_eq!((questions.cluster(0), questions.cluster(9)), (7, 0));
        assert_eq!(questions.forget("two"), Some(1));
        assert_eq!(questions.find("two"), None);
        assert_eq!(questions.find("one"), Some(0));
    }
}
