//! What is too much is refused in words of bounded length, before it costs anything.

use std::fmt::Write as _;

use crate::desk::{Desk, Server, agent, answer};

#[test]
fn an_answer_of_too_many_figures_is_refused_with_what_to_narrow() {
    let desk = Desk::new();
    let mut story = String::new();
    for contact in 0..101 {
        writeln!(
            story,
            "05 09:00 conversation.started conversation=c{contact} contact=p{contact}
             05 09:00 message.added conversation=c{contact} author=contact:p{contact}"
        )
        .unwrap();
    }
    desk.post_story(&story);
    let server = Server::start(&desk.app);
    let asked = |query: &str| {
        let path = format!("/api/v1/reports/handling_rate?from=2026-10-01&{query}");
        answer(agent().get(server.url(&path)).call())
    };
    // 83 days are 1,992 hours, and 101 times that is more than 200,000.
    let refused = asked("to=2026-12-23&every=hour&by=contact");
    assert_eq!(refused.status, 400);
    let reason = refused.json()["errors"][0]["message"].to_string();
    assert!(reason.contains("101 series of 1992 buckets"), "{reason}");
    assert!(reason.contains("where.contact"), "{reason}");
    let narrower = asked("to=2026-12-23&every=day&by=contact").json();
    assert_eq!(narrower["series"].as_array().unwrap().len(), 101);
    let fewer = asked("to=2026-12-23&every=hour&by=contact&where.contact=p1,p2").json();
    assert_eq!(fewer["series"].as_array().unwrap().len(), 2);
    let twice = asked("to=2026-12-23&by=channel,channel");
    assert_eq!(twice.status, 400);
    assert!(twice.body.contains("`channel` is there twice"));
}

#[test]
fn a_long_value_is_named_by_its_beginning_everywhere() {
    let desk = Desk::new();
    desk.post_story("05 09:00 conversation.started");
    let server = Server::start(&desk.app);
    let long = "x".repeat(10_000);
    for path in [
        format!("/api/v1/reports/{long}"),
        format!("/api/v1/reports/handled?every={long}"),
        format!("/api/v1/reports/handled?{long}=1"),
        format!("/api/v1/reports/handled?where.{long}=1"),
        format!("/api/v1/conversations/{long}"),
        format!("/api/v1/search?q=x&limit={long}"),
        format!("/reports/{long}"),
        format!("/reports/handled?tz={long}"),
        format!("/conversations/{long}"),
    ] {
        let refused = answer(agent().get(server.url(&path)).call());
        assert!(refused.status == 400 || refused.status == 404, "{path}");
        let head = path.split(&long).next().unwrap();
        assert!(!refused.body.contains(&"x".repeat(101)), "{head}");
    }
    let lines = format!(r#"{{"type":"{long}","at":"{long}","source":"t","id":"1"}}"#);
    let taken = answer(agent().post(server.url("/api/v1/events")).send(&lines));
    assert!(taken.body.len() < 4_000, "{}", taken.body.len());
    let body = format!(r#"{{"text":"x","contact":"{long}","{long}":1}}"#);
    let post = agent().post(server.url("/api/v1/ask"));
    let post = post.header("content-type", "application/json");
    assert!(answer(post.send(&body)).body.len() < 1_000);
}
