//! Questions grouped into topics, as they arrive.
//!
//! Two levels. A new question joins the nearest micro-cluster by average link, at the
//! threshold and a bit more, or opens one; every 200 questions micro-clusters are merged
//! into topics by average link at the threshold. Ids stay with the larger part; a topic
//! that a person touched is pinned: it absorbs and is never absorbed. All sums are of
//! whole numbers, so that the same questions give the same topics in any order of
//! restoring. Pure; the caller journals what comes out and restores it after a start.

mod anew;
mod clusters;
mod deeds;
mod packed;
mod questions;
mod regroup;
mod title;
mod together;

use std::collections::BTreeMap;

pub use title::{Vocabulary, title};

use clusters::{Clusters, Nearest};
use packed::{Packed, packed, unpacked};
use questions::Questions;

/// How much nearer than the threshold a micro-cluster must be to be joined.
const CLOSER: f32 = 0.15;

/// After so many new questions the topics are regrouped.
const REGROUP_AFTER: usize = 200;

/// Where a question was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Its micro-cluster.
    pub cluster: u64,
    /// The micro-cluster's topic.
    pub topic: u64,
}

/// A micro-cluster that changed its topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The micro-cluster, with all of its questions.
    pub cluster: u64,
    /// The topic it was in.
    pub from: u64,
    /// The topic it is in now.
    pub to: u64,
}

/// The questions of all topics.
#[derive(Clone, Debug)]
pub struct Topics {
    threshold: f32,
    questions: Questions,
    clusters: Clusters,
    by_id: BTreeMap<u64, Topic>,
    next_cluster: u64,
    next_topic: u64,
    since_regroup: usize,
    /// The links between clusters that are near, as of the last regrouping.
    links: regroup::Links,
}

#[derive(Clone, Debug, Default)]
struct Topic {
    is_pinned: bool,
    count: u32,
}

impl Topics {
    /// No questions yet. `threshold` is the embedder's [`topic_threshold`].
    ///
    /// [`topic_threshold`]: crate::vector::Embedder::topic_threshold
    pub fn new(threshold: f32) -> Self {
        Self {
            threshold,
            questions: Questions::default(),
            clusters: Clusters::default(),
            by_id: BTreeMap::new(),
            next_cluster: 1,
            next_topic: 1,
            since_regroup: 0,
            links: regroup::Links::default(),
        }
    }

    /// Puts a question into its micro-cluster and topic. Asked again with the same id, it
    /// stays where it is. Costs one pass over the clusters.
    pub fn assign(&mut self, question: &str, vector: &[f32]) -> Placement {
        if let Some(assigned) = self.place_of(question) {
            return assigned;
        }
        let packed = Packed::of(vector);
        let clusters = &self.clusters;
        let nearest = clusters.nearest(&self.questions, &packed.wide, self.threshold);
        self.decide(question, &packed, nearest)
    }

    /// Puts a question to what is nearest to it, or apart.
    fn decide(&mut self, question: &str, packed: &Packed, nearest: Option<Nearest>) -> Placement {
        self.since_regroup += 1;
        let cluster = match nearest {
            Some(nearest) if nearest.link >= self.threshold + CLOSER => nearest.cluster,
            _ => {
                let topic = nearest.and_then(|nearest| nearest.topic);
                let topic = topic.unwrap_or_else(|| self.open_topic());
                self.open_cluster(topic)
            }
        };
        self.put(question, &packed.bytes, cluster);
        Placement {
            cluster,
            topic: self.topic_of(cluster),
        }
    }

    /// Puts a question where it was before a restart, whatever its vector says now.
    pub fn restore(&mut self, question: &str, vector: &[f32], cluster: u64, topic: u64) {
        self.remove(question);
        self.next_cluster = self.next_cluster.max(cluster + 1);
        self.next_topic = self.next_topic.max(topic + 1);
        self.by_id.entry(topic).or_default();
        match self.clusters.0.get(&cluster).map(|old| old.topic) {
            None => self.clusters.open(cluster, topic),
            Some(old) if old != topic => self.move_cluster(cluster, topic),
            Some(_) => {}
        }
        self.put(question, &packed(vector), cluster);
    }

    /// Where a question is; none when it is unknown or was removed.
    pub fn place_of(&self, question: &str) -> Option<Placement> {
        let cluster = self.questions.cluster(self.questions.find(question)?);
        let topic = self.clusters.0.get(&cluster)?.topic;
        Some(Placement { cluster, topic })
    }

    /// How many questions a topic has; 0 when there is none of that id.
    pub fn size(&self, topic: u64) -> usize {
        self.by_id
            .get(&topic)
            .map_or(0, |topic| topic.count as usize)
    }

    /// The ids of all topics with a question or a pin.
    pub fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        let ids = |(&id, topic): (&u64, &Topic)| (topic.count > 0 || topic.is_pinned).then_some(id);
        self.by_id.iter().filter_map(ids)
    }

    /// How many micro-clusters there are.
    pub fn clusters(&self) -> usize {
        self.clusters.0.len()
    }

    /// Whether enough new questions came since the last [`Self::regroup`].
    pub const fn due(&self) -> bool {
        self.since_regroup >= REGROUP_AFTER
    }

    /// Forgets a question.
    pub fn remove(&mut self, question: &str) {
        if let Some(place) = self.questions.forget(question) {
            self.take_out(place);
        }
    }

    /// The vector that was kept of a question, to within 1/512 in each number.
    pub fn vector(&self, question: &str) -> Option<Vec<f32>> {
        let place = self.questions.find(question)?;
        Some(unpacked(self.questions.vector(place)))
    }

    fn topic_of(&self, cluster: u64) -> u64 {
        let cluster = self.clusters.0.get(&cluster);
        cluster.map_or(0, |cluster| cluster.topic)
    }

    fn clusters_of(&self, topic: u64) -> Vec<u64> {
        let all = self.clusters.0.iter();
        let of_topic = all.filter(|(_, cluster)| cluster.topic == topic);
        of_topic.map(|(&id, _)| id).collect()
    }

    fn open_topic(&mut self) -> u64 {
        let topic = self.next_topic;
        self.next_topic += 1;
        self.by_id.insert(topic, Topic::default());
        topic
    }

    fn open_cluster(&mut self, topic: u64) -> u64 {
        let cluster = self.next_cluster;
        self.next_cluster += 1;
        self.clusters.open(cluster, topic);
        cluster
    }

    fn put(&mut self, question: &str, packed: &[i8], cluster: u64) {
        let place = self.questions.push(question, packed, cluster);
        self.count(place, cluster, true);
    }

    fn put_again(&mut self, question: &str, cluster: u64) {
        let Some(place) = self.questions.find(question) else {
            return;
        };
        self.take_out(place);
        self.questions.set_cluster(place, cluster);
        self.count(place, cluster, true);
    }

    fn take_out(&mut self, place: u32) {
        let cluster = self.questions.cluster(place);
        self.questions.set_cluster(place, 0);
        self.count(place, cluster, false);
        let is_emptied = self
            .clusters
            .0
            .get(&cluster)
            .is_some_and(|cluster| cluster.count == 0);
        if is_emptied {
            self.links.forget(cluster);
            self.clusters.0.remove(&cluster);
        }
    }

    /// Counts the question at `place` in its cluster and topic, or no longer.
    fn count(&mut self, place: u32, cluster: u64, is_added: bool) {
        let taken = self
            .clusters
            .take(&self.questions, cluster, place, is_added);
        if let Some(topic) = taken {
            self.links.touch(cluster);
            self.count_topic(topic, 1, is_added);
        }
    }

    fn count_topic(&mut self, id: u64, questions: u32, is_added: bool) {
        let topic = self.by_id.entry(id).or_default();
        topic.count = if is_added {
            topic.count + questions
        } else {
            topic.count.saturating_sub(questions)
        };
        if topic.count == 0 && !topic.is_pinned {
            self.by_id.remove(&id);
        }
    }

    fn move_cluster(&mut self, cluster: u64, to: u64) {
        let Some(place) = self.clusters.0.get_mut(&cluster) else {
            return;
        };
        let (from, count) = (std::mem::replace(&mut place.topic, to), place.count);
        self.count_topic(from, count, false);
        self.count_topic(to, count, true);
    }
}

#[cfg(test)]
mod tests;
