//! What lists judge a ticket by before they look at its line, which most need not.

use serde::{Deserialize, Serialize};

use super::filed::FiledLine;
use super::ticket_line::{TicketLine, TicketStatus};
use super::words::{Code, Words};
use crate::model::{ContactId, RepId, Timestamp};

/// The instants and the owner of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TicketGlance {
    closed_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    pub(super) opened_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// The number of the owner's id.
    pub(super) owner: Option<Code>,
}

impl TicketGlance {
    /// When it was over, if it was by then.
    pub(super) fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.closed_at.or(self.expires_at.filter(|at| *at <= now))
    }

    /// Whether something can still be done to it.
    pub(super) fn status_at(&self, now: Timestamp) -> TicketStatus {
        match self.over_at(now) {
            None => TicketStatus::Open,
            Some(_) => TicketStatus::Closed,
        }
    }
}

impl TicketLine {
    fn glance_as(&self, owner: Option<Code>) -> TicketGlance {
        TicketGlance {
            closed_at: self.closed_at,
            expires_at: self.expires_at,
            opened_at: self.opened_at,
            updated_at: self.updated_at,
            owner,
        }
    }

    /// When it was over, if it was by then.
    pub fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.glance_as(None).over_at(now)
    }

    /// Whether something can still be done to it.
    pub fn status_at(&self, now: Timestamp) -> TicketStatus {
        self.glance_as(None).status_at(now)
    }
}

impl FiledLine for TicketLine {
    type Glance = TicketGlance;
    /// The ids of owners.
    type Words = Words;

    fn id(&self) -> &str {
        self.ticket.as_str()
    }

    fn unit(&self) -> u32 {
        self.unit
    }

    fn contact(&self) -> Option<&str> {
        self.contact.as_ref().map(ContactId::as_str)
    }

    fn glance(&self, words: &mut Words) -> TicketGlance {
        let owner = self.owner.as_ref().map(RepId::as_str);
        self.glance_as(owner.map(|owner| words.code_of(owner)))
    }

    fn text(&self) -> String {
        let texts = [self.subject.as_deref(), self.service.as_deref()];
        let texts = texts.into_iter().flatten().chain([self.ticket.as_str()]);
        let texts: Vec<String> = texts.map(str::to_lowercase).collect();
        texts.join("\n")
    }
}
