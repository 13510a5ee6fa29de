//! What a folder is opened with besides its path and the time.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::Invalid;

/// How an app is opened; the default is what a library user wants.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How the journal is kept.
    pub journal: crate::journal::Options,
    /// How a store whose last stop was not clean is tried first; not at all by default.
    pub probe: Option<Probe>,
    /// Who phrases the customer agent's answers; nobody by default.
    pub agent: Option<crate::config::AgentConfig>,
    /// How the server is reached; by this machine's own names by default.
    pub network: Network,
    /// How long a question of another instant or profile is worked on before it becomes a task;
    /// two seconds by default.
    pub patience: Option<Duration>,
}

/// How a server is reached from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Under which address, without a path; none: the one that it listens on.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<IpAddr>,
}

/// An address such as `https://svar.shop.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let url = text.trim_end_matches('/');
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        let is_fit = |host: &str| {
            !host.is_empty()
                && !host.contains(['/', '?', '#', '@'])
                && !host.contains(char::is_whitespace)
        };
        if rest.is_some_and(is_fit) {
            return Ok(Self(url.to_ascii_lowercase()));
        }
        let reason =
            format!("`{text}` is no address such as https://svar.shop.example, without a path");
        Err(Invalid::new("public_url", reason))
    }

    /// The whole of it, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, with the port if it names one.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether what is sent to it is encrypted.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// A process that tries the store.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The `svar` binary.
    pub program: PathBuf,
    /// How long it may take.
    pub limit: Duration,
}
