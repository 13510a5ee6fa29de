//! What somebody sees of the facts: `model::Reach` by codes, one bit for each conversation,
//! ticket, contact and rep.
//!
//! Made from the live facts for one asker, and held against live and past rows alike: codes mean
//! the same in both. A past row whose thing has moved since is seen by whose it is now.

use std::collections::HashSet;

use super::dictionary::{Dictionary, NONE};
use super::own::{HOLDER, OWNER, TEAM};
use super::tables::Facts;
use crate::metrics::table::TicketRow;
use crate::model::Reach;

/// What somebody sees, by codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    conversations: Bits,
    tickets: Bits,
    contacts: Bits,
    reps: Bits,
}

/// A bit for each code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, code: u32) {
        if code == NONE {
            return;
        }
        let word = code as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (code % 64);
        }
    }

    fn has(&self, code: u32) -> bool {
        let word = self.0.get(code as usize / 64);
        code != NONE && word.is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

/// Whose things are seen, by codes.
struct Holders {
    reps: HashSet<u32>,
    teams: HashSet<u32>,
    inboxes: HashSet<u32>,
}

impl Holders {
    fn of(facts: &Facts, reach: &Reach) -> Self {
        let codes = &facts.dictionaries;
        let those = |dictionary: &Dictionary, ids: &std::collections::BTreeSet<String>| {
            let known = ids.iter().filter_map(|id| dictionary.code(id));
            known.collect()
        };
        Self {
            reps: those(&codes.rep, &reach.reps),
            teams: those(&codes.team, &reach.teams),
            inboxes: those(&codes.inbox, &reach.inboxes),
        }
    }

    fn has_ticket(&self, facts: &Facts, ticket: &TicketRow) -> bool {
        let holder = |field, own| {
            let changed = facts.holder(ticket.ticket, field, i64::MAX);
            changed.unwrap_or(own)
        };
        let fields = facts.owners.of(ticket.ticket);
        let fields = fields.iter().flat_map(|fields| fields.iter());
        let mut have = fields.filter(|field| field.name == HOLDER).peekable();
        let is_reps = match have.peek() {
            Some(_) => have.any(|field| self.reps.contains(&field.value)),
            None => self.reps.contains(&holder(OWNER, ticket.opened_rep)),
        };
        is_reps
            || self.teams.contains(&holder(TEAM, ticket.opened_team))
            || self.inboxes.contains(&ticket.inbox)
    }
}

impl Seen {
    /// What of the live facts is within reach.
    pub fn of(facts: &Facts, reach: &Reach) -> Self {
        let holders = Holders::of(facts, reach);
        let mut seen = Self::default();
        for rep in &holders.reps {
            seen.reps.set(*rep);
        }
        for (row, code) in facts.threads.iter().zip(0_u32..) {
            let is_theirs = holders.reps.contains(&row.rep)
                || holders.teams.contains(&row.team)
                || holders.inboxes.contains(&row.inbox);
            if is_theirs && row.started && row.merged_into == NONE {
                seen.conversations.set(code);
            }
        }
        for ticket in facts.tickets.rows() {
            if holders.has_ticket(facts, &ticket) {
                seen.tickets.set(ticket.ticket);
                // Its conversation is the one in which its messages are by now.
                seen.conversations.set(ticket.conversation);
            }
        }
        seen.join(facts);
        seen
    }

    /// Adds what is seen with what is: merged conversations, tickets and contacts.
    fn join(&mut self, facts: &Facts) {
        for (row, code) in facts.threads.iter().zip(0_u32..) {
            if self.conversations.has(row.merged_into) {
                self.conversations.set(code);
            }
            if self.conversations.has(code) {
                self.contacts.set(facts.contacts.get(row.contact).root);
            }
        }
        for ticket in facts.tickets.rows() {
            if self.conversations.has(ticket.conversation) {
                self.tickets.set(ticket.ticket);
            }
            if self.tickets.has(ticket.ticket) && ticket.contact != NONE {
                self.contacts.set(facts.contacts.get(ticket.contact).root);
            }
        }
    }

    /// Whether the conversation `code` is seen.
    pub fn has_conversation(&self, code: u32) -> bool {
        self.conversations.has(code)
    }

    /// Whether the ticket `code` is seen.
    pub fn has_ticket(&self, code: u32) -> bool {
        self.tickets.has(code)
    }

    /// Whether something of the contact `code`, or of whom they were merged into, is seen.
    pub fn has_contact(&self, facts: &Facts, code: u32) -> bool {
        self.contacts.has(facts.contacts.get(code).root)
    }

    /// Whether the rep `code` is one whose things are seen.
    pub fn has_rep(&self, code: u32) -> bool {
        self.reps.has(code)
    }
}
