//! Zendesk Support: tickets by the cursor of its incremental export, the audits of each, ratings;
//! schedules with their holidays, agreements, articles and macros once a day.
//!
//! The export stops at `end_of_stream`, and goes on from the same cursor when there is more. A
//! ticket's change is told by `generated_timestamp`, which also moves where `updated_at` does not.
//! No address that an answer names is followed, only cursors out of it: a token goes nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{
    Account, Ask, Child, Course, Kept, Pace, Page, Row, Source, Span, Stream, id, listed, row, text,
};
use crate::model::{DAY_MS, Timestamp};

/// What it lists.
const STREAMS: &[Stream] = &[
    Stream::new("agents", Pace::Daily, Course::Whole),
    Stream::new("groups", Pace::Daily, Course::Whole),
    Stream::new("brands", Pace::Daily, Course::Whole).optional(),
    Stream::new("schedules", Pace::Daily, Course::Whole).optional(),
    Stream::new("sla_policies", Pace::Daily, Course::Whole).optional(),
    Stream::new("tickets", Pace::Always, Course::Cursor),
    Stream::new("ratings", Pace::Always, Course::Time).optional(),
    Stream::new("articles", Pace::Daily, Course::Whole).optional(),
    Stream::new("macros", Pace::Daily, Course::Whole).optional(),
    Stream::new("open", Pace::Nightly, Course::Whole),
    Stream::new("late_ratings", Pace::Nightly, Course::Whole).optional(),
];
/// How many tickets are read before what came of them is journalled.
const TICKETS: &str = "100";
/// How many things a page of a list has.
const SIZE: &str = "100";
/// How old a rating may be whose answer is still looked for.
const RATED_MS: i64 = 30 * DAY_MS;
/// Where schedules are, and of each its holidays.
const SCHEDULES: &str = "/api/v2/business_hours/schedules";
const HOLIDAYS: &str = "holidays.json";
/// When a ticket changed.
const CHANGED: [&str; 2] = ["generated_timestamp", "updated_at"];

/// Zendesk, as one account of it is asked.
pub(super) struct Zendesk {
    user: Option<String>,
}

impl Zendesk {
    pub(super) fn new(account: &Account) -> Self {
        Self {
            user: account.user.clone(),
        }
    }
}

impl Source for Zendesk {
    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    fn first(&self, stream: &str, span: Span) -> Ask {
        let list = |path: &str| Ask::get(path).with("page[size]", SIZE);
        let since = |millis: i64| (millis.div_euclid(1_000)).max(1).to_string();
        let from = span.since.map_or(0, Timestamp::millis);
        match stream {
            "agents" => list("/api/v2/users.json")
                .with("role[]", "agent")
                .and("role[]", "admin"),
            "groups" => list("/api/v2/groups.json"),
            "brands" => list("/api/v2/brands.json"),
            "schedules" => Ask::get(format!("{SCHEDULES}.json")),
            "sla_policies" => Ask::get("/api/v2/slas/policies.json"),
            "articles" => list("/api/v2/help_center/articles.json"),
            "macros" => list("/api/v2/macros.json"),
            "ratings" => list("/api/v2/satisfaction_ratings.json").with("start_time", since(from)),
            "late_ratings" => {
                let from = span.until.plus_millis(-RATED_MS).millis();
                list("/api/v2/satisfaction_ratings.json").with("start_time", since(from))
            }
            "open" => Ask::get("/api/v2/search/export.json")
                .with("query", "status<solved")
                .with("filter[type]", "ticket")
                .with("page[size]", TICKETS),
            _ => Ask::get("/api/v2/incremental/tickets/cursor.json")
                .with("start_time", since(from))
                .with("per_page", TICKETS)
                .with("include", "users,groups,organizations,metric_sets"),
        }
    }

    fn page(&self, stream: &str, asked: &Ask, body: &Value) -> Result<Page, String> {
        match stream {
            "tickets" => export(asked, body),
            "open" => Ok(Page {
                rows: tickets(listed(body, "results")?),
                kept: Kept::Whole,
                next: more(asked, body),
                is_over: more(asked, body).is_none(),
            }),
            "ratings" | "late_ratings" => {
                let ratings = listed(body, "satisfaction_ratings")?.iter();
                Ok(Page {
                    rows: ratings
                        .filter_map(|one| row(one, &["updated_at"]))
                        .collect(),
                    ..Page::of_list(more(asked, body))
                })
            }
            "schedules" => {
                let schedules = listed(body, "schedules")?.iter();
                Ok(Page {
                    rows: schedules.filter_map(|one| row(one, &CHANGED)).collect(),
                    ..Page::of_list(None)
                })
            }
            "agents" => {
                listed(body, "users")?;
                Ok(Page::of_list(more(asked, body)))
            }
            list => {
                listed(body, list)?;
                Ok(Page::of_list(more(asked, body)))
            }
        }
    }

    fn children(&self, stream: &str, rows: &[Row]) -> Vec<Ask> {
        if stream == "schedules" {
            return rows.iter().map(holidays).collect();
        }
        if !matches!(stream, "tickets" | "open") {
            return Vec::new();
        }
        let of = |row: &Row| {
            let ticket = Ask::get(format!("/api/v2/tickets/{}.json", row.id));
            let audits = Ask::get(format!("/api/v2/tickets/{}/audits.json", row.id));
            let own = row
                .record
                .is_none()
                .then(|| ticket.with("include", "users,metric_sets"));
            own.into_iter().chain([audits.with("page[size]", SIZE)])
        };
        rows.iter().flat_map(of).collect()
    }

    fn child(&self, asked: &Ask, body: &Value) -> Result<Child, String> {
        if asked.path.ends_with("/audits.json") {
            listed(body, "audits")?;
            return Ok(Child::page(more(asked, body)));
        }
        if let Some(schedule) = schedule_of(&asked.path) {
            listed(body, "holidays")?;
            return Ok(Child {
                next: None,
                list: Some("holidays"),
                told: Some(("schedule_id", schedule.to_owned())),
            });
        }
        let ticket = body.get("ticket").and_then(Value::as_object);
        ticket
            .map(|_ticket| Child::default())
            .ok_or_else(|| "its answer holds no `ticket`".to_owned())
    }

    fn headers(&self, token: &str) -> Vec<(&'static str, String)> {
        let said = match &self.user {
            Some(user) => format!("Basic {}", STANDARD.encode(format!("{user}/token:{token}"))),
            None => format!("Bearer {token}"),
        };
        vec![("authorization", said)]
    }
}

/// The holidays of a schedule, which do not say of which they are.
fn holidays(schedule: &Row) -> Ask {
    Ask::get(format!("{SCHEDULES}/{}/{HOLIDAYS}", schedule.id))
}

/// The schedule whose holidays a path gives.
fn schedule_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(SCHEDULES)?.strip_prefix('/')?;
    rest.strip_suffix(HOLIDAYS)?.strip_suffix('/')
}

/// Where a list goes on behind a page.
fn more(asked: &Ask, body: &Value) -> Option<Ask> {
    let meta = body.get("meta")?;
    let has_more = meta.get("has_more").and_then(Value::as_bool) == Some(true);
    let after = text(meta.get("after_cursor")).filter(|_| has_more)?;
    let next = asked.clone().with("page[after]", after);
    // The same page once more would never end.
    (next != *asked).then_some(next)
}

/// A page of the incremental export.
fn export(asked: &Ask, body: &Value) -> Result<Page, String> {
    let rows = tickets(listed(body, "tickets")?);
    let is_last = body.get("end_of_stream").and_then(Value::as_bool) == Some(true);
    let next = match text(body.get("after_cursor")) {
        Some(cursor) => {
            let next = asked.clone().without("start_time").with("cursor", cursor);
            // A cursor that stays where it is has nothing more for now, whatever is said of it.
            let stays = asked.value("cursor") == Some(cursor);
            return Ok(Page {
                rows,
                kept: Kept::Whole,
                next: Some(next),
                is_over: is_last || stays,
            });
        }
        None if is_last => None,
        None => return Err("its page says neither `after_cursor` nor `end_of_stream`".to_owned()),
    };
    Ok(Page {
        rows,
        kept: Kept::Whole,
        next,
        is_over: true,
    })
}

/// The tickets of a page whose audits can be read: those that are not deleted.
fn tickets(records: &[Value]) -> Vec<Row> {
    let is_there = |record: &&Value| {
        record.get("status").and_then(Value::as_str) != Some("deleted")
            && record.get("id").and_then(id).is_some()
    };
    let records = records.iter().filter(is_there);
    records.filter_map(|record| row(record, &CHANGED)).collect()
}
