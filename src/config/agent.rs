//! Who phrases answers, as `svar.toml` says.

use std::path::PathBuf;

use serde::Deserialize;

use super::endpoint::{endpoint_fault, timeout_fault};

/// How long an answer waits to be phrased.
const DEFAULT_TIMEOUT_SECS: u64 = 8;
/// How often answers are phrased on a day.
const DEFAULT_DAILY_CALLS: u32 = 1_000;

/// An OpenAI-compatible endpoint that may phrase the customer agent's answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    /// Its address up to `/chat/completions`, such as `https://llm.example/v1`.
    pub endpoint: String,
    /// The model that it is asked for.
    pub model: String,
    /// The file with its key, which only its owner may read; none: it wants no key.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// How long an answer waits for it, in seconds; 8 by default.
    #[serde(default)]
    pub timeout_secs: Option<u64>,
    /// How often it may be asked on a day (UTC); 1,000 by default.
    #[serde(default)]
    pub daily_calls: Option<u32>,
}

impl AgentConfig {
    /// How long an answer waits, in seconds.
    pub fn timeout_secs(&self) -> u64 {
        self.timeout_secs.unwrap_or(DEFAULT_TIMEOUT_SECS)
    }

    /// How often it may be asked on a day.
    pub fn daily_calls(&self) -> u32 {
        self.daily_calls.unwrap_or(DEFAULT_DAILY_CALLS)
    }

    /// What cannot be used of the settings, by name.
    pub(super) fn fault(&self) -> Option<String> {
        if let Some(fault) = endpoint_fault(&self.endpoint, self.key_file.is_some(), &self.model) {
            return Some(format!("agent.{fault}"));
        }
        if let Some(fault) = timeout_fault(self.timeout_secs()) {
            return Some(format!("agent.{fault}, an answer waits for it"));
        }
        None
    }
}
