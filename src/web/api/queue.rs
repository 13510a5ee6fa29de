//! `/queue`: how waiting conversations find their reps by themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, QueueCommand, QueueDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// How the queue works.
#[derive(Serialize, ToSchema)]
pub(super) struct QueueView {
    /// Whether the conversation that waits longest is given to a rep who comes free.
    hand_out: bool,
    /// How many open conversations a rep has at most.
    capacity: u32,
    /// The same for some reps.
    of_reps: BTreeMap<String, u32>,
    /// After how long what an offline rep has goes back, in seconds; null: never.
    return_after_secs: Option<u32>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_queue, set_queue))
}

/// How the queue works.
#[utoipa::path(get, path = "/queue", tag = "conversations",
    responses((status = 200, description = "The rules", body = QueueView)))]
pub(super) async fn get_queue(State(app): State<Arc<App>>) -> Json<QueueView> {
    let rules = app.queue_rules();
    Json(QueueView {
        hand_out: rules.hand_out,
        capacity: rules.capacity,
        of_reps: rules
            .of_reps
            .into_iter()
            .map(|(rep, capacity)| (rep.to_string(), capacity))
            .collect(),
        return_after_secs: rules.return_after_secs,
    })
}

/// Changes how the queue works; what is left out stays.
#[utoipa::path(post, path = "/queue", tag = "conversations", request_body = QueueDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed, or a value cannot be used", body = Problem),
        (status = 404, description = "Nobody of that name", body = Problem)))]
pub(super) async fn set_queue(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<QueueDraft>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Queue(QueueCommand::Set(draft));
    Ok(Json(app.write(caller, command).await?))
}
