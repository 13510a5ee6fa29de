//! What happens to tickets as rows: stays in stages, and what was promised.
//!
//! Promises are rows only where something can promise: the source's own due instants always,
//! all others once the first agreement has come in.

use super::rows::{RowWriter, or_never};
use crate::metrics::{JobRow, NONE, PromiseRow, StayRow, ThreadRow, TicketRow};
use crate::model::episode::{DeclinedBy, Job, JobMark, JobStage, Promise, Thread, Ticket};
use crate::model::event::JobRequest;

impl RowWriter<'_> {
    /// The stays of a ticket in its stages.
    pub(super) fn stays(&mut self, row: &TicketRow, ticket: &Ticket<'_>) {
        let codes = self.dictionaries;
        for (place, stay) in ticket.stays.iter().enumerate() {
            let before = ticket.stays.iter().take(place);
            self.update.stays.push(StayRow {
                unit: self.unit,
                ticket: row.ticket,
                conversation: row.conversation,
                pipeline: row.pipeline,
                stage: codes.stage.intern(stay.stage),
                from: stay.from.millis(),
                until: or_never(stay.until),
                before_close: place < ticket.stays_to_close,
                first: before.into_iter().all(|other| other.stage != stay.stage),
                opened_at: row.opened_at,
                closed_at: row.closed_at,
                closed_by_block: row.closed_by_block,
                contact: row.contact,
                channel: row.channel,
                priority: row.priority,
                service: row.service,
                rep: row.closed_rep,
                team: row.closed_team,
                excluded: row.excluded,
                support: row.support,
            });
        }
    }

    /// What of a ticket counts among jobs.
    pub(super) fn jobs(&mut self, row: &TicketRow, ticket: &Ticket<'_>) {
        let Some(job) = &ticket.job else { return };
        // A job comes to that stage by time alone, with no row that names it.
        self.dictionaries.stage.intern(JobStage::Expired.as_str());
        for mark in &job.marks {
            let told = self.job(row, job, mark);
            self.update.jobs.push(told);
        }
    }

    fn job(&self, row: &TicketRow, job: &Job<'_>, mark: &JobMark<'_>) -> JobRow {
        let codes = self.dictionaries;
        let request = JobRequest::ALL
            .iter()
            .position(|other| *other == job.request);
        let declined = job.declined;
        let review = job.review;
        JobRow {
            unit: self.unit,
            ticket: row.ticket,
            conversation: row.conversation,
            kind: mark.event as u8,
            at: mark.at.millis(),
            rep: codes.rep.intern_option(mark.owner.rep),
            team: codes.team.intern_option(mark.owner.team),
            opened_at: row.opened_at,
            request: u8::try_from(request.unwrap_or_default()).unwrap_or_default(),
            by_proposal: job.by_proposal,
            answered_at: or_never(job.answered_at),
            expires_at: or_never(job.expires_at),
            declined_at: or_never(declined.map(|no| no.at)),
            declined_by: declined.map_or(DeclinedBy::Us, |no| no.by) as u8,
            decline_reason: codes
                .decline_reason
                .intern_option(declined.and_then(|no| no.reason)),
            replied_back_at: or_never(job.replied_back_at),
            confirmed: job.confirmed_at.is_some(),
            communication: review.map_or(0, |review| review.communication),
            quality: review.map_or(0, |review| review.quality),
            stage: codes.stage.intern(job.stage.as_str()),
            pipeline: row.pipeline,
            channel: row.channel,
            priority: row.priority,
            service: row.service,
            contact: row.contact,
            excluded: row.excluded,
        }
    }

    /// What may have been promised for a ticket.
    pub(super) fn ticket_promises(&mut self, row: &TicketRow, ticket: &Ticket<'_>) {
        for promise in counted(self.agreements, &ticket.promises) {
            let told = self.promise(promise);
            self.update.promises.push(PromiseRow {
                conversation: row.conversation,
                ordinal: 0,
                ticket: row.ticket,
                pipeline: row.pipeline,
                channel: row.channel,
                priority: row.priority,
                service: row.service,
                contact: row.contact,
                own_team: row.opened_team,
                excluded: row.excluded,
                support: row.support,
                ..told
            });
        }
    }

    /// What may have been promised for the episodes of a conversation.
    pub(super) fn thread_promises(
        &mut self,
        row: &ThreadRow,
        conversation: u32,
        thread: &Thread<'_>,
    ) {
        // Where there is a ticket, what is promised is the ticket's.
        if row.ticketed {
            return;
        }
        let codes = self.dictionaries;
        for promise in counted(self.agreements, &thread.promises) {
            let episode = thread
                .episodes
                .iter()
                .find(|episode| episode.ordinal == promise.ordinal);
            let tags = episode.map_or(&thread.tags, |episode| &episode.tags);
            let told = self.promise(promise);
            self.update.promises.push(PromiseRow {
                conversation,
                channel: row.channel,
                priority: row.priority,
                contact: row.contact,
                own_team: codes
                    .team
                    .intern_option(episode.and_then(|episode| episode.team)),
                tag_set: codes.intern_tags(tags),
                excluded: row.excluded,
                ..told
            });
        }
    }

    /// A promise's row, of nothing in particular yet.
    fn promise(&self, promise: &Promise<'_>) -> PromiseRow {
        let codes = self.dictionaries;
        PromiseRow {
            unit: self.unit,
            conversation: NONE,
            ordinal: promise.ordinal,
            ticket: NONE,
            target: promise.target as u8,
            from: promise.from.millis(),
            reached_at: or_never(promise.reached_at),
            lapsed_at: or_never(promise.lapsed_at),
            due_at: or_never(promise.due_at),
            pipeline: NONE,
            channel: NONE,
            priority: NONE,
            service: NONE,
            contact: NONE,
            rep: codes.rep.intern_option(promise.rep),
            team: codes.team.intern_option(promise.team),
            own_team: NONE,
            tag_set: NONE,
            excluded: 0,
            support: true,
        }
    }
}

/// The promises that may ever count.
fn counted<'p, 'a>(
    agreements: bool,
    promises: &'p [Promise<'a>],
) -> impl Iterator<Item = &'p Promise<'a>> {
    let counted = move |promise: &&Promise<'_>| agreements || promise.due_at.is_some();
    promises.iter().filter(counted)
}
