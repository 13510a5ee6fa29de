//! Why a command is refused, said in the same words at every front.

use super::role::Role;
use crate::model::Invalid;

/// Why a command is refused. Nothing was journalled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A value cannot be used.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such thing.
    #[error("there is no {kind} `{id}`")]
    Unknown {
        /// Of which kind.
        kind: &'static str,
        /// Which.
        id: String,
    },
    /// The caller's role may not do it.
    #[error("`{command}` takes the role {}, this is {}", needed.as_str(), role.as_str())]
    Forbidden {
        /// The command.
        command: &'static str,
        /// The least role that may.
        needed: Role,
        /// The caller's.
        role: Role,
    },
    /// The thing is another by now than the caller has seen.
    #[error("{kind} `{id}` was changed meanwhile; look at it again")]
    Changed {
        /// Of which kind.
        kind: &'static str,
        /// Which.
        id: String,
    },
    /// What was computed for the command holds no more; computed again, it may go through.
    #[error("what this depends on changed meanwhile; try again")]
    Outdated,
}

impl Refusal {
    /// There is no `id` of `kind`.
    pub fn unknown(kind: &'static str, id: &str) -> Self {
        Self::Unknown {
            kind,
            id: id.to_owned(),
        }
    }
}
