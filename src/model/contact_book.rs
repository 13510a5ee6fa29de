//! What ties contacts together: who was ever merged into whom, and which user of the host each is.
//!
//! A fold of the installation, so that a decision finds those who hang on a contact without
//! looking through all. Which of the merges hold is said by each contact's own events.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Body, ContactId, Event};

/// Ties between contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactBook {
    /// By whom they went into: those whom an event ever merged.
    merged: BTreeMap<ContactId, BTreeSet<ContactId>>,
    /// What the host calls contacts.
    host_ids: BTreeMap<ContactId, String>,
    /// Whom the host calls so.
    called: BTreeMap<String, ContactId>,
}

impl ContactBook {
    /// Those whom events have merged into `contact`, also where a later one says otherwise.
    pub fn merged_into(&self, contact: &ContactId) -> impl Iterator<Item = &ContactId> {
        self.merged.get(contact).into_iter().flatten()
    }

    /// What the host calls the contact.
    pub fn host_id(&self, contact: &ContactId) -> Option<&str> {
        self.host_ids.get(contact).map(String::as_str)
    }

    /// The contact whom the host calls so.
    pub fn called(&self, host_id: &str) -> Option<&ContactId> {
        self.called.get(host_id)
    }

    /// Whether an event changes it.
    pub const fn concerns(body: &Body) -> bool {
        matches!(body, Body::ContactMerged(_) | Body::ContactVerified(_))
    }

    /// Takes an event in; the order of merges does not matter here.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ContactMerged(merged) => {
                let those = self.merged.entry(merged.into.clone()).or_default();
                those.insert(merged.contact.clone());
            }
            Body::ContactVerified(verified) => {
                let host_id = verified.host_id.clone();
                let contact = verified.contact.clone();
                self.called.entry(host_id.clone()).or_insert(contact);
                self.host_ids.insert(verified.contact.clone(), host_id);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_were_merged_and_the_hosts_ids_are_found() {
        let mut book = ContactBook::default();
        for line in [
            r#"{"type":"contact.merged","at":"2026-01-01T00:00:00Z","source":"x","id":"1","contact":"a","into":"b"}"#,
            r#"{"type":"contact.merged","at":"2026-01-02T00:00:00Z","source":"x","id":"2","contact":"c","into":"b"}"#,
            r#"{"type":"svar.contact_verified","at":"2026-01-03T00:00:00Z","source":"svar","id":"3","contact":"b","host_id":"u7"}"#,
        ] {
            book.apply(&Event::parse_journalled(line).unwrap());
        }
        let id = |text: &str| ContactId::parse(text).unwrap();
        let merged: Vec<&ContactId> = book.merged_into(&id("b")).collect();
        assert_eq!(merged, [&id("a"), &id("c")]);
        assert_eq!(book.host_id(&id("b")), Some("u7"));
        assert_eq!(book.called("u7"), Some(&id("b")));
        assert_eq!(book.called("u8"), None);
    }
}
