//! The customer agent at work: a contact's message comes in, is decided on, and what was
//! decided is journalled with it, all at once.

use serde::Serialize;
use utoipa::ToSchema;

use crate::agent::{Decision, Move, decide};
use crate::app::{App, Error};
use crate::clock::Clock;
use crate::command::Caller;
use crate::knowledge::{AskView, answer_id, candidates, unless_shipped};
use crate::model::conversation::Status;
use crate::model::event::AgentDecided;
use crate::model::event::{
    Actor, ActorKind, Attributes, ConversationHandedOff, ConversationStarted, HandoffReason,
    MAX_TEXT_BYTES, MessageAdded, QuestionAsked, QuestionOutcome, Role,
};
use crate::model::{Body, ContactId, Conversation, ConversationId, Invalid, MessageId, QuestionId};

/// The longest text of a question's record, in characters.
const MAX_QUESTION: usize = 10_000;

/// A message of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The conversation; it is begun if there is none of that id.
    pub conversation: String,
    /// Who writes.
    pub contact: String,
    /// On which channel, where the conversation begins.
    pub channel: String,
    /// The words.
    pub text: String,
}

/// What came of a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Responded)]
pub struct AgentTurn {
    /// The contact's message.
    pub message: String,
    /// What the customer agent decided; none where a human has the conversation.
    pub decision: Option<AskView>,
    /// The position of the log that holds it.
    pub log_position: u64,
}

/// Reads an id of a request; what is wrong with it is named by `field`.
fn id<T>(field: &str, text: &str, parse: fn(&str) -> Result<T, &'static str>) -> Result<T, Error> {
    let parsed = parse(text);
    Ok(parsed.map_err(|fault| Invalid::new(field, format!("`{text}`: {fault}")))?)
}

/// Everything that one message makes.
struct Response {
    conversation: ConversationId,
    message: MessageId,
    writes: Vec<Body>,
}

impl Response {
    fn say(&mut self, text: String, role: Role) -> Result<MessageId, Error> {
        let message = fresh("message", MessageId::parse)?;
        self.writes.push(Body::MessageAdded(Box::new(MessageAdded {
            conversation: self.conversation.clone(),
            message: message.clone(),
            author: Actor {
                kind: ActorKind::CustomerAgent,
                id: None,
            },
            text,
            visibility: None,
            role: Some(role),
            ack: None,
            attachments: None,
        })));
        Ok(message)
    }

    fn record(&mut self, decision: &Decision, text: &str) -> Result<QuestionId, Error> {
        let question = fresh("question", QuestionId::parse)?;
        let answer = decision.answer().map(answer_id).transpose()?;
        let sentence = decision
            .lookup
            .as_ref()
            .map(|lookup| lookup.sentence.as_str());
        let words = sentence.filter(|words| !words.is_empty()).unwrap_or(text);
        self.writes
            .push(Body::QuestionAsked(Box::new(QuestionAsked {
                conversation: self.conversation.clone(),
                question: question.clone(),
                text: words.chars().take(MAX_QUESTION).collect(),
                outcome: match answer {
                    Some(_) => QuestionOutcome::Answered,
                    None => QuestionOutcome::Unanswered,
                },
                short_answer: answer,
                score: Some(f64::from(decision.confidence)),
                message: Some(self.message.clone()),
            })));
        Ok(question)
    }

    fn hand_off(&mut self, reason: HandoffReason) {
        let handed = ConversationHandedOff {
            conversation: self.conversation.clone(),
            reason,
            to: None,
        };
        self.writes
            .push(Body::ConversationHandedOff(Box::new(handed)));
    }
}

fn fresh<T>(field: &str, parse: fn(&str) -> Result<T, &'static str>) -> Result<T, Error> {
    id(field, &Clock::fresh_id(), parse)
}

impl App {
    /// Takes a contact's message in and has the customer agent answer it.
    pub fn respond(&self, incoming: &Incoming) -> Result<AgentTurn, Error> {
        if incoming.text.len() > MAX_TEXT_BYTES {
            return Err(Invalid::new("text", "it is longer than 1 MiB").into());
        }
        let conversation = self.past.store.conversation(&incoming.conversation)?;
        let is_humans = conversation.as_ref().is_some_and(is_with_a_human);
        let may_clarify = !conversation.as_ref().is_some_and(was_asked_back);
        let library = self.knowledge();
        let answers = library.published();
        let gauge = library.gauge(&answers);
        let decision = (!is_humans).then(|| decide(&incoming.text, &answers, &gauge, may_clarify));
        let is_ack = decision
            .as_ref()
            .is_some_and(|decision| decision.what == Move::Nothing);
        let mut response = begun(incoming, conversation.as_ref(), is_ack)?;
        let mut view = decision
            .as_ref()
            .map(|decision| library.view(decision, &answers));
        if let Some(view) = &mut view {
            library.phrase(view, &incoming.text);
        }
        if let (Some(decision), Some(view)) = (&decision, &view) {
            Self::act(&mut response, decision, view, &incoming.text)?;
        }
        let message = response.message.to_string();
        let log_position = self.record(&Caller::customer_agent(), response.writes)?;
        Ok(AgentTurn {
            message,
            decision: view,
            log_position,
        })
    }

    fn act(
        response: &mut Response,
        decision: &Decision,
        view: &AskView,
        text: &str,
    ) -> Result<(), Error> {
        let mut question = None;
        match &decision.what {
            Move::Nothing => {}
            Move::HandOff => response.hand_off(HandoffReason::Asked),
            Move::Answer(_) => {
                response.say(view.text.clone().unwrap_or_default(), Role::Answer)?;
                question = Some(response.record(decision, text)?);
            }
            Move::Clarify(_) => {
                let choices = view
                    .choices
                    .iter()
                    .map(|choice| format!("- {}", choice.question));
                let choices: Vec<String> = choices.collect();
                response.say(choices.join("\n"), Role::Clarify)?;
            }
            Move::Unanswered => {
                question = Some(response.record(decision, text)?);
                response.hand_off(HandoffReason::NoAnswer);
            }
        }
        let looked_up = decision.lookup.as_ref();
        response
            .writes
            .push(Body::AgentDecided(Box::new(AgentDecided {
                conversation: response.conversation.clone(),
                message: response.message.clone(),
                question,
                decision: decision.what.as_str().to_owned(),
                sentence: looked_up.map(|lookup| lookup.sentence.clone()),
                confidence: looked_up.map(|_| decision.confidence),
                threshold: looked_up.map(|_| decision.threshold),
                candidates: candidates(decision),
                features: looked_up.and_then(|lookup| serde_json::to_value(lookup.features).ok()),
                embedder: view.embedder.clone().and_then(unless_shipped),
                phrasing: view.phrasing.clone(),
            })));
        Ok(())
    }
}

/// The contact's own part: the beginning of the conversation, if need be, and the message.
fn begun(
    incoming: &Incoming,
    existing: Option<&Conversation>,
    is_ack: bool,
) -> Result<Response, Error> {
    let conversation = id(
        "conversation",
        &incoming.conversation,
        ConversationId::parse,
    )?;
    let contact = id("contact", &incoming.contact, ContactId::parse)?;
    let message = fresh("message", MessageId::parse)?;
    let mut writes = Vec::new();
    if existing.is_none() {
        writes.push(Body::ConversationStarted(Box::new(ConversationStarted {
            inbox: None,
            schedule: None,
            conversation: conversation.clone(),
            contact: contact.clone(),
            channel: incoming.channel.clone(),
            direction: None,
            subject: None,
            language: svar_index::language::detect(&incoming.text).map(str::to_owned),
            url: None,
            attributes: Attributes::new(),
        })));
    }
    writes.push(Body::MessageAdded(Box::new(MessageAdded {
        conversation: conversation.clone(),
        message: message.clone(),
        author: Actor {
            kind: ActorKind::Contact,
            id: Some(contact.to_string()),
        },
        text: incoming.text.clone(),
        visibility: None,
        role: None,
        ack: is_ack.then_some(true),
        attachments: None,
    })));
    Ok(Response {
        conversation,
        message,
        writes,
    })
}

/// Whether a human has it: it was handed off, and the customer agent has not come back since.
fn is_with_a_human(conversation: &Conversation) -> bool {
    let Some(handoff) = &conversation.handoff else {
        return false;
    };
    let is_agents = |author: &Actor| author.kind == ActorKind::CustomerAgent;
    let messages = &conversation.messages;
    let last = messages
        .iter()
        .rev()
        .find(|message| is_agents(&message.author));
    let came_back = last.is_some_and(|message| message.at > handoff.at);
    conversation.status == Status::Open && !came_back
}

/// Whether the customer agent's last word was a question back.
fn was_asked_back(conversation: &Conversation) -> bool {
    let mut words = conversation
        .messages
        .iter()
        .rev()
        .filter_map(|message| message.role);
    words.next() == Some(Role::Clarify)
}
