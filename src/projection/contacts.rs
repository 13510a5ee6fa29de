//! What events say of contacts: language, company, own fields, merges and blocks.
//!
//! A start holds merges and blocks only. The rest is in a contact's row and in the store, so
//! that no start waits for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::metrics::{ContactRow, Contacts, Dictionaries, OwnField};
use crate::model::Timestamp;
use crate::model::episode::own;
use crate::model::event::{Body, ContactUpserted, Event, Patch, Subject};

/// Who was merged into whom, and who was blocked. What else is said of a contact is in
/// its row only.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "ContactRecords")]
pub(super) struct ContactFold {
    /// Into whom events merge contacts, and when.
    into: BTreeMap<String, (Timestamp, String)>,
    /// When contacts were blocked.
    pub(super) blocked: Arc<HashMap<String, Timestamp>>,
    /// Who is merged into a contact by an event.
    #[serde(skip)]
    merged: HashMap<String, BTreeSet<String>>,
}

/// What is kept of a fold; the rest follows from it.
#[derive(Deserialize)]
struct ContactRecords {
    into: BTreeMap<String, (Timestamp, String)>,
    blocked: Arc<HashMap<String, Timestamp>>,
}

impl From<ContactRecords> for ContactFold {
    fn from(records: ContactRecords) -> Self {
        let mut fold = Self {
            blocked: records.blocked,
            ..Self::default()
        };
        for (contact, (at, into)) in records.into {
            fold.join(contact, at, into);
        }
        fold
    }
}

/// What is said of one contact, for its row.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    language: Option<String>,
    company: Option<String>,
    /// Own fields: name, from when, value.
    own: Vec<(String, Timestamp, Option<String>)>,
    has_version: bool,
}

/// Contacts whose rows change: those that something was said of with what that comes to, and
/// those whom merges join to them, or did before.
pub(super) type Changes = BTreeMap<String, Option<Details>>;

impl ContactFold {
    /// Folds the events of any contacts, which must be in event order.
    pub(super) fn of<'a>(events: impl Iterator<Item = &'a Event>) -> (Self, Changes) {
        let mut by_contact: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in events {
            if let Subject::Contact(contact) = event.body.subject() {
                by_contact.entry(contact).or_default().push(event);
            }
        }
        let mut fold = Self::default();
        let details = by_contact
            .into_iter()
            .map(|(contact, events)| {
                let details = fold.tell(contact, events.into_iter());
                (contact.to_owned(), Some(details))
            })
            .collect();
        (fold, details)
    }

    /// Takes everything that is said of `contact`, which must be in event order, in the place of
    /// what was said before.
    pub(super) fn tell<'a>(
        &mut self,
        contact: &str,
        events: impl Iterator<Item = &'a Event>,
    ) -> Details {
        self.part(contact);
        if self.blocked.contains_key(contact) {
            Arc::make_mut(&mut self.blocked).remove(contact);
        }
        let mut details = Details::default();
        for event in events {
            match &event.body {
                Body::ContactUpserted(contact) => details.upsert(event.at, contact),
                Body::ContactMerged(merged) => {
                    self.part(contact);
                    self.join(contact.to_owned(), event.at, merged.into.to_string());
                }
                Body::ContactBlocked(_) => {
                    let blocked = Arc::make_mut(&mut self.blocked);
                    let since = blocked.entry(contact.to_owned()).or_insert(event.at);
                    *since = (*since).min(event.at);
                }
                _ => {}
            }
        }
        details
    }

    /// Remembers that an event merges `contact`.
    fn join(&mut self, contact: String, at: Timestamp, into: String) {
        let those = self.merged.entry(into.clone()).or_default();
        those.insert(contact.clone());
        self.into.insert(contact, (at, into));
    }

    /// Forgets into whom an event merged `contact`.
    fn part(&mut self, contact: &str) {
        let Some((_, into)) = self.into.remove(contact) else {
            return;
        };
        if let Some(those) = self.merged.get_mut(&into) {
            those.remove(contact);
            if those.is_empty() {
                self.merged.remove(&into);
            }
        }
    }

    /// Everybody whom merges join to `contact`, itself among them: those whose rows may hang
    /// on it.
    pub(super) fn joined(&self, contact: &str) -> BTreeSet<String> {
        let mut joined = BTreeSet::from([contact.to_owned()]);
        let mut ahead = vec![contact];
        while let Some(one) = ahead.pop() {
            let into = self.into.get(one).map(|(_, into)| into);
            for other in self.merged.get(one).into_iter().flatten().chain(into) {
                if joined.insert(other.clone()) {
                    ahead.push(other);
                }
            }
        }
        joined
    }

    /// The rows with those of changed contacts written again.
    pub(super) fn rows_with(
        &self,
        rows: &Contacts,
        changed: &Changes,
        dictionaries: &Dictionaries,
    ) -> Contacts {
        let mut rows = rows.clone();
        for (contact, details) in changed {
            if let Some(details) = details {
                details.write(contact, dictionaries, &mut rows);
            }
        }
        self.write_roots(changed.keys(), dictionaries, &mut rows);
        rows
    }

    /// Writes as whom everybody counts who is merged by an event, once all have their rows.
    pub(super) fn write_all_roots(&self, dictionaries: &Dictionaries, rows: &mut Contacts) {
        self.write_roots(self.into.keys(), dictionaries, rows);
    }

    fn write_roots<'a>(
        &'a self,
        contacts: impl Iterator<Item = &'a String> + Clone,
        dictionaries: &Dictionaries,
        rows: &mut Contacts,
    ) {
        let merges = self.merges(contacts.clone());
        for contact in contacts {
            let code = dictionaries.contact.intern(contact);
            let root = dictionaries.contact.intern(root_of(contact, &merges));
            let row = rows.get(code);
            rows.set(code, ContactRow { root, ..row });
        }
    }

    /// The merges that hold among contacts, in the order of their instants; one that would
    /// close a circle is passed over.
    fn merges<'a>(
        &'a self,
        contacts: impl Iterator<Item = &'a String>,
    ) -> HashMap<&'a str, &'a str> {
        let links = contacts.filter_map(|contact| {
            let (at, into) = self.into.get(contact)?;
            Some((*at, contact.as_str(), into.as_str()))
        });
        let mut links: Vec<(Timestamp, &str, &str)> = links.collect();
        links.sort_unstable();
        let mut merges = HashMap::new();
        for (_, contact, into) in links {
            if root_of(into, &merges) != contact {
                merges.insert(contact, into);
            }
        }
        merges
    }
}

impl Details {
    fn upsert(&mut self, at: Timestamp, contact: &ContactUpserted) {
        contact.language.apply(&mut self.language);
        // Before its first version the first version holds.
        let from = if self.has_version { at } else { Timestamp::MIN };
        self.has_version = true;
        let fields = own(from, &contact.attributes);
        self.own
            .extend(fields.map(|own| (own.name.to_owned(), own.from, own.value)));
        match &contact.company {
            Patch::Keep => {}
            Patch::Clear => self.company = None,
            Patch::Set(company) => self.company = Some(company.key()),
        }
    }

    /// Writes the contact's row, as one who counts as nobody else.
    pub(super) fn write(&self, contact: &str, dictionaries: &Dictionaries, rows: &mut Contacts) {
        let code = dictionaries.contact.intern(contact);
        let language = self.language.as_deref();
        let row = ContactRow {
            root: code,
            language: dictionaries.language.intern_option(language),
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
        let events = [
            merged(1, "a", "b"),
            merged(2, "b", "c"),
            merged(3, "c", "a"),
        ];
        let (fold, _) = ContactFold::of(events.iter());
        let merges = fold.merges(fold.into.keys());
        for contact in ["a", "b", "c"] {
            assert_eq!(root_of(contact, &merges), "c");
        }
    }

    #[test]
    fn rows_written_anew_where_something_changed_equal_those_of_everybody() {
        let merged = |day: u8, contact: &str, into: &str| {
            let line = format!(
                r#"{{"type":"contact.merged","at":"2026-01-{day:02}T00:00:00Z","contact":"{contact}","into":"{into}"}}"#
            );
            Event::parse(&line).unwrap()
        };
        // What is said of each contact, as often as it changes; `[]`: it is withdrawn.
        let steps: [(&str, &[(u8, &str)]); 9] = [
            ("a", &[(3, "b")]),
            ("c", &[(2, "d")]),
            ("b", &[(4, "c")]),
            ("d", &[(1, "a")]),
            ("x", &[(5, "b")]),
            ("b", &[(6, "y")]),
            ("d", &[]),
            ("c", &[(2, "d"), (7, "x")]),
            ("a", &[]),
        ];
        let codes = Dictionaries::default();
        let mut fold = ContactFold::default();
        let mut rows = Contacts::default();
        let mut all: BTreeMap<&str, Vec<Event>> = BTreeMap::new();
        for (contact, into) in steps {
            let mut joined = fold.joined(contact);
            let events: Vec<Event> = into
                .iter()
                .map(|(day, into)| merged(*day, contact, into))
                .collect();
            let steps = fold.tell(contact, events.iter());
            joined.extend(fold.joined(contact));
            let mut changed: Changes = joined.into_iter().map(|one| (one, None)).collect();
            changed.insert(contact.to_owned(), Some(steps));
            rows = fold.rows_with(&rows, &changed, &codes);
            all.insert(contact, events);
            let (of_all, everybody) = ContactFold::of(all.values().flatten());
            let whole = of_all.rows_with(&Contacts::default(), &everybody, &codes);
            for name in ["a", "b", "c", "d", "x", "y", "z"] {
                let code = codes.contact.intern(name);
                assert_eq!(
                    rows.get(code),
                    whole.get(code),
                    "{name} after {contact} {into:?}"
                );
            }
            let json = serde_json::to_string(&fold).unwrap();
            let back: ContactFold = serde_json::from_str(&json).unwrap();
            assert_eq!(back.merged, fold.merged);
            assert_eq!(of_all.merged, fold.merged);
        }
        assert_eq!(fold.joined("z"), BTreeSet::from(["z".to_owned()]));
    }
}
