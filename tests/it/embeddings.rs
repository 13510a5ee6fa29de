//! Texts compared by vectors of an endpoint on loopback that answers, stalls, lies and fails: what
//! it is asked, what is kept, and that no question waits for it longer than was set.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar::app::{App, AskView, Incoming, ModelView, Options, check};
use svar::clock::Clock;
use svar::command::AnswerDraft;
use svar::config::EmbeddingsConfig;
use svar::model::Timestamp;

use crate::commands::Commands as _;
use crate::desk::{Desk, NOW, Server, agent, answer};
use crate::knowledge::{later, unanswered};
use crate::phrasing::read;

const KEY: &str = "sk-test-9876543210";
const MODEL: &str = "words-1";
/// The numbers of a vector: so many directions, eight numbers each.
const DIMS: usize = 8 * DIRECTIONS;
const DIRECTIONS: usize = 64;

/// Words that mean the same to the endpoint.
const MEANINGS: [&[&str]; 4] = [
    &[
        "parcel", "package", "arrived", "arrive", "shipment", "turned",
    ],
    &["money", "refund", "reimbursed", "repaid"],
    &["card", "declined", "payment"],
    &["reset", "password", "forgot"],
];

const QUESTIONS: [&str; 6] = [
    "How do I reset my password?",
    "How can I reset my password?",
    "I forgot my password, what now?",
    "When will my parcel arrive?",
    "When does my parcel arrive?",
    "My parcel, when will it arrive?",
];

/// What shares no word of meaning with the answer's ways to ask.
const PARAPHRASE: &str = "Has the shipment turned up yet?";

/// What the endpoint does with a request.
#[derive(Clone)]
enum Deed {
    /// Good vectors, whose places are moved by so many.
    Answers(usize),
    /// These bytes, whatever they are.
    Sends(Vec<u8>),
    /// Nothing, until the other side gives up.
    Stalls,
    /// Good vectors of so many texts; of more, nothing in time.
    IsSlow(usize),
}

/// An endpoint whose deeds can be changed while it runs.
struct Endpoint {
    url: String,
    deed: Arc<Mutex<Deed>>,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Endpoint {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let deed = Arc::new(Mutex::new(Deed::Answers(0)));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (wanted, told) = (Arc::clone(&deed), Arc::clone(&requests));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (wanted, told) = (Arc::clone(&wanted), Arc::clone(&told));
                std::thread::spawn(move || {
                    if let Some((head, body)) = read(&stream) {
                        let body: Value = serde_json::from_str(&body).unwrap();
                        told.lock().unwrap().push((head, body.clone()));
                        let deed = wanted.lock().unwrap().clone();
                        react(stream, &body, deed);
                    }
                });
            }
        });
        Self {
            url,
            deed,
            requests,
        }
    }

    fn does(&self, deed: Deed) {
        *self.deed.lock().unwrap() = deed;
    }

    /// The requests since the last look.
    fn requests(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// The texts that were sent since the last look.
    fn texts(&self) -> Vec<String> {
        let requests = self.requests();
        let texts = requests.iter().flat_map(|(_, body)| inputs(body));
        texts.collect()
    }
}

fn inputs(body: &Value) -> Vec<String> {
    let inputs = body["input"].as_array().unwrap().iter();
    inputs
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn react(mut stream: TcpStream, body: &Value, deed: Deed) {
    let is_slow = match deed {
        Deed::IsSlow(most) => inputs(body).len() > most,
        _ => false,
    };
    let bytes = match deed {
        Deed::Answers(turn) => reply(&embeddings(&inputs(body), turn)).into_bytes(),
        Deed::Sends(bytes) => bytes,
        Deed::IsSlow(_) if !is_slow => reply(&embeddings(&inputs(body), 0)).into_bytes(),
        Deed::Stalls | Deed::IsSlow(_) => {
            drop(std::io::Read::read(&mut stream, &mut [0]));
            return;
        }
    };
    // A client that has seen enough hangs up.
    drop(stream.write_all(&bytes));
}

fn reply(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// The vectors of texts, the last first, as endpoints may.
fn embeddings(texts: &[String], turn: usize) -> String {
    let data = texts.iter().enumerate().rev().map(
        |(index, text)| json!({"object": "embedding", "index": index, "embedding": vector(text, turn)}),
    );
    json!({"object": "list", "model": MODEL, "data": data.collect::<Vec<Value>>()}).to_string()
}

/// Each word has a direction of its own, words of one meaning the same, which weighs much.
fn vector(text: &str, turn: usize) -> Vec<f32> {
    let mut vector = vec![0.0; DIMS];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let meaning = MEANINGS.iter().position(|same| same.contains(&word));
        let (place, weight) = if let Some(meaning) = meaning {
            (meaning, 5.0)
        } else {
            let sum = word
                .bytes()
                .fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 99_991);
            let rest = DIRECTIONS - MEANINGS.len();
            (MEANINGS.len() + sum % rest, 0.5)
        };
        let from = 8 * ((place + turn) % DIRECTIONS);
        for number in &mut vector[from..from + 8] {
            *number += weight;
        }
    }
    vector
}

fn config(endpoint: &Endpoint) -> EmbeddingsConfig {
    EmbeddingsConfig {
        endpoint: endpoint.url.clone(),
        model: MODEL.to_owned(),
        timeout_secs: Some(1),
        batch: Some(8),
        ..EmbeddingsConfig::default()
    }
}

fn opened(folder: tempfile::TempDir, config: EmbeddingsConfig, now: Timestamp) -> Desk {
    let clock = Clock::fixed(now);
    let options = Options {
        embeddings: Some(config),
        ..Options::default()
    };
    let app = App::open_with(folder.path(), clock.clone(), &options, |_done, _total| {}).unwrap();
    Desk {
        app: Arc::new(app),
        clock,
        folder,
    }
}

/// Closes a desk and opens it again.
fn reopened(desk: Desk, config: EmbeddingsConfig) -> Desk {
    desk.app.close().unwrap();
    let Desk { app, clock, folder } = desk;
    drop(app);
    opened(folder, config, clock.now())
}

/// A desk with two topics of questions and two short answers, which knows of the endpoint.
fn desk(config: EmbeddingsConfig) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let desk = opened(folder, config, Timestamp::parse(NOW).unwrap());
    for (number, text) in QUESTIONS.iter().enumerate() {
        desk.post(&unanswered(number, text, 20));
    }
    svar::work::group_questions(&desk.app).unwrap();
    publish(
        &desk,
        "Where is my parcel?",
        &["When will my parcel arrive?"],
    );
    publish(
        &desk,
        "How do I reset my password?",
        &["I forgot my password"],
    );
    desk
}

fn publish(desk: &Desk, question: &str, variants: &[&str]) {
    let draft = AnswerDraft {
        question: question.to_owned(),
        text: format!("On “{question}”: so."),
        variants: variants.iter().map(|&text| text.to_owned()).collect(),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    later(desk, 1);
}

/// The same, going by the endpoint.
fn going_by(endpoint: &Endpoint) -> Desk {
    let desk = desk(config(endpoint));
    choose(&desk);
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    endpoint.requests();
    desk
}

fn choose(desk: &Desk) -> ModelView {
    desk.app.go_by_endpoint("ann").unwrap()
}

fn ask(desk: &Desk, text: &str) -> AskView {
    desk.app.knowledge().ask(text).unwrap()
}

fn model(desk: &Desk) -> ModelView {
    desk.app.knowledge().model()
}

/// The questions by topic.
fn topics(desk: &Desk) -> BTreeMap<String, Vec<usize>> {
    let snapshot = desk.app.snapshot();
    let knowledge = &snapshot.installation.knowledge;
    let mut topics: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (id, question) in knowledge.questions.iter() {
        if let Some(topic) = knowledge.topic_of(question) {
            let number = id.as_str().trim_start_matches('q').parse().unwrap();
            topics.entry(topic.to_string()).or_default().push(number);
        }
    }
    for all in topics.values_mut() {
        all.sort_unstable();
    }
    topics
}

#[test]
fn a_paraphrase_is_answered_by_the_endpoint_that_is_not_without_it() {
    let endpoint = Endpoint::new();
    let place = tempfile::tempdir().unwrap();
    let key_file = place.path().join("key");
    std::fs::write(&key_file, format!("{KEY}\n")).unwrap();
    std::fs::set_permissions(&key_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let desk = desk(EmbeddingsConfig {
        key_file: Some(key_file),
        ..config(&endpoint)
    });
    let server = Server::start(&desk.app);
    let asked = |text: &str| server.post("/api/v1/ask", &json!({"text": text})).json();
    let before = asked(PARAPHRASE);
    assert_ne!(before["decision"], "answer", "{before}");
    assert!(endpoint.requests().is_empty(), "nobody chose it yet");
    let path = "/api/v1/knowledge/model/endpoint";
    let chosen = answer(agent().put(server.url(path)).send_empty());
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert_eq!(chosen.json()["next"]["name"], MODEL);
    assert_eq!(chosen.json()["next"]["endpoint"], endpoint.url);
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    let after = asked(PARAPHRASE);
    assert_eq!(after["decision"], "answer", "{after}");
    assert_eq!(after["source"], "Where is my parcel?");
    let in_use = server.get("/api/v1/knowledge/model");
    assert_eq!(in_use.json()["in_use"]["dims"], DIMS);
    assert_eq!(in_use.json()["fault"], json!(null));
    let responded = desk.app.respond(&Incoming {
        conversation: "live".to_owned(),
        contact: "p".to_owned(),
        channel: "chat".to_owned(),
        text: PARAPHRASE.to_owned(),
    });
    assert_eq!(responded.unwrap().decision.unwrap().decision, "answer");
    later(&desk, 1);
    let requests = endpoint.requests();
    for (head, body) in &requests {
        assert!(head.starts_with("POST /v1/embeddings HTTP/1.1"), "{head}");
        assert!(head.contains(&format!("Bearer {KEY}")), "{head}");
        assert_eq!(body["model"], MODEL);
        assert!((1..=8).contains(&inputs(body).len()), "{body}");
    }
    let texts = requests.iter().flat_map(|(_, body)| inputs(body));
    assert_eq!(texts.filter(|text| text == PARAPHRASE).count(), 1);
    let page = server.get("/knowledge/settings").body;
    assert!(page.contains(MODEL), "{page}");
    let mut kept = page + &in_use.body;
    for part in ["journal", "derived/vectors"] {
        for entry in std::fs::read_dir(desk.folder.path().join(part)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            kept.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    assert!(kept.contains(MODEL) && !kept.contains(KEY));
}

/// Replies that lie or fail: what they are, their bytes, and what is told of them.
fn failures() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let status = |status: &str| reply("{}").replace("200 OK", status);
    let with = |embedding: &str| {
        reply(&format!(
            r#"{{"data": [{{"index": 0, "embedding": {embedding}}}]}}"#
        ))
    };
    let numbers = |number: &str, count: usize| format!("[{}]", vec![number; count].join(","));
    let huge = reply(&format!(r#"{{"data": "{}"}}"#, "x".repeat(2_000_000)));
    let cut = reply(&embeddings(&[PARAPHRASE.to_owned()], 0));
    let elsewhere = status("307 There\r\nLocation: http://127.0.0.1:1/");
    let failures = [
        ("closes at once", String::new(), "the connection broke"),
        (
            "cut",
            cut.trim_end_matches([']', '}']).to_owned(),
            "the connection broke",
        ),
        ("fails", status("500 Sorry"), "it answered 500"),
        ("wants another key", status("401 No"), "it answered 401"),
        ("has enough", status("429 Later"), "it answered 429"),
        ("sends elsewhere", elsewhere, "it answered 307"),
        (
            "no HTTP",
            "220 ftp\r\n\r\n".to_owned(),
            "did not speak HTTP",
        ),
        ("rubbish", reply("<html>busy</html>"), "is not JSON"),
        (
            "other JSON",
            reply(r#"{"data": []}"#),
            "0 vectors for 1 texts",
        ),
        ("an error", reply(r#"{"error": "no"}"#), "has no vectors"),
        ("not a number", with(&numbers("NaN", DIMS)), "is not JSON"),
        ("no end", with(&numbers("1e39", DIMS)), "is not JSON"),
        ("nothing", with(&numbers("0", DIMS)), "points nowhere"),
        (
            "other numbers",
            with(&numbers("0.5", 511)),
            "have 511 numbers",
        ),
        ("very much", huge, "its reply is too long"),
    ];
    let bytes = failures.into_iter();
    bytes
        .map(|(what, reply, told)| (what, reply.into_bytes(), told))
        .collect()
}

#[test]
fn whatever_the_endpoint_does_the_table_answers_until_it_is_well_again() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    let remote = model(&desk).in_use.embedder;
    for (number, (what, bytes, told)) in failures().into_iter().enumerate() {
        endpoint.does(Deed::Sends(bytes));
        let text = format!("How do I reset my password number {number}?");
        let view = ask(&desk, &text);
        assert_eq!(view.embedder.as_deref(), Some("own/1"), "{what}");
        assert_eq!(view.candidates[0].variant, "How do I reset my password?");
        let fault = model(&desk).fault.unwrap_or_else(|| panic!("{what}"));
        assert!(fault.contains(told), "{what}: {fault}");
        assert!(!fault.contains(&endpoint.url), "{fault}");
        // Longer than one that failed is left alone.
        later(&desk, 2);
    }
    let known = ask(&desk, "How do I reset my password?");
    assert_eq!(
        (known.decision, known.embedder.as_deref()),
        ("answer", Some(&*remote)),
        "its vector is at hand"
    );
    endpoint.does(Deed::Answers(0));
    endpoint.requests();
    assert_eq!(ask(&desk, PARAPHRASE).decision, "answer");
    assert_eq!(model(&desk).fault, None);
}

#[test]
fn a_question_waits_no_longer_than_was_set_and_then_not_at_all() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    endpoint.does(Deed::Stalls);
    for number in 0..3 {
        let began = Instant::now();
        let view = ask(&desk, &format!("Where is my parcel {number}?"));
        let took = began.elapsed();
        assert_eq!(view.embedder.as_deref(), Some("own/1"));
        assert!(took >= Duration::from_millis(900), "{took:?}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
    assert_eq!(endpoint.requests().len(), 3);
    let began = Instant::now();
    ask(&desk, "Where is my parcel now?");
    assert!(began.elapsed() < Duration::from_millis(900));
    assert!(endpoint.requests().is_empty(), "it is left alone");
    let fault = model(&desk).fault.unwrap();
    assert!(fault.contains("it took too long"), "{fault}");
    endpoint.does(Deed::Answers(0));
    later(&desk, 2);
    svar::work::fetch_vectors(&desk.app).unwrap();
    assert_eq!(model(&desk).fault, None, "it is asked again by itself");
    assert_eq!(ask(&desk, PARAPHRASE).decision, "answer");
}

#[test]
fn a_second_start_asks_for_nothing_that_was_asked_for_before() {
    let endpoint = Endpoint::new();
    let desk = desk(config(&endpoint));
    choose(&desk);
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    let texts = endpoint.texts();
    for text in QUESTIONS {
        let count = texts.iter().filter(|one| *one == text).count();
        assert_eq!(count, 1, "{text}");
    }
    let (before, label) = (topics(&desk), model(&desk).in_use.embedder);
    let desk = reopened(desk, config(&endpoint));
    assert_eq!(model(&desk).in_use.embedder, label);
    svar::work::fetch_vectors(&desk.app).unwrap();
    svar::work::group_questions(&desk.app).unwrap();
    assert_eq!(topics(&desk), before);
    assert_eq!(ask(&desk, "When will my parcel arrive?").decision, "answer");
    assert_eq!(model(&desk).fault, None);
    assert!(endpoint.texts().is_empty());
    let position = desk.app.position();
    assert_eq!(choose(&desk).in_use.embedder, label);
    assert_eq!(desk.app.position(), position, "it is chosen already");
    desk.app.close().unwrap();
    let inspection = svar::app::Inspection {
        position: None,
        probe: None,
        now: desk.clock.now(),
        is_deep: false,
    };
    drop(desk.app);
    let account = check(desk.folder.path(), inspection, |_seq| {}).unwrap();
    assert!(account.is_clean(), "{account:#?}");
}

#[test]
fn a_change_that_is_broken_off_tells_why_and_goes_on_where_it_was() {
    let endpoint = Endpoint::new();
    let desk = desk(EmbeddingsConfig {
        batch: Some(3),
        ..config(&endpoint)
    });
    let before = topics(&desk);
    choose(&desk);
    endpoint.does(Deed::Sends(reply("{}").replace("200", "503").into_bytes()));
    let stopped = svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap_err();
    assert!(stopped.to_string().contains("it answered 503"), "{stopped}");
    let view = model(&desk);
    assert_eq!(view.in_use.embedder, "own/1");
    assert!(view.fault.unwrap().contains("503"));
    let progress = view.progress.unwrap();
    assert_eq!(progress.done, 0);
    assert!(progress.total > 6, "{progress:?}");
    assert_eq!(topics(&desk), before, "all stays as it was");
    endpoint.does(Deed::Answers(0));
    later(&desk, 2);
    let mut steps = Vec::new();
    let steps = Mutex::new(&mut steps);
    svar::work::switch_now(&desk.app, |done, total| {
        steps.lock().unwrap().push((done, total));
    })
    .unwrap();
    later(&desk, 1);
    assert_eq!(model(&desk).in_use.name.as_deref(), Some(MODEL));
    assert_eq!((model(&desk).fault, model(&desk).next), (None, None));
    let sets: Vec<Vec<usize>> = topics(&desk).into_values().collect();
    assert_eq!(sets, [vec![0, 1, 2], vec![3, 4, 5]]);
    desk.app.remove("ann").unwrap();
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    assert_eq!(model(&desk).in_use.embedder, "own/1");
    let left = std::fs::read_dir(desk.folder.path().join("derived/vectors")).unwrap();
    assert_eq!(left.count(), 0, "its vectors are gone");
    choose(&desk);
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    let desk = reopened(desk, config(&endpoint));
    assert_eq!(model(&desk).fault, None, "they were kept anew");
}

#[test]
fn new_questions_and_answers_wait_for_their_vectors_and_are_not_lost() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    endpoint.does(Deed::Sends(Vec::new()));
    desk.post(&unanswered(6, "The shipment has not turned up", 21));
    svar::work::group_questions(&desk.app).unwrap();
    assert_eq!(svar::work::questions_waiting(&desk.app), 1);
    publish(&desk, "How do I get reimbursed?", &["I want to be repaid"]);
    let view = ask(&desk, "How do I get reimbursed?");
    assert_eq!(view.embedder.as_deref(), Some("own/1"));
    assert_eq!(view.source.as_deref(), Some("How do I get reimbursed?"));
    endpoint.does(Deed::Answers(0));
    later(&desk, 2);
    svar::work::fetch_vectors(&desk.app).unwrap();
    svar::work::group_questions(&desk.app).unwrap();
    later(&desk, 1);
    assert_eq!(svar::work::questions_waiting(&desk.app), 0);
    let sets: Vec<Vec<usize>> = topics(&desk).into_values().collect();
    assert_eq!(sets, [vec![0, 1, 2], vec![3, 4, 5, 6]]);
    let texts = endpoint.texts();
    let count = |text: &str| texts.iter().filter(|one| *one == text).count();
    assert!(count("I want to be repaid") >= 1);
    let view = ask(&desk, "When is the refund coming?");
    assert_eq!(
        (view.decision, view.source.as_deref()),
        ("answer", Some("How do I get reimbursed?"))
    );
}

#[test]
fn with_the_work_beside_the_desk_all_of_it_happens_by_itself() {
    let endpoint = Endpoint::new();
    let desk = desk(config(&endpoint));
    let _working = svar::work::start(&desk.app);
    let comes = |what: &str, is_there: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !is_there() {
            assert!(began.elapsed() < Duration::from_mins(1), "{what}");
            std::thread::park_timeout(Duration::from_millis(10));
        }
    };
    choose(&desk);
    comes("the change", &|| {
        model(&desk).in_use.name.as_deref() == Some(MODEL)
    });
    later(&desk, 1);
    endpoint.requests();
    publish(&desk, "How do I get reimbursed?", &["I want to be repaid"]);
    let sent = Mutex::new(Vec::new());
    comes("the answer's vectors", &|| {
        let mut sent = sent.lock().unwrap();
        sent.extend(endpoint.texts());
        sent.iter().any(|text| text == "I want to be repaid")
    });
    desk.post(&unanswered(6, "The shipment has not turned up", 21));
    comes("the question's topic", &|| {
        topics(&desk).values().any(|all| all.contains(&6))
    });
    assert_eq!(ask(&desk, PARAPHRASE).decision, "answer");
}

#[test]
fn vectors_that_are_gone_are_fetched_again_while_the_table_stands_in() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    let before = topics(&desk);
    desk.app.close().unwrap();
    std::fs::remove_dir_all(desk.folder.path().join("derived/vectors")).unwrap();
    endpoint.does(Deed::Sends(Vec::new()));
    let desk = reopened(desk, config(&endpoint));
    let view = model(&desk);
    assert_eq!(view.in_use.embedder, "own/1");
    let fault = view.fault.unwrap();
    assert!(
        fault.contains("6 questions wait for their vectors"),
        "{fault}"
    );
    assert_eq!(ask(&desk, "Where is my parcel?").decision, "answer");
    assert_eq!(topics(&desk), before);
    assert!(svar::work::fetch_vectors(&desk.app).is_err());
    endpoint.does(Deed::Answers(0));
    later(&desk, 2);
    svar::work::fetch_vectors(&desk.app).unwrap();
    assert_eq!(model(&desk).in_use.name.as_deref(), Some(MODEL));
    assert_eq!((model(&desk).fault, topics(&desk)), (None, before));
    assert_eq!(ask(&desk, PARAPHRASE).decision, "answer");
}

#[test]
fn another_model_under_the_same_name_is_noticed_and_never_mixed_in() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    let label = model(&desk).in_use.embedder;
    let desk = reopened(desk, config(&endpoint));
    endpoint.does(Deed::Answers(9));
    let view = ask(&desk, PARAPHRASE);
    assert_eq!(view.embedder.as_deref(), Some("own/1"));
    let fault = model(&desk).fault.unwrap();
    assert!(
        fault.contains("other vectors than when it was chosen"),
        "{fault}"
    );
    let next = choose(&desk).next.unwrap();
    assert_ne!(next.embedder, label);
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    assert_eq!(model(&desk).in_use.embedder, next.embedder);
    assert_eq!(model(&desk).fault, None);
    assert_eq!(ask(&desk, PARAPHRASE).decision, "answer");
}

#[test]
fn settings_that_name_none_or_another_are_told() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    let desk = reopened(
        desk,
        EmbeddingsConfig {
            model: "words-2".to_owned(),
            ..config(&endpoint)
        },
    );
    let fault = model(&desk).fault.unwrap();
    assert!(fault.contains("another model than `words-2`"), "{fault}");
    assert_eq!(model(&desk).in_use.embedder, "own/1");
    let desk = desk.reopened_then();
    let fault = model(&desk).fault.unwrap();
    assert!(fault.contains("names no endpoint"), "{fault}");
    assert_eq!(ask(&desk, "Where is my parcel?").decision, "answer");
    let position = desk.app.position();
    let server = Server::start(&desk.app);
    let path = "/api/v1/knowledge/model/endpoint";
    let refused = answer(agent().put(server.url(path)).send_empty());
    assert_eq!(refused.status, 400);
    let told = refused.json()["detail"].to_string();
    assert!(
        told.contains("endpoint") && told.contains("[embeddings]"),
        "{told}"
    );
    assert_eq!(desk.app.position(), position);
}

#[test]
fn an_endpoint_that_compares_nothing_is_refused_and_changes_nothing() {
    let endpoint = Endpoint::new();
    let desk = desk(config(&endpoint));
    let position = desk.app.position();
    for (what, bytes, _) in failures() {
        endpoint.does(Deed::Sends(bytes));
        let refused = desk.app.go_by_endpoint("ann").unwrap_err();
        assert!(
            refused.to_string().contains("endpoint"),
            "{what}: {refused}"
        );
    }
    assert_eq!(desk.app.position(), position);
    let view = model(&desk);
    assert_eq!((view.in_use.embedder.as_str(), view.next), ("own/1", None));
    assert!(!desk.folder.path().join("derived/vectors").exists());
}

#[test]
fn a_server_that_loads_its_model_first_is_tried_again() {
    let endpoint = Endpoint::new();
    let desk = desk(config(&endpoint));
    endpoint.does(Deed::Stalls);
    let deed = Arc::clone(&endpoint.deed);
    let requests = Arc::clone(&endpoint.requests);
    let loaded = std::thread::spawn(move || {
        while requests.lock().unwrap().is_empty() {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        *deed.lock().unwrap() = Deed::Answers(0);
    });
    assert_eq!(choose(&desk).next.unwrap().name.as_deref(), Some(MODEL));
    loaded.join().unwrap();
}

#[test]
fn a_batch_that_takes_too_long_is_halved_until_it_does_not() {
    let endpoint = Endpoint::new();
    let desk = desk(config(&endpoint));
    choose(&desk);
    endpoint.requests();
    endpoint.does(Deed::IsSlow(2));
    let switched = || svar::work::switch_now(&desk.app, |_done, _total| {}).is_ok();
    assert_eq!([switched(), switched(), switched()], [false, false, true]);
    let requests = endpoint.requests();
    let sizes: Vec<usize> = requests
        .iter()
        .map(|(_, body)| inputs(body).len())
        .collect();
    assert_eq!(sizes.get(..3), Some(&[8, 4, 2][..]));
    later(&desk, 1);
    assert_eq!(model(&desk).in_use.name.as_deref(), Some(MODEL));
}

#[test]
fn a_backtest_and_the_regression_set_go_by_the_endpoint_and_fetch_nothing_twice() {
    let endpoint = Endpoint::new();
    let desk = going_by(&endpoint);
    let draft = AnswerDraft {
        question: "What of my shipment?".to_owned(),
        text: "It comes.".to_owned(),
        variants: vec!["My shipment has not turned up".to_owned()],
        ..AnswerDraft::default()
    };
    let tried = desk.app.knowledge().backtest(&draft, 90).unwrap();
    assert!(!endpoint.texts().is_empty());
    let again = desk.app.knowledge().backtest(&draft, 90).unwrap();
    assert_eq!(again, tried);
    assert!(endpoint.texts().is_empty());
    endpoint.does(Deed::Sends(Vec::new()));
    assert_eq!(desk.app.knowledge().backtest(&draft, 90).unwrap(), tried);
}

#[test]
fn the_page_of_the_model_goes_by_the_endpoint_and_says_how_it_does_as_the_list_of_parts_does() {
    let endpoint = Endpoint::new();
    let desk = desk(config(&endpoint));
    let server = Server::start(&desk.app);
    let page = || server.get("/knowledge/settings").body;
    let part = || {
        let alerts = server.get("/api/v1/alerts").json();
        let health = alerts["health"].as_array().unwrap();
        let own = health.iter().find(|one| one["part"] == "embeddings");
        own.cloned().unwrap()
    };
    let press = || {
        desk.tick();
        server.form("/knowledge/settings", &[("do", "use_endpoint")])
    };
    let shown = page();
    let named = format!("svar.toml names {MODEL} at {}", endpoint.url);
    assert!(shown.contains(&named), "{shown}");
    assert!(shown.contains("It was not asked since Svar began."));
    assert!(shown.contains("Use this endpoint"));
    assert_eq!(
        (&part()["state"], &part()["name"]),
        (&json!("off"), &json!(MODEL))
    );
    let unavailable = reply("{}").replace("200", "503").into_bytes();
    endpoint.does(Deed::Sends(unavailable.clone()));
    let refused = press();
    assert!(refused.body.contains("it answered 503"), "{}", refused.body);
    assert_eq!(model(&desk).next, None, "nothing was changed");
    endpoint.does(Deed::Answers(0));
    assert_eq!(press().status, 303);
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(&desk, 1);
    let shown = server.get("/knowledge/settings?done=endpoint").body;
    assert!(shown.contains("The endpoint answers."), "{shown}");
    assert!(shown.contains("It made vectors last"), "{shown}");
    assert!(shown.contains("Try it again"), "{shown}");
    assert_eq!(part()["state"], "working");
    // What a backtest compared texts by.
    let draft = json!({"answer": {"question": PARAPHRASE, "text": "So."}});
    let tested = server.post("/api/v1/knowledge/answers/backtest", &draft);
    assert_eq!(tested.json()["embedder_name"], MODEL, "{}", tested.body);
    endpoint.does(Deed::Sends(unavailable));
    drop(ask(&desk, "Something that nobody has asked before"));
    let shown = page();
    assert!(shown.contains("It makes no vectors since"), "{shown}");
    let broken = part();
    assert_eq!(broken["state"], "trouble");
    assert!(
        broken["reason"].as_str().unwrap().contains("503"),
        "{broken}"
    );
    assert!(broken["since"].is_string(), "{broken}");
    let listed = server.get("/alerts").body;
    assert!(listed.contains(&format!("Vectors: {MODEL}")), "{listed}");
}

#[test]
fn where_the_settings_name_no_endpoint_no_page_offers_one() {
    let (_desk, server) = Desk::served("");
    let shown = server.get("/knowledge/settings").body;
    assert!(!shown.contains("use_endpoint"), "{shown}");
    let alerts = server.get("/api/v1/alerts").json();
    let parts = alerts["health"].as_array().unwrap();
    assert!(parts.iter().all(|one| one["part"] != "embeddings"));
    let draft = json!({"answer": {"question": "How do I pay?", "text": "So."}});
    let tested = server.post("/api/v1/knowledge/answers/backtest", &draft);
    assert_eq!(
        tested.json()["embedder_name"],
        Value::Null,
        "{}",
        tested.body
    );
}
