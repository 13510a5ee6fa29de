//! `/reports/{id}/sample`: a sample of the rows behind a number, and what is said of them.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::reports::{parse, row_query};
use super::tasks::accepted;
use super::{Pairs, off, wait_for_own_write};
use crate::app::{App, Delivery, RowJudgement, RowWish, Sample, Task, WriteResult};
use crate::command::Caller;
use crate::model::Invalid;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(draw_sample, judge_row))
}

/// Draws 20 of the rows behind a number, and says how many of those that somebody looked at are right.
///
/// Takes the parameters of the report and of its rows. The same seed draws the same rows again.
#[utoipa::path(get, path = "/reports/{id}/sample", tag = "reports",
    params(("id" = String, Path, description = "The report"),
        ("seed" = Option<u64>, Query, minimum = 0, description = "What it is drawn by; left out: 1"),
        ("bucket" = Option<String>, Query, description = "Only rows of the bucket that holds this instant"),
        ("key.channel" = Option<String>, Query, description = "`key.<field>=value`: only rows of that series")),
    responses((status = 200, description = "The sample", body = Sample),
        (status = 202, description = "As of the report itself", body = Task),
        (status = 400, description = "A parameter cannot be used", body = Problem),
        (status = 404, description = "No such report", body = Problem)))]
pub(super) async fn draw_sample(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let (seeds, pairs): (Pairs, Pairs) = pairs.into_iter().partition(|(name, _)| name == "seed");
    let seed = match seeds.last() {
        Some((_, text)) if !text.is_empty() => seed_of(text)?,
        _ => 1,
    };
    let (wanted, rest) = row_query(pairs)?;
    let query = parse(&rest)?;
    off(move || {
        let wish = RowWish {
            id: &id,
            query: &query,
            wanted: &wanted,
        };
        let sample = app.sample_at(&app.present_to(&caller.sight), wish, seed)?;
        Ok(match sample {
            Delivery::Result(sample) => Json(sample).into_response(),
            Delivery::Task(task) => accepted(&task),
        })
    })
    .await
}

/// A seed: as far as whole numbers of every program go.
fn seed_of(text: &str) -> Result<u64, Invalid> {
    let seed = text.parse::<i64>().ok();
    let seed = seed.and_then(|seed| u64::try_from(seed).ok());
    let reason = || format!("`{text}` is no whole number from 0 to {}", i64::MAX);
    seed.ok_or_else(|| Invalid::new("seed", reason()))
}

/// Says of a row whether it is right. It counts for every sample that draws the row, and feeds cases and
/// calibration where the conversation has a decision of the customer agent.
#[utoipa::path(post, path = "/reports/{id}/sample", tag = "reports", request_body = RowJudgement,
    params(("id" = String, Path, description = "The report")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 400, description = "A field cannot be used", body = Problem),
        (status = 404, description = "No such report or conversation", body = Problem)))]
pub(super) async fn judge_row(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    JsonBody(judgement): JsonBody<RowJudgement>,
) -> Result<Json<WriteResult>, Problem> {
    off(move || Ok(app.judge_row(&caller, &id, &judgement)?))
        .await
        .map(Json)
}
