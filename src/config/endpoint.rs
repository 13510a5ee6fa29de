//! What an OpenAI-compatible endpoint must be to be asked.

use super::{MAX_TIMEOUT_SECS, Safety, safety_of};

/// What cannot be used of an endpoint's address and model, by name.
pub(super) fn endpoint_fault(endpoint: &str, has_key: bool, model: &str) -> Option<String> {
    let Some(safety) = safety_of(endpoint) else {
        return Some(format!(
            "endpoint: `{endpoint}` is no address such as https://llm.example/v1"
        ));
    };
    if has_key && safety == Safety::Readable {
        return Some(format!(
            "endpoint: a key would be sent to `{endpoint}` for everybody to read; expected https://"
        ));
    }
    if model.trim().is_empty() {
        return Some("model: it is empty; expected the name of a model".to_owned());
    }
    None
}

/// What is wrong with a time limit, by name.
pub(super) fn timeout_fault(secs: u64) -> Option<String> {
    let is_fit = (1..=MAX_TIMEOUT_SECS).contains(&secs);
    (!is_fit).then(|| format!("timeout_secs: expected 1 to {MAX_TIMEOUT_SECS}"))
}
