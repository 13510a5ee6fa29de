//! Lines by their ids, and by the unit that they are folded with.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A line of a list, as it is filed.
pub(super) trait FiledLine {
    /// What it is the line of.
    fn id(&self) -> &str;
    /// The unit that it belongs to, as the store numbers it.
    fn unit(&self) -> u32;
}

/// Lines by id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    from = "Vec<Arc<L>>",
    into = "Vec<Arc<L>>",
    bound(
        serialize = "L: Clone + Serialize",
        deserialize = "L: FiledLine + Deserialize<'de>"
    )
)]
pub(super) struct LineFile<L> {
    lines: BTreeMap<String, Arc<L>>,
    /// What each unit has.
    units: BTreeMap<u32, BTreeSet<String>>,
}

impl<L> Default for LineFile<L> {
    fn default() -> Self {
        Self {
            lines: BTreeMap::new(),
            units: BTreeMap::new(),
        }
    }
}

impl<L> LineFile<L> {
    /// The lines, by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<L>> {
        self.lines.values()
    }

    /// The line called `id`.
    pub(super) fn get(&self, id: &str) -> Option<&Arc<L>> {
        self.lines.get(id)
    }

    /// The lines whose ids begin so.
    pub(super) fn called<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = &'a Arc<L>> {
        let bounds = (Bound::Included(beginning), Bound::Unbounded);
        let from = self.lines.range::<str, _>(bounds);
        from.take_while(move |(id, _)| id.starts_with(beginning))
            .map(|(_, line)| line)
    }

    /// Forgets the lines of a unit.
    pub(super) fn forget(&mut self, unit: u32) {
        for id in self.units.remove(&unit).into_iter().flatten() {
            self.lines.remove(&id);
        }
    }
}

impl<L: FiledLine> LineFile<L> {
    /// Adds a line, or replaces the one of its id.
    pub(super) fn add(&mut self, line: Arc<L>) {
        let id = line.id().to_owned();
        self.units
            .entry(line.unit())
            .or_default()
            .insert(id.clone());
        self.lines.insert(id, line);
    }
}

impl<L: FiledLine> From<Vec<Arc<L>>> for LineFile<L> {
    fn from(lines: Vec<Arc<L>>) -> Self {
        let mut file = Self::default();
        for line in lines {
            file.add(line);
        }
        file
    }
}

impl<L> From<LineFile<L>> for Vec<Arc<L>> {
    fn from(file: LineFile<L>) -> Self {
        file.lines.into_values().collect()
    }
}
