//! Exports of other products, read in batches as files of events are.
//!
//! Fed by `ingest::source`; read by imports.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::Batch;
use crate::ingest::{Error, Format, HubSpotMapping, Input, Mapping, Migration as Run, Translated};
use crate::model::Completeness;
use crate::model::reconciliation::SourceFigures;

/// An export that is being imported.
pub struct Migration(Run);

impl Migration {
    /// The start of one.
    pub fn new(format: Format) -> Self {
        Self(Run::new(format))
    }

    /// The start of one of what a connection gives.
    pub fn of_connection(format: Format, mapping: Option<HubSpotMapping>) -> Self {
        Self(Run::of_connection(format, mapping))
    }

    /// The start of one of HubSpot's, with what only its user can say.
    pub fn of_hubspot(mapping: HubSpotMapping) -> Self {
        Self(Run::of_hubspot(mapping))
    }

    /// The start of one of tables.
    pub fn of_table(mapping: Mapping) -> Self {
        Self(Run::of_table(mapping))
    }

    /// Opens a file of it.
    pub fn open(&self, path: &Path) -> Result<Input, Error> {
        self.0.open(path)
    }

    /// Reads a file for what it says about others; all are read so before the first is translated.
    pub fn learn(&mut self, path: &Path) -> Result<(), Error> {
        self.0.learn(path)
    }

    /// As [`Self::learn`], of what is open already.
    pub(super) fn learn_input(&mut self, input: Input) -> Result<(), Error> {
        self.0.learn_input(input)
    }

    /// Translates a file, handing over batches of events; ends early when that says so.
    pub fn translate(
        &mut self,
        input: Input,
        mut deliver: impl FnMut(Batch) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        self.0.translate(input, &mut |made| deliver(batch(made)))
    }

    /// What it came to since the last account, save what became of its events.
    pub(super) fn account(&mut self) -> Completeness {
        self.0.account()
    }

    /// The figures that the source itself gives; asked for once, when all files are translated.
    pub fn figures(&mut self) -> SourceFigures {
        self.0.figures()
    }

    /// What it came to, save what became of its events.
    pub fn completeness(self) -> Completeness {
        self.0.completeness()
    }
}

fn batch(made: Translated) -> Batch {
    let (lines, events) = made.events.into_iter().unzip::<u64, _, Vec<u64>, Vec<_>>();
    Batch {
        events: events.into_iter().map(Arc::new).collect(),
        lines,
        rejected: made.rejected,
    }
}
