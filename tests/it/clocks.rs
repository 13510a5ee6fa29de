//! Business time, promises, stages and presence: each figure worked by hand.

use serde_json::{Value, json};

use crate::desk::{Desk, StoryFacts, facts_at, facts_of};

/// Monday to Friday, nine to five. The first of October 2026 is a Thursday.
const OFFICE: &str = r#"
    01 00:00 schedule.upserted week={"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"],"fri":["09:00-17:00"]}
"#;

/// From Friday half past four to Monday half past nine.
const OVER_THE_WEEKEND: &str = "
    02 16:30 conversation.started
    02 16:30 message.added author=contact
    05 09:30 message.added author=rep:ann
";

fn facts_of_parts(parts: &[&str]) -> StoryFacts {
    facts_of(&parts.join("\n"))
}

fn mean(facts: &StoryFacts, id: &str, query: &str) -> f64 {
    facts.ask(id, query)["total"]["value"].as_f64().unwrap()
}

/// Keys and values of the series, and numerators over denominators.
fn shares(facts: &StoryFacts, query: &str) -> Vec<(String, i64, i64)> {
    let result = facts.ask("sla_attainment", query);
    let series = result["series"].as_array().unwrap().iter().map(|series| {
        let number = |name: &str| series["total"][name].as_i64().unwrap();
        let key = series["key"]["target"].as_str().unwrap().to_owned();
        (key, number("numerator"), number("denominator"))
    });
    series.collect()
}

#[track_caller]
fn same(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() < 1e-9,
        "expected {expected}, found {value}"
    );
}

#[test]
fn friday_half_past_four_to_monday_half_past_nine_is_one_working_hour() {
    let facts = facts_of_parts(&[OFFICE, OVER_THE_WEEKEND]);
    for id in [
        "first_response_time",
        "first_reply_time",
        "chat_wait_time",
        "rep_response_time",
        "contact_wait_time",
    ] {
        same(mean(&facts, id, ""), 65.0 * 3600.0);
        same(mean(&facts, id, "clock=business"), 3600.0);
        // No agreement applies: as business.
        same(mean(&facts, id, "clock=sla"), 3600.0);
    }
    assert_eq!(facts.ask("first_response_time", "")["clock"], "calendar");
    let business = facts.ask("first_response_time", "clock=business");
    assert_eq!(business["clock"], "business");
}

#[test]
fn several_clocks_stand_side_by_side() {
    let facts = facts_of_parts(&[OFFICE, OVER_THE_WEEKEND]);
    let result = facts.ask("first_response_time", "clock=business,calendar");
    let series: Vec<(Value, Value)> = result["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| (series["key"].clone(), series["total"]["value"].clone()))
        .collect();
    assert_eq!(
        series,
        [
            (json!({"clock": "business"}), json!(3600.0)),
            (json!({"clock": "calendar"}), json!(234_000.0))
        ]
    );
    assert_eq!(result["total"], Value::Null, "two clocks are never added");
    assert_eq!(result["beside"][0]["clock"], "business");
    assert_eq!(result["beside"][1]["total"]["value"], 234_000.0);
}

#[test]
fn r57_without_a_default_schedule_business_time_is_refused() {
    let none = facts_of(OVER_THE_WEEKEND);
    let refused = none.try_ask("first_response_time", "clock=business");
    let refused = refused.unwrap_err();
    assert_eq!(refused.field, "clock");
    assert!(
        refused.reason.starts_with("no default schedule"),
        "{refused}"
    );
    // A count knows no clock.
    assert!(none.try_ask("reply_count", "clock=business").is_ok());
    let named = OFFICE.replace("upserted", "upserted schedule=day");
    same(
        mean(
            &facts_of_parts(&[&named, OVER_THE_WEEKEND]),
            "first_response_time",
            "clock=business",
        ),
        3600.0,
    );
    let night = named
        .replace("=day", "=night")
        .replace("09:00-17:00", "00:00-01:00");
    let two = facts_of_parts(&[&named, &night, OVER_THE_WEEKEND]);
    assert!(
        two.try_ask("first_response_time", "clock=business")
            .is_err()
    );
    same(
        mean(&two, "first_response_time", "clock=business&schedule=night"),
        3600.0,
    );
    let unknown = two.try_ask("first_response_time", "clock=business&schedule=x");
    assert_eq!(unknown.unwrap_err().field, "schedule");
}

#[test]
fn r57_the_sla_clock_runs_by_the_agreement_that_applies() {
    let night = r#"01 00:00 schedule.upserted schedule=night week={"sat":["00:00-24:00"]}"#;
    let by = |sla: &str| {
        let facts = facts_of_parts(&[OFFICE, night, sla, OVER_THE_WEEKEND]);
        mean(&facts, "first_response_time", "clock=sla")
    };
    let chat = r#"01 00:00 sla.upserted sla=s applies={"channel":"chat"}"#;
    same(by(chat), 65.0 * 3600.0);
    same(by(&format!("{chat} schedule=night")), 24.0 * 3600.0);
    same(by(&chat.replace("chat", "email")), 3600.0);
    let tickets = r#"01 00:00 sla.upserted sla=s applies={"pipeline":"support"} schedule=night"#;
    same(by(tickets), 3600.0);
}

#[test]
fn a_schedule_changed_later_moves_no_earlier_stretch_and_needs_no_new_fold() {
    let desk = Desk::new();
    desk.post_story(&[OFFICE, OVER_THE_WEEKEND].join("\n"));
    let ask = || {
        let result = desk.report(
            "first_response_time",
            "from=2026-10-01&to=2026-11-01&clock=business",
        );
        result["total"]["value"].clone()
    };
    assert_eq!(ask(), 3600.0);
    // From Monday on work begins at ten: the half hour of Friday is left.
    desk.post_story(r#"05 00:00 schedule.upserted week={"mon":["10:00-17:00"]}"#);
    assert_eq!(ask(), 1800.0);
}

#[test]
fn r64_all_stays_in_a_stage_together_and_the_span_beside() {
    let story = "
        01 09:00 ticket.opened ticket=t
        01 10:00 ticket.staged ticket=t stage=waiting_on_us
        01 11:00 ticket.staged ticket=t stage=waiting_on_us
        01 12:00 ticket.staged ticket=t stage=new
        01 15:00 ticket.staged ticket=t stage=waiting_on_contact
        01 15:00 ticket.staged ticket=t stage=closed
    ";
    let facts = facts_of_parts(&[OFFICE, story]);
    // new: 1 h and 3 h, from 09:00 to 15:00.
    assert_eq!(
        facts.by("time_in_stage", ""),
        [
            ("new".to_owned(), 4.0 * 3600.0),
            ("waiting_on_contact".to_owned(), 0.0),
            ("waiting_on_us".to_owned(), 2.0 * 3600.0)
        ]
    );
    let result = facts.ask("time_in_stage", "where.stage=new");
    assert_eq!(result["total"]["span_mean"], 6.0 * 3600.0);
    let late = facts_of_parts(&[OFFICE, &story.replace("01 15:00", "02 10:00")]);
    let result = late.ask("time_in_stage", "where.stage=new&clock=business");
    // 1 h, then 12:00 to 17:00 and 09:00 to 10:00; the span 9 h.
    assert_eq!(result["total"]["value"], 7.0 * 3600.0);
    assert_eq!(result["total"]["span_p50"], 9.0 * 3600.0);
}

#[test]
fn r64_stages_of_several_pipelines_are_told_apart() {
    let story = "
        01 09:00 ticket.opened ticket=t
        01 10:00 ticket.staged ticket=t stage=closed
        01 09:00 ticket.opened ticket=u pipeline=other
        01 11:00 ticket.staged ticket=u stage=closed
    ";
    assert_eq!(
        facts_of(story).by("time_in_stage", ""),
        [
            ("other/new".to_owned(), 7200.0),
            ("support/new".to_owned(), 3600.0)
        ]
    );
}

#[test]
fn r70_a_tickets_own_due_instants_win_and_at_the_instant_it_is_kept() {
    let story = "
        01 00:00 sla.upserted sla=s applies={} close_secs=60 first_response_secs=60
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:00 ticket.opened ticket=t conversation=c close_due_at=2026-10-01T10:00:00Z first_response_due_at=2026-10-01T09:10:00Z
        01 09:10:01 message.added author=rep:ann
        01 10:00 ticket.staged ticket=t stage=closed
    ";
    assert_eq!(
        shares(&facts_of(story), ""),
        [
            ("close".to_owned(), 1, 1),
            ("first_response".to_owned(), 0, 1)
        ]
    );
    let before = facts_at(story, "2026-10-01T09:59:59Z");
    assert_eq!(shares(&before, ""), [("first_response".to_owned(), 0, 1)]);
    assert_eq!(before.ask("sla_attainment", "")["pending"], 1);
}

#[test]
fn r70_a_running_target_is_breached_the_instant_it_is_due() {
    let story = "
        01 00:00 sla.upserted sla=s applies={} close_secs=3600
        01 09:00 ticket.opened ticket=t
    ";
    assert_eq!(shares(&facts_at(story, "2026-10-01T09:59:59Z"), ""), []);
    let due = facts_at(story, "2026-10-01T10:00:00Z");
    assert_eq!(shares(&due, ""), [("close".to_owned(), 0, 1)]);
}

#[test]
fn r70_most_fields_first_then_the_smallest_id_in_the_version_at_the_start() {
    let story = r#"
        01 00:00 sla.upserted sla=a applies={"priority":"high"} close_secs=60
        01 00:00 sla.upserted sla=b applies={"priority":"high","channel":"email"} close_secs=3600
        01 00:00 sla.upserted sla=c applies={"priority":"high","pipeline":"support"} close_secs=60
        01 09:30 sla.upserted sla=b applies={"priority":"high","channel":"email"} close_secs=60
        01 09:00 ticket.opened ticket=t priority=high channel=email
        01 10:00 ticket.staged ticket=t stage=closed
        01 09:30 ticket.opened ticket=u priority=high channel=email
        01 10:00 ticket.staged ticket=u stage=closed
        01 09:00 ticket.opened ticket=v priority=low channel=email
    "#;
    assert_eq!(shares(&facts_of(story), ""), [("close".to_owned(), 1, 2)]);
}

#[test]
fn r70_the_clock_stands_in_pause_stages_and_outside_working_hours() {
    let story = r#"
        01 00:00 sla.upserted sla=s applies={} close_secs=7200 schedule=default pause_stages=["waiting_on_contact"]
        02 15:00 ticket.opened ticket=t
        02 16:30 ticket.staged ticket=t stage=waiting_on_contact
        05 11:00 ticket.staged ticket=t stage=waiting_on_us
        05 11:30 ticket.staged ticket=t stage=closed
    "#;
    // An hour and a half on Friday; half an hour from Monday eleven: due at half past.
    let facts = facts_of_parts(&[OFFICE, story]);
    assert_eq!(shares(&facts, ""), [("close".to_owned(), 1, 1)]);
    let rows = facts.ask(
        "sla_attainment",
        "from=2026-10-05T11:30:00Z&to=2026-10-05T11:31:00Z",
    );
    assert_eq!(rows["total"]["denominator"], 1);
    let late = story.replace("05 11:30", "05 11:30:01");
    assert_eq!(
        shares(&facts_of_parts(&[OFFICE, &late]), ""),
        [("close".to_owned(), 0, 1)]
    );
    // As long as it waits on the contact nothing is due.
    let waiting: Vec<&str> = story
        .lines()
        .filter(|line| !line.contains(" 05 1"))
        .collect();
    let waiting = facts_of_parts(&[OFFICE, &waiting.join("\n")]);
    assert_eq!(shares(&waiting, ""), []);
}

#[test]
fn r70_episodes_without_ticket_have_first_and_next_responses() {
    let story = r#"
        01 00:00 sla.upserted sla=s applies={"channel":"chat"} first_response_secs=600 next_response_secs=300
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:10 message.added author=rep:ann
        01 09:20 message.added author=contact
        01 09:26 message.added author=rep:ann
        01 09:30 message.added author=contact
        01 09:31 message.added author=rep:ann
    "#;
    assert_eq!(
        shares(&facts_of(story), ""),
        [
            ("first_response".to_owned(), 1, 1),
            ("next_response".to_owned(), 1, 2)
        ]
    );
    // With a ticket they are the ticket's: 09:00 to 09:10, then the same runs.
    let ticket = format!("{story}\n01 09:00 ticket.opened ticket=t conversation=c");
    assert_eq!(
        shares(&facts_of(&ticket), ""),
        [
            ("first_response".to_owned(), 1, 1),
            ("next_response".to_owned(), 1, 2)
        ]
    );
    // Nobody waited any more when it was due.
    let ended = "
        01 00:00 sla.upserted sla=s applies={} first_response_secs=600
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:05 conversation.resolved by=contact
    ";
    assert_eq!(
        facts_of(ended).excluded("sla_attainment"),
        json!([{"reason": "unanswered", "count": 1}])
    );
    let breached = ended.replace("09:05", "09:15");
    assert_eq!(
        shares(&facts_of(&breached), ""),
        [("first_response".to_owned(), 0, 1)]
    );
}

/// Three reps: one with hours, one who changes team, one without hours.
const PRESENT: &str = "
    01 00:00 rep.upserted rep=ann schedule=default team=x
    01 00:00 rep.upserted rep=bob schedule=default team=x
    05 12:00 rep.upserted rep=bob team=y
    05 08:00 rep.status_changed rep=ann status=available
    05 10:00 rep.status_changed rep=ann status=lunch
    05 11:00 rep.status_changed rep=ann status=offline
    05 10:00 rep.status_changed rep=bob status=available
    05 18:00 rep.status_changed rep=bob status=offline
    05 09:30 rep.status_changed rep=eve status=available
    05 09:40 rep.status_changed rep=eve status=offline
";

#[test]
fn r68_available_time_inside_and_outside_of_ones_own_hours() {
    let facts = facts_of_parts(&[OFFICE, PRESENT]);
    let result = facts.ask("working_hours_availability", "");
    // ann 09:00-10:00, bob 10:00-17:00; outside an hour each.
    assert_eq!(result["total"]["value"], 8.0 * 3600.0);
    assert_eq!(result["total"]["outside"], 2.0 * 3600.0);
    assert_eq!(
        result["excluded"],
        json!([{"reason": "no_schedule", "count": 1}])
    );
    assert_eq!(
        facts.by("working_hours_availability", "by=team"),
        [
            ("x".to_owned(), 3.0 * 3600.0),
            ("y".to_owned(), 5.0 * 3600.0)
        ]
    );
}

#[test]
fn r69_who_leaves_and_who_comes_at_one_instant_are_not_both_there() {
    let facts = facts_of_parts(&[OFFICE, PRESENT]);
    let result = facts.ask("peak_available_reps", "where.rep=ann,bob");
    assert_eq!(result["total"]["value"], 1);
    let result = facts.ask("peak_available_reps", "tz=Europe/Oslo");
    assert_eq!(result["total"]["value"], 2);
    // 09:30 UTC is half past eleven in Oslo.
    assert_eq!(result["by_hour"][11], 2);
    assert_eq!(result["by_hour"][10], 1);
    let empty = facts.ask(
        "peak_available_reps",
        "from=2026-10-01&to=2026-10-05&every=day",
    );
    assert_eq!(empty["total"]["value"], 0);
    assert_eq!(empty["series"][0]["points"][0]["value"], 0);
}

#[test]
fn r68_time_per_status_is_cut_at_the_limits_of_buckets() {
    let facts = facts_at(&[OFFICE, PRESENT].join("\n"), "2026-10-06T06:00:00Z");
    let result = facts.ask(
        "rep_availability",
        "from=2026-10-05&to=2026-10-08&every=day&where.rep=ann",
    );
    let values = |place: usize| -> Value {
        let points = result["series"][place]["points"].as_array().unwrap();
        points.iter().map(|point| point["value"].clone()).collect()
    };
    // The last day has not begun.
    assert_eq!(values(0), json!([7200.0, 0.0, null]), "available");
    assert_eq!(values(1), json!([3600.0, 0.0, null]), "away");
    // Offline until the instant asked about.
    assert_eq!(values(2), json!([13.0 * 3600.0, 6.0 * 3600.0, null]));
    let opened = facts.by("rep_availability", "by=rep,detail&where.rep=ann");
    assert!(
        opened.contains(&("lunch/ann/away".to_owned(), 3600.0)),
        "{opened:?}"
    );
}

#[test]
fn r71_the_backlog_of_an_instant_has_the_priorities_of_that_instant() {
    let story = "
        01 09:00 ticket.opened ticket=t priority=low service=paint
        02 09:00 ticket.updated ticket=t priority=high
        03 09:00 ticket.staged ticket=t stage=closed
        01 09:00 conversation.started language=nb
        01 09:00 message.added author=contact
        01 09:00 conversation.tagged tag=vip
    ";
    let facts = facts_of(story);
    let levels = |query: &str| -> Vec<Value> {
        let result = facts.ask(
            "backlog",
            &format!("from=2026-10-01&to=2026-10-04&every=day&{query}"),
        );
        let series = result["series"].as_array().unwrap();
        let lines = series.iter().map(|series| {
            let points = series["points"].as_array().unwrap().iter();
            let levels: Vec<&Value> = points.map(|point| &point["value"]).collect();
            json!([series["key"], levels])
        });
        lines.collect()
    };
    assert_eq!(
        levels("by=priority&where.service=paint"),
        [
            json!([{"kind": "tickets", "priority": "high"}, [0, 1, 0]]),
            json!([{"kind": "tickets", "priority": "low"}, [1, 0, 0]])
        ]
    );
    assert_eq!(
        levels("where.language=nb&by=tag"),
        [json!([{"kind": "episodes", "tag": "vip"}, [1, 1, 1]])]
    );
}

#[test]
fn r70_an_agreement_for_a_team_goes_by_the_team_at_the_opening() {
    let story = r#"
        01 00:00 rep.upserted rep=ann team=x
        01 00:00 rep.upserted rep=bob team=y
        01 00:00 sla.upserted sla=s applies={"team":"x"} close_secs=3600
        02 16:30 ticket.opened ticket=t owner=ann
        02 16:40 ticket.assigned ticket=t reps=bob
        05 09:30 ticket.staged ticket=t stage=closed
    "#;
    let facts = facts_of_parts(&[OFFICE, story]);
    assert_eq!(shares(&facts, ""), [("close".to_owned(), 0, 1)]);
    // Team x's agreement has no schedule: around the clock.
    for id in ["time_to_close", "time_in_stage"] {
        same(mean(&facts, id, "clock=sla"), 65.0 * 3600.0);
        same(mean(&facts, id, "clock=business"), 3600.0);
    }
}
