//! Exports of other products, translated into events: a file or a folder a product.
//!
//! `scanner` finds where each value of the JSON ends, `pages` hands records out, `field` reads
//! them leniently, a [`Translation`] makes events of them, `output` checks and counts what it
//! made, `tally` becomes the completeness report. `table` does the same for CSV, by a mapping. Files are read twice: once to learn who is a
//! rep, once to translate, so that no order among files or pages matters. Memory does not grow
//! with the files. An event's id is its record's, so that an import can be run again.

mod chatwoot;
mod drafted;
mod field;
mod hubspot;
mod intercom;
mod kind;
mod measured;
mod migration;
mod output;
mod pages;
mod recognition;
mod scanner;
mod table;
mod tally;
mod zendesk;

use field::Fields;
use measured::Measured;
use output::Output;
use tally::Tally;

pub use hubspot::HubSpotMapping;
pub use migration::{Migration, Translated};
pub use recognition::recognized;
pub use table::{ColumnRole, Mapping, TableColumn, TableForm, TableSample, first_events, guess};

/// A product whose exports can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Chatwoot.
    Chatwoot,
    /// HubSpot.
    HubSpot,
    /// Intercom.
    Intercom,
    /// Zendesk Support.
    Zendesk,
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Chatwoot, Self::HubSpot, Self::Intercom, Self::Zendesk];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chatwoot => "chatwoot",
            Self::HubSpot => "hubspot",
            Self::Intercom => "intercom",
            Self::Zendesk => "zendesk",
        }
    }

    /// The format of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.as_str() == word)
    }

    fn translation(self) -> Box<dyn Translation> {
        match self {
            Self::Chatwoot => Box::<chatwoot::Chatwoot>::default(),
            Self::HubSpot => Box::<hubspot::HubSpot>::default(),
            Self::Intercom => Box::<intercom::Intercom>::default(),
            Self::Zendesk => Box::<zendesk::Zendesk>::default(),
        }
    }
}

/// How records of one product become events.
trait Translation: Send {
    /// The names under which pages list records, each with the kind of these.
    fn lists(&self) -> &'static [(&'static str, &'static str)];
    /// The kind of a record that stands alone, by its fields.
    fn kind_of(&self, record: Fields<'_>) -> Option<&'static str>;
    /// The fields that records of a kind are expected to have; each that is absent is counted.
    fn fields(&self, kind: &str) -> &'static [&'static str];
    /// Whether records of a kind teach something about others.
    fn is_teacher(&self, kind: &str) -> bool;
    /// Takes in what a record teaches.
    fn learn(&mut self, kind: &'static str, record: Fields<'_>);
    /// Makes events of a record.
    fn translate(&mut self, kind: &'static str, record: Fields<'_>, output: &mut Output<'_>);
    /// Says that the records come from a connection: what explains them comes along with each.
    fn expect_all(&mut self) {}
    /// The figures that the source itself gives of its conversations or tickets.
    fn measured(&self) -> &'static [Measured] {
        &[]
    }
    /// Says at the end what the export does not.
    fn close(&self, tally: &mut Tally);
}
