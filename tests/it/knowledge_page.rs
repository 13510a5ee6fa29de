//! The pages of knowledge as a person without a script uses them.

use serde_json::json;
use svar::app::{GapQuery, Paging};

use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::knowledge::unanswered;

fn get(server: &Server, path: &str) -> Answer {
    answer(agent().get(server.url(path)).call())
}

fn encoded(text: &str) -> String {
    let bytes = text.bytes();
    bytes
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Sends a form as a browser does; redirects are followed.
pub(crate) fn send(server: &Server, path: &str, fields: &[(&str, &str)]) -> Answer {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let request = agent()
        .post(server.url(path))
        .header("content-type", "application/x-www-form-urlencoded");
    answer(request.send(body))
}

const ATTACK: &str = "<script>alert(1)</script> my password?";

fn desk() -> (Desk, String) {
    let desk = Desk::new();
    let texts = [
        "How do I reset my password?",
        "How can I reset my password?",
        "Do you sell gift cards?",
        ATTACK,
    ];
    for (number, text) in texts.iter().enumerate() {
        desk.post(&unanswered(number, text, 20));
    }
    svar::work::group_questions(&desk.app).unwrap();
    let query = GapQuery {
        words: "reset".to_owned(),
        paging: Paging::first(9),
        ..GapQuery::default()
    };
    let topic = desk.app.knowledge().gaps(&query).items[0].topic.clone();
    (desk, topic)
}

#[test]
fn an_empty_desk_says_what_will_stand_here() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let gaps = get(&server, "/knowledge/gaps").body;
    assert!(gaps.contains("There is no open gap"), "{gaps}");
    let answers = get(&server, "/knowledge/answers").body;
    assert!(answers.contains("There is no short answer yet"));
    assert_eq!(get(&server, "/knowledge/gaps?topic=t9").status, 404);
    assert_eq!(get(&server, "/knowledge/gaps?state=odd").status, 400);
}

#[test]
fn a_gap_is_answered_on_its_page_from_preview_to_publishing() {
    let (desk, topic) = desk();
    let server = Server::start(&desk.app);
    let page = get(&server, &format!("/knowledge/gaps?topic={topic}"));
    assert_eq!(page.status, 200);
    for part in [
        "How can I reset my password?",
        "/conversations/c1",
        " conversations",
        "Dismiss topic",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    let mut form = vec![
        ("topic", topic.as_str()),
        ("question", "How do I reset my password?"),
        ("variants", "How can I reset my password?"),
        ("text", "Press **Forgot** <b>now</b>."),
        ("days", "30"),
        ("do", "backtest"),
    ];
    let position = desk.app.position();
    let tried = send(&server, "/knowledge/gaps", &form).body;
    assert!(
        tried.contains("What it would have done") && tried.contains(" more answered"),
        "{tried}"
    );
    assert!(tried.contains("Press <strong>Forgot</strong> &lt;b&gt;now&lt;/b&gt;."));
    assert_eq!(
        desk.app.position(),
        position,
        "nothing is written by looking"
    );
    form.last_mut().unwrap().1 = "publish";
    let published = send(&server, "/knowledge/gaps", &form).body;
    assert!(
        published.contains("The short answer is published"),
        "{published}"
    );
    assert_eq!(
        desk.app
            .knowledge()
            .ask("How do I reset my password?")
            .unwrap()
            .decision,
        "answer"
    );
    let id = desk
        .app
        .knowledge()
        .answers("", None, Paging::first(9))
        .items[0]
        .short_answer
        .clone();
    let taken_back = [
        ("topic", topic.as_str()),
        ("short_answer", id.as_str()),
        ("do", "unpublish"),
    ];
    let undone = send(&server, "/knowledge/gaps", &taken_back).body;
    assert!(undone.contains("is a draft again"));
}

#[test]
fn a_draft_that_cannot_be_used_is_not_lost() {
    let (desk, topic) = desk();
    let server = Server::start(&desk.app);
    let form = [
        ("topic", topic.as_str()),
        ("text", "Press **Forgot**."),
        ("do", "publish"),
    ];
    let faulty = send(&server, "/knowledge/gaps", &form).body;
    assert!(faulty.contains("question: it has 0 characters"), "{faulty}");
    assert!(
        faulty.contains("Press **Forgot**"),
        "what was written is still there"
    );
}

#[test]
fn what_was_dismissed_is_brought_back_by_undo() {
    let (desk, topic) = desk();
    let server = Server::start(&desk.app);
    let fields = [
        ("topic", topic.as_str()),
        ("reason", "not ours"),
        ("do", "dismiss"),
    ];
    let page = send(&server, "/knowledge/gaps", &fields).body;
    assert!(
        page.contains("was dismissed. It does not come back") && page.contains(">Undo<"),
        "{page}"
    );
    let gap = |desk: &Desk| {
        desk.app
            .knowledge()
            .gap(&topic, Paging::first(1))
            .unwrap()
            .gap
    };
    let dismissal = gap(&desk).dismissal.unwrap();
    assert_eq!(dismissal.reason.as_deref(), Some("not ours"));
    let undone = send(
        &server,
        "/knowledge/gaps",
        &[("topic", topic.as_str()), ("do", "restore")],
    );
    assert!(undone.body.contains("was restored."));
    assert_eq!(gap(&desk).dismissal, None);
    let odd = send(&server, "/knowledge/gaps", &[("do", "explode")]);
    assert!(
        odd.body.contains("is nothing this page does"),
        "{}",
        odd.body
    );
}

#[test]
fn the_pages_of_knowledge_need_no_inline_code_and_show_words_as_words() {
    let (desk, topic) = desk();
    let server = Server::start(&desk.app);
    let everything = GapQuery {
        paging: Paging::first(99),
        ..GapQuery::default()
    };
    let mut paths: Vec<String> = vec!["/knowledge/gaps".to_owned()];
    let gaps = desk.app.knowledge().gaps(&everything).items.into_iter();
    paths.extend(gaps.map(|gap| format!("/knowledge/gaps?topic={}", gap.topic)));
    paths.push(format!(
        "/knowledge/gaps?topic={topic}&done=rename&what=%3Cscript%3E"
    ));
    paths.push("/knowledge/gaps?q=%3Cscript%3E".to_owned());
    paths.push("/knowledge/answers?answer=new".to_owned());
    let inline = regex::Regex::new(r#" style=| on[a-z]+="|<style|<script>|javascript:"#).unwrap();
    for path in &paths {
        let response = get(&server, path);
        assert!(
            response
                .header("content-security-policy")
                .contains("script-src 'self'")
        );
        assert_eq!(
            inline.find(&response.body).map(|hit| hit.as_str()),
            None,
            "{path}"
        );
        assert!(!response.body.contains("…<"), "{path} lacks a text");
    }
    let shown = paths.iter().map(|path| get(&server, path).body);
    assert!(
        shown
            .collect::<String>()
            .contains("&#60;script&#62;alert(1)")
    );
}

#[test]
fn answers_are_listed_written_and_deleted_on_their_page() {
    let (desk, _) = desk();
    let server = Server::start(&desk.app);
    let fields = [
        ("question", "Where are you?"),
        ("text", "In Oslo."),
        ("do", "save"),
    ];
    let saved = send(&server, "/knowledge/answers", &fields).body;
    assert!(
        saved.contains("The draft was saved") && saved.contains("In Oslo."),
        "{saved}"
    );
    let list = desk.app.knowledge().answers("", None, Paging::first(9));
    let id = list.items[0].short_answer.clone();
    assert_eq!(
        serde_json::to_value(&list).unwrap()["items"][0]["actor"],
        json!("page")
    );
    let gone = send(
        &server,
        "/knowledge/answers",
        &[("short_answer", &id), ("do", "delete")],
    );
    assert!(gone.body.contains("The short answer was deleted"));
    assert_eq!(
        desk.app
            .knowledge()
            .answers("", None, Paging::first(9))
            .total,
        0
    );
}

#[test]
fn a_decision_is_judged_and_a_case_added_on_the_page_of_reviews() {
    let (desk, _) = desk();
    let server = Server::start(&desk.app);
    let empty = get(&server, "/knowledge/review").body;
    assert!(
        empty.contains("has not decided anything here yet"),
        "{empty}"
    );
    assert!(empty.contains("There is no case yet"));
    let responded = desk.app.respond(&svar::app::Incoming {
        conversation: "live".to_owned(),
        contact: "p".to_owned(),
        channel: "chat".to_owned(),
        text: "Do you deliver penguins?".to_owned(),
    });
    responded.unwrap();
    crate::knowledge::later(&desk, 1);
    let question = desk.app.knowledge().reviews(None, Paging::first(9)).items[0]
        .question
        .clone();
    let word = [
        ("question", question.as_str()),
        ("do", "should_have_handed_off"),
    ];
    let judged = send(&server, "/knowledge/review", &word).body;
    assert!(judged.contains("Your word was noted"), "{judged}");
    assert!(judged.contains("Should have handed off</strong>"));
    assert_eq!(desk.app.knowledge().cases().len(), 1);
    let case = [("text", "Do you sell gift cards?"), ("do", "case")];
    let added = send(&server, "/knowledge/review", &case).body;
    assert!(added.contains("The case was added") && added.contains("holds"));
    let odd = send(
        &server,
        "/knowledge/review",
        &[("precision", "very"), ("do", "precision")],
    );
    assert!(odd.body.contains("is no number of percent"));
}
