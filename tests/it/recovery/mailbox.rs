//! Mailboxes: what came in there is here once, whatever is killed and when; and a server hears of a mail
//! when it comes.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::dovecot::{Dovecot, PASSWORD, USER};

/// Points of reading a mailbox, with the passages at which the process dies.
pub(super) const KILLS: &[(&str, &[u32])] =
    &[("mailbox.journalled", &[1]), ("mailbox.kept", &[1, 2])];

fn mail(number: u32) -> String {
    format!(
        "From: Pia <pia{number}@home.example>\nMessage-ID: <m{number}@home.example>\n\nWhere is it? ({number})\n"
    )
}

/// Adds the mailbox, as the command line does.
fn connect(place: &Place, dovecot: &Dovecot, security: &str) {
    let password = place.path("mail.password");
    fs::write(&password, PASSWORD).unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    let port = match security {
        "tls" => dovecot.tls_port,
        _ => dovecot.port,
    };
    let add = [
        "connect",
        "mail",
        "--host",
        "localhost",
        "--port",
        &port.to_string(),
        "--security",
        security,
        "--user",
        USER,
        "--password",
        password.to_str().unwrap(),
        "--all",
    ];
    place.run(&add).ok();
}

/// Waits until so many conversations are there.
fn until(server: &Server, count: usize) {
    let began = Instant::now();
    loop {
        let list = server
            .get("/api/v1/conversations?view=open&limit=100")
            .json();
        let there = list["items"].as_array().unwrap().len();
        assert!(there <= count, "{list}");
        if there == count {
            return;
        }
        let mailboxes = server.get("/api/v1/mailboxes").json();
        assert!(
            began.elapsed() < PATIENCE,
            "{there} of {count}: {mailboxes}"
        );
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

#[test]
fn what_came_into_a_mailbox_is_here_once_whenever_the_process_is_killed() {
    let dovecot = Dovecot::start();
    let mut place = Place::new();
    for number in 1..=20 {
        dovecot.deliver(number, &mail(number));
    }
    let server = place.serve(&[]);
    connect(&place, &dovecot, "none");
    until(&server, 20);
    assert!(server.stop().0.success());
    let mut count: usize = 20;
    for (point, passages) in KILLS {
        for passage in *passages {
            count += 1;
            let number = u32::try_from(count).unwrap();
            dovecot.deliver(number, &mail(number));
            let armed = format!("{point}=kill@{passage}");
            let mut server = place.serve(&[("SVAR_FAILPOINT", armed.as_str())]);
            assert!(is_killed(server.wait()), "{armed}");
            place.kills += 1;
            let server = place.serve(&[]);
            until(&server, count);
            assert!(server.stop().0.success());
        }
    }
}

#[test]
fn a_server_reads_an_encrypted_mailbox_and_hears_of_a_mail_when_it_comes() {
    let dovecot = Dovecot::start();
    let place = Place::new();
    dovecot.deliver(1, &mail(1));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls");
    let trusted = folder.join("cert.pem");
    // A certificate that the machine does not trust is no server to give a password to.
    let server = place.serve(&[]);
    connect(&place, &dovecot, "tls");
    let began = Instant::now();
    let fault = loop {
        let list = server.get("/api/v1/mailboxes").json();
        if let Some(reason) = list["items"][0]["fault"]["reason"].as_str() {
            break reason.to_owned();
        }
        assert!(began.elapsed() < PATIENCE, "{list}");
        std::thread::park_timeout(Duration::from_millis(20));
    };
    assert!(fault.contains("no encrypted connection"), "{fault}");
    assert!(server.stop().0.success());
    for security in ["tls", "starttls"] {
        let variables = [("SSL_CERT_FILE", trusted.to_str().unwrap())];
        let server = place.serve(&variables);
        connect(&place, &dovecot, security);
        until(&server, if security == "tls" { 1 } else { 2 });
        let number = if security == "tls" { 2 } else { 3 };
        dovecot.deliver(number, &mail(number));
        until(&server, number as usize);
        let listed = place.run(&["connect", "list"]).ok();
        assert!(listed.stdout.contains("up to date"), "{}", listed.stdout);
        assert!(server.stop().0.success());
    }
    // Without a server it is read once, by the command line.
    dovecot.deliver(4, &mail(4));
    let read = place.command(
        &["connect", "run", "mail"],
        &[("SSL_CERT_FILE", trusted.to_str().unwrap())],
    );
    let mut read = read;
    let said = read.output().unwrap();
    let words = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.status.success() && words.contains("4 mails taken in"),
        "{words}"
    );
}
