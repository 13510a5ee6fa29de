//! Windows that are still running: half a week is compared with half a week, what has not begun
//! is empty, and whole periods can be asked for.

use serde_json::{Value, json};

use crate::desk::{StoryFacts, facts_at};

/// A conversation each day at 09:00 and at 15:00 from 5 October, a Monday, to the 23rd.
fn desk() -> StoryFacts {
    let days = (5..24).flat_map(|day| {
        [("a", "09"), ("b", "15")].map(|(part, hour)| {
            format!(
                "
                {day:02} {hour}:00 conversation.started conversation={day}{part} contact=p{day}
                {day:02} {hour}:00 message.added conversation={day}{part} author=contact
                {day:02} {hour}:01 message.added conversation={day}{part} author=customer_agent"
            )
        })
    });
    let story: String = days.collect();
    // Wednesday of the third week, at noon.
    facts_at(&story, "2026-10-21T12:00:00Z")
}

const WEEK: &str = "from=2026-10-19&to=2026-10-26&by=none";

fn values(result: &Value, series: &str) -> Vec<Value> {
    let points = result.pointer(series).unwrap().as_array().unwrap();
    points.iter().map(|point| point["value"].clone()).collect()
}

#[test]
fn r115_half_a_week_is_compared_with_half_a_week() {
    let found = desk().ask("handled", &format!("{WEEK}&every=day&compare=previous"));
    let compare = &found["compare"];
    // Monday and Tuesday whole, Wednesday until noon: 5 of this week, 5 of the one before.
    assert_eq!(
        (&found["total"]["value"], &compare["total"]["value"]),
        (&json!(5), &json!(5))
    );
    assert_eq!(compare["until"], "2026-10-14T12:00:00Z");
    assert_eq!(compare["window"]["to"], "2026-10-19T00:00:00Z");
    // A window that is over is compared with all of the one before.
    let over = desk().ask(
        "handled",
        "from=2026-10-12&to=2026-10-19&by=none&compare=previous",
    );
    assert_eq!(
        (&over["total"]["value"], &over["compare"]["total"]["value"]),
        (&json!(14), &json!(14))
    );
    assert_eq!(over["compare"].get("until"), None);
}

#[test]
fn r115_a_running_calendar_month_is_cut_at_the_same_day_and_hour() {
    let story = "
        01 09:00 conversation.started conversation=a contact=p
        01 09:00 message.added conversation=a author=contact
    ";
    let asked = "from=2026-10-01&to=2026-11-01&by=none&compare=previous_calendar&tz=Europe/Oslo";
    let found = facts_at(story, "2026-10-26T12:00:00Z").ask("handling_rate", asked);
    // 13:00 in Oslo once the clocks went back, still summer time in September.
    assert_eq!(found["compare"]["until"], "2026-09-26T11:00:00Z");
}

#[test]
fn r115_whole_periods_end_with_the_last_bucket_that_is_over() {
    let found = desk().ask(
        "handled",
        &format!("{WEEK}&every=day&whole=true&compare=previous"),
    );
    assert_eq!(found["window"]["to"], "2026-10-21T00:00:00Z");
    assert_eq!(values(&found, "/series/0/points"), [json!(2), json!(2)]);
    let compare = &found["compare"];
    assert_eq!(compare["window"]["from"], "2026-10-17T00:00:00Z");
    assert_eq!(
        (&compare["total"]["value"], compare.get("until")),
        (&json!(4), None)
    );
    let weeks = desk().ask(
        "handled",
        "from=2026-10-05&to=2026-10-26&by=none&every=week&whole=true",
    );
    assert_eq!(values(&weeks, "/series/0/points"), [json!(14), json!(14)]);
    // In one piece it ends with the last day, however long it is.
    let long = desk().ask(
        "handled",
        "from=2016-10-05&to=2026-10-26&by=none&whole=true",
    );
    assert_eq!(long["window"]["to"], "2026-10-21T00:00:00Z");
    let refused = desk().try_ask(
        "handled",
        "from=2026-10-21&to=2026-10-26&every=week&whole=true",
    );
    let refused = refused.unwrap_err();
    assert_eq!(refused.field, "whole");
    assert!(
        refused.reason.contains("no whole week"),
        "{}",
        refused.reason
    );
}

#[test]
fn r116_what_has_not_begun_is_empty_and_not_zero() {
    let found = desk().ask("handled", &format!("{WEEK}&every=day"));
    let (n, none) = (|n: u64| json!(n), Value::Null);
    let expected = [
        n(2),
        n(2),
        n(1),
        none.clone(),
        none.clone(),
        none.clone(),
        none,
    ];
    assert_eq!(values(&found, "/series/0/points"), expected);
    for report in svar::report::registry::all() {
        let found = desk().ask(report.id, "from=2026-10-19&to=2026-10-26&every=day&by=none");
        let series = found["series"].as_array().unwrap();
        for point in series
            .iter()
            .flat_map(|one| one["points"].as_array().unwrap())
        {
            let begun = point["start"].as_str().unwrap() <= "2026-10-21T12:00:00Z";
            assert!(begun || point["value"].is_null(), "{}: {point}", report.id);
        }
    }
}

#[test]
fn the_tile_row_of_a_week_that_starts_on_sunday_runs_from_sunday_to_sunday() {
    let desk = facts_at("01 09:00 team.upserted team=t", "2026-10-25T01:00:00Z");
    // Saturday evening in New York.
    let found = desk.ask("impact", "from=&tz=America/New_York&week_start=sun");
    let window = &found["window"];
    assert_eq!(
        (&window["from"], &window["to"]),
        (
            &json!("2026-10-18T04:00:00Z"),
            &json!("2026-10-25T04:00:00Z")
        )
    );
}
