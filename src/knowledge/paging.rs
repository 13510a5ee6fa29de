//! A page of a list: what is passed over, how much is shown, where the next one begins.

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// How many are passed over.
    pub after: usize,
    /// At most so many.
    pub limit: usize,
}

impl Paging {
    /// The first so many.
    pub const fn first(limit: usize) -> Self {
        Self { after: 0, limit }
    }

    /// The part of `all`, and where the next page begins.
    pub(super) fn of<T>(self, all: Vec<T>) -> (Vec<T>, Option<String>) {
        let next = self.after.saturating_add(self.limit);
        let cursor = (next < all.len()).then(|| next.to_string());
        let part = all.into_iter().skip(self.after).take(self.limit);
        (part.collect(), cursor)
    }
}
