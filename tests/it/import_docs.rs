//! The lines that the documents give for getting an export: run as they stand, against a server
//! that plays the source's pages, up to the first figures.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use svar::app::Format;

use crate::imports::{files_of, svar};

/// What is at each path with its query.
type Pages = Vec<(String, Value)>;

/// What a source's API answers, by path and query.
struct Source {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Source {
    /// Serves pages; `{base}` in one is where it is served.
    fn serving(pages: &[(String, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let pages: BTreeMap<String, String> = pages
            .iter()
            .map(|(path, page)| (path.clone(), page.replace("{base}", &base)))
            .collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let first = lines.next().unwrap_or_default();
                drop(lines.find(String::is_empty));
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                let (status, body) = match pages.get(&path) {
                    Some(page) => ("200 OK", page.as_str()),
                    None => ("404 Not Found", "{}"),
                };
                told.lock().unwrap().push(path);
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                );
                let mut stream = &stream;
                drop(stream.write_all(head.as_bytes()));
                drop(stream.write_all(body.as_bytes()));
            }
        });
        Self { base, asked }
    }

    /// What was asked for that there is not.
    fn missing(&self, pages: &[(String, String)]) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let known = |path: &&String| !pages.iter().any(|(page, _)| page == *path);
        asked.iter().filter(known).cloned().collect()
    }
}

/// The blocks of shell in a document.
fn blocks(format: Format) -> Vec<String> {
    let name = format!("docs/import-{}.md", format.as_str());
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let parts = text.split("```sh\n").skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

/// Runs a document's lines against the pages; gives what the last import came to. None: the
/// machine has no `jq` or no `curl`.
fn follow(format: Format, host: &str, count: usize, pages: Pages) -> Option<Value> {
    let pages: Vec<(String, String)> = pages
        .into_iter()
        .map(|(path, page)| (path, written(&page)))
        .collect();
    for tool in ["curl", "jq"] {
        if Command::new(tool).arg("--version").output().is_err() {
            println!("skipped: there is no `{tool}` here");
            return None;
        }
    }
    let source = Source::serving(&pages);
    let folder = tempfile::tempdir().unwrap();
    let lines: String = blocks(format).into_iter().take(count).collect();
    assert!(lines.contains(host), "{lines}");
    let lines = lines.replace(host, &source.base);
    // Whoever waits for a limit there need not wait here.
    let given = r#"set -euo pipefail; sleep() { :; }; svar() { "$SVAR_PROGRAM" "$@"; }"#;
    let script = format!("{given}\n{lines}");
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let data = folder.path().join("data");
    let ran = Command::new("bash")
        .args(["-c", &script])
        .current_dir(&work)
        .env("SVAR_PROGRAM", env!("CARGO_BIN_EXE_svar"))
        .env("SVAR_DATA", &data)
        .env_remove("SVAR_CONFIG")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(source.missing(&pages), Vec::<String>::new(), "{said}");
    assert!(ran.status.success(), "{said}");
    let (_, last, _) = svar(&data, &["import", "--last", "--json"]);
    Some(serde_json::from_str(&last).unwrap())
}

/// A page as the source writes it: what a record is stands before what is listed in it.
fn written(page: &Value) -> String {
    let text = page.to_string();
    match (page["type"].as_str(), text.strip_prefix('{')) {
        (Some("conversation"), Some(rest)) => {
            format!("{{\"type\":\"conversation\",\"id\":{},{rest}", page["id"])
        }
        _ => text,
    }
}

/// How many records of a kind were read.
fn read(all: &Value, kind: &str) -> u64 {
    let mut kinds = all["records"].as_array().unwrap().iter();
    let found = kinds.find(|count| count["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {all:#}"))["read"]
        .as_u64()
        .unwrap()
}

/// The values that a file of a format holds, one after the other.
fn values(format: Format, name: &str) -> Vec<Value> {
    let mut files = files_of(format).into_iter();
    let file = files.find(|file| file.ends_with(name)).unwrap();
    let text = fs::read_to_string(file).unwrap();
    let values = serde_json::Deserializer::from_str(&text).into_iter();
    values.map(Result::unwrap).collect()
}

/// Zendesk's pages; of tickets and ratings there are two, and each way to name the next one.
fn zendesk() -> Pages {
    let first = |name: &str| values(Format::Zendesk, name)[0].clone();
    let rest = first("rest.json");
    let api = |path: &str| format!("/api/v2/{path}");
    let tickets = first("tickets.json");
    let one = json!({"tickets": [tickets["tickets"][0]], "end_of_stream": false,
        "after_url": "{base}/api/v2/incremental/tickets/cursor.json?cursor=x"});
    let mut ratings = json!({"satisfaction_ratings": [rest[0]["satisfaction_ratings"][0]]});
    ratings["meta"] = json!({"has_more": true});
    ratings["links"] =
        json!({"next": "{base}/api/v2/satisfaction_ratings.json?page[size]=100&page[after]=y"});
    let mut last = rest[0].clone();
    last["meta"] = json!({"has_more": false});
    last["links"] = json!({"next": "{base}/api/v2/nowhere"});
    let mut holidays = rest[2].clone();
    let holiday = holidays["holidays"][0].as_object_mut();
    holiday.unwrap().remove("schedule_id");
    let events = first("ticket-events.json");
    let pages = [
        (
            "incremental/tickets/cursor.json?start_time=1&include=metric_sets,groups,brands",
            one,
        ),
        ("incremental/tickets/cursor.json?cursor=x", tickets),
        (
            "incremental/ticket_events.json?start_time=1&include=comment_events",
            json!({"ticket_events": events["ticket_events"], "end_of_stream": true}),
        ),
        (
            "incremental/users/cursor.json?start_time=1&include=organizations",
            first("users.json"),
        ),
        ("satisfaction_ratings.json?page[size]=100", ratings),
        (
            "satisfaction_ratings.json?page[size]=100&page[after]=y",
            last,
        ),
        ("business_hours/schedules.json", rest[1].clone()),
        ("business_hours/schedules/81/holidays.json", holidays),
        ("slas/policies.json", rest[3].clone()),
        ("help_center/articles.json?page[size]=100", rest[4].clone()),
        ("macros.json?page[size]=100", rest[5].clone()),
    ];
    pages
        .into_iter()
        .map(|(path, page)| (api(path), page))
        .collect()
}

#[test]
fn zendesks_lines_fetch_all_pages_and_import_them() {
    let all = follow(
        Format::Zendesk,
        "https://your-shop.zendesk.com",
        2,
        zendesk(),
    );
    let Some(all) = all else { return };
    // The first ticket and the first rating come on two pages.
    assert_eq!(
        (read(&all, "tickets"), read(&all, "satisfaction_ratings")),
        (7, 4)
    );
    assert_eq!((read(&all, "holidays"), read(&all, "articles")), (1, 1));
    // The audits, which hold 105, are not fetched: two replies, of which one agrees.
    let replies = &all["reconciled"][0];
    assert_eq!(
        (&replies["ours"]["count"], &replies["agreeing"]),
        (&json!(2), &json!(1))
    );
}

/// Intercom's pages; of conversations there are two, and each is fetched by itself.
fn intercom() -> Pages {
    let list = values(Format::Intercom, "conversations.json").remove(0);
    let all = list["conversations"].as_array().unwrap();
    let page = |from: usize, to: usize, after: Value| {
        let ids = all[from..to].iter();
        let ids: Vec<Value> = ids
            .map(|one| json!({"type": "conversation", "id": one["id"]}))
            .collect();
        json!({"type": "conversation.list", "conversations": ids, "pages": {"next": after}})
    };
    let people = values(Format::Intercom, "people.json");
    let listed = |value: &Value| {
        let lists = ["admins", "teams", "contacts", "data"].iter();
        let mut lists = lists.filter_map(|list| value[list].as_array());
        lists.next().cloned().unwrap_or_else(|| vec![value.clone()])
    };
    let records: Vec<Value> = people.iter().flat_map(listed).collect();
    let of = |kind: &str| {
        let own = records.iter().filter(|record| record["type"] == kind);
        let own: Vec<&Value> = own.collect();
        assert!(!own.is_empty(), "{kind}: {records:?}");
        json!(own)
    };
    let mut pages = vec![
        ("/admins".to_owned(), json!({"admins": of("admin")})),
        ("/teams".to_owned(), json!({"teams": of("team")})),
        (
            "/articles?per_page=250".to_owned(),
            json!({"data": of("article")}),
        ),
        ("/macros".to_owned(), json!({"data": of("macro")})),
        (
            "/contacts?per_page=150".to_owned(),
            json!({"data": of("contact"), "pages": {}}),
        ),
    ];
    let first = "/conversations?per_page=150";
    pages.push((first.to_owned(), page(0, 2, json!({"starting_after": "z"}))));
    pages.push((format!("{first}&starting_after=z"), page(2, 4, Value::Null)));
    for one in all {
        let id = one["id"].to_string();
        pages.push((
            format!("/conversations/{}", id.trim_matches('"')),
            one.clone(),
        ));
    }
    pages
}

#[test]
fn intercoms_lines_fetch_all_pages_and_import_them() {
    let all = follow(Format::Intercom, "https://api.intercom.io", 1, intercom());
    let Some(all) = all else { return };
    assert_eq!((read(&all, "conversation"), read(&all, "macro")), (4, 1));
    assert!(read(&all, "contact") > 0);
    assert_eq!(all["reconciled"][0]["ours"]["count"], 1);
}

/// Chatwoot's pages; messages go backwards.
fn chatwoot() -> Pages {
    let rest = values(Format::Chatwoot, "rest.json");
    let people = rest[0].as_array().unwrap();
    let list = values(Format::Chatwoot, "conversations.json").remove(0);
    let messages = values(Format::Chatwoot, "messages.ndjson");
    let mut pages = vec![
        ("agents".to_owned(), json!(people[..2])),
        ("teams".to_owned(), json!(people[2..])),
        ("inboxes".to_owned(), rest[1].clone()),
        ("csat_survey_responses?page=1".to_owned(), rest[2].clone()),
        ("csat_survey_responses?page=2".to_owned(), json!([])),
        ("canned_responses".to_owned(), rest[5].clone()),
        ("portals".to_owned(), json!({"payload": [{"slug": "help"}]})),
        ("portals/help/articles?page=1".to_owned(), rest[3].clone()),
        (
            "portals/help/articles?page=2".to_owned(),
            json!({"payload": []}),
        ),
        ("conversations?status=all&page=1".to_owned(), list),
        (
            "conversations?status=all&page=2".to_owned(),
            json!({"data": {"payload": []}}),
        ),
    ];
    for id in [301, 302, 303] {
        let lists = messages
            .iter()
            .filter_map(|page| page["payload"].as_array());
        let own = lists
            .flatten()
            .filter(|one| one["conversation_id"] == id && one["id"].is_u64());
        let own: Vec<&Value> = own.collect();
        let path = format!("conversations/{id}/messages");
        if let Some(first) = own.iter().filter_map(|one| one["id"].as_u64()).min() {
            pages.push((format!("{path}?before={first}"), json!({"payload": []})));
        }
        pages.push((path, json!({"meta": {}, "payload": own})));
    }
    let pages = pages.into_iter();
    pages
        .map(|(path, page)| (format!("/api/v1/accounts/1/{path}"), page))
        .collect()
}

#[test]
fn chatwoots_lines_fetch_all_pages_and_import_them() {
    let all = follow(
        Format::Chatwoot,
        "https://chat.your-shop.example",
        1,
        chatwoot(),
    );
    let Some(all) = all else { return };
    assert_eq!(read(&all, "conversations"), 3);
    for kind in ["csat_survey_responses", "canned_responses", "articles"] {
        assert_eq!(read(&all, kind), 1, "{kind}");
    }
    assert!(read(&all, "messages") >= 6, "{all}");
}

/// The addresses that HubSpot's lines ask for, by how they begin.
fn hubspots_queries() -> impl Fn(&str) -> String {
    let script = blocks(Format::HubSpot).remove(0);
    let mut fields = String::new();
    for line in script
        .lines()
        .filter_map(|line| line.strip_prefix("fields="))
    {
        fields.push_str(line.trim_start_matches("$fields"));
    }
    let script = script.replace("properties=$fields", &format!("properties={fields}"));
    move |start| {
        let mut parts = script.split(['\'', '"']);
        let found = parts.find(|part| part.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start}")).to_owned()
    }
}

/// HubSpot's pages; of contacts there are two.
fn hubspot() -> Pages {
    let rest = values(Format::HubSpot, "rest.json");
    let page = |is: &dyn Fn(&Value) -> bool| {
        let mut all = rest.iter().filter(|page| is(&page["results"][0]));
        all.next().unwrap().clone()
    };
    let has = |field: &'static str| move |one: &Value| one.get(field).is_some();
    let of = |field: &'static str| move |one: &Value| one["properties"].get(field).is_some();
    let query = hubspots_queries();
    let contacts = page(&of("firstname"));
    let mut first = contacts.clone();
    first["paging"] = json!({"next": {"after": "7"}});
    let contact = query("crm/v3/objects/contacts");
    let threads = values(Format::HubSpot, "threads.json").remove(0);
    let threads = json!({"results": threads["results"]});
    let mut pages = vec![
        ("crm/v3/pipelines/tickets".to_owned(), page(&has("stages"))),
        (query("crm/v3/owners"), page(&has("userId"))),
        (
            query("conversations/v3/conversations/inboxes"),
            page(&|one| one["type"] == "INBOX"),
        ),
        (
            query("conversations/v3/conversations/channels"),
            page(&|one| one["name"] == "LIVE_CHAT"),
        ),
        (format!("{contact}&after=7"), contacts),
        (contact, first),
        (
            query("crm/v3/objects/feedback_submissions"),
            page(&of("hs_survey_type")),
        ),
        (
            query("crm/v3/objects/tickets"),
            values(Format::HubSpot, "tickets.json").remove(0),
        ),
        (
            query("conversations/v3/conversations/threads?"),
            threads.clone(),
        ),
    ];
    let messages = values(Format::HubSpot, "messages.ndjson");
    let listed = |value: &Value| match value["results"].as_array() {
        Some(all) => all.clone(),
        None => vec![value.clone()],
    };
    let messages: Vec<Value> = messages.iter().flat_map(listed).collect();
    for thread in threads["results"].as_array().unwrap() {
        let own = messages.iter();
        let own: Vec<&Value> = own
            .filter(|one| one["conversationsThreadId"] == thread["id"])
            .collect();
        let id = thread["id"].as_str().unwrap();
        let path = format!("conversations/v3/conversations/threads/{id}/messages?limit=100");
        pages.push((path, json!({"results": own})));
    }
    let pages = pages.into_iter();
    pages
        .map(|(path, page)| (format!("/{path}"), page))
        .collect()
}

#[test]
fn hubspots_lines_fetch_all_pages_and_import_them() {
    let all = follow(Format::HubSpot, "https://api.hubapi.com", 1, hubspot());
    let Some(all) = all else { return };
    assert_eq!((read(&all, "tickets"), read(&all, "threads")), (4, 5));
    assert_eq!(read(&all, "feedback_submissions"), 2);
    assert_eq!(read(&all, "contacts") % 2, 0);
    assert!(read(&all, "messages") > 10, "{all}");
}
