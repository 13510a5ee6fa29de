//! What a folder is opened with besides its path and the time.

use std::path::PathBuf;
use std::time::Duration;

/// How an app is opened; the default is what a library user wants.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How the journal is kept.
    pub journal: crate::journal::Options,
    /// How a store whose last stop was not clean is tried first; not at all by default.
    pub probe: Option<Probe>,
    /// Who phrases the customer agent's answers; nobody by default.
    pub agent: Option<crate::config::AgentConfig>,
    /// How long a question of another instant or profile is worked on before it becomes a task;
    /// two seconds by default.
    pub patience: Option<Duration>,
}

/// A process that tries the store.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The `svar` binary.
    pub program: PathBuf,
    /// How long it may take.
    pub limit: Duration,
}
