//! From events to numbers: one desk, told in full, journalled, folded and asked; every
//! report's figure worked by hand.

use serde_json::{Value, json};

use crate::desk::Desk;

/// The desk of the figures below; all in October 2026.
///
/// - `a` (chat): answered, confirmed after 3 minutes; back after four days: a rep in 10 minutes.
/// - `b` (email): answered, then quiet: resolved by assumption. Ticket `t1` was opened from it.
/// - `d` (chat): asked for a human; a rep after 20 minutes; resolved; rated 5. Ticket `t2`.
/// - `e` (chat): a question that could not be answered; nobody came; quiet.
/// - `f` (email): a rep only, 30 minutes; rated 2.
/// - `g` (chat): spam.
const STORY: &str = "
    01 00:00 team.upserted team=first
    01 00:00 rep.upserted rep=ann team=first
    01 00:00 rep.upserted rep=bob
    05 09:00 conversation.started conversation=a contact=p1 language=nb
    05 09:00 message.added conversation=a author=contact text=refund
    05 09:01 question.asked conversation=a outcome=answered
    05 09:01 message.added conversation=a author=customer_agent
    05 09:03 feedback.given conversation=a rating=helpful
    09 10:00 message.added conversation=a author=contact
    09 10:01 conversation.handed_off conversation=a reason=asked
    09 10:11 message.added conversation=a author=rep:ann
    09 10:12 conversation.resolved conversation=a by=rep:ann
    06 09:00 conversation.started conversation=b contact=p2 channel=email
    06 09:00 conversation.assigned conversation=b to=customer_agent
    06 09:00 message.added conversation=b author=contact
    06 09:02 question.asked conversation=b outcome=answered
    06 09:02 message.added conversation=b author=customer_agent
    06 09:30 ticket.opened ticket=t1 conversation=b owner=bob
    06 11:00 ticket.staged ticket=t1 stage=closed
    07 09:00 conversation.started conversation=d contact=p3
    07 09:00 message.added conversation=d author=contact
    07 09:00 question.asked conversation=d outcome=unanswered
    07 09:01 conversation.handed_off conversation=d reason=no_answer
    07 09:21 message.added conversation=d author=rep:bob
    07 09:25 message.added conversation=d author=contact
    07 09:35 message.added conversation=d author=rep:bob
    07 09:40 conversation.resolved conversation=d by=rep:bob
    07 09:41 csat.sent conversation=d
    08 09:00 csat.rated conversation=d score=5
    07 09:05 ticket.opened ticket=t2 conversation=d owner=bob
    07 10:05 ticket.staged ticket=t2 stage=closed
    07 12:00 ticket.staged ticket=t2 stage=waiting_on_us
    07 13:05 ticket.staged ticket=t2 stage=closed
    12 09:00 conversation.started conversation=e contact=p2
    12 09:00 message.added conversation=e author=contact
    12 09:00 question.asked conversation=e outcome=unanswered
    12 09:01 message.added conversation=e author=customer_agent role=clarify
    13 09:00 conversation.started conversation=f contact=p4 channel=email
    13 09:00 message.added conversation=f author=contact
    13 09:30 message.added conversation=f author=rep:ann
    13 09:31 conversation.resolved conversation=f by=rep:ann
    13 09:32 csat.sent conversation=f
    13 09:40 csat.rated conversation=f score=2
    13 12:00 feedback.given conversation=e rating=not_helpful
    14 09:00 conversation.started conversation=g contact=p5
    14 09:00 message.added conversation=g author=contact
    14 09:01 message.added conversation=g author=customer_agent
    14 09:02 conversation.marked conversation=g mark=spam on=true
    20 09:00 ticket.opened ticket=t3
";

const OCTOBER: &str = "from=2026-10-01&to=2026-11-01";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.post_story(STORY);
    desk
}

/// The total of a report over October.
fn total(desk: &Desk, id: &str) -> Value {
    desk.report(id, OCTOBER)["total"].clone()
}

/// Asserts a count, or a share as `numerator / denominator`.
fn assert_share(desk: &Desk, id: &str, numerator: u64, denominator: u64) {
    let result = total(desk, id);
    let expected = (json!(numerator), json!(denominator));
    assert_eq!(
        (result["numerator"].clone(), result["denominator"].clone()),
        expected,
        "{id}: {result}"
    );
}

/// Asserts that durations are, in minutes, `expected` on the mean of `count`.
fn assert_minutes(desk: &Desk, id: &str, expected: f64, count: u64) {
    let result = total(desk, id);
    let mean = result["value"].as_f64().unwrap() / 60.0;
    assert!(
        (mean - expected).abs() < 1e-9,
        "{id}: expected {expected} minutes, found {result}"
    );
    assert_eq!(result["count"], count, "{id}: {result}");
}

/// The values of a report's series by key.
fn series(desk: &Desk, id: &str, query: &str) -> Value {
    let result = desk.report(id, &format!("{OCTOBER}&{query}"));
    let pairs = result["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| json!([series["key"], series["total"]["value"]]));
    pairs.collect()
}

#[test]
fn what_the_customer_agent_handled() {
    let desk = desk();
    // a twice, b, d, e; f is a rep's alone, g is spam.
    assert_eq!(total(&desk, "handled")["value"], 5);
    assert_eq!(
        desk.report("handled", OCTOBER)["excluded"],
        json!([{"reason": "spam", "count": 1}])
    );
    assert_eq!(
        series(&desk, "handled_by_channel", ""),
        json!([[{"channel": "chat"}, 4], [{"channel": "email"}, 1]])
    );
    assert_share(&desk, "handling_rate", 5, 6);
}

#[test]
fn what_became_of_it() {
    let desk = desk();
    // Resolved: a's first (confirmed), b (assumed). Handed off: a's second, d. Abandoned: e.
    assert_share(&desk, "resolution_rate", 2, 5);
    assert_share(&desk, "handoff_rate", 2, 5);
    assert_share(&desk, "deflection_rate", 3, 5);
    let deflection = total(&desk, "deflection_rate");
    assert_eq!(
        (&deflection["resolved"], &deflection["abandoned"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(total(&desk, "resolved")["value"], 2);
    assert_eq!(total(&desk, "deflected")["value"], 3);
    assert_eq!(
        series(&desk, "handoffs", ""),
        json!([[{"reason": "asked"}, 1], [{"reason": "no_answer"}, 1]])
    );
    assert_share(&desk, "confirmed_share", 1, 2);
    // a came back after four days: not revoked (72 h), not durable (7 days). b held.
    assert_share(&desk, "durable_rate", 1, 2);
    // a's first: back within 7 days. b: its contact p2 started e within 7 days of the end
    // (quiet, 9 October 09:02). a's second, d and e: nobody came back.
    assert_share(&desk, "recontact_rate", 2, 5);
    // a: 3 minutes to the confirmation; b: 2 minutes to the last answer.
    assert_minutes(&desk, "resolution_time", 2.5, 2);
    assert_eq!(
        series(&desk, "resolved_by_assignee", ""),
        json!([[{"assignee": "ann"}, 2], [{"assignee": "bob"}, 1], [{"assignee": "customer_agent"}, 2]])
    );
}

#[test]
fn tickets_that_the_customer_agent_was_on() {
    let desk = desk();
    // b's ticket was not handed off and closed 2 h after the assignment; d's was, and
    // closed for good 4 h 05 m after d's start.
    assert_share(&desk, "handoff_outcomes", 1, 2);
    let result = total(&desk, "handoff_outcomes");
    assert_eq!(
        (&result["close_count"], &result["close_mean"]),
        (&json!(2), &json!(10_950.0))
    );
    assert_eq!(result["close_p50"], 10_950.0);
}

#[test]
fn questions_and_feedback() {
    let desk = desk();
    assert_eq!(total(&desk, "questions_asked")["value"], 4);
    assert_eq!(total(&desk, "unanswered_questions")["value"], 2);
    assert_share(&desk, "answer_rate", 2, 4);
    assert_share(&desk, "helpful_share", 1, 2);
    assert_eq!(
        series(&desk, "feedback_trend", ""),
        json!([[{"rating": "helpful"}, 1], [{"rating": "not_helpful"}, 1]])
    );
}

#[test]
fn the_impact_of_a_week_equals_the_reports_it_is_made_of() {
    let desk = desk();
    let result = desk.report("impact", OCTOBER);
    for series in result["series"].as_array().unwrap() {
        let id = series["key"]["report"].as_str().unwrap();
        assert_eq!(series["total"], total(&desk, id), "{id}");
    }
    // Without a window: the week, from Monday, that holds the clock's instant, a Sunday.
    let week = desk.report("impact", "");
    assert_eq!(week["window"]["from"], "2026-10-26T00:00:00Z");
    assert_eq!(week["window"]["to"], "2026-11-02T00:00:00Z");
}

#[test]
fn how_long_contacts_wait() {
    let desk = desk();
    // Human: a's second 10 minutes from the handoff, d 20 from the handoff, f 30 from the start.
    assert_minutes(&desk, "first_response_time", 20.0, 3);
    // Any reply: a 1, a's second 11, b 2, d 21, e 1 (the question back), f 30.
    assert_minutes(&desk, "first_reply_time", 11.0, 6);
    // The same on chat: 1, 11, 21, 1.
    assert_minutes(&desk, "chat_wait_time", 8.5, 4);
    // t1: no rep wrote in b, and it is closed: unanswered. t2: 09:05 to 09:21. t3: no conversation.
    assert_minutes(&desk, "ticket_first_response_time", 16.0, 1);
    assert_eq!(
        desk.report("ticket_first_response_time", OCTOBER)["excluded"],
        json!([{"reason": "no_conversation", "count": 1}, {"reason": "unanswered", "count": 1}])
    );
    // ann: 10 (from the handoff in the run) and 30; bob: 20 (from the handoff) and 10.
    assert_eq!(
        series(&desk, "rep_response_time", ""),
        json!([[{"rep": "ann"}, 1200.0], [{"rep": "bob"}, 900.0]])
    );
    // d: from bob's 09:21 to the contact's 09:25. a's second message began an episode.
    assert_minutes(&desk, "contact_response_time", 4.0, 1);
    // Runs: a 1, a 11, b 2, d 21, d 10, e 1, f 30.
    assert_minutes(&desk, "contact_wait_time", 76.0 / 7.0, 7);
    let longest = desk.report("contact_wait_time", OCTOBER);
    assert_eq!(longest["series"][0]["key"], json!({"contact": "p4"}));
}

#[test]
fn how_much_is_written_and_when() {
    let desk = desk();
    assert_eq!(
        series(&desk, "reply_count", ""),
        json!([[{"rep": "ann"}, 2], [{"rep": "bob"}, 2]])
    );
    assert_eq!(
        series(&desk, "reply_count", "by=team"),
        json!([[{"team": "first"}, 2], [{"team": null}, 2]])
    );
    let hours = desk.report("messages_by_hour", &format!("{OCTOBER}&tz=Europe/Oslo"));
    // Received on Wednesday the 7th between 11 and 12 in Oslo: two.
    let wednesday =
        hours["series"].as_array().unwrap().iter().find(|series| {
            series["key"] == json!({"direction": "received", "weekday": 3, "hour": 11})
        });
    assert_eq!(wednesday.unwrap()["total"]["value"], 2);
    // Of the tickets' conversations: d sent 2, received 2; b sent 1, received 1.
    assert_eq!(
        series(&desk, "messages_per_ticket", ""),
        json!([
            [{"direction": "sent", "ticket": "t2"}, 2],
            [{"direction": "sent", "ticket": "t1"}, 1],
            [{"direction": "received", "ticket": "t2"}, 2],
            [{"direction": "received", "ticket": "t1"}, 1]
        ])
    );
}

#[test]
fn tickets_and_satisfaction() {
    let desk = desk();
    assert_eq!(
        series(&desk, "support_volume", ""),
        json!([[{"owner": "bob"}, 2], [{"owner": null}, 1]])
    );
    // t1: 90 minutes; t2: 240 to the last close, 60 to the first.
    assert_minutes(&desk, "time_to_close", 165.0, 2);
    assert_minutes(&desk, "time_to_first_close", 75.0, 2);
    assert_share(&desk, "reopen_rate", 1, 2);
    assert_share(&desk, "csat", 1, 2);
    let result = total(&desk, "csat");
    assert_eq!(
        (&result["mean"], &result["response_rate"]),
        (&json!(3.5), &json!(1.0))
    );
    let backlog = desk.report("backlog", "from=2026-10-20&to=2026-10-22&every=day");
    assert_eq!(backlog["series"][1]["points"][0]["value"], 1);
    assert_eq!(backlog["series"][0]["total"]["value"], 0);
}

#[test]
fn reopened_after_four_days_a_rep_answers_in_ten_minutes() {
    let desk = desk();
    let rows = desk
        .app
        .rows(
            "first_response_time",
            &svar::report::Query::parse(
                [("from", "2026-10-09"), ("to", "2026-10-10")],
                chrono_tz::Tz::UTC,
            )
            .unwrap(),
            &svar::report::RowQuery {
                limit: 10,
                ..Default::default()
            },
        )
        .unwrap();
    assert_eq!(rows.total, 1);
    assert_eq!(
        (rows.items[0].conversation.as_deref(), rows.items[0].value),
        (Some("a"), Some(600.0))
    );
    assert_eq!(rows.items[0].episode, Some(2));
}

#[test]
fn explain_says_of_every_report_whether_and_why_it_counts() {
    let desk = desk();
    let explanation = desk.app.explain("g", None).unwrap();
    assert_eq!(explanation.excluded, Some("spam"));
    let explanation = desk.app.explain("d", None).unwrap();
    let why = |report: &str| {
        let account = explanation
            .reports
            .iter()
            .find(|account| account.report == report)
            .unwrap();
        let rows = account
            .rows
            .iter()
            .map(|row| format!("{:?}: {}", row.state, row.reason));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(
        why("handoff_rate"),
        ["Counted: outcome handed_off: a human became responsible"]
    );
    assert_eq!(
        why("resolved"),
        ["Unconcerned: outcome handed_off: a human became responsible"]
    );
    assert_eq!(why("csat"), ["Counted: rated 4 or 5: satisfied"]);
    assert_eq!(
        why("time_to_close"),
        ["Counted: from the opening to the last close"]
    );
    assert!(desk.app.explain("nowhere", None).is_err());
}

#[test]
fn a_rep_leaving_or_moving_team_changes_no_past_number() {
    let desk = desk();
    let ask = || {
        let reports = svar::report::registry::all()
            .map(|report| desk.report(report.id, &format!("{OCTOBER}&as_of=2026-10-25T00:00:00Z")));
        let mut values: Vec<Value> = reports.collect();
        let by_team = desk.report("reply_count", &format!("{OCTOBER}&by=team"));
        values.push(by_team);
        for answer in &mut values {
            answer["log_position"] = Value::Null;
            answer["as_of"] = Value::Null;
        }
        values
    };
    let before = ask();
    desk.post_story(
        "26 09:00 team.upserted team=second
         26 09:00 rep.upserted rep=ann team=second
         27 09:00 rep.deleted rep=bob
         28 09:00 rep.upserted rep=ann team=null",
    );
    assert_eq!(ask(), before);
}

#[test]
fn the_same_events_again_add_nothing_and_a_reopened_folder_answers_alike() {
    let desk = desk();
    let taken = desk.post(&crate::desk::events(STORY));
    assert_eq!(taken["accepted"], 0);
    assert_eq!(
        taken["duplicates"],
        STORY.lines().filter(|line| !line.trim().is_empty()).count()
    );
    let ask = |desk: &Desk| -> Vec<Value> {
        let all = svar::report::registry::all();
        all.map(|report| desk.report(report.id, &format!("{OCTOBER}&every=day")))
            .collect()
    };
    let before = ask(&desk);
    let again = desk.reopened();
    assert_eq!(ask(&again), before);
    again.app.close().unwrap();
    let folder = again.folder.path().to_owned();
    std::fs::remove_dir_all(folder.join("store")).unwrap();
    std::fs::remove_dir_all(folder.join("derived")).unwrap();
    let rebuilt = Desk::in_folder({
        let Desk { app, folder, .. } = again;
        drop(app);
        folder
    });
    assert_eq!(
        ask(&rebuilt),
        before,
        "a rebuild from the journal gives what the running system shows"
    );
}
