//! Mailboxes: what is in one and what comes in becomes conversations, once and in order, however the server
//! numbers it and whatever goes wrong.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use svar::app::MailboxDraft;
use svar::command::{Caller, Identity, Role};
use svar::config::MailSecurity;
use svar::work::read_mailbox;

use crate::desk::{Desk, Server};
use crate::dovecot::{Dovecot, PASSWORD, USER};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
";

fn desk() -> (Desk, Server) {
    Desk::served(STORY)
}

fn mailbox(dovecot: &Dovecot) -> Value {
    json!({"host": "127.0.0.1", "port": dovecot.port, "security": "none", "user": USER,
        "password": PASSWORD, "all": true})
}

fn add(desk: &Desk, server: &Server, mailbox: &Value) -> Value {
    desk.tick();
    let added = server.post("/api/v1/mailboxes", mailbox);
    assert_eq!(added.status, 200, "{}", added.body);
    desk.tick();
    added.json()
}

/// Reads the mailbox once; what it is then.
fn read(desk: &Desk, server: &Server) -> Value {
    desk.tick();
    read_mailbox(&desk.app, "mail").unwrap();
    desk.app.settle().unwrap();
    for _ in 0..3 {
        desk.tick();
    }
    let list = server.get("/api/v1/mailboxes").json();
    list["items"][0].clone()
}

fn sums(view: &Value) -> (u64, u64, u64) {
    let number = |name: &str| view[name].as_u64().unwrap();
    (number("taken"), number("repeats"), number("refused"))
}

fn mail(number: u32) -> String {
    format!(
        "From: Pia <pia{number}@home.example>\nMessage-ID: <m{number}@home.example>\nSubject: Parcel {number}\n\n\
         Where is it? ({number})\n"
    )
}

/// How many conversations and messages there are.
fn counts(server: &Server) -> (usize, usize) {
    let mut path = "/api/v1/conversations?view=open&limit=100".to_owned();
    let (mut conversations, mut messages) = (0, 0);
    loop {
        let list = server.get(&path).json();
        for item in list["items"].as_array().unwrap() {
            let id = item["conversation"].as_str().unwrap();
            let known = server.get(&format!("/api/v1/conversations/{id}")).json();
            conversations += 1;
            messages += known["messages"].as_array().unwrap().len();
        }
        match list["next_cursor"].as_str() {
            Some(cursor) => {
                path = format!("/api/v1/conversations?view=open&limit=100&cursor={cursor}");
            }
            None => return (conversations, messages),
        }
    }
}

#[test]
fn what_is_in_a_mailbox_becomes_conversations_once_and_in_order() {
    let dovecot = Dovecot::start();
    // An answer right after what it answers, in one batch.
    dovecot.deliver(1, &mail(1));
    dovecot.deliver(
        2,
        "From: pia1@home.example\nMessage-ID: <again@home.example>\nIn-Reply-To: <m1@home.example>\n\nHello?\n",
    );
    for number in 3..=40 {
        dovecot.deliver(number, &mail(number));
    }
    let (desk, server) = desk();
    let mut body = mailbox(&dovecot);
    body["inbox"] = json!("support");
    let added = add(&desk, &server, &body);
    assert_eq!(added["state"], "reading", "{added}");
    assert!(!added.to_string().contains("good"), "{added}");
    let view = read(&desk, &server);
    assert_eq!(
        (sums(&view), &view["state"]),
        ((40, 0, 0), &json!("up_to_date"))
    );
    assert_eq!(counts(&server), (39, 40));
    let list = server.get("/api/v1/conversations?view=open&limit=1").json();
    assert_eq!(list["items"][0]["inbox"], "support", "{list}");
    // Nothing twice, and what comes later.
    assert_eq!(sums(&read(&desk, &server)), (40, 0, 0));
    dovecot.deliver(41, &mail(41));
    assert_eq!(sums(&read(&desk, &server)), (41, 0, 0));
    // Where the server numbers all anew, all are read again, and those that are here are known.
    dovecot.renumber();
    dovecot.deliver(42, &mail(42));
    let view = read(&desk, &server);
    assert_eq!((sums(&view), &view["fault"]), ((42, 41, 0), &Value::Null));
    assert_eq!(counts(&server), (41, 42));
    let page = server.get("/settings/connectors").body;
    assert!(page.contains("127.0.0.1") && page.contains("42"), "{page}");
    assert!(!page.contains("good"), "{page}");
}

#[test]
fn of_a_mailbox_that_is_not_read_from_its_beginning_what_comes_is_read() {
    let dovecot = Dovecot::start();
    dovecot.deliver(1, &mail(1));
    let (desk, server) = desk();
    let mut body = mailbox(&dovecot);
    body["all"] = json!(false);
    add(&desk, &server, &body);
    assert_eq!(sums(&read(&desk, &server)), (0, 0, 0));
    dovecot.deliver(2, &mail(2));
    assert_eq!(sums(&read(&desk, &server)), (1, 0, 0));
}

#[test]
fn a_folder_of_any_name_is_read_and_what_cannot_be_taken_is_counted() {
    let dovecot = Dovecot::start();
    // As the server has `Störung`.
    dovecot.deliver_to("St&APY-rung", 1, &mail(1));
    dovecot.deliver_to("St&APY-rung", 2, "Subject: from nobody\n\nhi\n");
    dovecot.deliver_to(
        "St&APY-rung",
        3,
        &format!("{}{}", mail(3), "x".repeat(21_000_000)),
    );
    dovecot.deliver_to("St&APY-rung", 4, &mail(4));
    let (desk, server) = desk();
    let mut body = mailbox(&dovecot);
    body["folder"] = json!("Störung");
    add(&desk, &server, &body);
    assert_eq!(sums(&read(&desk, &server)), (2, 0, 2));
    assert_eq!(
        sums(&read(&desk, &server)),
        (2, 0, 2),
        "they are not tried again"
    );
}

#[test]
fn what_is_in_the_way_is_said_and_who_has_to_do_something() {
    let dovecot = Dovecot::start();
    let (desk, server) = desk();
    let with = |name: &str, value: Value| {
        let mut body = mailbox(&dovecot);
        body[name] = value;
        body
    };
    add(&desk, &server, &with("password", json!("wrong")));
    let view = read(&desk, &server);
    assert_eq!(view["state"], "stopped", "{view}");
    let reason = view["fault"]["reason"].as_str().unwrap();
    assert!(reason.contains("does not take the user"), "{reason}");
    add(&desk, &server, &with("folder", json!("Nowhere")));
    let view = read(&desk, &server);
    assert!(
        view["fault"]["reason"]
            .as_str()
            .unwrap()
            .contains("`Nowhere`"),
        "{view}"
    );
    // A server that is away is asked again by itself.
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    add(&desk, &server, &with("port", json!(nobody)));
    let view = read(&desk, &server);
    assert_eq!(view["state"], "failing", "{view}");
    dovecot.deliver(1, &mail(1));
    add(&desk, &server, &mailbox(&dovecot));
    let view = read(&desk, &server);
    assert_eq!(
        (&view["state"], sums(&view)),
        (&json!("up_to_date"), (1, 0, 0))
    );
    // Paused, it is not read; removed, it is no more, and neither is its password.
    desk.tick();
    server.post("/api/v1/mailboxes/mail/pause", &json!({}));
    dovecot.deliver(2, &mail(2));
    assert_eq!(sums(&read(&desk, &server)), (1, 0, 0));
    desk.tick();
    server.post("/api/v1/mailboxes/mail/resume", &json!({}));
    assert_eq!(sums(&read(&desk, &server)), (2, 0, 0));
    assert!(desk.folder.path().join("mailboxes/mail/password").exists());
    desk.tick();
    server.post("/api/v1/mailboxes/mail/remove", &json!({}));
    assert!(!desk.folder.path().join("mailboxes/mail").exists());
    assert_eq!(server.get("/api/v1/mailboxes").json()["items"], json!([]));
}

#[test]
fn what_cannot_be_a_mailbox_is_refused_by_the_name_of_its_field() {
    let (desk, server) = desk();
    let good = json!({"host": "imap.shop.example", "user": "help", "password": "x"});
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, field) in [
        (with("host", json!("imap://shop.example")), "host"),
        (with("host", json!(" ")), "host"),
        (with("user", json!("")), "user"),
        (with("port", json!(0)), "port"),
        (with("security", json!("none")), "security"),
        (with("security", json!("ssl")), "security"),
        (with("name", json!("My Mail")), "name"),
        (with("password", Value::Null), "password"),
        (with("password", json!("a\nb")), "password"),
        (with("inbox", json!("..")), "inbox"),
        (with("token_command", json!("echo x")), "token_command"),
        // A command is run on this machine: nobody gives one over the network.
        (
            json!({"host": "x.example", "user": "y", "token_command": "echo x"}),
            "token_command",
        ),
    ] {
        desk.tick();
        let refused = server.post("/api/v1/mailboxes", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(field), "{body}: {}", refused.body);
    }
    assert_eq!(server.get("/api/v1/mailboxes").json()["items"], json!([]));
}

#[test]
fn a_token_of_oauth_is_what_a_command_of_this_machine_prints() {
    // A server that says what it was told, and lets nobody in.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut stream = stream;
        stream.write_all(b"* OK hello\r\n").unwrap();
        loop {
            let line = lines.next().unwrap().unwrap();
            let (tag, command) = line.split_once(' ').unwrap();
            if let Some(words) = command.strip_prefix("AUTHENTICATE XOAUTH2 ") {
                stream.write_all(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n").unwrap();
                assert_eq!(lines.next().unwrap().unwrap(), "");
                stream
                    .write_all(format!("{tag} NO no\r\n").as_bytes())
                    .unwrap();
                return String::from_utf8(STANDARD.decode(words).unwrap()).unwrap();
            }
            let answer = format!("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n{tag} OK\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let (desk, server) = desk();
    let draft = MailboxDraft {
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        security: Some(MailSecurity::None),
        user: "help@shop.example".to_owned(),
        token_command: Some("printf to; printf ken".to_owned()),
        ..MailboxDraft::default()
    };
    let caller = Caller::live(Identity::Cli, Role::Admin);
    desk.app.save_mailbox(&caller, &draft).unwrap();
    let view = read(&desk, &server);
    assert_eq!(
        told.join().unwrap(),
        "user=help@shop.example\u{1}auth=Bearer token\u{1}\u{1}"
    );
    assert_eq!(view["state"], "stopped", "{view}");
    let failing = MailboxDraft {
        token_command: Some("exit 3".to_owned()),
        ..draft
    };
    desk.app.save_mailbox(&caller, &failing).unwrap();
    let view = read(&desk, &server);
    assert_eq!(view["state"], "failing", "{view}");
    assert!(
        view["fault"]["reason"]
            .as_str()
            .unwrap()
            .contains("ended with"),
        "{view}"
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "whoever measures wants more of them"
)]
fn two_thousand_mails_come_in_within_a_minute() {
    let most: u32 = std::env::var("SVAR_TEST_MAILS").map_or(2_000, |most| most.parse().unwrap());
    let dovecot = Dovecot::start();
    for number in 1..=most {
        dovecot.deliver(number, &mail(number));
    }
    let (desk, server) = desk();
    add(&desk, &server, &mailbox(&dovecot));
    let began = Instant::now();
    read_mailbox(&Arc::clone(&desk.app), "mail").unwrap();
    let secs = began.elapsed().as_secs_f64();
    println!(
        "{most} mails in {secs:.1} s: {:.0} a second",
        f64::from(most) / secs
    );
    let view = server.get("/api/v1/mailboxes").json()["items"][0].clone();
    assert_eq!(sums(&view), (u64::from(most), 0, 0));
    assert!(secs < 60.0 || most > 2_000, "{secs} s");
}
