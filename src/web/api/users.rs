//! `/users`: who may sign in, and as what; `/me`: whoever asks.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::off;
use super::topics::On;
use crate::app::{App, InvitationView, PasswordChange, UserView, WriteResult};
use crate::command::{Caller, Command, HabitsDraft, Identity, Role, UserCommand, UserDraft};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// All users.
#[derive(Serialize, ToSchema)]
pub(super) struct UserList {
    /// By id.
    items: Vec<UserView>,
}

/// The first admin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstAdmin {
    /// The address to sign in with.
    #[schema(max_length = 254, pattern = "^[^@\\s]+@[^@\\s]+$")]
    email: String,
    /// The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The password.
    #[schema(min_length = 10, max_length = 1_000)]
    password: String,
}

/// A password to be set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Password {
    /// The password.
    #[schema(min_length = 10, max_length = 1_000)]
    password: String,
}

/// One's own password, and the one to take its place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnPassword {
    /// The present one.
    present: String,
    /// The new one.
    #[schema(min_length = 10, max_length = 1_000)]
    password: String,
}

/// Whoever asks.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// As the journal calls them.
    actor: String,
    /// What they may do.
    role: Role,
    /// Whether they see the whole desk; if not, all they are told is of a part of it.
    sees_all: bool,
    /// Of a user: who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_users, save_user))
        .routes(routes!(set_up))
        .routes(routes!(invite_user))
        .routes(routes!(suspend_user))
        .routes(routes!(remove_user))
        .routes(routes!(sign_out_user))
        .routes(routes!(set_password))
        .routes(routes!(get_me))
        .routes(routes!(change_password))
        .routes(routes!(change_habits))
        .routes(routes!(sign_out_everywhere))
}

/// Lists the users that are not removed.
#[utoipa::path(get, path = "/users", tag = "people",
    responses((status = 200, description = "The users", body = UserList)))]
pub(super) async fn list_users(State(app): State<Arc<App>>) -> Result<Json<UserList>, Problem> {
    let items = off(move || Ok(app.users()?)).await?;
    Ok(Json(UserList { items }))
}

/// Adds a user, or changes the one that is named. A new one gets in by an invitation.
#[utoipa::path(post, path = "/users", tag = "people", request_body = UserDraft,
    responses((status = 200, description = "It is journalled; `id` names the user", body = WriteResult),
        (status = 400, description = "A value cannot be used", body = Problem),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "The last admin would be lost", body = Problem)))]
pub(super) async fn save_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<UserDraft>,
) -> Result<Json<WriteResult>, Problem> {
    off(move || Ok(Json(app.save_user(&caller, draft)?))).await
}

/// Makes the first admin, with the folder in hand.
#[utoipa::path(post, path = "/users/set-up", tag = "people", request_body = FirstAdmin,
    responses((status = 200, description = "The admin can sign in", body = WriteResult),
        (status = 400, description = "A value cannot be used", body = Problem),
        (status = 403, description = "The folder is not in hand", body = Problem),
        (status = 409, description = "There is an admin already", body = Problem)))]
pub(super) async fn set_up(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(admin): JsonBody<FirstAdmin>,
) -> Result<Json<WriteResult>, Problem> {
    in_hand(&caller)?;
    let draft = UserDraft {
        email: admin.email,
        name: admin.name,
        role: Role::Admin,
        ..UserDraft::default()
    };
    off(move || Ok(Json(app.set_up(&caller, draft, &admin.password)?))).await
}

/// Makes a link by which a user may set a password; an earlier one ends.
#[utoipa::path(post, path = "/users/{user}/invite", tag = "people",
    params(("user" = String, Path, description = "Whom")),
    responses((status = 200, description = "The link, shown this once", body = InvitationView),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "The user is suspended", body = Problem)))]
pub(super) async fn invite_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
) -> Result<Json<InvitationView>, Problem> {
    off(move || Ok(Json(app.invite(&caller, &user)?))).await
}

/// Keeps a user from signing in and signs them out, or lets them in again.
#[utoipa::path(post, path = "/users/{user}/suspend", tag = "people", request_body = On,
    params(("user" = String, Path, description = "Whom")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "A value cannot be used", body = Problem),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "The last admin would be lost", body = Problem)))]
pub(super) async fn suspend_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
    JsonBody(On { on }): JsonBody<On>,
) -> Result<Json<WriteResult>, Problem> {
    write(&app, caller, UserCommand::Suspend { user, on }).await
}

/// Takes a user off the list; what they did keeps their name.
#[utoipa::path(post, path = "/users/{user}/remove", tag = "people",
    params(("user" = String, Path, description = "Whom")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "The last admin would be lost", body = Problem)))]
pub(super) async fn remove_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    write(&app, caller, UserCommand::Remove { user }).await
}

/// Signs a user out everywhere.
#[utoipa::path(post, path = "/users/{user}/sign-out", tag = "people",
    params(("user" = String, Path, description = "Whom")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is no such user", body = Problem)))]
pub(super) async fn sign_out_user(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    write(&app, caller, UserCommand::EndSessions { user }).await
}

/// Sets a user's password, with the folder in hand.
#[utoipa::path(post, path = "/users/{user}/password", tag = "people", request_body = Password,
    params(("user" = String, Path, description = "Whose")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "The password cannot be used", body = Problem),
        (status = 403, description = "The folder is not in hand", body = Problem),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 409, description = "The user is suspended", body = Problem)))]
pub(super) async fn set_password(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
    JsonBody(Password { password }): JsonBody<Password>,
) -> Result<Json<WriteResult>, Problem> {
    in_hand(&caller)?;
    off(move || {
        let change = PasswordChange {
            present: None,
            password: &password,
        };
        Ok(Json(app.change_password(&caller, &user, change)?))
    })
    .await
}

/// Says who is asking.
#[utoipa::path(get, path = "/me", tag = "people",
    responses((status = 200, description = "Who it is", body = Me)))]
pub(super) async fn get_me(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Me>, Problem> {
    off(move || {
        let user = match &caller.identity {
            Identity::User(id) => app.users()?.into_iter().find(|user| user.user == *id),
            _ => None,
        };
        Ok(Json(Me {
            actor: caller.actor(),
            role: caller.role,
            sees_all: caller.sight.is_whole(),
            user,
        }))
    })
    .await
}

/// Changes one's own password, which signs out everywhere.
#[utoipa::path(post, path = "/me/password", tag = "people", request_body = OwnPassword,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "A password cannot be used", body = Problem),
        (status = 404, description = "Whoever asks is no user", body = Problem)))]
pub(super) async fn change_password(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(own): JsonBody<OwnPassword>,
) -> Result<Json<WriteResult>, Problem> {
    let user = user_of(&caller)?;
    off(move || {
        let change = PasswordChange {
            present: Some(&own.present),
            password: &own.password,
        };
        Ok(Json(app.change_password(&caller, &user, change)?))
    })
    .await
}

/// Changes how one wants to work; what is left out stays.
#[utoipa::path(post, path = "/me/habits", tag = "people", request_body = HabitsDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed, or a value cannot be used", body = Problem),
        (status = 404, description = "Whoever asks is no user", body = Problem)))]
pub(super) async fn change_habits(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(habits): JsonBody<HabitsDraft>,
) -> Result<Json<WriteResult>, Problem> {
    let user = user_of(&caller)?;
    write(&app, caller, UserCommand::Settle { user, habits }).await
}

/// Signs oneself out everywhere.
#[utoipa::path(post, path = "/me/sign-out", tag = "people",
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "Whoever asks is no user", body = Problem)))]
pub(super) async fn sign_out_everywhere(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<WriteResult>, Problem> {
    let user = user_of(&caller)?;
    write(&app, caller, UserCommand::EndSessions { user }).await
}

async fn write(
    app: &Arc<App>,
    caller: Caller,
    command: UserCommand,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.write(caller, Command::User(command)).await?))
}

pub(super) fn user_of(caller: &Caller) -> Result<String, Problem> {
    match &caller.identity {
        Identity::User(id) => Ok(id.clone()),
        _ => Err(Problem::not_found(
            "this is for users who are signed in; a program has no password",
        )),
    }
}

/// Refuses who has not the folder in hand: the token of this run, which the command line sends.
fn in_hand(caller: &Caller) -> Result<(), Problem> {
    if caller.identity == Identity::Cli {
        return Ok(());
    }
    Err(Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "forbidden",
        "Only the server's own commands may do this",
        "use `svar user` on the machine where the data folder is, or invite the user",
    ))
}
