//! An erasure that is cut off between any two steps: nothing is done, or the next start goes on.

use svar::model::erasure::{contact_hash, pseudonym};

use super::*;

/// Points that an erasure passes, with the passages at which it dies.
pub(super) const KILLS: &[(&str, &[u32])] = &[
    ("erase.marked", &[1]),
    ("erase.written", &[1, 3]),
    ("erase.run", &[1, 2]),
    ("erase.renamed", &[1, 3]),
    ("erase.files", &[1]),
    ("erase.cleared", &[1, 2]),
    ("erase.done", &[1]),
];

impl Place {
    /// A folder that holds conversations, in many segments.
    pub(super) fn of_people() -> Self {
        let mut place = Self::new();
        let is_noise = |event: &Event| event.body.kind() == "rep.status_changed";
        place.waiting.retain(|event| !is_noise(event));
        let server = place.serve(&[SMALL_SEGMENTS]);
        while !place.waiting.is_empty() {
            assert!(place.post(&server, 10));
        }
        assert!(server.stop().0.success());
        place
    }

    /// A place whose folder is a copy of this one's.
    fn copied(&self) -> Self {
        let place = Self {
            waiting: Vec::new(),
            acknowledged: self.acknowledged.clone(),
            sent: self.sent.clone(),
            ..Self::new()
        };
        copy_all(&self.data(), &place.data());
        place
    }

    /// In how many files of the folder a text is, also in what is compressed.
    fn found(&self, text: &str) -> usize {
        let has = |(path, bytes): &(&PathBuf, &Vec<u8>)| {
            let is_sealed = path.extension().is_some_and(|end| end == "zst");
            let bytes = if is_sealed {
                zstd::decode_all(bytes.as_slice()).unwrap()
            } else {
                (*bytes).clone()
            };
            let mut places = bytes.windows(text.len());
            places.any(|window| window == text.as_bytes())
        };
        bytes_of(&self.data()).iter().filter(has).count()
    }
}

/// Copies a folder with all that is in it.
fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &there);
        } else {
            fs::copy(&path, &there).unwrap();
        }
    }
}

/// A contact with an address who has begun a conversation, and the address.
fn somebody(place: &Place) -> (String, String) {
    let mut emails: BTreeMap<String, String> = BTreeMap::new();
    let mut writers = BTreeSet::new();
    for text in place.acknowledged.values() {
        let event: Value = serde_json::from_str(text).unwrap();
        let field = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        match event["type"].as_str().unwrap() {
            "contact.upserted" => drop(emails.insert(field("contact"), field("email"))),
            "conversation.started" => drop(writers.insert(field("contact"))),
            _ => {}
        }
    }
    let mut all = emails.into_iter();
    let found = all.find(|(contact, email)| writers.contains(contact) && email.contains('@'));
    found.unwrap()
}

#[test]
fn an_erasure_that_is_cut_off_is_not_begun_or_gone_on_with() {
    let filled = Place::of_people();
    let (contact, email) = somebody(&filled);
    let told = filled
        .run(&["erase", "contact", &contact, "--dry-run", "--json"])
        .ok();
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let confirm = told["confirm"].as_str().unwrap().to_owned();
    let arguments = ["erase", "contact", &contact, "--name", &confirm];
    let before = {
        let app = open(&filled.data());
        let all = reports(&app);
        app.close().unwrap();
        all
    };
    for (point, passages) in KILLS {
        for passage in *passages {
            let place = filled.copied();
            assert!(place.found(&email) > 0);
            let armed = format!("{point}=kill@{passage}");
            let variables = [SMALL_SEGMENTS, ("SVAR_FAILPOINT", armed.as_str())];
            let ran = place.run_with(&arguments, &variables);
            assert!(ran.is_killed(), "{armed}: {}{}", ran.stdout, ran.stderr);
            let (status, said) = place.serve(&[SMALL_SEGMENTS]).stop();
            assert!(status.success(), "{armed}: {said}");
            assert!(!place.data().join("erase").exists(), "{armed}");
            let is_begun = *point != "erase.marked";
            assert_eq!(place.found(&email) == 0, is_begun, "{armed}");
            let app = open(&place.data());
            assert_eq!(app.contact(&contact).is_err(), is_begun, "{armed}");
            let called = called(&app, &contact);
            for ((name, was), (_, is)) in before.iter().zip(reports(&app)) {
                let was = figures(was, &contact, &called);
                assert_eq!(was, figures(&is, &contact, &called), "{armed} {name}");
            }
            app.close().unwrap();
            drop(app);
            place.compare_with_rebuild();
            let ran = place.run(&["check"]).ok();
            assert!(ran.stdout.contains("all fits"), "{armed}: {}", ran.stdout);
        }
    }
}

/// What a contact is called by now.
fn called(app: &App, contact: &str) -> String {
    let book = &app.snapshot().installation.contacts;
    let salt = book.salt();
    salt.map_or_else(
        || contact.to_owned(),
        |salt| pseudonym(&contact_hash(salt, contact)),
    )
}

/// A report without what an erasure may change: how far the log is, what the contact is called,
/// and so in which order contacts come.
fn figures(report: &Value, contact: &str, called: &str) -> Value {
    let text = report.to_string();
    let text = text.replace(&format!("\"{contact}\""), &format!("\"{called}\""));
    let mut report: Value = serde_json::from_str(&text).unwrap();
    report["log_position"] = Value::Null;
    if let Some(series) = report["series"].as_array_mut() {
        series.sort_by_key(ToString::to_string);
    }
    report
}

#[test]
fn a_server_starts_over_to_erase_and_is_where_it_was() {
    let place = Place::of_people();
    let (contact, email) = somebody(&place);
    let mut server = place.serve(&[SMALL_SEGMENTS]);
    let told = place
        .run(&["erase", "contact", &contact, "--dry-run", "--json"])
        .ok();
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let confirm = told["confirm"].as_str().unwrap();
    let ran = place
        .run(&["erase", "contact", &contact, "--name", confirm])
        .ok();
    assert!(
        ran.stdout.contains("gone are the words of"),
        "{}",
        ran.stdout
    );
    assert!(!server.has_ended(), "it is the same process");
    assert_eq!(place.found(&email), 0);
    let began = Instant::now();
    loop {
        let asked = agent().get(format!("{}/readyz", server.url)).call();
        if asked.is_ok_and(|ready| ready.status() == 200) {
            break;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "it has not come back where it was"
        );
        std::thread::park_timeout(Duration::from_millis(10));
    }
    let gone = place.run(&["erase", "contact", &contact, "--dry-run"]);
    assert!(gone.stderr.contains("no contact"), "{}", gone.stderr);
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    assert!(said.contains("starts over"), "{said}");
}
