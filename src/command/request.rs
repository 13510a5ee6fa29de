//! What somebody asks for by a form: a conversation on the channel `form` with their words, and, for
//! a service or by matching, a job.
//!
//! What they say of themselves nobody has checked, so it makes nobody out of two contacts; of whom
//! the host's own sign-in answers for, it changes nothing. Which jobs are wanted holds here, too.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deed::said;
use super::kin::check_reachable;
use super::open::{attributes_of, first_stage};
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{contact_id, conversation_id, filled, message_id, pipeline_id, short, ticket_id};
use super::user::check_email;
use super::visit::same;
use super::{Caller, ContactWords, State};
use crate::model::event::{
    Actor, ActorKind, Attachment, Attributes, Company, ContactUpserted, ConversationStarted,
    Direction, JobRequest, MessageAdded, Patch, TicketOpened,
};
use crate::model::{Body, Contact, ContactId, ConversationId, Invalid, TicketId, WantedJob};

/// The channel of forms.
const CHANNEL: &str = "form";
/// The pipeline that is there from the beginning for jobs.
const PIPELINE: &str = "jobs";
/// The longest line, in characters.
const MAX_LINE: usize = 500;
/// The longest address of a page, in characters.
const MAX_URL: usize = 2_000;
/// The longest text, in characters.
const MAX_TEXT: usize = 10_000;

/// How a request comes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RequestWay {
    /// To this desk.
    #[default]
    Direct,
    /// Without a chosen expert: somebody matched it to this desk.
    Matching,
}

/// What somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDraft {
    /// Who asks.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub name: String,
    /// Their address.
    #[schema(max_length = 254, pattern = r"^[^@\s]+@[^@\s]+$")]
    pub email: String,
    /// Where they work.
    #[schema(max_length = 500)]
    #[serde(default)]
    pub company: Option<String>,
    /// Its page.
    #[schema(max_length = 2000)]
    #[serde(default)]
    pub url: Option<String>,
    /// The service, by its id; left out: none in particular.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub service: Option<String>,
    /// What kind of customer they are.
    #[schema(max_length = 500)]
    #[serde(default)]
    pub customer: Option<String>,
    /// What is needed.
    #[schema(min_length = 1, max_length = 10000, pattern = r"\S")]
    pub text: String,
    /// In which language.
    #[schema(max_length = 35)]
    #[serde(default)]
    pub language: Option<String>,
    /// `direct`, or `matching` where no expert was chosen.
    #[serde(default)]
    pub request: RequestWay,
}

/// What the things are called that a request begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestIds {
    /// Whoever asks.
    pub contact: String,
    /// The conversation; one that is there already is not begun again.
    pub conversation: String,
    /// Its first message.
    pub message: String,
    /// The job, should it begin one.
    pub ticket: String,
}

/// A contact asks for something by a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestCommand {
    /// What it begins.
    pub ids: RequestIds,
    /// What it says.
    pub draft: RequestDraft,
    /// Files sent along, which are durable by now.
    pub files: Vec<Attachment>,
}

impl RequestCommand {
    /// Its row in the table of roles.
    pub(super) const RIGHT: &Right = &role::REQUEST_POST;
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: RequestCommand,
) -> Result<Vec<Body>, Refusal> {
    caller.is_no_user()?;
    let RequestCommand { ids, draft, files } = command;
    let contact = contact_id(&ids.contact)?;
    let conversation = conversation_id(&ids.conversation)?;
    check_reachable(state, &contact)?;
    filled("text", draft.text.trim(), MAX_TEXT)?;
    said(&draft.text, &files)?;
    if let Some(known) = state.conversations.conversation(conversation.as_str())? {
        return sent_again(&known, &ids, &draft, files);
    }
    let language = line("language", draft.language.as_deref())?;
    let known = state.conversations.contact(contact.as_str())?;
    let upserted = introduced(state, &contact, known.as_ref(), &draft)?;
    let opened = job(state, (&ids, &contact, &conversation), &draft)?;
    let service = opened.as_ref().and_then(|opened| opened.service.clone());
    let started = ConversationStarted {
        conversation: conversation.clone(),
        contact: contact.clone(),
        channel: CHANNEL.to_owned(),
        direction: Some(Direction::Inbound),
        subject: service,
        language,
        url: None,
        inbox: None,
        schedule: None,
        attributes: Attributes::new(),
    };
    let added = MessageAdded {
        conversation,
        message: message_id(&ids.message)?,
        author: Actor {
            kind: ActorKind::Contact,
            id: Some(contact.to_string()),
        },
        text: draft.text,
        visibility: None,
        role: None,
        ack: None,
        attachments: super::deed::some(files),
        mail_id: None,
    };
    let begun = [
        Body::ConversationStarted(Box::new(started)),
        Body::MessageAdded(Box::new(added)),
    ];
    let opened = opened.map(|opened| Body::TicketOpened(Box::new(opened)));
    let upserted = upserted.map(|upserted| Body::ContactUpserted(Box::new(upserted)));
    Ok(upserted.into_iter().chain(begun).chain(opened).collect())
}

/// A form that was sent twice is there once; another one under its name is refused.
fn sent_again(
    known: &crate::model::Conversation,
    ids: &RequestIds,
    draft: &RequestDraft,
    files: Vec<Attachment>,
) -> Result<Vec<Body>, Refusal> {
    let mut messages = known.messages.iter();
    let there = messages.find(|message| message.id.as_str() == ids.message);
    let words = ContactWords {
        text: draft.text.clone(),
        files,
        ..ContactWords::default()
    };
    match there.filter(|_| known.contact.as_str() == ids.contact) {
        Some(there) => same(there, &words),
        None => Err(Refusal::conflict(
            "another request is called so; a new one needs a new id",
        )),
    }
}

/// What is new of whoever asks.
fn introduced(
    state: &State<'_>,
    contact: &ContactId,
    known: Option<&Contact>,
    draft: &RequestDraft,
) -> Result<Option<ContactUpserted>, Refusal> {
    let name = draft.name.trim();
    filled("name", name, MAX_LINE)?;
    let email = draft.email.trim();
    check_email(email)?;
    let company = line("company", draft.company.as_deref())?;
    let url = draft.url.as_deref().map(str::trim);
    let url = url.filter(|url| !url.is_empty());
    short("url", url.unwrap_or_default(), MAX_URL)?;
    if url.is_some_and(|url| !(url.starts_with("https://") || url.starts_with("http://"))) {
        let reason = "expected the address of a page, such as https://shop.example";
        return Err(Invalid::new("url", reason).into());
    }
    // A company is there with its name; of one without, its page is the name.
    let company = company.or_else(|| url.map(str::to_owned));
    let company = company.map(|name| Company {
        name,
        url: url.map(str::to_owned),
        role: None,
    });
    let is_verified = state.installation.contacts.host_id(contact).is_some();
    let keeps = |held: Option<&String>, said: &str| match held {
        Some(held) if is_verified || held == said => Patch::Keep,
        _ => Patch::Set(said.to_owned()),
    };
    let upserted = ContactUpserted {
        contact: contact.clone(),
        name: keeps(known.and_then(|known| known.name.as_ref()), name),
        email: keeps(known.and_then(|known| known.email.as_ref()), email),
        phone: Patch::Keep,
        company: match company {
            Some(company) if known.is_none_or(|known| known.company.is_none() || !is_verified) => {
                Patch::Set(company)
            }
            _ => Patch::Keep,
        },
        language: Patch::Keep,
        attributes: Attributes::new(),
    };
    let is_news =
        !upserted.name.is_keep() || !upserted.email.is_keep() || !upserted.company.is_keep();
    Ok(is_news.then_some(upserted))
}

/// The job that it begins: for a service, and by matching always.
fn job(
    state: &State<'_>,
    (ids, contact, conversation): (&RequestIds, &ContactId, &ConversationId),
    draft: &RequestDraft,
) -> Result<Option<TicketOpened>, Refusal> {
    let service = service(state, draft.service.as_deref())?;
    let customer = line("customer", draft.customer.as_deref())?;
    let request = match draft.request {
        RequestWay::Direct => JobRequest::Direct,
        RequestWay::Matching => JobRequest::Matching,
    };
    state.installation.job_preferences.check(&WantedJob {
        request,
        service: service.as_deref(),
        customer: customer.as_deref(),
    })?;
    if service.is_none() && draft.request == RequestWay::Direct {
        return Ok(None);
    }
    let pipeline = pipeline_id(PIPELINE)?;
    let stage = first_stage(state, &pipeline)?;
    if state
        .conversations
        .directory()
        .is_support(&pipeline, state.now)
    {
        return Err(Refusal::conflict(
            "the pipeline `jobs` was made one of support, so no job can begin",
        ));
    }
    let ticket: TicketId = ticket_id(&ids.ticket)?;
    Ok(Some(TicketOpened {
        ticket,
        pipeline,
        stage,
        contact: Some(contact.clone()),
        conversation: Some(conversation.clone()),
        subject: service.clone(),
        channel: Some(CHANNEL.to_owned()),
        priority: None,
        owner: None,
        team: None,
        service,
        close_due_at: None,
        first_response_due_at: None,
        inbox: None,
        schedule: None,
        attributes: attributes_of(customer),
        request: Some(request),
    }))
}

/// What a service that may be asked for is called. Where there is none, nothing may be asked for.
fn service(state: &State<'_>, id: Option<&str>) -> Result<Option<String>, Refusal> {
    let published = state.installation.services.published();
    if published.is_empty() {
        return Err(Refusal::conflict(
            "no service is published, so nothing can be asked for; an admin publishes one in the \
             settings of services",
        ));
    }
    let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let known = published.into_iter().find(|one| one.id.as_str() == id);
    let known = known.ok_or_else(|| Refusal::unknown("service", id))?;
    Ok(Some(known.name.clone()))
}

/// A line without blanks around it; none where nothing is left.
fn line(field: &str, text: Option<&str>) -> Result<Option<String>, Invalid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    short(field, text.unwrap_or_default(), MAX_LINE)?;
    Ok(text.map(str::to_owned))
}
