//! `/teams`: what teams there are, and who is in them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, TeamView, WriteResult};
use crate::command::{Caller, Command, TeamCommand, TeamDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All teams.
#[derive(Serialize, ToSchema)]
pub(super) struct TeamList {
    /// By name.
    items: Vec<TeamView>,
}

/// Whether a team is offered no more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Archiving {
    /// `false` takes it back.
    on: bool,
}

/// Into which team a rep goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Membership {
    /// Which; `null`: into none.
    #[schema(min_length = 1, max_length = 128)]
    team: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_teams, save_team))
        .routes(routes!(archive_team))
        .routes(routes!(put_rep_into_team))
}

/// Lists the teams with the reps who are in them, those among them that are archived.
#[utoipa::path(get, path = "/teams", tag = "reps",
    responses((status = 200, description = "The teams, by name", body = TeamList)))]
pub(super) async fn list_teams(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<TeamList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(TeamList { items: app.teams() }))
}

/// Begins a team, or gives one another name.
#[utoipa::path(post, path = "/teams", tag = "reps", request_body = TeamDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 409, description = "Another one is called so", body = Problem)))]
pub(super) async fn save_team(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<TeamDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_team(caller, draft).await?))
}

/// Offers a team no more, or again. What it did keeps its name.
#[utoipa::path(post, path = "/teams/{team}/archive", tag = "reps", request_body = Archiving,
    params(("team" = String, Path, description = "The team")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such team", body = Problem),
        (status = 409, description = "It is so already, or reps are in it, or a routing rule gives it conversations", body = Problem)))]
pub(super) async fn archive_team(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(team): Path<String>,
    JsonBody(Archiving { on }): JsonBody<Archiving>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Team(TeamCommand::Archive { team, on });
    Ok(Json(app.write(caller, command).await?))
}

/// Puts a rep into a team, and so out of the one before. What they did until now stays the other team's.
#[utoipa::path(post, path = "/reps/{id}/team", tag = "reps", request_body = Membership,
    params(("id" = String, Path, description = "The rep")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such rep or team", body = Problem),
        (status = 409, description = "They are there already, or the team is archived", body = Problem)))]
pub(super) async fn put_rep_into_team(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(rep): Path<String>,
    JsonBody(Membership { team }): JsonBody<Membership>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Team(TeamCommand::Put { rep, team });
    Ok(Json(app.write(caller, command).await?))
}
