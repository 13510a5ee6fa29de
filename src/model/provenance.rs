//! Where an event comes from: its record's place in the journal, and who sent it.
//!
//! Handed to the folds with each event, which keep of it what they show.

/// What a record says next to its event.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    /// Its place in the journal.
    pub seq: u64,
    /// Who sent it.
    pub actor: &'a str,
}
