//! How values are written: a version byte, a form byte, then the bytes themselves or,
//! beyond 64 KB, the hash of the file that holds them.
//!
//! A file's name is the SHA-256 of what is in it; it is written and synced before the
//! batch that names it, and checked when it is read. Read and written by this module.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Error;
use crate::disk::{self, Access, Draft};
use crate::model::file::digest_of;

/// Values beyond this many bytes go to files.
const MAX_INLINE_BYTES: usize = 64 << 10;
/// The version of the values that this code writes and reads.
pub(super) const VERSION: u8 = 1;
const INLINE: u8 = 0;
const FILE: u8 = 1;

/// Writes and reads values; knows where the store and its files are.
#[derive(Clone, Debug)]
pub(super) struct Codec {
    pub(super) folder: PathBuf,
    files: PathBuf,
}

impl Codec {
    pub(super) fn new(folder: &Path, files: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            files: files.to_owned(),
        }
    }

    /// The stored form of `payload`; a long one is in its file when this returns.
    pub(super) fn encode(&self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        if payload.len() <= MAX_INLINE_BYTES {
            return Ok(value(INLINE, payload));
        }
        let hash = Sha256::digest(payload);
        self.write_file(&hex(&hash), payload)?;
        Ok(value(FILE, &hash))
    }

    /// What was stored as `stored`.
    pub(super) fn decode(&self, stored: &[u8]) -> Result<Vec<u8>, Error> {
        match stored {
            [VERSION, INLINE, payload @ ..] => Ok(payload.to_vec()),
            [VERSION, FILE, hash @ ..] => self.read_file(hash),
            _ => Err(self.unfit("a value has a form that this svar does not know")),
        }
    }

    /// Reads what was stored as text, without a copy where it lies inline.
    pub(super) fn with_text<T>(
        &self,
        stored: &[u8],
        read: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let no_text = || self.unfit("a value is no text");
        if let [VERSION, INLINE, payload @ ..] = stored {
            return read(std::str::from_utf8(payload).map_err(|_bytes| no_text())?);
        }
        let payload = self.decode(stored)?;
        read(std::str::from_utf8(&payload).map_err(|_bytes| no_text())?)
    }

    pub(super) fn unfit(&self, reason: impl Into<String>) -> Error {
        Error::unfit(&self.folder, reason)
    }

    fn path_of(&self, name: &str) -> (PathBuf, PathBuf) {
        let folder = self.files.join(name.get(..2).unwrap_or("00"));
        let path = folder.join(name);
        (folder, path)
    }

    fn write_file(&self, name: &str, payload: &[u8]) -> Result<(), Error> {
        let (folder, path) = self.path_of(name);
        let length = u64::try_from(payload.len()).unwrap_or(u64::MAX);
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() == length) {
            return Ok(());
        }
        let write = || -> io::Result<()> {
            fs::create_dir_all(&folder)?;
            let unfinished = folder.join(format!(".{name}.new"));
            let mut draft = Draft::create(&unfinished, Access::Shared)?;
            draft.write_all(payload)?;
            draft.sync()?;
            drop(draft.rename(&path)?);
            // The names must be on the disk too, the folder's own among them.
            disk::sync_folder(&folder)?;
            disk::sync_folder(&self.files)
        };
        write().map_err(|cause| Error::io("write", &path, cause))
    }

    fn read_file(&self, hash: &[u8]) -> Result<Vec<u8>, Error> {
        let (_, path) = self.path_of(&hex(hash));
        let payload = fs::read(&path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => {
                self.unfit(format!("its file `{}` is missing", path.display()))
            }
            _ => Error::io("read", &path, cause),
        })?;
        if Sha256::digest(&payload).as_slice() != hash {
            return Err(self.unfit(format!("its file `{}` is damaged", path.display())));
        }
        Ok(payload)
    }
}

fn value(form: u8, payload: &[u8]) -> Vec<u8> {
    let mut stored = Vec::with_capacity(payload.len() + 2);
    stored.extend_from_slice(&[VERSION, form]);
    stored.extend_from_slice(payload);
    stored
}

/// A number as a value.
pub(super) fn number(number: u64) -> Vec<u8> {
    value(INLINE, &number.to_be_bytes())
}

/// A value that only says that its key is there.
pub(super) fn present() -> Vec<u8> {
    value(INLINE, &[])
}

/// The bytes of a SHA-256 that is written in hex; none: it is none.
pub(super) fn digest(text: &str) -> Option<[u8; 32]> {
    let text = digest_of(text)?;
    let mut digest = [0; 32];
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    for (byte, pair) in digest.iter_mut().zip(pairs) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(digest)
}

fn hex(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter()
        .fold(String::with_capacity(hash.len() * 2), |mut text, byte| {
            // Writing to a text cannot fail.
            write!(text, "{byte:02x}").unwrap_or_default();
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_goes_to_a_file_and_a_changed_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let codec = Codec::new(&folder.path().join("store"), folder.path());
        let long = vec![b'x'; MAX_INLINE_BYTES + 1];
        let stored = codec.encode(&long).unwrap();
        assert_eq!(stored.len(), 34);
        assert_eq!(codec.encode(&long).unwrap(), stored);
        assert_eq!(codec.decode(&stored).unwrap(), long);
        let (_, path) = codec.path_of(&hex(&stored[2..]));
        fs::write(&path, "other").unwrap();
        assert!(matches!(codec.decode(&stored), Err(Error::Unfit { .. })));
        assert_eq!(codec.encode(&long).unwrap(), stored);
        assert_eq!(codec.decode(&stored).unwrap(), long);
        fs::remove_file(&path).unwrap();
        assert!(matches!(codec.decode(&stored), Err(Error::Unfit { .. })));
    }

    #[test]
    fn an_unknown_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let codec = Codec::new(folder.path(), folder.path());
        for stored in [
            &b""[..],
            &[VERSION],
            &[VERSION + 1, INLINE, 7],
            &[VERSION, 9],
        ] {
            assert!(codec.decode(stored).is_err());
        }
    }
}
