//! What is left of events of a contact who is erased, and of those of others.

use super::*;

const SALT: &str = "salt";

fn event(line: &str) -> Event {
    Event::parse_journalled(line).unwrap()
}

/// An event of a type with fields, at an instant.
fn told(kind: &str, fields: &str) -> Event {
    let source = if kind.starts_with("svar.") {
        "svar"
    } else {
        "x"
    };
    event(&format!(
        r#"{{"type":"{kind}","at":"2026-01-01T00:00:00Z","source":"{source}","id":"1",{fields}}}"#
    ))
}

fn story() -> Vec<Event> {
    let hash = contact_hash(SALT, "p1");
    let erased = format!(
        r#""contact":"{}","salt":"{SALT}","hashes":["{hash}"],"conversations":["c1"],"tickets":["t1"]"#,
        pseudonym(&hash)
    );
    vec![
        told(
            "contact.upserted",
            r#""contact":"p1","name":"Pia Holm","email":"pia@shop.example","phone":"+47 555","language":"nb","company":{"name":"Fjord","role":"owner"},"attributes":{"plan":"gold"}"#,
        ),
        told(
            "contact.upserted",
            r#""contact":"p2","name":"Pia Holm","email":"pia@shop.example""#,
        ),
        told(
            "conversation.started",
            r#""conversation":"c1","contact":"p1","channel":"chat","subject":"My parcel","url":"https://shop.example/?pia","attributes":{"order":7}"#,
        ),
        told(
            "message.added",
            r#""conversation":"c1","message":"m1","author":{"kind":"contact","id":"p1"},"text":"Where is it?","attachments":[{"name":"a.png","media_type":"image/png","size":3,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"name":"b.png","media_type":"image/png","size":3,"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}]"#,
        ),
        told(
            "message.added",
            r#""conversation":"c2","message":"m2","author":{"kind":"rep","id":"ada"},"text":"As PIA HOLM <pia@shop.example> says, +47 555; Pia is right.","attachments":[{"name":"b.png","media_type":"image/png","size":3,"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}]"#,
        ),
        told(
            "question.asked",
            r#""conversation":"c1","question":"q1","text":"Where is it?","outcome":"unanswered","score":0.5"#,
        ),
        told(
            "svar.topics_assigned",
            r#""embedder":"e","placed":[{"question":"q1","cluster":1,"topic":"t4"},{"question":"q2","cluster":2,"topic":"t5"}],"titled":[{"topic":"t4","title":"Where is it?","tags":["where"]},{"topic":"t5","title":"Refund"}]"#,
        ),
        told(
            "svar.case_set",
            r#""text":"Where is it?","short_answer":"s""#,
        ),
        told("svar.case_set", r#""text":"Refund?""#),
        told(
            "ticket.opened",
            r#""ticket":"t1","pipeline":"support","stage":"new","contact":"p1","subject":"Parcel""#,
        ),
        told(
            "ticket.declined",
            r#""ticket":"t1","by":{"kind":"contact","id":"p1"},"reason":"No need""#,
        ),
        told(
            "ticket.declined",
            r#""ticket":"t1","by":{"kind":"rep"},"reason":"too far""#,
        ),
        told("csat.rated", r#""ticket":"t1","score":2,"text":"slow""#),
        told("svar.contact_verified", r#""contact":"p1","host_id":"u7""#),
        told("svar.contact_erased", &erased),
    ]
    .into_iter()
    .chain(mails())
    .collect()
}

/// Mails of conversations of theirs and of others.
fn mails() -> Vec<Event> {
    vec![
        told(
            "svar.mail_queued",
            r#""about":{"kind":"message","conversation":"c1","message":"m1","to":["boss@fjord.example"],"cc":["+47 555@sms.example"]}"#,
        ),
        told(
            "svar.mail_queued",
            r#""about":{"kind":"message","conversation":"c9","message":"m9","cc":["ben@shop.example"]}"#,
        ),
        told(
            "svar.mail_dropped",
            r#""mail":7,"conversation":"c1","reason":"refused","code":550,"said":"no pia@shop.example here""#,
        ),
        told(
            "svar.mail_bounced",
            r#""mail":7,"conversation":"c1","message":"m10","recipient":"pia@shop.example","said":"550 pia@shop.example: gone""#,
        ),
    ]
}

fn erasure(events: &[Event]) -> Erasure {
    let mut erasure = Erasure::default();
    for learn in [Erasure::note, Erasure::learn, Erasure::learn_words] {
        for event in events {
            learn(&mut erasure, event);
        }
    }
    erasure.ready();
    erasure
}

/// What is left of the story, each event as its text.
fn left(events: &[Event]) -> Vec<Event> {
    let erasure = erasure(events);
    let left = |event: &Event| erasure.left_of(event).unwrap_or_else(|| event.clone());
    events.iter().map(left).collect()
}

#[test]
fn words_and_names_go_wherever_they_are() {
    for (place, event) in left(&story()).iter().enumerate() {
        // The second contact is somebody else, and so keeps their own name.
        let is_theirs = place != 1;
        let line = event.to_json();
        for word in [
            "Pia Holm",
            "pia@",
            "+47 555",
            "u7",
            "\"p1\"",
            "Where is it",
            "My parcel",
            "gold",
            "owner",
            "a.png",
            "No need",
            "slow",
        ] {
            assert!(!(is_theirs && line.contains(word)), "{word}: {line}");
        }
    }
}

#[test]
fn what_counts_stays_and_so_does_what_is_of_others() {
    let events = story();
    let left = left(&events);
    let name = pseudonym(&contact_hash(SALT, "p1"));
    for (place, word) in [
        (0, name.as_str()),
        (0, "Fjord"),
        (0, "\"nb\""),
        (3, r#""text":"""#),
        (4, "As … <…> says, …; Pia is right."),
        (5, "0.5"),
        (6, r#""title":"Refund""#),
        (7, "svar.case_removed"),
        (11, "too far"),
        (12, r#""score":2"#),
    ] {
        let line = left.get(place).unwrap().to_json();
        assert!(line.contains(word), "{word}: {line}");
    }
    for place in [1, 8, 14, 16] {
        assert_eq!(left.get(place), events.get(place));
    }
    let files: Vec<String> = erasure(&events).files().map(str::to_owned).collect();
    assert_eq!(files, ["a".repeat(64)], "the other is somebody else's, too");
}

#[test]
fn what_is_left_is_an_event_still_and_nothing_more_goes() {
    let events = story();
    let left = left(&events);
    let again = [erasure(&events), erasure(&left)];
    for event in &left {
        assert_eq!(Event::parse_journalled(&event.to_json()).unwrap(), *event);
        for erasure in &again {
            assert_eq!(erasure.left_of(event), None, "{}", event.to_json());
        }
    }
}

#[test]
fn what_others_wrote_about_others_stays_to_the_letter() {
    let events = [
        told(
            "message.added",
            r#""conversation":"c9","message":"m9","author":{"kind":"contact","id":"p9"},"text":"Hi""#,
        ),
        told("contact.merged", r#""contact":"p8","into":"p9""#),
    ];
    let all: Vec<Event> = story().into_iter().chain(events.clone()).collect();
    let erasure = erasure(&all);
    assert!(events.iter().all(|event| erasure.left_of(event).is_none()));
    assert!(!erasure.is_empty() && Erasure::default().is_empty());
}

/// Types of which an erasure takes nothing: nobody's words are in them, and no contact is named.
const WORDLESS: [&str; 109] = [
    "svar.inbox_set",
    "svar.inbox_removed",
    "svar.mail_taken_in",
    "svar.chart_note_removed",
    "svar.chart_note_restored",
    "svar.alert_rule_paused",
    "svar.alert_rule_removed",
    "svar.alert_opened",
    "svar.alert_told",
    "svar.alert_resolved",
    "svar.webhook_set",
    "svar.webhook_secret_changed",
    "svar.webhook_paused",
    "svar.webhook_resumed",
    "svar.webhook_tested",
    "svar.webhook_replayed",
    "svar.webhook_removed",
    "svar.mail_sent",
    "svar.import_finished",
    "svar.connector_changed",
    "svar.habits_set",
    "svar.job_preferences_set",
    "svar.job_reminded",
    "svar.agent_picture_set",
    "svar.team_archived",
    "svar.service_set",
    "svar.service_removed",
    "svar.queue_set",
    "svar.answer_released",
    "svar.rule_switched",
    "svar.rule_removed",
    "svar.rules_ordered",
    "svar.rule_acted",
    "svar.rules_asked",
    "svar.rule_paused",
    "svar.widget_set",
    "team.upserted",
    "inbox.upserted",
    "rep.upserted",
    "rep.deleted",
    "rep.status_changed",
    "schedule.upserted",
    "conversation.assigned",
    "conversation.handed_off",
    "conversation.merged",
    "conversation.unmerged",
    "conversation.split",
    "message.redacted",
    "conversation.marked",
    "conversation.tagged",
    "conversation.untagged",
    "tag.renamed",
    "tag.deleted",
    "ticket.merged",
    "ticket.unmerged",
    "ticket.viewed",
    "invoice.sent",
    "invoice.paid",
    "invoice.voided",
    "pipeline.upserted",
    "sla.upserted",
    "short_answer.deleted",
    "svar.topic_merged",
    "svar.topic_split",
    "svar.topic_pinned",
    "svar.topics_told_apart",
    "svar.question_moved",
    "svar.topic_restored",
    "svar.question_restored",
    "svar.topic_answered",
    "svar.decision_reviewed",
    "svar.row_reviewed",
    "svar.knowledge_set",
    "svar.customer_agent_set",
    "svar.survey_set",
    "svar.survey_held_back",
    "svar.calibrated",
    "svar.model_set",
    "svar.embedder_switched",
    "svar.contact_erased",
    "svar.conversation_seen",
    "svar.conversation_unseen",
    "svar.conversation_snoozed",
    "svar.conversation_woken",
    "svar.canned_reply_removed",
    "svar.mail_schedule_set",
    "svar.mail_schedule_removed",
    "svar.saved_report_removed",
    "svar.saved_report_restored",
    "svar.dashboard_removed",
    "svar.dashboard_restored",
    "svar.link_shared",
    "svar.link_revoked",
    "svar.tag_created",
    "svar.profile_set",
    "svar.profile_removed",
    "svar.user_set",
    "svar.user_invited",
    "svar.password_set",
    "svar.second_factor_set",
    "svar.recovery_code_used",
    "svar.second_factor_removed",
    "svar.provider_linked",
    "svar.provider_unlinked",
    "svar.provider_signed_in",
    "svar.sessions_ended",
    "svar.user_suspended",
    "svar.user_removed",
    "svar.access_set",
];

#[test]
fn every_type_is_looked_through_or_known_to_have_no_words() {
    let source = include_str!("words.rs");
    let mut unknown: Vec<&str> = Vec::new();
    for kind in Body::TYPES.iter().chain(Body::OWN_TYPES) {
        // `message.added` is looked through as `Body::MessageAdded`.
        let words = kind.trim_start_matches("svar.").split(['.', '_']);
        let name: String = words
            .map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_uppercase() + rest
            })
            .collect();
        let is_looked_through = source.contains(&format!("Body::{name}("));
        if !is_looked_through && !WORDLESS.contains(kind) {
            unknown.push(kind);
        }
    }
    assert_eq!(unknown, ["svar.token_created", "svar.token_revoked"]);
}
