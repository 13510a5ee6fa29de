//! What contacts ask for by a form, and what the form offers.

use std::sync::Arc;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::start::fresh;
use super::visitor::named_for;
use super::{App, Error, Visitor};
use crate::command::{Caller, Command, Evidence, RequestCommand, RequestDraft, RequestIds};
use crate::model::Service;
use crate::model::event::JobRequest;

/// What ids begin with that forms give.
const PREFIX: &str = "w-";
/// What conversations begin with that forms begin.
const CONVERSATION: &str = "form";
/// What jobs begin with that forms begin.
const JOB: &str = "job";

/// What a request began.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestReceipt {
    /// The conversation.
    pub conversation: String,
    /// Whoever asks.
    pub contact: String,
    /// The job, where it began one.
    pub ticket: Option<String>,
    /// The position of the log that holds it; send it as `Svar-Min-Position` to read your own write.
    pub log_position: u64,
}

/// What a form of a visitor says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorsRequest {
    /// What the form calls it; sent again, it is not taken in again.
    pub id: String,
    /// What it says.
    pub draft: RequestDraft,
    /// What its files are called since they were sent up.
    pub files: Vec<String>,
}

/// What may be asked for now.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestOffer {
    /// The services, by name.
    pub services: Vec<Service>,
    /// The kinds of customers that are worked for; none: all.
    pub customers: Vec<String>,
}

/// Why nothing may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestClosed {
    /// No service is published.
    NoService,
    /// No work is taken now: in the admin's words, where there are any.
    NotAvailable(Option<String>),
}

impl App {
    /// What may be asked for by a form, or why nothing may.
    pub fn request_offer(&self) -> Result<RequestOffer, RequestClosed> {
        let installation = Arc::clone(&self.snapshot().installation);
        let preferences = &installation.job_preferences;
        if preferences.closed(JobRequest::Direct).is_some() {
            let words = preferences.closed_text.clone();
            return Err(RequestClosed::NotAvailable(words));
        }
        let is_taken = |service: &Service| {
            let mut taken = preferences.services.iter();
            preferences.services.is_empty()
                || taken.any(|one| one.to_lowercase() == service.name.to_lowercase())
        };
        let services = installation.services.published().into_iter();
        let services: Vec<Service> = services.filter(|one| is_taken(one)).cloned().collect();
        if services.is_empty() {
            return Err(RequestClosed::NoService);
        }
        Ok(RequestOffer {
            services,
            customers: preferences.customers.clone(),
        })
    }

    /// Takes in what somebody new asks for, whose words a program carries.
    pub async fn take_request(
        self: &Arc<Self>,
        caller: Caller,
        draft: RequestDraft,
    ) -> Result<RequestReceipt, Error> {
        let ids = RequestIds {
            contact: fresh("p"),
            conversation: fresh(CONVERSATION),
            message: fresh("m"),
            ticket: fresh(JOB),
        };
        self.request(caller, ids, (draft, Vec::new())).await
    }

    /// Takes in what a visitor asks for.
    pub async fn take_visitors_request(
        self: &Arc<Self>,
        visitor: &Visitor,
        request: VisitorsRequest,
    ) -> Result<RequestReceipt, Error> {
        let VisitorsRequest { id, draft, files } = request;
        let files = self.visitors_attachments(&visitor.contact, &files)?;
        let ids = RequestIds {
            contact: visitor.contact.clone(),
            conversation: format!("{}{id}", named_for(CONVERSATION, &visitor.contact)),
            message: format!("{PREFIX}{id}"),
            ticket: format!("{}{id}", named_for(JOB, &visitor.contact)),
        };
        let caller = Caller::visitor(visitor.contact.clone());
        self.request(caller, ids, (draft, files)).await
    }

    async fn request(
        self: &Arc<Self>,
        caller: Caller,
        ids: RequestIds,
        (draft, files): (RequestDraft, Vec<crate::model::event::Attachment>),
    ) -> Result<RequestReceipt, Error> {
        let has_job =
            draft.service.is_some() || draft.request == crate::command::RequestWay::Matching;
        let command = Command::Request(Box::new(RequestCommand {
            ids: ids.clone(),
            draft,
            files,
        }));
        let decision = self.decision(&caller, command, Evidence::None);
        let receipt = self.handle.decide_async(decision).await??;
        self.wait_for_async(receipt.log_position).await;
        Ok(RequestReceipt {
            conversation: ids.conversation,
            contact: ids.contact,
            ticket: has_job.then_some(ids.ticket),
            log_position: receipt.log_position,
        })
    }
}
