//! Promises where the rulings leave room, each with the sentence that decides it.

use serde_json::json;

use crate::desk::{StoryFacts, facts_of};

const AGREED: &str =
    "01 00:00 sla.upserted sla=s applies={} first_response_secs=3600 next_response_secs=3600";

fn facts(story: &str) -> StoryFacts {
    facts_of(&format!("{AGREED}\n{story}"))
}

/// Kept and due, of one target.
fn kept(facts: &StoryFacts, target: &str) -> (serde_json::Value, serde_json::Value) {
    let total = facts.ask("sla_attainment", &format!("where.target={target}"))["total"].clone();
    (total["numerator"].clone(), total["denominator"].clone())
}

/// Ruling 50: an episode that ended without the message is `unanswered`, not open. What lapsed
/// before it was due is excluded as that; what lapsed later was breached when it was due
/// (ruling 70: counted once due).
#[test]
fn r70_a_promise_that_lapsed_before_it_was_due_is_not_counted_a_later_one_is_breached() {
    let ended = |at: &str| {
        facts(&format!(
            "
            01 09:00 conversation.started
            01 09:00 message.added author=contact
            01 {at} conversation.resolved by=contact"
        ))
    };
    let early = ended("09:30");
    assert_eq!(kept(&early, "first_response"), (json!(0), json!(0)));
    let unanswered = json!([{"reason": "unanswered", "count": 1}]);
    assert_eq!(early.excluded("sla_attainment"), unanswered);
    assert_eq!(
        kept(&ended("10:30"), "first_response"),
        (json!(0), json!(1))
    );
}

/// Ruling 49: the clock starts at the handoff only where that is before the first public rep
/// message of the episode, else at the start; it stops at the first one from then on.
#[test]
fn r49_a_rep_who_wrote_before_taking_over_answered_with_the_first_message() {
    let facts = facts(
        "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:ada
        01 11:00 message.added author=contact
        01 11:01 message.added author=customer_agent
        01 11:05 message.added author=contact
        01 12:30 message.added author=rep:ada
    ",
    );
    assert_eq!(kept(&facts, "first_response"), (json!(1), json!(1)));
    // Ruling 70: each later run that a rep's message ends; the one of 11:05 waited 85 minutes.
    assert_eq!(kept(&facts, "next_response"), (json!(0), json!(1)));
}

/// Ruling 70: each later run is promised a next response. One that began while the ticket was
/// closed is, if the ticket was opened again while it waited; a mere "thanks" is not.
#[test]
fn r70_a_message_that_opens_a_closed_ticket_again_waits_for_its_response() {
    let story = |again: &str| {
        facts(&format!(
            "
            01 09:00 conversation.started channel=email
            01 09:00 message.added author=contact
            01 09:00 ticket.opened ticket=t conversation=c
            01 09:30 message.added author=rep:ada
            01 09:40 ticket.staged ticket=t stage=closed
            02 09:00 message.added author=contact
            {again}
            02 11:00 message.added author=rep:ada"
        ))
    };
    let reopened = story("02 09:01 ticket.staged ticket=t stage=waiting_on_us");
    assert_eq!(kept(&reopened, "next_response"), (json!(0), json!(1)));
    assert_eq!(kept(&story(""), "next_response"), (json!(0), json!(0)));
}

/// What an agreement on chats promises: kept, due, not due yet, a ticket's, and of another channel.
const WAITING: &str = r#"
    01 08:00 rep.upserted rep=ada name=Ada
    01 08:00 sla.upserted sla=fast applies={"channel":"chat"} first_response_secs=3600
    31 20:00 conversation.started conversation=late contact=p1
    31 20:00 message.added conversation=late author=contact
    31 23:30 conversation.started conversation=fresh contact=p2
    31 23:30 message.added conversation=fresh author=contact
    31 20:00 conversation.started conversation=answered contact=p3
    31 20:00 message.added conversation=answered author=contact
    31 20:10 message.added conversation=answered author=rep:ada
    31 20:00 conversation.started conversation=ticketed contact=p4
    31 20:00 message.added conversation=ticketed author=contact
    31 20:01 ticket.opened ticket=t1 conversation=ticketed channel=chat
    31 20:00 conversation.started conversation=mailed contact=p5 channel=email
    31 20:00 message.added conversation=mailed author=contact
"#;

#[test]
fn a_conversation_without_a_ticket_is_past_due_by_its_agreement() {
    let (desk, server) = crate::desk::Desk::served(WAITING);
    let late = || {
        let list = server.get("/api/v1/conversations?late=true").json();
        let items = list["items"].as_array().unwrap().clone();
        let mut ids: Vec<String> = items
            .iter()
            .map(|one| one["conversation"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let shown = || {
        let page = server.get("/").body;
        let number = |door: &str| {
            let part = page.split(&format!("href=\"{door}\"")).nth(1).unwrap();
            let number = part.split("<data value=\"").nth(1).unwrap();
            number.split('"').next().unwrap().to_owned()
        };
        (
            number("/inbox?view=open&#38;late=true&#38;sort=waiting"),
            number("/tickets?view=at_risk&#38;sort=due"),
        )
    };
    assert_eq!(late(), ["late"]);
    assert_eq!(shown(), ("1".to_owned(), "1".to_owned()));
    // It is listed where the number leads to, and the filter is said.
    let page = server.get("/inbox?view=open&late=true&sort=waiting").body;
    assert!(page.contains("/conversations/late") && !page.contains("/conversations/fresh"));
    assert!(
        page.contains("<option value=\"true\" selected>past due"),
        "{page}"
    );
    // Half an hour and a second later time alone has made another late.
    desk.clock.set(desk.clock.now().plus_millis(1_801_000));
    assert_eq!(late(), ["fresh", "late"]);
    assert_eq!(shown().0, "2");
    let answered = server.post(
        "/api/v1/conversations/late/messages",
        &serde_json::json!({"text": "Here it is", "rep": "ada"}),
    );
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert_eq!(late(), ["fresh"]);
    assert_eq!(shown().0, "1");
    // What is kept of it says the same after a start.
    drop(server);
    let desk = desk.reopened_then();
    let server = crate::desk::Server::start(&desk.app);
    let list = server.get("/api/v1/conversations?late=true").json();
    assert_eq!(list["items"][0]["conversation"], "fresh", "{list}");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}
