//! Feeding the folds of the installation: live with the other folds, and from the journal
//! where nothing of them was kept.

use std::sync::Arc;

use super::error::Error;
use crate::journal::{Journal, Record};
use crate::model::event::OWN_SOURCE;
use crate::model::{Event, Installation, Provenance};

/// The event of a record: the one that came along, else read out of its text.
pub(super) fn event_of(record: &Record) -> Result<Arc<Event>, Error> {
    match &record.parsed {
        Some(event) => Ok(Arc::clone(event)),
        None => parse(record.seq, record.event.get()).map(Arc::new),
    }
}

fn parse(seq: u64, json: &str) -> Result<Event, Error> {
    Event::parse_journalled(json).map_err(|error| Error::Record {
        seq,
        reason: error.to_string(),
    })
}

/// Takes a record in, if it is not in yet.
pub(super) fn take(installation: &mut Installation, record: &Record, event: &Event) {
    let from = Provenance {
        seq: record.seq,
        actor: &record.actor,
    };
    installation.apply(from, event);
}

/// Folds what the journal has up to `position` and the folds have not, without reading what
/// concerns them not.
pub(super) fn catch_up(
    installation: &mut Installation,
    journal: &Journal,
    position: u64,
) -> Result<(), Error> {
    if installation.position > journal.position() {
        // Of a journal that was longer: nothing of it can be trusted.
        *installation = Installation::default();
    }
    if installation.position >= position {
        return Ok(());
    }
    let mut reader = journal.reader(installation.position + 1)?;
    while let Some(record) = reader.next_view()? {
        if record.seq > position {
            break;
        }
        let json = record.event.get();
        if may_concern(json) {
            let event = parse(record.seq, json)?;
            let from = Provenance {
                seq: record.seq,
                actor: &record.actor,
            };
            installation.apply(from, &event);
        }
    }
    installation.position = position;
    Ok(())
}

/// Whether an event may concern a fold, by its type and source alone: they are always written first.
fn may_concern(json: &str) -> bool {
    let kind = json.strip_prefix("{\"type\":\"").unwrap_or_default();
    let areas = [
        "question.",
        "short_answer.",
        "topic.",
        "svar.",
        "schedule.",
        "sla.",
        "tag.",
        "rep.status_changed",
        "message.edited",
        "message.redacted",
        "contact.merged",
        "contact.upserted",
        "ticket.completed",
        "ticket.declined",
        "ticket.reviewed",
    ];
    areas.iter().any(|area| kind.starts_with(area)) || is_of_this_desk(json)
}

/// Whether what an event tells was done here: who waits for an answer, whom a survey asks and what
/// rules look at follows from such alone.
fn is_of_this_desk(json: &str) -> bool {
    let fields = json.split(',').take(3);
    let mut sources = fields.filter_map(|field| field.strip_prefix("\"source\":\""));
    sources.any(|source| source.strip_suffix('"') == Some(OWN_SOURCE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Body;

    #[test]
    fn every_type_that_concerns_a_fold_is_let_through() {
        for kind in Body::TYPES {
            let is_let_through = may_concern(&format!("{{\"type\":\"{kind}\",\"at\":"));
            let areas = [
                "question.asked",
                "question.dismissed",
                "topic.dismissed",
                "message.edited",
                "message.redacted",
                "tag.renamed",
                "tag.deleted",
                "rep.status_changed",
                "schedule.upserted",
                "sla.upserted",
                "contact.merged",
                "contact.upserted",
                "ticket.completed",
                "ticket.declined",
                "ticket.reviewed",
            ];
            let expected = areas.contains(kind) || kind.starts_with("short_answer.");
            assert_eq!(is_let_through, expected, "{kind}");
        }
        for json in [
            r#"{"type":"conversation.resolved","at":"2026-01-01T00:00:00Z","source":"svar","id":"1"}"#,
            r#"{"type":"message.added","at":"2026-01-01T00:00:00Z","source":"svar","id":"1"}"#,
        ] {
            assert!(may_concern(json), "{json}");
            let other = json.replace(r#""svar""#, r#""svart""#);
            assert!(!may_concern(&other), "{other}");
        }
        for kind in Body::OWN_TYPES {
            assert!(may_concern(&format!("{{\"type\":\"{kind}\",\"at\":")));
        }
    }
}
