//! What an import of another product's export came to, so that nobody has to believe that all of
//! it came.
//!
//! Worked out by `ingest` while it translates, journalled when the import is done, shown as it
//! was. Nothing is decided by it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reconciliation::Reconciliation;
use super::required_number;

/// What became of an export: what was read, what came of it, and what did not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Completeness {
    /// The product that it was exported from, such as `zendesk`.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub format: String,
    /// The files, by their names.
    #[schema(max_items = 1_000)]
    pub files: Vec<String>,
    /// Records by kind.
    #[schema(max_items = 200)]
    pub records: Vec<RecordCount>,
    /// How many events are new and safe on disk.
    #[serde(deserialize_with = "required_number")]
    pub imported: u64,
    /// How many events were there already.
    #[serde(deserialize_with = "required_number")]
    pub duplicates: u64,
    /// Records that nothing came of because something in them was wrong, by reason.
    #[schema(max_items = 200)]
    pub rejected: Vec<RejectCount>,
    /// Words that have no counterpart, and what was made of them.
    #[schema(max_items = 200)]
    pub unmapped: Vec<UnmappedCount>,
    /// Fields that would have said something and were absent or unreadable.
    #[schema(max_items = 200)]
    pub missing: Vec<MissingCount>,
    /// Our counts beside the source's own.
    #[schema(max_items = 50)]
    pub counters: Vec<Counter>,
    /// The source's own figures beside ours, where it gives any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 12)]
    pub reconciled: Vec<Reconciliation>,
    /// What the export does not say, and the reports that therefore show little or nothing.
    #[schema(max_items = 50)]
    pub blind: Vec<Blind>,
    /// Why files could not be read to their end.
    #[schema(max_items = 1_000)]
    pub faults: Vec<String>,
}

/// How many records of a kind there were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordCount {
    /// What the source calls them.
    pub kind: String,
    /// How many were read.
    #[serde(deserialize_with = "required_number")]
    pub read: u64,
    /// Of how many events were made.
    #[serde(deserialize_with = "required_number")]
    pub translated: u64,
    /// Of how many something was refused.
    #[serde(deserialize_with = "required_number")]
    pub rejected: u64,
    /// Of how many nothing was made, because they hold nothing that Svar keeps.
    #[serde(deserialize_with = "required_number")]
    pub passed_over: u64,
}

/// How many records were refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectCount {
    /// Their kind.
    pub kind: String,
    /// The field at fault; empty: the record itself.
    pub field: String,
    /// What was wrong.
    pub reason: String,
    /// How many.
    #[serde(deserialize_with = "required_number")]
    pub count: u64,
}

/// How often a word came that has no counterpart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmappedCount {
    /// The field, such as `tickets.status`.
    pub field: String,
    /// The word.
    pub value: String,
    /// What was made of it.
    pub taken_as: String,
    /// How often.
    #[serde(deserialize_with = "required_number")]
    pub count: u64,
}

/// How often a field was absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingCount {
    /// The field, such as `tickets.via.channel`.
    pub field: String,
    /// How often.
    #[serde(deserialize_with = "required_number")]
    pub count: u64,
}

/// A count of ours beside the source's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// What is counted, as the source calls it.
    pub name: String,
    /// How many things both counted.
    #[serde(deserialize_with = "required_number")]
    pub compared: u64,
    /// Our sum over them.
    #[serde(deserialize_with = "required_number")]
    pub ours: u64,
    /// The source's.
    #[serde(deserialize_with = "required_number")]
    pub theirs: u64,
    /// For how many of them the counts differ.
    #[serde(deserialize_with = "required_number")]
    pub differing: u64,
    /// The first of those.
    #[schema(max_items = 20)]
    pub examples: Vec<Difference>,
    /// Which rule explains differences.
    pub rule: String,
}

/// A thing that we count otherwise than the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Which, by its id here.
    pub id: String,
    /// Our count.
    #[serde(deserialize_with = "required_number")]
    pub ours: u64,
    /// The source's.
    #[serde(deserialize_with = "required_number")]
    pub theirs: u64,
}

/// Something that an export does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Blind {
    /// What is not there, and what to do about it where something can be done.
    pub lack: String,
    /// The reports that show little or nothing because of it.
    #[schema(max_items = 100)]
    pub reports: Vec<String>,
}

impl Completeness {
    /// How many records were read.
    pub fn read(&self) -> u64 {
        self.records.iter().map(|kind| kind.read).sum()
    }

    /// How many records were refused.
    pub fn refused(&self) -> u64 {
        self.records.iter().map(|kind| kind.rejected).sum()
    }
}
