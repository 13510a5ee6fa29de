//! Whole ways through the pages in a real browser, as somebody goes them: from a filter to the account of one
//! conversation, from a report to a mail, from a gap to its proof, and from a dismissal back. The way from a
//! file to the first report is in `import_upload`.

use svar::app::{GapQuery, Options, Paging, PublicUrl};
use svar::command::{Caller, Identity, Role, UserDraft};
use svar::work::{answer_waiting, send_reports};

use crate::chrome::Browser;
use crate::desk::{Desk, Server};
use crate::knowledge::{asked, later};
use crate::mail::Mailed;
use crate::ui::fill;
use crate::widget::{INSIDE, let_look_inside, type_in};

/// Presses a button or follows a link, whether its menu is open or not.
fn choose(browser: &Browser, css: &str) {
    browser.wait(&format!(
        "document.readyState === 'complete' && !('going' in document.documentElement.dataset) && document.querySelector({css:?})"
    ));
    browser.run(&format!("document.querySelector({css:?}).click()"));
}

fn text_of(browser: &Browser, css: &str) -> String {
    let text = browser.run(&format!(
        "return [...document.querySelectorAll({css:?})].map(one => one.innerText).join('\\n')"
    ));
    text.as_str().unwrap_or_default().to_owned()
}

#[test]
fn from_a_filter_over_its_rows_to_a_conversation_and_why_it_counts() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    browser.open(&server.url("/reports/first_response_time?range=last_90"));
    let whole = text_of(&browser, ".shown .figure");
    // A filter is chosen, stands as a chip, and changes the figures.
    choose(&browser, ".controls a[href*='where.channel=chat']");
    browser.wait(
        "location.search.includes('where.channel=chat') && document.querySelector('.chips a')",
    );
    assert_ne!(text_of(&browser, ".shown .figure"), "");
    assert!(!whole.is_empty());
    // What is counted leads to its rows, under the same filter.
    choose(&browser, "main .doors a[href*='/rows']");
    browser.wait("location.pathname === '/reports/first_response_time/rows'");
    browser.wait(
        "location.search.includes('where.channel=chat') && document.querySelector('.chips a')",
    );
    let value = text_of(&browser, "tbody tr:first-child td.number");
    browser.follow("tbody td a[href^='/conversations/']");
    browser.wait("location.pathname.startsWith('/conversations/') && location.hash === '#first_response_time'");
    // Beside the thread stands what the report makes of it: the same value, and why.
    browser.wait(
        "document.querySelector('aside.context') && document.querySelector('.message.contact')",
    );
    let account = text_of(&browser, "aside.context");
    assert!(account.contains(&value), "{value}: {account}");
    assert!(account.contains("First response"), "{account}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

const RESPONSES: &str = "
    20 09:00 rep.upserted rep=ada name=Ada-Lovelace
    20 09:00 conversation.started conversation=c1 contact=p1 channel=chat
    20 09:00 message.added conversation=c1 message=m1 author=contact
    20 09:10 message.added conversation=c1 message=m2 author=rep:ada
";

/// A desk that mails its reports, and somebody who gets them.
fn mailed() -> Mailed {
    let mailed = Mailed::with(RESPONSES, |options| Options {
        network: svar::app::Network {
            public_url: Some(PublicUrl::parse("https://shop.example").unwrap()),
            ..svar::app::Network::default()
        },
        ..options
    });
    let anna = UserDraft {
        email: "anna@shop.example".to_owned(),
        name: "Anna".to_owned(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    let here = Caller::live(Identity::Cli, Role::Admin);
    mailed.desk.app.save_user(&here, anna).unwrap();
    mailed.desk.tick();
    mailed
}

/// Saves the report that the browser looks at, puts it on a new dashboard, and gives its address.
fn put_on_a_dashboard(browser: &Browser, mailed: &Mailed) -> String {
    let server = &mailed.server;
    browser.run(
        "const form = document.querySelector('.keep form:has([name=name])'); \
         form.querySelector('[name=name]').value = 'Who answers how fast'; \
         form.querySelector('[name=audience]').value = 'everybody'",
    );
    choose(browser, ".keep form:has([name=name]) fieldset > button");
    browser.wait("location.search.includes('saved=')");
    mailed.desk.tick();
    browser.open(&server.url("/saved"));
    browser
        .run("document.querySelector('form:has([value=dashboard]) [name=name]').value = 'Monday'");
    choose(browser, "button[value=dashboard]");
    browser.wait("location.pathname.startsWith('/dashboards/')");
    mailed.desk.tick();
    let edit = browser.run("return location.pathname.replace(/\\/edit$/, '') + '/edit'");
    let edit = edit.as_str().unwrap();
    browser.open(&server.url(edit));
    browser.run(
        "const shows = document.querySelector('[name=shows]'); \
         shows.value = [...shows.options].find(one => one.text === 'Who answers how fast').value",
    );
    choose(browser, "button[value=add]");
    browser.wait("document.querySelector('tbody tr') && document.body.innerText.includes('Who answers how fast')");
    mailed.desk.tick();
    edit.trim_end_matches("/edit").to_owned()
}

#[test]
fn from_a_report_that_is_saved_over_a_dashboard_to_the_mail_that_has_its_figures() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let mailed = mailed();
    let server = &mailed.server;
    browser.open(&server.url("/reports/first_response_time?range=last_30&by=rep"));
    let board = put_on_a_dashboard(&browser, &mailed);
    browser.open(&server.url(&board));
    browser
        .wait("document.querySelector('.panel') && document.body.innerText.includes('10 m 00 s')");
    // It goes out each day, to somebody who is named.
    browser.run(
        "const form = document.querySelector('form:has([value=mail])'); \
         form.querySelector('[name=every]').value = 'daily'; form.querySelector('[name=users]').value = 'anna'; \
         form.querySelector('[name=zone]').value = 'UTC'",
    );
    choose(&browser, "form:has([value=mail]) [value=mail]");
    browser.wait("document.querySelector('.done')");
    mailed.desk.tick();
    mailed
        .desk
        .clock
        .set(svar::model::Timestamp::parse("2026-11-01T08:00:01Z").unwrap());
    mailed.desk.tick();
    send_reports(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    let mails = mailed.sent();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].to.as_str(), mails[0].head("subject")),
        ("anna@shop.example", "Monday".to_owned())
    );
    let text = mails[0].part("text/plain");
    assert!(
        text.contains("Who answers how fast") && text.contains("10 m 00 s"),
        "{text}"
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

const QUESTIONS: [&str; 3] = [
    "How do I reset my password?",
    "How can I reset my password?",
    "I want to reset my password, how?",
];

fn gap_of(desk: &Desk) -> String {
    let query = GapQuery {
        words: "password".to_owned(),
        paging: Paging::first(9),
        ..GapQuery::default()
    };
    desk.app.knowledge().gaps(&query).items[0].topic.clone()
}

/// Asks as a visitor, and waits for the answer.
fn ask_in_the_widget(browser: &Browser, desk: &Desk, server: &Server) {
    let_look_inside(browser);
    browser.open(&server.url("/widget/demo"));
    browser.wait("document.querySelector('svar-chat')");
    browser.run(&format!("{INSIDE}.querySelector('.launch').click()"));
    browser.wait(&format!("{INSIDE}.activeElement.tagName === 'TEXTAREA'"));
    browser.wait(&format!(
        "{INSIDE}.querySelector('.log').innerText.includes('Hello!')"
    ));
    type_in(browser, "How do I reset my password?\u{e007}");
    browser.wait(&format!(
        "{INSIDE}.querySelectorAll('article.visitor').length === 1"
    ));
    for _ in 0..4 {
        desk.tick();
    }
    answer_waiting(&desk.app).unwrap();
    desk.tick();
    browser.wait(&format!(
        "{INSIDE}.querySelector('.log').innerText.includes('Press Forgot on the page')"
    ));
}

#[test]
fn from_a_gap_over_its_answer_to_the_visitor_who_is_answered_and_the_proof() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = asked(&QUESTIONS);
    let server = Server::start(&desk.app);
    let topic = gap_of(&desk);
    browser.open(&server.url("/knowledge/gaps"));
    choose(&browser, "tbody a[data-row]");
    browser.wait("document.getElementById('topic-title') && document.getElementById('a-text')");
    let deed = |word: &str| {
        browser.run(&format!(
            "document.getElementById('a-text').value = 'Press **Forgot** on the page.'; \
             document.querySelector('form.write button[value={word}]').click()"
        ));
    };
    // As the visitor will see it, and what it would have done: nothing is written by looking.
    let position = desk.app.position();
    deed("preview");
    browser.wait("document.querySelector('.as-widget') && document.querySelector('.as-widget').innerText.includes('Press Forgot')");
    deed("backtest");
    browser.wait("document.querySelector('#backtest [role=status]')");
    let tried = text_of(&browser, "#backtest [role=status]");
    assert!(tried.contains("3 would with this one"), "{tried}");
    assert_eq!(desk.app.position(), position);
    deed("publish");
    browser.wait("document.body.innerText.includes('The short answer is published')");
    later(&desk, 1);
    // A visitor asks the same, and is answered with these words.
    ask_in_the_widget(&browser, &desk, &server);
    // The topic says what came of its answer.
    later(&desk, 5);
    browser.open(&server.url(&format!("/knowledge/gaps?topic={topic}")));
    browser.wait("document.querySelector('.proof')");
    let proof = text_of(&browser, ".proof");
    let knowledge = desk.app.knowledge();
    let counted = knowledge.proof(&topic).unwrap().unwrap();
    assert_eq!(
        counted
            .weeks
            .iter()
            .map(|week| week.answered)
            .sum::<usize>(),
        1
    );
    assert!(proof.contains('1'), "{proof}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn from_a_dismissal_over_a_reload_back_to_how_it_was() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = asked(&QUESTIONS);
    let server = Server::start(&desk.app);
    let topic = gap_of(&desk);
    let state = || {
        let gap = desk.app.knowledge().gap(&topic, Paging::first(1));
        gap.unwrap().gap.state
    };
    browser.open(&server.url("/knowledge/gaps"));
    choose(&browser, "tbody a[data-row]");
    browser.wait("document.querySelector('[data-dismiss]')");
    browser.run("document.querySelector('[data-dismiss] [name=reason]').value = 'not ours'");
    choose(&browser, "[data-dismiss] button[value=dismiss]");
    browser.wait("document.querySelector('[data-undo]')");
    assert_eq!(state(), svar::app::GapState::Dismissed);
    desk.tick();
    // The offer outlives a reload.
    let address = browser.run("return location.href");
    browser.open(address.as_str().unwrap());
    browser.wait("document.querySelector('[data-undo]')");
    choose(&browser, "[data-undo]");
    browser.wait("document.body.innerText.includes('as it was before')");
    desk.tick();
    assert_eq!(state(), svar::app::GapState::Open);
    browser.open(&server.url("/knowledge/gaps"));
    browser.wait("document.querySelector(\"tbody a[data-row]\")");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
