//! A ticket's facts: owners, closes and reopenings, and the stretches it was open.

use super::Context;
use super::job::{self, Job, JobHistory};
use super::own::{own, schedule_from};
use super::owner::Owner;
use super::ticket_facts::{OpenStretch, Stay, Ticket};
use super::unit::{Parts, TicketEvents};
use super::word::Exclusion;
use crate::model::event::{Body, Event, TicketOpened};
use crate::model::{ContactId, InboxId, RepId, TeamId, Timestamp};

/// A ticket while its events are read.
struct Course<'a, 'c> {
    context: &'c Context<'a>,
    ticket: Ticket<'a>,
    own_team: Option<&'a str>,
    owner: Option<&'a str>,
    stage: &'a str,
    closed: bool,
}

/// The facts of a ticket; `None` when nothing opened it.
pub(super) fn fold<'a>(
    context: &Context<'a>,
    parts: &Parts<'a>,
    id: &'a str,
    own: &TicketEvents<'a>,
) -> Option<Ticket<'a>> {
    let (event, opened) = own.opened?;
    let opening = Opening {
        at: event.at,
        opened,
    };
    let mut course = Course::open(context, parts, id, opening);
    let blocked_at = course
        .ticket
        .contact
        .and_then(|contact| context.blocked_at(contact));
    let first_owner = own.events.iter().find_map(|event| match &event.body {
        Body::TicketAssigned(assigned) => Some(assigned.reps.first()),
        _ => None,
    });
    if course.owner.is_none()
        && let Some(Some(rep)) = first_owner
    {
        let team = course.team_of(Some(rep.as_str()), event.at);
        course.ticket.opened_owner = Owner {
            rep: Some(rep.as_str()),
            team,
        };
    }
    // Events earlier than the opening take effect at the opening, in their own order.
    for later in &own.events {
        let at = later.at.max(event.at);
        if blocked_at.is_some_and(|blocked| blocked < at) {
            break;
        }
        course.step(at, later);
    }
    if let Some(at) = blocked_at
        && !course.closed
    {
        course.move_to(at.max(event.at), course.stage, true);
        course.ticket.closed_by_block = true;
        course.ticket.stays_to_close = course.ticket.stays.len();
    }
    course.ticket.holders = course.holders();
    course.ticket.reps = reps(opened, &own.events);
    if !course.ticket.support {
        let job = course.job(parts, own, opening, blocked_at);
        course.ticket.job = Some(job);
    }
    Some(course.ticket)
}

/// Who has a ticket by now.
fn reps<'a>(opened: &'a TicketOpened, events: &[&'a Event]) -> Vec<&'a str> {
    let given = events.iter().rev().find_map(|event| match &event.body {
        Body::TicketAssigned(assigned) => Some(&assigned.reps),
        _ => None,
    });
    match given {
        Some(given) => given.iter().map(RepId::as_str).collect(),
        None => opened.owner.iter().map(RepId::as_str).collect(),
    }
}

/// How a ticket was opened, and when.
#[derive(Clone, Copy)]
struct Opening<'a> {
    at: Timestamp,
    opened: &'a TicketOpened,
}

impl<'a, 'c> Course<'a, 'c> {
    fn open(
        context: &'c Context<'a>,
        parts: &Parts<'a>,
        id: &'a str,
        opening: Opening<'a>,
    ) -> Self {
        let Opening { at, opened } = opening;
        let conversation = opened
            .conversation
            .as_ref()
            .map(|id| parts.root(id.as_str()));
        let start = conversation
            .and_then(|id| parts.conversations.get(id))
            .and_then(|conversation| conversation.start);
        let contact = opened.contact.as_ref().map(ContactId::as_str);
        let excluded = if parts.is_merged(id) {
            Exclusion::Merged
        } else {
            conversation.map_or(Exclusion::No, |id| parts.excluded(id))
        };
        let mut course = Self {
            context,
            own_team: opened.team.as_ref().map(TeamId::as_str),
            owner: opened.owner.as_ref().map(RepId::as_str),
            stage: opened.stage.as_str(),
            closed: false,
            ticket: Ticket {
                id,
                pipeline: opened.pipeline.as_str(),
                support: context.directory.is_support(&opened.pipeline, at),
                conversation,
                contact: contact.or_else(|| start.map(|start| start.contact)),
                channel: opened.channel.as_deref(),
                inbox: opened.inbox.as_ref().map(InboxId::as_str),
                schedules: opened
                    .schedule
                    .iter()
                    .map(|schedule| (at, Some(schedule.as_str())))
                    .collect(),
                priority: opened.priority.as_deref(),
                service: opened.service.as_deref(),
                excluded,
                own: own(Timestamp::MIN, &opened.attributes).collect(),
                opened_at: at,
                close_due_at: opened.close_due_at,
                first_response_due_at: opened.first_response_due_at,
                ..Ticket::default()
            },
        };
        course.ticket.opened_owner = course.owner_at(at);
        course.ticket.owners.push((at, course.owner));
        let closed = course.is_closed(course.stage, at);
        course.begin_stretch(at);
        course.enter(at, course.stage);
        if closed {
            course.move_to(at, course.stage, true);
        }
        course
    }

    /// The ticket as a job.
    fn job(
        &self,
        parts: &Parts<'a>,
        own: &TicketEvents<'a>,
        opening: Opening<'a>,
        blocked_at: Option<Timestamp>,
    ) -> Job<'a> {
        let Opening { at, opened } = opening;
        let talk = self.ticket.conversation.map(|id| parts.steps(id));
        let talk = talk.unwrap_or_default();
        let told = JobHistory {
            at,
            opened,
            own: &own.events,
            by_proposal: parts.opened_by_proposal(self.ticket.id, own, &talk),
            talk: &talk,
            blocked_at,
        };
        job::fold(self.context, &told, |then| self.holder(then))
    }

    /// Whose it was at an instant; of the opening itself, the first owner's if it had none.
    fn holder(&self, at: Timestamp) -> Owner<'a> {
        let owners = &self.ticket.owners;
        let after = owners.partition_point(|(from, _)| *from <= at);
        let last = owners.get(after.saturating_sub(1));
        let rep = last.and_then(|(_, owner)| *owner);
        if at == self.ticket.opened_at && rep.is_none() {
            return self.ticket.opened_owner;
        }
        Owner {
            rep,
            team: self.team_of(rep, at),
        }
    }

    /// Whose it was through time, where that ever changed.
    fn holders(&self) -> Vec<(Timestamp, Owner<'a>)> {
        let owners = &self.ticket.owners;
        let mut instants: Vec<Timestamp> = owners.iter().map(|(from, _)| *from).collect();
        if self.own_team.is_none() {
            let reps = owners.iter().filter_map(|(_, owner)| *owner);
            let moves = reps.flat_map(|rep| self.context.directory.team_changes(rep));
            instants.extend(moves.filter(|at| *at > self.ticket.opened_at));
        }
        // An owner that is found only after the opening was nobody's in between.
        if owners.first().is_some_and(|(_, owner)| owner.is_none()) {
            instants.push(Timestamp::from_millis(self.ticket.opened_at.millis() + 1));
        }
        instants.sort_unstable();
        instants.dedup();
        let mut holders: Vec<(Timestamp, Owner<'a>)> = Vec::new();
        for at in instants {
            let owner = self.holder(at);
            if holders.last().is_none_or(|(_, last)| *last != owner) {
                holders.push((at, owner));
            }
        }
        if holders.len() < 2 {
            holders.clear();
        }
        holders
    }

    fn is_closed(&self, stage: &str, at: Timestamp) -> bool {
        self.context
            .directory
            .is_closed(self.ticket.pipeline, stage, at)
    }

    fn team_of(&self, owner: Option<&'a str>, at: Timestamp) -> Option<&'a str> {
        self.own_team
            .or_else(|| self.context.directory.team_at(owner?, at))
    }

    fn owner_at(&self, at: Timestamp) -> Owner<'a> {
        Owner {
            rep: self.owner,
            team: self.team_of(self.owner, at),
        }
    }

    fn begin_stretch(&mut self, at: Timestamp) {
        let owner = self.owner_at(at);
        self.ticket.open.push(OpenStretch {
            from: at,
            until: None,
            owner: owner.rep,
            team: owner.team,
            pipeline: self.ticket.pipeline,
            priority: self.ticket.priority,
            service: self.ticket.service,
        });
    }

    /// Begins another stretch, when what distinguishes it has changed.
    fn next_stretch(&mut self, at: Timestamp) {
        if !self.closed {
            self.end_stretch(at);
            self.begin_stretch(at);
        }
    }

    fn enter(&mut self, at: Timestamp, stage: &'a str) {
        if let Some(last) = self.ticket.stays.last_mut() {
            last.until.get_or_insert(at);
        }
        self.ticket.stays.push(Stay {
            stage,
            from: at,
            until: None,
        });
    }

    fn end_stretch(&mut self, at: Timestamp) {
        if let Some(stretch) = self.ticket.open.last_mut() {
            stretch.until.get_or_insert(at);
        }
    }

    fn step(&mut self, at: Timestamp, event: &'a Event) {
        match &event.body {
            Body::TicketStaged(staged) if staged.stage != self.stage => {
                let closed = self.is_closed(&staged.stage, at);
                if closed && !self.closed {
                    self.ticket.stays_to_close = self.ticket.stays.len();
                }
                self.enter(at, staged.stage.as_str());
                self.move_to(at, staged.stage.as_str(), closed);
            }
            Body::TicketAssigned(assigned) => {
                self.owner = assigned.reps.first().map(RepId::as_str);
                self.ticket.owners.push((at, self.owner));
                self.next_stretch(at);
            }
            Body::TicketUpdated(updated) => {
                let ticket = &mut self.ticket;
                ticket.own.extend(own(at, &updated.attributes));
                if let Some(pipeline) = &updated.pipeline {
                    ticket.pipeline = pipeline.as_str();
                    ticket.support = self.context.directory.is_support(pipeline, at);
                }
                ticket.priority = updated.priority.as_deref().or(ticket.priority);
                ticket.service = updated.service.as_deref().or(ticket.service);
                ticket.channel = updated.channel.as_deref().or(ticket.channel);
                ticket.inbox = updated
                    .inbox
                    .as_ref()
                    .map_or(ticket.inbox, |inbox| Some(inbox.as_str()));
                ticket
                    .schedules
                    .extend(schedule_from(at, &updated.schedule));
                let last = ticket.open.last();
                if last.is_some_and(|last| {
                    (last.pipeline, last.priority, last.service)
                        != (ticket.pipeline, ticket.priority, ticket.service)
                }) {
                    self.next_stretch(at);
                }
            }
            _ => {}
        }
    }

    fn move_to(&mut self, at: Timestamp, stage: &'a str, closed: bool) {
        self.stage = stage;
        if closed == self.closed {
            return;
        }
        self.closed = closed;
        if closed {
            let owner = self.owner_at(at);
            if self.ticket.first_closed_at.is_none() {
                self.ticket.first_closed_at = Some(at);
                self.ticket.first_closed_owner = owner;
            }
            self.ticket.closed_at = Some(at);
            self.ticket.closed_owner = owner;
            self.end_stretch(at);
        } else {
            self.ticket.closed_at = None;
            self.ticket.reopened = true;
            self.begin_stretch(at);
        }
    }
}
