//! How much of the desk somebody sees, as it is said on the command line.
//!
//! The same words for users and tokens.

use serde_json::Value;

use super::human::plain;
use crate::command::{ScopeDraft, ScopeKind};

/// How much of the desk somebody sees.
#[derive(Debug, clap::Args)]
pub(super) struct ScopeArgs {
    /// What they see: all, teams (what their team has, and the teams and inboxes named), own
    /// [default: all]
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    kind: Option<ScopeKind>,
    /// With --scope teams: a further team than their rep's; may be given several times
    #[arg(long = "team", value_name = "ID")]
    teams: Vec<String>,
    /// With --scope teams: an inbox; may be given several times
    #[arg(long = "inbox", value_name = "ID")]
    inboxes: Vec<String>,
}

impl ScopeArgs {
    /// Whether a scope is named.
    pub(super) const fn is_named(&self) -> bool {
        self.kind.is_some()
    }

    /// As it is sent.
    pub(super) fn draft(&self) -> ScopeDraft {
        ScopeDraft {
            kind: self.kind.unwrap_or_default(),
            teams: self.teams.clone(),
            inboxes: self.inboxes.clone(),
        }
    }
}

fn scope(word: &str) -> Result<ScopeKind, String> {
    ScopeKind::parse(word).ok_or_else(|| "a scope is one of all, teams, own".to_owned())
}

/// What somebody on a list sees, in a few words.
pub(super) fn sees(item: &Value) -> String {
    let scope = item.get("scope").cloned().unwrap_or_default();
    let scope: ScopeDraft = serde_json::from_value(scope).unwrap_or_default();
    let parts = scope.teams.iter().chain(&scope.inboxes);
    let parts: Vec<&str> = parts.map(String::as_str).collect();
    match (scope.kind, parts.is_empty()) {
        (kind, true) => kind.as_str().to_owned(),
        (kind, false) => plain(&format!("{}: {}", kind.as_str(), parts.join(", "))),
    }
}
