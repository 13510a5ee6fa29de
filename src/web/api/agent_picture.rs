//! `/customer-agent/picture`: the customer agent's picture, sent up and taken away. The widget and the
//! desk read it from `/widget/picture`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::FileBytes;
use crate::app::{App, WriteResult};
use crate::command::{AgentPictureCommand, Caller, Command};
use crate::web::Problem;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(set_agent_picture, remove_agent_picture))
}

/// Gives the customer agent a picture: PNG, JPEG or WebP by its bytes, of at most 131,072.
#[utoipa::path(put, path = "/customer-agent/picture", tag = "customer agent",
    request_body(content = FileBytes, content_type = "application/octet-stream"),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "It is no such picture, or too large", body = Problem)))]
pub(super) async fn set_agent_picture(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    bytes: Bytes,
) -> Result<Json<WriteResult>, Problem> {
    let command = AgentPictureCommand {
        bytes: Some(bytes.to_vec()),
    };
    Ok(Json(
        app.write(caller, Command::AgentPicture(command)).await?,
    ))
}

/// Takes the customer agent's picture away.
#[utoipa::path(delete, path = "/customer-agent/picture", tag = "customer agent",
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 409, description = "It has none", body = Problem)))]
pub(super) async fn remove_agent_picture(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::AgentPicture(AgentPictureCommand::default());
    Ok(Json(app.write(caller, command).await?))
}
