//! Going from page to page in a browser: the next takes the place of what is shown, back and forth, and
//! what was typed is left to the browser. The document stays, which a mark on its window shows.

use serde_json::{Value, json};

use crate::chrome::Browser;
use crate::desk::{Desk, Server};
use crate::ui::fill;

/// A browser on a page of a desk whose window is marked.
fn marked(server: &Server, path: &str) -> Option<Browser> {
    let browser = Browser::start()?;
    browser.open(&server.url(path));
    browser.run("window.isMarked = true");
    Some(browser)
}

/// Follows a link and waits for the page that it leads to.
fn go(browser: &Browser, css: &str, path: &str) {
    browser.follow(css);
    arrived(browser, path);
}

fn arrived(browser: &Browser, path: &str) {
    browser.wait(&format!(
        "location.pathname === {path:?} && document.readyState === 'complete' && !('going' in document.documentElement.dataset)"
    ));
}

fn is_marked(browser: &Browser) -> bool {
    browser.run("return window.isMarked === true") == json!(true)
}

fn is_current(browser: &Browser, path: &str) -> Value {
    browser.run(&format!(
        "return document.querySelector('nav [aria-current=page]').pathname === {path:?}"
    ))
}

#[test]
fn the_next_page_takes_the_place_of_the_last_and_back_again() {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    let Some(browser) = marked(&server, "/") else {
        return;
    };
    browser.run("window.scrollTo(0, 300)");
    browser.wait("history.state && history.state.top === 300");
    browser.run("document.querySelector('nav a[href=\"/tickets\"]').click()");
    arrived(&browser, "/tickets");
    assert!(is_marked(&browser));
    assert_eq!(is_current(&browser, "/tickets"), true);
    // A reader of the screen goes on at the head of the page, whose title is that of the window.
    let head = browser.run("return document.activeElement.tagName + ' ' + window.scrollY");
    assert_eq!(head, "H1 0");
    let title = browser.run("return document.title");
    assert!(title.as_str().unwrap().starts_with("Tickets"), "{title}");
    go(&browser, "nav a[href='/inbox']", "/inbox");
    browser.run("history.back()");
    arrived(&browser, "/tickets");
    assert_eq!(is_current(&browser, "/tickets"), true);
    browser.run("history.back()");
    arrived(&browser, "/");
    assert_eq!(browser.run("return window.scrollY"), 300);
    browser.run("history.go(2)");
    arrived(&browser, "/inbox");
    assert!(is_marked(&browser));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_leads_out_of_the_pages_is_left_to_the_browser() {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    let Some(browser) = marked(&server, "/reports/resolution_rate") else {
        return;
    };
    // In place: another choice of the same page, by a link of a chart, and by a form that asks.
    browser.run("document.querySelector('.panel svg a[href*=\"/rows\"]').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))");
    arrived(&browser, "/reports/resolution_rate/rows");
    assert!(is_marked(&browser));
    browser.run(
        "document.querySelector('form.find input').value = 'refund'; document.querySelector('form.find').requestSubmit()",
    );
    arrived(&browser, "/search");
    assert_eq!(browser.run("return location.search"), "?q=refund");
    assert!(is_marked(&browser));
    // A file is saved, and the page goes on.
    browser.run(
        "const link = document.createElement('a'); link.href = '/api/v1/reports/resolution_rate.csv'; document.querySelector('main').prepend(link); link.click()",
    );
    arrived(&browser, "/search");
    assert!(is_marked(&browser));
    // A page with scripts of its own is loaded.
    browser.run(
        "const link = document.createElement('a'); link.href = '/api/docs'; link.id = 'out'; document.querySelector('main').prepend(link); link.click()",
    );
    browser.wait("location.pathname.startsWith('/api/docs') && document.readyState === 'complete'");
    assert!(!is_marked(&browser));
}

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    30 10:00 conversation.started conversation=c1 contact=p1
    30 10:00 message.added conversation=c1 message=m1 author=contact
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
";

#[test]
fn what_was_typed_is_not_lost_on_the_way() {
    let (_desk, server) = Desk::served(STORY);
    let Some(browser) = marked(&server, "/inbox") else {
        return;
    };
    go(
        &browser,
        "main a[href^='/conversations/c1']",
        "/conversations/c1",
    );
    assert!(is_marked(&browser));
    // The keys work on a page that came so, and what is typed there is kept as a draft.
    browser.press("body", "r");
    browser.wait("document.activeElement.name === 'text'");
    browser.press("form[data-write] textarea", "On its way.");
    browser.wait("document.getElementById('kept').textContent !== ''");
    // Who leaves now has the browser load the next page, and finds the words on the way back.
    go(&browser, "nav a[href='/tickets']", "/tickets");
    assert!(!is_marked(&browser));
    browser.run("history.back()");
    arrived(&browser, "/conversations/c1");
    browser.wait("document.querySelector('form[data-write] textarea').value === 'On its way.'");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_comes_in_is_seen_on_a_page_that_was_gone_to() {
    let (desk, server) = Desk::served(STORY);
    let Some(browser) = marked(&server, "/settings") else {
        return;
    };
    go(&browser, "nav a[href='/inbox']", "/inbox");
    go(
        &browser,
        "main a[href^='/conversations/c2']",
        "/conversations/c2",
    );
    assert!(is_marked(&browser));
    desk.tick();
    desk.post_story(
        "30 10:05 message.added conversation=c2 message=m3 author=contact text=Still-there?",
    );
    browser.wait("document.querySelector('main').innerText.includes('Still')");
    assert!(is_marked(&browser));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// How often the page at a path was fetched.
fn fetched(browser: &Browser, path: &str) -> Value {
    browser.run(&format!(
        "return performance.getEntriesByType('resource').filter((one) => one.name.endsWith({path:?})).length"
    ))
}

/// The pointer comes to a link and rests until its page is at hand.
fn rest_on(browser: &Browser, css: &str, path: &str, times: usize) {
    browser.run(&format!(
        "document.querySelector({css:?}).dispatchEvent(new PointerEvent('pointerover', {{bubbles: true}}))"
    ));
    browser.wait(&format!(
        "performance.getEntriesByType('resource').filter((one) => one.name.endsWith({path:?}) && one.responseEnd).length === {times}"
    ));
}

#[test]
fn a_page_is_at_hand_once_the_pointer_rested_on_its_link_unless_news_came_in() {
    let (_desk, server) = Desk::served(STORY);
    let Some(browser) = marked(&server, "/settings") else {
        return;
    };
    let link = "nav a[href='/inbox']";
    rest_on(&browser, link, "/inbox", 1);
    go(&browser, link, "/inbox");
    assert_eq!(fetched(&browser, "/inbox"), 1);
    assert!(is_marked(&browser));
    // What is at hand is as old as the last news at most.
    let link = "nav a[href='/tickets']";
    rest_on(&browser, link, "/tickets", 1);
    browser.run("document.dispatchEvent(new CustomEvent('svar-news', {detail: {news: {changes: []}, leads: false}}))");
    go(&browser, link, "/tickets");
    assert_eq!(fetched(&browser, "/tickets"), 2);
    // Files and the API are not fetched for the pointer's sake.
    browser.run(
        "for (const path of ['/api/v1/reports/handled', '/reports/handled.csv']) {
           const link = document.createElement('a'); link.href = path; document.querySelector('main').prepend(link);
           link.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true})) }",
    );
    rest_on(&browser, "nav a[href='/alerts']", "/alerts", 1);
    assert_eq!(fetched(&browser, "/api/v1/reports/handled"), 0);
    assert_eq!(fetched(&browser, "/reports/handled.csv"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_further_down_comes_with_the_second_frame() {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    let Some(browser) = marked(&server, "/settings") else {
        return;
    };
    browser.run(
        "document.addEventListener('svar:arrived', () => { window.first = 'first' in document.getElementById('content').dataset })",
    );
    go(&browser, "nav a[href='/']", "/");
    browser.wait("!document.querySelector('[data-first]')");
    assert_eq!(browser.run("return window.first"), true);
    let is_drawn = browser.run(
        "return [...document.querySelectorAll('.panels > *')].every((panel) => panel.checkVisibility({contentVisibilityAuto: true}) && getComputedStyle(panel).contentVisibility === 'visible')",
    );
    assert_eq!(is_drawn, true);
    // On the way back, what was in the window is measured at once.
    browser.run("window.first = null; history.back()");
    arrived(&browser, "/settings");
    assert_eq!(browser.run("return window.first"), false);
}
