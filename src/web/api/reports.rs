//! `/reports`: the registry, a report's answer, and the rows behind a number.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query as Parameters, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recent::{Output, RecentTo};
use super::stream::{Streamed, streamed};
use super::tasks::accepted;
use super::{Pairs, off, wait_for_own_write};
use crate::app::{App, Delivery, Present, RowWish, Task};
use crate::command::Caller;
use crate::model::Timestamp;
use crate::report::{
    Head, Query, ReportResult, RowItem, RowLines, RowPage, RowQuery, State as RowState, head,
    registry, to_csv,
};
use crate::web::Problem;

const MAX_ROWS: usize = 1_000;
/// How many rows a page of JSON has where that is not said.
const ROWS: usize = 50;

/// Every report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportList {
    /// What each says of itself.
    pub items: Vec<Head>,
    /// Always null: the list is whole.
    pub next_cursor: Option<String>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_reports))
        .routes(routes!(get_report))
        .routes(routes!(get_rows))
}

/// Lists every report.
#[utoipa::path(get, path = "/reports", tag = "reports",
    responses((status = 200, description = "Every report of the registry", body = ReportList)))]
pub(super) async fn list_reports() -> Json<ReportList> {
    let heads = registry::all()
        .map(|report| head(report, report.bases.first().copied().unwrap_or_default()));
    Json(ReportList {
        items: heads.collect(),
        next_cursor: None,
    })
}

/// Answers a query to a report.
#[utoipa::path(
    get, path = "/reports/{id}", tag = "reports",
    params(
        ("id" = String, Path, description = "The report; with `.csv` after it the answer is CSV"),
        ("range" = Option<String>, Query, pattern = "^(last_7|last_30|last_90|this_month|last_month)?$", description = "The window by its name, as of today: last_7, last_30, last_90, this_month or last_month"),
        ("from" = Option<String>, Query, description = "Start: a local date or an instant"),
        ("to" = Option<String>, Query, description = "End, no longer in the window"),
        ("tz" = Option<String>, Query, description = "IANA zone of dates and buckets"),
        ("every" = Option<String>, Query, pattern = "^(hour|day|week|month|quarter|year)?$", description = "hour, day, week, month, quarter or year"),
        ("week_start" = Option<String>, Query, pattern = "^(mon|sun|sat)?$", description = "mon, sun or sat"),
        ("by" = Option<String>, Query, description = "Up to three fields, one of them an own field (`attr.<name>`), or none"),
        ("where.channel" = Option<String>, Query, description = "`where.<field>=a,b` keeps, `where.<field>.not=a` leaves out"),
        ("clock" = Option<String>, Query, pattern = "^((calendar|business|sla)(,(calendar|business|sla))*)?$", description = "calendar, business, sla; several stand side by side"),
        ("profile" = Option<String>, Query, description = "svar, hubspot, fin-24h, zendesk-72h, durable-7d or one of your own, also `name@version`; several stand side by side"),
        ("schedule" = Option<String>, Query, description = "The schedule of the clock business"),
        ("compare" = Option<String>, Query, pattern = "^(previous|previous_calendar|none)?$", description = "previous, previous_calendar or none"),
        ("whole" = Option<bool>, Query, description = "Whole periods only: the window ends with the last bucket that is over"),
        ("as_of" = Option<String>, Query, description = "Events later than this instant do not exist"),
        ("count" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Length of top lists, 1 to 100"),
        ("basis" = Option<String>, Query, description = "Another date basis, where the report has one"),
    ),
    responses(
        (status = 200, description = "The result", body = ReportResult),
        (status = 202, description = "A past as_of or another profile is being folded; Location says where that can be followed, and when it is done where the result is; the same question has it too", body = Task),
        (status = 400, description = "A parameter cannot be used", body = Problem),
        (status = 404, description = "No such report", body = Problem),
    )
)]
pub(super) async fn get_report(
    State(app): State<Arc<App>>,
    recent: RecentTo,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let csv = id.strip_suffix(".csv").map(str::to_owned);
    let as_csv = csv.is_some() || wants_csv(&headers);
    let id = csv.unwrap_or(id);
    let key = format!("report {id} {pairs:?} {as_csv}");
    let caller = recent.caller().clone();
    let make = move |app: &App, present: &Present| {
        let query = parse(&pairs)?;
        let result = match app.ask_report_at(present, &id, &query)? {
            Delivery::Result(result) => result,
            Delivery::Task(task) => return Ok(Output::Other(accepted(&task))),
        };
        Ok(if as_csv {
            let names = app.names_for(&caller);
            let text = to_csv(&result, &|field, id| names.of(field, id));
            Output::Other(csv_response(&id, text.into()))
        } else {
            Output::Answer(result)
        })
    };
    recent.answer(app, key, make).await
}

/// Lists the rows behind a number.
#[utoipa::path(
    get, path = "/reports/{id}/rows", tag = "reports",
    params(
        ("id" = String, Path, description = "The report"),
        ("bucket" = Option<String>, Query, description = "Only rows of the bucket that holds this instant"),
        ("key.channel" = Option<String>, Query, description = "`key.<field>=value`: only rows of that series"),
        ("state" = Option<String>, Query, pattern = "^(counted|pending|open|excluded|unconcerned)?$", description = "counted (default), pending, open, excluded or unconcerned"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "1 to 1,000; left out, 50 in JSON and all in CSV"),
        ("cursor" = Option<u32>, Query, maximum = 4_294_967_295.0, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of rows, each with the reason why it counts", body = RowPage),
        (status = 202, description = "As of the report itself", body = Task),
        (status = 400, description = "A parameter cannot be used", body = Problem),
        (status = 404, description = "No such report", body = Problem),
    )
)]
pub(super) async fn get_rows(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let (mut wanted, rest) = row_query(pairs)?;
    let query = parse(&rest)?;
    if wants_csv(&headers) {
        let request = RowRequest {
            caller,
            id,
            query,
            wanted,
        };
        return every_row(app, request).await;
    }
    if wanted.limit > MAX_ROWS {
        wanted.limit = ROWS;
    }
    off(move || {
        let page = match app.ask_rows_at(&app.present_to(&caller.sight), &id, &query, &wanted)? {
            Delivery::Result(page) => page,
            Delivery::Task(task) => return Ok(accepted(&task)),
        };
        Ok(Json(page).into_response())
    })
    .await
}

/// Which rows somebody wants.
struct RowRequest {
    caller: Caller,
    id: String,
    query: Query,
    wanted: RowQuery,
}

/// The rows as CSV, sent as they are read: they may be millions.
async fn every_row(app: Arc<App>, request: RowRequest) -> Result<Response, Problem> {
    let RowRequest {
        caller,
        id,
        query,
        wanted,
    } = request;
    let name = id.clone();
    let made = streamed(move |sender| {
        let (names, mut lines) = (app.names_for(&caller), RowLines::default());
        let name_of = |field: &str, id: &str| names.of(field, id);
        let mut take = |items: Vec<RowItem>| sender.send(lines.part(&items, &name_of));
        let rows = RowWish {
            id: &id,
            query: &query,
            wanted: &wanted,
        };
        Ok(app.ask_row_parts_at(&app.present_to(&caller.sight), rows, &mut take)?)
    });
    Ok(match made.await? {
        Streamed::Body(body) => csv_response(&name, body),
        Streamed::Instead(Delivery::Task(task)) => accepted(&task),
        Streamed::Instead(Delivery::Result(())) => csv_response(&name, Body::empty()),
    })
}

pub(super) fn parse(pairs: &[(String, String)]) -> Result<Query, Problem> {
    let pairs = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(Query::parse(pairs, Tz::UTC)?)
}

/// Takes the parameters of the rows out of those of the query.
pub(super) fn row_query(pairs: Pairs) -> Result<(RowQuery, Pairs), Problem> {
    let mut wanted = RowQuery {
        limit: usize::MAX,
        ..RowQuery::default()
    };
    let mut rest = Pairs::new();
    for (name, value) in pairs {
        if let Some(field) = name.strip_prefix("key.") {
            wanted.key.push((field.to_owned(), value));
            continue;
        }
        if value.is_empty() {
            continue;
        }
        let bad = |expected: &str| {
            Problem::from(crate::model::Invalid::new(
                &name,
                format!("`{value}` is not {expected}"),
            ))
        };
        match name.as_str() {
            "bucket" => {
                let at =
                    Timestamp::parse(&value).map_err(|_error| bad("an instant with an offset"))?;
                wanted.bucket = Some(at);
            }
            "state" => {
                let state: Result<RowState, _> = serde_json::from_value(value.clone().into());
                wanted.state =
                    Some(state.map_err(|_error| {
                        bad("counted, pending, open, excluded or unconcerned")
                    })?);
            }
            "limit" => {
                let limit = value
                    .parse()
                    .ok()
                    .filter(|limit| (1..=MAX_ROWS).contains(limit));
                wanted.limit = limit.ok_or_else(|| bad("a number from 1 to 1000"))?;
            }
            "cursor" => {
                let after: Result<u32, _> = value.parse();
                let after = after.map_err(|_error| bad("a cursor of an earlier page"))?;
                wanted.after = after as usize;
            }
            _ => rest.push((name, value)),
        }
    }
    Ok((wanted, rest))
}

fn wants_csv(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.starts_with("text/csv"))
}

fn csv_response(id: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{id}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
