//! Service level agreements made ready for one evaluation: which applies to a row, and when
//! what it promises is due.

use std::sync::Arc;

use super::clock::span_of;
use crate::metrics::{Facts, NONE};
use crate::model::Timestamp;
use crate::model::event::SlaUpserted;
use crate::model::schedule::WorkingTime;

/// The code of a word that no row has.
const UNHEARD: u32 = NONE - 1;

/// What an agreement may ask of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Whether it is a ticket.
    pub is_ticket: bool,
    /// Whether it is of a conversation that a ticket was opened from.
    pub ticketed: bool,
    /// Where it came in.
    pub channel: u32,
    /// A ticket's pipeline.
    pub pipeline: u32,
    /// How urgent.
    pub priority: u32,
    /// Whose team's it is.
    pub team: u32,
}

/// All agreements, in the order of their ids.
pub struct Policies(Vec<Vec<Policy>>);

/// A version of an agreement.
pub struct Policy {
    /// From when it is in force, in milliseconds.
    from: i64,
    /// The fields that it asks for: channel, pipeline, priority, team.
    asked: [Option<u32>; 4],
    /// What it promises for first response, next response and close, in milliseconds.
    pub targets: [Option<i64>; 3],
    /// By which hours; `None`: around the clock.
    pub working: Option<Arc<WorkingTime>>,
    /// The stages in which its clock stands.
    pub pauses: Vec<u32>,
}

impl Policies {
    /// The agreements that the facts know of.
    pub fn of(facts: &Facts, as_of: i64) -> Self {
        let slas = facts.duty.timetable.slas();
        let versions = slas.map(|(_, versions)| {
            let versions = versions.iter();
            versions
                .map(|(at, told)| Policy::of(facts, as_of, at.millis(), told))
                .collect()
        });
        Self(versions.collect())
    }

    /// The agreement that applies to a row whose clock starts at `from`: the one with the
    /// most fields, all of them the row's; of several the smallest id.
    pub fn applying(&self, covered: &Covered, from: i64) -> Option<&Policy> {
        let mut best: Option<&Policy> = None;
        for versions in &self.0 {
            // Before the first version the first one holds.
            let after = versions.partition_point(|version| version.from <= from);
            let Some(policy) = versions.get(after.saturating_sub(1)) else {
                continue;
            };
            if policy.fits(covered) && best.is_none_or(|best| policy.fields() > best.fields()) {
                best = Some(policy);
            }
        }
        best
    }
}

impl Policy {
    fn of(facts: &Facts, as_of: i64, from: i64, told: &SlaUpserted) -> Self {
        let codes = &facts.dictionaries;
        let applies = &told.applies;
        let code = |found: Option<u32>| found.unwrap_or(UNHEARD);
        let millis = |secs: Option<u64>| {
            secs.map(|secs| i64::try_from(secs).unwrap_or(i64::MAX).saturating_mul(1000))
        };
        let pauses = told.pause_stages.iter().flatten();
        Self {
            from,
            asked: [
                applies
                    .channel
                    .as_deref()
                    .map(|word| code(codes.channel.code(word))),
                applies
                    .pipeline
                    .as_ref()
                    .map(|id| code(codes.pipeline.code(id.as_str()))),
                applies
                    .priority
                    .as_deref()
                    .map(|word| code(codes.priority.code(word))),
                applies
                    .team
                    .as_ref()
                    .map(|id| code(codes.team.code(id.as_str()))),
            ],
            targets: [
                millis(told.first_response_secs),
                millis(told.next_response_secs),
                millis(told.close_secs),
            ],
            working: told
                .schedule
                .as_ref()
                .and_then(|id| facts.duty.working(id.as_str(), span_of(facts, as_of))),
            pauses: pauses.filter_map(|stage| codes.stage.code(stage)).collect(),
        }
    }

    fn fields(&self) -> usize {
        self.asked.iter().flatten().count()
    }

    /// Agreements for a pipeline are for tickets only; others for tickets, and for episodes
    /// of conversations that have none.
    fn fits(&self, covered: &Covered) -> bool {
        let [channel, pipeline, priority, team] = self.asked;
        if !covered.is_ticket && (pipeline.is_some() || covered.ticketed) {
            return false;
        }
        let same = |asked: Option<u32>, found: u32| asked.is_none_or(|asked| asked == found);
        same(channel, covered.channel)
            && same(pipeline, covered.pipeline)
            && same(priority, covered.priority)
            && same(team, covered.team)
    }

    /// When `target` milliseconds from `from` have run on this agreement's clock, which
    /// stands in `pauses`; `None`: not within the time that is known.
    pub fn due(&self, from: i64, target: i64, pauses: &[(i64, i64)]) -> Option<i64> {
        let mut left = target;
        let mut at = from;
        for (start, end) in pauses {
            if *end <= at {
                continue;
            }
            let start = (*start).max(at);
            let run = self.run(at, start);
            // A target that runs out just as a pause begins is due then.
            if run >= left {
                return self.after(at, left);
            }
            left -= run;
            at = *end;
            if at == i64::MAX {
                return None;
            }
        }
        self.after(at, left)
    }

    fn run(&self, from: i64, until: i64) -> i64 {
        self.working.as_ref().map_or(until - from, |working| {
            working.between(Timestamp::from_millis(from), Timestamp::from_millis(until))
        })
    }

    fn after(&self, from: i64, millis: i64) -> Option<i64> {
        match &self.working {
            None => from.checked_add(millis),
            Some(working) => working
                .after(Timestamp::from_millis(from), millis)
                .map(Timestamp::millis),
        }
    }
}
