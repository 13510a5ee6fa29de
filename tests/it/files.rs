//! Files in conversations: sent up whole or not at all, kept once, named by messages, read by those
//! who see the conversation, never run, and gone when nothing names them any more.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar::app::{App, DraftView, Inspection, Options, Writing};
use svar::clock::Clock;
use svar::command::{Caller, Identity, Role, ScopeDraft, ScopeKind, UserDraft};
use svar::model::Timestamp;

use crate::desk::{Answer, Desk, NOW, Server, agent, answer, events, lines};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada
    20 09:00 rep.upserted rep=ben
    20 09:00 contact.upserted contact=p1 name=Pia-Holm
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 09:01 conversation.assigned conversation=c1 to=rep:ada
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:01 conversation.assigned conversation=c2 to=rep:ben
";
const PASSWORD: &str = "three good words";
/// Longer than anything here takes on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_mins(1);

fn cli() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

/// Somebody who signs in as a rep and sees what is theirs only, by their cookie.
fn rep(desk: &Desk, name: &str, kind: ScopeKind) -> String {
    let draft = UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        role: Role::Rep,
        rep: Some(name.to_owned()),
        scope: Some(ScopeDraft {
            kind,
            ..ScopeDraft::default()
        }),
        ..UserDraft::default()
    };
    desk.app.save_user(&cli(), draft).unwrap();
    desk.tick();
    let link = desk.app.invite(&cli(), name).unwrap().path;
    let link = link.split_once("link=").unwrap().1.to_owned();
    desk.tick();
    let joined = desk.app.join(&link, PASSWORD, "").unwrap();
    desk.tick();
    format!("svar_session={}", joined.session().unwrap())
}

/// A desk where Ada and Ben see their own, and Cleo sees everything.
fn team() -> (Desk, Server, [String; 3]) {
    let (desk, server) = Desk::served(STORY);
    let ada = UserDraft {
        email: "root@shop.example".to_owned(),
        name: "Root".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&cli(), ada, PASSWORD).unwrap();
    desk.tick();
    let cookies = [
        rep(&desk, "ada", ScopeKind::Own),
        rep(&desk, "ben", ScopeKind::Own),
        rep(&desk, "cleo", ScopeKind::All),
    ];
    (desk, server, cookies)
}

/// Sends a file up, as a program does.
fn send_up(server: &Server, cookie: &str, place: &str, bytes: &[u8]) -> Answer {
    let request = agent().post(server.url(&format!("/api/v1/conversations/{place}")));
    let request = request
        .header("cookie", cookie)
        .header("content-type", "application/pdf");
    answer(request.send(bytes))
}

fn up(server: &Server, cookie: &str, place: &str, bytes: &[u8]) -> String {
    let sent = send_up(server, cookie, place, bytes);
    assert_eq!(sent.status, 200, "{}", sent.body);
    sent.json()["id"].as_str().unwrap().to_owned()
}

fn post(server: &Server, cookie: &str, path: &str, body: &Value) -> Answer {
    let request = agent().post(server.url(&format!("/api/v1/conversations/{path}")));
    let request = request
        .header("cookie", cookie)
        .header("content-type", "application/json");
    answer(request.send(body.to_string()))
}

fn get(server: &Server, cookie: &str, path: &str) -> (u16, Vec<u8>, ureq::http::HeaderMap) {
    let request = agent().get(server.url(path)).header("cookie", cookie);
    let mut response = request.call().unwrap();
    let headers = response.headers().clone();
    let bytes = response.body_mut().read_to_vec().unwrap();
    (response.status().as_u16(), bytes, headers)
}

/// The files that messages of a conversation name: names and digests.
fn named(app: &App, conversation: &str) -> Vec<(String, String)> {
    let known = app.conversation(conversation).unwrap();
    let files = known.messages.into_iter().flat_map(|one| one.attachments);
    files
        .map(|file| (file.name, file.sha256.unwrap_or_default()))
        .collect()
}

/// Every file under the folder of files, without what waits.
fn kept(data: &Path) -> Vec<PathBuf> {
    below(&data.join("files"), |name| !name.starts_with('.'))
}

/// What waits, and parts of files.
fn waiting(data: &Path) -> Vec<PathBuf> {
    below(&data.join("files").join(".new"), |_name| true)
}

fn below(folder: &Path, is_wanted: impl Fn(&str) -> bool + Copy) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.unwrap();
        if !is_wanted(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if entry.path().is_dir() {
            found.extend(below(&entry.path(), is_wanted));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn pass(desk: &Desk, hours: i64) {
    desk.clock
        .set(desk.clock.now().plus_millis(hours * 3_600_000));
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// A file that a conversation names, on a desk where nobody signs in.
fn write_with_file(desk: &Desk, conversation: &str, name: &str, bytes: &[u8]) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut upload = desk
        .app
        .begin_upload(&cli(), conversation, (name, None))
        .unwrap();
    upload.write(bytes).unwrap();
    let uploaded = upload.finish(desk.clock.now()).unwrap();
    desk.tick();
    let writing = Writing {
        files: vec![uploaded.id],
        ..Writing::default()
    };
    let written = desk
        .app
        .write_message(cli(), conversation.to_owned(), None, writing);
    let written = runtime.block_on(written).unwrap();
    desk.tick();
    written.id.unwrap()
}

/// Checks that a file is read whole, and in no way that has it run.
fn is_read(server: &Server, cookie: &str, path: &str, bytes: &[u8]) {
    let (status, read, headers) = get(server, cookie, path);
    assert_eq!(status, 200);
    assert!(read == bytes, "{path}: they are other bytes");
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "private, no-store"),
        ("content-length", "2800000"),
        (
            "content-disposition",
            "attachment; filename=\"bill 7.pdf\"; filename*=UTF-8''bill%207.pdf",
        ),
    ] {
        assert_eq!(headers[name], value, "{path} {name}");
    }
}

#[test]
fn a_file_is_sent_up_named_by_a_message_and_read_by_another_rep_byte_for_byte() {
    let (desk, server, [ada, ben, cleo]) = team();
    let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
    let sent = send_up(&server, &ada, "c1/files?name=bill%207.pdf", &bytes);
    let uploaded = sent.json();
    assert_eq!(
        (
            &uploaded["name"],
            &uploaded["media_type"],
            &uploaded["size"]
        ),
        (
            &json!("bill 7.pdf"),
            &json!("application/pdf"),
            &json!(2_800_000)
        )
    );
    let sha256 = uploaded["sha256"].as_str().unwrap();
    assert_eq!(named(&desk.app, "c1"), [], "nothing has happened yet");
    let body = json!({"text": "Here it is.", "files": [uploaded["id"]]});
    let written = post(&server, &ada, "c1/messages", &body);
    assert_eq!(written.status, 200, "{}", written.body);
    desk.tick();
    let (_, one, _) = get(&server, &cleo, "/api/v1/conversations/c1");
    let one: Value = serde_json::from_slice(&one).unwrap();
    assert_eq!(
        one["messages"][1]["attachments"],
        json!([{"name": "bill 7.pdf", "media_type": "application/pdf", "size": 2_800_000,
            "sha256": sha256}])
    );
    for path in ["/api/v1/conversations/c1", "/conversations/c1"] {
        let path = format!("{path}/files/{sha256}");
        is_read(&server, &cleo, &path, &bytes);
        assert_eq!(get(&server, &ben, &path).0, 404, "it is not Ben's to see");
    }
    // It is read through a conversation that names it, and by its digest only.
    for place in [
        format!("c2/files/{sha256}"),
        "c1/files/nothing".to_owned(),
        format!("c1/files/{}", "0".repeat(64)),
        "c1/files/..%2f..%2fformat".to_owned(),
    ] {
        let path = format!("/api/v1/conversations/{place}");
        assert_eq!(get(&server, &cleo, &path).0, 404, "{place}");
    }
    let page = get(&server, &cleo, "/conversations/c1").1;
    let page = String::from_utf8(page).unwrap();
    let link = format!("<a href=\"/conversations/c1/files/{sha256}\" download=\"bill 7.pdf\">");
    assert!(page.contains(&link) && page.contains("2.8 MB"), "{page}");
}

#[test]
fn the_same_bytes_are_kept_once_and_names_are_the_messages_own() {
    let (desk, _server) = Desk::served(STORY);
    write_with_file(&desk, "c1", "a.txt", b"the same");
    write_with_file(&desk, "c2", "b.txt", b"the same");
    assert_eq!(kept(desk.folder.path()).len(), 1);
    let [(_, one)] = &named(&desk.app, "c1")[..] else {
        panic!("c1 has one");
    };
    assert_eq!(named(&desk.app, "c2"), [("b.txt".to_owned(), one.clone())]);
}

#[test]
fn a_message_may_be_files_alone_and_is_never_nothing() {
    let (desk, server) = Desk::served(STORY);
    let id = up(&server, "", "c1/files?name=a.txt", b"a");
    let written = post(
        &server,
        "",
        "c1/messages",
        &json!({"files": [id], "note": true}),
    );
    assert_eq!(written.status, 200, "{}", written.body);
    desk.tick();
    let known = desk.app.conversation("c1").unwrap();
    assert_eq!(known.messages[1].text, "");
    for (body, word) in [
        (json!({}), "expected words"),
        (json!({"text": " ", "files": []}), "expected words"),
        (json!({"files": ["f-nothing"]}), "send it up again"),
        (json!({"files": vec!["x"; 21]}), "at most 20"),
    ] {
        for route in ["messages", "send"] {
            let refused = post(&server, "", &format!("c1/{route}"), &body);
            assert_eq!(refused.status, 400, "{route} {body}");
            assert!(refused.body.contains(word), "{}", refused.body);
        }
    }
    let list = server.get("/api/v1/conversations").json();
    let line = |id: &str| {
        let mut items = list["items"].as_array().unwrap().iter();
        items.find(|one| one["conversation"] == id).unwrap()["preview"].clone()
    };
    assert_eq!(line("c1"), "x", "a note is in no preview");
    write_with_file(&desk, "c1", "photo.png", b"png");
    let list = server.get("/api/v1/conversations").json();
    let mut items = list["items"].as_array().unwrap().iter();
    let line = items.find(|one| one["conversation"] == "c1").unwrap();
    assert_eq!(line["preview"], "photo.png");
}

#[test]
fn a_contacts_file_without_words_is_handed_to_a_human_and_is_no_question() {
    let (desk, server) = Desk::served(STORY);
    desk.post(&events(
        "30 11:00 conversation.started conversation=c3 contact=p3",
    ));
    desk.tick();
    let rules = json!({"duty": [{"when": "always"}], "settle_ms": 0});
    let set = server.post("/api/v1/customer-agent", &rules);
    assert_eq!(set.status, 200, "{}", set.body);
    desk.tick();
    let id = up(&server, "", "c3/files?name=photo.png", b"png");
    let body = json!({"by": "contact", "files": [id]});
    let written = post(&server, "", "c3/messages", &body);
    assert_eq!(written.status, 200, "{}", written.body);
    desk.tick();
    svar::work::answer_waiting(&desk.app).unwrap();
    desk.tick();
    let known = desk.app.conversation("c3").unwrap();
    assert!(!known.messages[0].ack, "a file is no thanks");
    assert_eq!(known.handoff.unwrap().reason.as_str(), "no_answer");
    assert_eq!(known.questions, []);
}

#[test]
fn nobody_names_what_another_sent_up_or_what_was_meant_for_elsewhere() {
    let (desk, server, [ada, ben, cleo]) = team();
    let id = up(&server, &ada, "c1/files?name=a.txt", b"a");
    let before = desk.app.position();
    let body = json!({"text": "x", "files": [id]});
    for (cookie, place) in [(&cleo, "c1"), (&cleo, "c2"), (&ben, "c2")] {
        let refused = post(&server, cookie, &format!("{place}/messages"), &body);
        assert_eq!(refused.status, 400, "{}", refused.body);
    }
    let refused = send_up(&server, &ben, "c1/files?name=a.txt", b"a");
    assert_eq!(refused.status, 404, "{}", refused.body);
    for place in ["c2/files", "c2/files?name="] {
        let refused = send_up(&server, &ben, place, b"a");
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(
            refused.body.contains("name of the file"),
            "{}",
            refused.body
        );
    }
    assert_eq!(desk.app.position(), before, "nothing was written");
    assert_eq!(waiting(desk.folder.path()).len(), 1);
}

#[test]
fn too_large_a_file_is_refused_in_clear_words_and_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let options = Options {
        max_file_bytes: Some(300_000),
        ..Options::default()
    };
    let app = Arc::new(App::open_with(place.path(), clock, &options, |_, _| {}).unwrap());
    let body = lines(&events(STORY));
    app.take_body("test", body.as_bytes(), None).unwrap();
    app.settle().unwrap();
    let server = Server::start(&app);
    let bytes = vec![7; 300_001];
    let announced = send_up(&server, "", "c1/files?name=a.txt", &bytes);
    // Without its length, as a program sends what it does not know the end of.
    let unannounced = agent().post(server.url("/api/v1/conversations/c1/files?name=a.txt"));
    let unannounced = answer(unannounced.send(ureq::SendBody::from_owned_reader(
        std::io::Cursor::new(bytes.clone()),
    )));
    for refused in [announced, unannounced] {
        assert_eq!(refused.status, 413, "{}", refused.body);
        let told = refused.json();
        assert_eq!(
            told["detail"],
            "the file is larger than 300 kB, which is the most that is taken here"
        );
    }
    assert_eq!(kept(place.path()), [] as [PathBuf; 0]);
    assert_eq!(waiting(place.path()), [] as [PathBuf; 0]);
    // On the page the words stay, and so do the files that fitted.
    let parts = [
        ("do", None, b"reply".as_slice()),
        ("text", None, b"Dear Pia,".as_slice()),
        ("upload", Some("small.txt"), b"small".as_slice()),
        ("upload", Some("large.txt"), bytes.as_slice()),
    ];
    let page = form(&server, "", "/conversations/c1", &parts);
    assert_eq!(page.status, 200, "{}", page.body);
    for words in [
        "larger than 300 kB",
        "Dear Pia,",
        "small.txt (5 B)",
        "Each has at most 300 kB",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let sent = send_up(&server, "", "c1/files?name=a.txt", &bytes[..300_000]);
    assert_eq!(sent.status, 200, "{}", sent.body);
}

/// Sends a form in parts, as a page without its script does.
fn form(
    server: &Server,
    cookie: &str,
    path: &str,
    parts: &[(&str, Option<&str>, &[u8])],
) -> Answer {
    let mut body = Vec::new();
    for (name, file, value) in parts {
        let file = file.map_or_else(String::new, |file| {
            format!("; filename=\"{file}\"\r\nContent-Type: image/svg+xml")
        });
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let request = agent.post(server.url(path)).header("cookie", cookie);
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    answer(request.send(&body[..]))
}

#[test]
fn a_file_that_is_cut_off_leaves_nothing() {
    let (desk, server) = Desk::served(STORY);
    let data = desk.folder.path();
    let form = "multipart/form-data; boundary=edge";
    let part =
        "--edge\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"a.txt\"\r\n\r\n";
    for (path, kind, begun) in [
        (
            "/api/v1/conversations/c1/files?name=a.txt",
            "text/plain",
            "",
        ),
        ("/conversations/c1", form, part),
    ] {
        let mut client = TcpStream::connect(server.address).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 900000\r\n\r\n{begun}"
        );
        client.write_all(head.as_bytes()).unwrap();
        client.write_all(&vec![b'a'; 500_000]).unwrap();
        until("it is coming in", || {
            let parts = waiting(data);
            parts.iter().any(|part| part.metadata().unwrap().len() > 0)
        });
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        // The server may have closed it already.
        drop(client.read_to_end(&mut rest));
        until("nothing is left of it", || waiting(data).is_empty());
        assert_eq!(kept(data), [] as [PathBuf; 0]);
    }
}

#[test]
fn script_in_a_name_or_a_file_runs_nowhere_and_leads_nowhere() {
    let (desk, server) = Desk::served(STORY);
    let name = "../../x/<img src=x onerror=alert(1)>\u{202E}gpj.svg";
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let sent = form(
        &server,
        "",
        "/conversations/c1",
        &[
            ("do", None, b"note"),
            ("text", None, b""),
            ("upload", Some(name), svg),
            ("upload", Some("page.html"), b"<script>alert(1)</script>"),
            ("upload", Some(""), b""),
        ],
    );
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.tick();
    let files = named(&desk.app, "c1");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["<img src=x onerror=alert(1)>gpj.svg", "page.html"]);
    let page = server.get("/conversations/c1").body;
    assert!(!page.contains("<img src=x"), "{page}");
    assert!(page.contains("&#60;img src=x"), "{page}");
    for (_, sha256) in &files {
        for path in ["/api/v1/conversations/c1", "/conversations/c1"] {
            let (status, _, headers) = get(&server, "", &format!("{path}/files/{sha256}"));
            assert_eq!(status, 200);
            assert_eq!(headers["content-type"], "application/octet-stream");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert!(
                headers["content-security-policy"]
                    .to_str()
                    .unwrap()
                    .contains("sandbox")
            );
            let saved = headers["content-disposition"].to_str().unwrap();
            assert!(saved.starts_with("attachment; filename=\""), "{saved}");
            assert!(!saved.contains(['<', '>']), "{saved}");
        }
    }
    let all = below(desk.folder.path().parent().unwrap(), |_name| true);
    assert!(!all.iter().any(|path| path.ends_with("x")), "{all:?}");
}

#[test]
fn what_was_taken_over_from_elsewhere_is_a_link_to_there_if_it_is_a_page() {
    let (desk, server) = Desk::served(STORY);
    let attached = json!([
        {"name": "scan.pdf", "media_type": "application/pdf", "size": 9, "url": "https://old.example/scan.pdf"},
        {"name": "bad.pdf", "media_type": "application/pdf", "size": 9, "url": "javascript:alert(1)"},
        {"name": "gone.pdf", "media_type": "application/pdf", "size": 9, "sha256": "e".repeat(64)},
        {"name": "odd.pdf", "media_type": "application/pdf", "size": 9, "sha256": "../../keys"},
    ]);
    desk.post(&[
        json!({"type": "message.added", "at": "2026-10-30T09:10:00Z", "source": "old", "id": "1",
        "conversation": "c1", "message": "m9", "author": {"kind": "contact"}, "text": "See",
        "attachments": attached}),
    ]);
    let page = server.get("/conversations/c1").body;
    let link = "<a href=\"https://old.example/scan.pdf\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">scan.pdf</a>";
    assert!(page.contains(link), "{page}");
    assert!(!page.contains("javascript:"), "{page}");
    for name in ["bad.pdf", "gone.pdf", "odd.pdf"] {
        let line = format!("{name} <span class=\"quiet\">9 B, not here");
        assert!(page.contains(&line), "{name}: {page}");
    }
    let path = format!("/conversations/c1/files/{}", "e".repeat(64));
    assert_eq!(server.get(&path).status, 404);
}

#[test]
fn files_go_with_a_reply_that_can_be_taken_back_and_with_a_draft() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let app = &desk.app;
    let after = Duration::from_secs(10);
    let upload = || {
        let mut upload = app.begin_upload(&cli(), "c1", ("a.txt", None)).unwrap();
        upload.write(b"a").unwrap();
        upload.finish(desk.clock.now()).unwrap()
    };
    let uploaded = upload();
    let writing = || Writing {
        text: "Here.".to_owned(),
        files: vec![uploaded.id.clone()],
        ..Writing::default()
    };
    app.send_after(&cli(), "c1", (None, writing()), after)
        .unwrap();
    let sending = app.draft(&cli(), "c1").unwrap().sending.unwrap();
    assert_eq!(sending.files, std::slice::from_ref(&uploaded));
    let draft = app.take_back(&cli(), "c1").unwrap();
    assert_eq!(
        (draft.text.as_str(), &draft.files),
        ("Here.", &vec![uploaded.clone()])
    );
    let kept = app.draft(&cli(), "c1").unwrap();
    assert_eq!(kept.files, std::slice::from_ref(&uploaded));
    app.send_after(&cli(), "c1", (None, writing()), after)
        .unwrap();
    pass(&desk, 1);
    assert_eq!(app.send_due(), None);
    desk.tick();
    assert_eq!(named(app, "c1").len(), 1);
    assert_eq!(app.draft(&cli(), "c1").unwrap(), DraftView::default());
    // What nobody has sent up is refused at once, not when nobody looks any more.
    let nothing = Writing {
        files: vec!["f-none".to_owned()],
        ..Writing::default()
    };
    assert!(
        app.send_after(&cli(), "c1", (None, nothing), after)
            .is_err()
    );
    // A draft of a file alone is one.
    let alone = Writing {
        files: vec![upload().id],
        ..Writing::default()
    };
    app.save_draft(&cli(), "c1", alone).unwrap();
    let desk = desk.reopened();
    assert_eq!(desk.app.draft(&cli(), "c1").unwrap().files.len(), 1);
}

#[test]
fn what_no_message_names_in_time_goes_and_what_one_names_stays_also_after_a_rebuild() {
    let (desk, server) = Desk::served(STORY);
    write_with_file(&desk, "c1", "named.txt", b"named");
    // The same bytes once more, for nothing.
    up(&server, "", "c1/files?name=again.txt", b"named");
    let id = up(&server, "", "c1/files?name=lost.txt", b"lost");
    drop(server);
    pass(&desk, 24);
    let desk = Desk {
        clock: desk.clock.clone(),
        ..desk
    };
    let body = Writing {
        files: vec![id],
        ..Writing::default()
    };
    let late = desk.app.save_draft(&cli(), "c1", body.clone()).unwrap();
    assert_eq!(late.files, [], "it is too late to name it");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(desk.app.write_message(cli(), "c1".to_owned(), None, body));
    assert!(refused.unwrap_err().to_string().contains("within a day"));
    svar::work::tidy_files(&desk.app).unwrap();
    assert_eq!(
        kept(desk.folder.path()).len(),
        2,
        "none that may still be named goes"
    );
    pass(&desk, 1);
    desk.app.close().unwrap();
    let (clock, folder) = (desk.clock.clone(), desk.folder);
    drop(desk.app);
    for part in ["derived", "store"] {
        std::fs::remove_dir_all(folder.path().join(part)).unwrap();
    }
    let app = crate::desk::open(folder.path(), &clock);
    svar::work::tidy_files(&app).unwrap();
    assert_eq!(kept(folder.path()).len(), 1);
    assert_eq!(waiting(folder.path()), [] as [PathBuf; 0]);
    let [(_, sha256)] = &named(&app, "c1")[..] else {
        panic!("one is named");
    };
    assert!(app.has_file(sha256));
}

#[test]
fn a_redacted_messages_files_go_unless_another_message_names_them() {
    let (desk, server) = Desk::served(STORY);
    let own = write_with_file(&desk, "c1", "own.txt", b"own");
    let shared = write_with_file(&desk, "c1", "shared.txt", b"shared");
    write_with_file(&desk, "c2", "shared.txt", b"shared");
    let files = named(&desk.app, "c1");
    // None of them waits for its message any more.
    pass(&desk, 25);
    svar::work::tidy_files(&desk.app).unwrap();
    assert_eq!(waiting(desk.folder.path()), [] as [PathBuf; 0]);
    desk.tick();
    for message in [&own, &shared] {
        let path = format!("c1/messages/{message}/redact");
        let redacted = post(&server, "", &path, &json!({}));
        assert_eq!(redacted.status, 200, "{}", redacted.body);
        desk.tick();
    }
    assert_eq!(named(&desk.app, "c1"), []);
    for (_, sha256) in &files {
        let path = format!("/api/v1/conversations/c1/files/{sha256}");
        assert_eq!(
            server.get(&path).status,
            404,
            "also before it is taken away"
        );
    }
    // As the server does by itself.
    let working = svar::work::start(&desk.app);
    until("the redacted file goes", || !desk.app.has_file(&files[0].1));
    drop(working);
    assert_eq!(kept(desk.folder.path()).len(), 1);
    let path = format!("/api/v1/conversations/c2/files/{}", files[1].1);
    assert_eq!(server.get(&path).body, "shared");
}

#[test]
fn a_merged_and_a_split_conversation_keep_their_files() {
    let (desk, server) = Desk::served(STORY);
    let message = write_with_file(&desk, "c1", "a.txt", b"a");
    let [(_, sha256)] = &named(&desk.app, "c1")[..] else {
        panic!("one is named");
    };
    let read = |conversation: &str| {
        let path = format!("/api/v1/conversations/{conversation}/files/{sha256}");
        server.get(&path).status
    };
    let merged = post(&server, "", "c1/merge", &json!({"into": "c2"}));
    assert_eq!(merged.status, 200, "{}", merged.body);
    desk.tick();
    assert_eq!(read("c2"), 200);
    post(&server, "", "c1/unmerge", &json!({}));
    desk.tick();
    assert_eq!((read("c1"), read("c2")), (200, 404));
    let split = json!({"from_message": message, "into": "c9"});
    let split = post(&server, "", "c1/split", &split);
    assert_eq!(split.status, 200, "{}", split.body);
    desk.tick();
    assert_eq!((read("c1"), read("c9")), (404, 200));
    pass(&desk, 25);
    svar::work::tidy_files(&desk.app).unwrap();
    assert_eq!(read("c9"), 200);
    // Where the words of a message that was moved go, its file does.
    let path = format!("c9/messages/{message}/redact");
    assert_eq!(post(&server, "", &path, &json!({})).status, 200);
    desk.tick();
    svar::work::tidy_files(&desk.app).unwrap();
    assert_eq!(kept(desk.folder.path()), [] as [PathBuf; 0]);
}

#[test]
fn an_erasure_lists_files_and_takes_them_from_the_disk() {
    let (desk, server) = Desk::served(STORY);
    write_with_file(&desk, "c1", "zanzibarion.txt", b"own words");
    write_with_file(&desk, "c1", "both.txt", b"shared words");
    write_with_file(&desk, "c2", "of Pia-Holm Ltd.txt", b"shared words");
    up(&server, "", "c1/files?name=waits.txt", b"waiting words");
    let alone = up(&server, "", "c1/files?name=draft.txt", b"drafted words");
    let alone = Writing {
        files: vec![alone],
        ..Writing::default()
    };
    desk.app.save_draft(&cli(), "c1", alone).unwrap();
    drop(server);
    let view = desk.app.erasure_of("p1").unwrap();
    assert_eq!(view.files, 2);
    assert_eq!(view.file_names, ["zanzibarion.txt", "both.txt"]);
    desk.app.erase_contact(&cli(), "p1", "Pia-Holm").unwrap();
    let now = desk.clock.now();
    let desk = desk.reopened();
    desk.clock.set(now);
    let left: Vec<Vec<u8>> = kept(desk.folder.path())
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    assert_eq!(left, [b"shared words"], "what others sent, too, is theirs");
    let [note] = &waiting(desk.folder.path())[..] else {
        panic!("what waits for others waits on");
    };
    let note = std::fs::read_to_string(note).unwrap();
    assert!(note.contains("\"c2\""), "{note}");
    assert_eq!(named(&desk.app, "c1"), []);
    assert_eq!(named(&desk.app, "c2").len(), 1);
    assert_eq!(desk.app.draft(&cli(), "c1").unwrap(), DraftView::default());
    let exported = std::fs::read_dir(desk.folder.path().join("journal")).unwrap();
    for entry in exported {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(!text.contains("zanzibarion"), "{text}");
    }
}

#[test]
fn a_check_tells_of_a_file_that_is_gone_or_is_another_now() {
    let (desk, server) = Desk::served(STORY);
    write_with_file(&desk, "c1", "a.txt", b"as it was");
    let redacted = write_with_file(&desk, "c1", "b.txt", b"taken back");
    let path = format!("c1/messages/{redacted}/redact");
    assert_eq!(post(&server, "", &path, &json!({})).status, 200);
    desk.tick();
    svar::work::tidy_files(&desk.app).unwrap();
    drop(server);
    desk.app.close().unwrap();
    let (now, folder) = (desk.clock.now(), desk.folder);
    drop(desk.app);
    let found = |is_deep| {
        let inspection = Inspection {
            position: None,
            probe: None,
            now,
            is_deep,
        };
        let account = svar::app::check(folder.path(), inspection, |_seq| {}).unwrap();
        let found = account.found.into_iter();
        let of_files = found.filter(|difference| difference.part == "files");
        of_files
            .map(|difference| difference.what)
            .collect::<Vec<String>>()
    };
    assert_eq!(found(true), [] as [String; 0]);
    let [path] = &kept(folder.path())[..] else {
        panic!("one is kept");
    };
    std::fs::write(path, b"as it is!").unwrap();
    assert_eq!(
        found(false),
        [] as [String; 0],
        "bytes are compared when asked for"
    );
    let [what] = &found(true)[..] else {
        panic!("it has other bytes");
    };
    assert!(what.contains("other bytes"), "{what}");
    std::fs::write(path, b"as").unwrap();
    assert!(found(false)[0].contains("has 2 bytes, not 9"));
    std::fs::remove_file(path).unwrap();
    assert!(found(false)[0].contains("cannot be read"));
}

#[test]
fn a_backup_carries_files_and_a_restore_brings_them_back() {
    let (desk, server) = Desk::served(STORY);
    write_with_file(&desk, "c1", "a.txt", b"carried");
    let waits = up(&server, "", "c1/files?name=waits.txt", b"waits");
    let draft = Writing {
        files: vec![waits],
        ..Writing::default()
    };
    desk.app.save_draft(&cli(), "c1", draft).unwrap();
    let place = tempfile::tempdir().unwrap();
    let (backup, data) = (place.path().join("backup"), place.path().join("data"));
    desk.app.backup(&backup).unwrap();
    svar::app::restore(&backup, &data, false, |_, _| {}).unwrap();
    let app = crate::desk::open(&data, &desk.clock);
    let [(_, sha256)] = &named(&app, "c1")[..] else {
        panic!("one is named");
    };
    let mut stored = app.file_at(&app.present(), "c1", sha256).unwrap();
    let mut bytes = Vec::new();
    stored.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"carried");
    let [drafted] = &app.draft(&cli(), "c1").unwrap().files[..] else {
        panic!("the draft has its file");
    };
    assert_eq!(drafted.name, "waits.txt");
    let mut exported = String::new();
    svar::app::export_events(&data, Some(app.position()), None, |json| {
        exported.push_str(json);
        Ok::<(), svar::app::Error>(())
    })
    .unwrap();
    assert!(exported.contains(sha256), "{exported}");
}
