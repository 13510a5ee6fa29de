//! An OpenAI-compatible endpoint, asked within a time limit.
//!
//! How it is asked is what `fetch` says; its key is sent nowhere but there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use super::door::Door;
use crate::fetch;

/// How an endpoint is reached.
pub(super) struct Access<'a> {
    /// Its address up to what it is asked for.
    pub(super) address: &'a str,
    /// What that is, such as `chat/completions`.
    pub(super) path: &'static str,
    /// The file with its key.
    pub(super) key_file: Option<&'a Path>,
    /// How long it is waited for.
    pub(super) timeout_secs: u64,
    /// The way out to it.
    pub(super) door: Door,
}

/// How much less than its usual time an endpoint gets, and how long its reply may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) time: Duration,
    pub(super) bytes: u64,
}

/// The endpoint, ready to be asked.
pub(super) struct Endpoint {
    agent: Agent,
    url: String,
    key_file: Option<PathBuf>,
    door: Door,
}

impl Endpoint {
    /// The endpoint that is reached so.
    pub(super) fn new(access: &Access<'_>) -> Self {
        let url = format!("{}/{}", access.address.trim_end_matches('/'), access.path);
        Self {
            agent: fetch::agent(&url, access.timeout_secs),
            url,
            key_file: access.key_file.map(Path::to_owned),
            door: access.door.clone(),
        }
    }

    /// What is wrong with the settings, before anything is asked.
    pub(super) fn fault(&self) -> Option<String> {
        self.key().err()
    }

    /// The reply to a body; else what went wrong, in words that hold no secret.
    pub(super) fn ask(&self, body: &Value) -> Result<Vec<u8>, String> {
        let (request, body) = (self.request()?, body.to_string());
        self.door.through(move || fetch::reply(request.send(body)))
    }

    /// The same within other bounds than the usual ones.
    pub(super) fn ask_within(&self, body: &Value, bounds: Bounds) -> Result<Vec<u8>, String> {
        let request = self.request()?.config();
        let request = request.timeout_global(Some(bounds.time)).build();
        let body = body.to_string();
        self.door
            .through(move || fetch::long_reply(request.send(body), bounds.bytes))
    }

    fn request(&self) -> Result<ureq::RequestBuilder<ureq::typestate::WithBody>, String> {
        let request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        Ok(match self.key()? {
            Some(key) => request.header("authorization", format!("Bearer {key}")),
            None => request,
        })
    }

    fn key(&self) -> Result<Option<String>, String> {
        self.key_file.as_deref().map(fetch::read_key).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_endpoint_is_made_of_the_machines_certificates() {
        let endpoint = Endpoint::new(&Access {
            address: "https://llm.example/v1/",
            path: "chat/completions",
            key_file: None,
            timeout_secs: 8,
            door: Door::default(),
        });
        assert_eq!(endpoint.url, "https://llm.example/v1/chat/completions");
        assert_eq!(endpoint.fault(), None);
    }
}
