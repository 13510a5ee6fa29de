//! What a message does to a conversation: it starts an episode, waits, answers, takes over.
//!
//! A rep who wrote before the customer agent came on and again after it was there all along:
//! the first response is their first message, and its clock runs from the start, as it does for
//! a handoff that is an event.

use super::cut::Cutter;
use super::draft::{Draft, EpisodeEnd};
use super::facts::{Author, Handoff, Message};
use super::owner::Owner;
use crate::model::Timestamp;
use crate::model::event::{ActorKind, HandoffReason, MessageAdded, Role, Visibility};

impl<'a> Cutter<'a, '_> {
    /// Takes a message: what counts is public, of the contact, a rep or the customer agent.
    pub(super) fn message(&mut self, at: Timestamp, added: &'a MessageAdded, ended: &[EpisodeEnd]) {
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
            reply: author == Author::Rep
                || (author == Author::CustomerAgent && added.role != Some(Role::Other)),
            blocked,
            ack: author == Author::Contact && added.ack == Some(true),
        };
        self.thread.messages.push(message);
        if author == Author::Automation || blocked {
            return;
        }
        if self.open.is_none() && !self.begins(author, message.ack) {
            return;
        }
        if self.open.is_none() {
            self.begin(at, ended);
        }
        if let Some(open) = &mut self.open {
            open.spoken_at = at;
        }
        match author {
            Author::Contact => self.contact_message(at, message.ack),
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

    fn begin(&mut self, at: Timestamp, ended: &[EpisodeEnd]) {
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
        if !ack {
            open.episode.first_contact_at.get_or_insert(at);
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
            if open.first_response_at.is_none() {
                open.first_response_at = Some(message.at);
                open.episode.first_responder = Owner {
                    rep: message.rep,
                    team: message.team,
                };
            }
            if open.first_reply_at.is_none() {
                open.first_reply_at = Some(message.at);
                open.episode.first_reply_by_rep = true;
            }
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
}
