//! What mails are called by those who carry them: the `Message-ID` of RFC 5322.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use sha2::{Digest as _, Sha256};

/// The longest, in bytes: as long as a line of a mail may be.
const MOST_BYTES: usize = 998;
const EXPECTED: &str = "expected a Message-ID as RFC 5322 has it, 1 to 998 bytes without spaces, such as `<1a2b@mail.example>`";

/// The `Message-ID` of a mail, without its angle brackets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MailId(String);

impl MailId {
    /// An id from `text`, with its angle brackets or without; or what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let bare = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'));
        let bare = bare.unwrap_or(text);
        let is_sound = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>');
        if bare.is_empty() || bare.len() > MOST_BYTES || !bare.chars().all(is_sound) {
            return Err(EXPECTED);
        }
        Ok(Self(bare.to_owned()))
    }

    /// The id, without its angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By what it is found again, however long it is.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MailId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_with_its_brackets_and_without() {
        let bare = MailId::parse("1a@x.example").unwrap();
        assert_eq!(MailId::parse(" <1a@x.example> ").unwrap(), bare);
        assert_eq!(bare.as_str(), "1a@x.example");
        for odd in [
            "",
            "<>",
            "a b@x",
            "<a@x> <b@x>",
            "a\u{7}@x",
            &"a".repeat(999),
        ] {
            assert_eq!(MailId::parse(odd), Err(EXPECTED), "{odd}");
        }
    }
}
