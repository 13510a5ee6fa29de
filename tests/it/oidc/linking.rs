//! Accounts that are linked and unlinked by hand: an admin's are in no other way.

use std::process::{Command as Process, Output};

use serde_json::json;
use svar::command::Role;

use super::*;

/// Ada links an account, in a browser in which she is signed in.
fn link<'a>(place: &'a Place, subject: &str) -> (Browser<'a>, Answer) {
    let ada = place.browser();
    ada.enter("ada@shop.example");
    place.says(&json!({"sub": subject, "groups": ["bosses"]}));
    let asked = ada.press(&[("do", "link"), ("present", PASSWORD)]);
    assert_eq!(
        (asked["prompt"].as_str(), asked["max_age"].as_str()),
        ("login", "0")
    );
    let back = place.provider.signs_in(&asked);
    let answer = ada.get(&format!("{PLACE}?{back}"));
    (ada, answer)
}

#[test]
fn an_admin_is_not_linked_by_an_address_and_links_while_signed_in() {
    let place = Place::new();
    place.comes("a-1", "ada@shop.example", &["bosses"]);
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("admin is not let in by an address")),
        (403, true),
        "{reason}"
    );
    let (ada, linked) = link(&place, "a-1");
    assert_eq!(
        (linked.status, linked.header("location")),
        (303, "/help/account")
    );
    assert_eq!(place.account_of("ada").unwrap(), "a-1");
    let shown = ada.get("/help/account").body;
    assert!(shown.contains("You sign in as “a-1” of"), "{shown}");
    let (browser, _) = place.sign_in();
    assert_eq!(browser.me()["user"]["user"], "ada");
    assert_eq!(browser.me()["role"], "admin");
    // Not a second one, and nobody else the same.
    assert_eq!(link(&place, "a-2").1.status, 403);
    place.add_with_password("cleo@shop.example", Role::Admin);
    let cleo = place.browser();
    cleo.enter("cleo@shop.example");
    place.says(&json!({"sub": "a-1"}));
    let asked = cleo.press(&[("do", "link"), ("present", PASSWORD)]);
    let back = place.provider.signs_in(&asked);
    let taken = cleo.get(&format!("{PLACE}?{back}"));
    assert_eq!(taken.status, 403);
    assert!(alert(&taken).contains("another user"), "{}", taken.body);
    assert_eq!(place.account_of("cleo"), None);
}

#[test]
fn linking_takes_the_session_the_password_and_a_fresh_sign_in() {
    let place = Place::new();
    let nobody = place.browser();
    let away = nobody.post(PLACE, &[("do", "link"), ("present", PASSWORD)]);
    assert_eq!(
        (away.status, away.header("location")),
        (303, "/help/sign-in?next=%2Faccount")
    );
    let ada = place.browser();
    ada.enter("ada@shop.example");
    for present in ["", "another password"] {
        let refused = ada.post(PLACE, &[("do", "link"), ("present", present)]);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(alert(&refused).contains("present"), "{}", refused.body);
    }
    let now = place.clock.now().millis() / 1_000;
    let begin = || {
        place
            .provider
            .signs_in(&ada.press(&[("do", "link"), ("present", PASSWORD)]))
    };
    // Signed in at the provider since yesterday.
    place.says(&json!({"sub": "a-1", "auth_time": now - 86_400}));
    let stale = ada.get(&format!("{PLACE}?{}", begin()));
    assert_eq!(stale.status, 502);
    assert!(alert(&stale).contains("afresh"), "{}", stale.body);
    // Signed out meanwhile, or somebody else is there.
    place.says(&json!({"sub": "a-1", "auth_time": now}));
    place.add_with_password("cleo@shop.example", Role::Admin);
    for email in [None, Some("cleo@shop.example")] {
        let back = begin();
        let session = ada.cookies.borrow_mut().remove("svar_session").unwrap();
        if let Some(email) = email {
            ada.enter(email);
        }
        assert_eq!(ada.get(&format!("{PLACE}?{back}")).status, 401);
        ada.cookies
            .borrow_mut()
            .insert("svar_session".to_owned(), session);
    }
    assert_eq!(
        (place.account_of("ada"), place.account_of("cleo")),
        (None, None)
    );
    assert_eq!(ada.get(&format!("{PLACE}?{}", begin())).status, 303);
    assert_eq!(place.account_of("ada").unwrap(), "a-1");
}

#[test]
fn unlinking_signs_out_everywhere_else_and_is_refused_where_it_is_the_only_way_in() {
    let place = Place::new();
    let (ada, _) = link(&place, "a-1");
    let (elsewhere, _) = place.sign_in();
    assert_eq!(elsewhere.me()["user"]["user"], "ada");
    assert_eq!(ada.post("/help/account", &[("do", "unlink")]).status, 303);
    assert_eq!(place.account_of("ada"), None);
    assert_eq!(ada.me()["user"]["user"], "ada");
    assert_eq!(elsewhere.get("/help/api/v1/me").status, 401);
    let again = ada.post("/help/account", &[("do", "unlink")]);
    assert_eq!(again.status, 409);
    place.comes("e-1", "eli@shop.example", &["agents"]);
    let (eli, _) = place.sign_in();
    let refused = eli.post("/help/api/v1/me/unlink", &[]);
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("only way in"), "{}", refused.body);
    // An admin may; then Eli has no way in, and a session of before holds no more.
    let people = ada.get("/help/people").body;
    assert!(people.contains("by a linked account too"), "{people}");
    let form = [("do", "unlink"), ("user", "eli")];
    assert_eq!(ada.post("/help/people", &form).status, 303);
    assert_eq!(eli.get("/help/api/v1/me").status, 401);
    let unlink = |user: &str| {
        ada.post(&format!("/help/api/v1/users/{user}/unlink"), &[])
            .status
    };
    assert_eq!((unlink("eli"), unlink("nobody")), (409, 404));
    // Nobody else may unlink somebody.
    let (eli, _) = place.sign_in();
    assert_eq!(eli.post("/help/api/v1/users/eli/unlink", &[]).status, 403);
    assert_eq!(unlink("eli"), 200);
}

fn svar(place: &TempDir, arguments: &[&str], settings: &str) -> Output {
    std::fs::write(place.path().join("svar.toml"), settings).unwrap();
    let mut command = Process::new(env!("CARGO_BIN_EXE_svar"));
    command.args(arguments).current_dir(place.path());
    for name in ["SVAR_CONFIG", "SVAR_LISTEN", "SVAR_LOG", "SVAR_PUBLIC_URL"] {
        command.env_remove(name);
    }
    command
        .env("SVAR_DATA", place.path().join("data"))
        .output()
        .unwrap()
}

#[test]
fn the_command_line_shows_and_ends_links_and_asks_for_a_public_address() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    place.sign_in();
    let issuer = place.provider.issuer.clone();
    let Place {
        folder,
        app,
        server,
        ..
    } = place;
    drop(server);
    app.close().unwrap();
    drop(app);
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let listed = svar(&folder, &["user", "list"], "");
    let line = said(&listed);
    let line = line.lines().find(|line| line.contains("eli@")).unwrap();
    assert!(line.contains(&issuer) && line.contains("active"), "{line}");
    let unlinked = svar(&folder, &["user", "unlink", "eli@shop.example"], "");
    assert!(unlinked.status.success(), "{unlinked:?}");
    let listed = said(&svar(&folder, &["user", "list"], ""));
    assert!(!listed.contains(&issuer), "{listed}");
    let settings = format!("[oidc]\nissuer = \"{issuer}\"\nclient_id = \"svar\"\n");
    let refused = svar(&folder, &["user", "list"], &settings);
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("public_url"), "{why}");
    let settings = format!("public_url = \"https://shop.example\"\n{settings}");
    assert!(svar(&folder, &["user", "list"], &settings).status.success());
}
