//! A mailbox, as somebody adds it.

use serde::Deserialize;
use utoipa::ToSchema;

use super::kept::Settings;
use crate::app::check_name;
use crate::config::MailSecurity;
use crate::model::{InboxId, Invalid, Timestamp, whole_number};

/// The port of IMAP over TLS (RFC 8314).
const IMAPS: u16 = 993;
/// The port of IMAP.
const IMAP: u16 = 143;
/// The longest name of a server, user or folder, in characters.
const MOST_WORD: usize = 300;
/// The longest password, in characters.
const MOST_PASSWORD: usize = 1_000;
/// The longest command, in characters.
const MOST_COMMAND: usize = 2_000;

/// A mailbox, as somebody adds it. It is never shown whole, for it has a password.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxDraft {
    /// What it is called; by default `mail`.
    #[serde(default)]
    #[schema(pattern = "^[a-z0-9-]{1,40}$")]
    pub name: Option<String>,
    /// The IMAP server's name, such as `imap.shop.example`.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S")]
    pub host: String,
    /// Its port; by default 993, or 143 without TLS from the first byte on.
    #[schema(minimum = 1, maximum = 65535)]
    #[serde(default, deserialize_with = "whole_number")]
    pub port: Option<u16>,
    /// How it is encrypted; by default `tls`.
    #[serde(default)]
    pub security: Option<MailSecurity>,
    /// Whose it is.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S")]
    pub user: String,
    /// The password; left out for a mailbox that has one.
    #[schema(min_length = 1, max_length = 1000)]
    #[serde(default)]
    pub password: Option<String>,
    /// In place of a password: a command of this machine that prints a token of OAuth. Only the command
    /// line of the machine itself may give one.
    #[schema(min_length = 1, max_length = 2000)]
    #[serde(default)]
    pub token_command: Option<String>,
    /// The folder that is read; by default `INBOX`.
    #[schema(min_length = 1, max_length = 300)]
    #[serde(default)]
    pub folder: Option<String>,
    /// Whether what is in it already is read, too, as if it came now; else what comes from now on.
    #[serde(default)]
    pub all: bool,
    /// In which inbox conversations begin; left out: in that of the address that a mail came to.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub inbox: Option<String>,
}

/// What a draft says: its name, its settings, and the password.
pub(super) fn settings(
    draft: &MailboxDraft,
    now: Timestamp,
) -> Result<(String, Settings, Option<String>), Invalid> {
    let name = filled(draft.name.as_deref()).unwrap_or("mail").to_owned();
    check_name(&name)?;
    let host = word("host", Some(&draft.host), None)?;
    if host.contains(['/', '@', ':', ' ']) {
        let reason = format!("`{host}` is no name of a server such as imap.shop.example");
        return Err(Invalid::new("host", reason));
    }
    let security = draft.security.unwrap_or(MailSecurity::Tls);
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1");
    if security == MailSecurity::None && !is_here {
        let reason = format!(
            "the password would be sent to `{host}` for everybody to read; expected `tls` or \
             `starttls`"
        );
        return Err(Invalid::new("security", reason));
    }
    let usual = match security {
        MailSecurity::Tls => IMAPS,
        MailSecurity::StartTls | MailSecurity::None => IMAP,
    };
    if draft.port == Some(0) {
        return Err(Invalid::new("port", "expected 1 to 65535"));
    }
    let inbox = filled(draft.inbox.as_deref()).map(|inbox| {
        let parsed = InboxId::parse(inbox);
        parsed.map_err(|fault| Invalid::new("inbox", format!("`{inbox}`: {fault}")))
    });
    let command = filled(draft.token_command.as_deref());
    if let Some(command) = command {
        check("token_command", command, MOST_COMMAND)?;
    }
    let password = draft.password.as_deref().filter(|one| !one.is_empty());
    if let Some(password) = password {
        check("password", password, MOST_PASSWORD)?;
        if command.is_some() {
            let reason = "there is a password, too; expected one of the two";
            return Err(Invalid::new("token_command", reason));
        }
    }
    let settings = Settings {
        port: draft.port.unwrap_or(usual),
        security,
        user: word("user", Some(&draft.user), None)?,
        folder: word("folder", draft.folder.as_deref(), Some("INBOX"))?,
        inbox: inbox.transpose()?.map(|inbox| inbox.to_string()),
        token_command: command.map(str::to_owned),
        reads_all: draft.all,
        added_at: now,
        is_paused: false,
        host,
    };
    Ok((name, settings, password.map(str::to_owned)))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn word(field: &str, text: Option<&str>, usual: Option<&str>) -> Result<String, Invalid> {
    let text = filled(text).or(usual).unwrap_or_default();
    if text.is_empty() {
        return Err(Invalid::new(field, "it is missing"));
    }
    check(field, text, MOST_WORD)?;
    Ok(text.to_owned())
}

/// Refuses what is too long or has what no line has; it is not shown, for it may be a secret.
fn check(field: &str, text: &str, most: usize) -> Result<(), Invalid> {
    if text.chars().count() > most || text.chars().any(char::is_control) {
        let reason = format!("expected one line of at most {most} characters");
        return Err(Invalid::new(field, reason));
    }
    Ok(())
}
