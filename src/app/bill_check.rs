//! A vendor's bill beside Svar's own count: the claims that were imported, and the rows that Svar
//! judges by the vendor's rule.

use std::collections::{BTreeMap, BTreeSet};

use super::{App, Delivery, Error, Present, RowWish};
use crate::metrics::NONE;
use crate::model::{DAY_MS, Timestamp};
use crate::report::{
    BillCheck, BillOrder, BillRule, CLAIM_FIELD, Claim, Counts, Query, RowQuery, State, bill_check,
};

/// The report by which claims are judged.
const REPORT: &str = "resolution_rate";
/// How long before a claim its conversation may have begun, in days.
const BEGUN_DAYS: i64 = 400;

impl App {
    /// Sets what vendors claim to have resolved beside what Svar counts.
    pub fn check_bill(
        &self,
        present: &Present,
        order: &BillOrder,
    ) -> Result<Delivery<BillCheck>, Error> {
        let (claims, unruled) = claims(present, order);
        let profiles: BTreeSet<&str> = claims
            .iter()
            .map(|claim| claim.rule.profile.as_str())
            .collect();
        let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
        for profile in profiles {
            match self.judged(present, order, profile)? {
                Delivery::Result(judged) => drop(counts.insert(profile, judged)),
                Delivery::Task(task) => return Ok(Delivery::Task(task)),
            }
        }
        let check = bill_check(order, &claims, unruled, &counts);
        Ok(Delivery::Result(check))
    }

    /// What Svar counts by a profile.
    fn judged(
        &self,
        present: &Present,
        order: &BillOrder,
        profile: &str,
    ) -> Result<Delivery<Counts>, Error> {
        let from = order.from.plus_millis(-BEGUN_DAYS * DAY_MS).to_string();
        let to = order.to.min(present.now()).to_string();
        let pairs = [
            ("from", from.as_str()),
            ("to", to.as_str()),
            ("profile", profile),
        ];
        let query = Query::parse(pairs, chrono_tz::Tz::UTC)?;
        let mut counts = Counts::default();
        for state in [State::Counted, State::Pending, State::Excluded] {
            let wanted = RowQuery {
                state: Some(state),
                limit: usize::MAX,
                ..RowQuery::default()
            };
            let rows = RowWish {
                id: REPORT,
                query: &query,
                wanted: &wanted,
            };
            let asked = self.ask_row_parts_at(present, rows, &mut |items| {
                for row in &items {
                    counts.take(row);
                }
                true
            });
            if let Delivery::Task(task) = asked? {
                return Ok(Delivery::Task(task));
            }
        }
        Ok(Delivery::Result(counts))
    }
}

/// The claims in the window, and how many are of a vendor whose rule is not known.
fn claims(present: &Present, order: &BillOrder) -> (Vec<Claim>, u64) {
    let facts = &present.snapshot().facts;
    let codes = &facts.dictionaries;
    let Some(field) = codes.own_name.code(CLAIM_FIELD) else {
        return (Vec::new(), 0);
    };
    let (mut claims, mut unruled) = (Vec::new(), 0);
    for code in (0..codes.conversation.len()).filter_map(|code| u32::try_from(code).ok()) {
        let Some(own) = facts.own_of_conversations.of(code) else {
            continue;
        };
        let conversation = codes.conversation.text(code);
        let Some(conversation) = conversation.filter(|id| present.sees_conversation(id)) else {
            continue;
        };
        let (vendor, _) = conversation.split_once(':').unwrap_or_default();
        let words = own
            .iter()
            .filter(|own| own.name == field && own.value != NONE);
        let mut is_unruled = false;
        for own in words {
            let at = Timestamp::from_millis(own.from);
            let Some(word) = codes.own_value.text(own.value) else {
                continue;
            };
            let rule = BillRule::in_force(vendor, at);
            let is_billed = rule.is_none_or(|rule| rule.bills(&word));
            if at < order.from || at >= order.to || !is_billed {
                continue;
            }
            match rule {
                // It is billed once, when it is claimed first.
                Some(rule) => {
                    claims.push(Claim {
                        conversation: conversation.to_string(),
                        at,
                        word: word.to_string(),
                        rule,
                    });
                    break;
                }
                None => is_unruled = true,
            }
        }
        unruled += u64::from(is_unruled);
    }
    (claims, unruled)
}
