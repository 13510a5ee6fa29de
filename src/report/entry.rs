//! What a report is: one entry of the registry, data rather than code.
//!
//! Tile, chart, table, rows, CSV, mail and CLI are all rendered from the entry and its
//! one result.

use serde::Serialize;
use utoipa::ToSchema;

use super::dimension::Dimension;
use super::judge::Verdict;
use super::scope::Scope;
use crate::metrics::{
    EpisodeRow, FeedbackRow, JobRow, MessageRow, PromiseRow, QuestionRow, ResponseRow, StayRow,
    SurveyRow, TicketMessageRow, TicketRow,
};

/// The part of the desk that a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// How the customer agent does.
    CustomerAgent,
    /// What contacts say of it.
    Satisfaction,
    /// Who does what.
    Team,
    /// How fast and how much is written.
    Replies,
    /// What is there to be done.
    Planning,
    /// What becomes of requests for work.
    Jobs,
}

/// What a value is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A number of rows.
    Count,
    /// A share, 0 to 1.
    Share,
    /// Seconds.
    Seconds,
    /// A score, 1 to 5.
    Score,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More.
    Up,
    /// Less.
    Down,
    /// Neither.
    None,
}

/// How a value comes out of what was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A number of rows.
    Count,
    /// The longest series by their number of rows.
    TopCount,
    /// A share with its interval.
    Ratio,
    /// Durations.
    Duration,
    /// The series with the longest mean.
    TopDuration,
    /// A share of handled episodes, with a duration beside it.
    HandoffOutcomes,
    /// A share of handled episodes, with the parts that make it.
    Deflection,
    /// The share of satisfied ratings, with mean and response rate.
    Csat,
    /// What is open at the end of each bucket.
    Level,
    /// Time in stages, with the span from first entry to last exit.
    Stages,
    /// The largest series by their number of rows.
    TopList,
    /// Jobs declined, beside those received.
    Declined,
    /// Jobs that may yet expire, at the instant asked about.
    AtRisk,
    /// A share of answered jobs, with the number of all declines beside it.
    ContactDeclined,
    /// The mean of two scores.
    Ratings,
    /// The most reps available at one instant.
    Peak,
    /// Time per status.
    StatusTime,
    /// Available time inside working hours, and outside.
    WorkingTime,
    /// Other reports side by side.
    Composite(&'static [&'static str]),
}

/// How one kind of row is read: its instant, and what it counts as.
pub struct Lens<R> {
    /// The date basis; `NEVER`: the row has none.
    pub at: fn(&R, &Scope<'_>) -> i64,
    /// What the row counts as.
    pub judge: fn(&R, &Scope<'_>, i64) -> Verdict,
    /// Whether `at` is the instant by which the table is ordered.
    pub ordered: bool,
    /// Whether a judgement hangs on nothing but the row and its unit.
    pub alone: bool,
}

/// At which instant a ticket's owner is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnerAt {
    /// At the opening.
    Opening,
    /// At the first close.
    FirstClose,
    /// At the last close.
    LastClose,
}

/// The table that a report reads, and how.
pub enum Source {
    /// Episodes.
    Episodes(Lens<EpisodeRow>),
    /// Public messages.
    Messages(Lens<MessageRow>),
    /// Waits between messages.
    Responses(Lens<ResponseRow>),
    /// Questions.
    Questions(Lens<QuestionRow>),
    /// Feedback.
    Feedback(Lens<FeedbackRow>),
    /// Surveys.
    Surveys(Lens<SurveyRow>),
    /// Tickets.
    Tickets(Lens<TicketRow>, OwnerAt),
    /// Messages of tickets' conversations.
    TicketMessages(Lens<TicketMessageRow>),
    /// Tickets' stays in stages.
    Stays(Lens<StayRow>),
    /// What may have been promised.
    Promises(Lens<PromiseRow>),
    /// Jobs' events.
    Jobs(Lens<JobRow>),
    /// Stretches of being open.
    Backlog,
    /// Reps' statuses.
    Statuses,
    /// The reports of a composite.
    Reports,
}

/// A report.
pub struct Report {
    /// Its public name.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its area.
    pub area: Area,
    /// The questions that it answers.
    pub questions: &'static [&'static str],
    /// What its value is counted in.
    pub unit: Unit,
    /// Which way is good.
    pub better: Better,
    /// What it means, to the letter.
    pub definition: &'static str,
    /// Its date bases; the first is the default.
    pub bases: &'static [&'static str],
    /// How its value is made.
    pub measure: Measure,
    /// Whether it is about the customer agent: outbound episodes are left out.
    pub customer_agent: bool,
    /// Its own cut, which `by` replaces.
    pub cut: &'static [Dimension],
    /// Its own cut, to which `by` is added.
    pub fixed_cut: &'static [Dimension],
    /// Where it reads.
    pub source: Source,
}
