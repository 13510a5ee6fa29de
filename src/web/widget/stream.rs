//! A visitor's conversation as it changes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::session::{Known, token_of};
use super::thread::ThreadView;
use crate::app::{App, Change, ChangeKind, News, Visitor};
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

/// Whether a change is one of the conversation that is shown, or of what the visitor began.
fn concerns(change: &Change, shown: &ThreadView, visitor: &Visitor) -> bool {
    let is_of_a_kind = matches!(change.kind, ChangeKind::Conversation | ChangeKind::Ticket);
    is_of_a_kind && (shown.conversation() == Some(change.id.as_str()) || visitor.began(&change.id))
}

async fn look(app: &Arc<App>, visitor: &Visitor) -> Option<ThreadView> {
    let (app, visitor) = (Arc::clone(app), visitor.clone());
    let read = tokio::task::spawn_blocking(move || ThreadView::of(&app, &visitor));
    read.await.ok()?.ok()
}

/// Whether the visitor was not signed out meanwhile.
fn holds(app: &App, token: &str) -> bool {
    app.visitor(token).is_ok_and(|visitor| visitor.is_some())
}

async fn tell(app: &Arc<App>, (visitor, token): (&Visitor, &str), reader: &Reader) {
    let mut after = app.snapshot().log_position;
    let Some(mut shown) = look(app, visitor).await else {
        return;
    };
    if !reader.send(after, "thread", &shown).await {
        return;
    }
    loop {
        let is_touched = match app.news(after, HEARTBEAT).await {
            News::Over => return,
            News::Quiet => {
                if !holds(app, token) || !reader.beat().await {
                    return;
                }
                false
            }
            News::Reset { position } => {
                after = position;
                true
            }
            News::Changes { position, changes } => {
                after = position;
                changes
                    .iter()
                    .any(|change| concerns(change, &shown, visitor))
            }
        };
        if !is_touched {
            continue;
        }
        let Some(now) = look(app, visitor).await.filter(|_now| holds(app, token)) else {
            return;
        };
        if now != shown {
            shown = now;
            if !reader.send(after, "thread", &shown).await {
                return;
            }
        }
    }
}
