//! By what texts are compared, by what they will be, and how far that is.

use serde::Serialize;
use svar_index::vector::{Embedder, RemoteEmbedder, shipped};
use utoipa::ToSchema;

use super::Library;
use super::serving::unless_shipped;
use super::vector_endpoint::VectorEndpointView;
use crate::model::event::{ChosenModel, folder_of};

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
    /// Where it is asked for vectors, if it is elsewhere.
    pub endpoint: Option<String>,
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
    /// The endpoint for vectors that the settings of this machine name, whether texts are compared
    /// by it or not.
    pub endpoint: Option<VectorEndpointView>,
}

impl EmbedderView {
    fn shipped() -> Self {
        let table = shipped();
        Self {
            embedder: table.label(),
            name: None,
            dims: table.dims(),
            bytes: None,
            endpoint: None,
        }
    }

    fn of(model: &ChosenModel, endpoint: Option<String>) -> Self {
        let is_elsewhere = RemoteEmbedder::is_label(&model.embedder);
        Self {
            embedder: model.embedder.clone(),
            name: Some(model.name.clone()),
            dims: model.dims,
            bytes: (!is_elsewhere).then_some(model.bytes),
            endpoint: endpoint.filter(|_| is_elsewhere),
        }
    }
}

impl Library {
    /// By what texts are compared, and how far a change of it is.
    pub fn model(&self) -> ModelView {
        let knowledge = &self.installation.knowledge;
        let serving = self.embedder();
        let endpoint = self.workshop.embeddings.address();
        let viewed = |model: &ChosenModel| EmbedderView::of(model, endpoint.clone());
        let chosen = knowledge.model.as_ref();
        let progress = |label: &str| chosen.filter(|model| model.embedder == label);
        let label = serving.label();
        let in_use = match (unless_shipped(label.clone()), progress(&label)) {
            (None, _) => EmbedderView::shipped(),
            (Some(_), Some(model)) => viewed(model),
            // It goes on until the other one is ready.
            (Some(embedder), None) => EmbedderView {
                name: Some(folder_of(&embedder).to_owned()),
                embedder,
                dims: serving.dims(),
                bytes: None,
                endpoint: None,
            },
        };
        let wanted = chosen.map_or_else(EmbedderView::shipped, viewed);
        let is_changing = chosen.map(|model| &model.embedder) != knowledge.embedder.as_ref();
        ModelView {
            next: (wanted.embedder != in_use.embedder).then_some(wanted),
            in_use,
            endpoint: self.vector_endpoint(),
            progress: is_changing.then(|| self.workshop.switch.progress()),
            fault: self
                .workshop
                .switch
                .fault()
                .or_else(|| self.workshop.embedder_fault(knowledge))
                .or_else(|| self.endpoint_fault(&*serving)),
        }
    }

    /// The endpoint for vectors that the settings of this machine name, and how it does.
    pub fn vector_endpoint(&self) -> Option<VectorEndpointView> {
        let chosen = self.installation.knowledge.model.as_ref();
        let label = chosen.map(|model| model.embedder.as_str());
        self.workshop.embeddings.view(label)
    }

    /// What the embedder with this label is called; none: the table that Svar comes with.
    pub(super) fn name_of(&self, label: &str) -> Option<String> {
        let label = unless_shipped(label.to_owned())?;
        let chosen = self.installation.knowledge.model.as_ref();
        let chosen = chosen.filter(|model| model.embedder == label);
        Some(chosen.map_or_else(|| folder_of(&label).to_owned(), |model| model.name.clone()))
    }

    /// What to know of the endpoint that the settings name: that nobody chose it, or why it
    /// cannot be asked.
    pub fn endpoint_note(&self) -> Option<String> {
        let address = self.workshop.embeddings.address()?;
        let chosen = self.installation.knowledge.model.as_ref();
        if !chosen.is_some_and(|model| RemoteEmbedder::is_label(&model.embedder)) {
            return Some(format!(
                "texts are not compared by {address}: `svar model endpoint` chooses it"
            ));
        }
        let trouble = self.workshop.embeddings.trouble()?;
        Some(format!("{address} makes no vectors: {trouble}"))
    }

    /// Why the endpoint that texts are compared by does not answer, if it does not.
    fn endpoint_fault(&self, serving: &dyn Embedder) -> Option<String> {
        let trouble = self.workshop.embeddings.trouble();
        let trouble = trouble.filter(|_| serving.is_elsewhere())?;
        Some(format!(
            "the endpoint makes no vectors ({trouble}); answers go by the table that Svar comes \
             with until it does"
        ))
    }
}
