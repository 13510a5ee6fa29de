//! Who may use which route: the whole table, and nothing else decides it before a handler runs.
//!
//! A route without a row is closed to everybody but admins, so that none is open because it was
//! forgotten; a test over all routes finds it. What a command takes is asked once more when it
//! is decided (`command::TABLE`).

use axum::extract::{MatchedPath, OriginalUri, Request};
use axum::http::Method;

use crate::command::Role;

/// A route, and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The method; HEAD is as GET.
    pub method: &'static str,
    /// The path, as the front's router lists it.
    pub path: &'static str,
    /// The least role; none: also who is not signed in.
    pub least: Option<Role>,
    /// Whether viewers may, too, where they may read conversations.
    pub is_reading: bool,
}

pub(super) const fn rule(method: &'static str, path: &'static str, least: Option<Role>) -> Rule {
    Rule {
        method,
        path,
        least,
        is_reading: false,
    }
}

/// A route by which one conversation, ticket or contact is read.
pub(super) const fn reading(path: &'static str) -> Rule {
    Rule {
        is_reading: true,
        ..rule("GET", path, REP)
    }
}

pub(super) const ANYONE: Option<Role> = None;
pub(super) const VIEWER: Option<Role> = Some(Role::Viewer);
pub(super) const REP: Option<Role> = Some(Role::Rep);
pub(super) const ADMIN: Option<Role> = Some(Role::Admin);

/// The routes under `/api/v1`, and the probes beside them.
pub const API: &[Rule] = &[
    rule("GET", "/access", ADMIN),
    rule("POST", "/access", ADMIN),
    rule("GET", "/alert-rules", ADMIN),
    rule("POST", "/alert-rules", ADMIN),
    rule("POST", "/alert-rules/try", ADMIN),
    rule("POST", "/alert-rules/{rule}/pause", ADMIN),
    rule("POST", "/alert-rules/{rule}/remove", ADMIN),
    rule("POST", "/alert-rules/{rule}/resume", ADMIN),
    rule("GET", "/alerts", VIEWER),
    rule("POST", "/ask", REP),
    rule("GET", "/audit", ADMIN),
    rule("POST", "/backup", ADMIN),
    rule("GET", "/bill-check", ADMIN),
    rule("GET", "/canned-replies", REP),
    rule("POST", "/canned-replies", REP),
    rule("GET", "/canned-replies/{id}/for/{conversation}", REP),
    rule("POST", "/canned-replies/{id}/remove", REP),
    rule("GET", "/chart-notes", VIEWER),
    rule("POST", "/chart-notes", REP),
    rule("POST", "/chart-notes/{note}/remove", REP),
    rule("POST", "/chart-notes/{note}/restore", REP),
    rule("GET", "/confirmations", REP),
    rule("POST", "/channels/email/inbound", REP),
    rule("GET", "/connectors", ADMIN),
    rule("POST", "/connectors", ADMIN),
    rule("POST", "/connectors/{name}/pause", ADMIN),
    rule("POST", "/connectors/{name}/remove", ADMIN),
    rule("POST", "/connectors/{name}/resume", ADMIN),
    rule("POST", "/connectors/{name}/run", ADMIN),
    reading("/contacts/{id}"),
    rule("POST", "/contacts/{id}/block", REP),
    rule("POST", "/contacts/{id}/erase", ADMIN),
    rule("POST", "/contacts/{id}/merge", REP),
    rule("POST", "/contacts/{id}/sign-out", ADMIN),
    rule("POST", "/contacts/{id}/verify", ADMIN),
    rule("GET", "/conversations", REP),
    rule("POST", "/conversations", REP),
    rule("POST", "/conversations/bulk", REP),
    reading("/conversations/{id}"),
    rule("POST", "/conversations/{id}/apply", REP),
    rule("POST", "/conversations/{id}/assign", REP),
    rule("GET", "/conversations/{id}/attendees", REP),
    rule("POST", "/conversations/{id}/attendees", REP),
    rule("GET", "/conversations/{id}/draft", REP),
    rule("POST", "/conversations/{id}/draft", REP),
    reading("/conversations/{id}/explain"),
    rule("POST", "/conversations/{id}/feedback", REP),
    rule("POST", "/conversations/{id}/files", REP),
    reading("/conversations/{id}/files/{file}"),
    rule("POST", "/conversations/{id}/handoff", REP),
    rule("POST", "/conversations/{id}/mark", REP),
    rule("POST", "/conversations/{id}/merge", REP),
    rule("POST", "/conversations/{id}/messages", REP),
    rule("POST", "/conversations/{id}/messages/{message}/edit", REP),
    rule("POST", "/conversations/{id}/messages/{message}/redact", REP),
    rule("POST", "/conversations/{id}/proposals", REP),
    rule("POST", "/conversations/{id}/proposals/{part}/accept", REP),
    rule("POST", "/conversations/{id}/proposals/{part}/decline", REP),
    rule("POST", "/conversations/{id}/proposals/{part}/withdraw", REP),
    rule("POST", "/conversations/{id}/read", REP),
    rule("POST", "/conversations/{id}/reopen", REP),
    rule("POST", "/conversations/{id}/resolve", REP),
    rule("POST", "/conversations/{id}/send", REP),
    rule("POST", "/conversations/{id}/snooze", REP),
    rule("POST", "/conversations/{id}/split", REP),
    rule("POST", "/conversations/{id}/survey", REP),
    rule("POST", "/conversations/{id}/tags", REP),
    rule("POST", "/conversations/{id}/take-back", REP),
    rule("POST", "/conversations/{id}/unmerge", REP),
    rule("POST", "/conversations/{id}/unread", REP),
    rule("POST", "/conversations/{id}/wake", REP),
    rule("GET", "/customer-agent", REP),
    rule("POST", "/customer-agent", ADMIN),
    rule("PUT", "/customer-agent/picture", ADMIN),
    rule("DELETE", "/customer-agent/picture", ADMIN),
    rule("GET", "/dashboards", VIEWER),
    rule("POST", "/dashboards", VIEWER),
    rule("GET", "/dashboards/{id}", VIEWER),
    rule("POST", "/dashboards/{id}/remove", VIEWER),
    rule("POST", "/dashboards/{id}/restore", VIEWER),
    rule("POST", "/events", ADMIN),
    rule("POST", "/files", REP),
    rule("GET", "/imports", ADMIN),
    rule("POST", "/imports", ADMIN),
    rule("POST", "/imports/finished", ADMIN),
    rule("POST", "/imports/reconciliation", ADMIN),
    rule("GET", "/imports/tasks/{id}", ADMIN),
    rule("GET", "/job-preferences", REP),
    rule("POST", "/job-preferences", ADMIN),
    rule("GET", "/knowledge/answers", REP),
    rule("POST", "/knowledge/answers", ADMIN),
    rule("POST", "/knowledge/answers/backtest", ADMIN),
    rule("POST", "/knowledge/answers/import", ADMIN),
    rule("POST", "/knowledge/answers/preview", ADMIN),
    rule("GET", "/knowledge/answers/{id}", REP),
    rule("DELETE", "/knowledge/answers/{id}", ADMIN),
    rule("POST", "/knowledge/answers/{id}/publish", ADMIN),
    rule("POST", "/knowledge/answers/{id}/release", ADMIN),
    rule("POST", "/knowledge/answers/{id}/set-aside", ADMIN),
    rule("POST", "/knowledge/answers/{id}/variants", ADMIN),
    rule("GET", "/knowledge/calibration", REP),
    rule("GET", "/knowledge/cases", REP),
    rule("POST", "/knowledge/cases", ADMIN),
    rule("POST", "/knowledge/cases/remove", ADMIN),
    rule("GET", "/knowledge/gaps", REP),
    rule("GET", "/knowledge/gaps/{topic}", REP),
    rule("POST", "/knowledge/gaps/{topic}/dismiss", ADMIN),
    rule("POST", "/knowledge/gaps/{topic}/merge", ADMIN),
    rule("POST", "/knowledge/gaps/{topic}/pin", ADMIN),
    rule("GET", "/knowledge/gaps/{topic}/proof", REP),
    rule("POST", "/knowledge/gaps/{topic}/rename", ADMIN),
    rule("GET", "/knowledge/gaps/{topic}/replies", REP),
    rule("POST", "/knowledge/gaps/{topic}/restore", ADMIN),
    rule("POST", "/knowledge/gaps/{topic}/split", ADMIN),
    rule("GET", "/knowledge/model", ADMIN),
    rule("PUT", "/knowledge/model", ADMIN),
    rule("DELETE", "/knowledge/model", ADMIN),
    rule("POST", "/knowledge/questions/{id}/dismiss", ADMIN),
    rule("POST", "/knowledge/questions/{id}/move", ADMIN),
    rule("POST", "/knowledge/questions/{id}/restore", ADMIN),
    rule("POST", "/knowledge/questions/{id}/review", ADMIN),
    rule("GET", "/knowledge/reviews", REP),
    rule("POST", "/knowledge/settings", ADMIN),
    rule("GET", "/mail-schedules", VIEWER),
    rule("POST", "/mail-schedules", VIEWER),
    rule("POST", "/mail-schedules/{id}/remove", VIEWER),
    rule("GET", "/mails", ADMIN),
    rule("POST", "/mails/test", ADMIN),
    rule("GET", "/me", VIEWER),
    rule("POST", "/me/habits", VIEWER),
    rule("POST", "/me/password", VIEWER),
    rule("POST", "/me/second-factor", VIEWER),
    rule("POST", "/me/second-factor/new", VIEWER),
    rule("POST", "/me/second-factor/remove", VIEWER),
    rule("POST", "/me/sign-out", VIEWER),
    rule("POST", "/me/unlink", VIEWER),
    rule("GET", "/metrics", VIEWER),
    rule("GET", "/healthz", ANYONE),
    rule("GET", "/readyz", ANYONE),
    rule("GET", "/profiles", VIEWER),
    rule("POST", "/profiles", ADMIN),
    rule("POST", "/profiles/{name}/remove", ADMIN),
    rule("GET", "/queue", REP),
    rule("POST", "/queue", ADMIN),
    rule("GET", "/reports", VIEWER),
    rule("GET", "/reports/{id}", VIEWER),
    rule("GET", "/reports/{id}/rows", VIEWER),
    rule("GET", "/reps", REP),
    rule("POST", "/reps/{id}/status", REP),
    rule("POST", "/requests", REP),
    rule("POST", "/routing/order", ADMIN),
    rule("GET", "/routing/rules", ADMIN),
    rule("POST", "/routing/rules", ADMIN),
    rule("POST", "/routing/rules/{rule}/remove", ADMIN),
    rule("POST", "/routing/rules/{rule}/switch", ADMIN),
    rule("POST", "/routing/try", ADMIN),
    rule("GET", "/saved-reports", VIEWER),
    rule("POST", "/saved-reports", VIEWER),
    rule("GET", "/saved-reports/{id}", VIEWER),
    rule("POST", "/saved-reports/{id}/remove", VIEWER),
    rule("POST", "/saved-reports/{id}/restore", VIEWER),
    rule("POST", "/schedules/between", VIEWER),
    rule("POST", "/schedules/holidays", ADMIN),
    rule("GET", "/search", REP),
    rule("GET", "/services", REP),
    rule("POST", "/services", ADMIN),
    rule("POST", "/services/{id}/remove", ADMIN),
    rule("GET", "/shared-links", REP),
    rule("POST", "/shared-links", REP),
    rule("POST", "/shared-links/{id}/revoke", REP),
    rule("GET", "/stream", REP),
    rule("GET", "/surveys", ADMIN),
    rule("POST", "/surveys", ADMIN),
    rule("GET", "/tags", REP),
    rule("POST", "/tags", REP),
    rule("POST", "/tags/delete", ADMIN),
    rule("POST", "/tags/rename", ADMIN),
    rule("GET", "/tasks/{id}", VIEWER),
    rule("GET", "/tickets", REP),
    rule("POST", "/tickets", REP),
    reading("/tickets/{id}"),
    reading("/tickets/{id}/explain"),
    rule("POST", "/tickets/{id}/assign", REP),
    rule("POST", "/tickets/{id}/complete", REP),
    rule("GET", "/tickets/{id}/confirmation", REP),
    rule("POST", "/tickets/{id}/decline", REP),
    rule("POST", "/tickets/{id}/remind", REP),
    rule("POST", "/tickets/{id}/invoices", REP),
    rule("POST", "/tickets/{id}/proposals", REP),
    rule("POST", "/tickets/{id}/review", REP),
    rule("POST", "/tickets/{id}/stage", REP),
    rule("POST", "/tickets/{id}/take", REP),
    rule("POST", "/tickets/{id}/update", REP),
    rule("POST", "/tickets/{id}/view", REP),
    rule("POST", "/tickets/{id}/invoices/{part}/pay", REP),
    rule("POST", "/tickets/{id}/invoices/{part}/void", REP),
    rule("POST", "/tickets/{id}/proposals/{part}/accept", REP),
    rule("POST", "/tickets/{id}/proposals/{part}/decline", REP),
    rule("POST", "/tickets/{id}/proposals/{part}/withdraw", REP),
    rule("GET", "/tokens", ADMIN),
    rule("POST", "/tokens", ADMIN),
    rule("POST", "/tokens/{token}/revoke", ADMIN),
    rule("GET", "/unread", REP),
    rule("GET", "/users", ADMIN),
    rule("POST", "/users", ADMIN),
    rule("POST", "/users/set-up", ADMIN),
    rule("POST", "/users/{user}/invite", ADMIN),
    rule("POST", "/users/{user}/password", ADMIN),
    rule("POST", "/users/{user}/remove", ADMIN),
    rule("POST", "/users/{user}/reset-second-factor", ADMIN),
    rule("POST", "/users/{user}/sign-out", ADMIN),
    rule("POST", "/users/{user}/suspend", ADMIN),
    rule("POST", "/users/{user}/unlink", ADMIN),
    rule("GET", "/webhooks", ADMIN),
    rule("POST", "/webhooks", ADMIN),
    rule("GET", "/webhooks/{webhook}", ADMIN),
    rule("POST", "/webhooks/{webhook}/pause", ADMIN),
    rule("POST", "/webhooks/{webhook}/remove", ADMIN),
    rule("POST", "/webhooks/{webhook}/replay", ADMIN),
    rule("POST", "/webhooks/{webhook}/resume", ADMIN),
    rule("POST", "/webhooks/{webhook}/secret", ADMIN),
    rule("POST", "/webhooks/{webhook}/test", ADMIN),
    rule("GET", "/widget", ADMIN),
    rule("POST", "/widget", ADMIN),
    rule("GET", "/widget/secret", ADMIN),
];

/// The least role that a request's route takes; none: also who is not signed in, as for an
/// address that leads nowhere.
pub(super) fn least(rules: &[Rule], request: &Request, viewers_read: bool) -> Option<Role> {
    let path = matched(request)?;
    let method = match *request.method() {
        Method::HEAD => "GET",
        ref other => other.as_str(),
    };
    let rule = rules
        .iter()
        .find(|rule| rule.method == method && rule.path == path);
    let least = |rule: &Rule| {
        if rule.is_reading && viewers_read {
            return VIEWER;
        }
        rule.least
    };
    rule.map_or(ADMIN, least)
}

/// The route as the front lists it, without what the host or the other front put before it.
fn matched(request: &Request) -> Option<&str> {
    let whole = request.extensions().get::<MatchedPath>()?.as_str();
    let here = request.uri().path();
    let asked = request.extensions().get::<OriginalUri>();
    let asked = asked.map_or(here, |original| original.path());
    let before = asked.len().saturating_sub(here.len());
    whole.get(before..)
}
