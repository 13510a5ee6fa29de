//! The desk as all scripts see it: its window of time, calendar, words and reps.
//!
//! Made once from the options, read-only afterwards; every conversation is a function of
//! the desk and its own number. Makes no event.

use super::Options;
use super::language::Language;
use super::name::id;
use super::people::{REPS, Rep, Team};
use super::random::{Random, Stream, whole};
use super::rhythm::Calendar;
use super::text::Books;
use super::topic::TOPICS;
use crate::model::{DAY_MS, ShortAnswerId, Timestamp};

/// What holds for the whole desk.
#[derive(Debug)]
pub(super) struct Desk {
    /// The seed.
    pub(super) seed: u64,
    /// The first instant.
    pub(super) start: Timestamp,
    /// The last instant.
    pub(super) until: Timestamp,
    /// Its days.
    pub(super) calendar: Calendar,
    /// Its words.
    pub(super) books: Books,
    /// Conversations on a usual day.
    a_day: u32,
}

/// Whose conversation it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// A contact who never wrote before.
    Fresh,
    /// The contact of an earlier conversation.
    Again(u32),
    /// The contact of the conversation just before, with the same question.
    Duplicate(u32),
}

impl Desk {
    /// The desk of these options.
    pub(super) fn new(options: &Options) -> Self {
        let days = options.days.max(1);
        let start = options.until.plus_millis(-i64::from(days) * DAY_MS);
        Self {
            seed: options.seed,
            start,
            until: options.until,
            calendar: Calendar::new(start, options.until),
            books: Books::parse(),
            a_day: options.conversations / days + 1,
        }
    }

    /// Which share of the window has passed at `at`.
    pub(super) fn share(&self, at: Timestamp) -> f64 {
        at.since(self.start) as f64 / self.until.since(self.start).max(1) as f64
    }

    /// The instant at `share` of the window.
    pub(super) fn instant(&self, share: f64) -> Timestamp {
        let length = self.until.since(self.start) as f64;
        self.start.plus_millis(whole(length * share))
    }

    /// Whose conversation number `number` is.
    pub(super) fn origin(&self, number: u32) -> Origin {
        let mut random = Random::new(self.seed, Stream::Origin, number);
        if number == 0 {
            return Origin::Fresh;
        }
        let days_back = random.weighted(&[(3, 4), (8, 3), (60, 5)], 60);
        let back = random.below(self.a_day.saturating_mul(days_back)) + 1;
        match random.below(100) {
            0 | 1 => Origin::Duplicate(number - 1),
            2..28 => Origin::Again(number.saturating_sub(back)),
            _ => Origin::Fresh,
        }
    }

    /// The number of the contact of conversation `number`.
    pub(super) fn contact_of(&self, number: u32) -> u32 {
        let mut number = number;
        while let Origin::Again(earlier) | Origin::Duplicate(earlier) = self.origin(number) {
            number = earlier;
        }
        number
    }

    /// A rep of `team` who is likely to answer at `at`: of two, the one who works first.
    pub(super) fn rep_for(
        &self,
        team: Team,
        at: Timestamp,
        random: &mut Random,
    ) -> Option<&'static Rep> {
        let share = self.share(at);
        let mut candidates: [Option<&'static Rep>; 8] = [None; 8];
        let here = REPS
            .iter()
            .filter(|rep| rep.team_at(share) == team && rep.is_here(share));
        let mut count = 0_u32;
        for (slot, rep) in candidates.iter_mut().zip(here) {
            *slot = Some(rep);
            count += 1;
        }
        let mut draw = || {
            let at = usize::try_from(random.below(count)).unwrap_or(0);
            candidates.get(at).copied().flatten()
        };
        let (one, other) = (draw()?, draw()?);
        let begins = |rep: &Rep| self.calendar.work_after(at, 0, &rep.shift);
        Some(if begins(other) < begins(one) {
            other
        } else {
            one
        })
    }
}

/// The id of the short answer about topic number `topic` in `language`.
pub(super) fn short_answer_id(topic: usize, language: Language) -> ShortAnswerId {
    let key = TOPICS.get(topic).map_or("topic", |topic| topic.key);
    id(
        ShortAnswerId::parse,
        &format!("demo:{key}-{}", language.code()),
    )
}
