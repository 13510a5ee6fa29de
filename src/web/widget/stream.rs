//! A visitor's conversation as it changes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::session::{Known, token_of};
use super::thread::ThreadView;
use crate::app::{App, Visitor};
use crate::web::Problem;
use crate::web::events::{HEARTBEAT, Reader, events};

/// Tells a visitor what becomes of their conversation, as server-sent events: `thread`, each time
/// with all that they see.
pub(super) async fn follow_thread(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = token_of(&headers).to_owned();
    Ok(events(move |reader| async move {
        tokio::select! {
            () = reader.gone() => {}
            () = tell(&app, (&visitor, &token), &reader) => {}
        }
    }))
}

/// What the visitor sees now; what they saw before is not made again where it is the same.
async fn look(app: &Arc<App>, visitor: &Visitor, before: &ThreadView) -> Option<ThreadView> {
    let (app, visitor, before) = (Arc::clone(app), visitor.clone(), before.clone());
    let read = tokio::task::spawn_blocking(move || before.again(&app, &visitor));
    read.await.ok()?.ok()
}

/// Whether the visitor was not signed out meanwhile.
fn holds(app: &App, token: &str) -> bool {
    app.visitor(token).is_ok_and(|visitor| visitor.is_some())
}

async fn tell(app: &Arc<App>, (visitor, token): (&Visitor, &str), reader: &Reader) {
    // From here on, so that what changes while it is looked at is heard of.
    let mut ear = app.ear_of(visitor);
    let mut shown: Option<ThreadView> = None;
    loop {
        let after = app.snapshot().log_position;
        let before = shown.clone().unwrap_or_default();
        let now = look(app, visitor, &before).await;
        let Some(now) = now.filter(|_now| holds(app, token)) else {
            return;
        };
        let is_another = ear.follow(now.conversation());
        if shown.as_ref() != Some(&now) {
            if !reader.send(after, "thread", &now).await {
                return;
            }
            shown = Some(now);
        }
        if is_another {
            continue;
        }
        loop {
            match tokio::time::timeout(HEARTBEAT, ear.heard()).await {
                Ok(true) => break,
                Ok(false) => return,
                Err(_quiet) if !holds(app, token) || !reader.beat().await => return,
                Err(_quiet) => {}
            }
        }
    }
}
