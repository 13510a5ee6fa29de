//! All questions grouped anew, by the vectors of another embedder.
//!
//! What a person touched stays together; of the rest each topic keeps its id where most
//! of its questions went.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cluster, Topics};

impl Topics {
    /// The same questions by other vectors. Topics in `apart` keep exactly the questions
    /// that they have; pinned ones keep all of theirs and may take others in; of the rest
    /// new micro-clusters and topics are made, and ids go to the largest overlap.
    #[must_use]
    pub fn anew(
        &self,
        threshold: f32,
        apart: &BTreeSet<u64>,
        mut vector: impl FnMut(&str) -> Vec<f32>,
    ) -> Self {
        let mut new = Self::new(threshold);
        (new.next_cluster, new.next_topic) = (self.next_cluster, self.next_topic);
        let is_pinned = |topic: u64| self.by_id.get(&topic).is_some_and(|one| one.is_pinned);
        let (mut waiting, mut free) = (Vec::new(), Vec::new());
        for (question, cluster, topic) in self.in_order() {
            if apart.contains(&topic) {
                waiting.push((question, cluster, topic));
            } else if is_pinned(topic) {
                new.restore(question, &vector(question), cluster, topic);
            } else {
                free.push(question);
            }
        }
        let pinned = self.by_id.iter().filter(|(_, topic)| topic.is_pinned);
        for (&topic, _) in pinned.clone() {
            new.pin(topic);
        }
        for question in free {
            new.assign(question, &vector(question));
        }
        new.regroup();
        new.keep_ids(self);
        for (question, cluster, topic) in waiting {
            new.restore(question, &vector(question), cluster, topic);
        }
        for (id, _) in self.clusters.iter().filter(|(_, one)| one.is_fixed) {
            if let Some(cluster) = new.clusters.get_mut(id) {
                cluster.is_fixed = true;
            }
        }
        new
    }

    /// All questions with cluster and topic, in the order in which they came.
    fn in_order(&self) -> Vec<(&str, u64, u64)> {
        let mut all: Vec<(u32, &str)> = self
            .places
            .iter()
            .map(|(question, &place)| (place, &**question))
            .collect();
        all.sort_unstable();
        let placed = all.into_iter().filter_map(|(_, question)| {
            let place = self.place_of(question)?;
            Some((question, place.cluster, place.topic))
        });
        placed.collect()
    }

    /// Gives topics that are not pinned the ids that most of their questions had in
    /// `before`, each id once, the largest overlap first; the others get new ones.
    fn keep_ids(&mut self, before: &Self) {
        let mut overlaps: BTreeMap<(u64, u64), u32> = BTreeMap::new();
        for (question, _, topic) in self.in_order() {
            let old = before.place_of(question).map(|place| place.topic);
            if let Some(old) = old.filter(|old| !self.is_pinned(*old) && !self.is_pinned(topic)) {
                *overlaps.entry((topic, old)).or_default() += 1;
            }
        }
        let mut claims: Vec<(u32, u64, u64)> = overlaps
            .into_iter()
            .map(|((topic, old), count)| (count, old, topic))
            .collect();
        claims.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut named: BTreeMap<u64, u64> = BTreeMap::new();
        let mut taken: BTreeSet<u64> = BTreeSet::new();
        for (_count, old, topic) in claims {
            if !named.contains_key(&topic) && taken.insert(old) {
                named.insert(topic, old);
            }
        }
        let mut next_topic = before.next_topic;
        let free = |(&id, topic): (&u64, &super::Topic)| (!topic.is_pinned).then_some(id);
        for topic in self.by_id.iter().filter_map(free) {
            if !named.contains_key(&topic) {
                named.insert(topic, next_topic);
                next_topic += 1;
            }
        }
        self.next_topic = next_topic;
        let renamed = |topic: u64| named.get(&topic).copied().unwrap_or(topic);
        let by_id = std::mem::take(&mut self.by_id).into_iter();
        self.by_id = by_id.map(|(id, topic)| (renamed(id), topic)).collect();
        for cluster in self.clusters.values_mut() {
            let Cluster { topic, .. } = cluster;
            *topic = renamed(*topic);
        }
    }

    fn is_pinned(&self, topic: u64) -> bool {
        self.by_id.get(&topic).is_some_and(|one| one.is_pinned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Questions of two kinds, by their first letter or by their second.
    fn vector(question: &str, letter: usize) -> Vec<f32> {
        let mut vector = vec![0.0; 26];
        let byte = question.as_bytes()[letter] - b'a';
        vector[usize::from(byte)] = 1.0;
        vector
    }

    fn by_first(questions: &[&str]) -> Topics {
        let mut topics = Topics::new(0.5);
        for question in questions {
            topics.assign(question, &vector(question, 0));
        }
        topics.regroup();
        topics
    }

    fn topic(topics: &Topics, question: &str) -> u64 {
        topics.place_of(question).unwrap().topic
    }

    #[test]
    fn ids_go_where_most_of_the_questions_go() {
        let old = by_first(&["ax1", "ax2", "ax3", "ay4", "by5", "by6"]);
        let (a, b) = (topic(&old, "ax1"), topic(&old, "by5"));
        let new = old.anew(0.5, &BTreeSet::new(), |question| vector(question, 1));
        for question in ["ax1", "ax2", "ax3"] {
            assert_eq!(topic(&new, question), a, "{question}");
        }
        for question in ["ay4", "by5", "by6"] {
            assert_eq!(topic(&new, question), b, "{question}");
        }
        assert_eq!((new.size(a), new.size(b), new.ids().count()), (3, 3, 2));
    }

    #[test]
    fn what_has_no_overlap_left_gets_an_id_that_was_never_used() {
        let old = by_first(&["ax1", "ax2", "ay3"]);
        let new = old.anew(0.5, &BTreeSet::new(), |question| vector(question, 1));
        assert_eq!(topic(&new, "ax1"), topic(&old, "ax1"));
        assert_eq!(topic(&new, "ay3"), 2);
        let clusters: BTreeSet<u64> = ["ax1", "ay3"]
            .map(|one| new.place_of(one).unwrap().cluster)
            .into();
        assert!(clusters.iter().all(|&cluster| cluster > 1), "{clusters:?}");
    }

    #[test]
    fn pinned_topics_keep_theirs_and_those_apart_stay_as_they_are() {
        let mut old = by_first(&["ax1", "ay2", "bx3", "by4", "cx5"]);
        let (a, b) = (topic(&old, "ax1"), topic(&old, "bx3"));
        old.pin(a);
        let new = old.anew(0.5, &BTreeSet::from([b]), |question| vector(question, 1));
        assert_eq!((topic(&new, "ax1"), topic(&new, "ay2")), (a, a));
        assert_eq!((topic(&new, "bx3"), topic(&new, "by4")), (b, b));
        assert_eq!(new.place_of("bx3"), old.place_of("bx3"));
        assert_eq!(new.size(b), 2);
        assert_eq!(
            new.size(topic(&new, "cx5")),
            if topic(&new, "cx5") == a { 3 } else { 1 }
        );
    }

    #[test]
    fn the_same_vectors_give_the_same_topics() {
        let old = by_first(&["ax1", "bx2", "ax3", "cx4", "bx5"]);
        let new = old.anew(0.5, &BTreeSet::new(), |question| vector(question, 0));
        for question in ["ax1", "bx2", "ax3", "cx4", "bx5"] {
            assert_eq!(topic(&new, question), topic(&old, question), "{question}");
        }
    }
}
