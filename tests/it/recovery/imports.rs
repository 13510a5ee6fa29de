//! Imports of another product's export: a kill in the middle loses nothing and doubles nothing, and
//! the same command again comes to what one import comes to that nobody disturbs.

use std::fmt::Write as _;

use serde_json::json;

use super::*;

/// Points of an import, with the passages at which the process dies; each run goes on in the folder
/// of the one before.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("journal.write.half", &[2]),
    ("journal.synced", &[2]),
    ("store.apply", &[2]),
    ("journal.written", &[1]),
];
const TICKETS: usize = 1_500;
const FILES: [&str; 3] = ["users.json", "tickets.json", "audits.ndjson"];

/// An instant in May, so many minutes after its beginning.
fn at(minutes: usize) -> String {
    let (days, hours) = (minutes / 1_440 + 1, minutes / 60 % 24);
    format!("2026-05-{days:02}T{hours:02}:{:02}:00Z", minutes % 60)
}

/// Zendesk's export of a desk whose tickets are asked, answered and solved, every seventh asked
/// again; of every hundredth the source counts a reply more than came.
fn export(place: &Place) {
    let users = (0..50).map(|user| {
        let name = format!("Contact {user}");
        json!({"id": 100 + user, "name": name, "role": "end-user", "updated_at": at(0)})
    });
    let reps = [json!({"id": 11, "name": "Ann", "role": "agent", "updated_at": at(0)})];
    let users: Vec<Value> = reps.into_iter().chain(users).collect();
    let (mut tickets, mut measured, mut audits) = (Vec::new(), Vec::new(), String::new());
    for ticket in 0..TICKETS {
        let (id, start, contact) = (1_000 + ticket, ticket * 20, 100 + ticket % 50);
        // A word that is not known, now and then, and a ticket that nothing can be made of.
        let channel = if ticket % 90 == 0 { "fax" } else { "email" };
        let created = (ticket % 500 != 499).then(|| at(start));
        tickets.push(
            json!({"id": id, "created_at": created, "updated_at": at(start + 90),
            "via": {"channel": channel}, "requester_id": contact, "assignee_id": 11,
            "subject": "Order", "status": "solved", "priority": "normal", "tags": ["order"]}),
        );
        let replies = 1 + usize::from(ticket % 100 == 0);
        measured.push(
            json!({"id": id, "ticket_id": id, "replies": replies, "reopens": 0,
            "reply_time_in_minutes": {"calendar": 10 + ticket % 30, "business": null}}),
        );
        let reply = start + 10 + ticket % 30;
        let turns = [
            (start, contact, "Where is my order?", "new"),
            (reply, 11, "On its way.", "pending"),
            (reply + 20, contact, "Thank you very much", "open"),
            (reply + 40, 11, "", "solved"),
        ];
        for (place, (minutes, author, words, status)) in turns.into_iter().enumerate() {
            let audit = id * 10 + place;
            let mut told = vec![
                json!({"id": audit * 10, "type": "Change", "field_name": "status",
                "value": status}),
            ];
            if !words.is_empty() {
                told.push(
                    json!({"id": audit * 10 + 1, "type": "Comment", "author_id": author,
                    "body": words, "public": true}),
                );
            }
            let audit = json!({"id": audit, "ticket_id": id, "created_at": at(minutes),
                "author_id": author, "events": told});
            writeln!(audits, "{audit}").unwrap();
        }
    }
    let texts = [
        json!({"users": users}).to_string(),
        json!({"tickets": tickets, "metric_sets": measured}).to_string(),
        audits,
    ];
    for (name, text) in FILES.into_iter().zip(texts) {
        fs::write(place.path(name), text).unwrap();
    }
}

fn import() -> Vec<&'static str> {
    let words = ["import", "--json", "--format", "zendesk"];
    [&words[..], &FILES].concat()
}

/// What an import came to, with what is new and what was there already as one number.
fn account(text: &str) -> Value {
    let mut account: Value = serde_json::from_str(text).unwrap();
    let number = |name: &str| account[name].as_u64().unwrap();
    let events = number("imported") + number("duplicates");
    let fields = account.as_object_mut().unwrap();
    fields.remove("imported");
    fields.remove("duplicates");
    fields.insert("events".to_owned(), events.into());
    account
}

/// Every event of the folder, by identity; each once.
fn all(place: &Place) -> BTreeMap<(String, String), String> {
    let text = place.run(&["export", "events"]).ok().stdout;
    let mut events = BTreeMap::new();
    for line in text.lines() {
        let (identity, json) = keyed(&Event::parse(line).unwrap());
        assert_eq!(events.insert(identity, json), None, "twice: {line}");
    }
    events
}

/// How many conversations have begun.
fn conversations(events: &BTreeMap<(String, String), String>) -> usize {
    let events = events
        .values()
        .map(|json| serde_json::from_str(json).unwrap());
    let starts = events.filter(|event: &Value| event["type"] == "conversation.started");
    let names: BTreeSet<String> = starts
        .map(|event| event["conversation"].to_string())
        .collect();
    names.len()
}

/// Every report, without the place of the journal at which it was asked.
fn figures(place: &Place) -> Vec<(String, Value)> {
    let app = open(&place.data());
    let mut all = reports(&app);
    app.close().unwrap();
    for (_, answer) in &mut all {
        answer.as_object_mut().unwrap().remove("log_position");
    }
    all
}

#[test]
fn an_import_that_is_killed_in_the_middle_comes_to_the_same_when_it_is_run_again() {
    let whole = Place::new();
    export(&whole);
    whole.run(&import()).ok();
    let wanted = all(&whole);
    // Three tickets do not say when they began; what was done to them is told by their audits.
    assert_eq!(conversations(&wanted), TICKETS - 3);
    assert!(wanted.len() > 10_000, "{}", wanted.len());
    let place = Place::new();
    export(&place);
    let mut before = 0;
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let ran = place.run_with(&import(), &[("SVAR_FAILPOINT", armed.as_str())]);
            assert!(ran.is_killed(), "{armed}: {}{}", ran.stdout, ran.stderr);
            let now = all(&place);
            // It was in the middle: more is there than before, all of it wanted, and not all of it.
            assert!(
                now.len() > before && now.len() < wanted.len(),
                "{armed}: {}",
                now.len()
            );
            assert!(
                now.iter().all(|(id, json)| wanted.get(id) == Some(json)),
                "{armed}"
            );
            before = now.len();
        }
    }
    place.run(&import()).ok();
    assert_eq!(all(&place), wanted);
    assert_eq!(figures(&place), figures(&whole));
    let last = |place: &Place| place.run(&["import", "--last", "--json"]).ok().stdout;
    let (account, undisturbed) = (account(&last(&place)), account(&last(&whole)));
    assert_eq!(account, undisturbed);
    // The account is one of something.
    let counted = account["counters"].as_array().unwrap();
    assert!(
        counted.iter().any(|one| one["differing"] == 15),
        "{account}"
    );
    assert_ne!(account["rejected"], json!([]));
    assert_ne!(account["unmapped"], json!([]));
    assert_ne!(account["reconciled"], Value::Null);
}
