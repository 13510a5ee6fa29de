//! Webhooks: programs elsewhere are told what happens, signed, in order and at least once; what fails
//! is tried again, given up after a day and told once more when somebody wants that; and nothing is
//! told of words that are gone, nor to private networks that nobody named.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use svar::app::{App, Options};
use svar::clock::Clock;
use svar::command::{
    Caller, Command, ConversationAction, ConversationCommand, Identity, Role, UserDraft,
};
use svar::config::{AddressRange, WebhooksConfig};
use svar::model::Timestamp;
use svar::notify::tell_webhooks;

use crate::chrome::Browser;
use crate::desk::{Answer, Desk, NOW, Server};
use crate::mail::Mailed;
use crate::receiver::{Mood, Receiver, Told};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    30 09:00 contact.upserted contact=p1 name=Pia email=pia@home.example
    30 09:00 conversation.started conversation=c1 contact=p1 channel=email subject=Parcel
    30 09:01 message.added conversation=c1 message=m1 author=contact
    30 09:00 conversation.started conversation=c2 contact=p2 channel=email
    30 09:01 message.added conversation=c2 message=m1 author=contact
";

/// A desk that may tell programs on this machine, and one that is told.
struct Hooked {
    desk: Desk,
    server: Server,
    receiver: Receiver,
}

pub(crate) fn local() -> WebhooksConfig {
    WebhooksConfig {
        allow_private: vec![AddressRange::parse("127.0.0.1").unwrap()],
    }
}

fn open(folder: &std::path::Path, clock: &Clock, config: WebhooksConfig) -> Arc<App> {
    let options = Options {
        webhooks: config,
        ..Options::default()
    };
    Arc::new(App::open_with(folder, clock.clone(), &options, |_, _| {}).unwrap())
}

impl Hooked {
    fn new() -> Self {
        Self::with(local())
    }

    fn with(config: WebhooksConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
        let app = open(folder.path(), &clock, config);
        let desk = Desk { app, clock, folder };
        desk.post_story(STORY);
        let server = Server::start(&desk.app);
        Self {
            desk,
            server,
            receiver: Receiver::start(),
        }
    }

    fn later(&self, secs: i64) {
        let clock = &self.desk.clock;
        clock.set(clock.now().plus_millis(secs * 1_000));
        self.desk.tick();
    }

    fn try_post(&self, path: &str, body: &Value) -> Answer {
        self.desk.tick();
        let sent = self.server.post(&format!("/api/v1{path}"), body);
        self.desk.tick();
        sent
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let sent = self.try_post(path, body);
        assert_eq!(sent.status, 200, "{path}: {}", sent.body);
        sent.json()
    }

    fn add(&self, kind: &str, events: &[&str]) -> Value {
        let body = json!({"name": "Order desk", "kind": kind, "url": self.receiver.url(),
            "events": events});
        self.post("/webhooks", &body)
    }

    fn note(&self, conversation: &str, text: &str) -> String {
        let path = format!("/conversations/{conversation}/messages");
        let written = self.post(&path, &json!({"text": text, "rep": "ada"}));
        written["id"].as_str().unwrap().to_owned()
    }

    /// What is told now.
    fn told(&self) -> Vec<Told> {
        let before = self.receiver.told().len();
        tell_webhooks(&self.desk.app).unwrap();
        self.desk.tick();
        self.receiver.told().split_off(before)
    }

    fn view(&self, webhook: &Value) -> Value {
        let id = webhook["webhook"].as_str().unwrap();
        self.server.get(&format!("/api/v1/webhooks/{id}")).json()
    }

    fn deed(&self, webhook: &Value, deed: &str) -> Value {
        let id = webhook["webhook"].as_str().unwrap();
        self.post(&format!("/webhooks/{id}/{deed}"), &json!({}))
    }
}

fn texts(told: &[Told]) -> Vec<String> {
    let texts = told
        .iter()
        .map(|one| one.json()["data"]["event"]["text"].clone());
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_happens_is_told_signed_with_the_state_after_it() {
    let hooked = Hooked::new();
    let webhook = hooked.add("standard", &["message.added", "conversation.resolved"]);
    let secret = webhook["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"), "{webhook}");
    hooked.note("c1", "On its way.");
    hooked.post("/conversations/c1/tags", &json!({"add": ["parcel"]}));
    hooked.post("/conversations/c1/resolve", &json!({"rep": "ada"}));
    let told = hooked.told();
    assert_eq!(told.len(), 2, "what nobody chose is not told");
    for one in &told {
        assert!(one.is_signed_with(secret), "{one:?}");
        assert_eq!(one.path, "/hook");
        assert_eq!(one.head("content-type"), "application/json");
        assert!(one.head("webhook-id").starts_with("msg_"), "{one:?}");
    }
    let (wrote, resolved) = (told[0].json(), told[1].json());
    assert_eq!(wrote["type"], "message.added");
    assert_eq!(wrote["data"]["event"]["text"], "On its way.");
    // The state is that after the event, not the one of now.
    let state = &wrote["data"]["conversation"];
    assert_eq!(
        (&state["status"], &state["tags"], &state["messages"]),
        (&json!("open"), &json!([]), &json!(2))
    );
    let state = &resolved["data"]["conversation"];
    assert_eq!(
        (&state["status"], &state["tags"]),
        (&json!("resolved"), &json!(["parcel"]))
    );
    assert_eq!(resolved["data"]["contact"]["name"], "Pia");
    assert!(wrote["sequence"].as_u64() < resolved["sequence"].as_u64());
    assert_ne!(told[0].head("webhook-id"), told[1].head("webhook-id"));
    assert_eq!(hooked.told().len(), 0, "once");
    let view = hooked.view(&webhook);
    assert_eq!(
        (&view["delivered"], &view["state"]),
        (&json!(2), &json!("working"))
    );
    assert_eq!(view.get("secret"), None, "it is shown once");
}

#[test]
fn another_secret_signs_beside_the_one_before_for_a_day() {
    let hooked = Hooked::new();
    let webhook = hooked.add("standard", &["message.added"]);
    let first = webhook["secret"].as_str().unwrap();
    let renewed = hooked.deed(&webhook, "secret");
    let second = renewed["secret"].as_str().unwrap();
    assert_ne!(first, second);
    hooked.note("c1", "Both.");
    let told = hooked.told();
    assert!(told[0].is_signed_with(first) && told[0].is_signed_with(second));
    hooked.later(86_400);
    hooked.note("c1", "The new one.");
    let told = hooked.told();
    assert!(!told[0].is_signed_with(first) && told[0].is_signed_with(second));
}

#[test]
fn neither_secret_nor_address_is_in_the_journal_in_exports_or_open_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let hooked = Hooked::new();
    let webhook = hooked.add("slack", &["message.added"]);
    assert_eq!((webhook.get("secret"), webhook.get("url")), (None, None));
    let standard = hooked.add("standard", &["message.added"]);
    let secret = standard["secret"].as_str().unwrap();
    let data = hooked.desk.folder.path();
    let mut journal = String::new();
    for entry in std::fs::read_dir(data.join("journal")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        journal.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(journal.contains("svar.webhook_set"));
    assert!(!journal.contains("/hook") && !journal.contains(secret));
    let kept = data
        .join("webhooks")
        .join(standard["webhook"].as_str().unwrap());
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&kept) & 0o777, 0o700);
    assert_eq!(mode(&kept.join("secret.json")) & 0o777, 0o600);
    let there = tempfile::tempdir().unwrap();
    hooked.desk.app.backup(&there.path().join("b")).unwrap();
    assert!(!there.path().join("b").join("webhooks").exists());
    // Removed, it leaves nothing behind.
    hooked.deed(&standard, "remove");
    assert!(!kept.exists());
    assert_eq!(hooked.told().len(), 0);
}

#[test]
fn what_failed_is_tried_again_in_the_order_of_its_conversation_and_under_the_same_id() {
    let hooked = Hooked::new();
    let webhook = hooked.add("standard", &["message.added"]);
    hooked.receiver.be(Mood::Refuses("first", 503));
    hooked.note("c1", "first");
    hooked.note("c1", "second");
    hooked.note("c2", "other");
    let told = hooked.told();
    assert_eq!(texts(&told), ["first", "other"], "c2 is not held up");
    let view = hooked.view(&webhook);
    assert_eq!(view["waiting"], 2, "{view}");
    assert_eq!(view["attempts"][1]["reason"], "it answered 503");
    hooked.receiver.answers(204);
    let after = hooked.desk.clock.now();
    assert_eq!(hooked.told().len(), 0, "not at once: {after}");
    hooked.later(5);
    let again = hooked.told();
    assert_eq!(texts(&again), ["first", "second"]);
    assert_eq!(again[0].head("webhook-id"), told[0].head("webhook-id"));
    assert_ne!(
        again[0].head("webhook-timestamp"),
        told[0].head("webhook-timestamp")
    );
    let sequences: Vec<u64> = again
        .iter()
        .map(|one| one.json()["sequence"].as_u64().unwrap())
        .collect();
    assert!(sequences[0] < sequences[1]);
}

#[test]
fn redirects_are_not_followed_and_an_answer_is_waited_for_only_so_long() {
    let hooked = Hooked::new();
    let webhook = hooked.add("standard", &["message.added"]);
    let elsewhere = Receiver::start();
    let more = format!("location: {}\r\n", elsewhere.url());
    hooked.receiver.be(Mood::Answers(307, more));
    hooked.note("c1", "away");
    assert_eq!(hooked.told().len(), 1);
    assert_eq!(elsewhere.told().len(), 0);
    let view = hooked.view(&webhook);
    assert_eq!(
        view["trouble"],
        "it answered 307, and redirects are not followed"
    );
    hooked.receiver.be(Mood::Hangs);
    hooked.later(5);
    let began = std::time::Instant::now();
    assert_eq!(hooked.told().len(), 1);
    let took = began.elapsed().as_secs();
    assert!((14..30).contains(&took), "{took}");
    assert_eq!(hooked.view(&webhook)["trouble"], "it took too long");
}

#[test]
fn private_networks_are_told_nothing_unless_they_are_named() {
    let hooked = Hooked::with(WebhooksConfig::default());
    // Without a named network nothing is told without encryption at all.
    let body = json!({"name": "x", "url": hooked.receiver.url(), "events": ["message.added"]});
    let refused = hooked.try_post("/webhooks", &body);
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(!refused.body.contains("127.0.0.1"), "{}", refused.body);
    let port = hooked.receiver.url();
    let port = port.rsplit_once(':').unwrap().1;
    let mut added = Vec::new();
    for host in [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
    ] {
        let url = format!("https://{host}:{port}");
        let body = json!({"name": host, "url": url, "events": ["message.added"]});
        added.push(hooked.post("/webhooks", &body));
    }
    hooked.note("c1", "secret");
    hooked.told();
    for webhook in &added {
        let view = hooked.view(webhook);
        assert_eq!(
            view["trouble"], "its address leads into a private network",
            "{view}"
        );
    }
    assert_eq!(hooked.receiver.told().len(), 0);
}

#[test]
fn what_was_imported_or_posted_is_told_to_nobody() {
    let hooked = Hooked::new();
    hooked.add("standard", &["message.added", "conversation.started"]);
    hooked.desk.post_story(
        "
        31 09:00 conversation.started conversation=c7 contact=p1 channel=chat
        31 09:01 message.added conversation=c7 message=m9 author=contact
    ",
    );
    let export = r#"{"type":"message.added","at":"2026-10-31T10:00:00Z","source":"svar","id":"x9","conversation":"c7","message":"m10","author":{"kind":"contact"},"text":"old"}"#;
    let event = svar::model::Event::parse(export).unwrap();
    hooked
        .desk
        .app
        .take(svar::app::Via::Import, "import", &[Arc::new(event)])
        .unwrap();
    hooked.desk.tick();
    assert_eq!(hooked.told().len(), 0);
    hooked.note("c7", "here");
    assert_eq!(texts(&hooked.told()), ["here"]);
}

#[test]
fn redacted_words_and_those_of_the_erased_are_told_to_nobody() {
    let hooked = Hooked::new();
    hooked.add("standard", &["message.added", "message.edited"]);
    hooked.receiver.answers(500);
    let message = hooked.note("c1", "my card is 4111");
    hooked.note("c2", "of somebody who goes");
    assert_eq!(hooked.told().len(), 2);
    hooked.receiver.answers(200);
    let path = format!("/conversations/c1/messages/{message}/redact");
    hooked.post(&path, &json!({"rep": "ada"}));
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let app = &hooked.desk.app;
    app.erase_contact(&admin, "p2", "p2").unwrap();
    hooked.later(60);
    let told = hooked.told();
    let all: Vec<String> = told.iter().map(|one| one.json().to_string()).collect();
    assert_eq!(told.len(), 1, "{all:?}");
    assert!(!all[0].contains("4111"), "{all:?}");
    assert_eq!(told[0].json()["data"]["event"]["text"], "");
}

/// A desk with an admin who gets mails.
fn with_admin() -> Mailed {
    let mailed = Mailed::hooked(STORY, local());
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "ada".to_owned(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    mailed.desk.app.save_user(&admin, ada).unwrap();
    mailed.desk.tick();
    mailed
}

/// Has everything told hour by hour, until the webhook is paused.
fn hours_until_paused(mailed: &Mailed, view: impl Fn() -> Value) -> i64 {
    let mut hours = 0;
    while view()["state"] != "paused" {
        assert!(hours < 26, "{}", view());
        tell_webhooks(&mailed.desk.app).unwrap();
        mailed.later(3_600);
        hours += 1;
    }
    hours
}

#[test]
fn what_failed_for_a_day_is_given_up_and_admins_hear_of_it_and_tell_it_once_more() {
    let mailed = with_admin();
    let receiver = Receiver::start();
    receiver.answers(500);
    let body = json!({"name": "Order desk", "url": receiver.url(), "events": ["message.added"]});
    let webhook = mailed.post("/webhooks", &body);
    let id = webhook["webhook"].as_str().unwrap().to_owned();
    for text in ["one", "two"] {
        mailed.post(
            "/conversations/c1/messages",
            &json!({"text": text, "rep": "ada"}),
        );
    }
    assert_eq!(mailed.sent().len(), 2, "they go to the contact");
    let view = || mailed.server.get(&format!("/api/v1/webhooks/{id}")).json();
    let hours = hours_until_paused(&mailed, view);
    let paused = view();
    assert_eq!(
        (hours >= 23, &paused["pause_reason"]),
        (true, &json!("failing"))
    );
    assert_eq!(paused["given_up"].as_array().unwrap().len(), 1, "{paused}");
    let [mail] = &mailed.sent()[..] else {
        panic!("{paused}")
    };
    assert_eq!(mail.to, "ada@shop.example");
    assert_eq!(mail.head("subject"), "Paused: the webhook Order desk");
    assert!(
        mail.part("text/plain")
            .contains("Nothing arrived there for a day.")
    );
    let page = mailed.server.get("/settings/webhooks").body;
    assert!(page.contains("Nothing arrived there for a day."));
    // Paused, it is told nothing; what is written meanwhile is not lost.
    mailed.post(
        "/conversations/c1/messages",
        &json!({"text": "three", "rep": "ada"}),
    );
    let before = receiver.told().len();
    tell_webhooks(&mailed.desk.app).unwrap();
    assert_eq!(receiver.told().len(), before);
    let tried = mailed
        .server
        .post(&format!("/api/v1/webhooks/{id}/test"), &json!({}));
    assert_eq!(tried.status, 409, "{}", tried.body);
    receiver.answers(200);
    let record = &paused["given_up"][0]["record"];
    let odd = json!({"record": 1});
    let odd = mailed
        .server
        .post(&format!("/api/v1/webhooks/{id}/replay"), &odd);
    assert_eq!(odd.status, 404, "{}", odd.body);
    mailed.post(
        &format!("/webhooks/{id}/replay"),
        &json!({"record": record}),
    );
    mailed.post(&format!("/webhooks/{id}/resume"), &json!({}));
    tell_webhooks(&mailed.desk.app).unwrap();
    assert_eq!(texts(&receiver.told()[before..]), ["one", "two", "three"]);
    assert_eq!(view()["given_up"], json!([]));
}

#[test]
fn a_try_is_told_and_says_what_went_wrong() {
    let hooked = Hooked::new();
    let webhook = hooked.add("standard", &["message.added"]);
    hooked.deed(&webhook, "test");
    let told = hooked.told();
    assert_eq!(told[0].json()["type"], "webhook.test");
    hooked.receiver.answers(403);
    hooked.deed(&webhook, "test");
    assert_eq!(hooked.told().len(), 1);
    let view = hooked.view(&webhook);
    assert_eq!(view["attempts"][0]["reason"], "it answered 403");
    assert_eq!(view["waiting"], 0, "a try is not told again: {view}");
    // Its server is gone for good: it is paused at once.
    hooked.receiver.answers(410);
    hooked.note("c1", "hello");
    hooked.told();
    let view = hooked.view(&webhook);
    assert_eq!(
        (&view["state"], &view["pause_reason"]),
        (&json!("paused"), &json!("gone"))
    );
}

#[test]
fn slack_and_teams_are_told_in_their_own_shapes() {
    let hooked = Hooked::new();
    hooked.add("slack", &["message.added"]);
    hooked.note("c1", "<!channel> *hello*");
    let told = hooked.told();
    assert_eq!(told[0].head("webhook-signature"), "");
    let slack = told[0].json();
    assert_eq!(slack["text"], "A new message in the conversation with Pia");
    assert_eq!(slack["blocks"][1]["elements"][0]["text"], "Parcel");
    assert_eq!(slack["blocks"][2]["text"]["text"], "<!channel> *hello*");
    let hooked = Hooked::new();
    hooked.add("teams", &["conversation.resolved"]);
    hooked.post("/conversations/c1/resolve", &json!({"rep": "ada"}));
    let card = hooked.told()[0].json()["attachments"][0]["content"].clone();
    assert_eq!(card["type"], "AdaptiveCard");
    assert_eq!(
        card["body"][0]["inlines"][0]["text"],
        "The conversation with Pia was resolved"
    );
}

#[test]
fn ten_thousand_that_are_due_wait_in_the_journal_and_drain_in_order() {
    let hooked = Hooked::new();
    let story: Vec<String> = (0..200)
        .map(|number| {
            format!("30 09:00 conversation.started conversation=n{number} contact=p1 channel=chat")
        })
        .collect();
    hooked.desk.post_story(&story.join("\n"));
    hooked.receiver.answers(503);
    let webhook = hooked.add("standard", &["conversation.tagged"]);
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let tags: Vec<String> = (0..50).map(|number| format!("t{number}")).collect();
    for number in 0..200 {
        let command = ConversationCommand {
            conversation: format!("n{number}"),
            rep: Some("ada".to_owned()),
            action: ConversationAction::Tag {
                add: tags.clone(),
                remove: Vec::new(),
            },
        };
        let command = Command::Conversation(command);
        hooked.desk.app.write_now(&admin, command).unwrap();
    }
    hooked.later(60);
    assert_eq!(
        hooked.told().len(),
        3,
        "more are not tried while it is down"
    );
    let view = hooked.view(&webhook);
    let waiting = view["waiting"].as_u64().unwrap();
    assert!(waiting <= 150, "the rest waits in the journal: {view}");
    assert!(view["retry_at"].as_str().unwrap() > NOW, "{view}");
    // A start in between, which finds the rest there.
    let Hooked {
        desk,
        server,
        receiver,
    } = hooked;
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, clock, folder } = desk;
    drop(app);
    let app = open(folder.path(), &clock, local());
    receiver.answers(200);
    let before = receiver.told().len();
    clock.set(clock.now().plus_millis(60_000));
    tell_webhooks(&app).unwrap();
    let told = receiver.told().split_off(before);
    assert_eq!(told.len(), 10_000);
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &told {
        let event = one.json()["data"]["event"].clone();
        let word = |name: &str| event[name].as_str().unwrap().to_owned();
        let theirs = named.entry(word("conversation")).or_default();
        theirs.push(word("tag"));
    }
    assert!(named.values().all(|theirs| *theirs == tags), "{named:?}");
}

#[test]
fn the_page_adds_one_and_shows_its_secret_once() {
    let hooked = Hooked::new();
    let Some(browser) = Browser::start() else {
        return;
    };
    browser.open(&hooked.server.url("/settings/webhooks"));
    let typed = format!(
        "document.querySelector('#name').value = 'Order desk';
         document.querySelector('#url').value = '{}';
         document.querySelector('input[value=\"message.added\"]').checked = true;
         return null",
        hooked.receiver.url()
    );
    browser.run(&typed);
    browser.follow("button[value=save]");
    browser.wait("document.querySelector('code')");
    let secret = browser.run("return document.querySelector('code').textContent");
    let secret = secret.as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    browser.open(&hooked.server.url("/settings/webhooks"));
    let page = browser.run("return document.body.textContent");
    assert!(!page.as_str().unwrap().contains(&secret));
    browser.follow("button[value=test]");
    browser.wait("document.querySelector('.done')");
    let told = hooked.told();
    assert!(told[0].is_signed_with(&secret), "{told:?}");
}

#[test]
fn what_cannot_be_a_webhook_is_refused_by_the_field_at_fault() {
    let hooked = Hooked::new();
    let url = "https://shop.example/hook";
    for (body, field) in [
        (
            json!({"name": "", "url": url, "events": ["message.added"]}),
            "name",
        ),
        (json!({"name": "x", "events": ["message.added"]}), "url"),
        (
            json!({"name": "x", "url": "ftp://a.example", "events": ["message.added"]}),
            "url",
        ),
        (
            json!({"name": "x", "url": "https://me:pw@a.example", "events": ["message.added"]}),
            "url",
        ),
        (json!({"name": "x", "url": url, "events": []}), "events"),
        (
            json!({"name": "x", "url": url, "events": ["svar.user_set"]}),
            "events",
        ),
        (
            json!({"name": "x", "url": url, "events": ["rep.upserted"]}),
            "events",
        ),
        (
            json!({"name": "x", "kind": "irc", "url": url, "events": ["message.added"]}),
            "kind",
        ),
    ] {
        let refused = hooked.try_post("/webhooks", &body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
        assert!(
            refused.body.contains(&format!("{field}: ")),
            "{}",
            refused.body
        );
        assert!(!refused.body.contains("pw@"), "{}", refused.body);
    }
    assert_eq!(
        hooked.server.get("/api/v1/webhooks").json()["items"],
        json!([])
    );
    let kept = hooked.desk.folder.path().join("webhooks");
    let left = std::fs::read_dir(kept).map_or(0, Iterator::count);
    assert_eq!(left, 0, "what is refused leaves nothing behind");
}
