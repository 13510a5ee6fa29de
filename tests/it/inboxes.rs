//! Inboxes and brands, schedules of a thing's own, several tags.

use serde_json::json;

use crate::desk::{Desk, facts_of};

/// Mail of two brands, a ticket without anything of its own, and one with its own inbox.
const MAIL: &str = "
    01 00:00 inbox.upserted inbox=i1 name=Shop brand=north channel=email
    01 00:00 inbox.upserted inbox=i2 name=Help brand=south
    10 00:00 inbox.upserted inbox=i1 name=Shop brand=west
    02 09:00 conversation.started conversation=a contact=p channel=email inbox=i1
    02 09:00 message.added conversation=a author=contact
    02 09:10 message.added conversation=a author=rep:ada
    02 09:00 ticket.opened ticket=t1 conversation=a
    02 10:00 ticket.staged ticket=t1 stage=closed
    03 09:00 conversation.started conversation=b contact=q inbox=i2
    03 09:00 message.added conversation=b author=contact
    03 09:20 message.added conversation=b author=rep:ada
    03 09:00 ticket.opened ticket=t2 conversation=b inbox=i1
    04 09:00 csat.rated conversation=b score=5
    11 09:00 conversation.started conversation=c contact=q
    11 09:00 conversation.updated conversation=c inbox=i1
    11 09:00 message.added conversation=c author=contact
    11 09:30 message.added conversation=c author=rep:ada
";

#[test]
fn r117_inbox_and_brand_cut_and_filter_wherever_channel_does() {
    let desk = facts_of(MAIL);
    let texts = |pairs: &[(&str, f64)]| -> Vec<(String, f64)> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), *value))
            .collect()
    };
    assert_eq!(
        desk.by("first_response_time", "by=inbox"),
        texts(&[("i1", 1_200.0), ("i2", 1_200.0)])
    );
    // The brand is the inbox's when the conversation began: a later change moves no past number.
    assert_eq!(
        desk.by("first_response_time", "by=brand"),
        texts(&[("north", 600.0), ("south", 1_200.0), ("west", 1_800.0)])
    );
    assert_eq!(
        desk.by("reply_count", "by=brand"),
        texts(&[("north", 1.0), ("south", 1.0), ("west", 1.0)])
    );
    assert_eq!(desk.by("csat", "by=inbox"), texts(&[("i2", 1.0)]));
    // A ticket's own inbox, else its conversation's.
    assert_eq!(
        desk.by("support_volume", "by=brand"),
        texts(&[("north", 2.0)])
    );
    assert_eq!(
        desk.by("support_volume", "by=channel"),
        texts(&[("chat", 1.0), ("email", 1.0)])
    );
    let of = |query: &str| desk.ask("time_to_close", query)["total"]["count"].clone();
    assert_eq!(
        (of("where.inbox=i1"), of("where.brand=south")),
        (json!(1), json!(0))
    );
    for report in svar::report::registry::all() {
        let fields = report.fields();
        let has = |name: &str| fields.iter().any(|field| field.as_str() == name);
        assert_eq!(
            has("channel"),
            has("inbox") && has("brand"),
            "{}",
            report.id
        );
    }
    let desk = Desk::new();
    desk.post_story(MAIL);
    let inbox = |id: &str| {
        desk.app
            .conversation(id)
            .unwrap()
            .inbox
            .map(|inbox| inbox.to_string())
    };
    assert_eq!(
        (inbox("a"), inbox("c")),
        (Some("i1".to_owned()), Some("i1".to_owned()))
    );
}

#[test]
fn r119_business_time_runs_on_a_things_own_schedule() {
    let story = r#"
        01 00:00 schedule.upserted schedule=default zone=UTC week={"thu":["09:00-17:00"],"fri":["09:00-17:00"]}
        01 00:00 schedule.upserted schedule=early zone=UTC week={"thu":["06:00-12:00"],"fri":["06:00-12:00"]}
        01 10:00 conversation.started conversation=a contact=p schedule=early
        01 10:00 message.added conversation=a author=contact
        02 08:00 message.added conversation=a author=rep:ada
        01 10:00 conversation.started conversation=b contact=q
        01 10:00 message.added conversation=b author=contact
        02 08:00 message.added conversation=b author=rep:ben
    "#;
    let hours = |count: u32| f64::from(count) * 3_600.0;
    let by_rep = |query: &str| facts_of(story).by("first_response_time", query);
    // Thursday 10–12 and Friday 6–8 on its own; Thursday 10–17 on the default one.
    assert_eq!(
        by_rep("by=rep&clock=business"),
        [("ada".to_owned(), hours(4)), ("ben".to_owned(), hours(7))]
    );
    // Named in the query one schedule holds for all.
    assert_eq!(
        by_rep("by=rep&clock=business&schedule=early"),
        [("ada".to_owned(), hours(4)), ("ben".to_owned(), hours(4))]
    );
    // Changed on the way: each stretch by the one then set, null is the default one.
    let changed = format!("{story}\n 01 11:00 conversation.updated conversation=a schedule=null");
    let changed = facts_of(&changed).by("first_response_time", "by=rep&clock=business");
    // An hour on its own, then 11–17 on the default one.
    assert_eq!(changed[0], ("ada".to_owned(), hours(7)));
    // A ticket's own wins over its conversation's.
    let ticket = format!(
        "{story}
        01 10:00 ticket.opened ticket=t conversation=b schedule=early
        02 08:00 ticket.staged ticket=t stage=closed"
    );
    let closed = facts_of(&ticket).ask("time_to_close", "clock=business");
    assert_eq!(closed["total"]["value"], hours(4));
}

#[test]
fn r120_several_tags_are_or_all_of_them_and_none_of_them() {
    let conversation = |id: &str, tags: &[&str]| {
        let tagged: Vec<String> = tags
            .iter()
            .map(|tag| format!("\n 01 10:00 conversation.tagged conversation={id} tag={tag}"))
            .collect();
        format!(
            "
            01 09:00 conversation.started conversation={id} contact={id}
            01 09:00 message.added conversation={id} author=contact
            {}",
            tagged.concat()
        )
    };
    let story = [
        conversation("x", &["red"]),
        conversation("y", &["red", "blue"]),
        conversation("z", &["blue"]),
        conversation("n", &[]),
    ]
    .concat();
    let desk = facts_of(&story);
    let count = |query: &str| desk.ask("handling_rate", query)["total"]["denominator"].clone();
    assert_eq!(count("where.tag=red,blue"), 3);
    assert_eq!(count("where.tag.all=red,blue"), 1);
    assert_eq!(count("where.tag.all=red"), 2);
    assert_eq!(count("where.tag.not=red,blue"), 1);
    assert_eq!(count("where.tag=red&where.tag=blue"), 3);
    assert_eq!(count("where.tag=blue&where.tag.all=red"), 1);
    let refused = desk
        .try_ask("handling_rate", "where.channel.all=chat")
        .unwrap_err();
    assert_eq!(refused.field, "where.channel.all");
}
