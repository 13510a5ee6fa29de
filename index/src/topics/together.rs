//! Questions that come together: compared with all micro-clusters at once, then decided one
//! after the other, so that what comes out is what [`Topics::assign`] would say of each in turn.
//!
//! Comparing is nearly all of the work and can be done on all cores; only the clusters that the
//! batch itself opened or added to are compared again where they are met.

use std::collections::HashMap;

use rayon::prelude::*;

use super::clusters::Nearest;
use super::packed::{Packed, link, widened};
use super::{Placement, Topics};

/// So many questions are compared with so many clusters while both are in the cache.
const TILE: usize = 32;

impl Topics {
    /// Puts questions into their micro-clusters and topics, in order. One that has a place stays
    /// there. Costs one pass over the clusters for all of them.
    pub fn assign_all(&mut self, batch: &[(&str, Vec<f32>)]) -> Vec<Placement> {
        let packed: Vec<Packed> = batch.iter().map(|(_, vector)| Packed::of(vector)).collect();
        let mut field = Field::of(self);
        let known = compared(self, &packed);
        let mut placements = Vec::with_capacity(batch.len());
        for (((question, _), packed), known) in batch.iter().zip(&packed).zip(known) {
            let placement = self.place_of(question).unwrap_or_else(|| {
                let nearest = field.nearest(self, packed, &known);
                let placement = self.decide(question, packed, nearest);
                field.take(placement);
                placement
            });
            placements.push(placement);
        }
        placements
    }
}

/// The clusters as a batch sees them, in order of their ids.
struct Field {
    ids: Vec<u64>,
    /// Of each cluster, how many questions it has and the place of its topic.
    counts: Vec<u32>,
    slots: Vec<usize>,
    topics: Vec<u64>,
    slot_of: HashMap<u64, usize>,
    /// The places of those that changed since they were compared, in order.
    changed: Vec<usize>,
}

impl Field {
    fn of(topics: &Topics) -> Self {
        let mut field = Self {
            ids: Vec::new(),
            counts: Vec::new(),
            slots: Vec::new(),
            topics: Vec::new(),
            slot_of: HashMap::new(),
            changed: Vec::new(),
        };
        for (&id, cluster) in &topics.clusters.0 {
            field.open(id, cluster.topic, cluster.count);
        }
        field
    }

    fn open(&mut self, id: u64, topic: u64, count: u32) {
        let next = self.topics.len();
        let slot = *self.slot_of.entry(topic).or_insert(next);
        if slot == next {
            self.topics.push(topic);
        }
        self.ids.push(id);
        self.counts.push(count);
        self.slots.push(slot);
    }

    /// What is nearest to a question: as [`Clusters::nearest`] finds it, from what is `known` of
    /// the clusters that stand as they were.
    ///
    /// [`Clusters::nearest`]: super::clusters::Clusters::nearest
    fn nearest(&self, topics: &Topics, question: &Packed, known: &[f32]) -> Option<Nearest> {
        let mut all = known.to_vec();
        all.resize(self.ids.len(), 0.0);
        for &place in &self.changed {
            let id = self.ids.get(place);
            let cluster = id.and_then(|id| topics.clusters.0.get(id));
            if let (Some(cluster), Some(one)) = (cluster, all.get_mut(place)) {
                *one = link(&question.wide, cluster.mean(&topics.questions));
            }
        }
        let (mut best, mut near) = (None, Vec::new());
        for (place, &link) in all.iter().enumerate() {
            let has_some = self.counts.get(place).is_some_and(|count| *count > 0);
            if has_some && best.is_none_or(|(_, most)| link > most) {
                best = Some((place, link));
            }
            if link >= topics.threshold {
                near.extend(self.slots.get(place));
            }
        }
        let (place, link) = best?;
        Some(Nearest {
            cluster: self.ids.get(place).copied()?,
            link,
            topic: self.nearest_topic(topics.threshold, &all, near),
        })
    }

    /// The topic whose questions are on average nearest, of those with a cluster that is `near`,
    /// if they reach the threshold; the smaller id of two.
    fn nearest_topic(&self, threshold: f32, links: &[f32], near: Vec<usize>) -> Option<u64> {
        if near.is_empty() {
            return None;
        }
        let mut sums: Vec<Option<(f64, u32)>> = vec![None; self.topics.len()];
        for slot in near {
            if let Some(sum) = sums.get_mut(slot) {
                *sum = Some((0.0, 0));
            }
        }
        for ((slot, count), link) in self.slots.iter().zip(&self.counts).zip(links) {
            if let Some(Some((sum, all))) = sums.get_mut(*slot) {
                *sum += f64::from(*link) * f64::from(*count);
                *all += count;
            }
        }
        let summed = self.topics.iter().zip(sums);
        let means = summed.filter_map(|(topic, sum)| {
            let (sum, count) = sum?;
            Some((sum / f64::from(count.max(1)), *topic))
        });
        means
            .filter(|&(mean, _)| mean >= f64::from(threshold))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map(|(_, topic)| topic)
    }

    /// A question went there.
    fn take(&mut self, placement: Placement) {
        let place = self.ids.partition_point(|id| *id < placement.cluster);
        if self.ids.get(place) != Some(&placement.cluster) {
            self.open(placement.cluster, placement.topic, 0);
        }
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
        if let Err(at) = self.changed.binary_search(&place) {
            self.changed.insert(at, place);
        }
    }
}

/// By question, its link to each cluster.
fn compared(topics: &Topics, questions: &[Packed]) -> Vec<Vec<f32>> {
    let means: Vec<&[i8]> = topics
        .clusters
        .0
        .values()
        .map(|cluster| cluster.mean(&topics.questions))
        .collect();
    let tiles = questions.par_chunks(TILE);
    let all = tiles.flat_map_iter(|tile| {
        let mut found = vec![Vec::with_capacity(means.len()); tile.len()];
        for means in means.chunks(TILE) {
            let wide: Vec<Vec<i16>> = means.iter().map(|mean| widened(mean)).collect();
            for (question, links) in tile.iter().zip(&mut found) {
                links.extend(wide.iter().map(|mean| link(&question.wide, mean)));
            }
        }
        found
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors in some forty heaps, and some that lie alone.
    fn vectors(count: usize) -> Vec<Vec<f32>> {
        let mut state = 7_u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f32 / 16_777_216.0 - 0.5
        };
        let heaps: Vec<Vec<f32>> = (0..40).map(|_| (0..48).map(|_| next()).collect()).collect();
        let vector = |place: usize| {
            let heap = heaps.get(place % 44);
            let spread = 0.2 + 0.8 * (place % 7) as f32 / 7.0;
            let numbers: Vec<f32> = (0..48)
                .map(|at| heap.map_or(0.0, |heap| heap[at]) + spread * next())
                .collect();
            let length = numbers.iter().map(|one| one * one).sum::<f32>().sqrt();
            numbers.into_iter().map(|one| one / length).collect()
        };
        (0..count).map(vector).collect()
    }

    #[test]
    fn questions_that_come_together_go_where_each_would_alone() {
        let (mut one, mut all) = (Topics::new(0.5), Topics::new(0.5));
        let names: Vec<String> = (0..900).map(|number| format!("q{number}")).collect();
        let asked: Vec<(&str, Vec<f32>)> =
            names.iter().map(String::as_str).zip(vectors(900)).collect();
        for batch in asked.chunks(220) {
            let alone: Vec<Placement> = batch
                .iter()
                .map(|(name, vector)| one.assign(name, vector))
                .collect();
            assert_eq!(all.assign_all(batch), alone);
            assert_eq!(one.regroup(), all.regroup());
        }
        assert!(
            one.clusters() > 40 && one.clusters() < 900,
            "{}",
            one.clusters()
        );
        // Asked again they stay where they are.
        let (first, _) = asked.split_at(5);
        let places: Vec<_> = first
            .iter()
            .filter_map(|(name, _)| one.place_of(name))
            .collect();
        assert_eq!(all.assign_all(first), places);
    }
}
