//! What is found by looking: things that hold, each with its cause, and what cannot be said.

use std::collections::BTreeSet;

use crate::command::NewAlert;
use crate::model::alerts::Alert;
use crate::model::event::AlertFact;

/// Something that a rule watches for and that holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// What it is about: while that is open, it is not opened again.
    pub(super) subject: String,
    /// The cause, the same however often it is looked at: it is told once.
    pub(super) cause: String,
    /// What was found.
    pub(super) fact: AlertFact,
}

impl Finding {
    /// It, to be opened under an id.
    pub(super) fn named(self, alert: String) -> NewAlert {
        NewAlert {
            alert,
            subject: self.subject,
            cause: self.cause,
            fact: self.fact,
        }
    }
}

/// What was seen by looking.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Looked {
    /// What holds.
    pub(super) found: Vec<Finding>,
    /// What can be said neither to hold nor to be over.
    pub(super) unclear: BTreeSet<String>,
}

impl Looked {
    /// Whether something that is open holds no more.
    pub(super) fn is_over(&self, alert: &Alert) -> bool {
        let holds = self.found.iter().any(|one| one.subject == alert.subject);
        !holds && !self.unclear.contains(&alert.subject)
    }
}
