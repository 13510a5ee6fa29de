//! Which tickets a list is narrowed to.

use std::collections::HashSet;

use super::block::Entry;
use super::filter::Found;
use super::line_file::LineFile;
use super::ticket_line::TicketStatus;
use super::words::Codes;
use super::{DeskMoment, TicketLine};
use crate::model::{ContactId, InboxId, TeamId};

/// What a list of tickets is narrowed to; what says nothing lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// In which pipelines.
    pub pipelines: Vec<String>,
    /// In which stages.
    pub stages: Vec<String>,
    /// How far.
    pub statuses: Vec<TicketStatus>,
    /// Owned by which reps.
    pub owners: Vec<String>,
    /// Given to which reps, as owner or beside them.
    pub reps: Vec<String>,
    /// Of which teams, or of a rep of theirs.
    pub teams: Vec<String>,
    /// How urgent.
    pub priorities: Vec<String>,
    /// For which services.
    pub services: Vec<String>,
    /// On which channels.
    pub channels: Vec<String>,
    /// In which inboxes.
    pub inboxes: Vec<String>,
    /// For which contacts.
    pub contacts: Vec<String>,
    /// For contacts of a company: these.
    pub staff: Option<HashSet<String>>,
    /// Only those with something to be done by an instant, or only those without.
    pub at_risk: Option<bool>,
    /// With these words, wherever they are.
    pub found: Option<Found>,
}

impl TicketFilter {
    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The filter over the tickets of a desk at a moment.
    pub(super) fn over<'a>(
        &'a self,
        file: &LineFile<TicketLine>,
        moment: &'a DeskMoment<'a>,
    ) -> TicketSieve<'a> {
        let is_owner = |id: &str| self.owners.iter().any(|owner| owner == id);
        let rest = Self {
            owners: Vec::new(),
            statuses: Vec::new(),
            ..self.clone()
        };
        TicketSieve {
            filter: self,
            moment,
            owners: (!self.owners.is_empty()).then(|| file.words().those(is_owner)),
            reads_lines: !rest.is_empty(),
        }
    }

    /// Whether it takes a line, in whose text words are sought, its owner and status aside.
    fn takes(&self, line: &TicketLine, text: &str, moment: &DeskMoment<'_>) -> bool {
        let is_any = |wanted: &[String], held: Option<&str>| {
            wanted.is_empty() || held.is_some_and(|held| wanted.iter().any(|one| one == held))
        };
        let now = moment.now;
        let contact = line.contact.as_ref().map(ContactId::as_str);
        is_any(&self.pipelines, Some(line.pipeline.as_str()))
            && is_any(&self.stages, Some(line.stage_at(now)))
            && (self.reps.is_empty() || self.reps.iter().any(|rep| line.is_of(rep)))
            && is_any(&self.teams, team(line, moment))
            && is_any(&self.priorities, line.priority.as_deref())
            && is_any(&self.services, line.service.as_deref())
            && is_any(&self.channels, line.channel.as_deref())
            && is_any(&self.inboxes, line.inbox.as_ref().map(InboxId::as_str))
            && is_any(&self.contacts, contact)
            && (self.staff.as_ref())
                .is_none_or(|staff| contact.is_some_and(|id| staff.contains(id)))
            && (self.at_risk).is_none_or(|at_risk| at_risk == line.due_at(moment).is_some())
            && self
                .found
                .as_ref()
                .is_none_or(|found| has(line, text, found))
    }
}

/// A filter made ready for one pass over the tickets.
pub(super) struct TicketSieve<'a> {
    filter: &'a TicketFilter,
    moment: &'a DeskMoment<'a>,
    owners: Option<Codes>,
    /// Whether anything is wanted that only the lines say.
    reads_lines: bool,
}

impl TicketSieve<'_> {
    pub(super) fn takes(&self, entry: &Entry<'_, TicketLine>) -> bool {
        let (glance, statuses) = (entry.glance, &self.filter.statuses);
        let is_owners = |owners: &Codes| glance.owner.is_some_and(|owner| owners.has(owner));
        let reads = || self.filter.takes(entry.line(), entry.text, self.moment);
        self.owners.as_ref().is_none_or(is_owners)
            && (statuses.is_empty() || statuses.contains(&glance.status_at(self.moment.now)))
            && (!self.reads_lines || reads())
    }
}

/// Whether what was sought is in it, in its conversation or in its contact.
fn has(line: &TicketLine, text: &str, found: &Found) -> bool {
    let conversation = line.conversation.as_ref();
    let contact = line.contact.as_ref();
    conversation.is_some_and(|id| found.conversations.contains(id.as_str()))
        || contact.is_some_and(|id| found.contacts.contains(id.as_str()))
        || (!found.words.is_empty() && found.words.iter().all(|word| text.contains(word)))
}

/// Its own team, else the one of its owner.
fn team<'a>(line: &'a TicketLine, moment: &'a DeskMoment<'_>) -> Option<&'a str> {
    let own = line.team.as_ref().map(TeamId::as_str);
    let of_owner = || {
        let owner = line.owner.as_ref()?;
        moment.directory.team_at(owner.as_str(), moment.now)
    };
    own.or_else(of_owner)
}
