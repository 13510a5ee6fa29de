//! `/knowledge/answers`: short answers, their versions, and what they would have done.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query as Parameters, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::VariantText;
use super::knowledge::page;
use super::{Pairs, off, wait_for_own_write};
use crate::app::{
    AnswerCounts, AnswerFormat, AnswerList, AnswerView, App, BacktestView, Preview, WriteResult,
};
use crate::command::{AnswerCommand, AnswerDraft, Caller, Command, Variant};
use crate::model::{Invalid, Timestamp, whole_number};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// How many days back a draft is tried, unless the request says.
const USUAL_DAYS: u32 = 30;

/// How a short answer is published.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Publishing {
    /// Whether the customer agent may give it.
    published: bool,
    /// Also if that breaks cases of the regression set.
    #[serde(default)]
    anyway: bool,
}

/// Why an answer is not to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingAside {
    /// Why.
    #[schema(max_length = 1000)]
    #[serde(default)]
    reason: String,
}

/// Another way to ask: one of the two.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum VariantBody {
    /// The words.
    Text(String),
    /// The id of a question that was asked.
    Question(String),
}

/// A draft to be tried.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    /// How many days back, 30 if left out.
    #[schema(minimum = 1, maximum = 3660)]
    #[serde(default, deserialize_with = "whole_number")]
    days: Option<u32>,
    /// The draft.
    answer: AnswerDraft,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_answers, save_answer))
        .routes(routes!(get_answer, delete_answer))
        .routes(routes!(publish_answer))
        .routes(routes!(set_answer_aside))
        .routes(routes!(release_answer))
        .routes(routes!(add_variant))
        .routes(routes!(preview))
        .routes(routes!(backtest))
        .routes(routes!(import_answers))
}

/// Lists short answers.
#[utoipa::path(get, path = "/knowledge/answers", tag = "knowledge",
    params(("q" = Option<String>, Query, description = "Words of the question, the variants or the text"),
        ("status" = Option<String>, Query, pattern = "^(draft|published)?$", description = "draft or published"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "1 to 1,000, default 50"),
        ("cursor" = Option<u32>, Query, maximum = 4_294_967_295.0, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page of short answers", body = AnswerList),
        (status = 400, description = "A parameter cannot be used", body = Problem)))]
pub(super) async fn list_answers(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<AnswerList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let paging = page(&pairs)?;
    let value_of = |name: &str| {
        let pair = pairs.iter().find(|(other, _)| other == name);
        pair.map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let published = match value_of("status") {
        None => None,
        Some("published") => Some(true),
        Some("draft") => Some(false),
        Some(other) => {
            let reason = format!("`{other}` is not draft or published");
            return Err(Invalid::new("status", reason).into());
        }
    };
    let words = value_of("q").unwrap_or_default().to_owned();
    off(move || Ok(app.knowledge().answers(&words, published, paging)))
        .await
        .map(Json)
}

/// Writes a short answer: a new one, or another version.
#[utoipa::path(post, path = "/knowledge/answers", tag = "knowledge", request_body = AnswerDraft,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "It cannot be used so", body = Problem),
        (status = 404, description = "No such topic", body = Problem),
        (status = 409, description = "It would break cases of the regression set", body = Problem),
        (status = 412, description = "It is not the version that `If-Match` names", body = Problem)))]
pub(super) async fn save_answer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    JsonBody(draft): JsonBody<AnswerDraft>,
) -> Result<Json<WriteResult>, Problem> {
    let seen = seen_version(&headers)?;
    let command = Command::Answer(AnswerCommand::Save { draft, seen });
    Ok(Json(app.write(caller, command).await?))
}

/// The version that `If-Match` names: as `ETag` of the answer said it.
fn seen_version(headers: &HeaderMap) -> Result<Option<Timestamp>, Problem> {
    let Some(etag) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = etag.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let seen = Timestamp::parse(text.trim_matches('"'));
    let seen = seen.map_err(|_error| {
        Problem::bad_request("If-Match: expected the ETag that the short answer came with")
    })?;
    Ok(Some(seen))
}

/// One short answer with its versions.
#[utoipa::path(get, path = "/knowledge/answers/{id}", tag = "knowledge",
    params(("id" = String, Path, description = "The short answer")),
    responses((status = 200, description = "The short answer", body = AnswerView),
        (status = 404, description = "No such short answer", body = Problem)))]
pub(super) async fn get_answer(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<([(HeaderName, String); 1], Json<AnswerView>), Problem> {
    wait_for_own_write(&app, &headers).await?;
    let answer = off(move || Ok(app.knowledge().answer(&id)?)).await?;
    let tag = format!("\"{}\"", answer.version.at);
    Ok(([(header::ETAG, tag)], Json(answer)))
}

/// Deletes a short answer; its versions stay in the log.
#[utoipa::path(delete, path = "/knowledge/answers/{id}", tag = "knowledge",
    params(("id" = String, Path, description = "The short answer")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such short answer", body = Problem)))]
pub(super) async fn delete_answer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(short_answer): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Answer(AnswerCommand::Delete { short_answer });
    Ok(Json(app.write(caller, command).await?))
}

/// Puts a short answer in use, or out of it.
#[utoipa::path(post, path = "/knowledge/answers/{id}/publish", tag = "knowledge",
    params(("id" = String, Path, description = "The short answer")), request_body = Publishing,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 409, description = "It would break cases of the regression set", body = Problem)))]
pub(super) async fn publish_answer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(short_answer): Path<String>,
    JsonBody(how): JsonBody<Publishing>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Answer(AnswerCommand::Publish {
        short_answer,
        published: how.published,
        anyway: how.anyway,
    });
    Ok(Json(app.write(caller, command).await?))
}

/// Takes a published short answer out of the customer agent's mouth, at once, until somebody has
/// looked at it: a new version or `release` has it given again.
#[utoipa::path(post, path = "/knowledge/answers/{id}/set-aside", tag = "knowledge",
    params(("id" = String, Path, description = "The short answer")), request_body = SettingAside,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such short answer", body = Problem),
        (status = 409, description = "It is not given as it is", body = Problem)))]
pub(super) async fn set_answer_aside(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(short_answer): Path<String>,
    JsonBody(SettingAside { reason }): JsonBody<SettingAside>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Answer(AnswerCommand::SetAside {
        short_answer,
        reason,
    });
    Ok(Json(app.write(caller, command).await?))
}

/// Has a short answer that was set aside given again as it is; what was said of it before counts no
/// more.
#[utoipa::path(post, path = "/knowledge/answers/{id}/release", tag = "knowledge",
    params(("id" = String, Path, description = "The short answer")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such short answer", body = Problem),
        (status = 409, description = "It is not set aside", body = Problem)))]
pub(super) async fn release_answer(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(short_answer): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Answer(AnswerCommand::Release { short_answer });
    Ok(Json(app.write(caller, command).await?))
}

/// Adds a way to ask: a text, or the words of a past question.
#[utoipa::path(post, path = "/knowledge/answers/{id}/variants", tag = "knowledge",
    params(("id" = String, Path, description = "The short answer")), request_body = VariantText,
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "No such short answer or question", body = Problem)))]
pub(super) async fn add_variant(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(short_answer): Path<String>,
    JsonBody(variant): JsonBody<VariantBody>,
) -> Result<Json<WriteResult>, Problem> {
    let variant = match variant {
        VariantBody::Text(text) => Variant::Text(text),
        VariantBody::Question(question) => Variant::Question(question),
    };
    let command = Command::Answer(AnswerCommand::AddVariant {
        short_answer,
        variant,
    });
    Ok(Json(app.write(caller, command).await?))
}

/// A draft exactly as a visitor will see it; one that could not be saved is refused.
#[utoipa::path(post, path = "/knowledge/answers/preview", tag = "knowledge", request_body = AnswerDraft,
    responses((status = 200, description = "As HTML that is safe, and as plain text", body = Preview)))]
pub(super) async fn preview(
    JsonBody(draft): JsonBody<AnswerDraft>,
) -> Result<Json<Preview>, Problem> {
    let draft = draft.checked()?;
    Ok(Json(Preview::of(&draft.text)))
}

/// What a draft would have done to the questions of the last days, with all that is published.
#[utoipa::path(post, path = "/knowledge/answers/backtest", tag = "knowledge", request_body = Trial,
    responses((status = 200, description = "What it would answer, take and catch wrongly", body = BacktestView),
        (status = 400, description = "The draft cannot be used", body = Problem)))]
pub(super) async fn backtest(
    State(app): State<Arc<App>>,
    JsonBody(trial): JsonBody<Trial>,
) -> Result<Json<BacktestView>, Problem> {
    off(move || {
        Ok(app
            .knowledge()
            .backtest(&trial.answer, trial.days.unwrap_or(USUAL_DAYS))?)
    })
    .await
    .map(Json)
}

/// Takes short answers over from a file; what was taken before is left as it is.
#[utoipa::path(post, path = "/knowledge/answers/import", tag = "knowledge",
    params(("format" = String, Query, pattern = "^(csv|jsonl|markdown|html)$", description = "csv, jsonl, markdown or html"),
        ("source" = Option<String>, Query, description = "The file's name or the article's link")),
    request_body(content = Option<String>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, description = "What became of it", body = AnswerCounts),
        (status = 400, description = "The file cannot be read", body = Problem)))]
pub(super) async fn import_answers(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    body: Bytes,
) -> Result<Json<AnswerCounts>, Problem> {
    let value_of = |name: &str| {
        let pair = pairs.iter().find(|(other, _)| other == name);
        pair.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (format, source) = (value_of("format"), value_of("source"));
    let format = AnswerFormat::parse(&format).ok_or_else(|| {
        let reason = format!("`{format}` is not csv, jsonl, markdown or html");
        Problem::from(Invalid::new("format", reason))
    })?;
    off(move || Ok(app.import_answers(&caller, format, &source, &body)?))
        .await
        .map(Json)
}
