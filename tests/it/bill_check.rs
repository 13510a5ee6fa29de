//! A vendor's bill beside Svar's own count.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar::app::{Format, Migration};
use svar::clock::pause;

use crate::desk::{Desk, Server, agent, answer};
use crate::imports::{files_of, run};

/// How long a fold may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
const OCTOBER: &str = "from=2026-10-01&to=2026-11-01&price=0.99";

/// The bill of October; where facts have to be folded first, once they are.
fn checked(server: &Server) -> Value {
    let began = Instant::now();
    loop {
        let got = server.get(&format!("/api/v1/bill-check?{OCTOBER}"));
        if got.status == 200 {
            return got.json();
        }
        assert_eq!(got.status, 202, "{}", got.body);
        assert!(began.elapsed() < PATIENCE, "{}", got.body);
        pause(Duration::from_millis(10));
    }
}

/// What Intercom says of Fin's part, as an export has it.
fn conversation(id: &str, state: &str, parts: &Value) -> Value {
    json!({"type": "conversation", "id": id, "created_at": 1_791_190_800, "updated_at": 1_791_190_920,
        "state": "closed", "ai_agent_participated": true,
        "ai_agent": {"resolution_state": state, "last_answer_type": "ai_answer"},
        "source": {"type": "conversation", "id": format!("s{id}"), "delivered_as": "customer_initiated",
            "body": "<p>How?</p>", "author": {"type": "user", "id": "u1"}},
        "contacts": {"contacts": [{"type": "contact", "id": format!("u{id}")}]},
        "conversation_parts": {"total_count": parts.as_array().unwrap().len(), "conversation_parts": parts}})
}

fn answer_of(id: &str, at: u64) -> Value {
    json!({"type": "conversation_part", "id": id, "part_type": "comment", "body": "<p>So.</p>",
        "created_at": at, "author": {"type": "bot", "id": "7", "from_ai_agent": true, "is_ai_answer": true}})
}

fn rep(id: &str, at: u64) -> Value {
    json!({"type": "conversation_part", "id": id, "part_type": "comment", "body": "<p>I help.</p>",
        "created_at": at, "author": {"type": "admin", "id": "11"}})
}

/// A desk with four claims: one that holds, one in which a rep stepped in, one in which Fin said
/// nothing, and one that was handed over and not claimed.
fn claimed() -> (Desk, Server) {
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.json");
    let all = [
        conversation(
            "1",
            "assumed_resolution",
            &json!([answer_of("11", 1_791_190_810)]),
        ),
        conversation(
            "2",
            "assumed_resolution",
            &json!([answer_of("21", 1_791_190_810), rep("22", 1_791_190_815)]),
        ),
        conversation(
            "3",
            "confirmed_resolution",
            &json!([rep("31", 1_791_190_810)]),
        ),
        conversation(
            "4",
            "routed_to_team",
            &json!([answer_of("41", 1_791_190_810)]),
        ),
    ];
    let text: Vec<String> = all.iter().map(Value::to_string).collect();
    std::fs::write(&file, text.join("\n")).unwrap();
    run(&desk, Migration::new(Format::Intercom), &[file]);
    let server = Server::start(&desk.app);
    // Those who ask later find what was folded.
    checked(&server);
    (desk, server)
}

#[test]
fn claims_are_set_beside_our_own_count_with_the_reason_for_each() {
    let (_desk, server) = claimed();
    let check = checked(&server);
    assert_eq!(
        (&check["claimed"], &check["agreed"], &check["disputed"]),
        (&json!(3), &json!(1), &json!(2)),
        "{check}"
    );
    // 3 × 0.99, 1 × 0.99, 2 × 0.99.
    assert_eq!(check["claimed_sum"], "2.97");
    assert_eq!(check["agreed_sum"], "0.99");
    assert_eq!(check["disputed_sum"], "1.98");
    let line = |id: &str| {
        let mut lines = check["lines"].as_array().unwrap().iter();
        lines
            .find(|line| line["conversation"] == id)
            .unwrap()
            .clone()
    };
    assert_eq!(line("intercom:1")["agreed"], true);
    assert_eq!(line("intercom:1")["profile"], "fin-24h");
    assert_eq!(line("intercom:2")["agreed"], false);
    let reason = line("intercom:2")["reason"]
        .as_str()
        .unwrap()
        .to_lowercase();
    assert!(reason.contains("hand"), "{reason}");
    let reason = line("intercom:3")["reason"].as_str().unwrap().to_owned();
    assert!(
        reason.contains("did not handle it") || reason.contains("handed"),
        "{reason}"
    );
    // Those in dispute stand first.
    assert_eq!(check["lines"][2]["conversation"], "intercom:1");
    let early = server.get("/api/v1/bill-check?from=2026-09-01&to=2026-10-01&price=0.99");
    assert_eq!(early.json()["claimed"], 0);
}

#[test]
fn the_rule_of_the_day_decides_what_is_billed() {
    let desk = Desk::new();
    run(
        &desk,
        Migration::new(Format::HubSpot),
        &files_of(Format::HubSpot),
    );
    let server = Server::start(&desk.app);
    // The one ticket that says something of the agent was escalated, which is not billed any more.
    assert_eq!(checked(&server)["claimed"], 0);
}

#[test]
fn the_packet_is_csv_with_a_line_each_and_the_sums() {
    let (_desk, server) = claimed();
    let request = agent().get(server.url(&format!("/api/v1/bill-check?{OCTOBER}")));
    let packet = answer(request.header("accept", "text/csv").call());
    assert_eq!(packet.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = packet.body.lines().collect();
    assert_eq!(lines.len(), 1 + 3 + 3, "{}", packet.body);
    assert!(
        lines[0]
            .starts_with("conversation,vendor,claimed_at,claim,rule,profile,agreed,reason,price")
    );
    assert!(lines[6].ends_with("disputed,2,1.98"), "{}", packet.body);
    let downloaded = server.get(&format!("/bill-check.csv?{OCTOBER}"));
    assert_eq!(downloaded.body, packet.body);
}

#[test]
fn what_is_asked_wrongly_is_named() {
    let (_desk, server) = claimed();
    for (query, words) in [
        ("from=2026-10-01&to=2026-11-01", "price"),
        (
            "from=2026-10-01&to=2026-11-01&price=much",
            "`much` is no price",
        ),
        (
            "from=2026-11-01&to=2026-10-01&price=1",
            "ends before it begins",
        ),
    ] {
        let refused = server.get(&format!("/api/v1/bill-check?{query}"));
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.body.contains(words), "{query}: {}", refused.body);
        let page = server.get(&format!("/bill-check?{query}"));
        assert!(
            page.body.contains("role=\"alert\""),
            "{query}: {}",
            page.body
        );
    }
}

#[test]
fn the_page_shows_the_bill() {
    let (_desk, server) = claimed();
    let empty = server.get("/bill-check").body;
    assert!(empty.contains("name=\"price\""), "{empty}");
    let page = server.get(&format!("/bill-check?{OCTOBER}")).body;
    for words in [
        "1.98",
        "<a href=\"/conversations/intercom:2\">",
        "assumed_resolution",
        "bill-check.csv",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn the_command_checks_a_bill() {
    let (desk, server) = claimed();
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let ran = Command::new(env!("CARGO_BIN_EXE_svar"))
        .args([
            "bill-check",
            "--from",
            "2026-10-01",
            "--to",
            "2026-11-01",
            "--price",
            "0.99",
        ])
        .env("SVAR_DATA", folder.path())
        .env_remove("SVAR_CONFIG")
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.contains("intercom:1"), "{text}");
    assert!(text.contains("disputed: 2, 1.98"), "{text}");
}

#[test]
fn a_procedures_handoff_is_billed_where_the_agent_handled_it() {
    let desk = Desk::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conversations.json");
    let answer = answer_of("51", 1_791_190_810);
    let all = [
        conversation(
            "5",
            "procedure_handoff",
            &json!([answer, rep("52", 1_791_190_900)]),
        ),
        conversation("6", "procedure_handoff", &json!([rep("61", 1_791_190_810)])),
    ];
    let text: Vec<String> = all.iter().map(Value::to_string).collect();
    std::fs::write(&file, text.join("\n")).unwrap();
    run(&desk, Migration::new(Format::Intercom), &[file]);
    let server = Server::start(&desk.app);
    let check = checked(&server);
    let lines = check["lines"].as_array().unwrap();
    let seen: Vec<(&Value, &Value)> = lines
        .iter()
        .map(|line| (&line["conversation"], &line["agreed"]))
        .collect();
    // In 6 it never answered, so that no procedure of its can have.
    assert_eq!(
        seen,
        [
            (&json!("intercom:6"), &json!(false)),
            (&json!("intercom:5"), &json!(true))
        ]
    );
}
