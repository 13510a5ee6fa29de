//! Files of conversations: sent up, named by messages, read by those who see them, and taken
//! away when nothing names them any more.
//!
//! Their bytes lie in the folder, under their SHA-256; what is named is in the journal. So an
//! upload is no command: nothing has happened before a message names it. Read and fed by the
//! fronts; `work` takes away what waits too long and what redactions leave behind.

mod many;
mod shelf;
mod upload;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use shelf::NewFile;
pub(super) use shelf::{FileShelf, NEW, PART, forget_new, place_of};
pub use upload::{Upload, UploadedFile};

use super::{App, Error, Present};
use crate::clock::Clock;
use crate::command::{Caller, check_files, check_reachable};
use crate::model::conversation::Message;
use crate::model::event::{Attachment, Visibility};
use crate::model::file::{clean_name, digest_of, is_of, media_type};
use crate::model::redactions::RedactedMessage;
use crate::model::{Body, ContactId, Edits, Event, Invalid, Timestamp};

/// The longest name that is looked at, in characters.
const MAX_NAME: usize = 200;

/// A message as somebody writes it, with the files that they have sent up for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// Its words.
    pub text: String,
    /// Whether only reps see it.
    pub note: bool,
    /// What its files are called since they were sent up.
    pub files: Vec<String>,
    /// To which others it goes by mail; left out: to all who got the contact's last one.
    pub cc: Option<Vec<String>>,
}

impl Writing {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.files.is_empty()
    }
}

/// A file that may be read.
#[derive(Debug)]
pub struct StoredFile {
    /// Its bytes.
    pub file: File,
    /// How many.
    pub size: u64,
    /// What it is called, without what a name may not have.
    pub name: String,
}

impl App {
    /// Begins to take in a file for a conversation that the caller sees.
    pub fn begin_upload(
        &self,
        caller: &Caller,
        conversation: &str,
        (name, told_type): (&str, Option<&str>),
    ) -> Result<Upload, Error> {
        self.conversation_at(&self.present_to(&caller.sight), conversation)?;
        self.upload_of(
            self.reader_of(caller),
            Some(conversation.to_owned()),
            (name, told_type),
        )
    }

    /// Begins to take in a file for a conversation that the caller is yet to begin.
    pub fn begin_upload_ahead(
        &self,
        caller: &Caller,
        named: (&str, Option<&str>),
    ) -> Result<Upload, Error> {
        self.upload_of(self.reader_of(caller), None, named)
    }

    /// What the first message of a conversation says of the files that a caller sent up for it.
    pub fn sent_ahead(&self, caller: &Caller, ids: &[String]) -> Result<Vec<Attachment>, Error> {
        self.attachments(&self.reader_of(caller), None, ids)
    }

    /// Begins to take in a file of a visitor, of a kind that the desk lets them send.
    pub fn begin_visitors_upload(
        &self,
        contact: &str,
        (name, told_type): (&str, Option<&str>),
    ) -> Result<Upload, Error> {
        let kinds = self.snapshot().installation.widget.file_kinds.clone();
        if !name.is_empty() && !is_of(&kinds, &clean_name(name), told_type) {
            let endings: Vec<&str> = kinds.iter().flat_map(|kind| kind.endings()).collect();
            let reason = match endings.as_slice() {
                [] => "no files are taken here".to_owned(),
                endings => format!(
                    "it is of a kind that is not taken here; expected one of {}",
                    endings.join(", ")
                ),
            };
            return Err(Invalid::new("name", reason).into());
        }
        let known =
            ContactId::parse(contact).map_err(|fault| Invalid::new("contact", fault.to_owned()))?;
        self.overlay
            .with(self.clock.now(), |state| check_reachable(state, &known))?;
        self.upload_of(owner_of(contact), None, (name, told_type))
    }

    /// What a visitor's message says of the files that they sent up for it.
    pub(super) fn visitors_attachments(
        &self,
        contact: &str,
        ids: &[String],
    ) -> Result<Vec<Attachment>, Error> {
        self.attachments(&owner_of(contact), None, ids)
    }

    /// Of the files that a visitor sent up, those that a message may still name.
    pub fn uploaded_by_visitor(&self, contact: &str, ids: &[String]) -> Vec<UploadedFile> {
        self.uploaded(&owner_of(contact), None, ids)
    }

    fn upload_of(
        &self,
        owner: String,
        conversation: Option<String>,
        (name, told_type): (&str, Option<&str>),
    ) -> Result<Upload, Error> {
        let length = name.chars().count();
        if !(1..=MAX_NAME).contains(&length) {
            let reason = format!(
                "it has {length} characters; expected the name of the file, of 1 to {MAX_NAME}"
            );
            return Err(Invalid::new("name", reason).into());
        }
        let name = clean_name(name);
        let new = NewFile {
            id: format!("f-{}", Clock::fresh_id()),
            owner,
            conversation,
            sha256: String::new(),
            media_type: media_type(told_type, &name),
            name,
            size: 0,
            at: self.clock.now(),
        };
        Upload::begin(Arc::clone(&self.files), new)
    }

    /// Keeps a file that a message of another product links to, until its event names it.
    pub(super) fn keep_fetched(
        &self,
        conversation: &str,
        (name, told_type): (&str, Option<&str>),
        bytes: &[u8],
    ) -> Result<UploadedFile, Error> {
        self.keep_for(("import", Some(conversation)), (name, told_type), bytes)
    }

    /// Keeps a file that came from elsewhere, until what it came with names it.
    pub(super) fn keep_for(
        &self,
        (owner, conversation): (&str, Option<&str>),
        (name, told_type): (&str, Option<&str>),
        bytes: &[u8],
    ) -> Result<UploadedFile, Error> {
        let name: String = name.chars().take(MAX_NAME).collect();
        let name = if name.trim().is_empty() {
            "file"
        } else {
            &name
        };
        let for_one = conversation.map(str::to_owned);
        let mut upload = self.upload_of(owner.to_owned(), for_one, (name, told_type))?;
        upload.write(bytes)?;
        upload.finish(self.clock.now())
    }

    /// The most bytes that a file may have.
    pub fn most_file_bytes(&self) -> u64 {
        self.files.most
    }

    /// What a message says of the files that somebody sent up for it.
    pub(super) fn attachments(
        &self,
        owner: &str,
        conversation: Option<&str>,
        ids: &[String],
    ) -> Result<Vec<Attachment>, Error> {
        check_files(ids)?;
        let now = self.clock.now();
        let each = ids.iter().map(|id| {
            let new = self.files.waiting(id, (owner, conversation), now);
            let new = new.ok_or_else(|| {
                let reason = format!(
                    "`{id}` is no file that you sent up for this conversation within a day; send it \
                     up again"
                );
                Invalid::new("files", reason)
            })?;
            Ok(new.attachment())
        });
        each.collect()
    }

    /// Of the files that somebody sent up, those that a message may still name.
    pub(super) fn uploaded(
        &self,
        owner: &str,
        conversation: Option<&str>,
        ids: &[String],
    ) -> Vec<UploadedFile> {
        let now = self.clock.now();
        let of = |id: &String| self.files.waiting(id, (owner, conversation), now);
        ids.iter().filter_map(of).map(Into::into).collect()
    }

    /// The same of what a caller sent up for a conversation; `None`: for one that is yet to begin.
    pub fn uploaded_by(
        &self,
        caller: &Caller,
        conversation: Option<&str>,
        ids: &[String],
    ) -> Vec<UploadedFile> {
        self.uploaded(&self.reader_of(caller), conversation, ids)
    }

    /// A file that a message of a conversation names, if whoever asks sees it.
    pub fn file_at(
        &self,
        present: &Present,
        conversation: &str,
        sha256: &str,
    ) -> Result<StoredFile, Error> {
        let known = self.conversation_at(present, conversation)?;
        self.stored(known.messages.iter(), sha256)
    }

    /// A file that a public message of a visitor's conversation names.
    pub fn visitors_file(&self, contact: &str, sha256: &str) -> Result<StoredFile, Error> {
        let known = self.visitor_conversation(contact)?;
        let messages = known.iter().flat_map(|known| &known.messages);
        let public = messages.filter(|message| message.visibility == Visibility::Public);
        self.stored(public, sha256)
    }

    fn stored<'a>(
        &self,
        messages: impl Iterator<Item = &'a Message>,
        sha256: &str,
    ) -> Result<StoredFile, Error> {
        let unknown = || Error::unknown("file", sha256);
        let sha256 = digest_of(sha256).ok_or_else(unknown)?;
        let mut named = messages.flat_map(|one| &one.attachments);
        let named = named.find(|file| has_digest(file, &sha256));
        let named = named.ok_or_else(unknown)?;
        // One that was taken over from elsewhere may never have been here.
        let file = File::open(self.files.path(&sha256)).map_err(|_gone| unknown())?;
        let about = file.metadata().map_err(|_gone| unknown())?;
        Ok(StoredFile {
            file,
            size: about.len(),
            name: clean_name(&named.name),
        })
    }

    /// Where a file that a message names lies, or would.
    pub(super) fn file_path(&self, sha256: &str) -> Option<PathBuf> {
        digest_of(sha256).map(|sha256| self.files.path(&sha256))
    }

    /// Whether a file that a message names is here.
    pub fn has_file(&self, sha256: &str) -> bool {
        digest_of(sha256).is_some_and(|sha256| self.files.path(&sha256).is_file())
    }

    /// When the next file that no message names is to be taken away.
    pub(crate) fn next_stale_file_at(&self) -> Option<Timestamp> {
        self.files.next_stale_at()
    }

    /// Takes away files that no message has named in time; says how many waited too long.
    pub(crate) fn drop_stale_files(&self) -> Result<usize, Error> {
        let stale = self.files.stale(self.clock.now());
        if !stale.is_empty() {
            // So that nobody who sends a file up has to wait for it.
            self.settle()?;
        }
        for new in &stale {
            self.files.forget(&new.id)?;
            let named = || self.is_file_named(&new.sha256);
            self.files.remove_unless(&new.sha256, named)?;
        }
        Ok(stale.len())
    }

    /// Takes away the files of a message whose words are gone, save those that others name.
    pub(crate) fn drop_redacted_files(&self, redacted: &RedactedMessage) -> Result<(), Error> {
        // So that nobody who sends a file up has to wait for it.
        self.settle()?;
        let events = self
            .past
            .store
            .joined_events(redacted.conversation.as_str());
        let events = events?;
        let joined = events.iter().filter_map(|event| event.body.conversation());
        let joined: BTreeSet<&str> = joined.collect();
        for event in &events {
            let Body::MessageAdded(added) = &event.body else {
                continue;
            };
            if added.message != redacted.message {
                continue;
            }
            let author = format!("contact:{}", added.author.id.as_deref().unwrap_or_default());
            for sha256 in added.attachments.iter().flatten().filter_map(digest) {
                for new in self.files.waiting_with(&sha256) {
                    let is_its = match new.conversation.as_deref() {
                        Some(conversation) => joined.contains(conversation),
                        None => new.owner == author || !new.is_visitors(),
                    };
                    if is_its {
                        self.files.forget(&new.id)?;
                    }
                }
                let named = || self.is_file_named(&sha256);
                self.files.remove_unless(&sha256, named)?;
            }
        }
        Ok(())
    }

    /// Whether a message that still has its words names a file, in all that is journalled by now.
    fn is_file_named(&self, sha256: &str) -> Result<bool, Error> {
        // What is journalled and not filed yet may name it.
        self.settle()?;
        for conversation in self.past.store.conversations_with_file(sha256)? {
            let events: Vec<Event> = self.past.store.joined_events(&conversation)?;
            let edits = Edits::of(&events);
            let is_living = |event: &Event| match &event.body {
                Body::MessageAdded(added) => {
                    let mut files = added.attachments.iter().flatten();
                    let is_gone = |edit: crate::model::Edit<'_>| edit.text.is_none();
                    files.any(|file| has_digest(file, sha256))
                        && !edits.get(&added.message).is_some_and(is_gone)
                }
                _ => false,
            };
            if events.iter().any(is_living) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// As whom a visitor sends files up.
fn owner_of(contact: &str) -> String {
    Caller::visitor(contact.to_owned()).actor()
}

fn digest(file: &Attachment) -> Option<String> {
    digest_of(file.sha256.as_deref()?)
}

fn has_digest(file: &Attachment, sha256: &str) -> bool {
    digest(file).is_some_and(|digest| digest == sha256)
}
