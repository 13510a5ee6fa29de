//! A report's page: its ways of counting, its filters, its charts and its picture; all in
//! the address, all without a script.

use std::sync::LazyLock;

use regex::Regex;
use svar::report::{Measure, registry};

use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::ui::fill;

struct Full {
    _desk: Desk,
    server: Server,
}

static FULL: LazyLock<Full> = LazyLock::new(|| {
    let desk = Desk::new();
    fill(&desk);
    Full {
        server: Server::start(&desk.app),
        _desk: desk,
    }
});

fn get(path: &str) -> Answer {
    answer(agent().get(FULL.server.url(path)).call())
}

fn page(path: &str) -> String {
    let response = get(path);
    assert_eq!(response.status, 200, "{path}: {}", response.body);
    response.body
}

/// Where the link with these words leads.
fn link(page: &str, words: &str) -> String {
    let pattern = format!(r#"href="([^"]*)"[^>]*>{}</a>"#, regex::escape(words));
    let captures = Regex::new(&pattern).unwrap().captures(page);
    let captures = captures.unwrap_or_else(|| panic!("no link {words}"));
    captures[1].replace("&#38;", "&").replace("&amp;", "&")
}

#[test]
fn clocks_are_tabs_and_stand_side_by_side() {
    let plain = page("/reports/time_to_close");
    let business = page(&link(&plain, "Business hours"));
    assert!(business.contains("business: working time of the default schedule"));
    assert!(business.contains("aria-current=\"page\">Business hours"));
    let all = page(&link(&plain, "Side by side"));
    let total = |clock: &str| {
        let figures = Regex::new(&format!(
            r#"<h3>{clock}</h3>\s*<p class="shown"><data class="figure" value="([\d.]+)""#
        ));
        let captures = figures.unwrap().captures(&all);
        captures.unwrap()[1].parse::<f64>().unwrap()
    };
    assert!(total("Business hours") < total("Calendar"));
    let result = page("/api/v1/reports/time_to_close?from=2026-10-02&to=2026-11-01&clock=business");
    let result: serde_json::Value = serde_json::from_str(&result).unwrap();
    let value = result["total"]["value"].as_f64().unwrap();
    assert!((value - total("Business hours")).abs() < 1e-6);
    assert!(!page("/reports/handled").contains("aria-label=\"Clock\""));
}

#[test]
fn profiles_stand_side_by_side_with_their_versions() {
    let plain = page("/reports/resolution_rate");
    let path = link(&plain, "hubspot");
    assert!(path.contains("profile=svar,hubspot"), "{path}");
    // Another profile's facts are folded when they are first asked for.
    let mut response = get(&path);
    while response.status == 200 && response.body.contains("is being prepared") {
        response = get(&path);
    }
    for words in ["hubspot, version 1", "svar, version 1", "2 side by side"] {
        assert!(response.body.contains(words), "{words}");
    }
    assert!(link(&response.body, "hubspot").ends_with("/reports/resolution_rate"));
}

#[test]
fn a_filter_may_leave_out_have_several_values_and_be_of_an_own_field() {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let form =
        "/reports/handled?filter_field=attr.plan&filter_is=not&filter_value=free,%20pro&form=1";
    let response = answer(agent.get(FULL.server.url(form)).call());
    assert_eq!(
        response.header("location"),
        "/reports/handled?where.attr.plan.not=free,pro"
    );
    let shown = page("/reports/handled?where.attr.plan.not=free,pro");
    assert!(shown.contains("plan: not free") && shown.contains("plan: not pro"));
    assert!(shown.contains("<option value=\"attr.plan\">plan (own field)</option>"));
    let less = Regex::new(r#"href="([^"]*)" title="Remove this filter">plan: not free"#).unwrap();
    let less = less.captures(&shown).unwrap();
    assert_eq!(&less[1], "/reports/handled?where.attr.plan.not=pro");
}

#[test]
fn totals_have_no_course_and_every_chart_a_table_or_list_of_its_figures() {
    let over_time = page("/reports/rep_response_time?every=week");
    assert!(over_time.contains("Over time") && over_time.contains("id=\"buckets\""));
    let totals = page("/reports/rep_response_time?show=totals");
    assert!(!totals.contains("id=\"buckets\"") && totals.contains("class=\"bar-list\""));
    for (path, words) in [
        (
            "sla_attainment",
            vec![
                "Breaches over time",
                "Promises kept and breached",
                "breached</span>",
            ],
        ),
        (
            "rep_availability",
            vec!["Time per status", "Available", "Away", "Offline"],
        ),
        (
            "working_hours_availability?by=rep",
            vec!["Inside working hours", "% inside"],
        ),
        ("peak_available_reps", vec!["by hour of day (UTC)"]),
        (
            "time_in_stage",
            vec!["In the stage, mean", "First entry to last exit"],
        ),
        (
            "ratings",
            vec!["Both scales over time", "Communication", "Quality"],
        ),
        ("first_response_time", vec!["Median", "Mean", "By duration"]),
        (
            "backlog",
            vec!["Conversations waiting for a rep", "Open tickets"],
        ),
    ] {
        let shown = page(&format!("/reports/{path}"));
        for word in words {
            assert!(shown.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn jobs_at_risk_are_listed_with_the_time_left_and_lead_to_their_account() {
    let shown = page("/reports/jobs_at_risk");
    assert!(shown.contains("Time left") && shown.contains("the most urgent first"));
    // They are at risk now: no dates to choose, no period before.
    assert!(!shown.contains(r#"name="until""#) && !shown.contains("Compare"));
    assert!(page("/reports/jobs_received").contains(r#"name="until""#));
    let job = Regex::new(r#"href="(/tickets/[^"]+)""#).unwrap();
    let job = job.captures(&shown).unwrap()[1].to_owned();
    let account = page(&job);
    for words in [
        "Jobs at risk",
        "Where it counts",
        "ticket.opened",
        "Jobs received",
    ] {
        assert!(account.contains(words), "{words}");
    }
}

#[test]
fn a_ticket_says_what_each_clock_comes_to_and_from_which_events() {
    let rows = page("/reports/time_to_close/rows");
    let ticket = Regex::new(r##"href="(/tickets/[^"#]+)#time_to_close""##).unwrap();
    let account = page(&ticket.captures(&rows).unwrap()[1]);
    let verdict = Regex::new(r#"(?s)id="time_to_close".*?</tr>"#).unwrap();
    let verdict = &verdict.find(&account).unwrap().as_str();
    assert!(
        verdict.contains("Business hours") && verdict.contains("Agreement"),
        "{verdict}"
    );
    assert!(account.contains("ticket.opened") && account.contains("ticket.staged"));
    let conversation = Regex::new(r#"href="(/conversations/[^"]+)""#).unwrap();
    let conversation = page(&conversation.captures(&account).unwrap()[1]);
    assert!(conversation.contains("href=\"/tickets/") && conversation.contains("message.added"));
}

#[test]
fn what_cannot_be_counted_is_told_and_the_rest_of_the_page_stays() {
    let desk = Desk::new();
    desk.post_story("20 10:00 conversation.started\n20 10:01 message.added author=contact:p");
    let server = Server::start(&desk.app);
    let path = "/reports/first_response_time?clock=business";
    let response = answer(agent().get(server.url(path)).call());
    assert_eq!(response.status, 200);
    for words in [
        "role=\"alert\"",
        "no default schedule",
        "How this is counted",
        "Human first response",
        "Calendar",
    ] {
        assert!(response.body.contains(words), "{words}");
    }
    let response = answer(agent().get(server.url("/reports/sla_attainment")).call());
    assert!(response.body.contains("Promises come from agreements"));
}

#[test]
fn every_chart_is_a_picture_that_stands_alone() {
    for report in registry::all() {
        let shown = page(&format!("/reports/{}", report.id));
        let has_none = matches!(report.measure, Measure::Composite(_) | Measure::AtRisk);
        assert_eq!(shown.contains(">SVG</a>"), !has_none, "{}", report.id);
        if has_none {
            let refused = get(&format!("/reports/{}/chart.svg", report.id));
            assert_eq!(refused.status, 400, "{}", report.id);
            continue;
        }
        let response = get(&link(&shown, "SVG"));
        assert_eq!(
            response.header("content-type"),
            "image/svg+xml",
            "{}",
            report.id
        );
        let drawn = response.body;
        assert!(
            drawn.starts_with("<svg xmlns=") && drawn.contains(report.title),
            "{}",
            report.id
        );
        for unwanted in ["class=", "href", "style=", "NaN", "<ul"] {
            assert!(!drawn.contains(unwanted), "{}: {unwanted}", report.id);
        }
        assert!(is_well_formed(&drawn), "{}: not well formed", report.id);
    }
}

/// Whether every tag of a picture is closed in its order.
fn is_well_formed(drawn: &str) -> bool {
    let tags = Regex::new(r"<(/?)([a-z]+)[^>]*?(/?)>").unwrap();
    let mut open = Vec::new();
    for tag in tags.captures_iter(drawn) {
        let name = tag[2].to_owned();
        if &tag[1] == "/" {
            if open.pop() != Some(name) {
                return false;
            }
        } else if &tag[3] != "/" {
            open.push(name);
        }
    }
    open.is_empty()
}

#[test]
fn a_long_course_comes_without_its_table_until_that_is_asked_for() {
    let days = "from=2026-05-01&until=2026-10-31&every=day";
    let rows = |page: &str| page.matches("<tr").count();
    let long = page(&format!("/reports/first_response_time?{days}"));
    assert!(long.contains("class=\"chart"), "{long}");
    assert!(rows(&long) < 20, "{}", rows(&long));
    let whole = page(&link(&long, "Show the table of every bucket"));
    assert_eq!(rows(&whole), rows(&long) + 1 + 184);
    assert!(!whole.contains("Show the table of every bucket"));
    let short = page("/reports/first_response_time?range=last_30&every=day");
    assert!(rows(&short) > 30 && !short.contains("Show the table"));
    let panel = page(&format!("/panels/first_response_time?{days}"));
    assert!(panel.contains("class=\"chart") && rows(&panel) == 0);
    assert_eq!(rows(&page(&link(&panel, "Table"))), 1 + 184);
}

#[test]
fn a_question_finds_its_report_first() {
    let sought = page("/reports?q=Where+do+customers+wait+longest%3F");
    let first = Regex::new(r#"<ul><li><a href="([^"]+)" aria-current="true">"#).unwrap();
    let shown = &first.captures(&sought).unwrap()[1];
    assert!(shown.ends_with("report=first_response_time"), "{shown}");
    assert!(sought.contains("href=\"/reports/first_response_time\""));
    let all = page("/reports");
    assert!(all.contains(">Jobs</h2>") && all.contains(">Planning</h2>"));
}

#[test]
fn a_reps_hours_have_their_intervals_as_rows() {
    let rows = page("/reports/rep_availability/rows?key.status=away");
    assert!(rows.contains(">Rep</th>") && !rows.contains(">Conversation</th>"));
    assert!(rows.contains("Away"));
}

#[test]
fn the_list_of_reports_shows_the_chosen_one_beside_it() {
    let (_desk, server) =
        Desk::served("05 09:00 conversation.started\n05 09:01 message.added author=contact");
    let page = server.get("/reports").body;
    // The first one is there without being chosen.
    assert!(page.contains("data-panel") && page.matches("aria-current=\"true\"").count() == 2);
    let chosen = server.get("/reports?range=last_90&report=csat").body;
    assert!(chosen.contains("href=\"/reports/csat?range=last_90\""));
    assert!(chosen.contains("report=csat\" aria-current=\"true\""));
    // Links keep what was asked: the window, the order, the words.
    assert!(
        chosen.contains("/reports?range=last_90&#38;report=handled\""),
        "{chosen}"
    );
    let asked = server.get("/reports?sort=questions&report=handled").body;
    assert!(asked.contains("How many conversations did the customer agent handle?"));
    assert!(asked.contains("sort=questions&#38;report=csat"));
    let first = asked.find("Are contacts satisfied?").unwrap();
    assert!(first < asked.find("Who resolves how much?").unwrap());
    let found = server.get("/reports?q=wait+longest").body;
    assert!(
        found.contains("q=wait%20longest&#38;report=first_response_time\" aria-current"),
        "{found}"
    );
    let nothing = server.get("/reports?q=zebra+crossings").body;
    assert!(nothing.contains("No report answers") && !nothing.contains("data-panel"));
}
