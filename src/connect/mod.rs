//! What is asked of other products' APIs, in which order, and how a cursor moves on.
//!
//! A [`Source`] says what differs between products: which lists say who is who, which requests
//! give what has changed, what has to be asked for each thing that has, and where a page goes on.
//! `request` sends one of these, `file_hosts` fetches files; `sweep` keeps a search by instants within what may be paged
//! through. Nothing here journals, keeps or waits: `app` drives it, and translates what comes as it
//! translates an export.

mod account;
mod ask;
mod chatwoot;
mod file_hosts;
mod hubspot;
mod imap;
mod intercom;
mod request;
mod sweep;
mod zendesk;

use serde_json::Value;

use crate::model::Timestamp;

pub use account::{Account, Product};
pub use ask::Ask;
pub use file_hosts::{Fetched, FileHosts, file_host};
pub use imap::{ImapError, ImapPlace, ImapSecret, ImapSession, OpenFolder};
pub use request::{Line, Pause, Reply, Request};

/// How often a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Once a day, before anything else: who is who.
    Daily,
    /// In every round.
    Always,
    /// Once a day, after everything else: what is still open, whether or not it looks changed.
    Nightly,
}

/// How a stream goes on from round to round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It begins anew each time.
    Whole,
    /// Where the source's own cursor is.
    Cursor,
    /// From the instant on of the last change that was read, with what overlaps.
    Time,
}

/// Something that a source lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// What it is called.
    pub name: &'static str,
    /// How often it is read.
    pub pace: Pace,
    /// How it goes on.
    pub course: Course,
    /// Whether accounts may be without it: a refusal is no fault then.
    pub is_optional: bool,
}

impl Stream {
    const fn new(name: &'static str, pace: Pace, course: Course) -> Self {
        Self {
            name,
            pace,
            course,
            is_optional: false,
        }
    }

    const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }
}

/// From when to when changes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From here on, inclusive; none: from the beginning.
    pub since: Option<Timestamp>,
    /// Up to here: what is newer may not be all there yet.
    pub until: Timestamp,
}

/// A thing that a page lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id in the source.
    pub id: String,
    /// When it changed last.
    pub at: Option<Timestamp>,
    /// What the page says of it; none: only its id is known.
    pub record: Option<Value>,
}

/// What of a page itself is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it, with what stands beside its rows.
    Whole,
    /// The rows that are wanted, as they would be listed under this name.
    Rows(&'static str),
    /// Nothing: what is asked for each row says it all.
    Nothing,
}

/// What a page gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it lists, of what has more to be asked for.
    pub rows: Vec<Row>,
    /// What of it is translated.
    pub kept: Kept,
    /// Where it goes on.
    pub next: Option<Ask>,
    /// Whether there is nothing more for now.
    pub is_over: bool,
}

impl Page {
    /// A page of a list that is translated as it is.
    const fn of_list(next: Option<Ask>) -> Self {
        Self {
            rows: Vec::new(),
            kept: Kept::Whole,
            is_over: next.is_none(),
            next,
        }
    }
}

/// What the answer about one thing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Child {
    /// Where it goes on.
    pub next: Option<Ask>,
    /// Under which name a page would list it; none: it is a page.
    pub list: Option<&'static str>,
    /// What each record of the page is told of the thing that it belongs to, where they do not say
    /// it: a field and what stands in it.
    pub told: Option<(&'static str, String)>,
}

impl Child {
    /// A page of what belongs to a thing.
    const fn page(next: Option<Ask>) -> Self {
        Self {
            next,
            list: None,
            told: None,
        }
    }

    /// The thing itself, if that is what came.
    fn record(body: &Value, list: &'static str) -> Result<Self, String> {
        let is_one = body.get("id").and_then(id).is_some();
        let one = Self {
            next: None,
            list: Some(list),
            told: None,
        };
        is_one
            .then_some(one)
            .ok_or_else(|| format!("its answer is none of the {list}: it has no `id`"))
    }
}

/// What differs between products.
pub trait Source: Send + Sync {
    /// What it lists, in the order in which it is read.
    fn streams(&self) -> &'static [Stream];

    /// The first request of a stream.
    fn first(&self, stream: &str, span: Span) -> Ask;

    /// Reads what a request of a stream gave; else what is wrong with it.
    fn page(&self, stream: &str, asked: &Ask, body: &Value) -> Result<Page, String>;

    /// What has to be asked for things that a page listed.
    fn children(&self, stream: &str, rows: &[Row]) -> Vec<Ask>;

    /// Reads the answer to one of those; else what is wrong with it.
    fn child(&self, asked: &Ask, body: &Value) -> Result<Child, String>;

    /// What is sent with each request: who asks.
    fn headers(&self, token: &str) -> Vec<(&'static str, String)>;
}

/// The source of an account.
pub fn source(account: &Account) -> Box<dyn Source> {
    match account.product {
        Product::Chatwoot => Box::new(chatwoot::Chatwoot::new(account)),
        Product::HubSpot => Box::new(hubspot::HubSpot),
        Product::Intercom => Box::new(intercom::Intercom),
        Product::Zendesk => Box::new(zendesk::Zendesk::new(account)),
    }
}

/// The entries of a list.
fn listed<'a>(body: &'a Value, name: &str) -> Result<&'a [Value], String> {
    let list = body.get(name).and_then(Value::as_array);
    let list = list.map(Vec::as_slice);
    list.ok_or_else(|| format!("its answer lists no `{name}`"))
}

/// An id, a number or a text.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text with something in it.
fn text(value: Option<&Value>) -> Option<&str> {
    value
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// An instant: a text, or seconds since 1970.
fn instant(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::String(text) => Timestamp::parse(text).ok(),
        Value::Number(seconds) => {
            let millis = seconds.as_i64()?.checked_mul(1_000)?;
            Some(Timestamp::from_millis(millis))
        }
        _ => None,
    }
}

/// A row of a page.
fn row(record: &Value, changed: &[&str]) -> Option<Row> {
    Some(Row {
        id: id(record.get("id")?)?,
        at: changed.iter().find_map(|name| instant(record.get(*name))),
        record: Some(record.clone()),
    })
}
