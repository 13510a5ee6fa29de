//! `/channels`: what comes in from where people write.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query as Parameters, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::FileBytes;
use super::off;
use crate::app::{App, MailReceipt};
use crate::command::Caller;
use crate::web::Problem;

/// Where a mail comes in.
#[derive(Deserialize)]
pub(super) struct Inbound {
    #[serde(default)]
    inbox: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(take_mail))
}

/// Takes a mail in, as it came (RFC 5322).
///
/// It goes into the conversation that it answers, else begins one. Handed in again it is not taken in
/// again. What a machine wrote is kept as written by `automation`. The original stays as a file of its
/// message.
#[utoipa::path(post, path = "/channels/email/inbound", tag = "mail",
    request_body(content = FileBytes, content_type = "message/rfc822",
        description = "The mail; at most as many bytes as a file may have"),
    params(("inbox" = Option<String>, Query, min_length = 1, max_length = 128,
        description = "In which inbox a conversation begins")),
    responses((status = 200, description = "It is journalled, or was before, or its sender is blocked", body = MailReceipt),
        (status = 400, description = "It names nobody whom it is from", body = Problem),
        (status = 409, description = "A user may not put words into a contact's mouth", body = Problem),
        (status = 413, description = "It is too large", body = Problem)))]
pub(super) async fn take_mail(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(Inbound { inbox }): Parameters<Inbound>,
    body: Bytes,
) -> Result<Json<MailReceipt>, Problem> {
    off(move || Ok(Json(app.take_mail(&caller, &body, inbox)?))).await
}
