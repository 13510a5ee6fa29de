//! `/widget`: where the chat widget may be shown.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, WidgetDraft};
use crate::model::file::FileKind;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Settings of the chat widget.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetView {
    /// The sites whose pages may show it.
    sites: Vec<String>,
    /// Which files visitors may send.
    file_kinds: Vec<FileKind>,
}

/// The secret that the host signs its users with.
#[derive(Serialize, ToSchema)]
pub(super) struct HostSecret {
    /// The key of HS256.
    secret: String,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_widget, set_widget))
        .routes(routes!(get_host_secret))
}

/// Where the chat widget may be shown.
#[utoipa::path(get, path = "/widget", tag = "customer agent",
    responses((status = 200, description = "The settings", body = WidgetView)))]
pub(super) async fn get_widget(State(app): State<Arc<App>>) -> Json<WidgetView> {
    let widget = Arc::clone(&app.snapshot().installation.widget);
    Json(WidgetView {
        sites: widget.sites.clone(),
        file_kinds: widget.file_kinds.clone(),
    })
}

/// Changes where the chat widget may be shown, or has the host sign with another secret.
#[utoipa::path(post, path = "/widget", tag = "customer agent", request_body = WidgetDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed, or a site is none", body = Problem)))]
pub(super) async fn set_widget(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<WidgetDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.write(caller, Command::Widget(draft)).await?))
}

/// The secret that the host signs its users with (JWT, HS256), for its server only.
#[utoipa::path(get, path = "/widget/secret", tag = "customer agent",
    responses((status = 200, description = "The secret", body = HostSecret)))]
pub(super) async fn get_host_secret(
    State(app): State<Arc<App>>,
) -> Result<Json<HostSecret>, Problem> {
    let secret = app.host_secret()?;
    Ok(Json(HostSecret { secret }))
}
