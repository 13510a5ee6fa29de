//! Mails that an import brought: what answers them finds their conversations, and a mailbox does not
//! bring them again.

use std::fs;

use serde_json::json;
use svar::ingest::Format;

use crate::desk::{Desk, Server};
use crate::imports::import;
use crate::mail_in::Post;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    20 09:00 contact.upserted contact=p1 name=Pia email=Pia@Home.example
";
const PIA: &str = "Pia <pia@home.example>";
const BEN: &str = "Ben <ben@work.example>";

/// What an import brought: the mails of a conversation with Pia.
const BROUGHT: &str = "
    21 09:00 conversation.started conversation=zendesk:7 contact=p1 channel=email subject=Parcel
    21 09:01 message.added conversation=zendesk:7 message=zendesk:71 author=contact:p1 text=Where mail_id=<old@home.example>
    21 09:05 message.added conversation=zendesk:7 message=zendesk:72 author=rep:ada text=Soon mail_id=<reply@desk.example>
";

#[test]
fn ids_of_imported_mails_thread_too() {
    let (desk, server) = Desk::served(&format!("{STORY}{BROUGHT}"));
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let head = "Message-ID: <n1@home.example>\nIn-Reply-To: <reply@desk.example>";
    assert_eq!(post.thread(PIA, head, "Still nothing."), "zendesk:7");
    let head = "Message-ID: <n2@home.example>\nReferences: <old@home.example> <x@y>";
    assert_eq!(post.thread(BEN, head, "Here neither."), "zendesk:7");
    // An id that fits with an unrelated sender on a bulk mail starts a conversation.
    let head = "Message-ID: <n3@l>\nIn-Reply-To: <old@home.example>\nPrecedence: bulk";
    let eva = "Eva <eva@list.example>";
    assert_ne!(post.thread(eva, head, "News"), "zendesk:7");
    let head = "Message-ID: <n4@x>\nIn-Reply-To: <unknown@home.example>";
    assert_ne!(post.thread(PIA, head, "Another matter"), "zendesk:7");
}

#[test]
fn a_mailbox_brings_no_mail_again_that_an_import_brought() {
    let (desk, server) = Desk::served(&format!("{STORY}{BROUGHT}"));
    let post = Post {
        desk: &desk,
        server: &server,
    };
    let head = "Message-ID: <old@home.example>\nSubject: Parcel";
    let again = post.mail(PIA, head, " Where\n");
    assert_eq!(again["state"], "ignored", "{again}");
    let count = |id: &str| post.conversation(id)["messages"].as_array().unwrap().len();
    assert_eq!(count("zendesk:7"), 2);
    // With other words it is a message of that conversation.
    assert_eq!(
        post.thread(PIA, head, "Where is it, all of it?"),
        "zendesk:7"
    );
    assert_eq!(count("zendesk:7"), 3);
}

#[test]
fn exports_say_what_their_mails_are_called() {
    let comments = json!({"comments": [
        {"id": 1, "ticket_id": 5, "author_id": 3, "public": true, "body": "Where?", "html_body": "",
            "created_at": "2026-10-05T09:00:00Z", "via": {"channel": "email"},
            "metadata": {"system": {"message_id": "<z1@home.example>", "client": "x"}}},
        {"id": 2, "ticket_id": 6, "author_id": 3, "public": true, "body": "No mail", "html_body": "",
            "created_at": "2026-10-05T09:00:00Z", "metadata": {"system": {"message_id": "no id"}}}]});
    let audit = json!({"id": 20, "ticket_id": 5, "created_at": "2026-10-05T10:00:00Z", "author_id": 3,
        "metadata": {"system": {"message_id": "<z2@home.example>"}},
        "events": [{"id": 21, "type": "Comment", "author_id": 3, "body": "And?", "public": true}]});
    let message = |id: u32, source_id: &str| {
        json!({"id": id, "content": "Hello?", "inbox_id": 41, "conversation_id": 301, "message_type": 0,
            "content_type": "incoming_email", "created_at": 1_791_190_800, "private": false,
            "source_id": source_id, "sender": {"id": 71, "name": "Cy", "type": "contact"}})
    };
    let chatwoot = json!({"meta": {"labels": [], "additional_attributes": {}, "contact": {}},
        "payload": [message(1, "c1@home.example"), message(2, "wamid.HBg")]});
    let desk = Desk::new();
    desk.post_story(
        "05 08:00 conversation.started conversation=zendesk:5 contact=p1 channel=email
        05 08:00 conversation.started conversation=chatwoot:301 contact=p1 channel=email",
    );
    let file = |name: &str, text: String| {
        let file = desk.folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    };
    let files = [
        file("comments.json", comments.to_string()),
        file("audits.ndjson", format!("{audit}\n")),
    ];
    import(&desk, Format::Zendesk, &files);
    import(
        &desk,
        Format::Chatwoot,
        &[file("messages.json", chatwoot.to_string())],
    );
    let server = Server::start(&desk.app);
    let post = Post {
        desk: &desk,
        server: &server,
    };
    for (id, conversation) in [
        ("z1@home.example", "zendesk:5"),
        ("z2@home.example", "zendesk:5"),
        ("c1@home.example", "chatwoot:301"),
    ] {
        let head = format!("Message-ID: <n-{id}>\nIn-Reply-To: <{id}>");
        assert_eq!(post.thread(PIA, &head, id), conversation);
    }
    // What is no id of a mail is left out.
    let sent = server.get("/api/v1/conversations/chatwoot:301").json();
    let ids = sent["messages"].as_array().unwrap().iter();
    let ids: Vec<_> = ids.map(|one| one["mail_id"].clone()).take(2).collect();
    assert_eq!(ids, [json!("c1@home.example"), json!(null)]);
}

#[test]
fn an_id_that_is_none_is_refused_by_name() {
    let event = json!({"type": "message.added", "at": "2026-10-05T09:00:00Z", "conversation": "c",
        "message": "m", "author": {"kind": "contact"}, "text": "x", "mail_id": "a b"});
    let taken = Desk::new().post(&[event]);
    let refused = taken["rejected"][0].to_string();
    assert!(
        refused.contains("mail_id") && refused.contains("Message-ID"),
        "{refused}"
    );
}
