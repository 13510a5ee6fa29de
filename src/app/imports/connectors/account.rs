//! What a connector has read since its last account.

use std::collections::BTreeMap;

use super::kept::State;
use crate::app::imports::attachments::FileCounts;
use crate::app::imports::run::{CONFLICT, add_refused};
use crate::app::{App, Batch, ERASED, Error, Format, HubSpotMapping, Migration, Via};
use crate::model::{Body, Completeness};

/// What was read since the last account.
pub(super) struct Account {
    pub(super) migration: Migration,
    pub(super) counts: Counts,
    pub(super) files: FileCounts,
    /// Whether it is time for the next one.
    pub(super) is_due: bool,
}

/// What became of events since the last account.
#[derive(Default)]
pub(super) struct Counts {
    imported: u64,
    duplicates: u64,
    /// Records of which nothing was made.
    rejected: u64,
    refused: BTreeMap<(&'static str, &'static str), u64>,
}

impl Account {
    /// The first; a mapping was read before it was kept.
    pub(super) fn new(format: Format, mapping: Option<&str>) -> Self {
        let mapping = mapping.and_then(|text| HubSpotMapping::parse("mapping", text, None).ok());
        Self {
            migration: Migration::of_connection(format, mapping),
            counts: Counts::default(),
            files: FileCounts::default(),
            is_due: false,
        }
    }

    /// What was read since the last one, if it is time for one and anything came of it.
    pub(super) fn close(&mut self, name: &str) -> Option<Completeness> {
        if !std::mem::take(&mut self.is_due) || self.counts.is_nothing() {
            return None;
        }
        let counts = std::mem::take(&mut self.counts);
        let mut all = Completeness {
            imported: counts.imported,
            duplicates: counts.duplicates,
            ..self.migration.account()
        };
        all.files = vec![format!("connection {name}")];
        // A page without anything in it is no fault.
        all.faults = Vec::new();
        std::mem::take(&mut self.files).add_to(&mut all);
        add_refused(&mut all, counts.refused);
        Some(all)
    }
}

impl Counts {
    /// Whether all that came was there already.
    fn is_nothing(&self) -> bool {
        self.imported == 0 && self.rejected == 0 && self.refused.is_empty()
    }

    pub(super) fn take(
        &mut self,
        app: &App,
        name: &str,
        state: &mut State,
        batch: &Batch,
    ) -> Result<(), Error> {
        state.rejected += batch.rejected.len() as u64;
        self.rejected += batch.rejected.len() as u64;
        if batch.events.is_empty() {
            return Ok(());
        }
        let taken = app.take(Via::Import, &format!("connector:{name}"), &batch.events)?;
        self.imported += taken.accepted;
        self.duplicates += taken.duplicates;
        state.accepted += taken.accepted;
        state.duplicates += taken.duplicates;
        // A draft that is here is an admin's, and never written over.
        let drafts = taken.conflicts.iter().filter(|place| {
            let event = batch.events.get(**place);
            event.is_some_and(|event| matches!(event.body, Body::ShortAnswerUpserted(_)))
        });
        let drafts = drafts.count();
        self.duplicates += drafts as u64;
        state.duplicates += drafts as u64;
        let refused = [
            (("id", CONFLICT), taken.conflicts.len() - drafts),
            (("contact", ERASED), taken.erased.len()),
        ];
        for (why, count) in refused.into_iter().filter(|(_, count)| *count > 0) {
            *self.refused.entry(why).or_default() += count as u64;
            state.rejected += count as u64;
        }
        Ok(())
    }
}
