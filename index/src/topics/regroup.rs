//! The second level: micro-clusters merged into topics by average link.
//!
//! Links are kept between runs and reckoned anew only for clusters that changed. As
//! the average link of a merged pair to a third is never above the larger of both
//! links, only clusters with a link at the threshold or above can ever meet, so each
//! connected part of that graph is merged by itself.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use rayon::prelude::*;

use super::packed::Sum;
use super::{Move, Topics};
use crate::vector::dot;

/// Links at the threshold or above, and which clusters changed since.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    near: BTreeMap<u64, BTreeMap<u64, f32>>,
    changed: BTreeSet<u64>,
}

impl Links {
    /// Notes that a cluster's questions changed.
    pub(super) fn touch(&mut self, cluster: u64) {
        self.changed.insert(cluster);
    }

    /// Drops a cluster that is no more.
    pub(super) fn forget(&mut self, cluster: u64) {
        self.changed.remove(&cluster);
        self.cut(cluster);
    }

    fn cut(&mut self, cluster: u64) {
        for other in self.near.remove(&cluster).unwrap_or_default().keys() {
            if let Some(links) = self.near.get_mut(other) {
                links.remove(&cluster);
            }
        }
    }

    fn join(&mut self, a: u64, b: u64, link: f32) {
        self.near.entry(a).or_default().insert(b, link);
        self.near.entry(b).or_default().insert(a, link);
    }
}

/// A group of clusters while they are merged.
#[derive(Clone, Debug)]
struct Group {
    sum: Sum,
    mean: Vec<f32>,
    count: u32,
    clusters: Vec<u64>,
    /// The pinned topic it belongs to.
    pinned: Option<u64>,
    links: BTreeSet<usize>,
}

/// Two groups that may be merged: the nearest first, then the smallest.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pair {
    link: f32,
    a: usize,
    b: usize,
}

impl Eq for Pair {}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        let nearer = self.link.total_cmp(&other.link);
        nearer.then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Topics {
    /// Merges micro-clusters into topics anew and says which of them changed theirs, by
    /// cluster id. Topics that are pinned keep all they have.
    pub fn regroup(&mut self) -> Vec<Move> {
        self.since_regroup = 0;
        self.renew_links();
        let groups = self.merged();
        let named = self.named(&groups);
        let mut moves = Vec::new();
        for (group, topic) in groups.iter().zip(named) {
            let topic = topic.unwrap_or_else(|| self.open_topic());
            for &cluster in &group.clusters {
                let from = self.topic_of(cluster);
                if from != topic {
                    moves.push(Move {
                        cluster,
                        from,
                        to: topic,
                    });
                }
            }
        }
        moves.sort_unstable_by_key(|one| one.cluster);
        for one in &moves {
            self.move_cluster(one.cluster, one.to);
        }
        moves
    }

    fn renew_links(&mut self) {
        let changed = std::mem::take(&mut self.links.changed);
        for &cluster in &changed {
            self.links.cut(cluster);
        }
        let rows: Vec<Row> = self
            .rows()
            .map(|(cluster, mean)| Row {
                cluster,
                mean,
                is_changed: changed.contains(&cluster),
            })
            .collect();
        let found: Vec<(u64, u64, f32)> = rows
            .par_iter()
            .filter(|row| row.is_changed)
            .flat_map_iter(|row| near(row, &rows, self.threshold))
            .collect();
        for (a, b, link) in found {
            self.links.join(a, b, link);
        }
    }

    /// The clusters with their means, by id.
    fn rows(&self) -> impl Iterator<Item = (u64, &[f32])> {
        self.clusters.iter().filter_map(|(&id, cluster)| {
            let start = cluster.row * self.dims;
            Some((id, self.means.rows.get(start..start + self.dims)?))
        })
    }

    /// The groups that average link leaves at the threshold.
    fn merged(&self) -> Vec<Group> {
        let mut groups: Vec<Option<Group>> = Vec::new();
        let mut group_of: HashMap<u64, usize> = HashMap::new();
        let mut of_pinned: HashMap<u64, usize> = HashMap::new();
        for (&id, cluster) in &self.clusters {
            let is_pinned = self
                .by_id
                .get(&cluster.topic)
                .is_some_and(|topic| topic.is_pinned);
            let pinned = is_pinned.then_some(cluster.topic);
            // A pinned topic begins as one group and so stays together.
            let at = match pinned {
                Some(topic) => *of_pinned.entry(topic).or_insert(groups.len()),
                None => groups.len(),
            };
            group_of.insert(id, at);
            let alone = Group {
                sum: cluster.sum.clone(),
                mean: Vec::new(),
                count: cluster.count,
                clusters: vec![id],
                pinned,
                links: BTreeSet::new(),
            };
            match groups.get_mut(at).and_then(Option::as_mut) {
                Some(group) => group.absorb(alone),
                None => groups.push(Some(alone)),
            }
        }
        for group in groups.iter_mut().flatten() {
            group.mean = group.sum.mean(group.count);
        }
        let mut heap = BinaryHeap::new();
        for (id, links) in &self.links.near {
            for other in links.keys().filter(|&other| other > id) {
                if let (Some(&a), Some(&b)) = (group_of.get(id), group_of.get(other)) {
                    link(&mut groups, &mut heap, a, b, self.threshold);
                }
            }
        }
        while let Some(pair) = heap.pop() {
            merge(&mut groups, &mut heap, pair, self.threshold);
        }
        groups.into_iter().flatten().collect()
    }

    /// The topic of each group: the pinned one, else that of most of its questions. Each
    /// topic goes to one group, the larger overlap first; groups left over have none.
    fn named(&self, groups: &[Group]) -> Vec<Option<u64>> {
        let mut named: Vec<Option<u64>> = groups.iter().map(|group| group.pinned).collect();
        let mut taken: BTreeSet<u64> = named.iter().copied().flatten().collect();
        let mut claims: Vec<(u32, u64, usize)> = Vec::new();
        for (at, group) in groups
            .iter()
            .enumerate()
            .filter(|(_, group)| group.pinned.is_none())
        {
            let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
            for cluster in group.clusters.iter().filter_map(|id| self.clusters.get(id)) {
                *counts.entry(cluster.topic).or_default() += cluster.count;
            }
            claims.extend(counts.into_iter().map(|(topic, count)| (count, topic, at)));
        }
        claims.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_count, topic, at) in claims {
            let Some(place) = named.get_mut(at) else {
                continue;
            };
            if place.is_none() && taken.insert(topic) {
                *place = Some(topic);
            }
        }
        named
    }
}

impl Group {
    fn absorb(&mut self, other: Self) {
        self.sum.add_sum(&other.sum, true);
        self.count += other.count;
        self.clusters.extend(other.clusters);
        self.pinned = self.pinned.or(other.pinned);
    }
}

/// A cluster among all while links are reckoned.
struct Row<'a> {
    cluster: u64,
    mean: &'a [f32],
    is_changed: bool,
}

/// The links of a changed cluster to all others; of two changed ones the smaller has it.
fn near(row: &Row, rows: &[Row], threshold: f32) -> Vec<(u64, u64, f32)> {
    let is_mine = |other: &&Row| {
        other.cluster > row.cluster || (!other.is_changed && other.cluster < row.cluster)
    };
    let others = rows.iter().filter(is_mine);
    let linked = others.map(|other| (row.cluster, other.cluster, dot(row.mean, other.mean)));
    linked.filter(|one| one.2 >= threshold).collect()
}

/// Links two groups if they are near enough and may be merged.
fn link(
    groups: &mut [Option<Group>],
    heap: &mut BinaryHeap<Pair>,
    a: usize,
    b: usize,
    threshold: f32,
) {
    let (a, b) = (a.min(b), a.max(b));
    let Some((Some(first), rest)) = groups.get_mut(a..).and_then(<[_]>::split_first_mut) else {
        return;
    };
    let Some(Some(second)) = rest.get_mut((b - a).wrapping_sub(1)) else {
        return;
    };
    if (first.pinned.is_some() && second.pinned.is_some()) || first.links.contains(&b) {
        return;
    }
    let link = dot(&first.mean, &second.mean);
    if link >= threshold {
        first.links.insert(b);
        second.links.insert(a);
        heap.push(Pair { link, a, b });
    }
}

/// Merges a pair, unless one of it was merged before.
fn merge(groups: &mut Vec<Option<Group>>, heap: &mut BinaryHeap<Pair>, pair: Pair, threshold: f32) {
    let both_are_there = [pair.a, pair.b]
        .iter()
        .all(|&at| groups.get(at).is_some_and(Option::is_some));
    if !both_are_there {
        return;
    }
    let taken =
        |groups: &mut Vec<Option<Group>>, at: usize| groups.get_mut(at).and_then(Option::take);
    let (Some(mut group), Some(other)) = (taken(groups, pair.a), taken(groups, pair.b)) else {
        return;
    };
    let mut neighbours: BTreeSet<usize> = std::mem::take(&mut group.links);
    neighbours.extend(&other.links);
    group.absorb(other);
    group.mean = group.sum.mean(group.count);
    let at = groups.len();
    groups.push(Some(group));
    for neighbour in neighbours {
        link(groups, heap, neighbour, at, threshold);
    }
}
