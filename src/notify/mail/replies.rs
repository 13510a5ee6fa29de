//! What is said in a conversation, as a mail: its words as plain text and as HTML, the signature, and what
//! was said last below them.

use std::time::{Duration, SystemTime};

use askama::Template;
use lettre::Message;
use lettre::address::{Address, Envelope};
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Part, MultiPart, SinglePart};

use super::letter::{AutoSubmitted, mailbox, one_line};
use super::words::say;
use crate::app::{App, Error, QuotedMail, ReplyMail};
use crate::model::event::DropReason;
use crate::model::{Language, MailAbout, Timestamp};

/// The most bytes of what was said last that are quoted: all of it is in the mail that it came by.
const MOST_QUOTED: usize = 64 << 10;

/// What is written in HTML: pieces of text, some of which are links.
struct Piece<'a> {
    text: &'a str,
    is_link: bool,
}

#[derive(Template)]
#[template(path = "reply.html")]
struct Page<'a> {
    language: &'static str,
    text: Vec<Piece<'a>>,
    signature: Vec<Piece<'a>>,
    /// What stands above what is quoted; empty: nothing is.
    wrote: &'a str,
    quoted: &'a str,
}

/// The mail of a message, called `id`, as of `now`; else why there is none.
pub(super) fn message(
    app: &App,
    (mail, about): (u64, &MailAbout),
    (id, now): (&str, Timestamp),
) -> Result<Result<Message, DropReason>, Error> {
    let reply = match app.reply_mail(mail, about)? {
        Ok(reply) => reply,
        Err(reason) => return Ok(Err(reason)),
    };
    let files = files_of(app, &reply);
    let returned = app.return_address(mail)?;
    Ok(built(&reply, files, (id, now), returned.as_deref()))
}

fn built(
    reply: &ReplyMail,
    files: Vec<SinglePart>,
    (id, now): (&str, Timestamp),
    returned: Option<&str>,
) -> Result<Message, DropReason> {
    let language = reply.language.as_deref().and_then(Language::of_tag);
    let language = language.unwrap_or_default();
    let from = mailbox(reply.from.name.as_deref(), &reply.from.address);
    let from = from.ok_or(DropReason::NoAddress)?;
    let millis = u64::try_from(now.millis()).unwrap_or_default();
    let mut builder = Message::builder()
        .from(from)
        .subject(subject(reply, language))
        .message_id(Some(id.to_owned()))
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
    for to in &reply.to {
        let to = mailbox(to.name.as_deref(), &to.address);
        builder = builder.to(to.ok_or(DropReason::NoAddress)?);
    }
    // Who cannot be written to keeps nobody else from getting it.
    for cc in &reply.cc {
        if let Some(cc) = mailbox(cc.name.as_deref(), &cc.address) {
            builder = builder.cc(cc);
        }
    }
    if let Some(answered) = reply.references.last() {
        let chain: Vec<String> = reply
            .references
            .iter()
            .map(|id| format!("<{id}>"))
            .collect();
        builder = builder
            .in_reply_to(format!("<{answered}>"))
            .references(chain.join(" "));
    }
    if reply.is_automatic {
        builder = builder.header(AutoSubmitted::Replied);
    }
    if let Some(envelope) = returned.and_then(|returned| envelope(reply, returned)) {
        builder = builder.envelope(envelope);
    }
    let said = said(reply, language)?;
    let parts = if files.is_empty() {
        said
    } else {
        let whole = MultiPart::mixed().multipart(said);
        files.into_iter().fold(whole, MultiPart::singlepart)
    };
    builder.multipart(parts).map_err(|error| {
        tracing::warn!(%error, "a mail could not be made");
        DropReason::NoAddress
    })
}

/// What the servers that carry it are told, where failures go back to an address of their own.
fn envelope(reply: &ReplyMail, returned: &str) -> Option<Envelope> {
    let to = reply.to.iter().chain(&reply.cc);
    let to = to.filter_map(|one| one.address.trim().parse::<Address>().ok());
    Envelope::new(Some(returned.parse().ok()?), to.collect()).ok()
}

/// Its words, as text and as HTML.
fn said(reply: &ReplyMail, language: Language) -> Result<MultiPart, DropReason> {
    let quoted = reply.quoted.as_ref();
    let wrote = quoted.map_or_else(String::new, |quoted| wrote(quoted, language));
    let history = quoted.map_or("", |quoted| cut(&quoted.text));
    let signature = reply.signature.as_deref().unwrap_or_default();
    let page = Page {
        language: language.code(),
        text: pieces(&reply.text),
        signature: pieces(signature),
        wrote: &wrote,
        quoted: history,
    };
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "a mail could not be drawn");
        DropReason::Over
    })?;
    let mut parts = vec![reply.text.trim_end().to_owned()];
    if !signature.is_empty() {
        parts.push(format!("-- \n{signature}"));
    }
    if !wrote.is_empty() {
        let lines: Vec<String> = history.lines().map(|line| format!("> {line}")).collect();
        parts.push(format!("{wrote}\n{}", lines.join("\n")));
    }
    let plain = parts.join("\n\n") + "\n";
    Ok(MultiPart::alternative_plain_html(plain, html))
}

fn wrote(quoted: &QuotedMail, language: Language) -> String {
    let at = quoted.at.to_string();
    let (day, time) = at.split_once('T').unwrap_or((&at, ""));
    let clock: String = time.chars().take(5).collect();
    say(language, "message.wrote")
        .replace("{date}", &format!("{day} {clock} UTC"))
        .replace("{who}", &quoted.who)
}

/// What it is about: an answer says that it is one, once.
fn subject(reply: &ReplyMail, language: Language) -> String {
    let subject = reply.subject.as_deref().map(str::trim);
    let subject = subject.filter(|subject| !subject.is_empty());
    let subject = subject.unwrap_or_else(|| say(language, "message.subject"));
    let is_marked = subject
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    if reply.is_answer && !is_marked {
        return one_line(&format!("Re: {subject}"));
    }
    one_line(subject)
}

fn files_of(app: &App, reply: &ReplyMail) -> Vec<SinglePart> {
    let files = reply.files.iter().filter_map(|file| {
        let kind = ContentType::parse(&file.media_type);
        let kind = kind.or_else(|_odd| ContentType::parse("application/octet-stream"));
        let bytes = app.mailed_file(file)?;
        Some(Part::new(file.name.clone()).body(bytes, kind.ok()?))
    });
    files.collect()
}

/// At most so much of a text.
fn cut(text: &str) -> &str {
    let end = text.floor_char_boundary(MOST_QUOTED);
    text.get(..end).unwrap_or_default().trim_end()
}

/// A text with its addresses of pages apart.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("https://") {
        let (before, after) = rest.split_at(at);
        let end = after
            .find(|c: char| c.is_whitespace() || "<>\"'".contains(c))
            .unwrap_or(after.len());
        let link = after.get(..end).unwrap_or_default();
        let link = link.trim_end_matches(['.', ',', ')', ';', ':', '!', '?']);
        pieces.push(Piece {
            text: before,
            is_link: false,
        });
        pieces.push(Piece {
            text: link,
            is_link: true,
        });
        rest = after.get(link.len()..).unwrap_or_default();
        if link.len() <= "https://".len() {
            break;
        }
    }
    pieces.push(Piece {
        text: rest,
        is_link: false,
    });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages_are_links_and_all_else_is_text() {
        let text = "See https://shop.example/a?b=1&c=2. Or <b>https://x.example</b>";
        let found = pieces(text);
        let links: Vec<&str> = found
            .iter()
            .filter(|one| one.is_link)
            .map(|one| one.text)
            .collect();
        assert_eq!(
            links,
            ["https://shop.example/a?b=1&c=2", "https://x.example"]
        );
        let whole: String = found.iter().map(|one| one.text).collect();
        assert_eq!(whole, text);
        assert_eq!(pieces("https://").len(), 1);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn an_answer_says_once_that_it_is_one() {
        let language = Language::default();
        for (given, is_answer, said) in [
            (Some("Parcel"), true, "Re: Parcel"),
            (Some("RE: Parcel"), true, "RE: Parcel"),
            (Some("Parcel"), false, "Parcel"),
            (Some("Two\r\nBcc: x@y"), true, "Re: Two Bcc: x@y"),
            (None, true, "Re: Your message"),
            (Some("Ré"), true, "Re: Ré"),
        ] {
            let reply = ReplyMail {
                subject: given.map(str::to_owned),
                is_answer,
                ..ReplyMail::default()
            };
            assert_eq!(subject(&reply, language), said);
        }
    }
}
