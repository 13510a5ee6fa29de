//! Questions that people answered belong to topics and gaps, and to no report.

use serde_json::{Value, json};
use svar::app::{GapQuery, Paging};

use crate::desk::{Desk, Server, agent, answer};
use crate::knowledge::later;

/// An event of a conversation on a day of October 2026.
fn event(conversation: &str, kind: &str, at: &str, rest: Value) -> Value {
    let mut event = rest;
    event["type"] = kind.into();
    event["at"] = format!("2026-10-{at}Z").into();
    event["source"] = "t".into();
    event["id"] = format!("{conversation} {kind} {at}").into();
    event["conversation"] = conversation.into();
    event
}

fn started(conversation: &str, at: &str) -> Value {
    let contact = format!("p-{conversation}");
    let rest = json!({"contact": contact, "channel": "email"});
    event(conversation, "conversation.started", at, rest)
}

fn message(conversation: &str, at: &str, author: &str, text: &str) -> Value {
    let mut rest = json!({"message": format!("{conversation} {at}"), "text": text,
        "author": {"kind": author}});
    if author == "rep" {
        rest["author"]["id"] = "ann".into();
    }
    event(conversation, "message.added", at, rest)
}

/// A contact asks, and a rep answers ten minutes later and closes it ten minutes after that.
fn answered(conversation: &str, day: &str, text: &str) -> Vec<Value> {
    let at = |time: &str| format!("{day}T{time}");
    let by = json!({"by": {"kind": "rep", "id": "ann"}});
    vec![
        started(conversation, &at("09:00:00")),
        message(conversation, &at("09:00:00"), "contact", text),
        message(conversation, &at("09:10:00"), "rep", "So."),
        event(conversation, "conversation.resolved", &at("09:20:00"), by),
    ]
}

/// What people answered, and what is none of that.
fn desk() -> Desk {
    let desk = Desk::new();
    let mut events = Vec::new();
    for (id, text) in [
        (
            "c1",
            "Hi! It has been two weeks. When will my parcel arrive?",
        ),
        ("c2", "When does my parcel arrive? Thanks!"),
        ("c3", "Hallo, wann kommt mein Paket an?"),
        ("greets", "Hello!"),
    ] {
        events.extend(answered(id, "10", text));
    }
    // An acknowledgement is passed over.
    let mut thumb = message("c2", "10T08:59:00", "contact", "When when when?");
    thumb["ack"] = true.into();
    events.push(thumb);
    // The customer agent was on it.
    events.extend(answered("agents", "10", "When will my parcel arrive?"));
    events.push(message(
        "agents",
        "10T09:01:00",
        "customer_agent",
        "Tomorrow.",
    ));
    // We began it.
    events.push(started("ours", "10T09:00:00"));
    events.push(message("ours", "10T09:00:00", "rep", "When can we call?"));
    events.push(message("ours", "10T09:30:00", "contact", "Call when?"));
    // Nobody has answered, and it goes on: it is owed an answer.
    events.push(started("open", "31T20:00:00"));
    let text = "My parcel, when will it arrive?";
    events.push(message("open", "31T20:00:00", "contact", text));
    let taken = desk.post(&events);
    assert_eq!(taken["rejected"], json!([]));
    desk
}

fn mine(desk: &Desk) {
    svar::work::mine_questions(&desk.app).unwrap();
    svar::work::group_questions(&desk.app).unwrap();
    later(desk, 1);
}

/// The words of all questions in gaps, with whether they were mined.
fn questions(desk: &Desk) -> Vec<(String, bool)> {
    let library = desk.app.knowledge();
    let gaps = library.gaps(&GapQuery {
        paging: Paging::first(50),
        ..GapQuery::default()
    });
    let gaps = gaps.items.iter();
    let views = gaps.map(|gap| library.gap(&gap.topic, Paging::first(50)).unwrap());
    let items = views.flat_map(|view| view.items);
    let mut all: Vec<(String, bool)> = items.map(|item| (item.text, item.is_mined)).collect();
    all.sort();
    all
}

fn figures(desk: &Desk) -> Vec<Value> {
    let reports = svar::report::registry::all().map(|report| report.id);
    let query = "from=2026-10-01&to=2026-11-01&as_of=2026-11-01T00:00:00Z";
    let figures = reports.map(|id| {
        let mut figures = desk.report(id, query);
        figures["log_position"] = Value::Null;
        figures
    });
    figures.collect()
}

const MINED: [&str; 3] = [
    "wann kommt mein Paket an",
    "When does my parcel arrive?",
    "When will my parcel arrive?",
];

#[test]
fn r123_one_question_an_episode_of_what_people_answered_and_no_report_counts_it() {
    let desk = desk();
    let before = figures(&desk);
    mine(&desk);
    let mut found = questions(&desk);
    found.sort_by_key(|(text, _)| text.to_lowercase());
    let texts: Vec<String> = found
        .iter()
        .map(|(text, is_mined)| {
            assert!(is_mined);
            text.trim_end_matches('?').to_lowercase()
        })
        .collect();
    let mut expected = MINED.map(|text| text.trim_end_matches('?').to_lowercase());
    expected.sort();
    assert_eq!(texts, expected);
    assert_eq!(figures(&desk), before);
    let total = desk.report("questions_asked", "from=2026-10-01&to=2026-11-01");
    assert_eq!(total["series"][0]["total"]["value"], 0);
    // Nothing is found twice, now or after a rebuild.
    let position = desk.app.position();
    mine(&desk);
    assert_eq!(desk.app.position(), position);
    desk.app.close().unwrap();
    std::fs::remove_dir_all(desk.folder.path().join("derived")).unwrap();
    let desk = desk.reopened();
    mine(&desk);
    assert_eq!(desk.app.position(), position);
    assert_eq!(questions(&desk).len(), 3);
}

#[test]
fn r123_an_episode_that_nobody_answered_counts_once_it_has_ended_and_so_does_the_next() {
    let desk = desk();
    mine(&desk);
    let text = "My parcel, when will it arrive?".to_owned();
    assert!(!questions(&desk).contains(&(text.clone(), true)));
    let by = json!({"by": {"kind": "contact"}});
    let ended = event("open", "conversation.resolved", "31T23:00:00", by);
    assert_eq!(desk.post(&[ended])["rejected"], json!([]));
    mine(&desk);
    assert!(questions(&desk).contains(&(text, true)));
    let more = [
        message("c1", "20T09:00:00", "contact", "Where do I return it?"),
        message("c1", "20T09:30:00", "rep", "Here."),
    ];
    assert_eq!(desk.post(&more)["rejected"], json!([]));
    mine(&desk);
    assert_eq!(questions(&desk).len(), 5);
}

#[test]
fn r123_gap_lists_give_both_numbers_with_the_rep_time_of_the_episodes() {
    let desk = desk();
    for (number, day) in [(1, 20), (2, 21)] {
        let asked = crate::knowledge::unanswered(number + 50, "When will my parcel arrive?", day);
        desk.post(&asked);
    }
    mine(&desk);
    let server = Server::start(&desk.app);
    let get = |path: &str| answer(agent().get(server.url(path)).call());
    let gaps = get("/api/v1/knowledge/gaps?q=parcel&limit=50").json();
    let gap = &gaps["items"][0];
    assert_eq!((&gap["questions"], &gap["people"]), (&json!(2), &json!(2)));
    assert_eq!(gap["conversations"], 4);
    // Fewer than five conversations: the median of all that have such questions. A rep wrote ten
    // minutes after the contact in each of those that people had, and half an hour after the
    // handoff, which counts ten minutes, in the others: 600 s for each of the four.
    assert_eq!(gap["cost_secs"], 2_400.0);
    let topic = gap["topic"].as_str().unwrap();
    let whole = get(&format!("/api/v1/knowledge/gaps/{topic}")).json();
    let mined = whole["items"].as_array().unwrap().iter();
    assert_eq!(mined.filter(|item| item["is_mined"] == true).count(), 2);
    let page = get(&format!("/knowledge/gaps?topic={topic}")).body;
    assert!(page.contains("<dt>Of people</dt><dd>2</dd>"), "{page}");
    assert!(page.contains("· answered by people"), "{page}");
}

#[test]
fn r123_what_is_mined_goes_with_its_message_and_is_not_exported() {
    let desk = desk();
    mine(&desk);
    let position = Some(desk.app.position());
    svar::app::export_events(desk.folder.path(), position, None, |line| {
        assert!(!line.contains("svar.question_mined"), "{line}");
        Ok::<(), svar::app::Error>(())
    })
    .unwrap();
    let message = json!({"message": "c2 10T09:00:00"});
    desk.post(&[event("c2", "message.redacted", "20T09:00:00", message)]);
    mine(&desk);
    let texts = questions(&desk);
    assert_eq!(texts.len(), 2);
    assert!(texts.iter().all(|(text, _)| !text.contains("does")));
}

/// A contact asks how to reset, and a rep answers so.
fn reset(conversation: &str, day: &str, reply: &str) -> Vec<Value> {
    let mut events = answered(conversation, day, "How do I reset my password?");
    events[2]["text"] = reply.into();
    events
}

/// Whether each short answer is published.
fn answers(desk: &Desk) -> Vec<bool> {
    let all = desk.app.knowledge().answers("", None, Paging::first(50));
    let answers = all.items.into_iter();
    answers.map(|answer| answer.version.published).collect()
}

/// Three who asked how to reset, and what they were told.
fn resets() -> Desk {
    let desk = Desk::new();
    for (id, day, reply) in [
        (
            "r1",
            "10",
            "Hi! Please press Forgot password and follow the mail.",
        ),
        (
            "r2",
            "11",
            "Press Forgot password and follow the mail that we send.",
        ),
        ("r3", "12", "It depends on your bank, ask them about it."),
    ] {
        let taken = desk.post(&reset(id, day, reply));
        assert_eq!(taken["rejected"], json!([]));
    }
    // A note comes first and is none.
    let mut note = message("r2", "11T09:05:00", "rep", "He is angry");
    note["visibility"] = "note".into();
    desk.post(&[note]);
    mine(&desk);
    desk
}

#[test]
fn a_gap_shows_what_reps_answered_and_offers_a_draft_of_the_most_typical_reply() {
    let desk = resets();
    let server = Server::start(&desk.app);
    let get = |path: &str| answer(agent().get(server.url(path)).call());
    let gaps = get("/api/v1/knowledge/gaps?q=reset").json();
    let topic = gaps["items"][0]["topic"].as_str().unwrap();
    assert_eq!(gaps["items"][0]["people"], 3);
    let replies = get(&format!("/api/v1/knowledge/gaps/{topic}/replies")).json();
    let items = replies["items"].as_array().unwrap();
    let told: Vec<&Value> = items.iter().map(|item| &item["message"]).collect();
    assert_eq!(told, ["r3 12T09:10:00", "r2 11T09:10:00", "r1 10T09:10:00"]);
    assert_eq!(items[0]["rep"], "ann");
    // Two of three say it; of these the later one.
    assert_eq!(
        (&replies["typical"], &replies["alike"]),
        (&json!("r2 11T09:10:00"), &json!(2))
    );
    let page = get(&format!("/knowledge/gaps?topic={topic}")).body;
    assert!(page.contains("like 2 of 3 replies"), "{page}");
    assert!(page.contains("ask them about it."), "{page}");
    // Nothing is written by looking, nor by beginning a draft.
    let before = desk.app.position();
    let typical = "r2%2011T09%3A10%3A00";
    let place = format!("/knowledge/gaps?topic={topic}&answer=new&reply={typical}");
    let editor = get(&place).body;
    let text = "rows=\"7\">Press Forgot password and follow the mail that we send.";
    assert!(editor.contains(text), "{editor}");
    assert!(editor.contains("name=\"lang\" value=\"en\""), "{editor}");
    assert_eq!(desk.app.position(), before);
    assert_eq!(answers(&desk), Vec::<bool>::new());
    // It is saved as a draft, and published by nobody but who presses it.
    let saved = server.form(
        "/knowledge/gaps",
        &[
            ("topic", topic),
            ("question", "How do I reset my password?"),
            ("text", "Press Forgot password."),
            ("do", "save"),
        ],
    );
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(answers(&desk), [false]);
    assert_eq!(get("/api/v1/knowledge/gaps/t99/replies").status, 404);
}

#[test]
fn a_backtest_asks_what_people_answered_too() {
    let desk = resets();
    let server = Server::start(&desk.app);
    let draft = json!({"answer": {"question": "How do I reset my password?",
        "text": "Press Forgot password."}, "days": 60});
    let tested = server.post("/api/v1/knowledge/answers/backtest", &draft);
    assert_eq!(tested.status, 200, "{}", tested.body);
    let tested = tested.json();
    // Three asked it, all of people; each had a conversation that no rep would have had to take.
    for (name, figure) in [
        ("questions", 3),
        ("people", 3),
        ("answered_before", 0),
        ("new", 3),
        ("new_people", 3),
        ("deflected_conversations", 3),
    ] {
        assert_eq!(tested[name], figure, "{name}: {tested}");
    }
    assert_eq!(tested["would_answer"][0]["is_mined"], true);
    // A rep wrote ten minutes after the contact in each: 3 × 600 s.
    assert_eq!(tested["deflected_secs"], 1_800.0);
}

#[test]
fn how_far_the_search_in_what_people_answered_is_stands_by_the_gaps() {
    let desk = resets();
    let server = Server::start(&desk.app);
    let list = server.get("/api/v1/knowledge/gaps").json();
    let mining = &list["mining"];
    // The test goes through the episodes without the server's own work.
    assert_eq!((&mining["read"], &mining["of"]), (&json!(0), &json!(0)));
    let works = svar::work::start(&desk.app);
    let began = std::time::Instant::now();
    loop {
        let list = server.get("/api/v1/knowledge/gaps").json();
        let (read, of) = (
            list["mining"]["read"].as_u64(),
            list["mining"]["of"].as_u64(),
        );
        if read == of && of >= Some(3) {
            break;
        }
        assert!(began.elapsed().as_secs() < 60, "{list}");
        svar::clock::pause(std::time::Duration::from_millis(20));
    }
    drop(works);
    let page = server.get("/knowledge/gaps").body;
    assert!(!page.contains("Looking for questions"), "{page}");
}
