//! A contact's page and a conversation's, as the customer agent's decisions and what was
//! found lead to them.

use serde_json::{Value, json};
use svar::app::Incoming;
use svar::command::AnswerDraft;

use crate::commands::Commands as _;
use crate::desk::{Desk, Server, agent, answer};
use crate::knowledge::later;

fn get(server: &Server, path: &str) -> (u16, String) {
    let response = answer(agent().get(server.url(path)).call());
    (response.status, response.body)
}

#[test]
fn a_conversation_shows_what_the_agent_looked_up_and_how_sure_it_was() {
    let desk = Desk::new();
    let draft = AnswerDraft {
        question: "How do I reset my password?".to_owned(),
        text: "Press Forgot.".to_owned(),
        variants: vec!["I forgot my password".to_owned()],
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    later(&desk, 1);
    for (conversation, text) in [
        ("known", "How do I reset my password?"),
        ("unknown", "Do you <b>deliver</b> pianos to Tromsø?"),
    ] {
        let incoming = Incoming {
            conversation: conversation.to_owned(),
            contact: "p".to_owned(),
            channel: "chat".to_owned(),
            text: text.to_owned(),
        };
        desk.app.respond(&incoming).unwrap();
        later(&desk, 1);
    }
    let server = Server::start(&desk.app);
    let explanation = desk.app.explain("known", None).unwrap().decisions;
    let candidate = &explanation[0].decision.candidates[0];
    let (status, page) = get(&server, "/conversations/known");
    assert_eq!(status, 200);
    for words in [
        "<h2>Customer agent</h2>",
        "<strong>Answered</strong>",
        "“How do I reset my password?”",
        "sure by ",
        &format!("/knowledge/answers?answer={}", candidate.short_answer),
        &format!("<td>{}</td>", candidate.variant),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let (_, unknown) = get(&server, "/conversations/unknown");
    assert!(
        unknown.contains("<strong>Left unanswered</strong>"),
        "{unknown}"
    );
    assert!(
        !unknown.contains("<b>deliver"),
        "a contact's words are text"
    );
}

fn person(id: u32, contact: &str, more: &Value) -> Value {
    let mut event = json!({"type": "contact.upserted", "at": "2026-10-01T08:00:00Z",
        "source": "x", "id": format!("p{id}"), "contact": contact});
    let fields = event.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    event
}

fn started(id: u32, contact: &str) -> Value {
    json!({"type": "conversation.started", "at": format!("2026-10-0{id}T09:00:00Z"),
        "source": "x", "id": format!("c{id}"), "conversation": format!("talk/{id}"),
        "contact": contact, "channel": "chat", "subject": format!("Talk {id}")})
}

#[test]
fn a_contact_has_a_page_with_their_conversations_also_after_a_merge() {
    let desk = Desk::new();
    let attack = "<i>Vera</i>";
    desk.post(&[
        person(
            1,
            "a b",
            &json!({"name": attack, "email": "vera@example.org",
            "attributes": {"plan": "gold"}}),
        ),
        person(2, "old", &json!({"name": "Vera once"})),
        person(3, "silent", &json!({})),
        // As an import may have it: neither the first nor the last is the latest.
        started(2, "a b"),
        started(3, "a b"),
        started(1, "old"),
        json!({"type": "contact.merged", "at": "2026-10-05T09:00:00Z", "source": "x", "id": "m",
            "contact": "old", "into": "a b"}),
    ]);
    let server = Server::start(&desk.app);
    let view = answer(agent().get(server.url("/api/v1/contacts/a%20b")).call()).json();
    assert_eq!(view["email"], "vera@example.org");
    let listed = view["conversations"].as_array().unwrap();
    let listed: Vec<&str> = listed
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        listed,
        ["talk/3", "talk/2", "talk/1"],
        "the latest first, the merged one's too"
    );
    assert_eq!(view["has_more"], false);
    let one = desk.app.contact_view("a b", 1).unwrap();
    let listed: Vec<&str> = one
        .conversations
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!((listed, one.has_more), (vec!["talk/3"], true));
    let (status, page) = get(&server, "/contacts/a%20b");
    assert_eq!(status, 200);
    for words in [
        "vera@example.org",
        "<dt>plan</dt><dd>gold</dd>",
        "/conversations/talk%2F1",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains(attack), "a contact's name is text");
    assert!(
        get(&server, "/contacts/silent")
            .1
            .contains("No conversation yet.")
    );
    assert_eq!(get(&server, "/contacts/nobody").0, 404);
    let response = get(&server, "/search?q=vera&kind=contact").1;
    assert!(response.contains("href=\"/contacts/a%20b\""), "{response}");
    let talk = get(&server, "/conversations/talk%2F2").1;
    assert!(talk.contains("href=\"/contacts/a%20b\""), "{talk}");
}
