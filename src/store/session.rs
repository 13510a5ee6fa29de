//! What is kept of sign-ins: small rows in a tree of their own, which no event makes.
//!
//! They are the one thing here that is no fold: a store that is made again has none, and
//! everybody signs in once more. A row that is gone stays gone after a kill, so a session that
//! was ended cannot come back. Read at each request, from any thread. Used by `app`.

use super::Store;
use super::error::{Error, guarded};

/// The name of the tree.
const TREE: &str = "sessions";

impl Store {
    /// The row under `key`.
    pub fn session(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.in_sessions(|tree| Ok(tree.get(key)?.map(|row| row.to_vec())))
    }

    /// All rows with their keys.
    pub fn sessions(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        self.in_sessions(|tree| {
            let rows = tree.iter().map(|row| {
                let (key, row) = row?;
                Ok((String::from_utf8_lossy(&key).into_owned(), row.to_vec()))
            });
            rows.collect()
        })
    }

    /// Writes a row; after a kill it may be the one before.
    pub fn note_session(&self, key: &str, row: &[u8]) -> Result<(), Error> {
        self.in_sessions(|tree| tree.insert(key, row).map(|_before| ()))
    }

    /// Writes a row, safe on disk.
    pub fn keep_session(&self, key: &str, row: &[u8]) -> Result<(), Error> {
        self.note_session(key, row)?;
        self.flush()
    }

    /// Removes rows, for good.
    pub fn end_sessions(&self, keys: &[String]) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        self.in_sessions(|tree| {
            keys.iter()
                .try_for_each(|key| tree.remove(key).map(|_before| ()))
        })?;
        self.flush()
    }

    fn in_sessions<T>(
        &self,
        work: impl FnOnce(&sled::Tree) -> Result<T, sled::Error>,
    ) -> Result<T, Error> {
        guarded(&self.codec.folder, || {
            let done = self.db()?.open_tree(TREE).and_then(|tree| work(&tree));
            done.map_err(|error| Error::sled(&self.codec.folder, error))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_there_until_it_is_ended_also_after_a_reopening() {
        let place = tempfile::tempdir().unwrap();
        let open = || Store::open(&place.path().join("store"), &place.path().join("files"));
        let store = open().unwrap();
        store.keep_session("s1", b"one").unwrap();
        store.note_session("t1", b"two").unwrap();
        store.end_sessions(&["t1".to_owned()]).unwrap();
        drop(store);
        let store = open().unwrap();
        assert_eq!(store.session("s1").unwrap().unwrap(), b"one");
        assert_eq!(store.session("t1").unwrap(), None);
        assert_eq!(store.sessions().unwrap().len(), 1);
        assert_eq!(store.applied_seq(), 0);
    }
}
