//! Questions grouped into topics, as they arrive.
//!
//! Two levels. A new question joins the nearest micro-cluster by average link, at the
//! threshold and a bit more, or opens one; every 200 questions micro-clusters are merged
//! into topics by average link at the threshold. Ids stay with the larger part; a topic
//! that a person touched is pinned: it absorbs and is never absorbed. All sums are of
//! whole numbers, so that the same questions give the same topics in any order of
//! restoring. Pure; the caller journals what comes out and restores it after a start.

mod anew;
mod deeds;
mod means;
mod packed;
mod regroup;
mod title;

use std::collections::{BTreeMap, HashMap};

pub use title::{tags, title};

use means::Means;
use packed::{Sum, packed, unpacked};

/// How much nearer than the threshold a micro-cluster must be to be joined.
const CLOSER: f32 = 0.15;

/// After so many new questions the topics are regrouped.
const REGROUP_AFTER: usize = 200;

/// Where a question was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
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
    /// The place of each question by the caller's id.
    places: HashMap<Box<str>, u32>,
    questions: Vec<Question>,
    /// All vectors one after the other, `dims` bytes each.
    vectors: Vec<i8>,
    dims: usize,
    clusters: BTreeMap<u64, Cluster>,
    /// The clusters in a row, for the search of the nearest.
    means: Means,
    by_id: BTreeMap<u64, Topic>,
    next_cluster: u64,
    next_topic: u64,
    since_regroup: usize,
    /// The links between clusters that are near, as of the last regrouping.
    links: regroup::Links,
}

#[derive(Clone, Debug)]
struct Question {
    /// Its micro-cluster; 0 when it was removed.
    cluster: u64,
}

/// Questions that are nearly the same.
#[derive(Clone, Debug)]
struct Cluster {
    topic: u64,
    sum: Sum,
    count: u32,
    /// Its row among the means.
    row: usize,
    /// Whether a person put it where it is.
    is_fixed: bool,
}

#[derive(Clone, Debug, Default)]
struct Topic {
    is_pinned: bool,
    count: u32,
    sum: Sum,
}

impl Topics {
    /// No questions yet. `threshold` is the embedder's [`topic_threshold`].
    ///
    /// [`topic_threshold`]: crate::vector::Embedder::topic_threshold
    pub fn new(threshold: f32) -> Self {
        Self {
            threshold,
            places: HashMap::new(),
            questions: Vec::new(),
            vectors: Vec::new(),
            dims: 0,
            clusters: BTreeMap::new(),
            means: Means::default(),
            by_id: BTreeMap::new(),
            next_cluster: 1,
            next_topic: 1,
            since_regroup: 0,
            links: regroup::Links::default(),
        }
    }

    /// Puts a question into its micro-cluster and topic. Asked again with the same id, it
    /// stays where it is. Costs one pass over the clusters.
    pub fn assign(&mut self, question: &str, vector: &[f32]) -> Assigned {
        if let Some(assigned) = self.place_of(question) {
            return assigned;
        }
        self.since_regroup += 1;
        let packed = packed(vector);
        let exact = unpacked(&packed);
        let nearest = self.means.nearest(&exact);
        let cluster = match nearest {
            Some((cluster, link)) if link >= self.threshold + CLOSER => cluster,
            _ => {
                // A topic's link is a mean of its clusters' links, so none reaches what the
                // nearest cluster does not.
                let may_fit = nearest.is_some_and(|(_, link)| link >= self.threshold);
                let topic = if may_fit {
                    self.nearest_topic(&packed)
                } else {
                    None
                };
                let topic = topic.unwrap_or_else(|| self.open_topic());
                self.open_cluster(topic)
            }
        };
        self.put(question, &packed, cluster);
        Assigned {
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
        match self.clusters.get(&cluster).map(|found| found.topic) {
            None => self.add_cluster(cluster, topic),
            Some(found) if found != topic => self.move_cluster(cluster, topic),
            Some(_) => {}
        }
        self.put(question, &packed(vector), cluster);
    }

    /// Where a question is; none when it is unknown or was removed.
    pub fn place_of(&self, question: &str) -> Option<Assigned> {
        let place = *self.places.get(question)?;
        let cluster = self.questions.get(place as usize)?.cluster;
        let topic = self.clusters.get(&cluster)?.topic;
        Some(Assigned { cluster, topic })
    }

    /// How many questions a topic has; 0 when there is none of that id.
    pub fn size(&self, topic: u64) -> usize {
        self.by_id
            .get(&topic)
            .map_or(0, |topic| topic.count as usize)
    }

    /// The ids of all topics with a question or a pin.
    pub fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        let kept =
            |(&id, topic): (&u64, &Topic)| (topic.count > 0 || topic.is_pinned).then_some(id);
        self.by_id.iter().filter_map(kept)
    }

    /// How many micro-clusters there are.
    pub fn clusters(&self) -> usize {
        self.clusters.len()
    }

    /// Whether enough new questions came since the last [`Self::regroup`].
    pub const fn due(&self) -> bool {
        self.since_regroup >= REGROUP_AFTER
    }

    /// Forgets a question.
    pub fn remove(&mut self, question: &str) {
        let Some(place) = self.places.remove(question) else {
            return;
        };
        self.take_out(place);
    }

    /// The vector that was kept of a question, to within 1/512 in each number.
    pub fn vector(&self, question: &str) -> Option<Vec<f32>> {
        let place = *self.places.get(question)?;
        Some(unpacked(self.packed_at(place)))
    }

    fn packed_at(&self, place: u32) -> &[i8] {
        let start = place as usize * self.dims;
        self.vectors
            .get(start..start + self.dims)
            .unwrap_or_default()
    }

    fn topic_of(&self, cluster: u64) -> u64 {
        self.clusters
            .get(&cluster)
            .map_or(0, |cluster| cluster.topic)
    }

    fn clusters_of(&self, topic: u64) -> Vec<u64> {
        let of_topic = self
            .clusters
            .iter()
            .filter(|(_, cluster)| cluster.topic == topic);
        of_topic.map(|(&id, _)| id).collect()
    }

    /// The topic whose questions are on average nearest, from the threshold on.
    fn nearest_topic(&self, vector: &[i8]) -> Option<u64> {
        let mut best: Option<(f32, u64)> = None;
        for (&id, topic) in self.by_id.iter().filter(|(_, topic)| topic.count > 0) {
            let link = topic.sum.link(vector, topic.count);
            if link >= self.threshold && best.is_none_or(|(most, _)| link > most) {
                best = Some((link, id));
            }
        }
        best.map(|(_, id)| id)
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
        self.add_cluster(cluster, topic);
        cluster
    }

    fn add_cluster(&mut self, id: u64, topic: u64) {
        let row = self.means.claim(id);
        let cluster = Cluster {
            topic,
            sum: Sum::default(),
            count: 0,
            row,
            is_fixed: false,
        };
        self.clusters.insert(id, cluster);
    }

    fn put(&mut self, question: &str, packed: &[i8], cluster: u64) {
        if self.dims == 0 {
            self.dims = packed.len();
        }
        let place = u32::try_from(self.questions.len()).unwrap_or(u32::MAX);
        self.places.insert(question.into(), place);
        self.questions.push(Question { cluster });
        // A vector of another embedder would shift all that follow it.
        self.vectors.extend(
            packed
                .iter()
                .copied()
                .chain(std::iter::repeat(0))
                .take(self.dims),
        );
        self.count(place, cluster, true);
    }

    fn put_again(&mut self, question: &str, cluster: u64) {
        let Some(&place) = self.places.get(question) else {
            return;
        };
        self.take_out(place);
        if let Some(question) = self.questions.get_mut(place as usize) {
            question.cluster = cluster;
        }
        self.count(place, cluster, true);
    }

    fn take_out(&mut self, place: u32) {
        let Some(question) = self.questions.get_mut(place as usize) else {
            return;
        };
        let cluster = std::mem::take(&mut question.cluster);
        self.count(place, cluster, false);
        let Some(emptied) = self
            .clusters
            .get(&cluster)
            .filter(|cluster| cluster.count == 0)
        else {
            return;
        };
        self.means.free(emptied.row);
        self.links.forget(cluster);
        self.clusters.remove(&cluster);
    }

    /// Adds the question at `place` to its cluster and topic, or takes it away.
    fn count(&mut self, place: u32, cluster: u64, is_added: bool) {
        let packed = self.packed_at(place).to_vec();
        let Some(found) = self.clusters.get_mut(&cluster) else {
            return;
        };
        found.sum.add(&packed, is_added);
        found.count = if is_added {
            found.count + 1
        } else {
            found.count.saturating_sub(1)
        };
        self.means.set(found.row, &found.sum, found.count);
        self.links.touch(cluster);
        let topic = self.by_id.entry(found.topic).or_default();
        topic.sum.add(&packed, is_added);
        topic.count = if is_added {
            topic.count + 1
        } else {
            topic.count.saturating_sub(1)
        };
        if topic.count == 0 && !topic.is_pinned {
            self.by_id.remove(&found.topic);
        }
    }

    fn move_cluster(&mut self, cluster: u64, to: u64) {
        let Some(found) = self.clusters.get_mut(&cluster) else {
            return;
        };
        let from = std::mem::replace(&mut found.topic, to);
        if let Some(topic) = self.by_id.get_mut(&from) {
            topic.sum.add_sum(&found.sum, false);
            topic.count = topic.count.saturating_sub(found.count);
            if topic.count == 0 && !topic.is_pinned {
                self.by_id.remove(&from);
            }
        }
        let topic = self.by_id.entry(to).or_default();
        topic.sum.add_sum(&found.sum, true);
        topic.count += found.count;
    }
}

#[cfg(test)]
mod tests;
