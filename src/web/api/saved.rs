//! `/saved-reports`, `/dashboards` and `/shared-links`: what people keep of reports, and show outside.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wait_for_own_write;
use crate::app::{App, WriteResult};
use crate::command::{Caller, Command, DashboardDraft, SavedCommand, SavedReportDraft};
use crate::model::Timestamp;
use crate::model::event::LinkTarget;
use crate::model::required_number;
use crate::model::saved::{Dashboard, SavedReport, SharedLink};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// A list of something.
#[derive(Serialize)]
pub(super) struct Listed<T> {
    /// In order.
    items: Vec<T>,
}

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkDraft {
    /// What it shows.
    shows: LinkTarget,
    /// For how many days.
    #[schema(minimum = 1, maximum = 366)]
    #[serde(deserialize_with = "required_number")]
    days: i64,
}

/// A link, and where it leads.
#[derive(Serialize)]
pub(super) struct LinkView {
    /// The link.
    #[serde(flatten)]
    link: SharedLink,
    /// Its address on this server.
    path: String,
    /// Whether it still shows anything.
    holds: bool,
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeLink {
    /// Which.
    id: String,
    /// Its address on this server.
    path: String,
    /// Until when it shows anything.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The position of the log that holds it.
    log_position: u64,
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_saved_reports, save_report))
        .routes(routes!(get_saved_report))
        .routes(routes!(remove_saved_report))
        .routes(routes!(restore_saved_report))
        .routes(routes!(list_dashboards, save_dashboard))
        .routes(routes!(get_dashboard))
        .routes(routes!(remove_dashboard))
        .routes(routes!(restore_dashboard))
        .routes(routes!(list_shared_links, share))
        .routes(routes!(revoke_shared_link))
}

/// Lists the saved reports: one's own, and those that everybody finds.
#[utoipa::path(get, path = "/saved-reports", tag = "saved reports",
    responses((status = 200, description = "The saved reports, by name", body = Object)))]
pub(super) async fn list_saved_reports(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<Listed<SavedReport>>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(Listed {
        items: app.saved_reports(&caller),
    }))
}

/// Saves a report with its parameters under a name, or changes a saved one. It is asked once before:
/// what cannot be asked is not saved.
#[utoipa::path(post, path = "/saved-reports", tag = "saved reports", request_body = SavedReportDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "No such report, or no such saved report", body = Problem),
        (status = 409, description = "Only whose it is or an admin changes it", body = Problem)))]
pub(super) async fn save_report(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<SavedReportDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_report(caller, draft).await?))
}

/// Gives a saved report, also one that was removed.
#[utoipa::path(get, path = "/saved-reports/{id}", tag = "saved reports",
    params(("id" = String, Path, description = "The saved report")),
    responses((status = 200, description = "The saved report", body = Object),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn get_saved_report(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<SavedReport>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(app.saved_report(&caller, &id)?))
}

/// Lists the dashboards: one's own, and those that everybody finds.
#[utoipa::path(get, path = "/dashboards", tag = "saved reports",
    responses((status = 200, description = "The dashboards, by name", body = Object)))]
pub(super) async fn list_dashboards(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<Listed<Dashboard>>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(Listed {
        items: app.dashboards(&caller),
    }))
}

/// Saves a dashboard, or changes one.
#[utoipa::path(post, path = "/dashboards", tag = "saved reports", request_body = DashboardDraft,
    responses((status = 200, description = "It is journalled; `id` names it", body = WriteResult),
        (status = 404, description = "No such dashboard or saved report", body = Problem),
        (status = 409, description = "Only whose it is or an admin changes it", body = Problem)))]
pub(super) async fn save_dashboard(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(draft): JsonBody<DashboardDraft>,
) -> Result<Json<WriteResult>, Problem> {
    Ok(Json(app.save_dashboard(caller, draft).await?))
}

/// Gives a dashboard, also one that was removed.
#[utoipa::path(get, path = "/dashboards/{id}", tag = "saved reports",
    params(("id" = String, Path, description = "The dashboard")),
    responses((status = 200, description = "The dashboard", body = Object),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn get_dashboard(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Dashboard>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    Ok(Json(app.dashboard(&caller, &id)?))
}

/// Removes and restores what is saved: one shape for all.
macro_rules! changes {
    ($($name:ident($path:literal, $noun:literal, $about:literal, $variant:ident);)*) => {$(
        #[doc = $about]
        #[utoipa::path(post, path = $path, tag = "saved reports",
            params(("id" = String, Path, description = $noun)),
            responses((status = 200, description = "It is journalled", body = WriteResult),
                (status = 404, description = "There is none", body = Problem),
                (status = 409, description = "Only whose it is or an admin changes it, or there is nothing to restore", body = Problem)))]
        pub(super) async fn $name(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            Path(id): Path<String>,
        ) -> Result<Json<WriteResult>, Problem> {
            let command = Command::Saved(SavedCommand::$variant { id });
            Ok(Json(app.write(caller, command).await?))
        }
    )*};
}

changes! {
    remove_saved_report("/saved-reports/{id}/remove", "The saved report", "Removes a saved report; it can be restored.", RemoveReport);
    restore_saved_report("/saved-reports/{id}/restore", "The saved report", "Restores a saved report that was removed.", RestoreReport);
    remove_dashboard("/dashboards/{id}/remove", "The dashboard", "Removes a dashboard; it can be restored.", RemoveDashboard);
    restore_dashboard("/dashboards/{id}/restore", "The dashboard", "Restores a dashboard that was removed.", RestoreDashboard);
}

/// Lists the links by which figures are shown outside: one's own, for admins all.
#[utoipa::path(get, path = "/shared-links", tag = "saved reports",
    responses((status = 200, description = "The links, the latest first", body = Object)))]
pub(super) async fn list_shared_links(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<Listed<LinkView>>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let now = app.clock().now();
    let view = |link: SharedLink| {
        Ok(LinkView {
            path: app.shared_path(link.id.as_str())?,
            holds: link.holds(now),
            link,
        })
    };
    let links = app.shared_links(&caller).into_iter();
    let items = links.map(view).collect::<Result<_, Problem>>()?;
    Ok(Json(Listed { items }))
}

/// Makes a link by which whoever has it sees the figures of a saved report or a dashboard, without
/// signing in: what its maker sees, no rows and no words.
#[utoipa::path(post, path = "/shared-links", tag = "saved reports", request_body = LinkDraft,
    responses((status = 200, description = "It is journalled; `path` is its address", body = MadeLink),
        (status = 404, description = "No such dashboard or saved report", body = Problem),
        (status = 409, description = "Only whose it is or an admin shares it", body = Problem)))]
pub(super) async fn share(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(LinkDraft { shows, days }): JsonBody<LinkDraft>,
) -> Result<Json<MadeLink>, Problem> {
    let made = app.share(caller, shows, days).await?;
    Ok(Json(MadeLink {
        id: made.id,
        path: made.path,
        expires_at: made.expires_at,
        log_position: made.log_position,
    }))
}

/// Ends a link.
#[utoipa::path(post, path = "/shared-links/{id}/revoke", tag = "saved reports",
    params(("id" = String, Path, description = "The link")),
    responses((status = 200, description = "It is journalled", body = WriteResult),
        (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn revoke_shared_link(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(link): Path<String>,
) -> Result<Json<WriteResult>, Problem> {
    let command = Command::Saved(SavedCommand::Revoke { link });
    Ok(Json(app.write(caller, command).await?))
}
