//! What somebody has typed in a conversation and not sent, and what they sent and can still take
//! back.
//!
//! A file for each conversation and reader, in a folder of its own: written whole and synced
//! before it is said to be kept. Not in the journal, which is never rewritten: half a sentence is
//! nobody's event. So it is in no export and no rebuild touches it; a backup has its file. A reply that
//! can still be taken back lies in the same file, and its event is written when its time has
//! come; where the process ends before that, it is a draft again.

mod bell;
mod file;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

pub use bell::Bell;
use file::{Departure, Held, Kept, Key, Outgoing, Words, joined};
pub(super) use file::{Drafts, forget};

use super::start::fresh;
use super::{App, Error, UploadedFile, WriteResult, Writing};
use crate::command::{
    Caller, Command, ConversationAction, ConversationCommand, Identity, MessageDraft, Refusal,
    check_files,
};
use crate::model::{Invalid, Timestamp};

/// The longest draft, in bytes: as the longest message.
const MAX_TEXT: usize = 1 << 20;

/// What was typed and is not in the conversation.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DraftView {
    /// The words; empty: there are none.
    pub text: String,
    /// Whether they are meant as a note.
    pub note: bool,
    /// When they were kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub saved_at: Option<Timestamp>,
    /// The files that were sent up for it, and may still go with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<UploadedFile>,
    /// Why they were not sent, where that was tried.
    pub fault: Option<String>,
    /// A reply that was sent and can still be taken back.
    pub sending: Option<SendingView>,
    /// To which others they go by mail; left out: to all who got the contact's last one.
    pub cc: Option<Vec<String>>,
}

/// A reply that can still be taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SendingView {
    /// Its words.
    pub text: String,
    /// The files that go with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<UploadedFile>,
    /// When its event is written.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// What becomes of something that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is in the conversation.
    Written,
    /// It goes out then, unless it is taken back.
    At(Timestamp),
}

impl App {
    /// What a caller has typed in a conversation that they see, and not sent.
    pub fn draft(&self, caller: &Caller, conversation: &str) -> Result<DraftView, Error> {
        let key = self.draft_key(caller, conversation)?;
        let mut held = self.drafts.held.lock();
        self.read_drafts(&mut held)?;
        Ok(self.draft_view(&held, &key))
    }

    /// Keeps what a caller has typed; empty words keep nothing. It is on disk when this returns.
    pub fn save_draft(
        &self,
        caller: &Caller,
        conversation: &str,
        writing: Writing,
    ) -> Result<DraftView, Error> {
        check(&writing)?;
        let key = self.draft_key(caller, conversation)?;
        let mut held = self.drafts.held.lock();
        self.read_drafts(&mut held)?;
        let now = self.clock.now();
        let words = (!writing.is_empty()).then(|| words(writing, now));
        let said = |words: &Words| {
            let (files, cc) = (words.files.clone(), words.cc.clone());
            (words.text.clone(), words.note, files, cc)
        };
        let same = |kept: &Kept| kept.draft.as_ref().map(said) == words.as_ref().map(said);
        if !held.kept.get(&key).map_or(words.is_none(), same) {
            self.drafts
                .change(&mut held, &key, |kept| kept.draft = words)?;
            held.faults.remove(&key);
        }
        Ok(self.draft_view(&held, &key))
    }

    /// Sends a message, or has it go out after so long as its writer can take it back; a note is
    /// written at once, and so is what somebody sends whose habits are not known.
    pub async fn send(
        self: &Arc<Self>,
        caller: Caller,
        conversation: String,
        rep: Option<String>,
        writing: Writing,
    ) -> Result<Sent, Error> {
        let secs = match &caller.identity {
            Identity::User(id) => {
                let people = self.people();
                people.user(id).map_or(0, |user| user.habits.undo_secs)
            }
            _ => 0,
        };
        if secs > 0 && !writing.note {
            let after = Duration::from_secs(u64::from(secs));
            let app = Arc::clone(self);
            let queued = tokio::task::spawn_blocking(move || {
                app.send_after(&caller, &conversation, (rep, writing), after)
            });
            let early = |_panicked| Err(Refusal::Failed("the work ended early".to_owned()).into());
            return queued.await.unwrap_or_else(early).map(Sent::At);
        }
        let (who, place) = (caller.clone(), conversation.clone());
        self.write_message(caller, conversation, rep, writing)
            .await?;
        self.save_draft(&who, &place, Writing::default())?;
        Ok(Sent::Written)
    }

    /// Has a reply go out after so long; until then it can be taken back.
    pub fn send_after(
        &self,
        caller: &Caller,
        conversation: &str,
        (rep, writing): (Option<String>, Writing),
        after: Duration,
    ) -> Result<Timestamp, Error> {
        check(&writing)?;
        if writing.is_empty() {
            return Err(Invalid::new("text", "it is empty; expected words or files").into());
        }
        let key = self.draft_key(caller, conversation)?;
        // What is refused is refused now, while somebody looks.
        self.attachments(&key.0, Some(conversation), &writing.files)?;
        let now = self.clock.now();
        let millis = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        let at = now.plus_millis(millis);
        // What is on its way already goes first.
        self.depart(&key)?;
        let mut held = self.drafts.held.lock();
        self.read_drafts(&mut held)?;
        let outgoing = Outgoing {
            message: fresh("m"),
            words: words(writing, now),
        };
        self.drafts.change(&mut held, &key, |kept| {
            kept.draft = None;
            kept.outgoing = Some(outgoing);
        })?;
        held.faults.remove(&key);
        let departure = Departure {
            at,
            caller: caller.clone(),
            rep,
        };
        held.departures.insert(key, departure);
        drop(held);
        self.drafts.bell.ring();
        Ok(at)
    }

    /// Takes a reply back that is still on its way: it is a draft again.
    pub fn take_back(&self, caller: &Caller, conversation: &str) -> Result<DraftView, Error> {
        let key = self.draft_key(caller, conversation)?;
        let mut held = self.drafts.held.lock();
        self.read_drafts(&mut held)?;
        if held.departures.remove(&key).is_none() {
            return Err(Error::Refused(Refusal::conflict(
                "there is nothing to take back: the reply is in the conversation",
            )));
        }
        self.drafts.change(&mut held, &key, back_to_draft)?;
        Ok(self.draft_view(&held, &key))
    }

    /// Writes the replies whose time has come; says how long the next one has.
    pub fn send_due(&self) -> Option<Duration> {
        let now = self.clock.now();
        loop {
            let held = self.drafts.held.lock();
            let next = held.departures.iter().min_by_key(|(_, one)| one.at);
            let (key, at) = next.map(|(key, one)| (key.clone(), one.at))?;
            drop(held);
            if at > now {
                let left = u64::try_from(at.since(now)).unwrap_or_default();
                return Some(Duration::from_millis(left));
            }
            if let Err(error) = self.depart(&key) {
                tracing::warn!(%error, "a reply was not sent; it is a draft again");
            }
        }
    }

    /// Writes all replies that are on their way: an orderly stop loses nobody's.
    pub fn send_all(&self) {
        let held = self.drafts.held.lock();
        let keys: Vec<Key> = held.departures.keys().cloned().collect();
        drop(held);
        for key in keys {
            if let Err(error) = self.depart(&key) {
                tracing::warn!(%error, "a reply was not sent; it is a draft");
            }
        }
    }

    /// What is rung when a reply was put on its way.
    pub fn send_bell(&self) -> Arc<Bell> {
        Arc::clone(&self.drafts.bell)
    }

    /// Writes a reply now, if it is still on its way; what is refused is a draft again, with the
    /// reason.
    fn depart(&self, key: &Key) -> Result<(), Error> {
        let mut held = self.drafts.held.lock();
        let Some(departure) = held.departures.remove(key) else {
            return Ok(());
        };
        let Some(outgoing) = held.kept.get(key).and_then(|kept| kept.outgoing.clone()) else {
            return Ok(());
        };
        drop(held);
        let written = self.write_outgoing(key, departure, outgoing);
        let mut held = self.drafts.held.lock();
        match written {
            Ok(_written) => self
                .drafts
                .change(&mut held, key, |kept| kept.outgoing = None),
            Err(error) => {
                held.faults.insert(key.clone(), error.to_string());
                self.drafts.change(&mut held, key, back_to_draft)?;
                Err(error)
            }
        }
    }

    fn write_outgoing(
        &self,
        key: &Key,
        departure: Departure,
        outgoing: Outgoing,
    ) -> Result<WriteResult, Error> {
        let (reader, conversation) = key;
        let words = outgoing.words;
        let command = ConversationCommand {
            conversation: conversation.clone(),
            rep: departure.rep,
            action: ConversationAction::Write {
                message: outgoing.message,
                draft: MessageDraft {
                    text: words.text,
                    note: words.note,
                    cc: words.cc,
                    files: self.attachments(reader, Some(conversation), &words.files)?,
                },
            },
        };
        self.write_now(&departure.caller, Command::Conversation(command))
    }

    fn draft_view(&self, held: &Held, key: &Key) -> DraftView {
        let kept = held.kept.get(key);
        let draft = kept.and_then(|kept| kept.draft.as_ref());
        let outgoing = kept.and_then(|kept| kept.outgoing.as_ref());
        let departure = held.departures.get(key);
        let files = |words: &Words| self.uploaded(&key.0, Some(&key.1), &words.files);
        DraftView {
            text: draft.map_or_else(String::new, |words| words.text.clone()),
            note: draft.is_some_and(|words| words.note),
            saved_at: draft.map(|words| words.saved_at),
            files: draft.map(files).unwrap_or_default(),
            fault: held.faults.get(key).cloned(),
            cc: draft.and_then(|words| words.cc.clone()),
            sending: outgoing
                .zip(departure)
                .map(|(outgoing, departure)| SendingView {
                    text: outgoing.words.text.clone(),
                    files: files(&outgoing.words),
                    at: departure.at,
                }),
        }
    }

    fn draft_key(&self, caller: &Caller, conversation: &str) -> Result<Key, Error> {
        let present = self.present_to(&caller.sight);
        self.conversation_at(&present, conversation)?;
        Ok((self.reader_of(caller), conversation.to_owned()))
    }

    fn read_drafts(&self, held: &mut Held) -> Result<(), Error> {
        let is_written = |conversation: &str, message: &str| {
            let known = self.past.store.conversation(conversation).ok().flatten();
            known.is_some_and(|known| {
                let mut messages = known.messages.iter();
                messages.any(|one| one.id.as_str() == message)
            })
        };
        self.drafts.read(held, is_written)
    }
}

fn check(writing: &Writing) -> Result<(), Invalid> {
    let length = writing.text.len();
    if length > MAX_TEXT {
        let reason = format!("it has {length} bytes; at most {MAX_TEXT} are expected");
        return Err(Invalid::new("text", reason));
    }
    check_files(&writing.files)
}

fn words(writing: Writing, saved_at: Timestamp) -> Words {
    Words {
        text: writing.text,
        note: writing.note,
        saved_at,
        files: writing.files,
        cc: writing.cc,
    }
}

fn back_to_draft(kept: &mut Kept) {
    if let Some(outgoing) = kept.outgoing.take() {
        kept.draft = Some(joined(outgoing.words, kept.draft.take()));
    }
}
