//! Canned replies: with fresh ids, and filled in for a conversation.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{
    Caller, CannedReplyCommand, CannedReplyDraft, Command, ConversationAction, ConversationCommand,
    fill_in,
};

/// The words of a canned reply with the values of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FilledReply {
    /// The words; what is missing is marked as `[contact.name?]`.
    pub text: String,
    /// The placeholders that nothing is known for.
    pub missing: Vec<&'static str>,
}

impl App {
    /// Writes a canned reply; gives its id.
    pub async fn save_canned_reply(
        self: &Arc<Self>,
        caller: Caller,
        draft: CannedReplyDraft,
    ) -> Result<WriteResult, Error> {
        let id = draft.id.clone().unwrap_or_else(|| fresh("r"));
        let draft = CannedReplyDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = Command::CannedReply(CannedReplyCommand::Save(draft));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }

    /// The words of a canned reply for a conversation, as the caller would send them.
    pub fn filled_reply(
        &self,
        caller: &Caller,
        conversation: &str,
        canned_reply: &str,
    ) -> Result<FilledReply, Error> {
        let present = self.present_to(&caller.sight);
        let snapshot = &present.live;
        let reply = snapshot.installation.canned.get(canned_reply);
        let reply = reply.ok_or_else(|| Error::unknown("canned reply", canned_reply))?;
        let known = self.conversation_at(&present, conversation)?;
        let contact = self.contact(known.contact.as_str()).ok();
        let rep = self.rep_of(caller);
        let names = (&*snapshot.directory, rep.as_deref());
        let filled = fill_in(reply, &known, contact.as_ref(), names)?;
        Ok(FilledReply {
            text: filled.text,
            missing: filled.missing.iter().map(|one| one.as_str()).collect(),
        })
    }

    /// Sends a canned reply and does what goes with it; gives the message's id.
    pub async fn apply_canned_reply(
        self: &Arc<Self>,
        caller: Caller,
        (conversation, rep): (String, Option<String>),
        canned_reply: String,
        text: Option<String>,
    ) -> Result<WriteResult, Error> {
        let message = fresh("m");
        let command = ConversationCommand {
            conversation,
            rep,
            action: ConversationAction::Apply {
                canned_reply,
                message: message.clone(),
                text,
            },
        };
        let written = self.write(caller, Command::Conversation(command)).await?;
        Ok(WriteResult {
            id: Some(message),
            ..written
        })
    }
}
