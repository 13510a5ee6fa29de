//! The pages that show how things go: the overview, the customer agent's and the team's. Each
//! figure is its report's, half a week is set against half a week, and what people do is never
//! added to what the customer agent does.

use std::sync::LazyLock;

use chrono_tz::Tz;
use regex::Regex;
use serde_json::json;
use svar::app::SignIn;
use svar::command::{
    Caller, Command, Identity, Role, ScopeDraft, ScopeKind, UserCommand, UserDraft,
};
use svar::report::{Figure, Query};

use crate::desk::{Desk, Server, agent, answer};
use crate::ui::{figures, fill};

const PASSWORD: &str = "three good words";

/// The week of the day of the test desks, as far as it has gone, beside the one before.
const WEEK: &str = "from=2026-10-26&to=2026-11-02&compare=previous&every=day";
/// The usual window of the pages.
const COURSE: &str = "from=2026-08-03&to=2026-11-01&compare=previous&every=week";

struct Full {
    desk: Desk,
    server: Server,
}

static FULL: LazyLock<Full> = LazyLock::new(|| {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    Full { desk, server }
});

fn page(path: &str) -> String {
    let response = FULL.server.get(path);
    assert_eq!(response.status, 200, "{path}");
    response.body
}

/// A report's number.
fn number(desk: &Desk, id: &str, query: &str) -> String {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = Query::parse(pairs, Tz::UTC).unwrap();
    let result = desk.app.report(id, &query).unwrap();
    let total = result.total;
    let number = total.and_then(|total| total.number());
    number.map_or_else(String::new, |value| value.to_string())
}

/// What stands between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let behind = text.split_once(from).map(|(_, behind)| behind);
    let behind = behind.unwrap_or_else(|| panic!("no {from}"));
    behind.split(to).next().unwrap()
}

/// The panel with this id, to the end of its section.
fn panel<'a>(page: &'a str, id: &str) -> &'a str {
    between(page, &format!("id=\"{id}\""), "</section>")
}

/// The row of tiles.
fn tiles(page: &str) -> &str {
    between(page, "<section class=\"impact\"", "class=\"quiet course\"")
}

const TILES: [&str; 5] = [
    "resolved",
    "handled",
    "resolution_time",
    "deflection_rate",
    "helpful_share",
];

#[test]
fn the_tiles_are_of_this_week_against_as_much_of_the_last() {
    let shown = page("/");
    let expected = TILES.map(|id| number(&FULL.desk, id, WEEK));
    assert!(expected[1] != "0", "{expected:?}");
    assert_eq!(figures(tiles(&shown)), expected);
    assert!(shown.contains("This week"));
    assert!(
        shown.contains("19–25 Oct 2026 until 25 Oct 2026, 00:00 UTC"),
        "{}",
        tiles(&shown)
    );
    // The same on the page of the customer agent.
    assert_eq!(figures(tiles(&page("/customer-agent"))), expected);
}

#[test]
fn whole_periods_are_the_last_week_that_is_over_and_stand_in_the_address() {
    let shown = page("/");
    assert!(tiles(&shown).contains("href=\"/?whole=true\""));
    let whole = page("/?whole=true");
    let last = "from=2026-10-19&to=2026-10-26&compare=previous&every=day";
    let expected = TILES.map(|id| number(&FULL.desk, id, last));
    assert_eq!(figures(tiles(&whole)), expected);
    assert!(whole.contains("Last whole week") && whole.contains("against 12–18 Oct 2026<"));
    assert!(tiles(&whole).contains("href=\"/\""), "the way back");
    // Whoever chooses dates sees the tiles of these.
    let chosen = page("/?from=2026-10-05&until=2026-10-11");
    let own = "from=2026-10-05&to=2026-10-12&compare=previous&every=day";
    assert_eq!(
        figures(tiles(&chosen)),
        TILES.map(|id| number(&FULL.desk, id, own))
    );
}

#[test]
fn a_week_in_which_nothing_came_in_yet_is_no_fall() {
    let story = "
        20 09:00 conversation.started conversation=c contact=p
        20 09:00 message.added conversation=c author=contact
        20 09:01 message.added conversation=c author=customer_agent";
    let (_desk, server) = Desk::served(story);
    let shown = server.get("/").body;
    assert!(shown.contains("Nothing has come in this week yet."));
    assert_eq!(figures(tiles(&shown))[1], "1", "the last whole week");
    assert!(!tiles(&shown).contains("−100"));
}

#[test]
fn few_a_day_are_shown_by_week_until_somebody_chooses_otherwise() {
    let shown = page("/");
    let rates = panel(&shown, "whole-rates");
    assert!(
        rates.contains("/panels/rates?range=last_90&amp;every=week")
            || rates.contains("/panels/rates?range=last_90&#38;every=week"),
        "{rates}"
    );
    assert!(shown.contains("By</span> week"));
    let daily = page("/?range=last_30&every=day");
    assert!(daily.contains("By</span> day"));
    // What is usual is left out of addresses, here ninety days and elsewhere thirty.
    assert!(shown.contains("href=\"/?range=last_30\"") && shown.contains("href=\"/\""));
}

#[test]
fn agent_and_people_stand_beside_each_other_each_with_its_own_report() {
    let shown = page("/");
    let split = panel(&shown, "half-first_answers");
    let expected = [
        ("first_reply_time", "where.rep="),
        ("first_response_time", "where.handled_by=rep"),
        ("first_response_time", "where.handled_by=both"),
    ];
    let expected =
        expected.map(|(id, filter)| number(&FULL.desk, id, &format!("{COURSE}&{filter}")));
    assert!(expected.iter().all(|one| !one.is_empty()), "{expected:?}");
    assert_eq!(figures(split), expected);
    for name in [
        "Customer agent",
        "People, from the start",
        "People, after handoff",
    ] {
        assert!(split.contains(name), "{name}");
    }
    // Filtered to what people had alone, nothing of the rest is shown as theirs.
    let people = page("/?where.handled_by=rep");
    let split = panel(&people, "half-first_answers");
    assert!(!split.contains("People, after handoff") && split.contains("People, from the start"));
}

#[test]
fn what_is_so_now_equals_the_lists_it_leads_to() {
    let shown = page("/");
    let strip = between(&shown, "class=\"now\"", "class=\"impact\"");
    let pattern = Regex::new(r#"<data value="(\d+)">"#).unwrap();
    let now: Vec<u64> = pattern
        .captures_iter(strip)
        .map(|hit| hit[1].parse().unwrap())
        .collect();
    let inbox = FULL.server.get("/api/v1/conversations?view=open").json();
    let count = |view: &str| inbox["counts"][view].as_u64().unwrap();
    assert_eq!(now[..2], [count("waiting"), count("open")]);
    assert!(count("open") > 0);
    let gaps = FULL.server.get("/api/v1/knowledge/gaps?limit=1").json();
    assert_eq!(now[4], gaps["total"].as_u64().unwrap());
    assert_eq!(figures(panel(&shown, "third-gaps")), [now[4].to_string()]);
    let late = FULL.server.get("/api/v1/conversations?view=open&late=true");
    assert_eq!(now[3], late.json()["counts"]["open"].as_u64().unwrap());
    let due = FULL
        .server
        .get("/api/v1/tickets?view=at_risk&sort=due&limit=200")
        .json();
    let late = due["items"].as_array().unwrap().iter();
    let late = late.filter(|line| line["due_at"].as_str().unwrap() <= crate::desk::NOW);
    assert_eq!(now[2], late.count() as u64);
}

#[test]
fn the_customer_agents_page_has_its_reports_in_order() {
    let shown = page("/customer-agent");
    let reports = [
        "handled",
        "handled_by_channel",
        "feedback_trend",
        "helpful_share",
        "handling_rate",
        "resolution_rate",
        "deflection_rate",
        "handoff_rate",
        "resolved",
        "deflected",
        "handoffs",
        "questions_asked",
        "unanswered_questions",
    ];
    let mut expected: Vec<String> = TILES
        .iter()
        .map(|id| number(&FULL.desk, id, WEEK))
        .collect();
    expected.extend(reports.map(|id| number(&FULL.desk, id, COURSE)));
    let mut found = figures(&shown);
    found.truncate(expected.len());
    assert_eq!(found, expected);
    for id in ["half-resolved_by_assignee", "half-handoff_outcomes"] {
        assert!(panel(&shown, id).contains("/rows?"), "{id}");
    }
    let bars = panel(&shown, "half-resolved_by_assignee");
    assert!(
        bars.contains("bar s1") && bars.contains("bar s5"),
        "the agent has its own colour"
    );
}

#[test]
fn the_first_view_is_light() {
    let shown = page("/");
    let pattern = Regex::new(r#"(?:href|src)="(/assets/[^"]*\.(?:css|js))""#).unwrap();
    let files = pattern.captures_iter(&shown).map(|hit| hit[1].to_owned());
    let all: std::collections::BTreeSet<String> = files.chain(["/".to_owned()]).collect();
    assert!(all.len() >= 4, "{all:?}");
    let size = |path: &String| {
        let asked = agent().get(FULL.server.url(path));
        let mut response = asked.header("accept-encoding", "br").call().unwrap();
        response.body_mut().read_to_vec().unwrap().len()
    };
    let sum: usize = all.iter().map(size).sum();
    assert!(sum <= 60_000, "{sum} bytes over the wire");
}

const TEAM: &str = "
    01 09:00 team.upserted team=care name=Care
    01 09:00 rep.upserted rep=ada name=Ada team=care
    01 09:00 rep.upserted rep=ben name=Ben team=care
    01 09:00 rep.upserted rep=cleo name=Cleo
    05 08:00 rep.status_changed rep=ada status=available
    05 16:00 rep.status_changed rep=ada status=offline
    05 09:10 conversation.started conversation=c1 contact=p1
    05 09:10 message.added conversation=c1 author=contact
    05 09:20 message.added conversation=c1 author=rep:ada
    05 22:10 conversation.started conversation=c2 contact=p2
    05 22:10 message.added conversation=c2 author=contact
    06 09:10 message.added conversation=c2 author=rep:cleo
    07 09:00 conversation.assigned conversation=c1 to=rep:ada
    07 09:00 conversation.assigned conversation=c2 to=rep:cleo
    07 10:00 ticket.opened ticket=t1 conversation=c1 owner=ada
    08 09:00 rep.deleted rep=cleo
    30 10:00 conversation.started conversation=c3 contact=p3
    30 10:00 message.added conversation=c3 author=contact
    30 10:20 message.added conversation=c3 author=rep:ada
    30 10:20 conversation.assigned conversation=c3 to=rep:ada
";

/// Somebody who signs in as a rep; their session.
fn signed_in(desk: &Desk, name: &str) -> String {
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        rep: Some(name.to_owned()),
        ..UserDraft::default()
    };
    desk.app.set_up(&cli, draft, PASSWORD).unwrap();
    desk.tick();
    let attempt = SignIn {
        email: format!("{name}@shop.example"),
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    let session = desk.app.sign_in(&attempt).unwrap().session().unwrap();
    format!("svar_session={session}")
}

#[test]
fn the_team_page_says_who_has_what_and_who_is_no_more() {
    let (desk, server) = Desk::served(TEAM);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let ben = UserDraft {
        email: "ben@shop.example".to_owned(),
        name: "Ben".to_owned(),
        role: Role::Rep,
        rep: Some("ben".to_owned()),
        ..UserDraft::default()
    };
    desk.app.save_user(&cli, ben).unwrap();
    desk.tick();
    let suspend = UserCommand::Suspend {
        user: "ben".to_owned(),
        on: true,
    };
    desk.app.write_now(&cli, Command::User(suspend)).unwrap();
    desk.tick();
    let shown = server.get("/team").body;
    let roster = panel(&shown, "roster");
    let row = |name: &str| between(roster, &format!("<td>{name}"), "</tr>").to_owned();
    assert!(roster.contains("Ben (suspended)") && roster.contains("Cleo (deleted)"));
    let numbers = Regex::new(r">(\d+)</a>").unwrap();
    for (name, rep) in [("Ada", "ada"), ("Ben", "ben"), ("Cleo", "cleo")] {
        let row = row(name);
        let found: Vec<u64> = numbers
            .captures_iter(&row)
            .map(|hit| hit[1].parse().unwrap())
            .collect();
        let inbox = server
            .get(&format!(
                "/api/v1/conversations?view=open&assignee=rep:{rep}"
            ))
            .json();
        let tickets = server
            .get(&format!("/api/v1/tickets?view=open&owner={rep}"))
            .json();
        let listed = [&inbox["counts"]["open"], &tickets["counts"]["open"]];
        assert_eq!(json!(found), json!(listed), "{name}: {row}");
    }
    assert!(row("Ada").contains(">2</a>") && row("Ada").contains(">1</a>"));
    // Who is no more is among the response times and in filters, named so.
    assert!(panel(&shown, "whole-rep_times").contains("Cleo (deleted)"));
    let filters = server.get("/reports/reply_count").body;
    assert!(filters.contains("Cleo (deleted)"), "in the filter's values");
}

#[test]
fn staffing_is_what_came_in_while_somebody_was_there() {
    let (desk, server) = Desk::served(TEAM);
    let shown = server.get("/team").body;
    let staffing = panel(&shown, "whole-staffing");
    // Of three, one came in while Ada was there.
    let found: f64 = figures(staffing)[0].parse().unwrap();
    assert!((found - 2.0 / 3.0).abs() < 1e-9, "{found}");
    assert!(staffing.contains("of 3 conversations"));
    let query = Query::parse([("from", "2026-10-05"), ("to", "2026-10-06")], Tz::UTC).unwrap();
    let came = desk
        .app
        .report("handling_rate", &query)
        .unwrap()
        .total
        .unwrap();
    assert_eq!(came.figure(Figure::Denominator), Some(2.0));
    let table = server
        .get("/panels/staffing?table=1&from=2026-10-05&until=2026-10-05")
        .body;
    // Each hour leads to the very rows that it adds up: the one that came in, and the hour somebody was there.
    let door = |report: &str, hour: &str| {
        let start = format!("href=\"/reports/{report}/rows?");
        let mut doors = table.split(&start).skip(1);
        let door = doors.find(|door| door.split('"').next().unwrap().contains(hour));
        let path = door
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&");
        let rows = server.get(&format!(
            "/reports/{report}/rows?{}",
            path.replace("&#38;", "&")
        ));
        assert_eq!(rows.status, 200, "{}", rows.body);
        rows.body
    };
    let nine = door("handling_rate", "week_hour=1-09");
    assert!(
        nine.contains("Mon 09:00") && nine.contains("1 row"),
        "{nine}"
    );
    let there = door("rep_availability", "week_hour=1-08");
    assert!(
        there.contains("1 row") && there.contains("Available"),
        "{there}"
    );
    assert!(door("handling_rate", "week_hour=1-22").contains("1 row"));
    let wrong = server.get("/reports/handling_rate/rows?week_hour=8-09");
    assert!(
        wrong.status == 400 && wrong.body.contains("week_hour"),
        "{}",
        wrong.body
    );
    assert!(table.contains("<td>Mon 22:00</td>"), "{table}");
}

#[test]
fn a_rep_sees_the_own_numbers_above_those_of_all() {
    let (desk, server) = Desk::served(TEAM);
    let nobody = server.get("/team").body;
    assert!(!nobody.contains("Your own numbers"));
    let cookie = signed_in(&desk, "ada");
    let asked = agent().get(server.url("/team")).header("cookie", &cookie);
    let shown = answer(asked.call()).body;
    assert!(shown.contains("Your own numbers"));
    let ids = [
        "resolved_by_assignee",
        "reply_count",
        "first_response_time",
        "rep_response_time",
        "csat",
    ];
    let week = format!("{WEEK}&where.rep=ada");
    let expected = ids.map(|id| number(&desk, id, &week));
    assert_eq!(expected[1], "1", "one reply this week");
    assert_eq!(figures(tiles(&shown)), expected);
}

#[test]
fn jobs_have_a_card_for_each_report_above_their_table() {
    let shown = page("/tickets?pipeline=jobs");
    let reports = svar::report::registry::all();
    let carded = reports.filter(|one| shown.contains(&format!("id=\"tile-{}\"", one.id)));
    let ids: Vec<&str> = carded.map(|one| one.id).collect();
    assert_eq!(ids.len(), 15, "{ids:?}");
    let window = "from=2026-10-02&to=2026-11-01&compare=previous&where.pipeline=jobs";
    for id in ids {
        let card = panel(&shown, &format!("tile-{id}"));
        assert_eq!(figures(card), [number(&FULL.desk, id, window)], "{id}");
    }
    assert!(panel(&shown, "tile-top_services").contains("<ul class=\"short\"><li>"));
    assert!(panel(&shown, "tile-ratings").contains("Communication"));
    assert!(shown.contains("<a href=\"/settings/jobs\">Edit preferences</a>"));
    // Not over the tickets of support, from where a link leads here.
    let support = page("/tickets");
    assert!(
        !support.contains("tiles cards") && support.contains("href=\"/tickets?pipeline=jobs\"")
    );
}

#[test]
fn who_sees_their_own_part_of_the_desk_sees_no_other_rep() {
    let (desk, server) = Desk::served(TEAM);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let cookie = signed_in(&desk, "ada");
    let ben = UserDraft {
        email: "ben@shop.example".to_owned(),
        name: "Ben".to_owned(),
        role: Role::Rep,
        rep: Some("ben".to_owned()),
        scope: Some(ScopeDraft {
            kind: ScopeKind::Own,
            ..ScopeDraft::default()
        }),
        ..UserDraft::default()
    };
    desk.app.save_user(&cli, ben).unwrap();
    desk.tick();
    let link = desk.app.invite(&cli, "ben").unwrap().path;
    let link = link.split_once("link=").unwrap().1;
    let joined = desk.app.join(link, PASSWORD, "").unwrap();
    let bens = format!("svar_session={}", joined.session().unwrap());
    let team = |cookie: &str| {
        let asked = agent().get(server.url("/team")).header("cookie", cookie);
        answer(asked.call()).body
    };
    let (all, own) = (team(&cookie), team(&bens));
    assert!(
        panel(&all, "roster").contains("<td>Ada<") && panel(&all, "roster").contains("<td>Ben<")
    );
    assert!(panel(&own, "roster").contains("<td>Ben<"));
    assert!(!own.contains("Ada") && !own.contains("Cleo"), "{own}");
    assert!(own.contains("Your own numbers") && own.contains("You see a part of the desk"));
}

#[test]
fn the_roster_is_narrowed_and_sorted_by_its_address() {
    let story = "
        01 08:00 team.upserted team=front name=Front
        01 08:00 rep.upserted rep=ada name=Ada team=front
        01 08:00 rep.upserted rep=ben name=Ben team=front
        01 08:00 rep.upserted rep=cleo name=Cleo
        01 09:00 rep.status_changed rep=ada status=available
        01 09:00 rep.status_changed rep=ben status=away
        05 09:00 conversation.started conversation=c1 contact=p1
        05 09:00 message.added conversation=c1 author=contact
        05 09:01 conversation.assigned conversation=c1 to=rep:cleo
    ";
    let (_desk, server) = Desk::served(story);
    let names = |path: &str| {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        let rows = page.body.split("<tbody>").nth(1).unwrap_or_default();
        let rows = rows.split("</tbody>").next().unwrap_or_default().to_owned();
        let rows = rows.split("<tr><td>").skip(1);
        rows.map(|row| row.split('<').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("/team/roster"), ["Ada", "Ben", "Cleo"]);
    assert_eq!(
        names("/team/roster?sort=name&down=yes"),
        ["Cleo", "Ben", "Ada"]
    );
    assert_eq!(names("/team/roster?sort=conversations&down=yes")[0], "Cleo");
    assert_eq!(names("/team/roster?team=front&status=away"), ["Ben"]);
    let page = server.get("/team/roster?team=front&sort=name").body;
    // A head goes on from what is chosen, and the form keeps the order.
    assert!(
        page.contains("href=\"/team/roster?team=front&#38;sort=name&#38;down=yes\""),
        "{page}"
    );
    assert!(
        page.contains("aria-sort=\"ascending\"") && page.contains("name=\"sort\" value=\"name\"")
    );
    let wrong = server.get("/team/roster?sort=shoes");
    assert!(
        wrong.status == 400 && wrong.body.contains("shoes"),
        "{}",
        wrong.body
    );
}
