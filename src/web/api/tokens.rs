//! `/tokens`: programs that may use the API.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use crate::app::{App, NewToken, TokenDraft, TokenView, WriteResult};
use crate::command::{Caller, Command, TokenCommand};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All tokens.
#[derive(Serialize, ToSchema)]
pub(super) struct TokenList {
    /// By id, the revoked ones too.
    items: Vec<TokenView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
}

/// Lists the tokens, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "people",
    responses((status = 200, description = "The tokens", body = TokenList)))]
pub(super) async fn list_tokens(State(app): State<Arc<App>>) -> Result<Json<TokenList>, Problem> {
    let items = off(move || Ok(app.tokens())).await?;
    Ok(Json(TokenList { items }))
}

/// Makes a token.
#[utoipa::path(post, path = "/tokens", tag = "people", request_body = TokenDraft,
    responses((status = 200, description = "The token with its secret, shown this once", body = NewToken),
        (status = 400, description = "A value cannot be used", body = Problem)))]
pub(super) async fn create_token(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<TokenDraft>,
) -> Result<Json<NewToken>, Problem> {
    off(move || Ok(Json(app.create_token(&caller, &draft)?))).await
}

/// Ends a token.
#[utoipa::path(post, path = "/tokens/{token}/revoke", tag = "people",
    params(("token" = String, Path, description = "Which")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such token that holds", body = Problem)))]
pub(super) async fn revoke_token(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(token): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Token(TokenCommand::Revoke { token });
    Ok(Json(app.write(caller, command).await?))
}
