//! What somebody may do, as one word: the role of a user, of a token, of whoever calls.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody may do, from little to much.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks at reports.
    #[default]
    Viewer,
    /// Handles conversations and tickets, too.
    Rep,
    /// Looks after knowledge, settings and people, too.
    Admin,
    /// Svar itself; nobody is given it.
    #[serde(skip)]
    System,
}

impl Role {
    /// Those that can be given.
    pub const GIVEN: [Self; 3] = [Self::Viewer, Self::Rep, Self::Admin];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Rep => "rep",
            Self::Admin => "admin",
            Self::System => "system",
        }
    }

    /// The role that can be given of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::GIVEN.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
