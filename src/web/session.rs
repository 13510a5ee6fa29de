//! Who a request comes from: made once, before any handler, and handed to it as a [`Caller`].
//!
//! A host program that has Svar's routes inside its own puts a [`Caller`] of its own into the
//! request's extensions; it is taken as it is. Else it is somebody at the command line (the token
//! of this run), a program (an API token), or a user (a session's cookie). Until there is an
//! admin who can sign in, whoever is on this machine may do everything; a request that came
//! through a proxy is from elsewhere. Then the table of `access` is asked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cookie::{Cookie, SameSite};
use subtle::ConstantTimeEq;

use super::access::{self, Rule};
use super::problem::Problem;
use crate::app::{App, COOKIE_SECS, PROVIDER_PATH, PublicUrl};
use crate::command::{Caller, Identity, Role};

/// The cookie that a session is kept in.
const COOKIE: &str = "svar_session";
/// The cookie of who is away at the provider of sign-ins.
const AWAY: &str = "svar_away";
/// How a session's cookie is kept.
const SESSION: Kept = Kept {
    name: COOKIE,
    path: "",
    secs: COOKIE_SECS,
};
/// How the cookie of who is away is kept: no longer than what it is for.
const PROVIDER: Kept = Kept {
    name: AWAY,
    path: PROVIDER_PATH,
    secs: 600,
};
/// What a proxy says of where a request came from.
const FORWARDED: [&str; 5] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// A front: what it takes to use its routes, and how it says no.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) app: Arc<App>,
    /// What somebody on this machine is called by, where nobody signs in.
    pub(super) unsigned: Identity,
    pub(super) rules: &'static [Rule],
    pub(super) refuse: fn(&Request, Barrier) -> Response,
}

/// Why a request is not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barrier {
    /// Nobody is signed in.
    Unknown,
    /// Nobody can sign in yet, and the request is from elsewhere.
    NotSetUp,
    /// The caller's role is too little.
    Role {
        /// The one that it takes.
        needed: Role,
        /// The caller's.
        role: Role,
    },
}

/// Puts the caller into the request, and lets it through if that caller may use the route.
pub(super) async fn identify(
    State(front): State<Front>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = match caller {
        Some(of_the_host) => Ok(of_the_host),
        None => caller_of(&front.app, &front.unsigned, request.headers()),
    };
    let needed = access::least(
        front.rules,
        &request,
        front.app.people().rules().viewers_read,
    );
    match (needed, caller) {
        (None, Err(_)) => {}
        (Some(_), Err(barrier)) => return (front.refuse)(&request, barrier),
        (Some(needed), Ok(caller)) if caller.role < needed => {
            let role = caller.role;
            return (front.refuse)(&request, Barrier::Role { needed, role });
        }
        (_, Ok(caller)) => {
            request.extensions_mut().insert(caller);
        }
    }
    next.run(request).await
}

/// Who a request that goes on comes from by now, if they may still use the desk; `unsigned` is
/// what somebody on this machine is called by.
pub(super) fn still(app: &App, unsigned: &Identity, headers: &HeaderMap) -> Option<Caller> {
    let caller = caller_of(app, unsigned, headers).ok();
    caller.filter(|caller| caller.role >= Role::Rep)
}

fn caller_of(app: &App, unsigned: &Identity, headers: &HeaderMap) -> Result<Caller, Barrier> {
    if has_token(app, headers) {
        return Ok(Caller::live(Identity::Cli, Role::Admin));
    }
    if let Some(token) = bearer(headers) {
        return app.token_caller(token).ok_or(Barrier::Unknown);
    }
    let user = secret_of(headers).and_then(|secret| app.session(&secret));
    if let Some(user) = user {
        let identity = Identity::User(user.user.to_string());
        let role = app.people().rules().role_of(&user);
        return Ok(Caller::live(identity, role).seeing(user.sight()));
    }
    if app.people().has_sign_in() {
        return Err(Barrier::Unknown);
    }
    if FORWARDED.iter().any(|name| headers.contains_key(*name)) {
        return Err(Barrier::NotSetUp);
    }
    Ok(Caller::live(unsigned.clone(), Role::Admin))
}

/// Whether the request carries the token of this run, which is in `server.json`.
pub(super) fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let token = bearer(headers);
    token.is_some_and(|token| token.as_bytes().ct_eq(app.admin_token().as_bytes()).into())
}

/// Lets through who sends the token of this run, and nobody else.
pub(super) async fn only_commands(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if has_token(&app, request.headers()) {
        return next.run(request).await;
    }
    problem(&request, Barrier::Unknown)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// The secret of the session that the browser sends.
pub(super) fn secret_of(headers: &HeaderMap) -> Option<String> {
    kept(headers, COOKIE)
}

/// What the browser keeps while somebody is away at the provider of sign-ins.
pub(super) fn away_of(headers: &HeaderMap) -> Option<String> {
    kept(headers, AWAY)
}

fn kept(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let mut cookies = texts.flat_map(Cookie::split_parse).filter_map(Result::ok);
    let cookie = cookies.find(|cookie| cookie.name() == name)?;
    Some(cookie.value().to_owned())
}

/// A cookie of ours: its name, where below the prefix it is sent, and for how long.
#[derive(Clone, Copy)]
struct Kept {
    name: &'static str,
    path: &'static str,
    secs: i64,
}

/// The cookie of a new session.
pub(super) fn signed_in(app: &App, secret: &str) -> Option<HeaderValue> {
    cookie(app, SESSION, secret)
}

/// The cookie that takes a session away.
pub(super) fn signed_out(app: &App) -> Option<HeaderValue> {
    cookie(app, Kept { secs: 0, ..SESSION }, "")
}

/// The cookie of a browser that is sent to the provider of sign-ins.
pub(super) fn sent_away(app: &App, secret: &str) -> Option<HeaderValue> {
    cookie(app, PROVIDER, secret)
}

/// The cookie that takes that one away.
pub(super) fn come_back(app: &App) -> Option<HeaderValue> {
    cookie(
        app,
        Kept {
            secs: 0,
            ..PROVIDER
        },
        "",
    )
}

/// Lax: it comes along when a link elsewhere, or the provider, leads here, and never with a post.
fn cookie(app: &App, kept: Kept, secret: &str) -> Option<HeaderValue> {
    let url = app.network().public_url.as_ref();
    let path = url.map(PublicUrl::path).unwrap_or_default();
    let path = format!("{path}{}", kept.path);
    let cookie = Cookie::build((kept.name, secret))
        .path(if path.is_empty() { "/" } else { &path })
        .http_only(true)
        .secure(url.is_some_and(PublicUrl::is_secure) || app.network().is_tls)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(kept.secs));
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// Where a request comes from, if the server notes that; through a trusted proxy, as that says.
pub(super) fn address_of(
    app: &App,
    extensions: &Extensions,
    headers: &HeaderMap,
) -> Option<IpAddr> {
    let trusted = &app.network().trusted_proxies;
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let values = headers.get_all("x-forwarded-for").into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = texts
        .flat_map(|text| text.split(','))
        .filter_map(|hop| hop.trim().parse().ok())
        .collect();
    // Each proxy adds at the end whom it got the request from; what is before that may be made up.
    let from = hops.into_iter().rev().find(|hop| !trusted.contains(hop));
    Some(from.unwrap_or(peer))
}

/// Says no to a program.
pub(super) fn problem(_request: &Request, barrier: Barrier) -> Response {
    let (kind, title, detail) = match barrier {
        Barrier::Unknown => (
            "unauthorized",
            "This takes a sign-in",
            "send an API token as `Authorization: Bearer …`; an admin makes one on the page People, \
             or by `svar token create`"
                .to_owned(),
        ),
        Barrier::NotSetUp => (
            "unauthorized",
            "There is no sign-in yet",
            "the first admin has to be made on the machine where Svar runs: open the link that \
             `svar serve` prints, or use `svar user add --role admin`"
                .to_owned(),
        ),
        Barrier::Role { needed, role } => {
            let detail = format!("this takes the role {needed}, yours is {role}");
            let title = "Your role may not do this";
            return Problem::new(StatusCode::FORBIDDEN, "forbidden", title, detail)
                .into_response();
        }
    };
    Problem::new(StatusCode::UNAUTHORIZED, kind, title, detail).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let headers = |text: &str| HeaderMap::from_iter([(header::COOKIE, text.parse().unwrap())]);
        let found = secret_of(&headers("a=b; svar_session=s3cret; c=d"));
        assert_eq!(found.as_deref(), Some("s3cret"));
        for other in ["", "svar_session", "my_svar_session=x", "="] {
            assert_eq!(secret_of(&headers(other)), None, "{other}");
        }
    }
}
