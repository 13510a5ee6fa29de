//! Mails: who is asked by one, that it goes out once, what it says, and what becomes of it where it
//! cannot go out.

use std::sync::Arc;

use serde_json::{Value, json};
use svar::app::{App, Network, Options, PublicUrl};
use svar::clock::Clock;
use svar::command::{
    Caller, Command, ConversationAction, ConversationCommand, HabitsDraft, Identity, Role,
    ScopeDraft, ScopeKind, UserCommand, UserDraft,
};
use svar::config::{MailConfig, MailSecurity, WebhooksConfig};
use svar::model::event::{Assignee, MailWish};
use svar::model::{RepId, Timestamp};
use svar::notify::send_mails;
use svar::work::{ask_contacts, remind_contacts, send_digests, tell_users};

use crate::desk::{Desk, NOW, Server};
use crate::smtp::{Mail, Mood, Smtp};
use crate::widget::Page;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    30 09:00 contact.upserted contact=p1 name=Pia email=pia@home.example
    30 09:00 conversation.started conversation=c1 contact=p1 channel=email language=nb subject=Pakken
    30 09:01 message.added conversation=c1 message=m1 author=contact
    30 09:05 message.added conversation=c1 message=m2 author=rep:ada
    30 09:00 conversation.started conversation=c2 contact=p2 channel=email
    30 09:01 message.added conversation=c2 message=m1 author=contact
    30 09:05 message.added conversation=c2 message=m2 author=rep:ada
";

/// A desk whose mails a server of the test carries.
pub(crate) struct Mailed {
    pub(crate) desk: Desk,
    pub(crate) server: Server,
    pub(crate) smtp: Smtp,
}

fn options(smtp: &Smtp) -> Options {
    Options {
        mail: Some(MailConfig {
            server: "127.0.0.1".to_owned(),
            port: Some(smtp.port()),
            security: MailSecurity::None,
            from: "Brukthandel AS <hjelp@shop.example>".to_owned(),
            ..MailConfig::default()
        }),
        network: Network {
            public_url: Some(PublicUrl::parse("https://shop.example/support").unwrap()),
            ..Network::default()
        },
        ..Options::default()
    }
}

impl Mailed {
    pub(crate) fn new(story: &str) -> Self {
        Self::hooked(story, WebhooksConfig::default())
    }

    /// One that may tell webhooks where `webhooks` says.
    pub(crate) fn hooked(story: &str, webhooks: WebhooksConfig) -> Self {
        Self::with(story, |options| Options {
            webhooks,
            ..options
        })
    }

    /// One with other options.
    pub(crate) fn with(story: &str, change: impl FnOnce(Options) -> Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
        let smtp = Smtp::start();
        let options = change(options(&smtp));
        let app = App::open_with(folder.path(), clock.clone(), &options, |_, _| {});
        let app = Arc::new(app.unwrap());
        let desk = Desk { app, clock, folder };
        desk.post_story(story);
        let server = Server::start(&desk.app);
        Self { desk, server, smtp }
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.desk.tick();
        let sent = self.server.post(&format!("/api/v1{path}"), body);
        assert_eq!(sent.status, 200, "{path}: {}", sent.body);
        self.desk.tick();
        sent.json()
    }

    pub(crate) fn later(&self, secs: i64) {
        let clock = &self.desk.clock;
        clock.set(clock.now().plus_millis(secs * 1_000));
        self.desk.tick();
    }

    /// What goes out now; each mail once.
    pub(crate) fn sent(&self) -> Vec<Mail> {
        let before = self.smtp.mails().len();
        send_mails(&self.desk.app).unwrap();
        self.desk.tick();
        self.smtp.mails().split_off(before)
    }

    fn mails(&self) -> Value {
        self.server.get("/api/v1/mails").json()
    }

    fn asks(&self) {
        let settings = json!({"delay_secs": 1, "every_days": 0, "rules": [{"ask": true}]});
        self.post("/surveys", &settings);
    }

    /// Resolves a conversation, after which whoever is to be asked is.
    fn resolve(&self, conversation: &str) {
        let path = format!("/conversations/{conversation}/resolve");
        self.post(&path, &json!({"rep": "ada"}));
        self.later(5);
        ask_contacts(&self.desk.app).unwrap();
        self.desk.tick();
    }
}

/// The one link of a mail, on the server of the test.
fn link_of(mail: &Mail) -> String {
    let text = mail.part("text/plain");
    let mut links = text.lines().filter(|line| line.starts_with("https://"));
    let link = links.next().unwrap_or_else(|| panic!("{text}"));
    assert!(
        mail.part("text/html").contains(&link.replace('&', "&#38;")),
        "{link}"
    );
    link.strip_prefix("https://shop.example/support")
        .unwrap()
        .to_owned()
}

#[test]
fn who_wrote_by_mail_is_asked_by_one_and_says_it_by_its_link() {
    let mailed = Mailed::new(STORY);
    mailed.asks();
    // Whose address nobody knows is not asked, and no survey counts as sent.
    mailed.resolve("c2");
    assert_eq!(mailed.sent().len(), 0);
    mailed.resolve("c1");
    let [mail] = &mailed.sent()[..] else {
        panic!("{}", mailed.mails())
    };
    assert_eq!(mail.to, "pia@home.example");
    assert_eq!(mail.head("from"), "\"Brukthandel AS\" <hjelp@shop.example>");
    assert_eq!(mail.head("subject"), "Hvordan gikk det? – Brukthandel AS");
    assert_eq!(mail.head("auto-submitted"), "auto-generated");
    assert!(mail.head("message-id").ends_with("@shop.example>"));
    for part in ["text/plain", "text/html"] {
        let said = mail.part(part);
        assert!(
            said.contains("Pakken") && said.contains("Si hvor fornøyd du er"),
            "{said}"
        );
    }
    // Opening a link says nothing, also one of a score; a press does.
    let link = link_of(mail);
    let html = mail.part("text/html");
    assert!(html.contains("&#38;score=5\""), "{html}");
    let shown = mailed.server.get(&format!("{link}&score=5"));
    assert_eq!(shown.status, 200);
    assert!(
        shown.body.contains("value=\"5\" required checked"),
        "{}",
        shown.body
    );
    let ratings = || mailed.server.get("/api/v1/conversations/c1").json()["ratings"].clone();
    assert_eq!(ratings(), json!([]));
    mailed.later(60);
    let token = link.split_once("t=").unwrap().1;
    let pressed = mailed
        .server
        .form("/widget/rate", &[("t", token), ("score", "4")]);
    assert_eq!(pressed.status, 303, "{}", pressed.body);
    mailed.desk.tick();
    assert_eq!(ratings()[0]["score"], 4);
    let csat = mailed.desk.report("csat", "from=2026-10-01&to=2026-12-01");
    let total = &csat["series"][0]["total"];
    assert_eq!(
        (&total["count"], &total["sent"]),
        (&json!(1), &json!(1)),
        "{csat}"
    );
    // It is there, once, whoever looks again.
    assert_eq!(mailed.sent().len(), 0);
    let mails = mailed.mails();
    assert_eq!((&mails["sent"], &mails["waiting"]), (&json!(1), &json!(0)));
    assert_eq!(mails["items"][0]["conversation"], "c1");
    assert_eq!(mails["items"][0]["state"], "sent");
}

#[test]
fn what_was_said_before_a_mail_goes_out_is_not_asked_for() {
    let mailed = Mailed::new(STORY);
    mailed.asks();
    mailed.smtp.be(Mood {
        greeting: Some("421 not now"),
        ..Mood::default()
    });
    mailed.resolve("c1");
    assert_eq!(mailed.sent().len(), 0);
    let mails = mailed.mails();
    assert!(
        mails["trouble"].as_str().unwrap().contains("421"),
        "{mails}"
    );
    assert_eq!(mails["waiting"], 1);
    let page = mailed.server.get("/settings/mail").body;
    assert!(page.contains("No mail goes out since"), "{page}");
    // Pia says it by a link that somebody handed her.
    let link = mailed.post("/conversations/c1/survey", &json!({}))["url"].clone();
    let token = link
        .as_str()
        .unwrap()
        .split_once("t=")
        .unwrap()
        .1
        .to_owned();
    let pressed = mailed
        .server
        .form("/widget/rate", &[("t", &token), ("score", "5")]);
    assert_eq!(pressed.status, 303, "{}", pressed.body);
    mailed.smtp.be(Mood::default());
    mailed.later(600);
    assert_eq!(mailed.sent().len(), 0);
    let last = mailed.mails()["items"][0].clone();
    assert_eq!(
        (&last["state"], &last["reason"]),
        (&json!("dropped"), &json!("over"))
    );
}

#[test]
fn a_server_that_takes_none_is_left_alone_and_gets_all_of_them_later() {
    let mailed = Mailed::new(STORY);
    mailed.asks();
    mailed.smtp.be(Mood {
        greeting: Some("554 go away"),
        ..Mood::default()
    });
    mailed.resolve("c1");
    mailed.sent();
    // A 554 before anything was said refuses the connection, not a mail.
    assert_eq!(mailed.mails()["waiting"], 1, "{}", mailed.mails());
    mailed.smtp.be(Mood::default());
    let app = Arc::clone(&mailed.desk.app);
    mailed.later(3_600);
    assert_eq!(mailed.sent().len(), 1);
    assert_eq!(app.mail_line().trouble, None);
}

#[test]
fn a_mail_that_is_refused_is_dropped_and_one_that_is_put_off_is_tried_again() {
    let mailed = Mailed::new(STORY);
    mailed.asks();
    mailed.smtp.be(Mood {
        recipient: Some(("pia@", "451 greylisted")),
        ..Mood::default()
    });
    mailed.resolve("c1");
    assert_eq!(mailed.sent().len(), 0);
    let mails = mailed.mails();
    assert_eq!(
        (&mails["waiting"], &mails["trouble"]),
        (&json!(1), &Value::Null)
    );
    mailed.smtp.be(Mood {
        recipient: Some(("pia@", "550 no such user")),
        ..Mood::default()
    });
    mailed.later(61);
    assert_eq!(mailed.sent().len(), 0);
    let last = mailed.mails()["items"][0].clone();
    assert_eq!(
        (&last["state"], &last["reason"], &last["code"]),
        (&json!("dropped"), &json!("refused"), &json!(550))
    );
    // Nobody's address is in the journal.
    let page = mailed.server.get("/settings/mail").body;
    assert!(page.contains("the server does not take it (550)"), "{page}");
    assert!(!page.contains("pia@home.example"), "{page}");
}

#[test]
fn a_mail_that_waits_too_long_is_of_no_use_any_more() {
    let mailed = Mailed::new(STORY);
    mailed.asks();
    mailed.resolve("c1");
    mailed.later(3 * 86_400);
    assert_eq!(mailed.sent().len(), 0);
    assert_eq!(mailed.mails()["items"][0]["reason"], "expired");
}

#[test]
fn a_contact_whose_job_is_done_is_asked_by_mail_and_reminded_once() {
    let mailed = Mailed::new(STORY);
    let job = json!({"pipeline": "jobs", "conversation": "c1", "contact": "p1",
        "subject": "Set up the shop", "request": "direct"});
    let opened = mailed.post("/tickets", &job);
    let ticket = opened["id"].as_str().unwrap().to_owned();
    mailed.post(
        &format!("/tickets/{ticket}/assign"),
        &json!({"reps": ["ada"]}),
    );
    mailed.post(
        &format!("/tickets/{ticket}/complete"),
        &json!({"rep": "ada"}),
    );
    let works = || {
        remind_contacts(&mailed.desk.app).unwrap();
        mailed.desk.tick();
    };
    works();
    works();
    let [asked] = &mailed.sent()[..] else {
        panic!("{}", mailed.mails())
    };
    assert_eq!(asked.head("subject"), "Er det ferdig? – Brukthandel AS");
    assert!(link_of(asked).starts_with("/widget/job?t="));
    mailed.later(3 * 86_400 + 60);
    works();
    works();
    let [reminded] = &mailed.sent()[..] else {
        panic!("{}", mailed.mails())
    };
    assert!(reminded.head("subject").contains("påminnelse"));
    let link = link_of(reminded);
    let token = link.split_once("t=").unwrap().1;
    let said = mailed.server.form("/widget/job", &[("t", token)]);
    assert_eq!(said.status, 303, "{}", said.body);
    mailed.later(6 * 86_400);
    works();
    assert_eq!(mailed.sent().len(), 0);
}

/// Somebody who signs in and is a rep, or not.
pub(crate) fn user(mailed: &Mailed, name: &str, rep: Option<&str>) -> Caller {
    let draft = UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        role: Role::Rep,
        rep: rep.map(str::to_owned),
        ..UserDraft::default()
    };
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let id = mailed.desk.app.save_user(&admin, draft).unwrap().id;
    mailed.desk.tick();
    Caller::live(Identity::User(id.unwrap()), Role::Rep)
}

fn wants(mailed: &Mailed, caller: &Caller, mails: &[MailWish]) {
    let Identity::User(user) = &caller.identity else {
        panic!("no user")
    };
    let habits = HabitsDraft {
        mails: Some(mails.iter().copied().collect()),
        ..HabitsDraft::default()
    };
    let user = user.clone();
    let command = Command::User(UserCommand::Settle { user, habits });
    mailed.desk.app.write_now(caller, command).unwrap();
    mailed.desk.tick();
}

/// Lets what happened settle, tells of it, and gives whom each mail went to, with its subject.
fn told(mailed: &Mailed) -> Vec<(String, String)> {
    mailed.later(15);
    tell_users(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    let mails = mailed.sent().into_iter();
    let mut told: Vec<_> = mails
        .map(|mail| (mail.to.clone(), mail.head("subject")))
        .collect();
    told.sort();
    told
}

const TEAMS: &str = "
    20 09:00 rep.upserted rep=ada name=Ada team=day
    20 09:00 rep.upserted rep=ben name=Ben team=night
";

#[test]
fn a_first_message_is_told_at_once_and_what_is_ones_own_from_then_on() {
    let mailed = Mailed::new(TEAMS);
    let (ada, _ben) = (
        user(&mailed, "ada", Some("ada")),
        user(&mailed, "ben", Some("ben")),
    );
    let page = Page::new(&mailed.server);
    let thread = page.writes(&mailed.desk, "1", "Where is my parcel?");
    let conversation = thread["conversation"].as_str().unwrap().to_owned();
    page.writes(&mailed.desk, "2", "It was to come on Monday.");
    // Nobody has it: all reps hear of it, once for both messages.
    let first = told(&mailed);
    let whom: Vec<&str> = first.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(whom, ["ada@shop.example", "ben@shop.example"], "{first:?}");
    assert!(first[0].1.ends_with("wrote"), "{first:?}");
    assert_eq!(told(&mailed), []);
    // Ben gives it to Ada, who hears of it; he does not hear of what he did himself.
    let path = format!("/conversations/{conversation}");
    mailed.later(120);
    mailed.post(
        &format!("{path}/assign"),
        &json!({"to": {"kind": "rep", "id": "ada"}}),
    );
    let [(whom, subject)] = &told(&mailed)[..] else {
        panic!("{}", mailed.mails())
    };
    assert_eq!(whom, "ada@shop.example");
    assert!(subject.starts_with("Yours now: "), "{subject}");
    // What comes from now on is hers alone, and a burst is one mail.
    mailed.later(900);
    page.writes(&mailed.desk, "3", "Hello?");
    page.writes(&mailed.desk, "4", "Anybody?");
    let [(whom, subject)] = &told(&mailed)[..] else {
        panic!("{}", mailed.mails())
    };
    assert_eq!(
        (whom.as_str(), subject.ends_with("wrote")),
        ("ada@shop.example", true)
    );
    // Who wants none of it gets none.
    wants(&mailed, &ada, &[]);
    mailed.later(900);
    page.writes(&mailed.desk, "5", "Hello again?");
    assert_eq!(told(&mailed), []);
}

#[test]
fn who_does_not_see_a_conversation_or_did_it_themselves_hears_nothing_of_it() {
    let mailed = Mailed::new(TEAMS);
    let admin = Caller::live(Identity::Cli, Role::Admin);
    let ada = user(&mailed, "ada", Some("ada"));
    let ben = UserDraft {
        email: "ben@shop.example".to_owned(),
        name: "ben".to_owned(),
        role: Role::Rep,
        rep: Some("ben".to_owned()),
        scope: Some(ScopeDraft {
            kind: ScopeKind::Own,
            ..ScopeDraft::default()
        }),
        ..UserDraft::default()
    };
    mailed.desk.app.save_user(&admin, ben).unwrap();
    mailed.desk.tick();
    let page = Page::new(&mailed.server);
    let thread = page.writes(&mailed.desk, "1", "Where is my parcel?");
    let conversation = thread["conversation"].as_str().unwrap().to_owned();
    let first = told(&mailed);
    assert_eq!(
        first.len(),
        1,
        "only what he sees is told to Ben: {first:?}"
    );
    mailed.later(120);
    let command = ConversationCommand {
        conversation,
        rep: None,
        action: ConversationAction::Assign(Assignee::Rep {
            id: RepId::parse("ada").unwrap(),
        }),
    };
    mailed
        .desk
        .app
        .write_now(&ada, Command::Conversation(command))
        .unwrap();
    mailed.desk.tick();
    assert_eq!(told(&mailed), [], "she took it herself");
}

#[test]
fn a_digest_lists_each_unread_conversation_of_the_hour_once() {
    let mailed = Mailed::new(TEAMS);
    let ada = user(&mailed, "ada", Some("ada"));
    wants(&mailed, &ada, &[MailWish::Digest]);
    let page = Page::new(&mailed.server);
    page.writes(&mailed.desk, "1", "Where is my parcel?");
    page.writes(&mailed.desk, "2", "It was to come on Monday.");
    let other = Page::new(&mailed.server);
    other.writes(&mailed.desk, "3", "Can I pay by card?");
    assert_eq!(told(&mailed), [], "she wants the digest alone");
    let digests = || {
        send_digests(&mailed.desk.app).unwrap();
        mailed.desk.tick();
        mailed.sent()
    };
    assert_eq!(digests().len(), 0, "the hour is not over");
    mailed.later(3_600);
    let [mail] = &digests()[..] else {
        panic!("{}", mailed.mails())
    };
    assert_eq!(mail.head("subject"), "2 conversations with unread messages");
    for part in ["text/plain", "text/html"] {
        let said = mail.part(part);
        assert!(
            said.contains("It was to come on Monday.") && said.contains("by card"),
            "{said}"
        );
        assert!(
            !said.contains("Where is my parcel?"),
            "a burst is one line: {said}"
        );
    }
    assert_eq!(digests().len(), 0, "once an hour");
    mailed.later(3_600);
    assert_eq!(digests().len(), 0, "nothing new came");
}

#[test]
fn one_press_ends_the_mails_of_one_kind_and_another_brings_them_back() {
    let mailed = Mailed::new(TEAMS);
    user(&mailed, "ada", Some("ada"));
    let page = Page::new(&mailed.server);
    page.writes(&mailed.desk, "1", "Where is my parcel?");
    mailed.later(15);
    tell_users(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    let [mail] = &mailed.sent()[..] else {
        panic!("{}", mailed.mails())
    };
    let link = mail.head("list-unsubscribe");
    let link = link.trim_matches(['<', '>']).to_owned();
    assert_eq!(
        mail.head("list-unsubscribe-post"),
        "List-Unsubscribe=One-Click"
    );
    assert!(mail.part("text/html").contains(&link), "{link}");
    let path = link.strip_prefix("https://shop.example/support").unwrap();
    let wishes = || {
        let people = mailed.desk.app.people();
        people
            .by_email("ada@shop.example")
            .unwrap()
            .habits
            .mails
            .len()
    };
    let all = MailWish::ALL.len();
    let shown = mailed.server.get(path);
    assert_eq!((shown.status, wishes()), (200, all), "{}", shown.body);
    // What a mail program posts for one press.
    let pressed = mailed
        .server
        .form(path, &[("List-Unsubscribe", "One-Click")]);
    assert_eq!(
        (pressed.status, wishes()),
        (200, all - 1),
        "{}",
        pressed.body
    );
    assert!(
        pressed.body.contains("No such mails go any more to"),
        "{}",
        pressed.body
    );
    let token = path.split_once("t=").unwrap().1;
    let again = mailed
        .server
        .form("/unsubscribe", &[("t", token), ("again", "yes")]);
    assert_eq!((again.status, wishes()), (200, all), "{}", again.body);
    let forged = mailed
        .server
        .form("/unsubscribe", &[("t", "YXNzaWduZWQ6YWRh.x")]);
    assert_eq!((forged.status, wishes()), (404, all));
}
