//! Names of what ids in results stand for: reps, teams, inboxes, contacts, companies.
//!
//! As they are at one instant, whatever window a result is of. A company is known by its
//! contacts alone, so it is called as one of them calls it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::{App, Snapshot};
use crate::command::Caller;
use crate::metrics::NONE;
use crate::store::Store;

/// The names at one instant.
pub struct Names {
    snapshot: Arc<Snapshot>,
    store: Arc<Store>,
    /// Whether contacts and their companies are named.
    with_contacts: bool,
    /// A contact of each company, by their codes; made when first used.
    of_companies: OnceLock<HashMap<u32, u32>>,
}

impl App {
    /// The names as they are.
    pub fn names(&self) -> Names {
        Names {
            snapshot: self.snapshot(),
            store: Arc::clone(&self.past.store),
            with_contacts: true,
            of_companies: OnceLock::new(),
        }
    }

    /// The names that a caller may read.
    pub fn names_for(&self, caller: &Caller) -> Names {
        Names {
            with_contacts: self.reads_words(caller),
            ..self.names()
        }
    }
}

impl Names {
    /// The name of what a field of reports has this id of; none: it has none, or it is unknown.
    pub fn of(&self, field: &str, id: &str) -> Option<String> {
        let directory = &self.snapshot.directory;
        let name = match field {
            "rep" | "owner" | "assignee" => directory.rep_name(id),
            "team" => directory.team_name(id),
            "inbox" => directory.inbox_name(id),
            "contact" | "company" if !self.with_contacts => None,
            "contact" => return self.store.contact(id).ok()??.name,
            "company" => return self.of_company(id),
            _ => None,
        };
        name.map(str::to_owned)
    }

    fn of_company(&self, key: &str) -> Option<String> {
        let codes = &self.snapshot.facts.dictionaries;
        let contact = self.company_contacts().get(&codes.company.code(key)?)?;
        let contact = self.store.contact(&codes.contact.text(*contact)?).ok()??;
        let company = contact.company.filter(|company| company.key() == key)?;
        Some(company.name)
    }

    fn company_contacts(&self) -> &HashMap<u32, u32> {
        self.of_companies.get_or_init(|| {
            let facts = &self.snapshot.facts;
            let contacts = 0..u32::try_from(facts.dictionaries.contact.len()).unwrap_or(u32::MAX);
            let mut of_companies = HashMap::new();
            for contact in contacts {
                let company = facts.contacts.get(contact).company;
                if company != NONE {
                    of_companies.entry(company).or_insert(contact);
                }
            }
            of_companies
        })
    }
}
