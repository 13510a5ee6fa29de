//! Filters by own fields, by what an episode came to, and by a ticket's fields; and the
//! account of a ticket.

use serde_json::{Value, json};

use svar::report::join_values;

use crate::desk::{Desk, Server, answer, facts_of};

/// The plan of the contact changes, that of the second conversation is its own.
const PLANS: &str = r#"
    01 00:00 contact.upserted contact=p name=P attributes={"plan":"free"}
    05 00:00 contact.upserted contact=p name=P attributes={"plan":"pro","seats":5}
    01 09:00 conversation.started
    01 09:00 message.added author=contact
    01 09:10 message.added author=rep:a
    01 09:20 conversation.resolved by=rep:a
    06 09:00 message.added author=contact
    06 09:10 message.added author=rep:a
    06 10:00 conversation.started conversation=d attributes={"plan":"trial","vip":true}
    06 10:00 message.added conversation=d author=contact
    07 10:00 conversation.updated conversation=d attributes={"plan":null}
    08 10:00 message.added conversation=d author=rep:a
    09 09:00 ticket.opened ticket=t conversation=d attributes={"plan":"own"}
"#;

fn counts(query: &str) -> i64 {
    let result = facts_of(PLANS).ask("handling_rate", query);
    result["total"]["denominator"].as_i64().unwrap_or(-1)
}

#[test]
fn r91_an_own_field_has_the_value_of_the_rows_instant() {
    assert_eq!(counts("where.attr.plan=free"), 1, "before the change");
    assert_eq!(counts("where.attr.plan=pro"), 1);
    assert_eq!(
        counts("where.attr.plan=trial"),
        1,
        "the conversation's own wins"
    );
    assert_eq!(counts("where.attr.plan=pro,trial"), 2);
    assert_eq!(counts("where.attr.plan.not=pro"), 2);
    assert_eq!(counts("where.attr.seats=5"), 2);
    assert_eq!(counts("where.attr.vip=true"), 1);
    assert_eq!(counts("where.attr.vip="), 2, "without");
    assert_eq!(counts("where.attr.nothing=x"), 0);
    let facts = facts_of(PLANS);
    let replies = |query: &str| facts.ask("reply_count", query)["total"]["value"].clone();
    assert_eq!(replies("where.attr.plan=trial"), 0, "removed by then");
    assert_eq!(replies("where.attr.plan="), 1);
    let tickets = facts.ask("support_volume", "where.attr.plan=own&where.attr.vip=true");
    assert_eq!(tickets["total"]["value"], 1);
    let refused = facts.try_ask("rep_availability", "where.attr.plan=pro");
    assert_eq!(refused.unwrap_err().field, "where.attr");
}

#[test]
fn r91_messages_are_kept_by_what_their_episode_came_to() {
    let story = "
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:01 message.added author=customer_agent
        01 09:02 conversation.resolved by=contact
        02 09:00 message.added author=contact
        02 09:01 message.added author=customer_agent
        02 09:02 conversation.handed_off reason=asked
        02 09:10 message.added author=rep:a
    ";
    let facts = facts_of(story);
    let messages =
        |query: &str| -> Value { facts.ask("messages_by_hour", query)["total"]["value"].clone() };
    assert_eq!(messages(""), 5);
    assert_eq!(messages("where.outcome=handed_off"), 3);
    assert_eq!(messages("where.reason=asked"), 3);
    // The second episode took the first one's resolution back.
    assert_eq!(messages("where.outcome=abandoned"), 2);
    let waits = facts.ask("contact_wait_time", "where.reason.not=asked");
    assert_eq!(waits["total"]["count"], 1);
}

#[test]
fn r91_a_tickets_messages_are_kept_by_the_tickets_fields() {
    let story = "
        01 08:00 rep.upserted rep=ann team=x
        01 09:00 conversation.started
        01 09:00 message.added author=contact
        01 09:01 ticket.opened ticket=t conversation=c priority=high service=paint owner=ann
        01 09:02 ticket.opened ticket=u conversation=c priority=low
    ";
    let facts = facts_of(story);
    for query in [
        "where.priority=high",
        "where.service=paint",
        "where.owner=ann",
        "where.team=x",
        "where.priority.not=low",
    ] {
        assert_eq!(
            facts.by("messages_per_ticket", query),
            [("received/t".to_owned(), 1.0)],
            "{query}"
        );
    }
}

#[test]
fn a_ticket_is_explained_for_every_report_on_every_clock_and_from_its_events() {
    let desk = Desk::new();
    desk.post_story(
        r#"01 00:00 schedule.upserted week={"thu":["09:00-17:00"]}
        01 00:00 sla.upserted sla=s applies={} close_secs=60
        01 16:00 ticket.opened ticket=t
        01 18:00 ticket.staged ticket=t stage=closed
        01 18:00 ticket.opened ticket=j pipeline=jobs
        "#,
    );
    let explanation = serde_json::to_value(desk.app.explain("t", None).unwrap()).unwrap();
    let row = |report: &str| {
        let accounts = explanation["reports"].as_array().unwrap().iter();
        let mut matching = accounts.filter(|account| account["report"] == report);
        matching
            .next()
            .map(|account| account["rows"][0].clone())
            .unwrap_or_default()
    };
    let close = row("time_to_close");
    assert_eq!(close["value"], 7200.0);
    assert_eq!(close["clocks"], json!({"business": 3600.0, "sla": 7200.0}));
    let promise = row("sla_attainment");
    assert_eq!(
        promise["reason"],
        "breached: it was not there when it was due"
    );
    assert_eq!(promise["at"], "2026-10-01T16:01:00Z");
    assert_eq!(row("time_in_stage")["value"], 7200.0);
    let events = explanation["events"].as_array().unwrap();
    assert_eq!(events[0]["type"], "ticket.opened");
    assert_eq!(events.len(), 2);
    let job = serde_json::to_value(desk.app.explain("j", None).unwrap()).unwrap();
    let states: Vec<(&str, &str)> = job["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| {
            let row = &account["rows"][0];
            (
                account["report"].as_str().unwrap(),
                row["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(states.contains(&("jobs_expired", "counted")), "{states:?}");
    assert!(
        states.contains(&("jobs_at_risk", "unconcerned")),
        "{states:?}"
    );
    assert!(
        states.contains(&("support_volume", "unconcerned")),
        "{states:?}"
    );
    assert!(desk.app.explain("nothing", None).is_err());
}

/// A company was found by its name in small letters only, and a value that a form offered was cut
/// at its comma.
#[test]
fn a_value_may_hold_commas_brackets_quotes_equals_signs_and_backslashes() {
    let desk = Desk::new();
    let names = [
        "Shop (East, branch)",
        r#"a="b" [c]"#,
        r"back\slash\",
        r"half\,half",
        "100 %&#+",
    ];
    let mut story = String::new();
    for (place, name) in names.iter().enumerate() {
        let told = json!({"type": "contact.upserted", "at": "2026-10-01T00:00:00Z", "source": "t",
            "id": format!("k{place}"), "contact": format!("p{place}"), "company": {"name": name}});
        desk.post(&[told]);
        let started =
            format!("05 09:00 conversation.started conversation=c{place} contact=p{place}");
        let message =
            format!("05 09:00 message.added conversation=c{place} author=contact:p{place}");
        story = format!("{story}\n{started}\n{message}");
    }
    desk.post_story(&story);
    let server = Server::start(&desk.app);
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    for name in names {
        let written = join_values([name]);
        let api = agent
            .get(server.url("/api/v1/reports/handling_rate"))
            .query("from", "2026-10-01")
            .query("to", "2026-11-01")
            .query("where.company", &written);
        let found = answer(api.call()).json();
        assert_eq!(found["total"]["denominator"], 1, "{name}");
        let form = agent
            .get(server.url("/reports/handling_rate"))
            .query("filter_field", "company")
            .query("filter_value", &written)
            .query("form", "1");
        let sent = answer(form.call());
        let address = sent.header("location");
        let shown = answer(agent.get(server.url(address)).call());
        assert!(shown.body.contains("value=\"0\""), "{name}: {address}");
        let escaped = format!(
            "<option value=\"{}\" ",
            written
                .to_lowercase()
                .replace('&', "&#38;")
                .replace('"', "&#34;")
        );
        assert!(shown.body.contains(&escaped), "{escaped}");
    }
}

/// A conversation of a plan and a size, answered after ten minutes.
fn sized(id: &str, plan: &str, size: u32) -> String {
    format!(
        r#"
        01 09:00 conversation.started conversation={id} contact={id} attributes={{"plan":"{plan}","size":{size}}}
        01 09:00 message.added conversation={id} author=contact
        01 09:10 message.added conversation={id} author=rep:ann"#
    )
}

/// The plan is the contact's until the conversation has its own.
#[test]
fn r118_a_report_can_be_cut_by_an_own_field() {
    let bare = "
            01 09:00 conversation.started conversation=bare contact=bare
            01 09:00 message.added conversation=bare author=contact
            01 09:20 message.added conversation=bare author=rep:ann";
    let story = sized("a", "gold", 1) + &sized("b", "gold", 2) + &sized("c", "basic", 2) + bare;
    let facts = facts_of(&story);
    let cut = facts.ask("first_response_time", "by=attr.plan");
    let lines: Vec<(Value, Value)> = cut["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["key"].clone(), one["total"]["count"].clone()))
        .collect();
    assert_eq!(
        lines,
        [
            (json!({"attr.plan": "basic"}), json!(1)),
            (json!({"attr.plan": "gold"}), json!(2)),
            (json!({"attr.plan": null}), json!(1)),
        ]
    );
    // Each group is what the filter of its name finds, with another field beside it too.
    for (plan, count) in [("gold", 2), ("basic", 1), ("", 1)] {
        let found = facts.ask("reply_count", &format!("where.attr.plan={plan}&by=none"));
        assert_eq!(found["total"]["count"], count, "{plan}");
    }
    let sizes = facts.by("reply_count", "by=attr.size,rep");
    assert_eq!(
        sizes,
        [
            ("1/ann".to_owned(), 1.0),
            ("2/ann".to_owned(), 2.0),
            ("null/ann".to_owned(), 1.0)
        ]
    );
}

#[test]
fn r118_what_cannot_be_cut_by_an_own_field_says_why() {
    let facts = facts_of(&sized("a", "gold", 1));
    let refused = |query: &str| facts.try_ask("reply_count", query).unwrap_err();
    assert!(
        refused("by=attr.plan,attr.size")
            .reason
            .contains("one own field")
    );
    let unfit = facts
        .try_ask("rep_availability", "by=attr.plan")
        .unwrap_err();
    assert!(
        unfit.reason.contains("rep_availability has no"),
        "{}",
        unfit.reason
    );
    let many: String = (0..51)
        .map(|size| sized(&format!("n{size}"), "gold", size))
        .collect();
    let many = facts_of(&many);
    let refused = many.try_ask("reply_count", "by=attr.size").unwrap_err();
    assert_eq!(refused.field, "by");
    assert!(
        refused.reason.contains("51 different numbers"),
        "{}",
        refused.reason
    );
    assert_eq!(
        many.by("reply_count", "by=attr.plan"),
        [("gold".to_owned(), 51.0)]
    );
}
