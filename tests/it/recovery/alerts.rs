//! Alerts: told once for each cause, whenever the process is killed.

use serde_json::{Value, json};

use super::mail::settled;
use super::*;
use crate::smtp::Smtp;

/// A contact who has waited for an hour.
fn waits() -> String {
    let now = Clock::system().now();
    let at = now.plus_millis(-3_600_000).to_string();
    WAITS.replace("2026-01-05T09:00:00Z", &at)
}

const WAITS: &str = r#"{"type":"conversation.started","at":"2026-01-05T09:00:00Z","source":"t","id":"1","conversation":"c1","contact":"p1","channel":"chat"}
{"type":"message.added","at":"2026-01-05T09:00:00Z","source":"t","id":"2","conversation":"c1","message":"m1","author":{"kind":"contact"},"text":"Hello?","visibility":"public"}
"#;

fn alerts(server: &Server) -> Value {
    let asked = agent()
        .get(format!("{}/api/v1/alerts", server.url))
        .header("host", "svar.shop.example");
    answer(asked.call()).json()
}

/// Waits until an alert was told; which.
fn told(server: &Server) -> String {
    let began = Instant::now();
    loop {
        let all = alerts(server);
        let items = all["items"].as_array().unwrap();
        assert!(items.len() <= 1, "{all}");
        if items.iter().any(|alert| alert["told_at"].is_string()) {
            return items[0]["id"].as_str().unwrap().to_owned();
        }
        assert!(began.elapsed() < PATIENCE, "{all}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn an_alert_is_told_once_whenever_the_process_is_killed() {
    // The rule is written, the alert opened, told, and its mail sent; what the contact says is
    // told by a mail of its own, before, between or after them.
    for passage in 1..=6 {
        let smtp = Smtp::start();
        let place = Place::with_mail(&smtp);
        fs::write(place.path("waits.ndjson"), waits()).unwrap();
        let file = place.path("waits.ndjson");
        place.run(&["import", file.to_str().unwrap()]).ok();
        let armed = format!("journal.synced=kill@{passage}");
        let rule = json!({"id": "r", "name": "Waits", "users": ["ada"],
            "watches": {"kind": "waiting_handoff", "minutes": 15}});
        let sent = |server: &Server| {
            let sent = agent()
                .post(format!("{}/api/v1/alert-rules", server.url))
                .header("content-type", "application/json")
                .header("host", "svar.shop.example")
                .send(rule.to_string());
            read(sent).is_ok_and(|answer| answer.status == 200)
        };
        let was_kept = match place.try_serve(&[("SVAR_FAILPOINT", armed.as_str())]) {
            Ok(mut server) => {
                let was_kept = sent(&server);
                assert!(is_killed(server.wait()), "{armed}");
                was_kept
            }
            // That mail can be written before the server listens.
            Err(ran) => {
                assert!(ran.is_killed(), "{armed}: {}", ran.stderr);
                false
            }
        };
        let mut server = place.serve(&[]);
        if !was_kept {
            assert!(sent(&server));
        }
        let alert = told(&server);
        settled(&server);
        server.kill();
        server.wait();
        // The next start finds the same and tells nothing more.
        let mut server = place.serve(&[]);
        assert_eq!(told(&server), alert);
        settled(&server);
        server.kill();
        server.wait();
        let mails = smtp.mails();
        // What else users hear of a contact is not what this is about.
        let ids = mails
            .iter()
            .filter(|one| one.head("subject").contains("waits for a rep"));
        let ids: BTreeSet<String> = ids.map(|one| one.head("message-id")).collect();
        assert_eq!(ids.len(), 1, "{armed}: {ids:?}");
    }
}
