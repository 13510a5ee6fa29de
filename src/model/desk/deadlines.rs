//! Who knows until when agreements want what tickets wait for: the reports, which judge by them.

use std::fmt;

use super::{Line, TicketLine};
use crate::model::Timestamp;

/// Until when agreements want what tickets wait for.
pub trait Deadlines: fmt::Debug {
    /// The first instant by which something has to be done to a ticket.
    fn due_at(&self, line: &TicketLine) -> Option<Timestamp>;

    /// The first instant by which something has to be written in a conversation without a ticket.
    fn line_due_at(&self, line: &Line) -> Option<Timestamp>;
}

/// Nobody has agreed on anything.
impl Deadlines for () {
    fn due_at(&self, _line: &TicketLine) -> Option<Timestamp> {
        None
    }

    fn line_due_at(&self, _line: &Line) -> Option<Timestamp> {
        None
    }
}
