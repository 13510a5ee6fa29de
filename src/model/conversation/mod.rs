//! A conversation as it is now, for the desk and the JSON API.
//!
//! The nouns are here, `fold` makes them from ordered events. Pure, and nothing here counts,
//! that is `episode`'s work. What a merged
//! conversation brings along is among the target's messages. Tags keep the names of
//! their time until a directory is asked. Fed by `store`; read by the desk and the API.

mod fold;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::episode::Episode;
use super::event::{
    Actor, ActorKind, Assignee, Attachment, Attributes, Direction, HandoffReason, Mark,
    QuestionOutcome, Role, Visibility,
};
use super::proposal::Proposal;
use super::{
    ContactId, ConversationId, Directory, InboxId, MailId, MessageId, OutMail, PipelineId,
    QuestionId, ScheduleId, ShortAnswerId, Timestamp,
};

/// Whether a conversation waits for anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It goes on.
    #[default]
    Open,
    /// Somebody brought it to its end, and the contact has not written since.
    Resolved,
    /// It came to its end by itself: the quiet window is over, the contact said that the answer
    /// helped, or was blocked.
    Ended,
}

/// A conversation's present state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// With whom.
    pub contact: ContactId,
    /// Where.
    pub channel: String,
    /// Who began it; derived from the first public message where the start does not say.
    pub direction: Direction,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// The page it began on.
    pub url: Option<String>,
    /// How urgent.
    pub priority: Option<String>,
    /// For which service.
    pub service: Option<String>,
    /// In which pipeline.
    pub pipeline: Option<PipelineId>,
    /// In which inbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<InboxId>,
    /// By which schedule it runs, where that is not the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether it waits for anything.
    pub status: Status,
    /// When it was brought to its end, while it is.
    pub resolved_at: Option<Timestamp>,
    /// Who brought it to its end, while it is.
    pub resolved_by: Option<Actor>,
    /// When it ended by itself, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// By what it ended then: `inactivity`, `contact` or `blocked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<&'static str>,
    /// Whose it is.
    pub assigned_to: Assignee,
    /// The last handoff to a human.
    pub handoff: Option<Handoff>,
    /// Since when a human has it: it was handed off or assigned to one, or a rep wrote, and it
    /// was not resolved or given to the customer agent since.
    #[serde(skip)]
    pub human_since: Option<Timestamp>,
    /// Its tags under the names they were given, in order.
    pub tags: Vec<String>,
    /// The marks that are on.
    pub marks: Vec<Mark>,
    /// Where it went, if it was merged.
    pub merged_into: Option<ConversationId>,
    /// Its messages in event order, with those that came in by merges.
    pub messages: Vec<Message>,
    /// What was put to the customer agent.
    pub questions: Vec<Question>,
    /// What the contact said of the answers.
    pub feedback: Vec<Feedback>,
    /// When the contact was asked last how satisfied they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surveyed_at: Option<Timestamp>,
    /// Its satisfaction surveys' scores.
    pub ratings: Vec<Rating>,
    /// Proposals that were made in it without a job, in the order in which they were first
    /// mentioned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<Proposal>,
    /// The instant of the last public message.
    pub last_message_at: Option<Timestamp>,
    /// Own fields.
    pub attributes: Attributes,
    #[serde(skip)]
    taggings: Vec<Tagging>,
}

/// A message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// When.
    pub at: Timestamp,
    /// Who wrote.
    pub author: Actor,
    /// What.
    pub text: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// What it is; the customer agent's only.
    pub role: Option<Role>,
    /// Whether it only acknowledges; a contact's only.
    pub ack: bool,
    /// Files sent along.
    pub attachments: Vec<Attachment>,
    /// When it got the words that it has, if they are not its first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When its words were taken away, if they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redacted_at: Option<Timestamp>,
    /// The conversation that it came from by a merge.
    pub merged_from: Option<ConversationId>,
    /// What the mail is called that it came or went by elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_id: Option<MailId>,
    /// The mail by which it went out; where one looks at it as the desk shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Box<OutMail>>,
}

impl Message {
    /// The conversation in which it was written.
    pub fn home<'a>(&'a self, within: &'a ConversationId) -> &'a ConversationId {
        self.merged_from.as_ref().unwrap_or(within)
    }

    /// Whether the contact wrote it, to be read by reps.
    pub fn is_contacts(&self) -> bool {
        self.visibility == Visibility::Public && self.author.kind == ActorKind::Contact
    }

    /// Whether a rep or the customer agent wrote it, to be read by the contact.
    pub fn is_answering(&self) -> bool {
        self.visibility == Visibility::Public
            && matches!(self.author.kind, ActorKind::Rep | ActorKind::CustomerAgent)
    }
}

/// A handoff to a human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handoff {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: HandoffReason,
    /// To whom, where that was said.
    pub to: Option<Assignee>,
}

/// A question put to the customer agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// When.
    pub at: Timestamp,
    /// Its words.
    pub text: String,
    /// Whether it was answered.
    pub outcome: QuestionOutcome,
    /// With which short answer.
    pub short_answer: Option<ShortAnswerId>,
    /// How sure the customer agent was.
    pub score: Option<f64>,
    /// In which message.
    pub message: Option<MessageId>,
}

/// What the contact said of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feedback {
    /// When.
    pub at: Timestamp,
    /// `helpful`, `not_helpful` or any other word.
    pub rating: String,
    /// Why.
    pub text: Option<String>,
}

/// A satisfaction survey's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// When.
    pub at: Timestamp,
    /// 1 to 5.
    pub score: u8,
    /// The contact's words.
    pub text: Option<String>,
    /// Whether it came within seconds of the question: a machine that opens links may have given it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_hasty: bool,
}

/// A tag put on or taken off, under the name of its time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tagging {
    at: Timestamp,
    tag: String,
    on: bool,
}

impl Conversation {
    /// Takes in that its last episode may have ended by itself by `now`.
    pub fn settle(&mut self, last: &Episode<'_>, now: Timestamp) {
        if let Some(at) = last.ended_at.filter(|at| *at <= now)
            && self.status == Status::Open
            && !last.end_rule.is_resolve_event()
        {
            self.status = Status::Ended;
            self.ended_at = Some(at);
            self.ended_by = Some(last.end_rule.as_str());
        }
    }

    /// What the contact wrote since somebody else did, in order: what an answer is due to.
    ///
    /// After a silence of `quiet_ms` something new has begun, so what lies before it is left out.
    pub fn unanswered(&self, quiet_ms: i64) -> Vec<&Message> {
        let mut run: Vec<&Message> = Vec::new();
        let public = self.messages.iter().rev();
        for message in public.filter(|message| message.visibility == Visibility::Public) {
            let is_over = run
                .last()
                .is_some_and(|later| later.at.since(message.at) >= quiet_ms);
            match message.author.kind {
                ActorKind::Contact if !is_over => run.push(message),
                ActorKind::Automation => {}
                _ => break,
            }
        }
        run.reverse();
        run
    }

    /// Whether a human has it, so that the customer agent keeps silent.
    ///
    /// Who comes back after a silence of `quiet_ms` begins afresh.
    pub fn is_with_human(&self, quiet_ms: i64) -> bool {
        let Some(since) = self.human_since else {
            return false;
        };
        let Some(first) = self.unanswered(quiet_ms).first().map(|message| message.at) else {
            return true;
        };
        let before = self.messages.iter().filter(|message| message.at < first);
        let last = before.map(|message| message.at).max();
        last.is_none_or(|last| first.since(last.max(since)) < quiet_ms)
    }

    /// The names that its tags have now, each once and in order; deleted ones are left out.
    pub fn tags_under(&self, directory: &Directory) -> Vec<String> {
        let mut held: Vec<(&str, Timestamp)> = Vec::new();
        for step in &self.taggings {
            if step.on {
                held.push((&step.tag, step.at));
            } else {
                held.retain(|(tag, since)| {
                    directory.tag_name(tag, *since, step.at) != Some(step.tag.as_str())
                });
            }
        }
        let mut names: Vec<String> = held
            .iter()
            .filter_map(|(tag, since)| directory.tag_name(tag, *since, Timestamp::MAX))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
