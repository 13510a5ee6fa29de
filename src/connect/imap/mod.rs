//! A mailbox, asked by IMAP (RFC 3501, IDLE by RFC 2177): signed in, read from a mail on, and waited at.
//!
//! Only read: no mail is marked, moved or removed. It blocks, on the thread of whoever asks. The few
//! commands are written here, over rustls, which is in the binary anyway: what there is on crates.io
//! is an alpha of years, or brings an asynchronous world of its own.

mod reply;
mod wire;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::MailSecurity;
use reply::{
    Done, abilities, code_number, done, fetched, folder_name, found, has_news, item_number, quoted,
    set_of,
};
use wire::{Reply, Wire};

/// How often who waits for news looks whether it is to go on waiting.
const LOOK: Duration = Duration::from_millis(500);

/// Why a mailbox is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImapError {
    /// Somebody has to do something first: why.
    Refused(String),
    /// It may be otherwise in a while: why.
    Down(String),
}

/// Where a mailbox is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImapPlace {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is encrypted.
    pub security: MailSecurity,
    /// Whose it is.
    pub user: String,
}

/// By what one signs in.
#[derive(Clone, PartialEq, Eq)]
pub enum ImapSecret {
    /// A password.
    Password(String),
    /// A token of OAuth.
    Token(String),
}

/// A folder that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFolder {
    /// Under which number the numbers of its mails hold.
    pub validity: u32,
    /// The number that the next mail gets, where it says so.
    pub next: Option<u32>,
}

/// A mailbox that one is signed in at.
pub struct ImapSession {
    wire: Wire,
    abilities: Vec<String>,
    tags: u32,
}

impl ImapSession {
    /// Signs in.
    pub fn open(place: &ImapPlace, secret: &ImapSecret) -> Result<Self, ImapError> {
        let mut session = Self {
            wire: Wire::open(&place.host, place.port)?,
            abilities: Vec::new(),
            tags: 0,
        };
        if place.security == MailSecurity::Tls {
            session.wire.encrypt(&place.host)?;
        }
        let greeting = session.wire.hear()?;
        if !greeting.text.to_ascii_uppercase().starts_with("* OK") {
            let said: String = greeting.text.chars().take(200).collect();
            return Err(ImapError::Down(format!("the server says: {said}")));
        }
        if place.security == MailSecurity::StartTls {
            session.command("STARTTLS", "it does not encrypt")?;
            session.wire.encrypt(&place.host)?;
        }
        // What it said before it was encrypted counts for nothing.
        session.learn()?;
        session.sign_in(&place.user, secret)?;
        session.learn()?;
        Ok(session)
    }

    /// Opens a folder to be read.
    pub fn examine(&mut self, folder: &str) -> Result<OpenFolder, ImapError> {
        let name = quoted(&folder_name(folder));
        let name = name.ok_or_else(|| ImapError::Refused(format!("`{folder}` is no folder")))?;
        let command = format!("EXAMINE {name}");
        let replies = self.command(&command, &format!("it does not open the folder `{folder}`"))?;
        let code = |word: &str| {
            let mut texts = replies.iter().map(|reply| reply.text.as_str());
            texts.find_map(|text| code_number(text, word))
        };
        let lasting = || ImapError::Refused("its mails have no lasting numbers".to_owned());
        Ok(OpenFolder {
            validity: code("UIDVALIDITY").ok_or_else(lasting)?,
            next: code("UIDNEXT"),
        })
    }

    /// The numbers of the mails after one, in order; of those alone that came on a day or later, which is
    /// named as `1-Feb-2026`.
    pub fn uids_after(&mut self, last: u32, day: Option<&str>) -> Result<Vec<u32>, ImapError> {
        let first = last.saturating_add(1);
        let since = day.map_or_else(String::new, |day| format!(" SINCE {day}"));
        let search = format!("UID SEARCH UID {first}:*{since}");
        let replies = self.command(&search, "it does not search")?;
        let all = replies.iter().filter_map(found).flatten();
        // The last mail is always in such a range.
        let mut new: Vec<u32> = all.filter(|uid| *uid > last).collect();
        new.sort_unstable();
        new.dedup();
        Ok(new)
    }

    /// How large mails are; one that is gone meanwhile is left out.
    pub fn sizes(&mut self, uids: &[u32]) -> Result<Vec<(u32, u64)>, ImapError> {
        let command = format!("UID FETCH {} (RFC822.SIZE)", set_of(uids));
        let replies = self.command(&command, "it does not tell how large mails are")?;
        let sizes = replies.iter().filter_map(|reply| {
            let uid = u32::try_from(item_number(reply, "UID")?).ok()?;
            Some((uid, item_number(reply, "RFC822.SIZE")?))
        });
        let mut sizes: Vec<(u32, u64)> = sizes.collect();
        sizes.sort_unstable();
        sizes.dedup();
        Ok(sizes)
    }

    /// Mails as they came, in the order of their numbers; one that is gone meanwhile is left out.
    pub fn mails(&mut self, uids: &[u32]) -> Result<Vec<(u32, Vec<u8>)>, ImapError> {
        let command = format!("UID FETCH {} (BODY.PEEK[])", set_of(uids));
        let replies = self.command(&command, "it does not give mails")?;
        let mails = replies.into_iter().filter_map(|reply| {
            fetched(&reply)?;
            let uid = u32::try_from(item_number(&reply, "UID")?).ok()?;
            // One that has nothing in it may come without counted bytes.
            let bytes = reply.literals.into_iter().next().unwrap_or_default();
            uids.binary_search(&uid).is_ok().then_some((uid, bytes))
        });
        let mut mails: Vec<(u32, Vec<u8>)> = mails.collect();
        mails.sort_by_key(|(uid, _)| *uid);
        mails.dedup_by_key(|(uid, _)| *uid);
        Ok(mails)
    }

    /// Whether the server says by itself when mails come.
    pub fn can_wait(&self) -> bool {
        self.has("IDLE")
    }

    /// Waits until a mail comes, so long at most, while `goes_on`.
    pub fn wait(&mut self, longest: Duration, goes_on: &dyn Fn() -> bool) -> Result<(), ImapError> {
        if !self.can_wait() {
            self.command("NOOP", "it does not answer")?;
            return Ok(());
        }
        let tag = self.begin("IDLE")?;
        self.wire.patience(LOOK)?;
        let mut left = longest.as_millis() / LOOK.as_millis();
        let mut is_idle = false;
        loop {
            match self.wire.hear_within()? {
                Some(reply) if reply.text.starts_with('+') => is_idle = true,
                Some(reply) if has_news(&reply) => break,
                Some(reply) => {
                    if let Some((_, said)) = done(&reply, &tag) {
                        return Err(ImapError::Down(format!("it does not wait: {said}")));
                    }
                    if reply.text.to_ascii_uppercase().starts_with("* BYE") {
                        return Err(ImapError::Down("it ended the connection".to_owned()));
                    }
                }
                None if left == 0 || !goes_on() => break,
                None => left -= 1,
            }
        }
        self.wire.usual_patience()?;
        if is_idle {
            self.wire.say(b"DONE\r\n")?;
        }
        self.end(&tag, "it does not end waiting").map(drop)
    }

    /// Says good-bye; nothing depends on it.
    pub fn close(mut self) {
        drop(self.wire.say(b"zz LOGOUT\r\n"));
    }

    fn has(&self, ability: &str) -> bool {
        self.abilities.iter().any(|one| one == ability)
    }

    fn learn(&mut self) -> Result<(), ImapError> {
        let replies = self.command("CAPABILITY", "it does not say what it can")?;
        self.abilities = replies.iter().find_map(abilities).unwrap_or_default();
        Ok(())
    }

    fn sign_in(&mut self, user: &str, secret: &ImapSecret) -> Result<(), ImapError> {
        let refused = "it does not take the user with this password";
        let (way, words) = match secret {
            ImapSecret::Token(token) => (
                "XOAUTH2",
                format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"),
            ),
            ImapSecret::Password(password) if self.has("AUTH=PLAIN") => {
                ("PLAIN", format!("\0{user}\0{password}"))
            }
            ImapSecret::Password(password) => {
                let both = quoted(user).zip(quoted(password));
                let (user, password) = both.ok_or_else(|| {
                    let reason = "it takes no password with letters beyond ASCII";
                    ImapError::Refused(reason.to_owned())
                })?;
                if self.has("LOGINDISABLED") {
                    let reason = "it takes no password over a connection without encryption";
                    return Err(ImapError::Refused(reason.to_owned()));
                }
                return self
                    .command(&format!("LOGIN {user} {password}"), refused)
                    .map(drop);
            }
        };
        let words = STANDARD.encode(words);
        let refused = match secret {
            ImapSecret::Token(_) => "it does not take the user with this token",
            ImapSecret::Password(_) => refused,
        };
        let tag = if self.has("SASL-IR") {
            self.begin(&format!("AUTHENTICATE {way} {words}"))?
        } else {
            let tag = self.begin(&format!("AUTHENTICATE {way}"))?;
            if self.wire.hear()?.text.starts_with('+') {
                self.wire.say(format!("{words}\r\n").as_bytes())?;
            }
            tag
        };
        self.end(&tag, refused).map(drop)
    }

    fn command(&mut self, text: &str, refused: &str) -> Result<Vec<Reply>, ImapError> {
        let tag = self.begin(text)?;
        self.end(&tag, refused)
    }

    fn begin(&mut self, text: &str) -> Result<String, ImapError> {
        self.tags += 1;
        let tag = format!("s{}", self.tags);
        self.wire.say(format!("{tag} {text}\r\n").as_bytes())?;
        Ok(tag)
    }

    /// All that comes until a command is done.
    fn end(&mut self, tag: &str, refused: &str) -> Result<Vec<Reply>, ImapError> {
        let mut replies = Vec::new();
        loop {
            let reply = self.wire.hear()?;
            match done(&reply, tag) {
                Some((Done::Well, _)) => return Ok(replies),
                Some((Done::No, said)) => return Err(no(refused, &said)),
                Some((Done::Bad, said)) => {
                    return Err(ImapError::Down(format!("{refused}: {}", short(&said))));
                }
                // It explains a refusal, and waits for a word.
                None if reply.text.starts_with('+') => self.wire.say(b"\r\n")?,
                None => replies.push(reply),
            }
        }
    }
}

/// What to make of a refusal, by the code that servers give for those that pass (RFC 5530).
fn no(refused: &str, said: &str) -> ImapError {
    let upper = said.to_ascii_uppercase();
    let passes = [
        "[UNAVAILABLE",
        "[INUSE",
        "[LIMIT",
        "[SERVERBUG",
        "[OVERQUOTA",
    ];
    let reason = format!("{refused}: {}", short(said));
    if passes.iter().any(|code| upper.starts_with(code)) {
        return ImapError::Down(reason);
    }
    ImapError::Refused(reason)
}

fn short(said: &str) -> String {
    said.chars().take(200).collect()
}
