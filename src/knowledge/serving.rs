//! Which embedder topics and answers go by: the one that Svar comes with, a model, or an endpoint.
//!
//! The fold says which; its files lie in the folder. It is read when it is first needed,
//! because most commands compare no texts. A model that cannot be read is reported, and the
//! shipped embedder stands in until it is added again.
//!
//! Topics stay as they are meanwhile. A backup holds the model, because it may be gone
//! elsewhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use svar_index::vector::{Embedder, KeepingEmbedder, Model, RemoteEmbedder, shipped};

use super::lacking::{grouped_texts, lacking};
use super::{Library, Places, Workshop};
use crate::lock::Lock;
use crate::model::Knowledge;
use crate::model::event::folder_of;

/// The embedder in use, once somebody has needed it.
#[derive(Default)]
pub(crate) struct Serving(Lock<Option<Ready>>);

#[derive(Clone)]
struct Ready {
    embedder: Arc<dyn Embedder>,
    /// Why the model could not be read that should have been.
    fault: Option<String>,
}

impl Serving {
    /// Puts another embedder in use.
    pub(crate) fn set(&self, embedder: Arc<dyn Embedder>) {
        let ready = Ready {
            embedder,
            fault: None,
        };
        *self.0.lock() = Some(ready);
    }

    /// Has the fold asked again which it is.
    pub(crate) fn forget(&self) {
        *self.0.lock() = None;
    }
}

impl Workshop {
    /// The embedder that topics and answers go by, which `knowledge` names.
    pub(crate) fn embedder(&self, knowledge: &Knowledge) -> Arc<dyn Embedder> {
        self.ready(knowledge).embedder
    }

    /// Why a stand-in is in use, if one is.
    pub(crate) fn embedder_fault(&self, knowledge: &Knowledge) -> Option<String> {
        self.ready(knowledge).fault
    }

    /// Opens the embedder with this label: asks the endpoint that the settings name, or reads
    /// the model, whose vectors are kept next to the folds.
    pub(crate) fn open(&self, label: &str) -> Result<Arc<dyn Embedder>, String> {
        let places = &self.places;
        if RemoteEmbedder::is_label(label) {
            return Ok(self.embeddings.open(label, &places.vectors)?);
        }
        let dir = place(places, label);
        let model = Model::open(&dir).map_err(|error| error.to_string())?;
        if model.label() != label {
            return Err(format!("`{}` is not what was added", dir.display()));
        }
        Ok(keeping(Arc::new(model), &places.vectors, label))
    }

    fn ready(&self, knowledge: &Knowledge) -> Ready {
        let mut ready = self.serving.0.lock();
        if let Some(ready) = ready.as_ref() {
            return ready.clone();
        }
        let opened = match &knowledge.embedder {
            None => Ok(shipped()),
            Some(label) => self
                .open(label)
                .and_then(|embedder| with_all(embedder, knowledge)),
        };
        let made = match opened {
            Ok(embedder) => Ready {
                embedder,
                fault: None,
            },
            Err(reason) => {
                tracing::warn!(
                    reason,
                    "the model cannot be used; the table that Svar comes with stands in"
                );
                Ready {
                    embedder: shipped(),
                    fault: Some(reason),
                }
            }
        };
        *ready = Some(made.clone());
        made
    }
}

impl Library {
    /// The embedder that topics and answers go by now.
    pub(crate) fn embedder(&self) -> Arc<dyn Embedder> {
        self.workshop.embedder(&self.installation.knowledge)
    }

    /// Whether a stand-in is in use, because the model could not be read.
    pub(crate) fn has_stand_in(&self) -> bool {
        let fault = self.workshop.embedder_fault(&self.installation.knowledge);
        fault.is_some()
    }

    /// The label of the embedder in use; none: the one that Svar comes with.
    pub(crate) fn embedder_label(&self) -> Option<String> {
        unless_shipped(self.embedder().label())
    }
}

/// None for the label of the embedder that Svar comes with, as events have it.
pub(crate) fn unless_shipped(label: String) -> Option<String> {
    (label != shipped().label()).then_some(label)
}

/// Where the files of the model with this label are.
pub(crate) fn place(places: &Places, label: &str) -> PathBuf {
    places.models.join(folder_of(label))
}

/// The embedder, if it has the vectors of all questions that are in topics.
fn with_all(
    embedder: Arc<dyn Embedder>,
    knowledge: &Knowledge,
) -> Result<Arc<dyn Embedder>, String> {
    let missing = if embedder.is_elsewhere() {
        lacking(&*embedder, grouped_texts(knowledge)).len()
    } else {
        0
    };
    if missing > 0 {
        return Err(format!("{missing} questions wait for their vectors"));
    }
    Ok(embedder)
}

fn keeping(model: Arc<dyn Embedder>, vectors: &Path, label: &str) -> Arc<dyn Embedder> {
    let path = vectors.join(folder_of(label));
    match KeepingEmbedder::open(Arc::clone(&model), &path) {
        Ok(embedder) => Arc::new(embedder),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "vectors are not kept");
            model
        }
    }
}
