//! Until when agreements want what tickets on the desk wait for, as `sla_attainment` judges it.

use std::fmt;
use std::sync::Arc;

use super::judge::{Agreements, Coverage, horizon};
use crate::metrics::{Dictionaries, Facts, NEVER, NONE};
use crate::model::desk::{self, StageStay, Terms, TicketLine};
use crate::model::{TeamId, Timestamp};

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
        let stay = |stay: &StageStay| {
            let until = stay.until.map_or(NEVER, Timestamp::millis);
            let stage = code(codes.stage.code(&stay.stage));
            (stage, stay.from.millis(), until)
        };
        let dues = line.promised.open.iter().map(|promise| {
            let wanted = (promise.target as u8, promise.from.millis());
            let stays = || line.promised.stays.iter().map(stay);
            self.agreements.due_at(&coverage, wanted, stays)
        });
        let first = dues.min().filter(|due| *due < NEVER - 1);
        first.map(Timestamp::from_millis)
    }
}

impl desk::Deadlines for Deadlines {
    fn due_at(&self, line: &TicketLine) -> Option<Timestamp> {
        line.promised.due_by(self.terms, || self.first(line))
    }
}

impl fmt::Debug for Deadlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadlines").finish_non_exhaustive()
    }
}
