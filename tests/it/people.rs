//! Who is let in: set-up, sign-in, invitations, tokens, and what each role may use.

use serde_json::{Value, json};
use svar::app::App;
use svar::command::{Caller, Identity, Role, UserDraft};

use crate::desk::{Answer, Desk, Server, answer};

const PASSWORD: &str = "three good words";

/// A browser: it keeps the session's cookie and follows no redirect.
struct Visitor {
    agent: ureq::Agent,
    cookie: String,
}

impl Visitor {
    fn new() -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self {
            agent: agent.new_agent(),
            cookie: String::new(),
        }
    }

    fn get(&self, server: &Server, path: &str) -> Answer {
        let request = self.agent.get(server.url(path));
        answer(request.header("cookie", &self.cookie).call())
    }

    /// Sends a form, and keeps the cookie that comes back.
    fn send(&mut self, server: &Server, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(server.url(path));
        let request = request.header("cookie", &self.cookie);
        let answer = answer(request.send_form(form.iter().copied()));
        let cookie = answer.header("set-cookie").split(';').next();
        if let Some(cookie) = cookie.filter(|cookie| !cookie.is_empty()) {
            cookie.clone_into(&mut self.cookie);
        }
        answer
    }

    fn sign_in(&mut self, server: &Server, email: &str, password: &str) -> Answer {
        let form = [
            ("email", email),
            ("password", password),
            ("next", "/reports"),
        ];
        self.send(server, "/sign-in", &form)
    }
}

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn draft(email: &str, role: Role) -> UserDraft {
    UserDraft {
        email: email.to_owned(),
        name: email.split('@').next().unwrap().to_owned(),
        role,
        ..UserDraft::default()
    }
}

/// A desk on which Ada is admin.
fn closed() -> (Desk, Server) {
    let desk = Desk::new();
    let ada = draft("ada@shop.example", Role::Admin);
    desk.app.set_up(&admin(), ada, PASSWORD).unwrap();
    let server = Server::start(&desk.app);
    (desk, server)
}

/// Adds a user and has them set their password by the link.
fn join(desk: &Desk, email: &str, role: Role) -> String {
    let id = desk.app.save_user(&admin(), draft(email, role)).unwrap().id;
    let link = desk.app.invite(&admin(), &id.clone().unwrap()).unwrap();
    let link = link.path.split_once("link=").unwrap().1;
    desk.app.join(link, PASSWORD, "").unwrap();
    id.unwrap()
}

fn token(app: &App, role: Role) -> String {
    let draft = svar::app::TokenDraft {
        name: role.to_string(),
        role,
        days: None,
        ..svar::app::TokenDraft::default()
    };
    app.create_token(&admin(), &draft).unwrap().secret
}

/// Asks as a program with a token.
fn ask(server: &Server, method: &str, path: &str, token: Option<&str>) -> Answer {
    let agent = Visitor::new().agent;
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(server.url(path))
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    answer(agent.run(request.body(String::new()).unwrap()))
}

#[test]
fn the_first_admin_is_made_by_the_link_once_and_closes_the_door() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let mut ada = Visitor::new();
    assert_eq!(ada.get(&server, "/").status, 200, "open to this machine");
    let path = desk.app.set_up_path().unwrap();
    let secret = path.split_once("secret=").unwrap().1;
    // Scanners open links; nothing comes of it.
    for _ in 0..3 {
        assert_eq!(ada.get(&server, &path).status, 200);
    }
    assert_eq!(ada.get(&server, "/setup?secret=guessed").status, 409);
    let form = |password: &'static str| {
        let (name, email) = ("Ada", "ada@shop.example");
        [
            ("secret", secret),
            ("name", name),
            ("email", email),
            ("password", password),
        ]
    };
    let refused = ada.send(&server, "/setup", &form("short"));
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("at least 10"), "{}", refused.body);
    assert!(
        refused.body.contains("ada@shop.example"),
        "what was typed is kept"
    );
    assert_eq!(ada.send(&server, "/setup", &form(PASSWORD)).status, 303);
    assert_eq!(ada.get(&server, "/people").status, 200);
    let stranger = Visitor::new();
    let sent = stranger.get(&server, "/reports?by=rep");
    assert_eq!(sent.status, 303);
    assert_eq!(
        sent.header("location"),
        "/sign-in?next=%2Freports%3Fby%3Drep"
    );
    assert_eq!(
        stranger.get(&server, &path).status,
        409,
        "the link has ended"
    );
    assert_eq!(
        Visitor::new()
            .send(&server, "/setup", &form(PASSWORD))
            .status,
        409
    );
}

#[test]
fn the_set_up_link_ends_after_an_hour() {
    let desk = Desk::new();
    let path = desk.app.set_up_path().unwrap();
    let secret = path.split_once("secret=").unwrap().1;
    desk.clock.set(desk.clock.now().plus_millis(3_599_999));
    assert!(desk.app.is_set_up_secret(secret));
    desk.clock.set(desk.clock.now().plus_millis(1));
    assert!(!desk.app.is_set_up_secret(secret));
    assert_eq!(desk.app.set_up_path(), None);
}

#[test]
fn before_the_set_up_a_request_through_a_proxy_is_from_elsewhere() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let through = |path: &str| {
        let request = Visitor::new().agent.get(server.url(path));
        answer(request.header("x-forwarded-for", "203.0.113.9").call())
    };
    assert_eq!(through("/api/v1/reports").status, 401);
    assert!(through("/api/v1/reports").body.contains("first admin"));
    assert_eq!(through("/").status, 303);
    assert_eq!(through("/healthz").status, 200);
}

#[test]
fn a_user_signs_in_and_out_and_a_session_ends_everywhere_by_a_new_password() {
    let (desk, server) = closed();
    let mut here = Visitor::new();
    assert_eq!(
        here.sign_in(&server, "ada@shop.example", "wrong words here")
            .status,
        401
    );
    assert_eq!(here.get(&server, "/reports").status, 303);
    let entered = here.sign_in(&server, " ADA@shop.example", PASSWORD);
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, "/reports")
    );
    assert_eq!(here.get(&server, "/reports").status, 200);
    let mut there = Visitor::new();
    there.sign_in(&server, "ada@shop.example", PASSWORD);
    assert_eq!(here.send(&server, "/sign-out", &[]).status, 303);
    assert_eq!(here.get(&server, "/reports").status, 303);
    assert_eq!(
        there.get(&server, "/reports").status,
        200,
        "the other one goes on"
    );
    let mut third = Visitor::new();
    third.sign_in(&server, "ada@shop.example", PASSWORD);
    let change = |present: &'static str| {
        [
            ("do", "password"),
            ("present", present),
            ("password", "other good words"),
        ]
    };
    assert_eq!(
        third
            .send(&server, "/account", &change("not mine at all"))
            .status,
        400
    );
    assert_eq!(
        third.send(&server, "/account", &change(PASSWORD)).status,
        303
    );
    assert_eq!(third.get(&server, "/reports").status, 200);
    assert_eq!(there.get(&server, "/reports").status, 303);
    assert_eq!(
        Visitor::new()
            .sign_in(&server, "ada@shop.example", PASSWORD)
            .status,
        401
    );
    third.send(&server, "/account", &[("do", "everywhere")]);
    assert_eq!(third.get(&server, "/reports").status, 303);
    drop(desk);
}

#[test]
fn a_session_outlives_the_server_but_not_its_time() {
    let (desk, server) = closed();
    let mut ada = Visitor::new();
    ada.sign_in(&server, "ada@shop.example", PASSWORD);
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    assert_eq!(ada.get(&server, "/reports").status, 200);
    desk.clock
        .set(desk.clock.now().plus_millis(13 * 86_400_000));
    assert_eq!(
        ada.get(&server, "/reports").status,
        200,
        "used within two weeks"
    );
    desk.clock
        .set(desk.clock.now().plus_millis(14 * 86_400_000));
    assert_eq!(ada.get(&server, "/reports").status, 303);
}

#[test]
fn an_invitation_ends_when_the_password_is_set_not_when_it_is_opened() {
    let (desk, server) = closed();
    let mut ada = Visitor::new();
    ada.sign_in(&server, "ada@shop.example", PASSWORD);
    let form = [
        ("do", "add"),
        ("name", "Ben"),
        ("email", "ben@shop.example"),
        ("role", "rep"),
    ];
    let page = ada.send(&server, "/people", &form);
    assert_eq!(page.status, 200);
    let link = page.body.split("/join?link=").nth(1).unwrap();
    let link = link.split('"').next().unwrap().to_owned();
    let path = format!("/join?link={link}");
    let mut ben = Visitor::new();
    for _ in 0..3 {
        assert_eq!(ben.get(&server, &path).status, 200);
    }
    assert_eq!(
        ben.send(&server, "/join", &[("link", &link), ("password", "short")])
            .status,
        400
    );
    let joined = ben.send(&server, "/join", &[("link", &link), ("password", PASSWORD)]);
    assert_eq!(joined.status, 303);
    assert_eq!(ben.get(&server, "/search").status, 200);
    assert_eq!(ben.get(&server, "/people").status, 403);
    let again = ben.send(
        &server,
        "/join",
        &[("link", &link), ("password", "stolen good words")],
    );
    assert_eq!(again.status, 409);
    assert_eq!(ben.get(&server, &path).status, 409);
    // A later link ends an earlier one, and each ends by itself after a week.
    let first = desk.app.invite(&admin(), "ben").unwrap();
    let second = desk.app.invite(&admin(), "ben").unwrap();
    assert_eq!(ben.get(&server, &first.path).status, 409);
    assert_eq!(ben.get(&server, &second.path).status, 200);
    // What is done at one instant of the clock is written a millisecond apart.
    desk.clock
        .set(desk.clock.now().plus_millis(7 * 86_400_000 + 1_000));
    assert_eq!(ben.get(&server, &second.path).status, 409);
}

#[test]
fn who_is_suspended_or_removed_is_out_at_once_and_an_admin_always_remains() {
    let (desk, server) = closed();
    let ben = join(&desk, "ben@shop.example", Role::Rep);
    let mut visitor = Visitor::new();
    visitor.sign_in(&server, "ben@shop.example", PASSWORD);
    let mut ada = Visitor::new();
    ada.sign_in(&server, "ada@shop.example", PASSWORD);
    let suspended = ada.send(&server, "/people", &[("do", "suspend"), ("user", &ben)]);
    assert_eq!(suspended.status, 303);
    assert_eq!(visitor.get(&server, "/reports").status, 303);
    assert_eq!(
        visitor
            .sign_in(&server, "ben@shop.example", PASSWORD)
            .status,
        401
    );
    ada.send(&server, "/people", &[("do", "restore"), ("user", &ben)]);
    assert_eq!(
        visitor
            .sign_in(&server, "ben@shop.example", PASSWORD)
            .status,
        303
    );
    ada.send(&server, "/people", &[("do", "remove"), ("user", &ben)]);
    assert_eq!(visitor.get(&server, "/reports").status, 303);
    for deed in ["suspend", "remove"] {
        let kept = ada.send(&server, "/people", &[("do", deed), ("user", "ada")]);
        assert!(kept.body.contains("last admin"), "{deed}: {}", kept.body);
    }
    let demoted = desk.app.save_user(
        &admin(),
        UserDraft {
            user: Some("ada".to_owned()),
            ..draft("ada@shop.example", Role::Viewer)
        },
    );
    assert!(demoted.unwrap_err().to_string().contains("last admin"));
    assert_eq!(ada.get(&server, "/people").status, 200);
}

#[test]
fn tries_at_a_password_run_out_for_one_account_and_come_back() {
    let (desk, server) = closed();
    let mut visitor = Visitor::new();
    for _ in 0..10 {
        assert_eq!(
            visitor
                .sign_in(&server, "ada@shop.example", "guess guess guess")
                .status,
            401
        );
    }
    let refused = visitor.sign_in(&server, "ada@shop.example", PASSWORD);
    assert_eq!(refused.status, 429);
    assert!(refused.body.contains("seconds"), "{}", refused.body);
    assert_eq!(
        visitor
            .sign_in(&server, "nobody@shop.example", PASSWORD)
            .status,
        401
    );
    desk.clock.set(desk.clock.now().plus_millis(30_000));
    assert_eq!(
        visitor
            .sign_in(&server, "ada@shop.example", PASSWORD)
            .status,
        303
    );
}

#[test]
fn a_session_that_is_handed_out_is_fresh_and_one_that_is_made_up_is_none() {
    let (_desk, server) = closed();
    let mut visitor = Visitor::new();
    "svar_session=chosen-by-somebody-else".clone_into(&mut visitor.cookie);
    assert_eq!(visitor.get(&server, "/").status, 303);
    visitor.sign_in(&server, "ada@shop.example", PASSWORD);
    assert!(!visitor.cookie.contains("chosen"), "{}", visitor.cookie);
    let tampered = visitor.cookie.clone() + "0";
    tampered.clone_into(&mut visitor.cookie);
    assert_eq!(visitor.get(&server, "/").status, 303);
}

#[test]
fn a_token_is_shown_once_and_ends_when_it_is_revoked() {
    let (desk, server) = closed();
    let secret = token(&desk.app, Role::Admin);
    let ask = |path: &str, secret: &str| ask(&server, "GET", path, Some(secret));
    let me = ask("/api/v1/me", &secret).json();
    assert_eq!(me["role"], "admin");
    let list = ask("/api/v1/tokens", &secret);
    let id = list.json()["items"][0]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(me["actor"], format!("token:{id}"));
    assert!(!list.body.contains(secret.rsplit('_').next().unwrap()));
    assert!(!list.body.contains("hash"), "{}", list.body);
    for forged in [
        format!("svar_{id}_{}", "0".repeat(64)),
        "svar__".to_owned(),
        format!("{secret}0"),
        String::new(),
    ] {
        let refused = ask("/api/v1/me", &forged);
        assert_eq!(refused.status, 401, "{forged}");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
    let path = format!("/api/v1/tokens/{id}/revoke");
    assert_eq!(self::ask(&server, "POST", &path, Some(&secret)).status, 200);
    assert_eq!(ask("/api/v1/me", &secret).status, 401);
}

#[test]
fn what_people_do_is_in_the_audit_log_with_who_did_it() {
    let (desk, server) = closed();
    let mut ada = Visitor::new();
    ada.sign_in(&server, "ada@shop.example", PASSWORD);
    let form = [
        ("do", "add"),
        ("name", "<script>alert(1)</script>"),
        ("email", "eve@shop.example"),
        ("role", "viewer"),
    ];
    ada.send(&server, "/people", &form);
    let page = ada.get(&server, "/audit").body;
    assert!(page.contains("ada (user:ada)"), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
    let secret = token(&desk.app, Role::Admin);
    let list = ask(&server, "GET", "/api/v1/audit?limit=2", Some(&secret)).json();
    let kinds: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["kind"])
        .collect();
    assert_eq!(
        kinds,
        [&json!("svar.token_created"), &json!("svar.user_invited")]
    );
    let next = list["next_cursor"].as_u64().unwrap();
    let path = format!("/api/v1/audit?cursor={next}");
    let rest = ask(&server, "GET", &path, Some(&secret));
    assert_eq!(rest.json()["items"][0]["kind"], "svar.user_set");
    assert_eq!(rest.json()["items"][0]["actor"], "user:ada");
    assert!(!rest.body.contains("argon2"), "{}", rest.body);
}

#[test]
fn people_survive_a_rebuild() {
    let (desk, server) = closed();
    join(&desk, "ben@shop.example", Role::Rep);
    drop(server);
    let before = desk.app.people();
    desk.app.close().unwrap();
    let Desk { app, clock, folder } = desk;
    drop(app);
    std::fs::remove_dir_all(folder.path().join("derived")).unwrap();
    std::fs::remove_dir_all(folder.path().join("store")).unwrap();
    let app = crate::desk::open(folder.path(), &clock);
    assert_eq!(app.people(), before);
    assert_eq!(app.users().unwrap().len(), 2);
}

#[test]
fn a_page_offers_what_whoever_asks_may_use_and_names_them() {
    let (desk, server) = closed();
    join(&desk, "vic@shop.example", Role::Viewer);
    let menu = |email: &str| {
        let mut visitor = Visitor::new();
        visitor.sign_in(&server, email, PASSWORD);
        let page = visitor.get(&server, "/reports").body;
        page.split_once("<main").unwrap().0.to_owned()
    };
    let ada = menu("ada@shop.example");
    for part in ["/settings", "/inbox", "/search", "/knowledge/gaps", "ada"] {
        assert!(ada.contains(part), "{part}: {ada}");
    }
    let vic = menu("vic@shop.example");
    assert!(vic.contains("vic") && vic.contains("/account"), "{vic}");
    for part in ["/settings", "/inbox", "/search", "/knowledge/gaps"] {
        assert!(!vic.contains(part), "{part}: {vic}");
    }
}
