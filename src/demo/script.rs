//! The script of one conversation: a clock that only moves forward, and the events so far.
//!
//! Knows how to say things, not what happens: that is `conversation`, `agent`, `rep`,
//! `ticket` and `job`. In the end the script drops what lies after the window.

use super::desk::Desk;
use super::name::id;
use super::people::{Contact, Rep};
use super::random::{Random, Stream};
use super::text::Say;
use super::topic::{self, TOPICS, Topic};
use crate::model::event::{
    Actor, ActorKind, Attachment, ContactUpserted, ConversationAssigned, ConversationHandedOff,
    ConversationReopened, ConversationResolved, FeedbackGiven, HandoffReason, MessageAdded, Role,
    Visibility,
};
use crate::model::{Body, ConversationId, Event, MessageId, TicketId, Timestamp};

pub(super) use crate::model::event::Assignee;

/// The source of all events of the desk.
pub(super) const SOURCE: &str = "demo";

/// The ticket of a conversation and where it is.
#[derive(Debug)]
pub(super) struct TicketLink {
    /// Which.
    pub(super) ticket: TicketId,
    /// Its stage.
    pub(super) stage: &'static str,
}

/// The script of one conversation.
#[derive(Debug)]
pub(super) struct Script<'a> {
    /// The desk.
    pub(super) desk: &'a Desk,
    /// Chance of this conversation.
    pub(super) random: Random,
    /// The number of the conversation.
    pub(super) number: u32,
    /// Who writes in.
    pub(super) contact: Contact,
    /// Where.
    pub(super) channel: &'static str,
    /// The number of the topic.
    pub(super) topic: usize,
    /// Now.
    pub(super) at: Timestamp,
    /// The ticket that was opened from the conversation.
    pub(super) ticket: Option<TicketLink>,
    conversation: ConversationId,
    messages: u32,
    events: Vec<(Timestamp, Body)>,
}

impl<'a> Script<'a> {
    /// The script of conversation number `number`, which starts at `at`.
    pub(super) fn new(desk: &'a Desk, number: u32, at: Timestamp) -> Self {
        let mut random = Random::new(desk.seed, Stream::Conversation, number);
        let topic = topic::draw(&mut random);
        Self {
            desk,
            random,
            number,
            contact: Contact::new(desk.seed, desk.contact_of(number)),
            channel: "chat",
            topic,
            at,
            ticket: None,
            conversation: conversation_id(number),
            messages: 0,
            events: Vec::with_capacity(24),
        }
    }

    /// The id of the conversation.
    pub(super) fn conversation(&self) -> ConversationId {
        self.conversation.clone()
    }

    /// What the conversation is about.
    pub(super) fn topic(&self) -> &'static Topic {
        TOPICS.get(self.topic).unwrap_or(const { &Topic::NONE })
    }

    /// An id that begins with the conversation's: `demo:c17/` and `name`.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}/{name}", self.conversation)
    }

    /// Lets `low` to `high` seconds pass.
    pub(super) fn wait(&mut self, low: u32, high: u32) {
        let span = self.random.secs(low, high);
        self.at = self.at.plus_millis(span);
    }

    /// Lets a span of about log-normal length pass.
    pub(super) fn wait_about(&mut self, median_secs: f64, spread: f64) {
        let span = self.random.log_normal(median_secs, spread);
        self.at = self.at.plus_millis(span.max(1));
    }

    /// Something happens now.
    pub(super) fn push(&mut self, body: Body) {
        self.events.push((self.at, body));
    }

    /// Something happens at another time.
    pub(super) fn push_at(&mut self, at: Timestamp, body: Body) {
        self.events.push((at, body));
    }

    /// Words in the contact's language.
    pub(super) fn words(&mut self, what: Say) -> &'static str {
        self.desk
            .books
            .say(self.contact.language, what, &mut self.random)
    }

    /// A way to ask about the topic.
    pub(super) fn question(&mut self) -> String {
        let ways = self.desk.books.questions(self.contact.language, self.topic);
        let way = self.random.pick(ways, "");
        if self.random.chance(0.12) {
            return way.to_lowercase().trim_end_matches(['?', '.']).to_owned();
        }
        way.to_owned()
    }

    /// The contact writes.
    pub(super) fn contact_says(&mut self, text: &str) -> MessageId {
        let author = self.contact_actor();
        self.stage("waiting_on_us");
        self.message(author, text, |_| {})
    }

    /// The contact writes and sends a file along.
    pub(super) fn contact_sends(&mut self, text: &str) -> MessageId {
        let author = self.contact_actor();
        let size = u64::from(self.random.between(20_000, 900_000));
        self.message(author, text, |added| {
            added.attachments = Some(vec![Attachment {
                name: "receipt.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                size,
                sha256: None,
                url: None,
            }]);
        })
    }

    /// The contact only acknowledges.
    pub(super) fn contact_thanks(&mut self) {
        let text = self.words(Say::Thanks);
        let author = self.contact_actor();
        self.message(author, text, |added| added.ack = Some(true));
    }

    /// The customer agent writes.
    pub(super) fn agent_says(&mut self, text: &str, role: Role) -> MessageId {
        let author = actor(ActorKind::CustomerAgent);
        self.message(author, text, |added| added.role = Some(role))
    }

    /// A rep writes.
    pub(super) fn rep_says(&mut self, rep: &Rep, text: &str) -> MessageId {
        let said = self.message(rep_actor(rep), text, |_| {});
        self.stage("waiting_on_contact");
        said
    }

    /// A rep writes a note.
    pub(super) fn rep_notes(&mut self, rep: &Rep) {
        let text = self.words(Say::Note);
        self.message(rep_actor(rep), text, |added| {
            added.visibility = Some(Visibility::Note);
        });
    }

    /// Some other machine writes.
    pub(super) fn automation_says(&mut self, text: &str) {
        self.message(actor(ActorKind::Automation), text, |_| {});
    }

    fn message(
        &mut self,
        author: Actor,
        text: &str,
        refine: impl FnOnce(&mut MessageAdded),
    ) -> MessageId {
        self.messages += 1;
        let message = id(MessageId::parse, &self.name(&format!("m{}", self.messages)));
        let mut added = MessageAdded {
            conversation: self.conversation(),
            message: message.clone(),
            author,
            text: text.to_owned(),
            visibility: None,
            role: None,
            ack: None,
            attachments: None,
            mail_id: None,
        };
        refine(&mut added);
        self.push(Body::MessageAdded(Box::new(added)));
        message
    }

    /// The conversation goes to somebody.
    pub(super) fn assign(&mut self, to: Assignee) {
        let conversation = self.conversation();
        self.push(Body::ConversationAssigned(Box::new(ConversationAssigned {
            conversation,
            to,
        })));
    }

    /// A human becomes responsible.
    pub(super) fn hand_off(&mut self, reason: HandoffReason) {
        let team = self.topic().team.id();
        let to = self
            .random
            .chance(0.6)
            .then_some(Assignee::Team { id: team });
        let conversation = self.conversation();
        self.push(Body::ConversationHandedOff(Box::new(
            ConversationHandedOff {
                conversation,
                reason,
                to,
            },
        )));
    }

    /// The conversation ends.
    pub(super) fn resolve(&mut self, by: Actor) {
        let conversation = self.conversation();
        self.push(Body::ConversationResolved(Box::new(ConversationResolved {
            conversation,
            by,
        })));
    }

    /// The conversation is opened again by the contact.
    pub(super) fn reopen(&mut self) {
        let conversation = self.conversation();
        let by = self.contact_actor();
        self.push(Body::ConversationReopened(Box::new(ConversationReopened {
            conversation,
            by,
        })));
    }

    /// The contact says whether an answer helped.
    pub(super) fn feedback(&mut self, rating: &str, text: Option<&str>) {
        let conversation = self.conversation();
        self.push(Body::FeedbackGiven(Box::new(FeedbackGiven {
            conversation,
            rating: rating.to_owned(),
            text: text.map(str::to_owned),
        })));
    }

    /// The contact becomes known.
    pub(super) fn introduce(&mut self, contact: ContactUpserted) {
        self.push(Body::ContactUpserted(Box::new(contact)));
    }

    /// The contact as the doer of something.
    pub(super) fn contact_actor(&self) -> Actor {
        Actor {
            kind: ActorKind::Contact,
            id: Some(self.contact.id().to_string()),
        }
    }

    /// When the last thing happened so far.
    pub(super) fn end(&self) -> Timestamp {
        let instants = self.events.iter().map(|(at, _)| *at);
        instants.max().unwrap_or(self.at)
    }

    /// What happened so far, as it was written down.
    pub(super) fn bodies(&self) -> impl DoubleEndedIterator<Item = &Body> {
        self.events.iter().map(|(_, body)| body)
    }

    /// The events in order, named `demo:c17/e1` and so on; none is later than the window.
    pub(super) fn finish(self) -> Vec<Event> {
        let prefix = self.conversation.to_string();
        in_order(self.events, &prefix, self.desk.until)
    }
}

/// Sorts what happened up to `until`, and gives each event its id.
pub(super) fn in_order(
    mut bodies: Vec<(Timestamp, Body)>,
    prefix: &str,
    until: Timestamp,
) -> Vec<Event> {
    bodies.retain(|(at, _)| *at <= until);
    bodies.sort_by_key(|(at, body)| (*at, body.rank()));
    (1_u32..)
        .zip(bodies)
        .map(|(number, (at, body))| Event {
            at,
            source: SOURCE.to_owned(),
            id: format!("{prefix}/e{number}"),
            body,
        })
        .collect()
}

/// The id of conversation number `number`.
pub(super) fn conversation_id(number: u32) -> ConversationId {
    id(ConversationId::parse, &format!("demo:c{number}"))
}

/// A machine as the doer of something.
pub(super) const fn actor(kind: ActorKind) -> Actor {
    Actor { kind, id: None }
}

/// A rep as the doer of something.
pub(super) fn rep_actor(rep: &Rep) -> Actor {
    Actor {
        kind: ActorKind::Rep,
        id: Some(rep.id().to_string()),
    }
}
