//! Who makes vectors of texts, as `svar.toml` says.

use std::path::PathBuf;

use serde::Deserialize;

use super::endpoint::{endpoint_fault, timeout_fault};

/// How long a question waits for its vector.
const DEFAULT_TIMEOUT_SECS: u64 = 3;
/// How many texts are sent at once.
const DEFAULT_BATCH: usize = 64;
/// The most that may be.
const MAX_BATCH: usize = 1_000;

/// An OpenAI-compatible endpoint that may make the vectors by which texts are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbeddingsConfig {
    /// Its address up to `/embeddings`, such as `http://127.0.0.1:11434/v1`.
    pub endpoint: String,
    /// The model that it is asked for.
    pub model: String,
    /// The file with its key, which only its owner may read; none: it wants no key.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// How long a question waits for it, in seconds; 3 by default.
    #[serde(default)]
    pub timeout_secs: Option<u64>,
    /// How many texts it is sent at once; 64 by default.
    #[serde(default)]
    pub batch: Option<usize>,
}

impl EmbeddingsConfig {
    /// How long a question waits, in seconds.
    pub fn timeout_secs(&self) -> u64 {
        self.timeout_secs.unwrap_or(DEFAULT_TIMEOUT_SECS)
    }

    /// How many texts are sent at once.
    pub fn batch(&self) -> usize {
        self.batch.unwrap_or(DEFAULT_BATCH)
    }

    /// What cannot be used of the settings, by name.
    pub(super) fn fault(&self) -> Option<String> {
        if let Some(fault) = endpoint_fault(&self.endpoint, self.key_file.is_some(), &self.model) {
            return Some(format!("embeddings.{fault}"));
        }
        if let Some(fault) = timeout_fault(self.timeout_secs()) {
            return Some(format!("embeddings.{fault}, a question waits for it"));
        }
        if !(1..=MAX_BATCH).contains(&self.batch()) {
            return Some(format!("embeddings.batch: expected 1 to {MAX_BATCH} texts"));
        }
        None
    }
}
