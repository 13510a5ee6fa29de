//! Whom satisfaction surveys ask, and who is to be asked next: a fold of their settings and of what
//! ends live.
//!
//! Nobody is asked before an admin says so, and nothing that is imported asks anybody. Decided over
//! by `command`, worked off by `work`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{ActorKind, OWN_SOURCE, SurveyRule, SurveySet};
use super::{Body, ConversationId, DAY_MS, Event, InboxId, Provenance, TeamId, Timestamp};

/// How long a rating may be given or changed.
pub const OPEN_MS: i64 = 14 * DAY_MS;
/// The longest time in which a contact is asked at most once, in days.
pub const MAX_EVERY_DAYS: u32 = 365;
/// Who was not asked for so long is not asked any more.
const STALE_MS: i64 = 7 * DAY_MS;
/// Surveys are remembered for so long.
const KEPT_MS: i64 = 366 * DAY_MS;

/// Whom surveys ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveySettings {
    /// Who is asked: the first rule that fits holds; where none does, nobody.
    pub rules: Vec<SurveyRule>,
    /// How long after the end of a conversation, in seconds.
    pub delay_secs: u32,
    /// At most once in so many days; 0: each time.
    pub every_days: u32,
    /// Whether they are asked where the customer agent alone answered.
    pub of_agent: bool,
    /// Whether they are asked where a machine brought it to its end.
    pub of_automation: bool,
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            delay_secs: 60,
            every_days: 30,
            of_agent: true,
            of_automation: false,
        }
    }
}

impl SurveySettings {
    /// Whether contacts are asked on a channel, in an inbox, of a team.
    pub fn asks(&self, channel: &str, inbox: Option<&InboxId>, team: Option<&TeamId>) -> bool {
        let fits = |rule: &&SurveyRule| {
            rule.channel.as_deref().is_none_or(|on| on == channel)
                && rule.inbox.as_ref().is_none_or(|on| Some(on) == inbox)
                && rule.team.as_ref().is_none_or(|of| Some(of) == team)
        };
        self.rules.iter().find(fits).is_some_and(|rule| rule.ask)
    }

    fn change(&mut self, set: &SurveySet) {
        if let Some(rules) = &set.rules {
            self.rules.clone_from(rules);
        }
        self.delay_secs = set.delay_secs.unwrap_or(self.delay_secs);
        self.every_days = set.every_days.unwrap_or(self.every_days);
        self.of_agent = set.of_agent.unwrap_or(self.of_agent);
        self.of_automation = set.of_automation.unwrap_or(self.of_automation);
    }
}

/// A conversation whose contact may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedConversation {
    /// Which.
    pub conversation: ConversationId,
    /// When it was brought to its end.
    pub at: Timestamp,
}

/// Satisfaction surveys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surveys {
    /// Whom they ask.
    pub settings: SurveySettings,
    /// How many contacts were not asked because they were asked not long before.
    pub held_back: u64,
    ended: BTreeMap<u64, EndedConversation>,
    records: BTreeMap<ConversationId, u64>,
    sent: BTreeMap<ConversationId, Timestamp>,
}

impl Surveys {
    /// Those that ended in a later record than that, with its record.
    pub fn after(&self, record: u64) -> impl Iterator<Item = (u64, &EndedConversation)> {
        let later = record.saturating_add(1)..;
        self.ended.range(later).map(|(record, one)| (*record, one))
    }

    /// When the contact of a conversation was asked about it last.
    pub fn sent_at(&self, conversation: &ConversationId) -> Option<Timestamp> {
        self.sent.get(conversation).copied()
    }

    /// Whether an event changes the fold.
    pub fn concerns(event: &Event) -> bool {
        match &event.body {
            Body::SurveySet(_) | Body::SurveyHeldBack(_) => true,
            Body::ConversationResolved(_)
            | Body::ConversationReopened(_)
            | Body::MessageAdded(_)
            | Body::CsatSent(_) => event.source == OWN_SOURCE,
            _ => false,
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::SurveySet(set) => self.settings.change(set),
            Body::SurveyHeldBack(held) => {
                self.held_back += 1;
                self.remove(&held.conversation);
            }
            Body::ConversationResolved(resolved) => {
                self.remove(&resolved.conversation);
                if !self.settings.rules.is_empty() {
                    self.add(from.seq, resolved.conversation.clone(), event.at);
                }
            }
            Body::ConversationReopened(reopened) => self.remove(&reopened.conversation),
            // Bare thanks leave it at its end.
            Body::MessageAdded(added) => {
                let is_contacts = added.author.kind == ActorKind::Contact;
                if is_contacts && added.ack != Some(true) {
                    self.remove(&added.conversation);
                }
            }
            Body::CsatSent(sent) => {
                if let Some(conversation) = &sent.conversation {
                    self.remove(conversation);
                    self.sent.retain(|_, at| at.plus_millis(KEPT_MS) > event.at);
                    self.sent.insert(conversation.clone(), event.at);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, record: u64, conversation: ConversationId, at: Timestamp) {
        while let Some(first) = self.ended.first_entry() {
            if first.get().at.plus_millis(STALE_MS) > at {
                break;
            }
            self.records.remove(&first.remove().conversation);
        }
        self.records.insert(conversation.clone(), record);
        self.ended
            .insert(record, EndedConversation { conversation, at });
    }

    fn remove(&mut self, conversation: &ConversationId) {
        if let Some(record) = self.records.remove(conversation) {
            self.ended.remove(&record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_fits_says_whether_somebody_is_asked() {
        let rule = |channel: Option<&str>, team: Option<&str>, ask| SurveyRule {
            channel: channel.map(str::to_owned),
            inbox: None,
            team: team.map(|team| TeamId::parse(team).unwrap()),
            ask,
        };
        let settings = SurveySettings {
            rules: vec![
                rule(Some("chat"), Some("night"), false),
                rule(Some("chat"), None, true),
            ],
            ..SurveySettings::default()
        };
        let night = TeamId::parse("night").unwrap();
        assert!(!settings.asks("chat", None, Some(&night)));
        assert!(settings.asks("chat", None, None));
        assert!(!settings.asks("email", None, None));
        assert!(!SurveySettings::default().asks("chat", None, None));
    }
}
