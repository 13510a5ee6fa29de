//! Long work: where it can be followed, and where its answer is once it is done.
//!
//! One fold answers several questions, so the address at which somebody follows it carries
//! their own question; nothing is kept of it here. Tasks themselves are `app`'s.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query as Parameters, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ROOT, off};
use crate::app::{App, Task, TaskState};
use crate::web::Problem;

/// What must be encoded in a parameter: an address grows by its own `%` and `&` only.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'?')
    .remove(b'=')
    .remove(b':')
    .remove(b',')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_task))
}

/// The question that came to a task.
#[derive(Debug, Deserialize)]
pub(super) struct Origin {
    /// Its path with its parameters.
    question: Option<String>,
}

/// A task, and where its answer is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskView {
    #[serde(flatten)]
    task: Task,
    /// Of one that is done: the path that gives the answer, within a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

/// How far long work is, and where its answer is.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks",
    params(("id" = String, Path, description = "The task, as Location named it"),
        ("question" = Option<String>, Query, description = "What was asked, as Location named it")),
    responses((status = 200, description = "How far it is; of one that is done, `answer` is the path that gives the result within a minute, as asking the same again does; of several profiles it may lead to the task of the next", body = TaskView),
        (status = 404, description = "No such task", body = Problem)))]
pub(super) async fn get_task(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Parameters(origin): Parameters<Origin>,
) -> Result<Json<TaskView>, Problem> {
    let task = off(move || Ok(app.task(&id))).await?;
    let task = task.ok_or_else(|| Problem::not_found("no such task; only the latest are kept"))?;
    let is_done = task.state == TaskState::Done;
    let answer = origin.question.filter(|path| is_done && is_ours(path));
    Ok(Json(TaskView { task, answer }))
}

/// Whether a path is one of this API: whoever follows it sends their token along.
fn is_ours(path: &str) -> bool {
    let below = path.strip_prefix(ROOT);
    below.is_some_and(|below| below.starts_with('/'))
}

/// 202 with the address at which the task can be followed.
pub(super) fn accepted(task: &Task) -> Response {
    let mut response = (StatusCode::ACCEPTED, Json(task)).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("{ROOT}/tasks/{}", task.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// Adds the question to the address at which its task can be followed.
pub(super) async fn name_question(request: Request, next: Next) -> Response {
    let question = format!("{ROOT}{}", request.uri());
    let mut response = next.run(request).await;
    if response.status() != StatusCode::ACCEPTED {
        return response;
    }
    let place = response.headers().get(header::LOCATION);
    let place = place.and_then(|place| place.to_str().ok());
    let tasks = format!("{ROOT}/tasks/");
    if let Some(place) = place.filter(|place| place.starts_with(&tasks)) {
        let question = utf8_percent_encode(&question, ENCODED);
        if let Ok(place) = HeaderValue::from_str(&format!("{place}?question={question}")) {
            response.headers_mut().insert(header::LOCATION, place);
        }
    }
    response
}
