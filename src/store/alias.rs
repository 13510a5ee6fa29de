//! Numbers for callers' ids: given out in order, remembered in two bounded generations.
//!
//! A number that is new goes into the batch that first needs it, so that a crash keeps
//! both or neither. Used by `apply` alone; point reads look into the tree.

use std::collections::HashMap;

use super::key::{self, Kind, Shelf};
use super::{Error, value};

/// How many ids a generation remembers; two are kept.
const GENERATION: usize = 500_000;
/// Numbers of conversations and tickets fit into half a `u32` each.
const MAX_NUMBERS: u64 = 1 << 31;

/// The counters, one a shelf.
pub(super) type Counters = [u64; Shelf::NAMED.len()];

/// Numbers known and the next ones to give out.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    pub(super) next: Counters,
    young: [HashMap<Box<str>, u64>; Shelf::NAMED.len()],
    old: [HashMap<Box<str>, u64>; Shelf::NAMED.len()],
}

impl Aliases {
    pub(super) fn new(next: Counters) -> Self {
        Self {
            next,
            ..Self::default()
        }
    }

    /// The number of `id`; a new one is written to `batch`.
    ///
    /// `look` finds a number that is stored but not remembered.
    pub(super) fn number(
        &mut self,
        batch: &mut sled::Batch,
        shelf: Shelf,
        id: &str,
        look: impl FnOnce(&[u8]) -> Result<Option<u64>, Error>,
    ) -> Result<u64, Error> {
        let place = shelf as usize;
        let full = || Error::Full {
            kind: shelf.as_str(),
        };
        let (Some(young), Some(old), Some(next)) = (
            self.young.get_mut(place),
            self.old.get(place),
            self.next.get_mut(place),
        ) else {
            return Err(full());
        };
        if let Some(number) = young.get(id) {
            return Ok(*number);
        }
        let key = key::alias(shelf, id);
        let number = match old.get(id) {
            Some(number) => Some(*number),
            None => look(&key)?,
        };
        let number = if let Some(number) = number {
            number
        } else {
            let number = *next;
            if number >= MAX_NUMBERS {
                return Err(full());
            }
            *next += 1;
            batch.insert(key, value::number(number));
            let mut name = vec![value::VERSION, 0];
            name.extend_from_slice(id.as_bytes());
            batch.insert(key::numbered(Kind::Name, shelf, number), name);
            number
        };
        young.insert(id.into(), number);
        Ok(number)
    }

    /// Forgets the older generation of each shelf that is full. Between batches only:
    /// the new numbers of an unwritten batch are nowhere else.
    pub(super) fn age(&mut self) {
        for (young, old) in self.young.iter_mut().zip(&mut self.old) {
            if young.len() > GENERATION {
                *old = std::mem::take(young);
            }
        }
    }
}
