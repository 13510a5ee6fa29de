//! Where a report reads: one table of facts and how its rows are judged, or what is no table.

use crate::metrics::{
    EpisodeRow, Facts, FeedbackRow, JobRow, MessageRow, PromiseRow, QuestionRow, ResponseRow,
    StayRow, SurveyRow, Table, TicketMessageRow, TicketRow,
};
use crate::report::judge::{Credit, ReportRow, Scope, Verdict};

/// How a report judges one kind of row: the instant by which it counts, and as what.
pub struct Judgement<R> {
    /// The date basis; `NEVER`: the row has none.
    pub at: fn(&R, &Scope<'_>) -> i64,
    /// What the row counts as.
    pub judge: fn(&R, &Scope<'_>, i64) -> Verdict,
    /// Whether `at` is the instant by which the table is ordered.
    pub ordered: bool,
    /// On what a judgement depends.
    pub depends: Depends,
}

/// On what a judgement depends besides the profile and the instant of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depends {
    /// The row, and what its conversation says once. Of the row's instants it matters only which
    /// have come, which have been there for `N`, and how they follow each other; a duration is
    /// the time from one of them to another.
    Row,
    /// Other rows of the unit as well.
    Unit,
    /// The row, and whether its contact came back.
    Comeback,
    /// What changes without the unit.
    More,
}

impl Depends {
    /// Whether judgements of a chunk's rows may be remembered with the chunk.
    pub const fn can_be_remembered(self) -> bool {
        matches!(self, Self::Row | Self::Unit)
    }
}

/// The table that a report reads, and how.
pub enum Source {
    /// Episodes.
    Episodes(Judgement<EpisodeRow>),
    /// Episodes, cut by who gave the first response or reply.
    FirstWaits(Judgement<EpisodeRow>, Credit),
    /// Public messages.
    Messages(Judgement<MessageRow>),
    /// Waits between messages.
    Responses(Judgement<ResponseRow>),
    /// Questions.
    Questions(Judgement<QuestionRow>),
    /// Feedback.
    Feedback(Judgement<FeedbackRow>),
    /// Surveys.
    Surveys(Judgement<SurveyRow>),
    /// Tickets.
    Tickets(Judgement<TicketRow>, Credit),
    /// Messages of tickets' conversations.
    TicketMessages(Judgement<TicketMessageRow>),
    /// Tickets' stays in stages.
    Stays(Judgement<StayRow>),
    /// What may have been promised.
    Promises(Judgement<PromiseRow>),
    /// Jobs' events.
    Jobs(Judgement<JobRow>),
    /// Stretches of being open.
    Backlog,
    /// Reps' statuses.
    Statuses,
    /// The reports of a composite.
    Reports,
}

/// What is done with the source of a report, whichever kind of row it has.
pub(in crate::report) trait SourceVisitor {
    /// What comes of it.
    type Output;

    /// Of a table, whose rows are judged one by one.
    fn table<R: ReportRow>(
        self,
        judgement: &Judgement<R>,
        table: fn(&Facts) -> &Table<R>,
    ) -> Self::Output;

    /// Of the stretches of being open.
    fn backlog(self) -> Self::Output;

    /// Of the statuses of reps.
    fn statuses(self) -> Self::Output;

    /// Of the reports of a composite.
    fn composite(self) -> Self::Output;
}

impl Source {
    /// Shows a visitor the source: the only place where kinds of sources are distinguished.
    pub(in crate::report) fn accept<V: SourceVisitor>(&self, visitor: V) -> V::Output {
        match self {
            Self::Episodes(judgement) | Self::FirstWaits(judgement, _) => {
                visitor.table(judgement, |facts| &facts.episodes)
            }
            Self::Messages(judgement) => visitor.table(judgement, |facts| &facts.messages),
            Self::Responses(judgement) => visitor.table(judgement, |facts| &facts.responses),
            Self::Questions(judgement) => visitor.table(judgement, |facts| &facts.questions),
            Self::Feedback(judgement) => visitor.table(judgement, |facts| &facts.feedback),
            Self::Surveys(judgement) => visitor.table(judgement, |facts| &facts.surveys),
            Self::Tickets(judgement, _) => visitor.table(judgement, |facts| &facts.tickets),
            Self::TicketMessages(judgement) => {
                visitor.table(judgement, |facts| &facts.ticket_messages)
            }
            Self::Stays(judgement) => visitor.table(judgement, |facts| &facts.stays),
            Self::Promises(judgement) => visitor.table(judgement, |facts| &facts.promises),
            Self::Jobs(judgement) => visitor.table(judgement, |facts| &facts.jobs),
            Self::Backlog => visitor.backlog(),
            Self::Statuses => visitor.statuses(),
            Self::Reports => visitor.composite(),
        }
    }
}
