//! `/bill-check`: a vendor's bill beside Svar's own count, as JSON or as a packet of CSV.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::tasks::accepted;
use super::{Pairs, off};
use crate::app::{App, Delivery, Task};
use crate::command::Caller;
use crate::report::{BillCheck, BillOrder};
use crate::web::Problem;

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(check_bill))
}

/// Sets what a vendor claims that its customer agent resolved beside what Svar counts.
///
/// What is claimed is `ai_agent.resolution_state` of imported conversations; each is judged by the
/// vendor's rule of that day. With `Accept: text/csv` it is the packet to send to the vendor.
#[utoipa::path(get, path = "/bill-check", tag = "reports",
    params(
        ("from" = String, Query, description = "The first day of UTC, or an instant: claims from then on"),
        ("to" = String, Query, description = "The end, no longer in it"),
        ("price" = String, Query, pattern = r"^\d{1,9}(\.\d{1,4})?$", description = "What one costs, such as 0.99")),
    responses((status = 200, description = "The bill, line by line", content((BillCheck = "application/json"), (String = "text/csv"))),
        (status = 202, description = "Facts are being folded; `Location` is the task", body = Task),
        (status = 400, description = "Window or price cannot be read", body = Problem)))]
pub(super) async fn check_bill(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    let wants_csv = accept.is_some_and(|accept| accept.starts_with("text/csv"));
    off(move || {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
        let order = BillOrder::parse(pairs)?;
        let check = match app.check_bill(&app.present_to(&caller.sight), &order)? {
            Delivery::Result(check) => check,
            Delivery::Task(task) => return Ok(accepted(&task)),
        };
        if !wants_csv {
            return Ok(Json(check).into_response());
        }
        let mut response = check.to_csv().into_response();
        let kind = HeaderValue::from_static("text/csv; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    })
    .await
}
