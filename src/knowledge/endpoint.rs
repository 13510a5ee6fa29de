//! An OpenAI-compatible endpoint, asked once at a time limit.
//!
//! How it is asked is what `fetch` says; its key is sent nowhere but there.

use serde_json::Value;
use ureq::Agent;

use crate::config::AgentConfig;
use crate::fetch;

/// The endpoint, ready to be asked.
pub(super) struct Endpoint {
    agent: Agent,
    url: String,
    config: AgentConfig,
}

impl Endpoint {
    /// The endpoint of these settings.
    pub(super) fn new(config: &AgentConfig) -> Self {
        let url = format!("{}/chat/completions", config.endpoint.trim_end_matches('/'));
        Self {
            agent: fetch::agent(&url, config.timeout_secs()),
            url,
            config: config.clone(),
        }
    }

    /// What is wrong with the settings, before anything is asked.
    pub(super) fn fault(&self) -> Option<String> {
        self.key().err()
    }

    /// The reply to a body; else what went wrong, in words that hold no secret.
    pub(super) fn ask(&self, body: &Value) -> Result<Vec<u8>, String> {
        let request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        let request = match self.key()? {
            Some(key) => request.header("authorization", format!("Bearer {key}")),
            None => request,
        };
        fetch::reply(request.send(body.to_string()))
    }

    fn key(&self) -> Result<Option<String>, String> {
        self.config
            .key_file
            .as_deref()
            .map(fetch::read_key)
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_endpoint_is_made_of_the_machines_certificates() {
        let config = AgentConfig {
            endpoint: "https://llm.example/v1/".to_owned(),
            model: "m".to_owned(),
            ..AgentConfig::default()
        };
        let endpoint = Endpoint::new(&config);
        assert_eq!(endpoint.url, "https://llm.example/v1/chat/completions");
        assert_eq!(endpoint.fault(), None);
    }
}
