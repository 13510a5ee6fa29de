//! What people did to the installation, for admins to look through: a fold of Svar's own events
//! that somebody's command made.
//!
//! What Svar does by itself is left out, and so are what is imported and what reps look at and
//! put off. The last ten thousand are
//! kept here; the journal has them all. Secrets' hashes are left out of what is shown.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Attention, Body, Event, Provenance, Timestamp, brief};

/// How many entries are kept.
const KEPT: usize = 10_000;
/// Actors that are nobody.
const NOBODY: [&str; 2] = ["system", "customer_agent"];
/// Fields that are not shown.
const UNSHOWN: [&str; 9] = [
    "type",
    "at",
    "source",
    "id",
    "hash",
    "secret_hash",
    "secret",
    "recovery_hashes",
    "picture",
];

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the journal.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, as an actor of the journal.
    pub actor: String,
    /// The type of the event.
    pub kind: String,
    /// What it says, as `field: value` each, cut where it is long.
    pub detail: String,
}

/// What people did, the first of those kept first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit(VecDeque<Arc<AuditEntry>>);

impl Audit {
    /// All that is kept, the last first.
    pub fn latest(&self) -> impl Iterator<Item = &AuditEntry> {
        self.0.iter().rev().map(|entry| &**entry)
    }

    /// Whether an event may be one that somebody's command made.
    pub const fn concerns(body: &Body) -> bool {
        body.is_own() && !Attention::concerns(body)
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let is_rules = from.actor.starts_with("rule:");
        let is_told = matches!(event.body, Body::RulePaused(_));
        if NOBODY.contains(&from.actor) || (is_rules && !is_told) {
            return;
        }
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Arc::new(AuditEntry {
            seq: from.seq,
            at: event.at,
            actor: from.actor.to_owned(),
            kind: event.body.kind().to_owned(),
            detail: detail(event),
        }));
    }
}

fn detail(event: &Event) -> String {
    let fields: Value = serde_json::from_str(&event.to_json()).unwrap_or_default();
    let shown = fields.as_object().into_iter().flatten();
    let shown = shown.filter(|(name, _)| !UNSHOWN.contains(&name.as_str()));
    let words = shown.map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    });
    brief(&words.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_did_is_kept_without_secrets_and_what_svar_did_is_not() {
        let event = r#"{"source":"svar","id":"1","type":"svar.password_set","at":"2026-01-01T00:00:00Z","user":"ada","hash":"$argon2id$"}"#;
        let event = Event::parse_journalled(event).unwrap();
        let mut audit = Audit::default();
        for (seq, actor) in [(1, "user:ada"), (2, "system"), (3, "cli")] {
            audit.apply(Provenance { seq, actor }, &event);
        }
        let actors: Vec<&str> = audit.latest().map(|entry| entry.actor.as_str()).collect();
        assert_eq!(actors, ["cli", "user:ada"]);
        let first = audit.latest().next().unwrap();
        assert_eq!(first.detail, "user: ada");
        assert_eq!(first.kind, "svar.password_set");
    }

    #[test]
    fn no_more_are_kept_than_are_wanted() {
        let event = r#"{"source":"svar","id":"1","type":"svar.sessions_ended","at":"2026-01-01T00:00:00Z","user":"ada"}"#;
        let event = Event::parse_journalled(event).unwrap();
        let mut audit = Audit::default();
        for seq in 1..=KEPT as u64 + 5 {
            audit.apply(Provenance { seq, actor: "cli" }, &event);
        }
        assert_eq!(audit.latest().count(), KEPT);
        assert_eq!(audit.latest().last().unwrap().seq, 6);
    }
}
