//! Rules of access that hold for everybody.

use serde::{Deserialize, Serialize};

use crate::model::event::AccessSet;

/// Rules of access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRules {
    /// Whether viewers may read conversations: words and contacts' names. Else they are told
    /// numbers, and which conversations they come from.
    pub viewers_read: bool,
}

impl AccessRules {
    pub(super) fn change(&mut self, set: &AccessSet) {
        self.viewers_read = set.viewers_read.unwrap_or(self.viewers_read);
    }
}
