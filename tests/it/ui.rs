//! The pages: every one answers, shows the number of its report, and keeps to itself.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono_tz::Tz;
use regex::Regex;
use serde_json::json;
use svar::demo::{Options, events};
use svar::journal::Via;
use svar::model::{Event, Timestamp};
use svar::report::{Measure, Measurement, Query, registry};

use crate::desk::{Answer, Desk, NOW, Server, agent, answer};

/// The parameters that the pages' usual window comes to on the day of [`NOW`].
const WINDOW: [(&str, &str); 4] = [
    ("from", "2026-10-02"),
    ("to", "2026-11-01"),
    ("compare", "previous"),
    ("every", "day"),
];

/// A desk with two months of a sample desk in it, and its server.
struct Full {
    desk: Desk,
    server: Server,
}

static FULL: LazyLock<Full> = LazyLock::new(|| {
    let desk = Desk::new();
    fill(&desk);
    Full {
        server: Server::start(&desk.app),
        desk,
    }
});

/// Puts a sample desk of 400 conversations into a desk.
pub(crate) fn fill(desk: &Desk) {
    let options = Options {
        conversations: 400,
        days: 60,
        ..Options::new(Timestamp::parse(NOW).unwrap())
    };
    let events: Vec<Event> = events(&options).collect();
    desk.app
        .take(
            Via::Import,
            "demo",
            &events
                .into_iter()
                .map(std::sync::Arc::new)
                .collect::<Vec<_>>(),
        )
        .unwrap();
    desk.app.settle().unwrap();
}

fn get(server: &Server, path: &str) -> Answer {
    answer(agent().get(server.url(path)).call())
}

fn page(path: &str) -> String {
    let response = get(&FULL.server, path);
    assert_eq!(response.status, 200, "{path}");
    response.body
}

/// The machine-readable figures of a page or a part of one, in order.
pub(crate) fn figures(page: &str) -> Vec<String> {
    let pattern = Regex::new(r#"<data class="figure" value="([^"]*)""#).unwrap();
    let captures = pattern.captures_iter(page);
    captures.map(|hit| hit[1].to_owned()).collect()
}

/// The number that a report's page must show: its total, of a level its last series'.
fn number(id: &str) -> Option<String> {
    let report = registry::find(id).unwrap();
    let query = Query::parse(WINDOW, Tz::UTC).unwrap();
    let result = FULL.desk.app.report(id, &query).unwrap();
    let total = match report.measure {
        Measure::Level => Some(result.series.last()?.total.clone()),
        _ => result.total,
    };
    Some(
        total?
            .number()
            .map_or_else(String::new, |value| value.to_string()),
    )
}

/// Every address that a page leads to within Svar, without its place in the page.
fn links(page: &str) -> BTreeSet<String> {
    let pattern = Regex::new(r#"href="(/[^"]*)""#).unwrap();
    let links = pattern.captures_iter(page).map(|hit| {
        let plain = hit[1].replace("&#38;", "&").replace("&amp;", "&");
        plain.split('#').next().unwrap().to_owned()
    });
    links.collect()
}

#[test]
fn every_report_has_a_page_with_the_very_number_of_its_report() {
    let mut shown = 0;
    for report in registry::all() {
        let page = page(&format!("/reports/{}", report.id));
        assert!(page.contains(report.title), "{}", report.id);
        if matches!(report.measure, Measure::Composite(_)) {
            continue;
        }
        let expected = number(report.id);
        assert_eq!(figures(&page).first().cloned(), expected, "{}", report.id);
        shown += usize::from(expected.is_some_and(|number| !number.is_empty()));
    }
    assert!(
        shown >= 25,
        "only {shown} reports have a number on the sample desk"
    );
}

#[test]
fn the_impact_report_shows_the_numbers_of_its_reports() {
    let parts = [
        "resolved",
        "handled",
        "resolution_time",
        "deflection_rate",
        "helpful_share",
    ];
    let expected: Vec<String> = parts.iter().filter_map(|id| number(id)).collect();
    assert_eq!(figures(&page("/reports/impact")), expected);
}

#[test]
fn every_page_stands_on_an_empty_desk_too_and_says_what_to_do() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    for report in registry::all() {
        for path in [
            format!("/reports/{}", report.id),
            format!("/panels/{}", report.id),
        ] {
            let response = get(&server, &path);
            assert_eq!(response.status, 200, "{path}");
            assert!(!response.body.contains("NaN"), "{path}");
        }
    }
    let overview = get(&server, "/");
    assert!(overview.body.contains("Nothing has happened here yet"));
    let report = get(&server, "/reports/handled").body;
    assert!(report.contains("Import an export") && report.contains("Show the last 90 days"));
    for path in [
        "/reports",
        "/search?q=order",
        "/design",
        "/reports/handled/rows",
    ] {
        assert_eq!(get(&server, path).status, 200, "{path}");
    }
}

#[test]
fn every_link_of_the_overview_leads_somewhere() {
    let links = links(&page("/"));
    assert!(links.len() > 60, "{links:?}");
    for link in links {
        assert_eq!(get(&FULL.server, &link).status, 200, "{link}");
    }
}

#[test]
fn a_page_may_load_nothing_but_its_own_files_and_needs_no_inline_code() {
    let conversation = a_conversation();
    let inline = Regex::new(r#" style=| on[a-z]+="|<style|<script>|javascript:"#).unwrap();
    for path in [
        "/",
        "/reports",
        "/reports/handled_by_channel",
        "/reports/messages_by_hour",
        "/reports/messages_per_ticket",
        "/reports/first_response_time",
        "/reports/handled/rows",
        "/panels/rates",
        "/search?q=order",
        "/design",
        "/reports/nothing",
        &conversation,
    ] {
        let response = get(&FULL.server, path);
        let policy = response.header("content-security-policy");
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("referrer-policy"), "same-origin");
        assert_eq!(
            inline.find(&response.body).map(|hit| hit.as_str()),
            None,
            "{path}"
        );
        assert!(
            !response.body.contains("NaN") && !response.body.contains("…<"),
            "{path}"
        );
    }
}

/// A conversation that some row leads to.
fn a_conversation() -> String {
    let rows = page("/reports/handoffs/rows");
    let hrefs = links(&rows);
    let conversation = hrefs
        .iter()
        .find(|link| link.starts_with("/conversations/"));
    conversation.unwrap().clone()
}

#[test]
fn the_rows_behind_a_number_are_as_many_and_come_fifty_at_a_time() {
    let handled = number("handled").unwrap();
    let page = page("/reports/handled/rows");
    assert!(page.contains(&format!("of {handled} rows")), "{handled}");
    assert_eq!(page.matches("href=\"/conversations/").count(), 50);
    let next = links(&page)
        .into_iter()
        .find(|link| link.contains("cursor=50"))
        .unwrap();
    assert!(self::page(&next).contains("51–100 of"));
    let tabs = self::page("/reports/handled/rows?state=excluded");
    assert!(tabs.contains("aria-current=\"page\">Left out"));
}

#[test]
fn a_bucket_of_a_chart_leads_to_the_rows_that_it_counts() {
    let query = Query::parse(WINDOW, Tz::UTC).unwrap();
    let result = FULL.desk.app.report("handled", &query).unwrap();
    let points = &result.series[0].points;
    let point = points
        .iter()
        .max_by_key(|point| match point.figures.measurement {
            Measurement::Count(count) => count,
            _ => 0,
        });
    let point = point.unwrap();
    let page = page(&format!("/reports/handled/rows?bucket={}", point.start));
    let count = point.figures.number().unwrap();
    assert!(page.contains(&format!(">{count} rows<")), "{count}");
}

#[test]
fn what_a_contact_wrote_is_text_and_never_code() {
    let desk = Desk::new();
    desk.post_story("20 10:00 conversation.started\n20 10:01 message.added author=contact:p");
    let attack = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    desk.post(&[
        json!({"type": "contact.upserted", "at": "2026-10-20T09:00:00Z", "source": "x", "id": "1",
            "contact": "p", "name": attack}),
        json!({"type": "conversation.started", "at": "2026-10-21T09:00:00Z", "source": "x",
            "id": "2", "conversation": "<b>&\"'", "contact": "p", "channel": "<i>chat", "subject": attack}),
        json!({"type": "message.added", "at": "2026-10-21T09:00:01Z", "source": "x", "id": "3",
            "conversation": "<b>&\"'", "message": "<m>", "author": {"kind": "contact"}, "text": attack}),
        json!({"type": "message.added", "at": "2026-10-21T09:00:02Z", "source": "x", "id": "4",
            "conversation": "<b>&\"'", "message": "n", "author": {"kind": "customer_agent"}, "text": attack}),
    ]);
    let server = Server::start(&desk.app);
    for path in [
        "/conversations/%3Cb%3E%26%22%27",
        "/search?q=alert",
        "/search?q=%3Cscript%3E",
        "/reports?q=%3Cscript%3E",
        "/",
        "/reports/handled_by_channel",
        "/reports/contact_wait_time",
        "/reports/handled/rows?key.channel=%3Ci%3E",
        "/reports/handled?where.channel=%3Cscript%3E",
        "/reports/%3Cscript%3E",
    ] {
        let body = get(&server, path).body;
        for tag in ["<script>", "<img", "<b>", "<i>", "<m>"] {
            assert!(!body.contains(tag), "{tag} in {path}");
        }
    }
    let thread = get(&server, "/conversations/%3Cb%3E%26%22%27").body;
    assert!(
        thread.contains("&#60;script&#62;alert(1)"),
        "the words are shown"
    );
}

#[test]
fn a_form_leads_to_the_plain_address_of_what_it_shows() {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let form = "/?range=custom&from=2026-10-05&until=2026-10-11&tz=Europe/Oslo\
                &where.channel=chat&where.channel=email&form=1";
    let response = answer(agent.get(FULL.server.url(form)).call());
    assert_eq!(response.status, 303);
    let plain = "/?range=custom&from=2026-10-05&until=2026-10-11&tz=Europe%2FOslo\
                 &where.channel=chat,email";
    assert_eq!(response.header("location"), plain);
    let page = page(plain);
    assert!(page.contains("5–11 Oct 2026") && page.contains("Channel: Chat"));
    assert!(
        page.contains("to=2026-10-12"),
        "the query's end is the day after"
    );
}

#[test]
fn what_cannot_be_shown_is_told_with_what_to_do() {
    for (path, status, words) in [
        ("/reports/nothing", 404, "There is no report “nothing”"),
        (
            "/conversations/nobody",
            404,
            "There is no conversation “nobody”",
        ),
        ("/?tz=Oslo", 400, "Oslo"),
        (
            "/?from=2026-10-05&until=2026-10-01",
            400,
            "is later than the last day",
        ),
        (
            "/reports/handled/rows?bucket=soon",
            400,
            "cannot be used here",
        ),
    ] {
        let response = get(&FULL.server, path);
        assert_eq!(response.status, status, "{path}");
        assert!(response.body.contains(words), "{path}: {}", response.body);
        assert!(
            response.body.contains("Skip to content"),
            "{path} has the frame"
        );
    }
}

#[test]
fn a_panel_fails_alone() {
    let page = page("/?where.rating=helpful");
    let failed = page.matches("role=\"alert\"").count();
    let shown = figures(&page).len();
    assert!(failed > 0 && shown > 0, "{failed} failed, {shown} shown");
    assert!(page.contains("Remove the filters"));
}

#[test]
fn a_panel_loads_alone_and_has_a_page_of_its_own() {
    let whole = page("/panels/handled_by_channel");
    assert!(whole.contains("<!doctype html>"));
    let response = agent()
        .get(FULL.server.url("/panels/handled_by_channel"))
        .header("svar-panel", "1")
        .call();
    let alone = answer(response).body;
    assert!(
        alone
            .trim_start()
            .starts_with("<section class=\"panel half\""),
        "{alone}"
    );
    assert_eq!(figures(&alone), figures(&whole));
    let band = page("/panels/rates?band=1");
    assert!(band.contains("class=\"band s1\"") && band.contains("Hide confidence"));
}

#[test]
fn a_table_is_sorted_by_its_address() {
    let page = page("/reports/handled_by_channel?series=-value");
    let pattern = Regex::new(r#"(?s)id="series".*?<tbody>(.*?)</tbody>"#).unwrap();
    let body = pattern.captures(&page).unwrap()[1].to_owned();
    let cells = Regex::new(r#"<td class="number"[^>]*>([\d,]+)</td>"#).unwrap();
    let values: Vec<u64> = cells
        .captures_iter(&body)
        .map(|hit| hit[1].replace(',', "").parse().unwrap())
        .collect();
    assert!(
        values.len() > 2 && values.is_sorted_by(|a, b| a >= b),
        "{values:?}"
    );
    assert!(page.contains("aria-sort=\"descending\""));
}

#[test]
fn reports_are_found_by_the_words_of_their_questions() {
    let all = page("/reports");
    assert!(registry::all().all(|report| all.contains(report.title)));
    let some = page("/reports?q=busy");
    assert!(some.contains("Messages by hour") && !some.contains("Resolution rate"));
    assert!(page("/reports?q=zebra").contains("Show every report"));
}

#[test]
fn what_is_looked_for_is_marked() {
    let page = page("/search?q=invoice");
    assert!(page.to_lowercase().contains("<mark>invoice</mark>"));
    assert!(page.contains("href=\"/conversations/"));
}

#[test]
fn a_conversation_says_how_every_report_counts_it() {
    let page = page(&a_conversation());
    for words in [
        "Episode 1",
        "Where it counts",
        "Handoffs",
        "Handed off:",
        "Not concerned",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn assets_are_kept_for_ever_under_a_name_that_changes_with_them() {
    let files = links(&page("/"));
    let style = files.iter().find(|link| link.contains(".css")).unwrap();
    let response = get(&FULL.server, style);
    assert_eq!(response.header("content-type"), "text/css; charset=utf-8");
    assert!(response.header("cache-control").contains("immutable"));
    let again = agent()
        .get(FULL.server.url(style))
        .header("if-none-match", response.header("etag"))
        .call();
    assert_eq!(answer(again).status, 304);
    assert_eq!(get(&FULL.server, "/assets/app.0.css").status, 404);
}

#[test]
fn a_page_is_compressed_for_whoever_takes_that() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let size = |coding: &str| {
        let request = agent().get(server.url("/design"));
        let mut response = request.header("accept-encoding", coding).call().unwrap();
        let coded = response.headers().get("content-encoding");
        let coded = coded.map_or("", |value| value.to_str().unwrap()).to_owned();
        let body = response.body_mut().read_to_vec().unwrap();
        (coded, body.len())
    };
    let (none, whole) = size("identity");
    assert_eq!(none, "");
    for coding in ["gzip", "br", "zstd"] {
        let (coded, small) = size(coding);
        assert_eq!(coded, coding);
        assert!(small * 3 < whole, "{coding}: {small} of {whole}");
    }
}
