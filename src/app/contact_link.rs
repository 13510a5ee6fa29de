//! Links that contacts get: to say how satisfied they are, and that a job is done.
//!
//! A link names its thing and is signed; it ends nowhere but where the thing does. Opening one changes
//! nothing, for programs open links: what it says is said by a press.

use std::sync::Arc;

use super::visitor::CHANNELS;
use super::{App, Error, Present, WriteResult};
use crate::command::{
    Caller, Command, Confirmation, ConfirmationCommand, Evidence, Refusal, SurveyCommand,
    VisitAction, VisitCommand,
};
use crate::model::event::ActorKind;
use crate::model::survey::OPEN_MS;
use crate::model::{Conversation, JobToConfirm, MailAbout, TicketId, TicketStanding, Timestamp};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactLink {
    /// To say how satisfied one is with a conversation.
    Survey,
    /// To confirm a job and to rate it.
    Job,
}

/// A survey by a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyLink {
    /// Its address on this server.
    pub path: String,
    /// Until when the contact may say it, and change it.
    pub open_until: Timestamp,
    /// The position of the log that holds that they were asked.
    pub log_position: u64,
}

/// How far a contact's word on a job is that a rep has completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmationState {
    /// The address of the page by which they give it.
    pub path: String,
    /// When the rep completed it.
    pub completed_at: Timestamp,
    /// Until when they may give and change it.
    pub open_until: Timestamp,
    /// When they are to be reminded, while they have not said anything.
    pub reminder_due_at: Option<Timestamp>,
    /// When they were reminded.
    pub reminded_at: Option<Timestamp>,
    /// Whether they have said that it is done, or how it was.
    pub is_given: bool,
}

/// A contact's survey, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSurvey {
    /// About which conversation.
    pub conversation: String,
    /// Who is asked.
    pub contact: String,
    /// In which language the conversation is.
    pub language: Option<String>,
    /// What they have said: the score, and their words.
    pub said: Option<(u8, Option<String>)>,
}

impl ContactLink {
    /// What its token is signed for.
    const fn purpose(self) -> &'static str {
        match self {
            Self::Survey => "survey link",
            Self::Job => "job link",
        }
    }

    /// The page that it leads to.
    const fn page(self) -> &'static str {
        match self {
            Self::Survey => "/widget/rate",
            Self::Job => "/widget/job",
        }
    }
}

impl App {
    /// The address of a page for a contact, on this server.
    pub fn contact_path(&self, link: ContactLink, id: &str) -> Result<String, Error> {
        let token = self.access.seal(link.purpose(), id)?;
        Ok(format!("{}?t={token}", link.page()))
    }

    /// What a token of a link names; none: it is not one of ours.
    pub fn linked(&self, link: ContactLink, token: &str) -> Result<Option<String>, Error> {
        self.access.unseal(link.purpose(), token)
    }

    /// Asks the contact of a conversation by a link, which somebody hands over.
    pub async fn ask_by_link(
        self: &Arc<Self>,
        caller: Caller,
        conversation: String,
    ) -> Result<SurveyLink, Error> {
        let command = SurveyCommand::AskByLink {
            conversation: conversation.clone(),
        };
        let written = self.write(caller, Command::Survey(command)).await?;
        let now = self.clock.now();
        let sent = self.overlay.with(now, |state| {
            let surveys = &state.installation.surveys;
            let mut sent = state.conversations.conversation(&conversation)?.into_iter();
            Ok::<_, Refusal>(sent.find_map(|known| surveys.sent_at(&known.id)))
        })?;
        Ok(SurveyLink {
            path: self.contact_path(ContactLink::Survey, &conversation)?,
            open_until: sent.unwrap_or(now).plus_millis(OPEN_MS),
            log_position: written.log_position,
        })
    }

    /// The survey that a token's link leads to, while it is open.
    pub fn open_survey(&self, token: &str) -> Result<Option<OpenSurvey>, Error> {
        let Some(id) = self.linked(ContactLink::Survey, token)? else {
            return Ok(None);
        };
        let conversation = match self.conversation(&id) {
            Ok(conversation) => conversation,
            Err(Error::Unknown { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let surveys = Arc::clone(&self.snapshot().installation.surveys);
        let sent = surveys.sent_at(&conversation.id);
        let is_open = |sent: &Timestamp| self.clock.now() < sent.plus_millis(OPEN_MS);
        let Some(sent) = sent.filter(is_open) else {
            return Ok(None);
        };
        Ok(Some(open_survey(conversation, sent)))
    }

    /// Takes in what a contact says by a link.
    pub async fn rate_by_link(
        self: &Arc<Self>,
        survey: &OpenSurvey,
        score: u8,
        text: Option<String>,
    ) -> Result<WriteResult, Error> {
        let command = VisitCommand {
            contact: Some(survey.contact.clone()),
            action: VisitAction::Rate {
                conversation: survey.conversation.clone(),
                score,
                text,
            },
        };
        self.write(
            Caller::visitor(survey.contact.clone()),
            Command::Visit(command),
        )
        .await
    }

    /// How far the contact's word on a job is; a conflict where no rep has completed it.
    pub fn confirmation_at(
        &self,
        present: &Present,
        ticket: &str,
    ) -> Result<ConfirmationState, Error> {
        let known = self.ticket_standing_at(present, ticket)?;
        let Some(completed_at) = completed_at(&known) else {
            return Err(Refusal::conflict("no rep has completed this job").into());
        };
        let confirmations = Arc::clone(&present.live.installation.confirmations);
        let job = confirmations.get(&known.ticket.id);
        Ok(ConfirmationState {
            path: self.contact_path(ContactLink::Job, known.ticket.id.as_str())?,
            completed_at,
            open_until: completed_at.plus_millis(OPEN_MS),
            reminder_due_at: job
                .filter(|job| job.reminded_at.is_none())
                .map(JobToConfirm::reminder_due_at),
            reminded_at: job.and_then(|job| job.reminded_at),
            is_given: is_given(&known),
        })
    }

    /// The jobs that wait for their contact's word and that whoever asks sees, the oldest first.
    pub fn jobs_to_confirm(
        &self,
        present: &Present,
    ) -> Result<Vec<(TicketStanding, ConfirmationState)>, Error> {
        let confirmations = Arc::clone(&present.live.installation.confirmations);
        let mut jobs = Vec::new();
        for (ticket, _) in confirmations.open_at(present.now) {
            let standing = match self.ticket_standing_at(present, ticket.as_str()) {
                Ok(standing) => standing,
                Err(Error::Unknown { .. }) => continue,
                Err(error) => return Err(error),
            };
            if completed_at(&standing).is_some() && !is_given(&standing) {
                let state = self.confirmation_at(present, ticket.as_str())?;
                jobs.push((standing, state));
            }
        }
        Ok(jobs)
    }

    /// The job that a token's link leads to, while its contact's word is asked for.
    pub fn open_job(&self, token: &str) -> Result<Option<TicketStanding>, Error> {
        let Some(id) = self.linked(ContactLink::Job, token)? else {
            return Ok(None);
        };
        let known = match self.ticket_standing_at(&self.present(), &id) {
            Ok(known) => known,
            Err(Error::Unknown { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let until = completed_at(&known).map(|at| at.plus_millis(OPEN_MS));
        let is_open = until.is_some_and(|until| self.clock.now() < until)
            && !known.is_declined()
            && known.ticket.merged_into.is_none();
        Ok(is_open.then_some(known))
    }

    /// Takes in the word of a job's contact, which came by a link.
    pub async fn confirm_by_link(
        self: &Arc<Self>,
        job: &TicketStanding,
        scores: Option<(u8, u8)>,
        text: Option<String>,
    ) -> Result<WriteResult, Error> {
        let ticket = job.ticket.id.to_string();
        let contact = match (&job.ticket.contact, &job.ticket.conversation) {
            (Some(contact), _) => contact.to_string(),
            (None, Some(id)) => self.conversation(id.as_str())?.contact.to_string(),
            (None, None) => return Err(Error::unknown("ticket", &ticket)),
        };
        let confirmation = Confirmation {
            contact: contact.clone(),
            ticket,
            scores,
            text,
        };
        let command = Command::Confirmation(ConfirmationCommand::Give(confirmation));
        self.write(Caller::visitor(contact), command).await
    }

    /// The job of a conversation that waits for its contact's word, and whether they were reminded.
    pub fn job_to_confirm(
        &self,
        conversation: &Conversation,
    ) -> Result<Option<(TicketStanding, bool)>, Error> {
        let present = self.present();
        let confirmations = Arc::clone(&present.live.installation.confirmations);
        let open = confirmations.open_at(present.now);
        if open.is_empty() {
            return Ok(None);
        }
        let beside = self.past.store.tickets_beside(conversation.id.as_str())?;
        for (ticket, job) in open {
            if !beside.iter().any(|known| known.id == *ticket) {
                continue;
            }
            let standing = self.ticket_standing_at(&present, ticket.as_str())?;
            if standing.ticket.conversation.as_ref() == Some(&conversation.id) {
                return Ok(Some((standing, job.reminded_at.is_some())));
            }
        }
        Ok(None)
    }

    /// Asks the contact of a job by mail, if their address is known.
    pub(crate) fn ask_of_job(&self, ticket: &TicketId) -> Result<bool, Error> {
        if !self.is_mailed(ticket)? {
            return Ok(false);
        }
        self.confirm_by_itself(ConfirmationCommand::Mail {
            ticket: ticket.to_string(),
        })
    }

    /// Reminds the contact of a job in the widget or by mail, as far as they read there.
    pub(crate) fn remind_of_job(&self, ticket: &TicketId) -> Result<bool, Error> {
        let known = match self.ticket_standing_at(&self.present(), ticket.as_str()) {
            Ok(known) => known,
            Err(Error::Unknown { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let in_widget = match &known.ticket.conversation {
            Some(id) => CHANNELS.contains(&self.conversation(id.as_str())?.channel.as_str()),
            None => false,
        };
        let by_mail = self.is_mailed(ticket)?;
        if !in_widget && !by_mail {
            return Ok(false);
        }
        self.confirm_by_itself(ConfirmationCommand::Remind {
            ticket: ticket.to_string(),
            by_mail,
        })
    }

    /// Whether a mail can reach the contact of a job.
    fn is_mailed(&self, ticket: &TicketId) -> Result<bool, Error> {
        let ticket = ticket.clone();
        let about = MailAbout::JobConfirmation { ticket };
        Ok(self.can_mail() && self.contact_mail(&about)?.is_ok())
    }

    /// Says something of a job that nobody pressed for; whether anybody was not quicker.
    fn confirm_by_itself(&self, command: ConfirmationCommand) -> Result<bool, Error> {
        let command = Command::Confirmation(command);
        let decision = self.decision(&Caller::system(), command, Evidence::None);
        match self.handle.decide(decision)? {
            Ok(_receipt) => Ok(true),
            Err(Refusal::Conflict(_) | Refusal::Unknown { .. }) => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

fn open_survey(conversation: Conversation, sent: Timestamp) -> OpenSurvey {
    let last = conversation.ratings.last().filter(|last| last.at >= sent);
    OpenSurvey {
        said: last.map(|last| (last.score, last.text.clone())),
        conversation: conversation.id.to_string(),
        contact: conversation.contact.to_string(),
        language: conversation.language,
    }
}

/// When a rep completed a job last.
fn completed_at(known: &TicketStanding) -> Option<Timestamp> {
    let mut completions = known.ticket.completions.iter().rev();
    let last = completions.find(|one| one.by.kind == ActorKind::Rep);
    last.filter(|_| known.is_job).map(|one| one.at)
}

/// Whether the contact has given their word.
fn is_given(known: &TicketStanding) -> bool {
    let mut completions = known.ticket.completions.iter();
    completions.any(|one| one.by.kind == ActorKind::Contact) || known.ticket.review.is_some()
}
