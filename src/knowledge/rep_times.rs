//! How long reps were busy with the episodes that questions were asked in.
//!
//! The rep time of a gap is an estimate: the median of its own conversations that reps dealt with
//! (of all that have unanswered questions, where it has fewer than five), times its conversations.

use std::sync::Arc;

use rayon::prelude::*;

use super::asked::{AskedRow, Rows};
use crate::metrics::{Chunk, EpisodeRow, Facts, NEVER, Row, place_of};

const CONVERSATION: usize = place_of(EpisodeRow::FIELDS, "conversation");
const ORDINAL: usize = place_of(EpisodeRow::FIELDS, "ordinal");
const STARTED_AT: usize = place_of(EpisodeRow::FIELDS, "started_at");
const ENDED_AT: usize = place_of(EpisodeRow::FIELDS, "ended_at");
const HANDOFF_AT: usize = place_of(EpisodeRow::FIELDS, "handoff_at");
const REP_TIME: usize = place_of(EpisodeRow::FIELDS, "rep_time_ms");

/// Of how many episodes the times are kept; they take some 50 MB.
const KEPT_AT_MOST: usize = 1 << 20;

/// What is needed of an episode; in order of conversations and of the episodes in each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct EpisodeTime {
    conversation: u32,
    ordinal: u32,
    started_at: i64,
    ended_at: i64,
    handoff_at: i64,
    rep_time_ms: u32,
}

/// The time that reps spent on an episode.
#[derive(Clone, Copy)]
pub(super) struct RepTime {
    /// Which episode.
    pub(super) place: usize,
    /// How long.
    pub(super) secs: f64,
}

/// What rep times are read of.
#[derive(Clone, Default)]
pub(super) struct Source {
    /// The identities of the chunks of episodes.
    chunks: Vec<u64>,
    questions: Rows,
}

impl Source {
    pub(super) fn new(facts: &Facts, questions: &Rows) -> Self {
        let chunks = facts.episodes.chunks().iter();
        Self {
            chunks: chunks.map(Chunk::identity).collect(),
            questions: questions.clone(),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let apart = || self.questions.apart(&other.questions, Arc::ptr_eq);
        self.chunks == other.chunks && apart().is_empty()
    }
}

/// The episodes of conversations in which something was asked.
#[derive(Default)]
pub(super) struct RepTimes {
    source: Source,
    episodes: Vec<EpisodeTime>,
    /// By the code of a conversation, the place of its first episode and, after it, of the next one's.
    starts: Vec<usize>,
}

impl RepTimes {
    /// Those of the conversations that questions were asked in.
    pub(super) fn of(facts: &Facts, source: Source) -> Self {
        let mut is_wanted = vec![false; facts.threads.len()];
        for row in source.questions.iter().flat_map(|(_, rows)| rows.iter()) {
            if let Some(wanted) = is_wanted.get_mut(row.conversation as usize) {
                *wanted = true;
            }
        }
        let chunks = facts.episodes.chunks().par_iter();
        let times = chunks.flat_map_iter(|chunk| wanted(chunk, &is_wanted));
        let mut episodes: Vec<EpisodeTime> = times.collect();
        episodes.par_sort_unstable();
        let mut starts = Vec::with_capacity(is_wanted.len() + 1);
        let mut next = 0;
        for conversation in 0..is_wanted.len() {
            starts.push(next);
            let rest = episodes.get(next..).unwrap_or_default().iter();
            next += rest
                .take_while(|one| one.conversation as usize == conversation)
                .count();
        }
        starts.push(next);
        Self {
            source,
            episodes,
            starts,
        }
    }

    pub(super) fn is_of(&self, source: &Source) -> bool {
        self.source.is_same(source)
    }

    /// Whether it is worth its memory to keep it until it is asked for again.
    pub(super) const fn is_small(&self) -> bool {
        self.episodes.len() <= KEPT_AT_MOST && self.starts.len() <= KEPT_AT_MOST
    }

    /// The time that reps spent on the episode that a question was asked in, if it is over at
    /// `now` and was handed off, or was theirs from the start as the customer agent was not on it.
    pub(super) fn of_question(&self, question: &AskedRow, now: i64) -> Option<RepTime> {
        let conversation = question.conversation as usize;
        let (first, next) = (
            *self.starts.get(conversation)?,
            *self.starts.get(conversation + 1)?,
        );
        let its = self.episodes.get(first..next)?;
        let begun = its.partition_point(|episode| episode.started_at <= question.at);
        let place = begun.saturating_sub(1);
        let episode = its.get(place)?;
        let is_theirs = question.is_mined || episode.handoff_at != NEVER;
        let tells = episode.ended_at <= now && is_theirs && episode.rep_time_ms > 0;
        tells.then(|| RepTime {
            place: first + place,
            secs: f64::from(episode.rep_time_ms) / 1000.0,
        })
    }
}

/// The episodes of a chunk whose conversations are wanted.
fn wanted(chunk: &Chunk<EpisodeRow>, is_wanted: &[bool]) -> Vec<EpisodeTime> {
    let codes = chunk.codes(CONVERSATION);
    let is_wanted = |(place, code): &(usize, &u32)| {
        let wanted = is_wanted.get(**code as usize).copied();
        wanted.unwrap_or_default() && !chunk.is_struck(*place)
    };
    let places = codes.iter().enumerate().filter(is_wanted);
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    if places.is_empty() {
        return Vec::new();
    }
    let (ordinals, times) = (chunk.codes(ORDINAL), chunk.codes(REP_TIME));
    let instants = [STARTED_AT, ENDED_AT, HANDOFF_AT].map(|place| chunk.instants(place));
    let [started, ended, handed_off] = &instants;
    let episodes = places.into_iter().filter_map(|place| {
        Some(EpisodeTime {
            conversation: *codes.get(place)?,
            ordinal: *ordinals.get(place)?,
            started_at: *started.get(place)?,
            ended_at: *ended.get(place)?,
            handoff_at: *handed_off.get(place)?,
            rep_time_ms: *times.get(place)?,
        })
    });
    episodes.collect()
}

/// The middle value, or the mean of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable_by(count / 2, f64::total_cmp);
    let lower = below.iter().copied().max_by(f64::total_cmp);
    let lower = lower.filter(|_| count.is_multiple_of(2));
    Some(lower.map_or(*upper, |lower| f64::midpoint(lower, *upper)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(Vec::new()), None);
        assert_eq!(median(vec![5.0]), Some(5.0));
        assert_eq!(median(vec![9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(vec![9.0, 1.0, 4.0, 6.0]), Some(5.0));
    }
}
