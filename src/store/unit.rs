//! Units: conversations joined by merges, with their tickets; the least that can be folded.
//!
//! Links lie both ways, so a unit is found from any of its things. [`Units`] reads a block of
//! the store in key order, holding one unit at a time; many threads may read blocks at once.
//! Read by `projection`.

use std::collections::BTreeSet;
use std::iter::Peekable;

use super::error::guarded;
use super::key::{self, Kind, Shelf, Thing, ThingKind};
use super::value::Codec;
use super::{Error, Store};
use crate::model::Event;
use crate::model::event::cmp_events;

/// Where the ids of units without a conversation begin.
const TICKET_RANGE: u32 = 1 << 31;
/// How many numbers a block has.
const BLOCK: u64 = 256;

/// Things that must be folded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The number of its smallest conversation; without any its smallest ticket's, from 2³¹ on.
    pub id: u32,
    /// Its conversations and tickets, in order.
    pub things: Vec<Thing>,
}

impl Unit {
    fn of(things: BTreeSet<Thing>) -> Self {
        Self {
            id: things.first().map_or(u32::MAX, |thing| own_id(*thing)),
            things: things.into_iter().collect(),
        }
    }

    /// Every id under which parts of the unit may have been folded before links joined
    /// them; [`Self::id`] is the first.
    ///
    /// Who folds the unit removes the rows of all of these.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.things.iter().copied().map(own_id)
    }
}

/// The id that a thing gives to a unit in which it is the smallest.
fn own_id(thing: Thing) -> u32 {
    let number = u32::try_from(thing.number).unwrap_or(u32::MAX);
    match thing.kind {
        ThingKind::Conversation => number,
        ThingKind::Ticket => number | TICKET_RANGE,
    }
}

impl Store {
    /// The unit that `thing` is in.
    pub fn unit_of(&self, thing: Thing) -> Result<Unit, Error> {
        guarded(&self.codec.folder, || self.walk(thing))
    }

    /// The events of a unit, in event order.
    pub fn events_of(&self, unit: &Unit) -> Result<Vec<Event>, Error> {
        self.sorted_events(
            unit.things
                .iter()
                .map(|thing| (thing.shelf(), thing.number)),
        )
    }

    /// Where all units lie, in the order of their ids.
    pub fn blocks(&self) -> Result<Vec<Block>, Error> {
        let counters = self.aliases()?.next;
        let kinds = [ThingKind::Conversation, ThingKind::Ticket];
        let counted = kinds.map(|kind| {
            let shelf = Thing::new(kind, 0).shelf();
            let count = counters.get(shelf as usize).copied();
            (kind, count.unwrap_or_default())
        });
        let blocks = counted.into_iter().flat_map(|(kind, count)| {
            let places = 0..count.div_ceil(BLOCK);
            places.map(move |place| {
                let from = place * BLOCK;
                Block { kind, from }
            })
        });
        Ok(blocks.collect())
    }

    /// The units whose first thing is in a block, each once, in the order of their ids.
    pub fn units_in(&self, block: Block) -> Result<Units<'_>, Error> {
        guarded(&self.codec.folder, || {
            Ok(Units {
                store: self,
                rows: Some(Rows::of(self, block)?),
            })
        })
    }

    pub(super) fn sorted_events(
        &self,
        places: impl Iterator<Item = (Shelf, u64)>,
    ) -> Result<Vec<Event>, Error> {
        guarded(&self.codec.folder, || {
            let mut events: Vec<Event> = Vec::new();
            for place in places {
                let read = || decoded(&self.codec, &self.stored_events(place)?);
                let all = self.recent.get(place, read)?;
                events.extend(all.iter().map(|event| (**event).clone()));
            }
            events.sort_by(cmp_events);
            Ok(events)
        })
    }

    /// The events of the conversation `id` and of all that merges and splits join to it, in
    /// event order.
    pub fn joined_events(&self, id: &str) -> Result<Vec<Event>, Error> {
        let Some(thing) = self.thing(ThingKind::Conversation, id)? else {
            return Ok(Vec::new());
        };
        let joined = guarded(&self.codec.folder, || {
            self.reached(thing, key::links_to_conversations)
        })?;
        let joined = joined.iter().map(|thing| (thing.shelf(), thing.number));
        self.sorted_events(joined)
    }

    /// The thing's unit, its links followed as far as they lead.
    fn walk(&self, thing: Thing) -> Result<Unit, Error> {
        let links = |thing: Thing| key::numbered(Kind::Link, thing.shelf(), thing.number);
        self.reached(thing, links).map(Unit::of)
    }

    /// What can be reached over links whose keys begin as `prefix` says.
    fn reached(
        &self,
        thing: Thing,
        prefix: impl Fn(Thing) -> Vec<u8>,
    ) -> Result<BTreeSet<Thing>, Error> {
        let mut things = BTreeSet::from([thing]);
        let mut waiting = vec![thing];
        while let Some(next) = waiting.pop() {
            for row in self.db()?.scan_prefix(prefix(next)).keys() {
                let row = row.map_err(|error| Error::sled(&self.codec.folder, error))?;
                let target = key::target_of(&row)
                    .ok_or_else(|| self.codec.unfit("a link in it cannot be read"))?;
                if things.insert(target) {
                    waiting.push(target);
                }
            }
        }
        Ok(things)
    }

    fn stored_events(&self, (shelf, number): (Shelf, u64)) -> Result<Vec<sled::IVec>, Error> {
        self.db()?
            .scan_prefix(key::numbered(Kind::Event, shelf, number))
            .values()
            .map(|row| row.map_err(|error| Error::sled(&self.codec.folder, error)))
            .collect()
    }
}

/// Reads stored events, and puts them in event order.
pub(super) fn in_order(codec: &Codec, stored: &[sled::IVec]) -> Result<Vec<Event>, Error> {
    let mut events = decoded(codec, stored)?;
    events.sort_by(cmp_events);
    Ok(events)
}

/// Reads stored events.
fn decoded(codec: &Codec, stored: &[sled::IVec]) -> Result<Vec<Event>, Error> {
    let decode = |text: &str| {
        Event::parse(text)
            .map_err(|error| codec.unfit(format!("an event in it cannot be read: {error}")))
    };
    let events = stored.iter().map(|stored| codec.with_text(stored, decode));
    events.collect()
}

/// A unit with its events, in event order.
pub struct StoredUnit {
    /// Which.
    pub unit: Unit,
    /// Its events; none where its things were only mentioned.
    pub events: Vec<Event>,
}

/// Things with numbers that follow each other; made by [`Store::blocks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    kind: ThingKind,
    from: u64,
}

/// The units of a block; made by [`Store::units_in`].
pub struct Units<'a> {
    store: &'a Store,
    rows: Option<Rows>,
}

impl Units<'_> {
    fn step(&mut self) -> Result<Option<StoredUnit>, Error> {
        while let Some(rows) = &mut self.rows {
            let Some(number) = rows.names.next_number(&self.store.codec)? else {
                self.rows = None;
                break;
            };
            let thing = Thing::new(rows.kind, number);
            let stored = rows.events.group(&self.store.codec, number)?;
            let links = rows.links.group(&self.store.codec, number)?;
            let unit = if links.is_empty() {
                Unit::of(BTreeSet::from([thing]))
            } else {
                self.store.walk(thing)?
            };
            // The unit comes with its first thing.
            if unit.things.first() == Some(&thing) {
                return self.gather(unit, stored).map(Some);
            }
        }
        Ok(None)
    }

    fn gather(&self, unit: Unit, mut stored: Vec<sled::IVec>) -> Result<StoredUnit, Error> {
        for other in unit.things.iter().skip(1) {
            stored.extend(self.store.stored_events((other.shelf(), other.number))?);
        }
        let events = in_order(&self.store.codec, &stored)?;
        Ok(StoredUnit { unit, events })
    }
}

impl Iterator for Units<'_> {
    type Item = Result<StoredUnit, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let store = self.store;
        let next = guarded(&store.codec.folder, || self.step());
        if next.is_err() {
            self.rows = None;
        }
        next.transpose()
    }
}

/// The names, events and links of a block's things, read side by side.
struct Rows {
    kind: ThingKind,
    names: Cursor,
    events: Cursor,
    links: Cursor,
}

impl Rows {
    fn of(store: &Store, block: Block) -> Result<Self, Error> {
        let shelf = Thing::new(block.kind, 0).shelf();
        let cursor = |kind| {
            let from = key::numbered(kind, shelf, block.from);
            let rows = store
                .db()?
                .range(from..key::numbered(kind, shelf, block.from + BLOCK));
            Ok::<_, Error>(Cursor(rows.peekable()))
        };
        Ok(Self {
            kind: block.kind,
            names: cursor(Kind::Name)?,
            events: cursor(Kind::Event)?,
            links: cursor(Kind::Link)?,
        })
    }
}

/// The rows of one kind and shelf in order of their things' numbers.
pub(super) struct Cursor(Peekable<sled::Iter>);

impl Cursor {
    pub(super) fn of(store: &Store, kind: Kind, shelf: Shelf) -> Result<Self, Error> {
        let rows = store.db()?.scan_prefix(key::prefix(kind, shelf));
        Ok(Self(rows.peekable()))
    }

    /// The number of the next row's thing, without taking the row.
    pub(super) fn peek_number(&mut self, codec: &Codec) -> Result<Option<u64>, Error> {
        match self.0.peek() {
            None => Ok(None),
            Some(Err(error)) => Err(Error::sled(&codec.folder, error.clone())),
            Some(Ok((key, _))) => key::number_of(key)
                .map(Some)
                .ok_or_else(|| codec.unfit("a key in it cannot be read")),
        }
    }

    /// Takes the next row, and gives the number of its thing.
    fn next_number(&mut self, codec: &Codec) -> Result<Option<u64>, Error> {
        let number = self.peek_number(codec)?;
        self.0.next();
        Ok(number)
    }

    /// The values of the rows of `number`; those of smaller numbers are passed over.
    pub(super) fn group(&mut self, codec: &Codec, number: u64) -> Result<Vec<sled::IVec>, Error> {
        let mut events = Vec::new();
        while let Some(next) = self.peek_number(codec)? {
            if next > number {
                break;
            }
            if let Some(Ok((_, value))) = self.0.next()
                && next == number
            {
                events.push(value);
            }
        }
        Ok(events)
    }
}
