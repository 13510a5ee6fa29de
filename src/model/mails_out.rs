//! What became of the mails by which messages went out: a fold of Svar's own events.
//!
//! Read where a thread is shown, and where a mail comes back that names one of them.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::event::{DropReason, MailAbout};
use super::shards::Shards;
use super::{Body, ConversationId, Event, MessageId, Provenance, Timestamp};

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutState {
    /// It waits to go out.
    Queued,
    /// The server that carries mails took it.
    Sent,
    /// It did not go out, or came back.
    Failed,
}

/// The mail by which a message went out.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutMail {
    /// The record by which it was queued.
    pub mail: u64,
    /// Which message.
    #[schema(value_type = String)]
    pub message: MessageId,
    /// What became of it.
    pub state: OutState,
    /// When that was.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// To which addresses; none: to the contact.
    pub to: Vec<String>,
    /// To which others; left out: to all who got the contact's last mail.
    pub cc: Option<Vec<String>>,
    /// Why it did not go out.
    pub reason: Option<DropReason>,
    /// What the server answered that does not take it.
    pub code: Option<u16>,
    /// For which address it came back.
    pub recipient: Option<String>,
    /// Why it came back, as machines have it, such as `5.1.1`.
    pub status: Option<String>,
    /// Why, in the words of whoever did not take it.
    pub said: Option<String>,
}

/// The mails of all messages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MailsOut {
    /// In the order in which they were queued.
    mails: Shards<ConversationId, Vec<OutMail>>,
    /// In which conversation each is.
    places: Shards<u64, ConversationId>,
}

impl MailsOut {
    /// The mails of a conversation, in the order in which they were queued.
    pub fn of(&self, conversation: &str) -> &[OutMail] {
        self.mails.get(conversation).map_or(&[], Vec::as_slice)
    }

    /// A mail, and in which conversation it is.
    pub fn get(&self, mail: u64) -> Option<(&ConversationId, &OutMail)> {
        let conversation = self.places.get(&mail)?;
        let mut mails = self.of(conversation.as_str()).iter();
        Some((conversation, mails.find(|one| one.mail == mail)?))
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        match body {
            Body::MailQueued(queued) => matches!(queued.about, MailAbout::Message { .. }),
            Body::MailSent(_) | Body::MailDropped(_) | Body::MailBounced(_) => true,
            _ => false,
        }
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::MailQueued(queued) => self.queue(from.seq, &queued.about, event.at),
            Body::MailSent(sent) => self.change(sent.mail, |mail| {
                // What came back before that was written down came back.
                if mail.state == OutState::Queued {
                    mail.state = OutState::Sent;
                    mail.at = event.at;
                }
            }),
            Body::MailDropped(dropped) => self.change(dropped.mail, |mail| {
                mail.state = OutState::Failed;
                mail.at = event.at;
                mail.reason = Some(dropped.reason);
                mail.code = dropped.code;
                mail.said.clone_from(&dropped.said);
            }),
            Body::MailBounced(bounced) => self.change(bounced.mail, |mail| {
                mail.state = OutState::Failed;
                mail.at = event.at;
                mail.recipient.clone_from(&bounced.recipient);
                mail.status.clone_from(&bounced.status);
                mail.said.clone_from(&bounced.said);
            }),
            _ => {}
        }
    }

    fn queue(&mut self, seq: u64, about: &MailAbout, at: Timestamp) {
        let MailAbout::Message {
            conversation,
            message,
            to,
            cc,
        } = about
        else {
            return;
        };
        let mail = OutMail {
            mail: seq,
            message: message.clone(),
            state: OutState::Queued,
            at,
            to: to.clone(),
            cc: cc.clone(),
            reason: None,
            code: None,
            recipient: None,
            status: None,
            said: None,
        };
        self.mails.entry(conversation, Vec::new).push(mail);
        self.places.entry(&seq, || conversation.clone());
    }

    fn change(&mut self, mail: u64, change: impl FnOnce(&mut OutMail)) {
        let Some(conversation) = self.places.get(&mail) else {
            return;
        };
        let mails = self.mails.get_mut(conversation.as_str());
        let mut mails = mails.into_iter().flatten();
        if let Some(mail) = mails.find(|one| one.mail == mail) {
            change(mail);
        }
    }
}
