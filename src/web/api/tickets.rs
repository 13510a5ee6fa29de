//! `/tickets`: what is done to tickets and jobs.
//!
//! A version that was seen is named by `If-Match`; another one is refused with the ticket as it is
//! now.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::desk::ByRep;
use crate::app::{App, Error, WriteResult};
use crate::command::{
    Caller, Command, InvoiceStep, Price, ProposalStep, Refusal, Side, Sight, TicketAction,
    TicketCommand, TicketDraft,
};
use crate::model::required_number;
use crate::web::Problem;
use crate::web::json::JsonBody;

macro_rules! bodies {
    ($($(#[$doc:meta])* $name:ident {$($(#[$field_doc:meta])* $field:ident: $type:ty,)*})*) => {$(
        $(#[$doc])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $($(#[$field_doc])* $field: $type,)*
            /// The rep who does it; left out: the caller.
            #[schema(value_type = Option<IdText>)]
            #[serde(default)]
            rep: Option<String>,
        }
    )*};
}

// One macro, because each names the rep who does it besides.
bodies! {
    /// What changes of a ticket.
    TicketChange {
        /// What it is about.
        #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
        #[serde(default)]
        subject: Option<String>,
        /// How urgent.
        #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
        #[serde(default)]
        priority: Option<String>,
        /// For which service.
        #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
        #[serde(default)]
        service: Option<String>,
    }
    /// To which stage a ticket moves.
    StageChange {
        /// A stage of its pipeline; of a job: `inactive`.
        #[schema(min_length = 1, pattern = r"\S")]
        stage: String,
    }
    /// Whose a ticket becomes.
    TicketReps {
        /// The reps, the first its owner; none: nobody's.
        #[schema(max_items = 20)]
        reps: Vec<String>,
    }
    /// That a job is turned down.
    JobDecline {
        /// Whose no it is: `rep` (ours) or `contact`.
        #[serde(default)]
        by: Side,
        /// Why.
        #[schema(max_length = 1000)]
        #[serde(default)]
        reason: Option<String>,
    }
    /// That a job is done.
    JobCompletion {
        /// Whose word it is: `rep` (ours) or `contact`, which is the confirmation.
        #[serde(default)]
        by: Side,
    }
    /// A proposal that goes out.
    NewProposal {
        /// What it is called; left out: a fresh id.
        #[schema(value_type = Option<IdText>)]
        #[serde(default)]
        proposal: Option<String>,
        /// How much it asks for.
        #[serde(default)]
        price: Price,
        /// Its words.
        #[schema(max_length = 10000)]
        #[serde(default)]
        text: Option<String>,
    }
    /// An invoice that goes out.
    NewInvoice {
        /// What it is called; left out: a fresh id.
        #[schema(value_type = Option<IdText>)]
        #[serde(default)]
        invoice: Option<String>,
        /// How much it asks for.
        #[serde(default)]
        price: Price,
    }
    /// What the contact says of a job.
    NewReview {
        /// 1 to 5.
        #[schema(minimum = 1, maximum = 5)]
        #[serde(deserialize_with = "required_number")]
        communication: u8,
        /// 1 to 5.
        #[schema(minimum = 1, maximum = 5)]
        #[serde(deserialize_with = "required_number")]
        quality: u8,
        /// Their words.
        #[schema(max_length = 1000)]
        #[serde(default)]
        text: Option<String>,
    }
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(open_ticket))
        .routes(routes!(update_ticket))
        .routes(routes!(stage_ticket))
        .routes(routes!(assign_ticket))
        .routes(routes!(take_ticket))
        .routes(routes!(view_ticket))
        .routes(routes!(decline_ticket))
        .routes(routes!(complete_ticket))
        .routes(routes!(review_ticket))
        .routes(routes!(send_proposal))
        .routes(routes!(accept_proposal))
        .routes(routes!(decline_proposal))
        .routes(routes!(withdraw_proposal))
        .routes(routes!(send_invoice))
        .routes(routes!(pay_invoice))
        .routes(routes!(void_invoice))
}

/// Opens a ticket or job.
#[utoipa::path(post, path = "/tickets", tag = "tickets", request_body = TicketDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "No such pipeline, conversation, rep or team", body = Problem)))]
pub(super) async fn open_ticket(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<TicketDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.open_ticket(caller, draft).await?))
}

macro_rules! actions {
    ($($(#[$doc:meta])* $handler:ident, $route:literal, $body:ty, |$input:ident| $action:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $route, tag = "tickets", request_body = $body,
            params(("id" = String, Path, description = "The ticket")),
            responses((status = 200, description = "It is journalled; `id` names what is new", body = WriteResult),
                (status = 404, description = "There is no such ticket, or nobody of that name", body = Problem),
                (status = 409, description = "It is so already, somebody else was first, or the job has expired", body = Problem),
                (status = 412, description = "It is not the version that `If-Match` names; `current` is the ticket as it is", body = Problem)))]
        pub(super) async fn $handler(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            Path(id): Path<String>,
            headers: HeaderMap,
            JsonBody(mut $input): JsonBody<$body>,
        ) -> Response {
            let rep = $input.rep.take();
            let (action, new) = $action;
            act(&app, caller, TicketCommand { ticket: id, rep, seen: seen(&headers), action }, new).await
        }
    )*};
}

// One macro, because these routes differ in nothing but their action.
actions! {
    /// Changes what a ticket is about.
    update_ticket, "/tickets/{id}/update", TicketChange, |body| (TicketAction::Update {
        subject: body.subject, priority: body.priority, service: body.service }, None);
    /// Moves a ticket to a stage.
    stage_ticket, "/tickets/{id}/stage", StageChange,
        |body| (TicketAction::Stage(body.stage), None);
    /// Gives a ticket to reps.
    assign_ticket, "/tickets/{id}/assign", TicketReps,
        |body| (TicketAction::Assign(body.reps), None);
    /// Takes a ticket that nobody has: of two who do it at once one gets it.
    take_ticket, "/tickets/{id}/take", ByRep, |body| (TicketAction::Take, None);
    /// Notes that a rep has opened a ticket.
    view_ticket, "/tickets/{id}/view", ByRep, |body| (TicketAction::View, None);
    /// Turns a job down.
    decline_ticket, "/tickets/{id}/decline", JobDecline,
        |body| (TicketAction::Decline { by: body.by, reason: body.reason }, None);
    /// Says that a job is done.
    complete_ticket, "/tickets/{id}/complete", JobCompletion,
        |body| (TicketAction::Complete { by: body.by }, None);
    /// Notes what the contact says of a job.
    review_ticket, "/tickets/{id}/review", NewReview, |body| (TicketAction::Review {
        communication: body.communication, quality: body.quality, text: body.text }, None);
    /// Sends a proposal.
    send_proposal, "/tickets/{id}/proposals", NewProposal, |body| {
        let proposal = body.proposal.unwrap_or_else(|| App::fresh_id("o"));
        let step = ProposalStep::Send { price: body.price, text: body.text };
        (TicketAction::Propose { proposal: proposal.clone(), step }, Some(proposal))
    };
    /// Sends an invoice.
    send_invoice, "/tickets/{id}/invoices", NewInvoice, |body| {
        let invoice = body.invoice.unwrap_or_else(|| App::fresh_id("i"));
        let step = InvoiceStep::Send(body.price);
        (TicketAction::Bill { invoice: invoice.clone(), step }, Some(invoice))
    };
}

macro_rules! steps {
    ($($(#[$doc:meta])* $handler:ident, $route:literal, |$part:ident| $action:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $route, tag = "tickets", request_body = ByRep,
            params(("id" = String, Path, description = "The ticket"), ("part" = String, Path, description = "The proposal or invoice")),
            responses((status = 200, description = "It is journalled", body = WriteResult),
                (status = 404, description = "There is no such ticket, proposal or invoice", body = Problem),
                (status = 409, description = "It is over already, or the job has expired", body = Problem),
                (status = 412, description = "It is not the version that `If-Match` names; `current` is the ticket as it is", body = Problem)))]
        pub(super) async fn $handler(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            Path((id, $part)): Path<(String, String)>,
            headers: HeaderMap,
            JsonBody(ByRep { rep }): JsonBody<ByRep>,
        ) -> Response {
            let action = $action;
            act(&app, caller, TicketCommand { ticket: id, rep, seen: seen(&headers), action }, None).await
        }
    )*};
}

// One macro, because these routes differ in nothing but their step.
steps! {
    /// Notes that the contact says yes to a proposal.
    accept_proposal, "/tickets/{id}/proposals/{part}/accept",
        |proposal| TicketAction::Propose { proposal, step: ProposalStep::Accept };
    /// Notes that the contact says no to a proposal.
    decline_proposal, "/tickets/{id}/proposals/{part}/decline",
        |proposal| TicketAction::Propose { proposal, step: ProposalStep::Decline };
    /// Takes a proposal back.
    withdraw_proposal, "/tickets/{id}/proposals/{part}/withdraw",
        |proposal| TicketAction::Propose { proposal, step: ProposalStep::Withdraw };
    /// Notes that an invoice is paid.
    pay_invoice, "/tickets/{id}/invoices/{part}/pay",
        |invoice| TicketAction::Bill { invoice, step: InvoiceStep::Pay };
    /// Takes an invoice back.
    void_invoice, "/tickets/{id}/invoices/{part}/void",
        |invoice| TicketAction::Bill { invoice, step: InvoiceStep::Void };
}

/// The version that `If-Match` names, as `ETag` said it; none where any will do.
fn seen(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::IF_MATCH)?;
    let text = text.to_str().unwrap_or_default().trim().trim_matches('"');
    (text != "*").then(|| text.to_owned())
}

async fn act(
    app: &Arc<App>,
    caller: Caller,
    command: TicketCommand,
    new: Option<String>,
) -> Response {
    let (ticket, sight) = (command.ticket.clone(), caller.sight.clone());
    match app.write(caller, Command::Ticket(command)).await {
        Ok(written) => Json(WriteResult {
            id: new.or(written.id),
            ..written
        })
        .into_response(),
        Err(Error::Refused(refusal @ Refusal::Changed { .. })) => {
            changed(app, &sight, &ticket, refusal)
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// That it is another version by now, with the ticket as it is.
fn changed(app: &App, sight: &Sight, ticket: &str, refusal: Refusal) -> Response {
    let problem = Problem::from(Error::Refused(refusal));
    let Ok(current) = app.ticket_standing_at(&app.present_to(sight), ticket) else {
        return problem.into_response();
    };
    let mut told = serde_json::to_value(&problem).unwrap_or_default();
    if let Some(fields) = told.as_object_mut() {
        let now = serde_json::to_value(&current).unwrap_or_default();
        fields.insert("current".to_owned(), now);
    }
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json".to_owned()),
        (header::ETAG, format!("\"{}\"", current.version)),
    ];
    (StatusCode::PRECONDITION_FAILED, headers, told.to_string()).into_response()
}
