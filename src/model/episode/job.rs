//! Jobs: tickets of a pipeline of kind `jobs`, as a state machine driven by what happens.
//!
//! A job is new, opened by a rep, answered, and then waits for the side that did not write last.
//! Nobody types its stage in, save declined, inactive and completed. Unanswered and
//! undecided, it expires at its opening and the pipeline's time; the instant is stored, so
//! that nothing has to happen for it to be so.
//!
//! A review says that the job is done: it stops expiry and sets the stage, but after a decline
//! it is a review only. Where a rep completes a job and its contact does so later, it is
//! confirmed at the instant of the contact's word.
//!
//! An accepted proposal opened a job where it names the ticket, or names only its conversation
//! and no other ticket was opened from that since; the request is `direct` or left out.
//!
//! A message after a job is final (declined, completed) is no answer.

use super::Context;
use super::owner::Owner;
use crate::model::Timestamp;
use crate::model::event::{
    Actor, ActorKind, Body, Event, JobRequest, MessageAdded, TicketOpened, Visibility, cmp_events,
};

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JobStage {
    /// No rep has opened it.
    #[default]
    New,
    /// A rep opened it; no reply.
    Opened,
    /// Our message was last.
    AwaitingContact,
    /// The contact's message was last.
    AwaitingUs,
    /// It is done.
    Completed,
    /// We or the contact said no.
    Declined,
    /// We put it aside; messages still flow.
    Inactive,
    /// Nobody answered in time.
    Expired,
}

impl JobStage {
    /// The stage's id in the built-in pipeline.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Opened => "opened",
            Self::AwaitingContact => "awaiting_contact",
            Self::AwaitingUs => "awaiting_us",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Inactive => "inactive",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing changes it any more.
    const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Declined | Self::Expired)
    }
}

/// Who said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum DeclinedBy {
    /// A rep, or a machine of ours.
    Us = 0,
    /// The contact.
    Contact = 1,
    /// Nobody: the contact was blocked.
    Block = 2,
}

/// A no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decline<'a> {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub by: DeclinedBy,
    /// Why.
    pub reason: Option<&'a str>,
}

/// What the contact said of it at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobReview {
    /// When.
    pub at: Timestamp,
    /// 1 to 5.
    pub communication: u8,
    /// 1 to 5.
    pub quality: u8,
}

/// Something of a job that reports count by its own instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum JobEvent {
    /// It came in.
    Received = 0,
    /// The contact confirmed that it is done, or reviewed it.
    Completed = 1,
    /// Its first invoice was paid.
    Invoiced = 2,
    /// Nobody had answered in time.
    Expired = 3,
    /// We declined it.
    Declined = 4,
    /// It was reviewed.
    Reviewed = 5,
}

/// A job's event, and whose the job was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobMark<'a> {
    /// What.
    pub event: JobEvent,
    /// When; an expiry may lie in the future.
    pub at: Timestamp,
    /// Whose it was.
    pub owner: Owner<'a>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job<'a> {
    /// How it came in.
    pub request: JobRequest,
    /// Whether an accepted proposal opened it: answered at once, and never to expire.
    pub by_proposal: bool,
    /// Our first answer.
    pub answered_at: Option<Timestamp>,
    /// When it expires, or did; `None`: something was done in time.
    pub expires_at: Option<Timestamp>,
    /// Who said no, and when.
    pub declined: Option<Decline<'a>>,
    /// The contact's first message after our first answer.
    pub replied_back_at: Option<Timestamp>,
    /// When the contact confirmed that it is done.
    pub confirmed_at: Option<Timestamp>,
    /// When it was first reviewed.
    pub first_reviewed_at: Option<Timestamp>,
    /// The last review.
    pub review: Option<JobReview>,
    /// When an invoice was first paid.
    pub paid_at: Option<Timestamp>,
    /// How far it is, its expiry aside.
    pub stage: JobStage,
    /// What reports count by its own instant.
    pub marks: Vec<JobMark<'a>>,
}

impl Job<'_> {
    /// When it was completed: the first of the contact's word and a review.
    pub fn completed_at(&self) -> Option<Timestamp> {
        self.confirmed_at
            .into_iter()
            .chain(self.first_reviewed_at)
            .min()
    }
}

/// A job's opening and what happened to it.
pub(super) struct JobHistory<'a, 'e> {
    pub(super) at: Timestamp,
    pub(super) opened: &'a TicketOpened,
    /// The ticket's own events.
    pub(super) own: &'e [&'a Event],
    /// The events of its conversation.
    pub(super) talk: &'e [&'a Event],
    /// Whether an accepted proposal opened it.
    pub(super) by_proposal: bool,
    pub(super) blocked_at: Option<Timestamp>,
}

/// Folds a job; `owner` says whose it was at an instant.
pub(super) fn fold<'a>(
    context: &Context<'a>,
    history: &JobHistory<'a, '_>,
    owner: impl Fn(Timestamp) -> Owner<'a>,
) -> Job<'a> {
    let time = context
        .directory
        .job_expiry_ms(history.opened.pipeline.as_str(), history.at);
    let mut course = Course::new(history, time);
    for (at, event) in steps(history) {
        if !course.lives_until(at, history.blocked_at) {
            break;
        }
        course.step(at, event);
    }
    course.end(history);
    let mut job = course.job;
    let marks = [
        (JobEvent::Received, Some(history.at)),
        (JobEvent::Completed, job.completed_at()),
        (JobEvent::Invoiced, job.paid_at),
        (JobEvent::Expired, job.expires_at),
        (
            JobEvent::Declined,
            job.declined
                .filter(|no| no.by == DeclinedBy::Us)
                .map(|no| no.at),
        ),
        (JobEvent::Reviewed, job.review.map(|review| review.at)),
    ];
    let marks = marks.into_iter().filter_map(|(event, at)| {
        let at = at?;
        let owner = owner(at);
        Some(JobMark { event, at, owner })
    });
    job.marks = marks.collect();
    job
}

/// What happened, in order: events earlier than the opening take effect at the opening,
/// words of the conversation count from then on.
fn steps<'a>(history: &JobHistory<'a, '_>) -> Vec<(Timestamp, &'a Event)> {
    let own = history
        .own
        .iter()
        .map(|event| (event.at.max(history.at), *event));
    let talk = history.talk.iter().filter(|event| event.at >= history.at);
    let mut steps: Vec<(Timestamp, &'a Event)> =
        own.chain(talk.map(|event| (event.at, *event))).collect();
    steps.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| cmp_events(a.1, b.1)));
    steps
}

/// A job while its events are read.
struct Course<'a> {
    job: Job<'a>,
    /// When it expires unless something is done before.
    expiry: Option<Timestamp>,
}

impl<'a> Course<'a> {
    fn new(history: &JobHistory<'a, '_>, time: i64) -> Self {
        let answered = history.by_proposal;
        Self {
            expiry: (!answered).then(|| history.at.plus_millis(time)),
            job: Job {
                request: history.opened.request.unwrap_or(JobRequest::Direct),
                by_proposal: answered,
                answered_at: answered.then_some(history.at),
                expires_at: None,
                declined: None,
                replied_back_at: None,
                confirmed_at: None,
                first_reviewed_at: None,
                review: None,
                paid_at: None,
                stage: if answered {
                    JobStage::AwaitingUs
                } else {
                    JobStage::New
                },
                marks: Vec::new(),
            },
        }
    }

    /// Whether what happens at `at` still counts: neither expired nor blocked before.
    fn lives_until(&self, at: Timestamp, blocked_at: Option<Timestamp>) -> bool {
        self.expiry.is_none_or(|expiry| at < expiry)
            && blocked_at.is_none_or(|blocked| blocked >= at)
    }

    fn step(&mut self, at: Timestamp, event: &'a Event) {
        match &event.body {
            Body::MessageAdded(added) => self.message(at, added),
            Body::ProposalSent(_) => self.answer(at),
            Body::TicketViewed(_) if self.job.stage == JobStage::New => {
                self.job.stage = JobStage::Opened;
            }
            Body::TicketDeclined(declined) => {
                self.decline(at, &declined.by, declined.reason.as_deref());
            }
            Body::TicketCompleted(completed) => self.complete(at, Some(&completed.by)),
            Body::TicketStaged(staged) => match staged.stage.as_str() {
                "declined" => {
                    let us = Actor {
                        kind: ActorKind::Rep,
                        id: None,
                    };
                    self.decline(at, &us, None);
                }
                "completed" => self.complete(at, staged.by.as_ref()),
                "inactive" if !self.job.stage.is_final() => {
                    self.job.stage = JobStage::Inactive;
                    self.expiry = None;
                }
                // Any other stage follows from what happens.
                _ => {}
            },
            Body::TicketReviewed(review) => {
                self.job.review = Some(JobReview {
                    at,
                    communication: review.communication,
                    quality: review.quality,
                });
                if self.job.stage != JobStage::Declined {
                    self.job.first_reviewed_at.get_or_insert(at);
                    self.complete(at, None);
                }
            }
            Body::InvoicePaid(_) => {
                self.job.paid_at.get_or_insert(at);
            }
            _ => {}
        }
    }

    fn message(&mut self, at: Timestamp, added: &MessageAdded) {
        if added.visibility == Some(Visibility::Note) {
            return;
        }
        match added.author.kind {
            ActorKind::Rep => self.answer(at),
            ActorKind::Contact if added.ack != Some(true) && self.job.answered_at.is_some() => {
                self.job.replied_back_at.get_or_insert(at);
                self.move_to(JobStage::AwaitingUs);
            }
            _ => {}
        }
    }

    fn answer(&mut self, at: Timestamp) {
        if self.job.stage.is_final() {
            return;
        }
        self.job.answered_at.get_or_insert(at);
        self.expiry = None;
        self.move_to(JobStage::AwaitingContact);
    }

    /// Moves on with the messages, where nothing else was said.
    fn move_to(&mut self, stage: JobStage) {
        if !self.job.stage.is_final() && self.job.stage != JobStage::Inactive {
            self.job.stage = stage;
        }
    }

    fn decline(&mut self, at: Timestamp, by: &Actor, reason: Option<&'a str>) {
        if self.job.stage.is_final() {
            return;
        }
        self.job.declined = Some(Decline {
            at,
            by: if by.kind == ActorKind::Contact {
                DeclinedBy::Contact
            } else {
                DeclinedBy::Us
            },
            reason,
        });
        self.job.stage = JobStage::Declined;
        self.expiry = None;
    }

    /// A word that it is done; only the contact's is the confirmation.
    fn complete(&mut self, at: Timestamp, by: Option<&Actor>) {
        if self.job.stage == JobStage::Declined {
            return;
        }
        self.job.stage = JobStage::Completed;
        self.expiry = None;
        if by.is_some_and(|by| by.kind == ActorKind::Contact) {
            self.job.confirmed_at.get_or_insert(at);
        }
    }

    /// What no event brings: the expiry, or the block that closes what is open.
    fn end(&mut self, history: &JobHistory<'a, '_>) {
        let blocked_at = history.blocked_at.map(|at| at.max(history.at));
        let is_open = !self.job.stage.is_final();
        match blocked_at {
            Some(at) if is_open && self.expiry.is_none_or(|expiry| at < expiry) => {
                self.job.declined = Some(Decline {
                    at,
                    by: DeclinedBy::Block,
                    reason: None,
                });
                self.job.stage = JobStage::Declined;
            }
            _ => self.job.expires_at = self.expiry,
        }
    }
}
