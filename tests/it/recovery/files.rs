//! A file that is sent up, named and taken away, cut off between any two steps: no message names a
//! file that is not there, and nothing lies there that nobody looks after.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;

/// Points that a file passes, with the passages at which the server dies.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("file.written", &[1, 2]),
    ("file.noted", &[1, 2]),
    ("file.placed", &[1, 2]),
    ("file.removed", &[1]),
];

/// A conversation in which somebody may write.
fn somewhere(place: &Place) -> String {
    let mut events = place.acknowledged.values();
    let started = events.find(|text| text.contains("\"type\":\"conversation.started\""));
    let started: Value = serde_json::from_str(started.unwrap()).unwrap();
    started["conversation"].as_str().unwrap().to_owned()
}

/// Sends a file up and a message with it, then takes the message's words away; none: the server
/// has died on the way.
fn send(server: &Server, conversation: &str, bytes: &str) -> Option<()> {
    let root = format!("/api/v1/conversations/{conversation}");
    let post = |path: &str, kind: &str, body: &str| {
        let request = agent().post(format!("{}{root}/{path}", server.url));
        let answer = read(request.header("content-type", kind).send(body)).ok()?;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        Some(answer.json())
    };
    let uploaded = post("files?name=a.txt", "text/plain", bytes)?;
    let body = json!({"text": "See", "files": [uploaded["id"]]});
    let written = post("messages", "application/json", &body.to_string())?;
    let message = written["id"].as_str().unwrap();
    if bytes == "redacted" {
        let path = format!("messages/{message}/redact");
        post(&path, "application/json", "{}")?;
    }
    Some(())
}

/// The files that messages name which have their words.
fn named(app: &App) -> BTreeSet<String> {
    let mut named = BTreeMap::new();
    for event in exported(app) {
        let event: Value = serde_json::from_str(&event).unwrap();
        let message = event["message"].as_str().unwrap_or_default().to_owned();
        let files = event["attachments"].as_array().into_iter().flatten();
        for file in files.filter(|file| !file["sha256"].is_null()) {
            named.insert(message.clone(), file["sha256"].as_str().unwrap().to_owned());
        }
        if event["type"] == "message.redacted" {
            named.remove(&message);
        }
    }
    named.into_values().collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn no_message_names_a_file_that_a_kill_has_lost() {
    let filled = Place::of_people();
    let conversation = somewhere(&filled);
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let mut server = filled.serve(&[SMALL_SEGMENTS, ("SVAR_FAILPOINT", &armed)]);
            let bytes = |number: u32| match *point {
                "file.removed" => "redacted".to_owned(),
                _ => format!("{armed} {number}"),
            };
            let sent = (0..*passage).map(|number| send(&server, &conversation, &bytes(number)));
            let sent: Vec<Option<()>> = sent.collect();
            let began = Instant::now();
            while !server.has_ended() {
                assert!(
                    began.elapsed() < PATIENCE,
                    "{armed} is never reached: {sent:?}"
                );
                std::thread::park_timeout(Duration::from_millis(2));
            }
            let app = open(&filled.data());
            let named = named(&app);
            for sha256 in &named {
                let folder = sha256.get(..2).unwrap();
                let path = filled.data().join("files").join(folder).join(sha256);
                let bytes = fs::read(path).unwrap_or_else(|error| panic!("{armed}: {error}"));
                let digest = hex(&Sha256::digest(&bytes));
                assert_eq!(&digest, sha256, "{armed}");
            }
            app.close().unwrap();
            drop(app);
            // Whatever lies there is named, or is known to wait.
            let known = bytes_of(&filled.data().join("files").join(".new"));
            for (path, _) in bytes_of(&filled.data().join("files")) {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                let is_note = path.to_str().unwrap().contains("/.new/");
                let waits = |note: &Vec<u8>| String::from_utf8_lossy(note).contains(&name);
                assert!(
                    is_note || named.contains(&name) || known.values().any(waits),
                    "{armed}: {name}"
                );
                assert_eq!(path.extension(), None, "{armed}: it is whole");
            }
        }
    }
    filled.compare_with_rebuild();
    // It goes on.
    let server = filled.serve(&[SMALL_SEGMENTS]);
    assert_eq!(send(&server, &conversation, "at last"), Some(()));
    assert!(server.stop().0.success());
}
