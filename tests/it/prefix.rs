//! Everything under a path of `public_url`: pages, forms, assets, cookies, the API's description.

use std::sync::Arc;

use regex::Regex;
use svar::app::{App, Network, Options, PublicUrl};
use svar::clock::Clock;
use svar::command::{Caller, Identity, Role, UserDraft};
use svar::model::Timestamp;
use svar::web::page_access::PAGES;
use tempfile::TempDir;

use crate::desk::{Answer, NOW, Server, answer, events, lines};

const STORY: &str = "
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact text=<a/href=\"/x\">
    30 09:01 question.asked conversation=c1 question=q1 text=Where? outcome=unanswered
    30 10:00 ticket.opened ticket=t1 conversation=c1
";

/// A desk under `https://shop.example/help`.
fn desk() -> (TempDir, Arc<App>, Server) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let options = Options {
        network: Network {
            public_url: Some(PublicUrl::parse("https://shop.example/help").unwrap()),
            ..Network::default()
        },
        ..Options::default()
    };
    let app = Arc::new(App::open_with(folder.path(), clock, &options, |_, _| {}).unwrap());
    app.take_body("test", lines(&events(STORY)).as_bytes(), None)
        .unwrap();
    app.settle().unwrap();
    let server = Server::start(&app);
    (folder, app, server)
}

fn send(server: &Server, method: &str, path: &str, more: &[(&str, &str)]) -> Answer {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(server.url(path))
        .header("host", "shop.example")
        .header("content-type", "application/x-www-form-urlencoded");
    let mut body = String::new();
    for (name, value) in more {
        if *name == "form" {
            (*value).clone_into(&mut body);
        } else {
            request = request.header(*name, *value);
        }
    }
    answer(agent.run(request.body(body).unwrap()))
}

fn get(server: &Server, path: &str) -> Answer {
    send(server, "GET", path, &[])
}

#[test]
fn every_address_in_every_page_is_under_the_path_and_leads_somewhere() {
    let (_folder, _app, server) = desk();
    let address = Regex::new(r#"(?:href|action|src|data-panel|data-copy)="(/[^"]*)""#).unwrap();
    let mut ahead: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for rule in PAGES.iter().filter(|rule| rule.method == "GET") {
        let path = match rule.path {
            "/assets/{name}" | "/panels/{id}" => continue,
            path if path.starts_with("/conversations") => path.replace("{id}", "c1"),
            path if path.starts_with("/tickets") => path.replace("{id}", "t1"),
            path if path.starts_with("/contacts") => path.replace("{id}", "p1"),
            path => path.replace("{id}", "handled"),
        };
        let page = get(&server, &format!("/help{path}"));
        assert!(page.status < 500, "{path}: {}", page.body);
        for hit in address.captures_iter(&page.body) {
            assert!(
                hit[1].starts_with("/help/") || &hit[1] == "/help",
                "{path}: {}",
                &hit[1]
            );
            ahead.insert(hit[1].replace("&#38;", "&").replace("&amp;", "&"));
        }
    }
    assert!(ahead.len() > 100, "{}", ahead.len());
    // One of each kind is followed.
    let mut kinds = std::collections::BTreeSet::new();
    for address in ahead {
        let kind = address.split(['?', '#']).next().unwrap().to_owned();
        if kinds.insert(kind) {
            let there = get(&server, address.split('#').next().unwrap());
            let is_there = there.status < 400 || [401, 403, 405].contains(&there.status);
            assert!(is_there, "{address}: {}", there.status);
        }
    }
    let shown = get(&server, "/help/settings/widget").body;
    let snippet = "https://shop.example/help/widget.js";
    assert!(shown.contains(snippet), "{shown}");
    assert_eq!(get(&server, "/help/widget.js").status, 200);
    let page = get(&server, "/help/conversations/c1").body;
    assert!(
        page.contains("href=&#34;/x&#34;"),
        "what people type stays: {page}"
    );
}

#[test]
fn what_leads_on_leads_under_the_path_and_the_session_is_kept_there() {
    let (_folder, app, server) = desk();
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    let cli = Caller::live(Identity::Cli, Role::Admin);
    app.set_up(&cli, ada, "three good words").unwrap();
    let away = get(&server, "/help/people");
    assert_eq!(away.status, 303);
    assert_eq!(away.header("location"), "/help/sign-in?next=%2Fpeople");
    let form = "email=ada%40shop.example&password=three+good+words&next=%2Fpeople";
    let more = [("form", form), ("origin", "https://shop.example")];
    let signed = send(&server, "POST", "/help/sign-in", &more);
    assert_eq!(
        (signed.status, signed.header("location")),
        (303, "/help/people"),
        "{}",
        signed.body
    );
    let cookie = signed.header("set-cookie").to_owned();
    assert!(
        cookie.contains("Path=/help;") && cookie.contains("Secure"),
        "{cookie}"
    );
    let session = cookie.split(';').next().unwrap();
    let people = send(&server, "GET", "/help/people", &[("cookie", session)]);
    assert_eq!(people.status, 200);
    // A post from another site's page stays refused, and roles hold.
    let more = [("form", form), ("origin", "https://elsewhere.example")];
    assert_eq!(send(&server, "POST", "/help/sign-in", &more).status, 403);
    assert_eq!(get(&server, "/help/api/v1/audit").status, 401);
}

#[test]
fn the_api_is_described_where_it_is_and_is_there_with_the_path_and_without() {
    let (_folder, _app, server) = desk();
    let described = get(&server, "/help/api/v1/openapi.json").json();
    assert_eq!(described["servers"][0]["url"], "/help");
    for path in [
        "/help/api/v1/reports",
        "/api/v1/reports",
        "/healthz",
        "/help/healthz",
    ] {
        assert_eq!(get(&server, path).status, 200, "{path}");
    }
    let late = get(
        &server,
        "/help/api/v1/reports/handled?as_of=2026-10-30T09:30:00Z",
    );
    assert!([200, 202].contains(&late.status), "{}", late.body);
    if late.status == 202 {
        assert!(late.header("location").starts_with("/help/api/v1/tasks/"));
    }
    assert_eq!(get(&server, "/help/api/v1/nothing").status, 404);
    assert_eq!(get(&server, "/helpful").status, 404);
    let elsewhere = answer(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent()
            .get(server.url("/help/"))
            .header("host", "elsewhere.example")
            .call(),
    );
    assert_eq!(elsewhere.status, 403);
}
