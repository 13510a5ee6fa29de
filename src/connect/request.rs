//! One request to a source, and what came of it in words that hold no secret.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, header};

use super::{Account, Ask};
use crate::fetch::{self, Lost};
use crate::model::Timestamp;

/// How long a source may take for one answer, in seconds.
const TIMEOUT_SECS: u64 = 30;
/// The longest answer that is read.
const MOST_BYTES: u64 = 64 << 20;

/// How long a source wants to be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// For so long.
    For(Duration),
    /// Until then.
    Until(Timestamp),
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// What was asked for.
    Good(Vec<u8>),
    /// Too much was asked of it.
    Busy(Option<Pause>),
    /// It does not know the token, or does not let it read this.
    Refused(u16),
    /// There is no such thing any more.
    Gone,
    /// It does not take the request as it is.
    Odd(u16),
    /// It did not answer, or said that it cannot.
    Failed {
        /// Why.
        reason: String,
        /// How long it wants to be left alone.
        pause: Option<Pause>,
    },
}

/// What connects to an account; it keeps connections, and must be asked by one at a time.
#[derive(Clone)]
pub struct Line {
    agent: Agent,
    url: String,
}

impl Line {
    /// A line to an account.
    pub fn new(account: &Account) -> Self {
        Self {
            agent: fetch::lasting_agent(&account.url, TIMEOUT_SECS),
            url: account.url.clone(),
        }
    }

    /// A request over it.
    pub fn request(&self, ask: &Ask, headers: Vec<(&'static str, String)>) -> Request {
        Request {
            line: self.clone(),
            address: format!("{}{}", self.url, ask.address()),
            body: ask.body.clone(),
            headers,
        }
    }
}

/// A request, ready to be sent.
pub struct Request {
    line: Line,
    address: String,
    body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Request {
    /// Sends it, and waits for what comes of it.
    pub fn send(&self) -> Reply {
        let agent = &self.line.agent;
        let answered = match &self.body {
            None => {
                let request = agent
                    .get(&self.address)
                    .header("accept", "application/json");
                let headers = self.headers.iter();
                let request =
                    headers.fold(request, |sent, (name, value)| sent.header(*name, value));
                request.call()
            }
            Some(body) => {
                let request = agent
                    .post(&self.address)
                    .header("accept", "application/json")
                    .header("content-type", "application/json");
                let headers = self.headers.iter();
                let request =
                    headers.fold(request, |sent, (name, value)| sent.header(*name, value));
                request.send(body.to_string())
            }
        };
        let failed = |reason| Reply::Failed {
            reason,
            pause: None,
        };
        match fetch::whole(answered, MOST_BYTES) {
            Err(Lost::Broken(reason)) => failed(reason),
            Err(Lost::TooLong | Lost::Private) => failed("its answer is too long".to_owned()),
            Ok(response) => {
                let status = response.status().as_u16();
                let pause = pause(response.headers());
                match status {
                    200..=299 => Reply::Good(response.into_body()),
                    401 | 403 => Reply::Refused(status),
                    404 | 410 => Reply::Gone,
                    429 => Reply::Busy(pause),
                    500.. => Reply::Failed {
                        reason: format!("it answered {status}"),
                        pause,
                    },
                    _ => Reply::Odd(status),
                }
            }
        }
    }
}

/// How long a source wants to be left alone, as far as it says so.
fn pause(headers: &HeaderMap) -> Option<Pause> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let after = text(header::RETRY_AFTER.as_str());
    if let Some(after) = after {
        if let Ok(seconds) = after.parse::<u64>() {
            return Some(Pause::For(Duration::from_secs(seconds)));
        }
        if let Ok(at) = chrono::DateTime::parse_from_rfc2822(after) {
            return Some(Pause::Until(Timestamp::from_millis(at.timestamp_millis())));
        }
    }
    let reset: i64 = text("x-ratelimit-reset")?.parse().ok()?;
    let is_used_up = text("x-ratelimit-remaining").is_none_or(|left| left == "0");
    let at = Timestamp::from_millis(reset.checked_mul(1_000)?);
    is_used_up.then_some(Pause::Until(at))
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderValue;

    use super::*;

    fn said(pairs: &[(&'static str, &'static str)]) -> Option<Pause> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        pause(&headers)
    }

    #[test]
    fn how_long_to_wait_is_read_in_each_way_that_sources_say_it() {
        assert_eq!(said(&[]), None);
        assert_eq!(
            said(&[("retry-after", "93")]),
            Some(Pause::For(Duration::from_secs(93)))
        );
        let at = Timestamp::parse("2026-11-01T00:01:00Z").unwrap();
        assert_eq!(
            said(&[("retry-after", "Sun, 01 Nov 2026 00:01:00 GMT")]),
            Some(Pause::Until(at))
        );
        assert_eq!(
            said(&[("x-ratelimit-reset", "1793491260")]),
            Some(Pause::Until(at))
        );
        let left = [
            ("x-ratelimit-reset", "1793491260"),
            ("x-ratelimit-remaining", "9"),
        ];
        assert_eq!(said(&left), None);
        assert_eq!(said(&[("retry-after", "soon")]), None);
    }
}
