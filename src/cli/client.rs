//! Asking the routes of a server, or of this process over an open folder.
//!
//! Knows how to ask and how a refusal reads; what is asked is said by each command.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::{Request, StatusCode};

use super::progress;
use super::reading::Reading;
use super::transport::{Answer, Here, There, Transport};
use super::wrong::Wrong;
use crate::clock;

/// What a path's part must not hold as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// How long one answer may take, which for a batch of an import includes the disk.
const ANSWER: Duration = Duration::from_mins(5);
/// How long a backup may take.
const LONG_ANSWER: Duration = Duration::from_hours(24);
/// How often long work is asked after.
const POLL: Duration = Duration::from_millis(200);
/// How often a server is asked whether it has folded what was sent, about a second each.
const WAITS: usize = 600;

/// Who answers, and the token that they know us by.
pub(super) struct Client {
    transport: Transport,
    token: Option<String>,
    /// Whether the token is that of the server's run, which is in its folder.
    is_admin: bool,
}

/// The parameters of a question.
pub(super) type Parameters = Vec<(String, String)>;

impl Client {
    /// A client of the server at `url`.
    pub(super) fn new(url: &str, token: Option<String>) -> Result<Self, Wrong> {
        Ok(Self {
            transport: Transport::There(There::new(url)?),
            token,
            is_admin: false,
        })
    }

    /// A client of this process, over a folder that is open.
    pub(super) fn here(reading: Reading) -> anyhow::Result<Self> {
        Ok(Self {
            transport: Transport::Here(Box::new(Here::new(reading)?)),
            token: None,
            is_admin: true,
        })
    }

    /// The same, of a server whose folder is here and said the token.
    pub(super) fn admin(self) -> Self {
        Self {
            is_admin: true,
            ..self
        }
    }

    /// The address of the server that answers, if it is one.
    pub(super) fn address(&self) -> Option<String> {
        match &self.transport {
            Transport::Here(_) => None,
            Transport::There(there) => Some(there.url().to_owned()),
        }
    }

    /// The folder, where this process has it: no server does in the background what has to be done.
    pub(super) fn folder(&self) -> Option<&Reading> {
        match &self.transport {
            Transport::Here(here) => Some(here.reading()),
            Transport::There(_) => None,
        }
    }

    /// Asks for JSON.
    pub(super) fn json(&self, path: &str, parameters: &Parameters) -> anyhow::Result<Value> {
        let body = self.get(path, parameters, "application/json")?;
        self.read(&body)
    }

    /// Asks for text of the media type `accept`.
    pub(super) fn text(
        &self,
        path: &str,
        parameters: &Parameters,
        accept: &str,
    ) -> anyhow::Result<String> {
        let body = self.get(path, parameters, accept)?;
        String::from_utf8(body).with_context(|| self.odd("is not UTF-8"))
    }

    /// Asks for a file.
    pub(super) fn bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        self.get(path, &Parameters::new(), "application/octet-stream")
    }

    /// Sends a body and reads the JSON that comes back.
    pub(super) fn post(&self, path: &str, media_type: &str, body: &[u8]) -> anyhow::Result<Value> {
        let request = Request::post(path).header("content-type", media_type);
        self.change(request, body, ANSWER)
    }

    /// As [`Self::post`], for work that takes as long as there is data.
    pub(super) fn post_long(
        &self,
        path: &str,
        media_type: &str,
        body: &[u8],
    ) -> anyhow::Result<Value> {
        let request = Request::post(path).header("content-type", media_type);
        self.change(request, body, LONG_ANSWER)
    }

    /// As [`Self::post`], of JSON.
    pub(super) fn send(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.post(path, "application/json", body.to_string().as_bytes())
    }

    /// Puts something else in the place of what is there.
    pub(super) fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = Request::put(path).header("content-type", "application/json");
        self.change(request, body.to_string().as_bytes(), ANSWER)
    }

    /// Takes what is there away.
    pub(super) fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.change(Request::delete(path), &[], ANSWER)
    }

    /// Posts lines of events that were imported; so they are journalled, if the server lets us.
    pub(super) fn import(&self, lines: &[u8]) -> anyhow::Result<Value> {
        let mut request = Request::post("/api/v1/events");
        request = request.header("content-type", "application/x-ndjson");
        if self.is_admin {
            request = request.header("svar-via", "import");
        }
        self.change(request, lines, ANSWER)
    }

    fn change(
        &self,
        request: ureq::http::request::Builder,
        body: &[u8],
        limit: Duration,
    ) -> anyhow::Result<Value> {
        let request = request.header("accept", "application/json");
        let answer = self.answer(request, body, limit)?;
        self.read(&answer.body)
    }

    fn read(&self, body: &[u8]) -> anyhow::Result<Value> {
        serde_json::from_slice(body).with_context(|| self.odd("is not JSON"))
    }

    /// Waits until the server's reports see everything up to `position`; false when that
    /// takes very long.
    pub(super) fn wait_for(&self, position: u64) -> anyhow::Result<bool> {
        for _ in 0..WAITS {
            // The server waits a second by itself before it says that it is not there yet.
            let request = Request::get("/api/v1/search?q=");
            let request = request.header("svar-min-position", position.to_string());
            let answer = self
                .transport
                .send(self.signed(request).body(Vec::new())?, ANSWER)?;
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                return Ok(true);
            }
            clock::pause(POLL);
        }
        Ok(false)
    }

    /// Asks until the answer is there: work that takes long is waited for with a bar, and its
    /// answer fetched where it says.
    fn get(&self, path: &str, parameters: &Parameters, accept: &str) -> anyhow::Result<Vec<u8>> {
        let mut address = address(path, parameters);
        loop {
            let answer = self.ask(&address, accept)?;
            if answer.status != StatusCode::ACCEPTED {
                return Ok(answer.body);
            }
            let location = answer
                .location
                .with_context(|| self.odd("does not say where its work can be followed"))?;
            // An older server does not say where the answer is: the question has it, too.
            address = self.await_task(&location)?.unwrap_or(address);
        }
    }

    fn ask(&self, address: &str, accept: &str) -> anyhow::Result<Answer> {
        let request = Request::get(address).header("accept", accept);
        self.answer(request, &[], ANSWER)
    }

    fn signed(&self, request: ureq::http::request::Builder) -> ureq::http::request::Builder {
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// Waits until a task is done, and says where its answer is.
    fn await_task(&self, address: &str) -> anyhow::Result<Option<String>> {
        self.stay(address)?;
        let bar = progress::counting(0, progress::FOLDING);
        let answer = loop {
            let answer = self.ask(address, "application/json")?;
            let task = self.read(&answer.body)?;
            let number = |name: &str| task.get(name).and_then(Value::as_u64).unwrap_or_default();
            bar.set_length(number("total"));
            bar.set_position(number("done"));
            match task.get("state").and_then(Value::as_str) {
                Some("done") => {
                    break task
                        .get("answer")
                        .and_then(Value::as_str)
                        .map(str::to_owned);
                }
                Some("failed") => {
                    let error = task.get("error").and_then(Value::as_str);
                    bail!(
                        "{}",
                        error.unwrap_or("the server could not fold that instant")
                    );
                }
                _ => clock::pause(POLL),
            }
        };
        bar.finish_and_clear();
        if let Some(answer) = &answer {
            self.stay(answer)?;
        }
        Ok(answer)
    }

    /// Refuses an address that is no path of the one who is asked: the token goes there.
    fn stay(&self, address: &str) -> anyhow::Result<()> {
        if address.starts_with('/') {
            return Ok(());
        }
        bail!(self.odd("sends elsewhere to follow its work"));
    }

    /// An answer that is no refusal.
    fn answer(
        &self,
        request: ureq::http::request::Builder,
        body: &[u8],
        limit: Duration,
    ) -> anyhow::Result<Answer> {
        let request = self.signed(request).body(body.to_vec())?;
        let answer = self.transport.send(request, limit)?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(self.refusal(answer.status, &answer.body))
    }

    /// What a problem document says; a fault of the question is a wrong usage.
    fn refusal(&self, status: StatusCode, body: &[u8]) -> anyhow::Error {
        let problem: Value = serde_json::from_slice(body).unwrap_or_default();
        let word = |name: &str| problem.get(name).and_then(Value::as_str);
        let mut text = word("detail").or(word("title")).map_or_else(
            || format!("{} answered {status}", self.transport.name()),
            str::to_owned,
        );
        let errors = problem.get("errors").and_then(Value::as_array);
        for error in errors.into_iter().flatten() {
            let message = error.get("message").and_then(Value::as_str);
            if let Some(message) = message.filter(|message| !text.contains(message)) {
                text.push_str("; ");
                text.push_str(message);
            }
        }
        match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Wrong::new(text).into(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                anyhow!("{text}; give the server's token with --token-file")
            }
            _ => anyhow!(text),
        }
    }

    fn odd(&self, what: &str) -> String {
        format!("the answer of {} {what}", self.transport.name())
    }
}

/// A path with its parameters.
fn address(path: &str, parameters: &Parameters) -> String {
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let query: Vec<String> = pairs.collect();
    if query.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", query.join("&"))
}

/// A path's part, percent-encoded.
pub(super) fn encoded(part: &str) -> String {
    utf8_percent_encode(part, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_never_ends_it() {
        assert_eq!(encoded("zendesk:5/a?b é"), "zendesk%3A5%2Fa%3Fb%20%C3%A9");
    }

    /// Holds by the feature `float_roundtrip` of `serde_json`, which a script that compares two
    /// answers relies on.
    #[test]
    fn every_number_of_an_answer_is_read_to_its_last_digit() {
        let client = Client::new("http://127.0.0.1:1/", None).unwrap();
        let sent = r#"{"a":[0.24586089127547666,3,null,-1.5e-7],"b":{"c":"0.1","d":18446744073709551615}}"#;
        let read = client.read(sent.as_bytes()).unwrap();
        let wanted: f64 = "0.24586089127547666".parse().unwrap();
        assert_eq!(read["a"][0].as_f64(), Some(wanted));
        assert_eq!(read["a"][1], 3);
        assert_eq!(read["a"][3], -1.5e-7);
        assert_eq!(read["b"]["c"], "0.1");
        assert_eq!(read["b"]["d"], u64::MAX);
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        for bad in ["{", deep.as_str()] {
            assert!(client.read(bad.as_bytes()).is_err());
        }
    }

    #[test]
    fn a_problem_is_told_in_its_own_words() {
        let client = Client::new("http://127.0.0.1:1/", None).unwrap();
        let body = br#"{"title":"t","detail":"every: `x` is none of day","errors":[{"message":"`x` is none of day"}]}"#;
        let error = client.refusal(StatusCode::BAD_REQUEST, body);
        assert_eq!(error.to_string(), "every: `x` is none of day");
        assert!(error.is::<Wrong>());
        let error = client.refusal(StatusCode::BAD_GATEWAY, b"<html>");
        assert_eq!(
            error.to_string(),
            "http://127.0.0.1:1 answered 502 Bad Gateway"
        );
    }

    /// A server that gives these answers, one a connection, and says what was asked.
    fn canned(answers: Vec<&'static str>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        use std::io::{BufRead, BufReader, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let answer = |answer: &str| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let request = lines.next().unwrap().unwrap();
                while !lines.next().unwrap().unwrap().is_empty() {}
                stream.write_all(answer.as_bytes()).unwrap();
                request
            };
            answers.into_iter().map(answer).collect()
        });
        (url, thread)
    }

    #[test]
    fn long_work_is_followed_and_its_answer_fetched_where_it_says() {
        let answer = |head: &str, body: &str| {
            let length = body.len();
            format!(
                "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        };
        let answers = [
            answer("202 Accepted\r\nLocation: /api/v1/tasks/t", "{}"),
            answer("200 OK", r#"{"state":"running","done":1,"total":2}"#),
            answer("200 OK", r#"{"state":"done","answer":"/api/v1/there"}"#),
            // Of two profiles, one was folded; one that does not say where its answer is.
            answer("202 Accepted\r\nLocation: /api/v1/tasks/u", "{}"),
            answer("200 OK", r#"{"state":"done"}"#),
            answer("200 OK", r#"{"value":1}"#),
        ];
        let answers = answers.map(|text| &*text.leak()).to_vec();
        let (url, server) = canned(answers);
        let client = Client::new(&url, None).unwrap();
        let parameters = vec![("as_of".to_owned(), "2026-01-01T00:00:00Z".to_owned())];
        let answer = client.json("/api/v1/reports/handled", &parameters).unwrap();
        assert_eq!(answer["value"], 1);
        let lines = server.join().unwrap();
        let question = "GET /api/v1/reports/handled?as_of=2026-01-01T00%3A00%3A00Z HTTP/1.1";
        let task = "GET /api/v1/tasks/t HTTP/1.1";
        let answer = "GET /api/v1/there HTTP/1.1";
        let other = "GET /api/v1/tasks/u HTTP/1.1";
        assert_eq!(lines, [question, task, task, answer, other, answer]);
    }
}
