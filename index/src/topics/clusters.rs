//! The micro-clusters: questions that are nearly the same, and their mean vectors.
//!
//! Most have one question only, on any desk; such a one keeps no sum, because the
//! question's own vector is its mean.

use std::collections::{BTreeMap, HashMap};

use super::packed::{Sum, link};
use super::questions::Questions;

/// Questions that are nearly the same.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    pub(super) topic: u64,
    pub(super) count: u32,
    /// Whether a person put it where it is.
    pub(super) is_fixed: bool,
    mean: Mean,
}

#[derive(Clone, Debug)]
enum Mean {
    Nothing,
    /// That of the question at this place.
    Of(u32),
    Kept(Box<Sum>),
}

impl Cluster {
    const fn new(topic: u64) -> Self {
        Self {
            topic,
            count: 0,
            is_fixed: false,
            mean: Mean::Nothing,
        }
    }

    /// The mean of its vectors.
    pub(super) fn mean<'a>(&'a self, questions: &'a Questions) -> &'a [i8] {
        match &self.mean {
            Mean::Nothing => &[],
            Mean::Of(place) => questions.vector(*place),
            Mean::Kept(sum) => sum.mean(),
        }
    }

    /// Counts the question at `place`, or no longer.
    fn take(&mut self, questions: &Questions, place: u32, is_added: bool) {
        let count = if is_added {
            self.count + 1
        } else {
            self.count.saturating_sub(1)
        };
        self.count = count;
        match &mut self.mean {
            _ if count == 0 => self.mean = Mean::Nothing,
            Mean::Nothing => self.mean = Mean::Of(place),
            Mean::Of(first) => {
                let mut sum = Sum::of(questions.vector(*first));
                sum.add(questions.vector(place), is_added, count);
                self.mean = Mean::Kept(Box::new(sum));
            }
            Mean::Kept(sum) => sum.add(questions.vector(place), is_added, count),
        }
    }
}

/// All micro-clusters by their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Clusters(pub(super) BTreeMap<u64, Cluster>);

/// What was found near a vector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearest {
    /// The nearest micro-cluster; the smaller id of two.
    pub(super) cluster: u64,
    /// Its average link.
    pub(super) link: f32,
    /// The topic whose questions are on average nearest, if they reach the threshold.
    pub(super) topic: Option<u64>,
}

impl Clusters {
    /// Adds one without questions.
    pub(super) fn open(&mut self, id: u64, topic: u64) {
        self.0.insert(id, Cluster::new(topic));
    }

    /// Counts the question at `place` in a cluster, or no longer; the topic of the cluster.
    pub(super) fn take(
        &mut self,
        questions: &Questions,
        id: u64,
        place: u32,
        is_added: bool,
    ) -> Option<u64> {
        let cluster = self.0.get_mut(&id)?;
        cluster.take(questions, place, is_added);
        Some(cluster.topic)
    }

    /// What is nearest to a widened vector. A topic's link is the mean of its questions', so
    /// only those with a cluster at the threshold can reach it.
    pub(super) fn nearest(
        &self,
        questions: &Questions,
        vector: &[i16],
        threshold: f32,
    ) -> Option<Nearest> {
        let mut best: Option<(u64, f32)> = None;
        let mut links = Vec::with_capacity(self.0.len());
        let mut near: HashMap<u64, (f64, u32)> = HashMap::new();
        for (&id, cluster) in &self.0 {
            let link = link(vector, cluster.mean(questions));
            links.push(link);
            if cluster.count > 0 && best.is_none_or(|(_, most)| link > most) {
                best = Some((id, link));
            }
            if link >= threshold {
                near.entry(cluster.topic).or_default();
            }
        }
        let (cluster, link) = best?;
        for (cluster, &link) in self.0.values().zip(&links) {
            if let Some((sum, count)) = near.get_mut(&cluster.topic) {
                *sum += f64::from(link) * f64::from(cluster.count);
                *count += cluster.count;
            }
        }
        let means = near
            .into_iter()
            .map(|(topic, (sum, count))| (sum / f64::from(count.max(1)), topic));
        let nearest = means
            .filter(|&(mean, _)| mean >= f64::from(threshold))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        Some(Nearest {
            cluster,
            link,
            topic: nearest.map(|(_, topic)| topic),
        })
    }
}
