//! The pages in a real browser: by keyboard, from a number to a conversation, without a
//! complaint of the console, no wider than the window, and usable by all.

use serde_json::{Value, json};
use svar::command::{Caller, Command, MailScheduleCommand, SavedCommand};

use crate::chrome::Browser;
use crate::desk::{Desk, Server};
use crate::ui::fill;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const RIGHT: &str = "\u{e014}";

/// A desk with a sample in it, and its server.
fn full() -> (Desk, Server) {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    (desk, server)
}

/// The pages whose addresses are the same on every desk.
const PAGES: &[&str] = &[
    "/",
    "/customer-agent",
    "/team",
    "/team/roster?sort=conversations&down=yes",
    "/settings/teams",
    "/settings/pipelines",
    "/reports",
    "/design",
    "/search?q=invoice",
    "/reports/handled/rows",
    "/knowledge/gaps",
    "/knowledge/answers",
    "/knowledge/review",
    "/knowledge/settings",
    "/inbox",
    "/settings/connectors",
    "/settings/webhooks",
    "/settings/alerts?kind=threshold",
    "/alerts",
    "/settings/inboxes",
    "/settings/mailboxes",
    "/settings/customer-agent?ask=hello",
    "/settings/widget",
    "/settings/surveys",
    "/widget/demo",
    "/tickets",
    "/tickets?view=all",
    "/tickets?pipeline=jobs",
    "/tickets?view=board&pipeline=jobs",
    "/settings/jobs",
    "/settings/services",
    "/confirmations",
    "/widget/request",
    "/settings/mail",
    "/settings",
    "/settings/agreements",
    "/settings/hours",
    "/settings/profiles?name=quick&quiet=1+d&try=yes",
    "/settings/queue",
    "/settings/routing",
    "/saved",
    "/reports/first_response_time?range=last_90&by=rep&target=3600&saved=s1",
    "/dashboards/d1",
    "/dashboards/d1/edit",
    "/people",
    "/audit",
    "/account",
    "/sign-in",
    "/nowhere",
];

/// A page of each kind of a desk that [`fill`] filled, but for the reports.
pub(crate) fn pages(desk: &Desk) -> Vec<String> {
    let wanted = svar::report::RowQuery {
        limit: 1,
        ..svar::report::RowQuery::default()
    };
    let rows = desk
        .app
        .rows("handoff_outcomes", &svar::report::Query::default(), &wanted);
    let cli = Caller::live(svar::command::Identity::Cli, svar::command::Role::Admin);
    keep(desk, &cli);
    let conversation = rows.unwrap().items[0].conversation.clone().unwrap();
    let ticket = conversation.replace(":c", ":t");
    let mut pages = known(desk);
    pages.extend(PAGES.iter().map(|path| (*path).to_owned()));
    pages.extend([
        desk.app.shared_path("l1").unwrap(),
        desk.app.set_up_path().unwrap(),
        format!("/conversations/{conversation}"),
        format!("/tickets/{ticket}"),
    ]);
    pages
}

/// An open gap, an open answer, and two of them compared.
fn known(desk: &Desk) -> Vec<String> {
    svar::work::group_questions(&desk.app).unwrap();
    desk.tick();
    let query = svar::app::GapQuery {
        paging: svar::app::Paging::first(1),
        ..svar::app::GapQuery::default()
    };
    let gaps = desk.app.knowledge().gaps(&query).items.into_iter();
    let mut pages: Vec<String> = gaps
        .map(|gap| format!("/knowledge/gaps?topic={}", gap.topic))
        .collect();
    let two = svar::app::Paging::first(2);
    let answers = desk.app.knowledge().answers("", None, two).items;
    let ids: Vec<&str> = answers
        .iter()
        .map(|one| one.short_answer.as_str())
        .collect();
    pages.push("/reports/handled/review?seed=7".to_owned());
    if let [one, other] = ids.as_slice() {
        pages.push(format!("/knowledge/answers?answer={one}"));
        pages.push(format!("/knowledge/answers?answer={one}&compare={other}"));
    }
    pages
}

/// Somebody who is invited, an account that is read, and something saved, put on a dashboard, shown
/// outside and mailed, so that lists of them have a row.
fn keep(desk: &Desk, by: &Caller) {
    let ada = svar::command::UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada Berg".to_owned(),
        ..svar::command::UserDraft::default()
    };
    desk.app.save_user(by, ada).unwrap();
    let account = svar::app::ConnectorDraft {
        product: "chatwoot".to_owned(),
        account: Some("1".to_owned()),
        token: Some("t".to_owned()),
        ..svar::app::ConnectorDraft::default()
    };
    desk.app.save_connector(by, &account).unwrap();
    let give = |command| {
        desk.tick();
        desk.app.write_now(by, command).unwrap();
        desk.tick();
    };
    let report = json!({"id": "s1", "name": "Who answers how fast", "report": "first_response_time",
        "parameters": {"range": "last_90", "by": "rep"}, "target": 3600, "audience": "everybody"});
    let report = serde_json::from_value(report).unwrap();
    give(Command::Saved(SavedCommand::SaveReport(report)));
    let panels = json!([{"shows": {"kind": "report", "id": "resolved"}, "width": "tile"},
        {"shows": {"kind": "saved_report", "id": "s1"}, "width": "whole"},
        {"shows": {"kind": "report", "id": "messages_by_hour"}, "width": "half"},
        {"shows": {"kind": "report", "id": "reply_count"}, "width": "third"}]);
    let board = json!({"id": "d1", "name": "Monday", "panels": panels});
    let board = serde_json::from_value(board).unwrap();
    give(Command::Saved(SavedCommand::SaveDashboard(board)));
    let shows = json!({"kind": "dashboard", "id": "d1"});
    let share = SavedCommand::Share {
        link: "l1".to_owned(),
        shows: serde_json::from_value(shows.clone()).unwrap(),
        expires_at: desk.app.clock().now().plus_millis(svar::model::DAY_MS),
    };
    give(Command::Saved(share));
    let mail = json!({"id": "t1", "shows": shows, "every": "weekly", "weekday": 1, "time": "08:00",
        "zone": "Europe/Oslo", "users": ["ada"]});
    let mail = serde_json::from_value(mail).unwrap();
    give(Command::MailSchedule(MailScheduleCommand::Save(mail)));
}

#[test]
fn a_reader_gets_from_a_number_to_its_definition_its_rows_and_a_conversation() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (_desk, server) = full();
    browser.open(&server.url("/"));

    browser.press("#tile-handled .about summary", ENTER);
    browser.wait("document.querySelector('#tile-handled .about').open");
    let about = browser.run("return document.querySelector('#tile-handled .about').innerText");
    for words in [
        "Episodes that the customer agent handled",
        "Profile",
        "As of",
        "Left out",
    ] {
        assert!(about.as_str().unwrap().contains(words), "{words}: {about}");
    }
    browser.press("#tile-handled .about summary", ESCAPE);
    browser.wait("!document.querySelector('#tile-handled .about').open");

    browser.press("#whole-rates .at", RIGHT);
    browser.wait("!document.getElementById('tip').hidden");
    let tip = browser.run("return document.getElementById('tip').innerText");
    assert!(tip.as_str().unwrap().contains("Resolution"), "{tip}");

    browser.follow("#whole-rates [data-swap]");
    browser.wait("document.querySelector('#whole-rates .band')");

    browser.follow("[data-theme-toggle]");
    browser.wait("document.documentElement.dataset.theme === 'dark'");

    browser.follow("#tile-handled .doors a");
    browser.wait("location.pathname === '/reports/handled/rows'");
    browser.follow("td a[href^='/conversations/']");
    browser.wait("location.pathname.startsWith('/conversations/')");
    browser.wait("document.querySelector('.message.contact')");
    let theme = browser.run("return document.documentElement.dataset.theme");
    assert_eq!(theme, "dark", "the theme is kept from page to page");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn no_page_is_wider_than_its_window() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = full();
    let mut paths = pages(&desk);
    paths.extend(svar::report::registry::all().map(|report| format!("/reports/{}", report.id)));
    let mut wide = Vec::new();
    // The last is a window of 1280 at twice the size.
    for (width, scale) in [(1280, 1.0), (390, 1.0), (360, 1.0), (640, 2.0)] {
        show_at(&browser, width, scale);
        for path in &paths {
            browser.open(&server.url(path));
            let over = browser.run(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
            );
            if over.as_i64().unwrap() > 0 {
                wide.push(format!("{path} at {width}: {over} px too wide"));
            }
            if width == 360 {
                browser.keep_picture(&format!("{path} narrow"));
            }
        }
    }
    assert_eq!(wide, Vec::<String>::new());
}

/// Has pages be so wide, each of their pixels being so many of the screen's. A window of the browser itself
/// cannot be as narrow as a phone.
fn show_at(browser: &Browser, width: u32, scale: f64) {
    let size = json!({"width": width, "height": 900, "deviceScaleFactor": scale, "mobile": false});
    let wanted = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": size});
    browser.post("goog/cdp/execute", &wanted);
    browser.open("about:blank");
    let seen = browser.run("return [innerWidth, devicePixelRatio]");
    let seen = [&seen[0], &seen[1]].map(|one| one.as_f64().unwrap().to_string());
    assert_eq!(seen, [f64::from(width), scale].map(|one| one.to_string()));
}

#[test]
fn a_page_on_paper_has_its_tables_and_nothing_to_press() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = full();
    let print = json!({"cmd": "Emulation.setEmulatedMedia", "params": {"media": "print"}});
    browser.post("goog/cdp/execute", &print);
    let mut wrong = Vec::new();
    let mut tables = 0;
    for path in pages(&desk) {
        browser.open(&server.url(&path));
        let seen = browser.run(
            "const is_seen = one => one.getClientRects().length > 0 && one.checkVisibility({visibilityProperty: true}); \
             const seen = css => [...document.querySelectorAll(css)].filter(is_seen); \
             const pressed = seen('header.side nav, .controls, button, details.menu > summary, input[type=search], .skip'); \
             const tables = [...document.querySelectorAll('main table')]; \
             const hidden = tables.filter(one => !is_seen(one) && !one.closest('.float, dialog, svg')); \
             const cut = [...document.querySelectorAll('main .scroll')].filter(one => is_seen(one) && getComputedStyle(one).overflowX !== 'visible'); \
             return [pressed.slice(0, 3).map(one => one.outerHTML.slice(0, 120)), hidden.slice(0, 3).map(one => one.outerHTML.slice(0, 120)), cut.length, tables.length]",
        );
        browser.keep_picture(&format!("{path} print"));
        tables += seen[3].as_u64().unwrap();
        if seen[0] != json!([]) || seen[1] != json!([]) || seen[2] != 0 {
            wrong.push(format!("{path}: {seen}"));
        }
    }
    assert!(tables > 40, "{tables}");
    assert_eq!(wrong, Vec::<String>::new());
}

/// What axe finds wrong with the page that the browser shows, by rule and place.
pub(crate) fn faults(browser: &Browser, axe: &str) -> Vec<String> {
    let script = format!(
        "{axe}; const done = arguments[0]; \
         axe.run(document, {{resultTypes: ['violations']}}).then(({{violations}}) => done(violations.flatMap( \
         ({{id, nodes}}) => nodes.map(({{target, failureSummary}}) => `${{id}}: ${{target}} ${{failureSummary}}`))), \
         (fault) => done([String(fault)]));"
    );
    let faults = browser.post("execute/async", &json!({"script": script, "args": []}));
    let faults = faults.as_array().unwrap_or_else(|| panic!("{faults}"));
    faults.iter().map(Value::to_string).collect()
}

/// The source of axe, where the caller has it at hand.
#[expect(
    clippy::disallowed_methods,
    reason = "only the caller knows whether axe is at hand"
)]
pub(crate) fn axe() -> Option<String> {
    let Ok(axe) = std::env::var("SVAR_TEST_AXE") else {
        println!("skipped: SVAR_TEST_AXE names no axe.min.js");
        return None;
    };
    Some(std::fs::read_to_string(axe).unwrap())
}

#[test]
fn axe_finds_no_fault_with_any_page_in_light_and_in_dark() {
    let Some(axe) = axe() else {
        return;
    };
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = full();
    let mut paths = pages(&desk);
    let reports = [
        "handled_by_channel",
        "first_response_time",
        "messages_by_hour",
        "rep_availability",
    ];
    paths.extend(reports.map(|report| format!("/reports/{report}")));
    let mut wrong = Vec::new();
    for theme in ["light", "dark"] {
        browser.open(&server.url("/"));
        browser.run(&format!("localStorage.setItem('svar-theme', '{theme}')"));
        for path in &paths {
            browser.open(&server.url(path));
            browser.keep_picture(&format!("{path} {theme}"));
            let faults = faults(&browser, &axe);
            wrong.extend(
                faults
                    .iter()
                    .map(|fault| format!("{path} in {theme}: {fault}")),
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_inbox_is_worked_through_by_keys_that_can_be_switched_off() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = Desk::new();
    desk.post_story(
        "30 09:00 conversation.started conversation=c1 contact=p1
         30 09:00 message.added conversation=c1 message=m1 author=contact
         30 10:00 conversation.started conversation=c2 contact=p2
         30 10:00 message.added conversation=c2 message=m2 author=contact",
    );
    let server = Server::start(&desk.app);
    browser.open(&server.url("/inbox"));
    let focused = "document.activeElement.getAttribute('href')";
    let key = |key: &str| {
        browser.run(&format!(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true, cancelable: true}}))"
        ));
    };
    key("j");
    browser.wait(&format!("{focused} === '/conversations/c2'"));
    key("j");
    browser.wait(&format!("{focused} === '/conversations/c1'"));
    key("k");
    browser.wait(&format!("{focused} === '/conversations/c2'"));
    key("?");
    browser.wait("document.getElementById('keys').open");
    browser.run("document.getElementById('keys').close()");
    browser.run("document.querySelector('.desk a').focus()");
    key("n");
    browser
        .wait("location.pathname === '/conversations/c2' && document.querySelector('form.noting')");
    browser.wait("document.activeElement.id === 'text'");
    // While something is typed no key does anything but type.
    key("e");
    key("r");
    assert!(browser.run("return Boolean(document.querySelector('form.noting'))") == true);
    // What is typed is kept by itself, and is there when the page is opened again.
    browser.run(
        "const field = document.getElementById('text'); field.value = 'half a sent'; \
        field.dispatchEvent(new Event('input', {bubbles: true}))",
    );
    browser.wait("document.getElementById('kept').textContent === 'Draft kept.'");
    browser.open(&server.url("/conversations/c2"));
    browser.wait("document.getElementById('text').value === 'half a sent' && document.querySelector('form.noting')");
    browser.run("document.activeElement.blur()");
    key("r");
    browser.wait("document.activeElement.id === 'text' && !document.querySelector('form.noting')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_reply_that_cannot_be_sent_stays_in_the_composer() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = Desk::new();
    desk.post_story(
        "30 09:00 conversation.started conversation=c1 contact=p1
         30 09:00 message.added conversation=c1 message=m1 author=contact",
    );
    let server = Server::start(&desk.app);
    browser.open(&server.url("/conversations/c1"));
    browser.run(
        "document.getElementById('text').value = 'On its way'; window.kept = XMLHttpRequest.prototype.send; \
         XMLHttpRequest.prototype.send = function () { this.dispatchEvent(new Event('loadend')) }; \
         document.querySelector('#write button[value=reply]').click()",
    );
    browser.wait("document.querySelector('#write [role=alert]')");
    let told = browser.run("return document.querySelector('#write [role=alert]').textContent");
    assert!(
        told.as_str().unwrap().contains("Your words are still here"),
        "{told}"
    );
    browser.wait("document.getElementById('text').value === 'On its way'");
    browser.run(
        "const files = new DataTransfer(); files.items.add(new File(['bytes'], 'bill.txt')); \
         document.getElementById('upload').files = files.files; \
         XMLHttpRequest.prototype.send = function (data) { window.held = [this, data]; \
           const half = {lengthComputable: true, loaded: 5, total: 10}; \
           this.upload.dispatchEvent(new ProgressEvent('progress', half)) }; \
         document.querySelector('#write button[value=reply]').click()",
    );
    browser.wait("(document.querySelector('#write progress') || {}).value === 0.5");
    browser.run("const [request, data] = window.held; window.kept.call(request, data)");
    browser
        .wait("document.querySelector('.message.rep') || location.search.includes('done=reply')");
    desk.tick();
    let sent = desk.app.conversation("c1").unwrap().messages;
    assert_eq!((sent.len(), sent[1].attachments.len()), (2, 1));
}
