//! How much of the desk somebody sees: set for users and tokens, carried by callers.
//!
//! Whose conversations and tickets that are is said by `reach`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{InboxId, RepId, TeamId};

/// How much of the desk a user or a token sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// What is their own, their team's, of these teams, or in these inboxes.
    Teams {
        /// Further teams than the one that their rep is in.
        #[serde(default)]
        teams: BTreeSet<TeamId>,
        /// The inboxes.
        #[serde(default)]
        inboxes: BTreeSet<InboxId>,
    },
    /// What is assigned to their rep.
    Own,
}

impl Scope {
    /// Whether it is everything.
    pub const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// What somebody of this scope sees, `rep` being theirs.
    pub fn sight(&self, rep: Option<&RepId>) -> Sight {
        let part = match self {
            Self::All => return Sight::Whole,
            Self::Teams { teams, inboxes } => Part {
                rep: rep.cloned(),
                with_team: true,
                teams: teams.clone(),
                inboxes: inboxes.clone(),
            },
            Self::Own => Part {
                rep: rep.cloned(),
                ..Part::default()
            },
        };
        Sight::Part(Arc::new(part))
    }
}

/// What of the desk a caller sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sight {
    /// Everything.
    #[default]
    Whole,
    /// A part of it.
    Part(Arc<Part>),
}

/// The part of the desk that somebody sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    /// What this rep has.
    pub(super) rep: Option<RepId>,
    /// Whether what the rep's team has is seen, too.
    pub(super) with_team: bool,
    /// What these teams have.
    pub(super) teams: BTreeSet<TeamId>,
    /// What is in these inboxes.
    pub(super) inboxes: BTreeSet<InboxId>,
}

impl Sight {
    /// Whether it is everything.
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_strictly() {
        for (text, is_one) in [
            (r#"{"kind":"all"}"#, true),
            (r#"{"kind":"teams","inboxes":["eu"]}"#, true),
            (r#"{"kind":"own"}"#, true),
            (r#"{"kind":"teams","team":"x"}"#, false),
            (r#"{"kind":"mine"}"#, false),
            (r#""own""#, false),
        ] {
            assert_eq!(
                serde_json::from_str::<Scope>(text).is_ok(),
                is_one,
                "{text}"
            );
        }
    }
}
