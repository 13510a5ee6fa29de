//! The server that carries mails: SMTP by `lettre`, encrypted by `rustls` with the certificates that
//! the machine trusts.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{Message, SmtpTransport, Transport};

use crate::config::{MailConfig, MailSecurity};
use crate::fetch::read_key;

/// How long a connection is kept for the next mail.
const IDLE: Duration = Duration::from_secs(5);

/// The most characters of a server's words that are kept.
const MOST_SAID: usize = 300;

/// Why a mail was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// The server does not take this one, and will not: its code and its words.
    Refused(u16, String),
    /// The server does not take this one now.
    Later,
    /// The server takes none now: why, without anybody's address.
    Down(String),
}

/// Hands mails to the server.
pub(super) struct Carrier(SmtpTransport);

impl Carrier {
    /// Over a server; else why not. It is not asked yet.
    pub(super) fn new(config: &MailConfig) -> Result<Self, String> {
        let server = config.server.trim();
        let tls = || {
            TlsParameters::new(server.to_owned())
                .map_err(|error| format!("`{server}` cannot be asked encrypted ({error})"))
        };
        let security = match config.security {
            MailSecurity::StartTls => Tls::Required(tls()?),
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(server)
            .port(config.port())
            .tls(security)
            .timeout(Some(Duration::from_secs(config.timeout_secs())))
            .pool_config(PoolConfig::new().max_size(1).idle_timeout(IDLE));
        if let (Some(user), Some(file)) = (&config.user, &config.password_file) {
            let password = read_key(file)?;
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self(builder.build()))
    }

    /// Hands a mail over. Once this is well the server has it.
    pub(super) fn carry(&self, message: &Message) -> Result<(), NotTaken> {
        let Err(error) = self.0.send(message) else {
            return Ok(());
        };
        let not_taken = not_taken(&error);
        // Who refuses the connection refuses no mail.
        if let (NotTaken::Refused(code, _), Ok(false) | Err(_)) =
            (&not_taken, self.0.test_connection())
        {
            return Err(NotTaken::Down(format!("the server answers {code}")));
        }
        Err(not_taken)
    }
}

/// What to make of a failure. What a server says to a sign-in or to its greeting holds for all mails.
fn not_taken(error: &Error) -> NotTaken {
    let code = error.status().map(u16::from);
    match code {
        // Sign-in wanted, failed, too weak; no service; too many connections.
        Some(code @ (421 | 454 | 530 | 534 | 535 | 538)) => {
            NotTaken::Down(format!("the server answers {code}: {}", meaning(code)))
        }
        Some(code) if error.is_permanent() => {
            tracing::warn!(%error, "a mail was refused");
            let said = error.to_string();
            // The code is told by itself.
            let said = said
                .split_once("): ")
                .map_or(said.as_str(), |(_, said)| said);
            NotTaken::Refused(code, said.chars().take(MOST_SAID).collect())
        }
        Some(_) => {
            tracing::info!(%error, "a mail was put off by the server");
            NotTaken::Later
        }
        None if error.is_timeout() => NotTaken::Down("the server took too long".to_owned()),
        None if error.is_tls() => {
            NotTaken::Down(format!("no encrypted connection came about ({error})"))
        }
        None => NotTaken::Down(format!("the server cannot be reached ({error})")),
    }
}

const fn meaning(code: u16) -> &'static str {
    match code {
        421 => "it takes no mails now",
        454 => "its sign-in does not work now",
        530 => "it wants a sign-in; set mail.user and mail.password_file",
        _ => "it does not take mail.user with the password of mail.password_file",
    }
}
