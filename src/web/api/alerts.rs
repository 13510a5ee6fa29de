//! `/alerts` and `/alert-rules`: what is watched for, and what was found.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{off, wait_for_own_write};
use crate::app::{AlertTrial, AlertView, App, HealthView, WriteResult};
use crate::command::{AlertCommand, AlertRuleDraft, Caller, Command, Role};
use crate::model::alerts::AlertRule;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The rules.
#[derive(Serialize, ToSchema)]
pub(super) struct AlertRuleList {
    /// By name.
    items: Vec<AlertRule>,
}

/// The alerts, and how this machine's own work does.
#[derive(Serialize, ToSchema)]
pub(super) struct AlertList {
    /// Those that are open, the longest first, then those that are over, the latest first.
    items: Vec<AlertView>,
    /// How many of them are open.
    open: usize,
    /// Mails out, accounts that are read, webhooks, backups and the disk; for admins.
    health: Vec<HealthView>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_alerts))
        .routes(routes!(list_alert_rules, save_alert_rule))
        .routes(routes!(try_alert_rule))
        .routes(routes!(pause_alert_rule))
        .routes(routes!(resume_alert_rule))
        .routes(routes!(remove_alert_rule))
}

/// Lists alerts, open ones and those that are over: admins see all, others those of rules that name
/// them, of what they see of the desk.
#[utoipa::path(get, path = "/alerts", tag = "alerts",
    responses((status = 200, description = "The alerts", body = AlertList)))]
pub(super) async fn list_alerts(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<AlertList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let listed = off(move || {
        let items = app.alerts(&caller);
        let is_open = |alert: &&AlertView| alert.resolved_at.is_none();
        let may_look = caller.role >= Role::Admin && caller.sight.is_whole();
        Ok(AlertList {
            open: items.iter().filter(is_open).count(),
            items,
            health: if may_look { app.health() } else { Vec::new() },
        })
    });
    Ok(Json(listed.await?))
}

/// Lists the alert rules.
#[utoipa::path(get, path = "/alert-rules", tag = "alerts",
    responses((status = 200, description = "The rules", body = AlertRuleList)))]
pub(super) async fn list_alert_rules(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<AlertRuleList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(AlertRuleList {
        items: app.alert_rules(),
    }))
}

/// Sets up an alert rule, or changes one. It watches from then on.
#[utoipa::path(post, path = "/alert-rules", tag = "alerts", request_body = AlertRuleDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "No such saved report or user", body = Problem),
        (status = 409, description = "No mail can go out, or there are too many rules", body = Problem)))]
pub(super) async fn save_alert_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<AlertRuleDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_alert_rule(caller, draft).await?))
}

/// Says what a rule would have told over the last thirty days; nothing is kept or told.
#[utoipa::path(post, path = "/alert-rules/try", tag = "alerts", request_body = AlertRuleDraft,
    responses((status = 200, description = "What it would have told", body = AlertTrial),
        (status = 404, description = "No such saved report", body = Problem)))]
pub(super) async fn try_alert_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<AlertRuleDraft>,
) -> Result<Json<AlertTrial>, Problem> {
    let tried = off(move || Ok(app.try_alert_rule(&caller, &draft)?));
    Ok(Json(tried.await?))
}

/// Has a rule watch nothing; what it has open is over.
#[utoipa::path(post, path = "/alert-rules/{rule}/pause", tag = "alerts",
    params(("rule" = String, Path, description = "The rule")),
    responses((status = 200, description = "It rests", body = WriteResult),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn pause_alert_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = AlertCommand::Pause { id, paused: true };
    Ok(Json(app.write(caller, Command::Alert(command)).await?))
}

/// Has a rule watch again.
#[utoipa::path(post, path = "/alert-rules/{rule}/resume", tag = "alerts",
    params(("rule" = String, Path, description = "The rule")),
    responses((status = 200, description = "It watches", body = WriteResult),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn resume_alert_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = AlertCommand::Pause { id, paused: false };
    Ok(Json(app.write(caller, Command::Alert(command)).await?))
}

/// Takes a rule away; what it has open is over.
#[utoipa::path(post, path = "/alert-rules/{rule}/remove", tag = "alerts",
    params(("rule" = String, Path, description = "The rule")),
    responses((status = 200, description = "It is no more", body = WriteResult),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn remove_alert_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = AlertCommand::Remove { id };
    Ok(Json(app.write(caller, Command::Alert(command)).await?))
}
