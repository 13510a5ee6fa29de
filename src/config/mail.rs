//! How mails go out, as `svar.toml` says.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long the server that carries mails may take for each thing that it is told.
const DEFAULT_TIMEOUT_SECS: u64 = 30;
/// The longest that it may be given.
const MAX_TIMEOUT_SECS: u64 = 300;
/// The port on which mails are handed in, STARTTLS (RFC 6409).
const SUBMISSION: u16 = 587;
/// The port on which mails are handed in over TLS (RFC 8314).
const SUBMISSIONS: u16 = 465;
/// The port without encryption.
const SMTP: u16 = 25;

/// Who carries mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The SMTP server's name, such as `smtp.shop.example`.
    pub server: String,
    /// Its port; 587, or 465 with `tls`, or 25 with `none`.
    #[serde(default)]
    pub port: Option<u16>,
    /// How it is encrypted; `starttls` by default.
    #[serde(default)]
    pub security: MailSecurity,
    /// As whom Svar signs in there; none: it does not.
    #[serde(default)]
    pub user: Option<String>,
    /// The file with the password, which only its owner may read.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// From whom mails are, such as `Shop support <support@shop.example>`.
    pub from: String,
    /// The address that failures go back to, such as `bounces@shop.example`: with `+…` before the `@`, which
    /// names the mail. None: they go to whom a mail is from.
    #[serde(default)]
    pub bounces: Option<String>,
    /// How long the server may take for each thing that it is told, in seconds; 30 by default.
    #[serde(default)]
    pub timeout_secs: Option<u64>,
}

/// How what is said to a server of mails is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// After a word in the open; without encryption nothing is sent.
    #[default]
    StartTls,
    /// From the first byte on.
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

impl MailConfig {
    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            MailSecurity::StartTls => SUBMISSION,
            MailSecurity::Tls => SUBMISSIONS,
            MailSecurity::None => SMTP,
        })
    }

    /// How long it may take for each thing that it is told, in seconds.
    pub fn timeout_secs(&self) -> u64 {
        self.timeout_secs.unwrap_or(DEFAULT_TIMEOUT_SECS)
    }

    /// The address that mails are from, without the name.
    pub fn address(&self) -> &str {
        let from = self.from.trim();
        let named = from
            .strip_suffix('>')
            .and_then(|rest| rest.rsplit_once('<'));
        named.map_or(from, |(_, address)| address).trim()
    }

    /// Who mails say that they are from; empty: nobody by name.
    pub fn sender_name(&self) -> &str {
        let from = self.from.trim();
        let named = from
            .strip_suffix('>')
            .and_then(|rest| rest.rsplit_once('<'));
        let name = named.map_or("", |(name, _)| name).trim();
        name.trim_matches('"').trim()
    }

    /// What cannot be used of the settings, by name.
    pub(super) fn fault(&self) -> Option<String> {
        let server = self.server.trim();
        let is_host = !server.is_empty()
            && !server.contains(['/', '@', ' '])
            && (server.matches(':').count() != 1);
        if !is_host {
            return Some(format!(
                "mail.server: `{server}` is no name of a server such as smtp.shop.example; the port \
                 is `mail.port`"
            ));
        }
        if !is_address(self.address()) {
            return Some(format!(
                "mail.from: `{}` is no address such as Shop support <support@shop.example>",
                self.from
            ));
        }
        if let Some(bounces) = self.bounces.as_deref().filter(|one| !is_address(one)) {
            return Some(format!(
                "mail.bounces: `{bounces}` is no address such as bounces@shop.example"
            ));
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Some(
                "mail.user: it goes with mail.password_file; expected both or neither".to_owned(),
            );
        }
        if self.security == MailSecurity::None && self.user.is_some() && !is_this_machine(server) {
            return Some(format!(
                "mail.security: the password would be sent to `{server}` for everybody to read; \
                 expected `starttls` or `tls`"
            ));
        }
        if !(1..=MAX_TIMEOUT_SECS).contains(&self.timeout_secs()) {
            return Some(format!(
                "mail.timeout_secs: expected 1 to {MAX_TIMEOUT_SECS}"
            ));
        }
        None
    }
}

/// Whether a text may be an address of mail: something at a host.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(who, host)| {
        !who.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
    })
}

/// Whether a server's name is one of this machine.
fn is_this_machine(server: &str) -> bool {
    matches!(server, "localhost" | "127.0.0.1" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> MailConfig {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_sender_has_an_address_and_may_have_a_name() {
        for (from, name, address) in [
            ("support@shop.example", "", "support@shop.example"),
            (
                "Shop support <support@shop.example>",
                "Shop support",
                "support@shop.example",
            ),
            ("\"Shop, Ltd\" <a@b.example>", "Shop, Ltd", "a@b.example"),
        ] {
            let config = MailConfig {
                server: "smtp.shop.example".to_owned(),
                from: from.to_owned(),
                ..MailConfig::default()
            };
            assert_eq!((config.sender_name(), config.address()), (name, address));
            assert_eq!(config.fault(), None, "{from}");
        }
    }

    #[test]
    fn the_port_follows_from_how_it_is_encrypted() {
        let config = |security: &str| {
            parsed(&format!(
                "server = \"smtp.shop.example\"\nfrom = \"a@shop.example\"\nsecurity = \"{security}\""
            ))
        };
        assert_eq!(config("starttls").port(), 587);
        assert_eq!(config("tls").port(), 465);
        assert_eq!(config("none").port(), 25);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let base = "from = \"a@shop.example\"\n";
        for (text, named) in [
            ("server = \"smtp://x\"", "mail.server"),
            ("server = \"smtp.shop.example:25\"", "mail.server"),
            ("server = \"x\"\nbounces = \"b@\"", "mail.bounces"),
            ("server = \"x\"\nuser = \"me\"", "mail.user"),
            (
                "server = \"x\"\nuser = \"me\"\npassword_file = \"/p\"\nsecurity = \"none\"",
                "mail.security",
            ),
            ("server = \"x\"\ntimeout_secs = 0", "mail.timeout_secs"),
        ] {
            let fault = parsed(&format!("{base}{text}")).fault().unwrap_or_default();
            assert!(fault.starts_with(named), "{text}: {fault}");
        }
        for from in ["", "nobody", "a@", "@b", "a b@c", "a@b, c@d"] {
            let config = MailConfig {
                server: "x".to_owned(),
                from: from.to_owned(),
                ..MailConfig::default()
            };
            let fault = config.fault().unwrap_or_default();
            assert!(fault.starts_with("mail.from"), "{from}: {fault}");
        }
    }
}
