//! The desk as reps see it: the conversations and tickets that are open or were closed lately,
//! each as a line of a list.
//!
//! A fold beside the facts: whenever a unit is folded anew its lines are replaced, so they agree
//! with the reports. Kept in memory and with the columns, so that a list needs no store. Fed by
//! `projection`, read by `app`.

mod block;
mod deadlines;
mod filed;
mod filter;
mod first;
mod glance;
mod kept;
mod line;
mod line_file;
mod list;
mod open_counts;
mod promised;
mod queue;
mod sieve;
mod ticket_filter;
mod ticket_glance;
mod ticket_line;
mod ticket_list;
mod unread;
mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use deadlines::Deadlines;
pub use filter::{DeskFilter, Found};
pub use glance::Occurring;
pub use kept::Unreadable;
pub use line::{Line, LineStatus, Seen};
pub use list::{DeskQuery, DeskView, Page, Sort, Standing, ViewCounts};
pub use open_counts::OpenCounts;
pub use promised::{OpenPromise, Promised, StageStay, Terms};
pub use queue::{QueueMoment, QueuePlan, loads_of};
pub use ticket_filter::TicketFilter;
pub use ticket_line::{TicketLine, TicketStatus};
pub use ticket_list::{TicketOrder, TicketPage, TicketQuery, TicketView, TicketViewCounts};

pub use unread::Unread;

use line_file::LineFile;

use super::attention::Attention;
use super::{Directory, Timestamp};

/// What lists are made by besides their lines.
#[derive(Clone, Copy, Debug)]
pub struct DeskMoment<'a> {
    /// What reps have looked at and put off.
    pub attention: &'a Attention,
    /// Who is in which team.
    pub directory: &'a Directory,
    /// Until when agreements want what tickets wait for.
    pub deadlines: &'a dyn Deadlines,
    /// When.
    pub now: Timestamp,
}

/// The lines of one unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnitLines {
    /// Those of its conversations.
    pub conversations: Vec<Line>,
    /// Those of its tickets.
    pub tickets: Vec<TicketLine>,
}

/// All lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    conversations: LineFile<Line>,
    tickets: LineFile<TicketLine>,
}

impl Lines {
    /// The lines of conversations, in no order that means anything.
    pub fn lines(&self) -> impl Iterator<Item = &Arc<Line>> {
        self.conversations.iter()
    }

    /// The lines of a contact's conversations.
    pub fn lines_of<'a>(&'a self, contact: &str) -> impl Iterator<Item = &'a Arc<Line>> {
        let entries = self.conversations.of_contact(contact);
        entries.map(|entry| entry.line())
    }

    /// The line of a conversation, if it is on the desk.
    pub fn line(&self, conversation: &str) -> Option<&Arc<Line>> {
        self.conversations.get(conversation)
    }

    /// The lines of tickets, in no order that means anything.
    pub fn tickets(&self) -> impl Iterator<Item = &Arc<TicketLine>> {
        self.tickets.iter()
    }

    /// The line of a ticket, if it is on the desk.
    pub fn ticket(&self, ticket: &str) -> Option<&Arc<TicketLine>> {
        self.tickets.get(ticket)
    }

    /// Forgets the lines of units that are folded anew.
    pub fn forget(&mut self, units: impl IntoIterator<Item = u32>) {
        for unit in units {
            self.conversations.forget(unit);
            self.tickets.forget(unit);
        }
    }

    /// Adds the lines of a unit.
    pub fn add(&mut self, lines: UnitLines) {
        for line in lines.conversations {
            self.conversations.add(line);
        }
        for line in lines.tickets {
            self.tickets.add(line);
        }
    }
}
