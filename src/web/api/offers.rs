//! `/conversations/{id}/proposals`: proposals made in a conversation that has no job yet.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::desk::{ByRep, act};
use crate::app::{App, WriteResult};
use crate::command::{Caller, ConversationAction, NewJob, Offer, Price, ProposalStep};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// A proposal that goes out in a conversation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOffer {
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
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// That the contact says yes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferAcceptance {
    /// Whether the company that the work is for is yet to be created: then no job is opened.
    #[serde(default)]
    new_company: bool,
    /// In which pipeline the job is opened; left out: `jobs`.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pipeline: Option<String>,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(send_offer))
        .routes(routes!(accept_offer))
        .routes(routes!(decline_offer))
        .routes(routes!(withdraw_offer))
}

/// Sends a proposal in a conversation that has no job.
#[utoipa::path(post, path = "/conversations/{id}/proposals", tag = "conversations", request_body = NewOffer,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled; `id` names the proposal", body = WriteResult),
        (status = 404, description = "No such conversation or rep", body = Problem),
        (status = 409, description = "The conversation has a job that goes on", body = Problem)))]
pub(super) async fn send_offer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewOffer>,
) -> Result<Json<WriteResult>, Problem> {
    let proposal = new.proposal.unwrap_or_else(|| App::fresh_id("o"));
    let action = ConversationAction::Propose(Offer {
        proposal: proposal.clone(),
        step: ProposalStep::Send {
            price: new.price,
            text: new.text,
        },
        job: None,
    });
    let Json(written) = act(&app, caller, id, new.rep, action).await?;
    Ok(Json(WriteResult {
        id: Some(proposal),
        ..written
    }))
}

/// Notes that the contact says yes, which opens a job where none goes on, unless the company is
/// yet to be created.
#[utoipa::path(post, path = "/conversations/{id}/proposals/{part}/accept", tag = "conversations", request_body = OfferAcceptance,
    params(("id" = String, Path, description = "The conversation"), ("part" = String, Path, description = "The proposal")),
    responses((status = 200, description = "It is journalled; `id` names the job that was opened", body = WriteResult),
        (status = 404, description = "No such conversation, proposal, pipeline or rep", body = Problem),
        (status = 409, description = "It is over already", body = Problem)))]
pub(super) async fn accept_offer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, proposal)): Path<(String, String)>,
    JsonBody(accepted): JsonBody<OfferAcceptance>,
) -> Result<Json<WriteResult>, Problem> {
    let ticket = App::fresh_id("j");
    let job = NewJob {
        ticket: ticket.clone(),
        pipeline: accepted.pipeline.unwrap_or_else(|| "jobs".to_owned()),
    };
    let action = ConversationAction::Propose(Offer {
        proposal,
        step: ProposalStep::Accept,
        job: (!accepted.new_company).then_some(job),
    });
    let sight = caller.sight.clone();
    let Json(written) = act(&app, caller, id, accepted.rep, action).await?;
    let opened = app.ticket_at(&app.present_to(&sight), &ticket);
    let is_opened = opened.is_ok();
    Ok(Json(WriteResult {
        id: is_opened.then_some(ticket),
        ..written
    }))
}

/// Notes that the contact says no.
#[utoipa::path(post, path = "/conversations/{id}/proposals/{part}/decline", tag = "conversations", request_body = ByRep,
    params(("id" = String, Path, description = "The conversation"), ("part" = String, Path, description = "The proposal")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation, proposal or rep", body = Problem),
        (status = 409, description = "It is over already", body = Problem)))]
pub(super) async fn decline_offer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, proposal)): Path<(String, String)>,
    JsonBody(ByRep { rep }): JsonBody<ByRep>,
) -> Result<Json<WriteResult>, Problem> {
    act(
        &app,
        caller,
        id,
        rep,
        plain(proposal, ProposalStep::Decline),
    )
    .await
}

/// Takes a proposal back.
#[utoipa::path(post, path = "/conversations/{id}/proposals/{part}/withdraw", tag = "conversations", request_body = ByRep,
    params(("id" = String, Path, description = "The conversation"), ("part" = String, Path, description = "The proposal")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation, proposal or rep", body = Problem),
        (status = 409, description = "It is over already", body = Problem)))]
pub(super) async fn withdraw_offer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, proposal)): Path<(String, String)>,
    JsonBody(ByRep { rep }): JsonBody<ByRep>,
) -> Result<Json<WriteResult>, Problem> {
    act(
        &app,
        caller,
        id,
        rep,
        plain(proposal, ProposalStep::Withdraw),
    )
    .await
}

fn plain(proposal: String, step: ProposalStep) -> ConversationAction {
    ConversationAction::Propose(Offer {
        proposal,
        step,
        job: None,
    })
}
