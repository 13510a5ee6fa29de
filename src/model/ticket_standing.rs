//! A ticket with what time and its conversation make of it: how far a job is, whether anything
//! can still be done, and which version it is.
//!
//! A job's stage follows from what happened and is never the word that was typed in; it is the one
//! that reports count by. Decided over by `command`; read by the fronts.

use serde::Serialize;
use serde_with::skip_serializing_none;

use super::episode::{self, Context, JobStage};
use super::{Event, Ticket, Timestamp};

/// A ticket as it is at an instant.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TicketStanding {
    /// The ticket; `stage` is the one that it is in by now.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Whether it is a job.
    pub is_job: bool,
    /// Whether it is closed: of a job, whether it is final or put aside.
    pub is_closed: bool,
    /// When a job expires unless somebody answers, or did.
    pub expires_at: Option<Timestamp>,
    /// Which version it is: another one after each event about it.
    pub version: String,
}

impl TicketStanding {
    /// The ticket called `id` at `now`, out of its unit's events, which must be in event order
    /// and hold nothing later.
    pub fn of(id: &str, events: &[Event], context: &Context<'_>, now: Timestamp) -> Option<Self> {
        let own: Vec<Event> = events
            .iter()
            .filter(|event| event.body.ticket() == Some(id))
            .cloned()
            .collect();
        let mut ticket = Ticket::fold(&own)?;
        let seen: Vec<&Event> = events.iter().collect();
        let facts = episode::fold(context, &seen);
        let fact = facts.tickets.iter().find(|one| one.id == id)?;
        let version = ticket.version(own.len());
        let Some(job) = &fact.job else {
            return Some(Self {
                is_job: false,
                is_closed: fact.closed_at.is_some(),
                expires_at: None,
                version,
                ticket,
            });
        };
        let has_expired = job.expires_at.is_some_and(|at| at <= now);
        let stage = if has_expired {
            JobStage::Expired
        } else {
            job.stage
        };
        stage.as_str().clone_into(&mut ticket.stage);
        Some(Self {
            is_job: true,
            is_closed: matches!(
                stage,
                JobStage::Completed | JobStage::Declined | JobStage::Inactive | JobStage::Expired
            ),
            expires_at: job.expires_at,
            version,
            ticket,
        })
    }

    /// Whether nobody answered the job in time.
    pub fn has_expired(&self) -> bool {
        self.is_job && self.ticket.stage == JobStage::Expired.as_str()
    }

    /// Whether a job was declined.
    pub fn is_declined(&self) -> bool {
        self.is_job && self.ticket.stage == JobStage::Declined.as_str()
    }
}
