//! What events say of contacts: language, company, merges and blocks.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::metrics::{ContactRow, Contacts, Dictionaries, OwnField};
use crate::model::Timestamp;
use crate::model::episode::own;
use crate::model::event::{Body, Event, Patch};

/// Contacts that something was said of; others stand for themselves.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ContactFold {
    known: BTreeMap<String, Known>,
    /// When contacts were blocked.
    pub blocked: HashMap<String, Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    language: Option<String>,
    company: Option<String>,
    into: Option<(Timestamp, String)>,
    /// Own fields: name, from when, value.
    own: Vec<(String, Timestamp, Option<String>)>,
    is_told: bool,
}

impl ContactFold {
    /// Applies one event; a contact's events must come in event order.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ContactUpserted(contact) => {
                let known = self.known.entry(contact.contact.to_string()).or_default();
                contact.language.apply(&mut known.language);
                // Before its first version the first version holds.
                let from = if known.is_told {
                    event.at
                } else {
                    Timestamp::MIN
                };
                known.is_told = true;
                let told = own(from, &contact.attributes);
                known
                    .own
                    .extend(told.map(|own| (own.name.to_owned(), own.from, own.value)));
                match &contact.company {
                    Patch::Keep => {}
                    Patch::Clear => known.company = None,
                    Patch::Set(company) => {
                        known.company = Some(company_key(&company.name, company.url.as_deref()));
                    }
                }
            }
            Body::ContactMerged(merged) => {
                let known = self.known.entry(merged.contact.to_string()).or_default();
                known.into = Some((event.at, merged.into.to_string()));
            }
            Body::ContactBlocked(blocked) => {
                let since = self
                    .blocked
                    .entry(blocked.contact.to_string())
                    .or_insert(event.at);
                *since = (*since).min(event.at);
            }
            _ => {}
        }
    }

    /// Forgets `contact` and folds its events anew; they must be in event order.
    pub fn replace<'a>(&mut self, contact: &str, events: impl Iterator<Item = &'a Event>) {
        self.known.remove(contact);
        self.blocked.remove(contact);
        for event in events {
            self.apply(event);
        }
    }

    /// Whether `contact` was merged into another.
    pub fn is_merged(&self, contact: &str) -> bool {
        let known = self.known.get(contact);
        known.is_some_and(|known| known.into.is_some())
    }

    /// The contacts as rows.
    pub fn rows(&self, dictionaries: &Dictionaries) -> Contacts {
        let mut rows = Contacts::default();
        let merges = self.merges();
        for (contact, known) in &self.known {
            let root = root_of(contact, &merges);
            known.write(contact, root, dictionaries, &mut rows);
        }
        rows
    }

    /// The rows with those of `changed` contacts written anew, none of which is merged.
    pub fn rows_with<'c>(
        &self,
        rows: &Contacts,
        changed: impl Iterator<Item = &'c String>,
        dictionaries: &Dictionaries,
    ) -> Contacts {
        let mut rows = rows.clone();
        let unknown = Known::default();
        for contact in changed {
            let known = self.known.get(contact).unwrap_or(&unknown);
            known.write(contact, contact, dictionaries, &mut rows);
        }
        rows
    }

    /// The merges that hold, in the order of their instants; one that would close a circle
    /// is passed over.
    fn merges(&self) -> HashMap<&str, &str> {
        let told = self.known.iter().filter_map(|(contact, known)| {
            let (at, into) = known.into.as_ref()?;
            Some((*at, contact.as_str(), into.as_str()))
        });
        let mut told: Vec<(Timestamp, &str, &str)> = told.collect();
        told.sort_unstable();
        let mut merges = HashMap::new();
        for (_, contact, into) in told {
            if root_of(into, &merges) != contact {
                merges.insert(contact, into);
            }
        }
        merges
    }
}

impl Known {
    fn write(&self, contact: &str, root: &str, dictionaries: &Dictionaries, rows: &mut Contacts) {
        let code = dictionaries.contact.intern(contact);
        let row = ContactRow {
            root: dictionaries.contact.intern(root),
            language: dictionaries
                .language
                .intern_option(self.language.as_deref()),
            company: dictionaries.company.intern_option(self.company.as_deref()),
        };
        let own = self.own.iter().map(|(name, from, value)| OwnField {
            name: dictionaries.own_name.intern(name),
            from: from.millis(),
            value: dictionaries.own_value.intern_option(value.as_deref()),
        });
        rows.set(code, row);
        rows.1.set(code, &own.collect::<Vec<_>>());
    }
}

/// The contact as which `contact` counts.
fn root_of<'a>(contact: &'a str, merges: &HashMap<&'a str, &'a str>) -> &'a str {
    let mut root = contact;
    while let Some(next) = merges.get(root) {
        root = next;
    }
    root
}

/// A company's key: its URL's host, else its folded name.
fn company_key(name: &str, url: Option<&str>) -> String {
    let host = url.and_then(|url| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next()?;
        (!host.is_empty()).then(|| host.trim_start_matches("www.").to_lowercase())
    });
    host.unwrap_or_else(|| {
        let words: Vec<&str> = name.split_whitespace().collect();
        words.join(" ").to_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_that_would_close_a_circle_is_passed_over() {
        let merged = |id: u8, contact: &str, into: &str| {
            let line = format!(
                r#"{{"type":"contact.merged","at":"2026-01-0{id}T00:00:00Z","contact":"{contact}","into":"{into}"}}"#
            );
            Event::parse(&line).unwrap()
        };
        let mut fold = ContactFold::default();
        for event in [
            merged(1, "a", "b"),
            merged(2, "b", "c"),
            merged(3, "c", "a"),
        ] {
            fold.apply(&event);
        }
        let merges = fold.merges();
        for contact in ["a", "b", "c"] {
            assert_eq!(root_of(contact, &merges), "c");
        }
    }

    #[test]
    fn a_companys_key_is_its_host_else_its_folded_name() {
        assert_eq!(
            company_key("Shop", Some("https://www.Shop.example/a?b")),
            "shop.example"
        );
        assert_eq!(company_key("  The  Shop ", None), "the shop");
    }
}
