//! What events say of contacts: language, company, merges and blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::metrics::{ContactRow, Contacts, Dictionaries, OwnField};
use crate::model::Timestamp;
use crate::model::episode::own;
use crate::model::event::{Body, Event, Patch};

/// Contacts that something was said of; others stand for themselves.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Told")]
pub struct ContactFold {
    known: BTreeMap<String, Known>,
    /// When contacts were blocked.
    pub blocked: Arc<HashMap<String, Timestamp>>,
    /// Who was told to be merged into a contact.
    #[serde(skip)]
    merged: HashMap<String, BTreeSet<String>>,
}

/// What is kept of a fold; the rest follows from it.
#[derive(Deserialize)]
struct Told {
    known: BTreeMap<String, Known>,
    blocked: Arc<HashMap<String, Timestamp>>,
}

impl From<Told> for ContactFold {
    fn from(told: Told) -> Self {
        let mut merged: HashMap<String, BTreeSet<String>> = HashMap::new();
        for (contact, known) in &told.known {
            if let Some((_, into)) = &known.into {
                merged
                    .entry(into.clone())
                    .or_default()
                    .insert(contact.clone());
            }
        }
        Self {
            known: told.known,
            blocked: told.blocked,
            merged,
        }
    }
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
                let contact = merged.contact.to_string();
                self.part(&contact);
                let into = merged.into.to_string();
                let those = self.merged.entry(into.clone()).or_default();
                those.insert(contact.clone());
                self.known.entry(contact).or_default().into = Some((event.at, into));
            }
            Body::ContactBlocked(blocked) => {
                let since = Arc::make_mut(&mut self.blocked)
                    .entry(blocked.contact.to_string())
                    .or_insert(event.at);
                *since = (*since).min(event.at);
            }
            _ => {}
        }
    }

    /// Forgets into whom `contact` was told to be merged.
    fn part(&mut self, contact: &str) {
        let into = self
            .known
            .get_mut(contact)
            .and_then(|known| known.into.take());
        let Some((_, into)) = into else {
            return;
        };
        if let Some(those) = self.merged.get_mut(&into) {
            those.remove(contact);
            if those.is_empty() {
                self.merged.remove(&into);
            }
        }
    }

    /// Forgets `contact` and folds its events anew; they must be in event order.
    pub fn replace<'a>(&mut self, contact: &str, events: impl Iterator<Item = &'a Event>) {
        self.part(contact);
        self.known.remove(contact);
        if self.blocked.contains_key(contact) {
            Arc::make_mut(&mut self.blocked).remove(contact);
        }
        for event in events {
            self.apply(event);
        }
    }

    /// Everybody whom merges join to `contact`, itself among them: those whose rows may hang
    /// on it.
    pub fn joined(&self, contact: &str) -> BTreeSet<String> {
        let mut joined = BTreeSet::from([contact.to_owned()]);
        let mut ahead = vec![contact];
        while let Some(one) = ahead.pop() {
            let into = self.known.get(one).and_then(|known| known.into.as_ref());
            let into = into.map(|(_, into)| into);
            for other in self.merged.get(one).into_iter().flatten().chain(into) {
                if joined.insert(other.clone()) {
                    ahead.push(other);
                }
            }
        }
        joined
    }

    /// The contacts as rows.
    pub fn rows(&self, dictionaries: &Dictionaries) -> Contacts {
        let mut rows = Contacts::default();
        let merges = self.merges(self.known.keys());
        for (contact, known) in &self.known {
            let root = root_of(contact, &merges);
            known.write(contact, root, dictionaries, &mut rows);
        }
        rows
    }

    /// The rows with those of `changed` contacts written anew. Whom merges join to one of
    /// them, or did before the change, must be among them.
    pub fn rows_with(
        &self,
        rows: &Contacts,
        changed: &BTreeSet<String>,
        dictionaries: &Dictionaries,
    ) -> Contacts {
        let mut rows = rows.clone();
        let unknown = Known::default();
        let merges = self.merges(changed.iter());
        for contact in changed {
            let known = self.known.get(contact).unwrap_or(&unknown);
            known.write(contact, root_of(contact, &merges), dictionaries, &mut rows);
        }
        rows
    }

    /// The merges that hold among contacts, in the order of their instants; one that would
    /// close a circle is passed over.
    fn merges<'a>(
        &'a self,
        contacts: impl Iterator<Item = &'a String>,
    ) -> HashMap<&'a str, &'a str> {
        let told = contacts.filter_map(|contact| {
            let (at, into) = self.known.get(contact)?.into.as_ref()?;
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
        let merges = fold.merges(fold.known.keys());
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
        // What is told of each contact, as often as it changes; `[]`: it is withdrawn.
        let told: [(&str, &[(u8, &str)]); 9] = [
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
        let mut rows = fold.rows(&codes);
        for (contact, into) in told {
            let mut changed = fold.joined(contact);
            let events: Vec<Event> = into
                .iter()
                .map(|(day, into)| merged(*day, contact, into))
                .collect();
            fold.replace(contact, events.iter());
            changed.extend(fold.joined(contact));
            rows = fold.rows_with(&rows, &changed, &codes);
            let whole = fold.rows(&codes);
            for name in ["a", "b", "c", "d", "x", "y", "z"] {
                let code = codes.contact.intern(name);
                assert_eq!(
                    rows.get(code),
                    whole.get(code),
                    "{name} after {contact} {into:?}"
                );
            }
            let kept = serde_json::to_string(&fold).unwrap();
            let back: ContactFold = serde_json::from_str(&kept).unwrap();
            assert_eq!(back.merged, fold.merged);
        }
        assert_eq!(fold.joined("z"), BTreeSet::from(["z".to_owned()]));
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
