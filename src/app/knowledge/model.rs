//! Adding a sentence model, taking it away, and saying how far its use is.
//!
//! What is added is tried, copied whole under the digest of its files, and then journalled;
//! so a kill on the way leaves the folder as it was, or the model added. The change itself
//! is made by `switch`, beside the desk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};
use svar_index::vector::{Embedder, Model, shipped};
use utoipa::ToSchema;

use super::serving::{place, unless_shipped};
use super::write::Write;
use crate::app::folder::backup::hex;
use crate::app::folder::{remove, rename, sync};
use crate::app::{App, Error, Via};
use crate::disk::{self, Access};
use crate::failpoint;
use crate::model::Invalid;
use crate::model::own::{ChosenModel, Deed, ModelSet, folder_of};

/// Where a model is copied to before it has its name; a backup leaves it out.
const STAGE: &str = ".adding";
/// The hexadecimal digits of a model's name.
const DIGITS: usize = 16;

/// An embedder: what makes vectors of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EmbedderView {
    /// Its name and version.
    pub embedder: String,
    /// What the folder was called that it came from; none: the table that Svar comes with.
    pub name: Option<String>,
    /// How many numbers a vector has.
    pub dims: usize,
    /// How large its files are.
    pub bytes: Option<u64>,
}

/// How far a change of the embedder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SwitchProgress {
    /// How many texts have their new vectors.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

/// By what texts are compared, and by what they will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelView {
    /// What topics and answers go by now.
    pub in_use: EmbedderView,
    /// What they are to go by, where that is something else.
    pub next: Option<EmbedderView>,
    /// How far that is; none where nothing is being changed.
    pub progress: Option<SwitchProgress>,
    /// What is wrong with the model that was chosen.
    pub fault: Option<String>,
}

impl EmbedderView {
    fn shipped() -> Self {
        let table = shipped();
        Self {
            embedder: table.label(),
            name: None,
            dims: table.dims(),
            bytes: None,
        }
    }

    fn of(model: &ChosenModel) -> Self {
        Self {
            embedder: model.embedder.clone(),
            name: Some(model.name.clone()),
            dims: model.dims,
            bytes: Some(model.bytes),
        }
    }
}

impl App {
    /// By what texts are compared, and how far a change of it is.
    pub fn model(&self) -> ModelView {
        let snapshot = self.snapshot();
        let knowledge = &snapshot.knowledge;
        let serving = self.embedder();
        let chosen = knowledge.model.as_ref();
        let known = |label: &str| chosen.filter(|model| model.embedder == label);
        let label = serving.label();
        let in_use = match (unless_shipped(label.clone()), known(&label)) {
            (None, _) => EmbedderView::shipped(),
            (Some(_), Some(model)) => EmbedderView::of(model),
            // It goes on until the other one is ready.
            (Some(embedder), None) => EmbedderView {
                name: Some(folder_of(&embedder).to_owned()),
                embedder,
                dims: serving.dims(),
                bytes: None,
            },
        };
        let wanted = chosen.map_or_else(EmbedderView::shipped, EmbedderView::of);
        let is_changing = chosen.map(|model| &model.embedder) != knowledge.embedder.as_ref();
        ModelView {
            next: (wanted.embedder != in_use.embedder).then_some(wanted),
            in_use,
            progress: is_changing.then(|| self.switch_progress()),
            fault: self.switch_fault().or_else(|| self.embedder_fault()),
        }
    }

    /// Adds the model in `dir`: tries it, copies it, and has texts compared by it as soon as
    /// all have their vectors. Nothing is changed where it is refused.
    pub fn add_model(&self, actor: &str, dir: &Path) -> Result<ModelView, Error> {
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
        self.place(&staged, &place(&self.folder, &model.embedder))?;
        let known = self.snapshot();
        if known.knowledge.model.as_ref() != Some(&model) {
            let label = model.embedder.clone();
            let set = Deed::ModelSet(Box::new(ModelSet { model: Some(model) }));
            self.write_live((Via::Live, actor), vec![Write::Own(set)])?;
            self.settle()?;
            tracing::info!(model = label, "a model was added");
        }
        self.look_again()?;
        Ok(self.model())
    }

    /// Has texts compared by the table that Svar comes with again; the model goes on until
    /// that is ready, and is deleted then.
    pub fn remove_model(&self, actor: &str) -> Result<ModelView, Error> {
        let _one_at_a_time = self.workshop.switch.adding();
        self.settle()?;
        let snapshot = self.snapshot();
        if snapshot.knowledge.model.is_none() && snapshot.knowledge.embedder.is_none() {
            return Err(Invalid::new("model", "there is none to remove").into());
        }
        let set = Deed::ModelSet(Box::new(ModelSet { model: None }));
        self.write_live((Via::Live, actor), vec![Write::Own(set)])?;
        self.settle()?;
        self.look_again()?;
        Ok(self.model())
    }

    /// Has the model of the fold read again where a stand-in is in use, and a change that
    /// waits tried again.
    fn look_again(&self) -> Result<(), Error> {
        self.workshop.switch.retry();
        if self.embedder_fault().is_some() {
            let (grouped, _) = self.grouped();
            self.workshop.serving.forget();
            grouped.forget();
            self.settle()?;
        }
        Ok(())
    }

    /// Copies the files of a model beside the others; their digest and their size.
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
    pub(super) fn sweep_models(&self) -> Result<(), Error> {
        let snapshot = self.snapshot();
        let knowledge = &snapshot.knowledge;
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

/// What is told apart by it are the bytes of a file, and where it ends.
fn file_digest(path: &Path) -> Result<[u8; 32], Error> {
    let mut digest = Sha256::new();
    let read = File::open(path).and_then(|mut file| io::copy(&mut file, &mut digest));
    read.map_err(|cause| Error::io("read", path, cause))?;
    Ok(digest.finalize().into())
}

/// Whether the files in `place` are those that gave it its name.
pub(in crate::app) fn is_whole(place: &Path) -> bool {
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
