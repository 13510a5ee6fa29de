//! `/knowledge/model`: the sentence model that texts are compared by.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin::admin;
use super::off;
use crate::app::{App, Error, ModelView};
use crate::command::{Caller, Refusal};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Where a model is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelFolder {
    /// A folder on the server's machine, as a whole path, with `model.onnx` and `vocab.txt`
    /// or `tokenizer.json`.
    #[schema(value_type = String)]
    folder: PathBuf,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_model, put_model, delete_model))
        .routes(routes!(put_model_endpoint))
}

/// By what texts are compared, and how far a change of it is.
#[utoipa::path(get, path = "/knowledge/model", tag = "knowledge",
    responses((status = 200, description = "What is in use, and what comes next", body = ModelView)))]
pub(super) async fn get_model(State(app): State<Arc<App>>) -> Result<Json<ModelView>, Problem> {
    off(move || Ok(app.knowledge().model())).await.map(Json)
}

/// Adds a model; it is used as soon as every text has its vector.
#[utoipa::path(put, path = "/knowledge/model", tag = "knowledge", request_body = ModelFolder,
    responses((status = 200, description = "It is tried, copied and journalled", body = ModelView),
        (status = 400, description = "The folder holds no model that can be used", body = Problem),
        (status = 401, description = "The token is not this run's", body = Problem)))]
pub(super) async fn put_model(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<ModelFolder>,
) -> Result<Json<ModelView>, Problem> {
    admin(&app, &headers)?;
    if !wanted.folder.is_absolute() {
        return Err(Problem::bad_request(
            "folder: a whole path is expected, one that begins with `/`",
        ));
    }
    off(move || Ok(app.add_model(&caller, &wanted.folder)?))
        .await
        .map(Json)
}

/// Has texts compared by the vectors of the endpoint that the settings of the server's machine
/// name; it is used as soon as every text has its vector.
#[utoipa::path(put, path = "/knowledge/model/endpoint", tag = "knowledge",
    responses((status = 200, description = "It is tried and journalled", body = ModelView),
        (status = 400, description = "None is named, or it makes no vectors that can be used", body = Problem)))]
pub(super) async fn put_model_endpoint(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<ModelView>, Problem> {
    off(move || Ok(app.choose_endpoint(&caller)?))
        .await
        .map(Json)
}

/// Goes back to the table that Svar comes with.
#[utoipa::path(delete, path = "/knowledge/model", tag = "knowledge",
    responses((status = 200, description = "It is journalled", body = ModelView),
        (status = 404, description = "There is none to remove", body = Problem)))]
pub(super) async fn delete_model(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<ModelView>, Problem> {
    let removed = move || {
        app.remove_model(&caller).map_err(|error| match error {
            // It is not the request that is at fault.
            Error::Query(fault) | Error::Refused(Refusal::Invalid(fault)) => {
                Problem::not_found(fault.to_string())
            }
            other => other.into(),
        })
    };
    off(removed).await.map(Json)
}
