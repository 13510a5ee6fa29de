//! What is set once for this machine: `svar.toml`, and the environment over it.
//!
//! The only place that reads the environment. What the team decides (targets, zones,
//! people) is in the journal, never here.

mod agent;
mod embeddings;
mod endpoint;
mod mail;
mod oidc;
mod webhooks;

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use agent::AgentConfig;
pub use embeddings::EmbeddingsConfig;
pub use mail::{MailConfig, MailSecurity};
pub use oidc::OidcConfig;
pub use webhooks::{AddressRange, WebhooksConfig};

/// The address that a server listens on unless another is set.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:7878";
/// The folder that holds everything unless another is set.
pub const DEFAULT_DATA: &str = "svar-data";

/// The longest file of settings, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// The most that may be set as the most bytes of a file of a message.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// The longest that it may be let wait.
const MAX_TIMEOUT_SECS: u64 = 60;

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
    /// The most bytes of a file that somebody sends along with a message; 20,000,000 by default.
    pub max_file_bytes: Option<u64>,
    /// The folder that backups go to which name none, and those that are begun on the page of settings;
    /// none by default.
    pub backup_folder: Option<PathBuf>,
    /// Who phrases answers; nobody by default.
    pub agent: Option<AgentConfig>,
    /// Who may make the vectors by which texts are compared; nobody by default.
    pub embeddings: Option<EmbeddingsConfig>,
    /// Whose word is taken on who signs in, besides passwords; nobody's by default.
    pub oidc: Option<OidcConfig>,
    /// Who carries mails; nobody by default, and none are made.
    pub mail: Option<MailConfig>,
    /// Where webhooks may lead besides the internet; nowhere by default.
    pub webhooks: WebhooksConfig,
    /// A failpoint to arm, in the environment only: for the tests of recovery.
    #[serde(skip)]
    pub failpoint: Option<String>,
}

/// Who can read what is sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Nobody else: it is encrypted, or stays on this machine.
    Private,
    /// Whoever is on the way.
    Readable,
}

/// Who can read what is sent to an address; none: it is no address of a server, without a query and
/// without credentials.
pub(crate) fn safety_of(address: &str) -> Option<Safety> {
    let (rest, safety) = match address.split_once("://")? {
        ("https", rest) => (rest, Safety::Private),
        ("http", rest) if is_this_machine(rest) => (rest, Safety::Private),
        ("http", rest) => (rest, Safety::Readable),
        _ => return None,
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let is_fit = !authority.is_empty()
        && !rest.contains(['@', '?', '#', '\\'])
        && !rest.contains(char::is_whitespace);
    is_fit.then_some(safety)
}

impl Config {
    /// What cannot be used of the settings, by name.
    fn fault(&self) -> Option<String> {
        if self
            .max_file_bytes
            .is_some_and(|most| !(1..=MAX_FILE_BYTES).contains(&most))
        {
            return Some(format!(
                "max_file_bytes: expected 1 to {MAX_FILE_BYTES} bytes"
            ));
        }
        if let Some(folder) = &self.backup_folder
            && !folder.is_absolute()
        {
            return Some(format!(
                "backup_folder: `{}` is no whole path; expected one that begins with `/`",
                folder.display()
            ));
        }
        let agent = self.agent.as_ref().and_then(AgentConfig::fault);
        let oidc = self.oidc.as_ref().and_then(OidcConfig::fault);
        let mail = self.mail.as_ref().and_then(MailConfig::fault);
        let embeddings = self.embeddings.as_ref().and_then(EmbeddingsConfig::fault);
        agent.or(embeddings).or(oidc).or(mail)
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
        config.max_file_bytes = number("SVAR_MAX_FILE_BYTES")?.or(config.max_file_bytes);
        config.backup_folder = variable("SVAR_BACKUP_FOLDER")
            .map(PathBuf::from)
            .or(config.backup_folder);
        config.failpoint = variable("SVAR_FAILPOINT");
        let lost = match (&config.public_url, &config.oidc, &config.mail) {
            (None, Some(_), _) => {
                "oidc: the provider sends people back to `public_url`; set that, too"
            }
            (None, None, Some(_)) => "mail: what mails lead to is at `public_url`; set that, too",
            _ => return Ok(config),
        };
        Err(ConfigError {
            path: file,
            reason: lost.to_owned(),
        })
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
                match config.fault() {
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
    use crate::model::Role;

    #[test]
    fn a_file_sets_what_it_names_and_refuses_what_it_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("svar.toml");
        assert_eq!(Config::read(&file).unwrap(), Config::default());
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\n").unwrap();
        assert_eq!(Config::read(&file).unwrap().listen(), "127.0.0.1:1");
        for (folder, is_fit) in [("/mnt/desk", true), ("desk", false)] {
            std::fs::write(&file, format!("backup_folder = \"{folder}\"\n")).unwrap();
            assert_eq!(Config::read(&file).is_ok(), is_fit, "{folder}");
        }
        for (bytes, is_fit) in [("0", false), ("1", true), ("1073741825", false)] {
            std::fs::write(&file, format!("max_file_bytes = {bytes}\n")).unwrap();
            assert_eq!(Config::read(&file).is_ok(), is_fit, "{bytes}");
        }
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

    #[test]
    fn an_endpoint_of_vectors_that_cannot_be_used_is_refused_by_name() {
        let read = |text: &str| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("svar.toml");
            let text = format!("[embeddings]\nmodel = \"m\"\n{text}\n");
            std::fs::write(&file, text).unwrap();
            Config::read(&file).map_err(|error| error.reason)
        };
        let good = "endpoint = \"http://127.0.0.1:11434/v1\"\nkey_file = \"k\"";
        let embeddings = read(good).unwrap().embeddings.unwrap();
        assert_eq!((embeddings.timeout_secs(), embeddings.batch()), (3, 64));
        let local = "endpoint = \"http://localhost/v1\"";
        for (text, fault) in [
            ("endpoint = \"file:///etc\"", "embeddings.endpoint: `file"),
            (
                "endpoint = \"http://10.0.0.5/v1\"\nkey_file = \"k\"",
                "embeddings.endpoint: a key would be sent",
            ),
            (&format!("{local}\nbatch = 0"), "embeddings.batch"),
            (&format!("{local}\nbatch = 1001"), "embeddings.batch"),
            (
                &format!("{local}\ntimeout_secs = 61"),
                "embeddings.timeout_secs",
            ),
            (&format!("{local}\nkey = \"x\""), "unknown field `key`"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(fault), "{text}: {refused}");
        }
    }

    #[test]
    fn a_provider_that_cannot_be_used_is_refused_by_name() {
        let read = |text: &str| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("svar.toml");
            std::fs::write(&file, format!("[oidc]\n{text}\n")).unwrap();
            Config::read(&file).map_err(|error| error.reason)
        };
        let usual = "client_id = \"svar\"";
        let issuer = |address: &str| format!("issuer = \"{address}\"\n{usual}");
        let roles = "[oidc.roles]\nagents = \"rep\"\n\"the bosses\" = \"admin\"";
        let good = format!("{}\n{roles}", issuer("https://id.example/realm/"));
        let oidc = read(&good).unwrap().oidc.unwrap();
        assert_eq!(oidc.roles["the bosses"], Role::Admin);
        assert_eq!(oidc.timeout_secs(), 10);
        for here in ["http://127.0.0.1:9", "http://localhost/x", "http://[::1]:9"] {
            assert!(read(&issuer(here)).is_ok(), "{here}");
        }
        for odd in [
            "http://id.example",
            "http://127.0.0.1.example",
            "http://localhost@id.example",
            "id.example",
            "https://id.example?x",
            "https://",
        ] {
            let refused = read(&issuer(odd)).unwrap_err();
            assert!(refused.contains("oidc.issuer"), "{odd}: {refused}");
        }
        let with = |more: &str| read(&format!("{}\n{more}", issuer("https://id.example")));
        for (more, fault) in [
            ("timeout_secs = 0", "oidc.timeout_secs"),
            ("name = \" \"", "oidc.name"),
            ("scopes = [\"a b\"]", "oidc.scopes"),
            ("groups_claim = \"\"", "oidc.groups_claim"),
            ("client_secret = \"x\"", "client_secret"),
            ("[oidc.roles]\nx = \"system\"", "system"),
            ("[oidc.roles]\nx = \"boss\"", "boss"),
        ] {
            let refused = with(more).unwrap_err();
            assert!(refused.contains(fault), "{more}: {refused}");
        }
        assert!(read("issuer = \"https://id.example\"\nclient_id = \"\"").is_err());
    }
}
