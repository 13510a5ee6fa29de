//! The second level: micro-clusters merged into topics by average link.
//!
//! Links are kept between runs and computed again only for clusters that changed. As
//! the average link of a merged pair to a third is never above the larger of both
//! links, only clusters with a link at the threshold or above can ever meet, so each
//! connected part of that graph is merged by itself.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rayon::prelude::*;

use super::packed::unpacked;
use super::{Move, Topics};
use crate::vector::dot;

/// So many vectors are compared with so many others while both are in the cache.
const TILE: usize = 64;

/// Which clusters are near each other, and which changed since that was computed.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    near: BTreeMap<u64, BTreeSet<u64>>,
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
        for other in self.near.remove(&cluster).unwrap_or_default() {
            if let Some(links) = self.near.get_mut(&other) {
                links.remove(&cluster);
            }
        }
    }

    fn join(&mut self, a: u64, b: u64) {
        self.near.entry(a).or_default().insert(b);
        self.near.entry(b).or_default().insert(a);
    }
}

/// A group of clusters while they are merged.
#[derive(Clone, Debug)]
struct Group {
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
    /// Merges micro-clusters into topics again and says which of them changed theirs, by
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
        let all = self.clusters.0.iter();
        let (mine, others): (Vec<Row>, Vec<Row>) = all
            .map(|(&cluster, node)| Row {
                cluster,
                mean: node.mean(&self.questions),
            })
            .partition(|row| changed.contains(&row.cluster));
        let node: Vec<(u64, u64)> = mine
            .par_chunks(TILE)
            .enumerate()
            .flat_map_iter(|(at, tile)| {
                // Of two that changed, the one before has the link.
                let behind = mine.get(at * TILE..).unwrap_or_default();
                near(tile, [behind, &others], self.threshold)
            })
            .collect();
        for (a, b) in node {
            self.links.join(a, b);
        }
    }

    /// The groups that average link leaves at the threshold.
    fn merged(&self) -> Vec<Group> {
        let parts: Vec<Vec<u64>> = self.parts();
        let merged = parts.into_par_iter().map(|part| self.merged_part(&part));
        merged.flatten_iter().collect()
    }

    /// The connected parts: clusters with a way of links between them, or in one pinned topic.
    fn parts(&self) -> Vec<Vec<u64>> {
        let ids: Vec<u64> = self.clusters.0.keys().copied().collect();
        let place = |id: &u64| ids.binary_search(id).ok();
        let mut roots = Roots((0..ids.len()).collect());
        let mut of_pinned: BTreeMap<u64, usize> = BTreeMap::new();
        for (at, cluster) in self.clusters.0.values().enumerate() {
            if let Some(topic) = self.pinned(cluster.topic) {
                let first = *of_pinned.entry(topic).or_insert(at);
                roots.join(first, at);
            }
        }
        for (id, links) in &self.links.near {
            for other in links {
                if let (Some(a), Some(b)) = (place(id), place(other)) {
                    roots.join(a, b);
                }
            }
        }
        let mut parts: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        for (at, id) in ids.iter().enumerate() {
            parts.entry(roots.of(at)).or_default().push(*id);
        }
        parts.into_values().collect()
    }

    fn pinned(&self, topic: u64) -> Option<u64> {
        let entry = self.by_id.get(&topic)?;
        entry.is_pinned.then_some(topic)
    }

    /// What average link makes of one connected part.
    fn merged_part(&self, part: &[u64]) -> Vec<Group> {
        let mut groups: Vec<Option<Group>> = Vec::new();
        let mut group_of: BTreeMap<u64, usize> = BTreeMap::new();
        let mut of_pinned: BTreeMap<u64, usize> = BTreeMap::new();
        for id in part {
            let Some(cluster) = self.clusters.0.get(id) else {
                continue;
            };
            let pinned = self.pinned(cluster.topic);
            // A pinned topic begins as one group and so stays together.
            let at = match pinned {
                Some(topic) => *of_pinned.entry(topic).or_insert(groups.len()),
                None => groups.len(),
            };
            group_of.insert(*id, at);
            let is_single = part.len() == 1;
            let alone = Group {
                // Nothing is compared with what has no link.
                mean: if is_single {
                    Vec::new()
                } else {
                    unpacked(cluster.mean(&self.questions))
                },
                count: cluster.count,
                clusters: vec![*id],
                pinned,
                links: BTreeSet::new(),
            };
            match groups.get_mut(at).and_then(Option::as_mut) {
                Some(group) => group.absorb(alone),
                None => groups.push(Some(alone)),
            }
        }
        let mut heap = BinaryHeap::new();
        for id in part {
            let links = self.links.near.get(id).into_iter().flatten();
            for other in links.filter(|&other| other > id) {
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
            for cluster in group
                .clusters
                .iter()
                .filter_map(|id| self.clusters.0.get(id))
            {
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
        let (ours, theirs) = (self.count as f32, other.count as f32);
        let whole = (ours + theirs).max(1.0);
        for (mean, value) in self.mean.iter_mut().zip(&other.mean) {
            *mean = (*mean * ours + value * theirs) / whole;
        }
        self.count += other.count;
        self.clusters.extend(other.clusters);
        self.pinned = self.pinned.or(other.pinned);
    }
}

/// The connected parts while they are found: each place names one of its part, the root itself.
struct Roots(Vec<usize>);

impl Roots {
    fn of(&mut self, at: usize) -> usize {
        let mut root = at;
        while let Some(&above) = self.0.get(root).filter(|&&above| above != root) {
            root = above;
        }
        // The way is shortened for those who come after.
        let mut step = at;
        while let Some(above) = self.0.get_mut(step).filter(|above| **above != root) {
            step = std::mem::replace(above, root);
        }
        root
    }

    /// The smaller root stays, so that parts come in the order of their first.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        if let Some(above) = self.0.get_mut(a.max(b)) {
            *above = a.min(b);
        }
    }
}

/// A cluster while links are computed.
struct Row<'a> {
    cluster: u64,
    mean: &'a [i8],
}

/// Which of the `others` are near which of `tile`. The first of them begins with the tile
/// itself, of which each pair is named once.
fn near(tile: &[Row], others: [&[Row]; 2], threshold: f32) -> Vec<(u64, u64)> {
    // Packed numbers are whole 256ths: these sums are exact, whatever their order.
    let wide =
        |rows: &[Row]| -> Vec<Vec<f32>> { rows.iter().map(|row| unpacked(row.mean)).collect() };
    let ours = wide(tile);
    let mut list = Vec::new();
    for (which, others) in others.into_iter().enumerate() {
        for (nth, chunk) in others.chunks(TILE).enumerate() {
            let theirs = wide(chunk);
            for (at, (row, mean)) in tile.iter().zip(&ours).enumerate() {
                let skipped = if which == 0 && nth == 0 { at + 1 } else { 0 };
                for (other, their) in chunk.iter().zip(&theirs).skip(skipped) {
                    if dot(mean, their) >= threshold {
                        list.push((row.cluster, other.cluster));
                    }
                }
            }
        }
    }
    list
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
    let at = groups.len();
    groups.push(Some(group));
    for neighbour in neighbours {
        link(groups, heap, neighbour, at, threshold);
    }
}
