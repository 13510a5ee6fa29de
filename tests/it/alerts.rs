//! Alerts: what is found is told once for each cause, is said to be over when it is, is held back by
//! quiet hours, and is shown to whom it concerns; a rule says beforehand what it would have told.

use serde_json::{Value, json};
use svar::command::{Caller, Identity, Role, ScopeDraft, ScopeKind, UserDraft};
use svar::model::Timestamp;
use svar::notify::tell_webhooks;
use svar::work::raise_alerts;

use crate::desk::{Answer, Desk, Server};
use crate::desk_cli::svar;
use crate::mail::Mailed;
use crate::receiver::Receiver;
use crate::smtp::Mail;

/// Two contacts wait since ten minutes and a minute before midnight; one was answered at once.
const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada-Lovelace
    31 23:40 contact.upserted contact=p1 name=Pia
    31 23:50 conversation.started conversation=c1 contact=p1 channel=chat subject=Parcel
    31 23:50 message.added conversation=c1 message=m1 author=contact
    31 23:59 conversation.started conversation=c2 contact=p2 channel=chat
    31 23:59 message.added conversation=c2 message=m2 author=contact
    31 23:30 conversation.started conversation=c3 contact=p3 channel=chat
    31 23:30 message.added conversation=c3 message=m3 author=contact
    31 23:31 message.added conversation=c3 message=m4 author=rep:ada
";

fn user(desk: &Desk, name: &str, role: Role, scope: ScopeKind) {
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        role,
        rep: (scope == ScopeKind::Own).then(|| "ada".to_owned()),
        scope: Some(ScopeDraft {
            kind: scope,
            ..ScopeDraft::default()
        }),
        ..UserDraft::default()
    };
    desk.app.save_user(&cli, draft).unwrap();
    desk.tick();
}

/// A desk with an admin and a rep who see everything, and a rep who sees their own only.
fn desk() -> Mailed {
    let mailed = Mailed::hooked(STORY, crate::webhooks::local());
    user(&mailed.desk, "anna", Role::Admin, ScopeKind::All);
    user(&mailed.desk, "rolf", Role::Rep, ScopeKind::All);
    user(&mailed.desk, "olga", Role::Rep, ScopeKind::Own);
    mailed
}

fn waiting(more: &Value) -> Value {
    let mut rule = json!({"name": "Somebody waits", "users": ["rolf"],
        "watches": {"kind": "waiting_handoff", "minutes": 15}});
    for (name, value) in more.as_object().unwrap() {
        rule[name] = value.clone();
    }
    rule
}

fn at(desk: &Desk, instant: &str) {
    desk.clock.set(Timestamp::parse(instant).unwrap());
    desk.tick();
    raise_alerts(&desk.app).unwrap();
    desk.tick();
}

/// What is mailed by an instant.
fn mailed_by(mailed: &Mailed, instant: &str) -> Vec<Mail> {
    at(&mailed.desk, instant);
    mailed.sent()
}

fn alerts(server: &Server) -> Value {
    server.get("/api/v1/alerts").json()
}

/// Where an address leads on to.
fn leads_to(server: &Server, path: &str) -> String {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .new_agent();
    let answer = crate::desk::answer(agent.get(server.url(path)).call());
    answer.header("location").to_owned()
}

fn reply(mailed: &Mailed, conversation: &str) {
    let path = format!("/conversations/{conversation}/messages");
    mailed.post(&path, &json!({"text": "On its way.", "rep": "ada"}));
}

fn contact_writes(desk: &Desk, conversation: &str, instant: &str) {
    let event = json!({"type": "message.added", "at": instant, "source": "t", "id": instant,
        "conversation": conversation, "message": format!("m-{instant}"), "text": "Hello?",
        "author": {"kind": "contact"}, "visibility": "public"});
    desk.post(&[event]);
}

#[test]
fn who_waits_is_told_of_once_and_said_to_be_answered() {
    let mailed = desk();
    mailed.post("/alert-rules", &waiting(&json!({})));
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:04:50Z").len(), 0);
    let mails = mailed_by(&mailed, "2026-11-01T00:05:10Z");
    let [mail] = &mails[..] else {
        panic!("one mail: {mails:?}")
    };
    assert_eq!(mail.to, "rolf@shop.example");
    assert_eq!(mail.head("subject"), "Pia waits for a rep");
    assert_eq!(mail.head("auto-submitted"), "auto-generated");
    assert!(mail.head("list-unsubscribe").starts_with("<https://"));
    let listed = alerts(&mailed.server);
    assert_eq!(listed["open"], 1);
    let alert = &listed["items"][0];
    assert_eq!(alert["fact"]["conversation"], "c1");
    assert_eq!(alert["fact"]["since"], "2026-10-31T23:50:00Z");
    // The mail leads to why.
    let path = alert["path"].as_str().unwrap();
    let text = mail.part("text/plain");
    assert!(
        text.contains(&format!("https://shop.example/support{path}")),
        "{text}"
    );
    assert_eq!(leads_to(&mailed.server, path), "/support/conversations/c1");
    // However often it is looked at, and whatever started anew in between.
    for minute in ["06", "07", "08"] {
        let mails = mailed_by(&mailed, &format!("2026-11-01T00:{minute}:30Z"));
        assert_eq!(mails.len(), 0, "{minute}");
    }
    let page = mailed.server.get("/alerts").body;
    assert!(page.contains("Pia waits for a rep"), "{page}");
    assert!(
        page.contains("href=\"/support/conversations/c1\""),
        "{page}"
    );
    // The second has waited for long by now, too; the first is answered.
    reply(&mailed, "c1");
    let mails = mailed_by(&mailed, "2026-11-01T00:14:30Z");
    assert_eq!(mails.len(), 1);
    let listed = alerts(&mailed.server);
    assert_eq!(listed["open"], 1);
    assert_eq!(listed["items"][0]["fact"]["conversation"], "c2");
    assert_eq!(listed["items"][1]["fact"]["conversation"], "c1");
    assert!(listed["items"][1]["resolved_at"].is_string(), "{listed}");
    // Another wait in the same conversation is another cause.
    contact_writes(&mailed.desk, "c1", "2026-11-01T00:20:00Z");
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:30:00Z").len(), 0);
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:35:10Z").len(), 1);
}

#[test]
fn what_was_told_is_not_told_after_a_start_nor_when_it_is_looked_at_again() {
    let (desk, server) = Desk::served(STORY);
    let mut rule = waiting(&json!({}));
    rule["users"] = json!([]);
    desk.tick();
    assert_eq!(server.post("/api/v1/alert-rules", &rule).status, 200);
    at(&desk, "2026-11-01T00:06:00Z");
    let opened = |desk: &Desk| {
        let snapshot = desk.app.snapshot();
        let alerts = &snapshot.installation.alerts;
        let ids = alerts.open().chain(alerts.past());
        ids.map(|alert| alert.id.to_string()).collect::<Vec<_>>()
    };
    let before = opened(&desk);
    assert_eq!(before.len(), 1);
    drop(server);
    let desk = desk.reopened();
    at(&desk, "2026-11-01T00:07:00Z");
    assert_eq!(opened(&desk), before);
    // Nor is one that is over and whose cause is found once more, as by an event that comes late.
    let cause = |found: &[&str]| {
        let snapshot = desk.app.snapshot();
        let alerts = &snapshot.installation.alerts;
        let rule = alerts.rules().next().unwrap().id.clone();
        found.iter().all(|cause| alerts.knows(&rule, cause))
    };
    assert!(cause(&["c1 2026-10-31T23:50:00Z"]));
}

#[test]
fn quiet_hours_hold_back_and_tell_once_what_still_holds() {
    let mailed = desk();
    // One o'clock in Oslo is midnight here.
    let quiet = json!({"quiet": {"from": "20:00", "to": "07:00", "zone": "Europe/Oslo"}});
    mailed.post("/alert-rules", &waiting(&quiet));
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:30:00Z").len(), 0);
    let listed = alerts(&mailed.server);
    assert_eq!(listed["open"], 2);
    assert_eq!(listed["items"][0]["held_until"], "2026-11-01T06:00:00Z");
    let page = mailed.server.get("/alerts").body;
    assert!(
        page.contains("held back until 1 Nov 2026, 06:00 UTC"),
        "{page}"
    );
    reply(&mailed, "c2");
    assert_eq!(mailed_by(&mailed, "2026-11-01T05:59:00Z").len(), 0);
    let mails = mailed_by(&mailed, "2026-11-01T06:00:10Z");
    let subjects: Vec<String> = mails.iter().map(|mail| mail.head("subject")).collect();
    assert_eq!(subjects, ["Pia waits for a rep"], "the other is answered");
    assert_eq!(mailed_by(&mailed, "2026-11-01T06:05:00Z").len(), 0);
}

#[test]
fn webhooks_are_told_signed_that_it_began_and_that_it_is_over() {
    let mailed = desk();
    let receiver = Receiver::start();
    let hook = json!({"name": "Pager", "kind": "standard", "url": receiver.url(),
        "events": ["alert.opened", "alert.resolved"]});
    let hook = mailed.post("/webhooks", &hook);
    let secret = hook["secret"].as_str().unwrap();
    mailed.post(
        "/alert-rules",
        &waiting(&json!({"webhooks": true, "users": []})),
    );
    let silent = json!({"name": "Silent", "users": [], "webhooks": false});
    mailed.post("/alert-rules", &waiting(&silent));
    at(&mailed.desk, "2026-11-01T00:06:00Z");
    reply(&mailed, "c1");
    at(&mailed.desk, "2026-11-01T00:07:00Z");
    tell_webhooks(&mailed.desk.app).unwrap();
    let told = receiver.told();
    assert_eq!(told.len(), 2, "{told:?}");
    for one in &told {
        assert!(one.is_signed_with(secret), "{one:?}");
    }
    let (opened, over) = (told[0].json(), told[1].json());
    assert_eq!(opened["type"], "alert.opened");
    assert_eq!(over["type"], "alert.resolved");
    let alert = &opened["data"]["alert"];
    assert_eq!(alert["fact"]["kind"], "waiting_handoff");
    assert_eq!(
        (&alert["name"], alert.get("resolved_at")),
        (&json!("Somebody waits"), None)
    );
    assert_eq!(over["data"]["alert"]["id"], alert["id"]);
    assert!(over["data"]["alert"]["resolved_at"].is_string(), "{over}");
    let url = opened["data"]["url"].as_str().unwrap();
    let path = alert["path"].as_str().unwrap();
    assert_eq!(url, format!("https://shop.example/support{path}"));
    tell_webhooks(&mailed.desk.app).unwrap();
    assert_eq!(receiver.told().len(), 2, "once");
}

#[test]
fn only_whom_it_concerns_and_who_sees_the_conversation_sees_the_alert() {
    let mailed = desk();
    mailed.post(
        "/alert-rules",
        &waiting(&json!({"users": ["olga", "rolf"]})),
    );
    let mails = mailed_by(&mailed, "2026-11-01T00:06:00Z");
    // Olga sees her own conversations only, and this is nobody's.
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["rolf@shop.example"]);
    let app = &mailed.desk.app;
    let seen = |name: &str| {
        let people = app.people();
        let user = people.user(name).unwrap();
        let identity = Identity::User(name.to_owned());
        let caller = Caller::live(identity, user.role).seeing(user.sight());
        app.alerts(&caller).len()
    };
    assert_eq!((seen("anna"), seen("rolf"), seen("olga")), (1, 1, 0));
    let nobody = Caller::live(Identity::User("pavel".to_owned()), Role::Rep);
    assert_eq!(app.alerts(&nobody).len(), 0, "whom no rule names");
    // It becomes Olga's.
    let to = json!({"to": {"kind": "rep", "id": "ada"}});
    mailed.post("/conversations/c1/assign", &to);
    assert_eq!(seen("olga"), 1);
}

#[test]
fn a_rule_that_rests_or_is_gone_has_nothing_open_and_tells_nothing() {
    let mailed = desk();
    let rule = mailed.post("/alert-rules", &waiting(&json!({})));
    let rule = rule["id"].as_str().unwrap().to_owned();
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:06:00Z").len(), 1);
    mailed.post(&format!("/alert-rules/{rule}/pause"), &json!({}));
    assert_eq!(alerts(&mailed.server)["open"], 0);
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:20:00Z").len(), 0);
    mailed.post(&format!("/alert-rules/{rule}/resume"), &json!({}));
    // The one that was told is not told again; the other had not been found.
    let mails = mailed_by(&mailed, "2026-11-01T00:21:00Z");
    assert_eq!(mails.len(), 1);
    assert_eq!(
        alerts(&mailed.server)["items"][0]["fact"]["conversation"],
        "c2"
    );
    mailed.post(&format!("/alert-rules/{rule}/remove"), &json!({}));
    assert_eq!(alerts(&mailed.server)["open"], 0);
    let rules = mailed.server.get("/api/v1/alert-rules").json();
    assert_eq!(rules["items"], json!([]));
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:22:00Z").len(), 0);
}

/// So many conversations with a ticket that begin on each day of October from the first on; each is
/// answered after so many minutes.
fn days(counts: &[u32], minutes: u32) -> String {
    let days = counts.iter().zip(1..).flat_map(|(count, day)| {
        (0..*count).map(move |number| {
            let thing = format!("d{day}-{number}");
            format!(
                "{day:02} 09:00 conversation.started conversation={thing} contact=q{number} channel=chat
                {day:02} 09:00 message.added conversation={thing} author=contact
                {day:02} 09:00 ticket.opened ticket={thing} conversation={thing}
                {day:02} 09:{minutes:02} message.added conversation={thing} author=rep:ada\n"
            )
        })
    });
    let first = "01 00:00 rep.upserted rep=ada name=Ada\n".to_owned();
    std::iter::once(first).chain(days).collect()
}

fn saved(mailed: &Mailed, report: &str, parameters: &Value) -> String {
    let draft = json!({"name": "The figure", "report": report, "parameters": parameters,
        "audience": "everybody"});
    let kept = mailed.post("/saved-reports", &draft);
    kept["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_report_beyond_its_limit_is_told_once_with_exactly_its_days() {
    // Five a day until the 28th, then 12, 13 and 4.
    let mut counts = vec![5; 28];
    counts.extend([12, 13, 4]);
    let mailed = Mailed::new(&days(&counts, 5));
    user(&mailed.desk, "rolf", Role::Rep, ScopeKind::All);
    let report = saved(
        &mailed,
        "support_volume",
        &json!({"range": "last_7", "by": "channel"}),
    );
    let watches = json!({"kind": "threshold", "report": report, "every": "day", "side": "above",
        "value": 10, "least": 1});
    let rule = json!({"name": "Many at once", "users": ["rolf"], "watches": watches});
    // What it would have told: the 29th, which the 30th belongs to; it was over on the 31st.
    let trial = mailed.post("/alert-rules/try", &rule);
    assert_eq!((&trial["told"], &trial["found"]), (&json!(1), &json!(1)));
    let one = &trial["items"][0];
    assert_eq!(one["fact"]["from"], "2026-10-29T00:00:00Z");
    assert_eq!(
        (&one["fact"]["value"], &one["fact"]["limit"]),
        (&json!(12.0), &json!(10.0))
    );
    assert_eq!(one["opened_at"], "2026-10-30T00:00:00Z");
    assert_eq!(one["resolved_at"], "2026-11-01T00:00:00Z");
    // Live, day after day: the running day says nothing.
    mailed.post("/alert-rules", &rule);
    assert_eq!(
        mailed_by(&mailed, "2026-11-01T00:05:00Z").len(),
        0,
        "the 31st had 4"
    );
    let late = (0..11).map(|number| {
        format!(
            "31 12:00 conversation.started conversation=x{number} contact=x channel=chat
            31 12:00 message.added conversation=x{number} author=contact
            31 12:00 ticket.opened ticket=x{number} conversation=x{number}\n"
        )
    });
    let events: String = late.collect();
    mailed.desk.post_story(&events);
    let mails = mailed_by(&mailed, "2026-11-01T01:05:00Z");
    assert_eq!(mails.len(), 1, "late events are seen within the hour");
    assert_eq!(mails[0].head("subject"), "The figure: 15");
    let text = mails[0].part("text/plain");
    assert!(text.contains("31 Oct 2026 · above 10"), "{text}");
    let alert = alerts(&mailed.server)["items"][0].clone();
    let path = alert["path"].as_str().unwrap();
    assert_eq!(
        leads_to(&mailed.server, path),
        "/support/reports/support_volume?range=custom&from=2026-10-31&until=2026-10-31&by=channel"
    );
    assert_eq!(mailed_by(&mailed, "2026-11-01T03:05:00Z").len(), 0);
    // The next day is back below: it is over, and nothing is told.
    assert_eq!(mailed_by(&mailed, "2026-11-02T00:05:00Z").len(), 0);
    assert_eq!(alerts(&mailed.server)["open"], 0);
}

#[test]
fn too_few_rows_say_nothing() {
    let mailed = Mailed::new(&days(&[1; 31], 30));
    let report = saved(&mailed, "first_response_time", &json!({}));
    let rule = |least: u32| {
        json!({"name": "Slow", "watches": {"kind": "threshold", "report": report, "value": 600,
            "least": least}})
    };
    let told = |least| mailed.post("/alert-rules/try", &rule(least))["told"].clone();
    assert_eq!(told(1), 1, "30 minutes each, of one row a day");
    assert_eq!(told(2), 0);
}

#[test]
fn a_day_unlike_its_weekday_is_told_and_a_quiet_sunday_is_not() {
    // October 2026 begins on a Thursday: 8 on weekdays, 1 on weekends; 30 on Friday the 30th. Of
    // Fridays there are four before: 8, and so 8 ± 3·√8, 0 to 16.5.
    let weekend = |day: usize| [2, 3].contains(&(day % 7));
    let counts: Vec<u32> = (0..31)
        .map(|day| match day {
            29 => 30,
            _ if weekend(day) => 1,
            _ => 8,
        })
        .collect();
    let mailed = Mailed::new(&days(&counts, 5));
    let report = saved(&mailed, "support_volume", &json!({}));
    let rule = json!({"name": "Unusual", "watches": {"kind": "unusual", "report": report,
        "every": "day", "least": 5}});
    let trial = mailed.post("/alert-rules/try", &rule);
    assert_eq!(trial["told"], 1, "{trial}");
    let fact = &trial["items"][0]["fact"];
    assert_eq!(fact["from"], "2026-10-30T00:00:00Z");
    assert_eq!(
        (&fact["value"], &fact["usual"]),
        (&json!(30.0), &json!(8.0))
    );
    let high = fact["high"].as_f64().unwrap();
    assert!((high - 16.485).abs() < 0.001, "{high}");
    // Live on the day after: found, and over a day later.
    let mailed = {
        let counts = &counts[..30];
        Mailed::new(&days(counts, 5))
    };
    let report = saved(&mailed, "support_volume", &json!({}));
    let mut live = rule.clone();
    live["watches"]["report"] = json!(report);
    mailed.post("/alert-rules", &live);
    at(&mailed.desk, "2026-10-31T00:05:00Z");
    let listed = alerts(&mailed.server);
    assert_eq!(listed["open"], 1);
    let page = mailed.server.get("/alerts").body;
    assert!(page.contains("The figure: 30"), "{page}");
    assert!(
        page.contains("30 Oct 2026 · usual 8, from 0 to 16"),
        "{page}"
    );
    // Nothing on a Saturday, of which there is one at best, is as usual.
    at(&mailed.desk, "2026-11-01T00:05:00Z");
    assert_eq!(alerts(&mailed.server)["open"], 0);
}

#[test]
fn a_gap_that_grows_is_told_and_leads_to_it() {
    let desk = Desk::new();
    // Six of the same in the last seven days, none before.
    for number in 0..6 {
        desk.post(&crate::knowledge::unanswered(
            number,
            "How do I reset my password?",
            28,
        ));
    }
    svar::work::group_questions(&desk.app).unwrap();
    desk.tick();
    let server = Server::start(&desk.app);
    let rule = json!({"name": "It grows", "watches": {"kind": "growing_gap", "least": 5}});
    let trial = server.post("/api/v1/alert-rules/try", &rule).json();
    assert_eq!(trial["told"], 1, "{trial}");
    desk.tick();
    assert_eq!(server.post("/api/v1/alert-rules", &rule).status, 200);
    at(&desk, "2026-11-01T00:05:00Z");
    let listed = alerts(&server);
    assert_eq!(listed["open"], 1, "{listed}");
    let fact = &listed["items"][0]["fact"];
    assert_eq!((&fact["recent"], &fact["before"]), (&json!(6), &json!(0)));
    let topic = fact["topic"].as_str().unwrap();
    let path = listed["items"][0]["path"].as_str().unwrap();
    let to = format!("/knowledge/gaps?topic={topic}");
    assert_eq!(leads_to(&server, path), to);
    let page = server.get("/alerts").body;
    assert!(
        page.contains("6 questions in seven days, 0 in the seven before"),
        "{page}"
    );
    // Seven days later nothing came: it grows no more.
    at(&desk, "2026-11-08T00:05:00Z");
    assert_eq!(alerts(&server)["open"], 0);
}

#[test]
fn an_agreement_is_told_before_it_is_due_and_over_when_it_is_kept() {
    let story = "
        20 09:00 rep.upserted rep=ada name=Ada
        31 23:00 conversation.started conversation=c1 contact=p1 channel=email subject=Parcel
        31 23:00 message.added conversation=c1 message=m1 author=contact
        31 23:00 ticket.opened ticket=t1 conversation=c1 contact=p1 pipeline=support stage=new subject=Parcel first_response_due_at=2026-11-01T01:00:00Z
    ";
    let mailed = Mailed::new(story);
    user(&mailed.desk, "rolf", Role::Rep, ScopeKind::All);
    let rule = json!({"name": "Due", "users": ["rolf"],
        "watches": {"kind": "agreement_due", "minutes": 30}});
    mailed.post("/alert-rules", &rule);
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:29:00Z").len(), 0);
    let mails = mailed_by(&mailed, "2026-11-01T00:31:00Z");
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].head("subject"), "Parcel is due");
    let alert = alerts(&mailed.server)["items"][0].clone();
    assert_eq!(alert["fact"]["due_at"], "2026-11-01T01:00:00Z");
    let path = alert["path"].as_str().unwrap();
    assert_eq!(leads_to(&mailed.server, path), "/support/tickets/t1");
    let trial = mailed.post("/alert-rules/try", &rule);
    assert_eq!(trial["items"][0]["opened_at"], "2026-11-01T00:30:00Z");
    assert_eq!(trial["items"][0].get("resolved_at"), None);
    mailed.post(
        "/conversations/c1/messages",
        &json!({"text": "Sent.", "rep": "ada"}),
    );
    assert_eq!(mailed_by(&mailed, "2026-11-01T00:40:00Z").len(), 0);
    assert_eq!(alerts(&mailed.server)["open"], 0);
    let trial = mailed.post("/alert-rules/try", &rule);
    assert!(trial["items"][0]["resolved_at"].is_string(), "{trial}");
}

#[test]
fn a_try_says_of_waits_what_would_have_been_told_live() {
    // Waits of 10, 16 and 40 minutes on the 29th, the last from 20:50 on; one goes on.
    let story = "
        20 09:00 rep.upserted rep=ada name=Ada
        29 09:00 conversation.started conversation=c1 contact=p1 channel=chat
        29 09:00 message.added conversation=c1 author=contact
        29 09:10 message.added conversation=c1 author=rep:ada
        29 10:00 message.added conversation=c1 author=contact
        29 10:16 message.added conversation=c1 author=rep:ada
        29 20:50 message.added conversation=c1 author=contact
        29 21:30 message.added conversation=c1 author=rep:ada
        31 22:00 conversation.started conversation=c2 contact=p2 channel=chat
        31 22:00 message.added conversation=c2 author=contact
    ";
    let mailed = Mailed::new(story);
    let quiet = json!({"from": "21:00", "to": "22:00", "zone": "UTC"});
    let rule = waiting(&json!({"users": [], "quiet": quiet}));
    let trial = mailed.post("/alert-rules/try", &rule);
    assert_eq!(
        (&trial["found"], &trial["told"]),
        (&json!(3), &json!(2)),
        "{trial}"
    );
    let items = trial["items"].as_array().unwrap();
    let opened: Vec<&str> = items
        .iter()
        .map(|one| one["opened_at"].as_str().unwrap())
        .collect();
    assert_eq!(
        opened,
        [
            "2026-10-31T22:15:00Z",
            "2026-10-29T21:05:00Z",
            "2026-10-29T10:15:00Z"
        ]
    );
    // The second was answered before the quiet hour was over.
    assert_eq!(items[1].get("told_at"), None);
    assert_eq!(items[2]["resolved_at"], "2026-10-29T10:16:00Z");
    // Nothing of it was kept.
    assert_eq!(
        mailed.server.get("/api/v1/alert-rules").json()["items"],
        json!([])
    );
    assert_eq!(alerts(&mailed.server)["items"], json!([]));
}

#[test]
fn this_machines_troubles_are_told_and_over_when_they_are() {
    let mailed = desk();
    let rule = json!({"name": "Machine", "users": [], "watches": {"kind": "health",
        "disk_percent": 1, "backup_days": 7}});
    mailed.post("/alert-rules", &rule);
    at(&mailed.desk, "2026-11-01T00:05:00Z");
    assert_eq!(alerts(&mailed.server)["open"], 0);
    let now = mailed.desk.app.clock().now();
    mailed
        .desk
        .app
        .note_mail_trouble("connection refused".to_owned(), now);
    at(&mailed.desk, "2026-11-01T00:07:00Z");
    assert_eq!(
        alerts(&mailed.server)["open"],
        0,
        "most of it ends by itself"
    );
    at(&mailed.desk, "2026-11-01T00:11:00Z");
    let listed = alerts(&mailed.server);
    assert_eq!(listed["items"][0]["fact"]["part"], "mailbox");
    let page = mailed.server.get("/alerts").body;
    assert!(page.contains("Mails do not go out"), "{page}");
    assert!(page.contains("connection refused"), "{page}");
    mailed.desk.app.note_carried();
    at(&mailed.desk, "2026-11-01T00:12:00Z");
    assert_eq!(alerts(&mailed.server)["open"], 0);
    // A week without a backup.
    at(&mailed.desk, "2026-11-08T00:30:00Z");
    let listed = alerts(&mailed.server);
    assert_eq!(listed["items"][0]["fact"]["part"], "backup", "{listed}");
    assert_eq!(listed["items"][0]["fact"]["amount"], 7);
    let to = tempfile::tempdir().unwrap();
    mailed.desk.app.backup(&to.path().join("backup")).unwrap();
    at(&mailed.desk, "2026-11-08T00:31:00Z");
    let listed = alerts(&mailed.server);
    assert_eq!(listed["open"], 0, "{listed}");
    let health = listed["health"].as_array().unwrap();
    let backup = health.iter().find(|one| one["part"] == "backup").unwrap();
    assert_eq!(backup["state"], "working");
    assert!(
        health
            .iter()
            .any(|one| one["part"] == "disk" && one["free_percent"].is_u64())
    );
    // Of these no past is kept.
    assert_eq!(mailed.post("/alert-rules/try", &rule)["is_blind"], true);
}

#[test]
fn a_mailbox_that_cannot_be_read_is_told() {
    let mailed = desk();
    let rule = json!({"name": "Machine", "users": [], "watches": {"kind": "health",
        "disk_percent": 1, "backup_days": 0}});
    mailed.post("/alert-rules", &rule);
    // Nobody listens where it is said to be.
    let mailbox = json!({"host": "127.0.0.1", "port": 1, "security": "none", "user": "u",
        "password": "p", "name": "help"});
    mailed.post("/mailboxes", &mailbox);
    drop(svar::work::read_mailbox(&mailed.desk.app, "help"));
    at(&mailed.desk, "2026-11-01T00:30:00Z");
    let listed = alerts(&mailed.server);
    let fact = &listed["items"][0]["fact"];
    assert_eq!(
        (&fact["part"], &fact["id"]),
        (&json!("mailbox"), &json!("help")),
        "{listed}"
    );
    let page = mailed.server.get("/alerts").body;
    for words in [
        "The mailbox help cannot be read",
        "Mailbox: help",
        "/settings/mailboxes",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

fn refused(mailed: &Mailed, rule: &Value) -> Answer {
    mailed.desk.tick();
    mailed.server.post("/api/v1/alert-rules", rule)
}

fn watching(watches: &Value) -> Value {
    json!({"name": "n", "watches": watches})
}

#[test]
fn numbers_that_make_no_sense_are_refused_by_name() {
    let mailed = desk();
    for (watches, field) in [
        (json!({"kind": "waiting_handoff", "minutes": 0}), "minutes"),
        (
            json!({"kind": "agreement_due", "minutes": 10_081}),
            "minutes",
        ),
        (json!({"kind": "growing_gap", "least": 0}), "least"),
        (
            json!({"kind": "health", "disk_percent": 91}),
            "disk_percent",
        ),
        (json!({"kind": "health", "backup_days": 366}), "backup_days"),
    ] {
        let answer = refused(&mailed, &watching(&watches));
        assert!([400, 422].contains(&answer.status), "{}", answer.body);
        let named = format!("watches.{field}");
        assert!(answer.body.contains(&named), "{named} in {}", answer.body);
    }
}

#[test]
fn names_that_stand_for_nothing_are_refused_by_name() {
    let mailed = desk();
    let quiet = |from: &str, to: &str, zone: &str| {
        waiting(&json!({"quiet": {"from": from, "to": to, "zone": zone}}))
    };
    let report = saved(&mailed, "impact", &json!({}));
    for (rule, status, field) in [
        (quiet("8", "09:00", "UTC"), 400, "quiet.from"),
        (quiet("08:00", "08:00", "UTC"), 400, "quiet.to"),
        (quiet("08:00", "09:00", "Oslo"), 400, "quiet.zone"),
        (waiting(&json!({"name": " "})), 400, "name"),
        (waiting(&json!({"users": ["nobody"]})), 404, "nobody"),
        (
            watching(&json!({"kind": "unusual", "report": "none"})),
            404,
            "none",
        ),
        (
            watching(&json!({"kind": "threshold", "report": report, "value": 1})),
            400,
            "The figure",
        ),
    ] {
        let answer = refused(&mailed, &rule);
        if field == "name" || field.starts_with("quiet") {
            let tried = mailed.server.post("/api/v1/alert-rules/try", &rule);
            assert_eq!(tried.status, 400, "{}", tried.body);
        }
        let expected = if status == 404 {
            [404, 404]
        } else {
            [400, 422]
        };
        assert!(expected.contains(&answer.status), "{rule}: {}", answer.body);
        assert!(answer.body.contains(field), "{field} in {}", answer.body);
    }
}

/// Presses a button of a form; the page that it leads to.
fn press(mailed: &Mailed, pairs: &[(&str, &str)]) -> Answer {
    mailed.desk.tick();
    let pressed = mailed.server.form("/settings/alerts", pairs);
    mailed.desk.tick();
    match pressed.header("location") {
        "" => pressed,
        next => {
            let next = next.strip_prefix("/support").unwrap_or(next);
            mailed.server.get(next.split('#').next().unwrap())
        }
    }
}

#[test]
fn a_rule_is_written_tried_and_looked_after_on_the_page_without_a_script() {
    let mailed = desk();
    let page = mailed
        .server
        .get("/settings/alerts?kind=waiting_handoff")
        .body;
    assert!(
        page.contains("name=\"minutes\" type=\"number\" min=\"1\" max=\"10080\" value=\"15\""),
        "{page}"
    );
    let rule = [
        ("kind", "waiting_handoff"),
        ("name", "Waits"),
        ("minutes", "5"),
        ("user", "rolf"),
        ("user", "anna"),
        ("quiet_from", "20:00"),
        ("quiet_to", "07:00"),
        ("zone", "Europe/Oslo"),
    ];
    let with = |word: &'static str| {
        let mut pairs = rule.to_vec();
        pairs.push(("do", word));
        pairs
    };
    let tried = press(&mailed, &with("try")).body;
    assert!(
        tried.contains("It would have told 0 alerts in the last 30 days."),
        "{tried}"
    );
    assert!(
        tried.contains("Found 1 times; 1 were over before"),
        "{tried}"
    );
    assert!(tried.contains("Pia waits for a rep"), "{tried}");
    assert!(
        tried.contains("value=\"Waits\""),
        "what was typed stays: {tried}"
    );
    let kept = press(&mailed, &with("save")).body;
    assert!(kept.contains("by mail to anna, rolf"), "{kept}");
    assert!(kept.contains("quiet 20:00–07:00 (Europe/Oslo)"), "{kept}");
    let rules = mailed.server.get("/api/v1/alert-rules").json();
    let id = rules["items"][0]["id"].as_str().unwrap();
    let edit = mailed
        .server
        .get(&format!("/settings/alerts?edit={id}"))
        .body;
    assert!(edit.contains("value=\"Europe/Oslo\""), "{edit}");
    let mut wrong = with("save");
    wrong[2] = ("minutes", "soon");
    let refused = press(&mailed, &wrong).body;
    assert!(refused.contains("`soon` is no whole number"), "{refused}");
    let paused = press(&mailed, &[("id", id), ("do", "pause")]).body;
    assert!(paused.contains(">paused<"), "{paused}");
    press(&mailed, &[("id", id), ("do", "resume")]);
    let gone = press(&mailed, &[("id", id), ("do", "remove")]).body;
    assert!(!gone.contains("Waits"), "{gone}");
}

#[test]
fn the_menu_counts_what_is_open() {
    let mailed = desk();
    mailed.post("/alert-rules", &waiting(&json!({"users": []})));
    assert!(!mailed.server.get("/").body.contains("class=\"count\""));
    at(&mailed.desk, "2026-11-01T00:16:00Z");
    let page = mailed.server.get("/").body;
    assert!(
        page.contains("<span class=\"count\">2<span class=\"unseen\"> open</span></span>"),
        "{page}"
    );
}

#[test]
fn the_command_line_writes_tries_and_lists() {
    let (desk, server) = Desk::served(STORY);
    let rule = waiting(&json!({"users": []}));
    desk.tick();
    assert_eq!(server.post("/api/v1/alert-rules", &rule).status, 200);
    at(&desk, "2026-11-01T00:06:00Z");
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let run = |words: &[&str]| svar(folder.path(), words).unwrap();
    let listed = run(&["alert", "list"]);
    assert!(listed.contains("waiting handoff c1"), "{listed}");
    let file = folder.path().join("rule.toml");
    let text = "name = \"Limits\"\n[watches]\nkind = \"growing_gap\"\nleast = 7\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let tried = run(&["alert", "try", file]);
    assert!(tried.contains("FOUND"), "{tried}");
    let id = run(&["alert", "save", file]);
    let id = id.trim();
    assert!(run(&["alert", "rules"]).contains("growing gap"));
    let shown = run(&["alert", "show", id]);
    assert!(shown.contains("least = 7"), "{shown}");
    run(&["alert", "pause", id]);
    assert!(run(&["alert", "rules"]).contains("paused"));
    run(&["alert", "resume", id]);
    assert!(!run(&["alert", "rules"]).contains("paused"));
    run(&["alert", "remove", id]);
    assert!(!run(&["alert", "rules"]).contains("Limits"));
    std::fs::write(file, "name = 1").unwrap();
    let refused = svar(folder.path(), &["alert", "save", file]).unwrap_err();
    assert!(refused.contains("is no alert rule"), "{refused}");
}
