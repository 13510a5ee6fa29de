//! Svar's own events of what texts are compared by.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A sentence model that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenModel {
    /// Its label: the digest of its files, by which its folder is called, and a version.
    pub embedder: String,
    /// What the folder that it came from was called.
    pub name: String,
    /// How many numbers its vectors have.
    pub dims: usize,
    /// How large its files are.
    pub bytes: u64,
}

impl ChosenModel {
    /// The name of its folder.
    pub fn folder(&self) -> &str {
        folder_of(&self.embedder)
    }
}

/// The folder of the model with this label.
pub fn folder_of(label: &str) -> &str {
    label.split('/').next().unwrap_or(label)
}

/// An admin chose the model that texts are compared by, or none.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSet {
    /// Which; left out: the one that Svar comes with.
    #[serde(default)]
    pub model: Option<ChosenModel>,
}

/// Topics and answers go by the vectors of another embedder from here on; the moves of the
/// questions come before it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbedderSwitched {
    /// Its label; left out: the one that Svar comes with.
    #[serde(default)]
    pub embedder: Option<String>,
}
