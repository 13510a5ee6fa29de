//! How much of the desk somebody sees, in the forms of the people page.

use std::fmt;

use super::field_of;
use crate::command::{ScopeDraft, ScopeKind};
use crate::model::Invalid;

/// How much somebody sees, as the page names it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ScopeWord(ScopeKind);

impl ScopeWord {
    pub(super) const ALL: [Self; 3] = [
        Self(ScopeKind::All),
        Self(ScopeKind::Teams),
        Self(ScopeKind::Own),
    ];

    pub(super) const fn of(scope: &ScopeDraft) -> Self {
        Self(scope.kind)
    }

    pub(super) const fn text(self) -> &'static str {
        match self.0 {
            ScopeKind::All => "people.scope_all",
            ScopeKind::Teams => "people.scope_teams",
            ScopeKind::Own => "people.scope_own",
        }
    }
}

impl fmt::Display for ScopeWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A scope as the forms hold it.
pub(super) struct ScopeForm {
    pub(super) kind: ScopeWord,
    pub(super) teams: String,
    pub(super) inboxes: String,
}

impl ScopeForm {
    /// What was typed, by the names of the fields.
    pub(super) fn kept(kept: impl Fn(&str) -> String) -> Self {
        Self {
            kind: ScopeWord(ScopeKind::parse(&kept("scope")).unwrap_or_default()),
            teams: kept("teams"),
            inboxes: kept("inboxes"),
        }
    }

    pub(super) fn of(scope: &ScopeDraft) -> Self {
        Self {
            kind: ScopeWord(scope.kind),
            teams: scope.teams.join(", "),
            inboxes: scope.inboxes.join(", "),
        }
    }
}

/// The scope that a form names; none where it has no such field.
pub(super) fn scope(form: &[(String, String)]) -> Result<Option<ScopeDraft>, Invalid> {
    let Some(word) = field_of(form, "scope") else {
        return Ok(None);
    };
    let kind = ScopeKind::parse(word).ok_or_else(|| {
        let reason = format!("`{word}` is none of all, teams, own");
        Invalid::new("scope", reason)
    })?;
    let listed = |name: &str| {
        let ids = field_of(form, name).unwrap_or_default().split(',');
        let ids = ids.map(str::trim).filter(|id| !id.is_empty());
        ids.map(str::to_owned).collect()
    };
    Ok(Some(ScopeDraft {
        kind,
        teams: listed("teams"),
        inboxes: listed("inboxes"),
    }))
}
