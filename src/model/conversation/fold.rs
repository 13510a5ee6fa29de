//! How a conversation's present state is made from its unit's events, in event order.
//!
//! The first start, message or question of an id holds; later ones are repeats. Without
//! a start there is no conversation. Read by the nouns' callers through `Conversation`.

use super::{Conversation, Feedback, Handoff, Message, Question, Rating, Status, Tagging};
use crate::model::edits::{Edit, Edits};
use crate::model::event::{
    ActorKind, Assignee, Attributes, Body, ConversationStarted, ConversationUpdated, Direction,
    Event, MessageAdded, QuestionAsked, Role, Visibility,
};
use crate::model::proposal::Proposal;
use crate::model::unit::{Merges, Repeats, Splits, direction};
use crate::model::updates::{merge_attributes, replace};
use crate::model::{ConversationId, Timestamp};

/// A rating that comes so soon after the question is flagged, in milliseconds.
const HASTY_MS: i64 = 5_000;

impl Conversation {
    /// Folds one conversation's own events; `None` until one of them starts it.
    ///
    /// `events` must be in event order; those of other things are passed over.
    pub fn fold(events: &[Event]) -> Option<Self> {
        let id = events.iter().find_map(|event| event.body.conversation())?;
        Self::fold_in(id, events)
    }

    /// Folds the conversation `id` out of its unit's events, following merges into it.
    pub fn fold_in(id: &str, unit: &[Event]) -> Option<Self> {
        let merges = Merges::of_conversations(unit);
        let events: Vec<&Event> = unit.iter().collect();
        let splits = Splits::of(&events, &merges);
        let mut conversation = Self::begun(id, unit, &splits)?;
        let named = start_of(id, unit).and_then(|(_, start)| start.direction);
        let edits = Edits::of(unit);
        let mut repeats = Repeats::default();
        let mut messages = Vec::new();
        for event in unit {
            let Some(thing) = splits.home(event, &merges) else {
                continue;
            };
            let is_own = thing == id;
            if !is_own && !merges.leads_to(thing, id) {
                continue;
            }
            if repeats.has(&event.body) {
                continue;
            }
            if let Body::MessageAdded(added) = &event.body {
                messages.push(&**added);
            }
            if is_own {
                conversation.apply(event);
            } else {
                conversation.take_in(event);
            }
        }
        conversation.edit(&edits);
        let target = merges.target(id);
        conversation.merged_into = target.and_then(|id| ConversationId::parse(id).ok());
        conversation.direction = named
            .or_else(|| direction(messages))
            .unwrap_or(Direction::Inbound);
        Some(conversation)
    }

    /// As it began: by its start, or as a part of another one.
    fn begun(id: &str, unit: &[Event], splits: &Splits<'_>) -> Option<Self> {
        if let Some((at, start)) = start_of(id, unit) {
            return Some(Self::started(at, start));
        }
        let first = splits.beginning(id)?.first;
        // Splits may go round in a circle that nothing began.
        let mut origin = id;
        for _ in splits.iter() {
            origin = splits.beginning(origin)?.from;
            if let Some((_, start)) = start_of(origin, unit) {
                let mut conversation = Self::started(first.at, start);
                conversation.id = ConversationId::parse(id).ok()?;
                for event in unit.iter().filter(|event| event.at <= first.at) {
                    match &event.body {
                        Body::ConversationUpdated(updated)
                            if updated.conversation.as_str() == origin =>
                        {
                            conversation.update(updated);
                        }
                        _ => {}
                    }
                }
                return Some(conversation);
            }
        }
        None
    }

    fn started(at: Timestamp, started: &ConversationStarted) -> Self {
        Self {
            id: started.conversation.clone(),
            contact: started.contact.clone(),
            channel: started.channel.clone(),
            direction: Direction::Inbound,
            subject: started.subject.clone(),
            language: started.language.clone(),
            url: started.url.clone(),
            priority: None,
            service: None,
            pipeline: None,
            inbox: started.inbox.clone(),
            schedule: started.schedule.clone(),
            started_at: at,
            status: Status::Open,
            resolved_at: None,
            resolved_by: None,
            ended_at: None,
            ended_by: None,
            assigned_to: Assignee::Nobody {},
            handoff: None,
            human_since: None,
            tags: Vec::new(),
            marks: Vec::new(),
            merged_into: None,
            messages: Vec::new(),
            questions: Vec::new(),
            feedback: Vec::new(),
            surveyed_at: None,
            ratings: Vec::new(),
            proposals: Vec::new(),
            last_message_at: None,
            attributes: Attributes::new(),
            taggings: Vec::new(),
        }
    }

    /// Takes one of its own events.
    fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ConversationUpdated(updated) => self.update(updated),
            Body::ConversationAssigned(assigned) => {
                self.assigned_to = assigned.to.clone();
                match assigned.to {
                    Assignee::Rep { .. } | Assignee::Team { .. } => self.with_human(event.at),
                    Assignee::CustomerAgent { .. } => self.human_since = None,
                    Assignee::Nobody {} => {}
                }
            }
            Body::ConversationResolved(resolved) => {
                self.human_since = None;
                self.status = Status::Resolved;
                self.resolved_at = Some(event.at);
                self.resolved_by = Some(resolved.by.clone());
            }
            Body::ConversationReopened(reopened) => {
                self.reopen();
                if reopened.by.kind == ActorKind::Rep {
                    self.with_human(event.at);
                }
            }
            Body::ConversationHandedOff(handed) => {
                self.assigned_to = self.assigned_to.after_handoff(handed.to.as_ref()).clone();
                self.take_in(event);
            }
            Body::ConversationMarked(marked) => {
                self.marks.retain(|mark| *mark != marked.mark);
                if marked.on {
                    self.marks.push(marked.mark);
                    self.marks.sort_unstable();
                }
            }
            Body::ConversationTagged(tagged) => self.tag(event.at, &tagged.tag, true),
            Body::ConversationUntagged(tagged) => self.tag(event.at, &tagged.tag, false),
            _ => self.take_in(event),
        }
    }

    /// Takes what counts as this conversation's even when it came in by a merge.
    fn take_in(&mut self, event: &Event) {
        match &event.body {
            Body::MessageAdded(added) => self.message(event.at, added),
            Body::QuestionAsked(new) => self.questions.push(question(event.at, new)),
            Body::FeedbackGiven(feedback) => self.feedback.push(Feedback {
                at: event.at,
                rating: feedback.rating.clone(),
                text: feedback.text.clone(),
            }),
            Body::ConversationHandedOff(handed) => {
                self.with_human(event.at);
                self.handoff = Some(Handoff {
                    at: event.at,
                    reason: handed.reason,
                    to: handed.to.clone(),
                });
            }
            Body::CsatSent(_) => self.surveyed_at = Some(event.at),
            Body::CsatRated(rated) => self.ratings.push(Rating {
                at: event.at,
                score: rated.score,
                text: rated.text.clone(),
                is_hasty: self
                    .surveyed_at
                    .is_some_and(|sent| event.at.since(sent) < HASTY_MS),
            }),
            other => Proposal::take(&mut self.proposals, event.at, other),
        }
    }

    fn update(&mut self, updated: &ConversationUpdated) {
        replace(&mut self.subject, updated.subject.as_ref());
        replace(&mut self.language, updated.language.as_ref());
        replace(&mut self.priority, updated.priority.as_ref());
        replace(&mut self.service, updated.service.as_ref());
        replace(&mut self.pipeline, updated.pipeline.as_ref());
        replace(&mut self.inbox, updated.inbox.as_ref());
        updated.schedule.apply(&mut self.schedule);
        if let Some(channel) = &updated.channel {
            self.channel.clone_from(channel);
        }
        merge_attributes(&mut self.attributes, &updated.attributes);
    }

    fn message(&mut self, at: Timestamp, added: &MessageAdded) {
        let from_contact = added.author.kind == ActorKind::Contact;
        let is_agent = added.author.kind == ActorKind::CustomerAgent;
        let message = Message {
            id: added.message.clone(),
            at,
            author: added.author.clone(),
            text: added.text.clone(),
            visibility: added.visibility.unwrap_or(Visibility::Public),
            role: is_agent.then(|| added.role.unwrap_or(Role::Answer)),
            ack: from_contact && added.ack.unwrap_or_default(),
            attachments: added.attachments.clone().unwrap_or_default(),
            mail_id: added.mail_id.clone(),
            edited_at: None,
            redacted_at: None,
            merged_from: (added.conversation != self.id).then(|| added.conversation.clone()),
            mail: None,
        };
        if message.visibility == Visibility::Public {
            self.last_message_at = Some(at);
            if added.author.kind == ActorKind::Rep {
                self.with_human(at);
            }
            // As in the episode rules, a bare "thanks" after the end begins nothing.
            if from_contact && !message.ack {
                self.reopen();
            }
        }
        self.messages.push(message);
    }

    /// Gives messages, and questions asked in them, the words that hold.
    fn edit(&mut self, edits: &Edits<'_>) {
        for message in &mut self.messages {
            match edits.get(&message.id) {
                Some(Edit {
                    at,
                    text: Some(text),
                }) => {
                    message.text = text.to_owned();
                    message.edited_at = Some(at);
                }
                Some(Edit { at, text: None }) => {
                    message.text.clear();
                    message.attachments.clear();
                    message.mail_id = None;
                    message.redacted_at = Some(at);
                }
                None => {}
            }
        }
        for question in &mut self.questions {
            let edit = question.message.as_ref().and_then(|id| edits.get(id));
            if let Some(edit) = edit {
                question.text = edit.text.unwrap_or_default().to_owned();
            }
        }
    }

    fn with_human(&mut self, at: Timestamp) {
        self.human_since.get_or_insert(at);
    }

    fn reopen(&mut self) {
        self.status = Status::Open;
        self.resolved_at = None;
        self.resolved_by = None;
    }

    fn tag(&mut self, at: Timestamp, tag: &str, on: bool) {
        self.tags.retain(|held| held != tag);
        if on {
            self.tags.push(tag.to_owned());
            self.tags.sort_unstable();
        }
        self.taggings.push(Tagging {
            at,
            tag: tag.to_owned(),
            on,
        });
    }
}

/// The event that began a conversation: the first of them holds.
fn start_of<'a>(id: &str, unit: &'a [Event]) -> Option<(Timestamp, &'a ConversationStarted)> {
    unit.iter().find_map(|event| match &event.body {
        Body::ConversationStarted(start) if start.conversation.as_str() == id => {
            Some((event.at, &**start))
        }
        _ => None,
    })
}

fn question(at: Timestamp, event: &QuestionAsked) -> Question {
    Question {
        id: event.question.clone(),
        at,
        text: event.text.clone(),
        outcome: event.outcome,
        short_answer: event.short_answer.clone(),
        score: event.score,
        message: event.message.clone(),
    }
}
