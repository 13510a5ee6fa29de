//! The customer agent's turn: what the contact wrote is decided on, and what comes of it is
//! journalled all at once, unless somebody was quicker.
//!
//! Worked out on the calling thread, over what is journalled by then. The committing thread
//! refuses it as outdated where the contact wrote more, or a human took over, meanwhile.

use serde::Serialize;
use utoipa::ToSchema;

use super::start::fresh;
use super::{App, Error};
use crate::agent::words::{self, Opening};
use crate::agent::{Decision, Move, decide, decide_unread};
use crate::command::{Caller, Command, Evidence, Refusal, TurnCommand, turn_of};
use crate::knowledge::{AskView, answer_id, candidates, unless_shipped};
use crate::model::event::{
    Actor, ActorKind, AgentDecided, ConversationHandedOff, DutyTime, HandoffReason, MessageAdded,
    QuestionAsked, QuestionOutcome, Role,
};
use crate::model::{Body, Conversation, Invalid, MessageId, QuestionId, ScheduleId, Timestamp};

/// How often it looks again, where answers change meanwhile.
const TRIES: usize = 5;
/// The longest text of a question's record, in characters.
const MAX_QUESTION: usize = 10_000;

/// What came of a contact's message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Responded)]
pub struct AgentTurn {
    /// The contact's message.
    pub message: String,
    /// What the customer agent decided; none where it is not its turn.
    pub decision: Option<AskView>,
    /// The position of the log that holds it.
    pub log_position: u64,
}

/// Whether the customer agent's rules are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnDuty {
    /// It answers where and when its rules say so.
    ByRules,
    /// Somebody wants it to answer here and now.
    Asked,
}

/// What the customer agent is to answer.
struct Task {
    known: Conversation,
    message: MessageId,
    text: String,
    has_files: bool,
}

impl Task {
    /// Whether there is nothing but files, which it cannot read.
    fn is_unread(&self) -> bool {
        self.has_files && self.text.trim().is_empty()
    }
}

/// What it says and does.
struct Words<'a> {
    task: &'a Task,
    view: &'a AskView,
    opening: Opening,
    away: Option<String>,
    bodies: Vec<Body>,
}

impl App {
    /// Has the customer agent take its turn in a conversation; none where it is not its turn,
    /// or somebody was quicker.
    pub(crate) fn take_turn(
        &self,
        conversation: &str,
        on_duty: OnDuty,
    ) -> Result<Option<AgentTurn>, Error> {
        for _ in 0..TRIES {
            let Some(task) = self.agents_task(conversation)? else {
                return Ok(None);
            };
            if on_duty == OnDuty::ByRules && !self.is_on_duty(&task.known) {
                return Ok(None);
            }
            let (command, view) = self.turn(&task)?;
            let answering = command.answering;
            let command = Command::Turn(command);
            let decided = self.decision(&Caller::customer_agent(), command, Evidence::None);
            match self.handle.decide(decided)? {
                Ok(receipt) => {
                    return Ok(Some(AgentTurn {
                        message: task.message.to_string(),
                        decision: Some(view),
                        log_position: receipt.log_position,
                    }));
                }
                // Where the answers changed meanwhile it looks again; else somebody was quicker.
                Err(Refusal::Outdated) if self.has_answered_otherwise(answering) => {
                    self.wait_for(self.position());
                }
                Err(Refusal::Outdated) => return Ok(None),
                Err(refusal) => return Err(refusal.into()),
            }
        }
        Ok(None)
    }

    /// Whether the answers are others than they were at a record.
    fn has_answered_otherwise(&self, answering: u64) -> bool {
        let now = self.clock.now();
        let changed = |answers: u64| answers != answering;
        self.overlay.with(now, |state| {
            changed(state.installation.knowledge.answering_changed)
        })
    }

    /// What the customer agent says and does, and why.
    fn turn(&self, task: &Task) -> Result<(TurnCommand, AskView), Error> {
        let library = self.knowledge();
        let answering = library.answering_changed();
        let answers = library.answers_for(&task.text);
        let gauge = library.gauge(&answers);
        let decision = if task.is_unread() {
            decide_unread(&gauge)
        } else {
            let may_clarify = !was_asked_back(&task.known);
            decide(&task.text, &answers, &gauge, may_clarify)
        };
        let mut view = library.view(&decision, &answers);
        library.phrase(&mut view, &task.text);
        let words = Words {
            task,
            view: &view,
            opening: self.opening_of(&task.known),
            away: self.agent_settings().away,
            bodies: Vec::new(),
        };
        let command = TurnCommand {
            conversation: task.known.id.to_string(),
            message: Some(task.message.clone()),
            answering,
            bodies: words.of(&decision)?,
        };
        Ok((command, view))
    }

    /// A conversation as it is after the last journalled event.
    pub(super) fn known(&self, conversation: &str) -> Result<Option<Conversation>, Error> {
        Ok(self.overlay.conversation(self.clock.now(), conversation)?)
    }

    /// What is to be answered in a conversation, as it is after the last journalled event.
    fn agents_task(&self, conversation: &str) -> Result<Option<Task>, Error> {
        let known = self.known(conversation)?;
        let known = known.ok_or_else(|| Error::unknown("conversation", conversation))?;
        let turn = turn_of(&known);
        let Some(message) = turn.last().map(|message| message.id.clone()) else {
            return Ok(None);
        };
        let has_files = turn.iter().any(|message| !message.attachments.is_empty());
        let words = turn.iter().filter(|message| message.redacted_at.is_none());
        let words: Vec<&str> = words.map(|message| message.text.as_str()).collect();
        Ok(Some(Task {
            message,
            text: words.join("\n"),
            has_files,
            known,
        }))
    }

    fn is_on_duty(&self, known: &Conversation) -> bool {
        let settings = self.agent_settings();
        match settings.duty_on(&known.channel, known.inbox.as_ref()) {
            DutyTime::Always => true,
            DutyTime::OutOfHours => matches!(self.opening_of(known), Opening::At(_)),
            DutyTime::Never => false,
        }
    }

    /// From when on somebody is there to answer in a conversation.
    pub(crate) fn opening_of(&self, known: &Conversation) -> Opening {
        self.opening_by(
            known.schedule.as_ref().map(ScheduleId::as_str),
            self.clock.now(),
        )
    }

    /// The same by a schedule, or by the installation's.
    pub fn opening_by(&self, schedule: Option<&str>, now: Timestamp) -> Opening {
        let snapshot = self.snapshot();
        let timetable = &snapshot.facts.duty.timetable;
        let id = schedule.or_else(|| timetable.default_schedule());
        let Some(schedule) = id.and_then(|id| timetable.schedule(id)) else {
            return Opening::Unknown;
        };
        match schedule.opens_at(now) {
            Some((at, _zone)) if at <= now => Opening::Now,
            Some((at, zone)) => Opening::At(at.to_utc().with_timezone(&zone)),
            None => Opening::Unknown,
        }
    }

    /// What the customer agent says where a conversation is handed off.
    pub(crate) fn handoff_words(&self, known: &Conversation) -> Result<MessageAdded, Error> {
        let away = self.agent_settings().away;
        let opening = self.opening_of(known);
        let text = words::handed_off(known.language.as_deref(), opening, away.as_deref());
        said(known, text, Role::Other)
    }
}

impl Words<'_> {
    /// Everything that a decision makes.
    fn of(mut self, decision: &Decision) -> Result<Vec<Body>, Error> {
        let language = self.language();
        let language = language.as_deref();
        let mut question = None;
        match &decision.what {
            Move::Nothing => {}
            Move::HandOff => self.hand_off(HandoffReason::Asked)?,
            Move::Answer(_) => {
                self.say(self.view.text.clone().unwrap_or_default(), Role::Answer)?;
                question = Some(self.record(decision)?);
            }
            Move::Clarify(_) => {
                let choices = self.view.choices.iter();
                let choices = choices.map(|choice| format!("- {}", choice.question));
                let lines: Vec<String> = [words::which(language).to_owned(), String::new()]
                    .into_iter()
                    .chain(choices)
                    .collect();
                self.say(lines.join("\n"), Role::Clarify)?;
            }
            Move::Unanswered => {
                if !self.task.is_unread() {
                    question = Some(self.record(decision)?);
                }
                self.hand_off(HandoffReason::NoAnswer)?;
            }
        }
        let looked_up = decision.lookup.as_ref();
        self.bodies.push(Body::AgentDecided(Box::new(AgentDecided {
            conversation: self.task.known.id.clone(),
            message: self.task.message.clone(),
            question,
            decision: decision.what.as_str().to_owned(),
            sentence: looked_up.map(|lookup| lookup.sentence.clone()),
            confidence: looked_up.map(|_| decision.confidence),
            threshold: looked_up.map(|_| decision.threshold),
            candidates: candidates(decision),
            features: looked_up.and_then(|lookup| serde_json::to_value(lookup.features).ok()),
            embedder: self.view.embedder.clone().and_then(unless_shipped),
            phrasing: self.view.phrasing.clone(),
        })));
        Ok(self.bodies)
    }

    /// The contact's language: the conversation's, else that of what they wrote.
    fn language(&self) -> Option<String> {
        let known = self.task.known.language.clone();
        known.or_else(|| svar_index::language::detect(&self.task.text).map(str::to_owned))
    }

    fn say(&mut self, text: String, role: Role) -> Result<(), Error> {
        let message = said(&self.task.known, text, role)?;
        self.bodies.push(Body::MessageAdded(Box::new(message)));
        Ok(())
    }

    fn record(&mut self, decision: &Decision) -> Result<QuestionId, Error> {
        let question = QuestionId::parse(&fresh("q"));
        let question = question.map_err(|fault| Invalid::new("question", fault))?;
        let answer = decision.answer().map(answer_id).transpose()?;
        let sentence = decision.lookup.as_ref();
        let sentence = sentence.map(|lookup| lookup.sentence.as_str());
        let words = sentence.filter(|words| !words.is_empty());
        let words = words.unwrap_or(&self.task.text);
        self.bodies
            .push(Body::QuestionAsked(Box::new(QuestionAsked {
                conversation: self.task.known.id.clone(),
                question: question.clone(),
                text: words.chars().take(MAX_QUESTION).collect(),
                outcome: match answer {
                    Some(_) => QuestionOutcome::Answered,
                    None => QuestionOutcome::Unanswered,
                },
                short_answer: answer,
                score: Some(f64::from(decision.confidence)),
                message: Some(self.task.message.clone()),
            })));
        Ok(question)
    }

    /// Hands off, and says when somebody will answer.
    fn hand_off(&mut self, reason: HandoffReason) -> Result<(), Error> {
        let handed = ConversationHandedOff {
            conversation: self.task.known.id.clone(),
            reason,
            to: None,
        };
        self.bodies
            .push(Body::ConversationHandedOff(Box::new(handed)));
        let language = self.language();
        let text = words::handed_off(language.as_deref(), self.opening, self.away.as_deref());
        self.say(text, Role::Other)
    }
}

/// A message of the customer agent.
fn said(known: &Conversation, text: String, role: Role) -> Result<MessageAdded, Error> {
    let message = MessageId::parse(&fresh("m"));
    Ok(MessageAdded {
        conversation: known.id.clone(),
        message: message.map_err(|fault| Invalid::new("message", fault))?,
        author: Actor {
            kind: ActorKind::CustomerAgent,
            id: None,
        },
        text,
        visibility: None,
        role: Some(role),
        ack: None,
        attachments: None,
        mail_id: None,
    })
}

/// Whether the customer agent's last word was a question back.
fn was_asked_back(conversation: &Conversation) -> bool {
    let messages = conversation.messages.iter();
    let mut roles = messages.rev().filter_map(|message| message.role);
    roles.next() == Some(Role::Clarify)
}
