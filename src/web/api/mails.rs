//! `/mails`: how mails go out, and what became of the last ones.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{off, wait_for_own_write};
use crate::app::{App, MailsView, WriteResult};
use crate::command::Caller;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// At whom it is tried whether mails arrive.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MailTest {
    /// A user; left out: whoever asks.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    user: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_mails))
        .routes(routes!(test_mail))
}

/// How mails go out, those that wait, and what became of the last 200.
#[utoipa::path(get, path = "/mails", tag = "mail",
    responses((status = 200, description = "The mails", body = MailsView)))]
pub(super) async fn get_mails(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<MailsView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(app.mails()))
}

/// Sends a mail to a user, which says no more than that it arrived.
#[utoipa::path(post, path = "/mails/test", tag = "mail", request_body = MailTest,
    responses((status = 200, description = "It is journalled, and goes out", body = WriteResult),
        (status = 400, description = "No user is named, and whoever asks is none", body = Problem),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "No mail can go out, or the user is suspended", body = Problem)))]
pub(super) async fn test_mail(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(test): JsonBody<MailTest>,
) -> Result<Json<WriteResult>, Problem> {
    off(move || Ok(Json(app.test_mail(&caller, test.user)?))).await
}
