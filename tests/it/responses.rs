//! Who responded, since when a response was waited for, and who was on it.

use serde_json::json;

use crate::desk::{facts_at, facts_of};

/// Ada answers after a minute; Ben writes last, and the episode is his.
const TWO_REPS: &str = "
    01 00:00 team.upserted team=x
    01 00:00 rep.upserted rep=ada team=x
    01 00:00 rep.upserted rep=ben
    01 09:00 conversation.started
    01 09:00 message.added author=contact
    01 09:01 message.added author=rep:ada
    01 09:20 message.added author=contact
    01 09:30 message.added author=rep:ben
    01 10:00 conversation.resolved by=rep:ben
";

#[test]
fn r126_a_first_response_is_hers_who_wrote_it() {
    let desk = facts_of(TWO_REPS);
    for report in ["first_response_time", "first_reply_time", "chat_wait_time"] {
        assert_eq!(desk.by(report, "by=rep"), [("ada".to_owned(), 60.0)]);
        assert_eq!(desk.by(report, "by=team"), [("x".to_owned(), 60.0)]);
        let of =
            |rep: &str| desk.ask(report, &format!("where.rep={rep}"))["total"]["count"].clone();
        assert_eq!((of("ada"), of("ben")), (json!(1), json!(0)), "{report}");
    }
    // Other reports credit the rep who dealt with the episode.
    let ours = desk.by("human_resolution_time", "");
    assert_eq!(ours, [("ben".to_owned(), 3_600.0)]);
}

#[test]
fn r126_a_first_reply_of_the_customer_agent_is_no_reps() {
    let desk = facts_of(
        "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:01 message.added author=customer_agent
        01 09:20 message.added author=contact
        01 09:30 message.added author=rep:ben
    ",
    );
    assert_eq!(
        desk.by("first_reply_time", "by=rep"),
        [("null".to_owned(), 60.0)]
    );
    assert_eq!(
        desk.by("first_response_time", "by=rep"),
        [("ben".to_owned(), 600.0)]
    );
}

#[test]
fn r127_a_ticket_that_we_opened_waits_from_the_contacts_first_message() {
    let ours = "
        01 00:00 sla.upserted sla=s applies={} first_response_secs=900
        01 09:00 conversation.started channel=email
        01 09:00 ticket.opened ticket=t conversation=c
        01 09:00 message.added author=rep:ada
        02 09:00 message.added author=contact
    ";
    let answered = format!("{ours} 02 09:10 message.added author=rep:ben");
    let desk = facts_of(&answered);
    assert_eq!(desk.total("ticket_first_response_time", "value"), 600.0);
    assert_eq!(
        desk.by("sla_attainment", "where.target=first_response"),
        [("first_response".to_owned(), 1.0)]
    );
    // Nobody has answered: open, not 0 seconds.
    let waiting = facts_at(ours, "2026-10-02T12:00:00Z").ask("ticket_first_response_time", "");
    assert_eq!(
        (&waiting["total"]["count"], &waiting["open"]),
        (&json!(0), &json!(1))
    );
    // The contact has not written: nobody waits.
    let silent = facts_at(ours, "2026-10-01T12:00:00Z").ask("ticket_first_response_time", "");
    assert_eq!(
        (&silent["total"]["count"], &silent["open"]),
        (&json!(0), &json!(0))
    );
    // The contact wrote first: from the opening, as ever.
    let theirs = facts_of(
        "
        01 08:50 conversation.started channel=email
        01 08:50 message.added author=contact
        01 09:00 ticket.opened ticket=t conversation=c
        01 09:05 message.added author=rep:ada
    ",
    );
    assert_eq!(theirs.total("ticket_first_response_time", "value"), 300.0);
}

#[test]
fn r130_a_thumbs_up_as_the_first_word_starts_no_clock() {
    let desk = facts_of(
        "
        01 09:00 conversation.started
        01 09:00 message.added author=rep:ada
        01 10:00 message.added author=contact ack=true
        01 10:05 message.added author=rep:ada
        03 09:00 message.added author=contact
        03 20:50 message.added author=rep:ada
    ",
    );
    let expected = (11.0 * 60.0 + 50.0) * 60.0;
    for report in ["first_response_time", "first_reply_time", "chat_wait_time"] {
        assert_eq!(desk.total(report, "value"), expected, "{report}");
    }
}

#[test]
fn r129_what_people_resolved_takes_from_the_handoff_to_the_resolve_event() {
    let desk = facts_of(
        "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:01 message.added author=customer_agent
        01 09:30 conversation.handed_off reason=asked
        01 09:40 message.added author=rep:ada
        01 10:00 conversation.resolved by=contact
        02 09:00 conversation.started conversation=quiet contact=q
        02 09:00 message.added conversation=quiet author=contact
        02 09:10 message.added conversation=quiet author=rep:ada
        03 09:00 conversation.started conversation=agent contact=r
        03 09:00 message.added conversation=agent author=contact
        03 09:01 message.added conversation=agent author=customer_agent
        03 09:02 conversation.resolved conversation=agent by=contact
    ",
    );
    // The second was never resolved, the third by the customer agent.
    assert_eq!(
        desk.by("human_resolution_time", ""),
        [("ada".to_owned(), 1_800.0)]
    );
}

#[test]
fn r125_an_episode_says_whether_agent_rep_or_both_were_on_it() {
    let desk = facts_of(
        "
        01 09:00 conversation.started conversation=a contact=a
        01 09:00 message.added conversation=a author=contact
        01 09:01 message.added conversation=a author=customer_agent
        01 09:00 conversation.started conversation=b contact=b
        01 09:00 message.added conversation=b author=contact
        01 09:01 message.added conversation=b author=customer_agent
        01 09:05 message.added conversation=b author=rep:ada
        01 09:06 csat.rated conversation=b score=5
        01 09:00 conversation.started conversation=c contact=c
        01 09:00 message.added conversation=c author=contact
        01 09:10 message.added conversation=c author=rep:ada
        01 09:11 csat.rated conversation=c score=1
        01 09:00 conversation.started conversation=d contact=d
        01 09:00 message.added conversation=d author=contact
    ",
    );
    assert_eq!(
        desk.by("first_reply_time", "by=handled_by"),
        [
            ("both".to_owned(), 60.0),
            ("customer_agent".to_owned(), 60.0),
            ("rep".to_owned(), 600.0),
        ]
    );
    assert_eq!(
        desk.by("csat", "by=handled_by"),
        [("both".to_owned(), 1.0), ("rep".to_owned(), 0.0)]
    );
    let alone = desk.ask("handling_rate", "where.handled_by=nobody,rep");
    assert_eq!(alone["total"]["denominator"], 2);
}
