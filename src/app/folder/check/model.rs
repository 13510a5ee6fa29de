//! The part of `svar check` that looks after the sentence model.

use std::path::Path;

use svar_index::vector::RemoteEmbedder;

use super::Account;
use crate::app::folder::model::is_whole;
use crate::model::Body;
use crate::model::event::folder_of;

/// By which models texts are compared, and are to be, as the journal says.
#[derive(Debug, Default)]
pub(super) struct TextModels {
    chosen: Option<String>,
    in_use: Option<String>,
}

impl TextModels {
    /// Takes an event in, if it says something of that.
    pub(super) fn note(&mut self, body: &Body) {
        match body {
            Body::ModelSet(set) => {
                self.chosen = set.model.as_ref().map(|model| model.embedder.clone());
            }
            Body::EmbedderSwitched(switched) => self.in_use.clone_from(&switched.embedder),
            _ => {}
        }
    }
}

/// Whether the model's files are there, each byte as it was added.
pub(super) fn check_model(data: &Path, compared: &TextModels, account: &mut Account) {
    let Some(label) = compared.chosen.as_ref() else {
        return;
    };
    let place = data.join("model").join(folder_of(label));
    if !RemoteEmbedder::is_label(label) && !is_whole(&place) {
        let what = format!("`{}` is missing or not what was added", place.display());
        let mend = "add it again with `svar model add`; until then texts are compared by the \
                    table that Svar comes with";
        account.differs("model", what, mend);
    } else if compared.in_use.as_ref() != Some(label) {
        let what = "the model is not in use yet";
        account.note("model", what, "start svar: it goes on with embedding");
    }
}
