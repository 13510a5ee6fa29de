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
    /// Who may make the vectors by which texts are compared; nobody by default.
    pub embeddings: Option<crate::config::EmbeddingsConfig>,
    /// Whose word is taken on who signs in, besides passwords; nobody's by default. It takes a
    /// public address, to which people are sent back.
    pub oidc: Option<crate::config::OidcConfig>,
    /// Who carries mails; nobody by default. It takes a public address, to which mails lead.
    pub mail: Option<crate::config::MailConfig>,
    /// Where webhooks may lead besides the internet; nowhere by default.
    pub webhooks: crate::config::WebhooksConfig,
    /// The most bytes of a file of a message; 20 MB by default.
    pub max_file_bytes: Option<u64>,
    /// Where backups go that are begun on the page of settings; nowhere by default.
    pub backup_folder: Option<PathBuf>,
    /// How the server is reached; by this machine's own names by default.
    pub network: Network,
    /// How long a question of another instant or profile is worked on before it becomes a task;
    /// two seconds by default.
    pub patience: Option<Duration>,
}

/// How a server is reached from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Under which address; none: the one that it listens on.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the server itself encrypts.
    pub is_tls: bool,
}

/// An address such as `https://svar.shop.example`, or `https://shop.example/support`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    path: String,
}

impl PublicUrl {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let url = text.trim_end_matches('/');
        let fault = || {
            let reason = format!(
                "`{text}` is no address such as https://svar.shop.example or \
                 https://shop.example/support"
            );
            Invalid::new("public_url", reason)
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(fault)?;
        let (host, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, ""),
        };
        let is_fit = matches!(scheme, "https" | "http")
            && !host.is_empty()
            && !host.contains(['?', '#', '@'])
            && !host.contains(char::is_whitespace)
            && (path.is_empty() || path.split('/').skip(1).all(is_segment));
        if !is_fit {
            return Err(fault());
        }
        Ok(Self {
            origin: format!("{scheme}://{}", host.to_ascii_lowercase()),
            path: path.to_owned(),
        })
    }

    /// Where it is, without a path and without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path that everything is under, without a slash at its end; empty: the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole of it, without a slash at its end.
    pub fn whole(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// Its host, with the port if it names one.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether what is sent to it is encrypted.
    pub fn is_secure(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// Whether a part of a path means what it says, wherever it is written.
fn is_segment(text: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    !text.is_empty() && !matches!(text, "." | "..") && text.bytes().all(is_plain)
}

/// A process that tries the store.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The `svar` binary.
    pub program: PathBuf,
    /// How long it may take.
    pub limit: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_a_host_and_may_have_a_plain_path() {
        for (text, origin, path) in [
            ("https://Svar.Example", "https://svar.example", ""),
            ("https://svar.example/", "https://svar.example", ""),
            (
                "http://svar.example:8080/Help/us/",
                "http://svar.example:8080",
                "/Help/us",
            ),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!((url.origin(), url.path()), (origin, path), "{text}");
        }
        for text in [
            "svar.example",
            "ftp://svar.example",
            "https://",
            "https:///help",
            "https://svar.example/help?x",
            "https://svar.example//help",
            "https://svar.example/../help",
            "https://svar.example/he%6cp",
            "https://me@svar.example",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }
}
