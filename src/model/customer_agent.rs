//! How the customer agent works at the desk, and who waits for its word: a fold of its settings
//! and of what is written live.
//!
//! What is imported or posted from elsewhere waits for nothing here: it is silent. Whether the
//! agent answers is asked when its turn comes; this only says whom to look at, and since when.
//! Decided over by `command`, worked off by `work`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{
    ActorKind, Assignee, CustomerAgentSet, DutyRule, DutyTime, OWN_SOURCE, Visibility,
};
use super::{Body, ConversationId, DAY_MS, Event, InboxId, Provenance, Timestamp};

/// The channel on which it answers before anything is set.
pub const FIRST_CHANNEL: &str = "chat";
/// How long after a contact's last message it answers before anything is set, in milliseconds.
const FIRST_SETTLE_MS: u32 = 1_500;
/// Who has waited for so long is no longer waiting for a machine.
pub const PATIENCE_MS: i64 = DAY_MS;

/// How the customer agent works, and who waits for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAgent {
    /// How it works.
    pub settings: CustomerAgentSettings,
    /// Who waits for it.
    pub waiting: WaitingContacts,
}

/// How the customer agent works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAgentSettings {
    /// Where and when it answers: the first rule that fits holds; where none does, never.
    pub duty: Vec<DutyRule>,
    /// How long after a contact's last message it answers, in milliseconds.
    pub settle_ms: u32,
    /// What it is called; none: as pages call it.
    pub name: Option<String>,
    /// What it greets with; none: in words of Svar's own.
    pub greeting: Option<String>,
    /// What it says when it hands off while nobody is there; none: in words of Svar's own.
    pub away: Option<String>,
}

impl Default for CustomerAgentSettings {
    fn default() -> Self {
        Self {
            duty: vec![DutyRule {
                channel: Some(FIRST_CHANNEL.to_owned()),
                inbox: None,
                when: DutyTime::Always,
            }],
            settle_ms: FIRST_SETTLE_MS,
            name: None,
            greeting: None,
            away: None,
        }
    }
}

impl CustomerAgentSettings {
    /// When it answers on a channel and in an inbox.
    pub fn duty_on(&self, channel: &str, inbox: Option<&InboxId>) -> DutyTime {
        let fits = |rule: &&DutyRule| {
            rule.channel.as_deref().is_none_or(|on| on == channel)
                && rule.inbox.as_ref().is_none_or(|on| Some(on) == inbox)
        };
        let rule = self.duty.iter().find(fits);
        rule.map_or(DutyTime::Never, |rule| rule.when)
    }

    fn change(&mut self, set: &CustomerAgentSet) {
        if let Some(duty) = &set.duty {
            self.duty.clone_from(duty);
        }
        self.settle_ms = set.settle_ms.unwrap_or(self.settle_ms);
        let texts = [
            (&mut self.name, &set.name),
            (&mut self.greeting, &set.greeting),
            (&mut self.away, &set.away),
        ];
        for (own, text) in texts {
            if let Some(text) = text {
                *own = Some(text.clone()).filter(|text| !text.is_empty());
            }
        }
    }
}

/// A contact's last message that nobody has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingContact {
    /// In which conversation.
    pub conversation: ConversationId,
    /// When it was written.
    pub since: Timestamp,
}

/// Conversations in which the contact wrote live and nobody has answered yet, in the order of
/// their last messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingContacts {
    by_record: BTreeMap<u64, WaitingContact>,
    records: BTreeMap<ConversationId, u64>,
}

impl WaitingContacts {
    /// Those whose last message is a later record than that, with its record.
    pub fn after(&self, record: u64) -> impl Iterator<Item = (u64, &WaitingContact)> {
        let later = record.saturating_add(1)..;
        let waiting = self.by_record.range(later);
        waiting.map(|(record, waiting)| (*record, waiting))
    }

    fn add(&mut self, record: u64, conversation: &ConversationId, since: Timestamp) {
        self.remove(conversation);
        while let Some(first) = self.by_record.first_entry() {
            if first.get().since.plus_millis(PATIENCE_MS) > since {
                break;
            }
            self.records.remove(&first.remove().conversation);
        }
        let waiting = WaitingContact {
            conversation: conversation.clone(),
            since,
        };
        self.by_record.insert(record, waiting);
        self.records.insert(conversation.clone(), record);
    }

    fn remove(&mut self, conversation: &ConversationId) {
        if let Some(record) = self.records.remove(conversation) {
            self.by_record.remove(&record);
        }
    }
}

impl CustomerAgent {
    /// Whether an event changes the fold.
    pub fn concerns(event: &Event) -> bool {
        match &event.body {
            Body::CustomerAgentSet(_) => true,
            Body::MessageAdded(_)
            | Body::ConversationHandedOff(_)
            | Body::ConversationAssigned(_)
            | Body::ConversationResolved(_)
            | Body::AgentDecided(_) => event.source == OWN_SOURCE,
            _ => false,
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let waiting = &mut self.waiting;
        match &event.body {
            Body::CustomerAgentSet(set) => self.settings.change(set),
            Body::MessageAdded(added) if added.visibility == Some(Visibility::Note) => {}
            Body::MessageAdded(added) => match added.author.kind {
                ActorKind::Contact => waiting.add(from.seq, &added.conversation, event.at),
                ActorKind::Rep => waiting.remove(&added.conversation),
                _ => {}
            },
            Body::ConversationAssigned(assigned) => {
                if matches!(assigned.to, Assignee::Rep { .. } | Assignee::Team { .. }) {
                    waiting.remove(&assigned.conversation);
                }
            }
            Body::ConversationHandedOff(handed) => waiting.remove(&handed.conversation),
            Body::ConversationResolved(resolved) => waiting.remove(&resolved.conversation),
            Body::AgentDecided(decided) => waiting.remove(&decided.conversation),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(agent: &mut CustomerAgent, seq: u64, event: &str) {
        let event = Event::parse_journalled(event).unwrap();
        let from = Provenance {
            seq,
            actor: "contact:p",
        };
        if CustomerAgent::concerns(&event) {
            agent.apply(from, &event);
        }
    }

    fn wrote(source: &str, conversation: &str, day: u32, by: &str) -> String {
        format!(
            r#"{{"type":"message.added","at":"2026-10-{day:02}T09:00:00Z","source":"{source}","id":"{conversation}{day}{by}","conversation":"{conversation}","message":"m{day}{by}","author":{{"kind":"{by}"}},"text":"x"}}"#
        )
    }

    fn waiting(agent: &CustomerAgent) -> Vec<&str> {
        let waiting = agent.waiting.after(0);
        waiting
            .map(|(_, waiting)| waiting.conversation.as_str())
            .collect()
    }

    #[test]
    fn who_wrote_live_waits_until_somebody_answers() {
        let mut agent = CustomerAgent::default();
        told(&mut agent, 1, &wrote("svar", "a", 1, "contact"));
        told(&mut agent, 2, &wrote("svar", "b", 1, "contact"));
        told(&mut agent, 3, &wrote("zendesk", "c", 1, "contact"));
        assert_eq!(waiting(&agent), ["a", "b"]);
        told(&mut agent, 4, &wrote("svar", "a", 1, "contact"));
        assert_eq!(waiting(&agent), ["b", "a"], "the last message counts");
        told(&mut agent, 5, &wrote("svar", "b", 1, "rep"));
        assert_eq!(waiting(&agent), ["a"]);
        assert_eq!(agent.waiting.after(4).count(), 0);
    }

    #[test]
    fn who_has_waited_for_a_day_waits_for_no_machine() {
        let mut agent = CustomerAgent::default();
        told(&mut agent, 1, &wrote("svar", "a", 1, "contact"));
        told(&mut agent, 2, &wrote("svar", "b", 2, "contact"));
        assert_eq!(waiting(&agent), ["b"]);
    }

    #[test]
    fn the_first_rule_that_fits_holds() {
        let inbox = |id: &str| InboxId::parse(id).unwrap();
        let rule = |channel: Option<&str>, on: Option<&str>, when| DutyRule {
            channel: channel.map(str::to_owned),
            inbox: on.map(inbox),
            when,
        };
        let settings = CustomerAgentSettings {
            duty: vec![
                rule(Some("chat"), Some("vip"), DutyTime::Never),
                rule(Some("chat"), None, DutyTime::Always),
                rule(None, Some("night"), DutyTime::OutOfHours),
            ],
            ..CustomerAgentSettings::default()
        };
        let on =
            |channel: &str, on: Option<&str>| settings.duty_on(channel, on.map(inbox).as_ref());
        assert_eq!(on("chat", Some("vip")), DutyTime::Never);
        assert_eq!(on("chat", None), DutyTime::Always);
        assert_eq!(on("email", Some("night")), DutyTime::OutOfHours);
        assert_eq!(on("email", None), DutyTime::Never);
    }
}
