//! Asking a running server over its API.
//!
//! Knows how to ask and how a refusal reads; what is asked stands with each command.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::{Response, StatusCode};
use ureq::typestate::WithoutBody;
use ureq::{Agent, RequestBuilder};

use super::context::Wrong;
use super::progress;
use crate::clock;

/// What a path's part must not hold as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one answer may take, which for a batch of an import includes the disk.
const ANSWER: Duration = Duration::from_mins(5);
/// How long a backup may take.
const LONG_ANSWER: Duration = Duration::from_hours(24);
/// The longest answer that is read.
const MAX_ANSWER: u64 = 1 << 30;
/// How often long work is asked after.
const POLL: Duration = Duration::from_millis(200);
/// How often a server is asked whether it has folded what was sent, about a second each.
const WAITS: usize = 600;

/// A server, and the token that it knows us by.
#[derive(Clone, Debug)]
pub(super) struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
    /// Whether the token is that of the server's run, which stands in its folder.
    is_admin: bool,
}

/// An answer that is no refusal.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: Vec<u8>,
}

/// The parameters of a question.
pub(super) type Parameters = Vec<(String, String)>;

impl Client {
    /// A client of the server at `url`.
    pub(super) fn new(url: &str, token: Option<String>) -> Result<Self, Wrong> {
        if !url.starts_with("http://") {
            return Err(Wrong::new(format!(
                "`{url}` is no address that svar can ask; expected one such as http://127.0.0.1:7878"
            )));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .user_agent(concat!("svar/", env!("CARGO_PKG_VERSION")))
            .proxy(None)
            .build();
        Ok(Self {
            agent: config.into(),
            url: url.trim_end_matches('/').to_owned(),
            token,
            is_admin: false,
        })
    }

    /// The same, of a server whose folder is here and said the token.
    pub(super) fn admin(self) -> Self {
        Self {
            is_admin: true,
            ..self
        }
    }

    /// Asks for JSON.
    pub(super) fn json(&self, path: &str, parameters: &Parameters) -> anyhow::Result<Value> {
        let body = self.get(path, parameters, "application/json")?;
        serde_json::from_slice(&body).with_context(|| self.odd("is not JSON"))
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

    /// Sends a body and reads the JSON that comes back.
    pub(super) fn post(&self, path: &str, media_type: &str, body: &[u8]) -> anyhow::Result<Value> {
        self.post_within((ANSWER, false), (path, media_type), body)
    }

    /// As [`Self::post`], of JSON.
    pub(super) fn send(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.post(path, "application/json", body.to_string().as_bytes())
    }

    /// Puts something else in the place of what is there.
    pub(super) fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.agent.put(format!("{}{path}", self.url));
        let request = request.header("content-type", "application/json");
        let request = self.signed(request);
        self.read(request.send(body.to_string()))
    }

    /// Takes what is there away.
    pub(super) fn delete(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.agent.delete(format!("{}{path}", self.url));
        self.read(self.signed(request).call())
    }

    fn signed<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    fn read(&self, sent: Result<Response<ureq::Body>, ureq::Error>) -> anyhow::Result<Value> {
        let answer = self.answer(sent)?;
        serde_json::from_slice(&answer.body).with_context(|| self.odd("is not JSON"))
    }

    /// As [`Self::post`], for work that takes as long as there is data.
    pub(super) fn post_long(
        &self,
        path: &str,
        media_type: &str,
        body: &[u8],
    ) -> anyhow::Result<Value> {
        self.post_within((LONG_ANSWER, false), (path, media_type), body)
    }

    /// Posts lines of events that were imported; so they are journalled, if the server lets us.
    pub(super) fn import(&self, lines: &[u8]) -> anyhow::Result<Value> {
        let path = ("/api/v1/events", "application/x-ndjson");
        self.post_within((ANSWER, self.is_admin), path, lines)
    }

    fn post_within(
        &self,
        (limit, imports): (Duration, bool),
        (path, media_type): (&str, &str),
        body: &[u8],
    ) -> anyhow::Result<Value> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("content-type", media_type)
            .header("accept", "application/json");
        if imports {
            request = request.header("svar-via", "import");
        }
        let request = self.signed(request);
        let request = request.config().timeout_global(Some(limit)).build();
        self.read(request.send(body))
    }

    /// Waits until the server's reports see everything up to `position`; false when that
    /// takes very long.
    pub(super) fn wait_for(&self, position: u64) -> anyhow::Result<bool> {
        for _ in 0..WAITS {
            // The server waits a second by itself before it says that it is not there yet.
            let sent = self
                .request("/api/v1/search", &vec![("q".to_owned(), String::new())])
                .header("svar-min-position", position.to_string())
                .call();
            match sent.map(|response| response.status()) {
                Ok(StatusCode::SERVICE_UNAVAILABLE) => clock::pause(POLL),
                Ok(_) => return Ok(true),
                Err(error) => return Err(self.unreachable(error)),
            }
        }
        Ok(false)
    }

    /// Asks until the answer is there: work that takes long is waited for with a bar.
    fn get(&self, path: &str, parameters: &Parameters, accept: &str) -> anyhow::Result<Vec<u8>> {
        loop {
            let answer = self.ask(path, parameters, accept)?;
            if answer.status != StatusCode::ACCEPTED {
                return Ok(answer.body);
            }
            let location = answer
                .location
                .with_context(|| self.odd("does not say where its work can be followed"))?;
            self.await_task(&location)?;
        }
    }

    fn ask(&self, path: &str, parameters: &Parameters, accept: &str) -> anyhow::Result<Answer> {
        let request = self.request(path, parameters).header("accept", accept);
        self.answer(request.call())
    }

    fn request(&self, path: &str, parameters: &Parameters) -> RequestBuilder<WithoutBody> {
        let pairs = parameters.iter().map(|(name, value)| (name, value));
        let request = self.agent.get(format!("{}{path}", self.url));
        self.signed(request.query_pairs(pairs))
    }

    fn await_task(&self, location: &str) -> anyhow::Result<()> {
        // A location may be whole; only its path is followed, the token goes nowhere else.
        let path = location.strip_prefix(&self.url).unwrap_or(location);
        if !path.starts_with('/') {
            bail!(self.odd("sends elsewhere to follow its work"));
        }
        let bar = progress::counting(0, progress::FOLDING);
        loop {
            let answer = self.ask(path, &Parameters::new(), "application/json")?;
            let task: Value =
                serde_json::from_slice(&answer.body).with_context(|| self.odd("is not JSON"))?;
            let number = |name: &str| task.get(name).and_then(Value::as_u64).unwrap_or_default();
            bar.set_length(number("total"));
            bar.set_position(number("done"));
            match task.get("state").and_then(Value::as_str) {
                Some("done") => break,
                Some("failed") => {
                    let error = task.get("error").and_then(Value::as_str);
                    bail!(
                        "{}",
                        error.unwrap_or("the server could not fold that instant")
                    );
                }
                _ => clock::pause(POLL),
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn answer(&self, sent: Result<Response<ureq::Body>, ureq::Error>) -> anyhow::Result<Answer> {
        let mut response = sent.map_err(|error| self.unreachable(error))?;
        let status = response.status();
        let location = response.headers().get("location");
        let location = location
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let body = body
            .read_to_vec()
            .map_err(|error| self.unreachable(error))?;
        if status.is_success() {
            return Ok(Answer {
                status,
                location,
                body,
            });
        }
        Err(self.refusal(status, &body))
    }

    /// What a problem document says; a fault of the question is a wrong usage.
    fn refusal(&self, status: StatusCode, body: &[u8]) -> anyhow::Error {
        let problem: Value = serde_json::from_slice(body).unwrap_or_default();
        let word = |name: &str| problem.get(name).and_then(Value::as_str);
        let mut text = word("detail")
            .or(word("title"))
            .map_or_else(|| format!("{} answered {status}", self.url), str::to_owned);
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

    fn unreachable(&self, error: ureq::Error) -> anyhow::Error {
        anyhow::Error::new(error).context(format!("cannot ask {}", self.url))
    }

    fn odd(&self, what: &str) -> String {
        format!("the answer of {} {what}", self.url)
    }
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

    /// A server that gives these answers, one a connection, and tells what was asked.
    fn canned(answers: Vec<&'static str>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        use std::io::{BufRead, BufReader, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let answer = |answer: &str| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let asked = lines.next().unwrap().unwrap();
                while !lines.next().unwrap().unwrap().is_empty() {}
                stream.write_all(answer.as_bytes()).unwrap();
                asked
            };
            answers.into_iter().map(answer).collect()
        });
        (url, thread)
    }

    #[test]
    fn long_work_is_followed_and_then_asked_for_again() {
        let answer = |head: &str, body: &str| {
            let length = body.len();
            format!(
                "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        };
        let answers = [
            answer("202 Accepted\r\nLocation: /api/v1/tasks/t", "{}"),
            answer("200 OK", r#"{"state":"running","done":1,"total":2}"#),
            answer("200 OK", r#"{"state":"done"}"#),
            answer("200 OK", r#"{"value":1}"#),
        ];
        let answers = answers.map(|text| &*text.leak()).to_vec();
        let (url, server) = canned(answers);
        let client = Client::new(&url, None).unwrap();
        let asked = vec![("as_of".to_owned(), "2026-01-01T00:00:00Z".to_owned())];
        let found = client.json("/api/v1/reports/handled", &asked).unwrap();
        assert_eq!(found["value"], 1);
        let lines = server.join().unwrap();
        let question = "GET /api/v1/reports/handled?as_of=2026-01-01T00%3A00%3A00Z HTTP/1.1";
        let task = "GET /api/v1/tasks/t HTTP/1.1";
        assert_eq!(lines, [question, task, task, question]);
    }
}
