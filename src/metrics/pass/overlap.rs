//! How a window lies over the rows of some chunks: which of its limits cut them.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::metrics::calendar::Buckets;

/// How a window lies over the rows of a chunk, or of several.
pub(in crate::metrics) struct Overlap {
    /// The first bucket that they meet.
    pub(in crate::metrics) first: usize,
    /// How many buckets they meet.
    pub(in crate::metrics) buckets: usize,
    /// A number that differs where they would be cut in another way.
    pub(in crate::metrics) cut: u64,
}

impl Overlap {
    /// How a window lies over rows between two instants; `None`: it has no bucket there.
    pub(in crate::metrics) fn of(buckets: &Buckets, span: (i64, i64)) -> Option<Self> {
        let (from, to) = span;
        let window = buckets.window();
        let start = from.max(window.0);
        let first = buckets.index(start)?;
        let mut hasher = DefaultHasher::new();
        (window.0 > from, window.1 <= to).hash(&mut hasher);
        if window.0 > from {
            window.0.hash(&mut hasher);
        }
        let mut bucket = first;
        while let Some((_, end)) = buckets.limits_of(bucket)
            && end <= to
        {
            end.hash(&mut hasher);
            bucket += 1;
        }
        Some(Self {
            first,
            buckets: (bucket - first + 1).min(buckets.len() - first),
            cut: hasher.finish(),
        })
    }
}
