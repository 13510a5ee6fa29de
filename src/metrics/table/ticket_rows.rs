//! The rows of what happens to tickets (stays in stages, and what was promised), and of
//! reps' statuses, which are made when they are asked for.

use super::row::columns;

columns! {
    /// A stay of a ticket in a stage.
    StayRow by from {
        /// The unit it comes from.
        unit: u32,
        /// Which ticket.
        ticket: u32,
        /// The ticket's conversation.
        conversation: u32,
        /// Its pipeline.
        pipeline: u32,
        /// Which stage.
        stage: u32,
        /// From when.
        from: i64,
        /// Until when; `NEVER`: still.
        until: i64,
        /// Whether it lies before the ticket's last close.
        before_close: bool,
        /// Whether it is the ticket's first stay in the stage.
        first: bool,
        /// When the ticket was opened.
        opened_at: i64,
        /// Its last close, if it is closed.
        closed_at: i64,
        /// Whether the contact's block closed it.
        closed_by_block: bool,
        /// For whom.
        contact: u32,
        /// Where it came in.
        channel: u32,
        /// How urgent.
        priority: u32,
        /// For which service.
        service: u32,
        /// The owner at the last close.
        rep: u32,
        /// The team at the last close.
        team: u32,
        /// An `Exclusion`.
        excluded: u8,
        /// Whether the ticket's pipeline is for support.
        support: bool,
    }
}

columns! {
    /// Something that may have been promised for a ticket or an episode.
    PromiseRow by from {
        /// The unit it comes from.
        unit: u32,
        /// The conversation.
        conversation: u32,
        /// The episode's place in it; 0: of a ticket.
        ordinal: u32,
        /// The ticket; `NONE`: of an episode.
        ticket: u32,
        /// A `Target`.
        target: u8,
        /// From when the clock runs.
        from: i64,
        /// When it was kept.
        reached_at: i64,
        /// From when on nobody waits for it any more, though it was not kept.
        lapsed_at: i64,
        /// When the source wants it.
        due_at: i64,
        /// The ticket's pipeline.
        pipeline: u32,
        /// Where it came in.
        channel: u32,
        /// How urgent.
        priority: u32,
        /// For which service.
        service: u32,
        /// For whom.
        contact: u32,
        /// The rep who kept it, else whose it is.
        rep: u32,
        /// That rep's team.
        team: u32,
        /// The team of the ticket or episode, by which an agreement applies.
        own_team: u32,
        /// The tags of the episode, as a set.
        tag_set: u32,
        /// An `Exclusion`.
        excluded: u8,
        /// Whether the ticket's pipeline is for support.
        support: bool,
    }
}

columns! {
    /// Something of a job that counts by its own instant, with the job around it.
    JobRow by at {
        /// The unit it comes from.
        unit: u32,
        /// Which ticket.
        ticket: u32,
        /// The ticket's conversation.
        conversation: u32,
        /// A `JobEvent`.
        kind: u8,
        /// When; an expiry may lie in the future.
        at: i64,
        /// Whose it was then.
        rep: u32,
        /// Whose team's it was then.
        team: u32,
        /// When the job came in.
        opened_at: i64,
        /// A `JobRequest`, by its place among all.
        request: u8,
        /// Whether an accepted proposal opened it.
        by_proposal: bool,
        /// Our first answer.
        answered_at: i64,
        /// When it expires, or did; `NEVER`: something was done in time.
        expires_at: i64,
        /// When somebody said no.
        declined_at: i64,
        /// A `DeclinedBy`.
        declined_by: u8,
        /// Why it was declined.
        decline_reason: u32,
        /// The contact's first message after our answer.
        replied_back_at: i64,
        /// Whether the contact confirmed that it is done.
        confirmed: bool,
        /// The last review, 1 to 5.
        communication: u8,
        /// The last review, 1 to 5.
        quality: u8,
        /// Its stage, its expiry aside.
        stage: u32,
        /// Its pipeline.
        pipeline: u32,
        /// Where it came in.
        channel: u32,
        /// How urgent.
        priority: u32,
        /// For which service.
        service: u32,
        /// For whom.
        contact: u32,
        /// An `Exclusion`.
        excluded: u8,
    }
}

columns! {
    /// A stretch in which a rep had a status.
    StatusRow by from {
        /// None: it comes from no unit.
        unit: u32,
        /// Which rep.
        rep: u32,
        /// The rep's team then.
        team: u32,
        /// A `RepStatus`, by its place among all.
        status: u8,
        /// The team's own word for it.
        detail: u32,
        /// From when.
        from: i64,
        /// Until when.
        until: i64,
    }
}
