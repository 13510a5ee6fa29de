//! Files in the chat widget: a visitor sends what the desk takes, reads what they were sent with
//! their token alone, and is told in words what is not taken.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use svar::app::{App, Options};
use svar::clock::Clock;
use svar::command::{Caller, Identity, Role, UserDraft};
use svar::model::Timestamp;

use crate::browser::{axe, faults};
use crate::chrome::Browser;
use crate::desk::{Answer, Desk, NOW, Server, agent, answer, events, lines};
use crate::widget::{INSIDE, Page, let_look_inside, type_in};

const STORY: &str = "20 09:00 rep.upserted rep=ada name=Ada";

/// Sends a file up, as the widget does.
fn send_up(page: &Page<'_>, name: &str, kind: &str, bytes: &[u8]) -> Answer {
    let request = agent().post(page.server.url(&format!("/widget/files?name={name}")));
    let request = request
        .header("authorization", format!("Bearer {}", page.token))
        .header("content-type", kind);
    answer(request.send(bytes))
}

fn up(page: &Page<'_>, name: &str, bytes: &[u8]) -> String {
    let sent = send_up(page, name, "image/png", bytes);
    assert_eq!(sent.status, 200, "{}", sent.body);
    sent.json()["id"].as_str().unwrap().to_owned()
}

fn read(page: &Page<'_>, id: &str) -> (u16, Vec<u8>, ureq::http::HeaderMap) {
    let request = agent().get(page.server.url(&format!("/widget/files/{id}")));
    let request = request.header("authorization", format!("Bearer {}", page.token));
    let mut response = request.call().unwrap();
    let headers = response.headers().clone();
    let bytes = response.body_mut().read_to_vec().unwrap();
    (response.status().as_u16(), bytes, headers)
}

fn files(thread: &Value, message: usize) -> &Value {
    &thread["messages"][message]["files"]
}

#[test]
fn a_visitors_file_reaches_the_rep_and_the_reps_file_the_visitor_and_no_notes_does() {
    let (desk, server) = Desk::served(STORY);
    let pia = Page::new(&server);
    desk.tick();
    let id = up(&pia, "photo.png", b"png");
    let body = json!({"id": "1", "text": "", "files": [id]});
    for _ in 0..2 {
        // Sent again, it is there once.
        let sent = pia.post("messages", &body);
        assert_eq!(sent.status, 200, "{}", sent.body);
        desk.tick();
    }
    let thread = pia.thread();
    assert_eq!(thread["messages"].as_array().unwrap().len(), 1);
    let [file] = &files(&thread, 0).as_array().unwrap()[..] else {
        panic!("one came along: {thread}");
    };
    assert_eq!(
        (&file["name"], &file["size"]),
        (&json!("photo.png"), &json!(3))
    );
    let photo = file["id"].as_str().unwrap();
    let conversation = thread["conversation"].as_str().unwrap();
    let root = format!("/api/v1/conversations/{conversation}");
    assert_eq!(server.get(&format!("{root}/files/{photo}")).body, "png");

    // What the rep sends is read with the visitor's token; a note's file is not theirs.
    for (name, is_note) in [("bill.pdf", false), ("inside.pdf", true)] {
        let sent = agent().post(server.url(&format!("{root}/files?name={name}")));
        let sent = answer(sent.send(name.as_bytes())).json();
        let body = json!({"text": "", "files": [sent["id"]], "note": is_note, "rep": "ada"});
        let written = server.post(&format!("{root}/messages"), &body);
        assert_eq!(written.status, 200, "{}", written.body);
        desk.tick();
    }
    let thread = pia.thread();
    let bill = files(&thread, 1)[0]["id"].as_str().unwrap();
    let (status, bytes, headers) = read(&pia, bill);
    assert_eq!((status, bytes.as_slice()), (200, b"bill.pdf".as_slice()));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(
        headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    let told = server.get(&root).json();
    let inside = &told["messages"][2]["attachments"][0]["sha256"];
    assert_eq!(read(&pia, inside.as_str().unwrap()).0, 404);
    // Words that are taken away take the file along.
    let message = thread["messages"][1]["id"].as_str().unwrap();
    let redacted = server.post(&format!("{root}/messages/{message}/redact"), &json!({}));
    assert_eq!(redacted.status, 200, "{}", redacted.body);
    desk.tick();
    assert_eq!(read(&pia, bill).0, 404);
}

#[test]
fn another_visitor_reads_and_names_nothing_of_it() {
    let (desk, server) = Desk::served(STORY);
    let (pia, ola) = (Page::new(&server), Page::new(&server));
    desk.tick();
    let id = up(&pia, "photo.png", b"png");
    pia.post("messages", &json!({"id": "1", "files": [id]}));
    desk.tick();
    let thread = pia.thread();
    let photo = files(&thread, 0)[0]["id"].as_str().unwrap();
    // Also where they write themselves.
    ola.post(
        "messages",
        &json!({"id": "1", "text": "Hello there, I have a question"}),
    );
    desk.tick();
    assert_eq!((read(&pia, photo).0, read(&ola, photo).0), (200, 404));
    let id = up(&pia, "more.png", b"more");
    let refused = ola.post("messages", &json!({"id": "2", "files": [id]}));
    assert_eq!(refused.status, 400, "{}", refused.body);
    let stranger = Page {
        token: "none".to_owned(),
        ..Page::new(&server)
    };
    assert_eq!(read(&stranger, photo).0, 401);
    assert_eq!(send_up(&stranger, "a.png", "image/png", b"a").status, 401);
}

#[test]
fn what_is_no_kind_of_file_that_the_desk_takes_is_refused_by_name() {
    let (_desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    for (name, kind) in [
        ("a.svg", "image/svg+xml"),
        ("a.html", "text/html"),
        ("a.exe", "image/png"),
        ("a.png", "text/html"),
        ("a.zip", "application/zip"),
        ("a", "image/png"),
    ] {
        let refused = send_up(&page, name, kind, b"x");
        assert_eq!(refused.status, 400, "{name}: {}", refused.body);
        assert!(
            refused.body.contains("expected one of gif"),
            "{}",
            refused.body
        );
    }
    for (name, kind) in [
        ("a.PNG", "image/png"),
        ("a.csv", "application/vnd.ms-excel"),
    ] {
        let sent = send_up(&page, name, kind, b"x");
        assert_eq!(sent.status, 200, "{name}: {}", sent.body);
    }
    let begun = page.post("session", &json!({})).json();
    assert_eq!(begun["files"]["most"], 20_000_000);
    assert_eq!(begun["files"]["endings"][0], "gif");
}

#[test]
fn an_admin_has_other_kinds_taken_or_none() {
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    let set = |body: &Value| server.post("/api/v1/widget", body);
    for body in [
        json!({"file_kinds": ["films"]}),
        json!({"file_kinds": [0]}),
        json!({}),
    ] {
        assert_eq!(set(&body).status, 400, "{body}");
    }
    assert_eq!(
        set(&json!({"file_kinds": ["archives", "archives"]})).status,
        200
    );
    desk.tick();
    assert_eq!(
        server.get("/api/v1/widget").json()["file_kinds"],
        json!(["archives"])
    );
    assert_eq!(send_up(&page, "a.zip", "application/zip", b"x").status, 200);
    assert_eq!(send_up(&page, "a.png", "image/png", b"x").status, 400);
    let shown = server.get("/settings/widget").body;
    assert!(shown.contains("value=\"archives\" checked"), "{shown}");
    assert!(!shown.contains("value=\"pdf\" checked"), "{shown}");
    let saved = server.form("/settings/widget", &[("do", "files")]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    desk.tick();
    assert_eq!(
        page.post("session", &json!({})).json()["files"],
        Value::Null
    );
    let refused = send_up(&page, "a.zip", "application/zip", b"x");
    assert!(
        refused.body.contains("no files are taken here"),
        "{}",
        refused.body
    );
    let both = [("do", "files"), ("kind", "pdf"), ("kind", "text")];
    assert_eq!(server.form("/settings/widget", &both).status, 303);
    desk.tick();
    let desk = {
        drop(server);
        desk.reopened()
    };
    let kinds = &desk.app.snapshot().installation.widget.file_kinds;
    assert_eq!(kinds.len(), 2);
}

/// A desk that takes files of so many bytes.
fn small(place: &Path, most: u64) -> (Arc<App>, Clock) {
    let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
    let options = Options {
        max_file_bytes: Some(most),
        ..Options::default()
    };
    let app = App::open_with(place, clock.clone(), &options, |_, _| {}).unwrap();
    let body = lines(&events(STORY));
    app.take_body("test", body.as_bytes(), None).unwrap();
    app.settle().unwrap();
    (Arc::new(app), clock)
}

#[test]
fn who_sends_too_much_is_told_so_and_nothing_of_it_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let (app, clock) = small(place.path(), 1_000);
    let server = Server::start(&app);
    let later = |millis: i64| clock.set(clock.now().plus_millis(millis));
    let page = Page::new(&server);
    let large = send_up(&page, "a.png", "image/png", &[0; 1_001]);
    assert_eq!(large.status, 413, "{}", large.body);
    assert!(large.body.contains("larger than 1 kB"), "{}", large.body);
    for _ in 1..20 {
        assert_eq!(
            send_up(&page, "a.png", "image/png", &[0; 1_000]).status,
            200
        );
    }
    let refused = send_up(&page, "a.png", "image/png", b"x");
    assert_eq!(refused.status, 429, "{}", refused.body);
    assert!(refused.body.contains("try again in"), "{}", refused.body);
    assert_ne!(refused.header("retry-after"), "");
    later(60_000);
    assert_eq!(send_up(&page, "a.png", "image/png", b"x").status, 200);
    // Nor does the disk fill where many visitors send a little: a hundred of the largest a day.
    let mut taken = 19;
    let refused = 'all: loop {
        let page = Page::new(&server);
        for _ in 0..20 {
            let sent = send_up(&page, "a.png", "image/png", &[0; 1_000]);
            if sent.status != 200 {
                break 'all sent;
            }
            taken += 1;
            assert!(taken < 200, "nothing holds it");
        }
        later(1_000);
    };
    assert_eq!(taken, 99);
    assert_eq!(refused.status, 429, "{}", refused.body);
    assert!(
        refused.body.contains("try again tomorrow"),
        "{}",
        refused.body
    );
    later(24 * 3_600_000);
    let page = Page::new(&server);
    assert_eq!(
        send_up(&page, "a.png", "image/png", &[0; 1_000]).status,
        200
    );
}

#[test]
fn only_pages_of_listed_sites_send_files_and_a_blocked_contact_none() {
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    let cli = Caller::live(Identity::Cli, Role::Admin);
    desk.app.set_up(&cli, ada, "three good words").unwrap();
    desk.tick();
    let elsewhere = send_up(&page, "a.png", "image/png", b"x");
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.body);
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    desk.tick();
    page.post("messages", &json!({"id": "1", "text": "I have a question"}));
    desk.tick();
    let conversation = page.thread()["conversation"].as_str().unwrap().to_owned();
    let told = server
        .get(&format!("/api/v1/conversations/{conversation}"))
        .json();
    let contact = told["contact"].as_str().unwrap();
    let block = format!("/api/v1/contacts/{contact}/block");
    assert_eq!(server.post(&block, &json!({"name": contact})).status, 200);
    desk.tick();
    let refused = send_up(&page, "a.png", "image/png", b"x");
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(!desk.folder.path().join("files").exists());
}

#[test]
fn the_script_stays_small() {
    let (_desk, server) = Desk::served("");
    let script = server.get("/widget.js").body;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(script.as_bytes()).unwrap();
    let packed = packed.finish().unwrap().len();
    assert!(packed <= 25_000, "{packed}");
}

/// Has the browser choose a file, as a visitor does in its window.
fn choose(browser: &Browser, name: &str, kind: &str, text: &str) {
    let script = format!(
        "const chosen = new DataTransfer(); \
         chosen.items.add(new File(['{text}'], '{name}', {{ type: '{kind}' }})); \
         const input = {INSIDE}.querySelector('input[type=file]'); \
         input.files = chosen.files; input.dispatchEvent(new Event('change')); return 1"
    );
    browser.run(&script);
}

/// What is inside the window of the widget, by its selector.
fn inside(css: &str) -> String {
    format!("{INSIDE}.querySelector('{css}')")
}

/// The widget open in a browser.
fn opened(server: &Server) -> Option<Browser> {
    let browser = Browser::start()?;
    let_look_inside(&browser);
    browser.open(&server.url("/widget/demo"));
    browser.wait("document.querySelector('svar-chat')");
    browser.run("SvarChat.open()");
    browser.wait(&format!("!{}.hidden", inside(".attach")));
    Some(browser)
}

fn has_no_fault(browser: &Browser) {
    if let Some(axe) = axe() {
        assert_eq!(faults(browser, &axe), Vec::<String>::new());
    }
}

/// Whether one file is listed, and is there.
fn is_there() -> String {
    format!(
        "{INSIDE}.querySelectorAll('.files li').length === 1 && !{} && !{}",
        inside(".files .failed"),
        inside(".files progress")
    )
}

#[test]
fn in_a_browser_a_file_that_is_not_taken_is_told_tried_again_or_removed() {
    let (desk, server) = Desk::served(STORY);
    desk.tick();
    let Some(browser) = opened(&server) else {
        return;
    };
    let told = |words: &str| format!("{}.textContent.includes('{words}')", inside(".told"));
    choose(&browser, "a.html", "text/html", "x");
    browser.wait(&told("a.html cannot be sent here."));
    browser.run(
        "window.open_ = XMLHttpRequest.prototype.open; \
         XMLHttpRequest.prototype.open = function (way) { return open_.call(this, way, 'http://127.0.0.1:1/'); };",
    );
    choose(&browser, "photo.png", "image/png", "png");
    browser.wait(&inside(".files .failed"));
    browser.run(&format!("{}.focus()", inside("textarea")));
    type_in(&browser, "\u{e007}");
    browser.wait(&told("Try again or remove it."));
    has_no_fault(&browser);
    browser.run("XMLHttpRequest.prototype.open = open_;");
    browser.run(&format!("{}.click()", inside(".files button")));
    browser.wait(&is_there());
    browser.run(&format!("{}.click()", inside(".files button")));
    browser.wait(&format!("{}.hidden", inside(".files")));
    let complaints = browser.complaints();
    let own = complaints.iter().filter(|one| !one.contains("127.0.0.1:1"));
    assert_eq!(own.count(), 0, "{complaints:?}");
}

#[test]
fn in_a_browser_a_file_is_sent_after_a_reload_and_saved_again() {
    let (desk, server) = Desk::served(STORY);
    desk.tick();
    let Some(browser) = opened(&server) else {
        return;
    };
    choose(&browser, "photo.png", "image/png", "png");
    browser.wait(&is_there());
    browser.run("window.isOld = true; location.reload(); return 1");
    browser.wait(&format!(
        "!window.isOld && document.readyState === 'complete' && \
         document.querySelector('svar-chat') && {}",
        is_there()
    ));
    browser.wait(&format!("!{}.hidden", inside(".attach")));
    browser.run(&format!("{}.focus()", inside("textarea")));
    type_in(&browser, "\u{e007}");
    // It is on the desk once nothing says that it is being sent.
    browser.wait(&format!(
        "{} && !{}",
        inside(".log .sent"),
        inside(".log .state")
    ));
    browser.wait(&format!("{}.hidden", inside(".files")));
    desk.tick();
    let list = server.get("/api/v1/conversations").json();
    assert_eq!(list["items"][0]["preview"], "photo.png");
    let conversation = list["items"][0]["conversation"].as_str().unwrap();
    let written = server.post(
        &format!("/api/v1/conversations/{conversation}/messages"),
        &json!({"text": "Thank you, we have it.", "rep": "ada"}),
    );
    assert_eq!(written.status, 200, "{}", written.body);
    browser.wait(&inside(".log .sent button"));
    // What is saved has the name and the bytes.
    browser.run(
        "window.saved = []; \
         URL.createObjectURL = (blob) => { blob.text().then((text) => { saved.text = text; }); return '#'; }; \
         HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };",
    );
    browser.run(&format!("{}.click()", inside(".log .sent button")));
    browser.wait(&format!(
        "(saved.length === 1 && saved.text) || !{}.hidden",
        inside(".told")
    ));
    let told = format!(
        "return [saved[0], saved.text, {}.textContent.trim()]",
        inside(".told span")
    );
    assert_eq!(browser.run(&told), json!(["photo.png", "png", ""]));
    has_no_fault(&browser);
}
