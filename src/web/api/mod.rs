//! The HTTP API: JSON routes over the app, one file a resource.
//!
//! Every handler parses its parameters, runs the app off the async threads, and turns
//! its error into problem JSON. Nothing here computes a number.

mod access;
mod admin;
mod agent_picture;
mod alerts;
mod answers;
mod attendees;
mod audit;
mod bill_check;
mod bulk;
mod canned;
mod channels;
mod chart_notes;
mod connectors;
mod contact_links;
mod contacts;
mod conversations;
mod customer_agent;
mod description;
mod desk;
mod drafts;
mod events;
mod factor;
mod files;
mod health;
mod imports;
mod inbox;
mod inboxes;
mod job_preferences;
mod knowledge;
mod linked;
mod live;
mod mail_schedules;
mod mailboxes;
mod mails;
mod messages;
mod model;
mod offers;
mod pipelines;
mod profiles;
mod queue;
mod recent;
mod reports;
mod reps;
mod routing;
mod samples;
mod saved;
mod schedules;
mod search;
mod services;
mod start;
mod stream;
mod surveys;
mod tags;
mod tasks;
mod teams;
mod ticket_list;
mod tickets;
mod tokens;
mod topics;
mod users;
mod webhooks;
mod widget;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::{Extension, Router};
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa_axum::router::OpenApiRouter;
#[cfg(feature = "api-docs")]
use utoipa_swagger_ui::SwaggerUi;

pub(super) use inbox::{Asking, narrowed};
pub use reports::ReportList;
pub use search::{SearchHit, SearchHitList};
pub(super) use ticket_list::wanted_tickets;

use inbox::USUAL_LIMIT;
use recent::Recent;

use crate::app::{App, PublicUrl};
use crate::command::Identity;
use crate::model::desk::{DeskView, Sort, TicketView};
use crate::web::session::{self, Front, identify};
use crate::web::{Problem, access as rules, json};

/// Where the routes are.
const ROOT: &str = "/api/v1";
/// The largest body that is read.
const MAX_BODY_BYTES: usize = 32 << 20;

/// Parameters in the order in which they came; a name may come twice.
type Pairs = Vec<(String, String)>;

/// The description of the API, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Svar",
        description = "Customer-agent support analytics. Instants are RFC 3339 in UTC, durations seconds, ratios 0 to 1.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(DeskView, Sort, TicketView))
)]
struct Description;

/// The routes under `/api`, and the probes.
pub fn router(app: Arc<App>) -> Router {
    health::start_recording();
    let front = Front {
        app: Arc::clone(&app),
        unsigned: Identity::Api,
        rules: rules::API,
        refuse: session::problem,
    };
    let (v1, described) = v1().split_for_parts();
    let (probes, outside) = health::probes().split_for_parts();
    let mut description = Description::openapi().nest(ROOT, described);
    description.merge(outside);
    description::complete(&mut description);
    let url = app.network().public_url.as_ref();
    let prefix = url.map(PublicUrl::path).filter(|path| !path.is_empty());
    description.servers = prefix.map(|path| vec![Server::new(path)]);
    let v1 = v1
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .layer(from_fn(tasks::name_question))
        .layer(from_fn_with_state(front.clone(), identify))
        .layer(Extension(Recent::default()))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response(json::as_problem));
    Router::new()
        .nest(ROOT, v1)
        .merge(probes.layer(from_fn_with_state(front, identify)))
        .with_state(app)
        .merge(documents(description))
}

/// The description, and a page on which it can be read.
#[cfg(feature = "api-docs")]
fn documents(description: utoipa::openapi::OpenApi) -> Router {
    SwaggerUi::new("/api/docs")
        .url("/api/v1/openapi.json", description)
        .into()
}

/// The description.
#[cfg(not(feature = "api-docs"))]
fn documents(description: utoipa::openapi::OpenApi) -> Router {
    let described = move || std::future::ready(axum::Json(description.clone()));
    Router::new().route("/api/v1/openapi.json", axum::routing::get(described))
}

/// Every route under `/api/v1`, each listed once, next to its handler.
fn v1() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(events::routes())
        .merge(admin::routes())
        .merge(reports::routes())
        .merge(samples::routes())
        .merge(profiles::routes())
        .merge(schedules::routes())
        .merge(conversations::routes())
        .merge(contacts::routes())
        .merge(inbox::routes())
        .merge(bulk::routes())
        .merge(customer_agent::routes())
        .merge(start::routes())
        .merge(desk::routes())
        .merge(live::routes())
        .merge(messages::routes())
        .merge(drafts::routes())
        .merge(attendees::routes())
        .merge(files::routes())
        .merge(offers::routes())
        .merge(job_preferences::routes())
        .merge(services::routes())
        .merge(agent_picture::routes())
        .merge(contact_links::routes())
        .merge(queue::routes())
        .merge(routing::routes())
        .merge(surveys::routes())
        .merge(mails::routes())
        .merge(channels::routes())
        .merge(webhooks::routes())
        .merge(inboxes::routes())
        .merge(mailboxes::routes())
        .merge(tags::routes())
        .merge(reps::routes())
        .merge(teams::routes())
        .merge(pipelines::routes())
        .merge(tickets::routes())
        .merge(ticket_list::routes())
        .merge(canned::routes())
        .merge(saved::routes())
        .merge(alerts::routes())
        .merge(chart_notes::routes())
        .merge(mail_schedules::routes())
        .merge(search::routes())
        .merge(topics::routes())
        .merge(knowledge::routes())
        .merge(model::routes())
        .merge(answers::routes())
        .merge(tasks::routes())
        .merge(access::routes())
        .merge(factor::routes())
        .merge(linked::routes())
        .merge(users::routes())
        .merge(imports::routes())
        .merge(connectors::routes())
        .merge(bill_check::routes())
        .merge(widget::routes())
        .merge(tokens::routes())
        .merge(audit::routes())
}

async fn unknown_path() -> Problem {
    Problem::not_found("no route has this path; the API is described at /api/docs")
}

async fn unknown_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "The path does not take this method",
        "look at /api/docs for what it takes",
    )
}

/// Runs blocking work off the async threads.
async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_panicked| {
        Err(Problem::internal(
            "the work ended early; the server's log says why",
        ))
    })
}

/// Waits until reads see what the client wrote, if it says how far that is.
async fn wait_for_own_write(app: &Arc<App>, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(position) = headers.get("svar-min-position") else {
        return Ok(());
    };
    let position = position.to_str().ok().and_then(|text| text.parse().ok());
    let position: u64 =
        position.ok_or_else(|| Problem::bad_request("Svar-Min-Position is no log position"))?;
    let app = Arc::clone(app);
    off(move || {
        if app.wait_for(position) {
            return Ok(());
        }
        Err(Problem::unavailable(format!(
            "position {position} is not folded yet; ask again"
        )))
    })
    .await
}
