//! What other products have that the customer agent could say comes along as drafts, with where it is
//! read and in which language; none is published by itself.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use svar::app::{Format, HubSpotMapping, Migration, Paging};

use crate::desk::Desk;
use crate::imports::{exported, imported, run};

/// The drafts of a desk: id, question, text, language.
fn drafts(desk: &Desk) -> Vec<[Value; 4]> {
    let events = exported(desk).into_iter();
    let drafts = events.filter(|event| event["type"] == "short_answer.upserted");
    let mut drafts: Vec<[Value; 4]> = drafts
        .map(|event| {
            assert_eq!(event["status"], "draft");
            ["short_answer", "question", "text", "language"].map(|name| event[name].clone())
        })
        .collect();
    drafts.sort_by_key(|draft| draft[0].to_string());
    drafts
}

fn row(id: &str, question: &str, text: &str, language: Option<&str>) -> [Value; 4] {
    [json!(id), json!(question), json!(text), json!(language)]
}

#[test]
fn articles_macros_and_canned_responses_are_drafts_with_link_and_language() {
    let (desk, _) = imported(Format::Chatwoot);
    assert_eq!(
        drafts(&desk),
        [
            row(
                "chatwoot:article:61",
                "Refunds",
                "We pay back in **five** days.",
                Some("en")
            ),
            row(
                "chatwoot:canned:81",
                "refund",
                "We refund you within {{days}} days.",
                None
            ),
        ]
    );
    let (desk, _) = imported(Format::Intercom);
    let all = drafts(&desk);
    let of = |id: &str| all.iter().find(|draft| draft[0] == id).unwrap().clone();
    let french = "Renvoyez-le.\n\nhttps://shop.example/fr/92";
    assert_eq!(
        of("intercom:article:92:fr"),
        row("intercom:article:92:fr", "Retours", french, Some("fr"))
    );
    let english = "Send it back.\n\nhttps://shop.example/en/92";
    assert_eq!(
        of("intercom:article:92"),
        row("intercom:article:92", "Returns", english, Some("en"))
    );
    let status = "Your order is on its **way**.";
    assert_eq!(
        of("intercom:macro:91"),
        row("intercom:macro:91", "Order status", status, None)
    );
    // The language of the article itself comes once.
    assert!(all.iter().all(|draft| draft[0] != "intercom:article:92:en"));
    let (desk, _) = imported(Format::Zendesk);
    let languages: Vec<Value> = drafts(&desk).into_iter().map(|[.., last]| last).collect();
    assert_eq!(languages, [json!("en-us"), Value::Null]);
}

#[test]
fn a_table_of_hubspots_knowledge_base_is_drafts() {
    let desk = Desk::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hubspot-tables/articles.csv");
    assert_eq!(
        svar::ingest::recognized(std::slice::from_ref(&file)).as_deref(),
        Some("hubspot")
    );
    let mapping = HubSpotMapping::parse("hubspot", "", Some("Europe/Berlin")).unwrap();
    let files: [PathBuf; 1] = [file];
    let completeness = run(&desk, Migration::of_hubspot(mapping), &files);
    let kind = &completeness.records[0];
    assert_eq!(
        (
            kind.kind.as_str(),
            kind.read,
            kind.translated,
            kind.passed_over
        ),
        ("articles", 3, 2, 1)
    );
    let english = "Send them **back**, within 30 days.\n\nhttps://help.shop.example/returns";
    assert_eq!(
        drafts(&desk)[1],
        row(
            "hubspot:article:https://help.shop.example/returns",
            "How do I return shoes?",
            english,
            Some("en")
        )
    );
    // No published answer comes of it.
    let published = desk
        .app
        .knowledge()
        .answers("", Some(true), Paging::first(9));
    assert_eq!(published.items.len(), 0);
}
