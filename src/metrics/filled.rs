//! The cells that rows fell into, with their counters, side by side.

/// Cells in order: the number of each, its counters by kind, and the sum of its durations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    cells: Vec<u64>,
    counts: Vec<u32>,
    sums: Vec<i64>,
    kinds: usize,
}

impl Filled {
    /// No cell yet, each to have `kinds` counters.
    pub(super) fn new(kinds: usize) -> Self {
        Self {
            kinds: kinds.max(1),
            ..Self::default()
        }
    }

    /// Adds a cell that comes after all others.
    pub(super) fn push(&mut self, cell: u64, counts: &[u32], sum: i64) {
        self.cells.push(cell);
        let end = self.counts.len() + self.kinds;
        self.counts.extend(counts.iter().take(self.kinds));
        self.counts.resize(end, 0);
        self.sums.push(sum);
    }

    /// How many cells there are.
    pub(super) const fn len(&self) -> usize {
        self.cells.len()
    }

    /// The numbers of the cells.
    pub(super) fn cells(&self) -> &[u64] {
        &self.cells
    }

    /// The number of the cell at `place`.
    pub(super) fn cell(&self, place: usize) -> u64 {
        self.cells.get(place).copied().unwrap_or_default()
    }

    /// The counters of the cell at `place`, by kind.
    pub(super) fn counts(&self, place: usize) -> &[u32] {
        let from = place * self.kinds;
        self.counts.get(from..from + self.kinds).unwrap_or_default()
    }

    /// The sum of the durations of the cell at `place`, in milliseconds.
    pub(super) fn sum(&self, place: usize) -> i64 {
        self.sums.get(place).copied().unwrap_or_default()
    }

    /// How much memory it takes, in bytes.
    pub(super) const fn bytes(&self) -> usize {
        self.cells.len() * 16 + self.counts.len() * 4
    }
}
