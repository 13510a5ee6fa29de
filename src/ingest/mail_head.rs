//! The head of a mail, read for whoever answers it: what it is called, what it answers, and who else got
//! it. Nothing is refused for being odd.

use mail_parser::{Address, HeaderValue, MessageParser};

/// An address, and the name beside it.
pub type MailAddress = (String, Option<String>);

/// The head of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailHead {
    /// What its sender called it, without the angle brackets.
    pub id: Option<String>,
    /// The chain that it is in, the oldest first.
    pub references: Vec<String>,
    /// Who it is from.
    pub from: Vec<MailAddress>,
    /// Where answers are wanted.
    pub reply_to: Vec<MailAddress>,
    /// To whom it went.
    pub to: Vec<MailAddress>,
    /// To whom else.
    pub cc: Vec<MailAddress>,
}

/// Reads the head of a mail, of which there may be only the beginning.
pub fn parse_mail_head(bytes: &[u8]) -> MailHead {
    let Some(message) = MessageParser::default().parse_headers(bytes) else {
        return MailHead::default();
    };
    let mut references = ids(message.references());
    if references.is_empty() {
        references = ids(message.in_reply_to());
    }
    MailHead {
        id: message.message_id().map(str::to_owned),
        references,
        from: addresses(message.from()),
        reply_to: addresses(message.reply_to()),
        to: addresses(message.to()),
        cc: addresses(message.cc()),
    }
}

pub(super) fn addresses(field: Option<&Address<'_>>) -> Vec<MailAddress> {
    let all = field.into_iter().flat_map(Address::iter);
    let all = all.filter_map(|one| {
        let address = one.address.as_deref()?.trim();
        let name = one.name.as_deref().map(str::trim);
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        address.contains('@').then(|| (address.to_owned(), name))
    });
    all.collect()
}

/// The ids of a header.
pub(super) fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.trim().to_owned()],
        HeaderValue::TextList(list) => list.iter().map(|text| text.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_names_its_chain_and_all_who_got_it() {
        let head = parse_mail_head(
            b"From: Pia <pia@home.example>\r\nTo: help@shop.example, Ben <ben@work.example>\r\n\
              Cc: Team: eva@x.example, <tim@x.example>;\r\nMessage-ID: <c@x>\r\n\
              References: <a@x> <b@x>\r\nIn-Reply-To: <b@x>\r\nSubject: cut off in the mid",
        );
        assert_eq!(head.id.as_deref(), Some("c@x"));
        assert_eq!(head.references, ["a@x", "b@x"]);
        let named = |all: &[MailAddress]| -> Vec<String> {
            all.iter().map(|(address, _)| address.clone()).collect()
        };
        assert_eq!(named(&head.to), ["help@shop.example", "ben@work.example"]);
        assert_eq!(named(&head.cc), ["eva@x.example", "tim@x.example"]);
        assert_eq!(head.to[1].1.as_deref(), Some("Ben"));
        let short = parse_mail_head(b"In-Reply-To: <b@x>\r\n\r\n");
        assert_eq!(short.references, ["b@x"]);
        assert_eq!(parse_mail_head(b""), MailHead::default());
    }
}
