//! Until when agreements want what tickets and conversations on the desk wait for, as `sla_attainment`
//! judges it.

use std::fmt;
use std::sync::Arc;

use chrono_tz::Tz;

use super::judge::{Agreements, Coverage, Scope, due_at, horizon};
use crate::metrics::{Dictionaries, Facts, NEVER, NONE, PromiseRow};
use crate::model::desk::{self, Line, Promised, StageStay, Terms, TicketLine};
use crate::model::episode::Exclusion;
use crate::model::{Profile, TeamId, Timestamp};

/// The agreements of a desk.
pub struct Deadlines {
    agreements: Agreements,
    codes: Arc<Dictionaries>,
    terms: Terms,
}

impl Deadlines {
    /// Those that hold at an instant.
    pub fn of(facts: &Facts, as_of: Timestamp) -> Self {
        let horizon = horizon(as_of.millis());
        Self {
            agreements: Agreements::of(facts, horizon),
            codes: Arc::clone(&facts.dictionaries),
            terms: (facts.duty.version, horizon),
        }
    }

    /// The first instant by which one of the open promises of a ticket has to be kept.
    fn first(&self, line: &TicketLine) -> Option<Timestamp> {
        let codes = &self.codes;
        let code = |code: Option<u32>| code.unwrap_or(NONE);
        let channel = line.channel.as_deref();
        let priority = line.priority.as_deref();
        let team = line.promised.team.as_ref().map(TeamId::as_str);
        let coverage = Coverage {
            is_ticket: true,
            ticketed: true,
            channel: code(channel.and_then(|word| codes.channel.code(word))),
            pipeline: code(codes.pipeline.code(line.pipeline.as_str())),
            priority: code(priority.and_then(|word| codes.priority.code(word))),
            team: code(team.and_then(|id| codes.team.code(id))),
        };
        self.first_of(&coverage, &line.promised)
    }

    /// As [`Self::first`], of a conversation that no ticket was opened from.
    fn first_of_line(&self, line: &Line) -> Option<Timestamp> {
        let codes = &self.codes;
        let code = |code: Option<u32>| code.unwrap_or(NONE);
        let priority = line.priority.as_deref();
        let team = line.promised.team.as_ref().map(TeamId::as_str);
        let coverage = Coverage {
            is_ticket: false,
            ticketed: false,
            channel: code(codes.channel.code(&line.channel)),
            pipeline: NONE,
            priority: code(priority.and_then(|word| codes.priority.code(word))),
            team: code(team.and_then(|id| codes.team.code(id))),
        };
        self.first_of(&coverage, &line.promised)
    }

    fn first_of(&self, coverage: &Coverage, promised: &Promised) -> Option<Timestamp> {
        let codes = &self.codes;
        let code = |code: Option<u32>| code.unwrap_or(NONE);
        let stay = |stay: &StageStay| {
            let until = stay.until.map_or(NEVER, Timestamp::millis);
            let stage = code(codes.stage.code(&stay.stage));
            (stage, stay.from.millis(), until)
        };
        let dues = promised.open.iter().map(|promise| {
            let wanted = (promise.target as u8, promise.from.millis());
            let stays = || promised.stays.iter().map(stay);
            self.agreements.due_at(coverage, wanted, stays)
        });
        let first = dues.min().filter(|due| *due < NEVER - 1);
        first.map(Timestamp::from_millis)
    }
}

/// A promise for a ticket, from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseCourse {
    /// Which ticket.
    pub ticket: Arc<str>,
    /// From when its clock runs.
    pub from: Timestamp,
    /// When it is due.
    pub due_at: Timestamp,
    /// When it was kept or nobody waited for it any more; none: it is waited for still.
    pub over_at: Option<Timestamp>,
}

impl PromiseCourse {
    /// The promises for support tickets that are or were due after an instant.
    pub fn due_after(
        facts: &Facts,
        profile: &Profile,
        (after, as_of): (Timestamp, Timestamp),
    ) -> Vec<Self> {
        let agreements = Agreements::of(facts, horizon(as_of.millis()));
        let scope = Scope {
            agreements: Some(Arc::new(agreements)),
            ..Scope::new(facts, profile, as_of.millis(), Tz::UTC)
        };
        let counts = |row: &PromiseRow| {
            row.support && row.ticket != NONE && row.excluded == Exclusion::No as u8
        };
        let courses = facts.promises.rows().filter(counts).filter_map(|row| {
            let due_at = due_at(&row, &scope);
            let over_at = row.reached_at.min(row.lapsed_at);
            let is_due = due_at > after.millis() && due_at < NEVER - 1;
            Some(Self {
                ticket: facts
                    .dictionaries
                    .ticket
                    .text(row.ticket)
                    .filter(|_| is_due)?,
                from: Timestamp::from_millis(row.from),
                due_at: Timestamp::from_millis(due_at),
                over_at: (over_at <= as_of.millis()).then(|| Timestamp::from_millis(over_at)),
            })
        });
        courses.collect()
    }
}

impl desk::Deadlines for Deadlines {
    fn due_at(&self, line: &TicketLine) -> Option<Timestamp> {
        line.promised.due_by(self.terms, || self.first(line))
    }

    fn line_due_at(&self, line: &Line) -> Option<Timestamp> {
        line.promised
            .due_by(self.terms, || self.first_of_line(line))
    }
}

impl fmt::Debug for Deadlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadlines").finish_non_exhaustive()
    }
}
