//! What a report is: one entry of the registry, data rather than code.
//!
//! Tile, chart, table, rows, CSV, mail and CLI are all rendered from the entry and its
//! one result.

use serde::Serialize;
use utoipa::ToSchema;

use super::source::Source;
use crate::report::ask::Dimension;

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
    /// What there is to be done.
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
    /// A share of handled episodes, with a duration as well.
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
    /// Jobs declined, and those received.
    Declines,
    /// Jobs that may yet expire, at the instant of the query.
    AtRisk,
    /// A share of answered jobs, with the number of all declines as well.
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

impl Measure {
    /// Whether figures are durations, which run on a clock.
    pub const fn is_timed(self) -> bool {
        matches!(
            self,
            Self::Duration
                | Self::TopDuration
                | Self::HandoffOutcomes
                | Self::Stages
                | Self::Composite(_)
        )
    }
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
