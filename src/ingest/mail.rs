//! A mail as it came (RFC 5322), read for what the desk needs: who writes, what, in answer to what, and
//! whether a machine does.
//!
//! Nothing is refused for being odd: whatever can be read is, and the original is kept beside it. What
//! HTML says is taken as text. Fed by `app`, which decides what becomes of it.

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use super::html::to_text;
use super::mail_failure::{MailFailure, failure, is_for_one_of_many};
use super::mail_head::{addresses, ids};
use crate::model::event::MailAutomatic;

/// The most ids that are looked at in one mail.
const MOST_IDS: usize = 100;
/// The most bytes of text that are taken: more is in the original.
const MOST_TEXT: usize = 512 << 10;
/// The longest address that is looked at, in characters.
const MOST_ADDRESS: usize = 320;
/// The longest subject, in characters.
const MOST_SUBJECT: usize = 500;

/// A file that came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    /// What it is called; empty: nothing.
    pub name: String,
    /// What it is said to be.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboundMail {
    /// What its sender called it, without the angle brackets.
    pub id: Option<String>,
    /// What it answers: the ids of `In-Reply-To`, then those of `References`, the last first.
    pub answers: Vec<String>,
    /// The address that it is from, in small letters; empty: none is named.
    pub address: String,
    /// The name beside it.
    pub name: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// When it says that it was written, in seconds since 1970.
    pub written_at: Option<i64>,
    /// The words, with the history that they quote.
    pub text: String,
    /// What came along.
    pub files: Vec<MailFile>,
    /// What kind of machine wrote it; none: somebody did.
    pub automatic: Option<MailAutomatic>,
    /// To which addresses it went, in small letters.
    pub recipients: Vec<String>,
    /// What a report says of a mail that does not arrive.
    pub failure: Option<MailFailure>,
}

/// Reads a mail.
pub fn parse_mail(bytes: &[u8]) -> InboundMail {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return InboundMail {
            text: cut(&String::from_utf8_lossy(bytes), MOST_TEXT),
            ..InboundMail::default()
        };
    };
    let (address, name) = sender(&message);
    let subject = message.subject().map(str::trim);
    let subject = subject.filter(|subject| !subject.is_empty());
    let automatic = automatic(&message, &address);
    let is_bounce = automatic == Some(MailAutomatic::Bounce);
    InboundMail {
        recipients: recipients(&message),
        failure: is_bounce.then(|| failure(&message)).flatten(),
        id: message.message_id().map(str::to_owned),
        answers: answers(&message),
        automatic,
        address,
        name,
        subject: subject.map(|subject| subject.chars().take(MOST_SUBJECT).collect()),
        written_at: message.date().map(mail_parser::DateTime::to_timestamp),
        text: text_of(&message),
        files: files_of(&message),
    }
}

fn first(address: Option<&Address<'_>>) -> Option<(String, Option<String>)> {
    let first = address?.first()?;
    let at = first.address.as_deref()?.trim().to_lowercase();
    let name = first.name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    at.contains('@').then_some((at, name))
}

/// Who writes: whom answers go to, else whom it is from, else who sent it.
fn sender(message: &Message<'_>) -> (String, Option<String>) {
    let from = first(message.from()).or_else(|| first(message.sender()));
    from.or_else(|| first(message.reply_to()))
        .unwrap_or_default()
}

/// What a mail answers. A report of a failure names the mail that it is about inside.
fn answers(message: &Message<'_>) -> Vec<String> {
    let mut all = ids(message.in_reply_to());
    all.extend(ids(message.references()).into_iter().rev());
    for part in &message.parts {
        let inner = match &part.body {
            PartType::Message(inner) => Some(inner.clone()),
            PartType::Text(head) if part.is_content_type("text", "rfc822-headers") => {
                MessageParser::default().parse(head.as_bytes())
            }
            _ => None,
        };
        if let Some(inner) = inner.filter(|_| is_report(message)) {
            all.extend(inner.message_id().map(str::to_owned));
            all.extend(ids(inner.references()).into_iter().rev());
        }
    }
    let mut known: Vec<String> = Vec::new();
    for id in all {
        if !id.is_empty() && known.len() < MOST_IDS && !known.contains(&id) {
            known.push(id);
        }
    }
    known
}

fn is_report(message: &Message<'_>) -> bool {
    message.is_content_type("multipart", "report")
}

fn word(message: &Message<'_>, name: &'static str) -> String {
    let raw = message.header_raw(name).unwrap_or_default();
    raw.trim().to_lowercase()
}

/// What kind of machine wrote it, by what machines say of themselves.
fn automatic(message: &Message<'_>, address: &str) -> Option<MailAutomatic> {
    let local = address.split('@').next().unwrap_or_default();
    let is_daemon = matches!(local, "mailer-daemon" | "postmaster");
    if is_report(message) || is_daemon || word(message, "Return-Path") == "<>" {
        return Some(MailAutomatic::Bounce);
    }
    let is_many = is_for_one_of_many(&word(message, "Return-Path"));
    if message.header_raw("List-Id").is_some() {
        return Some(MailAutomatic::List);
    }
    let submitted = word(message, "Auto-Submitted");
    let precedence = word(message, "Precedence");
    let answers = ["X-Autoreply", "X-Autorespond", "X-Auto-Reply"];
    let is_answer = answers
        .iter()
        .any(|name| message.header_raw(*name).is_some())
        || precedence == "auto_reply";
    if (!submitted.is_empty() && !submitted.starts_with("no")) || is_answer {
        return Some(MailAutomatic::Reply);
    }
    match precedence.as_str() {
        "bulk" | "junk" => Some(MailAutomatic::Bulk),
        "list" => Some(MailAutomatic::List),
        _ => is_many.then_some(MailAutomatic::Bulk),
    }
}

/// To which addresses a mail went, by what its writer and those who carried it say.
fn recipients(message: &Message<'_>) -> Vec<String> {
    let named = [message.to(), message.cc()].into_iter().flat_map(addresses);
    let named = named.map(|(address, _)| address);
    let carried = ["Delivered-To", "X-Original-To", "Envelope-To"];
    let carried = carried.into_iter().map(|name| word(message, name));
    let all = named.chain(carried).map(|address| {
        let address = address.trim_matches(['<', '>']).to_lowercase();
        address.chars().take(MOST_ADDRESS).collect()
    });
    let mut all: Vec<String> = all
        .filter(|address: &String| address.contains('@'))
        .collect();
    all.dedup();
    all.truncate(MOST_IDS);
    all
}

/// The words of a mail: those of its plain text, else what its HTML says.
fn text_of(message: &Message<'_>) -> String {
    let mut text = String::new();
    for part in message.text_bodies() {
        let words = match &part.body {
            PartType::Text(words) => words.replace("\r\n", "\n"),
            PartType::Html(html) => to_text(html),
            _ => continue,
        };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(words.trim());
    }
    if text.is_empty() {
        let mut stray = message.attachments().filter_map(stray);
        stray.next().unwrap_or_default().clone_into(&mut text);
    }
    cut(&text.replace('\0', ""), MOST_TEXT)
}

/// The words of a part that says nothing of itself, as broken mails have it.
fn stray<'a>(part: &'a MessagePart<'_>) -> Option<&'a str> {
    let is_nameless = part.content_type().is_none() && part.attachment_name().is_none();
    let words = std::str::from_utf8(part.contents()).ok().map(str::trim);
    words.filter(|words| is_nameless && !words.is_empty())
}

fn files_of(message: &Message<'_>) -> Vec<MailFile> {
    let files = message.attachments().filter_map(|part| {
        let bytes = match &part.body {
            PartType::Message(inner) => inner.raw_message.to_vec(),
            PartType::Multipart(_) => return None,
            _ => part.contents().to_vec(),
        };
        let kind = part.content_type();
        let kind = kind.map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        Some(MailFile {
            name: part.attachment_name().unwrap_or_default().trim().to_owned(),
            media_type: kind.unwrap_or_else(|| "application/octet-stream".to_owned()),
            bytes,
        })
    });
    files.filter(|file| !file.bytes.is_empty()).collect()
}

/// At most so many bytes of a text.
fn cut(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(most);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(head: &str, body: &str) -> InboundMail {
        let lines = format!("From: Pia <Pia@Home.example>\n{head}\n\n{body}");
        parse_mail(lines.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn who_writes_what_in_answer_to_what_is_read() {
        let read = mail(
            "Message-ID: <a@x>\nSubject: =?utf-8?q?P=C3=A6kken?=\nIn-Reply-To: <b@x>\nReferences: <c@x> <b@x>",
            "Where is it?",
        );
        assert_eq!(read.id.as_deref(), Some("a@x"));
        assert_eq!(read.answers, ["b@x", "c@x"]);
        assert_eq!(read.address, "pia@home.example");
        assert_eq!(read.name.as_deref(), Some("Pia"));
        assert_eq!(read.subject.as_deref(), Some("Pækken"));
        assert_eq!((read.text.as_str(), read.automatic), ("Where is it?", None));
    }

    #[test]
    fn machines_are_told_from_people() {
        for (head, kind) in [
            ("Auto-Submitted: auto-replied", Some(MailAutomatic::Reply)),
            ("Auto-Submitted: no", None),
            ("X-Autoreply: yes", Some(MailAutomatic::Reply)),
            ("Precedence: bulk", Some(MailAutomatic::Bulk)),
            ("List-Id: <news.x>", Some(MailAutomatic::List)),
            ("Return-Path: <>", Some(MailAutomatic::Bounce)),
            (
                "Content-Type: multipart/report; boundary=b",
                Some(MailAutomatic::Bounce),
            ),
            (
                "Return-Path: <b+1-pia=home.example@news.example>",
                Some(MailAutomatic::Bulk),
            ),
            ("X-Priority: 1", None),
        ] {
            assert_eq!(mail(head, "x").automatic, kind, "{head}");
        }
    }

    #[test]
    fn a_report_of_a_failure_answers_the_mail_that_failed() {
        let read = mail(
            "Content-Type: multipart/report; boundary=b",
            "--b\nContent-Type: text/plain\n\nNo such user.\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours@shop>\nSubject: x\n\n--b--\n",
        );
        assert_eq!(read.answers, ["ours@shop"]);
        assert!(read.text.contains("No such user."), "{}", read.text);
        let report = |action: &str| {
            mail(
                "Content-Type: multipart/report; boundary=b",
                &format!(
                    "--b\nContent-Type: text/plain\n\nNo.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; pia@home.example\nAction: {action}\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no\n such user\n\n--b--\n"
                ),
            )
        };
        let failed = report("failed").failure.unwrap();
        assert_eq!(failed.recipient.as_deref(), Some("pia@home.example"));
        assert_eq!(failed.status.as_deref(), Some("5.1.1"));
        assert_eq!(failed.said.as_deref(), Some("550 no such user"));
        assert_eq!(report("delayed").failure, None);
    }

    #[test]
    fn hard_mails_survive() {
        let html = mail(
            "Content-Type: text/html",
            "<p>Hello <b>you</b></p><script>evil()</script><p>Bye</p>",
        );
        assert_eq!(html.text, "Hello you\n\nBye");
        let bytes =
            b"From: a@x\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s\x1b(B";
        assert_eq!(parse_mail(bytes).text, "こん");
        let bytes = b"From: a@x\r\nContent-Type: text/plain; charset=windows-1258\r\n\r\nch\xe0o";
        assert!(parse_mail(bytes).text.starts_with("ch"));
        let named = mail(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
            "--b\nContent-Type: text/plain\n\nhi\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''p%C3%A6.pdf\n\nPDF\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=\"\"\n\nPNG\n--b--",
        );
        let names: Vec<&str> = named.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["pæ.pdf", ""]);
        for odd in [
            &b""[..],
            b"\r\n\r\n",
            b"no header at all",
            b"From:\r\nContent-Type: multipart/mixed\r\n\r\n--",
            b"From: <>\r\nMessage-ID: <>\r\nDate: never\r\n\r\n\xff\xfe",
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        ] {
            drop(parse_mail(odd));
        }
    }
}
