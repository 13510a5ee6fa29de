//! What visitors ask for by the widget's form.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::session::{Known, too_many};
use super::thread::check_id;
use crate::app::{App, RequestReceipt, VisitLimit, VisitorsRequest};
use crate::command::{RequestDraft, RequestWay};
use crate::web::Problem;
use crate::web::json::JsonBody;
use crate::web::session::address_of;

/// What a visitor asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRequest {
    /// What the widget calls it; sent again, it is not taken in again.
    id: String,
    name: String,
    email: String,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    customer: Option<String>,
    text: String,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    language: Option<String>,
    /// `direct`, or `matching` where no expert was chosen.
    #[serde(default)]
    request: RequestWay,
}

/// Takes in what a visitor asks for; answers when it can be seen.
pub(super) async fn post_request(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    extensions: Extensions,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewRequest>,
) -> Result<Json<RequestReceipt>, Response> {
    if let Some(address) = address_of(&app, &extensions, &headers) {
        app.check_visit(VisitLimit::RequestFrom(address))
            .map_err(too_many)?;
    }
    app.check_visit(VisitLimit::Request(&visitor.contact))
        .map_err(too_many)?;
    check_id(&new.id).map_err(|fault| Problem::from(fault).into_response())?;
    let request = VisitorsRequest {
        id: new.id,
        draft: RequestDraft {
            name: new.name,
            email: new.email,
            company: new.company,
            url: new.url,
            service: new.service,
            customer: new.customer,
            text: new.text,
            language: new.language,
            request: new.request,
        },
        files: new.files,
    };
    let taken = app.take_visitors_request(&visitor, request).await;
    let receipt = taken.map_err(|error| Problem::from(error).into_response())?;
    Ok(Json(receipt))
}
