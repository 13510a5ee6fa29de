//! Which of several reps gets what a rule gives: pure, over who takes work and how much they have.

use std::collections::BTreeMap;

use crate::model::event::{RepStatus, RuleShare, RuleTurn};
use crate::model::{Directory, Presence, QueueRules, RepId, Timestamp};

/// What is known of the reps.
#[derive(Clone, Copy, Debug)]
pub struct Staff<'a> {
    /// Who is in which team.
    pub directory: &'a Directory,
    /// Who takes work.
    pub presence: &'a Presence,
    /// How much each has at most.
    pub queue: &'a QueueRules,
    /// How much each has.
    pub loads: &'a BTreeMap<RepId, u32>,
    /// When.
    pub now: Timestamp,
}

impl RuleShare {
    /// Whose turn it is after `last`: of those who take work and have room for more.
    pub fn turn(&self, staff: Staff<'_>, last: Option<&RepId>) -> Option<RepId> {
        let load = |rep: &RepId| staff.loads.get(rep).copied().unwrap_or_default();
        let takes_it = |rep: &RepId| {
            staff.directory.rep_name(rep.as_str()).is_some()
                && self.has(rep, staff)
                && load(rep) < staff.queue.capacity_of(rep)
        };
        let present = staff.presence.iter();
        let available = present.filter(|(_, one)| one.status == RepStatus::Available);
        let mut free: Vec<&RepId> = available
            .map(|(rep, _)| rep)
            .filter(|rep| takes_it(rep))
            .collect();
        // By their ids, from the one behind the last on.
        free.sort_unstable_by_key(|rep| (last.is_some_and(|last| *rep <= last), *rep));
        let turn = match self.by {
            RuleTurn::RoundRobin => free.into_iter().next(),
            RuleTurn::LeastBusy => free.into_iter().min_by_key(|rep| load(rep)),
        };
        turn.cloned()
    }

    fn has(&self, rep: &RepId, staff: Staff<'_>) -> bool {
        match &self.team {
            Some(team) => staff.directory.team_at(rep.as_str(), staff.now) == Some(team.as_str()),
            None => self.reps.contains(rep),
        }
    }
}
