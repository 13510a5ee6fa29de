//! Mails that come in: read, kept as files with what came along, and handed to the decision.
//!
//! Ids and contents are known again by what this desk's key makes of them, so that nobody's are in the
//! journal, and nobody elsewhere can write one that is taken for the desk's own.

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::folder::backup::hex;
use super::reply_mail::{MAIL_TYPE, ORIGINAL};
use super::start::fresh;
use super::{App, Error, is_ack};
use crate::command::{Caller, Command, Evidence, FailedMail, FreshIds, MailInCommand};
use crate::ingest::{InboundMail, MailFile, parse_mail};
use crate::model::event::Attachment;
use crate::model::{Invalid, MailId};

/// Who the files of mails are kept for until their message names them.
const OWNER: &str = "mail";
/// The most files of one mail that are kept apart; the others are in the original.
const MOST_FILES: usize = 19;
/// How many hexadecimal digits of a signature a mail is known by.
const DIGITS: usize = 32;

/// What became of a mail that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailInState {
    /// It is a message now.
    Taken,
    /// It was taken in before.
    Repeat,
    /// Its sender is blocked or erased, it is one of the desk's own, or an import has brought it:
    /// nothing was kept of it.
    Ignored,
}

/// A mail that was handed in.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailReceipt {
    /// What became of it.
    pub state: MailInState,
    /// The conversation that it is in.
    pub conversation: Option<String>,
    /// The message that it is.
    pub message: Option<String>,
    /// The position of the log that holds it; send it as `Svar-Min-Position` to read your own write.
    pub log_position: u64,
}

/// A mail whose files are kept.
enum Prepared {
    /// It is known, or not to be taken.
    Done(MailReceipt),
    /// It is to be decided on.
    New(Box<MailInCommand>),
}

/// A mail that was read.
enum Looked {
    /// It is known, or not to be taken.
    Done(MailReceipt),
    /// It is new: what it says, and what its id and its content become.
    New(Box<InboundMail>, (String, String)),
}

/// By what a mail is known again.
struct Told {
    key: String,
    content: String,
    message: String,
}

impl Told {
    fn of(command: &MailInCommand) -> Self {
        Self {
            key: command.key.clone(),
            content: command.content.clone(),
            message: command.ids.message.clone(),
        }
    }
}

impl App {
    /// Takes a mail in, as it came.
    pub fn take_mail(
        &self,
        caller: &Caller,
        bytes: &[u8],
        inbox: Option<String>,
    ) -> Result<MailReceipt, Error> {
        match self.prepared(bytes, inbox)? {
            Prepared::Done(receipt) => Ok(receipt),
            Prepared::New(command) => {
                let told = Told::of(&command);
                let written = self.write_now(caller, Command::MailIn(command))?;
                Ok(self.receipt_of(&told, written.log_position))
            }
        }
    }

    /// Takes mails in, in their order; they are read side by side, and journalled together.
    pub fn take_mails(
        &self,
        caller: &Caller,
        mails: &[&[u8]],
        inbox: Option<&str>,
    ) -> Result<Vec<Result<MailReceipt, Error>>, Error> {
        let looked: Vec<Result<Looked, Error>> = mails
            .par_iter()
            .map(|bytes| self.looked_at(bytes))
            .collect();
        let prepared = self.with_files(looked, mails, inbox)?;
        // Handed in one after the other, so that an answer meets what it answers; waited for together.
        let mut waiting = Vec::new();
        for prepared in prepared {
            waiting.push(match prepared {
                Err(error) => Err(Err(error)),
                Ok(Prepared::Done(receipt)) => Err(Ok(receipt)),
                Ok(Prepared::New(command)) => {
                    let told = Told::of(&command);
                    let decision = self.decision(caller, Command::MailIn(command), Evidence::None);
                    match self.handle.decide_soon(decision) {
                        Ok(settle) => Ok((told, settle)),
                        Err(error) => Err(Err(error.into())),
                    }
                }
            });
        }
        let receipts = waiting.into_iter().map(|waiting| match waiting {
            Err(known) => known,
            Ok((told, settle)) => {
                let receipt = settle()??;
                Ok(self.receipt_of(&told, receipt.log_position))
            }
        });
        Ok(receipts.collect())
    }

    /// A mail as it is decided on, its files kept; or what it is, where it is known.
    fn prepared(&self, bytes: &[u8], inbox: Option<String>) -> Result<Prepared, Error> {
        Ok(match self.looked_at(bytes)? {
            Looked::Done(receipt) => Prepared::Done(receipt),
            Looked::New(mail, keys) => {
                let files = self.mail_files(bytes, &mail.files)?;
                Prepared::New(Box::new(self.mail_command(*mail, keys, (inbox, files))?))
            }
        })
    }

    /// The same of many, whose files are made durable together.
    fn with_files(
        &self,
        looked: Vec<Result<Looked, Error>>,
        mails: &[&[u8]],
        inbox: Option<&str>,
    ) -> Result<Vec<Result<Prepared, Error>>, Error> {
        let most = self.most_file_bytes();
        let mut kept: Vec<(&str, &str, &[u8])> = Vec::new();
        let mut counts = Vec::new();
        for (looked, original) in looked.iter().zip(mails) {
            let before = kept.len();
            if let Ok(Looked::New(mail, _)) = looked {
                kept.push((ORIGINAL, MAIL_TYPE, original));
                let fit = mail
                    .files
                    .iter()
                    .filter(|file| file.bytes.len() as u64 <= most);
                let named = fit.take(MOST_FILES);
                kept.extend(
                    named.map(|file| (file.name.as_str(), file.media_type.as_str(), &*file.bytes)),
                );
            }
            counts.push(kept.len() - before);
        }
        let mut files = self.keep_many_for(OWNER, &kept)?.into_iter();
        let prepared = looked.into_iter().zip(counts).map(|(looked, count)| {
            Ok(match looked? {
                Looked::Done(receipt) => Prepared::Done(receipt),
                Looked::New(mail, keys) => {
                    let own: Vec<Attachment> = files.by_ref().take(count).collect();
                    let inbox = inbox.map(str::to_owned);
                    Prepared::New(Box::new(self.mail_command(*mail, keys, (inbox, own))?))
                }
            })
        });
        Ok(prepared.collect())
    }

    /// What a mail says, and by what it is known again; or what it is, where it is known.
    fn looked_at(&self, bytes: &[u8]) -> Result<Looked, Error> {
        if bytes.len() as u64 > self.most_file_bytes() {
            let most = self.most_file_bytes();
            return Err(Error::TooLarge { most });
        }
        let mail = parse_mail(bytes);
        if mail.address.is_empty() {
            let reason = "it names nobody whom it is from; expected a mail as RFC 5322 has it, with a \
                          field From";
            return Err(Invalid::new("the mail", reason).into());
        }
        let content = self.mail_key(&content_of(&mail))?;
        let key = match &mail.id {
            Some(id) => self.mail_key(id)?,
            None => content.clone(),
        };
        if let Some(id) = &mail.id
            && self.own_mail(id)?.is_some()
        {
            // One of the desk's own has come back to it, as a copy.
            return Ok(Looked::Done(ignored(self.position())));
        }
        let known = self.known_mail(&key, &content, MailInState::Repeat);
        Ok(known.map_or_else(|| Looked::New(Box::new(mail), (key, content)), Looked::Done))
    }

    /// What became of a mail that was decided on.
    fn receipt_of(&self, told: &Told, log_position: u64) -> MailReceipt {
        let known = self.known_mail(&told.key, &told.content, MailInState::Taken);
        let receipt = known.unwrap_or_else(|| ignored(log_position));
        // Somebody else may have handed it in at the same moment.
        let is_new = receipt.message.as_deref() == Some(told.message.as_str());
        let state = match receipt.state {
            MailInState::Taken if !is_new => MailInState::Repeat,
            other => other,
        };
        MailReceipt {
            state,
            log_position,
            ..receipt
        }
    }

    fn mail_command(
        &self,
        mail: InboundMail,
        (key, content): (String, String),
        (inbox, files): (Option<String>, Vec<Attachment>),
    ) -> Result<MailInCommand, Error> {
        let answers = mail.answers.iter().map(|id| self.mail_key(id));
        let (mut own, mut mails) = (Vec::new(), Vec::new());
        for address in &mail.recipients {
            mails.extend(self.returned_mail(address)?);
        }
        for id in &mail.answers {
            if let Some(named) = self.own_mail(id)? {
                mails.push(named.mail);
                own.extend(named.conversation);
            }
        }
        let inbox = inbox.or_else(|| self.inbox_at(&mail.recipients));
        let failed = mail.failure.zip(mails.first().copied());
        let language = svar_index::language::detect(&mail.text).map(str::to_owned);
        let named = |id: &String| MailId::parse(id).ok();
        Ok(MailInCommand {
            id: mail.id.as_ref().and_then(named),
            answered: mail.answers.iter().filter_map(named).collect(),
            answers: answers.collect::<Result<_, _>>()?,
            own,
            token: mail.subject.as_deref().and_then(token_of),
            ack: mail.files.is_empty() && is_ack(&mail.text),
            address: mail.address,
            name: mail.name.map(|name| name.chars().take(200).collect()),
            automatic: mail.automatic,
            failed: failed.map(|(failure, mail)| FailedMail {
                mail,
                recipient: failure.recipient,
                status: failure.status,
                said: failure.said,
            }),
            mails,
            subject: mail.subject,
            text: mail.text,
            ids: FreshIds {
                conversation: Self::fresh_conversation_id(),
                message: fresh("m"),
                contact: fresh("p"),
            },
            key,
            content,
            language,
            inbox,
            files,
        })
    }

    /// The inbox that mails to one of these addresses come in at.
    fn inbox_at(&self, recipients: &[String]) -> Option<String> {
        let snapshot = self.snapshot();
        let inboxes = &snapshot.installation.inboxes;
        let inbox = recipients.iter().find_map(|address| inboxes.at(address));
        inbox.map(ToString::to_string)
    }

    /// What this desk knows an id or a content by.
    fn mail_key(&self, text: &str) -> Result<String, Error> {
        let signature = self.access.sign("mail in", text)?;
        Ok(signature.chars().take(DIGITS).collect())
    }

    fn known_mail(&self, key: &str, content: &str, state: MailInState) -> Option<MailReceipt> {
        let known = self.overlay.with(self.clock.now(), |desk| {
            let mut known = desk.installation.mail_threads.of(key).iter();
            known.find(|known| known.content == content).cloned()
        })?;
        Some(MailReceipt {
            state,
            conversation: Some(known.conversation.to_string()),
            message: Some(known.message.to_string()),
            log_position: self.position(),
        })
    }

    /// Keeps the original and what came along, until their message names them.
    fn mail_files(&self, original: &[u8], files: &[MailFile]) -> Result<Vec<Attachment>, Error> {
        let mut ids = vec![self.keep_mailed((ORIGINAL, MAIL_TYPE), original)?];
        let most = self.most_file_bytes();
        let fit = files.iter().filter(|file| file.bytes.len() as u64 <= most);
        for (file, number) in fit.take(MOST_FILES).zip(1..) {
            let fallback = format!("file-{number}");
            let name = match file.name.as_str() {
                "" => fallback.as_str(),
                name => name,
            };
            ids.push(self.keep_mailed((name, &file.media_type), &file.bytes)?);
        }
        self.attachments(OWNER, None, &ids)
    }

    fn keep_mailed(&self, (name, told): (&str, &str), bytes: &[u8]) -> Result<String, Error> {
        Ok(self.keep_for((OWNER, None), (name, Some(told)), bytes)?.id)
    }
}

/// Of a mail of which nothing was kept.
const fn ignored(log_position: u64) -> MailReceipt {
    MailReceipt {
        state: MailInState::Ignored,
        conversation: None,
        message: None,
        log_position,
    }
}

/// What makes two mails the same: who says what, not by which way it came.
fn content_of(mail: &InboundMail) -> String {
    let files = mail.files.iter();
    let files = files.map(|file| format!("{} {}", file.name, hex(&Sha256::digest(&file.bytes))));
    let written_at = mail.written_at.map(|at| at.to_string());
    let subject = mail.subject.clone().unwrap_or_default();
    let head = [
        mail.address.clone(),
        subject,
        written_at.unwrap_or_default(),
    ];
    let lines: Vec<String> = head.into_iter().chain(files).collect();
    format!("{}\n\n{}", lines.join("\n"), mail.text)
}

/// The conversation that a subject names, as `[#c-81]`.
fn token_of(subject: &str) -> Option<String> {
    let (_, rest) = subject.split_once("[#")?;
    let (id, _) = rest.split_once(']')?;
    (!id.is_empty() && !id.contains(char::is_whitespace)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_may_name_a_conversation() {
        assert_eq!(token_of("Re: [#c-81] Parcel").as_deref(), Some("c-81"));
        for subject in ["Re: Parcel", "[#]", "[# c]", "[#c-81"] {
            assert_eq!(token_of(subject), None, "{subject}");
        }
    }
}
