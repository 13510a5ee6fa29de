//! Reports by mail: when they go out, to whom, and that they say what the page says.

use serde_json::{Value, json};
use svar::command::{Caller, Command, Identity, Role, SavedCommand, UserDraft};
use svar::work::send_reports;

use crate::mail::Mailed;
use crate::smtp::{Mail, Mood};

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada-Lovelace
    20 09:00 conversation.started conversation=c1 contact=p1 channel=chat
    20 09:00 message.added conversation=c1 message=m1 author=contact
    20 09:10 message.added conversation=c1 message=m2 author=rep:ada
    21 09:00 conversation.started conversation=c2 contact=p2 channel=email
    21 09:00 message.added conversation=c2 message=m3 author=contact
    21 09:30 message.added conversation=c2 message=m4 author=rep:ada
";

/// A desk with a rep and an admin, and a saved report that everybody finds.
fn desk() -> (Mailed, String) {
    let mailed = Mailed::new(STORY);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    for (name, role) in [("rolf", Role::Rep), ("anna", Role::Admin)] {
        let draft = UserDraft {
            email: format!("{name}@shop.example"),
            name: name.to_owned(),
            role,
            ..UserDraft::default()
        };
        mailed.desk.app.save_user(&cli, draft).unwrap();
        mailed.desk.tick();
    }
    let draft = json!({"name": "Who answers how fast", "report": "first_response_time",
        "parameters": {"range": "last_30", "by": "rep", "every": "week"}, "audience": "everybody"});
    let id = mailed.post("/saved-reports", &draft)["id"].clone();
    (mailed, id.as_str().unwrap().to_owned())
}

fn schedule(shows: &Value, every: &str) -> Value {
    json!({"shows": shows, "every": every, "time": "08:00", "weekday": 1, "day": 1,
        "zone": "Europe/Oslo", "users": ["rolf", "anna"]})
}

/// What goes out by an instant, local time being an hour ahead.
fn sent_by(mailed: &Mailed, instant: &str) -> Vec<Mail> {
    let at = svar::model::Timestamp::parse(instant).unwrap();
    mailed.desk.clock.set(at);
    mailed.desk.tick();
    send_reports(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    mailed.sent()
}

#[test]
fn a_saved_report_goes_out_when_it_is_due_and_says_what_its_page_says() {
    let (mailed, id) = desk();
    let shows = json!({"kind": "saved_report", "id": id});
    mailed.post("/mail-schedules", &schedule(&shows, "daily"));
    let list = mailed.server.get("/api/v1/mail-schedules").json();
    assert_eq!(list["items"][0]["next_at"], "2026-11-01T07:00:00Z");
    assert_eq!(sent_by(&mailed, "2026-11-01T06:59:58Z").len(), 0);
    let mails = sent_by(&mailed, "2026-11-01T07:00:01Z");
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["anna@shop.example", "rolf@shop.example"]);
    let mail = &mails[0];
    assert_eq!(mail.head("subject"), "Who answers how fast");
    assert_eq!(mail.head("auto-submitted"), "auto-generated");
    assert_eq!(
        mail.head("list-unsubscribe-post"),
        "List-Unsubscribe=One-Click"
    );
    // What stands on the page, asked for whole periods in the same zone.
    let page = format!(
        "/reports/first_response_time?range=last_30&by=rep&every=week&tz=UTC&whole=true&saved={id}"
    );
    let page = mailed.server.get(&page).body;
    let text = mail.part("text/plain");
    for word in ["20 m 00 s", "Ada-Lovelace"] {
        assert!(page.contains(word), "{word} in {page}");
        assert!(text.contains(word), "{word} in {text}");
        assert!(mail.part("text/html").contains(word), "{word}");
    }
    let link = format!("https://shop.example/support/saved/{id}");
    assert!(text.contains(&link), "{text}");
    assert!(text.contains("each day at 08:00 (Europe/Oslo)"), "{text}");
    let last = |list: &Value| list["items"][0]["last"].clone();
    let list = mailed.server.get("/api/v1/mail-schedules").json();
    let went = json!({"due": "2026-11-01T07:00:00Z", "sent": 2, "waiting": 0, "dropped": 0});
    assert_eq!(last(&list), went);
    // Once for each time, and after some that were missed once.
    assert_eq!(sent_by(&mailed, "2026-11-01T09:00:00Z").len(), 0);
    assert_eq!(sent_by(&mailed, "2026-11-05T09:00:00Z").len(), 2);
    assert_eq!(sent_by(&mailed, "2026-11-05T10:00:00Z").len(), 0);
    let list = mailed.server.get("/api/v1/mail-schedules").json();
    assert_eq!(list["items"][0]["next_at"], "2026-11-06T07:00:00Z");
}

#[test]
fn what_did_not_go_out_is_said_at_the_schedule() {
    let (mailed, id) = desk();
    let shows = json!({"kind": "saved_report", "id": id});
    mailed.post("/mail-schedules", &schedule(&shows, "daily"));
    let saved = |mailed: &Mailed| mailed.server.get("/saved").body;
    assert!(!saved(&mailed).contains("sent"), "nothing went out yet");
    mailed.smtp.be(Mood {
        recipient: Some(("rolf", "550 No such user")),
        ..Mood::default()
    });
    assert_eq!(sent_by(&mailed, "2026-11-01T07:00:01Z").len(), 1);
    let list = mailed.server.get("/api/v1/mail-schedules").json();
    let last = json!({"due": "2026-11-01T07:00:00Z", "sent": 1, "waiting": 0, "dropped": 1,
        "reason": "refused"});
    assert_eq!(list["items"][0]["last"], last);
    let page = saved(&mailed);
    let words = "1 Nov 2026, 08:00 CET: 1 sent; 1 not sent: the server does not take it";
    assert!(page.contains(words), "{page}");
    // The next time begins anew.
    mailed.smtp.be(Mood::default());
    assert_eq!(sent_by(&mailed, "2026-11-02T07:00:01Z").len(), 2);
    assert!(saved(&mailed).contains("2 Nov 2026, 08:00 CET: 2 sent"));
}

#[test]
fn who_wants_none_any_more_gets_none_and_what_is_gone_goes_nowhere() {
    let (mailed, id) = desk();
    let shows = json!({"kind": "saved_report", "id": id});
    let schedule = mailed.post("/mail-schedules", &schedule(&shows, "daily"))["id"].clone();
    let [mail, _] = &sent_by(&mailed, "2026-11-01T07:00:01Z")[..] else {
        panic!("two mails")
    };
    let away = mail.head("list-unsubscribe");
    let away = away.trim_matches(['<', '>']);
    let away = away.strip_prefix("https://shop.example/support").unwrap();
    mailed.desk.tick();
    let pressed = mailed
        .server
        .form(away, &[("List-Unsubscribe", "One-Click")]);
    assert_eq!(pressed.status, 200);
    let mails = sent_by(&mailed, "2026-11-02T07:00:01Z");
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "rolf@shop.example");
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let remove = SavedCommand::RemoveReport { id: id.clone() };
    mailed.desk.tick();
    mailed
        .desk
        .app
        .write_now(&cli, Command::Saved(remove))
        .unwrap();
    assert_eq!(sent_by(&mailed, "2026-11-03T07:00:01Z").len(), 0);
    let restore = SavedCommand::RestoreReport { id };
    mailed
        .desk
        .app
        .write_now(&cli, Command::Saved(restore))
        .unwrap();
    assert_eq!(sent_by(&mailed, "2026-11-04T07:00:01Z").len(), 1);
    let path = format!("/mail-schedules/{}/remove", schedule.as_str().unwrap());
    mailed.post(&path, &json!({}));
    assert_eq!(sent_by(&mailed, "2026-11-05T07:00:01Z").len(), 0);
}

#[test]
fn a_dashboard_and_the_report_on_jobs_go_out_with_all_their_figures() {
    let (mailed, _) = desk();
    let team = json!({"kind": "dashboard", "id": "team"});
    let mut weekly = schedule(&team, "weekly");
    weekly["csv"] = json!(true);
    weekly["users"] = json!(["anna"]);
    mailed.post("/mail-schedules", &weekly);
    let mut jobs = schedule(&json!({"kind": "jobs"}), "fortnightly");
    jobs["users"] = json!(["rolf"]);
    mailed.post("/mail-schedules", &jobs);
    let mails = sent_by(&mailed, "2026-11-02T07:00:01Z");
    let of = |user: &str| {
        let mail = mails.iter().find(|mail| mail.to.starts_with(user));
        mail.unwrap_or_else(|| panic!("{user}"))
    };
    let team = of("anna");
    assert_eq!(team.head("subject"), "Team");
    for id in ["first_response_time", "messages_by_hour", "reply_count"] {
        let title = svar::report::registry::find(id).unwrap().title;
        assert!(team.part("text/plain").contains(title), "{title}");
    }
    let csv = team.part("text/csv");
    assert!(csv.contains("start") && csv.contains("value"), "{csv}");
    let pictures = team.part("text/html").matches("cid:chart").count();
    assert!(pictures > 3, "{}", team.part("text/html"));
    assert!(!team.part("image/png").is_empty());
    let jobs = of("rolf");
    assert_eq!(jobs.head("subject"), "Jobs, 19 Oct – 1 Nov 2026");
    let text = jobs.part("text/plain");
    let reports = svar::report::registry::all();
    let jobs_reports = [
        "jobs_received",
        "answered_share",
        "job_response_time",
        "declined_unanswered_share",
        "expired_share",
        "contact_replied_back",
        "contact_declined",
        "jobs_completed",
        "jobs_invoiced",
        "reviews_received",
        "ratings",
    ];
    let titles = reports.filter(|report| jobs_reports.contains(&report.id));
    let titles: Vec<&str> = titles.map(|report| report.title).collect();
    assert_eq!(titles.len(), 11);
    for title in titles {
        assert!(text.contains(title), "{title} in {text}");
    }
    let mails = sent_by(&mailed, "2026-11-09T07:00:01Z");
    assert_eq!(mails.len(), 1, "the report on jobs has a week off");
}

#[test]
fn what_cannot_go_out_is_refused() {
    let (mailed, id) = desk();
    let shows = json!({"kind": "saved_report", "id": id});
    let with = |field: &str, value: Value| {
        let mut draft = schedule(&shows, "weekly");
        draft[field] = value;
        draft
    };
    let refused = [
        (
            with("shows", json!({"kind": "saved_report", "id": "none"})),
            404,
        ),
        (
            with("shows", json!({"kind": "dashboard", "id": "none"})),
            404,
        ),
        (with("weekday", json!(0)), 400),
        (with("weekday", Value::Null), 400),
        (with("time", json!("8:00")), 400),
        (with("time", json!("25:00")), 400),
        (with("zone", json!("Oslo")), 400),
        (with("users", json!(["nobody"])), 404),
        (with("users", json!([])), 400),
        (with("every", json!("hourly")), 400),
    ];
    for (draft, status) in refused {
        mailed.desk.tick();
        let sent = mailed.server.post("/api/v1/mail-schedules", &draft);
        assert_eq!(sent.status, status, "{draft}: {}", sent.body);
    }
    let rolf = Caller::live(Identity::User("rolf".to_owned()), Role::Rep);
    let draft = serde_json::from_value(schedule(&shows, "weekly")).unwrap();
    mailed.desk.tick();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(mailed.desk.app.save_mail_schedule(rolf.clone(), draft));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("only an admin"), "{refused}");
    let mut own = schedule(&shows, "weekly");
    own["users"] = json!([]);
    let draft = serde_json::from_value(own).unwrap();
    mailed.desk.tick();
    let kept = runtime.block_on(mailed.desk.app.save_mail_schedule(rolf, draft));
    kept.unwrap();
    mailed.desk.tick();
    let mails = sent_by(&mailed, "2026-11-02T07:00:01Z");
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["rolf@shop.example"]);
    let page = mailed.server.get("/saved").body;
    assert!(page.contains("Each week, 08:00"), "{page}");
}
