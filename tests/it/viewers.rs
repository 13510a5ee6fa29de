//! What a viewer may read: numbers, and words only where that is set.

use serde_json::json;
use svar::command::{
    AccessSettings, Caller, Command, Identity, Role, ScopeDraft, ScopeKind, UserDraft,
};
use svar::web::access::API;
use svar::web::page_access::PAGES;

use crate::desk::{Answer, Desk, Server, agent, answer};

const STORY: &str = "
    20 09:00 rep.upserted rep=ben
    20 09:00 contact.upserted contact=p1 name=Paula-Name
    20 09:00 contact.upserted contact=p2 name=Petra-Name
    30 09:00 conversation.started conversation=c1 contact=p1 subject=The-subject
    30 09:00 message.added conversation=c1 message=m1 author=contact text=The-words
    30 09:02 conversation.assigned conversation=c1 to=rep:ben
    30 09:03 ticket.opened ticket=t1 conversation=c1 owner=ben
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact text=Other-words
";
const PASSWORD: &str = "three good words";
/// The rows of a report that is cut by contact.
const ROWS: &str = "reports/messages_by_hour/rows?from=2026-10-01&to=2026-11-02&by=contact";

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

/// The story, with Vic, a viewer who sees what Ben has; and Vic's cookie.
fn desk() -> (Desk, Server, String) {
    let desk = Desk::new();
    desk.post_story(STORY);
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&admin(), ada, PASSWORD).unwrap();
    let vic = UserDraft {
        email: "vic@shop.example".to_owned(),
        name: "Vic".to_owned(),
        rep: Some("ben".to_owned()),
        scope: Some(ScopeDraft {
            kind: ScopeKind::Own,
            ..ScopeDraft::default()
        }),
        ..UserDraft::default()
    };
    desk.app.save_user(&admin(), vic).unwrap();
    let link = desk.app.invite(&admin(), "vic").unwrap().path;
    let link = link.split_once("link=").unwrap().1.to_owned();
    let secret = desk
        .app
        .join(&link, PASSWORD, "")
        .unwrap()
        .session()
        .unwrap();
    let server = Server::start(&desk.app);
    (desk, server, format!("svar_session={secret}"))
}

fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    answer(
        agent()
            .get(server.url(path))
            .header("cookie", cookie)
            .call(),
    )
}

fn csv(server: &Server, cookie: &str) -> String {
    let request = agent().get(server.url(&format!("/api/v1/{ROWS}")));
    let request = request
        .header("cookie", cookie)
        .header("accept", "text/csv");
    answer(request.call()).body
}

fn let_read(desk: &Desk, on: bool) {
    let settings = AccessSettings {
        viewers_read: Some(on),
        ..AccessSettings::default()
    };
    desk.app
        .write_now(&admin(), Command::Access(settings))
        .unwrap();
}

#[test]
fn a_viewer_is_told_numbers_and_rows_without_words_or_names() {
    let (_desk, server, vic) = desk();
    for path in [
        "conversations/c1",
        "tickets/t1",
        "contacts/p1",
        "conversations/c1/explain",
    ] {
        assert_eq!(
            get(&server, &format!("/api/v1/{path}"), &vic).status,
            403,
            "{path}"
        );
    }
    let rows = csv(&server, &vic);
    assert!(rows.contains("c1") && rows.contains("p1"), "{rows}");
    assert!(!rows.contains("Paula"), "{rows}");
    let page = get(&server, &format!("/{ROWS}"), &vic).body;
    assert!(page.contains("c1") && !page.contains("Paula"), "{page}");
    assert!(!page.contains("href=\"/conversations/"), "{page}");
    let cut = get(
        &server,
        "/reports/handled?by=contact&range=custom&from=2026-10-01&until=2026-11-01",
        &vic,
    );
    assert!(!cut.body.contains("Paula"), "{}", cut.body);
}

#[test]
fn where_that_is_set_a_viewer_reads_what_is_in_scope_and_writes_nothing() {
    let (desk, server, vic) = desk();
    let_read(&desk, true);
    let rules = API.iter().map(|rule| ("/api/v1", rule));
    let rules = rules.chain(PAGES.iter().map(|rule| ("", rule)));
    let mut read = 0;
    for (root, rule) in rules.filter(|(_, rule)| rule.path.contains("{id}")) {
        for (start, own, other) in [
            ("/conversations/{id}", "c1", "c2"),
            ("/tickets/{id}", "t1", "t2"),
            ("/contacts/{id}", "p1", "p2"),
        ] {
            if !rule.path.starts_with(start) {
                continue;
            }
            let at = |id: &str| format!("{root}{}", rule.path.replace("{id}", id));
            // A draft, who else is about to write and a contact's link are for who may write, and what an
            // erasure takes away for admins.
            let is_others = ["/draft", "/attendees", "/erase", "/confirmation"]
                .iter()
                .any(|end| rule.path.ends_with(end));
            if rule.method == "GET" && !is_others {
                assert!(rule.is_reading, "{rule:?}");
                // No message here has a file, so that it is read as far as that.
                let expected = if rule.path.ends_with("{file}") {
                    404
                } else {
                    200
                };
                assert_eq!(get(&server, &at(own), &vic).status, expected, "{rule:?}");
                assert_eq!(get(&server, &at(other), &vic).status, 404, "{rule:?}");
                read += 1;
            } else {
                let request = agent().post(server.url(&at(own))).header("cookie", &vic);
                let sent = answer(request.send_form([("do", "resolve")]));
                assert_eq!(sent.status, 403, "{rule:?}: {}", sent.body);
            }
        }
    }
    assert_eq!(read, 10);
    let page = get(&server, "/conversations/c1", &vic).body;
    assert!(
        page.contains("The-words") && page.contains("Paula-Name"),
        "{page}"
    );
    assert!(!page.contains("<textarea"), "{page}");
    assert!(csv(&server, &vic).contains("Paula-Name"));
    let rows = get(&server, &format!("/{ROWS}"), &vic).body;
    assert!(rows.contains("href=\"/conversations/c1"), "{rows}");
    // The lists of the desk and its search stay with reps.
    for path in [
        "/inbox",
        "/search?q=words",
        "/api/v1/conversations",
        "/knowledge/gaps",
    ] {
        assert_eq!(get(&server, path, &vic).status, 403, "{path}");
    }
    let_read(&desk, false);
    assert_eq!(get(&server, "/conversations/c1", &vic).status, 403);
}

#[test]
fn the_rule_is_set_by_api_and_page_and_stays() {
    let (desk, server, vic) = desk();
    let link = desk.app.invite(&admin(), "ada").unwrap().path;
    let link = link.split_once("link=").unwrap().1.to_owned();
    let ada = format!(
        "svar_session={}",
        desk.app
            .join(&link, PASSWORD, "")
            .unwrap()
            .session()
            .unwrap()
    );
    let send = |who: &str, body: serde_json::Value| {
        let request = agent()
            .post(server.url("/api/v1/access"))
            .header("cookie", who);
        let request = request.header("content-type", "application/json");
        answer(request.send(body.to_string())).status
    };
    assert_eq!(send(&vic, json!({"viewers_read": true})), 403);
    assert_eq!(send(&ada, json!({})), 400);
    assert_eq!(send(&ada, json!({"viewers_read": true})), 200);
    let rules = get(&server, "/api/v1/access", &ada).json();
    assert_eq!(rules["viewers_read"], true);
    let checked = r#"name="viewers_read" value="yes" checked"#;
    assert!(get(&server, "/people", &ada).body.contains(checked));
    let form = [("do", "rules")];
    let request = agent().post(server.url("/people")).header("cookie", &ada);
    drop(request.send_form(form));
    assert!(!get(&server, "/people", &ada).body.contains(checked));
    assert_eq!(send(&ada, json!({"viewers_read": true})), 200);
    drop(server);
    let desk = desk.reopened();
    assert!(desk.app.people().rules().viewers_read);
}
