//! Knowledge as a client and a person at a terminal meet it.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::knowledge::unanswered;

pub(crate) fn get(server: &Server, path: &str) -> Answer {
    answer(agent().get(server.url(path)).call())
}

pub(crate) fn post(server: &Server, path: &str, body: &Value) -> Answer {
    let request = agent()
        .post(server.url(path))
        .header("content-type", "application/json");
    answer(request.send(body.to_string()))
}

fn desk() -> Desk {
    let desk = Desk::new();
    let texts = [
        "How do I reset my password?",
        "How can I reset my password?",
        "Do you sell gift cards?",
    ];
    for (number, text) in texts.iter().enumerate() {
        desk.post(&unanswered(number, text, 20));
    }
    svar::work::group_questions(&desk.app).unwrap();
    desk
}

#[test]
fn a_gap_is_listed_answered_and_restored_over_the_api() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let gaps = get(&server, "/api/v1/knowledge/gaps?sort=questions").json();
    assert_eq!(gaps["total"], 2);
    let topic = gaps["items"][0]["topic"].as_str().unwrap().to_owned();
    let shown = get(&server, &format!("/api/v1/knowledge/gaps/{topic}")).json();
    assert_eq!(shown["items"].as_array().unwrap().len(), 2);
    let draft = json!({"question": "How do I reset my password?", "text": "Press **Forgot**.",
        "variants": ["How can I reset my password?"], "published": true, "topic": topic});
    let tried = post(
        &server,
        "/api/v1/knowledge/answers/backtest",
        &json!({"answer": draft}),
    );
    assert_eq!((tried.status, &tried.json()["new"]), (200, &json!(2)));
    let written = post(&server, "/api/v1/knowledge/answers", &draft);
    assert_eq!(written.status, 200);
    let id = written.json()["id"].as_str().unwrap().to_owned();
    let one = get(&server, &format!("/api/v1/knowledge/answers/{id}")).json();
    assert_eq!(
        (&one["published"], &one["actor"]),
        (&json!(true), &json!("api"))
    );
    let response = post(
        &server,
        "/api/v1/ask",
        &json!({"text": "how do I reset my password?"}),
    );
    assert_eq!(response.json()["short_answer"], json!(id));
    let preview = post(&server, "/api/v1/knowledge/answers/preview", &draft).json();
    assert_eq!(preview["html"], "<p>Press <strong>Forgot</strong>.</p>\n");
    assert_eq!(get(&server, "/api/v1/knowledge/gaps").json()["total"], 1);
    let answered = get(&server, "/api/v1/knowledge/gaps?state=answered").json();
    assert_eq!(
        answered["items"][0]["answers"][0]["short_answer"],
        json!(id)
    );
    let gone = post(
        &server,
        &format!("/api/v1/knowledge/gaps/{topic}/dismiss"),
        &json!({"reason": "no"}),
    );
    assert_eq!(gone.status, 200);
    assert_eq!(
        get(&server, "/api/v1/knowledge/gaps?state=dismissed").json()["total"],
        1
    );
    post(
        &server,
        &format!("/api/v1/knowledge/gaps/{topic}/restore"),
        &json!({}),
    );
    assert_eq!(
        get(&server, "/api/v1/knowledge/gaps?state=dismissed").json()["total"],
        0
    );
}

#[test]
fn what_cannot_be_done_is_a_problem_that_names_the_field() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let unknown = get(&server, "/api/v1/knowledge/gaps/t99");
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.json()["detail"], "there is no topic `t99`");
    let odd = get(&server, "/api/v1/knowledge/gaps?state=open-ish");
    assert_eq!(
        (odd.status, &odd.json()["errors"][0]["pointer"]),
        (400, &json!("state"))
    );
    let empty = post(
        &server,
        "/api/v1/knowledge/answers",
        &json!({"question": " ", "text": "x"}),
    );
    assert_eq!(
        (empty.status, &empty.json()["errors"][0]["pointer"]),
        (400, &json!("question"))
    );
    let case = json!({"text": "Do you sell gift cards?"});
    assert_eq!(post(&server, "/api/v1/knowledge/cases", &case).status, 200);
    let breaking =
        json!({"question": "Do you sell gift cards?", "text": "Yes.", "published": true});
    let refused = post(&server, "/api/v1/knowledge/answers", &breaking);
    assert_eq!(
        (refused.status, &refused.json()["type"]),
        (409, &json!("breaks_cases"))
    );
    let spec = get(&server, "/api/v1/openapi.json").json();
    assert!(spec["paths"]["/api/v1/knowledge/gaps/{topic}/dismiss"]["post"].is_object());
    assert!(spec["paths"]["/api/v1/ask"]["post"].is_object());
}

fn svar(data: &Path, args: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_svar"))
        .arg("--data")
        .arg(data)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_terminal_imports_answers_and_answers_gaps() {
    let desk = desk();
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let data = folder.path();
    let (ok, listed, errors) = svar(data, &["gaps"]);
    assert!(
        ok && listed.contains("reset my password"),
        "{listed}{errors}"
    );
    let faq = tempfile::tempdir().unwrap();
    let article = "# Help\n\n## Do you sell gift cards?\n\nYes, [here](https://shop.example).\n";
    std::fs::write(faq.path().join("cards.md"), article).unwrap();
    std::fs::write(
        faq.path().join("more.csv"),
        "question,answer,status\nWhere are you?,In Oslo,published\n,x,\n",
    )
    .unwrap();
    let path = faq.path().to_str().unwrap();
    let (ok, output, errors) = svar(data, &["answers", "import", path]);
    assert!(
        !ok && output.contains("2 added, 0 changed, 0 there already, 1 rejected"),
        "{output}{errors}"
    );
    assert!(errors.contains("more.csv:3: question:"), "{errors}");
    let (_, output, _) = svar(data, &["answers", "import", path]);
    assert!(
        output.contains("0 added, 0 changed, 2 there already"),
        "{output}"
    );
    let (_, listed, _) = svar(data, &["answers", "list"]);
    assert!(
        listed.contains("draft") && listed.contains("published"),
        "{listed}"
    );
    let (_, exported, _) = svar(data, &["answers", "export"]);
    assert_eq!(exported.lines().count(), 2);
    let (_, gaps, _) = svar(data, &["gaps", "list", "--sort", "questions", "--json"]);
    let gaps: Value = serde_json::from_str(&gaps).unwrap();
    let topic = gaps["items"][0]["topic"].as_str().unwrap();
    let (ok, output, errors) = svar(
        data,
        &["gaps", "answer", topic, "--text", "Press it.", "--publish"],
    );
    assert!(ok, "{output}{errors}");
    let (_, said, _) = svar(data, &["ask", "How do I reset my password?"]);
    assert!(
        said.contains("Press it.") && said.contains("Source: "),
        "{said}"
    );
    let (ok, _, errors) = svar(data, &["gaps", "show", "t77"]);
    assert!(
        !ok && errors.contains("there is no topic `t77`"),
        "{errors}"
    );
    let (ok, output, _) = svar(data, &["gaps", "test"]);
    assert!(ok && output.contains("empty"), "{output}");
}

#[test]
fn how_sure_the_agent_must_be_follows_from_the_answers_once_there_are_enough() {
    const THINGS: [&str; 12] = [
        "refund",
        "parcel",
        "password",
        "invoice",
        "size",
        "colour",
        "voucher",
        "newsletter",
        "warranty",
        "address",
        "payment",
        "account",
    ];
    let (desk, server) = Desk::served("");
    let sure = || server.get("/api/v1/knowledge/calibration").json();
    let answer = |thing: &str| {
        json!({"type": "short_answer.upserted", "at": "2026-10-01T09:00:00Z", "source": "t",
            "id": thing, "short_answer": format!("a-{thing}"), "status": "published",
            "question": format!("What about my {thing}?"), "text": format!("All about the {thing}."),
            "language": "en",
            "variants": [format!("I have a question about the {thing}"), format!("The {thing} is wrong"),
                format!("Please tell me more of the {thing} that I have"), format!("{thing}!"),
                format!("Can somebody help me with a {thing}")]})
    };
    let few: Vec<Value> = THINGS.iter().take(3).map(|thing| answer(thing)).collect();
    desk.post(&few);
    assert_eq!(sure()["from"], "pooled", "{}", sure());
    let page = server.get("/knowledge/review").body;
    assert!(
        page.contains("as was learned on public questions"),
        "{page}"
    );
    let all: Vec<Value> = THINGS.iter().map(|thing| answer(thing)).collect();
    desk.post(&all);
    let now = sure();
    assert_eq!(
        (&now["from"], &now["cases"]),
        (&json!("rehearsed"), &json!(0)),
        "{now}"
    );
    assert!(now["curve"].as_array().unwrap().len() > 20, "{now}");
    let page = server.get("/knowledge/review").body;
    assert!(
        page.contains("each way of asking was asked of all others"),
        "{page}"
    );
    // What an admin sets holds instead.
    let set = server.post("/api/v1/knowledge/settings", &json!({"threshold": 1.3}));
    assert_eq!(set.status, 200, "{}", set.body);
    desk.tick();
    assert_eq!(sure()["from"], "set", "{}", sure());
}
