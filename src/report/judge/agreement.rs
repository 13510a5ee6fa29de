//! Service level agreements made ready for one evaluation: which applies to a row, and when
//! what it promises is due.
//!
//! An agreement that names an unknown schedule runs around the clock.

use std::sync::Arc;

use crate::metrics::{Facts, NEVER, NONE, ThreadRow};
use crate::model::event::SlaUpserted;
use crate::model::schedule::WorkingTime;
use crate::model::{DAY_MS, Timestamp};

/// The code of a word that no row has.
const UNUSED_CODE: u32 = NONE - 1;

/// The properties of a row that decide which agreement covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
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

impl Coverage {
    /// That of a conversation, nobody's team's yet.
    pub(super) const fn of_conversation(thread: &ThreadRow) -> Self {
        Self {
            is_ticket: false,
            ticketed: thread.ticketed,
            channel: thread.channel,
            pipeline: NONE,
            priority: thread.priority,
            team: NONE,
        }
    }
}

/// A stay in a stage: which, from when, until when.
type Stay = (u32, i64, i64);

/// All agreements, in the order of their ids.
pub struct Agreements(Vec<Vec<Agreement>>);

/// A version of an agreement.
pub struct Agreement {
    /// From when it is in force, in milliseconds.
    from: i64,
    /// The fields that it requires: channel, pipeline, priority, team.
    required: [Option<u32>; 4],
    /// What it promises for first response, next response and close, in milliseconds.
    pub targets: [Option<i64>; 3],
    /// By which hours; `None`: around the clock.
    pub working: Option<Arc<WorkingTime>>,
    /// The stages in which its clock is paused.
    pub pauses: Vec<u32>,
}

impl Agreements {
    /// The agreements of the timetable.
    pub fn of(facts: &Facts, as_of: i64) -> Self {
        let slas = facts.duty.timetable.slas();
        let versions = slas.map(|(_, versions)| {
            let versions = versions.iter();
            versions
                .map(|(at, terms)| Agreement::of(facts, as_of, at.millis(), terms))
                .collect()
        });
        Self(versions.collect())
    }

    /// The agreement that applies to a row whose clock starts at `from`: the one with the
    /// most fields, all of them the row's; of several the smallest id.
    pub fn applying(&self, coverage: &Coverage, from: i64) -> Option<&Agreement> {
        let mut best: Option<&Agreement> = None;
        for versions in &self.0 {
            // Before the first version the first one holds.
            let after = versions.partition_point(|version| version.from <= from);
            let Some(agreement) = versions.get(after.saturating_sub(1)) else {
                continue;
            };
            if agreement.fits(coverage)
                && best.is_none_or(|best| agreement.fields() > best.fields())
            {
                best = Some(agreement);
            }
        }
        best
    }

    /// When what is promised for a row is due: a target, whose clock runs from an instant and is
    /// stopped in some of the row's stays in stages. `NEVER`: nothing is promised; the instant before
    /// it: later than any that the schedule covers.
    pub fn due_at<S: Iterator<Item = Stay>>(
        &self,
        coverage: &Coverage,
        (target, from): (u8, i64),
        stays: impl FnOnce() -> S,
    ) -> i64 {
        let agreement = self.applying(coverage, from);
        let promised = agreement.and_then(|agreement| {
            let target = agreement.targets.get(usize::from(target)).copied()??;
            Some((agreement, target))
        });
        let Some((agreement, target)) = promised else {
            return NEVER;
        };
        let mut pauses = Vec::new();
        if !agreement.pauses.is_empty() {
            let paused = stays().filter(|(stage, ..)| agreement.pauses.contains(stage));
            pauses.extend(paused.map(|(_, from, until)| (from, until)));
        }
        let due = agreement.due(from, target, &pauses);
        due.unwrap_or(NEVER - 1)
    }
}

impl Agreement {
    fn of(facts: &Facts, as_of: i64, from: i64, terms: &SlaUpserted) -> Self {
        let codes = &facts.dictionaries;
        let applies = &terms.applies;
        let code = |code: Option<u32>| code.unwrap_or(UNUSED_CODE);
        let millis = |secs: Option<u64>| {
            secs.map(|secs| i64::try_from(secs).unwrap_or(i64::MAX).saturating_mul(1000))
        };
        let pauses = terms.pause_stages.iter().flatten();
        Self {
            from,
            required: [
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
                millis(terms.first_response_secs),
                millis(terms.next_response_secs),
                millis(terms.close_secs),
            ],
            working: terms
                .schedule
                .as_ref()
                .and_then(|id| facts.duty.working(id.as_str(), working_span(facts, as_of))),
            pauses: pauses.filter_map(|stage| codes.stage.code(stage)).collect(),
        }
    }

    fn fields(&self) -> usize {
        self.required.iter().flatten().count()
    }

    /// Agreements for a pipeline are for tickets only; others for tickets, and for episodes
    /// of conversations that have none.
    fn fits(&self, coverage: &Coverage) -> bool {
        let [channel, pipeline, priority, team] = self.required;
        if !coverage.is_ticket && (pipeline.is_some() || coverage.ticketed) {
            return false;
        }
        let same =
            |required: Option<u32>, code: u32| required.is_none_or(|required| required == code);
        same(channel, coverage.channel)
            && same(pipeline, coverage.pipeline)
            && same(priority, coverage.priority)
            && same(team, coverage.team)
    }

    /// When `target` milliseconds from `from` have run on this agreement's clock, which
    /// is stopped in `pauses`; `None`: not within the time that the schedule covers.
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

/// The span over which working time is needed: all facts, and what is due by `as_of`.
pub(in crate::report) fn working_span(facts: &Facts, as_of: i64) -> (i64, i64) {
    let (first, last) = facts.span();
    (first, last.max(as_of).saturating_add(DAY_MS))
}
