//! Feeding the knowledge fold: live with the other folds, and from the journal where
//! nothing of it was kept.

use super::error::Error;
use crate::journal::{Journal, Record};
use crate::model::Event;
use crate::model::knowledge::{Knowledge, Told};
use crate::model::own::OwnEvent;

/// What a record of the journal holds.
pub(super) enum Parsed {
    /// An event of the interchange format.
    Event(Event),
    /// One of Svar's own.
    Own(OwnEvent),
}

/// Reads the event of a record.
pub(super) fn parse(seq: u64, json: &str) -> Result<Parsed, Error> {
    let parsed = if OwnEvent::is_own(json) {
        OwnEvent::parse(json).map(Parsed::Own)
    } else {
        Event::parse(json).map(Parsed::Event)
    };
    parsed.map_err(|error| Error::Record {
        seq,
        reason: error.to_string(),
    })
}

/// Whether the fold is changed by what a record holds.
pub(super) const fn concerns(parsed: &Parsed) -> bool {
    match parsed {
        Parsed::Event(event) => Knowledge::concerns(&event.body),
        Parsed::Own(_) => true,
    }
}

/// Takes a record in, if it is not in yet.
pub(super) fn take(knowledge: &mut Knowledge, (seq, actor): (u64, &str), parsed: &Parsed) {
    if seq <= knowledge.position {
        return;
    }
    knowledge.position = seq;
    let told = Told { seq, actor };
    match parsed {
        Parsed::Event(event) if Knowledge::concerns(&event.body) => knowledge.apply(told, event),
        Parsed::Event(_) => {}
        Parsed::Own(own) => knowledge.apply_own(told, own),
    }
}

/// As [`take`], of a whole record.
pub(super) fn take_record(knowledge: &mut Knowledge, record: &Record, parsed: &Parsed) {
    take(knowledge, (record.seq, &record.actor), parsed);
}

/// Folds what the journal has up to `position` and the fold has not, without reading what
/// concerns it not.
pub(super) fn catch_up(
    knowledge: &mut Knowledge,
    journal: &Journal,
    position: u64,
) -> Result<(), Error> {
    if knowledge.position > journal.position() {
        // Of a journal that was longer: nothing of it can be trusted.
        *knowledge = Knowledge::default();
    }
    if knowledge.position >= position {
        return Ok(());
    }
    let mut reader = journal.reader(knowledge.position + 1)?;
    while let Some(record) = reader.next_view()? {
        if record.seq > position {
            break;
        }
        let json = record.event.get();
        if may_concern(json) {
            let parsed = parse(record.seq, json)?;
            take(knowledge, (record.seq, &record.actor), &parsed);
        }
    }
    knowledge.position = position;
    Ok(())
}

/// Whether an event may concern the fold, by its type alone: `type` is always written first.
fn may_concern(json: &str) -> bool {
    let kind = json.strip_prefix("{\"type\":\"").unwrap_or_default();
    let areas = ["question.", "short_answer.", "topic.", "svar."];
    areas.iter().any(|area| kind.starts_with(area))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Body;

    #[test]
    fn every_type_that_concerns_the_fold_is_let_through() {
        for kind in Body::TYPES {
            let is_let_through = may_concern(&format!("{{\"type\":\"{kind}\",\"at\":"));
            let areas = ["question.asked", "question.dismissed", "topic.dismissed"];
            let expected = areas.contains(kind) || kind.starts_with("short_answer.");
            assert_eq!(is_let_through, expected, "{kind}");
        }
        for kind in crate::model::own::Deed::TYPES {
            assert!(may_concern(&format!("{{\"type\":\"{kind}\",\"at\":")));
        }
    }
}
