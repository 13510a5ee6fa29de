//! Connectors: a kill between what was journalled and the cursor that says so loses nothing and
//! doubles nothing.

use super::*;
use crate::connectors::zendesk::Zendesk;

/// Points of reading a page, with the passages at which the process dies.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("connector.journalled", &[1, 2, 4, 5]),
    ("connector.kept", &[1, 2, 4, 5]),
];
const STORY: &str = r#"{"source":"t","id":"1","type":"contact.upserted","at":"2026-01-01T00:00:00Z","contact":"p1"}"#;

/// A folder that is to read a played desk.
fn place(zendesk: &Zendesk) -> Place {
    let place = Place::new();
    fs::write(place.path("story.jsonl"), STORY).unwrap();
    place.run(&["import", "story.jsonl"]).ok();
    let token = place.path("zendesk.token");
    fs::write(&token, "secret\n").unwrap();
    let owner: fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&token, owner).unwrap();
    let add = [
        "connect",
        "zendesk",
        "--user",
        "ann@shop.example",
        "--token",
        "zendesk.token",
    ];
    place
        .run(&[&add[..], &["--url", &zendesk.played.url]].concat())
        .ok();
    place
}

/// Every event of the folder, by identity; each once.
fn all(place: &Place) -> BTreeMap<(String, String), String> {
    let text = place.run(&["export", "events"]).ok().stdout;
    let mut events = BTreeMap::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        let double = events.insert((text("source"), text("id")), line.to_owned());
        assert_eq!(double, None);
    }
    events
}

#[test]
fn a_kill_between_a_page_and_its_cursor_loses_nothing_and_doubles_nothing() {
    let zendesk = Zendesk::new();
    let whole = place(&zendesk);
    whole.run(&["connect", "run", "zendesk"]).ok();
    let wanted = all(&whole);
    assert!(wanted.len() > 50, "{}", wanted.len());
    for (point, passages) in KILLS {
        let place = place(&zendesk);
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let ran = place.run_with(
                &["connect", "run", "zendesk"],
                &[("SVAR_FAILPOINT", &armed)],
            );
            assert!(ran.is_killed(), "{armed}: {}{}", ran.stdout, ran.stderr);
        }
        place.run(&["connect", "run", "zendesk"]).ok();
        assert_eq!(all(&place), wanted, "{point}");
    }
}

#[test]
fn a_restore_takes_no_cursor_over_that_is_ahead_of_its_journal() {
    let zendesk = Zendesk::new();
    let place = place(&zendesk);
    place.run(&["backup", "backup"]).ok();
    place.run(&["connect", "run", "zendesk"]).ok();
    place.run(&["restore", "backup"]).ok();
    let list = place.run(&["connect", "list", "--json"]).ok().stdout;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["items"], serde_json::json!([]));
}

#[test]
fn a_token_file_that_others_may_read_is_refused_at_once() {
    let zendesk = Zendesk::new();
    let place = place(&zendesk);
    fs::write(place.path("open.token"), "secret\n").unwrap();
    let ran = place.run(&[
        "connect",
        "zendesk",
        "--url",
        &zendesk.played.url,
        "--token",
        "open.token",
    ]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(ran.stderr.contains("chmod 600"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
}
