//! `/routing`: the rules by which conversations are handled by themselves.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::{off, wait_for_own_write};
use crate::app::{App, RuleTrial, WriteResult};
use crate::command::{Caller, Command, RoutingCommand, RuleDraft};
use crate::model::Timestamp;
use crate::model::event::{RuleConditions, RuleDeeds, RuleTrigger};
use crate::model::routing::RoutingRule;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// A routing rule, and how it stands.
#[skip_serializing_none]
#[derive(Serialize, ToSchema)]
pub(super) struct RuleView {
    /// Which.
    id: String,
    /// What it is called.
    name: String,
    /// Whether it is on.
    on: bool,
    /// When it was paused, because it acted more often than its limit; switch it on again.
    #[schema(value_type = Option<String>, format = DateTime)]
    paused_at: Option<Timestamp>,
    /// What it looks at a conversation for.
    trigger: RuleTrigger,
    /// How long a silence has lasted by then, in seconds.
    after_secs: Option<u32>,
    /// What must be so.
    when: RuleConditions,
    /// What it does then.
    then: RuleDeeds,
    /// How often it acts in an hour at most.
    limit_per_hour: u32,
    /// How often it did something.
    acted: u64,
    /// When it did so last.
    #[schema(value_type = Option<String>, format = DateTime)]
    acted_at: Option<Timestamp>,
}

impl RuleView {
    fn of(rule: &RoutingRule) -> Self {
        let set = rule.set.clone();
        Self {
            id: set.rule.to_string(),
            name: set.name,
            on: rule.on_since.is_some(),
            paused_at: rule.paused_at,
            trigger: set.trigger,
            after_secs: set.after_secs,
            when: set.when,
            then: set.then,
            limit_per_hour: set.limit_per_hour,
            acted: rule.acted,
            acted_at: rule.acted_at(),
        }
    }
}

/// All routing rules.
#[derive(Serialize, ToSchema)]
pub(super) struct RuleList {
    /// In the order in which they are asked.
    items: Vec<RuleView>,
}

/// Whether a rule is to be on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleSwitch {
    /// Whether.
    on: bool,
}

/// All rules in the order in which they are to be asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleOrder {
    /// Their ids, each once.
    #[schema(value_type = Vec<IdText>)]
    rules: Vec<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_rules, save_rule))
        .routes(routes!(switch_rule))
        .routes(routes!(remove_rule))
        .routes(routes!(order_rules))
        .routes(routes!(try_rule))
}

/// Lists the routing rules.
#[utoipa::path(get, path = "/routing/rules", tag = "routing",
    responses((status = 200, description = "The rules, in the order in which they are asked", body = RuleList)))]
pub(super) async fn list_rules(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<RuleList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let snapshot = app.snapshot();
    let rules = snapshot.installation.routing.rules.iter();
    Ok(Json(RuleList {
        items: rules.map(RuleView::of).collect(),
    }))
}

/// Writes a routing rule, or changes one. A new one is the last, and off.
#[utoipa::path(post, path = "/routing/rules", tag = "routing", request_body = RuleDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 400, description = "It does nothing, or a value cannot be used", body = Problem),
        (status = 404, description = "There is nobody to assign to", body = Problem),
        (status = 409, description = "There are too many", body = Problem)))]
pub(super) async fn save_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<RuleDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_rule(caller, draft).await?))
}

/// Switches a routing rule on or off. It looks at what happens from then on.
#[utoipa::path(post, path = "/routing/rules/{rule}/switch", tag = "routing", request_body = RuleSwitch,
    params(("rule" = String, Path, description = "The rule")),
    responses((status = 200, description = "It is journalled", body = WriteResult)))]
pub(super) async fn switch_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(rule): Path<String>,
    JsonBody(RuleSwitch { on }): JsonBody<RuleSwitch>,
) -> Result<Json<WriteResult>, Problem> {
    write(&app, caller, RoutingCommand::Switch { rule, on }).await
}

/// Takes a routing rule off the list.
#[utoipa::path(post, path = "/routing/rules/{rule}/remove", tag = "routing",
    params(("rule" = String, Path, description = "The rule")),
    responses((status = 200, description = "It is journalled", body = WriteResult)))]
pub(super) async fn remove_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(rule): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    write(&app, caller, RoutingCommand::Remove { rule }).await
}

/// Puts the routing rules in order: of two that would do the same kind of thing the first does.
#[utoipa::path(post, path = "/routing/order", tag = "routing", request_body = RuleOrder,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Not every rule is named once", body = Problem),
        (status = 404, description = "There is no such rule", body = Problem)))]
pub(super) async fn order_rules(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(RuleOrder { rules }): JsonBody<RuleOrder>,
) -> Result<Json<WriteResult>, Problem> {
    write(&app, caller, RoutingCommand::Order { rules }).await
}

/// What a routing rule would have done to the last 100 conversations; nothing is written.
#[utoipa::path(post, path = "/routing/try", tag = "routing", request_body = RuleDraft,
    responses((status = 200, description = "The conversations, the latest first", body = RuleTrial),
        (status = 400, description = "It does nothing, or a value cannot be used", body = Problem),
        (status = 404, description = "There is nobody to assign to", body = Problem)))]
pub(super) async fn try_rule(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    JsonBody(draft): JsonBody<RuleDraft>,
) -> Result<Json<RuleTrial>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(Json(app.try_draft(&caller, draft)?))).await
}

async fn write(
    app: &Arc<App>,
    caller: Caller,
    command: RoutingCommand,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.write(caller, Command::Routing(command)).await?))
}
