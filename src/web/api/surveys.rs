//! `/surveys`: whom satisfaction surveys ask.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, SurveyCommand, SurveyDraft, SurveyRuleDraft};
use crate::model::Surveys;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Whom satisfaction surveys ask.
#[derive(Serialize, ToSchema)]
pub(super) struct SurveysView {
    /// Who is asked: the first rule that fits holds; where none does, nobody.
    rules: Vec<SurveyRuleDraft>,
    /// How long after the end of a conversation, in seconds.
    delay_secs: u32,
    /// At most once in so many days; 0: each time.
    every_days: u32,
    /// Whether they are asked where the customer agent alone answered.
    of_agent: bool,
    /// Whether they are asked where a machine brought it to its end.
    of_automation: bool,
    /// How many were not asked because they were asked not long before.
    held_back: u64,
}

impl SurveysView {
    fn of(surveys: &Surveys) -> Self {
        let settings = &surveys.settings;
        let rules = settings.rules.iter().map(|rule| SurveyRuleDraft {
            channel: rule.channel.clone(),
            inbox: rule.inbox.as_ref().map(ToString::to_string),
            team: rule.team.as_ref().map(ToString::to_string),
            ask: rule.ask,
        });
        Self {
            rules: rules.collect(),
            delay_secs: settings.delay_secs,
            every_days: settings.every_days,
            of_agent: settings.of_agent,
            of_automation: settings.of_automation,
            held_back: surveys.held_back,
        }
    }
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_surveys, set_surveys))
}

/// Whom satisfaction surveys ask.
#[utoipa::path(get, path = "/surveys", tag = "customer agent",
    responses((status = 200, description = "The settings", body = SurveysView)))]
pub(super) async fn get_surveys(State(app): State<Arc<App>>) -> Json<SurveysView> {
    Json(SurveysView::of(&app.snapshot().installation.surveys))
}

/// Changes whom satisfaction surveys ask; what is left out stays.
#[utoipa::path(post, path = "/surveys", tag = "customer agent", request_body = SurveyDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "Nothing is to be changed, or a value cannot be used", body = Problem)))]
pub(super) async fn set_surveys(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<SurveyDraft>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Survey(SurveyCommand::Set(draft));
    Ok(Json(app.write(caller, command).await?))
}
