//! Long work over HTTP: a question that takes long is answered with a task, the task can be
//! followed, and once it is done it says where its answer is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use svar::app::{App, Options};
use svar::clock::Clock;
use svar::model::Timestamp;

use crate::desk::{Answer, Desk, NOW, Server, agent, answer};

const STORY: &str = "
    01 09:00 conversation.started
    01 09:00 message.added author=contact text=hello
    01 09:01 message.added author=customer_agent
    01 09:02 feedback.given rating=helpful
";

/// A desk that lets nobody wait for a fold, so that every question of the past is a task.
fn impatient() -> (Desk, Server) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let options = Options {
        patience: Some(Duration::ZERO),
        ..Options::default()
    };
    let app = App::open_with(folder.path(), clock.clone(), &options, |_done, _total| {});
    let app = Arc::new(app.unwrap());
    let desk = Desk { app, clock, folder };
    desk.post_story(STORY);
    let server = Server::start(&desk.app);
    (desk, server)
}

fn get(server: &Server, path: &str, accept: &str) -> Answer {
    let request = agent().get(server.url(path)).header("Accept", accept);
    answer(request.call())
}

/// The address of a task, and the question that came to it. A fold may end before anybody looks:
/// then another instant is asked about.
fn task(server: &Server, second: usize, question: impl Fn(&str) -> String) -> (String, String) {
    for millis in 0..1_000 {
        let as_of = format!("2026-10-01T09%3A01%3A{second}.{millis:03}Z");
        let path = question(&as_of);
        let first = get(server, &path, "application/json");
        if first.status == 202 {
            return (first.header("location").to_owned(), path);
        }
        assert_eq!(first.status, 200, "{path}: {}", first.body);
    }
    panic!("a thousand folds were all done at once");
}

/// Follows a task until it is done.
fn follow(server: &Server, location: &str) -> Value {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        assert!(Instant::now() < deadline, "{location} was never done");
        let task = get(server, location, "application/json").json();
        if task["state"] == "done" {
            return task;
        }
        assert_eq!(task["state"], "running", "{task}");
        assert_eq!(task.get("answer"), None, "nothing is there yet");
        std::thread::yield_now();
    }
}

#[test]
fn a_task_that_is_done_says_where_its_answer_is() {
    let (_desk, server) = impatient();
    let questions = [
        "reports/resolution_rate?from=2026-10-01&to=2026-10-02&where.channel=a%26b%25,%C3%A9+c&as_of=",
        "reports/resolution_rate?to=2026-10-02&from=2026-10-01&as_of=",
        "reports/resolution_rate/rows?from=2026-10-01&to=2026-10-02&state=pending&as_of=",
        "conversations/c/explain?as_of=",
    ];
    let mut answers = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        // A second of its own each, so that none finds the facts of another.
        let ask = |as_of: &str| format!("/api/v1/{question}{as_of}");
        let (location, path) = task(&server, 30 + number, ask);
        let task = follow(&server, &location);
        assert_eq!(task["answer"], path.as_str(), "to the letter");
        let found = get(&server, &path, "application/json");
        assert_eq!(found.status, 200, "{path}: {}", found.body);
        answers.push((path, found.json()));
    }
    let (path, report) = &answers[1];
    assert_eq!(report["total"]["denominator"], 1);
    let csv = get(&server, path, "text/csv");
    assert!(csv.body.starts_with("start,end,value"), "{}", csv.body);
}

#[test]
fn a_task_names_no_place_but_one_of_this_api() {
    let (_desk, server) = impatient();
    let ask = |as_of: &str| format!("/api/v1/conversations/c/explain?as_of={as_of}");
    let (location, _path) = task(&server, 30, ask);
    follow(&server, &location);
    let (task, _question) = location.split_once('?').unwrap();
    for question in ["https://example.org/", "//example.org/", "/api/v1evil", "/"] {
        let task = follow(&server, &format!("{task}?question={question}"));
        assert_eq!(task.get("answer"), None, "{question}");
    }
    let task = follow(&server, task);
    assert_eq!(task.get("answer"), None, "nobody says what was asked");
    let none = get(&server, "/api/v1/tasks/none", "application/json");
    assert_eq!(none.status, 404);
}
