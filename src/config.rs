//! What is set once for this machine: `svar.toml`, and the environment over it.
//!
//! The only place that reads the environment. What the team decides (targets, zones,
//! people) is in the journal, never here.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The address that a server listens on unless another is set.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:7878";
/// The folder that holds everything unless another is set.
pub const DEFAULT_DATA: &str = "svar-data";

/// The longest file of settings, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// How long an answer waits to be phrased.
const DEFAULT_TIMEOUT_SECS: u64 = 8;
/// The longest that it may be let wait.
const MAX_TIMEOUT_SECS: u64 = 60;
/// How often answers are phrased on a day.
const DEFAULT_DAILY_CALLS: u32 = 1_000;

/// Settings of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The address to listen on.
    pub listen: Option<String>,
    /// Under which address people and mails reach the server, such as `https://svar.shop.example` or
    /// `https://shop.example/support`; only the listening address by default.
    pub public_url: Option<String>,
    /// Proxies whose word on where a request comes from is taken; none by default.
    pub trusted_proxies: Vec<IpAddr>,
    /// The file with the certificate that the server shows, and those above it, in PEM; none: it does
    /// not encrypt.
    pub tls_cert: Option<PathBuf>,
    /// The file with the certificate's key, in PEM.
    pub tls_key: Option<PathBuf>,
    /// What is logged, as a filter such as `info` or `svar=debug`.
    pub log: Option<String>,
    /// How long a segment of the journal grows before it is sealed, in bytes; 64 MiB by default.
    pub segment_bytes: Option<u64>,
    /// How long the store may take to open after an unclean stop before it is set aside, in
    /// seconds; 120 by default.
    pub probe_secs: Option<u64>,
    /// Who phrases answers; nobody by default.
    pub agent: Option<AgentConfig>,
    /// A failpoint to arm, in the environment only: for the tests of recovery.
    #[serde(skip)]
    pub failpoint: Option<String>,
}

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
    fn fault(&self) -> Option<String> {
        let rest = self.endpoint.strip_prefix("https://");
        let (rest, is_safe) = match (rest, self.endpoint.strip_prefix("http://")) {
            (Some(rest), _) => (rest, true),
            (None, Some(rest)) => (rest, is_this_machine(rest)),
            (None, None) => ("", false),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.is_empty()
            || rest.contains(['@', '?', '#'])
            || rest.contains(char::is_whitespace)
        {
            return Some(format!(
                "agent.endpoint: `{}` is no address such as https://llm.example/v1",
                self.endpoint
            ));
        }
        if self.key_file.is_some() && !is_safe {
            return Some(format!(
                "agent.endpoint: a key would be sent to `{}` for everybody to read; expected https://",
                self.endpoint
            ));
        }
        if self.model.trim().is_empty() {
            return Some("agent.model: it is empty; expected the name of a model".to_owned());
        }
        if !(1..=MAX_TIMEOUT_SECS).contains(&self.timeout_secs()) {
            return Some(format!(
                "agent.timeout_secs: expected 1 to {MAX_TIMEOUT_SECS}, an answer waits for it"
            ));
        }
        None
    }
}

/// The text of a file of settings; what is longer than any of those is refused.
fn text_of(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = File::open(file)?
        .take(MAX_FILE + 1)
        .read_to_string(&mut text)?;
    if read as u64 > MAX_FILE {
        let reason = format!("it is longer than {MAX_FILE} bytes");
        return Err(std::io::Error::other(reason));
    }
    Ok(text)
}

/// Whether an address behind `http://` is of this machine.
fn is_this_machine(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let name = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_loopback = |address: IpAddr| address.is_loopback();
    name == "localhost" || name.parse().is_ok_and(is_loopback)
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
        config.public_url = variable("SVAR_PUBLIC_URL").or(config.public_url);
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
        match text_of(file) {
            Ok(text) => {
                let config: Self =
                    toml::from_str(&text).map_err(|error| failed(error.to_string()))?;
                match config.agent.as_ref().and_then(AgentConfig::fault) {
                    Some(fault) => Err(failed(fault)),
                    None => Ok(config),
                }
            }
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

    #[test]
    fn an_endpoint_that_cannot_be_used_is_refused_by_name() {
        let read = |text: &str| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("svar.toml");
            std::fs::write(&file, format!("[agent]\n{text}\n")).unwrap();
            Config::read(&file).map_err(|error| error.reason)
        };
        let good = "endpoint = \"https://llm.example/v1\"\nmodel = \"m\"\nkey_file = \"k\"";
        let agent = read(good).unwrap().agent.unwrap();
        assert_eq!((agent.timeout_secs(), agent.daily_calls()), (8, 1_000));
        for (endpoint, more, fault) in [
            ("llm.example", "", "is no address"),
            ("ftp://llm.example", "", "is no address"),
            ("https://", "", "is no address"),
            ("https://me:key@llm.example", "", "is no address"),
            (
                "http://llm.example/v1",
                "key_file = \"k\"",
                "expected https",
            ),
            (
                "http://localhost.example",
                "key_file = \"k\"",
                "expected https",
            ),
            ("https://llm.example", "timeout_secs = 0", "timeout_secs"),
            ("https://llm.example", "timeout = 3", "timeout"),
        ] {
            let text = format!("endpoint = \"{endpoint}\"\nmodel = \"m\"\n{more}");
            let refused = read(&text).unwrap_err();
            assert!(refused.contains(fault), "{endpoint}: {refused}");
        }
        for endpoint in [
            "http://127.0.0.1:9/v1",
            "http://localhost",
            "http://[::1]:9",
        ] {
            let text = format!("endpoint = \"{endpoint}\"\nmodel = \"m\"\nkey_file = \"k\"");
            assert!(read(&text).is_ok(), "{endpoint}");
        }
        assert!(read("endpoint = \"http://10.0.0.5:11434/v1\"\nmodel = \"m\"").is_ok());
        assert!(read("endpoint = \"https://llm.example\"\nmodel = \" \"").is_err());
    }
}
