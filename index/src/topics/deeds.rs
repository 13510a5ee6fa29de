//! What people do to topics: pin, merge, split, move a question.

use std::collections::HashSet;

use super::clusters::Cluster;
use super::{Placement, Topics};

impl Topics {
    /// Pins a topic: it is never absorbed by another one any more.
    pub fn pin(&mut self, topic: u64) {
        self.next_topic = self.next_topic.max(topic + 1);
        self.by_id.entry(topic).or_default().is_pinned = true;
    }

    /// Moves all of `from` into `into`, which is pinned by that.
    pub fn merge(&mut self, from: u64, into: u64) {
        self.pin(into);
        if from == into {
            return;
        }
        for cluster in self.clusters_of(from) {
            self.move_cluster(cluster, into);
        }
        self.by_id.remove(&from);
    }

    /// Parts questions from their topics into a new, pinned one, and returns its id.
    /// Unknown questions are passed over.
    pub fn split(&mut self, questions: &[&str]) -> u64 {
        let topic = self.open_topic();
        self.pin(topic);
        let cluster = self.open_cluster(topic);
        let unique: HashSet<&str> = questions.iter().copied().collect();
        for question in questions
            .iter()
            .filter(|question| unique.contains(*question))
        {
            self.put_again(question, cluster);
        }
        if let Some(cluster) = self.clusters.0.get_mut(&cluster) {
            cluster.is_fixed = true;
        }
        topic
    }

    /// Moves one question into a topic, where it stays; the topic is pinned by that.
    /// Returns its new place, none for an unknown question.
    pub fn shift(&mut self, question: &str, topic: u64) -> Option<Placement> {
        self.place_of(question)?;
        self.pin(topic);
        let fixed = |&(_, cluster): &(&u64, &Cluster)| cluster.topic == topic && cluster.is_fixed;
        let cluster = self.clusters.0.iter().find(fixed).map(|(&id, _)| id);
        let cluster = cluster.unwrap_or_else(|| self.open_cluster(topic));
        if let Some(cluster) = self.clusters.0.get_mut(&cluster) {
            cluster.is_fixed = true;
        }
        self.put_again(question, cluster);
        Some(Placement { cluster, topic })
    }
}
