//! Mails by which messages go out: to whom, in which thread, once, and what is known of those that do not
//! arrive.

use serde_json::{Value, json};
use svar::app::{Incoming, Options};
use svar::command::AnswerDraft;
use svar::config::MailConfig;

use crate::commands::Commands as _;
use crate::desk::{Desk, agent, answer};
use crate::mail::Mailed;
use crate::smtp::{Mail, Mood};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia email=pia@home.example
    20 09:00 contact.upserted contact=p2 name=Tim
    30 09:00 conversation.started conversation=chat contact=p1 channel=chat
    30 09:01 message.added conversation=chat message=m1 author=contact
    30 09:00 conversation.started conversation=old contact=p1 channel=email subject=Imported
    30 09:01 message.added conversation=old message=o1 author=contact
    30 09:02 message.added conversation=old message=o2 author=rep:ada
    30 09:00 conversation.started conversation=mailed contact=p1 channel=email subject=Imported
    30 09:01 message.added conversation=mailed message=d1 author=contact mail_id=<old@home.example>
    30 09:00 conversation.started conversation=unknown contact=p2 channel=email
    30 09:01 message.added conversation=unknown message=u1 author=contact
";
const FIRST: &str = "From: Pia <pia@home.example>\nTo: hjelp@shop.example\nMessage-ID: <b@home.example>\n\
                     References: <a@home.example>\nSubject: Parcel\n\nWhere is it?";

/// Hands a mail in; what became of it.
fn hand_in(mailed: &Mailed, mail: &str) -> Value {
    mailed.desk.tick();
    let url = mailed.server.url("/api/v1/channels/email/inbound");
    let sent = agent().post(url).header("content-type", "message/rfc822");
    let answered = answer(sent.send(mail.replace('\n', "\r\n").as_bytes()));
    assert_eq!(answered.status, 200, "{}", answered.body);
    for _ in 0..3 {
        mailed.desk.tick();
    }
    answered.json()
}

/// The conversation that a mail goes into.
fn thread(mailed: &Mailed, mail: &str) -> String {
    let taken = hand_in(mailed, mail);
    assert_eq!(taken["state"], "taken", "{taken}");
    taken["conversation"].as_str().unwrap().to_owned()
}

/// Ada's answer, by the API.
fn reply(mailed: &Mailed, conversation: &str, more: &Value) -> String {
    let mut body = json!({"text": "It is on its way.", "rep": "ada"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let path = format!("/conversations/{conversation}/messages");
    mailed.post(&path, &body)["id"].as_str().unwrap().to_owned()
}

fn only(mut mails: Vec<Mail>) -> Mail {
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

fn message(mailed: &Mailed, conversation: &str, id: &str) -> Value {
    let path = format!("/api/v1/conversations/{conversation}");
    let known = mailed.server.get(&path).json();
    let messages = known["messages"].as_array().unwrap();
    let found = messages.iter().find(|one| one["id"] == id);
    found.unwrap_or_else(|| panic!("{known}")).clone()
}

fn page(mailed: &Mailed, conversation: &str) -> String {
    mailed
        .server
        .get(&format!("/conversations/{conversation}"))
        .body
}

#[test]
fn a_reply_goes_to_the_contact_in_the_thread_of_their_mail() {
    let mailed = Mailed::new(STORY);
    let conversation = thread(&mailed, FIRST);
    let id = reply(&mailed, &conversation, &json!({}));
    let mail = || message(&mailed, &conversation, &id)["mail"].clone();
    assert_eq!(mail()["state"], "queued", "{}", mail());
    assert!(page(&mailed, &conversation).contains("waits to go out by mail"));
    let sent = only(mailed.sent());
    assert_eq!(mail()["state"], "sent", "{}", mail());
    assert!(page(&mailed, &conversation).contains("went out by mail"));
    assert_eq!(sent.recipients, ["pia@home.example"]);
    for (field, value) in [
        ("from", "\"Brukthandel AS\" <hjelp@shop.example>"),
        ("to", "Pia <pia@home.example>"),
        ("subject", "Re: Parcel"),
        ("in-reply-to", "<b@home.example>"),
        ("references", "<a@home.example> <b@home.example>"),
        ("auto-submitted", ""),
        ("cc", ""),
    ] {
        assert_eq!(sent.head(field), value, "{field}");
    }
    let plain = sent.part("text/plain");
    assert!(plain.starts_with("It is on its way.\r\n"), "{plain}");
    assert!(plain.contains(", Pia wrote:\r\n> Where is it?"), "{plain}");
    let html = sent.part("text/html");
    assert!(
        html.contains("It is on its way.") && html.contains("<blockquote"),
        "{html}"
    );
    // It went out once, and its answer is in the same conversation, by its id alone.
    assert_eq!(mailed.sent().len(), 0);
    let ours = sent.head("message-id");
    let again = format!(
        "From: pia@home.example\nMessage-ID: <c@home.example>\nIn-Reply-To: {ours}\n\nThanks, and when?"
    );
    assert_eq!(thread(&mailed, &again), conversation);
    // What is our own and comes back as a copy is no message.
    let copy = format!("From: hjelp@shop.example\nMessage-ID: {ours}\n\nIt is on its way.");
    assert_eq!(hand_in(&mailed, &copy)["state"], "ignored");
}

#[test]
fn what_came_from_elsewhere_and_notes_and_other_channels_go_out_by_no_mail() {
    let mailed = Mailed::new(STORY);
    reply(&mailed, "chat", &json!({}));
    reply(&mailed, "old", &json!({"note": true}));
    assert_eq!(mailed.sent().len(), 0);
    // A conversation that was taken over is answered by mail like any other.
    reply(&mailed, "old", &json!({}));
    let sent = only(mailed.sent());
    assert_eq!(
        (sent.to.as_str(), sent.head("subject").as_str()),
        ("pia@home.example", "Re: Imported")
    );
    // The next one is in the thread of the one before.
    reply(&mailed, "old", &json!({"text": "One more thing."}));
    assert_eq!(
        only(mailed.sent()).head("in-reply-to"),
        sent.head("message-id")
    );
    let refused = mailed.server.post(
        "/api/v1/conversations/chat/messages",
        &json!({"text": "x", "rep": "ada", "cc": ["a@b.example"]}),
    );
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(
        refused.body.contains("another channel than email"),
        "{}",
        refused.body
    );
}

#[test]
fn a_conversation_that_a_rep_begins_by_mail_goes_out_under_its_subject() {
    let mailed = Mailed::new(STORY);
    let new = json!({"rep": "ada", "contact": {"name": "Eva", "email": "eva@x.example"},
        "channel": "email", "subject": "Your order", "text": "We have a question."});
    let begun = mailed.post("/conversations", &new);
    let sent = only(mailed.sent());
    assert_eq!(sent.to, "eva@x.example");
    assert_eq!(sent.head("subject"), "Your order");
    assert_eq!(sent.head("in-reply-to"), "");
    let answer = format!(
        "From: eva@x.example\nMessage-ID: <e@x.example>\nReferences: {}\n\nAsk!",
        sent.head("message-id")
    );
    assert_eq!(begun["id"], thread(&mailed, &answer).as_str());
}

#[test]
fn an_answer_to_an_imported_mail_names_it_where_the_export_says_what_it_is_called() {
    let mailed = Mailed::new(STORY);
    reply(&mailed, "mailed", &json!({}));
    let sent = only(mailed.sent());
    for head in ["in-reply-to", "references"] {
        assert_eq!(sent.head(head), "<old@home.example>");
    }
}

#[test]
fn without_a_server_that_carries_mails_nothing_is_queued() {
    let (desk, server) = Desk::served(STORY);
    desk.tick();
    let path = "/api/v1/conversations/old/messages";
    let sent = server.post(path, &json!({"text": "x", "rep": "ada"}));
    assert_eq!(sent.status, 200, "{}", sent.body);
    desk.tick();
    assert_eq!(server.get("/api/v1/mails").json()["waiting"], 0);
    let copied = json!({"text": "x", "rep": "ada", "cc": ["a@b.example"]});
    let refused = server.post(path, &copied);
    assert_eq!(refused.status, 400, "{}", refused.body);
    let forward = "/api/v1/conversations/old/messages/o1/forward";
    let refused = server.post(forward, &json!({"to": ["a@b.example"], "rep": "ada"}));
    assert_eq!(refused.status, 409, "{}", refused.body);
}

/// A mail to several, of which one address is the desk's.
const TO_ALL: &str = "From: Pia <pia@home.example>\nTo: hjelp@shop.example, Ben <ben@work.example>\n\
                      Cc: Eva <eva@work.example>, PIA@home.example\nMessage-ID: <all@home.example>\n\
                      Subject: Re: Parcel\n\nWhere is it?";

#[test]
fn an_answer_goes_to_all_who_got_the_mail_unless_a_rep_says_otherwise() {
    let mailed = Mailed::new(STORY);
    let conversation = thread(&mailed, TO_ALL);
    assert!(page(&mailed, &conversation).contains("value=\"ben@work.example, eva@work.example\""));
    reply(&mailed, &conversation, &json!({}));
    let sent = only(mailed.sent());
    assert_eq!(
        sent.recipients,
        ["pia@home.example", "ben@work.example", "eva@work.example"]
    );
    assert_eq!(
        sent.head("cc"),
        "Ben <ben@work.example>, Eva <eva@work.example>"
    );
    assert_eq!(sent.head("subject"), "Re: Parcel");
    reply(
        &mailed,
        &conversation,
        &json!({"cc": ["eva@work.example", " Eva@work.example"]}),
    );
    let sent = only(mailed.sent());
    assert_eq!(sent.recipients, ["pia@home.example", "eva@work.example"]);
    // By the page's form, which shows them and has them taken out.
    mailed.desk.tick();
    let form = [("do", "reply"), ("text", "Soon."), ("cc", "")];
    let path = format!("/conversations/{conversation}");
    let done = mailed.server.form(&path, &form);
    assert!(done.status < 400, "{}", done.body);
    mailed.desk.tick();
    assert_eq!(only(mailed.sent()).recipients, ["pia@home.example"]);
    for odd in ["nobody", "a@b, c@d", "<a@b>"] {
        let refused = mailed.server.post(
            &format!("/api/v1/conversations/{conversation}/messages"),
            &json!({"text": "x", "rep": "ada", "cc": [odd]}),
        );
        assert_eq!(refused.status, 400, "{odd}: {}", refused.body);
        assert!(refused.body.contains("cc"), "{}", refused.body);
    }
}

#[test]
fn where_answers_are_wanted_elsewhere_they_go_there() {
    let mailed = Mailed::new(STORY);
    let conversation = thread(
        &mailed,
        "From: pia@home.example\nReply-To: Pia at work <pia@work.example>\nMessage-ID: <r@x>\n\nHi",
    );
    reply(&mailed, &conversation, &json!({}));
    let sent = only(mailed.sent());
    assert_eq!(sent.recipients, ["pia@work.example"]);
    // Somebody else who writes in the thread gets the answer, too.
    let other = "From: Ben <ben@work.example>\nMessage-ID: <s@x>\nIn-Reply-To: <r@x>\n\nMe, too";
    assert_eq!(thread(&mailed, other), conversation);
    reply(&mailed, &conversation, &json!({}));
    let sent = only(mailed.sent());
    assert_eq!(sent.recipients, ["pia@home.example", "ben@work.example"]);
}

#[test]
fn a_message_is_sent_on_with_its_files_and_is_a_note_in_the_thread() {
    let mailed = Mailed::new(STORY);
    let mail = "From: pia@home.example\nMessage-ID: <f@x>\nSubject: Bill\nMIME-Version: 1.0\n\
                Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee here.\n--b\n\
                Content-Type: text/csv\nContent-Disposition: attachment; filename=\"bill.csv\"\n\na,b\n--b--";
    let taken = hand_in(&mailed, mail);
    let (conversation, of) = (
        taken["conversation"].as_str().unwrap(),
        taken["message"].as_str().unwrap(),
    );
    let path = format!("/conversations/{conversation}/messages/{of}/forward");
    let body = json!({"to": ["books@firm.example"], "text": "Please book it.", "rep": "ada"});
    let note = mailed.post(&path, &body)["id"].as_str().unwrap().to_owned();
    let sent = only(mailed.sent());
    assert_eq!(sent.recipients, ["books@firm.example"]);
    assert_eq!(
        (
            sent.head("subject").as_str(),
            sent.head("in-reply-to").as_str()
        ),
        ("Bill", "")
    );
    let plain = sent.part("text/plain");
    assert!(
        plain.contains("Please book it.") && plain.contains("See here."),
        "{plain}"
    );
    assert_eq!(sent.part("text/csv").trim_end(), "a,b");
    assert_eq!(sent.part("message/rfc822"), "");
    let note = message(&mailed, conversation, &note);
    assert_eq!(note["visibility"], "note");
    assert_eq!(note["mail"]["to"], json!(["books@firm.example"]));
    assert!(page(&mailed, conversation).contains("went out by mail to books@firm.example"));
    // What they answer is in the thread.
    let answer = format!(
        "From: books@firm.example\nMessage-ID: <g@x>\nIn-Reply-To: {}\n\nBooked.",
        sent.head("message-id")
    );
    assert_eq!(thread(&mailed, &answer), conversation);
    for (body, named) in [(json!({"to": []}), "to"), (json!({"to": ["x"]}), "to")] {
        let refused = mailed.server.post(&format!("/api/v1{path}"), &body);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains(named), "{}", refused.body);
    }
}

#[test]
fn mails_of_an_inbox_have_its_address_its_name_and_its_signature() {
    let mailed = Mailed::new(STORY);
    let set = json!({"inbox": "bikes", "address": "Bikes@shop.example", "name": "Bike shop",
        "signature": "The bike shop\nhttps://shop.example/bikes"});
    mailed.post("/inboxes", &set);
    let listed = mailed.server.get("/api/v1/inboxes").json();
    assert_eq!(listed["items"][0]["mail"]["name"], "Bike shop", "{listed}");
    let mail = "From: pia@home.example\nTo: bikes@SHOP.example, hjelp@shop.example\nMessage-ID: <i@x>\n\nFlat tyre";
    let conversation = thread(&mailed, mail);
    let known = mailed
        .server
        .get(&format!("/api/v1/conversations/{conversation}"))
        .json();
    assert_eq!(known["inbox"], "bikes", "{known}");
    reply(&mailed, &conversation, &json!({}));
    let sent = only(mailed.sent());
    assert_eq!(sent.head("from"), "\"Bike shop\" <Bikes@shop.example>");
    assert_eq!(
        sent.recipients,
        ["pia@home.example"],
        "neither address of the desk gets a copy"
    );
    let plain = sent.part("text/plain");
    assert!(plain.contains("-- \r\nThe bike shop\r\n"), "{plain}");
    assert!(
        sent.part("text/html")
            .contains("href=\"https://shop.example/bikes\"")
    );
    // By the page, and back to what all others have.
    let form = [
        ("do", "save"),
        ("inbox", "bikes"),
        ("name", "Bikes"),
        ("address", ""),
        ("signature", ""),
    ];
    mailed.desk.tick();
    mailed.server.form("/settings/inboxes", &form);
    mailed.desk.tick();
    reply(&mailed, &conversation, &json!({}));
    assert_eq!(
        only(mailed.sent()).head("from"),
        "Bikes <hjelp@shop.example>"
    );
    mailed.post("/inboxes/bikes/remove", &json!({}));
    reply(&mailed, &conversation, &json!({}));
    let usual = only(mailed.sent()).head("from");
    assert_eq!(usual, "\"Brukthandel AS\" <hjelp@shop.example>");
}

#[test]
fn what_cannot_be_of_an_inbox_is_refused_by_the_name_of_its_field() {
    let mailed = Mailed::new(STORY);
    mailed.post(
        "/inboxes",
        &json!({"inbox": "one", "address": "one@shop.example"}),
    );
    for (body, named) in [
        (
            json!({"inbox": "two", "address": "ONE@shop.example"}),
            "address",
        ),
        (json!({"inbox": "two", "address": "two"}), "address"),
        (json!({"inbox": ""}), "inbox"),
        (json!({"inbox": "two", "name": "a\nb"}), "name"),
        (
            json!({"inbox": "two", "signature": "x".repeat(2_001)}),
            "signature",
        ),
    ] {
        mailed.desk.tick();
        let refused = mailed.server.post("/api/v1/inboxes", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(refused.body.contains(named), "{body}: {}", refused.body);
    }
}

#[test]
fn what_machines_of_the_desk_say_goes_out_as_written_by_a_machine() {
    let mailed = Mailed::new(STORY);
    let rule =
        json!({"name": "Hello", "trigger": "started", "then": {"say": "We have your mail."}});
    let rule = mailed.post("/routing/rules", &rule);
    let switch = format!("/routing/rules/{}/switch", rule["id"].as_str().unwrap());
    mailed.post(&switch, &json!({"on": true}));
    let conversation = thread(&mailed, TO_ALL);
    mailed.later(1);
    let acted = svar::work::route_conversations(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    assert_eq!(acted, 1, "{}", page(&mailed, &conversation));
    let sent = only(mailed.sent());
    assert!(sent.part("text/plain").starts_with("We have your mail."));
    assert_eq!(sent.head("auto-submitted"), "auto-replied");
    assert_eq!(
        sent.recipients,
        ["pia@home.example"],
        "a machine answers who wrote alone"
    );
    let answer = AnswerDraft {
        question: "How do I reset my password?".to_owned(),
        text: "Press Forgot.".to_owned(),
        published: true,
        ..AnswerDraft::default()
    };
    mailed.desk.app.save_answer("ann", answer).unwrap();
    mailed.desk.tick();
    let incoming = Incoming {
        conversation: conversation.clone(),
        contact: "p1".to_owned(),
        channel: "email".to_owned(),
        text: "How do I reset my password?".to_owned(),
    };
    mailed.desk.app.respond(&incoming).unwrap();
    mailed.desk.tick();
    let sent = only(mailed.sent());
    assert!(
        sent.part("text/plain").starts_with("Press Forgot."),
        "{}",
        sent.part("text/plain")
    );
    assert_eq!(sent.head("auto-submitted"), "auto-replied");
}

#[test]
fn a_refusal_comes_into_the_thread_and_what_is_put_off_is_tried_again() {
    let mailed = Mailed::new(STORY);
    let conversation = thread(&mailed, FIRST);
    mailed.smtp.be(Mood {
        recipient: Some(("pia@", "451 4.7.1 greylisted")),
        ..Mood::default()
    });
    let id = reply(&mailed, &conversation, &json!({}));
    assert_eq!(mailed.sent().len(), 0);
    assert_eq!(
        message(&mailed, &conversation, &id)["mail"]["state"],
        "queued"
    );
    mailed.smtp.be(Mood::default());
    mailed.later(61);
    assert_eq!(mailed.sent().len(), 1);
    mailed.smtp.be(Mood {
        recipient: Some(("pia@", "550 5.1.1 no such user here")),
        ..Mood::default()
    });
    let id = reply(&mailed, &conversation, &json!({}));
    assert_eq!(mailed.sent().len(), 0);
    let mail = message(&mailed, &conversation, &id)["mail"].clone();
    assert_eq!(
        (&mail["state"], &mail["reason"], &mail["code"]),
        (&json!("failed"), &json!("refused"), &json!(550))
    );
    assert!(
        mail["said"].as_str().unwrap().contains("no such user here"),
        "{mail}"
    );
    let page = page(&mailed, &conversation);
    assert!(
        page.contains("The mail to Pia was refused") && page.contains("no such user here"),
        "{page}"
    );
    // To whom no address is known nothing goes, and that is said.
    let id = reply(&mailed, "unknown", &json!({}));
    mailed.smtp.be(Mood::default());
    assert_eq!(mailed.sent().len(), 0);
    assert_eq!(
        message(&mailed, "unknown", &id)["mail"]["reason"],
        "no_address"
    );
}

/// A report that a mail is late, or does not arrive.
fn report(id: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example\nMessage-ID: <{action}@mx.example>\n\
         Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry, {action}.\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; pia@home.example\nAction: {action}\nStatus: 5.2.2\n\
         Diagnostic-Code: smtp; 552 mailbox full\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: {id}\n\nx\n--b--"
    )
}

#[test]
fn a_mail_that_comes_back_is_a_failed_one_of_its_thread() {
    let mailed = Mailed::new(STORY);
    let conversation = thread(&mailed, FIRST);
    let id = reply(&mailed, &conversation, &json!({}));
    let sent = only(mailed.sent());
    let ours = sent.head("message-id");
    let state = || message(&mailed, &conversation, &id)["mail"].clone();
    assert_eq!(thread(&mailed, &report(&ours, "delayed")), conversation);
    assert_eq!(state()["state"], "sent", "late is not lost");
    assert_eq!(thread(&mailed, &report(&ours, "failed")), conversation);
    let mail = state();
    assert_eq!(
        (&mail["state"], &mail["status"], &mail["said"]),
        (
            &json!("failed"),
            &json!("5.2.2"),
            &json!("552 mailbox full")
        )
    );
    let page = page(&mailed, &conversation);
    assert!(
        page.contains("The mail to pia@home.example came back"),
        "{page}"
    );
    // Nobody is made a contact of a machine, and nothing is opened again or answered.
    let contacts = mailed.server.get("/api/v1/search?q=mailer-daemon").body;
    assert!(!contacts.contains("\"contact\""), "{contacts}");
    assert_eq!(mailed.sent().len(), 0);
    // A rebuild knows it as it was.
    let before = message(&mailed, &conversation, &id);
    let Mailed { desk, server, .. } = mailed;
    drop(server);
    let desk = desk.reopened();
    let known = desk.app.conversation(&conversation).unwrap();
    let again = known
        .messages
        .iter()
        .find(|one| one.id.as_str() == id)
        .unwrap();
    assert_eq!(serde_json::to_value(again).unwrap(), before);
}

#[test]
fn failures_that_go_back_to_an_address_of_their_own_name_the_mail_by_it() {
    let mailed = Mailed::with(STORY, |options| Options {
        mail: options.mail.map(|mail| MailConfig {
            bounces: Some("bounces@shop.example".to_owned()),
            ..mail
        }),
        ..options
    });
    let conversation = thread(&mailed, FIRST);
    let id = reply(&mailed, &conversation, &json!({}));
    let sent = only(mailed.sent());
    assert!(sent.from.starts_with("bounces+svar-"), "{}", sent.from);
    assert_eq!(sent.recipients, ["pia@home.example"]);
    // Such a machine says nothing of which mail it was.
    let bounce = |to: &str, id: &str| {
        format!(
            "From: postmaster@mx.example\nTo: {to}\nMessage-ID: <{id}@mx>\nSubject: failure\n\nNo."
        )
    };
    let forged = sent.from.replace("svar-", "svar-1");
    assert_ne!(thread(&mailed, &bounce(&forged, "forged")), conversation);
    assert_eq!(
        message(&mailed, &conversation, &id)["mail"]["state"],
        "sent"
    );
    assert_eq!(thread(&mailed, &bounce(&sent.from, "true")), conversation);
    assert_eq!(
        message(&mailed, &conversation, &id)["mail"]["state"],
        "failed"
    );
}

#[test]
fn files_of_a_message_go_along() {
    let mailed = Mailed::new(STORY);
    let conversation = thread(&mailed, FIRST);
    mailed.desk.tick();
    let path = format!("/api/v1/conversations/{conversation}/files?name=bill.txt");
    let sent = agent()
        .post(mailed.server.url(&path))
        .header("content-type", "text/plain");
    let file = answer(sent.send(&b"10 euro"[..])).json();
    reply(&mailed, &conversation, &json!({"files": [file["id"]]}));
    let sent = only(mailed.sent());
    let parts = sent.parts("text/plain");
    assert!(parts[0].starts_with("It is on its way."), "{parts:?}");
    assert_eq!(parts[1].trim_end(), "10 euro");
}
