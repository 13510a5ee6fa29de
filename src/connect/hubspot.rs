//! HubSpot: tickets by its search, each with the history of its stages; threads by their last
//! message, each with all of its messages and its contact.
//!
//! A search gives at most 10,000 things, however it is paged: `sweep` begins anew where it is as
//! deep as it goes, and tells things of one instant apart by their ids.

use serde_json::{Value, json};

use super::sweep::{Limits, Sweep};
use super::{
    Ask, Child, Course, Kept, Pace, Page, Row, Source, Span, Stream, id, instant, listed, row, text,
};
use crate::model::Timestamp;

/// What it lists.
const STREAMS: &[Stream] = &[
    Stream::new("owners", Pace::Daily, Course::Whole),
    Stream::new("pipelines", Pace::Daily, Course::Whole),
    Stream::new("inboxes", Pace::Daily, Course::Whole).optional(),
    Stream::new("channels", Pace::Daily, Course::Whole).optional(),
    Stream::new("surveys", Pace::Daily, Course::Whole).optional(),
    Stream::new("tickets", Pace::Always, Course::Time),
    Stream::new("threads", Pace::Always, Course::Time).optional(),
    Stream::new("open", Pace::Nightly, Course::Whole).optional(),
];
/// What its search lets anybody do.
const LIMITS: Limits = Limits {
    depth: 10_000,
    page: 100,
    step_ms: 1,
};
/// When a ticket changed.
const CHANGED: &str = "hs_lastmodifieddate";
/// What is asked of a ticket: what the translation reads.
const TICKET: &str = "createdate,closed_date,hs_lastmodifieddate,subject,hs_pipeline,\
    hs_pipeline_stage,hubspot_owner_id,hs_ticket_priority,hs_ticket_category,hs_resolution,\
    source_type,hs_num_associated_conversations,hs_conversations_originating_thread_id,\
    hs_customer_agent_ticket_status,hs_customer_agent_escalated_time";
const HISTORY: &str = "hs_pipeline_stage,hubspot_owner_id,hs_ticket_priority";
const CONTACT: &str = "email,firstname,lastname,phone,company,hs_language";
const SURVEY: &str = "hs_survey_type,hs_response_group,hs_value,hs_content,\
    hs_submission_timestamp,hs_conversations_thread_id";
/// Where threads are.
const THREADS: &str = "/conversations/v3/conversations/threads";

/// HubSpot.
pub(super) struct HubSpot;

impl Source for HubSpot {
    fn streams(&self) -> &'static [Stream] {
        STREAMS
    }

    fn first(&self, stream: &str, span: Span) -> Ask {
        let list = |path: &str| Ask::get(path).with("limit", "100");
        match stream {
            "owners" => list("/crm/v3/owners"),
            "pipelines" => Ask::get("/crm/v3/pipelines/tickets"),
            "inboxes" | "channels" => list(&format!("/conversations/v3/conversations/{stream}")),
            "surveys" => list("/crm/v3/objects/feedback_submissions")
                .with("properties", SURVEY)
                .with("associations", "tickets"),
            "open" => list(THREADS)
                .with("association", "TICKET")
                .with("threadStatus", "OPEN"),
            "threads" => {
                // What has this very instant is left out there.
                let from = span.since.map_or(0, |since| since.millis() - 1);
                let from = Timestamp::from_millis(from);
                list(THREADS)
                    .with("association", "TICKET")
                    .with("sort", "latestMessageTimestamp")
                    .with("latestMessageTimestampAfter", from.to_string())
            }
            _ => swept(Sweep::new(span.since.unwrap_or(Timestamp::from_millis(0)))),
        }
    }

    fn page(&self, stream: &str, asked: &Ask, body: &Value) -> Result<Page, String> {
        let records = listed(body, "results")?;
        let next = match stream {
            "tickets" => {
                let rows: Vec<Row> = records.iter().filter_map(ticket).collect();
                let sweep = asked.sweep.as_ref();
                let next = sweep.and_then(|sweep| sweep.next(&rows, after(body), LIMITS));
                let next = next.map(swept).filter(|next| next != asked);
                return Ok(Page {
                    rows,
                    kept: Kept::Nothing,
                    is_over: next.is_none(),
                    next,
                });
            }
            _ => more(asked, body),
        };
        if !matches!(stream, "threads" | "open") {
            return Ok(Page::of_list(next));
        }
        let changed = ["latestMessageTimestamp", "closedAt", "createdAt"];
        Ok(Page {
            rows: records
                .iter()
                .filter_map(|one| row(one, &changed))
                .collect(),
            kept: Kept::Rows("results"),
            is_over: next.is_none(),
            next,
        })
    }

    fn children(&self, stream: &str, rows: &[Row]) -> Vec<Ask> {
        rows.iter()
            .flat_map(|row| match stream {
                "tickets" => vec![
                    Ask::get(format!("/crm/v3/objects/tickets/{}", row.id))
                        .with("properties", TICKET)
                        .with("propertiesWithHistory", HISTORY)
                        .with("associations", "contacts"),
                ],
                "threads" | "open" => of_thread(row),
                _ => Vec::new(),
            })
            .collect()
    }

    fn child(&self, asked: &Ask, body: &Value) -> Result<Child, String> {
        if asked.path.ends_with("/messages") {
            listed(body, "results")?;
            return Ok(Child::page(more(asked, body)));
        }
        let is_contact = asked.path.contains("/contacts/");
        Child::record(body, if is_contact { "contacts" } else { "tickets" })
    }

    fn headers(&self, token: &str) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {token}"))]
    }
}

/// What is asked for a thread: its contact, and its messages.
fn of_thread(row: &Row) -> Vec<Ask> {
    let record = row.record.as_ref();
    let contact = record.and_then(|one| one.get("associatedContactId").and_then(id));
    let contact = contact.map(|contact| {
        Ask::get(format!("/crm/v3/objects/contacts/{contact}")).with("properties", CONTACT)
    });
    let messages = Ask::get(format!("{THREADS}/{}/messages", row.id)).with("limit", "100");
    contact.into_iter().chain([messages]).collect()
}

fn ticket(record: &Value) -> Option<Row> {
    Some(Row {
        id: id(record.get("id")?)?,
        at: instant(record.get("properties")?.get(CHANGED)),
        record: None,
    })
}

/// Where a list goes on, as it says.
fn after(body: &Value) -> Option<String> {
    let next = body.get("paging")?.get("next")?;
    text(next.get("after")).map(str::to_owned)
}

fn more(asked: &Ask, body: &Value) -> Option<Ask> {
    let next = asked.clone().with("after", after(body)?);
    // The same page once more would never end.
    (next != *asked).then_some(next)
}

/// Tickets that changed from an instant on, or at it, beyond an id.
fn swept(sweep: Sweep) -> Ask {
    let at = sweep.from.millis().to_string();
    let filter = |name: &str, operator: &str, value: &str| json!({"propertyName": name, "operator": operator, "value": value});
    let (filters, sort) = match &sweep.beyond {
        None => (vec![filter(CHANGED, "GTE", &at)], CHANGED),
        Some(beyond) => (
            vec![
                filter(CHANGED, "EQ", &at),
                filter("hs_object_id", "GT", beyond),
            ],
            "hs_object_id",
        ),
    };
    let mut body = json!({"filterGroups": [{"filters": filters}], "properties": [CHANGED],
        "sorts": [{"propertyName": sort, "direction": "ASCENDING"}], "limit": LIMITS.page});
    if let (Some(fields), Some(after)) = (body.as_object_mut(), &sweep.page) {
        fields.insert("after".to_owned(), after.as_str().into());
    }
    Ask {
        body: Some(body),
        sweep: Some(sweep),
        ..Ask::get("/crm/v3/objects/tickets/search")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What HubSpot's search gives of tickets by id and millisecond; paging past 10,000 is refused.
    fn searched(tickets: &[(u64, i64)], ask: &Ask) -> Value {
        let body = ask.body.as_ref().unwrap();
        let filters = body["filterGroups"][0]["filters"].as_array().unwrap();
        let value = |place: usize| {
            filters[place]["value"]
                .as_str()
                .unwrap()
                .parse::<i64>()
                .unwrap()
        };
        let mut fit: Vec<(u64, i64)> = if filters.len() == 1 {
            assert_eq!(filters[0]["operator"], "GTE");
            let from = value(0);
            tickets
                .iter()
                .filter(|(_, at)| *at >= from)
                .copied()
                .collect()
        } else {
            let (at, beyond) = (value(0), u64::try_from(value(1)).unwrap());
            let beyond = |(id, stamp): &&(u64, i64)| *stamp == at && *id > beyond;
            tickets.iter().filter(beyond).copied().collect()
        };
        match body["sorts"][0]["propertyName"].as_str() {
            Some("hs_object_id") => fit.sort_by_key(|(id, _)| *id),
            // Within one instant in no order that helps.
            _ => fit.sort_by_key(|(id, at)| (*at, id % 7, *id)),
        }
        let start: usize = body["after"]
            .as_str()
            .map_or(0, |after| after.parse().unwrap());
        assert!(start + 100 <= 10_000, "HubSpot would answer 400");
        let end = (start + 100).min(fit.len());
        let results: Vec<Value> = fit[start.min(end)..end]
            .iter()
            .map(|(id, at)| {
                let at = Timestamp::from_millis(*at).to_string();
                json!({"id": id.to_string(), "properties": {"hs_lastmodifieddate": at}})
            })
            .collect();
        let paging = if end < fit.len() {
            json!({"next": {"after": end.to_string()}})
        } else {
            json!({})
        };
        json!({"results": results, "paging": paging})
    }

    #[test]
    fn more_tickets_than_a_search_gives_are_read_whole_also_of_one_instant() {
        let mut tickets: Vec<(u64, i64)> = (1..=10_250).map(|id| (id, 500_000)).collect();
        tickets.extend((10_251..=21_000).map(|id| (id, 500_000 + i64::try_from(id).unwrap())));
        tickets.push((21_001, 1_000));
        let span = Span {
            since: None,
            until: Timestamp::from_millis(900_000_000),
        };
        let (mut ask, mut found, mut asked) = (HubSpot.first("tickets", span), BTreeSet::new(), 0);
        loop {
            let page = HubSpot
                .page("tickets", &ask, &searched(&tickets, &ask))
                .unwrap();
            found.extend(page.rows.into_iter().map(|row| row.id));
            asked += 1;
            assert!(asked < 1_000, "it never ends");
            let Some(next) = page.next else { break };
            ask = next;
        }
        assert_eq!(found.len(), tickets.len());
    }
}
