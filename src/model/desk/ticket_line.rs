//! A ticket as a line of a list.
//!
//! A job's stage is the one that follows from what happened; that it expired is said by the
//! instant at which it does, so that nothing has to be folded when time passes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::line::{KEPT_MS, Seen};
use super::{DeskMoment, Promised};
use crate::model::episode::{Exclusion, Job, JobStage, Target, Ticket as TicketFacts};
use crate::model::event::{Event, JobRequest};
use crate::model::{
    ContactId, ConversationId, InboxId, Invalid, PipelineId, RepId, TeamId, Ticket, TicketId,
    Timestamp,
};

/// A ticket as a line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketLine {
    /// Which.
    pub ticket: TicketId,
    /// The unit that it belongs to, as the store numbers it.
    pub unit: u32,
    /// Which version it is: the same as its page and the API give.
    pub version: String,
    /// In which pipeline.
    pub pipeline: PipelineId,
    /// Whether it is a job.
    pub is_job: bool,
    /// In which stage, its expiry aside.
    pub stage: String,
    /// When it was closed, or a job was decided or put aside.
    pub closed_at: Option<Timestamp>,
    /// When a job expires, or did.
    pub expires_at: Option<Timestamp>,
    /// When the source wants it answered, while it is not.
    pub response_due_at: Option<Timestamp>,
    /// When the source wants it closed, while it is not.
    pub close_due_at: Option<Timestamp>,
    /// What agreements may have promised for it.
    pub promised: Promised,
    /// For whom.
    pub contact: Option<ContactId>,
    /// From which conversation, merges followed.
    pub conversation: Option<ConversationId>,
    /// What it is about.
    pub subject: Option<String>,
    /// Where it came in.
    pub channel: Option<String>,
    /// In which inbox.
    pub inbox: Option<InboxId>,
    /// How urgent.
    pub priority: Option<String>,
    /// For which service.
    pub service: Option<String>,
    /// How a job came in.
    pub request: Option<JobRequest>,
    /// Whose it is.
    pub owner: Option<RepId>,
    /// To whom it was given.
    pub reps: Vec<RepId>,
    /// Which team's it is, where its opening says so.
    pub team: Option<TeamId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The last event about it.
    pub updated_at: Timestamp,
}

/// Whether something can still be done to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum TicketStatus {
    /// It is still to be done.
    Open,
    /// It is closed; of a job: decided, put aside or expired.
    Closed,
}

impl TicketStatus {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        match word {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            _ => {
                let reason = format!("`{word}` is none of open, closed");
                Err(Invalid::new("status", reason))
            }
        }
    }
}

impl TicketLine {
    /// The line of a ticket at an instant; none for one that is closed for long, was merged, or
    /// goes with a conversation that is off the lists. `own` gives its unit's events in order,
    /// and is asked only if there is one.
    pub fn of<'e>(
        facts: &TicketFacts<'_>,
        unit: u32,
        seen: Seen<'_>,
        own: impl FnOnce() -> &'e [Event],
    ) -> Option<Self> {
        let is_off = matches!(
            facts.excluded,
            Exclusion::Merged | Exclusion::Deleted | Exclusion::Spam
        );
        let is_kept = |at: Timestamp| seen.now < at.plus_millis(KEPT_MS);
        let job = facts.job.as_ref();
        let is_over = |at: Option<Timestamp>| at.is_some_and(|at| !is_kept(at));
        let over_at = match job {
            None => facts.closed_at,
            Some(job) => job.expires_at,
        };
        if is_off || is_over(over_at) {
            return None;
        }
        let own = own().iter();
        let own = own.filter(|event| event.body.ticket() == Some(facts.id));
        let own: Vec<Event> = own.cloned().collect();
        let ticket = Ticket::fold(&own)?;
        let closed_at = match job {
            None => facts.closed_at,
            Some(job) => decided_at(job, &ticket),
        };
        if is_over(closed_at) {
            return None;
        }
        let due = |target: Target| {
            let mut promises = facts.promises.iter();
            let promise = promises.find(|promise| promise.target == target)?;
            let waits = promise.reached_at.is_none() && promise.lapsed_at.is_none();
            promise.due_at.filter(|_at| waits)
        };
        Some(Self {
            unit,
            version: ticket.version(own.len()),
            is_job: job.is_some(),
            stage: job.map_or(ticket.stage, |job| job.stage.as_str().to_owned()),
            closed_at,
            expires_at: job.and_then(|job| job.expires_at),
            response_due_at: due(Target::FirstResponse),
            close_due_at: due(Target::Close),
            promised: Promised::of(facts),
            contact: facts.contact.and_then(|id| ContactId::parse(id).ok()),
            conversation: facts
                .conversation
                .and_then(|id| ConversationId::parse(id).ok()),
            channel: facts.channel.map(str::to_owned),
            inbox: facts.inbox.and_then(|id| InboxId::parse(id).ok()),
            request: job.map(|job| job.request),
            ticket: ticket.id,
            pipeline: ticket.pipeline,
            subject: ticket.subject,
            priority: ticket.priority,
            service: ticket.service,
            owner: ticket.owner,
            reps: ticket.reps,
            team: ticket.team,
            opened_at: ticket.opened_at,
            updated_at: ticket.updated_at,
        })
    }

    /// Whether a job had no answer in time.
    pub fn has_expired_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// The stage that it is in at an instant.
    pub fn stage_at(&self, now: Timestamp) -> &str {
        if self.has_expired_at(now) {
            JobStage::Expired.as_str()
        } else {
            &self.stage
        }
    }

    /// Until when something has to be done, while it is open: a job answered before it expires,
    /// a ticket answered or closed by when its source or an agreement wants that.
    pub fn due_at(&self, moment: &DeskMoment<'_>) -> Option<Timestamp> {
        if self.status_at(moment.now) != TicketStatus::Open {
            return None;
        }
        let own = [self.expires_at, self.response_due_at, self.close_due_at];
        let dues = own.into_iter().chain([moment.deadlines.due_at(self)]);
        dues.flatten().min()
    }

    /// Whether it is a rep's, as owner or beside them.
    pub fn is_of(&self, rep: &str) -> bool {
        let mut reps = self.reps.iter().chain(&self.owner);
        reps.any(|one| one.as_str() == rep)
    }
}

/// When a job was declined, completed or put aside, if it was.
fn decided_at(job: &Job<'_>, ticket: &Ticket) -> Option<Timestamp> {
    let typed = (ticket.stage == job.stage.as_str()).then_some(ticket.staged_at);
    match job.stage {
        JobStage::Declined => job.declined.map(|no| no.at).or(typed),
        JobStage::Completed => {
            let said = ticket.completions.first().map(|one| one.at);
            let said = said.into_iter().chain(job.completed_at()).chain(typed);
            Some(said.min().unwrap_or(ticket.updated_at))
        }
        JobStage::Inactive => Some(typed.unwrap_or(ticket.updated_at)),
        _ => None,
    }
}
