//! What a judgement depends on besides the row: the facts around it and the instant of the query.

use std::sync::Arc;

use chrono_tz::Tz;

use super::agreement::Agreements;
use super::stopwatch::Stopwatch;
use crate::metrics::{EpisodeRow, Facts, NEVER};
use crate::model::episode::Outcome;
use crate::model::{Offsets, Profile};

/// Whose an episode or a ticket is in a report, of all who were on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credit {
    /// The rep who dealt with the episode; the ticket's owner at its opening.
    Usual,
    /// The owner at the first close.
    FirstClose,
    /// The owner at the last close.
    LastClose,
    /// The rep who gave the first response.
    FirstResponse,
    /// The rep who gave the first reply; nobody, where the customer agent did.
    FirstReply,
}

/// The circumstances of one evaluation.
#[derive(Clone)]
pub struct Scope<'a> {
    /// All facts.
    pub facts: &'a Facts,
    /// The profile that the facts were folded by.
    pub profile: &'a Profile,
    /// Events later than this do not exist, in milliseconds.
    pub as_of: i64,
    /// The first instant of the window, in milliseconds.
    pub window_from: i64,
    /// The zone of weekdays and hours.
    pub zone: Tz,
    /// Its offsets over the window, where the report is cut by weekday or hour.
    pub offsets: Option<Offsets>,
    /// The date basis in use.
    pub basis: &'static str,
    /// Whose episodes and tickets are.
    pub credit: Credit,
    /// The clock that durations run on.
    pub clock: Stopwatch,
    /// The agreements, where promises are judged.
    pub agreements: Option<Arc<Agreements>>,
    /// Whether the contact came back, where that is known already.
    pub came_back: Option<bool>,
    /// The code under which the customer agent is credited like a rep.
    pub customer_agent: u32,
    /// The code of the channel `chat`.
    pub chat: Option<u32>,
    /// The code of the feedback word `helpful`.
    pub helpful: Option<u32>,
}

impl<'a> Scope<'a> {
    /// The circumstances at `as_of`.
    pub fn new(facts: &'a Facts, profile: &'a Profile, as_of: i64, zone: Tz) -> Self {
        let codes = &facts.dictionaries;
        Self {
            facts,
            profile,
            as_of,
            window_from: 0,
            zone,
            offsets: None,
            basis: "",
            credit: Credit::Usual,
            clock: Stopwatch::Calendar,
            agreements: None,
            came_back: None,
            customer_agent: codes.rep.intern("customer_agent"),
            chat: codes.channel.code("chat"),
            helpful: codes.rating.code("helpful"),
        }
    }

    /// The ISO weekday and the hour of an instant in the zone.
    pub fn weekday_hour(&self, at: i64) -> (u32, u32) {
        match &self.offsets {
            Some(offsets) => offsets.weekday_hour(at),
            None => Offsets::of(self.zone, at, at).weekday_hour(at),
        }
    }

    /// Whether an instant has come.
    pub const fn has_come(&self, at: i64) -> bool {
        at != NEVER && at <= self.as_of
    }

    /// The outcome of an episode at `as_of`.
    pub fn outcome(&self, row: &EpisodeRow) -> Outcome {
        let ended = [Outcome::Resolved, Outcome::Abandoned]
            .into_iter()
            .find(|outcome| *outcome as u8 == row.outcome);
        match ended {
            Some(outcome) if self.has_come(row.ended_at) => outcome,
            Some(_) => Outcome::Pending,
            None if row.outcome == Outcome::HandedOff as u8 => Outcome::HandedOff,
            None if row.outcome == Outcome::Pending as u8 => Outcome::Pending,
            None => Outcome::Unhandled,
        }
    }
}
