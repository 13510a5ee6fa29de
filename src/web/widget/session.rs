//! Who a visitor is: a token from here, which the browser keeps, or a user whom the host has signed.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::file_view::FileRules;
use super::offer_view::OfferView;
use crate::app::{App, VisitLimit, Visitor};
use crate::web::Problem;
use crate::web::json::JsonBody;
use crate::web::session::address_of;

/// What the widget says of itself when it begins.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beginning {
    /// The token that the browser has kept.
    #[serde(default)]
    token: Option<String>,
    /// A user whom the host has signed.
    #[serde(default)]
    user: Option<String>,
    /// The visitor's language.
    #[serde(default)]
    language: Option<String>,
}

/// What the widget needs to begin.
#[derive(Serialize)]
pub(super) struct Session {
    token: String,
    is_verified: bool,
    /// What the customer agent is called, where the desk calls it something.
    name: Option<String>,
    /// Where its picture is, on this server.
    picture: Option<String>,
    greeting: String,
    is_open: bool,
    opens: Option<String>,
    /// Which files may be sent; none: no files.
    files: Option<FileRules>,
    /// What may be asked for by the form; none: there is no form.
    request: Option<OfferView>,
}

/// Begins or goes on: gives the token of the visitor that somebody is.
pub(super) async fn begin_session(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<Session>, Response> {
    let address = address_of(&app, request.extensions(), request.headers());
    if let Some(address) = address {
        app.check_visit(VisitLimit::Arrival(address))
            .map_err(too_many)?;
    }
    let body = <JsonBody<Beginning> as axum::extract::FromRequest<()>>::from_request(request, &());
    let JsonBody(Beginning {
        token,
        user,
        language,
    }) = body.await.map_err(IntoResponse::into_response)?;
    let failed = |error: crate::app::Error| Problem::from(error).into_response();
    let kept = token
        .map(|token| app.visitor(&token))
        .transpose()
        .map_err(failed)?;
    let kept = kept.flatten();
    let visitor = match user {
        Some(user) => {
            let user = app.host_user(&user).map_err(failed)?;
            let former = kept
                .filter(|kept| !kept.is_verified)
                .map(|kept| kept.contact);
            let welcome = app.welcome(user, former, language.clone());
            welcome.await.map_err(failed)?
        }
        // A user of the host who is signed no more is somebody unknown.
        None => kept
            .filter(|kept| !kept.is_verified)
            .unwrap_or_else(|| Visitor {
                contact: App::fresh_id("visitor"),
                is_verified: false,
            }),
    };
    let opening = app.opening_words(language.as_deref());
    Ok(Json(Session {
        token: app.visitor_token(&visitor).map_err(failed)?,
        is_verified: visitor.is_verified,
        name: app.agent_settings().name,
        picture: app.snapshot().installation.agent_picture.path(),
        greeting: app.greeting(language.as_deref()),
        is_open: opening.is_open,
        opens: opening.opens,
        files: FileRules::of(&app),
        request: OfferView::of(&app),
    }))
}

/// A visitor whose token holds.
pub(super) struct Known(pub(super) Visitor);

impl FromRequestParts<Arc<App>> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        match app.visitor(token_of(&parts.headers))? {
            Some(visitor) => Ok(Self(visitor)),
            None => Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "The token does not hold",
                "begin a session again, as the widget does when a page loads",
            )),
        }
    }
}

/// The token that a request carries.
pub(super) fn token_of(headers: &HeaderMap) -> &str {
    let value = headers.get(header::AUTHORIZATION);
    let value = value.and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer "));
    token.unwrap_or_default()
}

/// That it was too much, and when more is taken.
pub(super) fn too_many(wait: Duration) -> Response {
    let secs = wait.as_secs() + 1;
    let detail = format!("that was too much at once; try again in {secs} seconds");
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many",
        "Too many at once",
        detail,
    );
    let mut answer = problem.into_response();
    if let Ok(value) = HeaderValue::from_str(&secs.to_string()) {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}
