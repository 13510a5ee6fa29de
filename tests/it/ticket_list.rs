//! The lists of tickets and jobs that reps work from: over the API, as a table, as a board, after
//! a restart, and for somebody who sees a part only.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use svar::command::{Caller, Identity, Role, UserDraft};
use svar::model::RepId;

use crate::desk::{Answer, Desk, Server};

/// The clock stands at the first of November, 00:00. A job lives three days.
const STORY: &str = "
    20 09:00 team.upserted team=x name=Shipping
    20 09:00 rep.upserted rep=ada name=Ada team=x
    20 09:00 rep.upserted rep=ben name=Ben
    20 09:00 contact.upserted contact=p1 name=Pia company={\"name\":\"Harbour\",\"url\":\"https://harbour.example\"}
    20 09:00 contact.upserted contact=p2 name=Quentin
    10 09:00 ticket.opened ticket=old pipeline=support stage=new
    11 09:00 ticket.staged ticket=old stage=closed
    20 09:00 ticket.opened ticket=gone pipeline=jobs contact=p1
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact text=parcel
    30 10:00 ticket.opened ticket=s1 pipeline=support conversation=c1 subject=Refund priority=high owner=ada service=shipping
    30 11:00 ticket.opened ticket=s2 pipeline=support contact=p2 team=x
    30 11:00 ticket.opened ticket=s3 pipeline=support contact=p2 close_due_at=2026-10-31T20:00:00Z
    30 12:00 ticket.opened ticket=j1 pipeline=jobs contact=p1 request=matching
    30 13:00 ticket.opened ticket=j2 pipeline=jobs contact=p2
    30 13:30 ticket.declined ticket=j2 by=rep:ben
    30 14:00 ticket.opened ticket=s4 pipeline=support contact=p2
    30 15:00 ticket.staged ticket=s4 stage=closed
    31 09:00 ticket.assigned ticket=s2 reps=ben,ada
";

fn list(server: &Server, query: &str) -> Value {
    server.get(&format!("/api/v1/tickets?{query}")).json()
}

/// The tickets of a list, in its order.
fn listed(server: &Server, query: &str) -> Vec<String> {
    let list = list(server, query);
    let items = list["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{query}: {list}"));
    let ids = items.iter().map(|item| item["ticket"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

#[test]
fn each_view_lists_what_it_says_and_counts_agree_with_the_lists() {
    let (_desk, server) = Desk::served(STORY);
    for (view, wanted) in [
        ("open", &["s2", "s1", "j1", "s3"][..]),
        ("mine", &[]),
        ("unassigned", &["j1", "s3"]),
        ("at_risk", &["j1", "s3"]),
        ("closed", &["s4", "j2", "gone"]),
        ("all", &["s2", "s4", "j2", "j1", "s3", "s1", "gone"]),
    ] {
        let mut wanted: Vec<&str> = wanted.to_vec();
        let mut found = listed(&server, &format!("view={view}"));
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "{view}");
        let counts = list(&server, "")["counts"].clone();
        assert_eq!(counts[view], wanted.len(), "{view}");
    }
    for (query, wanted) in [
        ("sort=latest", &["s2", "j1", "s3", "s1"][..]),
        ("sort=newest", &["j1", "s2", "s3", "s1"]),
        ("sort=oldest", &["s1", "s2", "s3", "j1"]),
        ("sort=due", &["s3", "j1", "s1", "s2"]),
        ("pipeline=jobs", &["j1"]),
        ("stage=new&pipeline=support", &["s2", "s3", "s1"]),
        ("view=all&stage=expired", &["gone"]),
        ("view=all&status=closed&pipeline=support", &["s4"]),
        ("owner=ada", &["s1"]),
        ("rep=ada", &["s2", "s1"]),
        ("team=x", &["s2", "s1"]),
        ("priority=high,low", &["s1"]),
        ("service=shipping", &["s1"]),
        ("contact=p2", &["s2", "s3"]),
        ("company=harbour.example", &["j1", "s1"]),
        ("company=nowhere.example", &[]),
        ("at_risk=false", &["s2", "s1"]),
        ("q=refund", &["s1"]),
        ("q=Quentin", &["s2", "s3"]),
        ("q=parcel", &["s1"]),
        ("q=nothing-has-this", &[]),
    ] {
        assert_eq!(listed(&server, query), wanted, "{query}");
    }
}

#[test]
fn a_line_says_how_much_time_is_left_and_the_report_counts_the_same_jobs() {
    let (desk, server) = Desk::served(STORY);
    let list = list(&server, "view=at_risk&sort=due");
    let (overdue, job) = (&list["items"][0], &list["items"][1]);
    // It was wanted at 20:00, four hours ago.
    assert_eq!(
        (&overdue["ticket"], &overdue["left_secs"]),
        (&json!("s3"), &json!(-4 * 3_600))
    );
    // Opened on the thirtieth at noon it lives until the second of November at noon.
    assert_eq!(job["due_at"], "2026-11-02T12:00:00Z");
    assert_eq!(job["left_secs"], 36 * 3_600);
    assert_eq!(
        (&job["contact_name"], &job["company"]),
        (&json!("Pia"), &json!("Harbour"))
    );
    let report = desk.report("jobs_at_risk", "from=2026-10-01&to=2026-11-01");
    assert_eq!(report["total"]["value"], 1.0);
    assert_eq!(listed(&server, "view=at_risk&pipeline=jobs").len(), 1);
    // Time alone takes it from one view to the other.
    desk.clock
        .set(svar::model::Timestamp::parse("2026-11-02T12:00:00Z").unwrap());
    assert_eq!(listed(&server, "view=at_risk"), ["s3"]);
    assert_eq!(
        listed(&server, "view=closed&pipeline=jobs&sort=newest"),
        ["j2", "j1", "gone"]
    );
}

#[test]
fn what_was_closed_two_weeks_ago_leaves_the_lists_though_nothing_happens() {
    let (desk, server) = Desk::served(STORY);
    assert_eq!(listed(&server, "view=closed&pipeline=support"), ["s4"]);
    desk.clock
        .set(svar::model::Timestamp::parse("2026-11-13T14:59:59Z").unwrap());
    assert_eq!(listed(&server, "view=closed&pipeline=support"), ["s4"]);
    desk.clock
        .set(svar::model::Timestamp::parse("2026-11-13T15:00:00Z").unwrap());
    assert_eq!(listed(&server, "view=closed&pipeline=support"), [""; 0]);
    assert_eq!(list(&server, "pipeline=support")["counts"]["closed"], 0);
}

#[test]
fn a_page_stays_where_it_is_while_new_tickets_arrive() {
    let (desk, server) = Desk::served(STORY);
    let first = list(&server, "limit=2&sort=newest");
    assert_eq!(first["items"][0]["ticket"], "j1");
    let cursor = first["next_cursor"].as_str().unwrap();
    desk.post_story("31 20:00 ticket.opened ticket=fresh pipeline=support");
    let rest = listed(&server, &format!("limit=5&sort=newest&cursor={cursor}"));
    assert_eq!(rest, ["s3", "s1"]);
    assert_eq!(listed(&server, "sort=newest")[0], "fresh");
}

#[test]
fn what_cannot_be_listed_is_refused_by_name() {
    let (_desk, server) = Desk::served(STORY);
    for (query, field) in [
        ("view=board", "view"),
        ("sort=priority", "sort"),
        ("status=new", "status"),
        ("at_risk=maybe", "at_risk"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let refused = server.get(&format!("/api/v1/tickets?{query}"));
        assert_eq!(refused.status, 400, "{query}: {}", refused.body);
        assert_eq!(refused.json()["errors"][0]["pointer"], field, "{query}");
    }
}

#[test]
fn a_restart_and_a_rebuild_list_the_same() {
    let (desk, server) = Desk::served(STORY);
    let all = |server: &Server| {
        let views = ["all", "at_risk", "closed"];
        views.map(|view| list(server, &format!("view={view}")).to_string())
    };
    let before = all(&server);
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    assert_eq!(all(&server), before);
    drop(server);
    desk.app.close().unwrap();
    let Desk { folder, app, .. } = desk;
    drop(app);
    for part in ["derived", "store"] {
        std::fs::remove_dir_all(folder.path().join(part)).unwrap();
    }
    let desk = Desk::in_folder(folder);
    let server = Server::start(&desk.app);
    assert_eq!(all(&server), before);
}

#[test]
fn who_sees_a_part_lists_and_counts_what_is_in_it() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let own = svar::command::Scope::Own.sight(Some(&RepId::parse("ada").unwrap()));
    let ada = Caller::live(Identity::Cli, Role::Rep).seeing(own);
    let present = desk.app.present_to(&ada.sight);
    let seen = present.tickets().map(|line| line.ticket.as_str());
    let seen: Vec<&str> = seen.collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(seen, ["s1", "s2"]);
    let query = svar::model::desk::TicketQuery {
        limit: 10,
        ..svar::model::desk::TicketQuery::default()
    };
    let list = desk.app.list_tickets_at(&present, &query).unwrap();
    assert_eq!(
        (
            list.items.len(),
            list.counts["open"],
            list.counts["at_risk"]
        ),
        (2, 2, 0)
    );
    assert!(
        present
            .staff_with_tickets(&["harbour.example".to_owned()])
            .contains("p1")
    );
    let nobody =
        Caller::live(Identity::Cli, Role::Rep).seeing(svar::command::Scope::Own.sight(None));
    let present = desk.app.present_to(&nobody.sight);
    assert!(
        present
            .staff_with_tickets(&["harbour.example".to_owned()])
            .is_empty()
    );
}

/// Sends a form of the page a second later, and lets another pass.
fn press(desk: &Desk, server: &Server, path: &str, pairs: &[(&str, &str)]) -> Answer {
    desk.tick();
    let sent = server.form(path, pairs);
    desk.tick();
    sent
}

#[test]
fn the_table_has_views_menus_and_heads_that_sort() {
    let (_desk, server) = Desk::served(STORY);
    let page = server.get("/tickets");
    assert_eq!(page.status, 200);
    for part in [
        "<a href=\"/tickets/s1\" title=\"Refund\">Refund</a><p class=\"quiet\">s1 · shipping</p>",
        "<p class=\"quiet\">High</p>",
        "aria-current=\"page\">Open <span class=\"count\">4</span>",
        "aria-sort=\"descending\"",
        "sort=due",
        "<option value=\"high\">High</option>",
        "4 h overdue",
        "Harbour",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let sorted = server.get("/tickets?view=all&sort=newest&priority=high");
    assert!(
        sorted.body.contains("value=\"high\" selected"),
        "{}",
        sorted.body
    );
    assert!(sorted.body.contains("sort=oldest"), "{}", sorted.body);
    assert!(!sorted.body.contains("/tickets/s2\""), "{}", sorted.body);
    // A filter that no menu offers stays when another one is chosen.
    let kept = server.get("/tickets?contact=p2");
    assert!(
        kept.body
            .contains("type=\"hidden\" name=\"contact\" value=\"p2\""),
        "{}",
        kept.body
    );
    for (path, words) in [
        ("/tickets?view=mine", "You are not a rep of this desk"),
        ("/tickets?priority=none", "as the filters want it"),
    ] {
        let empty = server.get(path);
        assert!(empty.body.contains(words), "{path}: {}", empty.body);
    }
    assert_eq!(server.get("/tickets?view=odd").status, 400);
}

#[test]
fn a_selection_is_given_away_moved_and_put_back() {
    let (desk, server) = Desk::served(STORY);
    let ticket = |id: &str| server.get(&format!("/api/v1/tickets/{id}")).json();
    let form = [
        ("c", "s1"),
        ("c", "s3"),
        ("c", "none"),
        ("do", "assign"),
        ("rep", "ben"),
    ];
    let done = press(&desk, &server, "/tickets?view=open", &form);
    assert!(done.body.contains("2 tickets changed."), "{}", done.body);
    assert!(done.body.contains("none: "), "{}", done.body);
    assert_eq!(
        (&ticket("s1")["owner"], &ticket("s3")["owner"]),
        (&json!("ben"), &json!("ben"))
    );
    let undo = undo_of(&done.body);
    let back = press(
        &desk,
        &server,
        "/tickets",
        &[("do", "undo"), ("undo", &undo)],
    );
    assert!(back.body.contains("Taken back: 2 tickets"), "{}", back.body);
    assert_eq!(
        (&ticket("s1")["owner"], &ticket("s3")["reps"]),
        (&json!("ada"), &json!([]))
    );
    let form = [
        ("c", "s1"),
        ("c", "j1"),
        ("do", "move"),
        ("stage", "closed"),
    ];
    let moved = press(&desk, &server, "/tickets", &form);
    assert!(moved.body.contains("1 ticket changed."), "{}", moved.body);
    assert!(moved.body.contains("j1: "), "{}", moved.body);
    assert_eq!(ticket("s1")["stage"], "closed");
    let undo = undo_of(&moved.body);
    press(
        &desk,
        &server,
        "/tickets",
        &[("do", "undo"), ("undo", &undo)],
    );
    assert_eq!(ticket("s1")["stage"], "new");
    let nothing = press(&desk, &server, "/tickets", &[("do", "take")]);
    assert!(
        nothing.body.contains("Nothing is selected"),
        "{}",
        nothing.body
    );
}

/// What the form that takes it back sends.
fn undo_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"undo\" value=\"").expect("an undo");
    let (value, _) = rest.split_once('"').unwrap();
    value.replace("&#34;", "\"").replace("&quot;", "\"")
}

#[test]
fn a_card_moves_by_its_form_and_not_over_what_somebody_else_did() {
    let (desk, server) = Desk::served(STORY);
    let board = server.get("/tickets?view=board&pipeline=support");
    for part in [
        "data-stage=\"waiting_on_us\"",
        "data-stage=\"closed\"",
        "4 h overdue",
        "/tickets/s4\"",
    ] {
        assert!(board.body.contains(part), "{part}: {}", board.body);
    }
    assert!(!board.body.contains("/tickets/j1\""), "{}", board.body);
    let version = server.get("/api/v1/tickets/s1").json()["version"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(board.body.contains(&version), "{}", board.body);
    let path = "/tickets?view=board&pipeline=support";
    let form = [
        ("c", "s1"),
        ("version", &version),
        ("stage", "waiting_on_us"),
        ("do", "move"),
    ];
    let moved = press(&desk, &server, path, &form);
    assert_eq!(moved.status, 303, "{}", moved.body);
    assert!(moved.header("location").ends_with("done=yes"));
    assert_eq!(
        server.get("/api/v1/tickets/s1").json()["stage"],
        "waiting_on_us"
    );
    let again = press(&desk, &server, path, &form);
    assert_eq!(again.status, 200);
    assert!(
        again.body.contains("somebody changed it meanwhile"),
        "{}",
        again.body
    );
    // A job goes only where somebody can say that it is.
    let board = server.get("/tickets?view=board&pipeline=jobs");
    let (_, job) = board.body.split_once("/tickets/j1\"").unwrap();
    let (job, _) = job.split_once("</li>").unwrap();
    let offered: Vec<&str> = job.split("<option value=\"").skip(1).collect();
    assert_eq!(offered.len(), 3, "{job}");
    let form = [("c", "j1"), ("stage", "declined"), ("do", "move")];
    assert_eq!(
        press(&desk, &server, "/tickets?view=board&pipeline=jobs", &form).status,
        303
    );
    assert_eq!(server.get("/api/v1/tickets/j1").json()["stage"], "declined");
}

#[test]
fn a_rep_who_signs_in_finds_what_is_theirs() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Rep,
        rep: Some("ada".to_owned()),
        ..UserDraft::default()
    };
    let user = desk.app.save_user(&cli, draft).unwrap().id.unwrap();
    desk.tick();
    let ada = Caller::live(Identity::User(user), Role::Rep);
    let query = svar::model::desk::TicketQuery {
        view: svar::model::desk::TicketView::Mine,
        rep: desk.app.rep_of(&ada),
        limit: 10,
        ..svar::model::desk::TicketQuery::default()
    };
    let list = desk
        .app
        .list_tickets_at(&desk.app.present(), &query)
        .unwrap();
    let ids: Vec<&str> = list.items.iter().map(|item| item.ticket.as_str()).collect();
    assert_eq!(ids, ["s2", "s1"]);
}
