//! The customer agent's picture: what its bytes are counts, it is served as that and nothing else, and
//! it is seen where the agent speaks.

use serde_json::{Value, json};
use svar::command::{Caller, Identity, Role, UserDraft};

use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::widget::Page;

const STORY: &str = "
    20 09:00 conversation.started conversation=c1 contact=p1
    20 09:01 message.added conversation=c1 author=contact
    20 09:02 message.added conversation=c1 author=customer_agent role=answer
";
const URL: &str = "/api/v1/customer-agent/picture";

/// The smallest picture that a browser draws: one dark pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

fn put(server: &Server, bytes: &[u8]) -> Answer {
    let request = agent().put(server.url(URL));
    answer(
        request
            .header("content-type", "application/octet-stream")
            .send(bytes),
    )
}

fn picture(server: &Server) -> Value {
    server.get("/api/v1/customer-agent").json()["picture"].clone()
}

#[test]
fn a_picture_is_seen_where_the_agent_speaks_until_it_is_taken_away() {
    let (desk, server) = Desk::served(STORY);
    let shown = server.get("/conversations/c1").body;
    assert!(!shown.contains("class=\"face\""), "{shown}");
    desk.tick();
    assert_eq!(put(&server, PNG).status, 200);
    desk.tick();
    let path = picture(&server).as_str().unwrap().to_owned();
    let mut got = agent().get(server.url(&path)).call().unwrap();
    assert_eq!(got.body_mut().read_to_vec().unwrap(), PNG);
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(got.headers()[name], value);
    }
    for page in ["/conversations/c1", "/settings/customer-agent"] {
        let shown = server.get(page).body;
        assert!(shown.contains(&format!("src=\"{path}\"")), "{shown}");
    }
    let session = Page::new(&server).post("session", &json!({})).json();
    assert_eq!(session["picture"], json!(path));
    // Another one has another address, so that none that was kept is shown for it.
    desk.tick();
    assert_eq!(put(&server, b"\xff\xd8\xff\xe0 jpeg \xff\xd9").status, 200);
    desk.tick();
    assert_ne!(picture(&server), json!(path));
    let audit = server.get("/audit").body;
    assert!(
        audit.contains("agent picture set") && !audit.contains("/9j/"),
        "{audit}"
    );
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    assert_ne!(picture(&server), Value::Null);
    desk.tick();
    assert_eq!(answer(agent().delete(server.url(URL)).call()).status, 200);
    desk.tick();
    assert_eq!(picture(&server), Value::Null);
    assert_eq!(server.get(&path).status, 404);
    assert_eq!(answer(agent().delete(server.url(URL)).call()).status, 409);
}

#[test]
fn what_is_no_picture_by_its_bytes_or_too_large_is_refused() {
    let (_desk, server) = Desk::served(STORY);
    let large = [PNG, &vec![0; 131_072], b"\0\0\0\0IEND\xaeB`\x82"].concat();
    for (bytes, word) in [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(),
            "expected PNG, JPEG or WebP",
        ),
        (b"GIF89a", "expected PNG"),
        (&PNG[..40], "no whole picture"),
        (&large, "at most 131 kB"),
        (b"", "expected PNG"),
    ] {
        let refused = put(&server, bytes);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains(word), "{}", refused.body);
    }
    assert_eq!(picture(&server), Value::Null);
}

#[test]
fn the_form_takes_a_picture_and_says_what_is_wrong_with_another_file() {
    let (desk, server) = Desk::served(STORY);
    let send = |field: &str, bytes: &[u8]| {
        let mut body = b"--cut\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n".to_vec();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--cut\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\n{field}\r\n--cut--\r\n").as_bytes());
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        let request = agent.post(server.url("/settings/customer-agent/picture"));
        let request = request.header("content-type", "multipart/form-data; boundary=cut");
        let sent = answer(request.send(body.as_slice()));
        desk.tick();
        sent
    };
    desk.tick();
    let odd = send("save", b"<html>");
    assert!(
        odd.status == 200 && odd.body.contains("expected PNG, JPEG or WebP"),
        "{}",
        odd.body
    );
    let none = send("save", b"");
    assert!(none.body.contains("no file was chosen"), "{}", none.body);
    let saved = send("save", PNG);
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_ne!(picture(&server), Value::Null);
    assert_eq!(send("remove", b"").status, 303);
    assert_eq!(picture(&server), Value::Null);
}

#[test]
fn a_visitor_sees_it_and_only_an_admin_changes_it() {
    let (desk, server) = Desk::served(STORY);
    desk.tick();
    assert_eq!(put(&server, PNG).status, 200);
    desk.tick();
    let path = picture(&server).as_str().unwrap().to_owned();
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    let cli = Caller::live(Identity::Cli, Role::Admin);
    desk.app.set_up(&cli, ada, "three good words").unwrap();
    let seen = agent().get(server.url(&path)).call().unwrap();
    assert_eq!(seen.status(), 200);
    assert_eq!(put(&server, PNG).status, 401);
}
