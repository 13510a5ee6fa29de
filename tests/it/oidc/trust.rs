//! What of a provider is believed, and what comes of one that is slow, gone or somebody else.

use serde_json::json;
use svar::app::{ProviderAim, ProviderError, ProviderWish};
use svar::command::Role;

use super::provider::{Mood, Signing};
use super::*;

#[test]
fn a_token_is_taken_by_either_signature_with_the_name_of_its_key_or_where_there_is_no_choice() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    for (signing, names_key) in [
        (Signing::Es256, true),
        (Signing::Rs256, true),
        (Signing::Es256, false),
        (Signing::Rs256, false),
    ] {
        place.provider.play().signing = signing;
        place.provider.play().names_key = names_key;
        let (browser, answer) = place.sign_in();
        assert_eq!(answer.status, 303, "{signing:?}: {}", alert(&answer));
        assert_eq!(browser.me()["role"], "rep");
    }
    // Several keys, and none is named.
    place.provider.play().signing = Signing::Es256;
    place.provider.play().published = vec![0, 1];
    place.pass(3_600);
    assert_eq!(place.refused().0, 502);
}

#[test]
fn a_token_that_is_signed_in_any_other_way_lets_nobody_in() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["bosses"]);
    for signing in [
        Signing::Nothing,
        Signing::PublicKeyAsSecret,
        Signing::Forged,
        Signing::Changed,
        Signing::Critical,
    ] {
        place.provider.play().signing = signing;
        let (status, reason) = place.refused();
        assert_eq!(status, 502, "{signing:?}: {reason}");
        assert!(reason.contains("not believed"), "{signing:?}: {reason}");
    }
    // A key of the other kind under that name is no way round.
    place.provider.play().signing = Signing::Es256;
    place.provider.play().key = 0;
    assert_eq!(place.sign_in().1.status, 303, "nothing else was wrong");
}

#[test]
fn a_token_of_or_for_somebody_else_or_of_another_time_lets_nobody_in() {
    let place = Place::new();
    let now = place.clock.now().millis() / 1_000;
    for (claims, word) in [
        (json!({"nonce": "another"}), "another sign-in"),
        (json!({"nonce": null}), "another sign-in"),
        (json!({"nonce": ""}), "another sign-in"),
        (json!({"iss": "https://id.example"}), "another issuer"),
        (
            json!({"iss": format!("{}/", place.provider.issuer)}),
            "another issuer",
        ),
        (json!({"iss": null}), "another issuer"),
        (json!({"aud": "shop"}), "another client"),
        (json!({"aud": null}), "another client"),
        (json!({"aud": ["shop"]}), "another client"),
        (json!({"aud": ["svar", "shop"]}), "another client"),
        (
            json!({"aud": ["svar", "shop"], "azp": "shop"}),
            "another client",
        ),
        (json!({"azp": "shop"}), "another client"),
        (json!({"azp": 1}), "another client"),
        (json!({"exp": now - 60}), "expired"),
        (json!({"exp": null}), "expired"),
        (json!({"exp": "9999999999"}), "expired"),
        (json!({"iat": now + 61}), "yet to come"),
        (json!({"iat": null}), "yet to come"),
        (json!({"nbf": now + 61}), "yet to come"),
        (json!({"iat": now - 61}), "before this sign-in began"),
        (json!({"sub": null}), "who it is"),
        (json!({"sub": ""}), "who it is"),
        (json!({"sub": 7}), "who it is"),
        (json!({"sub": "x".repeat(256)}), "who it is"),
    ] {
        let mut all = json!({"sub": "e-1", "email": "eli@shop.example", "email_verified": true,
            "groups": ["bosses"]});
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        place.says(&all);
        let (status, reason) = place.refused();
        assert_eq!(status, 502, "{claims}: {reason}");
        assert!(reason.contains(word), "{claims}: {reason}");
    }
}

#[test]
fn clocks_may_differ_by_less_than_a_minute_and_others_may_be_named_besides() {
    let place = Place::new();
    let now = place.clock.now().millis() / 1_000;
    for claims in [
        json!({"exp": now - 59}),
        json!({"iat": now + 60, "nbf": now + 60}),
        json!({"iat": now - 60}),
        json!({"iat": 0.5 + now as f64}),
        json!({"aud": ["shop", "svar"], "azp": "svar"}),
        json!({"aud": ["svar"]}),
    ] {
        let mut all = json!({"sub": "e-1", "email": "eli@shop.example", "email_verified": true,
            "groups": ["agents"]});
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        place.says(&all);
        let (_, answer) = place.sign_in();
        assert_eq!(answer.status, 303, "{claims}: {}", alert(&answer));
    }
}

#[test]
fn new_keys_are_asked_for_once_where_one_is_unknown_and_kept_no_longer_than_an_hour() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    let asked = || place.provider.play().asked["/realm/keys"];
    place.sign_in();
    place.sign_in();
    assert_eq!(asked(), 1);
    place.provider.play().key = 1;
    place.provider.play().published = vec![1];
    assert_eq!(place.sign_in().1.status, 303);
    assert_eq!(asked(), 2);
    // A key that is published nowhere.
    place.provider.play().key = 2;
    let (status, reason) = place.refused();
    assert_eq!((status, asked()), (502, 3), "{reason}");
    // One that was taken back holds until what was kept is an hour old.
    place.provider.play().key = 1;
    place.provider.play().published = vec![0];
    assert_eq!(place.sign_in().1.status, 303);
    place.pass(3_600);
    assert_eq!(place.refused().0, 502);
}

#[test]
fn who_comes_back_is_let_in_once_in_the_browser_that_went_and_in_time() {
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    let browser = place.browser();
    let first = browser.post(PLACE, &[]);
    let cookie = first.header("set-cookie").to_owned();
    for word in [
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
        "Max-Age=600",
        "Path=/help/sign-in/oidc",
    ] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let asked = pairs(first.header("refresh").split_once("?of=us&").unwrap().1);
    let back = format!("{PLACE}?{}", place.provider.signs_in(&asked));
    // A scanner, another browser, and one that is away for a sign-in of its own.
    let before = place.app.position();
    assert_eq!(browser.send("HEAD", &back, &[]).status, 405);
    let other = place.browser();
    assert_eq!(other.get(&back).status, 401);
    other.press(&[]);
    assert_eq!(other.get(&back).status, 401);
    let made_up = browser.cookies.borrow().clone();
    for path in [
        format!("{PLACE}?state=made-up&code=c"),
        format!("{PLACE}?state=&code=c"),
        PLACE.to_owned(),
    ] {
        let answer = browser.get(&path);
        assert_eq!(answer.status, 401, "{path}");
        browser.cookies.borrow_mut().clone_from(&made_up);
    }
    assert_eq!(place.app.position(), before);
    let issuer = place
        .provider
        .issuer
        .replace(':', "%3A")
        .replace('/', "%2F");
    let kept = browser.cookies.borrow().clone();
    let entered = browser.get(&format!("{back}&iss={issuer}"));
    assert_eq!(entered.status, 303, "{}", alert(&entered));
    // Again, with all that was there before.
    let replay = place.browser();
    *replay.cookies.borrow_mut() = kept;
    let again = replay.get(&back);
    assert_eq!(again.status, 401);
    assert!(alert(&again).contains("done already"), "{}", again.body);
    assert!(replay.session().is_none());
    let late = place.browser();
    let back = place.provider.signs_in(&late.press(&[]));
    place.pass(600);
    assert_eq!(late.get(&format!("{PLACE}?{back}")).status, 401);
}

#[test]
fn what_somebody_else_says_or_is_a_refusal_ends_it() {
    let place = Place::new();
    for (more, status, word) in [
        ("&iss=https%3A%2F%2Fid.example", 502, "somebody else"),
        ("&error=access_denied", 403, "access_denied"),
        ("&error=%3Cscript%3E", 403, "script"),
    ] {
        let another = place.browser();
        let back = place.provider.signs_in(&another.press(&[]));
        let answer = another.get(&format!("{PLACE}?{back}{more}"));
        assert_eq!(answer.status, status, "{more}");
        assert!(alert(&answer).contains(word), "{}", answer.body);
        assert!(!answer.body.contains("<script>"), "{}", answer.body);
        assert_eq!(another.get(&format!("{PLACE}?{back}")).status, 401);
    }
}

#[test]
fn the_press_is_a_post_of_a_page_of_ours() {
    let place = Place::new();
    let browser = place.browser();
    let agent = crate::desk::agent();
    let elsewhere = agent
        .post(place.server.url(PLACE))
        .header("host", "shop.example")
        .header("origin", "https://evil.example");
    assert_eq!(answer(elsewhere.send_empty()).status, 403);
    // A page that leads on, since the policy lets no form lead away.
    let page = browser.post(PLACE, &[]);
    assert!(
        page.header("content-security-policy")
            .contains("form-action 'self'")
    );
    assert!(page.body.contains("Go on to Shop ID"), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    // From one address only so many.
    let go = |last: u8| {
        let wish = ProviderWish {
            aim: ProviderAim::SignIn,
            password: String::new(),
            next: "/".to_owned(),
            address: Some([10, 0, 0, last].into()),
            agent: String::new(),
        };
        place.app.go_to_provider(wish)
    };
    let many = (0..60).map(|_| go(1)).find_map(Result::err);
    assert!(matches!(many, Some(ProviderError::TooMany(_))), "{many:?}");
    assert!(go(2).is_ok());
}

#[test]
fn a_provider_that_is_gone_fails_or_says_too_much_lets_nobody_in_and_passwords_work() {
    let keys = "/realm/keys";
    let document = "/realm/.well-known/openid-configuration";
    let token = "/realm/token";
    let place = Place::new();
    for (path, mood, word) in [
        (document, Mood::Failing, "answered 500"),
        (document, Mood::Redirecting, "answered 302"),
        (document, Mood::Endless, "too long"),
        (document, Mood::Babbling, "cannot be read"),
        (keys, Mood::Failing, "answered 500"),
        (keys, Mood::Endless, "too long"),
        (keys, Mood::Babbling, "cannot be read"),
        (token, Mood::Failing, "answered 500"),
        (token, Mood::Redirecting, "answered 302"),
        (token, Mood::Endless, "too long"),
        (token, Mood::Babbling, "no ID token"),
    ] {
        // What was told before is kept no longer.
        place.pass(3_600);
        place.comes("e-1", "eli@shop.example", &["agents"]);
        place.provider.play().mood = (path, mood);
        let browser = place.browser();
        let mut answer = browser.post(PLACE, &[]);
        if path == token {
            let asked = pairs(answer.header("refresh").split_once("?of=us&").unwrap().1);
            let back = place.provider.signs_in(&asked);
            answer = browser.get(&format!("{PLACE}?{back}"));
        }
        assert_eq!(answer.status, 502, "{path} {mood:?}: {}", answer.body);
        assert!(
            alert(&answer).contains(word),
            "{path} {mood:?}: {}",
            alert(&answer)
        );
        assert!(browser.session().is_none());
        assert!(password_works(&place.app, "ada@shop.example"));
        place.provider.play().mood = ("", Mood::Usual);
        assert_eq!(place.sign_in().1.status, 303, "it is asked again");
    }
}

#[test]
fn one_that_does_not_answer_is_not_waited_for() {
    let place = Place::with(|config| config.timeout_secs = Some(1));
    for path in ["/realm/keys", "/realm/.well-known/openid-configuration"] {
        place.provider.play().mood = (path, Mood::Silent);
        let answer = place.browser().post(PLACE, &[]);
        assert_eq!(answer.status, 502);
        assert!(
            alert(&answer).contains("took too long"),
            "{}",
            alert(&answer)
        );
    }
    let place = Place::with(|config| config.issuer = "http://127.0.0.1:1".to_owned());
    let answer = place.browser().post(PLACE, &[]);
    assert_eq!(answer.status, 502, "{}", answer.body);
    assert!(password_works(&place.app, "ada@shop.example"));
}

#[test]
fn one_that_calls_itself_otherwise_or_would_be_told_in_the_clear_is_not_asked() {
    for (document, word) in [
        (json!({"issuer": "https://id.example"}), "calls itself"),
        (
            json!({"token_endpoint": "http://id.example/token"}),
            "token_endpoint",
        ),
        (json!({"jwks_uri": "file:///etc/passwd"}), "jwks_uri"),
        (
            json!({"authorization_endpoint": "javascript:alert(1)"}),
            "authorization_endpoint",
        ),
        (json!({"token_endpoint": null}), "cannot be read"),
    ] {
        let place = Place::new();
        place.provider.play().document = document.clone();
        let answer = place.browser().post(PLACE, &[]);
        assert_eq!(answer.status, 502, "{document}");
        assert!(
            alert(&answer).contains(word),
            "{document}: {}",
            alert(&answer)
        );
    }
}

#[test]
fn the_secret_is_shown_as_the_provider_wants_it_and_others_cannot_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.comes("e-1", "eli@shop.example", &["agents"]);
    place.provider.play().document =
        json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
    assert_eq!(
        place.sign_in().1.status,
        303,
        "{:?}",
        place.provider.play().refused
    );
    assert_eq!(place.app.provider_fault(), None);
    let file = place.folder.path().join("secret");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(place.app.provider_fault().unwrap().contains("chmod 600"));
    let (status, reason) = place.refused();
    assert_eq!(
        (status, reason.contains("can be read by others")),
        (502, true),
        "{reason}"
    );
    assert!(!reason.contains(SECRET), "{reason}");
    // A provider that wants none.
    let place = Place::with(|config| config.client_secret_file = None);
    place.comes("e-1", "eli@shop.example", &["agents"]);
    assert_eq!(place.refused().0, 502);
    assert_eq!(place.provider.play().refused, ["no such client"]);
}

#[test]
fn where_no_provider_is_set_there_is_no_button_and_no_way() {
    let desk = crate::desk::Desk::new();
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    desk.app.set_up(&admin(), ada, PASSWORD).unwrap();
    let server = Server::start(&desk.app);
    assert!(!server.get("/sign-in").body.contains("/sign-in/oidc"));
    assert_eq!(server.form("/sign-in/oidc", &[]).status, 404);
    assert_eq!(server.get("/sign-in/oidc?state=x&code=y").status, 404);
}
