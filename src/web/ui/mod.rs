//! The pages: server-rendered HTML with our own SVG charts.
//!
//! Every control is a link or a form and works without the script; an address is the
//! whole state of a page. Numbers come from the app's reports only. Every handler runs
//! its work off the async threads.

mod asset;
mod chart;
mod controls;
mod date;
mod desk;
mod draft;
mod error;
mod figure;
mod frame;
mod kept;
mod layout;
mod look;
mod menu;
mod pace;
mod page;
mod panel;
mod range;
mod setting_list;
mod text;
mod url;
mod view;
mod ways;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};

pub use figure::plural;
pub use page::alerts::{MailedAlert, mailed_alert};
pub use page::picture::chart_svg;
pub use page::saved::{MailWindow, Mailed, MailedPanel, mailed};
pub use text::{Reader, fill, t};

use text::accepted;

use crate::app::App;
use crate::command::{Caller, Identity};
use crate::web::page_access;
use crate::web::session::{Front, identify};

/// What a page may load and do: itself and its own files, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Works out what the first page shows.
pub(in crate::web) fn prepare(app: &Arc<App>) {
    page::overview::prepare(app);
}

/// The pages and their assets; what no other route takes is answered by a page.
pub fn router(app: Arc<App>) -> Router {
    let front = Front {
        app: Arc::clone(&app),
        unsigned: Identity::Page,
        rules: page_access::PAGES,
        refuse: page::access::refuse,
    };
    Router::new()
        .route("/", get(page::overview::get_overview))
        .route(
            "/customer-agent",
            get(page::customer_agent::get_customer_agent),
        )
        .route("/team", get(page::team::get_team))
        .route("/team/roster", get(page::team::get_roster))
        .route("/panels/{id}", get(page::overview::get_panel))
        .route("/reports", get(page::reports::list_reports))
        .route("/reports/{id}", get(page::report::get_report))
        .route("/reports/{id}/rows", get(page::rows::get_rows))
        .route(
            "/reports/{id}/review",
            get(page::sample::get_sample).post(page::sample::post_sample),
        )
        .route("/reports/{id}/chart.svg", get(page::picture::get_picture))
        .merge(saved())
        .route("/notes", post(page::notes::post_note))
        .route("/alerts", get(page::alerts::get_alerts))
        .route("/alerts/{id}", get(page::alerts::get_alert))
        .route("/search", get(page::search::search))
        .route("/status", post(page::presence::post_status))
        .route(
            "/knowledge/gaps",
            get(page::knowledge::get_gaps).post(page::knowledge::post_gaps),
        )
        .route(
            "/knowledge/answers",
            get(page::knowledge::get_answers).post(page::knowledge::post_answers),
        )
        .route(
            "/knowledge/review",
            get(page::knowledge::get_review).post(page::knowledge::post_review),
        )
        .route(
            "/knowledge/settings",
            get(page::knowledge::get_settings).post(page::knowledge::post_settings),
        )
        .route("/design", get(page::design::get_design))
        .route("/assets/{name}", get(asset::get_asset))
        .merge(handling())
        .merge(settings())
        .merge(people())
        .fallback(page::not_found)
        .layer(from_fn_with_state(Arc::clone(&app), speak))
        .layer(from_fn_with_state(front, identify))
        // Whoever is not let in is told so in their browser's language.
        .layer(from_fn_with_state(Arc::clone(&app), speak))
        .layer(map_response(guarded))
        .with_state(app)
}

/// Has a page made for whoever asks, as far as that is known: in their language.
async fn speak(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>();
    let reader = match caller.map(|caller| &caller.identity) {
        Some(Identity::User(id)) => Reader::of(app.people().user(id), accepted(request.headers())),
        _ => Reader::of(None, accepted(request.headers())),
    };
    reader.awaits(next.run(request)).await
}

/// Those of what people keep of reports.
fn saved() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/saved",
            get(page::saved::get_saved).post(page::saved::post_saved),
        )
        .route("/saved/{id}", get(page::saved::get_saved_report))
        .route(
            "/dashboards/{id}",
            get(page::saved::get_dashboard).post(page::saved::post_dashboard),
        )
        .route("/dashboards/{id}/edit", get(page::saved::get_edit))
        .route("/shared", get(page::saved::get_shared))
}

/// Those on which conversations and tickets are handled.
fn handling() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/conversations/{id}",
            get(page::conversation::get_conversation).post(page::act::post_conversation),
        )
        .route(
            "/conversations/{id}/files/{file}",
            get(page::file::get_file),
        )
        .route(
            "/tickets",
            get(page::tickets::get_tickets).post(page::tickets::post_tickets),
        )
        .route(
            "/tickets/{id}",
            get(page::ticket::get_ticket).post(page::ticket_act::post_ticket),
        )
        .route(
            "/confirmations",
            get(page::tickets::get_confirmations).post(page::tickets::post_confirmations),
        )
        .route(
            "/contacts/{id}",
            get(page::contact::get_contact).post(page::contact_act::post_contact),
        )
        .route(
            "/contacts/{id}/erase",
            get(page::erase::get_erase).post(page::erase::post_erase),
        )
        .route(
            "/inbox",
            get(page::inbox::get_inbox).post(page::bulk::post_inbox),
        )
        .route(
            "/inbox/new",
            get(page::start::get_start).post(page::start::post_start),
        )
}

/// Those on which mails are set up.
fn mail_settings() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/settings/mail",
            get(page::settings::get_mail).post(page::settings::post_mail),
        )
        .route(
            "/settings/inboxes",
            get(page::settings::get_inboxes).post(page::settings::post_inboxes),
        )
        .route(
            "/settings/mailboxes",
            get(page::settings::get_mailboxes).post(page::settings::post_mailboxes),
        )
}

/// Those on which the desk is set up.
/// How the desk works.
fn rules() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/settings/agreements",
            get(page::settings::get_agreements).post(page::settings::post_agreements),
        )
        .route(
            "/settings/hours",
            get(page::settings::get_hours).post(page::settings::post_hours),
        )
        .route(
            "/settings/teams",
            get(page::settings::get_teams).post(page::settings::post_teams),
        )
        .route(
            "/settings/pipelines",
            get(page::settings::get_pipelines).post(page::settings::post_pipelines),
        )
        .route(
            "/settings/profiles",
            get(page::settings::get_profiles).post(page::settings::post_profiles),
        )
        .route(
            "/settings/queue",
            get(page::settings::get_queue).post(page::settings::post_queue),
        )
}

fn settings() -> Router<Arc<App>> {
    mail_settings()
        .merge(rules())
        .route(
            "/settings",
            get(page::settings::get_front).post(page::settings::post_front),
        )
        .route(
            "/settings/alerts",
            get(page::alerts::get_alert_settings).post(page::alerts::post_alert_settings),
        )
        .route(
            "/settings/connectors",
            get(page::settings::get_connectors).post(page::settings::post_connectors),
        )
        .route(
            "/settings/jobs",
            get(page::settings::get_jobs).post(page::settings::post_jobs),
        )
        .route(
            "/settings/webhooks",
            get(page::settings::get_webhooks).post(page::settings::post_webhooks),
        )
        .route(
            "/settings/replies",
            get(page::settings::get_replies).post(page::settings::post_replies),
        )
        .route(
            "/settings/customer-agent",
            get(page::settings::get_customer_agent).post(page::settings::post_customer_agent),
        )
        .route(
            "/settings/customer-agent/picture",
            post(page::settings::post_picture),
        )
        .route(
            "/settings/routing",
            get(page::settings::get_routing).post(page::settings::post_routing),
        )
        .route(
            "/settings/services",
            get(page::settings::get_services).post(page::settings::post_services),
        )
        .route(
            "/settings/surveys",
            get(page::settings::get_surveys).post(page::settings::post_surveys),
        )
        .route(
            "/settings/widget",
            get(page::settings::get_widget).post(page::settings::post_widget),
        )
        .route("/widget/demo", get(page::settings::get_demo))
        .merge(outside())
        .route(
            "/settings/tags",
            get(page::settings::get_tags).post(page::settings::post_tags),
        )
}

/// Those that links lead to, for whoever holds one.
fn outside() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/widget/job",
            get(page::outside::get_job).post(page::outside::post_job),
        )
        .route(
            "/widget/rate",
            get(page::outside::get_survey).post(page::outside::post_survey),
        )
        .route(
            "/unsubscribe",
            get(page::outside::get_unsubscribe).post(page::outside::post_unsubscribe),
        )
        .route(
            "/widget/request",
            get(page::outside::get_request).post(page::outside::post_request),
        )
}

/// Those of who may sign in, and of the door.
fn people() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/people",
            get(page::people::get_people).post(page::people::post_people),
        )
        .route("/audit", get(page::people::get_audit))
        .route(
            "/imports",
            get(page::people::get_imports).post(page::people::post_imports),
        )
        .route("/imports/tasks/{id}", get(page::people::get_import_task))
        .route("/imports/tables", post(page::people::post_table))
        .route(
            "/imports/tables/{id}",
            get(page::people::get_table).post(page::people::post_columns),
        )
        .route("/bill-check", get(page::bill_check::get_bill_check))
        .route("/bill-check.csv", get(page::bill_check::get_bill_packet))
        .route(
            "/account",
            get(page::access::get_account).post(page::access::post_account),
        )
        .route(
            "/sign-in",
            get(page::access::get_sign_in).post(page::access::post_sign_in),
        )
        .route(
            "/sign-in/oidc",
            get(page::access::get_provider).post(page::access::post_provider),
        )
        .route("/sign-out", post(page::access::post_sign_out))
        .route(
            "/setup",
            get(page::access::get_setup).post(page::access::post_setup),
        )
        .route(
            "/join",
            get(page::access::get_join).post(page::access::post_join),
        )
}

/// Puts the headers on a response that hold a page to its own files.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // A file that goes out has a stricter one.
    let policy = HeaderValue::from_static(POLICY);
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let caching = HeaderValue::from_static("no-cache");
    headers.entry(header::CACHE_CONTROL).or_insert(caching);
    response
}
