//! How the queue works by itself: a fold of its settings. Everything is off until an admin says
//! otherwise.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RepId;
use super::event::{Body, Event};

/// How much a rep has at once before anything is set.
const FIRST_CAPACITY: u32 = 5;

/// How the queue works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRules {
    /// Whether waiting conversations are given to reps who come free.
    pub hand_out: bool,
    /// How many open conversations a rep has at most.
    pub capacity: u32,
    /// The same for some reps.
    pub of_reps: BTreeMap<RepId, u32>,
    /// After how long what an offline rep has goes back; none: never.
    pub return_after_secs: Option<u32>,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            hand_out: false,
            capacity: FIRST_CAPACITY,
            of_reps: BTreeMap::new(),
            return_after_secs: None,
        }
    }
}

impl QueueRules {
    /// Whether anything happens by itself.
    pub const fn is_on(&self) -> bool {
        self.hand_out || self.return_after_secs.is_some()
    }

    /// How many open conversations a rep has at most.
    pub fn capacity_of(&self, rep: &RepId) -> u32 {
        self.of_reps.get(rep).copied().unwrap_or(self.capacity)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::QueueSet(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        let Body::QueueSet(set) = &event.body else {
            return;
        };
        self.hand_out = set.hand_out.unwrap_or(self.hand_out);
        self.capacity = set.capacity.unwrap_or(self.capacity);
        if let Some(of_reps) = &set.of_reps {
            self.of_reps.clone_from(of_reps);
        }
        if let Some(secs) = set.return_after_secs {
            self.return_after_secs = Some(secs).filter(|secs| *secs > 0);
        }
    }
}
