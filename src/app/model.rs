//! Adding a sentence model and taking it away.
//!
//! What is added is tried, copied whole under the digest of its files, and then journalled;
//! so a kill on the way leaves the folder as it was, or the model added. The change itself
//! is made by `work`, in the background.

use std::fs;
use std::path::Path;

use svar_index::vector::Embedder;

use super::folder::{StagedModel, remove, tried};
use super::{App, Error};
use crate::command::{Caller, Command, KnowledgeCommand};
use crate::failpoint;
use crate::knowledge::{ModelView, place};
use crate::model::Invalid;
use crate::model::event::{ChosenModel, folder_of};

impl App {
    /// Adds the model in `dir`: tries it, copies it, and has texts compared by it as soon as
    /// all have their vectors. Nothing is changed where it is refused.
    pub fn add_model(&self, caller: &Caller, dir: &Path) -> Result<ModelView, Error> {
        let _one_at_a_time = self.workshop.switch.adding();
        let tried = tried(dir)?;
        let staged = StagedModel::copy(dir, &self.folder.models())?;
        let name = dir.canonicalize().ok();
        let name = name.as_deref().unwrap_or(dir).file_name();
        let model = ChosenModel {
            embedder: format!("{}/{}", staged.digest, tried.version()),
            name: name.map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into()),
            dims: tried.dims(),
            bytes: staged.bytes,
        };
        drop(tried);
        self.settle()?;
        staged.place(&place(&self.workshop.places, &model.embedder))?;
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

    /// Has texts compared by the vectors of the endpoint that the settings name, as soon as all
    /// have theirs. Nothing is changed where it cannot be used.
    pub fn choose_endpoint(&self, caller: &Caller) -> Result<ModelView, Error> {
        let _one_at_a_time = self.workshop.switch.adding();
        let tried = self.workshop.embeddings.tried();
        let model = tried.map_err(|reason| Invalid::new("endpoint", reason))?;
        self.settle()?;
        let chosen = self.chosen_endpoint();
        let choice = KnowledgeCommand::ChooseModel(Some(chosen.unwrap_or(ChosenModel {
            embedder: model.label,
            name: model.name,
            dims: model.dims,
            bytes: 0,
        })));
        self.write_now(caller, Command::Knowledge(choice))?;
        self.settle()?;
        self.look_again()?;
        Ok(self.knowledge().model())
    }

    /// The model that was chosen, if the endpoint answers by it still.
    fn chosen_endpoint(&self) -> Option<ChosenModel> {
        let chosen = self.snapshot().installation.knowledge.model.clone()?;
        let embeddings = &self.workshop.embeddings;
        let open = embeddings.open(&chosen.embedder, &self.workshop.places.vectors);
        open.ok()?.prove(embeddings.until()).ok()?;
        Some(chosen)
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
    pub(crate) fn look_again(&self) -> Result<(), Error> {
        self.workshop.switch.retry();
        if self.knowledge().has_stand_in() {
            let (grouped, _) = self.grouped();
            self.workshop.serving.forget();
            grouped.forget();
            self.settle()?;
        }
        Ok(())
    }

    /// Deletes the files of models that nothing goes by any more, and their vectors.
    pub(crate) fn sweep_models(&self) -> Result<(), Error> {
        let snapshot = self.snapshot();
        let knowledge = &snapshot.installation.knowledge;
        let used: [Option<&str>; 2] = [
            knowledge
                .model
                .as_ref()
                .map(|model| model.embedder.as_str()),
            knowledge.embedder.as_deref(),
        ];
        let is_in_use = |label: &str| used.contains(&Some(label));
        self.workshop.embeddings.close_unless(is_in_use);
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
