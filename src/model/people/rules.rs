//! Rules of access that hold for everybody.

use serde::{Deserialize, Serialize};

use super::user::User;
use crate::model::Role;
use crate::model::event::AccessSet;

/// Rules of access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRules {
    /// Whether viewers may read conversations: words and contacts' names. Else they are told
    /// numbers, and which conversations they come from.
    pub viewers_read: bool,
    /// Whether an admin without a second factor may look only.
    pub admins_need_code: bool,
    /// Whether reps who see everything may block contacts; else admins only.
    #[serde(default)]
    pub reps_block: bool,
}

impl AccessRules {
    /// As what a user is let in: an admin who needs a second factor and has none may look only.
    pub const fn role_of(&self, user: &User) -> Role {
        match user.role {
            Role::Admin if self.admins_need_code && user.second_factor.is_none() => Role::Viewer,
            role => role,
        }
    }

    pub(super) fn change(&mut self, set: &AccessSet) {
        self.viewers_read = set.viewers_read.unwrap_or(self.viewers_read);
        self.admins_need_code = set.admins_need_code.unwrap_or(self.admins_need_code);
        self.reps_block = set.reps_block.unwrap_or(self.reps_block);
    }
}
