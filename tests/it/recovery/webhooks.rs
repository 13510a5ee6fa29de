//! Webhooks: whatever is killed and when, everything is told at least once, under one id, and in the
//! order of its conversation.

use serde_json::json;

use super::*;
use crate::receiver::Receiver;

/// Points of telling a webhook, with the passages at which the process dies.
pub(super) const KILLS: &[(&str, &[u32])] =
    &[("webhook.told", &[1, 2]), ("webhook.kept", &[1, 2, 3])];
/// How much is written for each kill.
const NOTES: usize = 3;

fn post(server: &Server, path: &str, body: &Value) -> Result<Answer, ureq::Error> {
    let sent = agent()
        .post(format!("{}/api/v1{path}", server.url))
        .header("content-type", "application/json")
        .send(body.to_string());
    read(sent)
}

/// What was told, by the words and the id of each.
fn told(receiver: &Receiver) -> Vec<(String, String)> {
    let told = receiver.told();
    let pairs = told.iter().map(|one| {
        let text = one.json()["data"]["event"]["text"].clone();
        let id = one.head("webhook-id").to_owned();
        (text.as_str().unwrap().to_owned(), id)
    });
    pairs.collect()
}

/// Everything is told, under one id each, and in order.
fn check(told: &[(String, String)], acknowledged: &[String]) {
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        told.iter().fold(BTreeMap::new(), |mut ids, (text, id)| {
            ids.entry(text.as_str()).or_default().insert(id.as_str());
            ids
        });
    for text in acknowledged {
        let ids = ids.get(text.as_str());
        assert_eq!(ids.map(BTreeSet::len), Some(1), "{text}: {told:?}");
    }
    // In the order in which they were first told.
    let mut first: Vec<&str> = Vec::new();
    for (text, _) in told {
        if !first.contains(&text.as_str()) {
            first.push(text);
        }
    }
    let order: Vec<&str> = first
        .iter()
        .copied()
        .filter(|text| acknowledged.iter().any(|one| one == text))
        .collect();
    assert_eq!(order, acknowledged);
}

#[test]
fn everything_is_told_whenever_the_process_is_killed() {
    let receiver = Receiver::start();
    let mut place = Place::new();
    fs::write(
        place.path("svar.toml"),
        "[webhooks]\nallow_private = [\"127.0.0.1\"]\n",
    )
    .unwrap();
    let mut server = place.serve(&[]);
    let begun = json!({"contact": {"name": "Pia", "email": "pia@home.example"}, "channel": "email",
        "text": "Where is my parcel?"});
    let begun = post(&server, "/conversations", &begun).unwrap();
    assert_eq!(begun.status, 200, "{}", begun.body);
    let conversation = begun.json()["id"].as_str().unwrap().to_owned();
    let hook = json!({"name": "Order desk", "url": receiver.url(), "events": ["message.added"]});
    let added = post(&server, "/webhooks", &hook).unwrap();
    assert_eq!(added.status, 200, "{}", added.body);
    server.kill();
    server.wait();
    let (mut acknowledged, mut number) = (Vec::new(), 0);
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let mut server = place.serve(&[("SVAR_FAILPOINT", armed.as_str())]);
            for _ in 0..NOTES {
                number += 1;
                let text = format!("note {number}");
                let path = format!("/conversations/{conversation}/messages");
                let written = post(&server, &path, &json!({"text": text}));
                if written.is_ok_and(|answer| answer.status == 200) {
                    acknowledged.push(text);
                }
            }
            if !server.has_ended() {
                // What was written down late is written down by the next word.
                server.kill();
            }
            server.wait();
            place.kills += 1;
            let mut server = place.serve(&[]);
            let began = Instant::now();
            let last = acknowledged.last().unwrap();
            while !told(&receiver).iter().any(|(text, _)| text == last) {
                assert!(began.elapsed() < PATIENCE, "{armed}");
                std::thread::park_timeout(Duration::from_millis(10));
            }
            server.kill();
            server.wait();
        }
    }
    check(&told(&receiver), &acknowledged);
    assert_eq!(place.kills, 5);
}

#[test]
fn the_command_line_adds_tries_and_removes_one() {
    let receiver = Receiver::start();
    let place = Place::new();
    fs::write(
        place.path("svar.toml"),
        "[webhooks]\nallow_private = [\"127.0.0.1\"]\n",
    )
    .unwrap();
    fs::write(place.path("url"), receiver.url()).unwrap();
    let server = place.serve(&[]);
    let add = [
        "webhook",
        "add",
        "Order desk",
        "--url-file",
        "url",
        "--event",
        "message.added",
    ];
    let added = place.run(&add).ok();
    let secret = added.stdout.trim().to_owned();
    assert!(secret.starts_with("whsec_"), "{}", added.stdout);
    let listed = place.run(&["webhook", "list", "--json"]).ok();
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let id = listed["items"][0]["webhook"].as_str().unwrap();
    let tried = place.run(&["webhook", "test", id]).ok();
    assert!(tried.stdout.contains("It arrived."), "{}", tried.stdout);
    assert!(receiver.told()[0].is_signed_with(&secret));
    receiver.answers(500);
    place
        .run(&["webhook", "test", id])
        .fails(&["it did not arrive", "500"]);
    let shown = place.run(&["webhook", "show", id]).ok();
    for words in ["Order desk", "webhook.test", "arrived", "it answered 500"] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    let change = [
        "webhook",
        "change",
        id,
        "--name",
        "Warehouse",
        "--event",
        "csat.rated",
    ];
    place.run(&change).ok();
    let listed = place.run(&["webhook", "list"]).ok();
    assert!(listed.stdout.contains("Warehouse"), "{}", listed.stdout);
    place.run(&["webhook", "pause", id]).ok();
    place.run(&["webhook", "test", id]).fails(&["paused"]);
    place.run(&["webhook", "resume", id]).ok();
    place.run(&["webhook", "renew", id]).ok();
    place.run(&["webhook", "replay", id]).ok();
    place.run(&["webhook", "remove", id]).ok();
    place.run(&["webhook", "show", id]).fails(&[id]);
    assert!(server.stop().0.success());
}
