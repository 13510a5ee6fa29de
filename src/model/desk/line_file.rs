//! Lines by their ids, by the unit that they are folded with, and by contact.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::Shards;

/// A line of a list, as it is filed.
pub(super) trait FiledLine {
    /// What it is the line of.
    fn id(&self) -> &str;
    /// The unit that it belongs to, as the store numbers it.
    fn unit(&self) -> u32;
    /// With whom, if with anybody.
    fn contact(&self) -> Option<&str>;
}

/// The ids of lines that have something in common.
type Ids = Vec<Arc<str>>;

/// Lines by id; a copy shares what neither has changed, for each snapshot has one.
#[derive(Clone, Debug)]
pub(super) struct LineFile<L> {
    lines: Shards<Arc<str>, Arc<L>>,
    /// What each unit has.
    units: Shards<u32, Ids>,
    /// What each contact has.
    contacts: Shards<Arc<str>, Ids>,
}

impl<L> Default for LineFile<L> {
    fn default() -> Self {
        Self {
            lines: Shards::default(),
            units: Shards::default(),
            contacts: Shards::default(),
        }
    }
}

impl<L> LineFile<L> {
    /// The lines, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<L>> {
        self.lines.iter().map(|(_, line)| line)
    }

    /// The line called `id`.
    pub(super) fn get(&self, id: &str) -> Option<&Arc<L>> {
        self.lines.get(id)
    }

    /// The lines of a contact.
    pub(super) fn of_contact<'a>(&'a self, contact: &str) -> impl Iterator<Item = &'a Arc<L>> {
        let ids = self.contacts.get(contact).into_iter().flatten();
        ids.filter_map(|id| self.lines.get(id))
    }
}

impl<L: FiledLine> LineFile<L> {
    /// A file of many lines at once, no two of one id.
    pub(super) fn of(lines: Vec<L>) -> Self {
        let mut entries = Vec::with_capacity(lines.len());
        let mut units: HashMap<u32, Ids> = HashMap::with_capacity(lines.len());
        let mut contacts: HashMap<Arc<str>, Ids> = HashMap::new();
        for line in lines {
            let id: Arc<str> = line.id().into();
            units.entry(line.unit()).or_default().push(Arc::clone(&id));
            if let Some(contact) = line.contact() {
                let ids = contacts.entry(contact.into()).or_default();
                ids.push(Arc::clone(&id));
            }
            entries.push((id, Arc::new(line)));
        }
        Self {
            lines: Shards::of(entries),
            units: Shards::of(units),
            contacts: Shards::of(contacts),
        }
    }

    /// Forgets the lines of a unit.
    pub(super) fn forget(&mut self, unit: u32) {
        for id in self.units.remove(&unit).unwrap_or_default() {
            self.take_out(&id);
        }
    }

    /// Adds a line, or replaces the one of its id.
    pub(super) fn add(&mut self, line: Arc<L>) {
        let id: Arc<str> = line.id().into();
        if let Some(former) = self.take_out(&id)
            && let Some(ids) = self.units.get_mut(&former.unit())
        {
            ids.retain(|held| *held != id);
        }
        let ids = self.units.entry(&line.unit(), Vec::new);
        ids.push(Arc::clone(&id));
        if let Some(contact) = line.contact() {
            let ids = self.contacts.entry(&contact.into(), Vec::new);
            ids.push(Arc::clone(&id));
        }
        self.lines.entry(&id, || line);
    }

    /// Takes a line out of all but its unit.
    fn take_out(&mut self, id: &Arc<str>) -> Option<Arc<L>> {
        let line = self.lines.remove(id)?;
        if let Some(contact) = line.contact()
            && let Some(ids) = self.contacts.get_mut(contact)
        {
            ids.retain(|held| held != id);
            if ids.is_empty() {
                self.contacts.remove(contact);
            }
        }
        Some(line)
    }

    /// The lines by id.
    pub(super) fn sorted(&self) -> Vec<Arc<L>> {
        let mut lines: Vec<_> = self.iter().cloned().collect();
        lines.sort_unstable_by(|one, other| one.id().cmp(other.id()));
        lines
    }
}

impl<L: FiledLine + PartialEq> PartialEq for LineFile<L> {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Entry(&'static str, u32, Option<&'static str>);

    impl FiledLine for Entry {
        fn id(&self) -> &str {
            self.0
        }

        fn unit(&self) -> u32 {
            self.1
        }

        fn contact(&self) -> Option<&str> {
            self.2
        }
    }

    fn of(file: &LineFile<Entry>, contact: &str) -> Vec<&'static str> {
        let mut ids: Vec<_> = file.of_contact(contact).map(|line| line.0).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_line_is_found_by_contact_and_goes_with_its_unit_or_when_it_is_replaced() {
        let mut file = LineFile::default();
        for line in [
            Entry("a", 1, Some("p")),
            Entry("b", 1, Some("q")),
            Entry("c", 2, Some("p")),
            Entry("d", 3, None),
        ] {
            file.add(Arc::new(line));
        }
        let copy = file.clone();
        assert_eq!(of(&file, "p"), ["a", "c"]);
        file.add(Arc::new(Entry("a", 2, Some("q"))));
        assert_eq!(
            (of(&file, "p"), of(&file, "q")),
            (vec!["c"], vec!["a", "b"])
        );
        file.forget(1);
        assert_eq!((file.iter().count(), of(&file, "q")), (3, vec!["a"]));
        file.forget(2);
        assert_eq!((file.iter().count(), of(&file, "p")), (1, vec![]));
        assert_eq!(file.contacts.len(), 0);
        assert_eq!((copy.iter().count(), of(&copy, "p")), (4, vec!["a", "c"]));
        let lines = copy.sorted().into_iter().map(Arc::unwrap_or_clone);
        let again = LineFile::of(lines.collect());
        assert_eq!(
            (of(&again, "p"), of(&again, "q")),
            (vec!["a", "c"], vec!["b"])
        );
        assert_eq!(again, copy);
    }
}
