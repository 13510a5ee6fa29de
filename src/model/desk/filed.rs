//! A line as it is filed: beside what it is found by, and read only when it is wanted.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::shards::hash_of;

/// By what an id is looked for: the hash by which maps of ids put it away, too.
pub(super) type Place = u64;

/// The place of an id.
pub(super) fn place(id: &str) -> Place {
    hash_of(id)
}

/// A line of a list, as it is filed.
pub(super) trait FiledLine: Serialize + DeserializeOwned {
    /// What lists judge it by.
    type Glance: Copy + fmt::Debug + Serialize + DeserializeOwned;
    /// The words that glances name by number.
    type Words: Clone + fmt::Debug + Default + Serialize + DeserializeOwned;

    /// What it is the line of.
    fn id(&self) -> &str;
    /// The unit that it belongs to, as the store numbers it.
    fn unit(&self) -> u32;
    /// With whom, if with anybody.
    fn contact(&self) -> Option<&str>;
    /// What lists judge it by; words that are new are numbered.
    fn glance(&self, words: &mut Self::Words) -> Self::Glance;
    /// In what words are sought, in small letters.
    fn text(&self) -> String;
}

/// A line, and by what it is found.
#[derive(Debug)]
pub(super) struct Filed<L> {
    pub(super) id: Box<str>,
    pub(super) unit: u32,
    pub(super) contact: Option<Place>,
    pub(super) line: KeptLine<L>,
}

/// A line that may still be as it was kept.
#[derive(Debug)]
pub(super) struct KeptLine<L> {
    kept: Option<KeptBytes>,
    made: OnceLock<Arc<L>>,
}

/// What is kept of a line, in what is kept of all.
#[derive(Debug)]
struct KeptBytes {
    all: Arc<Vec<u8>>,
    at: Range<usize>,
}

impl KeptBytes {
    fn get(&self) -> &[u8] {
        self.all.get(self.at.clone()).unwrap_or_default()
    }
}

impl<L: FiledLine> KeptLine<L> {
    pub(super) fn of_made(line: L) -> Self {
        Self {
            kept: None,
            made: Arc::new(line).into(),
        }
    }

    /// The line whose bytes lie there in what is kept of all.
    pub(super) const fn of_kept(all: Arc<Vec<u8>>, at: Range<usize>) -> Self {
        Self {
            kept: Some(KeptBytes { all, at }),
            made: OnceLock::new(),
        }
    }

    /// The line.
    #[expect(
        clippy::panic,
        reason = "the checksum over what is kept says that these are the bytes that were written"
    )]
    pub(super) fn get(&self) -> &Arc<L> {
        let read = || {
            let bytes = self.kept.as_ref().map_or(&[][..], KeptBytes::get);
            match postcard::from_bytes(bytes) {
                Ok(line) => Arc::new(line),
                Err(error) => panic!(
                    "a kept line cannot be read ({error}); stop svar, and have `svar rebuild` make it again"
                ),
            }
        };
        self.made.get_or_init(read)
    }

    /// Writes the line behind what is there.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> postcard::Result<()> {
        match &self.kept {
            Some(kept) => out.extend(kept.get()),
            None => out.extend(postcard::to_allocvec(&**self.get())?),
        }
        Ok(())
    }
}
