//! `/tags`: the tags that all share.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{off, wait_for_own_write};
use crate::app::{App, TagView, WriteResult};
use crate::command::{Caller, Command, TagCommand};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All tags.
#[derive(Serialize, ToSchema)]
pub(super) struct TagList {
    /// By name.
    items: Vec<TagView>,
}

/// A tag by name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedTag {
    /// Its name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    tag: String,
}

/// Another name for a tag.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TagNames {
    /// The name that it has.
    #[schema(min_length = 1)]
    tag: String,
    /// The name that it gets.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    to: String,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_tags, create_tag))
        .routes(routes!(rename_tag))
        .routes(routes!(delete_tag))
}

/// Lists all tags with the number of conversations that each is on.
#[utoipa::path(get, path = "/tags", tag = "tags",
    responses((status = 200, description = "The tags, by name", body = TagList)))]
pub(super) async fn list_tags(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<TagList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || {
        let items = app.tags_at(&app.present_to(&caller.sight));
        Ok(Json(TagList { items }))
    })
    .await
}

/// Adds a tag; one that is put on a conversation is added by that.
#[utoipa::path(post, path = "/tags", tag = "tags", request_body = NamedTag,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 409, description = "There is a tag of this name", body = Problem)))]
pub(super) async fn create_tag(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(NamedTag { tag }): JsonBody<NamedTag>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, TagCommand::Create { tag }).await
}

/// Gives a tag another name, everywhere.
#[utoipa::path(post, path = "/tags/rename", tag = "tags", request_body = TagNames,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such tag", body = Problem),
        (status = 409, description = "There is a tag of that name already", body = Problem)))]
pub(super) async fn rename_tag(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(TagNames { tag, to }): JsonBody<TagNames>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, TagCommand::Rename { tag, to }).await
}

/// Takes a tag off everything; this cannot be taken back.
#[utoipa::path(post, path = "/tags/delete", tag = "tags", request_body = NamedTag,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such tag", body = Problem)))]
pub(super) async fn delete_tag(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(NamedTag { tag }): JsonBody<NamedTag>,
) -> Result<Json<WriteResult>, Problem> {
    give(&app, caller, TagCommand::Delete { tag }).await
}

async fn give(
    app: &Arc<App>,
    caller: Caller,
    command: TagCommand,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.write(caller, Command::Tag(command)).await?))
}
