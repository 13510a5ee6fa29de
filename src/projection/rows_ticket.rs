//! What happens to tickets as rows: stays in stages, and what was promised.

use super::rows::{RowWriter, or_never};
use crate::metrics::{NONE, PromiseRow, StayRow, ThreadRow, TicketRow};
use crate::model::episode::{Promise, Thread, Ticket};

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

    /// What may have been promised for a ticket.
    pub(super) fn ticket_promises(&mut self, row: &TicketRow, ticket: &Ticket<'_>) {
        for promise in &ticket.promises {
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
        let codes = self.dictionaries;
        for promise in &thread.promises {
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
