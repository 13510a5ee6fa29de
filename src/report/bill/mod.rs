//! A vendor's bill beside Svar's own count: what it claims to have resolved, conversation by
//! conversation, and why Svar does not count it so.
//!
//! What a vendor claims is an own field of the conversation, as it was imported; by which rule it
//! bills is data. Nothing here reads the desk: `app` hands in claims and judged rows.

mod order;
mod price;
mod rule;

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::csv::lines;
use super::judge::State;
use super::rows::RowItem;
use crate::model::Timestamp;

pub use order::BillOrder;
pub use price::Price;
pub use rule::{BillRule, Billed};

/// The own field that holds what a vendor claims.
pub const CLAIM_FIELD: &str = "ai_agent.resolution_state";

/// A conversation that a vendor bills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which.
    pub conversation: String,
    /// When the vendor said so first.
    pub at: Timestamp,
    /// In its word.
    pub word: String,
    /// By which rule it is billed.
    pub rule: &'static BillRule,
}

/// What Svar makes of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    is_handled: bool,
    is_resolved: bool,
    /// Why it is not resolved, by its last row.
    why: Option<(Timestamp, State, &'static str)>,
}

/// What Svar counts by one profile, by conversation.
#[derive(Clone, Debug, Default)]
pub struct Counts(HashMap<String, Count>);

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BillLine {
    /// The conversation.
    pub conversation: String,
    /// The vendor.
    pub vendor: String,
    /// When the vendor claimed it first.
    #[schema(value_type = String, format = DateTime)]
    pub claimed_at: Timestamp,
    /// In its word.
    pub claim: String,
    /// The rule in force that day, in words.
    pub rule: String,
    /// The profile by which Svar counts the same.
    pub profile: String,
    /// Whether Svar counts it, too.
    pub agreed: bool,
    /// Why, or why not.
    pub reason: String,
}

/// A vendor's bill beside Svar's count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BillCheck {
    /// The start of the window.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Its end, no longer in it.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// The price of one.
    pub price: String,
    /// How many the vendor claims.
    pub claimed: u64,
    /// What these cost.
    pub claimed_sum: String,
    /// How many of them Svar counts.
    pub agreed: u64,
    /// What these cost.
    pub agreed_sum: String,
    /// How many it does not.
    pub disputed: u64,
    /// What these cost.
    pub disputed_sum: String,
    /// Conversations with a claim of a vendor whose rule on that day is not known.
    pub unruled: u64,
    /// The lines, those that are disputed first.
    pub lines: Vec<BillLine>,
}

impl Counts {
    /// Takes in what a row of the report `resolution_rate` counts as.
    pub fn take(&mut self, row: &RowItem) {
        let Some(conversation) = &row.conversation else {
            return;
        };
        let count = self.0.entry(conversation.clone()).or_default();
        let is_resolved = row.state == State::Counted && row.value == Some(1.0);
        count.is_handled |= row.state != State::Excluded;
        count.is_resolved |= is_resolved;
        if !is_resolved && count.why.is_none_or(|(at, ..)| at <= row.at) {
            count.why = Some((row.at, row.state, row.reason));
        }
    }

    /// Whether Svar counts a claim, too, and why, or why not.
    fn judge(&self, claim: &Claim) -> (bool, String) {
        let count = self.0.get(&claim.conversation).copied();
        let count = count.unwrap_or_default();
        let wanted = claim.rule.counts_for(&claim.word);
        let agreed = match wanted {
            Billed::Handled => count.is_handled,
            Billed::Resolved => count.is_resolved,
        };
        let reason = match (agreed, wanted, count.why) {
            (true, Billed::Handled, _) => "the customer agent handled it".to_owned(),
            (true, Billed::Resolved, _) => "the customer agent resolved it".to_owned(),
            (false, _, None) => {
                "the customer agent did not handle it: there is no answer of its own in it"
                    .to_owned()
            }
            (false, _, Some((_, State::Excluded, why))) => format!("left out as {why}"),
            (false, _, Some((_, State::Pending, why))) => format!("not decided yet: {why}"),
            (false, _, Some((_, _, why))) => why.to_owned(),
        };
        (agreed, reason)
    }
}

/// Sets claims beside what Svar counts by the profile of each claim's rule.
pub fn bill_check(
    order: &BillOrder,
    claims: &[Claim],
    unruled: u64,
    counts: &BTreeMap<&str, Counts>,
) -> BillCheck {
    let none = Counts::default();
    let mut lines: Vec<BillLine> = claims
        .iter()
        .map(|claim| {
            let counts = counts.get(claim.rule.profile.as_str()).unwrap_or(&none);
            let (agreed, reason) = counts.judge(claim);
            BillLine {
                conversation: claim.conversation.clone(),
                vendor: claim.rule.vendor.clone(),
                claimed_at: claim.at,
                claim: claim.word.clone(),
                rule: claim.rule.in_words(),
                profile: claim.rule.profile.clone(),
                agreed,
                reason,
            }
        })
        .collect();
    lines.sort_by(|one, other| {
        let key = |line: &BillLine| (line.agreed, line.claimed_at);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.conversation.cmp(&other.conversation))
    });
    let claimed = lines.len() as u64;
    let agreed = lines.iter().filter(|line| line.agreed).count() as u64;
    let sum = |count: u64| order.price.times(count).to_string();
    BillCheck {
        from: order.from,
        to: order.to,
        price: order.price.to_string(),
        claimed,
        claimed_sum: sum(claimed),
        agreed,
        agreed_sum: sum(agreed),
        disputed: claimed - agreed,
        disputed_sum: sum(claimed - agreed),
        unruled,
        lines,
    }
}

impl BillCheck {
    /// The packet as CSV: a line each, and at the end the sums.
    pub fn to_csv(&self) -> String {
        let head = [
            "conversation",
            "vendor",
            "claimed_at",
            "claim",
            "rule",
            "profile",
            "agreed",
            "reason",
            "price",
        ];
        let mut table: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
        table.extend(self.lines.iter().map(|line| {
            vec![
                line.conversation.clone(),
                line.vendor.clone(),
                line.claimed_at.to_string(),
                line.claim.clone(),
                line.rule.clone(),
                line.profile.clone(),
                line.agreed.to_string(),
                line.reason.clone(),
                self.price.clone(),
            ]
        }));
        for (what, count, sum) in [
            ("claimed", self.claimed, &self.claimed_sum),
            ("agreed", self.agreed, &self.agreed_sum),
            ("disputed", self.disputed, &self.disputed_sum),
        ] {
            let mut cells = vec![String::new(); head.len() - 3];
            cells.extend([what.to_owned(), count.to_string(), sum.clone()]);
            table.push(cells);
        }
        lines(table)
    }
}
