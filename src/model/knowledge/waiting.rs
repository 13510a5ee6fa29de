//! Questions whose words no topic has yet, in the order in which those came.
//!
//! Cheap to copy, as everything that readers hold is: an import may bring a hundred thousand
//! of them before the first is grouped.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::QuestionId;
use crate::model::Shards;

/// How many places in the journal share a page.
const PAGE: u64 = 1_024;

/// Questions by their place in the journal.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    pages: BTreeMap<u64, Arc<BTreeMap<u64, QuestionId>>>,
    places: Shards<QuestionId, u64>,
    count: usize,
}

impl Waiting {
    /// Notes a question that came at a place in the journal, unless it waits already.
    pub fn insert(&mut self, seq: u64, id: &QuestionId) {
        if self.places.get(id).is_some() {
            return;
        }
        self.places.entry(id, || seq);
        let page = self.pages.entry(seq / PAGE).or_default();
        Arc::make_mut(page).insert(seq, id.clone());
        self.count += 1;
    }

    /// Takes a question out, if it waits.
    pub fn remove(&mut self, id: &QuestionId) {
        let Some(seq) = self.places.remove(id) else {
            return;
        };
        self.count -= 1;
        if let Some(page) = self.pages.get_mut(&(seq / PAGE)) {
            let page = Arc::make_mut(page);
            page.remove(&seq);
            if page.is_empty() {
                self.pages.remove(&(seq / PAGE));
            }
        }
    }

    /// Takes a question out, unless it came after the record `seen`.
    pub fn remove_as_of(&mut self, id: &QuestionId, seen: u64) {
        if self.places.get(id).is_some_and(|seq| *seq <= seen) {
            self.remove(id);
        }
    }

    /// The questions, those that came first before the others.
    pub fn iter(&self) -> impl Iterator<Item = &QuestionId> {
        self.pages.values().flat_map(|page| page.values())
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Serialize for Waiting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.pages.values().flat_map(|page| page.iter()))
    }
}

impl<'de> Deserialize<'de> for Waiting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = BTreeMap::<u64, QuestionId>::deserialize(deserializer)?;
        let mut waiting = Self::default();
        for (seq, id) in all {
            waiting.insert(seq, &id);
        }
        Ok(waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_wait_in_the_order_in_which_they_came_and_leave_from_anywhere() {
        let id = |number: u64| QuestionId::parse(&format!("q{number}")).unwrap();
        let mut waiting = Waiting::default();
        for seq in [9, 5_000, 7, 2_000] {
            waiting.insert(seq, &id(seq));
        }
        waiting.insert(6_000, &id(7));
        let copy = waiting.clone();
        waiting.remove(&id(9));
        waiting.remove(&id(9));
        let order = |waiting: &Waiting| -> Vec<String> {
            waiting.iter().map(ToString::to_string).collect()
        };
        assert_eq!(order(&waiting), ["q7", "q2000", "q5000"]);
        assert_eq!(order(&copy), ["q7", "q9", "q2000", "q5000"]);
        assert_eq!((waiting.len(), copy.len()), (3, 4));
        let json = serde_json::to_string(&waiting).unwrap();
        assert_eq!(json, r#"{"7":"q7","2000":"q2000","5000":"q5000"}"#);
        let mut back: Waiting = serde_json::from_str(&json).unwrap();
        for seq in [2_000, 7, 5_000] {
            back.remove(&id(seq));
        }
        assert!(back.is_empty() && back.iter().next().is_none() && back.pages.is_empty());
    }
}
