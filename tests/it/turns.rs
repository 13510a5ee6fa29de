//! Turns of the customer agent beside each other: one that waits for an endpoint holds nobody who
//! comes after it, and no stop of the desk.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::json;
use svar::config::AgentConfig;
use svar::model::event::ActorKind;

use crate::desk::{Desk, Server};
use crate::live::Onlooker;
use crate::phrasing::{QUESTION, TEXT, completion, desk, read, reply};

const PHRASED: &str = "Just press **Forgot**.";
/// How long the endpoint is waited for: longer than any test takes.
const LONG_SECS: u64 = 60;
const PATIENCE: Duration = Duration::from_secs(30);

/// An endpoint that lets its first request wait and answers all others.
struct Endpoint {
    url: String,
    /// Told when a request has come.
    asked: Receiver<()>,
    /// Lets the first one go.
    release: Sender<()>,
}

impl Endpoint {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let (tell, asked) = channel();
        let (release, released) = channel::<()>();
        std::thread::spawn(move || {
            let mut held = Some(released);
            for mut stream in listener.incoming().map_while(Result::ok) {
                let (held, tell) = (held.take(), tell.clone());
                std::thread::spawn(move || {
                    if read(&stream).is_none() {
                        return;
                    }
                    if tell.send(()).is_err() {
                        return;
                    }
                    if let Some(released) = held {
                        released.recv().unwrap_or_default();
                    }
                    // Who asked may have hung up.
                    drop(stream.write_all(reply(&completion(PHRASED)).as_bytes()));
                });
            }
        });
        Self {
            url,
            asked,
            release,
        }
    }

    /// A desk with one short answer, whose customer agent answers at once and by this endpoint.
    fn desk(&self) -> (Desk, Server) {
        let desk = desk(Some(AgentConfig {
            endpoint: self.url.clone(),
            model: "tiny-1".to_owned(),
            timeout_secs: Some(LONG_SECS),
            ..AgentConfig::default()
        }));
        desk.post_story("20 09:00 contact.upserted contact=p");
        let server = Server::start(&desk.app);
        let set = server.post("/api/v1/customer-agent", &json!({"settle_ms": 0}));
        assert_eq!(set.status, 200, "{}", set.body);
        (desk, server)
    }
}

/// A contact asks; gives the conversation's id.
fn ask(desk: &Desk, server: &Server) -> String {
    desk.tick();
    let new = json!({"by": "contact", "contact": {"id": "p"}, "channel": "chat", "text": QUESTION});
    let sent = server.post("/api/v1/conversations", &new);
    assert_eq!(sent.status, 200, "{}", sent.body);
    // The clock stands still, and the message is a moment ahead of it.
    desk.tick();
    sent.json()["id"].as_str().unwrap().to_owned()
}

/// What the customer agent has said in a conversation.
fn said(desk: &Desk, conversation: &str) -> Option<String> {
    let known = desk.app.conversation(conversation).unwrap();
    let mut messages = known.messages.into_iter();
    let own = messages.find(|message| message.author.kind == ActorKind::CustomerAgent);
    own.map(|message| message.text)
}

/// The same, waited for.
fn answered(desk: &Desk, server: &Server, conversation: &str) -> String {
    let mut stream = Onlooker::of(server, "/api/v1/stream", &[]);
    loop {
        // The first event says that what comes from here on is told.
        stream.next().unwrap();
        if let Some(text) = said(desk, conversation) {
            return text;
        }
    }
}

#[test]
fn a_turn_that_waits_for_an_endpoint_holds_nobody_who_comes_after_it() {
    let endpoint = Endpoint::new();
    let (desk, server) = endpoint.desk();
    let working = svar::work::start(&desk.app);
    let first = ask(&desk, &server);
    endpoint.asked.recv_timeout(PATIENCE).unwrap();
    for _ in 0..3 {
        let next = ask(&desk, &server);
        assert_eq!(answered(&desk, &server, &next), PHRASED);
    }
    assert_eq!(said(&desk, &first), None, "it is still waited for");
    endpoint.release.send(()).unwrap();
    assert_eq!(answered(&desk, &server, &first), PHRASED);
    drop(working);
}

#[test]
fn a_stop_ends_a_turn_that_waits_for_an_endpoint_and_the_answer_goes_out_in_its_own_words() {
    let endpoint = Endpoint::new();
    let (desk, server) = endpoint.desk();
    let working = svar::work::start(&desk.app);
    let first = ask(&desk, &server);
    endpoint.asked.recv_timeout(PATIENCE).unwrap();
    let began = Instant::now();
    drop(working);
    assert!(began.elapsed().as_secs() < LONG_SECS / 4);
    desk.app.settle().unwrap();
    assert_eq!(said(&desk, &first).as_deref(), Some(TEXT));
    // What begins again asks again.
    let working = svar::work::start(&desk.app);
    let next = ask(&desk, &server);
    assert_eq!(answered(&desk, &server, &next), PHRASED);
    drop(working);
}
