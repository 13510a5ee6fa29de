//! A letter: what a mail says, as plain text and as HTML, and the mail that is made of it.

use std::time::{Duration, SystemTime};

use askama::Template;
use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};

use crate::config::MailConfig;
use crate::model::event::DropReason;
use crate::model::{Addressee, Timestamp};

/// The longest subject, in characters.
const MAX_SUBJECT: usize = 150;

/// Something in a letter's list.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// What it is.
    pub title: String,
    /// What is said of it.
    pub text: String,
    /// Where it is; empty: nowhere of its own.
    pub url: String,
    /// What is behind it.
    pub table: Option<ItemTable>,
    /// What it looks like.
    pub picture: Option<Picture>,
}

/// A picture within a letter.
#[derive(Debug)]
pub(super) struct Picture {
    /// What it is called within the letter.
    pub id: String,
    /// The PNG file.
    pub png: Vec<u8>,
}

impl Picture {
    fn part(&self) -> Option<SinglePart> {
        let kind = ContentType::parse("image/png").ok()?;
        Some(Part::new_inline(self.id.clone()).body(self.png.clone(), kind))
    }
}

/// A table of a letter.
#[derive(Debug, Default)]
pub(super) struct ItemTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// How many rows are left out, in words; empty: none is.
    pub more: String,
}

impl ItemTable {
    /// Its rows as lines of text.
    fn lines(&self) -> Vec<String> {
        let rows = std::iter::once(&self.columns).chain(&self.rows);
        let mut lines: Vec<String> = rows.map(|row| format!("  {}", row.join("  |  "))).collect();
        if !self.more.is_empty() {
            lines.push(format!("  {}", self.more));
        }
        lines
    }
}

/// A file that goes along.
#[derive(Debug)]
pub(super) struct Attachment {
    pub name: String,
    /// What is in it, as CSV.
    pub text: String,
}

/// What a mail says.
#[derive(Debug, Default, Template)]
#[template(path = "letter.html")]
pub(super) struct Letter {
    pub to: Addressee,
    /// The code of its language.
    pub language: &'static str,
    pub subject: String,
    /// What is said first, a paragraph each.
    pub lead: Vec<String>,
    pub items: Vec<Item>,
    /// What may be chosen right away, and where that leads; by the button, too.
    pub choices: Vec<(&'static str, String)>,
    /// What is written on the button.
    pub press: String,
    /// Where it leads.
    pub url: String,
    /// Why this came, at the end.
    pub why: String,
    /// What goes along.
    pub attachments: Vec<Attachment>,
    /// Where one says that no such mails are wanted, and what is written there.
    pub unsubscribe: Option<(String, String)>,
}

impl Letter {
    /// The mail, called `id`, as of `now`; else why there is none.
    pub(super) fn message(
        &self,
        config: &MailConfig,
        id: &str,
        now: Timestamp,
    ) -> Result<Message, DropReason> {
        let to = mailbox(self.to.name.as_deref(), &self.to.address);
        let from = mailbox(Some(config.sender_name()), config.address());
        let (Some(to), Some(from)) = (to, from) else {
            return Err(DropReason::NoAddress);
        };
        let millis = u64::try_from(now.millis()).unwrap_or_default();
        let mut builder = Message::builder()
            .from(from)
            .to(to)
            .subject(one_line(&self.subject))
            .message_id(Some(id.to_owned()))
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
            .header(AutoSubmitted::Generated);
        if let Some((url, _)) = &self.unsubscribe {
            builder = builder
                .header(ListUnsubscribe(format!("<{url}>")))
                .header(OneClick);
        }
        let html = self.render().map_err(|error| {
            tracing::error!(%error, "a mail could not be drawn");
            DropReason::Over
        })?;
        let said = self.said(html);
        let parts = if self.attachments.is_empty() {
            said
        } else {
            let files = self.attachments.iter().map(Attachment::part);
            let files: Option<Vec<SinglePart>> = files.collect();
            let whole = MultiPart::mixed().multipart(said);
            let files = files.unwrap_or_default().into_iter();
            files.fold(whole, MultiPart::singlepart)
        };
        builder.multipart(parts).map_err(|error| {
            tracing::warn!(%error, "a mail could not be made");
            DropReason::NoAddress
        })
    }

    /// What is said, as text and as HTML with its pictures.
    fn said(&self, html: String) -> MultiPart {
        let pictures = self.items.iter().filter_map(|item| item.picture.as_ref());
        let pictures: Vec<SinglePart> = pictures.filter_map(Picture::part).collect();
        if pictures.is_empty() {
            return MultiPart::alternative_plain_html(self.plain(), html);
        }
        let shown = MultiPart::related().singlepart(SinglePart::html(html));
        let shown = pictures.into_iter().fold(shown, MultiPart::singlepart);
        let plain = SinglePart::plain(self.plain());
        MultiPart::alternative().singlepart(plain).multipart(shown)
    }

    /// All of it without any markup.
    fn plain(&self) -> String {
        let mut parts = self.lead.clone();
        parts.extend(self.items.iter().map(|item| {
            let mut lines = vec![item.title.clone(), item.text.clone(), item.url.clone()];
            lines.extend(item.table.iter().flat_map(ItemTable::lines));
            lines.retain(|line| !line.is_empty());
            lines.join("\n")
        }));
        parts.push(format!("{}:\n{}", self.press, self.url));
        parts.push(format!("-- \n{}", self.why));
        if let Some((url, words)) = &self.unsubscribe {
            parts.push(format!("{words}: {url}"));
        }
        let mut text = parts.join("\n\n");
        text.push('\n');
        text
    }
}

impl Attachment {
    fn part(&self) -> Option<SinglePart> {
        let kind = ContentType::parse("text/csv; charset=utf-8").ok()?;
        Some(Part::new(self.name.clone()).body(self.text.clone(), kind))
    }
}

/// A subject: on one line, and not for ever long.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(MAX_SUBJECT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// An address with a name; none: it is no address that can be written to.
pub(super) fn mailbox(name: Option<&str>, address: &str) -> Option<Mailbox> {
    let address: Address = address.trim().parse().ok()?;
    let name = name.map(one_line).filter(|name| !name.is_empty());
    Some(Mailbox::new(name, address))
}

/// Says that no human wrote it (RFC 3834), so that no machine answers.
#[derive(Clone, Copy)]
pub(super) enum AutoSubmitted {
    /// Of its own accord.
    Generated,
    /// In answer to a message.
    Replied,
}

/// Where one says that no such mails are wanted (RFC 2369).
#[derive(Clone)]
struct ListUnsubscribe(String);

/// That one press there is enough (RFC 8058).
#[derive(Clone)]
struct OneClick;

/// What headers read as is never asked.
type Unread = Box<dyn std::error::Error + Send + Sync>;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Unread> {
        Ok(Self::Generated)
    }

    fn display(&self) -> HeaderValue {
        let word = match self {
            Self::Generated => "auto-generated",
            Self::Replied => "auto-replied",
        };
        HeaderValue::new(Self::name(), word.to_owned())
    }
}

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Unread> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_text: &str) -> Result<Self, Unread> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}
