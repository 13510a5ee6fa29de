//! What a webhook is told of an event: the state of what it is about as it was then.
//!
//! Made when it is told, from the store: words that were redacted meanwhile are not told, and nothing
//! is of who was erased.

use serde::Serialize;
use serde_json::Value;
use serde_with::skip_serializing_none;

use crate::app::{App, Error};
use crate::model::event::{Actor, Assignee, Attributes, Direction, Mark};
use crate::model::webhooks::{ALERT_OPENED, WEBHOOK_TEST, WebhookCall, WebhookThing};
use crate::model::{
    Body, Contact, Conversation, Edits, Event, MessageId, Ticket, Timestamp, conversation,
};

/// What is told.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WebhookPayload {
    /// The type of the event.
    #[serde(rename = "type")]
    pub event: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Grows with each event: what is told of one conversation comes in its order.
    pub sequence: u64,
    /// What happened, and to what.
    pub data: WebhookData,
}

/// What happened, and to what.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WebhookData {
    /// The fields of the event.
    pub event: Option<Value>,
    /// The conversation after it.
    pub conversation: Option<ConversationState>,
    /// The ticket after it.
    pub ticket: Option<Box<Ticket>>,
    /// The alert, as it was then.
    pub alert: Option<Value>,
    /// The contact, as they were known then.
    pub contact: Option<ContactState>,
    /// Where people look at it.
    pub url: Option<String>,
}

/// A conversation at an instant, without its messages.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationState {
    /// Which.
    pub id: String,
    /// With whom.
    pub contact: String,
    /// Where.
    pub channel: String,
    /// Who began it.
    pub direction: Direction,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// How urgent.
    pub priority: Option<String>,
    /// For which service.
    pub service: Option<String>,
    /// In which inbox.
    pub inbox: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether it waits for anything.
    pub status: conversation::Status,
    /// When it was brought to its end, while it is.
    pub resolved_at: Option<Timestamp>,
    /// Who brought it to its end, while it is.
    pub resolved_by: Option<Actor>,
    /// Whose it is.
    pub assigned_to: Assignee,
    /// The last handoff to a human.
    pub handoff: Option<conversation::Handoff>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The marks that are on.
    pub marks: Vec<Mark>,
    /// How many messages it has.
    pub messages: usize,
    /// When the last public one was written.
    pub last_message_at: Option<Timestamp>,
    /// Own fields.
    pub attributes: Attributes,
}

/// A contact at an instant.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactState {
    /// Who.
    pub id: String,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// Where they work.
    pub company: Option<Value>,
    /// Their language.
    pub language: Option<String>,
    /// Own fields.
    pub attributes: Attributes,
}

impl ConversationState {
    fn of(known: Conversation) -> Self {
        Self {
            id: known.id.to_string(),
            contact: known.contact.to_string(),
            channel: known.channel,
            direction: known.direction,
            subject: known.subject,
            language: known.language,
            priority: known.priority,
            service: known.service,
            inbox: known.inbox.map(|inbox| inbox.to_string()),
            started_at: known.started_at,
            status: known.status,
            resolved_at: known.resolved_at,
            resolved_by: known.resolved_by,
            assigned_to: known.assigned_to,
            handoff: known.handoff,
            tags: known.tags,
            marks: known.marks,
            messages: known.messages.len(),
            last_message_at: known.last_message_at,
            attributes: known.attributes,
        }
    }
}

impl ContactState {
    fn of(known: Contact) -> Self {
        Self {
            id: known.id.to_string(),
            name: known.name,
            email: known.email,
            phone: known.phone,
            company: known.company.and_then(|one| serde_json::to_value(one).ok()),
            language: known.language,
            attributes: known.attributes,
        }
    }
}

impl App {
    /// What is told of a call; none: nothing, for its words are gone.
    pub(super) fn webhook_payload(
        &self,
        call: &WebhookCall,
    ) -> Result<Option<WebhookPayload>, Error> {
        let data = match &call.thing {
            WebhookThing::Webhook(_) => Some(WebhookData::default()),
            WebhookThing::Alert(id) => self.alert_data(call, id),
            WebhookThing::Conversation(id) => self.conversation_data(call, id)?,
            WebhookThing::Ticket(id) => self.ticket_data(call, id)?,
            WebhookThing::Contact(id) => self.contact_data(call, id)?,
        };
        Ok(data.map(|data| WebhookPayload {
            event: call.event.clone(),
            timestamp: call.at,
            sequence: call.record,
            data,
        }))
    }

    /// An alert, as it was when it was told; none: too many were since.
    fn alert_data(&self, call: &WebhookCall, id: &str) -> Option<WebhookData> {
        let mut alert = self.alert_told(id)?;
        if call.event == ALERT_OPENED {
            alert.resolved_at = None;
        }
        Some(WebhookData {
            url: self.page_address("alerts", id),
            alert: serde_json::to_value(alert).ok(),
            ..WebhookData::default()
        })
    }

    fn conversation_data(
        &self,
        call: &WebhookCall,
        id: &str,
    ) -> Result<Option<WebhookData>, Error> {
        let events = self.past.store.joined_events(id)?;
        let Some(told) = up_to(&events, call) else {
            return Ok(None);
        };
        let known = Conversation::fold_in(id, told);
        let contact = known.as_ref().map(|known| known.contact.to_string());
        self.data_of(&events, told, contact.as_deref(), |data| {
            data.conversation = known.map(ConversationState::of);
            data.url = self.page_address("conversations", id);
        })
    }

    fn ticket_data(&self, call: &WebhookCall, id: &str) -> Result<Option<WebhookData>, Error> {
        let events = self.past.store.ticket_events(id)?;
        let Some(told) = up_to(&events, call) else {
            return Ok(None);
        };
        let known = Ticket::fold(told);
        let contact = known.as_ref().and_then(|known| known.contact.as_ref());
        let contact = contact.map(ToString::to_string);
        self.data_of(&events, told, contact.as_deref(), |data| {
            data.ticket = known.map(Box::new);
            data.url = self.page_address("tickets", id);
        })
    }

    fn contact_data(&self, call: &WebhookCall, id: &str) -> Result<Option<WebhookData>, Error> {
        let events = self.past.store.contact_events(id)?;
        let Some(told) = up_to(&events, call) else {
            return Ok(None);
        };
        self.data_of(&events, told, Some(id), |data| {
            data.url = self.page_address("contacts", id);
        })
    }

    /// What is told of the last of events; none: it is of somebody who is erased.
    fn data_of(
        &self,
        all: &[Event],
        told: &[Event],
        contact: Option<&str>,
        add: impl FnOnce(&mut WebhookData),
    ) -> Result<Option<WebhookData>, Error> {
        let Some(event) = told.last() else {
            return Ok(None);
        };
        // An erasure is done at the folder's next opening; what it is about is not told from its
        // journalling on.
        let is_erased = self.overlay.with(self.clock.now(), |state| {
            let book = &state.installation.contacts;
            book.is_of_erased(&event.body) || contact.is_some_and(|id| book.is_erased(id))
        });
        if is_erased {
            return Ok(None);
        }
        let mut data = WebhookData {
            event: Some(fields_of(event, &Edits::of(all))),
            contact: match contact {
                Some(id) => self.contact_then(id, event.at)?,
                None => None,
            },
            ..WebhookData::default()
        };
        add(&mut data);
        Ok(Some(data))
    }

    /// A contact as they were known at an instant.
    fn contact_then(&self, id: &str, at: Timestamp) -> Result<Option<ContactState>, Error> {
        let mut events = self.past.store.contact_events(id)?;
        events.retain(|event| event.at <= at);
        Ok(Contact::fold(&events).map(ContactState::of))
    }
}

/// The events up to the one of a call; none: it is not there.
fn up_to<'a>(events: &'a [Event], call: &WebhookCall) -> Option<&'a [Event]> {
    let is_it = |event: &Event| event.id == call.id && event.body.kind() == call.event;
    events.get(..=events.iter().position(is_it)?)
}

/// The fields of an event, without words that are gone by now.
fn fields_of(event: &Event, edits: &Edits<'_>) -> Value {
    let mut body = event.body.clone();
    let is_gone = |message: &MessageId| edits.get(message).is_some_and(|edit| edit.text.is_none());
    match &mut body {
        Body::MessageAdded(added) if is_gone(&added.message) => {
            added.text.clear();
            added.attachments = None;
        }
        Body::MessageEdited(edited) if is_gone(&edited.message) => edited.text.clear(),
        Body::QuestionAsked(asked) if asked.message.as_ref().is_some_and(is_gone) => {
            asked.text.clear();
        }
        _ => {}
    }
    serde_json::to_value(&body).unwrap_or_default()
}

impl WebhookPayload {
    /// Whether it is only a try.
    pub fn is_test(&self) -> bool {
        self.event == WEBHOOK_TEST
    }

    /// The words of the message that it is about, if it is about one that contacts see.
    pub fn public_words(&self) -> Option<&str> {
        let fields = self.data.event.as_ref()?;
        let visibility = fields.get("visibility").and_then(Value::as_str);
        if visibility.is_some_and(|one| one != "public") {
            return None;
        }
        let text = fields.get("text").and_then(Value::as_str);
        text.filter(|text| !text.trim().is_empty())
    }
}
