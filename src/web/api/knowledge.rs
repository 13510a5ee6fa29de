//! `/knowledge/gaps`, `/knowledge/questions`, `/ask`: what nobody could answer, and what
//! the customer agent would say.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pairs, off, wait_for_own_write};
use crate::app::{App, AskView, CalibrationView, CaseView, Paging, ReviewList, WriteResult};
use crate::command::{Caller, Case, CaseCommand, Command, KnowledgeCommand, KnowledgeSettings};
use crate::model::Invalid;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The most things of a page.
const MAX_LIMIT: usize = 1_000;

/// What a contact writes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskBody {
    /// The words.
    #[schema(max_length = 1_048_576)]
    text: String,
    /// Whether the answer is phrased as well, where that is set up.
    #[serde(default)]
    phrase: bool,
}

/// A question that must be answered so, or not at all.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseBody {
    /// The question.
    #[schema(min_length = 1, max_length = 10_000, pattern = r"\S")]
    text: String,
    /// The short answer it must get; null: it must get none.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    short_answer: Option<String>,
}

/// The regression set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CaseList {
    /// The cases, those that do not hold first.
    items: Vec<CaseView>,
}

/// `limit` and `cursor`.
pub(super) fn page(pairs: &[(String, String)]) -> Result<Paging, Problem> {
    let value_of = |name: &str| pairs.iter().find(|(other, _)| other == name);
    let number = |name: &str| value_of(name).map(|(_, value)| value.parse::<usize>());
    let limit = match number("limit") {
        None => 50,
        Some(Ok(limit)) if (1..=MAX_LIMIT).contains(&limit) => limit,
        Some(_) => return Err(bad("limit", "a number from 1 to 1000", pairs)),
    };
    let after = match number("cursor") {
        None => 0,
        Some(Ok(after)) if u32::try_from(after).is_ok() => after,
        Some(_) => return Err(bad("cursor", "a cursor of an earlier page", pairs)),
    };
    Ok(Paging { after, limit })
}

pub(super) fn bad(name: &str, expected: &str, pairs: &[(String, String)]) -> Problem {
    let value = pairs.iter().find(|(other, _)| other == name);
    let value = value.map(|(_, value)| value.as_str()).unwrap_or_default();
    Invalid::new(name, format!("`{value}` is not {expected}")).into()
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ask))
        .routes(routes!(list_reviews))
        .routes(routes!(list_cases, set_case))
        .routes(routes!(remove_case))
        .routes(routes!(get_calibration))
        .routes(routes!(set_settings))
}

/// What the customer agent would say; nothing is written.
#[utoipa::path(post, path = "/ask", tag = "knowledge", request_body = AskBody,
    responses((status = 200, description = "The decision with its scores and its source", body = AskView),
        (status = 400, description = "The text cannot be used", body = Problem)))]
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    JsonBody(body): JsonBody<AskBody>,
) -> Result<Json<AskView>, Problem> {
    off(move || {
        let view = if body.phrase {
            app.knowledge().ask_phrased(&body.text)?
        } else {
            app.knowledge().ask(&body.text)?
        };
        Ok(Json(view))
    })
    .await
}

/// What the customer agent decided, those that nobody judged and that were closest first.
#[utoipa::path(get, path = "/knowledge/reviews", tag = "knowledge",
    params(("decision" = Option<String>, Query, pattern = "^(answer|unanswered)?$", description = "answer or unanswered; left out: both"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "1 to 1,000, default 50"),
        ("cursor" = Option<u32>, Query, maximum = 4_294_967_295.0, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page of decisions", body = ReviewList)))]
pub(super) async fn list_reviews(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<ReviewList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let paging = page(&pairs)?;
    let given = pairs.iter().find(|(name, _)| name == "decision");
    let kind = match given.map(|(_, kind)| kind.as_str()) {
        None | Some("") => None,
        Some(kind @ ("answer" | "unanswered")) => Some(kind.to_owned()),
        Some(_) => return Err(bad("decision", "answer or unanswered", &pairs)),
    };
    off(move || {
        let library = app.knowledge_at(&app.present_to(&caller.sight));
        Ok(library.reviews(kind.as_deref(), paging))
    })
    .await
    .map(Json)
}

/// The regression set, and how each case does now.
#[utoipa::path(get, path = "/knowledge/cases", tag = "knowledge",
    responses((status = 200, description = "The cases, those that do not hold first", body = CaseList)))]
pub(super) async fn list_cases(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<CaseList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(app.knowledge_at(&app.present_to(&caller.sight)).cases()))
        .await
        .map(|items| Json(CaseList { items }))
}

/// Adds a case to the regression set, or changes what its question must get.
#[utoipa::path(post, path = "/knowledge/cases", tag = "knowledge", request_body = CaseBody,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such short answer", body = Problem)))]
pub(super) async fn set_case(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(case): JsonBody<CaseBody>,
) -> Result<Json<WriteResult>, Problem> {
    let case = Case {
        text: case.text,
        short_answer: case.short_answer,
    };
    let command = Command::Case(CaseCommand::Set(vec![case]));
    Ok(Json(app.write(caller, command).await?))
}

/// Takes a case out of the regression set.
#[utoipa::path(post, path = "/knowledge/cases/remove", tag = "knowledge", request_body = AskBody,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such case", body = Problem)))]
pub(super) async fn remove_case(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(case): JsonBody<AskBody>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Case(CaseCommand::Remove { text: case.text });
    Ok(Json(app.write(caller, command).await?))
}

/// How the customer agent decides whether it is sure enough, with the curve it rests on.
#[utoipa::path(get, path = "/knowledge/calibration", tag = "knowledge",
    responses((status = 200, description = "The threshold, where it comes from, and what others would have done", body = CalibrationView)))]
pub(super) async fn get_calibration(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<CalibrationView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(app.knowledge().calibration()))
        .await
        .map(Json)
}

/// Changes settings of the knowledge area; what is left out stays.
#[utoipa::path(post, path = "/knowledge/settings", tag = "knowledge", request_body = KnowledgeSettings,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "A value cannot be used", body = Problem)))]
pub(super) async fn set_settings(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(settings): JsonBody<KnowledgeSettings>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Knowledge(KnowledgeCommand::Set(settings));
    Ok(Json(app.write(caller, command).await?))
}
