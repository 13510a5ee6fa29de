//! Mails that are to go out, and what became of those before them: a fold of Svar's own events.
//!
//! Worked off by `notify`. What waits is never forgotten; of what is done the last ones are kept.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::event::{DropReason, MailAbout, MailQueued};
use super::{Body, ConversationId, Event, Provenance, Timestamp, UserId};

/// For so long it is kept of which conversations users heard.
const TOLD_MS: i64 = 3_600_000;
/// How many mails that are done are kept.
const KEPT: usize = 200;

/// To whom a mail goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addressee {
    /// Their name.
    pub name: Option<String>,
    /// Their address, as it was written down.
    pub address: String,
}

/// A mail that is to go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedMail {
    /// What it is about, and to whom.
    pub about: MailAbout,
    /// Since when.
    pub queued_at: Timestamp,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailOutcome {
    /// The server that carries mails took it.
    Sent,
    /// It did not go out.
    Dropped {
        /// Why not.
        reason: DropReason,
        /// What the server answered, if it was asked.
        code: Option<u16>,
        /// The server's words, of a mail about a message.
        said: Option<String>,
    },
}

/// A mail that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastMail {
    /// The record by which it was queued.
    pub mail: u64,
    /// What it was.
    pub queued: QueuedMail,
    /// What became of it.
    pub outcome: MailOutcome,
    /// When.
    pub at: Timestamp,
}

impl MailAbout {
    /// That this mail is to go out.
    pub fn queued(self) -> Body {
        Body::MailQueued(Box::new(MailQueued { about: self }))
    }
}

/// All mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    waiting: BTreeMap<u64, QueuedMail>,
    done: VecDeque<PastMail>,
    /// The end of the last hour of which a user got the unread messages.
    digests: BTreeMap<UserId, Timestamp>,
    /// When users last heard of a conversation, not long ago.
    told: BTreeMap<UserId, BTreeMap<ConversationId, Timestamp>>,
    /// How many were taken by the server that carries mails.
    pub sent: u64,
    /// How many did not go out.
    pub dropped: u64,
}

impl Outbox {
    /// Those that wait after a record, the oldest first.
    pub fn waiting_after(&self, record: u64) -> impl Iterator<Item = (u64, &QueuedMail)> {
        let later = self.waiting.range(record.saturating_add(1)..);
        later.map(|(mail, queued)| (*mail, queued))
    }

    /// One that waits.
    pub fn waiting(&self, mail: u64) -> Option<&QueuedMail> {
        self.waiting.get(&mail)
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The last ones that are done, the latest first.
    pub fn done(&self) -> impl Iterator<Item = &PastMail> {
        self.done.iter().rev()
    }

    /// The end of the last hour of which a user got the unread messages.
    pub fn digest_of(&self, user: &UserId) -> Option<Timestamp> {
        self.digests.get(user).copied()
    }

    /// When a user last heard of a conversation by mail, unless that is long ago.
    pub fn told_at(&self, user: &UserId, conversation: &ConversationId) -> Option<Timestamp> {
        self.told.get(user)?.get(conversation).copied()
    }

    /// Whether an event changes them.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::MailQueued(_) | Body::MailSent(_) | Body::MailDropped(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        match &event.body {
            Body::MailQueued(mail) => {
                if let MailAbout::Digest { user, until } = &mail.about {
                    self.digests.insert(user.clone(), *until);
                }
                if let (Some(user), Some(conversation)) =
                    (mail.about.user(), mail.about.conversation())
                {
                    let told = self.told.entry(user.clone()).or_default();
                    told.retain(|_, at| at.plus_millis(TOLD_MS) > event.at);
                    told.insert(conversation.clone(), event.at);
                }
                let queued = QueuedMail {
                    about: mail.about.clone(),
                    queued_at: event.at,
                };
                self.waiting.insert(from.seq, queued);
            }
            Body::MailSent(sent) => self.settle(sent.mail, MailOutcome::Sent, event.at),
            Body::MailDropped(dropped) => {
                let outcome = MailOutcome::Dropped {
                    reason: dropped.reason,
                    code: dropped.code,
                    said: dropped.said.clone(),
                };
                self.settle(dropped.mail, outcome, event.at);
            }
            _ => {}
        }
    }

    fn settle(&mut self, mail: u64, outcome: MailOutcome, at: Timestamp) {
        let Some(queued) = self.waiting.remove(&mail) else {
            return;
        };
        match outcome {
            MailOutcome::Sent => self.sent += 1,
            MailOutcome::Dropped { .. } => self.dropped += 1,
        }
        if self.done.len() >= KEPT {
            self.done.pop_front();
        }
        self.done.push_back(PastMail {
            mail,
            queued,
            outcome,
            at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{MailDropped, MailSent};

    fn take(outbox: &mut Outbox, seq: u64, body: Body) {
        let event = Event {
            at: Timestamp::from_millis(i64::try_from(seq).unwrap()),
            source: "svar".to_owned(),
            id: seq.to_string(),
            body,
        };
        let actor = "system";
        outbox.apply(Provenance { seq, actor }, &event);
    }

    fn queued() -> Body {
        let user = UserId::parse("ada").unwrap();
        MailAbout::Test { user }.queued()
    }

    #[test]
    fn a_mail_waits_until_it_is_said_what_became_of_it() {
        let mut outbox = Outbox::default();
        take(&mut outbox, 1, queued());
        take(&mut outbox, 2, queued());
        assert_eq!(outbox.len(), 2);
        take(
            &mut outbox,
            3,
            Body::MailSent(Box::new(MailSent {
                mail: 1,
                conversation: None,
            })),
        );
        let dropped = MailDropped {
            mail: 2,
            conversation: None,
            said: None,
            reason: DropReason::Refused,
            code: Some(550),
        };
        take(&mut outbox, 4, Body::MailDropped(Box::new(dropped.clone())));
        // What became of it is said once; a second word changes nothing.
        take(&mut outbox, 5, Body::MailDropped(Box::new(dropped)));
        assert!(outbox.is_empty());
        assert_eq!((outbox.sent, outbox.dropped), (1, 1));
        let done: Vec<u64> = outbox.done().map(|past| past.mail).collect();
        assert_eq!(done, [2, 1]);
    }

    #[test]
    fn of_what_is_done_the_last_ones_are_kept() {
        let mut outbox = Outbox::default();
        for mail in 0..KEPT as u64 + 5 {
            let seq = mail * 2 + 1;
            take(&mut outbox, seq, queued());
            let sent = MailSent {
                mail: seq,
                conversation: None,
            };
            take(&mut outbox, seq + 1, Body::MailSent(Box::new(sent)));
        }
        assert_eq!(outbox.done().count(), KEPT);
        assert_eq!(outbox.sent, KEPT as u64 + 5);
    }
}
