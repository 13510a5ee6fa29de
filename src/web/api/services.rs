//! `/services`: what contacts may ask for, and `/requests`: that one of them does.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, RequestReceipt, WriteResult};
use crate::command::{Caller, Command, RequestDraft, ServiceCommand, ServiceDraft};
use crate::model::event::StartingPrice;
use crate::model::{Service, Timestamp};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All services.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceList {
    /// By name.
    items: Vec<ServiceView>,
}

/// A service.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceView {
    /// Which.
    id: String,
    /// What it is called.
    name: String,
    /// What it is.
    description: Option<String>,
    /// What it costs at least.
    price_from: Option<StartingPrice>,
    /// Whether contacts may ask for it.
    published: bool,
    /// When it was written.
    #[schema(value_type = String)]
    changed_at: Timestamp,
}

impl From<&Service> for ServiceView {
    fn from(service: &Service) -> Self {
        Self {
            id: service.id.to_string(),
            name: service.name.clone(),
            description: service.description.clone(),
            price_from: service.price_from.clone(),
            published: service.published,
            changed_at: service.changed_at,
        }
    }
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_services, save_service))
        .routes(routes!(remove_service))
        .routes(routes!(post_request))
}

/// Lists the services, those among them that contacts may not ask for.
#[utoipa::path(get, path = "/services", tag = "tickets",
    responses((status = 200, description = "The services, by name", body = ServiceList)))]
pub(super) async fn list_services(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<ServiceList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let snapshot = app.snapshot();
    let all = snapshot.installation.services.all().into_iter();
    Ok(Json(ServiceList {
        items: all.map(ServiceView::from).collect(),
    }))
}

/// Writes a service, or changes one.
#[utoipa::path(post, path = "/services", tag = "tickets", request_body = ServiceDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 409, description = "Another one is called so", body = Problem)))]
pub(super) async fn save_service(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<ServiceDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_service(caller, draft).await?))
}

/// Takes a service off the list; jobs that name it keep its name.
#[utoipa::path(post, path = "/services/{id}/remove", tag = "tickets",
    params(("id" = String, Path, description = "The service")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such service", body = Problem)))]
pub(super) async fn remove_service(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(service): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Service(ServiceCommand::Remove { service });
    Ok(Json(app.write(caller, command).await?))
}

/// Takes in what somebody new asks for by a form of another program, as the form of `/widget/request`
/// does: begins a conversation on the channel `form` and, for a service or by matching, a job.
#[utoipa::path(post, path = "/requests", tag = "tickets", request_body = RequestDraft,
    responses((status = 200, description = "It is journalled", body = RequestReceipt),
        (status = 404, description = "There is no such service", body = Problem),
        (status = 409, description = "No work is taken now (`not_available`), or none of this kind (`not_taken`)", body = Problem)))]
pub(super) async fn post_request(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<RequestDraft>,
) -> Result<Json<RequestReceipt>, Problem> {
    Ok(Json(app.take_request(caller, draft).await?))
}
