//! Routing rules: written, ordered, switched on and off by admins; and what they do by themselves.
//!
//! What a work found a rule to fit is decided once more here (`act`), over the desk as it is after
//! the last journalled event, and journalled with the deeds: so nothing is done twice, after a
//! kill neither.

mod act;
mod deeds;
mod draft;

use std::collections::BTreeSet;

pub use act::{RuleSight, is_routed};
pub use deeds::would_do;
pub use draft::{FIRST_LIMIT, MAX_RULE_NAME, MAX_RULE_WORDS, RuleDraft};

use super::refusal::Refusal;
use super::role::{self, Right};
use super::{Caller, State};
use crate::model::event::{RuleRemoved, RuleSwitched, RulesAsked, RulesOrdered};
use crate::model::routing::RoutingRule;
use crate::model::{Body, Invalid, RuleId};

/// Something about routing rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutingCommand {
    /// Writes a rule.
    Save(Box<RuleDraft>),
    /// Switches a rule on, or off.
    Switch {
        /// Which.
        rule: String,
        /// Whether it is on.
        on: bool,
    },
    /// Takes a rule off the list.
    Remove {
        /// Which.
        rule: String,
    },
    /// Puts all rules in order.
    Order {
        /// All of them.
        rules: Vec<String>,
    },
    /// Has a rule do what it does about what a record says.
    Act {
        /// Which.
        rule: String,
        /// Which record.
        record: u64,
        /// What was found out beforehand.
        sight: RuleSight,
    },
    /// Notes that all rules were asked about everything up to a record.
    Settle {
        /// Up to which.
        until: u64,
        /// Records before it that are to be asked about once more.
        held: Vec<u64>,
    },
}

impl RoutingCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Save(_) => &role::ROUTING_SAVE,
            Self::Switch { .. } => &role::ROUTING_SWITCH,
            Self::Remove { .. } => &role::ROUTING_REMOVE,
            Self::Order { .. } => &role::ROUTING_ORDER,
            Self::Act { .. } => &role::ROUTING_ACT,
            Self::Settle { .. } => &role::ROUTING_SETTLE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: RoutingCommand,
) -> Result<Vec<Body>, Refusal> {
    let body = match command {
        RoutingCommand::Save(draft) => Body::RuleSet(Box::new(draft::checked(state, *draft)?)),
        RoutingCommand::Switch { rule, on } => {
            let rule = find(state, &rule)?.set.rule.clone();
            Body::RuleSwitched(Box::new(RuleSwitched { rule, on }))
        }
        RoutingCommand::Remove { rule } => {
            let rule = find(state, &rule)?.set.rule.clone();
            Body::RuleRemoved(Box::new(RuleRemoved { rule }))
        }
        RoutingCommand::Order { rules } => Body::RulesOrdered(Box::new(RulesOrdered {
            rules: order(state, &rules)?,
        })),
        RoutingCommand::Act {
            rule,
            record,
            sight,
        } => return act::act(state, caller, (&rule, record), &sight),
        RoutingCommand::Settle { until, held } => {
            Body::RulesAsked(Box::new(RulesAsked { until, held }))
        }
    };
    Ok(vec![body])
}

fn find<'a>(state: &'a State<'_>, id: &str) -> Result<&'a RoutingRule, Refusal> {
    let found = state.installation.routing.rule(id);
    found.ok_or_else(|| Refusal::unknown("rule", id))
}

/// Every rule that there is, once.
fn order(state: &State<'_>, rules: &[String]) -> Result<Vec<RuleId>, Refusal> {
    let named = rules.iter().map(|id| Ok(find(state, id)?.set.rule.clone()));
    let named = named.collect::<Result<Vec<_>, Refusal>>()?;
    let once: BTreeSet<&RuleId> = named.iter().collect();
    let all = state.installation.routing.rules.len();
    if once.len() != all || named.len() != all {
        let reason = format!(
            "{} rules are named, {} of them differ; expected each of the {all} once",
            named.len(),
            once.len()
        );
        return Err(Invalid::new("rules", reason).into());
    }
    Ok(named)
}
