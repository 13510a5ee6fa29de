//! Who else has a conversation open, and that a browser tells of what a contact wrote: to whoever sees it,
//! as they chose, and kept nowhere.

use serde_json::{Value, json};
use svar::command::{Caller, Identity, Role, ScopeDraft, ScopeKind, UserDraft};

use crate::chrome::Browser;
use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::live::Onlooker;

const PASSWORD: &str = "three good words";
const STORY: &str = "
    20 09:00 team.upserted team=front name=Front
    20 09:00 team.upserted team=back name=Back
    20 09:00 rep.upserted rep=ada name=Ada team=front
    20 09:00 rep.upserted rep=ben name=Ben
    30 10:00 conversation.started conversation=c1 contact=p1
    30 10:00 message.added conversation=c1 message=m1 author=contact
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
    30 10:00 conversation.assigned conversation=c2 to=rep:ben
    30 10:00 conversation.started conversation=c3 contact=p3
    30 10:00 message.added conversation=c3 message=m3 author=contact
    30 10:00 conversation.assigned conversation=c3 to=team:front
    30 10:00 conversation.started conversation=c4 contact=p4
    30 10:00 message.added conversation=c4 message=m4 author=contact
    30 10:00 conversation.assigned conversation=c4 to=team:back
";

/// A desk on which Ada is admin and Ben a rep who sees his own; the sessions of both.
fn signed_in() -> (Desk, Server, [String; 2]) {
    let (desk, server) = Desk::served(STORY);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = |id: &str, name: &str| UserDraft {
        email: format!("{id}@shop.example"),
        name: name.to_owned(),
        rep: Some(id.to_owned()),
        ..UserDraft::default()
    };
    desk.app
        .set_up(&cli, draft("ada", "Ada"), PASSWORD)
        .unwrap();
    desk.tick();
    let ben = UserDraft {
        role: Role::Rep,
        scope: Some(ScopeDraft {
            kind: ScopeKind::Own,
            ..ScopeDraft::default()
        }),
        ..draft("ben", "Ben <b>")
    };
    let id = desk.app.save_user(&cli, ben).unwrap().id.unwrap();
    desk.tick();
    let change = svar::app::PasswordChange {
        present: None,
        password: PASSWORD,
    };
    desk.app.change_password(&cli, &id, change).unwrap();
    desk.tick();
    let sessions = ["ada", "ben"].map(|id| {
        let attempt = svar::app::SignIn {
            email: format!("{id}@shop.example"),
            password: PASSWORD.to_owned(),
            address: None,
            agent: String::new(),
        };
        let session = desk.app.sign_in(&attempt).unwrap().session().unwrap();
        format!("svar_session={session}")
    });
    (desk, server, sessions)
}

fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    let asked = agent().get(server.url(&format!("/api/v1{path}")));
    answer(asked.header("cookie", cookie).call())
}

fn post(server: &Server, path: &str, cookie: &str, body: &Value) -> Answer {
    let request = agent().post(server.url(&format!("/api/v1{path}")));
    let request = request
        .header("cookie", cookie)
        .header("content-type", "application/json");
    answer(request.send(body.to_string()))
}

fn says(server: &Server, who: &str, conversation: &str, state: &str) -> Answer {
    let path = format!("/conversations/{conversation}/attendees");
    post(server, &path, who, &json!({"state": state}))
}

/// The contact of a conversation writes.
fn write(desk: &Desk, conversation: &str, text: &str) {
    desk.tick();
    let at = desk.clock.now();
    desk.post(&[json!({"type": "message.added", "at": at.to_string(), "source": "t", "id": at.to_string(),
        "conversation": conversation, "message": at.to_string(), "author": {"kind": "contact"}, "text": text})]);
    desk.tick();
}

#[test]
fn who_else_is_there_and_writes_is_told_at_once_and_over_when_nothing_is_heard() {
    let (desk, server, [ada, ben]) = signed_in();
    let mut stream = Onlooker::of(&server, "/api/v1/stream", &[("cookie", &ada)]);
    assert_eq!(stream.next().unwrap().name, "ready");
    let before = desk.app.snapshot().log_position;
    for (state, place) in [("viewing", "c2"), ("typing", "c2"), ("gone", "c2")] {
        let told = says(&server, &ben, place, state);
        assert_eq!((told.status, told.json()), (200, json!({"items": []})));
        let told = stream.next().unwrap();
        let change = json!({"kind": "attendees", "id": "c2"});
        assert_eq!(
            (told.name.as_str(), &told.data["changes"]),
            ("change", &json!([change]))
        );
        let seen = get(&server, "/conversations/c2/attendees", &ada).json();
        let ben = json!([{"user": seen["items"][0]["user"], "name": "Ben <b>", "state": state}]);
        let expected = if state == "gone" { json!([]) } else { ben };
        assert_eq!(seen["items"], expected);
    }
    says(&server, &ben, "c2", "typing");
    desk.clock.set(desk.clock.now().plus_millis(10_000));
    let seen = get(&server, "/conversations/c2/attendees", &ada).json();
    assert_eq!(seen["items"][0]["state"], "viewing");
    desk.clock.set(desk.clock.now().plus_millis(40_000));
    let seen = get(&server, "/conversations/c2/attendees", &ada).json();
    assert_eq!(seen["items"], json!([]));
    assert_eq!(
        desk.app.snapshot().log_position,
        before,
        "nothing is journalled"
    );
    // What is not seen is not there.
    says(&server, &ada, "c1", "viewing");
    for odd in [
        says(&server, &ben, "c1", "viewing"),
        says(&server, &ada, "none", "viewing"),
    ] {
        assert_eq!(odd.status, 404, "{}", odd.body);
    }
    assert_eq!(
        get(&server, "/conversations/c1/attendees", &ben).status,
        404
    );
    let odd = says(&server, &ada, "c1", "asleep");
    assert!(
        odd.status == 400 && odd.body.contains("asleep"),
        "{}",
        odd.body
    );
}

#[test]
fn what_is_unread_of_ones_own_ones_teams_and_nobodys_is_counted() {
    let (desk, server, [ada, ben]) = signed_in();
    let unread = |who: &str| get(&server, "/unread", who).json();
    let seen = unread(&ada);
    assert_eq!(seen["count"], 2, "nobody's c1 and the team's c3: {seen}");
    let seen = unread(&ben);
    assert_eq!(
        (&seen["count"], &seen["conversation"]),
        (&json!(1), &json!("c2"))
    );
    write(&desk, "c1", "Anybody there?");
    let seen = unread(&ada);
    let newest = json!({"count": 2, "conversation": "c1", "contact_at": seen["contact_at"], "preview": "Anybody there?"});
    assert_eq!(seen, newest);
    let read = post(&server, "/conversations/c1/read", &ada, &json!({}));
    assert_eq!(read.status, 200, "{}", read.body);
    desk.tick();
    assert_eq!(unread(&ada)["conversation"], "c3");
}

#[test]
fn in_a_browser_the_title_counts_the_desktop_tells_and_others_are_named() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server, [ada, ben]) = signed_in();
    let habits = json!({"title_count": true, "sound": true, "desktop_notices": true});
    assert_eq!(post(&server, "/me/habits", &ada, &habits).status, 200);
    desk.tick();
    browser.open(&server.url("/sign-in?next=/inbox"));
    browser.press("#email", "ada@shop.example");
    browser.press("#password", PASSWORD);
    browser.follow("form.write button");
    browser.wait("document.title.startsWith('(2) ')");
    browser.run(
        "window.told = []; document.hasFocus = () => false; \
         window.Notification = class { static permission = 'granted'; addEventListener() {} \
         constructor(title, options) { window.told.push([title, options.body]); } };",
    );
    write(&desk, "c2", "Of no concern to Ada.");
    write(&desk, "c1", "Anybody there?");
    browser.wait("window.told.length === 1");
    assert_eq!(
        browser.run("return window.told"),
        json!([["c1", "Anybody there?"]])
    );
    browser.open(&server.url("/conversations/c2"));
    says(&server, &ben, "c2", "typing");
    browser
        .wait("document.getElementById('attendees').innerText === 'Also here: Ben <b> (writing)'");
    let seen = get(&server, "/conversations/c2/attendees", &ben).json();
    assert_eq!(seen["items"][0]["name"], "Ada");
    says(&server, &ben, "c2", "gone");
    browser.wait("document.getElementById('attendees').innerText === ''");
    browser.open(&server.url("/account"));
    let gone = || get(&server, "/conversations/c2/attendees", &ben).json()["items"] == json!([]);
    browser.wait("document.querySelector('input[name=desktop_notices]').checked");
    let begun = std::time::Instant::now();
    while !gone() {
        assert!(
            begun.elapsed().as_secs() < 60,
            "a page that is left says so"
        );
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
