//! Drafts: what somebody was told is kept is there after a kill at any moment, and comes back from a
//! backup.

use serde_json::json;

use super::*;

/// Points of writing and removing a draft, with the passages at which the process dies.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("draft.written", &[1, 2, 3, 6]),
    ("draft.renamed", &[1, 2, 3, 6]),
    ("draft.synced", &[1, 2, 3, 6]),
    ("draft.removed", &[1, 2]),
];
const STORY: &str = r#"{"source":"t","id":"1","type":"conversation.started","at":"2026-01-01T00:00:00Z","conversation":"c1","contact":"p1","channel":"chat"}"#;
const PASSWORD: &str = "three good words";

/// Somebody who types in a conversation.
struct Writer {
    conversation: String,
    /// What they were told last is kept; empty: nothing.
    kept: String,
    /// What they asked for and may have been done before the process died.
    asked: Option<String>,
    typed: u32,
}

/// Ada at a server.
struct Desk<'a> {
    server: &'a Server,
    session: String,
}

impl Desk<'_> {
    fn send(&self, path: &str, body: &Value) -> Option<Answer> {
        let sent = agent()
            .post(format!("{}/api/v1{path}", self.server.url))
            .header("cookie", &self.session)
            .header("content-type", "application/json")
            .send(body.to_string());
        read(sent).ok()
    }

    fn get(&self, path: &str) -> Answer {
        let sent = agent()
            .get(format!("{}/api/v1{path}", self.server.url))
            .header("cookie", &self.session);
        answer(sent.call())
    }

    fn draft(&self, conversation: &str) -> String {
        let draft = self.get(&format!("/conversations/{conversation}/draft"));
        assert_eq!(draft.status, 200, "{}", draft.body);
        draft.json()["text"].as_str().unwrap().to_owned()
    }
}

impl Place {
    /// A desk on which Ada signs in and types in the one conversation.
    fn with_writer() -> (Self, Writer) {
        let place = Self::new();
        fs::write(place.path("story.jsonl"), STORY).unwrap();
        place.run(&["import", "story.jsonl"]).ok();
        fs::write(place.path("password"), PASSWORD).unwrap();
        let add = ["user", "add", "ada@shop.example", "--role", "admin"];
        let add = [&add[..], &["--password-file", "password"]].concat();
        place.run(&add).ok();
        let writer = Writer {
            conversation: "c1".to_owned(),
            kept: String::new(),
            asked: None,
            typed: 0,
        };
        (place, writer)
    }
}

fn sign_in(server: &Server) -> Desk<'_> {
    let quiet = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let form = [("email", "ada@shop.example"), ("password", PASSWORD)];
    let signed = answer(
        quiet
            .post(format!("{}/sign-in", server.url))
            .send_form(form),
    );
    let cookie = signed.header("set-cookie").split(';').next().unwrap();
    Desk {
        server,
        session: cookie.to_owned(),
    }
}

impl Writer {
    /// Does the next thing; false: the process died meanwhile.
    fn go_on(&mut self, desk: &Desk<'_>) -> bool {
        self.typed += 1;
        let path = format!("/conversations/{}", self.conversation);
        let words = format!("words {}", self.typed);
        let (path, body, then) = match self.typed % 5 {
            1 | 2 => (format!("{path}/draft"), json!({"text": words}), words),
            // On its way it is words that can be taken back, and a draft again after a kill.
            3 => (format!("{path}/send"), json!({"text": words}), words),
            4 => (format!("{path}/take-back"), json!({}), self.kept.clone()),
            _ => (format!("{path}/draft"), json!({"text": ""}), String::new()),
        };
        self.asked = Some(then.clone());
        let Some(answer) = desk.send(&path, &body) else {
            return false;
        };
        // On a slow machine a reply may have gone out before it is taken back.
        let is_late = answer.status == 409 && path.ends_with("take-back");
        assert!(answer.status == 200 || is_late, "{path}: {}", answer.body);
        self.kept = if is_late { String::new() } else { then };
        self.asked = None;
        true
    }

    /// Whether what was kept is there, or what was asked for.
    fn look(&mut self, desk: &Desk<'_>, armed: &str) {
        let draft = desk.draft(&self.conversation);
        let said = desk
            .get(&format!("/conversations/{}", self.conversation))
            .body;
        let possible = [Some(self.kept.clone()), self.asked.take()];
        let is_there = |text: &String| *text == draft || said.contains(text.as_str());
        let is_kept = possible.iter().flatten().any(is_there);
        assert!(is_kept, "{armed}: `{draft}`, not {possible:?}");
        assert!(
            draft.is_empty() || possible.iter().flatten().any(|text| *text == draft),
            "{armed}: nobody typed `{draft}` last; {possible:?}"
        );
        self.kept = draft;
    }
}

#[test]
fn no_draft_that_was_acknowledged_is_lost_by_a_kill() {
    let (mut place, mut writer) = Place::with_writer();
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let mut server = place.serve(&[("SVAR_FAILPOINT", armed.as_str())]);
            let desk = sign_in(&server);
            let began = Instant::now();
            while writer.go_on(&desk) {
                assert!(began.elapsed() < PATIENCE, "{armed} is never reached");
            }
            drop(desk);
            assert!(is_killed(server.wait()), "{armed}");
            place.kills += 1;
            let mut server = place.serve(&[]);
            writer.look(&sign_in(&server), &armed);
            server.kill();
            server.wait();
        }
    }
    assert_eq!(place.kills, 14);
    assert!(writer.typed > 20, "{}", writer.typed);
}

#[test]
fn a_backup_brings_drafts_along_and_a_restore_puts_them_back() {
    let (place, writer) = Place::with_writer();
    let path = format!("/conversations/{}/draft", writer.conversation);
    let keep = |desk: &Desk<'_>, text: &str| {
        let kept = desk.send(&path, &json!({"text": text})).unwrap();
        assert_eq!(kept.status, 200, "{}", kept.body);
    };
    let server = place.serve(&[]);
    let ada = sign_in(&server);
    keep(&ada, "Dear Pia,");
    place.run(&["backup", "backup"]).ok();
    keep(&ada, "Dear Pia, never mind");
    drop(ada);
    assert!(server.stop().0.success());
    let ran = place.run(&["restore", "backup"]).ok();
    assert!(ran.stderr.contains("replaced-1"), "{}", ran.stderr);
    let server = place.serve(&[]);
    let ada = sign_in(&server);
    assert_eq!(ada.draft(&writer.conversation), "Dear Pia,");
    // What the restore replaced is set aside.
    let aside = bytes_of(&place.data().join("replaced-1").join("drafts"));
    let aside: Vec<String> = aside
        .into_values()
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .collect();
    assert_eq!(aside.len(), 1);
    assert!(aside[0].contains("never mind"), "{aside:?}");
    let sent = json!({"text": "It comes tomorrow."});
    let path = format!("/conversations/{}/send", writer.conversation);
    assert_eq!(ada.send(&path, &sent).unwrap().status, 200);
    place.run(&["backup", "backup"]).ok();
    drop(ada);
    drop(server);
    let copy = place.path("copy");
    place
        .run(&["restore", "backup", "--data", copy.to_str().unwrap()])
        .ok();
    let app = open(&copy);
    let ada = svar::command::Caller::live(
        svar::command::Identity::User("ada".to_owned()),
        svar::command::Role::Admin,
    );
    let draft = app.draft(&ada, &writer.conversation).unwrap();
    let messages = app.conversation(&writer.conversation).unwrap().messages;
    let is_written = messages.iter().any(|one| one.text == "It comes tomorrow.");
    assert!(
        draft.text == "It comes tomorrow." || is_written,
        "{draft:?}"
    );
}
