//! `/pipelines`: which stages tickets go through.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, PipelineView, WriteResult};
use crate::command::{Caller, Command, PipelineDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All pipelines.
#[derive(Serialize, ToSchema)]
pub(super) struct PipelineList {
    /// By id.
    items: Vec<PipelineView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_pipelines, set_pipeline))
}

/// Lists the pipelines with their stages, and how many tickets of whom the caller sees stand in each.
#[utoipa::path(get, path = "/pipelines", tag = "tickets",
    responses((status = 200, description = "The pipelines, by id", body = PipelineList)))]
pub(super) async fn list_pipelines(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<PipelineList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let items = app.pipelines(&app.present_to(&caller.sight));
    Ok(Json(PipelineList { items }))
}

/// Says which stages a pipeline has from now on; what was before stays as it was.
///
/// A stage that tickets stand in cannot be taken away. Stages of jobs follow from what happens: they can be
/// named and put in order.
#[utoipa::path(post, path = "/pipelines", tag = "tickets", request_body = PipelineDraft,
    responses((status = 200, description = "It holds from now on", body = WriteResult),
        (status = 400, description = "A field cannot be used", body = Problem),
        (status = 409, description = "Tickets stand in a stage that would be gone", body = Problem)))]
pub(super) async fn set_pipeline(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<PipelineDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.write(caller, Command::Pipeline(draft)).await?))
}
