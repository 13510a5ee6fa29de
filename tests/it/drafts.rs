//! What was typed and not sent is kept, for its writer alone; what was sent can be taken back for
//! some seconds, and a process that ends meanwhile loses no word of it.

use std::time::Duration;

use serde_json::{Value, json};
use svar::app::Writing;
use svar::command::{
    Caller, Command, ConversationAction, ConversationCommand, HabitsDraft, Identity, Role,
    UserCommand, UserDraft,
};

use crate::desk::{Answer, Desk, Server, agent, answer};

const STORY: &str = "
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact
";
const PASSWORD: &str = "three good words";

fn cli() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

/// Somebody who signs in, and as whom they call.
fn user(desk: &Desk, name: &str) -> Caller {
    let draft = UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        role: Role::Rep,
        ..UserDraft::default()
    };
    let id = desk.app.save_user(&cli(), draft).unwrap().id.unwrap();
    desk.tick();
    Caller::live(Identity::User(id), Role::Rep)
}

fn words(text: &str) -> Writing {
    Writing {
        text: text.to_owned(),
        ..Writing::default()
    }
}

/// The texts of a conversation's messages.
fn texts(desk: &Desk, conversation: &str) -> Vec<String> {
    let one = desk.app.conversation(conversation).unwrap();
    one.messages
        .into_iter()
        .map(|message| message.text)
        .collect()
}

fn pass(desk: &Desk, millis: i64) {
    desk.clock.set(desk.clock.now().plus_millis(millis));
}

#[test]
fn a_draft_is_its_writers_alone_and_survives_a_restart_and_a_rebuild() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let (ada, ben) = (user(&desk, "ada"), user(&desk, "ben"));
    let app = &desk.app;
    app.save_draft(&ada, "c1", words("Dear Pia,")).unwrap();
    app.save_draft(&ada, "c2", words("Another")).unwrap();
    let note = Writing {
        text: "careful".to_owned(),
        note: true,
        ..Writing::default()
    };
    app.save_draft(&ben, "c1", note).unwrap();
    assert_eq!(app.draft(&ada, "c1").unwrap().text, "Dear Pia,");
    assert_eq!(app.draft(&ben, "c2").unwrap().text, "");
    assert!(app.draft(&ben, "c1").unwrap().note);
    assert!(app.draft(&ada, "none").is_err());
    let before = app.position();
    app.save_draft(&ada, "c2", words("  ")).unwrap();
    assert_eq!(app.position(), before, "a draft is in no journal");
    let desk = desk.reopened();
    assert_eq!(desk.app.draft(&ada, "c1").unwrap().text, "Dear Pia,");
    assert_eq!(desk.app.draft(&ada, "c2").unwrap().text, "");
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    for part in ["derived", "store"] {
        std::fs::remove_dir_all(folder.path().join(part)).unwrap();
    }
    let desk = Desk::in_folder(folder);
    assert_eq!(desk.app.draft(&ben, "c1").unwrap().text, "careful");
}

#[test]
fn a_reply_goes_out_when_its_time_is_over_and_not_before() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let ada = user(&desk, "ada");
    let app = &desk.app;
    app.save_draft(&ada, "c1", words("On its w")).unwrap();
    let after = Duration::from_secs(10);
    let at = app
        .send_after(&ada, "c1", (None, words("On its way.")), after)
        .unwrap();
    assert_eq!(at.millis(), desk.clock.now().millis() + 10_000);
    let draft = app.draft(&ada, "c1").unwrap();
    assert_eq!(draft.text, "");
    assert_eq!(draft.sending.unwrap().text, "On its way.");
    pass(&desk, 9_999);
    assert_eq!(app.send_due(), Some(Duration::from_millis(1)));
    assert_eq!(texts(&desk, "c1"), ["x"]);
    pass(&desk, 1);
    assert_eq!(app.send_due(), None);
    desk.tick();
    assert_eq!(texts(&desk, "c1"), ["x", "On its way."]);
    assert_eq!(
        app.draft(&ada, "c1").unwrap(),
        svar::app::DraftView::default()
    );
    let late = app.take_back(&ada, "c1").unwrap_err().to_string();
    assert!(late.contains("nothing to take back"), "{late}");
}

#[test]
fn a_reply_that_is_taken_back_is_a_draft_again_with_what_was_typed_since() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let (ada, ben) = (user(&desk, "ada"), user(&desk, "ben"));
    let app = &desk.app;
    let after = Duration::from_secs(10);
    app.send_after(&ada, "c1", (None, words("One")), after)
        .unwrap();
    app.save_draft(&ada, "c1", words("Two")).unwrap();
    assert!(app.take_back(&ben, "c1").is_err(), "it is another's");
    assert_eq!(app.take_back(&ada, "c1").unwrap().text, "One\n\nTwo");
    pass(&desk, 60_000);
    assert_eq!(app.send_due(), None);
    desk.tick();
    assert_eq!(texts(&desk, "c1"), ["x"]);
}

#[test]
fn a_second_reply_sends_the_first_at_once() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let ada = user(&desk, "ada");
    let after = Duration::from_secs(10);
    for text in ["One", "Two"] {
        desk.app
            .send_after(&ada, "c1", (None, words(text)), after)
            .unwrap();
        desk.tick();
    }
    assert_eq!(texts(&desk, "c1"), ["x", "One"]);
    desk.app.send_all();
    desk.tick();
    assert_eq!(texts(&desk, "c1"), ["x", "One", "Two"]);
}

#[test]
fn a_process_that_ends_before_makes_it_a_draft_again_and_one_that_ends_after_sends_it_once() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let ada = user(&desk, "ada");
    let after = Duration::from_secs(10);
    desk.app
        .send_after(&ada, "c1", (None, words("One")), after)
        .unwrap();
    let files = || {
        let entries = std::fs::read_dir(desk.folder.path().join("drafts")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect::<Vec<_>>()
    };
    let before = files();
    pass(&desk, 10_000);
    desk.app.send_due();
    desk.tick();
    assert_eq!(files(), []);
    // As if the process had ended between the event and the file: the reply is in both.
    for (path, bytes) in &before {
        std::fs::write(path, bytes).unwrap();
    }
    let desk = desk.reopened();
    assert_eq!(desk.app.draft(&ada, "c1").unwrap().text, "");
    assert_eq!(texts(&desk, "c1"), ["x", "One"]);
    desk.app
        .send_after(&ada, "c1", (None, words("Three")), after)
        .unwrap();
    let desk = desk.reopened();
    pass(&desk, 60_000);
    assert_eq!(
        desk.app.send_due(),
        None,
        "nobody sends what its writer may have taken back"
    );
    assert_eq!(desk.app.draft(&ada, "c1").unwrap().text, "Three");
}

#[test]
fn a_reply_that_cannot_be_sent_any_more_is_a_draft_with_the_reason() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let ada = user(&desk, "ada");
    let app = &desk.app;
    app.send_after(&ada, "c1", (None, words("One")), Duration::from_secs(10))
        .unwrap();
    let merge = ConversationCommand {
        conversation: "c1".to_owned(),
        rep: None,
        action: ConversationAction::Merge {
            into: "c2".to_owned(),
        },
    };
    app.write_now(&cli(), Command::Conversation(merge)).unwrap();
    pass(&desk, 10_000);
    assert_eq!(app.send_due(), None);
    let draft = app.draft(&ada, "c1").unwrap();
    assert_eq!(draft.text, "One");
    assert!(draft.fault.unwrap().contains("merged"));
}

/// A desk on which Ada signs in, her cookie, and a server.
fn signed_in() -> (Desk, Server, String) {
    let desk = Desk::new();
    desk.post_story(STORY);
    let draft = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&cli(), draft, PASSWORD).unwrap();
    let attempt = svar::app::SignIn {
        email: "ada@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    let session = desk.app.sign_in(&attempt).unwrap().session().unwrap();
    desk.tick();
    let server = Server::start(&desk.app);
    (desk, server, format!("svar_session={session}"))
}

fn post(server: &Server, path: &str, cookie: &str, body: &Value) -> Answer {
    let request = agent().post(server.url(&format!("/api/v1{path}")));
    let request = request
        .header("cookie", cookie)
        .header("content-type", "application/json");
    answer(request.send(body.to_string()))
}

pub(crate) fn form(server: &Server, path: &str, cookie: &str, pairs: &[(&str, &str)]) -> Answer {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let sent = agent.post(server.url(path)).header("cookie", cookie);
    answer(sent.send_form(pairs.iter().copied()))
}

fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    answer(
        agent()
            .get(server.url(path))
            .header("cookie", cookie)
            .call(),
    )
}

#[test]
fn the_api_keeps_sends_and_takes_back_as_long_as_ones_habits_say() {
    let (desk, server, ada) = signed_in();
    let kept = post(
        &server,
        "/conversations/c1/draft",
        &ada,
        &json!({"text": "Hel", "note": true}),
    );
    assert_eq!(
        (kept.status, &kept.json()["text"]),
        (200, &json!("Hel")),
        "{}",
        kept.body
    );
    let sent = post(
        &server,
        "/conversations/c1/send",
        &ada,
        &json!({"text": "Hello"}),
    );
    let at = desk.clock.now().plus_millis(10_000).to_string();
    assert_eq!(sent.json(), json!({"sends_at": at}), "{}", sent.body);
    let draft = get(&server, "/api/v1/conversations/c1/draft", &ada).json();
    assert_eq!(
        draft,
        json!({"text": "", "note": false, "sending": {"text": "Hello", "at": at}})
    );
    let back = post(&server, "/conversations/c1/take-back", &ada, &json!({}));
    assert_eq!((back.status, &back.json()["text"]), (200, &json!("Hello")));
    let again = post(&server, "/conversations/c1/take-back", &ada, &json!({}));
    assert_eq!(again.status, 409, "{}", again.body);
}

#[test]
fn a_note_is_written_at_once_and_a_reply_too_where_its_writer_wants_that() {
    let (desk, server, ada) = signed_in();
    let note = post(
        &server,
        "/conversations/c1/send",
        &ada,
        &json!({"text": "Note", "note": true}),
    );
    assert_eq!(note.json(), json!({"sends_at": null}), "{}", note.body);
    desk.tick();
    let set = post(
        &server,
        "/me/habits",
        &ada,
        &json!({"undo_secs": 0, "single_keys": false}),
    );
    assert_eq!(set.status, 200, "{}", set.body);
    desk.tick();
    let sent = post(
        &server,
        "/conversations/c1/send",
        &ada,
        &json!({"text": "Now"}),
    );
    assert_eq!(sent.json(), json!({"sends_at": null}), "{}", sent.body);
    desk.tick();
    assert_eq!(texts(&desk, "c1"), ["x", "Note", "Now"]);
    let me = get(&server, "/api/v1/me", &ada).json();
    assert_eq!(
        (&me["user"]["undo_secs"], &me["user"]["single_keys"]),
        (&json!(0), &json!(false))
    );
}

#[test]
fn what_cannot_be_kept_sent_or_settled_is_refused_by_name() {
    let (_desk, server, ada) = signed_in();
    for (path, body, word) in [
        ("/conversations/c1/send", json!({"text": " "}), "text"),
        ("/conversations/c1/send", json!({}), "text"),
        ("/conversations/c1/draft", json!({"text": 1}), "text"),
        (
            "/conversations/c1/draft",
            json!({"text": "x", "to": "y"}),
            "to",
        ),
        ("/me/habits", json!({}), "undo_secs"),
        ("/me/habits", json!({"undo_secs": 121}), "undo_secs"),
        ("/me/habits", json!({"undo_secs": -1}), "whole number"),
    ] {
        let refused = post(&server, path, &ada, &body);
        assert_eq!(refused.status, 400, "{path} {body}: {}", refused.body);
        assert!(
            refused.body.contains(word),
            "{path} {body}: {}",
            refused.body
        );
    }
}

#[test]
fn the_page_keeps_drafts_and_takes_replies_back_by_forms() {
    let (desk, server, ada) = signed_in();
    let press = |pairs: &[(&str, &str)]| {
        let sent = form(&server, "/conversations/c1", &ada, pairs);
        assert_eq!(sent.status, 303, "{}", sent.body);
        get(&server, "/conversations/c1", &ada).body
    };
    let page = press(&[("do", "draft"), ("text", "Half a sent")]);
    assert!(
        page.contains(">Half a sent</textarea>") && page.contains("Draft kept at 00:00"),
        "{page}"
    );
    assert!(
        !get(&server, "/conversations/c2", &ada)
            .body
            .contains("Half a sent")
    );
    let page = press(&[("do", "reply"), ("text", "A whole sentence.")]);
    assert!(
        page.contains("Your reply goes out at") && page.contains("></textarea>"),
        "{page}"
    );
    let page = press(&[("do", "take_back")]);
    assert!(page.contains(">A whole sentence.</textarea>"), "{page}");
    press(&[("do", "reply"), ("text", "A whole sentence.")]);
    pass(&desk, 10_000);
    desk.app.send_due();
    desk.tick();
    assert_eq!(texts(&desk, "c1"), ["x", "A whole sentence."]);
    // Habits are on the account's page.
    let set = form(
        &server,
        "/account",
        &ada,
        &[("do", "habits"), ("undo_secs", "5")],
    );
    assert_eq!(set.status, 303, "{}", set.body);
    desk.tick();
    let page = get(&server, "/inbox", &ada).body;
    assert!(
        page.contains("data-keys=\"off\"") && !page.contains("<dialog"),
        "{page}"
    );
    let people = desk.app.snapshot().installation.people.clone();
    assert_eq!(people.users().next().unwrap().habits.undo_secs, 5);
    let odd = form(
        &server,
        "/account",
        &ada,
        &[("do", "habits"), ("undo_secs", "soon")],
    );
    assert!(odd.body.contains("whole number of seconds"), "{}", odd.body);
}

#[test]
fn nobody_settles_anothers_habits() {
    let desk = Desk::new();
    desk.post_story(STORY);
    let (ada, _ben) = (user(&desk, "ada"), user(&desk, "ben"));
    let settle = |caller: &Caller, user: &str| {
        let habits = HabitsDraft {
            undo_secs: Some(3),
            ..HabitsDraft::default()
        };
        let user = user.to_owned();
        desk.app
            .write_now(caller, Command::User(UserCommand::Settle { user, habits }))
    };
    assert!(settle(&ada, "ben").is_err());
    assert!(settle(&cli(), "ben").is_err());
    assert!(settle(&ada, "ada").is_ok());
}
