//! The files of a sentence model in the data folder: copied under the digest of their bytes.
//!
//! A copy has its name only when it is whole and was read once, so a kill on the way leaves
//! the folder as it was.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use svar_index::vector::Model;

use super::backup::hex;
use super::{remove, rename, sync};
use crate::app::Error;
use crate::disk::{self, Access};
use crate::failpoint;

/// Where a model is copied to before it has its name; a backup leaves it out.
const STAGE: &str = ".adding";
/// The hexadecimal digits of a model's name.
const DIGITS: usize = 16;

/// A model that is copied and has no name yet.
pub(in crate::app) struct StagedModel {
    stage: PathBuf,
    /// The first digits of the digest of its files.
    pub(in crate::app) digest: String,
    /// How large its files are.
    pub(in crate::app) bytes: u64,
}

impl StagedModel {
    /// Copies the files of the model in `dir` next to those of other `models`.
    pub(in crate::app) fn copy(dir: &Path, models: &Path) -> Result<Self, Error> {
        let stage = models.join(STAGE);
        remove(&stage)?;
        fs::create_dir_all(&stage).map_err(|cause| Error::io("make", &stage, cause))?;
        let (mut digest, mut bytes) = (Sha256::new(), 0);
        for path in Model::files(dir).map_err(refused)? {
            let is_network = path.extension() == Some("onnx".as_ref());
            let name = match path.file_name() {
                Some(name) if !is_network => stage.join(name),
                _ => stage.join("model.onnx"),
            };
            let mut copied = || {
                let mut source = File::open(&path)?;
                bytes += disk::copy(&mut source, &name, Access::Shared)?;
                io::Result::Ok(())
            };
            copied().map_err(|cause| Error::io("copy", &path, cause))?;
            digest.update(file_digest(&name)?);
        }
        sync(&stage)?;
        failpoint::pass("model.copied");
        let hex = hex(&digest.finalize());
        Ok(Self {
            stage,
            digest: hex.chars().take(DIGITS).collect(),
            bytes,
        })
    }

    /// Gives a copied model its place; one that was there is replaced, it may be damaged.
    pub(in crate::app) fn place(&self, place: &Path) -> Result<(), Error> {
        drop(tried(&self.stage)?);
        remove(place)?;
        rename(&self.stage, place)?;
        sync(place.parent().unwrap_or(place))?;
        failpoint::pass("model.placed");
        Ok(())
    }
}

/// The model in a folder, read whole, so that it is known to work.
pub(in crate::app) fn tried(dir: &Path) -> Result<Model, Error> {
    Model::open(dir).map_err(refused)
}

#[expect(clippy::needless_pass_by_value, reason = "an error is mapped by value")]
fn refused(error: svar_index::Error) -> Error {
    Error::Model(error.to_string())
}

/// What is distinguished by it are the bytes of a file, and where it ends.
fn file_digest(path: &Path) -> Result<[u8; 32], Error> {
    let failed = |cause: io::Error| Error::io("read", path, cause);
    let mut file = File::open(path).map_err(failed)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        let (chunk, _) = buffer.split_at(read);
        if chunk.is_empty() {
            return Ok(digest.finalize().into());
        }
        digest.update(chunk);
    }
}

/// Whether the files in `place` are those that gave it its name.
pub(super) fn is_whole(place: &Path) -> bool {
    let Ok(files) = Model::files(place) else {
        return false;
    };
    let mut digest = Sha256::new();
    for path in files {
        let Ok(file) = file_digest(&path) else {
            return false;
        };
        digest.update(file);
    }
    let hex = hex(&digest.finalize());
    let name = place.file_name().unwrap_or_default();
    hex.get(..DIGITS).is_some_and(|digits| name == digits)
}
