//! The index's folder, whose lists of files carry a checksum.
//!
//! The engine puts a checksum at the end of every file but those two that it replaces
//! as a whole, the lists of segments and of files; with one bit of them changed it
//! would panic in a search or show deleted documents again. Here they end in one too.
//! Never changes what the engine reads or writes otherwise. Used when opening.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

/// The bytes of a seal: a CRC-32C in hex.
const SEAL_BYTES: usize = 8;

/// A folder on disk.
#[derive(Clone, Debug)]
pub(crate) struct Folder(MmapDirectory);

impl Folder {
    /// The folder at `dir`, which must be there.
    pub(crate) fn open(dir: &Path) -> tantivy::Result<Self> {
        Ok(Self(MmapDirectory::open(dir)?))
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.0.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.0.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        unseal(self.0.atomic_read(path)?).map_err(|error| {
            let path = path.to_owned();
            OpenReadError::wrap_io_error(error, path)
        })
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.0.atomic_write(path, &seal(data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.0.sync_directory()
    }

    // The default would leave the lock's file behind when the process is killed; this
    // one's lock ends with the process.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.0.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.0.watch(callback)
    }
}

fn seal(data: &[u8]) -> Vec<u8> {
    let seal = format!("{:08x}", crc32c::crc32c(data));
    [data, seal.as_bytes()].concat()
}

fn unseal(mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let end = bytes.len().saturating_sub(SEAL_BYTES);
    let data = bytes.get(..end).unwrap_or_default();
    if seal(data) != bytes {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "its checksum does not match",
        ));
    }
    bytes.truncate(end);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_its_own_bytes_only() {
        for data in [&b""[..], b"{}", &[0xFF; 9]] {
            let sealed = seal(data);
            assert_eq!(unseal(sealed.clone()).unwrap(), data);
            for at in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(unseal(changed).is_err());
                assert!(unseal(sealed[..at].to_vec()).is_err());
            }
        }
    }
}
