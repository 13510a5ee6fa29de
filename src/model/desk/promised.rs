//! What agreements may promise for a ticket of the desk, or for a conversation without one, and until when
//! they do.
//!
//! Which agreement applies and by which hours it runs is judged as reports judge it, by whoever
//! implements `Deadlines`; what that came to is kept with the line until agreements or schedules
//! change, so that a list need not work it out for each ticket.

use serde::{Deserialize, Serialize};

use crate::lock::Lock;
use crate::model::episode::{Exclusion, Promise, Target, Thread, Ticket as TicketFacts};
use crate::model::{TeamId, Timestamp};

/// Something that may have been promised and is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPromise {
    /// What.
    pub target: Target,
    /// From when the clock runs.
    pub from: Timestamp,
}

/// How long a ticket was in a stage: in some a clock is stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStay {
    /// Which.
    pub stage: String,
    /// From when.
    pub from: Timestamp,
    /// Until when; none: still.
    pub until: Option<Timestamp>,
}

/// What may have been promised for a ticket, and what decides by which agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    /// What is waited for and the source wants by no instant of its own.
    pub open: Vec<OpenPromise>,
    /// Its stays in stages.
    pub stays: Vec<StageStay>,
    /// The team that a ticket was opened for, or whose the conversation's episode is.
    pub team: Option<TeamId>,
    #[serde(skip)]
    kept: Kept,
}

/// Which agreements and schedules an instant was worked out by.
pub type Terms = (u64, i64);

/// An instant that was worked out, and by what.
#[derive(Debug, Default)]
struct Kept(Lock<Option<(Terms, Option<Timestamp>)>>);

/// A copy works it out anew.
impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// It follows from the rest.
impl PartialEq for Kept {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Kept {}

impl Promised {
    /// What is waited for of a ticket, where reports count promises of it.
    pub(super) fn of(facts: &TicketFacts<'_>) -> Self {
        let open = waits(&facts.promises);
        if open.is_empty() || !facts.support || facts.excluded != Exclusion::No {
            return Self::default();
        }
        let stays = facts.stays.iter().map(|stay| StageStay {
            stage: stay.stage.to_owned(),
            from: stay.from,
            until: stay.until,
        });
        let team = facts.opened_owner.team;
        Self {
            open,
            stays: stays.collect(),
            team: team.and_then(|team| TeamId::parse(team).ok()),
            kept: Kept::default(),
        }
    }

    /// What is waited for in a conversation: nothing in one that a ticket was opened from, whose promises
    /// are the ticket's.
    pub(super) fn of_thread(thread: &Thread<'_>, is_ticketed: bool) -> Self {
        if is_ticketed || thread.excluded != Exclusion::No {
            return Self::default();
        }
        let last = thread.promises.iter().rfind(|promise| is_open(promise));
        let episode = last.and_then(|last| {
            let mut episodes = thread.episodes.iter();
            episodes.find(|episode| episode.ordinal == last.ordinal)
        });
        let team = episode.and_then(|episode| episode.team);
        Self {
            open: waits(&thread.promises),
            team: team.and_then(|team| TeamId::parse(team).ok()),
            ..Self::default()
        }
    }

    /// The instant that `find` works out, unless it was by the same terms before.
    pub fn due_by(
        &self,
        terms: Terms,
        find: impl FnOnce() -> Option<Timestamp>,
    ) -> Option<Timestamp> {
        if self.open.is_empty() {
            return None;
        }
        let mut kept = self.kept.0.lock();
        match *kept {
            Some((of, due_at)) if of == terms => due_at,
            _ => {
                let due_at = find();
                *kept = Some((terms, due_at));
                due_at
            }
        }
    }
}

/// Those that are waited for, and that the source wants by no instant of its own.
fn waits(promises: &[Promise<'_>]) -> Vec<OpenPromise> {
    let waits = promises.iter().filter(|promise| is_open(promise));
    waits
        .map(|promise| OpenPromise {
            target: promise.target,
            from: promise.from,
        })
        .collect()
}

fn is_open(promise: &Promise<'_>) -> bool {
    promise.reached_at.is_none() && promise.lapsed_at.is_none() && promise.due_at.is_none()
}
