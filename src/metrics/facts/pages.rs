//! A long list of which a few places change at a time: pages shared between snapshots.

use std::sync::Arc;

/// How many values a page holds.
const PAGE: usize = 1_024;

/// Values by place; a place that nothing was written to holds the default.
#[derive(Clone, Debug)]
pub struct Pages<T> {
    pages: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T: Clone + Default> Pages<T> {
    /// The value at `place`.
    pub fn get(&self, place: u32) -> T {
        let place = place as usize;
        let page = self.pages.get(place / PAGE);
        page.and_then(|page| page.get(place % PAGE))
            .cloned()
            .unwrap_or_default()
    }

    /// Writes the value at `place`; only its page is copied.
    pub fn set(&mut self, place: u32, value: T) {
        let place = place as usize;
        if self.pages.len() <= place / PAGE {
            self.pages.resize_with(place / PAGE + 1, Arc::default);
        }
        if let Some(page) = self.pages.get_mut(place / PAGE) {
            let page = Arc::make_mut(page);
            if page.len() <= place % PAGE {
                page.resize(place % PAGE + 1, T::default());
            }
            if let Some(slot) = page.get_mut(place % PAGE) {
                *slot = value;
            }
        }
    }

    /// How many places there may be values at.
    pub fn len(&self) -> usize {
        let last = self.pages.last().map_or(0, |page| page.len());
        self.pages.len().saturating_sub(1) * PAGE + last
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values by place.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.len()).map(|place| {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            self.get(place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_copy_leaves_the_older_as_it_was() {
        let mut one = Pages::default();
        one.set(3_000, 7_u32);
        let mut other = one.clone();
        other.set(3_000, 8);
        other.set(0, 1);
        assert_eq!((one.get(3_000), one.get(0), one.get(9_999)), (7, 0, 0));
        assert_eq!((other.get(3_000), other.get(0)), (8, 1));
        assert_eq!(other.iter().filter(|value| *value != 0).count(), 2);
        assert_eq!(other.len(), 3_001);
    }
}
