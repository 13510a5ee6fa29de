//! The synthetic desk as units, a few thousand conversations at a time.

use std::sync::Arc;

use svar::demo;
use svar::model::event::Subject;
use svar::model::{Directory, Event};
use svar::projection::UnitFolder;

use crate::common::options;

/// A desk's units: the events of each conversation with its tickets, in event order.
///
/// Merges across conversations are not joined; a bench counts work, not truth.
pub(crate) struct Batch {
    /// What is next to the units.
    pub(crate) folder: UnitFolder,
    /// Each unit's events.
    pub(crate) of_units: Vec<Vec<Event>>,
}

/// Calls `with` with the desk, batch by batch.
pub(crate) fn for_each_batch(conversations: u32, mut with: impl FnMut(Batch)) {
    const BATCH: usize = 8_192;
    let mut events = demo::events(&options(conversations)).peekable();
    let mut installation = Vec::new();
    let mut folder: Option<UnitFolder> = None;
    let mut units: Vec<Vec<Event>> = Vec::new();
    let mut last: Option<String> = None;
    while let Some(event) = events.next() {
        match event.body.subject() {
            Subject::Installation => installation.push(event),
            Subject::Contact(_) => {}
            Subject::Conversation(id) => {
                if last.as_deref() != Some(id) {
                    last = Some(id.to_owned());
                    units.push(Vec::new());
                }
                units.last_mut().expect("a unit").push(event);
            }
            Subject::Ticket(_) => {
                if units.is_empty() {
                    units.push(Vec::new());
                }
                units.last_mut().expect("a unit").push(event);
            }
        }
        if units.len() > BATCH || events.peek().is_none() {
            let folder = folder.get_or_insert_with(|| {
                installation.sort_by(svar::model::event::cmp_events);
                UnitFolder {
                    directory: Arc::new(Directory::fold(&installation)),
                    ..UnitFolder::default()
                }
            });
            for unit in &mut units {
                unit.sort_by(svar::model::event::cmp_events);
            }
            with(Batch {
                folder: folder.clone(),
                of_units: std::mem::take(&mut units),
            });
            last = None;
        }
    }
}
