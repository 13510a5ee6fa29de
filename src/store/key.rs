//! The keys of the one tree: a kind byte, then big-endian numbers, so that what is read
//! together lies together.
//!
//! Numbers are given out in order of arrival, one sequence a shelf, and never leave the
//! store's callers' memory. Read by every file of this module.

/// What the store keeps under a key; the first byte.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Kind {
    /// Facts about the store itself.
    Meta = 0,
    /// From a caller's id to a number.
    Alias = 1,
    /// From a number to the caller's id.
    Name = 2,
    /// An event, filed under its thing, by its seq.
    Event = 3,
    /// From a thing to another of its unit.
    Link = 4,
    /// From a contact to a thing that names them.
    Mention = 5,
    /// From a file, by its SHA-256, to a conversation with a message that names it.
    File = 6,
    /// From a mail, by the SHA-256 of its id, to a conversation with the message that it is.
    Mail = 7,
}

/// Where an event is filed; the second byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Shelf {
    Conversation = 0,
    Ticket = 1,
    Contact = 2,
    Installation = 3,
}

impl Shelf {
    /// The shelves whose things have ids.
    pub(super) const NAMED: [Self; 3] = [Self::Conversation, Self::Ticket, Self::Contact];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Ticket => "ticket",
            Self::Contact => "contact",
            Self::Installation => "installation",
        }
    }
}

/// The kinds of things that units are made of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum ThingKind {
    /// A conversation.
    Conversation,
    /// A ticket.
    Ticket,
}

/// A conversation or ticket by its number in this store; conversations sort first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Thing {
    /// What it is.
    pub kind: ThingKind,
    /// Its number among its kind, in order of arrival.
    pub number: u64,
}

impl Thing {
    pub(super) const fn new(kind: ThingKind, number: u64) -> Self {
        Self { kind, number }
    }

    pub(super) const fn shelf(self) -> Shelf {
        match self.kind {
            ThingKind::Conversation => Shelf::Conversation,
            ThingKind::Ticket => Shelf::Ticket,
        }
    }
}

pub(super) fn meta(name: &str) -> Vec<u8> {
    let mut key = vec![Kind::Meta as u8];
    key.extend_from_slice(name.as_bytes());
    key
}

pub(super) fn alias(shelf: Shelf, id: &str) -> Vec<u8> {
    let mut key = vec![Kind::Alias as u8, shelf as u8];
    key.extend_from_slice(id.as_bytes());
    key
}

/// What all keys of `kind` on `shelf` begin with.
pub(super) const fn prefix(kind: Kind, shelf: Shelf) -> [u8; 2] {
    [kind as u8, shelf as u8]
}

/// The key of a numbered thing, and what all its keys of `kind` begin with.
pub(super) fn numbered(kind: Kind, shelf: Shelf, number: u64) -> Vec<u8> {
    let mut key = Vec::with_capacity(19);
    key.extend_from_slice(&prefix(kind, shelf));
    key.extend_from_slice(&number.to_be_bytes());
    key
}

pub(super) fn event(shelf: Shelf, number: u64, seq: u64) -> Vec<u8> {
    let mut key = numbered(Kind::Event, shelf, number);
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

pub(super) fn link(from: Thing, to: Thing) -> Vec<u8> {
    to_thing(numbered(Kind::Link, from.shelf(), from.number), to)
}

/// What the keys of all links from a thing to conversations begin with.
pub(super) fn links_to_conversations(from: Thing) -> Vec<u8> {
    let mut key = numbered(Kind::Link, from.shelf(), from.number);
    key.push(Shelf::Conversation as u8);
    key
}

pub(super) fn mention(contact: u64, thing: Thing) -> Vec<u8> {
    to_thing(numbered(Kind::Mention, Shelf::Contact, contact), thing)
}

/// What all keys from a file begin with.
pub(super) fn files(digest: &[u8; 32]) -> Vec<u8> {
    let mut key = Vec::with_capacity(41);
    key.push(Kind::File as u8);
    key.extend_from_slice(digest);
    key
}

pub(super) fn file(digest: &[u8; 32], conversation: u64) -> Vec<u8> {
    let mut key = files(digest);
    key.extend_from_slice(&conversation.to_be_bytes());
    key
}

/// What all keys from a mail begin with.
pub(super) fn mails(digest: &[u8; 32]) -> Vec<u8> {
    let mut key = Vec::with_capacity(41);
    key.push(Kind::Mail as u8);
    key.extend_from_slice(digest);
    key
}

pub(super) fn mail(digest: &[u8; 32], conversation: u64) -> Vec<u8> {
    let mut key = mails(digest);
    key.extend_from_slice(&conversation.to_be_bytes());
    key
}

fn to_thing(mut key: Vec<u8>, thing: Thing) -> Vec<u8> {
    key.push(thing.shelf() as u8);
    key.extend_from_slice(&thing.number.to_be_bytes());
    key
}

/// The number of the thing that a key is about.
pub(super) fn number_of(key: &[u8]) -> Option<u64> {
    let bytes = key.get(2..10)?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

/// The thing that a link or mention leads to.
pub(super) fn target_of(key: &[u8]) -> Option<Thing> {
    let kind = match key.get(10)? {
        0 => ThingKind::Conversation,
        1 => ThingKind::Ticket,
        _ => return None,
    };
    let bytes = key.get(11..19)?;
    Some(Thing::new(kind, u64::from_be_bytes(bytes.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers_and_give_them_back() {
        let (low, high) = (
            event(Shelf::Ticket, 255, u64::MAX),
            event(Shelf::Ticket, 256, 0),
        );
        assert!(low < high);
        assert_eq!(number_of(&high), Some(256));
        let thing = Thing::new(ThingKind::Ticket, 7);
        let other = Thing::new(ThingKind::Conversation, 8);
        assert_eq!(target_of(&link(other, thing)), Some(thing));
        assert_eq!(target_of(&mention(3, other)), Some(other));
        assert_eq!(number_of(&[3, 0, 1]), None);
    }
}
