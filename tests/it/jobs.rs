//! Jobs: what happens to a request for work, each figure worked by hand.

use serde_json::{Value, json};

use crate::desk::{Desk, StoryFacts, facts_at, facts_of};

/// A request by matching on Thursday the first at nine, in the conversation `c`.
const REQUEST: &str = "
    01 09:00 conversation.started
    01 09:00 message.added author=contact
    01 09:00 ticket.opened ticket=t pipeline=jobs conversation=c request=matching
";

fn after(more: &str) -> StoryFacts {
    facts_of(&format!("{REQUEST}\n{more}"))
}

/// The numerator and the denominator of a share.
fn share(facts: &StoryFacts, id: &str) -> (i64, i64) {
    let total = facts.ask(id, "")["total"].clone();
    let number = |name: &str| total[name].as_i64().unwrap();
    (number("numerator"), number("denominator"))
}

fn count(facts: &StoryFacts, id: &str) -> i64 {
    facts.total(id, "value").as_i64().unwrap()
}

/// The stage of the only job.
fn stage(facts: &StoryFacts) -> String {
    let by = facts.by("jobs_received", "by=stage");
    by.into_iter().map(|(stage, _)| stage).collect()
}

#[test]
fn the_stage_follows_from_what_happens() {
    assert_eq!(stage(&facts_at(REQUEST, "2026-10-02T00:00:00Z")), "new");
    let opened = format!("{REQUEST}\n01 10:00 ticket.viewed ticket=t rep=a");
    assert_eq!(stage(&facts_at(&opened, "2026-10-02T00:00:00Z")), "opened");
    assert_eq!(stage(&facts_at(&opened, "2026-10-04T09:00:00Z")), "expired");
    let ours = "01 11:00 message.added author=rep:a";
    assert_eq!(stage(&after(ours)), "awaiting_contact");
    let theirs = format!("{ours}\n01 12:00 message.added author=contact");
    assert_eq!(stage(&after(&theirs)), "awaiting_us");
    let acknowledged = theirs.replace("author=contact", "author=contact ack=true");
    assert_eq!(stage(&after(&acknowledged)), "awaiting_contact");
    let viewed = format!("{theirs}\n01 13:00 ticket.viewed ticket=t rep=a");
    assert_eq!(stage(&after(&viewed)), "awaiting_us");
    let typed = format!("{ours}\n01 12:00 ticket.staged ticket=t stage=awaiting_us");
    assert_eq!(
        stage(&after(&typed)),
        "awaiting_contact",
        "nobody types it in"
    );
    for (last, expected) in [
        ("ticket.staged ticket=t stage=inactive", "inactive"),
        ("ticket.declined ticket=t by=rep:a", "declined"),
        ("ticket.completed ticket=t by=contact", "completed"),
    ] {
        let story = format!("{theirs}\n01 13:00 {last}\n01 14:00 message.added author=rep:a");
        assert_eq!(stage(&after(&story)), expected);
    }
    let yields = "01 13:00 ticket.staged ticket=t stage=inactive\n01 14:00 ticket.completed ticket=t by=contact";
    assert_eq!(stage(&after(yields)), "completed");
}

#[test]
fn r78_at_exactly_72_hours_it_is_too_late() {
    for (last, expired) in [
        ("message.added author=rep:a", true),
        ("proposal.sent ticket=t proposal=p", true),
        ("ticket.declined ticket=t by=contact", true),
        ("ticket.staged ticket=t stage=inactive", true),
        ("message.added author=customer_agent", false),
        ("message.added author=rep:a visibility=note", false),
        ("ticket.viewed ticket=t rep=a", false),
        ("ticket.reviewed ticket=t communication=4 quality=4", true),
    ] {
        let before = after(&format!("04 08:59:59 {last}"));
        assert_eq!(
            count(&before, "jobs_expired"),
            i64::from(!expired),
            "{last}"
        );
        let exactly = after(&format!("04 09:00 {last}"));
        assert_eq!(count(&exactly, "jobs_expired"), 1, "{last}");
        assert_eq!(share(&exactly, "answered_share"), (0, 1), "{last}");
        assert_eq!(count(&exactly, "reviews_received"), 0, "{last}");
        assert_eq!(count(&exactly, "jobs_received"), 1);
    }
    let facts = after("");
    let expired = facts.ask("jobs_expired", "from=2026-10-01&to=2026-10-06&every=day");
    assert_eq!(expired["series"][0]["points"][3]["value"], 1);
    let opened = facts.ask("jobs_expired", "from=2026-10-01&to=2026-10-02&basis=opened");
    assert_eq!(opened["total"]["value"], 1);
}

#[test]
fn a_pipeline_may_give_less_time() {
    let events = r#"
        01 00:00 pipeline.upserted pipeline=jobs kind=jobs stages=[{"stage":"new","name":"New","closed":false}] expires_secs=3600
        01 09:00 ticket.opened ticket=t pipeline=jobs
        01 10:00 proposal.sent ticket=t proposal=p
    "#;
    assert_eq!(count(&facts_of(events), "jobs_expired"), 1);
}

#[test]
fn r79_answered_declined_without_a_word_and_expired_are_disjoint() {
    let story = "
        01 09:00 ticket.opened ticket=a pipeline=jobs service=paint
        01 10:00 proposal.sent ticket=a proposal=p
        01 09:00 ticket.opened ticket=b pipeline=jobs service=paint
        01 10:00 ticket.declined ticket=b by=rep:ann reason=busy
        01 11:00 proposal.sent ticket=b proposal=q
        01 09:00 ticket.opened ticket=c pipeline=jobs
        20 09:00 ticket.opened ticket=d pipeline=jobs service=wood
        01 09:00 ticket.opened ticket=e pipeline=jobs request=prospect
        01 09:00 ticket.opened ticket=f pipeline=support
    ";
    let facts = facts_at(story, "2026-10-20T10:00:00Z");
    assert_eq!(count(&facts, "jobs_received"), 4);
    assert_eq!(share(&facts, "answered_share"), (1, 4));
    assert_eq!(share(&facts, "declined_unanswered_share"), (1, 4));
    assert_eq!(share(&facts, "expired_share"), (1, 4));
    let result = facts.ask("expired_share", "");
    assert_eq!(result["pending"], 1);
    assert_eq!(
        result["excluded"],
        json!([{"reason": "prospect", "count": 1}])
    );
    assert_eq!(count(&facts, "support_volume"), 1);
    // d, with 71 hours left.
    assert_eq!(count(&facts, "jobs_at_risk"), 1);
    let elsewhere = facts.ask("jobs_at_risk", "from=2025-01-01&to=2025-02-01");
    assert_eq!(elsewhere["total"]["value"], 1, "whatever the window");
    assert_eq!(facts.ask("job_response_time", "")["open"], 1);
    assert_eq!(facts.total("job_response_time", "value"), json!(3600.0));
    assert_eq!(
        facts.by("jobs_declined", "by=reason"),
        [("busy".to_owned(), 1.0)]
    );
    let declined = facts.ask("jobs_declined", "by=service");
    assert_eq!(declined["series"][0]["total"]["received"], 2);
    assert_eq!(declined["total"]["received"], 4);
    assert_eq!(
        facts.by("top_services", ""),
        [("paint".to_owned(), 2.0), ("wood".to_owned(), 1.0)]
    );
    assert_eq!(
        facts.by("top_services", "count=1"),
        [("paint".to_owned(), 2.0)]
    );
}

#[test]
fn the_list_of_those_at_risk_has_the_time_left() {
    let desk = Desk::new();
    desk.post_story("31 09:00 ticket.opened ticket=t pipeline=jobs");
    let query = svar::report::Query::default();
    let wanted = svar::report::RowQuery {
        limit: 10,
        ..svar::report::RowQuery::default()
    };
    let page = desk.app.rows("jobs_at_risk", &query, &wanted).unwrap();
    // The clock stands at midnight, 15 hours later.
    assert_eq!(page.items[0].value, Some(57.0 * 3600.0));
    assert_eq!(page.items[0].ticket.as_deref(), Some("t"));
    // Its instant is that of its opening, whatever the window.
    assert_eq!(page.items[0].at.to_string(), "2026-10-31T09:00:00Z");
}

#[test]
fn r77_a_job_opened_by_an_accepted_proposal_is_answered_at_once() {
    let story = "
        01 08:00 conversation.started
        01 08:00 message.added author=contact
        01 08:10 proposal.sent conversation=c proposal=p
        01 09:00 proposal.accepted conversation=c proposal=p
        01 09:00 ticket.opened ticket=t pipeline=jobs conversation=c
        09 09:00 ticket.opened ticket=u pipeline=jobs conversation=c request=matching
    ";
    let facts = facts_of(story);
    assert_eq!(count(&facts, "jobs_received"), 2);
    assert_eq!(count(&facts, "jobs_expired"), 1, "u only");
    assert_eq!(share(&facts, "answered_share"), (1, 2));
    assert_eq!(facts.total("job_response_time", "count"), 0);
    assert_eq!(
        facts.by("jobs_received", "by=stage,request"),
        [
            ("direct/awaiting_us".to_owned(), 1.0),
            ("matching/expired".to_owned(), 1.0)
        ]
    );
}

#[test]
fn r75_r82_completed_by_the_contact_or_by_review_and_never_by_a_rep_alone() {
    let rep = after("02 09:00 ticket.completed ticket=t by=rep:a");
    assert_eq!(completion_counts(&rep), []);
    let both = after(
        "02 09:00 ticket.completed ticket=t by=rep:a\n03 09:00 ticket.completed ticket=t by=contact",
    );
    assert_eq!(completion_counts(&both), [("confirmed".to_owned(), 1.0)]);
    let reviewed = "02 09:00 ticket.reviewed ticket=t communication=5 quality=2
        03 09:00 ticket.reviewed ticket=t communication=4 quality=1";
    let facts = after(reviewed);
    assert_eq!(completion_counts(&facts), [("reviewed".to_owned(), 1.0)]);
    let second = facts.ask("jobs_completed", "from=2026-10-02&to=2026-10-03&by=none");
    assert_eq!(second["total"]["value"], 1, "at the first review");
    assert_eq!(count(&facts, "reviews_received"), 1);
    let ratings = facts.ask("ratings", "from=2026-10-03&to=2026-10-04")["total"].clone();
    assert_eq!(
        (
            &ratings["value"],
            &ratings["communication"],
            &ratings["quality"]
        ),
        (&json!(2.5), &json!(4.0), &json!(1.0))
    );
}

fn completion_counts(facts: &StoryFacts) -> Vec<(String, f64)> {
    facts.by("jobs_completed", "")
}

#[test]
fn r81_within_answered_jobs_what_the_contact_did_after_our_answer() {
    let story = "
        01 10:00 message.added author=rep:a
        01 11:00 message.added author=contact ack=true
        01 12:00 ticket.declined ticket=t by=contact
        01 09:00 ticket.opened ticket=u pipeline=jobs
        01 10:00 ticket.declined ticket=u by=contact
    ";
    let facts = after(story);
    assert_eq!(share(&facts, "contact_replied_back"), (0, 1));
    assert_eq!(share(&facts, "contact_declined"), (1, 1));
    assert_eq!(facts.total("contact_declined", "declined_all"), 2);
    assert_eq!(count(&facts, "jobs_declined"), 0);
    let back = after(&story.replace(" ack=true", ""));
    assert_eq!(share(&back, "contact_replied_back"), (1, 1));
}

#[test]
fn r112_a_block_declines_an_open_job_and_counts_as_nobodys_no() {
    let facts = after("02 09:00 contact.blocked contact=p\n03 09:00 message.added author=rep:a");
    assert_eq!(stage(&facts), "declined");
    assert_eq!(count(&facts, "jobs_declined"), 0);
    assert_eq!(count(&facts, "jobs_expired"), 0);
    assert_eq!(share(&facts, "declined_unanswered_share"), (0, 1));
    assert_eq!(share(&facts, "answered_share"), (0, 1));
}

#[test]
fn jobs_have_the_thirty_days_before_beside_them() {
    let desk = Desk::new();
    desk.post_story("01 12:00 ticket.opened ticket=t pipeline=jobs");
    let result = desk.report("jobs_received", "");
    assert_eq!(result["window"]["from"], "2026-10-02T00:00:00Z");
    assert_eq!(result["total"]["value"], 0);
    assert_eq!(result["compare"]["total"]["value"], 1);
    assert_eq!(
        desk.report("jobs_received", "compare=none")["compare"],
        Value::Null
    );
}
