//! Svar's own event of which jobs a desk wants.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// Which jobs are wanted; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobPreferencesSet {
    /// Whether the desk is available for work.
    #[serde(default)]
    pub available: Option<bool>,
    /// Whether it is shown to who looks for somebody.
    #[serde(default)]
    pub shown: Option<bool>,
    /// Whether jobs may be matched to it.
    #[serde(default)]
    pub matched: Option<bool>,
    /// Which kinds of customers are taken; none named: all.
    #[serde(default)]
    pub customers: Option<Vec<String>>,
    /// Which services are taken; none named: all.
    #[serde(default)]
    pub services: Option<Vec<String>>,
    /// Where notifications go; empty: nowhere in particular.
    #[serde(default)]
    pub notify: Option<String>,
}
