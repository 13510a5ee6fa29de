//! The figures that a source itself gives of its conversations, and what they came to beside ours.
//!
//! `ingest` collects the source's figures, `report` sets ours beside them and says by which rule
//! they differ; what it came to is journalled with the import. The figures are no facts: no report
//! counts them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::required_number;

/// The most things of which a source's figures are compared.
pub const MOST_MEASURED: usize = 200_000;
/// The most figures of one source.
pub const MOST_FIGURES: usize = 12;

/// The clock that a figure runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureClock {
    /// Around the clock.
    Calendar,
    /// In working time.
    Business,
}

impl FigureClock {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Business => "business",
        }
    }
}

/// A figure that a source gives of each of its things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFigure {
    /// What the source calls it.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// The report of ours that says the same.
    #[schema(
        pattern = "^(first_response_time|ticket_first_response_time|time_to_first_close|time_to_close|human_resolution_time|csat)$"
    )]
    pub report: String,
    /// Whether it is the first of a thing's rows that it is of, else the last.
    pub is_first: bool,
    /// The clock that it runs on.
    pub clock: FigureClock,
    /// How exactly it is given, in seconds.
    #[schema(minimum = 1, maximum = 86_400)]
    #[serde(deserialize_with = "required_number")]
    pub step_secs: u32,
}

/// What a source says of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasuredThing {
    /// The conversation or ticket, by its id here.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
    /// Its figures, in the order of the figures: seconds, or a score of 1 to 5; null: none.
    #[schema(max_items = 12)]
    pub values: Vec<Option<u32>>,
}

/// What a source says of its things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFigures {
    /// The figures that it gives.
    #[schema(max_items = 12)]
    pub figures: Vec<SourceFigure>,
    /// Each thing with its values.
    #[schema(max_items = 200_000)]
    pub things: Vec<MeasuredThing>,
    /// How many more things it gives figures of.
    #[serde(deserialize_with = "required_number")]
    pub left_out: u64,
}

/// What the values of one side come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// How many there are.
    #[serde(deserialize_with = "required_number")]
    pub count: u64,
    /// Their mean: seconds, or the share that is satisfied.
    pub mean: Option<f64>,
    /// Their median, of durations.
    pub median: Option<f64>,
}

/// A source's figure beside ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconciliation {
    /// What the source calls it.
    pub name: String,
    /// Our report that says the same.
    pub report: String,
    /// The clock that both run on.
    pub clock: FigureClock,
    /// How exactly the source gives it, in seconds.
    #[serde(deserialize_with = "required_number")]
    pub step_secs: u32,
    /// Our values.
    pub ours: Side,
    /// The source's.
    pub theirs: Side,
    /// How many things have a value on either side.
    #[serde(deserialize_with = "required_number")]
    pub compared: u64,
    /// For how many both agree, as exactly as the source gives it.
    #[serde(deserialize_with = "required_number")]
    pub agreeing: u64,
    /// Of how many more things the source gives figures that were not compared.
    #[serde(deserialize_with = "required_number")]
    pub left_out: u64,
    /// Why they differ: the rules, with how many differ by each.
    #[schema(max_items = 50)]
    pub rules: Vec<RuleCount>,
    /// The rows that differ: those that no rule explains first, then by how much.
    #[schema(max_items = 200)]
    pub rows: Vec<ReconciledRow>,
}

impl Reconciliation {
    /// How many differ.
    pub const fn differing(&self) -> u64 {
        self.compared.saturating_sub(self.agreeing)
    }
}

/// How many rows differ by one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleCount {
    /// The rule's word.
    pub rule: String,
    /// The rule in a sentence.
    pub because: String,
    /// How many.
    #[serde(deserialize_with = "required_number")]
    pub count: u64,
}

/// A thing for which we and the source say different things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReconciledRow {
    /// Which conversation or ticket.
    pub id: String,
    /// Ours; null: none.
    pub ours: Option<f64>,
    /// Theirs; null: none.
    pub theirs: Option<f64>,
    /// The word of the rule that explains it.
    pub rule: String,
    /// What it comes from in this case, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
