//! `/webhooks`: programs elsewhere that are told what happens.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{off, wait_for_own_write};
use crate::app::{App, NewWebhook, WebhookDraft, WebhookView, WriteResult};
use crate::command::Caller;
use crate::model::webhooks::webhook_events;
use crate::model::whole_number;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The webhooks.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookList {
    /// By name.
    items: Vec<WebhookView>,
    /// The types of events that can be told.
    events: Vec<&'static str>,
}

/// What is told once more.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookReplay {
    /// The record of something that was given up; left out: all.
    #[schema(minimum = 0)]
    #[serde(default, deserialize_with = "whole_number")]
    record: Option<u64>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, save_webhook))
        .routes(routes!(get_webhook))
        .routes(routes!(pause_webhook))
        .routes(routes!(resume_webhook))
        .routes(routes!(renew_webhook))
        .routes(routes!(test_webhook))
        .routes(routes!(replay_webhook))
        .routes(routes!(remove_webhook))
}

/// Lists the webhooks, how each does, and the types of events that can be told.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks",
    responses((status = 200, description = "The webhooks, by name", body = WebhookList)))]
pub(super) async fn list_webhooks(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<WebhookList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let items = off(move || Ok(app.webhooks()?)).await?;
    Ok(Json(WebhookList {
        items,
        events: webhook_events().collect(),
    }))
}

/// Adds a webhook, or changes one.
///
/// What the messages of a new one are signed with is told this once. It and the address are kept in a
/// file that only its owner may read, neither in the journal nor in exports and backups.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookDraft,
    responses((status = 200, description = "It is kept, and told what happens from now on", body = NewWebhook),
        (status = 400, description = "A field cannot be used", body = Problem),
        (status = 404, description = "There is no such webhook", body = Problem),
        (status = 409, description = "It is of another kind, or there are too many", body = Problem)))]
pub(super) async fn save_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<WebhookDraft>,
) -> Result<Json<NewWebhook>, Problem> {
    off(move || Ok(Json(app.save_webhook(&caller, draft)?))).await
}

/// A webhook with its last attempts and what was given up.
#[utoipa::path(get, path = "/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "The webhook", body = WebhookView),
        (status = 404, description = "There is no such webhook", body = Problem)))]
pub(super) async fn get_webhook(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(Json(app.webhook(&webhook)?))).await
}

/// Has a webhook told nothing before it is resumed.
#[utoipa::path(post, path = "/webhooks/{webhook}/pause", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "It is paused", body = WebhookView),
        (status = 404, description = "There is no such webhook", body = Problem),
        (status = 409, description = "It is paused already", body = Problem)))]
pub(super) async fn pause_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookView>, Problem> {
    off(move || Ok(Json(app.pause_webhook(&caller, &webhook, true)?))).await
}

/// Has a webhook told again, from where it stood: nothing is lost.
#[utoipa::path(post, path = "/webhooks/{webhook}/resume", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "It goes on, and what failed is tried at once", body = WebhookView),
        (status = 404, description = "There is no such webhook", body = Problem)))]
pub(super) async fn resume_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookView>, Problem> {
    off(move || Ok(Json(app.pause_webhook(&caller, &webhook, false)?))).await
}

/// Gives a webhook another secret, told this once; the one before signs beside it for another day.
#[utoipa::path(post, path = "/webhooks/{webhook}/secret", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "It has another secret", body = NewWebhook),
        (status = 400, description = "It signs with nothing", body = Problem),
        (status = 404, description = "There is no such webhook", body = Problem)))]
pub(super) async fn renew_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(webhook): Path<String>,
) -> Result<Json<NewWebhook>, Problem> {
    off(move || Ok(Json(app.renew_webhook(&caller, &webhook)?))).await
}

/// Tells a webhook that it is tried. What became of that is among its attempts, by this position.
#[utoipa::path(post, path = "/webhooks/{webhook}/test", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "It is journalled, and goes out", body = WriteResult),
        (status = 404, description = "There is no such webhook", body = Problem),
        (status = 409, description = "It is paused", body = Problem)))]
pub(super) async fn test_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(webhook): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    off(move || Ok(Json(app.test_webhook(&caller, &webhook)?))).await
}

/// Tells once more what was given up: one of it, or all.
#[utoipa::path(post, path = "/webhooks/{webhook}/replay", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    request_body(content = Option<WebhookReplay>),
    responses((status = 200, description = "It waits to be told once more", body = WebhookView),
        (status = 400, description = "A field cannot be used", body = Problem),
        (status = 404, description = "There is no such webhook, or that was not given up", body = Problem)))]
pub(super) async fn replay_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(webhook): Path<String>,
    JsonBody(replay): JsonBody<Option<WebhookReplay>>,
) -> Result<Json<WebhookView>, Problem> {
    off(move || {
        Ok(Json(app.replay_webhook(
            &caller,
            &webhook,
            replay.unwrap_or_default().record,
        )?))
    })
    .await
}

/// Takes a webhook away, with its address and secret.
#[utoipa::path(post, path = "/webhooks/{webhook}/remove", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, description = "It is no more", body = WriteResult),
        (status = 404, description = "There is no such webhook", body = Problem)))]
pub(super) async fn remove_webhook(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(webhook): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    off(move || Ok(Json(app.remove_webhook(&caller, &webhook)?))).await
}
