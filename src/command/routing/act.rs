//! What a rule does to a conversation.

use std::collections::BTreeMap;

use super::super::refusal::Refusal;
use super::super::{Caller, Identity, State};
use super::deeds::{Deeds, Ground};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{
    DeedKind, RuleActed, RuleAssignee, RuleConditions, RuleHours, RulePaused, RuleSet,
};
use crate::model::routing::{Occasion, RoutingRule, RuleView, Staff};
use crate::model::{Body, Contact, RepId};

/// What of a conversation is found out before a rule acts, because it takes long or is not
/// known to decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSight {
    /// In which language the contact writes, where nobody said so.
    pub language: Option<String>,
    /// The topics that its questions are in.
    pub topics: Vec<String>,
    /// Whether somebody is there by the schedule.
    pub hours: Option<RuleHours>,
    /// From when on somebody is, in words.
    pub opens: Option<String>,
    /// How many conversations reps have, where that matters.
    pub loads: BTreeMap<RepId, u32>,
}

impl RuleSight {
    /// The first condition that does not hold for a conversation; none: all do.
    pub fn unmet(
        &self,
        when: &RuleConditions,
        occasion: &Occasion,
        (known, contact, tags): (&Conversation, Option<&Contact>, &[String]),
    ) -> Option<&'static str> {
        let named = known.language.as_deref();
        let named = named.or_else(|| contact.and_then(|contact| contact.language.as_deref()));
        when.unmet(&RuleView {
            conversation: known,
            contact,
            tags,
            message: occasion.message.as_ref(),
            language: named.or(self.language.as_deref()),
            topics: &self.topics,
            hours: self.hours,
        })
    }
}

/// Everything that a rule does about what a record says, with the note that it did; nothing where
/// it does not fit any more, or others were quicker. Of a silence it is noted that it was asked.
pub(super) fn act(
    state: &State<'_>,
    caller: &Caller,
    (rule, record): (&str, u64),
    sight: &RuleSight,
) -> Result<Vec<Body>, Refusal> {
    if caller.identity != Identity::Rule(rule.to_owned()) {
        return Err(Refusal::conflict("a rule acts in its own name"));
    }
    let routing = &state.installation.routing;
    let (Some(rule), Some(occasion)) = (routing.rule(rule), routing.occasion(record)) else {
        return Ok(Vec::new());
    };
    let is_asked = rule.looks_at(occasion.trigger, record);
    let is_due = !occasion.trigger.is_silence() || rule.asked_at(occasion) <= state.now;
    if !is_asked || !is_due || occasion.acted.contains(&rule.set.rule) {
        return Ok(Vec::new());
    }
    let acting = Acting {
        state,
        caller,
        rule,
        occasion,
        sight,
    };
    let (did, rep, mut bodies) = acting.deeds(record)?;
    if !did.is_empty() && rule.is_spent(state.now) {
        let rule = rule.set.rule.clone();
        return Ok(vec![Body::RulePaused(Box::new(RulePaused { rule }))]);
    }
    if !did.is_empty() || occasion.trigger.is_silence() {
        bodies.push(Body::RuleActed(Box::new(RuleActed {
            rule: rule.set.rule.clone(),
            conversation: occasion.conversation.clone(),
            record,
            did,
            rep,
        })));
    }
    Ok(bodies)
}

/// Whether rules do anything to a conversation: one that goes on, and that nobody put aside.
pub fn is_routed(known: &Conversation) -> bool {
    known.merged_into.is_none() && known.marks.is_empty() && known.status == Status::Open
}

/// What a rule did, the rep whose turn it was, and the events that it makes.
type Deed = (Vec<DeedKind>, Option<RepId>, Vec<Body>);

/// A rule that acts.
struct Acting<'a> {
    state: &'a State<'a>,
    caller: &'a Caller,
    rule: &'a RoutingRule,
    occasion: &'a Occasion,
    sight: &'a RuleSight,
}

impl Acting<'_> {
    /// All that it does, if it fits.
    fn deeds(&self, record: u64) -> Result<Deed, Refusal> {
        let (state, occasion, set) = (self.state, self.occasion, &self.rule.set);
        let conversations = state.conversations;
        let known = conversations.conversation(occasion.conversation.as_str())?;
        let Some(known) = known.filter(is_routed) else {
            return Ok(Deed::default());
        };
        let contact = conversations.contact(known.contact.as_str())?;
        let tags = known.tags_under(conversations.directory());
        let seen = (&known, contact.as_ref(), tags.as_slice());
        if self.sight.unmet(&set.when, occasion, seen).is_some() {
            return Ok(Deed::default());
        }
        let turn = self.turn(set);
        let deeds = Deeds {
            directory: conversations.directory(),
            then: &set.then,
            occasion,
            known: &known,
            tags: &tags,
            turn: turn.as_ref(),
        };
        let ground = Ground {
            state,
            caller: self.caller,
            message: format!("rule-{record}-{}", set.rule),
            opens: self.sight.opens.as_deref(),
        };
        let mut did = Vec::new();
        let mut bodies = Vec::new();
        for kind in deeds.kinds() {
            if matches!(kind, DeedKind::Say | DeedKind::Reply) && self.has_spoken(&known) {
                continue;
            }
            let more = deeds.bodies(kind, &ground)?;
            if !more.is_empty() {
                did.push(kind);
                bodies.extend(more);
            }
        }
        Ok((
            did.clone(),
            turn.filter(|_| did.contains(&DeedKind::Assign)),
            bodies,
        ))
    }

    /// Whether it has told the contact something since anybody answered: it does not say so again.
    fn has_spoken(&self, known: &Conversation) -> bool {
        let runs = self.state.installation.routing.runs(&known.id).iter();
        let spoke =
            |did: &[DeedKind]| did.contains(&DeedKind::Say) || did.contains(&DeedKind::Reply);
        let own = runs.filter(|run| run.rule == self.rule.set.rule && spoke(&run.did));
        let Some(spoke_at) = own.map(|run| run.at).max() else {
            return false;
        };
        let ours = known
            .messages
            .iter()
            .filter(|message| message.is_answering());
        ours.map(|message| message.at).max() < Some(spoke_at)
    }

    /// The rep whose turn it is, where several share.
    fn turn(&self, set: &RuleSet) -> Option<RepId> {
        let Some(RuleAssignee::OneOf(share)) = &set.then.assign else {
            return None;
        };
        let installation = self.state.installation;
        let staff = Staff {
            directory: self.state.conversations.directory(),
            presence: &installation.presence,
            queue: &installation.queue,
            loads: &self.sight.loads,
            now: self.state.now,
        };
        share.turn(staff, self.rule.last_rep.as_ref())
    }
}
