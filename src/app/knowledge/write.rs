//! Writing what happens here: events whose instant and id Svar itself gives.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::app::{App, Error, Via};
use crate::clock::Clock;
use crate::journal::{Draft, Outcome, Submission, Turn};
use crate::model::event::OWN_SOURCE;
use crate::model::{Body, Event, Timestamp};

/// The instant of the last event that Svar wrote, so that the next one is later.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct LastLive(Arc<AtomicI64>);

impl LastLive {
    /// Goes on after `at`.
    pub(in crate::app) fn after(at: Option<Timestamp>) -> Self {
        let millis = at.map_or(i64::MIN, Timestamp::millis);
        Self(Arc::new(AtomicI64::new(millis)))
    }

    /// The next instant at or after `now`.
    fn next(&self, now: Timestamp) -> Timestamp {
        let next = |last: i64| now.millis().max(last.saturating_add(1));
        let before = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        Timestamp::from_millis(next(before.unwrap_or_else(|last| last)))
    }
}

impl App {
    /// As [`Self::journal_live`], and waits up to a second until it can be seen.
    pub(in crate::app) fn write_live(
        &self,
        by: (Via, &str),
        bodies: Vec<Body>,
    ) -> Result<u64, Error> {
        let position = self.journal_live(by, bodies)?;
        self.wait_for(position);
        Ok(position)
    }

    /// Journals what happens here, all of it at once; returns the position of the log when
    /// it is safe on disk.
    pub(in crate::app) fn journal_live(
        &self,
        (via, actor): (Via, &str),
        bodies: Vec<Body>,
    ) -> Result<u64, Error> {
        if bodies.is_empty() {
            return Ok(self.position());
        }
        let bodies = Arc::new(bodies);
        let mut taken = self.submit_live((via, actor), &bodies, "")?;
        if !taken.1 {
            // Another installation's export brought an event of this very id in.
            taken = self.submit_live((via, actor), &bodies, &Clock::fresh_id())?;
        }
        if !taken.1 {
            return Err(Error::Stopped(
                "the journal has other events under the ids of these".to_owned(),
            ));
        }
        Ok(taken.0)
    }

    /// The position, and whether everything was taken.
    fn submit_live(
        &self,
        (via, actor): (Via, &str),
        bodies: &Arc<Vec<Body>>,
        suffix: &str,
    ) -> Result<(u64, bool), Error> {
        let last = self.workshop.last_live.clone();
        let (bodies, count) = (Arc::clone(bodies), bodies.len());
        let suffix = suffix.to_owned();
        let decide = move |turn: Turn| {
            let numbered = (turn.first_seq..).zip(bodies.iter());
            let drafts = numbered.filter_map(|(seq, body)| {
                let event = Event {
                    at: last.next(turn.now),
                    source: OWN_SOURCE.to_owned(),
                    id: format!("{seq}{suffix}"),
                    body: body.clone(),
                };
                Draft::parse(event.to_json()).ok()
            });
            drafts.collect()
        };
        let receipt = self
            .handle
            .submit(Submission::decided(via, actor, decide))?;
        let accepted = |outcome: &&Outcome| matches!(outcome, Outcome::Accepted(_));
        let whole = receipt.outcomes.iter().filter(accepted).count() == count;
        Ok((receipt.log_position, whole))
    }
}
