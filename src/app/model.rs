//! Adding a sentence model and taking it away.
//!
//! What is added is tried, copied whole under the digest of its files, and then journalled;
//! so a kill on the way leaves the folder as it was, or the model added. The change itself
//! is made by `work`, in the background.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use svar_index::vector::{Embedder, Model};

use super::folder::backup::hex;
use super::folder::{remove, rename, sync};
use super::{App, Error};
use crate::command::{Caller, Command, KnowledgeCommand};
use crate::disk::{self, Access};
use crate::failpoint;
use crate::knowledge::{ModelView, place};
use crate::model::event::{ChosenModel, folder_of};

/// Where a model is copied to before it has its name; a backup leaves it out.
const STAGE: &str = ".adding";
/// The hexadecimal digits of a model's name.
const DIGITS: usize = 16;

impl App {
    /// Adds the model in `dir`: tries it, copies it, and has texts compared by it as soon as
    /// all have their vectors. Nothing is changed where it is refused.
    pub fn add_model(&self, caller: &Caller, dir: &Path) -> Result<ModelView, Error> {
        let _one_at_a_time = self.workshop.switch.adding();
        let tried = tried(dir)?;
        let (staged, digest, bytes) = self.stage(dir)?;
        let name = dir.canonicalize().ok();
        let name = name.as_deref().unwrap_or(dir).file_name();
        let model = ChosenModel {
            embedder: format!("{digest}/{}", tried.version()),
            name: name.map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into()),
            dims: tried.dims(),
            bytes,
        };
        drop(tried);
        self.settle()?;
        self.place(&staged, &place(&self.workshop.places, &model.embedder))?;
        let label = model.embedder.clone();
        let choice = KnowledgeCommand::ChooseModel(Some(model));
        let before = self.position();
        let written = self.write_now(caller, Command::Knowledge(choice))?;
        if written.log_position > before {
            self.settle()?;
            tracing::info!(model = label, "a model was added");
        }
        self.look_again()?;
        Ok(self.knowledge().model())
    }

    /// Has texts compared by the table that Svar comes with again; the model goes on until
    /// that is ready, and is deleted then.
    pub fn remove_model(&self, caller: &Caller) -> Result<ModelView, Error> {
        let _one_at_a_time = self.workshop.switch.adding();
        self.settle()?;
        let choice = KnowledgeCommand::ChooseModel(None);
        self.write_now(caller, Command::Knowledge(choice))?;
        self.settle()?;
        self.look_again()?;
        Ok(self.knowledge().model())
    }

    /// Has the model of the fold read again where a stand-in is in use, and a change that
    /// waits tried again.
    fn look_again(&self) -> Result<(), Error> {
        self.workshop.switch.retry();
        if self.knowledge().has_stand_in() {
            let (grouped, _) = self.grouped();
            self.workshop.serving.forget();
            grouped.forget();
            self.settle()?;
        }
        Ok(())
    }

    /// Copies the files of a model next to the others; their digest and their size.
    fn stage(&self, dir: &Path) -> Result<(PathBuf, String, u64), Error> {
        let stage = self.folder.models().join(STAGE);
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
        Ok((stage, hex.chars().take(DIGITS).collect(), bytes))
    }

    /// Gives a copied model its place; one that was there is replaced, it may be damaged.
    fn place(&self, staged: &Path, place: &Path) -> Result<(), Error> {
        drop(tried(staged)?);
        remove(place)?;
        rename(staged, place)?;
        sync(&self.folder.models())?;
        failpoint::pass("model.placed");
        Ok(())
    }

    /// Deletes the files of models that nothing goes by any more, and their vectors.
    pub(crate) fn sweep_models(&self) -> Result<(), Error> {
        let snapshot = self.snapshot();
        let knowledge = &snapshot.installation.knowledge;
        let used = [
            knowledge
                .model
                .as_ref()
                .map(|model| model.embedder.as_str()),
            knowledge.embedder.as_deref(),
        ];
        for folder in [self.folder.models(), self.folder.vectors()] {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let is_used = used
                    .iter()
                    .flatten()
                    .any(|label| path.file_name() == Some(folder_of(label).as_ref()));
                if !is_used {
                    remove(&path)?;
                    failpoint::pass("model.removed");
                }
            }
        }
        Ok(())
    }
}

fn tried(dir: &Path) -> Result<Model, Error> {
    Model::open(dir).map_err(refused)
}

#[expect(clippy::needless_pass_by_value, reason = "an error is mapped by value")]
fn refused(error: svar_index::Error) -> Error {
    Error::Model(error.to_string())
}

/// What it distinguishes are the bytes of a file, and where it ends.
fn file_digest(path: &Path) -> Result<[u8; 32], Error> {
    let mut digest = Sha256::new();
    let read = File::open(path).and_then(|mut file| io::copy(&mut file, &mut digest));
    read.map_err(|cause| Error::io("read", path, cause))?;
    Ok(digest.finalize().into())
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
