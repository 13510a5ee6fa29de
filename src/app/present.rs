//! The desk at one instant, for whoever asks several things of it that have to agree.
//!
//! Made by `App::present`; asked through `App::ask_report_at` and the like. Whoever keeps one
//! keeps its facts in memory, so it is for one request.

use std::sync::Arc;

use super::App;
use crate::model::Timestamp;
use crate::projection::Snapshot;
use crate::report::{Dimension, KeyValue};

/// The live facts at one instant.
#[derive(Clone)]
pub struct Present {
    pub(super) live: Arc<Snapshot>,
    pub(super) now: Timestamp,
}

impl App {
    /// The desk as it is now; what is asked over it does not see what happens later.
    pub fn present(&self) -> Present {
        Present {
            now: self.clock.now(),
            live: self.snapshot(),
        }
    }
}

impl Present {
    /// The instant.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The facts.
    pub fn snapshot(&self) -> &Snapshot {
        &self.live
    }

    /// The values that a field takes on this desk, at most `limit`, in the order in which
    /// they were first seen.
    pub fn values(&self, field: Dimension, limit: usize) -> Vec<String> {
        let codes = 0..u32::try_from(limit).unwrap_or(u32::MAX);
        codes
            .map(|code| field.value(code, &self.live.facts.dictionaries))
            .take_while(|value| *value != KeyValue::Null)
            .map(|value| value.to_text())
            .collect()
    }

    /// The names of own fields that contacts, conversations and tickets have on this desk,
    /// at most `limit`.
    pub fn own_fields(&self, limit: usize) -> Vec<String> {
        let codes = 0..u32::try_from(limit).unwrap_or(u32::MAX);
        let names = &self.live.facts.dictionaries.own_name;
        let texts = codes.map_while(|code| names.text(code));
        texts.map(|name| name.to_string()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Delivery, Via};
    use crate::clock::Clock;
    use crate::model::Event;
    use crate::report::{Query, ReportResult};

    fn started(id: &str) -> Arc<Event> {
        let line = format!(
            r#"{{"type":"conversation.started","at":"2026-01-02T00:00:00Z","conversation":"{id}","contact":"p","channel":"{id}"}}"#
        );
        Arc::new(Event::parse(&line).unwrap())
    }

    fn position(asked: Delivery<ReportResult>) -> u64 {
        match asked {
            Delivery::Result(result) => result.log_position,
            Delivery::Task(task) => panic!("nothing is to be folded: {task:?}"),
        }
    }

    #[test]
    fn what_is_asked_over_one_instant_does_not_see_what_happens_later() {
        let place = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-01-03T00:00:00Z").unwrap();
        let app = App::open(place.path(), Clock::fixed(now), |_, _| {}).unwrap();
        let take = |id: &str| {
            app.take(Via::Live, "test", &[started(id)]).unwrap();
            app.settle().unwrap();
        };
        take("chat");
        let present = app.present();
        take("email");
        let query = Query::default();
        let asked = |present| app.ask_report_at(present, "handled", &query).unwrap();
        assert_eq!(position(asked(&present)), 1);
        assert_eq!(position(asked(&app.present())), 2);
        assert_eq!(position(app.ask_report("handled", &query).unwrap()), 2);
    }
}
