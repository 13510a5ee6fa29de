//! Routing rules: what is done to conversations by itself, in an order that admins set. A fold of
//! the rules and of what happens live.
//!
//! A rule looks at what happens after it was switched on, and at nothing that is imported. What a
//! rule did sets no rule off. Everything that happens is asked about once: what is not asked about
//! yet is kept here until the journal says that it was. Decided over by `command`, worked off by
//! `work`.

mod conditions;
mod occasion;
mod share;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use conditions::RuleView;
pub use occasion::{MAX_SILENCE_SECS, Occasion};
pub use share::Staff;

use occasion::Silences;

use super::event::{
    ActorKind, DeedKind, MessageAdded, OWN_SOURCE, RuleActed, RuleSet, RuleTrigger, Visibility,
};
use super::{Body, ConversationId, DAY_MS, Event, Provenance, RepId, RuleId, Shards, Timestamp};

/// What happened so long ago is asked about no more.
pub const PATIENCE_MS: i64 = DAY_MS;

/// The time that a rule's limit is for.
const HOUR_MS: i64 = 3_600_000;

/// What the actor of a rule's deeds begins with.
const RULE_ACTOR: &str = "rule:";

/// A rule, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingRule {
    /// What it is.
    pub set: RuleSet,
    /// The record since which it is on, or is what it is; none: it is off.
    pub on_since: Option<u64>,
    /// When it was paused, because it acted more often than its limit; none: it is not.
    pub paused_at: Option<Timestamp>,
    /// The rep to whom it gave something last.
    pub last_rep: Option<RepId>,
    /// How often it did something.
    pub acted: u64,
    /// When it did so, the last hour long; the last time is kept anyway.
    recent: VecDeque<Timestamp>,
}

impl RoutingRule {
    const fn new(set: RuleSet) -> Self {
        Self {
            set,
            on_since: None,
            paused_at: None,
            last_rep: None,
            acted: 0,
            recent: VecDeque::new(),
        }
    }

    /// Whether it looks at what a record of this trigger says.
    pub fn looks_at(&self, trigger: RuleTrigger, record: u64) -> bool {
        self.set.trigger == trigger && self.on_since.is_some_and(|since| since < record)
    }

    /// When it is to be asked about a silence.
    pub fn asked_at(&self, silence: &Occasion) -> Timestamp {
        let secs = i64::from(self.set.after_secs.unwrap_or_default());
        silence.at.plus_millis(secs * 1_000)
    }

    /// When it did something last.
    pub fn acted_at(&self) -> Option<Timestamp> {
        self.recent.back().copied()
    }

    /// Whether it has acted as often in the hour before `now` as it may.
    pub fn is_spent(&self, now: Timestamp) -> bool {
        let since = now.plus_millis(-HOUR_MS);
        let lately = self.recent.iter().filter(|at| **at > since).count();
        lately >= self.set.limit_per_hour as usize
    }

    fn did_something(&mut self, at: Timestamp) {
        self.acted += 1;
        self.recent.push_back(at);
        let since = at.plus_millis(-HOUR_MS);
        while self.recent.front().is_some_and(|first| *first <= since) {
            self.recent.pop_front();
        }
    }
}

/// Something that a rule did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRun {
    /// Which rule.
    pub rule: RuleId,
    /// What it was called.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What it did.
    pub did: Vec<DeedKind>,
}

/// The rules, what they are to be asked about, and what they did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Routing {
    /// The rules, in the order in which they are asked.
    pub rules: Vec<RoutingRule>,
    occasions: BTreeMap<u64, Occasion>,
    silences: Silences,
    runs: Shards<ConversationId, Arc<Vec<RuleRun>>>,
}

impl Routing {
    /// A rule.
    pub fn rule(&self, id: &str) -> Option<&RoutingRule> {
        self.rules.iter().find(|rule| rule.set.rule.as_str() == id)
    }

    /// What no rule was asked about yet, by the record that says so; silences are apart.
    pub fn occasions(&self) -> impl DoubleEndedIterator<Item = (u64, &Occasion)> {
        let all = self.occasions.iter();
        all.map(|(record, occasion)| (*record, occasion))
    }

    /// The silences that a rule is still to be asked about, with their records.
    pub fn silences<'a>(
        &'a self,
        rule: &'a RoutingRule,
    ) -> impl Iterator<Item = (u64, &'a Occasion)> {
        let all = self.silences.iter();
        all.filter(move |(record, silence)| {
            rule.looks_at(silence.trigger, *record) && !silence.acted.contains(&rule.set.rule)
        })
    }

    /// What a record says, if rules are still to be asked about it.
    pub fn occasion(&self, record: u64) -> Option<&Occasion> {
        let single = self.occasions.get(&record);
        single.or_else(|| self.silences.get(record))
    }

    /// What rules did to a conversation, the first deed first.
    pub fn runs(&self, conversation: &ConversationId) -> &[RuleRun] {
        let runs = self.runs.get(conversation);
        runs.map_or(&[], |runs| runs.as_slice())
    }

    /// Whether an event changes the fold.
    pub fn concerns(event: &Event) -> bool {
        match &event.body {
            Body::RuleSet(_)
            | Body::RuleSwitched(_)
            | Body::RuleRemoved(_)
            | Body::RulesOrdered(_)
            | Body::RuleActed(_)
            | Body::RulePaused(_)
            | Body::RulesAsked(_) => true,
            Body::ConversationStarted(_)
            | Body::MessageAdded(_)
            | Body::ConversationHandedOff(_)
            | Body::ConversationResolved(_)
            | Body::ConversationMerged(_) => event.source == OWN_SOURCE,
            _ => false,
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::RuleSet(set) => self.set(from.seq, set),
            Body::RuleSwitched(switched) => {
                if let Some(rule) = self.rule_mut(&switched.rule) {
                    rule.on_since = switched.on.then_some(from.seq);
                    rule.paused_at = None;
                }
            }
            Body::RulePaused(paused) => {
                if let Some(rule) = self.rule_mut(&paused.rule) {
                    rule.on_since = None;
                    rule.paused_at = Some(event.at);
                }
            }
            Body::RuleRemoved(removed) => self.rules.retain(|rule| rule.set.rule != removed.rule),
            Body::RulesOrdered(ordered) => self.rules.sort_by_key(|rule| {
                let place = ordered.rules.iter().position(|id| *id == rule.set.rule);
                place.unwrap_or(usize::MAX)
            }),
            Body::RuleActed(acted) => self.acted(event.at, acted),
            Body::RulesAsked(asked) => self
                .occasions
                .retain(|record, _| *record > asked.until || asked.held.contains(record)),
            Body::ConversationResolved(resolved) => self.silences.end(&resolved.conversation),
            Body::ConversationMerged(merged) => self.silences.end(&merged.conversation),
            _ if from.actor.starts_with(RULE_ACTOR) => {}
            _ => self.happened(from.seq, event),
        }
    }

    fn rule_mut(&mut self, id: &RuleId) -> Option<&mut RoutingRule> {
        self.rules.iter_mut().find(|rule| rule.set.rule == *id)
    }

    fn set(&mut self, record: u64, set: &RuleSet) {
        if let Some(rule) = self.rule_mut(&set.rule) {
            rule.set = set.clone();
            rule.on_since = rule.on_since.map(|_before| record);
            return;
        }
        self.rules.push(RoutingRule::new(set.clone()));
    }

    fn acted(&mut self, at: Timestamp, acted: &RuleActed) {
        let single = self.occasions.get_mut(&acted.record);
        let occasion = single.or_else(|| self.silences.get_mut(acted.record));
        if let Some(occasion) = occasion {
            occasion.acted.push(acted.rule.clone());
            occasion.did.extend(&acted.did);
        }
        if acted.did.is_empty() {
            return;
        }
        let Some(rule) = self.rule_mut(&acted.rule) else {
            return;
        };
        rule.did_something(at);
        if acted.rep.is_some() {
            rule.last_rep.clone_from(&acted.rep);
        }
        let run = RuleRun {
            rule: acted.rule.clone(),
            name: rule.set.name.clone(),
            at,
            did: acted.did.clone(),
        };
        let runs = self.runs.entry(&acted.conversation, Arc::default);
        Arc::make_mut(runs).push(run);
    }

    /// Notes what happened, if a rule looks at such things.
    fn happened(&mut self, record: u64, event: &Event) {
        let (conversation, message, trigger) = match &event.body {
            Body::ConversationStarted(started) => {
                (&started.conversation, None, RuleTrigger::Started)
            }
            Body::ConversationHandedOff(handed) => {
                (&handed.conversation, None, RuleTrigger::HandedOff)
            }
            Body::MessageAdded(added) if is_said(added) => {
                self.spoke(record, event.at, added);
                if added.author.kind != ActorKind::Contact {
                    return;
                }
                let message = Some(added.message.clone());
                (&added.conversation, message, RuleTrigger::ContactWrote)
            }
            _ => return,
        };
        if self.is_looked_at(trigger, record) {
            let occasion = Occasion::new(conversation.clone(), message, trigger, event.at);
            self.occasions.insert(record, occasion);
        }
    }

    /// A silence ends, and another one begins.
    fn spoke(&mut self, record: u64, at: Timestamp, added: &MessageAdded) {
        self.silences.end(&added.conversation);
        let trigger = match added.author.kind {
            ActorKind::Contact => RuleTrigger::ContactWaits,
            _ => RuleTrigger::ContactSilent,
        };
        if self.is_looked_at(trigger, record) {
            let silence = Occasion::new(added.conversation.clone(), None, trigger, at);
            self.silences.begin(record, silence);
        }
    }

    fn is_looked_at(&self, trigger: RuleTrigger, record: u64) -> bool {
        self.rules.iter().any(|rule| rule.looks_at(trigger, record))
    }
}

/// Whether a message is said by somebody to somebody: no note, no bare thanks, no machine's.
fn is_said(added: &MessageAdded) -> bool {
    added.visibility != Some(Visibility::Note)
        && added.ack != Some(true)
        && added.author.kind != ActorKind::Automation
}
