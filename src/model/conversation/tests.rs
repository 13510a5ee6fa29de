//! What the desk sees of a conversation, from events worked out by hand.

use super::*;
use crate::model::Event;
use crate::model::event::cmp_events;

fn events(lines: &[&str]) -> Vec<Event> {
    let mut events: Vec<Event> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let (kind, rest) = line.split_once(' ').unwrap();
            let (day, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let comma = if rest.is_empty() { "" } else { "," };
            let line = format!(
                r#"{{"type":"{kind}","at":"2026-01-{day}T00:00:00Z","id":"{index}"{comma}{rest}}}"#
            );
            Event::parse(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
        })
        .collect();
    events.sort_by(cmp_events);
    events
}

const START: &str = r#"conversation.started 02 "conversation":"c","contact":"p","channel":"chat""#;

fn message(day: &str, id: &str, author: &str, rest: &str) -> String {
    format!(
        r#"message.added {day} "conversation":"c","message":"{id}","author":{{"kind":"{author}"}},"text":"{id}"{rest}"#
    )
}

#[test]
fn messages_without_a_start_are_no_conversation_and_earlier_ones_stay() {
    let early = message("01", "m", "contact", "");
    assert_eq!(Conversation::fold(&events(&[&early])), None);
    let conversation = Conversation::fold(&events(&[&early, START])).unwrap();
    assert_eq!(conversation.messages.len(), 1);
    assert_eq!(
        conversation.messages[0].at.to_string(),
        "2026-01-01T00:00:00Z"
    );
}

#[test]
fn the_first_message_of_an_id_and_the_first_start_stand() {
    let (first, second) = (
        message("03", "m", "contact", ""),
        message("04", "m", "rep", ""),
    );
    let again = START.replace("02", "05").replace("chat", "email");
    let conversation = Conversation::fold(&events(&[&second, &again, &first, START])).unwrap();
    assert_eq!(conversation.channel, "chat");
    assert_eq!(conversation.messages.len(), 1);
    assert_eq!(
        conversation.last_message_at.unwrap().to_string(),
        "2026-01-03T00:00:00Z"
    );
}

#[test]
fn a_contact_who_writes_again_opens_it_and_a_thanks_does_not() {
    let resolved = r#"conversation.resolved 04 "conversation":"c","by":{"kind":"rep","id":"a"}"#;
    let thanks = message("05", "m", "contact", r#","ack":true"#);
    let again = message("06", "n", "contact", "");
    let conversation = Conversation::fold(&events(&[START, resolved, &thanks])).unwrap();
    assert_eq!(conversation.status, Status::Resolved);
    assert!(conversation.resolved_at.is_some());
    let conversation = Conversation::fold(&events(&[START, resolved, &thanks, &again])).unwrap();
    assert_eq!(conversation.status, Status::Open);
    assert_eq!(conversation.resolved_by, None);
}

#[test]
fn a_direction_left_out_is_derived_past_automation_and_holding_texts() {
    let automation = message("02", "a", "automation", "");
    let holding = message("03", "b", "customer_agent", r#","role":"other""#);
    let rep = message("04", "c", "rep", "");
    let contact = message("05", "d", "contact", "");
    let conversation =
        Conversation::fold(&events(&[START, &automation, &holding, &rep, &contact])).unwrap();
    assert_eq!(conversation.direction, Direction::Outbound);
    let conversation =
        Conversation::fold(&events(&[START, &automation, &holding, &contact])).unwrap();
    assert_eq!(conversation.direction, Direction::Inbound);
}

#[test]
fn what_a_merged_conversation_said_stands_in_the_target() {
    let unit = events(&[
        START,
        &START.replace(":\"c\"", ":\"d\""),
        &message("03", "m", "contact", ""),
        &message("04", "n", "contact", "").replace(":\"c\"", ":\"d\""),
        r#"conversation.merged 05 "conversation":"d","into":"c""#,
        r#"conversation.merged 06 "conversation":"c","into":"d""#,
        r#"conversation.resolved 07 "conversation":"d","by":{"kind":"automation"}"#,
    ]);
    let target = Conversation::fold_in("c", &unit).unwrap();
    let ids: Vec<&str> = target.messages.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, ["m", "n"]);
    assert_eq!(
        target.messages[1].merged_from.as_ref().unwrap().as_str(),
        "d"
    );
    assert_eq!(target.merged_into, None, "the second merge closes a circle");
    assert_eq!(target.status, Status::Open);
    let gone = Conversation::fold_in("d", &unit).unwrap();
    assert_eq!(gone.merged_into.unwrap().as_str(), "c");
    assert_eq!(gone.messages.len(), 1);
}

#[test]
fn a_handoff_takes_it_from_the_customer_agent() {
    let to_agent = r#"conversation.assigned 03 "conversation":"c","to":{"kind":"customer_agent"}"#;
    let handed = r#"conversation.handed_off 04 "conversation":"c","reason":"asked""#;
    let conversation = Conversation::fold(&events(&[START, to_agent, handed])).unwrap();
    assert_eq!(conversation.assigned_to, Assignee::Nobody {});
    let to_team = format!(r#"{handed},"to":{{"kind":"team","id":"x"}}"#);
    let conversation = Conversation::fold(&events(&[START, to_agent, &to_team])).unwrap();
    assert!(matches!(conversation.assigned_to, Assignee::Team { .. }));
}

#[test]
fn tags_carry_the_names_of_today() {
    let unit = events(&[
        START,
        r#"conversation.tagged 03 "conversation":"c","tag":"old""#,
        r#"conversation.tagged 03 "conversation":"c","tag":"gone""#,
        r#"conversation.tagged 03 "conversation":"c","tag":"taken""#,
        r#"tag.renamed 04 "tag":"old","to":"new""#,
        r#"tag.renamed 04 "tag":"taken","to":"off""#,
        r#"conversation.untagged 05 "conversation":"c","tag":"off""#,
        r#"tag.deleted 06 "tag":"gone""#,
    ]);
    let conversation = Conversation::fold(&unit).unwrap();
    assert_eq!(
        conversation.tags_under(&Directory::fold(&unit)),
        ["new".to_owned()]
    );
}

#[test]
fn the_json_is_what_an_api_shows() {
    let unit = events(&[
        START,
        &message("03", "m", "customer_agent", ""),
        r#"conversation.marked 04 "conversation":"c","mark":"spam","on":true"#,
        r#"conversation.updated 04 "conversation":"c","priority":"high","attributes":{"a":1,"b":null}"#,
    ]);
    let json = serde_json::to_value(Conversation::fold(&unit).unwrap()).unwrap();
    assert_eq!(json["started_at"], "2026-01-02T00:00:00Z");
    assert_eq!(json["status"], "open");
    assert_eq!(json["assigned_to"]["kind"], "nobody");
    assert_eq!(json["marks"][0], "spam");
    assert_eq!(json["messages"][0]["role"], "answer");
    assert_eq!(json["attributes"], serde_json::json!({"a": 1}));
    assert!(json.get("taggings").is_none());
}
