//! The cells that rows fell into, with their counters, side by side.

/// Cells in order: the number of each, its counters by kind, and the sum of its durations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::metrics) struct CellCounts {
    cells: Vec<u64>,
    counts: Vec<u32>,
    sums: Vec<i64>,
    kinds: usize,
}

impl CellCounts {
    /// No cell yet, each to have `kinds` counters.
    pub(in crate::metrics) fn new(kinds: usize) -> Self {
        Self {
            kinds: kinds.max(1),
            ..Self::default()
        }
    }

    /// Adds a cell that comes after all others.
    pub(in crate::metrics) fn push(&mut self, cell: u64, counts: &[u32], sum: i64) {
        self.cells.push(cell);
        let end = self.counts.len() + self.kinds;
        self.counts.extend(counts.iter().take(self.kinds));
        self.counts.resize(end, 0);
        self.sums.push(sum);
    }

    /// How many cells there are.
    pub(in crate::metrics) const fn len(&self) -> usize {
        self.cells.len()
    }

    /// The numbers of the cells.
    pub(in crate::metrics) fn cells(&self) -> &[u64] {
        &self.cells
    }

    /// The number of the cell at `place`.
    pub(in crate::metrics) fn cell(&self, place: usize) -> u64 {
        self.cells.get(place).copied().unwrap_or_default()
    }

    /// The counters of the cell at `place`, by kind.
    pub(in crate::metrics) fn counts(&self, place: usize) -> &[u32] {
        let from = place * self.kinds;
        self.counts.get(from..from + self.kinds).unwrap_or_default()
    }

    /// The sum of the durations of the cell at `place`, in milliseconds.
    pub(in crate::metrics) fn sum(&self, place: usize) -> i64 {
        self.sums.get(place).copied().unwrap_or_default()
    }

    /// How much memory it takes, in bytes.
    pub(in crate::metrics) const fn bytes(&self) -> usize {
        self.cells.len() * 16 + self.counts.len() * 4
    }
}
