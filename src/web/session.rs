//! Who a request comes from: made once, before any handler, and handed to it as a [`Caller`].
//!
//! A host program that has Svar's routes inside its own puts a [`Caller`] of its own into the
//! request's extensions; it is taken as it is. Else somebody with the token of this run is at the
//! command line, and anybody on this machine may do what the pages and the API offer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::command::{Caller, Identity, Role};

/// What a front is called by where nobody has signed in.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) app: Arc<App>,
    pub(super) identity: Identity,
}

/// Puts the caller into the request, unless the host has done so.
pub(super) async fn identify(
    State(front): State<Front>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.extensions().get::<Caller>().is_none() {
        let identity = if has_token(&front.app, request.headers()) {
            Identity::Cli
        } else {
            front.identity
        };
        let caller = Caller::live(identity, Role::Admin);
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// Whether the request carries the token of this run, which is in `server.json`.
pub(super) fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    token.is_some_and(|token| token.as_bytes().ct_eq(app.admin_token().as_bytes()).into())
}
