//! Whether an event was journalled before: by a hash of its `(source, id)`, and
//! whether it said the same, by a hash of its text.
//!
//! The hashes are in sorted runs next to the sealed segments and in a map for the
//! active one. All of it is derived: a lost run is made again from its segment.
//! Asked by `committer`, filled by `journal`.

mod bloom;
mod run;
mod set;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub(super) use set::IdentitySet;

/// The records of a segment, from its first seq to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeqRange {
    pub(super) first: u64,
    pub(super) last: u64,
}

/// Says how the run at `path` differs from the keys of its segment, if it does.
pub(super) fn find_differences(
    path: &std::path::Path,
    seqs: SeqRange,
    keys: &[Key],
) -> Option<String> {
    let run = match run::Run::open(path, seqs) {
        Ok(run) => run,
        Err(reason) => return Some(format!("cannot be used ({reason})")),
    };
    keys.iter()
        .find_map(|key| match run.lookup(&bloom::Probe::new(key.identity)) {
            Ok(Some(content)) if content == key.content => None,
            Ok(_) => Some("lacks an event of its segment".to_owned()),
            Err(reason) => Some(format!("cannot be used ({reason})")),
        })
}

/// Which event it is: the first 16 bytes of a SHA-256 of its source and id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(u128);

impl Identity {
    /// The identity of the event that `source` calls `id`.
    pub fn of(source: &str, id: &str) -> Self {
        let mut hasher = Sha256::new();
        // Lengths keep ("ab", "c") apart from ("a", "bc").
        for part in [source, id] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(u128::from_be_bytes(first(&hasher)))
    }

    const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({:032x})", self.0)
    }
}

/// What an event says: the first 8 bytes of a SHA-256 of its canonical JSON.
pub fn content_hash(json: &str) -> u64 {
    let mut hasher = Sha256::new();
    hasher.update(json);
    u64::from_be_bytes(first(&hasher))
}

fn first<const N: usize>(hasher: &Sha256) -> [u8; N] {
    let digest = hasher.clone().finalize();
    // A SHA-256 has 32 bytes and N is 8 or 16, so that the zeros are never seen.
    digest.first_chunk::<N>().copied().unwrap_or([0; N])
}

/// An event's identity and content: what the runs hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) identity: Identity,
    pub(super) content: u64,
}

impl Key {
    /// Reads the key out of an event's text. The only way to one, so that a run made
    /// again from its segment is the run that was lost.
    pub(super) fn of_event(json: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct EventName<'a> {
            #[serde(borrow)]
            source: Cow<'a, str>,
            #[serde(borrow)]
            id: Cow<'a, str>,
        }
        let named: EventName<'_> = serde_json::from_str(json)?;
        Ok(Self {
            identity: Identity::of(&named.source, &named.id),
            content: content_hash(json),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_keeps_source_and_id_apart() {
        assert_ne!(Identity::of("ab", "c"), Identity::of("a", "bc"));
        assert_ne!(Identity::of("", "abc"), Identity::of("abc", ""));
        assert_eq!(Identity::of("a", "b"), Identity::of("a", "b"));
    }

    #[test]
    fn key_of_an_event_is_that_of_its_unescaped_names() {
        let key = Key::of_event(r#"{"x":{"id":"no"},"source":"s\u00fc","id":"1"}"#).unwrap();
        assert_eq!(key.identity, Identity::of("sü", "1"));
        assert!(Key::of_event(r#"{"source":"s"}"#).is_err());
        assert!(Key::of_event(r#"{"source":"s","id":1}"#).is_err());
    }
}
