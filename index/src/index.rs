//! The index as a whole: opens the folder, judges whether it can be used, and hands
//! out its two roles.
//!
//! Never repairs anything: what is damaged or of another version is [`Error::Unfit`],
//! and the caller deletes the folder and rebuilds it. Opened by the projection.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::{IndexSettings, ReloadPolicy};

use crate::error::Error;
use crate::finder::Finder;
use crate::folder::Folder;
use crate::schema::{Fields, VERSION, analysers};
use crate::searcher::Searcher;
use crate::writer::Writer;

/// The file that names the version; written last, so that a folder whose making was
/// interrupted has none.
const VERSION_FILE: &str = "VERSION";

/// All texts that can be searched.
pub struct Index {
    engine: tantivy::Index,
    fields: Fields,
    finder: Finder,
    dir: PathBuf,
}

impl Index {
    /// Opens the index in `dir`, or makes an empty one if there is no such folder or
    /// nothing in it.
    ///
    /// Every file's checksum is compared, because the engine may panic on a damaged
    /// one later; that reads the whole index once.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, Error> {
        let dir = dir.as_ref();
        fs::create_dir_all(dir).map_err(Error::io(dir))?;
        let is_empty = fs::read_dir(dir).map_err(Error::io(dir))?.next().is_none();
        if is_empty {
            return Self::create(dir);
        }
        check_version(dir)?;
        let folder = Folder::open(dir).map_err(Error::opening(dir))?;
        let engine = tantivy::Index::open(folder).map_err(Error::opening(dir))?;
        check_content(&engine, dir)?;
        Self::from_engine(engine, dir)
    }

    /// An empty index that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, Error> {
        let (schema, _fields) = Fields::new();
        Self::from_engine(tantivy::Index::create_in_ram(schema), Path::new("(memory)"))
    }

    fn create(dir: &Path) -> Result<Self, Error> {
        let (schema, _fields) = Fields::new();
        let folder = Folder::open(dir).map_err(Error::opening(dir))?;
        let engine = tantivy::Index::create(folder, schema, IndexSettings::default())
            .map_err(Error::opening(dir))?;
        fs::write(dir.join(VERSION_FILE), VERSION).map_err(Error::io(dir))?;
        Self::from_engine(engine, dir)
    }

    fn from_engine(mut engine: tantivy::Index, dir: &Path) -> Result<Self, Error> {
        let (_schema, fields) = Fields::new();
        engine.set_tokenizers(analysers());
        // The writer reloads the reader after each commit; watching the folder for
        // changes would need a thread and would see them later.
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(Error::opening(dir))?;
        Ok(Self {
            finder: Finder::new(reader, fields)?,
            engine,
            fields,
            dir: dir.to_owned(),
        })
    }

    /// The one writer. A second one, here or in another process, is [`Error::Locked`].
    pub fn writer(&self) -> Result<Writer, Error> {
        Writer::new(&self.engine, self.fields, self.finder.clone(), &self.dir)
    }

    /// Everything written so far, frozen: what is written later does not change it.
    pub fn searcher(&self) -> Searcher {
        self.finder.searcher()
    }

    /// What gives such searchers to others.
    pub fn finder(&self) -> Finder {
        self.finder.clone()
    }

    /// How many documents the last commit holds.
    pub fn documents(&self) -> u64 {
        self.searcher().committed.num_docs()
    }

    /// The log position of the last commit, including those of earlier runs; none
    /// when nothing was committed yet.
    pub fn committed_position(&self) -> Result<Option<u64>, Error> {
        let metas = self
            .engine
            .load_metas()
            .map_err(Error::opening(&self.dir))?;
        let Some(payload) = metas.payload else {
            return Ok(None);
        };
        match payload.parse() {
            Ok(position) => Ok(Some(position)),
            Err(_) => Err(unfit(&self.dir, "its log position is no number")),
        }
    }
}

fn check_version(dir: &Path) -> Result<(), Error> {
    match fs::read(dir.join(VERSION_FILE)) {
        Ok(version) if version == VERSION.as_bytes() => Ok(()),
        Ok(version) => {
            let version: String = String::from_utf8_lossy(&version).chars().take(16).collect();
            Err(unfit(
                dir,
                format!("version `{}`, wanted {VERSION}", version.trim()),
            ))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(unfit(dir, format!("no file `{VERSION_FILE}`")))
        }
        Err(error) => Err(Error::io(dir)(error)),
    }
}

fn check_content(engine: &tantivy::Index, dir: &Path) -> Result<(), Error> {
    let (schema, _fields) = Fields::new();
    if engine.schema() != schema {
        return Err(unfit(dir, "other fields than this version's"));
    }
    let metas = engine.load_metas().map_err(Error::opening(dir))?;
    // Checksums are compared of the files in the engine's own list only, so a lost
    // list would let every file pass.
    let listed = engine.directory().list_managed_files();
    if let Some(missing) = metas
        .segments
        .iter()
        .map(|segment| segment.id().uuid_string())
        .find(|id| {
            !listed
                .iter()
                .any(|file| file.to_string_lossy().starts_with(id))
        })
    {
        return Err(unfit(
            dir,
            format!("segment {missing} is not in the list of files"),
        ));
    }
    let damaged = engine.validate_checksum().map_err(Error::opening(dir))?;
    match damaged.iter().next() {
        Some(file) => Err(unfit(dir, format!("`{}` is damaged", file.display()))),
        None => Ok(()),
    }
}

fn unfit(dir: &Path, reason: impl Into<String>) -> Error {
    Error::Unfit {
        dir: dir.to_owned(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Kind, Query};

    fn document(id: &str) -> Document {
        Document {
            id: id.into(),
            kind: Kind::Question,
            conversation: Some("c".into()),
            at_millis: 0,
            language: Some("en".into()),
            channel: None,
            is_published: None,
            text: format!("hello from {id}"),
        }
    }

    /// An index with two segments and a deleted document, at position 42.
    fn fill(dir: &Path) {
        let index = Index::open(dir).unwrap();
        let mut writer = index.writer().unwrap();
        writer.add(&document("a")).unwrap();
        writer.add(&document("b")).unwrap();
        writer.commit(41).unwrap();
        writer.add(&document("a")).unwrap();
        writer.commit(42).unwrap();
    }

    fn hellos(index: &Index) -> usize {
        let query = Query::text("hello", 10);
        index.searcher().search(&query).unwrap().len()
    }

    fn is_unfit(dir: &Path) -> bool {
        matches!(Index::open(dir), Err(Error::Unfit { .. }))
    }

    #[test]
    fn reopening_keeps_the_documents_and_the_position() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("derived/index");
        assert_eq!(
            Index::open(&folder).unwrap().committed_position().unwrap(),
            None
        );
        fill(&folder);
        let index = Index::open(&folder).unwrap();
        assert_eq!(index.committed_position().unwrap(), Some(42));
        assert_eq!(hellos(&index), 2);
    }

    #[test]
    fn what_was_not_committed_is_gone_after_reopening() {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path());
        let index = Index::open(dir.path()).unwrap();
        let mut writer = index.writer().unwrap();
        writer.add(&document("c")).unwrap();
        drop(writer);
        drop(index);
        let index = Index::open(dir.path()).unwrap();
        assert_eq!(hellos(&index), 2);
        assert_eq!(index.committed_position().unwrap(), Some(42));
    }

    #[test]
    fn a_second_writer_is_locked_out() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path()).unwrap();
        let first = index.writer().unwrap();
        let second = Index::open(dir.path()).unwrap();
        assert!(matches!(second.writer(), Err(Error::Locked { .. })));
        drop(first);
        assert!(second.writer().is_ok());
    }

    #[test]
    fn another_version_or_none_is_unfit() {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path());
        fs::write(dir.path().join(VERSION_FILE), "0").unwrap();
        assert!(is_unfit(dir.path()));
        fs::remove_file(dir.path().join(VERSION_FILE)).unwrap();
        assert!(is_unfit(dir.path()));
    }

    #[test]
    fn an_id_too_long_to_be_a_key_is_refused() {
        let index = Index::in_memory().unwrap();
        let refused = index.writer().unwrap().add(&document(&"x".repeat(70_000)));
        assert!(matches!(
            refused,
            Err(Error::IdTooLong { bytes: 70_000, .. })
        ));
    }

    /// Opens with one file changed: unfit, or as good as before (a lock's content).
    fn survives(dir: &Path, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let path = dir.join(name);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        change(&mut bytes);
        fs::write(&path, bytes).unwrap();
        match Index::open(dir) {
            Err(Error::Unfit { .. }) => {}
            Err(other) => panic!("{name}: {other:?}"),
            Ok(index) => {
                assert_eq!(hellos(&index), 2, "{name}");
                assert_eq!(index.committed_position().unwrap(), Some(42), "{name}");
            }
        }
        fs::write(&path, whole).unwrap();
    }

    #[test]
    fn damage_to_any_file_is_unfit_and_never_a_panic_or_a_wrong_answer() {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path());
        let files: Vec<String> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(files.len() > 10, "{files:?}");
        for name in &files {
            survives(dir.path(), name, Vec::clear);
            survives(dir.path(), name, |bytes| bytes.truncate(bytes.len() / 2));
            survives(dir.path(), name, |bytes| bytes.fill(b'9'));
            let length = fs::read(dir.path().join(name)).unwrap().len();
            for at in 0..length {
                survives(dir.path(), name, |bytes| bytes[at] ^= 0x01);
            }
        }
        assert_eq!(hellos(&Index::open(dir.path()).unwrap()), 2);
    }

    #[test]
    fn a_lost_file_is_unfit() {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path());
        for entry in fs::read_dir(dir.path()).unwrap() {
            let path = entry.unwrap().path();
            let whole = fs::read(&path).unwrap();
            fs::remove_file(&path).unwrap();
            let is_lock = path.extension().is_some_and(|ext| ext == "lock");
            if !is_lock {
                assert!(is_unfit(dir.path()), "{}", path.display());
            }
            fs::write(&path, whole).unwrap();
        }
    }
}
