//! Rulings on rarer desks: takeovers seen afterwards, owners at one instant, surveys, tags.

use serde_json::json;

use crate::desk::{facts_at, facts_of};

#[test]
fn r28_a_takeover_seen_afterwards_keeps_the_episode_with_a_human() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:a
        01 10:00 message.added author=customer_agent role=clarify
        01 10:30 message.added author=contact
    ";
    let facts = facts_at(story, "2026-10-01T12:00:00Z");
    let backlog = facts.ask(
        "backlog",
        "from=2026-10-01T09:00:00Z&to=2026-10-01T12:00:00Z&every=hour",
    );
    let points = backlog["series"][0]["points"].as_array().unwrap();
    let levels: Vec<i64> = points
        .iter()
        .map(|point| point["value"].as_i64().unwrap())
        .collect();
    assert_eq!(levels, [1, 1, 1]);
    assert_eq!(facts.ask("rep_response_time", "")["open"], 1);
}

#[test]
fn r63_a_ticket_closed_at_its_opening_still_has_its_first_owner() {
    let closed = "
        01 09:00 ticket.opened ticket=t stage=closed
        01 10:00 ticket.assigned ticket=t reps=ann
    ";
    assert_eq!(
        facts_of(closed).by("support_volume", ""),
        [("ann".to_owned(), 1.0)]
    );
    let clamped = "
        01 08:00 ticket.assigned ticket=t reps=ann
        01 08:30 ticket.assigned ticket=t reps=bob
        01 08:40 ticket.staged ticket=t stage=closed
        01 09:00 ticket.opened ticket=t
    ";
    assert_eq!(
        facts_of(clamped).by("support_volume", ""),
        [("ann".to_owned(), 1.0)]
    );
    assert_eq!(
        facts_of(clamped).by("time_to_close", "by=owner"),
        [("bob".to_owned(), 0.0)]
    );
}

#[test]
fn r88_a_promise_is_its_owners_when_due_and_a_message_its_owners_when_written() {
    let story = r#"
        01 00:00 rep.upserted rep=ann team=x
        01 00:00 rep.upserted rep=bob team=y
        01 00:00 sla.upserted sla=s applies={"pipeline":"support"} first_response_secs=3600 close_secs=14400
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:00 ticket.opened ticket=t conversation=c owner=ann
        01 10:30 message.added author=rep:ann
        01 11:00 ticket.assigned ticket=t reps=bob
        01 11:30 message.added author=contact
        01 12:00 rep.upserted rep=bob team=z
        01 12:30 message.added author=rep:bob
    "#;
    let facts = facts_of(story);
    let shares = |query: &str| -> Vec<(String, i64, i64)> {
        let result = facts.ask("sla_attainment", query);
        let series = result["series"].as_array().unwrap().iter().map(|series| {
            let number = |name: &str| series["total"][name].as_i64().unwrap();
            let key = series["key"].to_string();
            (key, number("numerator"), number("denominator"))
        });
        series.collect()
    };
    // The first response was due at 10:00, ann's; the close at 13:00, bob's, by then of z.
    assert_eq!(
        shares("by=owner"),
        [
            (
                r#"{"owner":"ann","target":"first_response"}"#.to_owned(),
                0,
                1
            ),
            (r#"{"owner":"bob","target":"close"}"#.to_owned(), 0, 1),
        ]
    );
    assert_eq!(
        shares("by=team&where.target=close"),
        [(r#"{"target":"close","team":"z"}"#.to_owned(), 0, 1)]
    );
    assert_eq!(shares("where.owner=bob").len(), 1);
    let messages = |query: &str| {
        let result = facts.ask("messages_per_ticket", query);
        let series = result["series"].as_array().unwrap().iter();
        let lines = series.map(|series| {
            let count = series["total"]["count"].as_i64();
            (series["key"].to_string(), count)
        });
        lines.collect::<Vec<_>>()
    };
    let expected = [
        r#"{"direction":"sent","team":"x","ticket":"t"}"#,
        r#"{"direction":"sent","team":"z","ticket":"t"}"#,
        r#"{"direction":"received","team":"x","ticket":"t"}"#,
        r#"{"direction":"received","team":"y","ticket":"t"}"#,
    ];
    assert_eq!(
        messages("by=team"),
        expected.map(|key| (key.to_owned(), Some(1)))
    );
}

#[test]
fn r67_a_tickets_survey_is_its_owners_then_in_that_owners_team_then() {
    let story = "
        01 00:00 rep.upserted rep=ann team=x
        01 00:00 rep.upserted rep=bob team=y
        01 12:00 rep.upserted rep=bob team=z
        01 09:00 ticket.opened ticket=t owner=ann channel=email
        01 10:00 ticket.staged ticket=t stage=closed
        01 11:00 ticket.assigned ticket=t reps=bob
        01 13:00 csat.sent ticket=t
        01 14:00 csat.rated ticket=t score=4
    ";
    let facts = facts_of(story);
    assert_eq!(facts.by("csat", "by=rep,team"), [("bob/z".to_owned(), 1.0)]);
    assert_eq!(facts.by("csat", "by=channel"), [("email".to_owned(), 1.0)]);
}

#[test]
fn r67_a_survey_before_the_agent_wrote_is_nobodys_and_one_of_the_same_instant_is_answered() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:30 csat.sent conversation=c id=z9
        01 09:30 csat.rated conversation=c score=5 id=a1
        01 10:00 message.added author=customer_agent
    ";
    let result = facts_of(story).ask("csat", "by=rep");
    assert_eq!(result["series"][0]["key"], json!({"rep": null}));
    assert_eq!(
        (&result["total"]["sent"], &result["total"]["responded"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn r08_a_survey_before_the_opening_counts_at_the_opening() {
    let story = "
        01 09:00 csat.rated ticket=t score=5
        02 09:00 ticket.opened ticket=t
    ";
    let result = facts_of(story).ask("csat", "from=2026-10-01&to=2026-10-03&every=day");
    let points = result["series"][0]["points"].as_array().unwrap();
    assert_eq!(
        (&points[0]["value"], &points[1]["value"]),
        (&json!(null), &json!(1.0))
    );
}

#[test]
fn r90_a_response_has_the_tags_of_its_own_episode() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:a
        01 09:20 conversation.tagged tag=one
        01 09:30 conversation.resolved by=rep:a
        01 12:00 message.added author=contact
        01 12:05 conversation.tagged tag=two
        01 12:10 message.added author=rep:a
    ";
    let result = facts_of(story).ask("rep_response_time", "by=tag");
    let counts: Vec<_> = result["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| series["total"]["count"].clone())
        .collect();
    assert_eq!(counts, [2, 1]);
    let greeted = "
        01 09:00 conversation.started direction=inbound
        01 09:00 message.added author=rep:a
        01 09:01 conversation.tagged tag=vip
    ";
    assert_eq!(
        facts_of(greeted).by("reply_count", "by=tag"),
        [("vip".to_owned(), 1.0)]
    );
}

#[test]
fn r91_a_field_named_twice_adds_its_values() {
    let story = "
        01 09:00 ticket.opened ticket=t channel=chat
        01 09:00 ticket.opened ticket=u channel=email
    ";
    let both = facts_of(story).ask("support_volume", "where.channel=chat&where.channel=email");
    assert_eq!(both["total"]["value"], 2);
}

#[test]
fn r95_the_bucket_that_holds_as_of_still_fills_on_an_event_basis() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:a
    ";
    let result = facts_at(story, "2026-10-01T12:00:00Z")
        .ask("reply_count", "from=2026-10-01&to=2026-10-03&every=day");
    let points = result["series"][0]["points"].as_array().unwrap();
    assert_eq!(
        (&points[0]["provisional"], &points[1]["provisional"]),
        (&json!(true), &json!(null))
    );
}

#[test]
fn a_ticket_that_changes_its_pipeline_is_closed_by_the_new_ones_stages() {
    let mut events = crate::desk::events(
        "01 09:00 ticket.opened ticket=t
         01 09:30 ticket.updated ticket=t pipeline=x
         01 10:00 ticket.staged ticket=t stage=done",
    );
    events.push(json!({
        "type": "pipeline.upserted", "at": "2026-09-01T00:00:00Z", "source": "t", "id": "p", "pipeline": "x",
        "kind": "support", "stages": [{"stage": "done", "name": "Done", "closed": true}]
    }));
    let desk = crate::desk::Desk::new();
    desk.post(&events);
    let result = desk.report("time_to_close", "from=2026-10-01&to=2026-10-02&by=pipeline");
    assert_eq!(result["series"][0]["key"], json!({"pipeline": "x"}));
    assert_eq!(result["total"]["value"], 3600.0);
}

#[test]
fn r37_the_backlog_lists_a_ticket_left_out_once() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:00 conversation.resolved by=contact
        01 09:01 conversation.marked mark=spam on=true
        01 09:30 ticket.opened ticket=t conversation=c
        01 12:00 ticket.assigned ticket=t reps=a
    ";
    let result = facts_of(story).ask("backlog", "from=2026-10-01&to=2026-10-03&every=day");
    assert_eq!(result["excluded"], json!([{"reason": "spam", "count": 1}]));
}

#[test]
fn r37_conversations_and_tickets_left_out_of_the_backlog_are_counted_apart() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 conversation.handed_off reason=asked
        01 09:20 conversation.marked mark=spam on=true
        01 10:00 conversation.started conversation=d contact=q
        01 10:00 message.added conversation=d author=contact
        01 10:01 conversation.marked conversation=d mark=spam on=true
        01 10:02 ticket.opened ticket=t conversation=d
    ";
    let result = facts_of(story).ask("backlog", "from=2026-10-01&to=2026-10-03&every=day");
    assert_eq!(result["excluded"], json!([{"reason": "spam", "count": 3}]));
}

#[test]
fn r44_the_parts_of_impact_take_the_same_filters_and_no_cut() {
    let facts = facts_of("01 09:00 team.upserted team=t");
    assert_eq!(
        facts.try_ask("impact", "where.rep=a").unwrap_err().field,
        "where.rep"
    );
    assert_eq!(
        facts.try_ask("impact", "by=channel").unwrap_err().field,
        "by"
    );
    assert!(facts.try_ask("impact", "where.channel=chat").is_ok());
}

/// The list is of tickets: a further cut splits their messages and changes none of them.
#[test]
fn r65_which_tickets_are_listed_does_not_depend_on_a_further_cut() {
    let ticket = |id: &str, messages: &[(&str, &str)]| {
        let written = messages.iter().enumerate().map(|(n, (who, at))| {
            format!(
                "
            {at} 1{n}:00 message.added conversation={id} author={who} message={id}{n}"
            )
        });
        let written: String = written.collect();
        format!(
            "
            01 09:00 conversation.started conversation={id} contact={id} channel=email
            01 09:00 ticket.opened ticket={id} conversation={id} owner=ann{written}
            02 09:00 ticket.assigned ticket={id} reps=bob"
        )
    };
    // Of `a` two messages under each owner; of `b` three under one.
    let story = ticket(
        "a",
        &[
            ("rep:x", "01"),
            ("rep:x", "01"),
            ("rep:x", "03"),
            ("rep:x", "03"),
        ],
    ) + &ticket("b", &[("rep:x", "03"), ("rep:x", "03"), ("rep:x", "03")]);
    let facts = facts_of(&story);
    let tickets = |query: &str| -> Vec<(String, i64)> {
        let result = facts.ask("messages_per_ticket", query);
        let series = result["series"].as_array().unwrap().iter();
        let lines = series.map(|one| {
            let id = one["key"]["ticket"].as_str().unwrap().to_owned();
            (id, one["total"]["count"].as_i64().unwrap())
        });
        lines.collect()
    };
    assert_eq!(tickets("count=1"), [("a".to_owned(), 4)]);
    let split = [("a".to_owned(), 2), ("a".to_owned(), 2)];
    assert_eq!(tickets("count=1&by=owner"), split);
}
