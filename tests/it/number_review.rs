//! Review from a number: a sample of its rows, looked at one by one, and how far the number holds by that.

use svar::app::{Incoming, Paging};
use svar::command::AnswerDraft;
use svar::model::event::Verdict;

use crate::chrome::Browser;
use crate::commands::Commands as _;
use crate::desk::{Desk, Server};
use crate::knowledge::later;
use crate::knowledge_page::send;
use crate::ui::fill;

const REVIEW: &str = "/reports/handled/review";

fn full() -> (Desk, Server) {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    (desk, server)
}

/// The conversations of a sample, from the top.
fn drawn(page: &str) -> Vec<String> {
    let lines = page.split("<strong>").skip(1);
    let names = lines.filter_map(|line| line.split('<').next()?.split_once(" · "));
    names.map(|(_, name)| name.to_owned()).collect()
}

fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Says of the row that is looked at what it was; the page that follows.
fn judge(server: &Server, page: &str, word: &str) -> String {
    let (conversation, counted_at) = (hidden(page, "conversation"), hidden(page, "counted_at"));
    let fields = [
        ("seed", "7"),
        ("conversation", conversation.as_str()),
        ("counted_at", counted_at.as_str()),
        ("do", word),
    ];
    send(server, REVIEW, &fields).body
}

#[test]
fn a_sample_is_drawn_by_its_address_and_says_how_far_the_number_holds() {
    let (desk, server) = full();
    let rows = server.get("/reports/handled/rows").body;
    assert!(rows.contains("Review a sample of 20"), "{rows}");
    assert!(rows.contains("href=\"/reports/handled/review?"), "{rows}");
    let path = format!("{REVIEW}?seed=7");
    let page = server.get(&path).body;
    let sample = drawn(&page);
    assert_eq!(sample.len(), 20, "{page}");
    assert_eq!(
        drawn(&server.get(&path).body),
        sample,
        "the address gives the same rows"
    );
    assert_ne!(drawn(&server.get(&format!("{REVIEW}?seed=8")).body), sample);
    assert!(page.contains("0 of 20 looked at."), "{page}");
    assert!(page.contains("class=\"message contact\""), "{page}");

    let position = desk.app.position();
    let odd = judge(&server, &page, "perhaps");
    assert!(odd.contains("is nothing this page does"), "{odd}");
    assert_eq!(desk.app.position(), position);

    let first = hidden(&page, "conversation");
    let page = judge(&server, &page, "right");
    assert!(page.contains("1 of 20 looked at."), "{page}");
    assert_ne!(
        hidden(&page, "conversation"),
        first,
        "the next row is looked at"
    );
    assert_eq!(drawn(&page), sample);
    let page = judge(&server, &page, "outcome_disputed");
    // Wilson's interval of 1 of 2 at 95 percent is 0.0945 to 0.9055.
    let held = "50.0\u{202f}% right (1 of 2), by chance between 9.5\u{202f}% and 90.5\u{202f}%.";
    assert!(page.contains(held), "{page}");
    // The overview says so, too, and leads to it.
    let overview = server.get("/").body;
    assert!(overview.contains(held), "{overview}");
    assert!(overview.contains("/review\">"), "{overview}");

    // Another word on the first row takes the place of the one before.
    let again = server.get(&format!("{path}&row=1")).body;
    let again = judge(&server, &again, "should_have_handed_off");
    assert!(again.contains("(0 of 2)"), "{again}");
    let reviewed = desk.app.knowledge();
    let reviewed = reviewed.reviewed_reports();
    assert_eq!(reviewed.len(), 1);
    assert_eq!((reviewed[0].0, reviewed[0].1.judged), ("handled", 2));
    let told = server.get("/knowledge/review").body;
    assert!(
        told.contains("Numbers that were looked at") && told.contains("(0 of 2)"),
        "{told}"
    );
}

#[test]
fn a_word_on_a_row_is_one_on_the_only_decision_in_its_conversation() {
    let (desk, server) = Desk::served("20 09:00 rep.upserted rep=ada name=Ada");
    let draft = AnswerDraft {
        question: "How do I reset my password?".to_owned(),
        text: "Press Forgot.".to_owned(),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    later(&desk, 1);
    for conversation in ["one", "two"] {
        let incoming = Incoming {
            conversation: conversation.to_owned(),
            contact: format!("p-{conversation}"),
            channel: "chat".to_owned(),
            text: "How do I reset my password?".to_owned(),
        };
        let answered = desk.app.respond(&incoming).unwrap();
        assert_eq!(answered.decision.unwrap().decision, "answer");
        later(&desk, 1);
    }
    let say = |conversation: &str, word: &str| {
        let fields = [
            ("conversation", conversation),
            ("counted_at", "2026-11-02T00:00:00Z"),
            ("do", word),
        ];
        let answer = send(&server, REVIEW, &fields);
        later(&desk, 1);
        answer.status
    };
    let verdict = |conversation: &str| {
        let all = desk.app.knowledge().reviews(None, Paging::first(9)).items;
        let of_it = all.into_iter().find(|one| one.conversation == conversation);
        of_it.unwrap().verdict
    };
    assert_eq!(say("two", "outcome_disputed"), 200);
    assert_eq!(verdict("two"), None, "that says nothing of the decision");
    assert!(desk.app.knowledge().cases().is_empty());
    assert_eq!(say("one", "right"), 200);
    assert_eq!(verdict("one"), Some(Verdict::Right));
    assert_eq!(desk.app.knowledge().cases().len(), 1, "it must stay so");
    assert_eq!(say("one", "wrong"), 200);
    assert_eq!(verdict("one"), Some(Verdict::Wrong));
    assert_eq!(say("nobody", "right"), 404);
    assert_eq!(desk.app.knowledge().row_reviews("handled").len(), 2);
}

#[test]
fn a_number_is_a_key_and_the_next_row_comes_without_a_reload() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = full();
    browser.open(&server.url(&format!("{REVIEW}?seed=7")));
    browser.run("window.stays = true");
    browser.press("body", "1");
    browser.wait("document.querySelector('.judged').innerText.includes('1 of 20')");
    browser.press("body", "2");
    browser.wait("document.querySelector('.judged').innerText.includes('2 of 20')");
    assert_eq!(browser.run("return window.stays"), true);
    let held = browser.run("return document.querySelector('.judged strong').innerText");
    assert!(held.as_str().unwrap().contains("(1 of 2)"), "{held}");
    assert_eq!(desk.app.knowledge().row_reviews("handled").len(), 2);
    assert!(browser.complaints().is_empty());
}

#[test]
fn a_sample_is_drawn_and_judged_over_the_api() {
    let (desk, server) = full();
    let path = "/api/v1/reports/handled/sample?seed=7&range=last_90";
    let sample = server.get(path).json();
    let items = sample["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 20, "{sample}");
    assert_eq!(
        sample["precision"],
        serde_json::json!({"judged": 0, "right": 0})
    );
    assert_eq!(server.get(path).json()["items"], sample["items"]);
    let other = server.get("/api/v1/reports/handled/sample?seed=8&range=last_90");
    assert_ne!(other.json()["items"], sample["items"]);
    let judge = |item: &serde_json::Value, verdict: &str| {
        desk.tick();
        let said = serde_json::json!({"conversation": item["conversation"], "counted_at": item["at"],
            "verdict": verdict});
        let sent = server.post("/api/v1/reports/handled/sample", &said);
        desk.tick();
        sent
    };
    assert_eq!(judge(&items[0], "right").status, 200);
    assert_eq!(judge(&items[1], "wrong").status, 200);
    let odd = judge(&items[2], "perhaps");
    assert!(
        odd.status == 400 && odd.body.contains("outcome_disputed"),
        "{}",
        odd.body
    );
    let nowhere = judge(
        &serde_json::json!({"conversation": "no", "at": items[0]["at"]}),
        "right",
    );
    assert_eq!(nowhere.status, 404, "{}", nowhere.body);
    let judged = server.get(path).json();
    assert_eq!(judged["items"][0]["verdict"], "right");
    assert_eq!(
        (
            &judged["precision"]["judged"],
            &judged["precision"]["right"]
        ),
        (&2.into(), &1.into())
    );
    // Wilson's interval of 1 of 2 at 95 percent is 0.0945 to 0.9055.
    let low = judged["precision"]["low"].as_f64().unwrap();
    let high = judged["precision"]["high"].as_f64().unwrap();
    assert!(
        (low - 0.0945).abs() < 0.0001 && (high - 0.9055).abs() < 0.0001,
        "{judged}"
    );
    for wrong in ["seed=-1", "seed=x", "shoes=1"] {
        let answer = server.get(&format!("/api/v1/reports/handled/sample?{wrong}"));
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.body);
    }
    assert_eq!(server.get("/api/v1/reports/none/sample").status, 404);
}

#[test]
fn the_command_line_draws_a_sample_and_says_its_precision_in_words() {
    let (desk, server) = full();
    let path = "/api/v1/reports/handled/sample?seed=7&range=last_90";
    let items = server.get(path).json()["items"].clone();
    for (place, verdict) in [(0, "right"), (1, "wrong")] {
        desk.tick();
        let said = serde_json::json!({"conversation": items[place]["conversation"],
            "counted_at": items[place]["at"], "verdict": verdict});
        server.post("/api/v1/reports/handled/sample", &said);
    }
    desk.tick();
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let told = |words: &[&str]| crate::desk_cli::svar(folder.path(), words).unwrap();
    let window = ["--from", "2026-08-01", "--to", "2026-11-01"];
    let drawn = told(&[&["sample", "draw", "handled", "--seed", "7"][..], &window].concat());
    assert_eq!(drawn.matches("2026-").count(), 20, "{drawn}");
    let new = drawn.lines().find(|line| line.trim_end().ends_with('–'));
    let first: Vec<&str> = new.unwrap().split_whitespace().collect();
    told(&["sample", "judge", "handled", first[0], first[1], "right"]);
    let said = told(
        &[
            &["sample", "precision", "handled", "--seed", "7"][..],
            &window,
        ]
        .concat(),
    );
    assert!(
        said.contains("every row looked at: 66.7 % right (2 of 3)"),
        "{said}"
    );
    let odd = crate::desk_cli::svar(
        folder.path(),
        &["sample", "judge", "handled", first[0], first[1], "maybe"],
    );
    assert!(odd.unwrap_err().contains("outcome_disputed"));
}
