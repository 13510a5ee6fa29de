//! The imports of other products' exports, each with what it came to: a fold of their ends.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::reconciliation::Reconciliation;
use super::{Body, Completeness, Event, Provenance, Timestamp};

/// How many are kept here; the journal has them all.
pub const KEPT_IMPORTS: usize = 100;

/// An import that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishedImport {
    /// Its place in the journal.
    pub seq: u64,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it, as an actor of the journal.
    pub actor: String,
    /// What it came to.
    pub completeness: Completeness,
}

/// The imports that are done, the first of those kept first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Imports(VecDeque<Arc<FinishedImport>>);

impl Imports {
    /// All that are kept, the last first.
    pub fn latest(&self) -> impl Iterator<Item = &FinishedImport> {
        self.0.iter().rev().map(|import| &**import)
    }

    /// What the last import from each source does not say of a report, which therefore shows
    /// little.
    pub fn lacks_of(&self, report: &str) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let last = self.latest().map(|import| &import.completeness);
        let last = last.filter(|import| seen.insert(&import.format));
        let blind = last.flat_map(|import| &import.blind);
        let blind = blind.filter(|blind| blind.reports.iter().any(|one| one == report));
        blind.map(|blind| blind.lack.as_str()).collect()
    }

    /// The figures that sources themselves give of what a report says, by the last import of each
    /// source that gave any.
    pub fn figures_of(&self, report: &str) -> Vec<(&FinishedImport, &Reconciliation)> {
        let mut seen = BTreeSet::new();
        let last = self.latest();
        let last = last.filter(|import| !import.completeness.reconciled.is_empty());
        let last = last.filter(|import| seen.insert(&import.completeness.format));
        let figures = last.flat_map(|import| {
            let all = import.completeness.reconciled.iter();
            all.map(move |figure| (import, figure))
        });
        figures.filter(|(_, one)| one.report == report).collect()
    }

    /// Whether an event is the end of one.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::ImportFinished(_))
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let Body::ImportFinished(finished) = &event.body else {
            return;
        };
        if self.0.len() >= KEPT_IMPORTS {
            self.0.pop_front();
        }
        self.0.push_back(Arc::new(FinishedImport {
            seq: from.seq,
            at: event.at,
            actor: from.actor.to_owned(),
            completeness: finished.completeness.clone(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{ImportFinished, OWN_SOURCE};

    #[test]
    fn the_last_hundred_are_kept_the_last_first() {
        let mut imports = Imports::default();
        for seq in 1..=103 {
            let completeness = Completeness {
                imported: seq,
                ..Completeness::default()
            };
            let event = Event {
                at: Timestamp::from_millis(0),
                source: OWN_SOURCE.to_owned(),
                id: seq.to_string(),
                body: Body::ImportFinished(Box::new(ImportFinished { completeness })),
            };
            imports.apply(Provenance { seq, actor: "cli" }, &event);
        }
        let kept: Vec<u64> = imports
            .latest()
            .map(|one| one.completeness.imported)
            .collect();
        assert_eq!((kept.len(), kept[0], kept[99]), (100, 103, 4));
    }
}
