//! Mails that come in: into which conversation each goes, that none is taken twice or lost, what machines
//! write, and what is kept of the original.

use serde_json::{Value, json};
use svar::command::{Caller, Identity, Role};

use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::mail::Mailed;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia email=Pia@Home.example
";

/// A desk that mails come in at.
pub(crate) struct Post<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) server: &'a Server,
}

impl Post<'_> {
    fn hand_in(&self, mail: &[u8]) -> Answer {
        self.desk.tick();
        let url = self.server.url("/api/v1/channels/email/inbound");
        let sent = agent().post(url).header("content-type", "message/rfc822");
        let answered = answer(sent.send(mail));
        for _ in 0..3 {
            self.desk.tick();
        }
        answered
    }

    /// Hands a mail in, by the lines of its head and its body; what became of it.
    pub(crate) fn mail(&self, from: &str, head: &str, body: &str) -> Value {
        let mail = format!("From: {from}\n{head}\n\n{body}\n").replace('\n', "\r\n");
        let answered = self.hand_in(mail.as_bytes());
        assert_eq!(answered.status, 200, "{}", answered.body);
        answered.json()
    }

    /// The conversation that a mail goes into.
    pub(crate) fn thread(&self, from: &str, head: &str, body: &str) -> String {
        let taken = self.mail(from, head, body);
        assert_eq!(taken["state"], "taken", "{taken}");
        taken["conversation"].as_str().unwrap().to_owned()
    }

    pub(crate) fn conversation(&self, id: &str) -> Value {
        let path = format!("/api/v1/conversations/{id}");
        self.server.get(&path).json()
    }

    fn resolve(&self, id: &str) {
        self.desk.tick();
        let path = format!("/api/v1/conversations/{id}/resolve");
        let done = self.server.post(&path, &json!({"rep": "ada"}));
        assert_eq!(done.status, 200, "{}", done.body);
        self.desk.tick();
    }
}

const PIA: &str = "Pia <pia@home.example>";
const BEN: &str = "Ben <ben@work.example>";
const FIRST: &str = "Message-ID: <one@home.example>\nSubject: Parcel";

#[test]
fn a_mail_begins_a_conversation_of_who_is_known_by_the_address() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let known = post.conversation(&post.thread("PIA@home.EXAMPLE", FIRST, "Where is it?"));
    assert_eq!(
        (&known["contact"], &known["channel"], &known["subject"]),
        (&json!("p1"), &json!("email"), &json!("Parcel"))
    );
    assert_eq!(known["messages"][0]["text"], "Where is it?");
    let new = post.conversation(&post.thread(BEN, "Message-ID: <two@x>", "Hello"));
    let contact = new["contact"].as_str().unwrap();
    let contact = server.get(&format!("/api/v1/contacts/{contact}")).json();
    assert_eq!(
        (&contact["name"], &contact["email"]),
        (&json!("Ben"), &json!("ben@work.example"))
    );
}

#[test]
fn a_known_id_in_in_reply_to_or_references_goes_into_its_conversation() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let first = post.thread(PIA, FIRST, "Where is it?");
    for (number, head) in [
        "In-Reply-To: <one@home.example>",
        "References: <unknown@x> <one@home.example>",
        "In-Reply-To: <unknown@x>\nReferences: <one@home.example> <other@x>",
    ]
    .iter()
    .enumerate()
    {
        let head = format!("Message-ID: <more{number}@x>\n{head}");
        // Somebody else who answers it is in it, too.
        let from = if number == 1 { BEN } else { PIA };
        assert_eq!(post.thread(from, &head, &format!("again {number}")), first);
    }
    let other = post.thread(PIA, "Message-ID: <new@x>\nSubject: Re: Parcel", "Another");
    assert_ne!(other, first, "a subject alone says nothing");
}

#[test]
fn ids_of_this_desk_are_known_and_cannot_be_made_elsewhere() {
    let mailed = Mailed::new(STORY);
    let post = Post {
        desk: &mailed.desk,
        server: &mailed.server,
    };
    let conversation = post.thread(PIA, FIRST, "Where is it?");
    post.resolve(&conversation);
    mailed.post(
        "/surveys",
        &json!({"delay_secs": 1, "every_days": 0, "rules": [{"ask": true}]}),
    );
    let again = post.thread(
        PIA,
        "Message-ID: <b@x>\nIn-Reply-To: <one@home.example>",
        "Hm?",
    );
    assert_eq!(again, conversation);
    post.resolve(&conversation);
    mailed.later(60);
    svar::work::ask_contacts(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    let [survey] = &mailed.sent()[..] else {
        panic!("no survey went out")
    };
    let id = survey.head("message-id");
    let answered = post.thread(
        PIA,
        &format!("Message-ID: <c@x>\nIn-Reply-To: {id}"),
        "Fine!",
    );
    assert_eq!(answered, conversation);
    // A report that it did not arrive is in the conversation, too, as written by a machine.
    let head = "Message-ID: <d@x>\nContent-Type: multipart/report; boundary=b";
    let body = format!(
        "--b\n\nNo such user.\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\n\n--b--"
    );
    let bounced = post.thread("MAILER-DAEMON@mx.example", head, &body);
    assert_eq!(bounced, conversation);
    let messages = post.conversation(&conversation)["messages"].clone();
    let last = messages.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["author"]["kind"], "automation", "{last}");
    // One digit of another: nobody here wrote it.
    let flipped = id.replacen(".6", ".7", 1);
    assert_ne!(flipped, id);
    let forged = post.thread(
        BEN,
        &format!("Message-ID: <e@x>\nIn-Reply-To: {flipped}"),
        "Hi",
    );
    assert_ne!(forged, conversation);
}

#[test]
fn an_id_that_fits_on_a_mail_to_many_counts_only_with_who_has_part_in_it() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let first = post.thread(PIA, FIRST, "Where is it?");
    let bulk = |id: &str| {
        format!("Message-ID: <{id}@x>\nPrecedence: bulk\nIn-Reply-To: <one@home.example>")
    };
    assert_ne!(post.thread(BEN, &bulk("a"), "Buy this"), first);
    assert_eq!(post.thread(PIA, &bulk("b"), "From my phone"), first);
    let list = "Message-ID: <c@x>\nList-Id: <news.x>\nReferences: <one@home.example>";
    assert_ne!(post.thread(BEN, list, "News"), first);
}

#[test]
fn a_subject_names_a_conversation_only_with_the_same_sender() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let first = post.thread(PIA, FIRST, "Where is it?");
    let head = |id: &str| format!("Message-ID: <{id}@x>\nSubject: Re: [#{first}] Parcel");
    assert_eq!(post.thread(PIA, &head("a"), "Me again"), first);
    assert_ne!(post.thread(BEN, &head("b"), "Not me"), first);
}

#[test]
fn a_reused_id_with_other_content_is_a_new_message_and_a_true_repeat_is_none() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let first = post.mail(PIA, FIRST, "Where is it?");
    let again = post.mail(PIA, FIRST, "Where is it?");
    assert_eq!(
        (&again["state"], &again["conversation"], &again["message"]),
        (&json!("repeat"), &first["conversation"], &first["message"])
    );
    let other = post.mail(PIA, FIRST, "It came.");
    assert_eq!(other["state"], "taken");
    assert_ne!(other["message"], first["message"]);
    // A mail without an id is known by its content.
    let nameless = post.mail(PIA, "Subject: x", "No id");
    let twice = post.mail(PIA, "Subject: x", "No id");
    assert_eq!(twice["state"], "repeat");
    assert_eq!(twice["message"], nameless["message"]);
}

#[test]
fn one_mail_to_two_of_our_addresses_is_one_conversation() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let by = |way: &str| {
        format!(
            "Received: by mx for <{way}@shop.example>\nDelivered-To: {way}@shop.example\nTo: sales@shop.example, help@shop.example\n{FIRST}"
        )
    };
    let first = post.mail(PIA, &by("sales"), "Where is it?");
    let second = post.mail(PIA, &by("help"), "Where is it?");
    assert_eq!(second["state"], "repeat");
    assert_eq!(second["conversation"], first["conversation"]);
    let known = post.conversation(first["conversation"].as_str().unwrap());
    assert_eq!(known["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn what_machines_write_opens_nothing_again_and_counts_nowhere() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let first = post.thread(PIA, FIRST, "Where is it?");
    post.resolve(&first);
    let numbers = || {
        let reports = [
            "support_volume",
            "handled",
            "reply_count",
            "messages_by_hour",
        ];
        let query = "from=2026-10-01&to=2026-12-01";
        reports.map(|id| desk.report(id, query)["series"].clone())
    };
    let before = numbers();
    let head = "Message-ID: <a@x>\nAuto-Submitted: auto-replied\nIn-Reply-To: <one@home.example>";
    assert_eq!(post.thread(PIA, head, "I am away."), first);
    let known = post.conversation(&first);
    assert_eq!(known["status"], "resolved", "{known}");
    assert_eq!(known["messages"][1]["author"]["kind"], "automation");
    assert_eq!(numbers(), before);
    // Somebody who writes opens it again.
    let head = "Message-ID: <b@x>\nAuto-Submitted: no\nIn-Reply-To: <one@home.example>";
    assert_eq!(post.thread(PIA, head, "I am back."), first);
    assert_eq!(post.conversation(&first)["status"], "open");
    assert_ne!(numbers(), before);
}

#[test]
fn a_loop_of_machines_is_broken_after_twenty_mails_an_hour() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let first = post.thread(PIA, FIRST, "0");
    let head = |number: i32| format!("Message-ID: <{number}@x>\nIn-Reply-To: <one@home.example>");
    for number in 1..22 {
        post.thread(PIA, &head(number), &number.to_string());
    }
    let kinds = || -> Vec<String> {
        let messages = post.conversation(&first)["messages"].clone();
        let messages = messages.as_array().unwrap().iter();
        messages
            .map(|one| one["author"]["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let machines = || kinds().iter().filter(|kind| *kind == "automation").count();
    assert_eq!((kinds().len(), machines()), (22, 2));
    desk.clock.set(desk.clock.now().plus_millis(3_600_000));
    post.thread(PIA, &head(99), "an hour later");
    assert_eq!(machines(), 2);
}

#[test]
fn the_original_and_what_came_along_can_be_downloaded() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let head = format!("{FIRST}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b");
    let body = "--b\nContent-Type: text/html\n\n<p>See <b>this</b><script>x()</script></p>\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"../bill.pdf\"\nContent-Transfer-Encoding: base64\n\nUERG\n--b--";
    let id = post.thread(PIA, &head, body);
    let message = post.conversation(&id)["messages"][0].clone();
    assert_eq!(message["text"], "See this");
    let files = message["attachments"].as_array().unwrap();
    let names: Vec<&str> = files
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["original.eml", "bill.pdf"]);
    let load = |place: usize| {
        let digest = files[place]["sha256"].as_str().unwrap();
        server.get(&format!("/api/v1/conversations/{id}/files/{digest}"))
    };
    assert_eq!(load(1).body, "PDF");
    let original = load(0);
    assert!(original.body.starts_with("From: Pia"), "{}", original.body);
    assert!(original.body.contains("x()"), "as it came");
    assert!(
        original
            .header("content-disposition")
            .contains("attachment")
    );
}

#[test]
fn quoted_history_is_folded_on_the_page_and_never_taken_away() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let words = "Thanks!\n\nOn Monday Ada wrote:\n> It is on its way.";
    let id = post.thread(PIA, FIRST, words);
    assert_eq!(post.conversation(&id)["messages"][0]["text"], words);
    let page = server.get(&format!("/conversations/{id}")).body;
    let folded = page
        .split("<details class=\"figures\"><summary>What it quotes")
        .nth(1);
    assert!(folded.unwrap().contains("It is on its way."), "{page}");
    assert!(page.contains("<p>Thanks!</p>"), "{page}");
}

#[test]
fn of_who_is_blocked_nothing_is_taken_and_only_programs_hand_mails_in() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    post.thread(PIA, FIRST, "Where is it?");
    let blocked = server.post("/api/v1/contacts/p1/block", &json!({"name": "Pia"}));
    assert_eq!(blocked.status, 200, "{}", blocked.body);
    desk.tick();
    let before = desk.app.position();
    let ignored = post.mail(PIA, "Message-ID: <b@x>", "Listen!");
    assert_eq!(ignored["state"], "ignored", "{ignored}");
    let journalled = svar::app::export_events(
        desk.folder.path(),
        Some(desk.app.position()),
        None,
        |json| {
            assert!(!json.contains("Listen!"), "{json}");
            Ok::<(), svar::app::Error>(())
        },
    );
    assert!(journalled.unwrap() > 0 && desk.app.position() > before);
    let user = Caller::live(Identity::User("ada".to_owned()), Role::Admin);
    let mail = b"From: ben@work.example\r\n\r\nhi";
    let refused = desk.app.take_mail(&user, mail, None).unwrap_err();
    assert!(refused.to_string().contains("a program"), "{refused}");
    let nobody = post.hand_in(b"Subject: x\r\n\r\nhi");
    assert_eq!(nobody.status, 400, "{}", nobody.body);
    let large = vec![b'x'; 20_000_001];
    assert_eq!(post.hand_in(&large).status, 413);
}

#[test]
fn hard_mails_all_survive_with_what_can_be_read_of_them() {
    let (desk, server) = Desk::served(STORY);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let hard: [(&[u8], &str); 7] = [
        (b"From: a@x.example\r\nSubject: =?iso-2022-jp?B?GyRCJDMbKEI=?=\r\n\r\n\x1b$B$3$s\x1b(B", ""),
        (b"From: b@x.example\r\nContent-Type: text/plain; charset=windows-1258\r\n\r\nCh\xe0o", "Ch"),
        (b"From: c@x.example\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nhello \xff", "hello"),
        (b"From: d@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nopen", "open"),
        (b"From: e@x.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!not base64!!", ""),
        (b"From: \"f, g\" <f@x.example>, h@x.example\r\nDate: never\r\nMessage-ID: no-brackets\r\n\r\nhi", "hi"),
        (b"From: i@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>only html</p>\r\n--b--", "only html"),
    ];
    for (mail, words) in hard {
        let answered = post.hand_in(mail);
        assert_eq!(
            answered.status,
            200,
            "{}: {}",
            String::from_utf8_lossy(mail),
            answered.body
        );
        let id = answered.json()["conversation"].as_str().unwrap().to_owned();
        let message = post.conversation(&id)["messages"][0].clone();
        assert!(
            message["text"].as_str().unwrap().contains(words),
            "{message}"
        );
        assert_eq!(message["attachments"][0]["name"], "original.eml");
    }
}

#[test]
fn a_start_anew_knows_the_conversations_of_mails() {
    let (desk, server) = Desk::served(STORY);
    let first = Post {
        desk: &desk,
        server: &server,
    }
    .thread(PIA, FIRST, "Where is it?");
    drop(server);
    let desk = desk.reopened();
    desk.clock.set(desk.clock.now().plus_millis(60_000));
    let server = Server::start(&desk.app);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let head = "Message-ID: <b@x>\nIn-Reply-To: <one@home.example>";
    assert_eq!(post.thread(PIA, head, "Again"), first);
    assert_eq!(post.mail(PIA, FIRST, "Where is it?")["state"], "repeat");
}
