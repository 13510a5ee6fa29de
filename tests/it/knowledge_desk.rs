//! Clearing gaps as an admin does: a table to sort and to narrow, many dismissed at once, one answered
//! after the other, by keys; and short answers that are compared, put together and taken back.

use serde_json::{Value, json};
use svar::app::{GapQuery, GapSort, GapState, Paging};
use svar::command::AnswerDraft;

use crate::chrome::Browser;
use crate::commands::Commands as _;
use crate::desk::{Desk, Server};
use crate::knowledge::{asked, later, unanswered};
use crate::knowledge_page::send;
use crate::widget::Page;

const GAPS: &str = "/knowledge/gaps";
const ANSWERS: &str = "/knowledge/answers";

/// Three topics: passwords thrice, parcels twice, gift cards once.
const QUESTIONS: [&str; 6] = [
    "How do I reset my password?",
    "How can I reset my password?",
    "I want to reset my password, how?",
    "When will my parcel arrive?",
    "When does my parcel arrive?",
    "Do you sell gift cards?",
];

fn desk() -> (Desk, Server) {
    let desk = asked(&QUESTIONS);
    let server = Server::start(&desk.app);
    (desk, server)
}

fn every() -> GapQuery {
    GapQuery {
        paging: Paging::first(50),
        ..GapQuery::default()
    }
}

/// The topic that has a word in its questions.
fn topic_of(desk: &Desk, word: &str) -> String {
    let query = GapQuery {
        words: word.to_owned(),
        ..every()
    };
    desk.app.knowledge().gaps(&query).items[0].topic.clone()
}

fn state_of(desk: &Desk, topic: &str) -> GapState {
    let gap = desk.app.knowledge().gap(topic, Paging::first(1)).unwrap();
    gap.gap.state
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The titles of a table, from the top.
fn titles(page: &str) -> Vec<&str> {
    let rows = page.split("data-row>").skip(1);
    rows.map(|row| row.split('<').next().unwrap()).collect()
}

#[test]
fn the_table_of_gaps_is_sorted_by_each_head_and_narrowed_by_language() {
    let (desk, server) = desk();
    let page = server.get(GAPS).body;
    let all = titles(&page);
    assert_eq!(all.len(), 3, "{page}");
    assert!(
        page.contains("aria-sort=\"descending\"><a href=\"/knowledge/gaps?sort=-cost\">Rep time")
    );
    let by_title = server.get("/knowledge/gaps?sort=title").body;
    let mut sorted = all.clone();
    sorted.sort_unstable_by_key(|title| title.to_lowercase());
    assert_eq!(titles(&by_title), sorted);
    sorted.reverse();
    assert_eq!(
        titles(&server.get("/knowledge/gaps?sort=-title").body),
        sorted
    );
    let by_count = server.get("/knowledge/gaps?sort=conversations").body;
    assert!(titles(&by_count)[0].contains("password"), "{by_count}");
    let rare = server.get("/knowledge/gaps?sort=-agent").body;
    assert!(titles(&rare)[0].contains("gift"), "{rare}");
    for sort in ["language", "people", "last", "rising", "questions"] {
        let page = server.get(&format!("/knowledge/gaps?sort={sort}"));
        assert_eq!((page.status, titles(&page.body).len()), (200, 3), "{sort}");
    }
    assert_eq!(server.get("/knowledge/gaps?sort=colour").status, 400);
    assert!(page.contains("<option>en</option>"), "{page}");
    assert_eq!(
        titles(&server.get("/knowledge/gaps?language=en").body).len(),
        3
    );
    assert!(titles(&server.get("/knowledge/gaps?language=fi").body).is_empty());
    drop(desk);
}

#[test]
fn a_gap_that_was_opened_again_is_on_top_in_every_order_and_says_why() {
    let (desk, server) = desk();
    let topic = topic_of(&desk, "parcel");
    let draft = AnswerDraft {
        question: "Tell me a poem".to_owned(),
        text: "Roses.".to_owned(),
        topic: Some(topic.clone()),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    later(&desk, 3 * 24 * 60);
    for number in 0..12 {
        let day = 33;
        desk.post(&unanswered(
            100 + number,
            "When will my parcel arrive?",
            day,
        ));
    }
    svar::work::group_questions(&desk.app).unwrap();
    later(&desk, 1);
    assert_eq!(
        svar::work::reopen_failing(&desk.app).unwrap(),
        std::slice::from_ref(&topic)
    );
    later(&desk, 1);
    for (sort, _) in GapSort::ALL {
        for sign in ["", "-"] {
            let page = server.get(&format!("{GAPS}?sort={sign}{sort}")).body;
            assert!(titles(&page)[0].contains("parcel"), "{sign}{sort}: {page}");
        }
    }
    let page = server.get(GAPS).body;
    assert!(page.contains("Opened again</span>"), "{page}");
    assert!(page.contains("Asked 12 times since it was answered; the answer held 0 times."));
    let open = server.get(&format!("{GAPS}?topic={topic}")).body;
    assert!(open.contains("Opened again: Asked 12 times"), "{open}");
    let answered = server.get("/knowledge/gaps?state=answered").body;
    assert!(titles(&answered).is_empty(), "{answered}");
}

#[test]
fn many_gaps_are_dismissed_with_a_reason_and_one_undo_that_outlives_a_reload() {
    let (desk, server) = desk();
    let (parcel, gift) = (topic_of(&desk, "parcel"), topic_of(&desk, "gift"));
    let fields = [
        ("t", parcel.as_str()),
        ("t", gift.as_str()),
        ("reason", "not ours"),
        ("do", "dismiss_many"),
    ];
    let done = send(&server, GAPS, &fields).body;
    assert!(done.contains("2 topics were dismissed."), "{done}");
    assert_eq!(titles(&done).len(), 1, "{done}");
    let dismissed = server.get("/knowledge/gaps?state=dismissed").body;
    assert_eq!(
        dismissed.matches("<td>not ours</td>").count(),
        2,
        "{dismissed}"
    );

    let at = hidden(&done, "at");
    let reloaded = server
        .get(&format!(
            "{GAPS}?done=dismiss&at={}",
            at.replace(':', "%3A")
        ))
        .body;
    assert!(reloaded.contains("2 topics were dismissed."), "{reloaded}");
    let undo = [("do", "undo"), ("was", "dismiss"), ("at", at.as_str())];
    let undone = send(&server, GAPS, &undo).body;
    assert!(
        undone.contains("everything is as it was before"),
        "{undone}"
    );
    assert_eq!(titles(&undone).len(), 3);
    // What was taken back is offered no more.
    let late = server
        .get(&format!(
            "{GAPS}?done=dismiss&at={}",
            at.replace(':', "%3A")
        ))
        .body;
    assert!(!late.contains("were dismissed"), "{late}");
}

#[test]
fn all_of_a_list_is_dismissed_and_restored_and_nothing_else() {
    let (_desk, server) = desk();
    let all = [("q", "password"), ("all", "1"), ("do", "dismiss_many")];
    let done = send(&server, GAPS, &all).body;
    assert!(done.contains("was dismissed"), "{done}");
    assert_eq!(
        titles(&server.get(GAPS).body).len(),
        2,
        "only what the list was narrowed to"
    );
    let back = [("state", "dismissed"), ("all", "1"), ("do", "restore_many")];
    let back = send(&server, GAPS, &back).body;
    let restored = hidden(&back, "at");
    assert_eq!(titles(&server.get(GAPS).body).len(), 3);
    let undo = [
        ("do", "undo"),
        ("was", "restore"),
        ("at", restored.as_str()),
    ];
    send(&server, GAPS, &undo);
    assert_eq!(titles(&server.get(GAPS).body).len(), 2);
    let nothing = send(&server, GAPS, &[("do", "dismiss_many")]).body;
    assert!(nothing.contains("nothing is chosen"), "{nothing}");
}

#[test]
fn questions_are_dismissed_one_by_one_or_together_and_brought_back() {
    let (desk, server) = desk();
    let topic = topic_of(&desk, "password");
    let questions = |desk: &Desk| {
        let gap = desk.app.knowledge().gap(&topic, Paging::first(1)).unwrap();
        gap.gap.questions
    };
    let chosen = [
        ("topic", topic.as_str()),
        ("chosen", "q0"),
        ("chosen", "q1"),
        ("reason", "a test of ours"),
        ("do", "dismiss_question"),
    ];
    let done = send(&server, GAPS, &chosen).body;
    assert!(done.contains("2 questions were dismissed."), "{done}");
    assert!(done.contains("dismissed: a test of ours"), "{done}");
    assert_eq!(questions(&desk), 1);
    let (at, topic) = (hidden(&done, "at"), topic.as_str());
    let undo = [
        ("topic", topic),
        ("do", "undo"),
        ("was", "dismiss"),
        ("at", &at),
    ];
    send(&server, GAPS, &undo);
    assert_eq!(questions(&desk), 3);
    let one = [("topic", topic), ("do", "dismiss_question:q2")];
    assert!(
        send(&server, GAPS, &one)
            .body
            .contains("1 question was dismissed.")
    );
    assert_eq!(questions(&desk), 2);
    let split = [("topic", topic), ("chosen", "q1"), ("do", "split")];
    let apart = send(&server, GAPS, &split).body;
    assert!(apart.contains("a topic of their own now"), "{apart}");
    assert_eq!(hidden(&apart, "into"), topic, "undo puts it back");
}

/// Publishes a short answer.
fn save(desk: &Desk, id: &str, question: &str, text: &str) {
    let draft = AnswerDraft {
        short_answer: Some(id.to_owned()),
        question: question.to_owned(),
        text: text.to_owned(),
        published: true,
        anyway: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    later(desk, 1);
}

#[test]
fn short_answers_are_sorted_and_flagged_where_two_answer_the_same() {
    let (desk, server) = desk();
    let save = |id: &str, question: &str, text: &str| save(&desk, id, question, text);
    save("a-card", "Do you sell gift cards?", "Yes, in the shop.");
    assert!(!server.get(ANSWERS).body.contains("Contradicts another"));
    save(
        "b-card",
        "Do you sell giftcards?",
        "We have never heard of these things.",
    );
    save("c-pass", "How do I reset my password?", "Press Forgot.");
    let page = server.get(ANSWERS).body;
    assert_eq!(page.matches("Contradicts another").count(), 2, "{page}");
    save("b-card", "Do you sell giftcards?", "Yes, in the shop!");
    let page = server.get(ANSWERS).body;
    assert_eq!(page.matches(">Duplicate<").count(), 2, "{page}");
    let flagged = server.get("/knowledge/answers?state=alike").body;
    assert_eq!(titles(&flagged).len(), 2);
    assert_eq!(
        titles(&server.get("/knowledge/answers?sort=-question").body)[0],
        "How do I reset my password?"
    );
    assert_eq!(server.get("/knowledge/answers?sort=colour").status, 400);
    assert_eq!(server.get("/knowledge/answers?state=odd").status, 400);

    let open = server.get("/knowledge/answers?answer=b-card").body;
    assert!(
        open.contains("asked in the same words and says the same"),
        "{open}"
    );
    assert!(
        open.contains("<del>We have never heard of these things.</del>"),
        "{open}"
    );
    let both = server
        .get("/knowledge/answers?answer=a-card&compare=b-card")
        .body;
    assert!(both.contains("One is enough.") && both.matches("Keep this one").count() == 2);
}

#[test]
fn short_answers_are_put_together_and_every_version_can_come_back() {
    let (desk, server) = desk();
    save(
        &desk,
        "a-card",
        "Do you sell gift cards?",
        "Yes, in the shop.",
    );
    let first = "We have never heard of these things.";
    save(&desk, "b-card", "Do you sell giftcards?", first);
    save(
        &desk,
        "b-card",
        "Do you sell giftcards?",
        "Yes, in the shop!",
    );
    let merge = [
        ("short_answer", "a-card"),
        ("other", "b-card"),
        ("do", "merge"),
    ];
    let merged = send(&server, ANSWERS, &merge).body;
    assert!(merged.contains("The two are one now"), "{merged}");
    let kept = desk.app.knowledge().answer("a-card").unwrap().version;
    assert_eq!(kept.variants, ["Do you sell giftcards?"]);
    assert!(desk.app.knowledge().answer("b-card").is_err());
    let revive = [("do", "revive"), ("short_answer", "b-card")];
    let revived = send(&server, ANSWERS, &revive).body;
    assert!(
        revived.contains("The short answer is there again"),
        "{revived}"
    );

    let versions = desk.app.knowledge().answer("b-card").unwrap().versions;
    let first = versions.last().unwrap();
    let at = first.at.to_string();
    let back = [
        ("do", "back"),
        ("short_answer", "b-card"),
        ("version", at.as_str()),
    ];
    let back = send(&server, ANSWERS, &back).body;
    assert!(back.contains("It says again what it said before"), "{back}");
    let text = |desk: &Desk| desk.app.knowledge().answer("b-card").unwrap().version.text;
    assert_eq!(text(&desk), "We have never heard of these things.");
    let undo = hidden(&back, "version");
    let undo = [
        ("do", "back"),
        ("short_answer", "b-card"),
        ("version", undo.as_str()),
    ];
    send(&server, ANSWERS, &undo);
    assert_eq!(text(&desk), "Yes, in the shop!");
}

/// What the page says was done, once it says so.
fn told(browser: &Browser, words: &str) {
    let found = json!(words);
    browser.wait(&format!(
        "document.querySelector('.done') && document.querySelector('.done').innerText.includes({found})"
    ));
}

fn text_of(browser: &Browser, css: &str) -> String {
    let text = browser.run(&format!(
        "return document.querySelector({}).innerText",
        json!(css)
    ));
    text.as_str().unwrap().to_owned()
}

#[test]
fn from_a_gap_to_its_answer_in_the_widget_and_the_proof_that_it_holds() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = desk();
    let topic = topic_of(&desk, "password");
    browser.open(&server.url(&format!("{GAPS}?sort=conversations")));
    // j goes to the first row, a opens it where the answer is written.
    browser.press("body", "j");
    browser.press("tbody th a", "a");
    browser.wait("document.activeElement && document.activeElement.id === 'a-text'");
    assert!(text_of(&browser, "#topic-title").contains("password"));
    browser.press("#a-text", "Press **Forgot** and wait.");
    browser.follow("button[value=preview]");
    browser.wait("document.querySelector('.as-widget strong')");
    assert_eq!(text_of(&browser, ".as-widget strong"), "Forgot");
    browser.follow("button[value=backtest]");
    browser.wait("document.querySelector('#backtest')");
    assert!(text_of(&browser, "#backtest").contains("3 more answered"));
    let field = browser.run("return document.querySelector('#a-text').value");
    assert_eq!(
        field,
        json!("Press **Forgot** and wait."),
        "nothing is lost by looking"
    );
    browser.follow("button[value=publish]");
    told(&browser, "The short answer is published");
    // The next gap of the list is open.
    assert!(text_of(&browser, "#topic-title").contains("parcel"));
    assert_eq!(state_of(&desk, &topic), GapState::Answered);

    let page = Page::new(&server);
    let thread = page.writes(&desk, "1", "How do I reset my password?");
    let said = thread["messages"][1].to_string();
    assert!(said.contains("Forgot"), "{thread}");
    let helped = page.post("feedback", &json!({"is_helpful": true}));
    assert_eq!(helped.status, 200, "{}", helped.body);
    later(&desk, 60);

    browser.open(&server.url(&format!("{GAPS}?state=answered")));
    let row = text_of(&browser, "tbody tr");
    assert!(row.contains("password") && row.contains('1'), "{row}");
    browser.follow("tbody th a");
    browser.wait("document.querySelector('.proof')");
    let proof = text_of(&browser, ".proof");
    assert!(
        proof.contains("Of 1 asked since, 1 were answered"),
        "{proof}"
    );
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
fn what_was_dismissed_by_a_key_is_undone_by_a_key_after_a_reload() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = desk();
    browser.open(&server.url(&format!("{GAPS}?sort=title")));
    let first = text_of(&browser, "tbody th a");
    browser.press("body", "j");
    browser.press("tbody th a", "d");
    browser.wait("document.activeElement && document.activeElement.name === 'reason'");
    let ticked = browser.run("return document.querySelectorAll('tbody :checked').length");
    assert_eq!(ticked, json!(1));
    browser.press("[data-reason]", "not ours\u{e007}");
    told(&browser, &first);
    let rows = |browser: &Browser| -> Value {
        browser.run("return document.querySelectorAll('tbody tr').length")
    };
    assert_eq!(rows(&browser), json!(2));
    browser.run("location.reload()");
    told(&browser, &first);
    browser.press("body", "u");
    told(&browser, "taken back");
    assert!(text_of(&browser, "#topic-title").contains(&first));
    let all = desk.app.knowledge().gaps(&every());
    assert_eq!(all.total, 3);
    // In a gap the same keys go on to the next one and dismiss it.
    browser.press("body", "j");
    browser.wait("document.querySelector('.walk').innerText.includes('2 of 3')");
    browser.press("body", "d");
    browser.wait("document.activeElement && document.activeElement.name === 'reason'");
    browser.press("[data-reason]", "\u{e007}");
    told(&browser, "was dismissed");
    browser.wait("document.querySelector('.walk').innerText.includes('2 of 2')");
}

#[test]
fn many_gaps_and_questions_are_dismissed_over_the_api_all_or_none() {
    let (desk, server) = desk();
    let (parcel, gift) = (topic_of(&desk, "parcel"), topic_of(&desk, "gift"));
    let send = |path: &str, body: &Value| {
        later(&desk, 1);
        let sent = server.post(&format!("/api/v1/knowledge{path}"), body);
        later(&desk, 1);
        sent
    };
    let none = send("/gaps/dismiss", &json!({"topics": [parcel, "t999"]}));
    assert_eq!(none.status, 404, "{}", none.body);
    assert_eq!(state_of(&desk, &parcel), GapState::Open);
    assert_eq!(send("/gaps/dismiss", &json!({"topics": []})).status, 400);
    let both = json!({"topics": [parcel, gift], "reason": "not ours"});
    let done = send("/gaps/dismiss", &both);
    assert_eq!(done.status, 200, "{}", done.body);
    let list = server.get("/api/v1/knowledge/gaps?state=dismissed").json();
    assert_eq!(list["total"], 2, "{list}");
    assert_eq!(state_of(&desk, &gift), GapState::Dismissed);
    assert_eq!(
        send("/gaps/restore", &json!({"topics": [parcel, gift]})).status,
        200
    );
    assert_eq!(state_of(&desk, &parcel), GapState::Open);
    // Questions alike: what is dismissed of a topic is asked less.
    let gap = || desk.app.knowledge().gap(&parcel, Paging::first(9)).unwrap();
    let ids: Vec<String> = gap().items.iter().map(|one| one.question.clone()).collect();
    assert_eq!(ids.len(), 2);
    let done = send(
        "/questions/dismiss",
        &json!({"questions": ids, "reason": "asked in jest"}),
    );
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(gap().items.iter().all(|one| one.dismissal.is_some()));
    assert_eq!(
        send("/questions/restore", &json!({"questions": ids})).status,
        200
    );
    assert!(gap().items.iter().all(|one| one.dismissal.is_none()));
}
