//! Who knows until when agreements want what tickets wait for: the reports, which judge by them.

use std::fmt;

use super::TicketLine;
use crate::model::Timestamp;

/// Until when agreements want what tickets wait for.
pub trait Deadlines: fmt::Debug {
    /// The first instant by which something has to be done to a ticket.
    fn due_at(&self, line: &TicketLine) -> Option<Timestamp>;
}

/// Nobody has agreed on anything.
impl Deadlines for () {
    fn due_at(&self, _line: &TicketLine) -> Option<Timestamp> {
        None
    }
}
