//! A small desk for tests: an app over a temporary folder, a clock that stands, and a server.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Weak};

use serde_json::{Value, json};
use svar::app::App;
use svar::clock::Clock;
use svar::model::Timestamp;
use tempfile::TempDir;

/// The instant at which the tests' clock stands.
pub(crate) const NOW: &str = "2026-11-01T00:00:00Z";

/// An app over a folder of its own.
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Clock,
    pub(crate) folder: TempDir,
}

impl Desk {
    /// A desk with a story, and its server.
    pub(crate) fn served(story: &str) -> (Self, Server) {
        let desk = Self::new();
        desk.post_story(story);
        let server = Server::start(&desk.app);
        (desk, server)
    }

    pub(crate) fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn in_folder(folder: TempDir) -> Self {
        let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
        let app = open(folder.path(), &clock);
        Self { app, clock, folder }
    }

    /// Posts events and waits until reports see them.
    pub(crate) fn post(&self, events: &[Value]) -> Value {
        let body = lines(events);
        let taken = self.app.take_body("test", body.as_bytes(), None).unwrap();
        self.app.settle().unwrap();
        serde_json::to_value(taken).unwrap()
    }

    /// Lets a second pass, and waits until reports see what was to come by then: events of one
    /// command are a millisecond apart.
    pub(crate) fn tick(&self) {
        let now = self.clock.now().plus_millis(1_000);
        self.clock.set(now);
        self.post(&[json!({"type": "contact.upserted", "at": now.to_string(),
            "contact": "the clock", "source": "tick", "id": now.to_string()})]);
    }

    /// Posts what [`story`] tells.
    pub(crate) fn post_story(&self, story: &str) -> Value {
        let taken = self.post(&events(story));
        assert_eq!(taken["rejected"], json!([]), "{story}");
        taken
    }

    /// A report's answer as JSON; `query` is `from=…&to=…`.
    pub(crate) fn report(&self, id: &str, query: &str) -> Value {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query = svar::report::Query::parse(pairs, chrono_tz::Tz::UTC).unwrap();
        serde_json::to_value(self.app.report(id, &query).unwrap()).unwrap()
    }

    /// Closes the app and opens it again over the same folder.
    pub(crate) fn reopened(self) -> Self {
        self.app.close().unwrap();
        let Self {
            app,
            clock: _,
            folder,
        } = self;
        drop(app);
        Self::in_folder(folder)
    }

    /// As [`Self::reopened`], at the instant at which it was closed.
    pub(crate) fn reopened_then(self) -> Self {
        self.app.close().unwrap();
        let Self { app, clock, folder } = self;
        drop(app);
        let clock = Clock::fixed(clock.now());
        let app = open(folder.path(), &clock);
        Self { app, clock, folder }
    }
}

pub(crate) fn open(folder: &Path, clock: &Clock) -> Arc<App> {
    Arc::new(App::open(folder, clock.clone(), |_done, _total| {}).unwrap())
}

/// Events as NDJSON.
pub(crate) fn lines(events: &[Value]) -> String {
    let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

/// Reads events from a short form: one a line, `DAY TIME TYPE name=value …`.
///
/// `DAY` is a day of October 2026. `by`, `author` and `to` take `kind` or `kind:id`.
/// What is left out is filled in: conversation `c`, contact `p`, channel `chat`, ids by line.
pub(crate) fn events(story: &str) -> Vec<Value> {
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    let salt = story.len();
    lines
        .enumerate()
        .map(|(number, line)| event(line, &format!("{salt}-{number}")))
        .collect()
}

fn event(line: &str, id: &str) -> Value {
    let mut words = line.split_whitespace();
    let (day, time, kind) = (
        words.next().unwrap(),
        words.next().unwrap(),
        words.next().unwrap(),
    );
    let time = if time.len() == 5 {
        format!("{time}:00")
    } else {
        time.to_owned()
    };
    let mut event =
        json!({"type": kind, "at": format!("2026-10-{day}T{time}Z"), "source": "t", "id": id});
    for word in words {
        let (name, value) = word.split_once('=').unwrap();
        event[name] = read(kind, name, value);
    }
    let mut fill = |name: &str, value: &str| {
        if event.get(name).is_none() {
            event[name] = value.into();
        }
    };
    let of_conversation = kind.starts_with("conversation.")
        || ["message.added", "question.asked", "feedback.given"].contains(&kind);
    if of_conversation {
        fill("conversation", "c");
    }
    match kind {
        "conversation.started" => {
            fill("contact", "p");
            fill("channel", "chat");
        }
        "message.added" => {
            fill("message", id);
            fill("text", "x");
        }
        "question.asked" => {
            fill("question", id);
            fill("text", "x");
        }
        "ticket.opened" => {
            fill("pipeline", "support");
            fill("stage", "new");
        }
        "schedule.upserted" => {
            fill("schedule", "default");
            fill("zone", "UTC");
        }
        "rep.upserted" | "team.upserted" => fill("name", "somebody"),
        _ => {}
    }
    event
}

/// A field's value: JSON where it looks like that or is a number, else text.
fn read(kind: &str, name: &str, value: &str) -> Value {
    match name {
        "by" | "author" | "to" if kind != "tag.renamed" => actor(value),
        "score" | "ack" | "on" | "communication" | "quality" => {
            serde_json::from_str(value).unwrap()
        }
        _ if value.starts_with(['{', '[']) || name.ends_with("_secs") => {
            serde_json::from_str(value).unwrap()
        }
        "reps" => value.split(',').filter(|rep| !rep.is_empty()).collect(),
        "team" | "schedule" if value == "null" => Value::Null,
        _ => value.into(),
    }
}

fn actor(text: &str) -> Value {
    match text.split_once(':') {
        Some((kind, id)) => json!({"kind": kind, "id": id}),
        None => json!({"kind": text}),
    }
}

/// A server over a desk, on a free port, until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    app: Weak<App>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let router = svar::web::router(app);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (tell, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let ended = async {
                    drop(stopped.await);
                };
                axum::serve(listener, router)
                    .with_graceful_shutdown(ended)
                    .await
                    .unwrap();
            });
        });
        Self {
            address: receiver.recv().unwrap(),
            app: Arc::downgrade(app),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        answer(agent().get(self.url(path)).call())
    }

    /// Sends a form, as a page does; where it leads is not followed.
    pub(crate) fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        let sent = agent.post(self.url(path));
        answer(sent.send_form(pairs.iter().copied()))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let request = agent().post(self.url(path));
        let request = request.header("content-type", "application/json");
        answer(request.send(body.to_string()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Whoever looks on live would keep the server for ever.
        if let Some(app) = self.app.upgrade() {
            app.end_news();
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// An answer of a server.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: ureq::http::HeaderMap,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// An agent that gives every status as an answer.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent()
}

pub(crate) fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = response.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

/// Facts of a story at an instant, to be asked without a folder.
pub(crate) struct StoryFacts {
    facts: svar::metrics::Facts,
    as_of: Timestamp,
}

/// Folds a story as it is at the start of December 2026.
pub(crate) fn facts_of(story: &str) -> StoryFacts {
    facts_at(story, "2026-12-01T00:00:00Z")
}

/// Folds a story as it is at `as_of`.
pub(crate) fn facts_at(story: &str, as_of: &str) -> StoryFacts {
    let events: Vec<svar::model::Event> = events(story)
        .into_iter()
        .map(|event| {
            svar::model::Event::from_value(event.clone())
                .unwrap_or_else(|error| panic!("{error}: {event}"))
        })
        .collect();
    let as_of = Timestamp::parse(as_of).unwrap();
    StoryFacts {
        facts: svar::projection::fold_all(&events, svar::model::Profile::default(), as_of),
        as_of,
    }
}

impl StoryFacts {
    /// A report over October 2026, or over what `query` says.
    pub(crate) fn ask(&self, id: &str, query: &str) -> Value {
        self.try_ask(id, query).unwrap()
    }

    pub(crate) fn try_ask(&self, id: &str, query: &str) -> Result<Value, svar::model::Invalid> {
        use svar::report::{Query, QueryContext, evaluate, registry};
        let window = if query.contains("from=") {
            ""
        } else {
            "from=2026-10-01&to=2026-11-01&"
        };
        let whole = format!("{window}{query}");
        let pairs = whole.split('&').filter_map(|pair| pair.split_once('='));
        let query = Query::parse(pairs, chrono_tz::Tz::UTC)?;
        let profile = svar::model::Profile::default();
        let ground = QueryContext {
            facts: &self.facts,
            profile: &profile,
            as_of: self.as_of,
            log_position: 0,
        };
        let report = registry::find(id).unwrap_or_else(|| panic!("no report {id}"));
        Ok(serde_json::to_value(evaluate(report, &query, ground)?).unwrap())
    }

    /// A figure of a report's total.
    pub(crate) fn total(&self, id: &str, figure: &str) -> Value {
        self.ask(id, "")["total"][figure].clone()
    }

    /// A report's value as a number; NaN for null.
    pub(crate) fn value(&self, id: &str) -> f64 {
        self.total(id, "value").as_f64().unwrap_or(f64::NAN)
    }

    /// A report's excluded reasons.
    pub(crate) fn excluded(&self, id: &str) -> Value {
        self.ask(id, "")["excluded"].clone()
    }

    /// The value of each series, by the text of its key.
    pub(crate) fn by(&self, id: &str, query: &str) -> Vec<(String, f64)> {
        let result = self.ask(id, query);
        let series = result["series"].as_array().unwrap().iter().map(|series| {
            let key = series["key"]
                .as_object()
                .unwrap()
                .values()
                .map(|value| match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
            let value = series["total"]["value"].as_f64().unwrap_or(f64::NAN);
            (key.collect::<Vec<_>>().join("/"), value)
        });
        series.collect()
    }
}
