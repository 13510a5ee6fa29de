//! Mails that are to go out, and what became of those before them: a fold of Svar's own events.
//!
//! Worked off by `notify`. What waits is never forgotten; of what is done the last ones are kept.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::{DropReason, MailAbout, MailQueued};
use super::lately::Lately;
use super::{Body, ConversationId, Event, Provenance, Timestamp, UserId};

/// For so long it is kept of which conversations users heard.
const TOLD_MS: i64 = 3_600_000;
/// So many records after each other are in one block of what waits.
const BLOCK: u64 = 64;
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outbox {
    /// In blocks of records, so that a change of one copies few: readers hold a copy of all.
    waiting: BTreeMap<u64, Arc<BTreeMap<u64, QueuedMail>>>,
    done: VecDeque<Arc<PastMail>>,
    /// The end of the last hour of which a user got the unread messages.
    digests: BTreeMap<UserId, Timestamp>,
    /// When users last heard of a conversation, not long ago.
    told: Lately<(UserId, ConversationId), Timestamp>,
    /// How many were taken by the server that carries mails.
    pub sent: u64,
    /// How many did not go out.
    pub dropped: u64,
}

impl Outbox {
    /// Those that wait, the oldest first.
    pub fn all_waiting(&self) -> impl Iterator<Item = (u64, &QueuedMail)> {
        let all = self.waiting.values().flat_map(|block| block.iter());
        all.map(|(mail, queued)| (*mail, queued))
    }

    /// One that waits.
    pub fn waiting(&self, mail: u64) -> Option<&QueuedMail> {
        self.waiting.get(&(mail / BLOCK))?.get(&mail)
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.values().map(|block| block.len()).sum()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The last ones that are done, the latest first.
    pub fn done(&self) -> impl Iterator<Item = &PastMail> {
        self.done.iter().rev().map(AsRef::as_ref)
    }

    /// The end of the last hour of which a user got the unread messages.
    pub fn digest_of(&self, user: &UserId) -> Option<Timestamp> {
        self.digests.get(user).copied()
    }

    /// When a user last heard of a conversation by mail, unless that is long ago.
    pub fn told_at(&self, user: &UserId, conversation: &ConversationId) -> Option<Timestamp> {
        let key = (user.clone(), conversation.clone());
        self.told.get(&key).copied()
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
                    let key = (user.clone(), conversation.clone());
                    let noted = (event.at, TOLD_MS);
                    *self.told.entry(&key, noted, || event.at) = event.at;
                }
                let queued = QueuedMail {
                    about: mail.about.clone(),
                    queued_at: event.at,
                };
                let block = self.waiting.entry(from.seq / BLOCK).or_default();
                Arc::make_mut(block).insert(from.seq, queued);
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
        let Some(queued) = self.take_out(mail) else {
            return;
        };
        match outcome {
            MailOutcome::Sent => self.sent += 1,
            MailOutcome::Dropped { .. } => self.dropped += 1,
        }
        if self.done.len() >= KEPT {
            self.done.pop_front();
        }
        self.done.push_back(Arc::new(PastMail {
            mail,
            queued,
            outcome,
            at,
        }));
    }

    fn take_out(&mut self, mail: u64) -> Option<QueuedMail> {
        self.waiting(mail)?;
        let block = self.waiting.get_mut(&(mail / BLOCK))?;
        let queued = Arc::make_mut(block).remove(&mail);
        if block.is_empty() {
            self.waiting.remove(&(mail / BLOCK));
        }
        queued
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
    fn what_becomes_of_one_of_many_copies_few() {
        let mut outbox = Outbox::default();
        for mail in 1..=10_000 {
            take(&mut outbox, mail, queued());
        }
        let copy = outbox.clone();
        let sent = MailSent {
            mail: 5_000,
            conversation: None,
        };
        take(&mut outbox, 10_001, Body::MailSent(Box::new(sent)));
        assert_eq!((outbox.len(), copy.len()), (9_999, 10_000));
        assert!(outbox.waiting(5_000).is_none() && copy.waiting(5_000).is_some());
        let mails: Vec<u64> = outbox.all_waiting().map(|(mail, _)| mail).collect();
        assert!(mails.is_sorted() && mails.len() == 9_999);
        let blocks = outbox.waiting.iter();
        let copied: usize = blocks
            .filter(|(number, block)| !Arc::ptr_eq(block, &copy.waiting[number]))
            .map(|(_, block)| block.len())
            .sum();
        assert!(copied < 64, "{copied} mails were copied");
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
