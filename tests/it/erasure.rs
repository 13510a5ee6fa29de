//! The erasure of a contact: their words and names are nowhere any more, every report says what
//! it said, and nothing of them comes in again.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use svar::app::{App, Error, GapQuery, Inspection, Options, Paging, Via};
use svar::clock::Clock;
use svar::command::{Caller, Command, ContactAction, ContactCommand, Identity, Role};
use svar::model::Timestamp;

use crate::desk::{Desk, NOW, Server, agent, answer, lines};

/// What may be found nowhere: whole, and as words of an index.
const WORDS: [&str; 8] = [
    "zanzibarion",
    "pia.holm@fjord.example",
    "Pia Holm",
    "+4755512345",
    "quetzaline",
    "subject-of-pia",
    "pia-before",
    "user-4711",
];

/// Pia, who was two contacts, and Quentin, who is somebody else: when, what, and the fields.
const STORY: &str = r#"
01T09:00 contact.upserted {"contact": "pia-now", "name": "Pia Holm", "email": "pia.holm@fjord.example", "phone": "+4755512345", "language": "nb", "company": {"name": "Fjord", "url": "https://fjord.example"}, "attributes": {"note": "quetzaline"}}
01T09:00 contact.upserted {"contact": "pia-before", "name": "Pia"}
01T09:00 contact.upserted {"contact": "quentin", "name": "Quentin Ode", "company": {"name": "Fjord", "url": "https://fjord.example"}}
01T09:00 rep.upserted {"rep": "ada", "name": "Ada"}
20T09:00 conversation.started {"conversation": "c1", "contact": "pia-now", "channel": "chat", "subject": "subject-of-pia", "url": "https://fjord.example/zanzibarion"}
20T09:00 message.added {"conversation": "c1", "message": "m1", "author": {"kind": "contact", "id": "pia-now"}, "text": "Do you deliver to Zanzibarion?"}
20T09:01 question.asked {"conversation": "c1", "question": "q1", "text": "Do you deliver to Zanzibarion?", "outcome": "unanswered", "message": "m1"}
20T09:01 conversation.handed_off {"conversation": "c1", "reason": "no_answer"}
20T09:05 message.added {"conversation": "c1", "message": "m2", "author": {"kind": "rep", "id": "ada"}, "text": "Dear Pia Holm, to Zanzibarion we do."}
20T10:00 conversation.resolved {"conversation": "c1", "by": {"kind": "rep", "id": "ada"}}
21T09:00 conversation.started {"conversation": "c2", "contact": "pia-before", "channel": "email"}
21T09:00 message.added {"conversation": "c2", "message": "m3", "author": {"kind": "contact", "id": "pia-before"}, "text": "And quetzaline, too?"}
22T09:00 contact.merged {"contact": "pia-before", "into": "pia-now"}
22T09:00 conversation.started {"conversation": "c3", "contact": "quentin", "channel": "chat"}
22T09:00 message.added {"conversation": "c3", "message": "m4", "author": {"kind": "contact", "id": "quentin"}, "text": "Is my refund on its way?"}
22T09:01 question.asked {"conversation": "c3", "question": "q2", "text": "Is my refund on its way?", "outcome": "unanswered", "message": "m4"}
22T09:05 message.added {"conversation": "c3", "message": "m5", "author": {"kind": "rep", "id": "ada"}, "text": "Ask PIA HOLM (pia.holm@fjord.example) about the refund.", "visibility": "note"}
23T09:00 ticket.opened {"ticket": "t1", "pipeline": "support", "stage": "new", "contact": "pia-now", "subject": "quetzaline broken"}
24T09:00 ticket.staged {"ticket": "t1", "stage": "closed"}
24T10:00 csat.rated {"ticket": "t1", "score": 4, "text": "quetzaline is fine"}
24T11:00 feedback.given {"conversation": "c1", "rating": "helpful", "text": "zanzibarion"}
25T09:00 ticket.opened {"ticket": "j1", "pipeline": "jobs", "stage": "new", "conversation": "c1", "request": "direct"}
25T10:00 proposal.sent {"proposal": "o1", "ticket": "j1", "amount": 5.0, "text": "To zanzibarion"}
"#;

fn story() -> Vec<Value> {
    let lines = STORY.lines().filter(|line| !line.is_empty());
    lines
        .enumerate()
        .map(|(place, line)| told(place + 1, line))
        .collect()
}

/// An event in the words of the story.
fn told(id: usize, line: &str) -> Value {
    let (at, rest) = line.split_once(' ').unwrap();
    let (kind, fields) = rest.split_once(' ').unwrap();
    let mut event: Value = serde_json::from_str(fields).unwrap();
    event["type"] = kind.into();
    event["at"] = format!("2026-10-{at}:00Z").into();
    event["source"] = "shop".into();
    event["id"] = id.to_string().into();
    event
}

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

/// An app over a journal with many small segments, the full ones compressed.
fn open(folder: &Path, now: Timestamp) -> Arc<App> {
    let mut options = Options::default();
    options.journal.segment_bytes = 600;
    let clock = Clock::fixed(now);
    Arc::new(App::open_with(folder, clock, &options, |_, _| {}).unwrap())
}

/// A desk with the story, topics grouped and titled, whose words are in all folds.
fn filled(folder: &Path) -> Arc<App> {
    let app = open(folder, Timestamp::parse(NOW).unwrap());
    for event in story() {
        let body = lines(&[event]);
        let taken = app.take_body("test", body.as_bytes(), None).unwrap();
        assert_eq!(taken.rejected, []);
    }
    app.settle().unwrap();
    svar::work::group_questions(&app).unwrap();
    app.settle().unwrap();
    app
}

/// Every report with each cut that the names of contacts are in, and the whole of it.
fn reports(app: &App) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for report in svar::report::registry::all() {
        for by in ["", "contact", "company", "language", "channel"] {
            let window = [
                ("from", "2026-10-01"),
                ("to", "2026-11-02"),
                ("every", "week"),
            ];
            let cut = Some(("by", by)).filter(|_cut| !by.is_empty());
            let pairs = window.into_iter().chain(cut);
            let Ok(query) = svar::report::Query::parse(pairs, chrono_tz::Tz::UTC) else {
                continue;
            };
            let Ok(answer) = app.report(report.id, &query) else {
                continue;
            };
            let mut told = serde_json::to_value(answer).unwrap();
            told["log_position"] = Value::Null;
            all.push((format!("{} by {by}", report.id), told));
        }
    }
    assert!(all.len() > 150, "{}", all.len());
    all
}

/// The bytes of every file of a folder, uncompressed where it is a segment.
fn bytes_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let began = std::time::Instant::now();
    loop {
        match try_bytes_of(folder) {
            Ok(all) => return all,
            // An open desk gives files other names, and puts new ones in the place of several.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                assert!(
                    began.elapsed().as_secs() < 60,
                    "it does not settle: {error}"
                );
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn try_bytes_of(folder: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(next) = ahead.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                ahead.push(path);
                continue;
            }
            let name = path.display().to_string();
            let bytes = std::fs::read(&path)?;
            if path.extension().is_some_and(|end| end == "zst") {
                all.push((name, zstd::decode_all(bytes.as_slice())?));
            } else {
                all.push((name, bytes));
            }
        }
    }
    Ok(all)
}

/// In which files a word is, whatever its letters' size.
fn found(folder: &Path, word: &str) -> Vec<String> {
    let word = word.to_lowercase().into_bytes();
    let has = |bytes: &[u8]| {
        let bytes = bytes.to_ascii_lowercase();
        bytes.windows(word.len()).any(|window| window == word)
    };
    let all = bytes_of(folder).into_iter();
    all.filter(|(_, bytes)| has(bytes))
        .map(|(name, _)| name)
        .collect()
}

/// Erases Pia, and gives the desk that was opened anew.
fn erased(app: Arc<App>, folder: &Path) -> Arc<App> {
    let view = app.erase_contact(&admin(), "pia-now", "Pia Holm").unwrap();
    assert_eq!(view.contacts, ["pia-before", "pia-now"]);
    assert!(view.pseudonym.unwrap().starts_with("erased-"));
    app.close().unwrap();
    drop(app);
    open(folder, Timestamp::parse(NOW).unwrap())
}

/// Waits until all segments but the last are compressed.
fn wait_for_seals(data: &Path) {
    let is_plain = |path: &Path| path.extension().is_some_and(|end| end == "jsonl");
    let plain = || {
        let entries = std::fs::read_dir(data.join("journal")).unwrap();
        entries
            .filter(|entry| is_plain(&entry.as_ref().unwrap().path()))
            .count()
    };
    let began = std::time::Instant::now();
    while plain() > 1 {
        assert!(
            began.elapsed().as_secs() < 60,
            "segments are not compressed"
        );
        std::thread::park_timeout(std::time::Duration::from_millis(5));
    }
}

#[test]
fn every_report_says_what_it_said_by_whatever_it_is_cut() {
    let place = tempfile::tempdir().unwrap();
    let app = filled(place.path());
    let before = reports(&app);
    let app = erased(app, place.path());
    let renamed = |told: &Value| {
        let text = told.to_string().replace("pia-now", &called(&app));
        sorted(serde_json::from_str(&text).unwrap())
    };
    for ((name, was), (_, is)) in before.iter().zip(reports(&app)) {
        assert_eq!(renamed(was), sorted(is), "{name}");
    }
}

#[test]
fn drafts_to_them_and_of_them_go_and_others_stay() {
    let place = tempfile::tempdir().unwrap();
    let app = filled(place.path());
    let keep = |conversation: &str, reader: Identity, text: &str| {
        let draft = svar::app::Writing {
            text: text.to_owned(),
            ..svar::app::Writing::default()
        };
        let caller = Caller::live(reader, Role::Admin);
        app.save_draft(&caller, conversation, draft).unwrap();
    };
    let eve = || Identity::User("eve".to_owned());
    keep("c1", Identity::Cli, "Dear all,");
    keep("c3", Identity::Cli, "Ask Pia Holm about it.");
    keep("c3", eve(), "Yes, it is on its way.");
    let app = erased(app, place.path());
    let text = |conversation: &str, reader: Identity| {
        let caller = Caller::live(reader, Role::Admin);
        app.draft(&caller, conversation).unwrap().text
    };
    assert_eq!(text("c1", Identity::Cli), "");
    assert_eq!(text("c3", Identity::Cli), "");
    assert_eq!(text("c3", eve()), "Yes, it is on its way.");
}

#[test]
fn words_and_names_are_nowhere_any_more_neither_here_nor_in_a_later_backup() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup) = (place.path().join("data"), place.path().join("backup"));
    let app = filled(&data);
    let verify = ContactCommand {
        contact: "pia-now".to_owned(),
        rep: None,
        action: ContactAction::Verify {
            host_id: "user-4711".to_owned(),
        },
    };
    app.write_now(&admin(), Command::Contact(verify)).unwrap();
    app.settle().unwrap();
    app.backup(&backup).unwrap();
    wait_for_seals(&data);
    for word in WORDS {
        assert!(!found(&data, word).is_empty(), "{word} is there");
        assert!(!found(&backup, word).is_empty(), "{word} is there");
    }
    let app = erased(app, &data);
    for word in WORDS {
        assert_eq!(found(&data, word), Vec::<String>::new(), "{word}");
    }
    for word in ["zanzibarion", "quetzaline"] {
        let hits = app.search(&svar::app::Search::text(word, 10)).unwrap();
        assert_eq!(hits.len(), 0, "{word}: {hits:?}");
    }
    let rest = app.search(&svar::app::Search::text("refund", 10)).unwrap();
    assert!(!rest.is_empty(), "what others wrote is found");
    // A backup into the same folder takes away what the last one had.
    app.backup(&backup).unwrap();
    app.close().unwrap();
    drop(app);
    for word in WORDS {
        assert_eq!(found(&backup, word), Vec::<String>::new(), "{word}");
    }
    let inspection = Inspection {
        position: None,
        probe: None,
        now: Timestamp::parse(NOW).unwrap(),
        is_deep: true,
    };
    let account = svar::app::check(&data, inspection, |_| {}).unwrap();
    assert!(account.is_clean(), "{:?}", account.found);
    assert!(!data.join("erase").exists());
}

#[test]
fn words_too_long_for_the_store_are_nowhere_any_more_either() {
    let place = tempfile::tempdir().unwrap();
    let app = filled(place.path());
    let long = "longwinded ".repeat(10_000);
    let line = format!(
        r#"25T11:00 message.added {{"conversation": "c1", "message": "m9", "author": {{"kind": "contact", "id": "pia-now"}}, "text": "{long}"}}"#
    );
    let body = lines(&[told(91, &line)]);
    let taken = app.take_body("test", body.as_bytes(), None).unwrap();
    assert_eq!(taken.rejected, []);
    app.settle().unwrap();
    let is_value = |name: &String| name.contains("/derived/values/");
    assert!(found(place.path(), "longwinded").iter().any(is_value));
    let app = erased(app, place.path());
    assert_eq!(found(place.path(), "longwinded"), Vec::<String>::new());
    assert_eq!(app.conversation("c1").unwrap().messages.len(), 3);
}

/// What Pia is called now: the one contact whose id is a pseudonym and who has both conversations.
fn called(app: &App) -> String {
    let conversation = app.conversation("c1").unwrap();
    conversation.contact.to_string()
}

/// The series of a report in the order of their keys: a pseudonym sorts elsewhere.
fn sorted(mut report: Value) -> Value {
    if let Some(series) = report["series"].as_array_mut() {
        series.sort_by_key(ToString::to_string);
    }
    report
}

#[test]
fn nothing_of_an_erased_contact_comes_in_again_and_the_line_says_why() {
    let place = tempfile::tempdir().unwrap();
    let app = filled(place.path());
    let app = erased(app, place.path());
    let position = app.position();
    let body = lines(&story());
    let again = app
        .take_body_by(Via::Import, "import", body.as_bytes(), None)
        .unwrap();
    // What is Quentin's, the rep's and nobody's is there already; all that is Pia's is refused.
    assert_eq!((again.accepted, again.duplicates), (0, 5), "{again:?}");
    let others = [3, 4, 14, 15, 16];
    for fault in &again.rejected {
        assert!(!others.contains(&fault.line), "{fault:?}");
        // A note about her was changed by the erasure, so it is another one than was journalled.
        let word = if fault.line == 17 {
            "differs"
        } else {
            "the contact is erased"
        };
        assert!(fault.reason.contains(word), "{fault:?}");
    }
    assert_eq!(again.rejected.len(), 18);
    assert_eq!(app.position(), position);
    let name = called(&app);
    let line = format!(r#"28T09:00 contact.upserted {{"contact": "{name}", "name": "Pia Holm"}}"#);
    let by_pseudonym = told(90, &line);
    let taken = app
        .take_body("test", lines(&[by_pseudonym]).as_bytes(), None)
        .unwrap();
    assert_eq!((taken.accepted, taken.rejected.len()), (0, 1));
    let incoming = svar::app::Incoming {
        conversation: "c9".to_owned(),
        contact: "pia-now".to_owned(),
        channel: "chat".to_owned(),
        text: "Hello?".to_owned(),
    };
    assert!(matches!(app.respond(&incoming), Err(Error::Refused(_))));
    assert!(app.erasure_of("pia-now").is_err());
    let twice = app.erase_contact(&admin(), &name, &name).unwrap_err();
    assert!(twice.to_string().contains("erased already"), "{twice}");
    assert!(
        !place.path().join("erase").exists(),
        "nothing is to be done"
    );
}

#[test]
fn a_topic_is_titled_by_the_questions_that_are_left() {
    let place = tempfile::tempdir().unwrap();
    let app = erased(filled(place.path()), place.path());
    svar::work::group_questions(&app).unwrap();
    app.settle().unwrap();
    let gaps = app.knowledge().gaps(&GapQuery {
        paging: Paging::first(50),
        ..GapQuery::default()
    });
    let told = serde_json::to_string(&gaps).unwrap();
    assert!(!told.to_lowercase().contains("zanzibarion"), "{told}");
    assert!(told.contains("refund"), "{told}");
}

#[test]
fn what_goes_is_told_first_and_nothing_goes_without_the_name() {
    let (desk, server) = Desk::served("");
    desk.post(&story());
    let before = desk.app.position();
    let post = |body: Value| {
        let request = agent().post(server.url("/api/v1/contacts/pia-now/erase"));
        answer(
            request
                .header("content-type", "application/json")
                .send(body.to_string()),
        )
    };
    let told = post(json!({"dry_run": true}));
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(
        told.json(),
        json!({"confirm": "Pia Holm", "contacts": ["pia-before", "pia-now"],
            "conversations": ["c1", "c2"], "tickets": ["j1", "t1"], "messages": 3, "questions": 1,
            "files": 0})
    );
    for body in [json!({}), json!({"name": "Pia"}), json!({"name": ""})] {
        let refused = post(body);
        assert_eq!(refused.status, 400, "{}", refused.body);
    }
    for path in ["pia-before", "nobody"] {
        let path = server.url(&format!("/api/v1/contacts/{path}/erase"));
        let body = json!({"name": "Pia"}).to_string();
        let sent = answer(
            agent()
                .post(path)
                .header("content-type", "application/json")
                .send(body),
        );
        assert!([404, 409].contains(&sent.status), "{}", sent.body);
    }
    let page = server.get("/contacts/pia-now/erase");
    for words in [
        "Type Pia Holm to confirm",
        "/conversations/c2",
        "3 messages",
        "1 contact who was merged",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let wrong = server.form("/contacts/pia-now/erase", &[("name", "Pia")]);
    assert!(wrong.body.contains("expected `Pia Holm`"), "{}", wrong.body);
    assert_eq!(desk.app.position(), before, "nothing was written");
    assert!(!desk.folder.path().join("erase").exists());
    let done = server.form("/contacts/pia-now/erase", &[("name", "Pia Holm")]);
    assert!(done.body.contains("Erased."), "{}", done.body);
    assert!(desk.folder.path().join("erase").exists());
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    assert_eq!(server.get("/contacts/pia-now").status, 404);
    let name = called(&desk.app);
    let page = server.get(&format!("/contacts/{name}")).body;
    assert!(
        !page.contains("Look at what goes") && !page.contains("Block for good"),
        "{page}"
    );
}
