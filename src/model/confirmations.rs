//! Jobs that a rep has completed and whose contact has not said so yet: a fold of what is done live.
//!
//! The contact is asked by a link, and reminded of it once. What is imported asks nobody. Decided over
//! by `command`, worked off by `work`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{ActorKind, MailAbout, OWN_SOURCE};
use super::survey::OPEN_MS;
use super::{Body, DAY_MS, Event, TicketId, Timestamp};

/// A contact is reminded so long after a rep has completed their job.
const REMIND_AFTER_MS: i64 = 3 * DAY_MS;

/// A job that waits for its contact's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobToConfirm {
    /// When a rep completed it.
    pub completed_at: Timestamp,
    /// Since when a mail that asks the contact is to go out.
    pub mailed_at: Option<Timestamp>,
    /// When the contact was reminded.
    pub reminded_at: Option<Timestamp>,
}

impl JobToConfirm {
    /// Until when the contact may confirm and rate it.
    pub const fn open_until(&self) -> Timestamp {
        self.completed_at.plus_millis(OPEN_MS)
    }

    /// When the contact is to be reminded.
    pub const fn reminder_due_at(&self) -> Timestamp {
        self.completed_at.plus_millis(REMIND_AFTER_MS)
    }
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmations(BTreeMap<TicketId, JobToConfirm>);

impl Confirmations {
    /// Those that may still be confirmed at an instant, the one first that waits longest.
    pub fn open_at(&self, now: Timestamp) -> Vec<(&TicketId, &JobToConfirm)> {
        let open = self.0.iter().filter(|(_, job)| now < job.open_until());
        let mut open: Vec<_> = open.collect();
        open.sort_by_key(|(_, job)| job.completed_at);
        open
    }

    /// A job, while it waits for its contact's word.
    pub fn get(&self, ticket: &TicketId) -> Option<&JobToConfirm> {
        self.0.get(ticket)
    }

    /// Whether an event changes them.
    pub fn concerns(event: &Event) -> bool {
        match &event.body {
            Body::TicketCompleted(completed) => {
                completed.by.kind == ActorKind::Contact || event.source == OWN_SOURCE
            }
            Body::TicketReviewed(_) | Body::TicketDeclined(_) | Body::JobReminded(_) => true,
            Body::MailQueued(mail) => matches!(mail.about, MailAbout::JobConfirmation { .. }),
            _ => false,
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::TicketCompleted(completed) if completed.by.kind == ActorKind::Contact => {
                self.0.remove(&completed.ticket);
            }
            Body::TicketCompleted(completed) => {
                self.0.retain(|_, job| event.at < job.open_until());
                let job = JobToConfirm {
                    completed_at: event.at,
                    mailed_at: None,
                    reminded_at: None,
                };
                self.0.insert(completed.ticket.clone(), job);
            }
            Body::TicketReviewed(reviewed) => drop(self.0.remove(&reviewed.ticket)),
            Body::TicketDeclined(declined) => drop(self.0.remove(&declined.ticket)),
            Body::MailQueued(mail) => {
                if let MailAbout::JobConfirmation { ticket } = &mail.about
                    && let Some(job) = self.0.get_mut(ticket)
                {
                    job.mailed_at = Some(event.at);
                }
            }
            Body::JobReminded(reminded) => {
                if let Some(job) = self.0.get_mut(&reminded.ticket) {
                    job.reminded_at = Some(event.at);
                }
            }
            _ => {}
        }
    }
}
