//! `/customer-agent`: how the customer agent works; `/conversations/{id}/feedback`: whether its
//! answers help.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, CustomerAgentDraft, DutyRuleDraft};
use crate::model::customer_agent::CustomerAgentSettings;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// How the customer agent works.
#[derive(Serialize, ToSchema)]
pub(super) struct CustomerAgentView {
    /// Where and when it answers: the first rule that fits holds; where none does, never.
    duty: Vec<DutyRuleDraft>,
    /// How long after a contact's last message it answers, in milliseconds.
    settle_ms: u32,
    /// What it is called; null: as pages call it.
    name: Option<String>,
    /// Where its picture is read; null: it has none.
    picture: Option<String>,
    /// What it greets with; null: in words of Svar's own.
    greeting: Option<String>,
    /// What it says when it hands off while nobody is there; null: in words of Svar's own.
    away: Option<String>,
}

impl CustomerAgentView {
    fn of(settings: CustomerAgentSettings, picture: Option<String>) -> Self {
        let rules = settings.duty.into_iter().map(|rule| DutyRuleDraft {
            channel: rule.channel,
            inbox: rule.inbox.map(|inbox| inbox.to_string()),
            when: rule.when,
        });
        Self {
            duty: rules.collect(),
            settle_ms: settings.settle_ms,
            name: settings.name,
            picture,
            greeting: settings.greeting,
            away: settings.away,
        }
    }
}

/// Whether an answer helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Helpfulness {
    /// It did.
    Helpful,
    /// It did not.
    NotHelpful,
}

/// What the contact said of the last answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFeedback {
    /// Whether it helped; what did not is handed off.
    rating: Helpfulness,
    /// Why.
    #[schema(max_length = 1000)]
    #[serde(default)]
    text: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_customer_agent, set_customer_agent))
        .routes(routes!(give_feedback))
}

/// How the customer agent works.
#[utoipa::path(get, path = "/customer-agent", tag = "customer agent",
    responses((status = 200, description = "The settings", body = CustomerAgentView)))]
pub(super) async fn get_customer_agent(State(app): State<Arc<App>>) -> Json<CustomerAgentView> {
    let picture = app.snapshot().installation.agent_picture.path();
    Json(CustomerAgentView::of(app.agent_settings(), picture))
}

/// Changes how the customer agent works; what is left out stays.
#[utoipa::path(post, path = "/customer-agent", tag = "customer agent", request_body = CustomerAgentDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed, or a value cannot be used", body = Problem)))]
pub(super) async fn set_customer_agent(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<CustomerAgentDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(
        app.write(caller, Command::CustomerAgent(draft)).await?,
    ))
}

/// Takes in what the contact said of the customer agent's last answer; what did not help is
/// handed off.
#[utoipa::path(post, path = "/conversations/{id}/feedback", tag = "conversations", request_body = NewFeedback,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such conversation", body = Problem),
        (status = 409, description = "There is no answer, or that was said already, or the caller is a user", body = Problem)))]
pub(super) async fn give_feedback(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(NewFeedback { rating, text }): JsonBody<NewFeedback>,
) -> Result<Json<WriteResult>, Problem> {
    let is_helpful = rating == Helpfulness::Helpful;
    let given = app.give_feedback(
        caller,
        None,
        crate::app::ContactFeedback {
            conversation: id,
            is_helpful,
            text,
        },
    );
    Ok(Json(given.await?))
}
