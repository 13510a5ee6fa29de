//! Until when agreements want tickets answered and closed: in the lists that reps work from, at the
//! instants by which the report of promises counts.

use serde_json::{Value, json};
use svar::model::Timestamp;

use crate::desk::{Desk, Server};

/// The clock stands at the first of November, a Sunday, 00:00. Anybody is promised an answer within
/// two hours, each later one within an hour and the close within two days, not counting the time that
/// it waits for the contact; urgent ones the close within sixteen hours of work.
const STORY: &str = r#"
    20 09:00 schedule.upserted schedule=day week={"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"],"fri":["09:00-17:00"]}
    20 09:00 sla.upserted sla=std applies={} first_response_secs=7200 next_response_secs=3600 close_secs=172800 pause_stages=["waiting"]
    20 09:00 sla.upserted sla=urgent applies={"priority":"high"} close_secs=57600 schedule=day
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 10:00 ticket.opened ticket=unanswered conversation=c1
    30 16:30 ticket.opened ticket=urgent priority=high contact=p2
    31 12:00 ticket.opened ticket=own contact=p2 close_due_at=2026-11-01T06:00:00Z
    31 12:00 ticket.opened ticket=paused contact=p2
    31 18:00 ticket.staged ticket=paused stage=waiting
    31 13:00 ticket.opened ticket=done contact=p2
    31 14:00 ticket.staged ticket=done stage=closed
    31 20:00 conversation.started conversation=c2 contact=p3
    31 20:00 message.added conversation=c2 message=m2 author=contact
    31 20:00 ticket.opened ticket=again conversation=c2
    31 20:30 message.added conversation=c2 message=m3 author=rep:ada
    31 23:30 message.added conversation=c2 message=m4 author=contact
    31 12:00 ticket.opened ticket=job pipeline=jobs contact=p2 request=matching
"#;

/// The tickets at risk and until when each is due, the least time left first.
fn at_risk(server: &Server) -> Vec<(String, String)> {
    let list = server.get("/api/v1/tickets?view=at_risk&sort=due").json();
    let items = list["items"].as_array().unwrap_or_else(|| panic!("{list}"));
    assert_eq!(list["counts"]["at_risk"], items.len(), "{list}");
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let pairs = items.iter();
    pairs
        .map(|item| (text(item, "ticket"), text(item, "due_at")))
        .collect()
}

fn due(server: &Server, ticket: &str) -> Option<String> {
    let all = at_risk(server);
    let found = all.into_iter().find(|(id, _)| id == ticket);
    found.map(|(_, at)| at)
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// How many promises for tickets were due by now, and how many of them were kept.
fn counted(desk: &Desk) -> (f64, f64) {
    let window = "from=2026-10-01&to=2026-12-01&where.pipeline=support";
    let total = desk.report("sla_attainment", window)["total"].clone();
    let number = |name: &str| total[name].as_f64().unwrap_or_default();
    (number("denominator"), number("numerator"))
}

#[test]
fn tickets_are_at_risk_by_the_agreement_that_applies_and_by_their_sources_own_instant() {
    let (_desk, server) = Desk::served(STORY);
    let wanted = [
        // Opened on Friday at ten: two hours.
        ("unanswered", "2026-10-30T12:00:00Z"),
        // The contact wrote again half an hour before midnight: one hour.
        ("again", "2026-11-01T00:30:00Z"),
        // Its source's own instant, though the agreement would give it until Monday noon.
        ("own", "2026-11-01T06:00:00Z"),
        // No agreement is about jobs: three days.
        ("job", "2026-11-03T12:00:00Z"),
        // Half an hour of Friday, eight of Monday, seven and a half of Tuesday.
        ("urgent", "2026-11-03T16:30:00Z"),
    ];
    let wanted = wanted.map(|(id, at)| (id.to_owned(), at.to_owned()));
    assert_eq!(at_risk(&server), wanted);
    let list = server.get("/api/v1/tickets?view=at_risk&sort=due").json();
    assert_eq!(list["items"][0]["left_secs"], -36 * 3_600);
    assert_eq!(list["items"][1]["left_secs"], 1_800);
    // What is paused has no such instant.
    let rest = server.get("/api/v1/tickets?view=open&at_risk=false").json();
    assert_eq!(rest["items"][0]["ticket"], "paused");
    assert_eq!(rest["items"].as_array().unwrap().len(), 1, "{rest}");
    let page = server.get("/tickets?view=at_risk&sort=due").body;
    assert!(page.contains("1 d 12 h overdue"), "{page}");
}

#[test]
fn at_that_instant_and_not_before_the_report_counts_a_promise_as_broken() {
    let (desk, server) = Desk::served(STORY);
    let now = desk.clock.now();
    let ahead = at_risk(&server)
        .into_iter()
        .filter(|(id, due)| at(due) > now && id != "job");
    let ahead: Vec<(String, String)> = ahead.collect();
    assert_eq!(ahead.len(), 3, "{ahead:?}");
    for (ticket, due) in ahead {
        desk.clock.set(at(&due).plus_millis(-1));
        let (before, kept) = counted(&desk);
        desk.clock.set(at(&due));
        assert_eq!(counted(&desk), (before + 1.0, kept), "{ticket}");
    }
}

#[test]
fn what_is_done_or_goes_on_moves_it_and_so_does_another_agreement() {
    let (desk, server) = Desk::served(STORY);
    desk.clock.set(at("2026-11-01T02:00:00Z"));
    let event = |number: u32, mut event: Value| {
        event["source"] = "t".into();
        event["id"] = format!("later-{number}").into();
        event["at"] = "2026-11-01T02:00:00Z".into();
        event
    };
    desk.post(&[
        event(
            1,
            json!({"type": "ticket.staged", "ticket": "paused", "stage": "open"}),
        ),
        event(
            2,
            json!({"type": "message.added", "conversation": "c2", "message": "m5",
            "author": {"kind": "rep", "id": "ada"}, "text": "x"}),
        ),
        event(
            3,
            json!({"type": "ticket.staged", "ticket": "own", "stage": "closed"}),
        ),
    ]);
    // It waited for eight hours of its two days.
    assert_eq!(due(&server, "paused").unwrap(), "2026-11-02T20:00:00Z");
    // Answered; the close is promised within two days, too.
    assert_eq!(due(&server, "again").unwrap(), "2026-11-02T20:00:00Z");
    assert_eq!(due(&server, "own"), None);
    // Agreements that are changed hold at once for tickets that are not folded anew.
    desk.post(&[event(
        4,
        json!({"type": "sla.upserted", "sla": "tight", "applies": {"pipeline": "support"},
            "close_secs": 90_000}),
    )]);
    assert_eq!(due(&server, "paused").unwrap(), "2026-11-01T13:00:00Z");
    assert_eq!(due(&server, "again").unwrap(), "2026-11-01T21:00:00Z");
    // Of two that fit with one field each, the one with the smaller id applies.
    assert_eq!(due(&server, "urgent").unwrap(), "2026-10-31T17:30:00Z");
}

#[test]
fn without_an_agreement_nothing_is_at_risk_but_what_the_source_wants() {
    let story: Vec<&str> = STORY
        .lines()
        .filter(|line| !line.contains("sla."))
        .collect();
    let (_desk, server) = Desk::served(&story.join("\n"));
    let ids: Vec<String> = at_risk(&server).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["own", "job"]);
}

#[test]
fn after_a_restart_from_kept_columns_and_from_none_the_list_is_the_same() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let before = at_risk(&Server::start(&desk.app));
    let mut desk = desk.reopened();
    assert_eq!(at_risk(&Server::start(&desk.app)), before);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    std::fs::remove_dir_all(folder.path().join("derived")).unwrap();
    desk = Desk::in_folder(folder);
    assert_eq!(at_risk(&Server::start(&desk.app)), before);
}
