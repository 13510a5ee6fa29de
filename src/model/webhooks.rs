//! Programs elsewhere that are told what happens on the desk: a fold of Svar's own events.
//!
//! How far each is told is no part of it: that is of this machine, and kept by `app`. Read by
//! `notify` through `app`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{OWN_SOURCE, Subject, WebhookKind, WebhookPause, WebhookSet};
use super::{Body, Event, Provenance, Timestamp, WebhookId};

/// What a webhook is told when it is tried.
pub const WEBHOOK_TEST: &str = "webhook.test";

/// A program elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Which.
    pub webhook: WebhookId,
    /// What it is called.
    pub name: String,
    /// In which shape it is told.
    pub kind: WebhookKind,
    /// The host of its address.
    pub host: String,
    /// The types of events that it is told.
    pub events: Vec<String>,
    /// The record since which it is there.
    pub added: u64,
    /// Since when.
    pub added_at: Timestamp,
    /// Since when it is told nothing, and why; none: it is.
    pub paused: Option<(Timestamp, WebhookPause)>,
    /// When somebody last wanted it to be told at once, whatever went wrong before.
    pub called_at: Timestamp,
}

impl Webhook {
    /// Whether it is told of events of a type.
    pub fn wants(&self, kind: &str) -> bool {
        self.events.iter().any(|one| one == kind)
    }
}

/// What a webhook is told when an alert is told.
pub const ALERT_OPENED: &str = "alert.opened";
/// What it is told when that is over.
pub const ALERT_RESOLVED: &str = "alert.resolved";

/// Whether events of a type can be told: alerts, and those about conversations, tickets and contacts.
pub fn is_webhook_event(kind: &str) -> bool {
    let areas = [
        "contact.",
        "conversation.",
        "message.",
        "question.asked",
        "feedback.",
        "csat.",
        "ticket.",
        "proposal.",
        "invoice.",
    ];
    let is_alert = [ALERT_OPENED, ALERT_RESOLVED].contains(&kind);
    is_alert || Body::TYPES.contains(&kind) && areas.iter().any(|area| kind.starts_with(area))
}

/// All types of events that can be told, in the order of the interchange format; alerts last.
pub fn webhook_events() -> impl Iterator<Item = &'static str> {
    let types = Body::TYPES.iter().copied();
    let types = types.chain([ALERT_OPENED, ALERT_RESOLVED]);
    types.filter(|kind| is_webhook_event(kind))
}

/// What a webhook is told of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum WebhookThing {
    /// A conversation.
    Conversation(String),
    /// A ticket.
    Ticket(String),
    /// A contact.
    Contact(String),
    /// An alert.
    Alert(String),
    /// The webhook itself, which is tried.
    Webhook(String),
}

/// Something that may be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCall {
    /// The record of it.
    pub record: u64,
    /// The type of the event.
    pub event: String,
    /// The event's id.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What it is about: what is about one thing is told in order.
    pub thing: WebhookThing,
}

impl WebhookCall {
    /// What is told of an event; none: nothing. What came from elsewhere is told to nobody.
    pub fn of(record: u64, event: &Event) -> Option<Self> {
        if event.source != OWN_SOURCE {
            return None;
        }
        let (kind, thing) = match &event.body {
            Body::WebhookTested(tested) => (
                WEBHOOK_TEST,
                WebhookThing::Webhook(tested.webhook.to_string()),
            ),
            Body::AlertTold(told) if told.webhooks => {
                (ALERT_OPENED, WebhookThing::Alert(told.alert.to_string()))
            }
            Body::AlertResolved(over) if over.webhooks => {
                (ALERT_RESOLVED, WebhookThing::Alert(over.alert.to_string()))
            }
            body if !is_webhook_event(body.kind()) => return None,
            body => {
                let thing = match body.subject() {
                    Subject::Conversation(id) => WebhookThing::Conversation(id.to_owned()),
                    Subject::Ticket(id) => WebhookThing::Ticket(id.to_owned()),
                    Subject::Contact(id) => WebhookThing::Contact(id.to_owned()),
                    Subject::Installation => return None,
                };
                (body.kind(), thing)
            }
        };
        Some(Self {
            record,
            event: kind.to_owned(),
            id: event.id.clone(),
            at: event.at,
            thing,
        })
    }

    /// Whether a webhook is told of it.
    pub fn is_for(&self, webhook: &Webhook) -> bool {
        match &self.thing {
            WebhookThing::Webhook(id) => *id == webhook.webhook.as_str(),
            _ => webhook.wants(&self.event),
        }
    }
}

/// All webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks(BTreeMap<WebhookId, Webhook>);

impl Webhooks {
    /// All of them, by id.
    pub fn all(&self) -> impl Iterator<Item = &Webhook> {
        self.0.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Webhook> {
        self.0.get(id)
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::WebhookSet(_)
                | Body::WebhookPaused(_)
                | Body::WebhookResumed(_)
                | Body::WebhookTested(_)
                | Body::WebhookReplayed(_)
                | Body::WebhookRemoved(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::WebhookSet(set) => self.set(from, set, event.at),
            Body::WebhookPaused(paused) => {
                if let Some(webhook) = self.0.get_mut(&paused.webhook) {
                    webhook.paused = Some((event.at, paused.reason));
                }
            }
            Body::WebhookResumed(resumed) => {
                if let Some(webhook) = self.0.get_mut(&resumed.webhook) {
                    webhook.paused = None;
                    webhook.called_at = event.at;
                }
            }
            Body::WebhookTested(tested) => self.call(&tested.webhook, event.at),
            Body::WebhookReplayed(replayed) => self.call(&replayed.webhook, event.at),
            Body::WebhookRemoved(removed) => drop(self.0.remove(&removed.webhook)),
            _ => {}
        }
    }

    fn call(&mut self, webhook: &WebhookId, at: Timestamp) {
        if let Some(webhook) = self.0.get_mut(webhook) {
            webhook.called_at = at;
        }
    }

    fn set(&mut self, from: Provenance<'_>, set: &WebhookSet, at: Timestamp) {
        let former = self.0.get(&set.webhook);
        let webhook = Webhook {
            webhook: set.webhook.clone(),
            name: set.name.clone(),
            kind: set.kind,
            host: set.host.clone(),
            events: set.events.clone(),
            added: former.map_or(from.seq, |former| former.added),
            added_at: former.map_or(at, |former| former.added_at),
            paused: former.and_then(|former| former.paused),
            called_at: at,
        };
        self.0.insert(set.webhook.clone(), webhook);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(fields: &str) -> Event {
        let line = format!(r#"{{"at":"2026-01-01T00:00:00Z","source":"svar","id":"3",{fields}}}"#);
        Event::parse_journalled(&line).unwrap()
    }

    #[test]
    fn what_is_told_is_about_conversations_tickets_and_contacts() {
        assert!(is_webhook_event("message.added") && is_webhook_event("ticket.staged"));
        for kind in [
            "rep.upserted",
            "svar.user_set",
            "question.dismissed",
            "message",
            "",
        ] {
            assert!(!is_webhook_event(kind), "{kind}");
        }
        assert!(webhook_events().count() > 30);
        let resolved =
            event(r#""type":"conversation.resolved","conversation":"c1","by":{"kind":"rep"}"#);
        let call = WebhookCall::of(7, &resolved).unwrap();
        assert_eq!(call.thing, WebhookThing::Conversation("c1".to_owned()));
        let elsewhere = Event {
            source: "zendesk".to_owned(),
            ..resolved
        };
        assert_eq!(WebhookCall::of(7, &elsewhere), None);
    }

    #[test]
    fn a_webhook_stays_paused_until_it_is_resumed() {
        let mut all = Webhooks::default();
        let lines = [
            r#""type":"svar.webhook_set","webhook":"w","name":"n","kind":"slack","host":"h","events":["message.added"]"#,
            r#""type":"svar.webhook_paused","webhook":"w","reason":"failing""#,
            r#""type":"svar.webhook_set","webhook":"w","name":"m","kind":"slack","host":"h","events":["csat.rated"]"#,
        ];
        for (line, seq) in lines.into_iter().zip(4..) {
            let actor = "cli";
            all.apply(Provenance { seq, actor }, &event(line));
        }
        let webhook = all.get("w").unwrap();
        assert_eq!((webhook.name.as_str(), webhook.added), ("m", 4));
        assert_eq!(
            webhook.paused.map(|(_, why)| why),
            Some(WebhookPause::Failing)
        );
        assert!(webhook.wants("csat.rated") && !webhook.wants("message.added"));
        let actor = "cli";
        let resumed = event(r#""type":"svar.webhook_resumed","webhook":"w""#);
        all.apply(Provenance { seq: 8, actor }, &resumed);
        assert_eq!(all.get("w").unwrap().paused, None);
    }
}
