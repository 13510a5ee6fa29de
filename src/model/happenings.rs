//! What happens live that users may want to hear of by mail: contacts' messages, handoffs, and
//! conversations that are given to reps. A fold; what is imported is none of it.
//!
//! Each is looked at once, a moment after it happened, so that rules and the customer agent have done
//! theirs; what nobody was told of is forgotten after an hour. Decided over by `command`, worked off
//! by `work`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::{ActorKind, Assignee, OWN_SOURCE, Visibility};
use super::{Body, ConversationId, Event, Provenance, RepId, Timestamp};

/// What happened so long ago is told to nobody.
const PATIENCE_MS: i64 = 3_600_000;
/// The most that are looked at later.
const MOST: usize = 10_000;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HappeningKind {
    /// A contact wrote.
    ContactWrote,
    /// A human became responsible.
    HandedOff,
    /// It was given to a rep.
    Assigned(RepId),
}

/// Something that happened in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// In which.
    pub conversation: ConversationId,
    /// What.
    pub kind: HappeningKind,
    /// When.
    pub at: Timestamp,
    /// Who did it, as the journal calls them.
    pub actor: String,
}

/// What was not looked at yet. Readers hold a copy of all, so each is shared with theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happenings(BTreeMap<u64, Arc<Happening>>);

impl Happenings {
    /// Those of a later record than that, with their records.
    pub fn after(&self, record: u64) -> impl Iterator<Item = (u64, &Happening)> {
        let later = self.0.range(record.saturating_add(1)..);
        later.map(|(record, one)| (*record, &**one))
    }

    /// That of a record, as long as nobody was told of it.
    pub fn get(&self, record: u64) -> Option<&Happening> {
        self.0.get(&record).map(AsRef::as_ref)
    }

    /// Whether an event changes them.
    pub fn concerns(event: &Event) -> bool {
        match &event.body {
            Body::MailQueued(mail) => mail.about.record().is_some(),
            _ => happening_of(event, "").is_some(),
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        if let Body::MailQueued(mail) = &event.body {
            if let Some(record) = mail.about.record() {
                self.0.remove(&record);
            }
            return;
        }
        let Some(happening) = happening_of(event, from.actor) else {
            return;
        };
        while let Some(first) = self.0.first_entry() {
            let is_over = first.get().at.plus_millis(PATIENCE_MS) <= event.at;
            if !is_over && self.0.len() < MOST {
                break;
            }
            self.0.pop_first();
        }
        self.0.insert(from.seq, Arc::new(happening));
    }
}

fn happening_of(event: &Event, actor: &str) -> Option<Happening> {
    if event.source != OWN_SOURCE {
        return None;
    }
    let (conversation, kind) = match &event.body {
        Body::MessageAdded(added) => {
            let is_public = added.visibility.is_none_or(|one| one == Visibility::Public);
            let is_contacts = added.author.kind == ActorKind::Contact && is_public;
            let is_thanks = added.ack == Some(true);
            let kind = (is_contacts && !is_thanks).then_some(HappeningKind::ContactWrote)?;
            (&added.conversation, kind)
        }
        Body::ConversationHandedOff(handed) => (&handed.conversation, HappeningKind::HandedOff),
        Body::ConversationAssigned(assigned) => match &assigned.to {
            Assignee::Rep { id } => (&assigned.conversation, HappeningKind::Assigned(id.clone())),
            _ => return None,
        },
        _ => return None,
    };
    Some(Happening {
        conversation: conversation.clone(),
        kind,
        at: event.at,
        actor: actor.to_owned(),
    })
}
