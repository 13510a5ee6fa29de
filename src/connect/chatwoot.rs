//! Chatwoot: conversations by their last activity, the last first, each with all of its messages.
//!
//! Its pages are places in a list that moves: the last activity comes first, so that what happens
//! meanwhile brings things once more, and never moves one past the place that is read. Messages go
//! backwards, by `before`.

use serde_json::Value;

use super::sweep::Sweep;
use super::{
    Account, Ask, Child, Course, Kept, Pace, Page, Row, Source, Span, Stream, listed, row, text,
};
use crate::model::Timestamp;

/// What it lists.
const STREAMS: &[Stream] = &[
    Stream::new("agents", Pace::Daily, Course::Whole),
    Stream::new("teams", Pace::Daily, Course::Whole).optional(),
    Stream::new("inboxes", Pace::Daily, Course::Whole),
    Stream::new("conversations", Pace::Always, Course::Time),
    Stream::new("ratings", Pace::Always, Course::Time).optional(),
    Stream::new("canned_responses", Pace::Daily, Course::Whole).optional(),
    Stream::new("portals", Pace::Daily, Course::Whole).optional(),
    Stream::new("open", Pace::Nightly, Course::Whole),
];
/// How many articles a page has, where there are more.
const ARTICLES: usize = 25;
/// How many messages a page has, where there are more.
const MESSAGES: usize = 20;

/// Chatwoot, as one account of it is asked.
pub(super) struct Chatwoot {
    root: String,
}

impl Chatwoot {
    pub(super) fn new(account: &Account) -> Self {
        let number = account.number.as_deref().unwrap_or_default();
        Self {
            root: format!("/api/v1/accounts/{number}"),
        }
    }

    fn get(&self, path: &str) -> Ask {
        Ask::get(format!("{}/{path}", self.root))
    }
}

impl Source for Chatwoot {
    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    fn first(&self, stream: &str, span: Span) -> Ask {
        let all = || {
            self.get("conversations")
                .with("assignee_type", "all")
                .with("page", "1")
        };
        let from = span.since.unwrap_or(Timestamp::from_millis(0));
        let swept = |ask| Ask {
            sweep: Some(Sweep::new(from)),
            ..ask
        };
        match stream {
            "conversations" => swept(
                all()
                    .with("status", "all")
                    .with("sort_by", "last_activity_at_desc"),
            ),
            "open" => all().with("status", "open"),
            "ratings" => swept(
                self.get("csat_survey_responses")
                    .with("sort", "-created_at")
                    .with("page", "1"),
            ),
            list => self.get(list),
        }
    }

    fn page(&self, stream: &str, asked: &Ask, body: &Value) -> Result<Page, String> {
        let list = |value: Option<&Value>| {
            let list = value.and_then(Value::as_array).cloned();
            list.ok_or_else(|| format!("its answer lists no {stream}"))
        };
        let (records, kept, changed) = match stream {
            "conversations" | "open" => {
                let data = body.get("data").unwrap_or(body);
                (
                    list(data.get("payload"))?,
                    Kept::Rows("payload"),
                    "last_activity_at",
                )
            }
            "ratings" => (list(Some(body))?, Kept::Whole, "created_at"),
            "portals" => {
                let portals = list(Some(body.get("payload").unwrap_or(body)))?;
                let slugs = portals.iter().filter_map(|one| text(one.get("slug")));
                let rows = slugs.filter(|slug| is_slug(slug)).map(|slug| Row {
                    id: slug.to_owned(),
                    at: None,
                    record: None,
                });
                return Ok(Page {
                    rows: rows.collect(),
                    kept: Kept::Nothing,
                    next: None,
                    is_over: true,
                });
            }
            _ => {
                list(Some(body.get("payload").unwrap_or(body)))?;
                return Ok(Page::of_list(None));
            }
        };
        let rows: Vec<Row> = records
            .iter()
            .filter_map(|one| row(one, &[changed]))
            .collect();
        // The last first: what is older than wanted is not read.
        let from = asked.sweep.as_ref().map(|sweep| sweep.from);
        let is_old = |row: &Row| from.zip(row.at).is_some_and(|(from, at)| at < from);
        let is_over = rows.last().is_none_or(is_old);
        let page: u64 = asked
            .value("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1);
        let next = asked.clone().with("page", (page + 1).to_string());
        Ok(Page {
            rows: rows.into_iter().filter(|row| !is_old(row)).collect(),
            kept,
            next: (!is_over).then_some(next),
            is_over,
        })
    }

    fn children(&self, stream: &str, rows: &[Row]) -> Vec<Ask> {
        if stream == "portals" {
            let of = |row: &Row| self.get(&format!("portals/{}/articles", row.id));
            return rows.iter().map(|row| of(row).with("page", "1")).collect();
        }
        if !matches!(stream, "conversations" | "open") {
            return Vec::new();
        }
        let of = |row: &Row| {
            let own = self.get(&format!("conversations/{}", row.id));
            let messages = self.get(&format!("conversations/{}/messages", row.id));
            row.record
                .is_none()
                .then_some(own)
                .into_iter()
                .chain([messages])
        };
        rows.iter().flat_map(of).collect()
    }

    fn child(&self, asked: &Ask, body: &Value) -> Result<Child, String> {
        if asked.path.ends_with("/articles") {
            let articles = listed(body, "payload")?;
            let page: u64 = asked
                .value("page")
                .and_then(|page| page.parse().ok())
                .unwrap_or(1);
            let next = asked.clone().with("page", (page + 1).to_string());
            return Ok(Child::page((articles.len() >= ARTICLES).then_some(next)));
        }
        if !asked.path.ends_with("/messages") {
            return Child::record(body, "payload");
        }
        let messages = listed(body, "payload")?;
        let ids = messages.iter().filter_map(|one| one.get("id")?.as_u64());
        let first = ids.min().filter(|_| messages.len() >= MESSAGES);
        let next = first.map(|first| asked.clone().with("before", first.to_string()));
        // The same page once more would never end.
        Ok(Child::page(next.filter(|next| next != asked)))
    }

    fn headers(&self, token: &str) -> Vec<(&'static str, String)> {
        vec![("api_access_token", token.to_owned())]
    }
}

/// Whether a portal's name can stand in a path.
fn is_slug(slug: &str) -> bool {
    let mut signs = slug.bytes();
    signs.all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_'))
}
