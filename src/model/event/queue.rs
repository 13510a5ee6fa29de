//! Svar's own event of how the queue works.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::RepId;

/// How the queue works; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueSet {
    /// Whether waiting conversations are given to reps who come free.
    #[serde(default)]
    pub hand_out: Option<bool>,
    /// How many open conversations a rep has at most.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// The same for some reps.
    #[serde(default)]
    pub of_reps: Option<BTreeMap<RepId, u32>>,
    /// After how long what an offline rep has goes back, in seconds; 0: never.
    #[serde(default)]
    pub return_after_secs: Option<u32>,
}
