//! What a routing rule would have done: it is tried on conversations that there are, as they were
//! when the like of what it looks at happened. Nothing is written.
//!
//! What is known of contacts, teams, topics and schedules is taken as it is now.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::routing::topics_of;
use super::start::fresh;
use super::{App, Error, Present};
use crate::command::{
    Caller, Command, Evidence, RoutingCommand, RuleDraft, RuleSight, decide, is_routed, would_do,
};
use crate::model::event::{ActorKind, DeedKind, MessageAdded, RuleSet, RuleTrigger, Visibility};
use crate::model::routing::Occasion;
use crate::model::{Body, Contact, Conversation, ConversationId, Event, Timestamp};

/// On how many conversations a rule is tried.
pub const TRIED_ON: usize = 100;
/// How often a rule looks at one conversation at most.
const MOST_LOOKS: usize = 50;

/// What a rule would have done to a conversation.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TriedConversation {
    /// Which.
    pub conversation: String,
    /// With whom.
    pub contact_name: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// When it would have looked at it: where it fits, else first; none: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Whether it would have fitted.
    pub fits: bool,
    /// What it would have done; where it fits, nothing if all was so already.
    pub did: Vec<DeedKind>,
    /// The first condition that did not hold.
    pub unmet: Option<&'static str>,
}

/// What a rule would have done to the conversations that began last.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RuleTrial {
    /// How many were looked at.
    pub tried_on: usize,
    /// How many it would have fitted.
    pub fits: usize,
    /// The conversations, the latest first.
    pub items: Vec<TriedConversation>,
}

impl App {
    /// Tries a rule that is not saved on the conversations that began last, of those that whoever
    /// asks sees.
    pub fn try_draft(&self, caller: &Caller, draft: RuleDraft) -> Result<RuleTrial, Error> {
        let draft = RuleDraft {
            id: draft.id.or_else(|| Some(fresh("rule"))),
            ..draft
        };
        let command = Command::Routing(RoutingCommand::Save(Box::new(draft)));
        let bodies = self.overlay.with(self.clock.now(), |state| {
            decide(state, caller, command, &Evidence::None)
        })?;
        let present = self.present_to(&caller.sight);
        match bodies.first() {
            Some(Body::RuleSet(set)) => self.try_rule_at(&present, set),
            _ => Err(Error::unknown("rule", "")),
        }
    }

    /// Tries a rule on the conversations that began last, of those that whoever asks sees.
    pub fn try_rule_at(&self, present: &Present, rule: &RuleSet) -> Result<RuleTrial, Error> {
        let mut items = Vec::new();
        for id in last_conversations(present) {
            items.extend(self.tried(present, rule, &id)?);
        }
        Ok(RuleTrial {
            tried_on: items.len(),
            fits: items.iter().filter(|item| item.fits).count(),
            items,
        })
    }

    fn tried(
        &self,
        present: &Present,
        rule: &RuleSet,
        id: &str,
    ) -> Result<Option<TriedConversation>, Error> {
        let store = &self.past.store;
        let Some((whole, events)) = store.conversation_in_unit(id)? else {
            return Ok(None);
        };
        let contact = store.contact(whole.contact.as_str())?;
        let mut tried = TriedConversation {
            conversation: id.to_owned(),
            contact_name: contact.as_ref().and_then(|contact| contact.name.clone()),
            subject: whole.subject.clone(),
            at: None,
            fits: false,
            did: Vec::new(),
            unmet: None,
        };
        let looks = if rule.trigger.is_silence() {
            silences(rule, &whole.id, &events, present.now)
        } else {
            looks(rule, &whole.id, &events)
        };
        for look in looks {
            let before = events.get(..look.behind).unwrap_or_default();
            let known = Conversation::fold_in(id, before);
            let Some(known) = known.filter(is_routed) else {
                continue;
            };
            let unmet = self.unmet_then(present, rule, (&look, &known, contact.as_ref()));
            if tried.at.is_none() || unmet.is_none() {
                tried.at = Some(look.at);
                tried.unmet = unmet;
            }
            if unmet.is_none() {
                tried.fits = true;
                let directory = &present.live.directory;
                tried.did = would_do(directory, &rule.then, (&look.occasion, &known));
                break;
            }
        }
        Ok(Some(tried))
    }

    /// The first condition that did not hold when something happened.
    fn unmet_then(
        &self,
        present: &Present,
        rule: &RuleSet,
        (look, known, contact): (&Look, &Conversation, Option<&Contact>),
    ) -> Option<&'static str> {
        let tags = known.tags_under(&present.live.directory);
        let knowledge = &present.live.installation.knowledge;
        let sight = RuleSight {
            topics: topics_of(knowledge, known),
            ..self.rule_sight(known, look.at)
        };
        sight.unmet(&rule.when, &look.occasion, (known, contact, &tags))
    }
}

/// The conversations that began last: those on the desk, and before them those that were folded
/// last.
fn last_conversations(present: &Present) -> Vec<String> {
    let lines = present.live.desk.lines();
    let lines = lines.filter(|line| present.sees_conversation(line.conversation.as_str()));
    let mut lines: Vec<_> = lines.collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.started_at, line.conversation.as_str())));
    let mut ids: Vec<String> = lines
        .iter()
        .take(TRIED_ON)
        .map(|line| line.conversation.to_string())
        .collect();
    let all = &present.live.facts.dictionaries.conversation;
    let codes = 0..u32::try_from(all.len()).unwrap_or(u32::MAX);
    let folded = codes.rev().filter_map(|code| all.text(code));
    for id in folded {
        if ids.len() >= TRIED_ON {
            break;
        }
        let is_new = !ids.iter().any(|other| **other == *id);
        if is_new && present.sees_conversation(&id) {
            ids.push(id.to_string());
        }
    }
    ids
}

/// Whether a message is one that a silence ends with.
fn is_said(added: &MessageAdded) -> bool {
    added.visibility != Some(Visibility::Note)
        && added.ack != Some(true)
        && added.author.kind != ActorKind::Automation
}

/// Something that a rule would have looked at.
struct Look {
    occasion: Occasion,
    /// When it would have.
    at: Timestamp,
    /// The place behind the last event that was there by then.
    behind: usize,
}

/// What happened of what a rule looks at.
fn looks(set: &RuleSet, id: &ConversationId, events: &[Event]) -> Vec<Look> {
    let mut looks = Vec::new();
    let mut has_begun = false;
    for (place, event) in events.iter().enumerate() {
        if event.body.conversation() != Some(id.as_str()) {
            continue;
        }
        let message = match (&event.body, set.trigger) {
            // The first message comes with the start.
            (Body::MessageAdded(_), RuleTrigger::Started) if !has_begun => {
                has_begun = true;
                None
            }
            (Body::MessageAdded(added), RuleTrigger::ContactWrote) if is_contacts(added) => {
                Some(added.message.clone())
            }
            (Body::ConversationHandedOff(_), RuleTrigger::HandedOff) => None,
            _ => continue,
        };
        looks.push(Look {
            occasion: Occasion::new(id.clone(), message, set.trigger, event.at),
            at: event.at,
            behind: place + 1,
        });
        if looks.len() >= MOST_LOOKS {
            break;
        }
    }
    looks
}

fn is_contacts(added: &MessageAdded) -> bool {
    is_said(added) && added.author.kind == ActorKind::Contact
}

/// The silences that lasted for as long as a rule says, by `now`.
fn silences(set: &RuleSet, id: &ConversationId, events: &[Event], now: Timestamp) -> Vec<Look> {
    let said = events.iter().filter_map(|event| match &event.body {
        Body::MessageAdded(added) if added.conversation == *id && is_said(added) => {
            Some((event.at, added.author.kind == ActorKind::Contact))
        }
        _ => None,
    });
    let said: Vec<(Timestamp, bool)> = said.collect();
    let ends = said.iter().skip(1).map(|(at, _)| *at);
    let ends = ends.chain([now]);
    let secs = i64::from(set.after_secs.unwrap_or_default());
    let spans = said.iter().zip(ends);
    let lasting = spans.filter_map(|((since, is_contacts), end)| {
        let is_it = *is_contacts == (set.trigger == RuleTrigger::ContactWaits);
        let at = since.plus_millis(secs * 1_000);
        (is_it && at <= end).then(|| Look {
            occasion: Occasion::new(id.clone(), None, set.trigger, *since),
            at,
            behind: events.partition_point(|event| event.at <= at),
        })
    });
    lasting.take(MOST_LOOKS).collect()
}
