//! What becomes of users and tokens by the events about them.

use super::*;

fn people(events: &[&str]) -> People {
    let mut people = People::default();
    for (seq, event) in (1..).zip(events) {
        let from = Provenance {
            seq,
            actor: "user:ada",
        };
        let event = event.replacen('{', r#"{"source":"svar","id":"1","#, 1);
        people.apply(from, &Event::parse_journalled(&event).unwrap());
    }
    people
}

const ADA: &str = r#"{"type":"svar.user_set","at":"2026-01-01T00:00:00Z","user":"ada","email":"Ada@shop.example","name":"Ada","role":"admin"}"#;
const INVITED: &str = r#"{"type":"svar.user_invited","at":"2026-01-01T00:00:00Z","user":"ada","secret_hash":"00","expires_at":"2026-01-08T00:00:00Z"}"#;
const PASSWORD: &str =
    r#"{"type":"svar.password_set","at":"2026-01-01T00:00:00Z","user":"ada","hash":"$argon2id$"}"#;
const REMOVED: &str = r#"{"type":"svar.user_removed","at":"2026-01-02T00:00:00Z","user":"ada"}"#;

#[test]
fn sign_in_begins_with_the_first_admin_who_can_and_never_ends() {
    assert!(!people(&[ADA, INVITED]).has_sign_in());
    let set = people(&[ADA, INVITED, PASSWORD]);
    assert!(set.has_sign_in());
    assert_eq!(set.by_email(" ada@SHOP.example ").unwrap().name, "Ada");
    assert!(set.user("ada").unwrap().invitation.is_none());
    assert!(people(&[ADA, PASSWORD, REMOVED]).has_sign_in());
}

#[test]
fn who_is_suspended_or_removed_is_signed_out_and_keeps_the_name() {
    let suspended =
        r#"{"type":"svar.user_suspended","at":"2026-01-02T00:00:00Z","user":"ada","on":true}"#;
    let before = people(&[ADA, PASSWORD]);
    let epoch = before.user("ada").unwrap().session_epoch;
    for end in [suspended, REMOVED] {
        let after = people(&[ADA, PASSWORD, end]);
        let ada = after.user("ada").unwrap();
        assert_eq!((ada.name.as_str(), ada.can_sign_in()), ("Ada", false));
        assert!(ada.session_epoch > epoch);
    }
    let back = people(&[ADA, PASSWORD, REMOVED, ADA]);
    let ada = back.user("ada").unwrap();
    assert!(!ada.can_sign_in(), "a password of before must not hold");
    assert_eq!(people(&[ADA, REMOVED]).users().count(), 0);
}

#[test]
fn a_token_holds_until_it_expires_or_is_revoked() {
    let created = r#"{"type":"svar.token_created","at":"2026-01-01T00:00:00Z","token":"k","name":"import","role":"rep","secret_hash":"00","expires_at":"2026-02-01T00:00:00Z"}"#;
    let revoked = r#"{"type":"svar.token_revoked","at":"2026-01-10T00:00:00Z","token":"k"}"#;
    let at = |text: &str| Timestamp::parse(text).unwrap();
    let held = people(&[created]);
    let token = held.token("k").unwrap();
    assert_eq!(token.created_by, "user:ada");
    assert!(token.holds_at(at("2026-01-31T23:59:59Z")));
    assert!(!token.holds_at(at("2026-02-01T00:00:00Z")));
    let ended = people(&[created, revoked]);
    assert!(
        !ended
            .token("k")
            .unwrap()
            .holds_at(at("2026-01-11T00:00:00Z"))
    );
}
