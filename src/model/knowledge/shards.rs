//! A map that is cheap to copy: copies share what neither has changed since.
//!
//! Readers hold a copy of the whole fold while it goes on; so a change copies one small
//! part of the map, not all of it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many parts a map has.
const PARTS: u64 = 256;

type Part<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

/// A map in parts, each shared between copies until it is changed.
#[derive(Clone, Debug)]
pub struct Shards<K, V> {
    parts: BTreeMap<u64, Arc<Part<K, V>>>,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self {
            parts: BTreeMap::new(),
        }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Shards<K, V> {
    fn place(key: &K) -> u64 {
        BuildHasherDefault::<DefaultHasher>::default().hash_one(key) % PARTS
    }

    /// What is under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.parts.get(&Self::place(key))?.get(key)
    }

    /// What is under `key`, to be changed; made by `new` where there is nothing.
    pub fn entry(&mut self, key: &K, new: impl FnOnce() -> V) -> &mut V {
        let part = self.parts.entry(Self::place(key)).or_default();
        Arc::make_mut(part).entry(key.clone()).or_insert_with(new)
    }

    /// What is under `key`, to be changed, if there is anything.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        // Looked at first, so that a miss copies nothing.
        self.get(key)?;
        let part = self.parts.get_mut(&Self::place(key))?;
        Arc::make_mut(part).get_mut(key)
    }

    /// Takes what is under `key` out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.get(key)?;
        let part = self.parts.get_mut(&Self::place(key))?;
        Arc::make_mut(part).remove(key)
    }

    /// Everything, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.values().flat_map(|part| part.iter())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.values().map(|part| part.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.values().all(|part| part.is_empty())
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
        let mut shards = Self::default();
        for (key, value) in all {
            shards.entry(&key, || value);
        }
        Ok(shards)
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
        let shared = map.parts.values().zip(copy.parts.values());
        let apart = shared.filter(|(one, other)| !Arc::ptr_eq(one, other));
        assert!(apart.count() <= 2);
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
