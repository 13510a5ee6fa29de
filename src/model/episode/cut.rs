//! The state machine that cuts a conversation's steps into episodes.
//!
//! One pass in event order. It notes what happened; what that amounts to (handled,
//! outcome, durable) is decided in `outcome` when all episodes are known.
//!
//! At the very end of a quiet window a resolve or confirming feedback ends the episode. A
//! message, question, assignment or handoff of that instant comes after the end; a tag or a
//! note does not prolong anything.
//!
//! `rep_quiet_secs` ends an episode that the customer agent is not on and that was not handed
//! off: that long after the last public message of anybody but an automation.

use super::Context;
use super::draft::{Draft, EpisodeEnd, rate};
use super::facts::{Feedback, Handoff, Question, Thread};
use super::tags::Tags;
use super::word::EndRule;
use crate::model::Timestamp;
use crate::model::event::{ActorKind, Assignee, Body, Event, HandoffReason, Visibility};

/// The open episode and what the conversation remembers between episodes.
pub(super) struct Cutter<'a, 'c> {
    pub(super) context: &'c Context<'a>,
    pub(super) thread: Thread<'a>,
    pub(super) blocked_at: Option<Timestamp>,
    pub(super) open: Option<Draft<'a>>,
    pub(super) early: Early,
    pub(super) assigned: Holder<'a>,
    pub(super) tags: Tags<'a>,
}

/// Feedback and questions that came before any episode; they are the next one's.
#[derive(Default)]
pub(super) struct Early {
    pub(super) feedback: Vec<usize>,
    pub(super) questions: Vec<usize>,
}

/// To whom the conversation is assigned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder<'a> {
    Nobody,
    CustomerAgent,
    Rep(&'a str),
    Team,
}

/// The instants at which an open episode ends by time alone, those that have passed.
#[derive(Clone, Copy)]
struct Limits {
    /// The quiet window is over.
    quiet: Option<Timestamp>,
    /// Nobody spoke where only reps are.
    silent: Option<Timestamp>,
    /// The contact was blocked.
    blocked: Option<Timestamp>,
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
            assigned: Holder::Nobody,
            tags: Tags::default(),
        }
    }

    /// Takes the next step.
    pub(super) fn step(&mut self, event: &'a Event, ended: &mut Vec<EpisodeEnd>) {
        self.pass_time(event, ended);
        match &event.body {
            Body::MessageAdded(added) => self.message(event.at, added, ended),
            Body::QuestionAsked(question) => {
                self.thread.questions.push(Question {
                    at: event.at,
                    id: question.question.as_str(),
                    outcome: question.outcome,
                    outbound: false,
                });
                self.question(self.thread.questions.len() - 1, ended);
            }
            Body::FeedbackGiven(feedback) => {
                self.thread.feedback.push(Feedback {
                    at: event.at,
                    rating: feedback.rating.as_str(),
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
    fn pass_time(&mut self, event: &Event, ended: &mut Vec<EpisodeEnd>) {
        let (quiet_at, silent_at) = (self.quiet_at(), self.silent_at());
        // At one instant an end by deed comes before the end by silence, and that before
        // whatever else could go on with the episode; a tag or a note goes on with nothing.
        let goes_on = match &event.body {
            Body::MessageAdded(added) => added.visibility != Some(Visibility::Note),
            Body::QuestionAsked(_)
            | Body::ConversationAssigned(_)
            | Body::ConversationHandedOff(_) => true,
            _ => false,
        };
        let passed = |at: &Timestamp| *at < event.at || (*at == event.at && goes_on);
        let blocked = self.blocked_at.filter(|at| *at < event.at);
        let limits = Limits {
            quiet: quiet_at.filter(passed),
            silent: silent_at.filter(passed),
            blocked,
        };
        self.time_out(limits, ended);
    }

    /// Ends the open episode at whichever of the instants comes first: the quiet window's,
    /// that of silence where only reps are, the block's.
    fn time_out(&mut self, limits: Limits, ended: &mut Vec<EpisodeEnd>) {
        let Limits {
            quiet,
            silent,
            blocked,
        } = limits;
        let before_block = |at: &Timestamp| blocked.is_none_or(|blocked| *at <= blocked);
        if let Some(at) = quiet.filter(before_block) {
            self.judge_quiet(at, ended);
        }
        if let (Some(at), true) = (silent.filter(before_block), self.open.is_some()) {
            self.end(at, EndRule::Quiet, ended);
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

    /// When silence ends an episode that only reps are on, if the profile says so.
    fn silent_at(&self) -> Option<Timestamp> {
        let span = self.context.profile.rep_quiet_ms()?;
        let open = self.open.as_ref()?;
        let only_reps = !self.on() && open.episode.handoff.is_none();
        only_reps.then(|| open.spoken_at.plus_millis(span))
    }

    /// Rule 3, judged once for each last message.
    fn judge_quiet(&mut self, at: Timestamp, ended: &mut Vec<EpisodeEnd>) {
        let on = self.on();
        let Some(open) = &mut self.open else { return };
        open.judged = true;
        let human = open.episode.handoff.is_some() || open.episode.first_rep_reply_at.is_some();
        if on && !human {
            self.end(at, EndRule::Quiet, ended);
        }
    }

    /// Whether the customer agent is on.
    pub(super) fn on(&self) -> bool {
        self.assigned == Holder::CustomerAgent
            || self.open.as_ref().is_some_and(|open| open.on_by_deed)
    }

    /// Settles what no further event can: the last quiet window, a block.
    pub(super) fn finish(mut self, ended: &mut Vec<EpisodeEnd>) -> Thread<'a> {
        let limits = Limits {
            quiet: self.quiet_at(),
            silent: self.silent_at(),
            blocked: self.blocked_at,
        };
        self.time_out(limits, ended);
        if self.open.is_some() {
            let on_at_end = self.on();
            self.close(None, EndRule::Open, on_at_end, ended);
        }
        self.thread.tags = self.tags.names(self.context.directory);
        if let Some(last) = self.thread.episodes.last_mut() {
            last.tags.clone_from(&self.thread.tags);
        }
        self.thread
    }

    fn question(&mut self, index: usize, ended: &mut [EpisodeEnd]) {
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

    fn feedback(&mut self, index: usize, ended: &mut Vec<EpisodeEnd>) {
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
            Assignee::Rep { id } => Holder::Rep(id.as_str()),
            Assignee::Team { .. } => Holder::Team,
            Assignee::CustomerAgent { .. } => Holder::CustomerAgent,
            Assignee::Nobody {} => Holder::Nobody,
        };
        if let (Some(open), Holder::CustomerAgent) = (&mut self.open, self.assigned) {
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
            .is_none_or(|handoff| !handoff.by_event && handoff.at == at);
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
    pub(super) fn note_responsibility(&mut self, at: Timestamp) {
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

    fn end(&mut self, at: Timestamp, rule: EndRule, ended: &mut Vec<EpisodeEnd>) {
        let on_at_end = self.on();
        self.close(Some(at), rule, on_at_end, ended);
    }

    fn close(
        &mut self,
        at: Option<Timestamp>,
        rule: EndRule,
        on_at_end: bool,
        ended: &mut Vec<EpisodeEnd>,
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
            && let Holder::Rep(rep) = self.assigned
        {
            episode.rep = Some(rep);
            let then = at.unwrap_or(Timestamp::MAX);
            episode.team = self.context.directory.team_at(rep, then);
        }
        let took_over =
            (open.deeds.replied || open.deeds.unanswered) && episode.first_rep_reply_at.is_some();
        let rep_owes = episode.handoff.is_some() || !on_at_end || took_over;
        if at.is_none() || rule == EndRule::Quiet {
            self.thread
                .responses
                .extend(open.runs.left_open(rep_owes, at));
        }
        episode.tags = self.tags.names(self.context.directory);
        ended.push(EpisodeEnd {
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
