//! Mails: what waits to go out, how the server that carries them does, and what is said in them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::contact_link::ContactLink;
use super::{App, Error, WriteResult};
use crate::command::{Caller, Command, MailCommand, Refusal, State, addressee};
use crate::config::MailConfig;
use crate::lock::Lock;
use crate::model::event::{DropReason, MailDropped, MailSent};
use crate::model::survey::OPEN_MS;
use crate::model::{
    Addressee, Body, ContactId, ConversationId, MailAbout, MailOutcome, QueuedMail, TicketId,
    Timestamp,
};

/// What is encoded in a segment of an address.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How mails go out.
#[derive(Default)]
pub(super) struct Mails {
    config: Option<MailConfig>,
    line: Lock<MailLine>,
}

/// How the server that carries mails does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailLine {
    /// When it took one last, since the start.
    pub carried_at: Option<Timestamp>,
    /// What is in the way, and since when; none: nothing.
    pub trouble: Option<(Timestamp, String)>,
    /// When it is asked again.
    pub retry_at: Option<Timestamp>,
}

/// A mail to a contact, as far as it is the desk's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactMail {
    /// To whom.
    pub to: Addressee,
    /// In which language they write.
    pub language: Option<String>,
    /// Where it leads.
    pub url: String,
    /// What the conversation or the job is about.
    pub what: Option<String>,
}

/// A mail that waits, or is done.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailView {
    /// The record of the log by which it was queued.
    pub mail: u64,
    /// What it is about, such as `survey`.
    pub kind: &'static str,
    /// The conversation that it is about.
    pub conversation: Option<String>,
    /// The ticket that it is about.
    pub ticket: Option<String>,
    /// The user to whom it goes; none: to a contact.
    pub user: Option<String>,
    /// `waiting`, `sent` or `dropped`.
    pub state: &'static str,
    /// Since when it is to go out.
    #[schema(value_type = String, format = DateTime)]
    pub queued_at: Timestamp,
    /// When it was taken or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// Why it did not go out.
    pub reason: Option<DropReason>,
    /// What the server answered that did not take it.
    pub code: Option<u16>,
}

/// How mails go out, and the last of them.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailsView {
    /// Whether `svar.toml` names a server that carries mails.
    pub is_set_up: bool,
    /// That server, with its port.
    pub server: Option<String>,
    /// The address that mails are from.
    pub from: Option<String>,
    /// How many wait.
    pub waiting: usize,
    /// How many were taken by the server.
    pub sent: u64,
    /// How many did not go out.
    pub dropped: u64,
    /// When the server took one last, since the start of this process.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub carried_at: Option<Timestamp>,
    /// What is in the way.
    pub trouble: Option<String>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub trouble_since: Option<Timestamp>,
    /// When the server is asked again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Timestamp>,
    /// Those that wait, the oldest first, then those that are done, the latest first.
    pub items: Vec<MailView>,
}

impl Mails {
    pub(super) fn new(config: Option<MailConfig>) -> Self {
        Self {
            config,
            line: Lock::default(),
        }
    }
}

impl App {
    /// Who carries mails; none: nobody, and none are made.
    pub const fn mail_config(&self) -> Option<&MailConfig> {
        self.mails.config.as_ref()
    }

    /// Whether mails can go out: there is a server that carries them, and an address that they lead
    /// back to.
    pub const fn can_mail(&self) -> bool {
        self.mails.config.is_some() && self.network.public_url.is_some()
    }

    /// The first mail that waits and is wanted, with everything that is journalled.
    pub fn next_mail(&self, wanted: impl Fn(u64, &MailAbout) -> bool) -> Option<(u64, QueuedMail)> {
        self.overlay.with(self.clock.now(), |state| {
            let mut waiting = state.installation.outbox.all_waiting();
            let next = waiting.find(|(mail, queued)| wanted(*mail, &queued.about));
            next.map(|(mail, queued)| (mail, queued.clone()))
        })
    }

    /// Says what became of a mail.
    pub fn settle_mail(
        &self,
        mail: u64,
        about: &MailAbout,
        outcome: MailOutcome,
    ) -> Result<(), Error> {
        let conversation = about.of_message().cloned();
        let body = match outcome {
            MailOutcome::Sent => Body::MailSent(Box::new(MailSent { mail, conversation })),
            MailOutcome::Dropped { reason, code, said } => {
                Body::MailDropped(Box::new(MailDropped {
                    mail,
                    said: said.filter(|_| conversation.is_some()),
                    conversation,
                    reason,
                    code,
                }))
            }
        };
        self.write_now(&Caller::system(), Command::Record(vec![body]))?;
        Ok(())
    }

    /// Tries whether mails arrive, at a user, or at whoever asks.
    pub fn test_mail(&self, caller: &Caller, user: Option<String>) -> Result<WriteResult, Error> {
        let can_mail = self.can_mail();
        let command = MailCommand::Test { user, can_mail };
        self.write_now(caller, Command::Mail(command))
    }

    /// How the server that carries mails does.
    pub fn mail_line(&self) -> MailLine {
        self.mails.line.lock().clone()
    }

    /// Notes that it took one.
    pub fn note_carried(&self) {
        *self.mails.line.lock() = MailLine {
            carried_at: Some(self.clock.now()),
            ..MailLine::default()
        };
    }

    /// Notes what is in its way, and when it is asked again.
    pub fn note_mail_trouble(&self, reason: String, retry_at: Timestamp) {
        let mut line = self.mails.line.lock();
        let now = self.clock.now();
        let since = line.trouble.as_ref().map_or(now, |(since, _)| *since);
        line.trouble = Some((since, reason));
        line.retry_at = Some(retry_at);
    }

    /// An address on this server as people elsewhere reach it.
    pub fn public_address(&self, path: &str) -> String {
        let url = self.network.public_url.as_ref();
        url.map_or_else(|| path.to_owned(), |url| format!("{}{path}", url.whole()))
    }

    /// Where people find a thing on this server, as they reach it elsewhere; none: nowhere.
    pub fn page_address(&self, area: &str, id: &str) -> Option<String> {
        let url = self.network.public_url.as_ref()?;
        let id = utf8_percent_encode(id, SEGMENT);
        Some(format!("{}/{area}/{id}", url.whole()))
    }

    /// How mails go out, and the last of them.
    pub fn mails(&self) -> MailsView {
        let line = self.mail_line();
        let config = self.mail_config();
        let (trouble_since, trouble) = line.trouble.unzip();
        let outbox = self
            .overlay
            .with(self.clock.now(), |state| state.installation.outbox.clone());
        let waiting = outbox.all_waiting().take(SHOWN);
        let waiting = waiting.map(|(mail, queued)| MailView::of(mail, queued));
        let done = outbox.done().map(|past| MailView {
            done_at: Some(past.at),
            ..match &past.outcome {
                MailOutcome::Sent => MailView {
                    state: "sent",
                    ..MailView::of(past.mail, &past.queued)
                },
                MailOutcome::Dropped { reason, code, .. } => MailView {
                    state: "dropped",
                    reason: Some(*reason),
                    code: *code,
                    ..MailView::of(past.mail, &past.queued)
                },
            }
        });
        MailsView {
            is_set_up: self.can_mail(),
            server: config.map(|config| format!("{}:{}", config.server, config.port())),
            from: config.map(|config| config.address().to_owned()),
            waiting: outbox.len(),
            sent: outbox.sent,
            dropped: outbox.dropped,
            carried_at: line.carried_at,
            trouble,
            trouble_since,
            retry_at: line.retry_at,
            items: waiting.chain(done).collect(),
        }
    }

    /// What a contact's mail leads to, as things stand; else why it does not go out.
    pub fn contact_mail(
        &self,
        about: &MailAbout,
    ) -> Result<Result<ContactMail, DropReason>, Error> {
        let now = self.clock.now();
        let asked = self.overlay.with(now, |state| match about {
            MailAbout::Survey { conversation } => survey(state, conversation),
            MailAbout::JobConfirmation { ticket } | MailAbout::JobReminder { ticket } => {
                job(state, ticket)
            }
            _ => Ok(Err(DropReason::Over)),
        })?;
        let Ok(asked) = asked else {
            return Ok(Err(asked.err().unwrap_or(DropReason::Over)));
        };
        let path = self.contact_path(asked.link, &asked.id)?;
        Ok(Ok(ContactMail {
            url: self.public_address(&path),
            to: asked.to,
            language: asked.language,
            what: asked.what,
        }))
    }
}

/// How many that wait are shown.
const SHOWN: usize = 200;

impl MailView {
    fn of(mail: u64, queued: &QueuedMail) -> Self {
        let about = &queued.about;
        Self {
            mail,
            kind: about.kind(),
            conversation: about.conversation().map(ToString::to_string),
            ticket: about.ticket().map(ToString::to_string),
            user: about.user().map(ToString::to_string),
            state: "waiting",
            queued_at: queued.queued_at,
            done_at: None,
            reason: None,
            code: None,
        }
    }
}

/// What a contact is asked by a mail.
struct Asked {
    to: Addressee,
    language: Option<String>,
    link: ContactLink,
    id: String,
    what: Option<String>,
}

/// A contact's address; else why nothing goes there.
fn reached(
    state: &State<'_>,
    contact: &ContactId,
) -> Result<Result<Addressee, DropReason>, Refusal> {
    match addressee(state, contact) {
        Ok(Some(to)) => Ok(Ok(to)),
        Ok(None) => Ok(Err(DropReason::NoAddress)),
        Err(Refusal::Conflict(_)) => Ok(Err(DropReason::Unreachable)),
        Err(refusal) => Err(refusal),
    }
}

fn survey(
    state: &State<'_>,
    conversation: &ConversationId,
) -> Result<Result<Asked, DropReason>, Refusal> {
    let id = conversation.as_str();
    let Some(known) = state.conversations.conversation(id)? else {
        return Ok(Err(DropReason::Over));
    };
    let sent = state.installation.surveys.sent_at(conversation);
    let is_open = sent.is_some_and(|sent| state.now < sent.plus_millis(OPEN_MS));
    let is_rated = known.ratings.iter().any(|one| Some(one.at) >= sent);
    if !is_open || is_rated {
        return Ok(Err(DropReason::Over));
    }
    Ok(reached(state, &known.contact)?.map(|to| Asked {
        to,
        language: known.language,
        link: ContactLink::Survey,
        id: id.to_owned(),
        what: known.subject,
    }))
}

fn job(state: &State<'_>, ticket: &TicketId) -> Result<Result<Asked, DropReason>, Refusal> {
    let job = state.installation.confirmations.get(ticket);
    let is_open = job.is_some_and(|job| state.now < job.open_until());
    let Some(known) = state.conversations.ticket(ticket.as_str())? else {
        return Ok(Err(DropReason::Over));
    };
    if !is_open || known.is_declined() || known.ticket.merged_into.is_some() {
        return Ok(Err(DropReason::Over));
    }
    let conversation = match &known.ticket.conversation {
        Some(id) => state.conversations.conversation(id.as_str())?,
        None => None,
    };
    let contact = known.ticket.contact.clone();
    let contact = contact.or_else(|| conversation.as_ref().map(|one| one.contact.clone()));
    let Some(contact) = contact else {
        return Ok(Err(DropReason::NoAddress));
    };
    let what = known.ticket.service.or(known.ticket.subject);
    Ok(reached(state, &contact)?.map(|to| Asked {
        to,
        language: conversation.and_then(|one| one.language),
        link: ContactLink::Job,
        id: ticket.to_string(),
        what,
    }))
}
