//! Which pages may use the widget's routes: those of the sites that an admin lists, and our own.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::web::Problem;

/// For how long a browser may remember that it may ask, in seconds.
const REMEMBERED: &str = "600";

/// Lets a request through if its page may make it, and tells the browser so.
pub(super) async fn admit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    if let Err(problem) = check(&app, request.headers(), origin.as_ref()) {
        return problem.into_response();
    }
    let mut answer = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-type",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED),
            (header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    answer
}

fn check(app: &App, headers: &HeaderMap, origin: Option<&HeaderValue>) -> Result<(), Problem> {
    let widget = Arc::clone(&app.snapshot().installation.widget);
    // Where nobody signs in yet, only this machine gets so far.
    if widget.sites.is_empty() && app.people().has_sign_in() {
        return Err(refused(
            "the widget is shown nowhere yet: an admin lists the sites that may show it, in the \
             settings of the widget",
        ));
    }
    let Some(origin) = origin else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").map(|(_, own)| own);
    let public = app.network().public_url.as_ref();
    let is_own = (own.is_some() && own == host) || public.is_some_and(|url| url.origin() == origin);
    if is_own || widget.sites.iter().any(|site| site == origin) {
        return Ok(());
    }
    Err(refused(&format!(
        "`{origin}` is no site that an admin has listed in the settings of the widget"
    )))
}

fn refused(detail: &str) -> Problem {
    let title = "This page may not show the widget";
    Problem::new(StatusCode::FORBIDDEN, "site", title, detail)
}
