//! The only place of durable writes: files written next to their place, synced and renamed;
//! folders synced; things moved and removed.
//!
//! Knows no file of ours by name and gives plain [`io::Error`]s, to which the caller adds
//! what it was about. Failpoints stay with the caller, between the steps. Any layer may use it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody whom the folder lets in.
    Shared,
    /// Its owner only.
    Private,
    /// What the bits say, as of another file.
    Mode(u32),
}

impl Access {
    const fn mode(self) -> u32 {
        match self {
            Self::Shared => 0o644,
            Self::Private => 0o600,
            Self::Mode(mode) => mode,
        }
    }
}

/// A file that is written under another name, and takes its place when it is whole.
#[derive(Debug)]
pub struct Draft {
    file: File,
    path: PathBuf,
}

impl Draft {
    /// An empty file at `path`; one that a process left there when it was stopped is replaced.
    pub fn create(path: &Path, access: Access) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(access.mode())
            .open(path)?;
        let path = path.to_owned();
        Ok(Self { file, path })
    }

    /// Like [`Self::create`], where no file may be yet.
    pub fn create_new(path: &Path, access: Access) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(access.mode())
            .open(path)?;
        let path = path.to_owned();
        Ok(Self { file, path })
    }

    /// Makes what was written durable; its name is not, before its folder is synced.
    pub fn sync(&self) -> io::Result<()> {
        sync_file(&self.file)
    }

    /// Gives the file the name `place`, instead of what is there, and hands it over.
    pub fn rename(self, place: &Path) -> io::Result<File> {
        rename(&self.path, place)?;
        Ok(self.file)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Where a file is written before it is renamed to `path`.
pub fn temporary(path: &Path) -> PathBuf {
    path.with_added_extension("tmp")
}

/// Writes a small file whole and durably: after a crash there is the old one or the new one.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let mut draft = Draft::create(&temporary(path), access)?;
    draft.write_all(bytes)?;
    draft.sync()?;
    drop(draft.rename(path)?);
    sync_folder(folder_of(path))
}

/// Copies `source` into the new file `path`, whose content is durable then; how many bytes.
pub fn copy(source: &mut impl Read, path: &Path, access: Access) -> io::Result<u64> {
    let mut draft = Draft::create(path, access)?;
    let bytes = io::copy(source, &mut draft)?;
    draft.sync()?;
    Ok(bytes)
}

/// Makes an empty file to append to, where there is none yet.
pub fn create_log(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create_new(true).open(path)
}

/// Opens a file to append to.
pub fn open_log(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).open(path)
}

/// Makes what was appended durable, and of what is known of the file only its length.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place of durable writes"
)]
pub fn sync_appended(file: &File) -> io::Result<()> {
    file.sync_data()
}

/// Makes a file's content durable, and all that is known of it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place of durable writes"
)]
pub fn sync_file(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Makes everything durable that was written to the file system of a folder: one wait for many files.
pub fn sync_system(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Makes creations, renames and removals in a folder durable.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    sync_file(&File::open(folder)?)
}

/// The folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives a file or folder another name; durable when the folders of both are synced.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place of durable writes"
)]
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Removes a file, or a folder with all that is in it; one that is gone already is no
/// error. Whether there was anything. Durable when its folder is synced.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => unless_gone(fs::remove_dir_all(path)),
        _ => remove_file(path),
    }
}

/// As [`remove`], of a file only; a folder in its place is an error.
pub fn remove_file(path: &Path) -> io::Result<bool> {
    unless_gone(fs::remove_file(path))
}

fn unless_gone(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("note.json");
        write(&path, b"long enough", Access::Private).unwrap();
        write(&path, b"new", Access::Private).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_gone_is_removed_without_complaint() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("file"), "").unwrap();
        assert!(remove(&folder).unwrap());
        assert!(!remove(&folder).unwrap());
    }

    #[test]
    fn a_file_without_a_folder_stands_in_the_present_one() {
        assert_eq!(folder_of(Path::new("file")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/file")), Path::new("a"));
    }
}
