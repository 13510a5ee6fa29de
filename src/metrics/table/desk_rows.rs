//! The rows of each table of facts.
//!
//! Instants are milliseconds since the epoch; [`NEVER`] stands for "has not happened".
//! Texts are codes of the dictionaries; [`NONE`](super::NONE) stands for none. What a
//! conversation says once (contact, channel, language) is in `ThreadRow`.

use super::row::columns;

/// The instant of what has not happened: later than any other.
pub const NEVER: i64 = i64::MAX;

/// The code of "no handoff".
pub const NO_HANDOFF: u8 = u8::MAX;

columns! {
    /// An episode.
    EpisodeRow by started_at {
        /// The unit it comes from.
        unit: u32,
        /// Its conversation.
        conversation: u32,
        /// Its place in the conversation, from 1.
        ordinal: u32,
        /// Its first message.
        started_at: i64,
        /// Its end; may lie in the future.
        ended_at: i64,
        /// An `EndRule`.
        end_rule: u8,
        /// Whether we began it.
        outbound: bool,
        /// Whether the customer agent handled it.
        handled: bool,
        /// An `Outcome`, once it has ended.
        outcome: u8,
        /// Whether the resolution is confirmed.
        confirmed: bool,
        /// Whether it was taken back.
        revoked: bool,
        /// Whether it lasted.
        durable: bool,
        /// When it was resolved.
        resolved_at: i64,
        /// The customer agent's last answer.
        last_answer_at: i64,
        /// When it was handed off.
        handoff_at: i64,
        /// A `HandoffReason`, or `NO_HANDOFF`.
        handoff_reason: u8,
        /// Start of the wait for a rep; `NEVER`: not measured.
        first_response_from: i64,
        /// Its end; `NEVER`: still waiting.
        first_response_at: i64,
        /// Start of the wait for any reply; `NEVER`: not measured.
        first_reply_from: i64,
        /// Its end; `NEVER`: still waiting.
        first_reply_at: i64,
        /// Who gave a rep's first response.
        first_response_rep: u32,
        /// That rep's team then.
        first_response_team: u32,
        /// Whether a rep gave the first reply.
        first_reply_by_rep: bool,
        /// Whether a rep wrote in it.
        rep_wrote: bool,
        /// How long reps were busy with it, in milliseconds; zero: no message tells of any.
        rep_time_ms: u32,
        /// The rep who dealt with it.
        rep: u32,
        /// That rep's team then.
        team: u32,
        /// The rep who pressed "resolve".
        ended_by: u32,
        /// The first assignment to the customer agent in it.
        agent_assigned_at: i64,
        /// Its conversation's tags, as a set.
        tag_set: u32,
        /// Its first ticket.
        ticket: u32,
        /// That ticket's last close, if it is closed.
        ticket_closed_at: i64,
    }
}

columns! {
    /// A public message.
    MessageRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Its conversation.
        conversation: u32,
        /// When.
        at: i64,
        /// An `Author`.
        author: u8,
        /// Whether the contact was blocked by then.
        blocked: bool,
        /// Which rep wrote it.
        rep: u32,
        /// That rep's team then.
        team: u32,
        /// The tags of its episode, else of its conversation, as a set.
        tag_set: u32,
    }
}

columns! {
    /// A wait between messages of one episode.
    ResponseRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Its conversation.
        conversation: u32,
        /// The message that ended it; of an open run, its first message.
        at: i64,
        /// A `ResponseKind`.
        kind: u8,
        /// The first message of the run, or our last reply.
        from: i64,
        /// Where a rep's clock starts.
        rep_from: i64,
        /// The message that ended it; `NEVER`: open.
        until: i64,
        /// For an open run: whether a rep owes the reply.
        rep_owes: bool,
        /// When an open run's episode ends.
        ended_at: i64,
        /// The rep who replied.
        rep: u32,
        /// That rep's team then.
        team: u32,
        /// The tags of its episode, else of its conversation, as a set.
        tag_set: u32,
    }
}

columns! {
    /// A question put to the customer agent.
    QuestionRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Its conversation.
        conversation: u32,
        /// When.
        at: i64,
        /// Which.
        question: u32,
        /// Whether it was answered.
        answered: bool,
        /// Whether its episode is outbound.
        outbound: bool,
        /// The tags of its episode, else of its conversation, as a set.
        tag_set: u32,
    }
}

columns! {
    /// A word of feedback.
    FeedbackRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Its conversation.
        conversation: u32,
        /// When.
        at: i64,
        /// The word.
        rating: u32,
        /// Whether its episode is outbound.
        outbound: bool,
        /// The tags of its episode, else of its conversation, as a set.
        tag_set: u32,
    }
}

columns! {
    /// A satisfaction survey.
    SurveyRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Its conversation, if it is about one.
        conversation: u32,
        /// Its ticket, if it is about one.
        ticket: u32,
        /// When it was rated, else sent.
        at: i64,
        /// When it was sent; `NEVER`: a rating without survey.
        sent_at: i64,
        /// When it was rated.
        rated_at: i64,
        /// 1 to 5.
        score: u8,
        /// To whom it is credited.
        rep: u32,
        /// That rep's team then.
        team: u32,
        /// An `Exclusion`.
        excluded: u8,
        /// The tags of its episode, else of its conversation, as a set.
        tag_set: u32,
        /// Where its conversation or ticket came in.
        channel: u32,
        /// Whom it asks.
        contact: u32,
        /// Whether it counts among support's: not about a ticket of another kind.
        support: bool,
    }
}

columns! {
    /// A ticket.
    TicketRow by opened_at {
        /// The unit it comes from.
        unit: u32,
        /// Which.
        ticket: u32,
        /// Its conversation.
        conversation: u32,
        /// Its pipeline.
        pipeline: u32,
        /// Whether that is for support.
        support: bool,
        /// For whom.
        contact: u32,
        /// Where it came in.
        channel: u32,
        /// How urgent.
        priority: u32,
        /// For which service.
        service: u32,
        /// In which inbox.
        inbox: u32,
        /// For which brand.
        brand: u32,
        /// An `Exclusion`.
        excluded: u8,
        /// When it was opened.
        opened_at: i64,
        /// Its first close.
        first_closed_at: i64,
        /// Its last close, if it is closed.
        closed_at: i64,
        /// Whether the contact's block closed it.
        closed_by_block: bool,
        /// Whether it was opened again after its first close.
        reopened: bool,
        /// The owner at the opening.
        opened_rep: u32,
        /// The team at the opening.
        opened_team: u32,
        /// The owner at the first close.
        first_closed_rep: u32,
        /// The team at the first close.
        first_closed_team: u32,
        /// The owner at the last close.
        closed_rep: u32,
        /// The team at the last close.
        closed_team: u32,
        /// Start of the wait for a rep; `NEVER`: nobody waits.
        first_response_from: i64,
        /// The first public rep message from then on.
        first_response_at: i64,
    }
}

columns! {
    /// A public message of a ticket's conversation.
    TicketMessageRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Which ticket.
        ticket: u32,
        /// The ticket's conversation.
        conversation: u32,
        /// When.
        at: i64,
        /// Whether we sent it.
        sent: bool,
        /// An `Exclusion`.
        excluded: u8,
        /// Whether the ticket's pipeline is for support.
        support: bool,
    }
}

columns! {
    /// A stretch in which a ticket was open, or a human responsible for an episode.
    BacklogRow by from {
        /// The unit it comes from.
        unit: u32,
        /// The ticket; `NONE`: an episode.
        ticket: u32,
        /// The conversation, if there is one.
        conversation: u32,
        /// Where it came in.
        channel: u32,
        /// With whom.
        contact: u32,
        /// From when.
        from: i64,
        /// Until when; `NEVER`: still.
        until: i64,
        /// Whose it was.
        rep: u32,
        /// Whose team's it was.
        team: u32,
        /// The ticket's pipeline.
        pipeline: u32,
        /// How urgent the ticket was.
        priority: u32,
        /// For which service the ticket was.
        service: u32,
        /// The tags of the episode, else of the ticket's conversation, as a set.
        tag_set: u32,
        /// An `Exclusion`.
        excluded: u8,
        /// Whether the ticket's pipeline is for support.
        support: bool,
    }
}
