//! The facts of a ticket.

use super::job::Job;
use super::own::Own;
use super::owner::Owner;
use super::promise::Promise;
use super::rating::Survey;
use super::word::Exclusion;
use crate::model::Timestamp;

/// A stretch in which a ticket was open with one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenStretch<'a> {
    /// From when.
    pub from: Timestamp,
    /// Until when; `None`: still.
    pub until: Option<Timestamp>,
    /// Whose it was.
    pub owner: Option<&'a str>,
    /// That owner's team, else the ticket's.
    pub team: Option<&'a str>,
    /// In which pipeline it was.
    pub pipeline: &'a str,
    /// How urgent it was.
    pub priority: Option<&'a str>,
    /// For which service it was.
    pub service: Option<&'a str>,
}

/// A stay of a ticket in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay<'a> {
    /// Which stage.
    pub stage: &'a str,
    /// From when.
    pub from: Timestamp,
    /// Until when; `None`: still.
    pub until: Option<Timestamp>,
}

/// A ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// Which.
    pub id: &'a str,
    /// In which pipeline.
    pub pipeline: &'a str,
    /// Whether that pipeline is for support.
    pub support: bool,
    /// Its conversation, merges followed.
    pub conversation: Option<&'a str>,
    /// For whom.
    pub contact: Option<&'a str>,
    /// Where it came in: its own channel, else its conversation's.
    pub channel: Option<&'a str>,
    /// How urgent.
    pub priority: Option<&'a str>,
    /// For which service.
    pub service: Option<&'a str>,
    /// In which inbox: its own, else its conversation's.
    pub inbox: Option<&'a str>,
    /// For which brand that inbox was when it was opened.
    pub brand: Option<&'a str>,
    /// By which schedule it runs, and since when; `None`: by the default one.
    pub schedules: Vec<(Timestamp, Option<&'a str>)>,
    /// Whether it counts.
    pub excluded: Exclusion,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Its first close.
    pub first_closed_at: Option<Timestamp>,
    /// Its last close, if it is closed.
    pub closed_at: Option<Timestamp>,
    /// Whether the contact's block closed it.
    pub closed_by_block: bool,
    /// Whether it was opened again after its first close.
    pub reopened: bool,
    /// The owner at the opening, else the first.
    pub opened_owner: Owner<'a>,
    /// The owner at the first close.
    pub first_closed_owner: Owner<'a>,
    /// The owner at the last close.
    pub closed_owner: Owner<'a>,
    /// From when a rep's first response is waited for; `None`: nobody waits for one.
    pub first_response_from: Option<Timestamp>,
    /// The first public rep message of its conversation from then on.
    pub first_response_at: Option<Timestamp>,
    /// Whose it was from when on.
    pub owners: Vec<(Timestamp, Option<&'a str>)>,
    /// Whose it was and in which team from when on, the opening first; empty: as at the
    /// opening ever since.
    pub holders: Vec<(Timestamp, Owner<'a>)>,
    /// The reps who have it now, also where it was given to them after its contact was blocked.
    pub reps: Vec<&'a str>,
    /// Its stays in stages, in order.
    pub stays: Vec<Stay<'a>>,
    /// How many of them lie before its last close.
    pub stays_to_close: usize,
    /// When the source wants it closed.
    pub close_due_at: Option<Timestamp>,
    /// When the source wants it answered.
    pub first_response_due_at: Option<Timestamp>,
    /// What may have been promised for it.
    pub promises: Vec<Promise<'a>>,
    /// When it was open, by owner, pipeline, priority and service.
    pub open: Vec<OpenStretch<'a>>,
    /// Public messages of its conversation: instant, and whether we sent it.
    pub messages: Vec<(Timestamp, bool)>,
    /// What it is as a job; none of a ticket for support.
    pub job: Option<Job<'a>>,
    /// Its own fields.
    pub own: Vec<Own<'a>>,
    /// Surveys about it.
    pub surveys: Vec<Survey<'a>>,
}
