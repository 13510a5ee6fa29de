//! What ties contacts together: who was ever merged into whom, which user of the host each is, and
//! who is erased, so that they are known should they come in again.
//!
//! A fold of the installation, so that a decision finds those who hang on a contact without
//! looking through all. Which of the merges hold is said by each contact's own events.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::erasure::{contact_hash, pseudonym};
use super::event::{ActorKind, Patch};
use super::{Body, ContactId, Event, Shards, Timestamp};

/// How many bytes an address is known by.
const HASH: usize = 16;

/// Ties between contacts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ContactBook {
    /// By whom they went into: those whom an event ever merged.
    merged: BTreeMap<ContactId, BTreeSet<ContactId>>,
    /// What the host calls contacts.
    host_ids: BTreeMap<ContactId, String>,
    /// Whom the host calls so.
    called: BTreeMap<String, ContactId>,
    /// Until when visitors' tokens were given out that hold no more.
    #[serde(default)]
    signed_out: BTreeMap<ContactId, Timestamp>,
    /// By a hash of it: who was last said to have an address.
    addresses: Shards<[u8; HASH], ContactId>,
    /// Who is erased, by the salt of their hashes.
    erased: BTreeMap<String, BTreeSet<String>>,
    /// The conversations and tickets of those who are.
    wordless: BTreeSet<String>,
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

    /// Who was last said to have an address of mail; they may have another one by now.
    pub fn by_address(&self, address: &str) -> Option<&ContactId> {
        self.addresses.get(&hash_of(address))
    }

    /// Until when what was given out to a visitor holds no more, if they were ever signed out.
    pub fn signed_out_at(&self, contact: &str) -> Option<Timestamp> {
        self.signed_out
            .get(&ContactId::parse(contact).ok()?)
            .copied()
    }

    /// What ids of those who are erased are hashed with; none: nobody is.
    pub fn salt(&self) -> Option<&str> {
        self.erased.keys().next().map(String::as_str)
    }

    /// Whether a contact is erased: by the id that they had, or what they are called since.
    pub fn is_erased(&self, contact: &str) -> bool {
        self.erased.iter().any(|(salt, hashes)| {
            hashes.contains(&contact_hash(salt, contact))
                || hashes.iter().any(|hash| pseudonym(hash) == contact)
        })
    }

    /// Whether an event is about somebody who is erased, or what was theirs.
    pub fn is_of_erased(&self, body: &Body) -> bool {
        if self.erased.is_empty() {
            return false;
        }
        let thing = body.conversation().or_else(|| body.ticket());
        let by_thing = thing.is_some_and(|thing| self.wordless.contains(thing));
        by_thing
            || named(body)
                .into_iter()
                .flatten()
                .any(|id| self.is_erased(id))
    }

    /// Whether an event changes it.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::ContactMerged(_)
                | Body::ContactUpserted(_)
                | Body::ContactVerified(_)
                | Body::VisitorSignedOut(_)
                | Body::ContactErased(_)
        )
    }

    /// Takes an event in; the order of merges does not matter here.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ContactMerged(merged) => {
                let those = self.merged.entry(merged.into.clone()).or_default();
                those.insert(merged.contact.clone());
            }
            Body::ContactUpserted(contact) => {
                if let Patch::Set(address) = &contact.email {
                    let hash = hash_of(address);
                    let known = self.addresses.entry(&hash, || contact.contact.clone());
                    known.clone_from(&contact.contact);
                }
            }
            Body::ContactVerified(verified) => {
                let host_id = verified.host_id.clone();
                let contact = verified.contact.clone();
                self.called.entry(host_id.clone()).or_insert(contact);
                self.host_ids.insert(verified.contact.clone(), host_id);
            }
            Body::VisitorSignedOut(signed_out) => {
                let at = self.signed_out.entry(signed_out.contact.clone());
                let at = at.or_insert(event.at);
                *at = event.at.max(*at);
            }
            Body::ContactErased(erased) => {
                let hashes = self.erased.entry(erased.salt.clone()).or_default();
                hashes.extend(erased.hashes.iter().cloned());
                let conversations = erased.conversations.iter().map(ToString::to_string);
                let tickets = erased.tickets.iter().map(ToString::to_string);
                self.wordless.extend(conversations.chain(tickets));
            }
            _ => {}
        }
    }
}

/// What an address is known by, however it is written.
fn hash_of(address: &str) -> [u8; HASH] {
    let digest = Sha256::digest(address.trim().to_lowercase());
    let mut hash = [0; HASH];
    hash.copy_from_slice(digest.get(..HASH).unwrap_or_default());
    hash
}

/// The contacts that an event from outside names.
fn named(body: &Body) -> [Option<&str>; 2] {
    match body {
        Body::ContactMerged(merged) => [Some(merged.contact.as_str()), Some(merged.into.as_str())],
        Body::ConversationStarted(started) => [Some(started.contact.as_str()), None],
        Body::TicketOpened(opened) => [opened.contact.as_ref().map(ContactId::as_str), None],
        Body::MessageAdded(message) if message.author.kind == ActorKind::Contact => {
            [message.author.id.as_deref(), None]
        }
        other => [other.contact(), None],
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
        let line = r#"{"type":"contact.upserted","at":"2026-01-01T00:00:00Z","source":"x","id":"4","contact":"d","email":"Dag@Home.example"}"#;
        book.apply(&Event::parse_journalled(line).unwrap());
        assert_eq!(book.by_address("dag@home.example"), Some(&id("d")));
        assert_eq!(book.by_address("dag@elsewhere.example"), None);
    }

    #[test]
    fn who_is_erased_is_known_by_a_hash_and_by_what_was_theirs() {
        let mut book = ContactBook::default();
        let hash = contact_hash("s", "pia");
        let called = pseudonym(&hash);
        let line = format!(
            r#"{{"type":"svar.contact_erased","at":"2026-01-03T00:00:00Z","source":"svar","id":"3","contact":"{called}","salt":"s","hashes":["{hash}"],"conversations":["c1"],"tickets":["t1"]}}"#
        );
        book.apply(&Event::parse_journalled(&line).unwrap());
        assert!(book.is_erased("pia") && book.is_erased(&called) && !book.is_erased("piet"));
        assert_eq!(book.salt(), Some("s"));
        let is_theirs = |fields: &str| {
            let line = format!(r#"{{"at":"2026-01-01T00:00:00Z","source":"x","id":"1",{fields}}}"#);
            book.is_of_erased(&Event::parse(&line).unwrap().body)
        };
        let started = |contact: &str| {
            format!(
                r#""type":"conversation.started","conversation":"c9","channel":"chat","contact":"{contact}""#
            )
        };
        assert!(is_theirs(&started("pia")) && !is_theirs(&started("piet")));
        assert!(is_theirs(
            r#""type":"conversation.resolved","conversation":"c1","by":{"kind":"rep"}"#
        ));
        assert!(is_theirs(
            r#""type":"ticket.staged","ticket":"t1","stage":"new""#
        ));
        assert!(is_theirs(
            r#""type":"contact.merged","contact":"piet","into":"pia""#
        ));
        assert!(!is_theirs(r#""type":"rep.deleted","rep":"pia""#));
    }
}
