//! The contact's word on a job that a rep has completed: that it is done, and how it was.
//!
//! It comes by a link that names the job. Until two weeks after the completion it may be given and
//! changed; what is said last holds.

use super::kin::{check_reachable, root};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{contact_id, short, ticket_id};
use super::{Caller, State, scope};
use crate::model::event::{Actor, ActorKind, JobReminded, TicketCompleted, TicketReviewed};
use crate::model::survey::OPEN_MS;
use crate::model::{Body, ContactId, Invalid, MailAbout, TicketId, TicketStanding};

/// The longest words, in characters.
const MAX_WORDS: usize = 2_000;

/// Something about a contact's word on a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmationCommand {
    /// The contact gives it.
    Give(Confirmation),
    /// The contact is asked by mail.
    Mail {
        /// About which job.
        ticket: String,
    },
    /// Somebody has reminded the contact, or a mail does.
    Remind {
        /// Of which job.
        ticket: String,
        /// Whether by a mail.
        by_mail: bool,
    },
}

/// The contact's word on a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// Whose.
    pub contact: String,
    /// On which job.
    pub ticket: String,
    /// How communication and quality were, 1 to 5 each; none: they say only that it is done.
    pub scores: Option<(u8, u8)>,
    /// Their words, with the scores.
    pub text: Option<String>,
}

impl ConfirmationCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Give(_) => &role::CONFIRMATION_GIVE,
            Self::Mail { .. } => &role::CONFIRMATION_MAIL,
            Self::Remind { .. } => &role::CONFIRMATION_REMIND,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: ConfirmationCommand,
) -> Result<Vec<Body>, Refusal> {
    match command {
        ConfirmationCommand::Give(confirmation) => {
            caller.is_no_user()?;
            let id = ticket_id(&confirmation.ticket)?;
            let known = scope::ticket(state, caller, id.as_str())?;
            give(state, &known, confirmation)
        }
        ConfirmationCommand::Mail { ticket } => {
            let id = ticket_id(&ticket)?;
            let known = scope::ticket(state, caller, id.as_str())?;
            mail(state, known.ticket.id)
        }
        ConfirmationCommand::Remind { ticket, by_mail } => {
            let id = ticket_id(&ticket)?;
            let known = scope::ticket(state, caller, id.as_str())?;
            remind(state, known.ticket.id, by_mail)
        }
    }
}

/// Asks once for each completion.
fn mail(state: &State<'_>, ticket: TicketId) -> Result<Vec<Body>, Refusal> {
    let job = state.installation.confirmations.get(&ticket);
    match job.filter(|job| state.now < job.open_until()) {
        Some(job) if job.mailed_at.is_none() => {
            Ok(vec![MailAbout::JobConfirmation { ticket }.queued()])
        }
        Some(_) => Ok(Vec::new()),
        None => Err(Refusal::conflict(
            "the job waits for no word of its contact, so there is nothing to ask them",
        )),
    }
}

fn remind(state: &State<'_>, ticket: TicketId, by_mail: bool) -> Result<Vec<Body>, Refusal> {
    let job = state.installation.confirmations.get(&ticket);
    let Some(job) = job.filter(|job| state.now < job.open_until()) else {
        return Err(Refusal::conflict(
            "the job waits for no word of its contact, so there is nothing to remind them of",
        ));
    };
    if job.reminded_at.is_some() {
        return Err(Refusal::conflict(
            "the contact was reminded already, which is done once",
        ));
    }
    let reminded = JobReminded {
        ticket: ticket.clone(),
    };
    let mut bodies = vec![Body::JobReminded(Box::new(reminded))];
    if by_mail {
        bodies.push(MailAbout::JobReminder { ticket }.queued());
    }
    Ok(bodies)
}

fn give(
    state: &State<'_>,
    known: &TicketStanding,
    confirmation: Confirmation,
) -> Result<Vec<Body>, Refusal> {
    let ticket = known.ticket.id.clone();
    let contact = contact_id(&confirmation.contact)?;
    let is_theirs = match contact_of(state, known)? {
        Some(whose) => root(state, &whose)? == root(state, &contact)?,
        None => false,
    };
    if !is_theirs || known.ticket.merged_into.is_some() {
        return Err(Refusal::unknown("ticket", ticket.as_str()));
    }
    check_reachable(state, &contact)?;
    let mut completions = known.ticket.completions.iter().rev();
    let completed = completions.find(|one| one.by.kind == ActorKind::Rep);
    let is_open = completed.is_some_and(|one| state.now < one.at.plus_millis(OPEN_MS));
    if !is_open || known.is_declined() || known.has_expired() {
        return Err(Refusal::conflict(
            "nobody asks about this job now: it was not completed, or more than two weeks ago",
        ));
    }
    let mut bodies = Vec::new();
    let mut said = known.ticket.completions.iter();
    if !said.any(|one| one.by.kind == ActorKind::Contact) {
        let by = Actor {
            kind: ActorKind::Contact,
            id: Some(contact.to_string()),
        };
        let ticket = ticket.clone();
        bodies.push(Body::TicketCompleted(Box::new(TicketCompleted {
            ticket,
            by,
        })));
    }
    if let Some(scores) = confirmation.scores {
        bodies.extend(reviewed(known, ticket, scores, confirmation.text)?);
    }
    Ok(bodies)
}

/// What they say of it, unless they have said just that.
fn reviewed(
    known: &TicketStanding,
    ticket: TicketId,
    (communication, quality): (u8, u8),
    text: Option<String>,
) -> Result<Option<Body>, Invalid> {
    for (field, score) in [("communication", communication), ("quality", quality)] {
        if !(1..=5).contains(&score) {
            return Err(Invalid::new(
                field,
                format!("it is {score}; expected 1 to 5"),
            ));
        }
    }
    let text = text.map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    short("text", text.as_deref().unwrap_or_default(), MAX_WORDS)?;
    let is_same = known.ticket.review.as_ref().is_some_and(|review| {
        (review.communication, review.quality, &review.text) == (communication, quality, &text)
    });
    let reviewed = TicketReviewed {
        ticket,
        communication,
        quality,
        text,
    };
    Ok((!is_same).then(|| Body::TicketReviewed(Box::new(reviewed))))
}

/// Whose job it is.
fn contact_of(state: &State<'_>, known: &TicketStanding) -> Result<Option<ContactId>, Refusal> {
    if let Some(contact) = &known.ticket.contact {
        return Ok(Some(contact.clone()));
    }
    let Some(id) = &known.ticket.conversation else {
        return Ok(None);
    };
    let from = state.conversations.conversation(id.as_str())?;
    Ok(from.map(|from| from.contact))
}
