//! What is set once for this machine: `svar.toml`, and the environment over it.
//!
//! The only place that reads the environment. What the team decides (targets, zones,
//! people) is in the journal, never here.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The address that a server listens on unless told otherwise.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:7878";
/// The folder that holds everything unless told otherwise.
pub const DEFAULT_DATA: &str = "svar-data";

/// Settings of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The address to listen on.
    pub listen: Option<String>,
    /// What is logged, as a filter such as `info` or `svar=debug`.
    pub log: Option<String>,
    /// How long a segment of the journal grows before it is sealed, in bytes; 64 MiB by default.
    pub segment_bytes: Option<u64>,
    /// How long the store may take to open after an unclean stop before it is set aside, in
    /// seconds; 120 by default.
    pub probe_secs: Option<u64>,
    /// A failpoint to arm, in the environment only: for the tests of recovery.
    #[serde(skip)]
    pub failpoint: Option<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

impl Config {
    /// Reads `svar.toml` in the present folder, if there is one, and the environment.
    pub fn load() -> Result<Self, ConfigError> {
        let file =
            variable("SVAR_CONFIG").map_or_else(|| PathBuf::from("svar.toml"), PathBuf::from);
        let mut config = Self::read(&file)?;
        config.data = variable("SVAR_DATA").map(PathBuf::from).or(config.data);
        config.listen = variable("SVAR_LISTEN").or(config.listen);
        config.log = variable("SVAR_LOG").or(config.log);
        config.segment_bytes = number("SVAR_SEGMENT_BYTES")?.or(config.segment_bytes);
        config.probe_secs = number("SVAR_PROBE_SECS")?.or(config.probe_secs);
        config.failpoint = variable("SVAR_FAILPOINT");
        Ok(config)
    }

    fn read(file: &Path) -> Result<Self, ConfigError> {
        let failed = |reason: String| ConfigError {
            path: file.to_owned(),
            reason,
        };
        match std::fs::read_to_string(file) {
            Ok(text) => toml::from_str(&text).map_err(|error| failed(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.data
            .clone()
            .unwrap_or_else(|| PathBuf::from(DEFAULT_DATA))
    }

    /// The address to listen on.
    pub fn listen(&self) -> String {
        self.listen
            .clone()
            .unwrap_or_else(|| DEFAULT_LISTEN.to_owned())
    }
}

fn number(name: &str) -> Result<Option<u64>, ConfigError> {
    let Some(text) = variable(name) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_text| ConfigError {
        path: PathBuf::from(name),
        reason: format!("`{text}` is no number"),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that reads the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_what_it_names_and_refuses_what_it_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("svar.toml");
        assert_eq!(Config::read(&file).unwrap(), Config::default());
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\n").unwrap();
        assert_eq!(Config::read(&file).unwrap().listen(), "127.0.0.1:1");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
        assert!(
            Config::read(&file)
                .unwrap_err()
                .to_string()
                .contains("lisen")
        );
    }
}
