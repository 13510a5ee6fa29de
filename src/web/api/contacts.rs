//! `/contacts/{id}/…`: what is done to a contact.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::off;
use crate::app::{App, ErasureView, WriteResult};
use crate::command::{Caller, Command, ContactAction, ContactCommand};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Whom a contact goes into.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactMergeTarget {
    /// Who stays.
    #[schema(value_type = IdText)]
    into: String,
}

/// The confirmation of a block.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactBlock {
    /// The contact's name, typed once more; of one without a name the id.
    #[schema(min_length = 1)]
    name: String,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// Whether a contact is to be erased, or what goes is only to be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactErase {
    /// Only tell what goes.
    #[serde(default)]
    dry_run: bool,
    /// The contact's name, typed once more, unless it is only to be told what goes; of one without
    /// a name the id.
    #[serde(default)]
    name: Option<String>,
}

/// Which user of the host a contact is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HostUser {
    /// What the host calls them.
    #[schema(min_length = 1, max_length = 256, pattern = r"\S")]
    host_id: String,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(merge_contact))
        .routes(routes!(block_contact))
        .routes(routes!(erase_contact))
        .routes(routes!(sign_out_contact))
        .routes(routes!(verify_contact))
}

/// Puts a contact into another one; this cannot be taken back.
#[utoipa::path(post, path = "/contacts/{id}/merge", tag = "contacts", request_body = ContactMergeTarget,
    params(("id" = String, Path, description = "Who goes")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such contact", body = Problem),
        (status = 409, description = "One of them is blocked or was merged, or the host says that they are two", body = Problem)))]
pub(super) async fn merge_contact(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(ContactMergeTarget { into }): JsonBody<ContactMergeTarget>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, (id, None), ContactAction::Merge { into }).await
}

/// Blocks a contact: what is open of theirs ends, and nothing is taken from them any more.
///
/// This cannot be taken back. Reps may do it where the rules of access let them.
#[utoipa::path(post, path = "/contacts/{id}/block", tag = "contacts", request_body = ContactBlock,
    params(("id" = String, Path, description = "Whom")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such contact or rep", body = Problem),
        (status = 409, description = "They are blocked or were merged, or the caller does not see everything", body = Problem)))]
pub(super) async fn block_contact(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(ContactBlock { name, rep }): JsonBody<ContactBlock>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, (id, rep), ContactAction::Block { name }).await
}

/// Erases a contact: their name, addresses and words, and those who were merged into them. Numbers stay.
///
/// It is journalled at once; the server then starts over by itself, within moments, and does it.
/// This cannot be taken back, and nothing is taken of them any more.
#[utoipa::path(post, path = "/contacts/{id}/erase", tag = "contacts", request_body = ContactErase,
    params(("id" = String, Path, description = "Whom")),
    responses((status = 200, description = "What goes; with `log_position` it is journalled", body = ErasureView),
        (status = 404, description = "No such contact", body = Problem),
        (status = 409, description = "They are erased or were merged", body = Problem)))]
pub(super) async fn erase_contact(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(ContactErase { dry_run, name }): JsonBody<ContactErase>,
) -> Result<Json<ErasureView>, Problem> {
    off(move || {
        if dry_run {
            return Ok(Json(app.erasure_of(&id)?));
        }
        let name = name.unwrap_or_default();
        Ok(Json(app.erase_contact(&caller, &id, &name)?))
    })
    .await
}

/// Signs a visitor out of the chat widget in every browser: what was given out before holds no more.
///
/// Who comes back is somebody new, unless the host still says who they are.
#[utoipa::path(post, path = "/contacts/{id}/sign-out", tag = "contacts",
    params(("id" = String, Path, description = "Who")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such contact", body = Problem),
        (status = 409, description = "They were merged", body = Problem)))]
pub(super) async fn sign_out_contact(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, (id, None), ContactAction::SignOut).await
}

/// Says which user of the program that Svar stands beside a contact is.
///
/// Two contacts who are different users are never merged.
#[utoipa::path(post, path = "/contacts/{id}/verify", tag = "contacts", request_body = HostUser,
    params(("id" = String, Path, description = "Who")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such contact", body = Problem),
        (status = 409, description = "They are another user, or another contact is that one", body = Problem)))]
pub(super) async fn verify_contact(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(HostUser { host_id }): JsonBody<HostUser>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, (id, None), ContactAction::Verify { host_id }).await
}

async fn give(
    app: &Arc<App>,
    caller: Caller,
    (contact, rep): (String, Option<String>),
    action: ContactAction,
) -> Result<Json<WriteResult>, Problem> {
    let command = ContactCommand {
        contact,
        rep,
        action,
    };
    Ok(Json(app.write(caller, Command::Contact(command)).await?))
}
