//! The mark by which a store and kept columns know the journal that they are folded from.
//!
//! Made of the journal's first record; read by `opening` and `keeper`.

use super::error::Error;
use crate::journal::Journal;
use crate::model::Timestamp;

/// The journal's first record, as the mark by which a store knows its journal.
pub(super) fn mark_of(journal: &Journal) -> Result<Option<Vec<u8>>, Error> {
    if journal.position() == 0 {
        return Ok(None);
    }
    let first = journal.reader(1)?.next().transpose()?;
    Ok(first.map(|record| journal_mark(record.received_at, record.event.get())))
}

/// The mark of the journal whose first record has this instant and this event.
pub fn journal_mark(received_at: Timestamp, event: &str) -> Vec<u8> {
    format!("{received_at}:{event}").into_bytes()
}
