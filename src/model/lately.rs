//! What happened not long ago: a map that forgets by itself and is cheap to copy.

use std::borrow::Borrow;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::shards::Shards;

/// What was noted within a span, and some of what was noted in the span before it: who asks looks
/// at the time of what they get. What is older is let go of at once, not entry by entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Serialize + Ord + Hash + Eq + Clone, V: Serialize + Clone",
    deserialize = "K: Deserialize<'de> + Hash + Eq + Clone, V: Deserialize<'de> + Clone"
))]
pub(super) struct Lately<K, V> {
    /// Until when notes go into `now`.
    until: Timestamp,
    now: Shards<K, V>,
    before: Shards<K, V>,
}

impl<K, V> Default for Lately<K, V> {
    fn default() -> Self {
        Self {
            until: Timestamp::MIN,
            now: Shards::default(),
            before: Shards::default(),
        }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Lately<K, V> {
    /// What was noted of a key, if that is not long ago.
    pub(super) fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.now.get(key).or_else(|| self.before.get(key))
    }

    /// What is noted of a key, to be added to at an instant; made by `new` where there is nothing.
    pub(super) fn entry(
        &mut self,
        key: &K,
        (at, span_ms): (Timestamp, i64),
        new: impl FnOnce() -> V,
    ) -> &mut V {
        self.turn(at, span_ms);
        let known = self.before.get(key).cloned();
        self.now.entry(key, || known.unwrap_or_else(new))
    }

    /// Lets go of what is older than a span.
    fn turn(&mut self, at: Timestamp, span_ms: i64) {
        if at < self.until {
            return;
        }
        let is_just_over = at < self.until.plus_millis(span_ms);
        let last = std::mem::take(&mut self.now);
        self.before = if is_just_over {
            last
        } else {
            Shards::default()
        };
        self.until = at.plus_millis(span_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_a_span_is_let_go_of_within_two() {
        let mut notes: Lately<String, u32> = Lately::default();
        let at = |millis| (Timestamp::from_millis(millis), 100);
        *notes.entry(&"a".to_owned(), at(1_000), || 0) += 1;
        *notes.entry(&"b".to_owned(), at(1_099), || 0) += 1;
        // The next span: both are at hand, and what is added to is kept on.
        *notes.entry(&"b".to_owned(), at(1_150), || 0) += 1;
        assert_eq!((notes.get("a"), notes.get("b")), (Some(&1), Some(&2)));
        *notes.entry(&"c".to_owned(), at(1_250), || 0) += 1;
        assert_eq!((notes.get("a"), notes.get("b")), (None, Some(&2)));
        // Long after everything is gone.
        *notes.entry(&"d".to_owned(), at(9_000), || 0) += 1;
        assert_eq!(notes.get("b"), None);
        assert_eq!((notes.now.len(), notes.before.len()), (1, 0));
    }
}
