//! Mails: what is to go out goes out once, whatever is killed and when; only what the server had and
//! nobody could write down any more goes out again, under the same Message-ID.

use std::io::Write as _;

use serde_json::json;
use svar::command::{Caller, Command as Wish, Identity, MailScheduleCommand, Role, UserDraft};

use super::*;
use crate::smtp::Smtp;

/// Points of sending a mail, with the passages at which the process dies.
pub(super) const KILLS: &[(&str, &[u32])] = &[("mail.written", &[1, 2]), ("mail.carried", &[1])];
/// Points between the time at which a report is due and its place in the queue.
pub(super) const DUE_KILLS: &[(&str, &[u32])] = &[("report.due", &[1]), ("report.queued", &[1])];

impl Place {
    /// A desk with a user, whose mails `smtp` carries.
    pub(super) fn with_mail(smtp: &Smtp) -> Self {
        let place = Self::with_mail_server(smtp);
        let add = ["user", "add", "ada@shop.example", "--role", "admin"];
        place.run(&add).ok();
        place
    }

    /// No desk yet, whose mails `smtp` will carry.
    fn with_mail_server(smtp: &Smtp) -> Self {
        let place = Self::new();
        let settings = format!(
            "public_url = \"https://svar.shop.example\"\n[mail]\nserver = \"127.0.0.1\"\nport = {}\n\
             security = \"none\"\nfrom = \"Shop <support@shop.example>\"\n",
            smtp.port()
        );
        fs::write(place.path("svar.toml"), settings).unwrap();
        place
    }
}

/// Queues a mail; whether that was acknowledged.
fn queue(server: &Server) -> bool {
    let sent = agent()
        .post(format!("{}/api/v1/mails/test", server.url))
        .header("content-type", "application/json")
        .header("host", "svar.shop.example")
        .send(json!({"user": "ada"}).to_string());
    read(sent).is_ok_and(|answer| {
        assert_eq!(answer.status, 200, "{}", answer.body);
        true
    })
}

/// Waits until nothing waits any more; how many were sent.
pub(super) fn settled(server: &Server) -> u64 {
    let began = Instant::now();
    loop {
        let asked = agent()
            .get(format!("{}/api/v1/mails", server.url))
            .header("host", "svar.shop.example");
        let mails = answer(asked.call()).json();
        if mails["waiting"] == 0 {
            return mails["sent"].as_u64().unwrap();
        }
        assert!(began.elapsed() < PATIENCE, "{mails}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn a_mail_goes_out_once_whenever_the_process_is_killed() {
    let smtp = Smtp::start();
    let mut place = Place::with_mail(&smtp);
    let mut queued = 0;
    for (point, passages) in KILLS {
        for passage in *passages {
            let armed = format!("{point}=kill@{passage}");
            let mut server = place.serve(&[("SVAR_FAILPOINT", armed.as_str())]);
            // Whoever was not told that it is queued may have one, or none.
            let mut unsure = 0;
            for _ in 0..*passage {
                let is_acknowledged = queue(&server);
                queued += u64::from(is_acknowledged);
                unsure += u64::from(!is_acknowledged);
            }
            assert!(is_killed(server.wait()), "{armed}");
            place.kills += 1;
            let mut server = place.serve(&[]);
            let sent = settled(&server);
            assert!(
                (queued..=queued + unsure).contains(&sent),
                "{armed}: {sent}"
            );
            queued = sent;
            server.kill();
            server.wait();
            // That start sent what was left, and the one after it sends nothing.
            let mut server = place.serve(&[]);
            assert_eq!(settled(&server), queued, "{armed}");
            server.kill();
            server.wait();
        }
    }
    let ids: Vec<String> = smtp
        .mails()
        .iter()
        .map(|one| one.head("message-id"))
        .collect();
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len() as u64, queued, "{ids:?}");
    // Only the one that the server had when the process died came once more.
    assert_eq!(ids.len() as u64, queued + 1, "{ids:?}");
    assert_eq!(place.kills, 3);
}

/// Has a rep answer a contact who wrote by mail; whether that was acknowledged.
fn reply(server: &Server) -> bool {
    let sent = agent()
        .post(format!("{}/api/v1/conversations/c1/messages", server.url))
        .header("content-type", "application/json")
        .header("host", "svar.shop.example")
        .send(json!({"text": "It is on its way."}).to_string());
    read(sent).is_ok_and(|answer| {
        assert_eq!(answer.status, 200, "{}", answer.body);
        true
    })
}

#[test]
fn a_reply_that_was_journalled_goes_out_once_whenever_the_process_is_killed() {
    let smtp = Smtp::start();
    let place = Place::with_mail(&smtp);
    let story = "
        30 09:00 contact.upserted contact=p1 name=Pia email=pia@home.example
        30 09:00 conversation.started conversation=c1 contact=p1 channel=email subject=Parcel
        30 09:01 message.added conversation=c1 message=m1 author=contact
    ";
    let server = place.serve(&[]);
    let events = crate::desk::lines(&crate::desk::events(story));
    let sent = agent()
        .post(format!("{}/api/v1/events", server.url))
        .header("content-type", "application/x-ndjson")
        .header("host", "svar.shop.example")
        .send(events);
    assert_eq!(answer(sent).status, 200);
    assert!(server.stop().0.success());
    // Before the server of mails is asked, and after it has taken the mail.
    for (point, copies) in [("mail.written", 1), ("mail.carried", 2)] {
        let before = smtp.mails().len();
        let mut server = place.serve(&[("SVAR_FAILPOINT", &format!("{point}=kill@1"))]);
        reply(&server);
        assert!(is_killed(server.wait()), "{point}");
        let server = place.serve(&[]);
        settled(&server);
        let began = Instant::now();
        loop {
            // What is journalled is seen a moment later.
            let known = server.get("/api/v1/conversations/c1").json();
            let last = known["messages"].as_array().unwrap().last().unwrap();
            if last["mail"]["state"] == "sent" {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "{known}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
        assert!(server.stop().0.success());
        let mails = smtp.mails().split_off(before);
        assert_eq!(mails.len(), copies, "{point}: {mails:?}");
        let ids: BTreeSet<String> = mails.iter().map(|one| one.head("message-id")).collect();
        assert_eq!(ids.len(), 1, "{point}: {mails:?}");
        assert_eq!(mails[0].to, "pia@home.example");
    }
}

/// Has a dashboard go to Ada each day; it was set up two days ago, when the machine was on last.
fn set_up(place: &Place) {
    let past = Clock::system().now().plus_millis(-2 * svar::model::DAY_MS);
    let app = crate::desk::open(&place.data(), &Clock::fixed(past));
    let by = Caller::live(Identity::Cli, Role::Admin);
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    let ada = app.save_user(&by, ada).unwrap().id;
    let draft = json!({"shows": {"kind": "dashboard", "id": "team"}, "every": "daily",
        "time": "08:00", "zone": "UTC", "users": [ada], "id": "t1"});
    let draft = serde_json::from_value(draft).unwrap();
    let schedule = Wish::MailSchedule(MailScheduleCommand::Save(draft));
    app.write_now(&by, schedule).unwrap();
    app.close().unwrap();
}

#[test]
fn a_report_that_is_due_goes_out_once_wherever_the_process_is_killed_before() {
    for (point, passages) in DUE_KILLS {
        assert_eq!(passages, &[1]);
        let smtp = Smtp::start();
        let place = Place::with_mail_server(&smtp);
        set_up(&place);
        let armed = format!("{point}=kill@1");
        // It may die before it listens.
        match place.try_serve(&[("SVAR_FAILPOINT", armed.as_str())]) {
            Ok(mut server) => assert!(is_killed(server.wait()), "{armed}"),
            Err(ran) => assert!(ran.is_killed(), "{armed}: {}", ran.stderr),
        }
        for _ in 0..2 {
            let mut server = place.serve(&[]);
            let began = Instant::now();
            while smtp.mails().is_empty() {
                assert!(began.elapsed() < PATIENCE, "{armed}");
                std::thread::park_timeout(Duration::from_millis(10));
            }
            settled(&server);
            server.kill();
            server.wait();
        }
        // Of the days that were missed one, and after it none.
        assert_eq!(smtp.mails().len(), 1, "{armed}");
    }
}

/// Hands a mail in on the standard input.
fn pipe(place: &Place, mail: &str) -> (Option<i32>, String) {
    let mut command = place.command(&["mail", "pipe"], &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // What is refused before it is read closes the pipe.
    drop(stdin.write_all(mail.as_bytes()));
    drop(stdin);
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    (ended.status.code(), said.trim().to_owned())
}

#[test]
fn a_mail_server_hands_mails_in_with_and_without_a_server() {
    let place = Place::new();
    // No folder is made for a mail.
    assert_eq!(pipe(&place, "From: a@x\r\n\r\nhi").0, Some(75));
    place
        .run(&["user", "add", "ada@shop.example", "--role", "admin"])
        .ok();
    let mail = "From: Pia <pia@home.example>\r\nMessage-ID: <a@x>\r\nSubject: Parcel\r\n\r\nWhere is it?\r\n";
    let (code, first) = pipe(&place, mail);
    assert_eq!(code, Some(0));
    let conversation = first.strip_prefix("taken ").unwrap().to_owned();
    let server = place.serve(&[]);
    assert_eq!(
        pipe(&place, mail),
        (Some(0), format!("repeat {conversation}"))
    );
    let answer = "From: pia@home.example\r\nIn-Reply-To: <a@x>\r\n\r\nIt came.\r\n";
    assert_eq!(
        pipe(&place, answer),
        (Some(0), format!("taken {conversation}"))
    );
    let known = server
        .get(&format!("/api/v1/conversations/{conversation}"))
        .json();
    assert_eq!(known["messages"].as_array().unwrap().len(), 2, "{known}");
    // What is not taken is to be handed in again: a mail server keeps it then.
    assert_eq!(
        pipe(&place, "Subject: nobody\r\n\r\nhi"),
        (Some(75), String::new())
    );
    assert!(server.stop().0.success());
}

#[test]
fn the_command_line_says_whether_a_mail_arrives() {
    let smtp = Smtp::start();
    let place = Place::with_mail(&smtp);
    let server = place.serve(&[]);
    let tried = place.run(&["mail", "test", "ada"]).ok();
    assert!(
        tried.stdout.contains("The server took the mail"),
        "{}",
        tried.stdout
    );
    let [mail] = &smtp.mails()[..] else {
        panic!("{:?}", smtp.mails())
    };
    assert_eq!(mail.to, "ada@shop.example");
    assert!(
        mail.part("text/plain")
            .contains("no more than that it arrived")
    );
    let listed = place.run(&["mail", "list"]).ok();
    for words in ["support@shop.example", "test", "ada", "sent"] {
        assert!(listed.stdout.contains(words), "{words}: {}", listed.stdout);
    }
    smtp.be(crate::smtp::Mood {
        recipient: Some(("ada@", "550 no such user")),
        ..crate::smtp::Mood::default()
    });
    place
        .run(&["mail", "test", "ada"])
        .fails(&["not sent", "550"]);
    place.run(&["mail", "test", "nobody"]).fails(&["nobody"]);
    assert!(server.stop().0.success());
}
