//! Routing rules at work: which of them fit what has happened, and that they do what they do.
//!
//! Worked out on the calling thread, over what is journalled by then; the committing thread looks
//! once more before a rule acts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::agent::words::{Opening, opening_text};
use crate::command::{Caller, Command, Evidence, RoutingCommand, RuleDraft, RuleSight};
use crate::model::desk::loads_of;
use crate::model::event::{QuestionOutcome, RuleAssignee, RuleHours};
use crate::model::routing::{Occasion, PATIENCE_MS, RoutingRule};
use crate::model::{Contact, Conversation, Knowledge, RepId, ScheduleId, Timestamp};

/// How much of what a contact wrote its language is told by, in characters.
const TOLD_BY: usize = 2_000;
/// A question gets its topic within so long; after that nobody waits for it.
const TOPIC_MS: i64 = 60_000;

/// A conversation as rules see it.
struct Seen {
    known: Conversation,
    contact: Option<Contact>,
    tags: Vec<String>,
    sight: RuleSight,
    /// Whether a question of it will be in a topic soon.
    awaits_topic: bool,
}

/// What came of asking the rules about something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// How many rules acted.
    pub(crate) acted: usize,
    /// Whether they are to be asked once more, because something is not known yet.
    pub(crate) is_held: bool,
}

impl App {
    /// Writes a routing rule; gives its id.
    pub async fn save_rule(
        self: &Arc<Self>,
        caller: Caller,
        draft: RuleDraft,
    ) -> Result<WriteResult, Error> {
        let id = draft.id.clone().unwrap_or_else(|| fresh("rule"));
        let draft = RuleDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = Command::Routing(RoutingCommand::Save(Box::new(draft)));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }

    /// Asks the rules in their order about what a record says, and has those that fit act.
    pub(crate) fn ask_rules(&self, record: u64, occasion: &Occasion) -> Result<Asked, Error> {
        let mut asked = Asked::default();
        let age = self.clock.now().since(occasion.at);
        if age >= PATIENCE_MS {
            return Ok(asked);
        }
        let snapshot = self.snapshot();
        let rules = snapshot.installation.routing.rules.iter();
        let mut seen = None;
        for rule in rules.filter(|rule| rule.looks_at(occasion.trigger, record)) {
            if occasion.acted.contains(&rule.set.rule) {
                continue;
            }
            if seen.is_none() {
                seen = self.seen_by_rules(occasion)?;
            }
            let Some(now) = &seen else {
                return Ok(asked);
            };
            if now.awaits_topic && age < TOPIC_MS && !rule.set.when.topic.is_empty() {
                // What comes after it in the order waits, too.
                asked.is_held = true;
                return Ok(asked);
            }
            let whole = (&now.known, now.contact.as_ref(), now.tags.as_slice());
            if now.sight.unmet(&rule.set.when, occasion, whole).is_none() {
                self.have_acted(rule, record, now.sight.clone())?;
                asked.acted += 1;
                // A later rule sees what an earlier one did.
                seen = None;
            }
        }
        Ok(asked)
    }

    /// Asks a rule about a silence that has lasted for long enough.
    pub(crate) fn ask_of_silence(
        &self,
        rule: &RoutingRule,
        (record, silence): (u64, &Occasion),
    ) -> Result<(), Error> {
        let seen = self.seen_by_rules(silence)?;
        let sight = seen.map(|seen| seen.sight).unwrap_or_default();
        self.have_acted(rule, record, sight)
    }

    fn have_acted(&self, rule: &RoutingRule, record: u64, sight: RuleSight) -> Result<(), Error> {
        let sight = match &rule.set.then.assign {
            Some(RuleAssignee::OneOf(_)) => RuleSight {
                loads: self.loads(),
                ..sight
            },
            _ => sight,
        };
        let id = rule.set.rule.as_str();
        let command = Command::Routing(RoutingCommand::Act {
            rule: id.to_owned(),
            record,
            sight,
        });
        let decision = self.decision(&Caller::rule(id), command, Evidence::None);
        self.handle.decide(decision)??;
        Ok(())
    }

    /// How many conversations each rep has, with all that is journalled by now.
    fn loads(&self) -> BTreeMap<RepId, u32> {
        self.wait_for(self.position());
        let present = self.present();
        loads_of(&present.live.desk, &present.moment())
    }

    /// The conversation that something happened to, as it is after the last journalled event.
    fn seen_by_rules(&self, occasion: &Occasion) -> Result<Option<Seen>, Error> {
        let id = occasion.conversation.as_str();
        let seen = self.overlay.with(self.clock.now(), |state| {
            let conversations = state.conversations;
            let Some(known) = conversations.conversation(id)? else {
                return Ok(None);
            };
            let contact = conversations.contact(known.contact.as_str())?;
            let tags = known.tags_under(conversations.directory());
            let knowledge = &state.installation.knowledge;
            let topics = topics_of(knowledge, &known);
            let awaits_topic = awaits_topic(knowledge, &known);
            Ok::<_, Error>(Some((known, contact, tags, topics, awaits_topic)))
        })?;
        Ok(
            seen.map(|(known, contact, tags, topics, awaits_topic)| Seen {
                sight: RuleSight {
                    topics,
                    ..self.rule_sight(&known, self.clock.now())
                },
                known,
                contact,
                tags,
                awaits_topic,
            }),
        )
    }

    /// What of a conversation does not stand in it, at an instant.
    pub(super) fn rule_sight(&self, known: &Conversation, at: Timestamp) -> RuleSight {
        let schedule = known.schedule.as_ref().map(ScheduleId::as_str);
        let opening = self.opening_by(schedule, at);
        let language = language_of(known);
        let spoken = known.language.as_deref().or(language.as_deref());
        RuleSight {
            hours: match opening {
                Opening::Now => Some(RuleHours::Inside),
                Opening::At(_) => Some(RuleHours::Outside),
                Opening::Unknown => None,
            },
            opens: match opening {
                Opening::At(at) => Some(opening_text(spoken, at)),
                Opening::Now | Opening::Unknown => None,
            },
            language,
            ..RuleSight::default()
        }
    }
}

/// The topics that a conversation's questions are in now.
pub(super) fn topics_of(knowledge: &Knowledge, known: &Conversation) -> Vec<String> {
    let asked = known.questions.iter();
    let topics = asked.filter_map(|asked| {
        let question = knowledge.questions.get(&asked.id)?;
        let topic = knowledge.standing(knowledge.topic_of(question)?)?;
        Some(topic.number.to_string())
    });
    topics.collect()
}

/// Whether a question that nobody could answer is in no topic yet.
fn awaits_topic(knowledge: &Knowledge, known: &Conversation) -> bool {
    let unanswered = known
        .questions
        .iter()
        .filter(|asked| asked.outcome == QuestionOutcome::Unanswered);
    let mut unanswered = unanswered.map(|asked| knowledge.questions.get(&asked.id));
    unanswered.any(|question| question.is_none_or(|question| question.cluster.is_none()))
}

/// In which language the contact writes.
fn language_of(known: &Conversation) -> Option<String> {
    let theirs = known
        .messages
        .iter()
        .filter(|message| message.is_contacts());
    let text: Vec<&str> = theirs.map(|message| message.text.as_str()).collect();
    let text: String = text.join("\n").chars().take(TOLD_BY).collect();
    svar_index::language::detect(&text).map(str::to_owned)
}
