//! Links that contacts get: opening one says nothing, however often and by whatever program; a press
//! does, until two weeks later, and what was said last holds.

use serde_json::{Value, json};
use svar::work::remind_contacts;

use crate::browser::{axe, faults};
use crate::chrome::Browser;
use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::widget::Page;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    30 09:00 contact.upserted contact=p1 name=Pia
    30 09:00 conversation.started conversation=c1 contact=p1 channel=email language=nb
    30 09:01 message.added conversation=c1 message=m1 author=contact
    30 09:05 message.added conversation=c1 message=m2 author=rep:ada
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let answer = server.post(&format!("/api/v1{path}"), body);
    desk.tick();
    answer
}

fn later(desk: &Desk, secs: i64) {
    desk.clock.set(desk.clock.now().plus_millis(secs * 1_000));
}

/// The address on the server of a link, without the server.
fn path_of(server: &Server, link: &str) -> String {
    link.strip_prefix(&server.url(""))
        .unwrap_or_else(|| panic!("{link}"))
        .to_owned()
}

fn token_of(path: &str) -> &str {
    path.split_once("t=").unwrap().1
}

fn ratings(server: &Server) -> Value {
    server.get("/api/v1/conversations/c1").json()["ratings"].clone()
}

/// The address by which the contact of a conversation that is resolved now rates it.
fn asked(desk: &Desk, server: &Server) -> String {
    let early = post(desk, server, "/conversations/c1/survey", &json!({}));
    assert_eq!(early.status, 409, "{}", early.body);
    assert!(early.body.contains("resolve it first"), "{}", early.body);
    let resolved = json!({"rep": "ada"});
    post(desk, server, "/conversations/c1/resolve", &resolved);
    let asked = post(desk, server, "/conversations/c1/survey", &json!({}));
    assert_eq!(asked.status, 200, "{}", asked.body);
    // Asked once more it is the same link, and nobody is asked anew.
    let again = post(desk, server, "/conversations/c1/survey", &json!({}));
    assert_eq!(again.json()["url"], asked.json()["url"]);
    assert_eq!(again.json()["open_until"], asked.json()["open_until"]);
    path_of(server, asked.json()["url"].as_str().unwrap())
}

/// Opens a link to rate by, which rates nothing.
fn open_to_rate(desk: &Desk, server: &Server, path: &str) {
    let position = desk.app.position();
    let shown = server.get(&format!("{path}&score=4"));
    assert_eq!(shown.status, 200, "{}", shown.body);
    for words in [
        "value=\"4\" required checked",
        "lang=\"nb\"",
        "Hvordan gikk det?",
    ] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    let head = answer(agent().head(server.url(&format!("{path}&score=1"))).call());
    assert_eq!(head.status, 200);
    assert_eq!(desk.app.position(), position, "a scanner opens links");
    assert_eq!(ratings(server), json!([]));
}

#[test]
fn a_link_shows_the_chosen_score_and_only_a_press_says_it() {
    let (desk, server) = Desk::served(STORY);
    let path = asked(&desk, &server);
    open_to_rate(&desk, &server, &path);
    let press = |score: &str, text: &str| {
        desk.tick();
        let sent = server.form(
            "/widget/rate",
            &[("t", token_of(&path)), ("score", score), ("text", text)],
        );
        desk.tick();
        sent
    };
    let quick = press("2", "");
    assert_eq!(quick.status, 303, "{}", quick.body);
    later(&desk, 60);
    assert_eq!(press("5", "It came after all").status, 303);
    assert_eq!(
        press("5", "It came after all").status,
        303,
        "said twice it is said once"
    );
    let told = ratings(&server);
    let [first, last] = told.as_array().unwrap().as_slice() else {
        panic!("{told}")
    };
    assert_eq!(
        (&first["score"], &first["is_hasty"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(
        (&last["score"], &last["is_hasty"], &last["text"]),
        (&json!(5), &Value::Null, &json!("It came after all"))
    );
    let page = server.get("/conversations/c1").body;
    assert!(
        page.contains("a machine that opens links may have done it"),
        "{page}"
    );
    assert!(page.contains(&path.replace('&', "&#38;")), "{page}");
    let shown = server.get(&format!("{path}&done=yes")).body;
    assert!(
        shown.contains("Takk.") && shown.contains("It came after all"),
        "{shown}"
    );
    let csat = desk.report("csat", "from=2026-10-01&to=2026-12-01");
    assert_eq!(csat["total"]["count"], 1, "{csat}");
    // Two weeks after the question it is too late.
    later(&desk, 14 * 86_400);
    let late = press("1", "");
    assert_eq!(late.status, 404, "{}", late.body);
    assert!(
        late.body.contains("This link holds no more"),
        "{}",
        late.body
    );
    assert_eq!(ratings(&server).as_array().unwrap().len(), 2);
    // Who was asked not long ago is not asked about another one.
    let often = post(&desk, &server, "/conversations/c1/survey", &json!({}));
    assert_eq!(often.status, 409, "{}", often.body);
    assert!(often.body.contains("not long ago"), "{}", often.body);
}

#[test]
fn a_link_that_is_forged_or_for_something_else_leads_nowhere() {
    let (desk, server) = Desk::served(STORY);
    post(
        &desk,
        &server,
        "/conversations/c1/resolve",
        &json!({"rep": "ada"}),
    );
    let asked = post(&desk, &server, "/conversations/c1/survey", &json!({}));
    let path = path_of(&server, asked.json()["url"].as_str().unwrap());
    let token = token_of(&path).to_owned();
    let (said, signature) = token.split_once('.').unwrap();
    for odd in [
        String::new(),
        format!("{said}.{}", signature.replace(['0', '1', '2', '3'], "4")),
        format!("YzI.{signature}"),
        "x".repeat(2_000),
    ] {
        desk.tick();
        assert_eq!(
            server.get(&format!("/widget/rate?t={odd}")).status,
            404,
            "{odd}"
        );
        let sent = server.form("/widget/rate", &[("t", &odd), ("score", "1")]);
        assert_eq!(sent.status, 404, "{odd}: {}", sent.body);
    }
    assert_eq!(server.get(&format!("/widget/job?t={token}")).status, 404);
    for score in ["0", "6", "five", ""] {
        desk.tick();
        let sent = server.form(
            "/widget/rate",
            &[("t", &token), ("score", score), ("text", "<b>kept</b>")],
        );
        assert_eq!(sent.status, 200, "{score}: {}", sent.body);
        assert!(
            sent.body.contains("expected 1 to 5") && sent.body.contains("&#60;b&#62;kept"),
            "{}",
            sent.body
        );
    }
    let request = agent()
        .post(server.url("/widget/rate"))
        .header("origin", "https://evil.example");
    let elsewhere = answer(request.send_form([("t", token.as_str()), ("score", "1")]));
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.body);
    assert_eq!(ratings(&server), json!([]));
    let block = post(
        &desk,
        &server,
        "/contacts/p1/block",
        &json!({"name": "Pia", "rep": "ada"}),
    );
    assert_eq!(block.status, 200, "{}", block.body);
    let blocked = server.form("/widget/rate", &[("t", &token), ("score", "1")]);
    assert_eq!(blocked.status, 200, "{}", blocked.body);
    assert_eq!(ratings(&server), json!([]));
}

/// A job that a rep has completed; gives its id.
fn completed(desk: &Desk, server: &Server, conversation: &str) -> String {
    let body = json!({"pipeline": "jobs", "conversation": conversation, "service": "Shop set-up"});
    let opened = post(desk, server, "/tickets", &body);
    assert_eq!(opened.status, 200, "{}", opened.body);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let nobody = server.get(&format!("/api/v1/tickets/{id}/confirmation"));
    assert_eq!(nobody.status, 409, "{}", nobody.body);
    let body = json!({"rep": "ada"});
    let done = post(desk, server, &format!("/tickets/{id}/complete"), &body);
    assert_eq!(done.status, 200, "{}", done.body);
    id
}

#[test]
fn a_contact_confirms_a_job_by_its_link_and_rates_it_and_may_change_that() {
    let (desk, server) = Desk::served(STORY);
    let id = completed(&desk, &server, "c1");
    let state = || {
        server
            .get(&format!("/api/v1/tickets/{id}/confirmation"))
            .json()
    };
    let link = path_of(&server, state()["url"].as_str().unwrap());
    assert_eq!(state()["is_given"], false);
    let position = desk.app.position();
    let shown = server.get(&link);
    assert!(shown.body.contains("Shop set-up"), "{}", shown.body);
    assert_eq!((shown.status, desk.app.position()), (200, position));
    let press = |pairs: &[(&str, &str)]| {
        desk.tick();
        let mut all = vec![("t", token_of(&link))];
        all.extend(pairs);
        let sent = server.form("/widget/job", &all);
        desk.tick();
        sent
    };
    let half = press(&[("communication", "4")]);
    assert!(half.body.contains("quality"), "{}", half.body);
    assert_eq!((half.status, press(&[]).status), (200, 303));
    let job = || server.get(&format!("/api/v1/tickets/{id}")).json();
    assert_eq!(
        job()["completions"][1]["by"],
        json!({"kind": "contact", "id": "p1"})
    );
    assert_eq!(job()["review"], Value::Null);
    let rate = |quality: &str, text: &str| {
        let sent = press(&[("communication", "4"), ("quality", quality), ("text", text)]);
        sent.status
    };
    assert_eq!((rate("2", ""), rate("5", "Now it works")), (303, 303));
    let review = job()["review"].clone();
    assert_eq!(
        (&review["quality"], &review["text"]),
        (&json!(5), &json!("Now it works"))
    );
    assert_eq!(job()["completions"].as_array().unwrap().len(), 2);
    assert_eq!(state()["is_given"], true);
    let how = desk.report("jobs_completed", "from=2026-10-01&to=2026-12-01&by=how");
    assert_eq!(how["total"]["value"], 1, "{how}");
    assert_eq!(
        desk.report("reviews_received", "from=2026-10-01&to=2026-12-01")["total"]["value"],
        1
    );
    later(&desk, 14 * 86_400);
    assert_eq!(
        (rate("1", ""), &job()["review"]["quality"]),
        (404, &json!(5))
    );
}

#[test]
fn jobs_that_wait_for_a_word_are_listed_and_reminded_of_once() {
    let (desk, server) = Desk::served(STORY);
    let id = completed(&desk, &server, "c1");
    let list = || server.get("/api/v1/confirmations").json()["items"].clone();
    assert_eq!(
        (&list()[0]["ticket"], &list()[0]["reminded_at"]),
        (&json!(id), &Value::Null)
    );
    later(&desk, 3 * 86_400);
    // Whoever reads elsewhere is reminded by hand.
    assert_eq!(remind_contacts(&desk.app).unwrap(), 1);
    desk.tick();
    assert_eq!(list()[0]["reminded_at"], Value::Null);
    let page = server.get("/confirmations").body;
    assert!(
        page.contains("Shop set-up") && page.contains("I have reminded them"),
        "{page}"
    );
    let noted = server.form("/confirmations", &[("remind", &id)]);
    assert_eq!(noted.status, 303, "{}", noted.body);
    desk.tick();
    let again = server.form("/confirmations", &[("remind", &id)]);
    assert!(
        again.status == 200 && again.body.contains("was reminded already"),
        "{}",
        again.body
    );
    assert_eq!(
        post(&desk, &server, &format!("/tickets/{id}/remind"), &json!({})).status,
        409
    );
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    later(&desk, 4 * 86_400);
    desk.tick();
    let told = server.get("/api/v1/confirmations").json();
    assert_ne!(told["items"][0]["reminded_at"], Value::Null);
    let reviewed = post(
        &desk,
        &server,
        &format!("/tickets/{id}/review"),
        &json!({"communication": 3, "quality": 3, "rep": "ada"}),
    );
    assert_eq!(reviewed.status, 200, "{}", reviewed.body);
    assert_eq!(
        server.get("/api/v1/confirmations").json()["items"],
        json!([])
    );
    assert_eq!(
        post(&desk, &server, &format!("/tickets/{id}/remind"), &json!({})).status,
        409
    );
}

#[test]
fn who_reads_in_the_widget_finds_the_link_there_and_is_reminded_by_itself() {
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    desk.tick();
    page.post("messages", &json!({"id": "1", "text": "I want a shop"}));
    desk.tick();
    let conversation = page.thread()["conversation"].as_str().unwrap().to_owned();
    assert_eq!(page.thread()["job"], Value::Null);
    completed(&desk, &server, &conversation);
    let job = page.thread()["job"].clone();
    assert_eq!(
        (&job["what"], &job["is_reminder"]),
        (&json!("Shop set-up"), &json!(false))
    );
    assert_eq!(server.get(job["path"].as_str().unwrap()).status, 200);
    assert_eq!(
        remind_contacts(&desk.app).unwrap(),
        0,
        "not before three days"
    );
    later(&desk, 3 * 86_400);
    assert_eq!(remind_contacts(&desk.app).unwrap(), 1);
    desk.tick();
    assert_eq!(page.thread()["job"]["is_reminder"], true);
    let position = desk.app.position();
    assert_eq!(remind_contacts(&desk.app).unwrap(), 0);
    assert_eq!(desk.app.position(), position, "once");
    assert_eq!(Page::new(&server).thread()["job"], Value::Null);
}

#[test]
fn what_is_imported_asks_nobody_to_confirm_anything() {
    let (desk, server) = Desk::served(STORY);
    desk.post_story(
        "30 10:00 ticket.opened ticket=t pipeline=jobs conversation=c1
         30 11:00 ticket.completed ticket=t by=rep:ada",
    );
    assert_eq!(
        server.get("/api/v1/confirmations").json()["items"],
        json!([])
    );
}

#[test]
fn in_a_browser_a_link_is_read_and_pressed_without_a_fault() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = Desk::served(STORY);
    let id = completed(&desk, &server, "c1");
    let state = server
        .get(&format!("/api/v1/tickets/{id}/confirmation"))
        .json();
    browser.open(state["url"].as_str().unwrap());
    if let Some(axe) = axe() {
        assert_eq!(faults(&browser, &axe), Vec::<String>::new());
    }
    desk.tick();
    browser.run("for (const name of ['communication', 'quality']) document.querySelector(`[name=${name}][value='4']`).checked = true");
    browser.follow("form.write button");
    browser.wait("document.querySelector('[role=status]')");
    desk.tick();
    let job = server.get(&format!("/api/v1/tickets/{id}")).json();
    assert_eq!(job["review"]["communication"], 4, "{job}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
