//! A map that is cheap to copy: copies share what neither has changed since.
//!
//! Readers hold a copy of the whole fold while it goes on; so a change copies one small
//! part of the map, not all of it.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many entries a leaf has, about, before its branch gets more leaves.
const LEAF: usize = 32;
/// How many branches there are.
const BRANCHES: usize = 256;
/// How many leaves a branch has at most.
const MOST_LEAVES: usize = 256;

type Leaf<K, V> = HashMap<K, V, FixedState>;

/// A map in at most 256 branches of at most 256 leaves, each shared between copies until it is
/// changed: of a million entries a change copies a few, and the list of leaves that these are in.
#[derive(Clone, Debug)]
pub struct Shards<K, V> {
    /// By the number of each; none at all while the map is empty.
    branches: Vec<Option<Arc<Branch<K, V>>>>,
}

/// Leaves by the lowest bits of a byte of their keys' hashes; a power of two of them.
#[derive(Clone, Debug)]
struct Branch<K, V> {
    leaves: Vec<Arc<Leaf<K, V>>>,
    len: usize,
}

impl<K, V> Default for Branch<K, V> {
    fn default() -> Self {
        Self {
            leaves: vec![Arc::default()],
            len: 0,
        }
    }
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
        }
    }
}

/// The hash by which a key is put away.
pub(super) fn hash_of<K: Hash + ?Sized>(key: &K) -> u64 {
    FixedState::default().hash_one(key)
}

/// Which branch a key is in, and which leaf of 256.
fn place<K: Hash + ?Sized>(key: &K) -> (u8, usize) {
    place_of(hash_of(key))
}

const fn place_of(hash: u64) -> (u8, usize) {
    // From the middle: by both ends a leaf puts its own entries apart.
    let [_, _, _, branch, leaf, ..] = hash.to_le_bytes();
    (branch, leaf as usize)
}

impl<K: Hash + Eq + Clone, V: Clone> Branch<K, V> {
    fn of(entries: Vec<(usize, K, V)>) -> Self {
        let count = entries.len().div_ceil(LEAF).next_power_of_two();
        let count = count.min(MOST_LEAVES);
        let room = entries.len().div_ceil(count);
        let leaf = || Leaf::with_capacity_and_hasher(room, FixedState::default());
        let mut leaves: Vec<Leaf<K, V>> = std::iter::repeat_with(leaf).take(count).collect();
        for (leaf, key, value) in entries {
            if let Some(leaf) = leaves.get_mut(leaf % count) {
                leaf.insert(key, value);
            }
        }
        Self {
            len: leaves.iter().map(HashMap::len).sum(),
            leaves: leaves.into_iter().map(Arc::new).collect(),
        }
    }

    fn leaf(&self, leaf: usize) -> Option<&Leaf<K, V>> {
        self.leaves.get(leaf % self.leaves.len()).map(AsRef::as_ref)
    }

    fn leaf_mut(&mut self, leaf: usize) -> Option<&mut Leaf<K, V>> {
        let place = leaf % self.leaves.len();
        self.leaves.get_mut(place).map(Arc::make_mut)
    }

    fn find<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.leaf(place(key).1)?.get(key)
    }

    /// The entries of leaves that are not shared with `other`.
    fn own<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a K, &'a V)> {
        // Of a branch that has grown, a leaf stands opposite several.
        let is_alike = self.leaves.len() == other.leaves.len();
        let leaves = self.leaves.iter().enumerate();
        let own = leaves.filter(move |(place, leaf)| {
            let opposite = other.leaves.get(*place).filter(|_| is_alike);
            opposite.is_none_or(|opposite| !Arc::ptr_eq(leaf, opposite))
        });
        own.flat_map(|(_, leaf)| leaf.iter())
    }

    /// Spreads the entries over twice as many leaves.
    fn grow(&mut self) {
        let mut grown = vec![Leaf::default(); self.leaves.len() * 2];
        let count = grown.len();
        for (key, value) in self.leaves.iter().flat_map(|leaf| leaf.iter()) {
            if let Some(leaf) = grown.get_mut(place(key).1 % count) {
                leaf.insert(key.clone(), value.clone());
            }
        }
        self.leaves = grown.into_iter().map(Arc::new).collect();
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Shards<K, V> {
    /// A map of many entries at once; of two with one key the later holds.
    pub fn of(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut by_branch: BTreeMap<u8, Vec<(usize, K, V)>> = BTreeMap::new();
        for (key, value) in entries {
            let (branch, leaf) = place(&key);
            let branch = by_branch.entry(branch).or_default();
            branch.push((leaf, key, value));
        }
        let mut map = Self::default();
        for (branch, entries) in by_branch {
            *map.place_for(branch) = Some(Arc::new(Branch::of(entries)));
        }
        map
    }

    fn branch(&self, branch: u8) -> Option<&Arc<Branch<K, V>>> {
        self.branches.get(usize::from(branch))?.as_ref()
    }

    fn branch_mut(&mut self, branch: u8) -> Option<&mut Branch<K, V>> {
        let branch = self.branches.get_mut(usize::from(branch))?;
        branch.as_mut().map(Arc::make_mut)
    }

    /// Where a branch is, or is to be.
    #[expect(
        clippy::indexing_slicing,
        reason = "there is a place for each of the numbers that a byte has"
    )]
    fn place_for(&mut self, branch: u8) -> &mut Option<Arc<Branch<K, V>>> {
        if self.branches.is_empty() {
            self.branches = std::iter::repeat_n(None, BRANCHES).collect();
        }
        &mut self.branches[usize::from(branch)]
    }

    /// What is under `key`.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.branch(place(key).0)?.find(key)
    }

    /// What is under the key with this hash, as [`hash_of`] gives it, that `is` the one; for whoever
    /// has the hash at hand and would have to fetch the key.
    pub(super) fn get_by_hash(&self, hash: u64, is: impl FnMut(&K) -> bool) -> Option<&V> {
        let (branch, leaf) = place_of(hash);
        let leaf = self.branch(branch)?.leaf(leaf)?;
        let (_, value) = leaf.raw_entry().from_hash(hash, is)?;
        Some(value)
    }

    /// What is under `key`, to be changed; made by `new` where there is nothing.
    #[expect(
        clippy::indexing_slicing,
        reason = "what is left of a number by the count of leaves is a leaf's place"
    )]
    pub fn entry(&mut self, key: &K, new: impl FnOnce() -> V) -> &mut V {
        let is_new = self.get(key).is_none();
        let (branch, leaf) = place(key);
        let branch = self.place_for(branch).get_or_insert_default();
        let branch = Arc::make_mut(branch);
        if is_new {
            branch.len += 1;
            let room = branch.leaves.len() * LEAF;
            if branch.len > room && branch.leaves.len() < MOST_LEAVES {
                branch.grow();
            }
        }
        let place = leaf % branch.leaves.len();
        let leaf = Arc::make_mut(&mut branch.leaves[place]);
        leaf.entry(key.clone()).or_insert_with(new)
    }

    /// What is under `key`, to be changed, if there is anything.
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        // Looked at first, so that a miss copies nothing.
        self.get(key)?;
        let (branch, leaf) = place(key);
        self.branch_mut(branch)?.leaf_mut(leaf)?.get_mut(key)
    }

    /// Takes what is under `key` out.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)?;
        let (branch, leaf) = place(key);
        let branch = self.branch_mut(branch)?;
        branch.len -= 1;
        branch.leaf_mut(leaf)?.remove(key)
    }

    /// Everything, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let leaves = self.branches.iter().flatten();
        let leaves = leaves.flat_map(|branch| &branch.leaves);
        leaves.flat_map(|leaf| leaf.iter())
    }

    /// The keys under which another map has something else, or only one of the two anything. What
    /// both share is not looked at.
    pub fn apart<'a>(&'a self, other: &'a Self, is_same: impl Fn(&V, &V) -> bool) -> Vec<&'a K> {
        let mut apart = Vec::new();
        for branch in 0..=u8::MAX {
            match (self.branch(branch), other.branch(branch)) {
                (Some(one), Some(another)) if Arc::ptr_eq(one, another) => {}
                (Some(one), Some(another)) => {
                    let is_else = |(key, value): &(&K, &V)| {
                        let there = another.find(*key);
                        there.is_none_or(|there| !is_same(value, there))
                    };
                    apart.extend(one.own(another).filter(is_else).map(|(key, _)| key));
                    let is_gone = |key: &&K| one.find(*key).is_none();
                    apart.extend(another.own(one).map(|(key, _)| key).filter(is_gone));
                }
                (Some(only), None) | (None, Some(only)) => {
                    apart.extend(only.leaves.iter().flat_map(|leaf| leaf.keys()));
                }
                (None, None) => {}
            }
        }
        apart
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let branches = self.branches.iter().flatten();
        branches.map(|branch| branch.len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Serialize + Ord + Hash + Eq + Clone, V: Serialize + Clone> Serialize for Shards<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all: Vec<(&K, &V)> = self.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        serializer.collect_seq(all)
    }
}

impl<'de, K, V> Deserialize<'de> for Shards<K, V>
where
    K: Deserialize<'de> + Hash + Eq + Clone,
    V: Deserialize<'de> + Clone,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Vec::<(K, V)>::deserialize(deserializer)?;
        Ok(Self::of(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_it_had() {
        let mut map: Shards<u64, String> = Shards::default();
        for key in 0..1_000 {
            map.entry(&key, || key.to_string());
        }
        let copy = map.clone();
        *map.get_mut(&7).unwrap() = "seven".to_owned();
        map.remove(&8);
        assert_eq!((map.len(), copy.len()), (999, 1_000));
        assert_eq!(map.get(&7).unwrap(), "seven");
        assert_eq!(copy.get(&7).unwrap(), "7");
        assert_eq!(copy.get(&8).unwrap(), "8");
        let shared = map.branches.iter().flatten();
        let shared = shared.zip(copy.branches.iter().flatten());
        let apart: Vec<_> = shared
            .filter(|(one, other)| !Arc::ptr_eq(one, other))
            .collect();
        assert!(apart.len() <= 2);
    }

    #[test]
    fn a_change_of_one_in_a_hundred_thousand_copies_a_few() {
        let mut map: Shards<u64, u64> = Shards::default();
        for key in 0..100_000 {
            map.entry(&key, || key);
        }
        let copy = map.clone();
        *map.get_mut(&7).unwrap() = 8;
        *map.entry(&8, || 0) += 1;
        map.remove(&9);
        let leaves = |map: &Shards<u64, u64>| -> Vec<Arc<Leaf<u64, u64>>> {
            let branches = map.branches.iter().flatten();
            branches.flat_map(|branch| branch.leaves.clone()).collect()
        };
        let (now, before) = (leaves(&map), leaves(&copy));
        let apart = now.iter().zip(&before);
        let apart: usize = apart
            .filter(|(one, other)| !Arc::ptr_eq(one, other))
            .map(|(one, _)| one.len())
            .sum();
        assert!(apart < 3 * 3 * LEAF, "{apart} entries were copied");
        assert_eq!((map.len(), map.iter().count()), (99_999, 99_999));
        assert!((0..100_000).all(|key| copy.get(&key) == Some(&key)));
        assert_eq!(
            (map.get(&7), map.get(&8), map.get(&9)),
            (Some(&8), Some(&9), None)
        );
    }

    #[test]
    fn what_is_apart_is_what_was_changed_added_or_removed() {
        let mut map: Shards<u64, u64> = Shards::default();
        for key in 0..10_000 {
            map.entry(&key, || key);
        }
        let before = map.clone();
        assert!(map.apart(&before, |a, b| a == b).is_empty());
        *map.get_mut(&7).unwrap() = 8;
        map.remove(&9);
        // Enough of them for branches to grow.
        for key in 10_000..40_000 {
            map.entry(&key, || key);
        }
        let expected: Vec<u64> = [7, 9].into_iter().chain(10_000..40_000).collect();
        for (one, other) in [(&map, &before), (&before, &map)] {
            let mut apart: Vec<u64> = one
                .apart(other, |a, b| a == b)
                .into_iter()
                .copied()
                .collect();
            apart.sort_unstable();
            assert_eq!(apart, expected);
        }
        let none = Shards::default();
        assert_eq!(none.apart(&before, |a, b| a == b).len(), 10_000);
    }

    #[test]
    fn it_survives_a_round_trip() {
        let mut map: Shards<String, u32> = Shards::default();
        map.entry(&"b".to_owned(), || 2);
        map.entry(&"a".to_owned(), || 1);
        let json = serde_json::to_string(&map).unwrap();
        assert_eq!(json, r#"[["a",1],["b",2]]"#);
        let back: Shards<String, u32> = serde_json::from_str(&json).unwrap();
        assert_eq!(back.get(&"b".to_owned()), Some(&2));
    }
}
