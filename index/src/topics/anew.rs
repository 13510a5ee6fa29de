//! All questions grouped again, by the vectors of another embedder.
//!
//! What a person touched stays together; of the rest each topic keeps its id where most
//! of its questions went.
//!
//! Small clusters are grouped again as well. A pinned topic keeps its questions and may take
//! others in; a dismissed or an answered one keeps exactly what it has, because that is what
//! was decided on.

use std::collections::{BTreeMap, BTreeSet};

use super::Topics;

impl Topics {
    /// The same `questions` by other vectors, in the order in which they came; those that are
    /// in no topic are passed over. Topics in `apart` keep exactly what they have; pinned ones
    /// keep all of theirs and may take others in; of the rest new micro-clusters and topics
    /// are made, and ids go to the largest overlap.
    #[must_use]
    pub fn anew(
        &self,
        threshold: f32,
        apart: &BTreeSet<u64>,
        questions: &[&str],
        mut vector: impl FnMut(&str) -> Vec<f32>,
    ) -> Self {
        let mut new = Self::new(threshold);
        (new.next_cluster, new.next_topic) = (self.next_cluster, self.next_topic);
        let pinned = self.by_id.iter().filter(|(_, topic)| topic.is_pinned);
        for (&topic, _) in pinned {
            new.pin(topic);
        }
        let (mut waiting, mut free) = (Vec::new(), Vec::new());
        for &question in questions {
            let Some(place) = self.place_of(question) else {
                continue;
            };
            if apart.contains(&place.topic) {
                waiting.push((question, place));
            } else if self.is_pinned(place.topic) {
                new.restore(question, &vector(question), place.cluster, place.topic);
            } else {
                free.push(question);
            }
        }
        for question in &free {
            new.assign(question, &vector(question));
        }
        new.regroup();
        new.keep_ids(self, &free);
        for (question, place) in waiting {
            new.restore(question, &vector(question), place.cluster, place.topic);
        }
        for (id, _) in self.clusters.0.iter().filter(|(_, one)| one.is_fixed) {
            if let Some(cluster) = new.clusters.0.get_mut(id) {
                cluster.is_fixed = true;
            }
        }
        new
    }

    /// Gives topics that are not pinned the ids that most of their questions had in
    /// `before`, each id once, the largest overlap first; the others get new ones.
    fn keep_ids(&mut self, before: &Self, questions: &[&str]) {
        let mut overlaps: BTreeMap<(u64, u64), u32> = BTreeMap::new();
        for question in questions {
            let (old, new) = (before.place_of(question), self.place_of(question));
            if let (Some(old), Some(new)) = (old, new)
                && !self.is_pinned(new.topic)
            {
                *overlaps.entry((new.topic, old.topic)).or_default() += 1;
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
            named.entry(topic).or_insert_with(|| {
                next_topic += 1;
                next_topic - 1
            });
        }
        self.next_topic = next_topic;
        let renamed = |topic: u64| named.get(&topic).copied().unwrap_or(topic);
        let by_id = std::mem::take(&mut self.by_id).into_iter();
        self.by_id = by_id.map(|(id, topic)| (renamed(id), topic)).collect();
        for cluster in self.clusters.0.values_mut() {
            cluster.topic = renamed(cluster.topic);
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
        let mut vector = vec![0.0; 26 * 8];
        let at = 8 * usize::from(question.as_bytes()[letter] - b'a');
        vector[at..at + 8].fill(8.0_f32.sqrt().recip());
        vector
    }

    /// All questions here; those that a test has not are passed over.
    const ALL: [&str; 13] = [
        "ax1", "ax2", "ax3", "ay2", "ay3", "ay4", "bx2", "bx3", "by4", "by5", "bx5", "by6", "cz5",
    ];

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
        let new = old.anew(0.5, &BTreeSet::new(), &ALL, |question| vector(question, 1));
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
        let new = old.anew(0.5, &BTreeSet::new(), &ALL, |question| vector(question, 1));
        assert_eq!(topic(&new, "ax1"), topic(&old, "ax1"));
        assert_eq!(topic(&new, "ay3"), old.next_topic);
        let clusters: BTreeSet<u64> = ["ax1", "ay3"]
            .map(|one| new.place_of(one).unwrap().cluster)
            .into();
        assert!(clusters.iter().all(|&cluster| cluster > 1), "{clusters:?}");
    }

    #[test]
    fn pinned_topics_keep_theirs_and_those_apart_stay_as_they_are() {
        let mut old = by_first(&["ax1", "ay2", "bx3", "by4", "cz5"]);
        let (a, b) = (topic(&old, "ax1"), topic(&old, "bx3"));
        old.pin(a);
        let new = old.anew(0.5, &BTreeSet::from([b]), &ALL, |question| {
            vector(question, 1)
        });
        assert_eq!((topic(&new, "ax1"), topic(&new, "ay2")), (a, a));
        assert_eq!((topic(&new, "bx3"), topic(&new, "by4")), (b, b));
        assert_eq!(new.place_of("bx3"), old.place_of("bx3"));
        assert_eq!(new.size(b), 2);
        assert_eq!(topic(&new, "cz5"), topic(&old, "cz5"));
    }

    #[test]
    fn the_same_vectors_give_the_same_topics() {
        let old = by_first(&["ax1", "bx2", "ax3", "cz5", "bx5"]);
        let new = old.anew(0.5, &BTreeSet::new(), &ALL, |question| vector(question, 0));
        for question in ["ax1", "bx2", "ax3", "cz5", "bx5"] {
            assert_eq!(topic(&new, question), topic(&old, question), "{question}");
        }
    }
}
