//! The numbers of a topic: how often it was asked, since when, and at what cost. Lists are
//! filtered and sorted by them; only what is shown is described in words.

use rayon::prelude::*;

use super::asked::{AskedRow, NO_LANGUAGE};
use super::counter::{GapCounter, view};
use super::gap::{Gap, GapState};
use super::rep_times::median;
use crate::model::knowledge::Topic;
use crate::model::{DAY_MS, Timestamp};

/// How many weeks the course of a gap shows.
const WEEKS: usize = 12;
const WEEK_MS: i64 = 7 * DAY_MS;
/// The period that is compared with the one before it for the trend.
const TREND_MS: i64 = 4 * WEEK_MS;
/// From how many conversations that reps dealt with on a topic's own median is used.
const OWN_MEDIAN: usize = 5;

/// The numbers of a topic of which a question counts; see [`super::Gap`] for each.
#[derive(Clone)]
pub(super) struct Tally<'a> {
    pub(super) topic: &'a Topic,
    pub(super) state: GapState,
    pub(super) questions: usize,
    pub(super) people: usize,
    pub(super) conversations: usize,
    pub(super) first_asked_at: Option<Timestamp>,
    pub(super) last_asked_at: Option<Timestamp>,
    pub(super) weekly: [u32; WEEKS],
    pub(super) recent: usize,
    pub(super) before: usize,
    pub(super) cost_secs: Option<f64>,
    /// The place of the language of most questions.
    pub(super) language: u16,
    /// How many of all its questions, dismissed ones too, came since it was dismissed.
    pub(super) asked_since: usize,
}

impl Tally<'_> {
    /// Its questions, whoever was asked.
    pub(super) const fn total(&self) -> usize {
        self.questions + self.people
    }

    /// How many more questions came in the last four weeks than in the four before.
    pub(super) fn growth(&self) -> i64 {
        let count = |questions: usize| i64::try_from(questions).unwrap_or(i64::MAX);
        count(self.recent).saturating_sub(count(self.before))
    }
}

impl<'a> GapCounter<'a> {
    /// The numbers of a topic; none where no question of it counts.
    pub(super) fn tally(&self, topic: &'a Topic) -> Option<Tally<'a>> {
        let counted = self.asked().rows(topic.number).iter();
        let all: Vec<AskedRow> = counted
            .copied()
            .filter(|row| self.row_counts(row))
            .collect();
        if all.is_empty() {
            return None;
        }
        let dismissed_at = topic.dismissed.holds().map(|held| held.at.millis());
        let since = |at: i64| all.iter().filter(|row| row.at > at).count();
        let mut tally = Tally {
            topic,
            state: self.state(topic),
            questions: 0,
            people: 0,
            conversations: 0,
            first_asked_at: None,
            last_asked_at: None,
            weekly: [0; WEEKS],
            recent: 0,
            before: 0,
            cost_secs: None,
            language: self.most(&all),
            asked_since: dismissed_at.map_or(0, since),
        };
        for row in all.iter().filter(|row| !row.is_dismissed) {
            self.add(&mut tally, row);
        }
        self.add_cost(&mut tally, all);
        Some(tally)
    }

    /// The numbers of all topics of which a question counts, in order of the topics.
    pub(super) fn tallies(&self) -> Vec<Tally<'a>> {
        // Found before, as one thread that waits for it might have to do it.
        self.median_secs();
        let topics = self.knowledge.topics.values();
        let topics: Vec<&Topic> = topics.map(AsRef::as_ref).collect();
        let tallies = topics.into_par_iter();
        tallies.filter_map(|topic| self.tally(topic)).collect()
    }

    /// A topic as a gap; none where no question of it counts.
    pub(super) fn gap(&self, topic: &'a Topic) -> Option<Gap> {
        self.tally(topic).map(|tally| self.described(&tally))
    }

    /// A topic as a gap, of its numbers.
    pub(super) fn described(&self, tally: &Tally<'a>) -> Gap {
        let topic = tally.topic;
        let reopened = topic.reopened.as_ref();
        let reopened = reopened.filter(|_| tally.state == GapState::Reopened);
        let dismissal = topic.dismissed.holds();
        Gap {
            topic: topic.number.to_string(),
            title: self.title(topic),
            is_named: topic.name.is_some(),
            tags: self.tags(topic).to_vec(),
            language: self.asked().language(tally.language).map(str::to_owned),
            state: tally.state,
            questions: tally.questions,
            people: tally.people,
            conversations: tally.conversations,
            first_asked_at: tally.first_asked_at,
            last_asked_at: tally.last_asked_at,
            weekly: tally.weekly.to_vec(),
            recent: tally.recent,
            before: tally.before,
            cost_secs: tally.cost_secs,
            is_pinned: topic.is_pinned,
            answers: self.links(topic),
            note: reopened
                .filter(|_| self.seen.is_none())
                .map(|reopened| reopened.note.clone()),
            dismissal: dismissal.map(|dismissal| view(dismissal, tally.asked_since)),
        }
    }

    fn add(&self, tally: &mut Tally<'_>, row: &AskedRow) {
        let at = Timestamp::from_millis(row.at);
        tally.people += usize::from(row.is_mined);
        tally.questions += usize::from(!row.is_mined);
        tally.first_asked_at = Some(tally.first_asked_at.map_or(at, |first| first.min(at)));
        tally.last_asked_at = tally.last_asked_at.max(Some(at));
        let ago = self.now.since(at);
        let back = usize::try_from(ago / WEEK_MS).unwrap_or(WEEKS);
        let place = WEEKS.checked_sub(back + 1);
        if let Some(week) = place.and_then(|place| tally.weekly.get_mut(place)) {
            *week += 1;
        }
        tally.recent += usize::from((0..TREND_MS).contains(&ago));
        tally.before += usize::from((TREND_MS..2 * TREND_MS).contains(&ago));
    }

    /// Counts the conversations, and what they cost by the first question of each.
    fn add_cost(&self, tally: &mut Tally<'_>, all: Vec<AskedRow>) {
        let mut rows = all;
        rows.retain(|row| !row.is_dismissed);
        rows.sort_unstable_by_key(|row| (row.conversation, row.at));
        rows.dedup_by_key(|row| row.conversation);
        tally.conversations = rows.len();
        let own = rows.iter().filter_map(|row| self.rep_time(row));
        let own: Vec<f64> = own.map(|time| time.secs).collect();
        let each = if own.len() >= OWN_MEDIAN {
            median(own)
        } else {
            self.median_secs()
        };
        tally.cost_secs = each.map(|secs| secs * rows.len() as f64);
    }

    /// The language that comes most often; of equals the first by name.
    fn most(&self, rows: &[AskedRow]) -> u16 {
        let mut counts: Vec<(u16, usize)> = Vec::new();
        for row in rows.iter().filter(|row| row.language != NO_LANGUAGE) {
            match counts.iter_mut().find(|(place, _)| *place == row.language) {
                Some((_, count)) => *count += 1,
                None => counts.push((row.language, 1)),
            }
        }
        let name = |place: u16| self.asked().language(place);
        let best = counts.iter().max_by(|one, other| {
            let by_count = one.1.cmp(&other.1);
            by_count.then_with(|| name(other.0).cmp(&name(one.0)))
        });
        best.map_or(NO_LANGUAGE, |(place, _)| *place)
    }
}
