//! `/audit`: what people did to the installation.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query as Parameters, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::model::{AuditEntry, Invalid, Timestamp};
use crate::web::Problem;

/// As many entries are listed unless another number is asked for.
const USUAL_LIMIT: usize = 100;
/// The most that are listed at once.
const MAX_LIMIT: usize = 1_000;

/// Something that somebody did.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditLine {
    /// Its place in the journal.
    seq: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who.
    actor: String,
    /// What, as the type of its event.
    kind: String,
    /// What that says, cut where it is long.
    detail: String,
}

/// What people did.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditList {
    /// The last first.
    items: Vec<AuditLine>,
    /// What to ask for the next ones with, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<u64>,
}

/// Which entries are listed.
#[derive(Deserialize)]
pub(super) struct AuditParameters {
    /// At most so many; 100 by default.
    limit: Option<usize>,
    /// Those before this one, as `next_cursor` said.
    cursor: Option<u64>,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Lists what people did to the installation, the last first.
#[utoipa::path(get, path = "/audit", tag = "people", 
    params(("limit" = Option<usize>, Query, minimum = 1, maximum = 1_000, description = "At most so many; 100 by default"),
        ("cursor" = Option<u64>, Query, description = "Those before this one, as `next_cursor` said")),
    responses((status = 200, description = "What people did", body = AuditList),
        (status = 400, description = "A parameter cannot be used", body = Problem)))]
pub(super) async fn list_audit(
    State(app): State<Arc<App>>,
    Parameters(wanted): Parameters<AuditParameters>,
) -> Result<Json<AuditList>, Problem> {
    let limit = wanted.limit.unwrap_or(USUAL_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let reason = format!("`{limit}` is no number from 1 to {MAX_LIMIT}");
        return Err(Invalid::new("limit", reason).into());
    }
    let before = wanted.cursor.unwrap_or(u64::MAX);
    if wanted
        .cursor
        .is_some_and(|cursor| i64::try_from(cursor).is_err())
    {
        let reason = format!("`{before}` is no cursor that a list has given");
        return Err(Invalid::new("cursor", reason).into());
    }
    let snapshot = app.snapshot();
    let entries = snapshot.installation.audit.latest();
    let mut entries = entries.filter(|entry| entry.seq < before);
    let items: Vec<AuditLine> = entries.by_ref().take(limit).map(line).collect();
    let last = items.last().map(|line| line.seq);
    let next_cursor = entries.next().and(last);
    Ok(Json(AuditList { items, next_cursor }))
}

fn line(entry: &AuditEntry) -> AuditLine {
    AuditLine {
        seq: entry.seq,
        at: entry.at,
        actor: entry.actor.clone(),
        kind: entry.kind.clone(),
        detail: entry.detail.clone(),
    }
}
