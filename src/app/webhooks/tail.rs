//! What happened last that may be told, in memory: so that each who tells finds what is new without
//! reading the journal. Fed on the committing thread, like `feed`.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::lock::Lock;
use crate::model::webhooks::WebhookCall;
use crate::model::{Body, Event, Via};
use crate::projection::Snapshot;

/// How much is at hand.
const KEPT: usize = 4_096;

/// What happened last. Clones share it.
#[derive(Clone)]
pub(in crate::app) struct Tail(Arc<Lock<Ring>>);

struct Ring {
    calls: VecDeque<WebhookCall>,
    /// Up to here not all is at hand.
    lost: u64,
    /// Whether anybody is told: nothing is kept for nobody.
    is_wanted: bool,
}

impl Tail {
    /// With nothing at hand of what is journalled already.
    pub(in crate::app) fn new(position: u64, snapshot: &Snapshot) -> Self {
        Self::of(position, !snapshot.installation.webhooks.is_empty())
    }

    fn of(position: u64, is_wanted: bool) -> Self {
        Self(Arc::new(Lock::new(Ring {
            calls: VecDeque::new(),
            lost: position,
            is_wanted,
        })))
    }

    pub(in crate::app) fn see(&self, seq: u64, via: Via, event: &Event) {
        let mut ring = self.0.lock();
        if !ring.is_wanted {
            ring.lost = seq;
            ring.is_wanted = matches!(event.body, Body::WebhookSet(_));
            return;
        }
        let Some(call) = call_of(seq, via, event) else {
            return;
        };
        if ring.calls.len() >= KEPT
            && let Some(first) = ring.calls.pop_front()
        {
            ring.lost = first.record;
        }
        ring.calls.push_back(call);
    }

    pub(in crate::app) fn forget(&self, seq: u64) {
        let mut ring = self.0.lock();
        while ring.calls.pop_back_if(|call| call.record >= seq).is_some() {}
        ring.lost = ring.lost.min(seq.saturating_sub(1));
    }

    /// What happened after one record and up to another, as far as it is wanted; none where not all
    /// of that is at hand.
    pub(super) fn between(
        &self,
        after: u64,
        until: u64,
        is_wanted: impl Fn(&WebhookCall) -> bool,
    ) -> Option<Vec<WebhookCall>> {
        let ring = self.0.lock();
        if after < ring.lost {
            return None;
        }
        let first = ring.calls.partition_point(|call| call.record <= after);
        let calls = ring.calls.iter().skip(first);
        let calls = calls.take_while(|call| call.record <= until);
        Some(calls.filter(|call| is_wanted(call)).cloned().collect())
    }
}

/// What may be told of a record; none: nothing. What was imported is silent.
pub(super) fn call_of(record: u64, via: Via, event: &Event) -> Option<WebhookCall> {
    if via == Via::Import {
        return None;
    }
    WebhookCall::of(record, event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64) -> Event {
        let line = format!(
            r#"{{"type":"conversation.resolved","at":"2026-01-01T00:00:00Z","source":"svar","id":"{seq}","conversation":"c1","by":{{"kind":"rep"}}}}"#
        );
        Event::parse_journalled(&line).unwrap()
    }

    fn told(tail: &Tail, after: u64, until: u64) -> Option<Vec<u64>> {
        let calls = tail.between(after, until, |_| true)?;
        Some(calls.into_iter().map(|call| call.record).collect())
    }

    #[test]
    fn what_is_at_hand_is_told_up_to_the_position_and_imports_are_silent() {
        let tail = Tail::of(4, true);
        for seq in [5, 6, 8] {
            tail.see(seq, Via::Live, &event(seq));
        }
        tail.see(7, Via::Import, &event(7));
        assert_eq!(told(&tail, 4, 6), Some(vec![5, 6]));
        assert_eq!(told(&tail, 6, 9), Some(vec![8]));
        assert_eq!(told(&tail, 3, 9), None, "what was before is not at hand");
        tail.forget(6);
        assert_eq!(told(&tail, 4, 9), Some(vec![5]));
    }

    #[test]
    fn no_more_is_kept_than_is_at_hand_and_nothing_for_nobody() {
        let tail = Tail::of(0, true);
        let all = KEPT as u64 + 10;
        for seq in 1..=all {
            tail.see(seq, Via::Live, &event(seq));
        }
        assert_eq!(told(&tail, 9, all), None);
        assert_eq!(told(&tail, 10, all).unwrap().len(), KEPT);
        let nobodys = Tail::of(0, false);
        nobodys.see(1, Via::Live, &event(1));
        assert_eq!(told(&nobodys, 0, 1), None);
        let set = r#"{"type":"svar.webhook_set","at":"2026-01-01T00:00:00Z","source":"svar","id":"2","webhook":"w","name":"n","kind":"slack","host":"h","events":["message.added"]}"#;
        nobodys.see(2, Via::Live, &Event::parse_journalled(set).unwrap());
        nobodys.see(3, Via::Live, &event(3));
        assert_eq!(told(&nobodys, 2, 3), Some(vec![3]));
    }
}
