//! The desk at one instant, for whoever asks several things of it that have to agree.
//!
//! Made by `App::present` for whoever sees everything, by `App::present_to` for others; asked
//! through `App::ask_report_at` and the like. Whoever keeps one keeps its facts in memory, so it
//! is for one request.

use std::sync::{Arc, OnceLock};

use super::App;
use crate::metrics::Seen;
use crate::model::desk::{DeskMoment, Occurring, TicketLine};
use crate::model::{Sight, Timestamp};
use crate::projection::Snapshot;
use crate::report::{Deadlines, Dimension, KeyValue, Query};

/// The live facts at one instant, as far as whoever asks sees them.
#[derive(Clone)]
pub struct Present {
    pub(super) live: Arc<Snapshot>,
    pub(super) now: Timestamp,
    pub(super) sight: Sight,
    /// What of the facts that is; `None`: everything.
    pub(super) seen: Option<Arc<Seen>>,
    /// Made when it is first asked for.
    deadlines: OnceLock<Arc<Deadlines>>,
}

impl App {
    /// The desk as it is now; what is asked over it does not see what happens later.
    pub fn present(&self) -> Present {
        self.present_to(&Sight::Whole)
    }

    /// The same for somebody who sees so much.
    pub fn present_to(&self, sight: &Sight) -> Present {
        let live = self.snapshot();
        Present {
            now: self.clock.now(),
            sight: sight.clone(),
            seen: self.sights.of(&live, sight),
            live,
            deadlines: OnceLock::new(),
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

    /// Whether whoever asks sees everything.
    pub const fn is_whole(&self) -> bool {
        self.seen.is_none()
    }

    /// What the conversations of the desk have that whoever asks sees.
    pub fn occurring(&self) -> Occurring<'_> {
        self.live.desk.occurring(|id| self.sees_conversation(id))
    }

    /// The lines of tickets of the desk that whoever asks sees.
    pub fn tickets(&self) -> impl Iterator<Item = &Arc<TicketLine>> {
        let lines = self.live.desk.tickets();
        lines.filter(|line| self.sees_ticket(line.ticket.as_str()))
    }

    /// What lists are made by besides their lines.
    pub fn moment(&self) -> DeskMoment<'_> {
        DeskMoment {
            attention: &self.live.installation.attention,
            directory: &self.live.directory,
            deadlines: self.deadlines(),
            now: self.now,
        }
    }

    /// Until when agreements want what tickets wait for.
    fn deadlines(&self) -> &Deadlines {
        let of = || Arc::new(Deadlines::of(&self.live.facts, self.now));
        self.deadlines.get_or_init(of)
    }

    /// Whether whoever asks sees a ticket. Inlined, so that no id is read for those who see all.
    #[inline]
    pub(super) fn sees_ticket(&self, id: &str) -> bool {
        let Some(seen) = &self.seen else { return true };
        let code = self.live.facts.dictionaries.ticket.code(id);
        code.is_some_and(|code| seen.has_ticket(code))
    }

    /// Whether whoever asks sees a conversation. Inlined, as [`Self::sees_ticket`] is.
    #[inline]
    pub(super) fn sees_conversation(&self, id: &str) -> bool {
        let Some(seen) = &self.seen else { return true };
        let code = self.live.facts.dictionaries.conversation.code(id);
        code.is_some_and(|code| seen.has_conversation(code))
    }

    /// Whether whoever asks sees something of a contact.
    pub(super) fn sees_contact(&self, id: &str) -> bool {
        let Some(seen) = &self.seen else { return true };
        let facts = &self.live.facts;
        let code = facts.dictionaries.contact.code(id);
        code.is_some_and(|code| seen.has_contact(facts, code))
    }

    /// A query, kept to what whoever asks sees.
    pub(super) fn within(&self, query: &Query) -> Query {
        Query {
            seen: self.seen.clone(),
            ..query.clone()
        }
    }

    /// The values that a field takes on this desk, at most `limit`, in the order in which they
    /// were first seen. Who sees a part only is told none that are contacts' own.
    pub fn values(&self, field: Dimension, limit: usize) -> Vec<String> {
        let is_own = matches!(
            field,
            Dimension::Contact | Dimension::Company | Dimension::Ticket | Dimension::Own
        );
        if is_own && !self.is_whole() {
            return Vec::new();
        }
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
