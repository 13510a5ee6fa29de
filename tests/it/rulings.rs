//! One test a ruling that changes numbers on ordinary data, named after what it promises.
//!
//! Each tells a tiny story and names the number that a support manager would expect.

use serde_json::json;

use crate::desk::{facts_at, facts_of};

/// A contact asks, the customer agent answers.
const ANSWERED: &str = "
    01 09:00 conversation.started
    01 09:00 message.added author=contact
    01 09:01 message.added author=customer_agent
";

/// Compares numbers that come out of divisions.
fn close(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() < 1e-9,
        "expected {expected}, found {value}"
    );
}

fn after(first: &str, more: &str) -> String {
    format!("{first}\n{more}")
}

#[test]
fn r01_events_of_one_instant_are_folded_by_kind_and_by_numbers_in_ids() {
    // All in one minute: the start, then messages in the order of their ids, then the resolve.
    let story = "
        01 09:00 conversation.resolved by=rep:a id=z/1
        01 09:00 message.added author=rep:a message=m10 id=m/10
        01 09:00 message.added author=contact message=m9 id=m/9
        01 09:00 conversation.started id=s
    ";
    let facts = facts_of(story);
    close(facts.value("rep_response_time"), 0.0);
    assert_eq!(
        facts.by("resolved_by_assignee", ""),
        [("a".to_owned(), 1.0)]
    );
}

#[test]
fn r06_events_after_as_of_do_not_exist_yet() {
    let story = after(ANSWERED, "01 09:30 conversation.handed_off reason=asked");
    close(facts_of(&story).value("handoff_rate"), 1.0);
    let before = facts_at(&story, "2026-10-01T09:29:59Z");
    close(before.value("handoff_rate"), 0.0);
    assert_eq!(before.ask("handoff_rate", "")["pending"], 1);
}

#[test]
fn r09_a_greeting_does_not_make_a_conversation_outbound_and_a_rep_does() {
    let greeted = "
        01 09:00 conversation.started
        01 09:00 message.added author=customer_agent role=other
        01 09:01 message.added author=contact
        01 09:02 message.added author=customer_agent
    ";
    close(facts_of(greeted).value("handled"), 1.0);
    let opened = greeted.replace("author=customer_agent role=other", "author=rep:a");
    assert_eq!(
        facts_of(&opened).excluded("handled"),
        json!([{"reason": "outbound", "count": 1}])
    );
    let said = opened.replace(
        "conversation.started",
        "conversation.started direction=inbound",
    );
    close(facts_of(&said).value("handling_rate"), 1.0);
}

#[test]
fn r13_an_ack_starts_a_conversation_but_nothing_after_an_end() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact ack=true
        01 09:01 message.added author=customer_agent
        01 09:02 conversation.resolved by=contact
        01 09:03 message.added author=contact ack=true
    ";
    assert_eq!(facts_of(story).total("handling_rate", "denominator"), 1);
}

#[test]
fn r14_an_ack_restarts_the_quiet_window_but_is_not_the_last_word() {
    let story = after(ANSWERED, "03 09:00 message.added author=contact ack=true");
    let told_now = facts_at(&story, "2026-10-05T00:00:00Z");
    assert_eq!(
        told_now.ask("resolution_rate", "")["pending"],
        1,
        "the window runs from the ack"
    );
    close(facts_of(&story).value("resolution_rate"), 1.0);
    let asked_on = story.replace(" ack=true", "");
    close(facts_of(&asked_on).value("resolution_rate"), 0.0);
}

#[test]
fn r16_at_exactly_the_end_of_the_quiet_window_a_message_starts_anew() {
    let within = after(ANSWERED, "04 09:00:59 message.added author=contact");
    assert_eq!(facts_of(&within).total("handling_rate", "denominator"), 1);
    let exactly = after(ANSWERED, "04 09:01 message.added author=contact");
    assert_eq!(facts_of(&exactly).total("handling_rate", "denominator"), 2);
    let resolved = after(ANSWERED, "04 09:01 conversation.resolved by=contact");
    close(facts_of(&resolved).value("confirmed_share"), 1.0);
    let twice = after(
        ANSWERED,
        "01 10:00 conversation.resolved by=contact\n01 11:00 conversation.resolved by=rep:a",
    );
    close(facts_of(&twice).value("resolved"), 1.0);
}

#[test]
fn r17_a_thumbs_up_does_not_close_what_waits_for_a_rep() {
    let story = after(
        ANSWERED,
        "01 09:02 conversation.handed_off reason=asked
         01 09:03 feedback.given rating=helpful
         01 09:13 message.added author=rep:a",
    );
    let facts = facts_of(&story);
    close(facts.value("handoff_rate"), 1.0);
    close(facts.value("first_response_time"), 660.0);
}

#[test]
fn r18_the_quiet_window_ends_only_what_the_customer_agent_is_on() {
    let assigned = "
        01 08:00 conversation.started
        01 08:00 conversation.assigned to=customer_agent
        01 09:00 message.added author=contact
        01 09:01 question.asked outcome=unanswered
    ";
    close(facts_of(assigned).value("deflection_rate"), 1.0);
    let rep_only = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
    ";
    let facts = facts_of(rep_only);
    assert_eq!(
        facts.ask("first_response_time", "")["open"],
        1,
        "nobody is on it: it never ends by itself"
    );
}

#[test]
fn r18_automation_and_notes_do_not_restart_the_quiet_window() {
    let story = after(
        ANSWERED,
        "03 09:00 message.added author=automation\n03 09:00 message.added author=rep:a visibility=note",
    );
    let facts = facts_at(&story, "2026-10-04T09:01:00Z");
    assert_eq!(facts.ask("resolution_rate", "")["pending"], 0);
    close(facts.value("resolution_rate"), 1.0);
}

#[test]
fn r19_an_assumed_resolution_counts_to_the_last_answer() {
    let story = after(ANSWERED, "02 09:00 conversation.resolved by=customer_agent");
    close(facts_of(&story).value("resolution_time"), 60.0);
    let confirmed = after(ANSWERED, "01 09:05 conversation.resolved by=contact");
    close(facts_of(&confirmed).value("resolution_time"), 300.0);
}

#[test]
fn r20_a_closer_for_inactivity_does_not_abandon_an_answered_chat() {
    let by_automation = after(ANSWERED, "02 09:00 conversation.resolved by=automation");
    close(facts_of(&by_automation).value("resolution_rate"), 1.0);
    let by_silent_rep = after(ANSWERED, "02 09:00 conversation.resolved by=rep:a");
    close(facts_of(&by_silent_rep).value("resolution_rate"), 1.0);
    let announced = after(
        ANSWERED,
        "02 08:59 message.added author=automation\n02 09:00 conversation.resolved by=automation",
    );
    close(facts_of(&announced).value("resolution_rate"), 1.0);
}

#[test]
fn r21_inactivity_after_an_unanswered_question_is_abandoned() {
    let asked_on = after(ANSWERED, "01 09:02 message.added author=contact");
    let facts = facts_of(&asked_on);
    close(facts.value("resolution_rate"), 0.0);
    close(facts.value("deflection_rate"), 1.0);
    let held = after(
        &asked_on,
        "01 09:03 message.added author=customer_agent role=other",
    );
    close(facts_of(&held).value("resolution_rate"), 0.0);
    let found_it = after(&asked_on, "01 09:03 conversation.resolved by=contact");
    close(facts_of(&found_it).value("resolution_rate"), 1.0);
}

#[test]
fn r23_feedback_after_the_end_still_counts() {
    let ended = after(ANSWERED, "01 10:00 conversation.resolved by=customer_agent");
    let down = after(&ended, "01 11:00 feedback.given rating=not_helpful");
    close(facts_of(&down).value("resolution_rate"), 0.0);
    let up = after(&ended, "01 11:00 feedback.given rating=helpful");
    let facts = facts_of(&up);
    close(facts.value("confirmed_share"), 1.0);
    close(facts.value("resolution_time"), 60.0);
}

#[test]
fn r26_an_agent_that_only_asks_back_handled_it() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:01 message.added author=customer_agent role=clarify
    ";
    let facts = facts_of(story);
    close(facts.value("handling_rate"), 1.0);
    close(facts.value("resolution_rate"), 0.0);
}

#[test]
fn r27_a_limit_an_error_and_a_grab_are_not_handled() {
    for reason in ["limit", "error", "takeover"] {
        let story = format!(
            "01 09:00 conversation.started
             01 09:00 message.added author=contact
             01 09:01 conversation.handed_off reason={reason}"
        );
        let facts = facts_of(&story);
        close(facts.value("handled"), 0.0);
        assert_eq!(facts.by("handoffs", ""), [(reason.to_owned(), 1.0)]);
    }
    for reason in ["asked", "no_answer", "rule", "negative_feedback"] {
        let story = format!(
            "01 09:00 conversation.started
             01 09:00 message.added author=contact
             01 09:01 conversation.handed_off reason={reason}"
        );
        close(facts_of(&story).value("handoff_rate"), 1.0);
    }
}

#[test]
fn r28_a_rep_alone_is_no_takeover_and_a_rep_beside_the_agent_is() {
    let alone = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:a
    ";
    assert_eq!(facts_of(alone).by("handoffs", ""), []);
    let beside = after(ANSWERED, "01 09:10 message.added author=rep:a");
    assert_eq!(
        facts_of(&beside).by("handoffs", ""),
        [("takeover".to_owned(), 1.0)]
    );
    let before = after(
        alone,
        "01 09:11 conversation.assigned to=customer_agent\n01 09:12 message.added author=contact\n01 09:13 message.added author=customer_agent",
    );
    let facts = facts_of(&before);
    close(facts.value("handoff_rate"), 1.0);
    close(facts.value("first_response_time"), 600.0);
}

#[test]
fn r32_a_new_episode_soon_after_revokes_and_a_later_one_does_not() {
    let confirmed = after(ANSWERED, "01 09:02 feedback.given rating=helpful");
    let back = |when: &str| after(&confirmed, &format!("{when} message.added author=contact"));
    let revoked = facts_of(&back("03 09:00"));
    close(revoked.value("resolution_rate"), 0.0);
    close(revoked.value("resolved"), 0.0);
    let exactly = facts_of(&back("04 09:02"));
    close(exactly.value("resolution_rate"), 1.0);
    let thanks = facts_of(&after(
        &confirmed,
        "03 09:00 message.added author=contact ack=true",
    ));
    close(thanks.value("resolution_rate"), 1.0);
}

#[test]
fn r33_what_was_taken_back_is_not_deflected() {
    let story = after(
        ANSWERED,
        "01 09:02 feedback.given rating=helpful
         03 09:00 message.added author=contact
         03 09:01 message.added author=rep:a",
    );
    let facts = facts_of(&story);
    close(facts.value("deflection_rate"), 0.0);
    close(facts.value("deflected"), 0.0);
    let left = deflection_parts(ANSWERED);
    assert_eq!(left, (1.0, json!(1), json!(0)));
}

fn deflection_parts(story: &str) -> (f64, serde_json::Value, serde_json::Value) {
    let facts = facts_of(story);
    let part = |name: &str| facts.total("deflection_rate", name);
    (
        facts.value("deflection_rate"),
        part("resolved"),
        part("abandoned"),
    )
}

#[test]
fn r34_revoked_resolutions_stay_in_the_denominator_of_durable() {
    let two = "
        01 09:00 conversation.started conversation=a
        01 09:00 message.added conversation=a author=contact
        01 09:01 message.added conversation=a author=customer_agent
        01 09:02 conversation.resolved conversation=a by=contact
        03 09:00 message.added conversation=a author=contact
        01 09:00 conversation.started conversation=b
        01 09:00 message.added conversation=b author=contact
        01 09:01 message.added conversation=b author=customer_agent
        01 09:02 conversation.resolved conversation=b by=contact
    ";
    let facts = facts_of(two);
    close(facts.value("durable_rate"), 0.5);
    let early = facts_at(two, "2026-10-08T09:01:59Z");
    assert_eq!(early.total("durable_rate", "denominator"), 0);
    let due = facts_at(two, "2026-10-08T09:02:00Z");
    assert_eq!(due.total("durable_rate", "denominator"), 2);
}

#[test]
fn r37_what_is_left_out_is_listed_with_one_reason_each() {
    let story = after(
        ANSWERED,
        "01 09:30 conversation.marked mark=spam on=true
         01 09:31 conversation.marked mark=test on=true
         02 09:00 conversation.started conversation=o direction=outbound
         02 09:00 message.added conversation=o author=rep:a
         02 09:00 conversation.started conversation=m
         02 09:01 message.added conversation=m author=contact
         02 09:02 conversation.merged conversation=m into=n
         01 09:00 conversation.started conversation=n
         02 09:03 message.added conversation=n author=customer_agent",
    );
    let expected = json!([
        {"reason": "merged", "count": 1}, {"reason": "outbound", "count": 1}, {"reason": "test", "count": 1}
    ]);
    assert_eq!(facts_of(&story).excluded("handled"), expected);
    close(facts_of(&story).value("handled"), 1.0);
}

#[test]
fn r39_the_last_mark_holds_for_all_time() {
    let spam = after(ANSWERED, "02 09:00 conversation.marked mark=spam on=true");
    let cleared = after(&spam, "03 09:00 conversation.marked mark=spam on=false");
    close(facts_of(&spam).value("handled"), 0.0);
    close(facts_of(&cleared).value("handled"), 1.0);
}

#[test]
fn r41_resolved_by_the_agent_by_the_rep_and_by_whoever_pressed() {
    let agent = after(ANSWERED, "01 09:02 feedback.given rating=helpful");
    assert_eq!(
        facts_of(&agent).by("resolved_by_assignee", ""),
        [("customer_agent".to_owned(), 1.0)]
    );
    let rep = after(
        ANSWERED,
        "01 09:02 message.added author=rep:a\n01 09:03 conversation.resolved by=rep:b",
    );
    assert_eq!(
        facts_of(&rep).by("resolved_by_assignee", ""),
        [("a".to_owned(), 1.0)]
    );
    let pressed = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:03 conversation.resolved by=rep:b
    ";
    assert_eq!(
        facts_of(pressed).by("resolved_by_assignee", ""),
        [("b".to_owned(), 1.0)]
    );
    let nobody = pressed.replace("by=rep:b", "by=automation");
    assert_eq!(facts_of(&nobody).by("resolved_by_assignee", ""), []);
}

#[test]
fn r47_the_wait_before_a_takeover_is_the_run_that_it_ends() {
    let waited = after(
        ANSWERED,
        "01 09:05 message.added author=contact\n01 09:10 message.added author=rep:a",
    );
    close(facts_of(&waited).value("first_response_time"), 300.0);
    let nobody_waited = after(ANSWERED, "01 09:10 message.added author=rep:a");
    assert_eq!(
        facts_of(&nobody_waited).total("first_response_time", "count"),
        0
    );
}

#[test]
fn r48_what_only_the_agent_dealt_with_is_in_no_human_response_time() {
    let result = facts_of(ANSWERED).ask("first_response_time", "");
    assert_eq!(
        (
            &result["total"]["count"],
            &result["open"],
            &result["excluded"]
        ),
        (&json!(0), &json!(0), &json!([]))
    );
}

#[test]
fn r49_a_rep_who_wrote_before_the_handoff_answered_then() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:05 message.added author=rep:a
        01 10:00 conversation.handed_off reason=rule
        01 11:00 message.added author=rep:a
    ";
    close(facts_of(story).value("first_response_time"), 300.0);
}

#[test]
fn r51_our_own_opening_is_no_response() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=rep:a
        01 10:00 message.added author=contact
        01 10:07 message.added author=rep:a
    ";
    let facts = facts_of(story);
    close(facts.value("first_reply_time"), 420.0);
    close(facts.value("first_response_time"), 420.0);
    let silent = "
        01 09:00 conversation.started
        01 09:00 message.added author=rep:a
    ";
    let result = facts_of(silent).ask("first_reply_time", "");
    assert_eq!(
        (&result["total"]["count"], &result["open"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn r52_a_holding_text_stops_no_clock() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:00:10 message.added author=customer_agent role=other
        01 09:00:20 message.added author=automation
        01 09:04 message.added author=customer_agent
    ";
    let facts = facts_of(story);
    close(facts.value("first_reply_time"), 240.0);
    close(facts.value("contact_wait_time"), 240.0);
    close(facts.value("chat_wait_time"), 240.0);
}

#[test]
fn r53_a_run_counts_once_and_from_a_handoff_inside_it() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:05 message.added author=contact
        01 09:10 message.added author=rep:a
        01 09:11 message.added author=rep:b
        01 09:20 message.added author=contact
        01 09:24 conversation.handed_off reason=asked
        01 09:30 message.added author=rep:b
    ";
    assert_eq!(
        facts_of(story).by("rep_response_time", ""),
        [("a".to_owned(), 600.0), ("b".to_owned(), 360.0)]
    );
}

#[test]
fn r58_before_the_first_version_the_first_version_holds() {
    let story = after(
        ANSWERED,
        "01 09:10 message.added author=rep:a\n20 00:00 rep.upserted rep=a team=x",
    );
    assert_eq!(
        facts_of(&story).by("reply_count", "by=team"),
        [("x".to_owned(), 1.0)]
    );
}

#[test]
fn r60_the_last_close_the_first_close_and_reopening() {
    let story = "
        01 09:00 ticket.opened ticket=t
        01 10:00 ticket.staged ticket=t stage=closed
        01 12:00 ticket.staged ticket=t stage=waiting_on_us
        01 13:00 ticket.staged ticket=t stage=closed
        01 09:00 ticket.opened ticket=u
        01 11:00 ticket.staged ticket=u stage=closed
        01 11:30 ticket.staged ticket=u stage=new
    ";
    let facts = facts_of(story);
    close(facts.value("time_to_close"), 14_400.0);
    close(facts.value("time_to_first_close"), 5_400.0);
    close(facts.value("reopen_rate"), 1.0);
    assert_eq!(facts.total("time_to_close", "count"), 1, "u is open again");
}

#[test]
fn r61_jobs_are_in_no_service_report() {
    let story = "
        01 09:00 ticket.opened ticket=j pipeline=jobs stage=new
        01 09:00 ticket.opened ticket=t pipeline=unheard_of
    ";
    close(facts_of(story).value("support_volume"), 1.0);
}

#[test]
fn r67_unassigning_on_resolve_keeps_the_rep_of_the_survey() {
    let story = "
        01 08:00 rep.upserted rep=a team=x
        01 09:00 conversation.started
        01 09:00 conversation.assigned to=rep:a
        01 09:00 message.added author=contact
        01 09:05 message.added author=rep:a
        01 09:06 conversation.resolved by=rep:a
        01 09:06 conversation.assigned to=nobody
        01 09:07 csat.sent conversation=c
        01 10:00 conversation.assigned to=rep:b
        02 09:00 csat.rated conversation=c score=2
        03 09:00 csat.rated conversation=c score=5
        01 12:00 csat.sent ticket=t
        01 09:30 ticket.opened ticket=t owner=b
    ";
    let facts = facts_of(story);
    let by_rep = facts.ask("csat", "by=rep");
    assert_eq!(by_rep["series"][0]["key"], json!({"rep": "a"}));
    assert_eq!(
        (
            &by_rep["series"][0]["total"]["value"],
            &by_rep["series"][1]["total"]["sent"]
        ),
        (&json!(1.0), &json!(1))
    );
    let result = facts.ask("csat", "");
    let total = &result["total"];
    assert_eq!(
        (
            &total["count"],
            &total["mean"],
            &total["sent"],
            &total["responded"]
        ),
        (&json!(1), &json!(5.0), &json!(2), &json!(1))
    );
}

#[test]
fn r71_the_backlog_is_what_a_human_owes_at_that_instant() {
    let story = after(
        ANSWERED,
        "02 09:00 conversation.handed_off reason=asked
         03 12:00 conversation.resolved by=rep:a
         01 09:00 ticket.opened ticket=t
         03 00:00 ticket.staged ticket=t stage=closed",
    );
    let result = facts_of(&story).ask("backlog", "from=2026-10-01&to=2026-10-05&every=day");
    let levels = |series: usize| -> Vec<i64> {
        let points = result["series"][series]["points"].as_array().unwrap();
        points
            .iter()
            .map(|point| point["value"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(result["series"][0]["key"], json!({"kind": "episodes"}));
    assert_eq!(
        levels(0),
        [0, 1, 0, 0],
        "answered by the agent until the handoff"
    );
    assert_eq!(
        levels(1),
        [1, 1, 0, 0],
        "closed at midnight: open at the end of the day before"
    );
    let future = facts_at(&story, "2026-10-02T12:00:00Z")
        .ask("backlog", "from=2026-10-01&to=2026-10-05&every=day");
    assert_eq!(future["series"][0]["points"][3]["value"], json!(null));
    assert_eq!(future["series"][0]["total"]["value"], 1);
}

#[test]
fn r74_the_value_is_the_mean_and_null_when_nothing_was_counted() {
    let story = "
        01 09:00 ticket.opened ticket=t
        01 10:00 ticket.staged ticket=t stage=closed
        01 09:00 ticket.opened ticket=u
        01 12:00 ticket.staged ticket=u stage=closed
    ";
    let facts = facts_of(story);
    close(facts.value("time_to_close"), 7_200.0);
    assert_eq!(facts.total("time_to_close", "p50"), 7200.0);
    assert_eq!(facts.total("time_to_close", "p90"), 10_080.0);
    assert_eq!(facts.total("chat_wait_time", "value"), json!(null));
}

#[test]
fn r85_the_end_of_a_window_is_no_longer_in_it() {
    let story = "31 23:00 conversation.started\n31 23:00 message.added author=contact\n31 23:01 message.added author=customer_agent";
    let facts = facts_of(story);
    assert_eq!(
        facts.ask("handled", "from=2026-10-01&to=2026-10-31")["total"]["value"],
        0
    );
    assert_eq!(
        facts.ask("handled", "from=2026-10-01&to=2026-11-01")["total"]["value"],
        1
    );
}

#[test]
fn r86_buckets_are_cut_to_the_window_and_empty_ones_are_listed() {
    let result = facts_of(ANSWERED).ask(
        "resolution_rate",
        "from=2026-09-30&to=2026-10-06&every=week",
    );
    let points = result["series"][0]["points"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    assert_eq!(
        (&points[0]["start"], &points[0]["end"]),
        (
            &json!("2026-09-30T00:00:00Z"),
            &json!("2026-10-05T00:00:00Z")
        )
    );
    assert_eq!(
        (&points[1]["end"], &points[1]["value"]),
        (&json!("2026-10-06T00:00:00Z"), &json!(null))
    );
}

#[test]
fn r87_the_total_counts_each_row_once_though_it_has_two_tags() {
    let story = after(
        ANSWERED,
        "01 10:00 conversation.tagged tag=a\n01 10:00 conversation.tagged tag=b",
    );
    let facts = facts_of(&story);
    assert_eq!(
        facts.by("handled", "by=tag"),
        [("a".to_owned(), 1.0), ("b".to_owned(), 1.0)]
    );
    assert_eq!(facts.ask("handled", "by=tag")["total"]["value"], 1);
}

#[test]
fn r88_by_replaces_the_own_cut_and_none_gives_the_whole() {
    let story = after(ANSWERED, "01 09:05 conversation.handed_off reason=asked");
    let facts = facts_of(&story);
    assert_eq!(
        facts.by("handoffs", "by=channel"),
        [("chat".to_owned(), 1.0)]
    );
    assert_eq!(facts.by("handoffs", "by=none"), [(String::new(), 1.0)]);
    assert_eq!(
        facts.by("handoffs", "by=channel,reason"),
        [("chat/asked".to_owned(), 1.0)]
    );
    assert_eq!(
        facts.by("handled", "by=language"),
        [("null".to_owned(), 1.0)]
    );
}

#[test]
fn r91_values_of_a_field_are_or_fields_are_and_unknown_ones_are_refused() {
    let two = after(
        ANSWERED,
        "01 09:00 conversation.started conversation=e channel=email contact=q
         01 09:00 message.added conversation=e author=contact
         01 09:01 message.added conversation=e author=customer_agent",
    );
    let facts = facts_of(&two);
    let count = |query: &str| facts.ask("handled", query)["total"]["value"].clone();
    assert_eq!(count("where.channel=chat,email"), 2);
    assert_eq!(count("where.channel=chat&where.contact=q"), 0);
    assert_eq!(count("where.channel.not=chat"), 1);
    assert_eq!(count("where.rep="), 2);
    assert_eq!(
        facts
            .try_ask("handled", "where.pipeline=support")
            .unwrap_err()
            .field,
        "where.pipeline"
    );
}

#[test]
fn r100_a_rate_with_pending_episodes_also_gives_the_settled_value() {
    let story = after(
        ANSWERED,
        "02 09:00 conversation.started conversation=b
         02 09:00 message.added conversation=b author=contact
         02 09:01 message.added conversation=b author=customer_agent
         02 09:02 conversation.resolved conversation=b by=contact",
    );
    let result = facts_at(&story, "2026-10-02T12:00:00Z").ask("resolution_rate", "");
    let total = &result["total"];
    assert_eq!(
        (
            &total["value"],
            &total["settled_value"],
            &total["provisional"]
        ),
        (&json!(0.5), &json!(1.0), &json!(true))
    );
}
