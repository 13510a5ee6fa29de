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
