//! Everything is found by its words, at once, and nothing that is gone.

use serde_json::{Value, json};
use svar::app::{Hit, Kind, Search};

use crate::desk::{Answer, Desk, Server, agent, answer, lines};

fn get(server: &Server, path: &str) -> Answer {
    answer(agent().get(server.url(path)).call())
}

/// An event; `rest` is what is its own.
fn event(kind: &str, number: u32, rest: &Value) -> Value {
    let mut event = json!({"type": kind, "source": "t", "id": format!("{kind}-{number}"),
        "at": format!("2026-10-05T08:00:{:02}Z", number % 60)});
    let rest = rest.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(rest);
    event
}

fn started(id: &str, channel: &str) -> Value {
    let rest = json!({"conversation": id, "contact": "p", "channel": channel});
    let mut started = event("conversation.started", 0, &rest);
    started["id"] = json!(format!("start {id}"));
    started
}

fn message(id: &str, conversation: &str, text: &str) -> Value {
    let rest = json!({"conversation": conversation, "message": id, "text": text,
        "author": {"kind": "contact", "id": "p"}});
    let mut message = event("message.added", 1, &rest);
    message["id"] = json!(format!("message {id}"));
    message
}

/// Takes events in without waiting for any fold.
fn take(desk: &Desk, events: &[Value]) {
    let taken = desk.app.take_body("test", lines(events).as_bytes(), None);
    let taken = serde_json::to_value(taken.unwrap()).unwrap();
    assert_eq!(taken["rejected"], json!([]));
}

fn search(desk: &Desk, pairs: &[(&str, &str)]) -> Vec<Hit> {
    let search = Search::parse(pairs.iter().copied(), chrono_tz::Tz::UTC).unwrap();
    desk.app.search(&search).unwrap()
}

/// What was found, as `kind:id`.
fn lines_of(desk: &Desk, text: &str) -> Vec<String> {
    let hits = search(desk, &[("q", text)]).into_iter();
    hits.map(|hit| format!("{}:{}", hit.kind.name(), hit.id))
        .collect()
}

/// A desk with one thing of each kind that says `voucher`.
fn one_of_each() -> Desk {
    let desk = Desk::new();
    let question = json!({"conversation": "c", "question": "q1", "outcome": "unanswered",
        "text": "Where do I enter the voucher?"});
    let answer = json!({"short_answer": "a1", "question": "How do I use a voucher?",
        "text": "Type its **code** at the till.", "status": "draft"});
    let contact = json!({"contact": "p", "name": "Vera Voucher", "email": "vera@example.org"});
    take(
        &desk,
        &[
            started("c", "chat"),
            message("m1", "c", "My voucher does nothing"),
            event("question.asked", 2, &question),
            event("short_answer.upserted", 3, &answer),
            event("contact.upserted", 4, &contact),
        ],
    );
    desk
}

#[test]
fn what_was_just_written_is_found_without_waiting() {
    let desk = Desk::new();
    take(&desk, &[started("c", "chat")]);
    for number in 0..200 {
        let id = format!("m{number}");
        take(&desk, &[message(&id, "c", &format!("word{number}x"))]);
        let hits = search(&desk, &[("q", &format!("word{number}x"))]);
        let hits: Vec<(&str, Option<&str>)> = hits
            .iter()
            .map(|hit| (hit.id.as_str(), hit.channel.as_deref()))
            .collect();
        assert_eq!(hits, [(id.as_str(), Some("chat"))]);
    }
    desk.app.settle().unwrap();
    assert_eq!(lines_of(&desk, "word7x"), ["message:m7"]);
}

#[test]
fn every_kind_is_found_by_one_search_and_alone() {
    let desk = one_of_each();
    for _ in 0..2 {
        let mut all = lines_of(&desk, "vouchers");
        all.sort_unstable();
        let each = ["answer:a1", "contact:p", "message:m1", "question:q1"];
        assert_eq!(all, each);
        for kind in Kind::ALL {
            let pairs = [("q", "voucher"), ("kind", kind.name())];
            let kinds: Vec<Kind> = search(&desk, &pairs).iter().map(|hit| hit.kind).collect();
            assert_eq!(kinds, [kind]);
        }
        desk.app.settle().unwrap();
    }
    let reopened = desk.reopened();
    assert_eq!(lines_of(&reopened, "voucher").len(), 4);
}

#[test]
fn what_is_deleted_or_merged_is_gone_and_what_is_put_back_is_there() {
    let desk = one_of_each();
    let mark = |number, on: bool| {
        let mut mark = event(
            "conversation.marked",
            number,
            &json!({"conversation": "c", "mark": "deleted", "on": on}),
        );
        mark["at"] = json!(format!("2026-10-06T08:00:{number:02}Z"));
        mark
    };
    take(&desk, &[mark(1, true)]);
    assert_eq!(lines_of(&desk, "voucher"), ["contact:p", "answer:a1"]);
    take(&desk, &[message("m2", "c", "voucher again")]);
    assert_eq!(search(&desk, &[("q", "voucher"), ("kind", "message")]), []);
    desk.app.settle().unwrap();
    assert_eq!(search(&desk, &[("q", "voucher"), ("kind", "message")]), []);
    take(&desk, &[mark(2, false)]);
    assert_eq!(
        search(&desk, &[("q", "voucher"), ("kind", "message")]).len(),
        2
    );
    let gone = [
        event("contact.merged", 6, &json!({"contact": "p", "into": "p2"})),
        event("short_answer.deleted", 7, &json!({"short_answer": "a1"})),
    ];
    take(&desk, &gone);
    let mut left = lines_of(&desk, "voucher");
    left.sort_unstable();
    assert_eq!(left, ["message:m1", "message:m2", "question:q1"]);
}

#[test]
fn a_short_answer_says_whether_it_is_published_and_is_found_as_it_stands() {
    let desk = one_of_each();
    let published = json!({"short_answer": "a1", "question": "How do I use a coupon?",
        "text": "Type it.", "status": "published"});
    let answers = |text: &str| {
        let hits = search(&desk, &[("q", text), ("kind", "answer")]);
        let hits: Vec<Option<bool>> = hits.iter().map(|one| one.is_published).collect();
        hits
    };
    assert_eq!(answers("voucher"), [Some(false)]);
    take(&desk, &[event("short_answer.upserted", 8, &published)]);
    assert_eq!(answers("voucher"), []);
    assert_eq!(answers("coupon"), [Some(true)]);
}

#[test]
fn the_channel_is_that_of_the_conversation_by_now_whatever_came_first() {
    let desk = Desk::new();
    let changed = json!({"conversation": "c", "channel": "email"});
    take(&desk, &[message("m1", "c", "late parcel")]);
    let by = |channel: &str| {
        let pairs = [("q", "parcel"), ("channel", channel)];
        search(&desk, &pairs).len()
    };
    assert_eq!((by("chat"), by("email")), (0, 0));
    take(&desk, &[started("c", "chat")]);
    assert_eq!((by("chat"), by("email")), (1, 0));
    take(&desk, &[event("conversation.updated", 9, &changed)]);
    assert_eq!((by("chat"), by("email")), (0, 1));
    take(&desk, &[message("m2", "c", "parcel again")]);
    assert_eq!((by("chat"), by("email")), (0, 2));
    desk.app.settle().unwrap();
    assert_eq!((by("chat"), by("email")), (0, 2));
}

#[test]
fn a_rebuilt_index_finds_what_the_old_one_found() {
    let desk = one_of_each();
    let more = [
        started("d", "email"),
        message("m9", "d", "Die Rechnungen für den Gutschein sind falsch"),
        event(
            "conversation.updated",
            10,
            &json!({"conversation": "c", "channel": "form"}),
        ),
        event(
            "contact.upserted",
            11,
            &json!({"contact": "p", "phone": "+47 900 11 222"}),
        ),
    ];
    take(&desk, &more);
    desk.app.settle().unwrap();
    let look = |desk: &Desk| {
        let texts = ["voucher", "Rechnung", "vera", "900", "till", "vuocher"];
        texts.map(|text| {
            let mut hits = search(desk, &[("q", text)]);
            hits.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
            let hits = hits
                .into_iter()
                .map(|hit| (hit.kind, hit.id, hit.channel, hit.language, hit.highlights));
            hits.collect::<Vec<_>>()
        })
    };
    let before = look(&desk);
    assert!(before.iter().all(|hits| !hits.is_empty()), "{before:?}");
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    // An index of an older version is set aside and made again without being asked.
    let index = folder.path().join("derived/index");
    std::fs::write(index.join("VERSION"), "1").unwrap();
    let desk = Desk::in_folder(folder);
    assert!(
        desk.app
            .notices()
            .iter()
            .any(|notice| notice.contains("index"))
    );
    assert_eq!(look(&desk), before);
}

#[test]
fn no_words_are_too_odd_to_be_looked_for_or_to_be_found() {
    let desk = Desk::new();
    let long = "Where is my parcel? ".repeat(50_000);
    let odd = [
        "🧾".to_owned(),
        long.clone(),
        "Hello مرحبا 退款 привет \u{202E}txet\u{202C} zero\u{200B}width \u{1}".to_owned(),
        "'; DROP TABLE x; -- <script>alert(1)</script> (a+)+$ \"x AND NOT y~2^3".to_owned(),
        "\u{301}\u{200D}\u{FEFF}".to_owned(),
    ];
    let messages: Vec<Value> = odd
        .iter()
        .enumerate()
        .map(|(n, text)| message(&n.to_string(), "c", text))
        .collect();
    take(&desk, &[&[started("c", "chat")], &messages[..]].concat());
    for committed in [false, true] {
        if committed {
            desk.app.settle().unwrap();
        }
        for text in &odd {
            search(&desk, &[("q", text)]);
        }
        assert_eq!(lines_of(&desk, "parcel"), ["message:1"]);
        for word in ["مرحبا", "退款", "привет", "zero"] {
            assert_eq!(lines_of(&desk, word), ["message:2"], "{word}");
        }
        assert_eq!(lines_of(&desk, "\"DROP TABLE\""), ["message:3"]);
        assert_eq!(lines_of(&desk, "🧾"), ["message:0"]);
        assert_eq!(lines_of(&desk, ""), Vec::<String>::new());
    }
}

#[test]
fn the_api_narrows_and_says_what_it_cannot_read() {
    let desk = one_of_each();
    let server = Server::start(&desk.app);
    let items = |query: &str| {
        let response = get(&server, &format!("/api/v1/search?{query}"));
        assert_eq!(response.status, 200, "{}", response.body);
        response.json()["items"].as_array().unwrap().clone()
    };
    let all = items("q=voucher");
    assert_eq!(all.len(), 4);
    let answer = all.iter().find(|one| one["kind"] == "answer").unwrap();
    assert_eq!(answer["status"], "draft");
    assert_eq!(answer["conversation"], json!(null));
    assert_eq!(items("q=voucher&kind=message,question").len(), 2);
    assert_eq!(items("q=voucher&channel=chat&language=en").len(), 2);
    assert_eq!(items("q=voucher&to=2026-10-05").len(), 0);
    assert_eq!(items("q=vuocher&from=2026-10-05").len(), 4);
    for (query, pointer) in [
        ("q=x&kind=ticket", "kind"),
        ("q=x&from=soon", "from"),
        ("q=x&language=1", "language"),
        ("q=x&in=questions", "in"),
    ] {
        let response = get(&server, &format!("/api/v1/search?{query}"));
        assert_eq!(response.status, 400, "{query}");
        assert_eq!(response.json()["errors"][0]["pointer"], pointer, "{query}");
    }
}

#[test]
fn the_page_shows_every_kind_where_it_leads_and_what_narrows_it() {
    let desk = one_of_each();
    desk.app.settle().unwrap();
    let server = Server::start(&desk.app);
    let page = |query: &str| {
        let response = get(&server, &format!("/search?{query}"));
        assert_eq!(response.status, 200, "{query}");
        response.body
    };
    let all = page("q=voucher");
    assert!(all.contains("href=\"/knowledge/answers?answer=a1\""));
    assert!(all.contains("href=\"/conversations/c\""));
    assert!(all.contains("Short answer, draft") && all.contains("Vera <mark>Voucher</mark>"));
    assert!(all.contains("<option value=\"chat\">"));
    let some = page("q=vouchers&kind=message&channel=chat");
    assert!(some.contains("<mark>voucher</mark>") && !some.contains("Vera"));
    assert!(some.contains("<option value=\"chat\" selected>"));
    assert!(some.contains("name=\"kind\" value=\"message\""));
    assert_eq!(get(&server, "/search?q=x&kind=ticket").status, 400);
}

#[test]
fn r122_a_hit_names_the_conversation_that_it_counts_in_by_now() {
    let desk = Desk::new();
    let at = |mut event: Value, at: &str| {
        event["at"] = json!(format!("2026-10-05T{at}Z"));
        event
    };
    let question = json!({"conversation": "a", "question": "q2", "outcome": "unanswered",
        "text": "Is the zebra insured?"});
    let split = json!({"conversation": "a", "into": "n", "from_message": "m2"});
    let merged = json!({"conversation": "a", "into": "b"});
    let own =
        |kind: &str, number: u32, rest: &Value, time: &str| at(event(kind, number, rest), time);
    let places = |desk: &Desk| -> Vec<(String, String)> {
        let hits = search(desk, &[("q", "zebra")]).into_iter();
        let mut places: Vec<_> = hits
            .map(|hit| (hit.id, hit.conversation.unwrap()))
            .collect();
        places.sort();
        places
    };
    let expected = |places: [&str; 3]| -> Vec<(String, String)> {
        let ids = ["m1", "m2", "q2"].into_iter().zip(places);
        ids.map(|(id, place)| (id.to_owned(), place.to_owned()))
            .collect()
    };
    take(
        &desk,
        &[
            started("a", "chat"),
            started("b", "email"),
            at(message("m1", "a", "A zebra?"), "08:01:00"),
            at(message("m2", "a", "Another zebra"), "08:02:00"),
            own("question.asked", 3, &question, "08:02:00"),
        ],
    );
    assert_eq!(places(&desk), expected(["a", "a", "a"]));
    take(&desk, &[own("conversation.split", 4, &split, "09:00:00")]);
    assert_eq!(places(&desk), expected(["a", "n", "n"]));
    take(&desk, &[own("conversation.merged", 5, &merged, "10:00:00")]);
    assert_eq!(places(&desk), expected(["b", "n", "n"]));
    // A late message is put where it belongs, and the page of the answers says the same.
    let late = at(message("m3", "a", "A third zebra"), "08:03:00");
    take(&desk, std::slice::from_ref(&late));
    assert!(places(&desk).contains(&("m3".to_owned(), "n".to_owned())));
    let back = json!({"conversation": "a"});
    let redacted = json!({"conversation": "n", "message": "m3"});
    take(
        &desk,
        &[
            own("conversation.unmerged", 6, &back, "11:00:00"),
            // Redacted under the name of the conversation that it is in by now.
            own("message.redacted", 7, &redacted, "11:00:00"),
        ],
    );
    assert_eq!(places(&desk), expected(["a", "n", "n"]));
    let desk = desk.reopened();
    assert_eq!(places(&desk), expected(["a", "n", "n"]));
}
