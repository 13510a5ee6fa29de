//! Why a command is refused, said in the same words at every front.

use std::borrow::Cow;

use crate::model::{Invalid, Role, Unwanted};

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
    /// Something that is there is against it.
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// No work is taken now; in the admin's words, where there are any.
    #[error("{0}")]
    NotAvailable(String),
    /// Of this kind nothing is taken.
    #[error("{field}: `{value}` is not taken here; expected one of {}", taken.join(", "))]
    NotTaken {
        /// What of the request.
        field: &'static str,
        /// What it says.
        value: String,
        /// What is taken.
        taken: Vec<String>,
    },
    /// What the decision depends on could not be read.
    #[error("{0}")]
    Failed(String),
    /// What was computed for the command holds no more; computed again, it may go through.
    #[error("what this depends on changed meanwhile; try again")]
    Outdated,
}

impl Refusal {
    /// `reason`, which says what to do, is against it.
    pub const fn conflict(reason: &'static str) -> Self {
        Self::Conflict(Cow::Borrowed(reason))
    }

    /// As [`Self::conflict`], with what is in the way by name.
    pub fn in_the_way(reason: String) -> Self {
        Self::Conflict(Cow::Owned(reason))
    }

    /// There is no `id` of `kind`.
    pub fn unknown(kind: &'static str, id: &str) -> Self {
        Self::Unknown {
            kind,
            id: id.to_owned(),
        }
    }
}

impl From<Unwanted> for Refusal {
    fn from(unwanted: Unwanted) -> Self {
        match unwanted {
            Unwanted::NotAvailable(words) => Self::NotAvailable(words),
            Unwanted::NotTaken {
                field,
                value,
                taken,
            } => Self::NotTaken {
                field,
                value,
                taken,
            },
        }
    }
}
