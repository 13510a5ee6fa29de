//! What goes out over the network, asked once at a time limit.
//!
//! Follows no redirect, uses no proxy, reads no more than it must, and trusts the machine's
//! certificates. Keys are read from files that only their owner may read, and are never shown. It
//! is asked through `ureq`, which the command line uses as well, with `rustls` and the cryptography
//! of `ring`; a list of certificates in the binary would grow old. Used by whoever asks an
//! endpoint that the settings of this machine name.

use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{Response, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};

use crate::config::AddressRange;

/// How long a file may take to come.
#[cfg(feature = "cli")]
const LONGEST_DOWNLOAD: Duration = Duration::from_mins(30);
/// The longest reply that is read.
const MAX_REPLY: u64 = 256 << 10;
/// The longest head of a reply.
const MAX_HEAD: usize = 32 << 10;
/// The longest key file.
const MAX_KEY: u64 = 16 << 10;

/// What asks the server at `url`, for so long.
pub(crate) fn agent(url: &str, timeout_secs: u64) -> Agent {
    built(url, timeout_secs, 0)
}

/// The same, where one question follows the other: the connection stays open meanwhile.
pub(crate) fn lasting_agent(url: &str, timeout_secs: u64) -> Agent {
    built(url, timeout_secs, 1)
}

/// What asks servers that others have named: none in a private network.
pub(crate) fn public_agent(timeout_secs: u64) -> Agent {
    guarded_agent(timeout_secs, Vec::new())
}

/// The same, where some private addresses may be asked; those alone without encryption.
pub(crate) fn guarded_agent(timeout_secs: u64, allowed: Vec<AddressRange>) -> Agent {
    let config = built("https://", timeout_secs, 0).config().clone();
    Agent::with_parts(config, DefaultConnector::default(), Guard(allowed))
}

/// Finds addresses, and refuses those of private networks that are not named; the ones that it gives
/// are asked, and no others.
#[derive(Debug)]
struct Guard(Vec<AddressRange>);

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let is_secure = uri.scheme_str() == Some("https");
        let may_be_asked = |address: IpAddr| {
            let is_named = self.0.iter().any(|range| range.has(address.to_canonical()));
            is_named || (is_secure && is_public(address))
        };
        if found.iter().all(|address| may_be_asked(address.ip())) {
            return Ok(found);
        }
        Err(ureq::Error::Io(ErrorKind::PermissionDenied.into()))
    }
}

/// Whether an address is one of the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, third, _] = v4.octets();
            let is_special = v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || matches!(
                    (first, second, third),
                    (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _)
                )
                || (first == 100 && (64..128).contains(&second));
            !is_special && (1..224).contains(&first)
        }
        IpAddr::V6(v6) => {
            let parts = v6.segments();
            // One of the former kind, written as one of this.
            let within = |high: u16, low: u16| {
                let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
                is_public(IpAddr::from([a, b, c, d]))
            };
            match parts {
                [0, 0, 0, 0, 0, 0xffff, high, low]
                | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
                | [0x2002, high, low, ..] => within(high, low),
                // Tunnels, documentation and what has a special purpose.
                [0x2001, 0..0x200 | 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => false,
                // The internet's are these.
                [first, ..] => first & 0xe000 == 0x2000,
            }
        }
    }
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It is longer than may be read.
    TooLong,
    /// Its server is in a private network.
    Private,
    /// What went wrong, in words that hold no secret.
    Broken(String),
}

impl From<ureq::Error> for Lost {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::BodyExceedsLimit(_) => Self::TooLong,
            ureq::Error::Io(error) if error.kind() == ErrorKind::PermissionDenied => Self::Private,
            error => Self::Broken(reason_of(&error)),
        }
    }
}

fn built(url: &str, timeout_secs: u64, idle: usize) -> Agent {
    let builder = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(timeout_secs)))
        .max_redirects(0)
        .max_response_header_size(MAX_HEAD)
        .max_idle_connections(idle)
        .user_agent(concat!("svar/", env!("CARGO_PKG_VERSION")))
        .proxy(None);
    let builder = if url.starts_with("https://") {
        builder.tls_config(tls())
    } else {
        builder
    };
    builder.build().into()
}

/// The body of a reply that was good; else what went wrong, in words that hold no secret.
pub(crate) fn reply(answered: Result<Response<Body>, ureq::Error>) -> Result<Vec<u8>, String> {
    long_reply(answered, MAX_REPLY)
}

/// The same of a reply that may have so many bytes.
pub(crate) fn long_reply(
    answered: Result<Response<Body>, ureq::Error>,
    most: u64,
) -> Result<Vec<u8>, String> {
    let mut response = answered.map_err(|error| reason_of(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("it answered {}", status.as_u16()));
    }
    let reply = response.body_mut().with_config().limit(most);
    reply.read_to_vec().map_err(|error| reason_of(&error))
}

/// What is at `url`, read as it comes, at most so many bytes of it. Follows redirects, for files are
/// handed out by other servers than their addresses name: whoever asks checks what comes.
#[cfg(feature = "cli")]
pub(crate) fn download(
    url: &str,
    timeout_secs: u64,
    most: u64,
) -> Result<impl std::io::Read + use<>, String> {
    if crate::config::safety_of(url) != Some(crate::config::Safety::Private) {
        return Err("expected https://, or http:// on this machine".to_owned());
    }
    let is_secure = url.starts_with("https://");
    let builder = Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(timeout_secs)))
        .timeout_recv_response(Some(Duration::from_secs(timeout_secs)))
        .timeout_recv_body(Some(LONGEST_DOWNLOAD))
        .max_redirects(5)
        .https_only(is_secure)
        .max_response_header_size(MAX_HEAD)
        .user_agent(concat!("svar/", env!("CARGO_PKG_VERSION")));
    let builder = if is_secure {
        builder.tls_config(tls())
    } else {
        builder
    };
    let answered = builder.build().new_agent().get(url).call();
    let response = answered.map_err(|error| match error {
        ureq::Error::StatusCode(status) => format!("it answered {status}"),
        other => reason_of(&other),
    })?;
    let body = response.into_body().into_with_config().limit(most);
    Ok(body.reader())
}

/// A reply as it came, whatever its status, with so many bytes at most.
pub(crate) fn whole(
    answered: Result<Response<Body>, ureq::Error>,
    most: u64,
) -> Result<Response<Vec<u8>>, Lost> {
    let (parts, mut body) = answered?.into_parts();
    let bytes = body.with_config().limit(most).read_to_vec()?;
    Ok(Response::from_parts(parts, bytes))
}

/// A key out of its file.
pub(crate) fn read_key(path: &Path) -> Result<String, String> {
    let text = read_secret(path)?;
    let key = text.trim();
    // It is not shown: it may be a key that was mistyped.
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_graphic()) {
        return Err(no_key(path));
    }
    Ok(key.to_owned())
}

/// A password out of its file: one line, which may have blanks and letters of any alphabet.
pub(crate) fn read_password(path: &Path) -> Result<String, String> {
    let text = read_secret(path)?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() || password.chars().any(char::is_control) {
        return Err(no_key(path));
    }
    Ok(password.to_owned())
}

fn no_key(path: &Path) -> String {
    let name = path.display();
    format!("the key file `{name}` holds no key: one line is expected")
}

/// What a file says that nobody else may read.
fn read_secret(path: &Path) -> Result<String, String> {
    let name = path.display();
    let failed = |error: std::io::Error| format!("the key file `{name}` cannot be read ({error})");
    let about = fs::metadata(path).map_err(failed)?;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!(
            "the key file `{name}` can be read by others (mode {mode:03o}); expected 600: chmod 600 {name}"
        ));
    }
    if !about.is_file() || about.len() > MAX_KEY {
        return Err(format!("the key file `{name}` is no file with a key in it"));
    }
    fs::read_to_string(path).map_err(failed)
}

/// What went wrong, without what was sent.
fn reason_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "its reply is too long".to_owned(),
        ureq::Error::HostNotFound => "its host is not known".to_owned(),
        ureq::Error::ConnectionFailed => "it cannot be reached".to_owned(),
        ureq::Error::Io(error) => format!("the connection broke ({})", error.kind()),
        _ => "it did not speak HTTP as it should".to_owned(),
    }
}

/// The machine's certificates, by ring; ureq's own choice would bring a list of its own.
fn tls() -> TlsConfig {
    let certificates = rustls_native_certs::load_native_certs();
    for error in &certificates.errors {
        tracing::warn!(%error, "some certificates of the machine cannot be read");
    }
    let roots: Vec<Certificate<'static>> = certificates
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, mode: u32) -> Result<String, String> {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        read_key(&path)
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        assert_eq!(key("sk-1\n", 0o600), Ok("sk-1".to_owned()));
        assert_eq!(key("sk-1\n", 0o400), Ok("sk-1".to_owned()));
        for mode in [0o640, 0o604, 0o644, 0o660] {
            let refused = key("sk-1\n", mode).unwrap_err();
            assert!(refused.contains("chmod 600"), "{refused}");
            assert!(!refused.contains("sk-1"), "{refused}");
        }
    }

    #[test]
    fn addresses_of_private_networks_are_told_from_those_of_the_internet() {
        for text in [
            "8.8.8.8",
            "93.184.215.14",
            "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001:0:7f00:1::",
            "3fff::1",
            "::127.0.0.1",
            "64:ff9b:1::a00:1",
            "::ffff:0:a00:1",
            "192.88.99.1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_name_that_leads_into_a_private_network_is_not_asked() {
        let asked = public_agent(5).get("https://localhost:1/").call();
        assert_eq!(whole(asked, 10).unwrap_err(), Lost::Private);
    }

    #[test]
    fn a_private_address_that_is_named_may_be_asked_and_no_other() {
        let asked = |url: &str, allowed: &[&str]| {
            let allowed = allowed.iter().map(|one| AddressRange::parse(one).unwrap());
            let answer = guarded_agent(5, allowed.collect()).get(url).call();
            whole(answer, 10).unwrap_err()
        };
        // Nobody listens there.
        let named = ["127.0.0.0/8", "::1"];
        for url in [
            "http://localhost:1/",
            "https://127.0.0.1:1/",
            "http://[::ffff:127.0.0.1]:1/",
        ] {
            assert_ne!(asked(url, &named), Lost::Private, "{url}");
            assert_eq!(asked(url, &["10.0.0.0/8"]), Lost::Private, "{url}");
        }
        // Without encryption only those are asked.
        assert_eq!(asked("http://93.184.215.14/", &named), Lost::Private);
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_told() {
        for text in ["", " \n", "two words", "sk\u{0}1", "sk-é", "a\nb"] {
            let refused = key(text, 0o600).unwrap_err();
            assert!(refused.contains("holds no key"), "{refused}");
            assert!(!refused.contains("words"), "{refused}");
        }
        assert!(
            key(&"k".repeat(20_000), 0o600)
                .unwrap_err()
                .contains("is no file with a key")
        );
        assert!(
            read_key(Path::new("/nowhere/key"))
                .unwrap_err()
                .contains("cannot be read")
        );
    }
}
