//! What this desk's mails are called: the same however often one is sent, and such that nobody elsewhere
//! can write one that is taken for the desk's own.

use super::folder::backup::hex;
use super::{App, Error};
use crate::config::MailConfig;
use crate::model::MailAbout;

/// What an id says that names no conversation.
const NOTHING: &str = "x";

/// One of this desk's mails, as its id names it.
pub(super) struct OwnMail {
    /// The record by which it was queued.
    pub(super) mail: u64,
    /// The conversation that it is about.
    pub(super) conversation: Option<String>,
}

impl App {
    /// What a mail is called for all who carry it: the same however often it is sent, and nobody
    /// else can guess it.
    ///
    /// One to a contact about a conversation names it, so that what answers it is found again.
    pub fn message_id(&self, mail: u64, about: &MailAbout) -> Result<String, Error> {
        let host = self.mail_config().map_or("", MailConfig::address);
        let host = host.rsplit_once('@').map_or("localhost", |(_, host)| host);
        let conversation = about.conversation().filter(|_| about.user().is_none());
        let named = conversation.map(|id| hex(id.as_str().as_bytes()));
        let named = named.unwrap_or_else(|| NOTHING.to_owned());
        let signature = self.message_signature(&format!("{mail}.{named}"))?;
        Ok(format!("<svar.{mail}.{named}.{signature}@{host}>"))
    }

    fn message_signature(&self, text: &str) -> Result<String, Error> {
        let signature = self.access.sign("message id", text)?;
        Ok(signature.chars().take(32).collect())
    }

    /// What an id of one of this desk's mails names: the mail, and the conversation that it is about; none:
    /// it is not this desk's.
    pub(super) fn own_mail(&self, id: &str) -> Result<Option<OwnMail>, Error> {
        let local = id.split('@').next().unwrap_or_default();
        let said = local.strip_prefix("svar.");
        let Some((said, signature)) = said.and_then(|said| said.rsplit_once('.')) else {
            return Ok(None);
        };
        if self.message_signature(said)? != signature {
            return Ok(None);
        }
        let Some((mail, named)) = said.split_once('.') else {
            return Ok(None);
        };
        let conversation = unhex(named).and_then(|bytes| String::from_utf8(bytes).ok());
        let mail = mail.parse().ok();
        Ok(mail.map(|mail| OwnMail { mail, conversation }))
    }

    /// The address that failures of a mail go back to, by which they name it; none: they go to whom it is
    /// from.
    pub fn return_address(&self, mail: u64) -> Result<Option<String>, Error> {
        let config = self.mail_config();
        let address = config.and_then(|config| config.bounces.as_deref());
        let Some((local, host)) = address.and_then(|address| address.rsplit_once('@')) else {
            return Ok(None);
        };
        let signature = self.return_signature(mail)?;
        Ok(Some(format!("{local}+svar-{mail}-{signature}@{host}")))
    }

    fn return_signature(&self, mail: u64) -> Result<String, Error> {
        let signature = self.access.sign("mail return", &mail.to_string())?;
        Ok(signature.chars().take(16).collect())
    }

    /// The mail whose failure goes back to an address; none: it is no such address, or not this desk's.
    pub(super) fn returned_mail(&self, address: &str) -> Result<Option<u64>, Error> {
        let local = address.split('@').next().unwrap_or_default();
        let named = local.split_once("+svar-").map(|(_, named)| named);
        let Some((mail, signature)) = named.and_then(|named| named.split_once('-')) else {
            return Ok(None);
        };
        let Ok(mail) = mail.parse() else {
            return Ok(None);
        };
        Ok((self.return_signature(mail)? == signature).then_some(mail))
    }
}

/// What hexadecimal digits stand for; none: they are none.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let bytes = digits.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        let is_pair = pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
        let pair = Some(pair).filter(|_| is_pair)?;
        u8::from_str_radix(pair, 16).ok()
    });
    bytes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_stand_for_bytes() {
        assert_eq!(unhex("632d3831").as_deref(), Some(&b"c-81"[..]));
        for odd in ["x", "6", "6g", "+1"] {
            assert_eq!(unhex(odd), None, "{odd}");
        }
    }
}
