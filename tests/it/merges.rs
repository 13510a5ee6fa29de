//! Merges taken back, conversations split, tickets merged, messages edited, parts that are missing.

use serde_json::json;

use crate::desk::{Desk, facts_of};

/// Two conversations of one contact, answered by the customer agent.
const TWO: &str = "
    01 09:00 conversation.started conversation=a contact=p
    01 09:00 message.added conversation=a author=contact message=a1
    01 09:01 message.added conversation=a author=customer_agent message=a2
    01 09:02 conversation.resolved conversation=a by=contact
    02 09:00 conversation.started conversation=b contact=p
    02 09:00 message.added conversation=b author=contact message=b1
    02 09:05 message.added conversation=b author=rep:ada message=b2
";

#[test]
fn r122_a_merge_that_is_taken_back_has_never_been() {
    let merged = format!("{TWO}\n 03 09:00 conversation.merged conversation=b into=a");
    assert_eq!(
        facts_of(&merged).excluded("handling_rate"),
        json!([{"reason": "merged", "count": 1}])
    );
    let back = format!("{merged}\n 04 09:00 conversation.unmerged conversation=b");
    for report in [
        "handling_rate",
        "first_response_time",
        "resolution_rate",
        "reply_count",
    ] {
        assert_eq!(
            facts_of(&back).ask(report, ""),
            facts_of(TWO).ask(report, ""),
            "{report}"
        );
    }
    // A merge after that holds again.
    let again = format!("{back}\n 05 09:00 conversation.merged conversation=b into=a");
    assert_eq!(
        facts_of(&again).excluded("handling_rate"),
        json!([{"reason": "merged", "count": 1}])
    );
}

#[test]
fn r122_a_circle_is_judged_without_what_was_taken_back() {
    let story = format!(
        "{TWO}
        03 09:00 conversation.merged conversation=a into=b
        03 10:00 conversation.merged conversation=b into=a
        04 09:00 conversation.unmerged conversation=a"
    );
    let desk = Desk::new();
    desk.post_story(&story);
    assert_eq!(
        desk.app
            .conversation("b")
            .unwrap()
            .merged_into
            .unwrap()
            .as_str(),
        "a"
    );
    assert_eq!(desk.app.conversation("a").unwrap().merged_into, None);
}

#[test]
fn r122_what_is_split_off_counts_in_a_conversation_of_its_own() {
    let story = "
        01 09:00 conversation.started conversation=a contact=p channel=email language=nb
        01 09:00 message.added conversation=a author=contact message=m1
        01 09:10 message.added conversation=a author=rep:ada message=m2
        03 09:00 message.added conversation=a author=contact message=m3
        03 09:00 feedback.given conversation=a rating=helpful
        03 09:30 message.added conversation=a author=rep:ben message=m4
        04 09:00 conversation.split conversation=a into=n from_message=m3
    ";
    let desk = Desk::new();
    desk.post_story(story);
    let texts = |id: &str| -> Vec<String> {
        let found = desk.app.conversation(id).unwrap();
        found
            .messages
            .iter()
            .map(|message| message.id.to_string())
            .collect()
    };
    assert_eq!(
        (texts("a"), texts("n")),
        (
            vec!["m1".to_owned(), "m2".to_owned()],
            vec!["m3".to_owned(), "m4".to_owned()],
        )
    );
    let split = desk.app.conversation("n").unwrap();
    assert_eq!(split.contact.as_str(), "p");
    assert_eq!(
        (split.channel.as_str(), split.language.as_deref()),
        ("email", Some("nb"))
    );
    assert_eq!(split.started_at.to_string(), "2026-10-03T09:00:00Z");
    assert_eq!(split.feedback.len(), 1);
    let found = facts_of(story);
    // Each has an episode, a first response and its rep; the feedback went along.
    assert_eq!(found.total("handling_rate", "denominator"), 2);
    assert_eq!(
        found.by("first_response_time", "by=rep"),
        [("ada".to_owned(), 600.0), ("ben".to_owned(), 1_800.0)]
    );
    assert_eq!(
        found.by("reply_count", ""),
        [("ada".to_owned(), 1.0), ("ben".to_owned(), 1.0)]
    );
}

#[test]
fn r128_a_merged_ticket_counts_nowhere_and_its_messages_are_the_others() {
    let story = "
        01 09:00 conversation.started conversation=a contact=p channel=email
        01 09:00 message.added conversation=a author=contact
        01 09:00 ticket.opened ticket=t1 conversation=a
        02 09:00 conversation.started conversation=b contact=p channel=email
        02 09:00 message.added conversation=b author=contact
        02 09:00 ticket.opened ticket=t2 conversation=b
        02 10:00 message.added conversation=b author=rep:ada
    ";
    let merged = format!("{story}\n 03 09:00 ticket.merged ticket=t2 into=t1");
    let found = facts_of(&merged);
    assert_eq!(found.total("support_volume", "value"), 1);
    assert_eq!(
        found.excluded("support_volume"),
        json!([{"reason": "merged", "count": 1}])
    );
    // Both conversations' messages are t1's: two received, one sent.
    let messages = found.ask("messages_per_ticket", "");
    let of = |direction: &str| {
        let series = messages["series"].as_array().unwrap();
        let mut of = series
            .iter()
            .filter(|one| one["key"]["direction"] == direction);
        let first = of
            .next()
            .map(|one| (one["key"]["ticket"].clone(), one["total"]["value"].clone()));
        (first, of.count())
    };
    assert_eq!(of("received"), (Some((json!("t1"), json!(2))), 0));
    assert_eq!(of("sent"), (Some((json!("t1"), json!(1))), 0));
    assert_eq!(
        found.total("ticket_first_response_time", "value"),
        25.0 * 3_600.0
    );
    let back = format!("{merged}\n 04 09:00 ticket.unmerged ticket=t2");
    for report in [
        "support_volume",
        "messages_per_ticket",
        "ticket_first_response_time",
        "backlog",
    ] {
        assert_eq!(
            facts_of(&back).ask(report, ""),
            facts_of(story).ask(report, ""),
            "{report}"
        );
    }
    let desk = Desk::new();
    desk.post_story(&merged);
    assert_eq!(
        desk.app.ticket("t2").unwrap().merged_into.unwrap().as_str(),
        "t1"
    );
}

#[test]
fn r124_of_a_truncated_conversation_no_duration_and_no_message_counts() {
    let story =
        format!("{TWO}\n 03 09:00 conversation.marked conversation=b mark=truncated on=true");
    let found = facts_of(&story);
    assert_eq!(found.total("handling_rate", "denominator"), 2);
    // Rows of the report's own kind: an episode, a run, two messages.
    for (report, rows) in [
        ("first_response_time", 1),
        ("first_reply_time", 1),
        ("rep_response_time", 1),
        ("reply_count", 2),
    ] {
        let truncated = json!([{"reason": "truncated", "count": rows}]);
        assert_eq!(found.excluded(report), truncated, "{report}");
    }
    assert_eq!(found.total("first_response_time", "count"), 0);
    assert_eq!(found.total("reply_count", "value"), 0);
}

#[test]
fn r121_the_last_words_of_a_message_are_shown_and_found_and_redacted_ones_are_gone() {
    let desk = Desk::new();
    desk.post_story(
        "
        01 09:00 conversation.started conversation=a contact=p
        01 09:00 message.added conversation=a author=contact message=m1 text=zebra
        01 09:00 question.asked conversation=a question=q1 message=m1 text=zebra outcome=unanswered
        01 09:01 message.added conversation=a author=contact message=m2 text=giraffe
        02 09:00 message.edited conversation=a message=m2 text=elephant
        02 09:00 message.redacted conversation=a message=m1
    ",
    );
    let shown = desk.app.conversation("a").unwrap();
    let texts: Vec<&str> = shown
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    assert_eq!(texts, ["", "elephant"]);
    assert!(shown.messages[0].redacted_at.is_some() && shown.messages[1].edited_at.is_some());
    assert_eq!(shown.questions[0].text, "");
    let hits = |words: &str| {
        let search = svar::app::Search::parse([("q", words)], chrono_tz::Tz::UTC).unwrap();
        desk.app.search(&search).unwrap().len()
    };
    assert_eq!(
        (hits("zebra"), hits("giraffe"), hits("elephant")),
        (0, 0, 1)
    );
    // A message that comes in after its edit has the later words at once.
    desk.post_story("03 09:00 message.edited conversation=a message=m3 text=hippo");
    desk.post_story("01 10:00 message.added conversation=a author=contact message=m3 text=rhino");
    assert_eq!((hits("rhino"), hits("hippo")), (0, 1));
}

#[test]
fn a_conversation_that_ended_by_itself_says_so() {
    let desk = Desk::new();
    desk.post_story(TWO);
    desk.post_story(
        "
        05 09:00 conversation.started conversation=quiet contact=q
        05 09:00 message.added conversation=quiet author=contact
        05 09:01 message.added conversation=quiet author=customer_agent
    ",
    );
    let state = |id: &str| serde_json::to_value(desk.app.conversation(id).unwrap()).unwrap();
    let ended = state("quiet");
    assert_eq!(
        (&ended["status"], &ended["ended_at"], &ended["ended_by"]),
        (
            &json!("ended"),
            &json!("2026-10-08T09:01:00Z"),
            &json!("inactivity")
        )
    );
    assert_eq!(state("a")["status"], "resolved");
    let open = state("b");
    assert_eq!(
        (&open["status"], open.get("ended_at")),
        (&json!("open"), None)
    );
}
