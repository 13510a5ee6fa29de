//! What the episode rules make of a unit: episodes, messages, responses, questions,
//! feedback, surveys and tickets, each fact with the rule that gave it.
//!
//! Texts are borrowed from the events; the columns intern them. What time alone
//! decides is stored as the instant at which it will hold, never as "now".

use super::own::Own;
use super::owner::Owner;
use super::promise::Promise;
use super::rating::Survey;
use super::ticket_facts::Ticket;
use super::word::{EndRule, Exclusion, Outcome};
use crate::model::Timestamp;
use crate::model::event::{HandoffReason, QuestionOutcome};

/// A handoff: the first of an event, or a rep's message while the customer agent was on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handoff {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: HandoffReason,
    /// Whether an event said so; else it was inferred from a rep's message.
    pub by_event: bool,
}

impl<'a> Thread<'a> {
    /// The episode at an instant: the one then current or last, else the first.
    pub fn episode_at(&self, at: Timestamp) -> Option<&Episode<'a>> {
        let after = self
            .episodes
            .partition_point(|episode| episode.started_at <= at);
        self.episodes.get(after.saturating_sub(1))
    }

    /// The tags at an instant: those of the episode then current or last, else the thread's.
    pub fn tags_at(&self, at: Timestamp) -> &[&'a str] {
        let episode = self.episode_at(at);
        episode.map_or(&self.tags, |episode| &episode.tags)
    }
}

/// A stretch of a conversation from a contact's message to its resolution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Episode<'a> {
    /// Its place in the conversation, from 1.
    pub ordinal: u32,
    /// Whether we began it.
    pub outbound: bool,
    /// Its first message.
    pub started_at: Timestamp,
    /// Its end; may lie in the future where a quiet window runs.
    pub ended_at: Option<Timestamp>,
    /// By which rule it ended, or will.
    pub end_rule: EndRule,
    /// The rep who pressed "resolve".
    pub ended_by: Option<&'a str>,
    /// Whether the customer agent handled it.
    pub handled: bool,
    /// Its outcome once it has ended.
    pub outcome: Outcome,
    /// Whether the resolution is confirmed rather than assumed.
    pub confirmed: bool,
    /// Whether a new episode within `R` took the resolution back.
    pub revoked: bool,
    /// Whether no new episode came within `N` of the resolution.
    pub durable: bool,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// The first reopening after its end, by event or by the next episode.
    pub reopened_at: Option<Timestamp>,
    /// The next episode's start.
    pub next_started_at: Option<Timestamp>,
    /// The handoff.
    pub handoff: Option<Handoff>,
    /// The customer agent's first answer.
    pub first_answer_at: Option<Timestamp>,
    /// The customer agent's last answer.
    pub last_answer_at: Option<Timestamp>,
    /// The first public message of a rep.
    pub first_rep_reply_at: Option<Timestamp>,
    /// The last public message of a rep.
    pub last_rep_reply_at: Option<Timestamp>,
    /// The first contact message that says more than "thanks" (an outbound episode may have none).
    pub first_contact_at: Option<Timestamp>,
    /// From when to when a human's first response took; no end: none came.
    pub first_response: Wait,
    /// The same for any reply.
    pub first_reply: Wait,
    /// Who gave a human's first response.
    pub first_responder: Owner<'a>,
    /// Whether a rep gave the first reply.
    pub first_reply_by_rep: bool,
    /// The rep who dealt with it.
    pub rep: Option<&'a str>,
    /// That rep's team then.
    pub team: Option<&'a str>,
    /// The last of `helpful` and `not_helpful`; true is `helpful`.
    pub feedback: Option<bool>,
    /// The contact's messages.
    pub messages_in: u32,
    /// Messages of reps and of the customer agent.
    pub messages_out: u32,
    /// Answers of the customer agent.
    pub answers: u32,
    /// The first assignment to the customer agent in it.
    pub agent_assigned_at: Option<Timestamp>,
    /// When the last message of a contact or the customer agent starts the quiet window.
    pub quiet_from: Timestamp,
    /// The names of the conversation's tags at its next episode.
    pub tags: Vec<&'a str>,
    /// The first ticket linked to it, as an index into the unit's tickets.
    pub ticket: Option<usize>,
    /// Stretches in which a human was responsible; no end: still.
    pub human: Vec<(Timestamp, Option<Timestamp>)>,
}

/// A wait: whether it is measured, since when, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// Since when; `None`: not measured here.
    pub from: Option<Timestamp>,
    /// Until when; `None`: it has not happened.
    pub until: Option<Timestamp>,
}

/// Who wrote a public message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Author {
    /// The contact.
    Contact = 0,
    /// The customer agent.
    CustomerAgent = 1,
    /// A rep.
    Rep = 2,
    /// Any other machine.
    Automation = 3,
}

/// A public message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub id: &'a str,
    /// Who wrote it.
    pub author: Author,
    /// Which rep wrote it.
    pub rep: Option<&'a str>,
    /// That rep's team then.
    pub team: Option<&'a str>,
    /// Whether it is a reply: a rep's, or an answer or question back of the customer agent.
    pub reply: bool,
    /// Whether the contact was blocked by then.
    pub blocked: bool,
    /// Whether the contact only acknowledges in it.
    pub ack: bool,
}

/// What a wait between messages measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ResponseKind {
    /// A run of contact messages that a rep's reply ended.
    Rep = 0,
    /// A run that the customer agent's reply ended.
    CustomerAgent = 1,
    /// From our last reply to the contact's next message.
    Contact = 2,
}

/// A wait between messages of one episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// What it measures.
    pub kind: ResponseKind,
    /// The first message of the run, or our last reply.
    pub from: Timestamp,
    /// From when a rep's clock runs: `from`, or a later handoff inside the run.
    pub rep_from: Timestamp,
    /// The message that ended it; `None`: the run is open.
    pub until: Option<Timestamp>,
    /// For an open run: whether a rep owes the reply.
    pub rep_owes: bool,
    /// When an open run's episode ends, if it will.
    pub ended_at: Option<Timestamp>,
    /// The rep who replied.
    pub rep: Option<&'a str>,
    /// That rep's team then.
    pub team: Option<&'a str>,
}

/// A question put to the customer agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub id: &'a str,
    /// Whether it was answered.
    pub outcome: QuestionOutcome,
    /// Whether its episode is outbound.
    pub outbound: bool,
}

impl Question<'_> {
    /// Whether the customer agent could not answer it.
    pub fn is_unanswered(&self) -> bool {
        self.outcome == QuestionOutcome::Unanswered
    }
}

/// A word of feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback<'a> {
    /// When.
    pub at: Timestamp,
    /// The word.
    pub rating: &'a str,
    /// Whether its episode is outbound.
    pub outbound: bool,
}

/// A conversation, or a merged one as if it had not been merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread<'a> {
    /// Which.
    pub conversation: &'a str,
    /// With whom.
    pub contact: &'a str,
    /// Where.
    pub channel: &'a str,
    /// In which language, if the conversation says.
    pub language: Option<&'a str>,
    /// Whether we began it.
    pub outbound: bool,
    /// Whether it counts.
    pub excluded: Exclusion,
    /// Whether the source gave only part of it.
    pub truncated: bool,
    /// How urgent, if that was said.
    pub priority: Option<&'a str>,
    /// In which inbox.
    pub inbox: Option<&'a str>,
    /// For which brand that inbox was when it began.
    pub brand: Option<&'a str>,
    /// By which schedule it runs, and since when; `None`: by the default one.
    pub schedules: Vec<(Timestamp, Option<&'a str>)>,
    /// Its own fields.
    pub own: Vec<Own<'a>>,
    /// Its tags as they are.
    pub tags: Vec<&'a str>,
    /// The rep whose it is now.
    pub rep: Option<&'a str>,
    /// The team whose it is now.
    pub team: Option<&'a str>,
    /// The conversation that it went into in the end, if it did.
    pub merged_into: Option<&'a str>,
    /// Its episodes in order.
    pub episodes: Vec<Episode<'a>>,
    /// Its public messages in order.
    pub messages: Vec<Message<'a>>,
    /// The waits between them.
    pub responses: Vec<Response<'a>>,
    /// Questions put to the customer agent.
    pub questions: Vec<Question<'a>>,
    /// Feedback.
    pub feedback: Vec<Feedback<'a>>,
    /// Surveys about the conversation.
    pub surveys: Vec<Survey<'a>>,
    /// What may have been promised for its episodes.
    pub promises: Vec<Promise<'a>>,
}

/// What a unit comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitFacts<'a> {
    /// Its conversations, merged ones too.
    pub threads: Vec<Thread<'a>>,
    /// Its tickets.
    pub tickets: Vec<Ticket<'a>>,
}
