//! Svar inside another program: its folder, its events, its numbers, and its routes under a
//! path of the host's own server, behind the host's own sign-in.
//!
//! `cargo run --example embed` serves for one request of its own and ends.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use svar::app::App;
use svar::clock::Clock;
use svar::command::{Caller, Identity, Role};
use svar::report::Query;
use svar::{web, work};

const EVENTS: &str = r#"
{"type":"conversation.started","at":"2026-10-05T09:00:00Z","conversation":"c1","contact":"p1","channel":"chat"}
{"type":"message.added","at":"2026-10-05T09:00:00Z","conversation":"c1","message":"m1","author":{"kind":"contact"},"text":"Where is my order?"}
{"type":"message.added","at":"2026-10-05T09:04:00Z","conversation":"c1","message":"m2","author":{"kind":"rep","id":"ada"},"text":"On its way."}
"#;

/// The host's own sign-in: here a header names the user, and who has none is refused.
async fn sign_in(mut request: Request, next: Next) -> Response {
    let user = request.headers().get("x-user");
    let Some(user) = user.and_then(|name| name.to_str().ok()) else {
        return (StatusCode::UNAUTHORIZED, "sign in first").into_response();
    };
    let role = if user == "ada" {
        Role::Admin
    } else {
        Role::Viewer
    };
    let caller = Caller::live(Identity::Host(user.to_owned()), role);
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("svar-embed-{}", Clock::fresh_id()));
    let app = Arc::new(App::open(&folder, Clock::system(), |_done, _total| {})?);
    let working = work::start(&app);

    let taken = app.take_body("host", EVENTS.trim().as_bytes(), None)?;
    app.wait_for(taken.log_position);
    let query = Query::parse(
        [("from", "2026-10-01"), ("to", "2026-11-01"), ("by", "none")],
        chrono_tz::Tz::UTC,
    )?;
    let answer = app.report("first_response_time", &query)?;
    println!("{}", serde_json::to_string_pretty(&answer)?);

    let support = web::api::router(Arc::clone(&app)).layer(middleware::from_fn(sign_in));
    let host = Router::new()
        .route("/", get(|| async { "the host's own page" }))
        .nest("/support", support);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve_and_ask(host))?;

    drop(working);
    app.close()?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Serves on a free port of this machine, and asks for a report as two users.
async fn serve_and_ask(host: Router) -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/support/api/v1", listener.local_addr()?);
    // Made once, the routes are shared; otherwise each connection would have its own.
    let host = host.into_make_service();
    let server = tokio::spawn(async move { axum::serve(listener, host).await });
    let statuses = tokio::task::spawn_blocking(move || -> Result<_, ureq::Error> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let report = format!("{url}/reports/handled");
        let nobody = agent.get(&report).call()?.status();
        let viewer = agent.get(&report).header("x-user", "bob").call()?.status();
        let post = agent.post(format!("{url}/events"));
        let refused = post.header("x-user", "bob").send("")?.status();
        Ok([nobody, viewer, refused])
    });
    let [nobody, viewer, refused] = statuses.await??;
    println!("without a sign-in {nobody}, as a viewer {viewer}, a viewer's events {refused}");
    server.abort();
    Ok(())
}
