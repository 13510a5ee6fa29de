//! The state machine that cuts a conversation's steps into episodes.
//!
//! One pass in event order. It notes what happened; what that amounts to (handled,
//! outcome, durable) is decided in `outcome` when all episodes are known.

use super::Context;
use super::facts::{
    Author, EndRule, Episode, Feedback, Handoff, Message, Question, Response, Thread,
};
use super::run::Runs;
use super::tags::Tags;
use crate::model::Timestamp;
use crate::model::event::{
    ActorKind, Assignee, Body, Event, HandoffReason, MessageAdded, Role, Visibility,
};

/// The open episode and what the conversation remembers between episodes.
pub(super) struct Cutter<'a, 'c> {
    pub(super) context: &'c Context<'a>,
    pub(super) thread: Thread<'a>,
    blocked_at: Option<Timestamp>,
    open: Option<Draft<'a>>,
    early: Early,
    assigned: Assigned<'a>,
    tags: Tags<'a>,
}

/// Feedback and questions that came before any episode; they are the next one's.
#[derive(Default)]
struct Early {
    feedback: Vec<usize>,
    questions: Vec<usize>,
}

/// To whom the conversation is assigned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Assigned<'a> {
    Nobody,
    CustomerAgent,
    Rep(&'a str),
    Team,
}

/// An episode while it is open.
pub(super) struct Draft<'a> {
    pub(super) episode: Episode<'a>,
    pub(super) runs: Runs,
    pub(super) deeds: Deeds,
    /// The customer agent replied or recorded a question.
    on_by_deed: bool,
    /// Whether rule 3 was judged for the last message.
    judged: bool,
    /// A rep's first message; in an outbound episode, the first after the contact's.
    pub(super) first_response_at: Option<Timestamp>,
    /// The same for a reply of a rep or the customer agent.
    pub(super) first_reply_at: Option<Timestamp>,
    /// For a handoff inferred from a message: the run that the message ended.
    pub(super) takeover_from: Option<Timestamp>,
}

/// What happened in an episode, as its outcome asks.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
pub(super) struct Deeds {
    /// A question could not be answered.
    pub(super) unanswered: bool,
    /// The customer agent sent an answer or asked back.
    pub(super) replied: bool,
    /// Whether the last message that counts is an answer.
    pub(super) answer_stands: bool,
    /// Whether the contact wrote after the last answer.
    pub(super) contact_since_answer: bool,
}

/// What is known of an ended episode beside its facts.
#[derive(Clone, Copy, Default)]
pub(super) struct Ended {
    pub(super) deeds: Deeds,
    pub(super) on_at_end: bool,
    pub(super) first_response_at: Option<Timestamp>,
    pub(super) first_reply_at: Option<Timestamp>,
    pub(super) takeover_from: Option<Timestamp>,
    pub(super) resolve_at: Option<Timestamp>,
}

impl<'a, 'c> Cutter<'a, 'c> {
    pub(super) fn new(context: &'c Context<'a>, thread: Thread<'a>) -> Self {
        let blocked_at = context.blocked_at(thread.contact);
        Self {
            context,
            thread,
            blocked_at,
            open: None,
            early: Early::default(),
            assigned: Assigned::Nobody,
            tags: Tags::default(),
        }
    }

    /// Takes the next step.
    pub(super) fn step(&mut self, event: &'a Event, ended: &mut Vec<Ended>) {
        self.pass_time(event, ended);
        match &event.body {
            Body::MessageAdded(added) => self.message(event.at, added, ended),
            Body::QuestionAsked(asked) => {
                self.thread.questions.push(Question {
                    at: event.at,
                    id: asked.question.as_str(),
                    outcome: asked.outcome,
                    outbound: false,
                });
                self.question(self.thread.questions.len() - 1, ended);
            }
            Body::FeedbackGiven(given) => {
                self.thread.feedback.push(Feedback {
                    at: event.at,
                    rating: given.rating.as_str(),
                    outbound: false,
                });
                self.feedback(self.thread.feedback.len() - 1, ended);
            }
            Body::ConversationAssigned(assigned) => self.assign(event.at, &assigned.to),
            Body::ConversationHandedOff(handed) => self.hand_off(event.at, handed.reason),
            Body::ConversationResolved(resolved) => {
                let rule = match resolved.by.kind {
                    ActorKind::Contact => EndRule::ByContact,
                    ActorKind::Rep => EndRule::ByRep,
                    ActorKind::CustomerAgent => EndRule::ByCustomerAgent,
                    ActorKind::Automation => EndRule::ByAutomation,
                };
                if let Some(open) = &mut self.open {
                    open.episode.ended_by = resolved.by.rep();
                }
                self.end(event.at, rule, ended);
            }
            Body::ConversationReopened(_) => self.reopened(event.at),
            Body::ConversationTagged(tagged) => self.tags.add(tagged.tag.as_str(), event.at),
            Body::ConversationUntagged(tagged) => {
                self.tags
                    .remove(&tagged.tag, event.at, self.context.directory);
            }
            _ => {}
        }
    }

    /// Ends what time alone ends, up to `event`: a block, or the quiet window.
    fn pass_time(&mut self, event: &Event, ended: &mut Vec<Ended>) {
        let quiet_at = self.quiet_at();
        // At one instant an end by deed stands before the end by silence.
        let by_deed = match &event.body {
            Body::ConversationResolved(_) => true,
            Body::FeedbackGiven(given) => given.rating == "helpful",
            _ => false,
        };
        let quiet = quiet_at.filter(|at| *at < event.at || (*at == event.at && !by_deed));
        let blocked = self.blocked_at.filter(|at| *at < event.at);
        self.time_out(quiet, blocked, ended);
    }

    /// Ends the open episode at whichever of the two instants comes first.
    fn time_out(
        &mut self,
        quiet: Option<Timestamp>,
        blocked: Option<Timestamp>,
        ended: &mut Vec<Ended>,
    ) {
        if let Some(at) = quiet.filter(|at| blocked.is_none_or(|blocked| *at <= blocked)) {
            self.judge_quiet(at, ended);
        }
        if let (Some(at), Some(open)) = (blocked, &self.open) {
            self.end(at.max(open.episode.started_at), EndRule::Blocked, ended);
        }
    }

    /// When the quiet window of the last message passes, if that is still to be judged.
    fn quiet_at(&self) -> Option<Timestamp> {
        let open = self.open.as_ref().filter(|open| !open.judged)?;
        Some(
            open.episode
                .quiet_from
                .plus_millis(self.context.profile.quiet_ms()),
        )
    }

    /// Rule 3, judged once for each last message.
    fn judge_quiet(&mut self, at: Timestamp, ended: &mut Vec<Ended>) {
        let on = self.on();
        let Some(open) = &mut self.open else { return };
        open.judged = true;
        let human = open.episode.handoff.is_some() || open.episode.first_rep_reply_at.is_some();
        if on && !human {
            self.end(at, EndRule::Quiet, ended);
        }
    }

    fn on(&self) -> bool {
        self.assigned == Assigned::CustomerAgent
            || self.open.as_ref().is_some_and(|open| open.on_by_deed)
    }

    /// Settles what no further event can: the last quiet window, a block.
    pub(super) fn finish(mut self, ended: &mut Vec<Ended>) -> Thread<'a> {
        self.time_out(self.quiet_at(), self.blocked_at, ended);
        if self.open.is_some() {
            let on_at_end = self.on();
            self.close(None, EndRule::Open, on_at_end, ended);
        }
        if let Some(last) = self.thread.episodes.last_mut() {
            last.tags = self.tags.names(self.context.directory);
        }
        self.thread
    }

    fn message(&mut self, at: Timestamp, added: &'a MessageAdded, ended: &[Ended]) {
        if added.visibility == Some(Visibility::Note) {
            return;
        }
        let author = match added.author.kind {
            ActorKind::Contact => Author::Contact,
            ActorKind::CustomerAgent => Author::CustomerAgent,
            ActorKind::Rep => Author::Rep,
            ActorKind::Automation => Author::Automation,
        };
        let rep = added.author.rep();
        let team = rep.and_then(|rep| self.context.directory.team_at(rep, at));
        let blocked = author == Author::Contact && self.blocked_at.is_some_and(|since| since < at);
        let message = Message {
            at,
            id: added.message.as_str(),
            author,
            rep,
            team,
            blocked,
        };
        self.thread.messages.push(message);
        if author == Author::Automation || blocked {
            return;
        }
        let ack = author == Author::Contact && added.ack == Some(true);
        if self.open.is_none() && !self.begins(author, ack) {
            return;
        }
        if self.open.is_none() {
            self.begin(at, ended);
        }
        match author {
            Author::Contact => self.contact_message(at, ack),
            Author::Rep => self.rep_message(&message),
            _ => self.agent_message(&message, added.role.unwrap_or(Role::Answer)),
        }
    }

    /// Whether a message starts an episode when none is open.
    fn begins(&self, author: Author, ack: bool) -> bool {
        let first = self.thread.episodes.is_empty();
        match author {
            Author::Contact => !ack || first,
            Author::Rep | Author::CustomerAgent => first && self.thread.outbound,
            Author::Automation => false,
        }
    }

    fn begin(&mut self, at: Timestamp, ended: &[Ended]) {
        let ordinal = u32::try_from(ended.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let outbound = self.thread.outbound && ordinal == 1;
        if let Some(last) = self.thread.episodes.last_mut() {
            last.next_started_at = Some(at);
            last.reopened_at.get_or_insert(at);
            last.tags = self.tags.names(self.context.directory);
        }
        let mut draft = Draft::new(ordinal, outbound, at);
        for index in self.early.questions.drain(..) {
            if let Some(question) = self.thread.questions.get_mut(index) {
                question.outbound = outbound;
                draft.asked(question);
            }
        }
        for index in self.early.feedback.drain(..) {
            if let Some(feedback) = self.thread.feedback.get_mut(index) {
                feedback.outbound = outbound;
                draft.rated(feedback.rating);
            }
        }
        self.open = Some(draft);
        self.note_responsibility(at);
    }

    fn contact_message(&mut self, at: Timestamp, ack: bool) {
        let Some(open) = &mut self.open else { return };
        open.episode.messages_in += 1;
        open.episode.quiet_from = at;
        open.judged = false;
        open.episode.first_contact_at.get_or_insert(at);
        if !ack {
            open.deeds.answer_stands = false;
            open.deeds.contact_since_answer = true;
            if let Some(response) = open.runs.contact_wrote(at) {
                self.thread.responses.push(response);
            }
        }
    }

    fn rep_message(&mut self, message: &Message<'a>) {
        let on = self.on();
        let Some(open) = &mut self.open else { return };
        let counts = open.counts_responses();
        let run = open.runs.since();
        open.episode.messages_out += 1;
        open.episode.first_rep_reply_at.get_or_insert(message.at);
        open.episode.last_rep_reply_at = Some(message.at);
        open.episode.rep = message.rep;
        open.episode.team = message.team;
        open.deeds.answer_stands = false;
        if counts {
            open.first_response_at.get_or_insert(message.at);
            open.first_reply_at.get_or_insert(message.at);
        }
        if on && open.episode.handoff.is_none() {
            open.episode.handoff = Some(Handoff {
                at: message.at,
                reason: HandoffReason::Takeover,
                by_event: false,
            });
            open.takeover_from = run;
        }
        let handoff = open.episode.handoff;
        let replied = open.runs.replied(message, handoff);
        self.thread.responses.extend(replied);
        self.note_responsibility(message.at);
    }

    fn agent_message(&mut self, message: &Message<'a>, role: Role) {
        let Some(open) = &mut self.open else { return };
        open.episode.messages_out += 1;
        open.episode.quiet_from = message.at;
        open.judged = false;
        if role != Role::Other {
            open.on_by_deed = true;
            open.deeds.replied = true;
            open.deeds.answer_stands = role == Role::Answer;
            if open.counts_responses() {
                open.first_reply_at.get_or_insert(message.at);
            }
            if role == Role::Answer {
                open.episode.answers += 1;
                open.episode.first_answer_at.get_or_insert(message.at);
                open.episode.last_answer_at = Some(message.at);
                open.deeds.contact_since_answer = false;
            }
            let handoff = open.episode.handoff;
            let replied = open.runs.replied(message, handoff);
            self.thread.responses.extend(replied);
        }
        self.note_responsibility(message.at);
    }

    fn question(&mut self, index: usize, ended: &mut [Ended]) {
        let Some(question) = self.thread.questions.get_mut(index) else {
            return;
        };
        let at = question.at;
        if let Some(open) = &mut self.open {
            question.outbound = open.episode.outbound;
            open.asked(question);
        } else if let (Some(last), Some(episode)) = (ended.last_mut(), self.thread.episodes.last())
        {
            question.outbound = episode.outbound;
            last.deeds.unanswered |= question.is_unanswered();
        } else {
            self.early.questions.push(index);
        }
        self.note_responsibility(at);
    }

    fn feedback(&mut self, index: usize, ended: &mut Vec<Ended>) {
        let Some(feedback) = self.thread.feedback.get_mut(index) else {
            return;
        };
        let (at, rating) = (feedback.at, feedback.rating);
        if let Some(open) = &mut self.open {
            feedback.outbound = open.episode.outbound;
            open.rated(rating);
            let human = open.episode.handoff.is_some() || open.episode.first_rep_reply_at.is_some();
            let answered = open.episode.answers > 0 && !open.deeds.contact_since_answer;
            if rating == "helpful" && answered && !human {
                self.end(at, EndRule::Confirmation, ended);
            }
        } else if let (Some(last), Some(episode)) = (ended.last(), self.thread.episodes.last_mut())
        {
            feedback.outbound = episode.outbound;
            rate(episode, rating);
            if rating == "helpful" && episode.answers > 0 && !last.deeds.contact_since_answer {
                episode.confirmed = true;
            }
        } else {
            self.early.feedback.push(index);
        }
    }

    fn assign(&mut self, at: Timestamp, to: &'a Assignee) {
        self.assigned = match to {
            Assignee::Rep { id } => Assigned::Rep(id.as_str()),
            Assignee::Team { .. } => Assigned::Team,
            Assignee::CustomerAgent { .. } => Assigned::CustomerAgent,
            Assignee::Nobody {} => Assigned::Nobody,
        };
        if let (Some(open), Assigned::CustomerAgent) = (&mut self.open, self.assigned) {
            open.episode.agent_assigned_at.get_or_insert(at);
        }
        self.note_responsibility(at);
    }

    fn hand_off(&mut self, at: Timestamp, reason: HandoffReason) {
        let Some(open) = &mut self.open else { return };
        // At one instant the event wins over the rep's message.
        let first = open
            .episode
            .handoff
            .is_none_or(|known| !known.by_event && known.at == at);
        if first {
            open.episode.handoff = Some(Handoff {
                at,
                reason,
                by_event: true,
            });
            open.takeover_from = None;
        }
        self.note_responsibility(at);
    }

    fn reopened(&mut self, at: Timestamp) {
        if self.open.is_none()
            && let Some(last) = self.thread.episodes.last_mut()
        {
            last.reopened_at.get_or_insert(at);
        }
    }

    /// Opens or closes the stretch in which a human is responsible.
    fn note_responsibility(&mut self, at: Timestamp) {
        let on = self.on();
        let Some(open) = &mut self.open else { return };
        let human = open.episode.handoff.is_some() || !on;
        match open.episode.human.last_mut() {
            Some((from, until @ None)) if !human => {
                *until = Some(at);
                if *from == at {
                    open.episode.human.pop();
                }
            }
            Some((_, None)) => {}
            _ if human => open.episode.human.push((at, None)),
            _ => {}
        }
    }

    fn end(&mut self, at: Timestamp, rule: EndRule, ended: &mut Vec<Ended>) {
        let on_at_end = self.on();
        self.close(Some(at), rule, on_at_end, ended);
    }

    fn close(
        &mut self,
        at: Option<Timestamp>,
        rule: EndRule,
        on_at_end: bool,
        ended: &mut Vec<Ended>,
    ) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let episode = &mut open.episode;
        episode.ended_at = at;
        episode.end_rule = rule;
        if let Some((_, until @ None)) = episode.human.last_mut() {
            *until = at;
        }
        if episode.rep.is_none()
            && let Assigned::Rep(rep) = self.assigned
        {
            episode.rep = Some(rep);
            let then = at.unwrap_or(Timestamp::MAX);
            episode.team = self.context.directory.team_at(rep, then);
        }
        let rep_owes = episode.handoff.is_some() || !on_at_end;
        if at.is_none() || rule == EndRule::Quiet {
            self.thread
                .responses
                .extend(open.runs.left_open(rep_owes, at));
        }
        episode.tags = self.tags.names(self.context.directory);
        ended.push(Ended {
            deeds: open.deeds,
            on_at_end,
            first_response_at: open.first_response_at,
            first_reply_at: open.first_reply_at,
            takeover_from: open.takeover_from,
            resolve_at: at.filter(|_| rule.is_resolve_event() || rule == EndRule::Confirmation),
        });
        self.thread.episodes.push(open.episode);
    }
}

impl<'a> Draft<'a> {
    fn new(ordinal: u32, outbound: bool, at: Timestamp) -> Self {
        Self {
            episode: Episode {
                ordinal,
                outbound,
                started_at: at,
                quiet_from: at,
                ..Episode::default()
            },
            runs: Runs::default(),
            deeds: Deeds::default(),
            on_by_deed: false,
            judged: false,
            first_response_at: None,
            first_reply_at: None,
            takeover_from: None,
        }
    }

    fn asked(&mut self, question: &Question<'a>) {
        self.on_by_deed = true;
        self.deeds.unanswered |= question.is_unanswered();
    }

    /// Our own opening of an outbound episode is no response to anybody.
    const fn counts_responses(&self) -> bool {
        !self.episode.outbound || self.episode.first_contact_at.is_some()
    }

    fn rated(&mut self, rating: &str) {
        rate(&mut self.episode, rating);
    }
}

fn rate(episode: &mut Episode<'_>, rating: &str) {
    match rating {
        "helpful" => episode.feedback = Some(true),
        "not_helpful" => episode.feedback = Some(false),
        _ => {}
    }
}

/// The response, if the message ended a run.
pub(super) type Answered<'a> = Option<Response<'a>>;
