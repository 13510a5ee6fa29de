//! Svar's own event of a question that was found in what people answered.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, MessageId, QuestionId, Timestamp};

/// A question that people answered, found in the first message of an episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionMined {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Its id.
    pub question: QuestionId,
    /// Its words: the best sentence of the message.
    pub text: String,
    /// In which message.
    pub message: MessageId,
    /// When that was written.
    pub asked_at: Timestamp,
}
