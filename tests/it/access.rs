//! The table of routes × roles: every route has its row, and each row holds.

use regex::Regex;
use svar::app::{App, SignIn, TokenDraft};
use svar::command::{Caller, Identity, Role, UserDraft};
use svar::web::access::{API, Rule};
use svar::web::page_access::PAGES;

use crate::desk::{Answer, Desk, Server, answer};

const PASSWORD: &str = "three good words";
const ROLES: [Option<Role>; 4] = [None, Some(Role::Viewer), Some(Role::Rep), Some(Role::Admin)];

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn closed() -> (Desk, Server) {
    let desk = Desk::new();
    let draft = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&admin(), draft, PASSWORD).unwrap();
    let server = Server::start(&desk.app);
    (desk, server)
}

fn sorted(mut routes: Vec<(String, String)>) -> Vec<(String, String)> {
    routes.sort();
    routes
}

fn listed(rules: &[Rule]) -> Vec<(String, String)> {
    let rows = rules
        .iter()
        .map(|rule| (rule.method.to_owned(), rule.path.to_owned()));
    sorted(rows.collect())
}

#[test]
fn every_route_of_the_api_has_a_row_and_every_row_a_route() {
    let (_desk, server) = closed();
    let agent = crate::desk::agent();
    let described = answer(agent.get(server.url("/api/v1/openapi.json")).call()).json();
    let paths = described["paths"].as_object().unwrap().iter();
    let routes = paths.flat_map(|(path, item)| {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let methods = item.as_object().unwrap().keys();
        let methods = methods.filter(|method| *method != "parameters");
        methods.map(move |method| (method.to_uppercase(), path.to_owned()))
    });
    assert_eq!(sorted(routes.collect()), listed(API));
}

#[test]
fn every_page_has_a_row_and_every_row_a_page() {
    let source = include_str!("../../src/web/ui/mod.rs");
    let route = Regex::new(r#"(?s)\.route\(\s*"([^"]+)",\s*(.*?)\n(?:        \.|\})"#).unwrap();
    // The routes' lines end where the next call of the router begins.
    let source = source.replace(")\n        .route", ")\n        .\n        .route");
    let mut routes = Vec::new();
    for hit in route.captures_iter(&source) {
        for method in ["get", "post"] {
            let call = Regex::new(&format!(r"\b{method}\(")).unwrap();
            if call.is_match(&hit[2]) {
                routes.push((method.to_uppercase(), hit[1].to_owned()));
            }
        }
    }
    assert_eq!(sorted(routes), listed(PAGES));
}

/// A path with something in the place of its parameters that is not there.
fn filled(path: &str) -> String {
    Regex::new(r"\{[a-z]+\}")
        .unwrap()
        .replace_all(path, "nothing")
        .into_owned()
}

fn send(server: &Server, rule: &Rule, path: &str, header: (&str, String)) -> Answer {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let request = ureq::http::Request::builder()
        .method(rule.method)
        .uri(server.url(path))
        // What would be told for ever is refused at once where this is no position.
        .header("last-event-id", "none")
        .header(header.0, header.1);
    answer(agent.run(request.body(String::new()).unwrap()))
}

#[test]
fn each_role_may_use_just_the_routes_of_the_api_that_its_row_says() {
    let (desk, server) = closed();
    let tokens = ROLES.map(|role| role.map(|role| token(&desk.app, role)));
    for rule in API {
        let probe = ["/healthz", "/readyz", "/metrics"].contains(&rule.path);
        let path = filled(rule.path);
        let path = if probe {
            path
        } else {
            format!("/api/v1{path}")
        };
        for (role, token) in ROLES.iter().zip(&tokens) {
            let sent = token
                .as_ref()
                .map_or("none".to_owned(), |token| format!("Bearer {token}"));
            let got = send(&server, rule, &path, ("authorization", sent));
            let is_in = rule
                .least
                .is_none_or(|least| role.is_some_and(|role| role >= least));
            // Two routes take the token of the run besides, and say so themselves.
            let own = got.body.contains("Only the server's own commands");
            let status = if own { 0 } else { got.status };
            let wanted = if role.is_none() { 401 } else { 403 };
            assert_eq!(
                status != wanted,
                is_in,
                "{rule:?} {role:?}: {} {}",
                got.status,
                got.body
            );
        }
    }
}

fn token(app: &App, role: Role) -> String {
    let draft = TokenDraft {
        name: "t".to_owned(),
        role,
        days: None,
        ..TokenDraft::default()
    };
    app.create_token(&admin(), &draft).unwrap().secret
}

/// The cookie of a user with the role.
fn cookie(app: &App, role: Role) -> String {
    let email = format!("{role}@shop.example");
    let draft = UserDraft {
        email: email.clone(),
        name: role.to_string(),
        role,
        ..UserDraft::default()
    };
    let id = app.save_user(&admin(), draft).unwrap().id.unwrap();
    let link = app.invite(&admin(), &id).unwrap().path;
    app.join(link.split_once("link=").unwrap().1, PASSWORD, "")
        .unwrap();
    let attempt = SignIn {
        email,
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    format!(
        "svar_session={}",
        app.sign_in(&attempt).unwrap().session().unwrap()
    )
}

#[test]
fn each_role_may_use_just_the_pages_that_its_row_says() {
    let (desk, server) = closed();
    for role in ROLES {
        // Signing out comes last: it is the one page that ends what this goes by.
        let (last, rules): (Vec<&Rule>, Vec<&Rule>) =
            PAGES.iter().partition(|rule| rule.path == "/sign-out");
        let cookie = role.map_or(String::new(), |role| cookie(&desk.app, role));
        for rule in rules.into_iter().chain(last) {
            let got = send(
                &server,
                rule,
                &filled(rule.path),
                ("cookie", cookie.clone()),
            );
            let is_in = rule
                .least
                .is_none_or(|least| role.is_some_and(|role| role >= least));
            let is_sent_away = got.header("location").starts_with("/sign-in?next")
                || got.header("location") == "/sign-in";
            let is_refused = got.status == 403 || (got.status == 303 && is_sent_away);
            assert_eq!(!is_refused, is_in, "{rule:?} {role:?}: {}", got.status);
        }
    }
}

#[test]
fn a_route_of_no_row_is_for_admins_and_an_address_that_leads_nowhere_for_nobody() {
    let (desk, server) = closed();
    let viewer = token(&desk.app, Role::Viewer);
    let ask = |method: &'static str, path: &'static str, token: &str| {
        let rule = Rule {
            method,
            path,
            least: None,
            is_reading: false,
        };
        send(
            &server,
            &rule,
            path,
            ("authorization", format!("Bearer {token}")),
        )
        .status
    };
    assert_eq!(ask("PATCH", "/api/v1/reports", &viewer), 403);
    assert_eq!(
        ask("PATCH", "/api/v1/reports", &token(&desk.app, Role::Admin)),
        405
    );
    assert_eq!(ask("GET", "/api/v1/nowhere", "none"), 404);
    assert_eq!(ask("GET", "/nowhere", "none"), 404);
}

/// The table said once more in words, so that a row that is wrong fails.
#[test]
fn people_and_settings_are_for_admins_words_for_reps_and_the_door_alone_is_open() {
    let mut open = Vec::new();
    for rule in API.iter().chain(PAGES) {
        let has = |words: &[&str]| words.iter().any(|word| rule.path.contains(word));
        let is_write = rule.method != "GET" && rule.path.starts_with("/knowledge");
        if is_write
            || has(&[
                "audit",
                "/access",
                "/users",
                "/tokens",
                "/people",
                "backup",
                "/events",
                "/verify",
                "/contacts/{id}/sign-out",
                "/erase",
            ])
            || has(&["/model", "/knowledge/settings", "/settings/inboxes"])
            || (rule.method == "POST" && has(&["/inboxes"]))
        {
            assert_eq!(rule.least, Some(Role::Admin), "{rule:?}");
        } else if has(&[
            "conversations",
            "contacts",
            "tickets",
            "search",
            "inbox",
            "/ask",
        ]) || rule.path.starts_with("/knowledge")
        {
            assert_eq!(rule.least, Some(Role::Rep), "{rule:?}");
        } else if rule.least.is_none() {
            open.push(rule.path);
        }
    }
    open.dedup();
    let door = [
        "/healthz",
        "/readyz",
        "/assets/{name}",
        "/join",
        "/shared",
        "/setup",
        "/sign-in",
        "/sign-in/oidc",
        "/sign-out",
        "/unsubscribe",
        "/widget/job",
        "/widget/rate",
        "/widget/request",
    ];
    assert_eq!(open, door);
}
