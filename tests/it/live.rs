//! What changes on the desk is told live: each thing once it can be seen, to those who see it, from
//! where they left off.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use svar::app::TokenDraft;
use svar::command::{Caller, Command, Identity, Role, ScopeDraft, ScopeKind, TokenCommand};

use crate::chrome::Browser;
use crate::desk::{Desk, Server};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 rep.upserted rep=ben name=Ben
    30 10:00 conversation.started conversation=c1 contact=p1
    30 10:00 message.added conversation=c1 message=m1 author=contact
    30 10:00 conversation.assigned conversation=c1 to=rep:ada
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:00 conversation.assigned conversation=c2 to=rep:ben
";

/// An event as it is told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) position: u64,
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// Somebody who looks on.
pub(crate) struct Onlooker(BufReader<TcpStream>);

impl Onlooker {
    /// Asks for a stream, with further headers.
    pub(crate) fn of(server: &Server, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut connection = TcpStream::connect(server.address).unwrap();
        connection
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let more = lines.collect::<Vec<_>>().concat();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{more}\r\n",
            server.address
        );
        connection.write_all(request.as_bytes()).unwrap();
        Self(BufReader::new(connection))
    }

    /// The next line; none: the connection has ended.
    pub(crate) fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event; none: the stream is over.
    pub(crate) fn next(&mut self) -> Option<Told> {
        let (mut position, mut name) = (None, None);
        loop {
            let line = self.line()?;
            // The last part of a chunked body.
            if line == "0" {
                return None;
            }
            let Some((field, value)) = line.split_once(": ") else {
                continue;
            };
            match field {
                "id" => position = value.parse().ok(),
                "event" => name = Some(value.to_owned()),
                "data" => {
                    return Some(Told {
                        position: position?,
                        name: name?,
                        data: serde_json::from_str(value).unwrap(),
                    });
                }
                _ => {}
            }
        }
    }
}

fn resolve(desk: &Desk, server: &Server, conversation: &str) {
    desk.tick();
    let path = format!("/api/v1/conversations/{conversation}/resolve");
    let sent = server.post(&path, &json!({"rep": "ada"}));
    assert_eq!(sent.status, 200, "{}", sent.body);
}

fn change(conversation: &str) -> Value {
    json!({"kind": "conversation", "id": conversation})
}

#[test]
fn a_change_is_told_once_it_can_be_seen_and_who_comes_back_hears_what_they_missed() {
    let (desk, server) = Desk::served(STORY);
    let mut here = Onlooker::of(&server, "/api/v1/stream", &[]);
    let ready = here.next().unwrap();
    assert_eq!(ready.name, "ready");
    resolve(&desk, &server, "c1");
    // The clock's own contact comes by, too.
    let told = std::iter::from_fn(|| here.next());
    let mut told = told.filter(|told| told.data["changes"] == json!([change("c1")]));
    let told = told.next().unwrap();
    assert_eq!(told.name, "change");
    assert!(told.position > ready.position);
    let from = ready.position.to_string();
    let mut back = Onlooker::of(&server, "/api/v1/stream", &[("Last-Event-ID", &from)]);
    assert_eq!(back.next().unwrap().name, "ready");
    let missed = back.next().unwrap();
    let changes = missed.data["changes"].as_array().unwrap();
    assert!(changes.contains(&change("c1")), "{changes:?}");
    let mut old = Onlooker::of(&server, "/api/v1/stream", &[("Last-Event-ID", "0")]);
    assert_eq!(old.next().unwrap().name, "ready");
    resolve(&desk, &server, "c2");
    let told = old.next().unwrap();
    assert_eq!(told.name, "change", "all since the beginning is at hand");
    desk.app.end_news();
    assert!(std::iter::from_fn(|| here.next()).all(|told| told.name == "change"));
    let odd = Onlooker::of(&server, "/api/v1/stream", &[("Last-Event-ID", "x")]).line();
    assert_eq!(odd.unwrap(), "HTTP/1.1 400 Bad Request");
}

#[test]
fn only_what_somebody_sees_is_told_and_only_while_they_are_let_in() {
    let (desk, server) = Desk::served(STORY);
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let draft = TokenDraft {
        name: "ben's".to_owned(),
        role: Role::Rep,
        rep: Some("ben".to_owned()),
        scope: Some(ScopeDraft {
            kind: ScopeKind::Own,
            ..ScopeDraft::default()
        }),
        days: None,
    };
    let token = desk.app.create_token(&admin, &draft).unwrap();
    desk.tick();
    let bearer = format!("Bearer {}", token.secret);
    let mut ben = Onlooker::of(&server, "/api/v1/stream", &[("Authorization", &bearer)]);
    assert_eq!(ben.next().unwrap().name, "ready");
    resolve(&desk, &server, "c1");
    resolve(&desk, &server, "c2");
    let told = ben.next().unwrap();
    assert_eq!(told.data["changes"], json!([change("c2")]));
    let revoke = Command::Token(TokenCommand::Revoke { token: token.token });
    desk.app.write_now(&admin, revoke).unwrap();
    desk.tick();
    assert!(ben.next().is_none(), "a revoked token hears nothing more");
}

#[test]
fn a_list_and_a_conversation_follow_the_desk_without_a_reload_and_keep_what_is_typed() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = Desk::served(STORY);
    browser.open(&server.url("/inbox"));
    browser.wait("document.querySelectorAll('#lines li').length === 2");
    browser.run("document.querySelector('input[name=c][value=c2]').click()");
    resolve(&desk, &server, "c1");
    desk.tick();
    browser.wait("document.querySelectorAll('#lines li').length === 1");
    browser.wait("document.querySelector('input[name=c][value=c2]').checked");
    browser.open(&server.url("/conversations/c2"));
    browser.run("document.querySelector('.compose textarea').value = 'not sent yet'");
    let words = json!({"by": "contact", "text": "Is anybody there?"});
    desk.tick();
    server.post("/api/v1/conversations/c2/messages", &words);
    desk.tick();
    browser.wait("document.getElementById('entries').innerText.includes('Is anybody there?')");
    let kept = browser.run("return document.querySelector('.compose textarea').value");
    assert_eq!(kept, "not sent yet");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_board_and_a_contacts_page_follow_the_desk_and_leave_what_is_in_use() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = Desk::served(STORY);
    let open = |subject: &str| {
        desk.tick();
        let draft = json!({"pipeline": "support", "contact": "p1", "subject": subject});
        let opened = server.post("/api/v1/tickets", &draft);
        assert_eq!(opened.status, 200, "{}", opened.body);
        desk.tick();
    };
    open("first");
    browser.open(&server.url("/tickets?view=board"));
    browser.wait("document.querySelectorAll('#board .card').length === 1");
    browser.run("document.querySelector('#board details').open = true");
    open("second");
    browser.wait("document.querySelector('#views').innerText.includes('2')");
    let cards = "return document.querySelectorAll('#board .card').length";
    assert_eq!(browser.run(cards), 1, "a form is open");
    browser.run("document.querySelector('#board details').open = false");
    browser.wait("document.querySelectorAll('#board .card').length === 2");
    browser.open(&server.url("/contacts/p1"));
    browser.wait("document.querySelectorAll('#conversations tbody tr').length === 1");
    desk.post_story("30 11:00 conversation.started conversation=c9 contact=p1");
    desk.tick();
    browser.wait("document.querySelectorAll('#conversations tbody tr').length === 2");
    resolve(&desk, &server, "c9");
    desk.tick();
    browser.wait("document.getElementById('conversations').innerText.includes('Resolved')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
