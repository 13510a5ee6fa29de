//! The mean vectors of all micro-clusters in a row, to find the nearest in one pass.

use super::packed::Sum;

/// The mean vectors of the clusters as rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Means {
    pub(super) rows: Vec<f32>,
    /// The cluster of each row; 0 where the row is free.
    clusters: Vec<u64>,
}

impl Means {
    /// A row for a cluster.
    pub(super) fn claim(&mut self, cluster: u64) -> usize {
        let free = self.clusters.iter().position(|&one| one == 0);
        let row = free.unwrap_or(self.clusters.len());
        match self.clusters.get_mut(row) {
            Some(place) => *place = cluster,
            None => self.clusters.push(cluster),
        }
        row
    }

    /// Gives a row back.
    pub(super) fn free(&mut self, row: usize) {
        if let Some(cluster) = self.clusters.get_mut(row) {
            *cluster = 0;
        }
    }

    /// Writes the mean of a cluster.
    pub(super) fn set(&mut self, row: usize, sum: &Sum, count: u32) {
        let mean = sum.mean(count);
        let start = row * mean.len();
        if self.rows.len() < start + mean.len() {
            self.rows.resize(start + mean.len(), 0.0);
        }
        if let Some(place) = self.rows.get_mut(start..start + mean.len()) {
            place.copy_from_slice(&mean);
        }
    }

    /// The cluster whose mean is nearest, and the average link; the smaller id of two.
    pub(super) fn nearest(&self, vector: &[f32]) -> Option<(u64, f32)> {
        let mut best: Option<(u64, f32)> = None;
        for (row, &cluster) in self
            .rows
            .chunks_exact(vector.len().max(1))
            .zip(&self.clusters)
        {
            if cluster == 0 {
                continue;
            }
            let link = crate::vector::dot(vector, row);
            if best.is_none_or(|(id, most)| link > most || (link >= most && cluster < id)) {
                best = Some((cluster, link));
            }
        }
        best
    }
}
