//! Lines by their ids, by the unit that they are folded with, and by contact.
//!
//! What lists judge by stands apart from the lines themselves: a list looks at all of the one and
//! at few of the other, which may still be as they were kept until somebody wants to see them.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::block::{Block, Entry, Placed};
use super::filed::{Filed, FiledLine, KeptLine, Place, place};
use crate::model::Shards;

/// How many lines a block has, about, before there are more blocks.
const BLOCK: usize = 64;
/// How many blocks there are at most.
const MOST_BLOCKS: usize = 4_096;

/// The places of lines that have something in common.
type Places = SmallVec<[Place; 2]>;

/// Lines by id; a copy shares what neither has changed, for each snapshot has one.
#[derive(Clone, Debug)]
pub(super) struct LineFile<L: FiledLine> {
    words: L::Words,
    /// A power of two of them.
    blocks: Vec<Arc<Block<L>>>,
    len: usize,
    /// What each unit has.
    units: Shards<u32, Places>,
    /// What each contact has, by the place of its id.
    contacts: Shards<Place, Places>,
}

impl<L: FiledLine> Default for LineFile<L> {
    fn default() -> Self {
        Self {
            words: L::Words::default(),
            blocks: vec![Arc::default()],
            len: 0,
            units: Shards::default(),
            contacts: Shards::default(),
        }
    }
}

/// In which of so many blocks a place is.
fn block_of(place: Place, blocks: usize) -> usize {
    // From the middle: the ends tell entries of a `HashMap` apart.
    let [_, _, low, high, ..] = place.to_le_bytes();
    usize::from(u16::from_le_bytes([low, high])) % blocks.max(1)
}

impl<L: FiledLine> LineFile<L> {
    /// A file of many lines at once, no two of one id.
    pub(super) fn of(words: L::Words, placed: Vec<Placed<'_, L>>) -> Self {
        let count = placed.len().div_ceil(BLOCK).next_power_of_two();
        let len = placed.len();
        let units = placed.iter().map(|one| (one.filed.unit, one.place));
        let contacts = placed.iter();
        let contacts = contacts.filter_map(|one| Some((one.filed.contact?, one.place)));
        Self {
            words,
            units: grouped(units.collect()),
            contacts: grouped(contacts.collect()),
            blocks: in_blocks(count.min(MOST_BLOCKS), placed),
            len,
        }
    }

    pub(super) const fn words(&self) -> &L::Words {
        &self.words
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The lines, in no order that means anything.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_, L>> {
        self.blocks.iter().flat_map(|block| block.entries())
    }

    /// Those of them whose glance is as wanted.
    pub(super) fn entries_where(
        &self,
        is: impl Fn(&L::Glance) -> bool + Copy,
    ) -> impl Iterator<Item = Entry<'_, L>> {
        let blocks = self.blocks.iter();
        blocks.flat_map(move |block| block.entries_where(is))
    }

    /// All of them, each with its line.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<L>> {
        self.entries().map(|entry| entry.line())
    }

    fn block(&self, place: Place) -> Option<&Arc<Block<L>>> {
        self.blocks.get(block_of(place, self.blocks.len()))
    }

    fn block_mut(&mut self, place: Place) -> Option<&mut Block<L>> {
        let nth = block_of(place, self.blocks.len());
        self.blocks.get_mut(nth).map(Arc::make_mut)
    }

    fn at(&self, place: Place) -> impl Iterator<Item = Entry<'_, L>> {
        let block = self.block(place).into_iter();
        block.flat_map(move |block| block.at(place))
    }

    /// The line called `id`.
    pub(super) fn get(&self, id: &str) -> Option<&Arc<L>> {
        let mut found = self.at(place(id)).filter(|entry| entry.id() == id);
        found.next().map(|entry| entry.line())
    }

    /// A contact's lines.
    pub(super) fn of_contact<'a>(&'a self, contact: &str) -> impl Iterator<Item = Entry<'a, L>> {
        let places = self.contacts.get(&place(contact)).into_iter().flatten();
        let found = places.flat_map(|place| self.at(*place));
        found.filter(move |entry| entry.line().contact() == Some(contact))
    }

    /// The places of conversations and of contacts' lines.
    pub(super) fn places<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a String>,
        contacts: impl IntoIterator<Item = &'a String>,
    ) -> HashSet<Place, FixedState> {
        let ids = ids.into_iter().map(|id| place(id));
        let of = |contact: &String| self.contacts.get(&place(contact));
        let theirs = contacts.into_iter().filter_map(of).flatten().copied();
        ids.chain(theirs).collect()
    }

    /// Forgets the lines of a unit.
    pub(super) fn forget(&mut self, unit: u32) {
        for place in self.units.remove(&unit).unwrap_or_default() {
            self.take_out(place, |filed| filed.unit == unit);
        }
    }

    /// Adds a line, or replaces the one of its id.
    pub(super) fn add(&mut self, line: L) {
        let at = place(line.id());
        if let Some(former) = self.take_out(at, |filed| *filed.id == *line.id()) {
            take_from(&mut self.units, &former.unit, at);
        }
        self.units.entry(&line.unit(), Places::new).push(at);
        if let Some(contact) = line.contact() {
            self.contacts.entry(&place(contact), Places::new).push(at);
        }
        let (glance, text) = (line.glance(&mut self.words), line.text());
        let filed = Filed {
            id: line.id().into(),
            unit: line.unit(),
            contact: line.contact().map(place),
            line: KeptLine::of_made(line),
        };
        self.len += 1;
        if self.len > self.blocks.len() * BLOCK && self.blocks.len() < MOST_BLOCKS {
            self.grow();
        }
        if let Some(block) = self.block_mut(at) {
            block.push(Placed {
                place: at,
                glance,
                text: &text,
                filed: Arc::new(filed),
            });
        }
    }

    /// Spreads the lines over twice as many blocks.
    fn grow(&mut self) {
        self.blocks = in_blocks(self.blocks.len() * 2, self.placed());
    }

    /// The lines, to be filed again.
    fn placed(&self) -> Vec<Placed<'_, L>> {
        let placed = self.entries().map(|entry| Placed {
            place: entry.place,
            glance: *entry.glance,
            text: entry.text,
            filed: Arc::clone(entry.filed),
        });
        placed.collect()
    }

    /// Takes a line out of all but its unit.
    fn take_out(&mut self, at: Place, is: impl Fn(&Filed<L>) -> bool) -> Option<Arc<Filed<L>>> {
        // Looked at first, so that a miss copies nothing.
        self.at(at).find(|entry| is(entry.filed))?;
        let filed = self.block_mut(at)?.take_out(at, is)?;
        self.len -= 1;
        if let Some(contact) = filed.contact {
            take_from(&mut self.contacts, &contact, at);
        }
        Some(filed)
    }
}

/// Takes a place out of those that a key has, and the key where it was the last.
fn take_from<K: Hash + Eq + Clone>(all: &mut Shards<K, Places>, key: &K, place: Place) {
    let Some(places) = all.get_mut(key) else {
        return;
    };
    if let Some(nth) = places.iter().position(|one| *one == place) {
        places.swap_remove(nth);
    }
    if places.is_empty() {
        all.remove(key);
    }
}

fn in_blocks<L: FiledLine>(count: usize, placed: Vec<Placed<'_, L>>) -> Vec<Arc<Block<L>>> {
    let mut blocks: Vec<Block<L>> = Vec::new();
    // What one has more than others, for they are never of one size.
    let room = placed.len().div_ceil(count) * 5 / 4;
    blocks.resize_with(count, || Block::with_room(room));
    for one in placed {
        if let Some(block) = blocks.get_mut(block_of(one.place, count)) {
            block.push(one);
        }
    }
    blocks.into_iter().map(Arc::new).collect()
}

/// What each key has.
fn grouped<K: Hash + Eq + Clone + Ord>(mut pairs: Vec<(K, Place)>) -> Shards<K, Places> {
    pairs.sort_unstable();
    let groups = pairs.chunk_by(|one, other| one.0 == other.0);
    Shards::of(groups.filter_map(|group| {
        let (key, _) = group.first()?;
        Some((key.clone(), group.iter().map(|(_, place)| *place).collect()))
    }))
}

impl<L: FiledLine + PartialEq> PartialEq for LineFile<L> {
    fn eq(&self, other: &Self) -> bool {
        let is_there = |line: &Arc<L>| other.get(line.id()) == Some(line);
        self.len() == other.len() && self.iter().all(is_there)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
    struct Note(String, u32, Option<String>);

    impl FiledLine for Note {
        type Glance = u32;
        type Words = ();

        fn id(&self) -> &str {
            &self.0
        }

        fn unit(&self) -> u32 {
            self.1
        }

        fn contact(&self) -> Option<&str> {
            self.2.as_deref()
        }

        fn glance(&self, (): &mut ()) -> u32 {
            self.1
        }

        fn text(&self) -> String {
            self.0.to_lowercase()
        }
    }

    fn note(id: &str, unit: u32, contact: Option<&str>) -> Note {
        Note(id.to_owned(), unit, contact.map(str::to_owned))
    }

    fn of<'a>(file: &'a LineFile<Note>, contact: &str) -> Vec<&'a str> {
        let mut ids: Vec<_> = file.of_contact(contact).map(|line| line.id()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_line_is_found_by_contact_and_goes_with_its_unit_or_when_it_is_replaced() {
        let mut file = LineFile::default();
        for line in [
            note("a", 1, Some("p")),
            note("b", 1, Some("q")),
            note("c", 2, Some("p")),
            note("d", 3, None),
        ] {
            file.add(line);
        }
        let copy = file.clone();
        assert_eq!(of(&file, "p"), ["a", "c"]);
        file.add(note("a", 2, Some("q")));
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
        let again = LineFile::of((), copy.placed());
        assert_eq!(
            (of(&again, "p"), of(&again, "q")),
            (vec!["a", "c"], vec!["b"])
        );
        assert_eq!(again, copy);
    }

    #[test]
    fn of_many_lines_each_is_found_and_a_change_copies_one_block() {
        let mut file = LineFile::default();
        for unit in 0..10_000 {
            file.add(note(&format!("n{unit}"), unit, Some("p")));
        }
        let copy = file.clone();
        file.add(note("n7", 8, None));
        assert_eq!((file.len(), copy.len()), (10_000, 10_000));
        assert_eq!(file.get("n7"), Some(&Arc::new(note("n7", 8, None))));
        assert_eq!(copy.get("n7"), Some(&Arc::new(note("n7", 7, Some("p")))));
        assert_eq!(file.of_contact("p").count(), 9_999);
        assert_eq!((file.get("n10000"), file.entries().count()), (None, 10_000));
        let apart = file.blocks.iter().zip(&copy.blocks);
        assert_eq!(
            apart
                .filter(|(one, other)| !Arc::ptr_eq(one, other))
                .count(),
            1
        );
        assert!((0..10_000).all(|unit| copy.get(&format!("n{unit}")).is_some()));
        file.forget(8);
        assert_eq!(
            (file.get("n7"), file.get("n8"), file.len()),
            (None, None, 9_998)
        );
    }
}
