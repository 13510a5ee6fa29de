//! The second factor: codes of an authenticator app, recovery codes, and the way back in.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use svar::app::{SecondStep, SignIn, SignInError, SignedIn, code_of};
use svar::command::{AccessSettings, Caller, Command, Identity, Role, UserDraft};

use crate::desk::{Answer, Desk, Server, agent, answer};

const PASSWORD: &str = "three good words";

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn ada() -> Caller {
    Caller::live(Identity::User("ada".to_owned()), Role::Admin)
}

/// A desk on which Ada is admin.
fn closed() -> Desk {
    let desk = Desk::new();
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&admin(), ada, PASSWORD).unwrap();
    desk
}

fn pass(desk: &Desk, secs: i64) {
    desk.clock.set(desk.clock.now().plus_millis(secs * 1_000));
}

fn code(desk: &Desk, secret: &str) -> String {
    code_of(secret, desk.clock.now()).unwrap()
}

/// Sets Ada's second factor up; gives its secret and the recovery codes.
fn set_up(desk: &Desk) -> (String, Vec<String>) {
    let secret = desk.app.new_factor("ada").unwrap().secret;
    let shown = code(desk, &secret);
    let made = desk.app.set_factor(&ada(), "ada", &secret, &shown).unwrap();
    pass(desk, 60);
    (secret, made.recovery_codes)
}

fn ticket(desk: &Desk) -> String {
    let attempt = SignIn {
        email: "ada@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    match desk.app.sign_in(&attempt).unwrap() {
        SignedIn::Code(ticket) => ticket,
        SignedIn::Session(_) => panic!("no code was asked for"),
    }
}

fn try_code(desk: &Desk, ticket: &str, code: &str) -> Result<String, SignInError> {
    desk.app.sign_in_with_code(&SecondStep {
        ticket: ticket.to_owned(),
        code: code.to_owned(),
        address: None,
    })
}

#[test]
fn it_is_set_by_a_right_code_only_and_then_a_sign_in_asks_for_one() {
    let desk = closed();
    let secret = desk.app.new_factor("ada").unwrap().secret;
    let wrong = desk.app.set_factor(&ada(), "ada", &secret, "000000");
    assert!(wrong.unwrap_err().to_string().contains("code"));
    let (secret, codes) = set_up(&desk);
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 10);
    let ticket = ticket(&desk);
    assert!(matches!(
        try_code(&desk, &ticket, "000000"),
        Err(SignInError::WrongCode)
    ));
    let session = try_code(&desk, &ticket, &code(&desk, &secret)).unwrap();
    assert_eq!(desk.app.session(&session).unwrap().user.as_str(), "ada");
    // The ticket is used up, and one that is made up is none.
    for old in [ticket.as_str(), "made up"] {
        pass(&desk, 60);
        let tried = try_code(&desk, old, &code(&desk, &secret));
        assert!(matches!(tried, Err(SignInError::Over)), "{tried:?}");
    }
}

#[test]
fn a_code_lets_in_once_also_at_once_and_after_a_restart() {
    let desk = closed();
    let (secret, _) = set_up(&desk);
    let tickets: Vec<String> = (0..4).map(|_| ticket(&desk)).collect();
    let shown = code(&desk, &secret);
    let entered = std::thread::scope(|scope| {
        let tries: Vec<_> = tickets
            .iter()
            .map(|ticket| scope.spawn(|| try_code(&desk, ticket, &shown).is_ok()))
            .collect();
        tries
            .into_iter()
            .map(|one| one.join().unwrap())
            .filter(|is| *is)
            .count()
    });
    assert_eq!(entered, 1);
    let now = desk.clock.now();
    let desk = desk.reopened();
    desk.clock.set(now);
    let again = try_code(&desk, &ticket(&desk), &shown);
    assert!(matches!(again, Err(SignInError::WrongCode)), "{again:?}");
    pass(&desk, 30);
    assert!(try_code(&desk, &ticket(&desk), &code(&desk, &secret)).is_ok());
}

#[test]
fn each_recovery_code_lets_in_once_and_only_its_hash_is_kept() {
    let desk = closed();
    let (secret, codes) = set_up(&desk);
    for code in codes.iter().take(2) {
        pass(&desk, 60);
        assert!(try_code(&desk, &ticket(&desk), &code.to_uppercase()).is_ok());
        let again = try_code(&desk, &ticket(&desk), code);
        assert!(matches!(again, Err(SignInError::WrongCode)), "{again:?}");
        pass(&desk, 60);
    }
    let left = |desk: &Desk| {
        let people = desk.app.people();
        let factor = people.user("ada").unwrap().second_factor.as_ref();
        factor.unwrap().recovery.len()
    };
    assert_eq!(left(&desk), 8);
    let journal: String = std::fs::read_dir(desk.folder.path().join("journal"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default())
        .collect();
    for code in &codes {
        assert!(!journal.contains(code) && !journal.contains(&code.replace('-', "")));
    }
    // It is in no export, and in no audit log.
    pass(&desk, 60);
    desk.app.settle().unwrap();
    let snapshot = desk.app.snapshot();
    let audit: Vec<&str> = snapshot
        .installation
        .audit
        .latest()
        .map(|one| one.detail.as_str())
        .collect();
    assert!(
        !audit.iter().any(|detail| detail.contains(&secret)),
        "{audit:?}"
    );
    let kinds = snapshot
        .installation
        .audit
        .latest()
        .map(|one| one.kind.clone());
    let kinds: Vec<String> = kinds.collect();
    assert!(
        kinds.contains(&"svar.second_factor_set".to_owned()),
        "{kinds:?}"
    );
    assert!(
        kinds.contains(&"svar.recovery_code_used".to_owned()),
        "{kinds:?}"
    );
    let mut exported = String::new();
    let position = Some(desk.app.position());
    svar::app::export_events(desk.folder.path(), position, None, |line| {
        exported.push_str(line);
        Ok::<(), svar::app::Error>(())
    })
    .unwrap();
    assert!(!exported.contains(&secret));
    drop(snapshot);
    let desk = desk.reopened();
    assert_eq!(left(&desk), 8);
}

#[test]
fn tries_at_a_code_run_out_and_a_ticket_holds_some_minutes_and_no_longer_than_the_password() {
    let desk = closed();
    let (secret, _) = set_up(&desk);
    let first = ticket(&desk);
    for _ in 0..5 {
        assert!(matches!(
            try_code(&desk, &first, "000000"),
            Err(SignInError::WrongCode)
        ));
    }
    let right = code(&desk, &secret);
    assert!(matches!(
        try_code(&desk, &first, &right),
        Err(SignInError::TooMany(_))
    ));
    // Another sign-in gives no more tries.
    let second = ticket(&desk);
    assert!(matches!(
        try_code(&desk, &second, &right),
        Err(SignInError::TooMany(_))
    ));
    pass(&desk, 60);
    assert!(try_code(&desk, &first, &code(&desk, &secret)).is_ok());
    pass(&desk, 300);
    assert!(matches!(
        try_code(&desk, &second, &code(&desk, &secret)),
        Err(SignInError::Over)
    ));
    let third = ticket(&desk);
    let end = svar::command::UserCommand::EndSessions {
        user: "ada".to_owned(),
    };
    desk.app.write_now(&admin(), Command::User(end)).unwrap();
    assert!(matches!(
        try_code(&desk, &third, &code(&desk, &secret)),
        Err(SignInError::Over)
    ));
}

/// A browser that keeps the session's cookie and follows no redirect.
fn send(server: &Server, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let request = agent.post(server.url(path)).header("cookie", cookie);
    answer(request.send_form(form.iter().copied()))
}

fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").split(';').next();
    cookie.unwrap_or_default().to_owned()
}

/// What stands in a page between two texts.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page
        .split_once(before)
        .unwrap_or_else(|| panic!("{page}"))
        .1;
    rest.split_once(after).unwrap().0
}

const ENTRY: [(&str, &str); 3] = [
    ("email", "ada@shop.example"),
    ("password", PASSWORD),
    ("next", "/people"),
];

#[test]
fn the_pages_set_it_up_ask_for_it_and_take_it_away() {
    let desk = closed();
    let server = Server::start(&desk.app);
    let entered = send(&server, "/sign-in", "", &ENTRY);
    let cookie = cookie_of(&entered);
    let page = send(&server, "/account", &cookie, &[("do", "factor")]);
    assert_eq!(
        (page.status, page.header("cache-control")),
        (200, "no-store")
    );
    assert!(page.body.contains("<svg class=\"qr\""), "{}", page.body);
    let secret = between(&page.body, "name=\"secret\" value=\"", "\"").to_owned();
    let wrong = [("do", "confirm"), ("secret", &secret), ("code", "000000")];
    let wrong = send(&server, "/account", &cookie, &wrong);
    assert!(wrong.body.contains("not the code") && wrong.body.contains(&secret));
    let shown = code(&desk, &secret);
    let right = [("do", "confirm"), ("secret", &secret), ("code", &shown)];
    let right = send(&server, "/account", &cookie, &right);
    assert_eq!(
        right.body.matches("<li><code>").count(),
        10,
        "{}",
        right.body
    );
    pass(&desk, 60);
    // The password alone gives no session.
    let asked = send(&server, "/sign-in", "", &ENTRY);
    assert_eq!((asked.status, asked.header("set-cookie")), (200, ""));
    let ticket = between(&asked.body, "name=\"ticket\" value=\"", "\"").to_owned();
    let step = |code: &str| {
        let form = [
            ("ticket", ticket.as_str()),
            ("code", code),
            ("next", "/people"),
        ];
        send(&server, "/sign-in", "", &form)
    };
    assert_eq!(step("123").status, 401);
    let entered = step(&code(&desk, &secret));
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, "/people")
    );
    let cookie = cookie_of(&entered);
    let people = answer(
        agent()
            .get(server.url("/people"))
            .header("cookie", &cookie)
            .call(),
    );
    assert!(
        people.body.contains("with a second factor"),
        "{}",
        people.body
    );
    pass(&desk, 60);
    let shown = code(&desk, &secret);
    let away = [("do", "no_factor"), ("code", shown.as_str())];
    assert_eq!(send(&server, "/account", &cookie, &away).status, 303);
    assert_eq!(send(&server, "/sign-in", "", &ENTRY).status, 303);
}

#[test]
fn who_has_lost_it_is_let_in_by_an_admin_and_nobody_by_a_link_alone() {
    let desk = closed();
    set_up(&desk);
    // A link sets the password, but the code is asked for.
    let link = desk.app.invite(&admin(), "ada").unwrap().path;
    let link = link.split_once("link=").unwrap().1;
    let joined = desk.app.join(link, PASSWORD, "").unwrap();
    assert!(matches!(joined, SignedIn::Code(_)));
    let server = Server::start(&desk.app);
    let reset = |user: &str| {
        let path = format!("/api/v1/users/{user}/reset-second-factor");
        let token = format!("Bearer {}", desk.app.admin_token());
        let request = agent()
            .post(server.url(&path))
            .header("authorization", token);
        answer(request.send_empty()).status
    };
    assert_eq!(
        (reset("ada"), reset("ada"), reset("nobody")),
        (200, 409, 404)
    );
    assert_eq!(send(&server, "/sign-in", "", &ENTRY).status, 303);
}

#[test]
fn over_the_api_one_sets_ones_own() {
    let desk = closed();
    let server = Server::start(&desk.app);
    let cookie = cookie_of(&send(&server, "/sign-in", "", &ENTRY));
    let post = |path: &str, body: &Value| {
        let request = agent().post(server.url(&format!("/api/v1/me/second-factor{path}")));
        let request = request.header("cookie", &cookie);
        answer(
            request
                .header("content-type", "application/json")
                .send(body.to_string()),
        )
    };
    let secret = post("/new", &json!({})).json()["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        post("", &json!({"secret": secret, "code": "1"})).status,
        400
    );
    assert_eq!(post("", &json!({"secret": "odd", "code": "1"})).status, 400);
    let shown = code(&desk, &secret);
    let set = post("", &json!({"secret": secret, "code": shown}));
    assert_eq!(set.json()["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(
        post("", &json!({"secret": secret, "code": shown})).status,
        409
    );
    assert_eq!(
        post("/remove", &json!({"code": shown})).status,
        400,
        "it is used up"
    );
    pass(&desk, 60);
    assert_eq!(
        post("/remove", &json!({"code": code(&desk, &secret)})).status,
        200
    );
}

#[test]
fn where_admins_need_one_an_admin_without_may_look_only() {
    let desk = closed();
    let server = Server::start(&desk.app);
    let cookie = cookie_of(&send(&server, "/sign-in", "", &ENTRY));
    let get = |path: &str| {
        answer(
            agent()
                .get(server.url(path))
                .header("cookie", &cookie)
                .call(),
        )
    };
    assert_eq!(get("/people").status, 200);
    let rule = AccessSettings {
        admins_need_code: Some(true),
        ..AccessSettings::default()
    };
    desk.app.write_now(&admin(), Command::Access(rule)).unwrap();
    assert_eq!(get("/people").status, 403);
    assert!(get("/account").body.contains("Admins need a second factor"));
    set_up(&desk);
    assert_eq!(get("/people").status, 200);
}

#[test]
fn somebody_sets_it_up_in_a_browser_and_signs_in_with_it() {
    let Some(browser) = crate::chrome::Browser::start() else {
        return;
    };
    let desk = closed();
    let server = Server::start(&desk.app);
    let type_in = |css: &str, text: &str| browser.press(css, text);
    let sign_in = || {
        browser.open(&server.url("/sign-in?next=/account"));
        type_in("#email", "ada@shop.example");
        type_in("#password", PASSWORD);
        browser.follow("form.write button");
    };
    sign_in();
    browser.wait("location.pathname === '/account'");
    browser.follow("button[value=factor]");
    browser.wait("document.querySelector('svg.qr')");
    let secret = browser.run("return document.getElementById('secret').value");
    let secret = secret.as_str().unwrap();
    for width in [390, 1280] {
        browser.post("window/rect", &json!({"width": width, "height": 900}));
        let over = browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        assert_eq!(over, 0, "{width}");
    }
    type_in("#code", &code(&desk, secret));
    browser.follow("button[value=confirm]");
    browser.wait("document.querySelectorAll('.codes li').length === 10");
    pass(&desk, 60);
    browser.follow("form[action='/sign-out'] button");
    browser.wait("location.pathname === '/sign-in'");
    sign_in();
    browser.wait("document.querySelector('input[name=ticket]')");
    type_in("#code", "000000");
    browser.follow("form.write button");
    browser.wait("document.querySelector('[role=alert], .warning')");
    type_in("#code", &code(&desk, secret));
    browser.follow("form.write button");
    browser.wait(
        "location.pathname === '/account' && document.querySelector('button[value=no_factor]')",
    );
    // A refused code is the one thing that the console has to say.
    let complaints = browser.complaints();
    let odd = complaints.iter().find(|line| !line.contains("401"));
    assert_eq!(odd, None, "{complaints:?}");
}
