//! Bodies of events: parsed, journalled, and each line's fate reported.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::error::Error;
use crate::ingest::parse_body;
use crate::journal::Via;
use crate::model::Event;

/// An event that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RejectedEvent {
    /// Its line, from 1; in a JSON array its place.
    pub line: u64,
    /// The field at fault; empty: the line itself.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
}

/// What became of a body of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EventsTaken)]
pub struct EventIntake {
    /// How many are new and safe on disk.
    pub accepted: u64,
    /// How many were there already, to the letter.
    pub duplicates: u64,
    /// Those that were not taken.
    pub rejected: Vec<RejectedEvent>,
    /// How many of the accepted lie ahead of the clock; they count when it reaches them.
    pub later: usize,
    /// The position of the log that holds them; send it as `Svar-Min-Position` to read your own write.
    pub log_position: u64,
}

impl App {
    /// Journals the events of a posted body, NDJSON or a JSON array.
    ///
    /// Lines that cannot be used are reported and the others taken; only a body that cannot
    /// be read at all is an error.
    pub fn take_body(
        &self,
        actor: &str,
        body: &[u8],
        media: Option<&str>,
    ) -> Result<EventIntake, Error> {
        self.take_body_by(Via::Api, actor, body, media)
    }

    /// As [`Self::take_body`], of events that came by another way.
    pub fn take_body_by(
        &self,
        via: Via,
        actor: &str,
        body: &[u8],
        media: Option<&str>,
    ) -> Result<EventIntake, Error> {
        let (mut lines, mut events, mut rejected) =
            (Vec::new(), Vec::<Arc<Event>>::new(), Vec::new());
        for item in parse_body(body, media)? {
            match item {
                Ok((line, event)) => {
                    lines.push(line);
                    events.push(Arc::new(event));
                }
                Err(fault) => rejected.push(RejectedEvent {
                    line: fault.line,
                    field: fault.field,
                    reason: fault.reason,
                }),
            }
        }
        let taken = self.take(via, actor, &events)?;
        for place in taken.conflicts {
            rejected.push(RejectedEvent {
                line: lines.get(place).copied().unwrap_or_default(),
                field: "id".to_owned(),
                reason: "conflict: the stored event of this source and id differs; it stays"
                    .to_owned(),
            });
        }
        rejected.sort_by_key(|fault| fault.line);
        Ok(EventIntake {
            accepted: taken.accepted,
            duplicates: taken.duplicates,
            rejected,
            later: taken.later.len(),
            log_position: taken.log_position,
        })
    }
}
