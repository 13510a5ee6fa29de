//! What is asked of a source, behind its address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sweep::Sweep;

/// What a name or value of a query must not hold as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request: it reads, whatever its method. Kept where a round is to go on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The path.
    pub path: String,
    /// The query.
    #[serde(default)]
    pub pairs: Vec<(String, String)>,
    /// What is posted; none: nothing is.
    #[serde(default)]
    pub body: Option<Value>,
    /// Where in a search by instants it is.
    #[serde(default)]
    pub sweep: Option<Sweep>,
}

impl Ask {
    /// What is read at a path.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            pairs: Vec::new(),
            body: None,
            sweep: None,
        }
    }

    /// The same with another value in its query.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        self.pairs.push((name.to_owned(), value.into()));
        self
    }

    /// The same with one more value of a name.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a value in its query.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        self
    }

    /// Its value in the query.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Path and query as they are sent.
    pub fn address(&self) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let pairs = self.pairs.iter();
        let pairs = pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let query: Vec<String> = pairs.collect();
        if query.is_empty() {
            return self.path.clone();
        }
        format!("{}?{}", self.path, query.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_encoded_and_a_name_stands_once() {
        let ask = Ask::get("/users.json").with("page[size]", "100");
        let ask = ask.with("query", "status<solved").with("page[size]", "50");
        assert_eq!(
            ask.address(),
            "/users.json?query=status%3Csolved&page%5Bsize%5D=50"
        );
        assert_eq!(ask.without("query").value("query"), None);
    }
}
