//! How far a webhook is told: what waits, what is given up, and what comes next. Pure.
//!
//! What is about one thing is told in order: what happened to it later waits for what failed. Where
//! nothing arrives any more, only the oldest is tried, so that little waits in memory; the journal has
//! the rest.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::model::event::WebhookPause;
use crate::model::webhooks::WebhookCall;
use crate::model::{DAY_MS, HOUR_MS, Timestamp};

/// The most that wait: more is not taken from the journal.
pub(super) const MOST_WAITING: usize = 1_000;
/// The most that is given up and kept.
const MOST_DEAD: usize = 1_000;
/// How many attempts are remembered.
const REMEMBERED: usize = 50;
/// After so many failures in a row nothing but the oldest is tried.
const DOWN: u32 = 3;
/// For so long something is tried.
const PATIENCE_MS: i64 = DAY_MS;
/// How long it is left alone after each failure; the last holds from then on.
const DELAYS_MS: [i64; 6] = [5_000, 30_000, 120_000, 600_000, 1_800_000, HOUR_MS];

/// What waits to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) call: WebhookCall,
    pub(super) tries: u32,
    /// When it failed first; none: it was not tried, or somebody wants it tried afresh.
    pub(super) since: Option<Timestamp>,
    pub(super) next_at: Timestamp,
}

/// What is given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dead {
    pub(super) call: WebhookCall,
    pub(super) at: Timestamp,
    pub(super) reason: String,
}

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) record: u64,
    pub(super) event: String,
    pub(super) at: Timestamp,
    /// What went wrong; none: it arrived.
    pub(super) reason: Option<String>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookOutcome {
    /// It arrived.
    Delivered,
    /// It is not told: its words are gone.
    Withheld,
    /// It did not arrive.
    Failed {
        /// Why, in words that hold no secret.
        reason: String,
        /// For how many seconds the server wants to be left alone.
        after_secs: Option<u32>,
        /// Whether the server says that it is gone for good.
        is_gone: bool,
    },
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// What waited.
    Again(WebhookCall),
    /// What happened next.
    Fresh,
    /// Nothing before then.
    Wait(Timestamp),
}

/// How far a webhook is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    /// Everything up to this record was told, waits or is given up.
    pub(super) cursor: u64,
    /// By record.
    pub(super) waiting: Vec<Waiting>,
    pub(super) dead: Vec<Dead>,
    failures: u32,
    called_at: Option<Timestamp>,
    pub(super) delivered: u64,
    pub(super) delivered_at: Option<Timestamp>,
    /// What is in the way, and since when.
    pub(super) trouble: Option<(Timestamp, String)>,
    pub(super) attempts: VecDeque<Attempt>,
}

impl Progress {
    /// Told what happens after a record.
    pub(super) fn after(cursor: u64) -> Self {
        Self {
            cursor,
            ..Self::default()
        }
    }

    /// Begins afresh with what waits, if somebody wants that since.
    pub(super) fn call(&mut self, at: Timestamp) {
        if self.called_at >= Some(at) {
            return;
        }
        self.called_at = Some(at);
        self.failures = 0;
        for waiting in &mut self.waiting {
            waiting.tries = 0;
            waiting.since = None;
            waiting.next_at = Timestamp::MIN;
        }
    }

    /// What comes next.
    pub(super) fn next(&self, now: Timestamp) -> Next {
        let is_down = self.failures >= DOWN;
        let mut soonest = Timestamp::MAX;
        for head in self.heads().take(if is_down { 1 } else { usize::MAX }) {
            if head.next_at <= now {
                return Next::Again(head.call.clone());
            }
            soonest = soonest.min(head.next_at);
        }
        if is_down || self.waiting.len() >= MOST_WAITING {
            return Next::Wait(soonest);
        }
        Next::Fresh
    }

    /// When something that waits is tried next; none: nothing waits.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        let most = if self.failures >= DOWN { 1 } else { usize::MAX };
        let heads = self.heads().take(most);
        heads.map(|head| head.next_at).min()
    }

    /// What waits for nothing but its time: the first of each thing.
    fn heads(&self) -> impl Iterator<Item = &Waiting> {
        let mut things = BTreeSet::new();
        let waiting = self.waiting.iter();
        waiting.filter(move |waiting| things.insert(&waiting.call.thing))
    }

    /// Has something wait behind what failed of the same thing; whether it has to.
    pub(super) fn queue(&mut self, call: &WebhookCall) -> bool {
        let mut others = self.waiting.iter();
        if !others.any(|other| other.call.thing == call.thing) {
            return false;
        }
        self.cursor = self.cursor.max(call.record);
        self.insert(Waiting {
            call: call.clone(),
            tries: 0,
            since: None,
            next_at: Timestamp::MIN,
        });
        true
    }

    fn insert(&mut self, waiting: Waiting) {
        let record = waiting.call.record;
        let place = self
            .waiting
            .partition_point(|other| other.call.record < record);
        self.waiting.insert(place, waiting);
    }

    /// Notes what came of an attempt; why nothing is told any more, if so.
    pub(super) fn settle(
        &mut self,
        call: &WebhookCall,
        now: Timestamp,
        outcome: WebhookOutcome,
    ) -> Option<WebhookPause> {
        self.cursor = self.cursor.max(call.record);
        let mut others = self.waiting.iter();
        let place = others.position(|other| other.call.record == call.record);
        let waited = place.map(|place| self.waiting.remove(place));
        match outcome {
            WebhookOutcome::Withheld => None,
            WebhookOutcome::Delivered => {
                self.remember(call, now, None);
                self.delivered += 1;
                self.delivered_at = Some(now);
                self.trouble = None;
                if self.failures >= DOWN {
                    // It is there again.
                    for waiting in &mut self.waiting {
                        waiting.next_at = Timestamp::MIN;
                    }
                }
                self.failures = 0;
                None
            }
            WebhookOutcome::Failed {
                reason,
                after_secs,
                is_gone,
            } => {
                self.remember(call, now, Some(&reason));
                self.failures = self.failures.saturating_add(1);
                let since = self.trouble.take().map_or(now, |(since, _)| since);
                self.trouble = Some((since, reason.clone()));
                let waited = waited.unwrap_or_else(|| Waiting {
                    call: call.clone(),
                    tries: 0,
                    since: None,
                    next_at: now,
                });
                let pause = self.put_off(waited, now, (reason, after_secs));
                pause.or_else(|| is_gone.then_some(WebhookPause::Gone))
            }
        }
    }

    /// Has something wait once more, or gives it up.
    fn put_off(
        &mut self,
        waited: Waiting,
        now: Timestamp,
        (reason, after_secs): (String, Option<u32>),
    ) -> Option<WebhookPause> {
        let since = waited.since.unwrap_or(now);
        let last = DELAYS_MS.len() - 1;
        let place = usize::try_from(waited.tries).unwrap_or(last).min(last);
        let delay = DELAYS_MS.get(place).copied().unwrap_or(HOUR_MS);
        let wanted = after_secs.map_or(0, |secs| i64::from(secs) * 1_000);
        let next_at = now.plus_millis(delay.max(wanted.min(HOUR_MS)));
        if next_at < since.plus_millis(PATIENCE_MS) {
            self.insert(Waiting {
                tries: waited.tries.saturating_add(1),
                since: Some(since),
                next_at,
                ..waited
            });
            return None;
        }
        let at = now;
        let call = waited.call;
        self.dead.push(Dead { call, at, reason });
        if self.delivered_at < Some(since) {
            return Some(WebhookPause::Failing);
        }
        (self.dead.len() >= MOST_DEAD).then_some(WebhookPause::Full)
    }

    fn remember(&mut self, call: &WebhookCall, at: Timestamp, reason: Option<&str>) {
        if self.attempts.len() >= REMEMBERED {
            self.attempts.pop_front();
        }
        self.attempts.push_back(Attempt {
            record: call.record,
            event: call.event.clone(),
            at,
            reason: reason.map(str::to_owned),
        });
    }

    /// Has what was given up wait once more: one record of it, or all; how much that is.
    pub(super) fn replay(&mut self, record: Option<u64>) -> usize {
        let is_wanted = |dead: &Dead| record.is_none_or(|record| dead.call.record == record);
        let (again, stay): (Vec<Dead>, Vec<Dead>) = std::mem::take(&mut self.dead)
            .into_iter()
            .partition(is_wanted);
        self.dead = stay;
        let count = again.len();
        for dead in again {
            self.insert(Waiting {
                call: dead.call,
                tries: 0,
                since: None,
                next_at: Timestamp::MIN,
            });
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::webhooks::WebhookThing;

    const MINUTE: i64 = 60_000;

    fn call(record: u64, conversation: &str) -> WebhookCall {
        WebhookCall {
            record,
            event: "message.added".to_owned(),
            id: record.to_string(),
            at: Timestamp::from_millis(0),
            thing: WebhookThing::Conversation(conversation.to_owned()),
        }
    }

    fn failed() -> WebhookOutcome {
        WebhookOutcome::Failed {
            reason: "it answered 500".to_owned(),
            after_secs: None,
            is_gone: false,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_failed_holds_up_its_own_thing_and_no_other() {
        let mut progress = Progress::default();
        assert_eq!(progress.settle(&call(1, "a"), at(0), failed()), None);
        assert!(progress.queue(&call(2, "a")));
        assert!(!progress.queue(&call(3, "b")));
        // What waits behind another has no time of its own.
        assert_eq!(progress.next_at(), Some(at(5_000)));
        assert_eq!(progress.next(at(1)), Next::Fresh);
        assert_eq!(progress.next(at(5_000)), Next::Again(call(1, "a")));
        progress.settle(&call(1, "a"), at(5_000), WebhookOutcome::Delivered);
        // What waited behind it comes before anything newer.
        assert_eq!(progress.next(at(5_000)), Next::Again(call(2, "a")));
        progress.settle(&call(2, "a"), at(5_001), WebhookOutcome::Withheld);
        assert_eq!(progress.next(at(5_002)), Next::Fresh);
        assert_eq!((progress.cursor, progress.delivered), (2, 1));
    }

    #[test]
    fn a_server_that_is_down_is_asked_by_the_oldest_alone_until_it_is_back() {
        let mut progress = Progress::default();
        for (record, thing) in [(1, "a"), (2, "b"), (3, "c")] {
            progress.settle(&call(record, thing), at(0), failed());
        }
        assert_eq!(progress.next(at(1)), Next::Wait(at(5_000)));
        assert_eq!(progress.next(at(MINUTE)), Next::Again(call(1, "a")));
        progress.settle(&call(1, "a"), at(MINUTE), failed());
        assert_eq!(progress.next(at(MINUTE)), Next::Wait(at(MINUTE + 30_000)));
        progress.settle(&call(1, "a"), at(2 * MINUTE), WebhookOutcome::Delivered);
        assert_eq!(progress.next(at(2 * MINUTE)), Next::Again(call(2, "b")));
        assert_eq!(progress.trouble, None);
    }

    #[test]
    fn after_a_day_it_is_given_up_and_where_nothing_arrived_that_is_all() {
        let mut progress = Progress::default();
        let (mut now, mut tries) = (0, 1);
        let mut pause = progress.settle(&call(1, "a"), at(now), failed());
        while pause.is_none() {
            let next = progress.next_at().unwrap().millis();
            assert!(next > now && next - now <= HOUR_MS);
            now = next;
            tries += 1;
            pause = progress.settle(&call(1, "a"), at(now), failed());
        }
        assert_eq!(pause, Some(WebhookPause::Failing));
        // 5 s, 30 s, 2 min, 10 min, 30 min, then each hour: 5 + 23 after the first.
        assert_eq!((tries, progress.dead.len()), (29, 1));
        assert!(now < DAY_MS && now > DAY_MS - HOUR_MS);
        assert_eq!((progress.replay(Some(7)), progress.replay(None)), (0, 1));
        assert_eq!(progress.next(at(now)), Next::Again(call(1, "a")));
    }

    #[test]
    fn one_that_is_refused_while_others_arrive_is_given_up_alone() {
        let mut progress = Progress::default();
        progress.settle(&call(1, "a"), at(0), failed());
        progress.settle(&call(2, "b"), at(10), WebhookOutcome::Delivered);
        assert_eq!(progress.settle(&call(1, "a"), at(DAY_MS), failed()), None);
        assert_eq!(progress.dead.len(), 1);
        let gone = WebhookOutcome::Failed {
            reason: "it answered 410".to_owned(),
            after_secs: None,
            is_gone: true,
        };
        let pause = progress.settle(&call(3, "c"), at(DAY_MS), gone);
        assert_eq!(pause, Some(WebhookPause::Gone));
    }

    #[test]
    fn who_calls_has_it_tried_at_once_and_for_another_day() {
        let mut progress = Progress::default();
        for (record, thing) in [(1, "a"), (2, "b"), (3, "c")] {
            progress.settle(&call(record, thing), at(0), failed());
        }
        progress.call(at(10));
        assert_eq!(progress.next(at(10)), Next::Again(call(1, "a")));
        assert_eq!(progress.settle(&call(1, "a"), at(DAY_MS), failed()), None);
        let before = progress.clone();
        progress.call(at(10));
        assert_eq!(progress, before, "once for each call");
    }

    #[test]
    fn no_more_waits_than_is_kept_in_memory() {
        let mut progress = Progress::default();
        progress.settle(&call(1, "a"), at(0), failed());
        let mut record = 1;
        while progress.next(at(1)) == Next::Fresh {
            record += 1;
            assert!(progress.queue(&call(record, "a")));
        }
        assert_eq!(progress.waiting.len(), MOST_WAITING);
    }
}
