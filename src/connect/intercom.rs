//! Intercom: conversations and contacts that changed, by its search, each conversation with its
//! parts.
//!
//! A search gives conversations without their parts, so that each is asked for by itself. Pages go
//! on behind a thing, not at a place, so that what changes meanwhile moves nothing away.

use serde_json::{Value, json};

use super::sweep::{Limits, Sweep};
use super::{Ask, Child, Course, Kept, Pace, Page, Row, Source, Span, Stream, listed, row, text};
use crate::model::Timestamp;

/// What it lists.
const STREAMS: &[Stream] = &[
    Stream::new("admins", Pace::Daily, Course::Whole),
    Stream::new("teams", Pace::Daily, Course::Whole).optional(),
    Stream::new("contacts", Pace::Always, Course::Time).optional(),
    Stream::new("conversations", Pace::Always, Course::Time),
    Stream::new("articles", Pace::Daily, Course::Whole).optional(),
    Stream::new("open", Pace::Nightly, Course::Whole),
];
/// The version that is asked for: one that the translation knows.
const VERSION: &str = "2.14";
/// How many things a page of a search has.
const PAGE: u64 = 50;
/// Its search lets anybody page to the end; an instant is a second.
const LIMITS: Limits = Limits {
    depth: u64::MAX,
    page: PAGE,
    step_ms: 1_000,
};

/// Intercom.
pub(super) struct Intercom;

impl Source for Intercom {
    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    fn first(&self, stream: &str, span: Span) -> Ask {
        match stream {
            "admins" | "teams" => Ask::get(format!("/{stream}")),
            "articles" => Ask::get("/articles")
                .with("per_page", PAGE.to_string())
                .with("page", "1"),
            "open" => {
                let query = json!({"field": "open", "operator": "=", "value": true});
                search("conversations", &query, None, None)
            }
            changed => {
                let from = span.since.unwrap_or(Timestamp::from_millis(0));
                swept(changed, Sweep::new(from))
            }
        }
    }

    fn page(&self, stream: &str, asked: &Ask, body: &Value) -> Result<Page, String> {
        let list = match stream {
            "admins" | "teams" => {
                listed(body, stream)?;
                return Ok(Page::of_list(None));
            }
            "articles" => {
                listed(body, "data")?;
                return Ok(Page::of_list(next_articles(asked, body)));
            }
            "contacts" => "data",
            _ => "conversations",
        };
        let records = listed(body, list)?.iter();
        let rows: Vec<Row> = records
            .filter_map(|one| row(one, &["updated_at"]))
            .collect();
        let next = body.get("pages").and_then(|pages| pages.get("next"));
        let after = text(next.and_then(|next| next.get("starting_after"))).map(str::to_owned);
        let next = match &asked.sweep {
            Some(sweep) => {
                let next = sweep.next(&rows, after, LIMITS);
                next.map(|sweep| swept(stream, sweep))
            }
            None => after.map(|after| {
                let query = asked.body.as_ref().and_then(|body| body.get("query"));
                let query = query.cloned().unwrap_or_default();
                search("conversations", &query, None, Some(&after))
            }),
        };
        // The same page once more would never end.
        let next = next.filter(|next| next != asked);
        Ok(Page {
            rows,
            kept: if stream == "contacts" {
                Kept::Whole
            } else {
                Kept::Nothing
            },
            is_over: next.is_none(),
            next,
        })
    }

    fn children(&self, stream: &str, rows: &[Row]) -> Vec<Ask> {
        if !matches!(stream, "conversations" | "open") {
            return Vec::new();
        }
        let of = |row: &Row| Ask::get(format!("/conversations/{}", row.id));
        rows.iter().map(of).collect()
    }

    fn child(&self, _asked: &Ask, body: &Value) -> Result<Child, String> {
        Child::record(body, "conversations")
    }

    fn headers(&self, token: &str) -> Vec<(&'static str, String)> {
        vec![
            ("authorization", format!("Bearer {token}")),
            ("intercom-version", VERSION.to_owned()),
        ]
    }
}

/// Where the list of articles goes on, which is paged by numbers.
fn next_articles(asked: &Ask, body: &Value) -> Option<Ask> {
    let last = body.get("pages")?.get("total_pages")?.as_u64()?;
    let page: u64 = asked.value("page")?.parse().ok()?;
    (page < last).then(|| asked.clone().with("page", (page + 1).to_string()))
}

/// What changed from an instant on. Its operator leaves the instant itself out.
fn swept(what: &str, sweep: Sweep) -> Ask {
    let from = sweep
        .from
        .millis()
        .div_euclid(1_000)
        .saturating_sub(1)
        .max(0);
    let query = json!({"field": "updated_at", "operator": ">", "value": from});
    let sort = json!({"field": "updated_at", "order": "ascending"});
    let after = sweep.page.clone();
    Ask {
        sweep: Some(sweep),
        ..search(what, &query, Some(sort), after.as_deref())
    }
}

fn search(what: &str, query: &Value, sort: Option<Value>, after: Option<&str>) -> Ask {
    let mut pagination = json!({"per_page": PAGE});
    let mut body = json!({"query": query});
    if let (Some(fields), Some(after)) = (pagination.as_object_mut(), after) {
        fields.insert("starting_after".to_owned(), after.into());
    }
    if let Some(fields) = body.as_object_mut() {
        fields.insert("pagination".to_owned(), pagination);
        fields.extend(sort.map(|sort| ("sort".to_owned(), sort)));
    }
    Ask {
        body: Some(body),
        ..Ask::get(format!("/{what}/search"))
    }
}
