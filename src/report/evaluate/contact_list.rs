//! What rows are cut by that belongs to their contacts, as lists by the contact's code.

use std::sync::{Arc, OnceLock};

use crate::metrics::Facts;

/// What a report needs of each contact, by code; made when first used.
#[derive(Default)]
pub(in crate::report) struct ContactLists {
    roots: OnceLock<Arc<Vec<u32>>>,
    companies: OnceLock<Arc<Vec<u32>>>,
    languages: OnceLock<Arc<Vec<u32>>>,
}

impl ContactLists {
    pub(super) fn roots(&self, facts: &Facts) -> Arc<Vec<u32>> {
        made(&self.roots, facts, |code| facts.contacts.get(code).root)
    }

    pub(super) fn companies(&self, facts: &Facts) -> Arc<Vec<u32>> {
        made(&self.companies, facts, |code| facts.contact(code).company)
    }

    pub(super) fn languages(&self, facts: &Facts) -> Arc<Vec<u32>> {
        made(&self.languages, facts, |code| facts.contact(code).language)
    }
}

fn made(list: &OnceLock<Arc<Vec<u32>>>, facts: &Facts, pick: impl Fn(u32) -> u32) -> Arc<Vec<u32>> {
    let list = list.get_or_init(|| {
        let codes = 0..u32::try_from(facts.dictionaries.contact.len()).unwrap_or(u32::MAX);
        Arc::new(codes.map(pick).collect())
    });
    Arc::clone(list)
}
