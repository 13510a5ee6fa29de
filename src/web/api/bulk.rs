//! `POST /conversations/bulk`: the same for many conversations, and back.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use crate::app::{App, BulkDeed, BulkResult};
use crate::command::Caller;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// What is done to many conversations.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkRequest {
    /// The deeds, together at most 200 conversations.
    #[schema(min_items = 1)]
    deeds: Vec<BulkDeed>,
    /// The rep who does it; left out: the caller.
    #[schema(value_type = Option<IdText>)]
    #[serde(default)]
    rep: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(do_in_bulk))
}

/// Does something to many conversations, each on its own; says what became of each, and what
/// takes back what was really changed.
#[utoipa::path(post, path = "/conversations/bulk", tag = "conversations", request_body = BulkRequest,
    responses((status = 200, description = "An answer for each conversation; `undo` can be sent as `deeds`", body = BulkResult)))]
pub(super) async fn do_in_bulk(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(BulkRequest { deeds, rep }): JsonBody<BulkRequest>,
) -> Result<Json<BulkResult>, Problem> {
    let done = app.do_in_bulk(&caller, rep.as_deref(), deeds).await?;
    Ok(Json(done))
}
