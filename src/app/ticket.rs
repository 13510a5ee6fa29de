//! A ticket as it stands, and what begins as one.

use std::sync::Arc;

use super::start::fresh;
use super::{App, Error, Present, WriteResult};
use crate::command::{Caller, Command, OpenTicketCommand, TicketDraft};
use crate::model::episode::Context;
use crate::model::{Event, TicketStanding};
use crate::store::ThingKind;

impl App {
    /// The ticket called `id` as it is now: with what time made of a job, and its version.
    pub fn ticket_standing(&self, id: &str) -> Result<TicketStanding, Error> {
        self.ticket_standing_at(&self.present(), id)
    }

    /// As [`Self::ticket_standing`], if whoever asks sees it.
    pub fn ticket_standing_at(&self, present: &Present, id: &str) -> Result<TicketStanding, Error> {
        let store = &self.past.store;
        let thing = store.thing(ThingKind::Ticket, id)?;
        let thing = thing.ok_or_else(|| Error::unknown("ticket", id))?;
        let events = store.events_of(&store.unit_of(thing)?)?;
        let (snapshot, now) = (&present.live, present.now);
        let events: Vec<Event> = events.into_iter().filter(|event| event.at <= now).collect();
        let context = Context {
            directory: &snapshot.directory,
            profile: &snapshot.profile,
            blocked: &snapshot.blocked,
        };
        let standing = TicketStanding::of(id, &events, &context, now);
        let standing = standing.ok_or_else(|| Error::unknown("ticket", id))?;
        self.check_ticket(present, &standing.ticket)?;
        Ok(standing)
    }

    /// Opens a ticket; gives its id.
    pub async fn open_ticket(
        self: &Arc<Self>,
        caller: Caller,
        draft: TicketDraft,
    ) -> Result<WriteResult, Error> {
        let ticket = fresh("t");
        let command = OpenTicketCommand {
            ticket: ticket.clone(),
            draft,
        };
        let written = self.write(caller, Command::OpenTicket(command)).await?;
        Ok(WriteResult {
            id: Some(ticket),
            ..written
        })
    }
}
