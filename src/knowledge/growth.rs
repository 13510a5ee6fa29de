//! Gaps that grow: more questions in seven whole days than in the seven before, by more than chance.
//!
//! Were both weeks alike, each question would fall into either like a thrown coin. A gap grows where the
//! Wilson interval of `recent / (recent + before)` lies above one half, and `recent` is at least what is
//! asked for: 5 after 0 do, 10 after 3 do not, 12 after 3 do.

use super::Library;
use super::gap::GapState;
use crate::metrics::wilson;
use crate::model::event::TopicNumber;

/// A gap that grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowingGap {
    /// Its topic.
    pub topic: TopicNumber,
    /// How many questions came in the last seven days.
    pub recent: u32,
    /// How many in the seven before.
    pub before: u32,
}

impl Library {
    /// The gaps that no short answer covers and that grew up to this library's instant.
    pub fn growing(&self, least: u32) -> Vec<GrowingGap> {
        let counter = self.counter();
        let growing = counter.tallies().into_iter().filter_map(|tally| {
            let is_open = matches!(tally.state, GapState::Open | GapState::Reopened);
            let mut weeks = tally.weekly.iter().rev().copied();
            let recent = weeks.next().unwrap_or_default();
            let before = weeks.next().unwrap_or_default();
            let grows = is_open && recent >= least && has_grown(recent, before);
            grows.then_some(GrowingGap {
                topic: tally.topic.number,
                recent,
                before,
            })
        });
        growing.collect()
    }
}

fn has_grown(recent: u32, before: u32) -> bool {
    let interval = wilson(u64::from(recent), u64::from(recent) + u64::from(before));
    interval.is_some_and(|interval| interval.low > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_grows_where_two_weeks_differ_by_more_than_chance() {
        // The lower ends: 5 of 5 0.5655, 10 of 13 0.4974, 12 of 15 0.5481, 3 of 3 0.4385.
        for (recent, before, grows) in [
            (5, 0, true),
            (10, 3, false),
            (12, 3, true),
            (3, 0, false),
            (0, 0, false),
            (3, 12, false),
        ] {
            assert_eq!(has_grown(recent, before), grows, "{recent} after {before}");
        }
    }
}
