//! What a report of a machine says of a mail that does not arrive (RFC 3464), and marks of mail to many in
//! the address that failures go back to.

use mail_parser::{Message, MimeHeaders as _};

/// The longest explanation that is kept, in characters.
const MOST_SAID: usize = 300;

/// That a mail does not arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailFailure {
    /// For which address it was.
    pub recipient: Option<String>,
    /// Why, as machines have it, such as `5.1.1`.
    pub status: Option<String>,
    /// Why, in the words of whoever did not take it.
    pub said: Option<String>,
}

/// What a report says; none: it says that the mail is late, or arrived.
///
/// One that has no fields for machines is taken at its word that something failed: those that are late
/// are told of by machines that know how.
pub(super) fn failure(message: &Message<'_>) -> Option<MailFailure> {
    let mut parts = message.parts.iter();
    let status = parts.find(|part| part.is_content_type("message", "delivery-status"));
    let Some(status) = status else {
        return Some(MailFailure::default());
    };
    let text = String::from_utf8_lossy(status.contents()).replace("\r\n", "\n");
    // A block for the mail, then one for each address.
    let failed = text.split("\n\n").map(fields).find(|fields| {
        let action = value(fields, "action").unwrap_or_default();
        action.eq_ignore_ascii_case("failed")
    })?;
    let typed = |name: &str| {
        let value = value(&failed, name)?;
        let bare = value.split_once(';').map_or(value, |(_, bare)| bare);
        Some(bare.trim().chars().take(MOST_SAID).collect())
    };
    Some(MailFailure {
        recipient: typed("final-recipient").or_else(|| typed("original-recipient")),
        status: value(&failed, "status").map(|code| code.chars().take(20).collect()),
        said: typed("diagnostic-code"),
    })
}

/// The fields of a block, those over several lines as one.
fn fields(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    fields.push((name.trim().to_lowercase(), value.trim().to_owned()));
                }
            }
        }
    }
    fields
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let field = fields.iter().find(|(other, _)| other == name);
    field.map(|(_, value)| value.as_str())
}

/// Whether an address that failures go back to names whom the mail was for, as those of mail to many do.
///
/// Signed addresses (BATV) and those of forwarding (SRS) have such marks, too, and are people's.
pub(super) fn is_for_one_of_many(return_path: &str) -> bool {
    let address = return_path.trim().trim_matches(['<', '>']).to_lowercase();
    let Some((local, _)) = address.rsplit_once('@') else {
        return false;
    };
    let is_persons = ["prvs=", "btv1=", "srs0", "srs1"];
    if is_persons.iter().any(|start| local.starts_with(start)) {
        return false;
    }
    local
        .rsplit_once('=')
        .is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_mail_to_many_was_for_is_in_the_address_of_its_failures() {
        for (path, is_many) in [
            ("<bounces+12-ab-pia=home.example@news.example>", true),
            ("list-return-9-pia=home.example@lists.example", true),
            ("<prvs=1234abcdef=pia@home.example>", false),
            ("<SRS0=ab=cd=home.example=pia@fwd.example>", false),
            ("<pia+a=b@home.example>", false),
            ("<>", false),
            ("pia@home.example", false),
        ] {
            assert_eq!(is_for_one_of_many(path), is_many, "{path}");
        }
    }
}
