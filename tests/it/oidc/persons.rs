//! Who somebody is here for whom the provider has answered, and what their groups give them.

use serde_json::json;
use svar::app::{SecondStep, code_of};
use svar::command::{
    AccessSettings, Caller, Command, Identity, Role, ScopeDraft, ScopeKind, UserCommand, UserDraft,
};

use super::*;

#[test]
fn who_has_a_group_comes_in_as_a_new_user_and_is_known_by_issuer_and_subject_from_then_on() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents", "others"]);
    let shown = place.browser().get("/help/sign-in?next=%2Finbox");
    assert!(shown.body.contains("Sign in by Shop ID"), "{}", shown.body);
    let browser = place.browser();
    let asked = browser.press(&[("next", "/inbox")]);
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(
        asked["redirect_uri"],
        "https://shop.example/help/sign-in/oidc"
    );
    assert_eq!(asked["scope"], "openid email profile");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(!asked.contains_key("prompt"));
    let back = place.provider.signs_in(&asked);
    let entered = browser.get(&format!("{PLACE}?{back}"));
    assert_eq!(entered.status, 303, "{}", entered.body);
    assert_eq!(entered.header("location"), "/help/inbox");
    let me = browser.me();
    assert_eq!(me["role"], "rep");
    assert_eq!(me["user"]["name"], "Eli Moe");
    assert_eq!(me["user"]["status"], "active");
    assert_eq!(me["user"]["account"]["subject"], "e-1");
    assert_eq!(me["user"]["account"]["issuer"], place.provider.issuer);
    assert_eq!(place.provider.play().refused, Vec::<String>::new());
    // Another address and name at the provider change nothing here.
    place.comes("e-1", "ada@shop.example", &["agents"]);
    let (browser, _) = place.sign_in();
    assert_eq!(browser.me()["user"]["user"], "eli");
    assert_eq!(place.app.people().users().count(), 2);
}

#[test]
fn what_happened_stands_in_the_audit_log_and_in_no_export_and_a_rebuild_knows_it() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    place.sign_in();
    place.pass(60);
    place.app.settle().unwrap();
    let snapshot = place.app.snapshot();
    let audit = snapshot.installation.audit.latest();
    let audit: Vec<(&str, &str)> = audit
        .filter(|entry| entry.actor == "provider")
        .map(|entry| (entry.kind.as_str(), entry.detail.as_str()))
        .collect();
    let kinds: Vec<&str> = audit.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(
        kinds,
        [
            "svar.provider_signed_in",
            "svar.provider_linked",
            "svar.user_set"
        ],
        "{audit:?}"
    );
    assert!(audit[1].1.contains("subject: e-1"), "{audit:?}");
    let mut exported = String::new();
    let (data, position) = (place.folder.path().join("data"), Some(place.app.position()));
    svar::app::export_events(&data, position, None, |line| {
        exported.push_str(line);
        Ok::<(), svar::app::Error>(())
    })
    .unwrap();
    assert!(
        !exported.contains("e-1") && !exported.contains("provider"),
        "{exported}"
    );
    let before = place.app.people();
    drop(snapshot);
    let Place {
        folder,
        clock,
        app,
        server,
        ..
    } = place;
    drop(server);
    app.close().unwrap();
    drop(app);
    for folds in ["store", "columns", "index"] {
        drop(std::fs::remove_dir_all(
            folder.path().join("data").join(folds),
        ));
    }
    let again = open(&folder, &clock, None);
    assert_eq!(again.people(), before);
    // Without a provider in the settings there is none, and nobody is lost.
    assert_eq!(again.provider_name(), None);
}

#[test]
fn an_address_links_only_where_the_provider_has_checked_it_and_only_the_first_account() {
    let place = Place::new();
    let eli = place.add("eli@shop.example", Role::Rep);
    for unchecked in [json!(null), json!(false), json!("true"), json!(1)] {
        place.says(&json!({"sub": "e-1", "email": "eli@shop.example",
            "email_verified": unchecked, "groups": ["agents"]}));
        let (status, reason) = place.refused();
        assert_eq!(status, 403, "{unchecked}: {reason}");
        assert!(reason.contains("checked your address"), "{reason}");
    }
    assert_eq!(place.account_of(&eli), None);
    place.comes("e-1", "ELI@shop.example", &["agents"]);
    let (browser, _) = place.sign_in();
    assert_eq!(browser.me()["user"]["user"], eli.as_str());
    assert_eq!(place.account_of(&eli).unwrap(), "e-1");
    place.comes("e-2", "eli@shop.example", &["agents"]);
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("another account")),
        (403, true),
        "{reason}"
    );
    assert_eq!(place.account_of(&eli).unwrap(), "e-1");
}

#[test]
fn who_is_unknown_and_in_no_group_is_refused_in_words_and_so_is_who_left_theirs() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["others"]);
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("none of your groups")),
        (403, true),
        "{reason}"
    );
    place.comes("e-1", "eli@shop.example", &["agents"]);
    place.sign_in();
    for groups in [
        json!([]),
        json!(null),
        json!({"agents": true}),
        json!([["agents"]]),
    ] {
        place.says(&json!({"sub": "e-1", "groups": groups}));
        assert_eq!(place.refused().0, 403, "{groups}");
    }
    assert_eq!(place.role_of("eli"), Role::Rep);
    // One group may stand alone.
    place.says(&json!({"sub": "e-1", "groups": "agents"}));
    assert_eq!(place.sign_in().1.status, 303);
}

#[test]
fn where_groups_give_nothing_users_keep_their_roles_and_nobody_else_is_let_in() {
    let place = Place::with(|config| config.roles.clear());
    place.add("eli@shop.example", Role::Viewer);
    place.comes("e-1", "eli@shop.example", &["bosses"]);
    assert_eq!(place.sign_in().0.me()["role"], "viewer");
    place.comes("e-2", "cleo@shop.example", &["bosses"]);
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("no user here yet")),
        (403, true),
        "{reason}"
    );
}

#[test]
fn groups_give_the_role_at_each_sign_in_and_it_holds_at_once() {
    let place = Place::with(|config| config.groups_claim = Some("teams".to_owned()));
    let scope = ScopeDraft {
        kind: ScopeKind::Own,
        ..ScopeDraft::default()
    };
    let draft = UserDraft {
        email: "eli@shop.example".to_owned(),
        name: "Eli".to_owned(),
        role: Role::Rep,
        scope: Some(scope),
        ..UserDraft::default()
    };
    place.app.save_user(&admin(), draft).unwrap();
    let says = |groups: &[&str]| {
        place.says(
            &json!({"sub": "e-1", "email": "eli@shop.example", "email_verified": true,
            "teams": groups, "groups": ["bosses"]}),
        );
    };
    says(&["lookers on", "agents"]);
    let (first, _) = place.sign_in();
    assert_eq!(first.me()["role"], "rep");
    assert_eq!(first.me()["user"]["scope"]["kind"], "own");
    says(&["bosses", "agents"]);
    place.sign_in();
    assert_eq!(first.me()["role"], "admin");
    assert_eq!(first.me()["sees_all"], true);
    says(&["lookers on"]);
    let (last, _) = place.sign_in();
    assert_eq!(
        (&first.me()["role"], &last.me()["role"]),
        (&json!("viewer"), &json!("viewer"))
    );
    assert_eq!(last.get("/help/inbox").status, 403);
}

#[test]
fn the_last_admin_with_a_password_is_never_demoted_and_one_of_two_is() {
    let place = Place::new();
    // An admin by the provider alone does not count as the one who remains.
    place.comes("b-1", "bo@shop.example", &["bosses"]);
    assert_eq!(place.sign_in().0.me()["role"], "admin");
    let ada = place.browser();
    ada.enter("ada@shop.example");
    place.says(&json!({"sub": "a-1", "groups": ["agents"]}));
    let asked = ada.press(&[("do", "link"), ("present", PASSWORD)]);
    let back = place.provider.signs_in(&asked);
    assert_eq!(ada.get(&format!("{PLACE}?{back}")).status, 303);
    let (browser, _) = place.sign_in();
    assert_eq!(browser.me()["role"], "admin");
    // What an admin does by hand is held to the same.
    for command in [
        UserCommand::Suspend {
            user: "ada".to_owned(),
            on: true,
        },
        UserCommand::Remove {
            user: "ada".to_owned(),
        },
    ] {
        let refused = place.app.write_now(&admin(), Command::User(command));
        assert!(refused.unwrap_err().to_string().contains("last admin"));
    }
    place.add_with_password("cleo@shop.example", Role::Admin);
    let (browser, _) = place.sign_in();
    assert_eq!(browser.me()["role"], "rep");
    assert!(password_works(&place.app, "ada@shop.example"));
}

#[test]
fn who_is_suspended_or_removed_never_gets_in_until_an_admin_says_so() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    let (browser, _) = place.sign_in();
    let eli = || "eli".to_owned();
    place.give(UserCommand::Suspend {
        user: eli(),
        on: true,
    });
    assert_eq!(browser.get("/help/inbox").status, 303, "signed out");
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("may not sign in")),
        (403, true),
        "{reason}"
    );
    place.give(UserCommand::Suspend {
        user: eli(),
        on: false,
    });
    assert_eq!(
        browser.get("/help/inbox").status,
        303,
        "the session has ended"
    );
    assert_eq!(place.sign_in().1.status, 303);
    place.give(UserCommand::Remove { user: eli() });
    // Neither by the account nor, with another one, by the address.
    for subject in ["e-1", "e-2"] {
        place.comes(subject, "eli@shop.example", &["bosses"]);
        let (status, reason) = place.refused();
        assert_eq!(
            (status, reason.contains("taken off")),
            (403, true),
            "{reason}"
        );
    }
    // A suspended user is not linked by their address either.
    let cleo = place.add("cleo@shop.example", Role::Rep);
    place.give(UserCommand::Suspend {
        user: cleo,
        on: true,
    });
    place.comes("c-1", "cleo@shop.example", &["agents"]);
    assert_eq!(place.refused().0, 403);
    let again = place.add("eli@shop.example", Role::Rep);
    place.comes("e-1", "eli@shop.example", &["agents"]);
    assert_eq!(place.sign_in().0.me()["user"]["user"], again.as_str());
}

#[test]
fn a_second_factor_of_ours_is_asked_for_after_the_provider_too() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["bosses"]);
    let (browser, _) = place.sign_in();
    let rule = AccessSettings {
        admins_need_code: Some(true),
        ..AccessSettings::default()
    };
    place
        .app
        .write_now(&admin(), Command::Access(rule))
        .unwrap();
    // An admin without one may look only, whichever way they came.
    assert_eq!(browser.me()["role"], "viewer");
    let eli = Caller::live(Identity::User("eli".to_owned()), Role::Admin);
    let secret = place.app.new_factor("eli").unwrap().secret;
    let shown = code_of(&secret, place.clock.now()).unwrap();
    place.app.set_factor(&eli, "eli", &secret, &shown).unwrap();
    place.pass(60);
    let (browser, asked) = place.sign_in();
    assert_eq!((asked.status, browser.session()), (200, None));
    let ticket = regex::Regex::new(r#"name="ticket" value="([^"]+)""#).unwrap();
    let ticket = ticket.captures(&asked.body).unwrap()[1].to_owned();
    let wrong = SecondStep {
        ticket: ticket.clone(),
        code: "000000".to_owned(),
        address: None,
    };
    assert!(place.app.sign_in_with_code(&wrong).is_err());
    let shown = code_of(&secret, place.clock.now()).unwrap();
    let form = [("ticket", ticket.as_str()), ("code", &shown)];
    assert_eq!(browser.post("/help/sign-in", &form).status, 303);
    assert_eq!(browser.me()["role"], "admin");
}

#[test]
fn of_many_first_sign_ins_at_once_one_user_comes() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    let backs: Vec<(Browser<'_>, String)> = (0..4)
        .map(|_| {
            let browser = place.browser();
            let back = place.provider.signs_in(&browser.press(&[]));
            (browser, back)
        })
        .collect();
    // Browsers stay on their own threads; what they keep is handed over.
    let cookies: Vec<(String, String)> = backs
        .iter()
        .map(|(browser, back)| (browser.cookies.borrow()["svar_away"].clone(), back.clone()))
        .collect();
    std::thread::scope(|scope| {
        for (kept, back) in &cookies {
            let place = &place;
            scope.spawn(move || {
                let browser = place.browser();
                browser
                    .cookies
                    .borrow_mut()
                    .insert("svar_away".to_owned(), kept.clone());
                assert_eq!(browser.get(&format!("{PLACE}?{back}")).status, 303);
                assert_eq!(browser.me()["user"]["user"], "eli");
            });
        }
    });
    assert_eq!(place.app.people().users().count(), 2);
}

#[test]
fn as_long_as_nobody_signs_in_with_a_password_nobody_does_by_the_provider() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let provider = Provider::new(&clock);
    let app = open(&folder, &clock, Some(config(&provider, &folder)));
    let server = Server::start(&app);
    let place = Place {
        folder,
        clock,
        app,
        server,
        provider,
    };
    place.comes("b-1", "bo@shop.example", &["bosses"]);
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("nobody signs in here yet")),
        (403, true),
        "{reason}"
    );
}

#[test]
fn somebody_signs_in_in_a_browser() {
    let Some(browser) = crate::chrome::Browser::start() else {
        return;
    };
    let place = Place::at("http://localhost", |_config| {});
    place.provider.play().leads_to = place.server.url("/sign-in/oidc");
    place.comes("e-1", "eli@shop.example", &["agents"]);
    browser.open(&place.server.url("/sign-in?next=/account"));
    for width in [390, 1280] {
        browser.post("window/rect", &json!({"width": width, "height": 900}));
        let over = browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        assert_eq!(over, 0, "{width}");
    }
    browser.follow("form[action='/sign-in/oidc'] button");
    browser
        .wait("location.pathname === '/account' && document.querySelector('button[value=unlink]')");
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:?}");
}
