//! The tags of a conversation while its steps are read, under the names they have now.

use crate::model::{Directory, Timestamp};

/// Taggings that hold: the name used then, and when.
#[derive(Default)]
pub(super) struct Tags<'a>(Vec<(&'a str, Timestamp)>);

impl<'a> Tags<'a> {
    pub(super) fn add(&mut self, tag: &'a str, at: Timestamp) {
        self.0.push((tag, at));
    }

    /// Removes the taggings that were called `tag` at `at`.
    pub(super) fn remove(&mut self, tag: &str, at: Timestamp, directory: &Directory) {
        self.0
            .retain(|(name, since)| directory.tag_name(name, *since, at) != Some(tag));
    }

    /// The names, as renamed and deleted since, each once and in order.
    pub(super) fn names(&self, directory: &'a Directory) -> Vec<&'a str> {
        let mut names: Vec<&'a str> = self
            .0
            .iter()
            .filter_map(|(name, since)| directory.tag_name(name, *since, Timestamp::MAX))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
