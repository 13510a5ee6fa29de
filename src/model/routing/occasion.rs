//! What happened to conversations and rules are to be asked about: single things, and silences,
//! which are asked about when they have lasted for a while.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::event::{DeedKind, RuleTrigger};
use crate::model::{ConversationId, DAY_MS, MessageId, RuleId, Timestamp};

/// The longest silence that a rule looks at, in seconds.
pub const MAX_SILENCE_SECS: u32 = 90 * 86_400;
/// A silence is forgotten when it has lasted for so long.
const FORGOTTEN_MS: i64 = 100 * DAY_MS;

/// Something that happened to a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// To which.
    pub conversation: ConversationId,
    /// The message that was written, where that is what happened.
    pub message: Option<MessageId>,
    /// What.
    pub trigger: RuleTrigger,
    /// When; of a silence, since when.
    pub at: Timestamp,
    /// The rules that have done something about it; of a silence, that were asked.
    pub acted: Vec<RuleId>,
    /// What they did.
    pub did: Vec<DeedKind>,
}

impl Occasion {
    /// Nothing was done about it yet.
    pub const fn new(
        conversation: ConversationId,
        message: Option<MessageId>,
        trigger: RuleTrigger,
        at: Timestamp,
    ) -> Self {
        Self {
            conversation,
            message,
            trigger,
            at,
            acted: Vec::new(),
            did: Vec::new(),
        }
    }

    /// Whether a deed of this kind is left to a rule: tags add up, of all else the first holds.
    pub fn leaves(&self, kind: DeedKind) -> bool {
        kind == DeedKind::Tag || !self.did.contains(&kind)
    }
}

/// The silences that last, by the record of the last message before each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Silences {
    by_record: BTreeMap<u64, Occasion>,
    records: BTreeMap<ConversationId, u64>,
}

impl Silences {
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Occasion)> {
        let all = self.by_record.iter();
        all.map(|(record, silence)| (*record, silence))
    }

    pub(super) fn get(&self, record: u64) -> Option<&Occasion> {
        self.by_record.get(&record)
    }

    pub(super) fn get_mut(&mut self, record: u64) -> Option<&mut Occasion> {
        self.by_record.get_mut(&record)
    }

    /// A silence begins with a message.
    pub(super) fn begin(&mut self, record: u64, silence: Occasion) {
        while let Some(first) = self.by_record.first_entry() {
            if first.get().at.plus_millis(FORGOTTEN_MS) > silence.at {
                break;
            }
            self.records.remove(&first.remove().conversation);
        }
        self.records.insert(silence.conversation.clone(), record);
        self.by_record.insert(record, silence);
    }

    /// The silence of a conversation ends.
    pub(super) fn end(&mut self, conversation: &ConversationId) {
        if let Some(record) = self.records.remove(conversation) {
            self.by_record.remove(&record);
        }
    }
}
